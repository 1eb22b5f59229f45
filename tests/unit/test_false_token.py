"""Contracts that move tokens do not lean on MDT reverting: a token that answers False undoes the call too (C35)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS as OWN
from mdt.model.controller import Report
from mdt.model.reasons import Recycle
from mdt.model.staking import OWN_SLOT
from mdt.preset.settings import load
from mdt.preset.terms import parameters_of, staking_terms
from tests.support.deployers import deploy
from tests.support.emission import DATA_HASH, EMPTY, INPUTS, QUORUM, REPORTERS, addresses, as_tuple, sign
from tests.support.harness import harness

SETTINGS = load("adr-literal")
AMOUNT = 10 * SETTINGS.staking.min_validator_stake


@pytest.fixture
def owner() -> str:
    return boa.env.generate_address("owner")


@pytest.fixture
def token() -> Any:
    return harness("FalseToken").deploy()


def test_recycling_pool__token_answers_false__takes_and_pays_nothing(owner: str, token: Any) -> None:
    pool = deploy("RecyclingPool", token=token, fee_burn_bps=0, owner=owner)
    token.set_answers_true(False)
    with boa.reverts("pool: transfer failed"):
        pool.recycle(AMOUNT, Recycle.DONATION)
    with boa.reverts("pool: transfer failed"):
        pool.deposit_fees(AMOUNT)
    assert pool.total_recycled() == pool.total_fees() == 0


def test_staking__token_answers_false__takes_and_pays_nothing(owner: str, token: Any) -> None:
    staking = deploy("Staking", token=token, block_reward=token, recycling_pool=token, owner=owner)
    validators = deploy("Validators", staking=staking)
    staking.set_registry(validators, sender=owner)
    staking.set_notifier(owner, sender=owner)
    staking.notify_reward(AMOUNT, sender=owner)
    boa.env.time_travel(blocks=10)
    token.set_answers_true(False)
    with boa.reverts("staking: transfer failed"):
        staking.recycle_idle_rewards()
    with boa.reverts("staking: transfer failed"):
        staking.notify_reward(AMOUNT, sender=owner)
    validator = boa.env.generate_address("validator")
    with boa.reverts("staking: transfer failed"):
        validators.register(AMOUNT, 0, "", sender=validator)

    token.set_answers_true(True)
    number = validators.register(AMOUNT, 0, "", sender=validator)
    boa.env.time_travel(blocks=10)
    validators.exit(number, sender=validator)
    request = staking.unstake(number, OWN_SLOT, AMOUNT, sender=validator)
    boa.env.time_travel(seconds=SETTINGS.staking.unbonding)
    boa.env.evm.patch.block_number += staking_terms(SETTINGS)["unbonding_blocks"]
    token.set_answers_true(False)
    with boa.reverts("staking: transfer failed"):
        staking.withdraw(number, OWN_SLOT, request, sender=validator)
    with boa.reverts("staking: transfer failed"):
        staking.claim(number, OWN, OWN_SLOT)
    token.set_answers_true(True)
    staking.withdraw(number, OWN_SLOT, request, sender=validator)
    staking.claim(number, OWN, OWN_SLOT)


def test_validators__token_answers_false__takes_and_pays_no_deposit(owner: str, token: Any) -> None:
    staking = deploy("Staking", token=token, block_reward=token, recycling_pool=token, owner=owner)
    validators = deploy("Validators", staking=staking, deposit=SETTINGS.staking.min_validator_stake)
    staking.set_registry(validators, sender=owner)
    validator = boa.env.generate_address("validator")
    token.set_answers_true(False)
    with boa.reverts("staking: transfer failed"):
        validators.register(AMOUNT, 0, "", sender=validator)
    token.set_answers_true(True)
    number = validators.register(AMOUNT, 0, "", sender=validator)
    validators.exit(number, sender=validator)
    boa.env.time_travel(seconds=SETTINGS.staking.unbonding)
    boa.env.evm.patch.block_number += staking.terms().unbonding_blocks
    token.set_answers_true(False)
    with boa.reverts("validators: transfer failed"):
        validators.withdraw_deposit(number, sender=validator)
    token.set_answers_true(True)
    validators.withdraw_deposit(number, sender=validator)
    token.set_answers_true(False)
    with boa.reverts("validators: transfer failed"):
        validators.rejoin(number, sender=validator)


def test_controller__token_answers_false__settles_nothing(owner: str, token: Any) -> None:
    start = boa.env.evm.patch.block_number
    parameters = replace(parameters_of(SETTINGS), shares_bps=(0, 0, 10_000))
    around = dict.fromkeys(("MDT", "RewardDistributor", "Staking", "RecyclingPool", "Treasury", "RootAudit"), token)
    people = {"reporters": addresses(REPORTERS), "quorum": QUORUM, "owner": owner, "guardian": owner}
    controller = deploy("EmissionController", around, start_block=start, parameters=parameters, **people)
    boa.env.time_travel(blocks=SETTINGS.emission.epoch_blocks)
    report = as_tuple(Report(0, 0, *INPUTS, EMPTY, EMPTY, 0, DATA_HASH))
    controller.submit_report(report, sign(controller.report_digest(report), REPORTERS[:QUORUM]))
    boa.env.time_travel(seconds=SETTINGS.emission.report_delay)
    token.set_answers_true(False)
    with boa.reverts("settle: transfer failed"):
        controller.settle()
    assert controller.total_emitted() == controller.next_epoch() == 0
    token.set_answers_true(True)
    controller.settle()
    assert controller.next_epoch() == 1
