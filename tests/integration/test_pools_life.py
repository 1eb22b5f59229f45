"""Pools and schedules in the hands of the timelock, beside the treasury: from the DAO's tokens to a buyer, and back."""

from __future__ import annotations

from types import SimpleNamespace

import boa
import pytest

from mdt.model.reasons import Burn, Mint, mask
from mdt.model.schedules import Kind
from mdt.model.timelock import TimelockCall
from mdt.units import DAY, HOUR
from tests.support.deployers import deploy
from tests.support.pools import UNIT, pass_blocks
from tests.support.timelock import calldata, deploy_timelock, wait
from tests.support.token import deploy_token, grant, issue
from tests.support.treasury import deploy_treasury

PURPOSE = b"market".ljust(32, b"\0")
HELD, BUDGET = 100_000 * UNIT, 50_000 * UNIT


def call(contract, function, *arguments):
    return TimelockCall(str(contract.address), calldata(contract, function, *arguments))


@pytest.fixture
def suite():
    """Token, treasury, pools, schedules, recycling pool and a payment token; all but the payment token are the timelock's."""
    first, operator, buyer = (str(boa.env.generate_address(role)) for role in ("deployer", "operator", "buyer"))
    twin = deploy_timelock()
    token, cash = deploy_token(first, first), deploy_token(first, first)
    treasury = deploy_treasury(token, first, BUDGET)
    pools = deploy("ReservePools", token=token, treasury=treasury, sale_burn_bps=100, owner=first)
    schedules = deploy("DistributionSchedules", token=token, treasury=treasury, staking=token, owner=first)  # nothing here pays to Staking
    recycling = deploy("RecyclingPool", token=token, fee_burn_bps=5_000, owner=first)
    token.set_burner(pools, mask(Burn.TRANSACTION_FEE), sender=first)
    grant(token, schedules.address, 1, mask(Mint.MARKETPLACE_LIQUIDITY, Mint.BLOCK_REWARD), 10_000 * UNIT, 1_000 * UNIT)
    issue(token, treasury.address, HELD)
    issue(cash, buyer, HELD)
    cash.approve(pools, 2**256 - 1, sender=buyer)
    owned = [treasury, pools, schedules, recycling]
    for contract in owned:
        contract.transfer_ownership(twin.address, sender=first)
    twin.timelock.accept_ownership(owned)
    return SimpleNamespace(
        twin=twin, token=token, cash=cash, treasury=treasury, pools=pools, schedules=schedules, recycling=recycling, operator=operator, buyer=buyer
    )


def govern(suite, *calls) -> None:
    """One batch, announced, waited for and executed by anybody."""
    suite.twin.schedule_batch(list(calls))
    wait()
    suite.twin.execute_batch(list(calls))


def test_life__dao_tokens_to_a_buyer_and_payments_to_the_dao__nothing_is_lost(suite):
    token, cash, pools, schedules, treasury = suite.token, suite.cash, suite.pools, suite.schedules, suite.treasury
    govern(
        suite,
        call(pools, "create_pool", "market", suite.operator),
        call(treasury, "spend", token, pools, 10_000 * UNIT, PURPOSE),
        call(pools, "absorb", 1, 10_000 * UNIT),
        call(pools, "set_sale", 1, (cash, UNIT, 2 * UNIT, 1_000 * UNIT, 1_000 * UNIT), UNIT),
    )
    assert (pools.pool(1).available, pools.unassigned(), token.balanceOf(treasury)) == (10_000 * UNIT, 0, HELD - 10_000 * UNIT)

    start = boa.env.evm.patch.block_number + 100
    govern(
        suite,
        call(schedules, "create", Kind.POOL, pools, 1, True, 200 * UNIT, 10, start, 0),
        call(pools, "set_refill", 1, (9_500 * UNIT, schedules, 1)),
    )

    # sold by the operator's word, and at the price
    pools.release(pools.allocate(1, suite.buyer, 500 * UNIT, HOUR, sender=suite.operator), sender=suite.operator)
    assert pools.buy(1, 500 * UNIT, cash, 500 * UNIT, sender=suite.buyer) == 500 * UNIT
    assert token.balanceOf(suite.buyer) == 2 * 495 * UNIT
    assert cash.balanceOf(treasury) == 500 * UNIT

    # filled up again by what the schedule may mint
    pass_blocks(140, block_time=1)
    with boa.env.anchor():
        assert schedules.process(1) == 800 * UNIT
    assert pools.top_up(1) == 800 * UNIT
    assert pools.pool(1).available == 9_800 * UNIT
    assert token.minted_by_reason(Mint.MARKETPLACE_LIQUIDITY) == 800 * UNIT

    govern(suite, call(schedules, "cancel", 1), call(pools, "close_pool", 1))
    assert token.balanceOf(treasury) == HELD - 10_000 * UNIT + 9_800 * UNIT
    assert token.balanceOf(pools) == token.balanceOf(schedules) == 0
    assert token.burned_by_reason(Burn.TRANSACTION_FEE) == 10 * UNIT

    # the payments are the DAO's to spend
    govern(suite, call(treasury, "set_budget", cash, 500 * UNIT))
    boa.env.evm.patch.timestamp += 60 * DAY
    govern(suite, call(treasury, "spend", cash, suite.operator, 500 * UNIT, PURPOSE))
    assert cash.balanceOf(suite.operator) == 500 * UNIT


def test_absorb__spending_and_absorbing_in_one_batch__all_or_nothing(suite):
    """A batch that would absorb more than it spends does neither."""
    govern(suite, call(suite.pools, "create_pool", "market", suite.operator))
    calls = [
        call(suite.treasury, "spend", suite.token, suite.pools, 10 * UNIT, PURPOSE),
        call(suite.pools, "absorb", 1, 10 * UNIT + 1),
    ]
    suite.twin.schedule_batch(calls)
    wait()
    with boa.reverts("pools: above unassigned"):
        suite.twin.timelock.execute_batch(*zip(*((one.target, one.amount, one.payload) for one in calls), strict=True), b"\0" * 32, b"\0" * 32)
    assert suite.token.balanceOf(suite.treasury) == HELD


def test_process__validators_kind_into_the_recycling_pool__budget_of_the_next_epochs(suite):
    """What is meant for validators can be drawn by the emission controller before it mints."""
    start = boa.env.evm.patch.block_number + 10
    govern(suite, call(suite.schedules, "create", Kind.VALIDATORS, suite.recycling, 0, True, 5 * UNIT, 10, start, 100))
    pass_blocks(35)
    assert suite.schedules.process(1) == 10 * UNIT
    assert suite.recycling.available() == 10 * UNIT
    assert suite.token.minted_by_reason(Mint.BLOCK_REWARD) == 10 * UNIT
