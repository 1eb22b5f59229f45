"""Validators: construction, immutables and surface."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.deployers import deploy
from tests.support.validators import MAX_COMMISSION, MINIMUM, UNBONDING


def test_constructor__staking__its_terms_are_read_once(empty_registry):
    contract = empty_registry.contract
    assert contract.STAKING() == empty_registry.staking.address
    assert (contract.UNBONDING_SECONDS(), contract.MAX_COMMISSION_BPS()) == (UNBONDING, MAX_COMMISSION)
    assert contract.validator_count() == 0
    empty_registry.agree()


@pytest.mark.parametrize("staking", [ZERO_ADDRESS, "0x" + "11" * 20])
def test_constructor__staking_without_code__refused(staking):
    with boa.reverts("validators: staking has no code"):
        deploy("Validators", staking=staking)


def test_constructor__deposit__at_most_ten_minimum_stakes(empty_registry):
    staking = empty_registry.staking
    assert deploy("Validators", staking=staking, deposit=10 * MINIMUM).DEPOSIT() == 10 * MINIMUM
    for deposit in (10 * MINIMUM + 1, 2**256 - 1):
        with boa.reverts("validators: deposit too large"):
            deploy("Validators", staking=staking, deposit=deposit)


def test_abi__whole_surface__nobody_is_named_but_its_keys(empty_registry):
    """No owner of all, no role, no setter of anybody else's: who calls is who is meant, except where anyone may."""
    functions = {entry["name"]: [item["name"] for item in entry["inputs"]] for entry in empty_registry.contract.abi if entry["type"] == "function"}
    views = {entry["name"] for entry in empty_registry.contract.abi if entry.get("stateMutability") == "view"}
    assert {name: functions[name] for name in set(functions) - views} == {
        "register": ["_amount", "_commission_bps", "_metadata", "_owner"],
        "forfeit_deposit": ["_validator_id"],
        "withdraw_deposit": ["_validator_id"],
        "accept_owner": ["_validator_id"],
        "set_limit": ["_validator_id", "_cap"],
        "accept_vote_key": ["_validator_id"],
        "apply_commission": ["_validator_id"],
        "set_commission": ["_validator_id", "_commission_bps"],
        "set_metadata": ["_validator_id", "_metadata"],
        "propose_owner": ["_validator_id", "_owner"],
        "propose_vote_key": ["_validator_id", "_key"],
        "set_operator": ["_validator_id", "_operator"],
        "exit": ["_validator_id"],
        "rejoin": ["_validator_id"],
    }
