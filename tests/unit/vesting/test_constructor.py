"""Vesting's constructor: its refusals, its values, and the UNIT it takes from the token's cap."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.vesting import AMOUNT_BITS, MAX_SCHEDULES, MOVE_DELAY, Vesting, unit_of
from mdt.units import WAD
from tests.support.deployers import deploy, deployer
from tests.support.refusals import refuses
from tests.support.token import deploy_token


def test_init__values__as_given(pair, owner, treasury):
    contract = pair.contract
    assert (contract.TOKEN(), contract.TREASURY(), contract.UNIT()) == (pair.token.address, treasury, 1)
    assert (contract.owner(), contract.pending_owner()) == (owner, ZERO_ADDRESS)
    assert (contract.MAX_SCHEDULES(), contract.MOVE_DELAY()) == (MAX_SCHEDULES, MOVE_DELAY)
    assert pair.token.balanceOf(contract) == 0


@pytest.mark.parametrize("missing", ["treasury", "owner"])
def test_init__zero_address__refused(owner, treasury, missing):
    token = deploy_token(owner, owner)
    people = [ZERO_ADDRESS if name == missing else address for name, address in (("treasury", treasury), ("owner", owner))]
    with boa.reverts("vesting: zero address"):
        deployer("Vesting").deploy(token, *people)
    with refuses("vesting: zero address"):
        Vesting(Clock(), "vesting", "token", token.cap(), *people)


def test_init__token_without_code__refused(owner, treasury):
    for token in (ZERO_ADDRESS, owner):
        with boa.reverts("vesting: token has no code"):
            deploy("Vesting", token=token, treasury=treasury, owner=owner)


@pytest.mark.parametrize("cap", [5, 21_000_000 * WAD, 2**86 - 1, 2**86, 10**12 * WAD, 10 * 2**86 - 5, 10 * 2**86, 2**104 - 1])
def test_unit__by_the_cap__smallest_power_of_ten_that_fits(owner, treasury, cap):
    bucket = cap // 5
    token = deploy_token(owner, owner, bucket_caps=[bucket] * 4 + [cap - 4 * bucket])
    unit = deploy("Vesting", token=token, treasury=treasury, owner=owner).UNIT()
    assert unit == unit_of(token.cap())
    assert cap >> AMOUNT_BITS < unit
    assert unit == 1 or cap >= unit // 10 << AMOUNT_BITS


def test_unit__known_caps__pinned(owner):
    assert unit_of(21_000_000 * WAD) == 1
    assert unit_of(10**12 * WAD) == 10**5
    assert unit_of(2**256 - 1) == 10**52
