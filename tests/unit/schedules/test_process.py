"""DistributionSchedules.process and fund: whole intervals, all that were missed at once, as far as the funds go."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Mint, mask
from mdt.model.schedules import Kind
from mdt.units import DAY, parse_amount
from tests.support.block_reward import events
from tests.support.pools import BUDGET, PURSE, UNIT, pass_blocks, pass_time
from tests.support.refusals import refuses


def funded(scene, funds: int, **changed) -> int:
    """A schedule with tokens handed in."""
    schedule_id = scene.scheduled(**changed)
    scene.schedules_twin.call("fund", scene.donor, schedule_id, funds)
    return schedule_id


def test_process__one_interval__due_when_it_is_over(scene):
    schedule_id = funded(scene, 10 * UNIT)
    pass_blocks(9)
    with refuses("schedules: nothing due"):
        scene.schedules_twin.call("process", None, schedule_id)
    assert scene.schedules.next_due_block(schedule_id) == boa.env.evm.patch.block_number + 1
    pass_blocks(1)
    assert tuple(scene.schedules.due(schedule_id)) == (1, UNIT, 1, UNIT)
    assert scene.schedules_twin.call("process", None, schedule_id) == UNIT
    (event,) = events(scene.schedules, "Paid")
    assert (event.schedule_id, event.recipient, event.amount, event.intervals) == (schedule_id, scene.treasury, UNIT, 1)
    assert scene.token.balanceOf(scene.treasury) == UNIT
    with refuses("schedules: nothing due"):
        scene.schedules_twin.call("process", None, schedule_id)
    shown = scene.schedules.schedule(schedule_id)
    assert (shown.paid, shown.intervals_paid, shown.funded, scene.schedules.total_held()) == (UNIT, 1, 10 * UNIT, 9 * UNIT)
    scene.agree()


def test_process__missed_intervals__caught_up_at_once_whatever_the_block_time(scene):
    """F3: seconds do not matter, and a late call changes nothing."""
    schedule_id = funded(scene, 1_000 * UNIT)
    pass_blocks(35, block_time=1)
    assert scene.schedules_twin.call("process", None, schedule_id) == 3 * UNIT
    pass_blocks(4, block_time=600)
    with refuses("schedules: nothing due"):
        scene.schedules_twin.call("process", None, schedule_id)
    pass_blocks(1, block_time=10**6)
    assert scene.schedules_twin.call("process", None, schedule_id) == UNIT
    pass_blocks(961)
    assert scene.schedules_twin.call("process", None, schedule_id) == 96 * UNIT
    scene.agree()


@pytest.mark.py_evm
def test_process__ten_million_intervals__costs_what_one_does(scene):
    schedule_id = funded(scene, PURSE, amount=1, interval=1)
    pass_blocks(1)
    scene.schedules_twin.call("process", None, schedule_id)
    pass_blocks(1)
    scene.schedules_twin.call("process", None, schedule_id)
    one = scene.schedules._computation.get_gas_used()
    pass_blocks(10_000_000)
    assert scene.schedules_twin.call("process", None, schedule_id) == 10_000_000
    assert abs(scene.schedules._computation.get_gas_used() - one) < 100
    scene.agree()


@pytest.mark.parametrize(("duration", "payments"), [(10, 1), (19, 1), (20, 2), (95, 9), (99, 9), (100, 10), (101, 10)])
def test_process__duration__end_exclusive(scene, duration, payments):
    """floor(duration / interval) payments, whether asked for in time or long after."""
    in_time, late = (funded(scene, 100 * UNIT, duration=duration) for _ in range(2))
    for _ in range(duration):
        pass_blocks(1)
        if scene.schedules.due(in_time).intervals:
            assert scene.schedules_twin.call("process", None, in_time) == UNIT
    assert scene.schedules.next_due_block(in_time) == 0
    pass_blocks(1_000)
    with refuses("schedules: nothing due"):
        scene.schedules_twin.call("process", None, in_time)
    assert scene.schedules_twin.call("process", None, late) == payments * UNIT
    assert scene.schedules.schedule(in_time).intervals_paid == payments
    scene.agree()


def test_process__before_the_start__nothing_due(scene):
    schedule_id = funded(scene, 10 * UNIT, start=boa.env.evm.patch.block_number + 50)
    assert scene.schedules.next_due_block(schedule_id) == boa.env.evm.patch.block_number + 60
    for blocks in (1, 48, 1, 9):
        pass_blocks(blocks)
        with refuses("schedules: nothing due"):
            scene.schedules_twin.call("process", None, schedule_id)
    pass_blocks(1)
    assert scene.schedules_twin.call("process", None, schedule_id) == UNIT
    scene.agree()


def test_process__runs_dry__whole_intervals_and_the_rest_stays_due(scene):
    schedule_id = funded(scene, 2 * UNIT + UNIT // 2)
    pass_blocks(40)
    assert tuple(scene.schedules.due(schedule_id)) == (4, 4 * UNIT, 2, 2 * UNIT)
    assert scene.schedules_twin.call("process", None, schedule_id) == 2 * UNIT
    with refuses("schedules: out of funds"):
        scene.schedules_twin.call("process", None, schedule_id)
    scene.schedules_twin.call("fund", scene.buyer, schedule_id, UNIT // 2 - 1)
    with refuses("schedules: out of funds"):  # one wei short of an interval
        scene.schedules_twin.call("process", None, schedule_id)
    scene.schedules_twin.call("fund", scene.buyer, schedule_id, 1)
    assert scene.schedules_twin.call("process", None, schedule_id) == UNIT
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 10 * UNIT)
    assert scene.schedules_twin.call("process", None, schedule_id) == UNIT
    scene.agree()


def test_process__one_dry_schedule__never_spends_anothers_funds(scene):
    poor, rich = scene.scheduled(), funded(scene, 10 * UNIT)
    scene.give(scene.planned.address, 5 * UNIT)  # tokens sent here directly are nobody's
    pass_blocks(10)
    with refuses("schedules: out of funds"):
        scene.schedules_twin.call("process", None, poor)
    assert scene.schedules_twin.call("process", None, rich) == UNIT
    assert scene.token.balanceOf(scene.schedules) == 14 * UNIT == scene.schedules.total_held() + 5 * UNIT
    scene.agree()


@pytest.mark.parametrize("kind", [Kind.VALIDATORS, Kind.RELAYS, Kind.TREASURY, Kind.DEVELOPMENT])
def test_process__minted__with_the_reason_of_its_kind(scene, kind):
    scene.grant_budget()
    schedule_id = scene.scheduled(kind, scene.other, is_minted=True)
    reason = {
        Kind.VALIDATORS: Mint.BLOCK_REWARD,
        Kind.RELAYS: Mint.RELAY_REWARD,
        Kind.TREASURY: Mint.INFLATION,
        Kind.DEVELOPMENT: Mint.GOVERNANCE_REWARD,
    }[kind]
    before = scene.token.minted_by_reason(reason)
    pass_blocks(20)
    assert scene.schedules_twin.call("process", None, schedule_id) == 2 * UNIT
    assert scene.token.minted_by_reason(reason) - before == 2 * UNIT
    assert scene.token.balanceOf(scene.other) == PURSE + 2 * UNIT
    assert scene.schedules.total_held() == scene.token.balanceOf(scene.schedules) == 0
    scene.agree()


@pytest.mark.parametrize("is_minted", [False, True])
def test_process__pool__replenished_by_an_allowance_of_exactly_the_amount(scene, is_minted):
    pool_id = scene.pool()
    scene.grant_budget()
    schedule_id = scene.scheduled(Kind.POOL, scene.model.address, pool_id=pool_id, is_minted=is_minted)
    if not is_minted:
        scene.schedules_twin.call("fund", scene.donor, schedule_id, 5 * UNIT)
    pass_blocks(30)
    assert scene.schedules_twin.call("process", None, schedule_id) == 3 * UNIT
    assert scene.pools.pool(pool_id).available == 3 * UNIT == scene.token.balanceOf(scene.pools)
    assert scene.token.allowance(scene.schedules, scene.pools) == 0
    assert scene.token.balanceOf(scene.schedules) == (0 if is_minted else 2 * UNIT)
    if is_minted:
        assert scene.token.minted_by_reason(Mint.MARKETPLACE_LIQUIDITY) == 3 * UNIT
    scene.agree()


def test_process__inflation_vector__951_whole_tokens_a_block(scene):
    """parameters.md section 9: 5% of 100e9 tokens over 5,256,000 blocks is 951 per block, whole tokens."""
    amount = parse_amount("951 MDT")
    assert 100 * 10**9 * 500 // 10_000 // 5_256_000 == 951
    scene.grant_budget()
    schedule_id = scene.scheduled(Kind.TREASURY, amount=amount, interval=1, is_minted=True)
    pass_blocks(7)
    assert scene.schedules_twin.call("process", None, schedule_id) == 7 * amount == scene.token.minted_by_reason(Mint.INFLATION)
    scene.agree()


def test_process__short_window__whole_intervals_now_and_the_rest_in_the_next_one(scene):
    scene.grant_budget(window_cap=25 * UNIT // 10)
    schedule_id = scene.scheduled(is_minted=True)
    pass_blocks(50, block_time=0)
    assert tuple(scene.schedules.due(schedule_id)) == (5, 5 * UNIT, 2, 2 * UNIT)
    assert scene.schedules_twin.call("process", None, schedule_id) == 2 * UNIT
    with refuses("schedules: out of funds"):
        scene.schedules_twin.call("process", None, schedule_id)
    pass_time(DAY, blocks=0)
    assert scene.schedules_twin.call("process", None, schedule_id) == 2 * UNIT
    pass_time(DAY, blocks=0)
    assert scene.schedules_twin.call("process", None, schedule_id) == UNIT
    scene.agree()


def test_process__short_lifetime_budget__never_half_an_interval(scene):
    scene.grant_budget(cap=25 * UNIT // 10, window_cap=25 * UNIT // 10)
    first, second = (scene.scheduled(is_minted=True) for _ in range(2))
    pass_blocks(20)
    assert scene.schedules_twin.call("process", None, first) == 2 * UNIT
    with refuses("schedules: out of funds"):  # the budget is one for all schedules
        scene.schedules_twin.call("process", None, second)
    assert scene.token.mintable(scene.schedules) == UNIT // 2
    scene.agree()


def test_process__no_grant_or_other_reasons__refused_and_still_due(scene):
    schedule_id = scene.scheduled(Kind.RELAYS, scene.other, is_minted=True)
    pass_blocks(10)
    with refuses("schedules: out of funds"):
        scene.schedules_twin.call("process", None, schedule_id)
    scene.grant_budget(reasons=mask(Mint.INFLATION))
    with refuses("mdt: reason not allowed"):
        scene.schedules_twin.call("process", None, schedule_id)
    assert scene.schedules.due(schedule_id).intervals == 1
    scene.grant_budget()
    assert scene.schedules_twin.call("process", None, schedule_id) == UNIT
    scene.agree()


def test_process__bucket_used_up_by_others__counts_as_out_of_funds(scene):
    scene.grant_budget(cap=9_000_000 * UNIT, window_cap=9_000_000 * UNIT)
    schedule_id = scene.scheduled(is_minted=True, amount=100 * UNIT)
    rival = boa.env.generate_address("rival")
    rules = (rival, 1, mask(Mint.GENESIS), 9_450_000 * UNIT, 9_450_000 * UNIT, 60)
    scene.token.propose_minter(*rules, sender=scene.owner)
    scene.token.grant_minter(rival, sender=scene.owner)
    scene.twin.propose_minter(scene.owner, *rules)
    scene.twin.grant_minter(scene.owner, rival)
    scene.token.mint(rival, 9_450_000 * UNIT - 150 * UNIT, Mint.GENESIS, sender=rival)
    scene.twin.mint(rival, rival, 9_450_000 * UNIT - 150 * UNIT, Mint.GENESIS)
    pass_blocks(20)
    assert scene.schedules_twin.call("process", None, schedule_id) == 100 * UNIT
    with refuses("schedules: out of funds"):
        scene.schedules_twin.call("process", None, schedule_id)
    assert BUDGET[0] < 9_000_000 * UNIT
    scene.agree()


def test_process__pool_that_was_closed__refused_until_cancelled(scene):
    pool_id = scene.pool()
    schedule_id = scene.scheduled(Kind.POOL, scene.model.address, pool_id=pool_id)
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 5 * UNIT)
    scene.pools_twin.call("close_pool", scene.owner, pool_id)
    pass_blocks(10)
    with refuses("pools: pool is closed"):
        scene.schedules_twin.call("process", None, schedule_id)
    scene.schedules_twin.call("cancel", scene.owner, schedule_id)
    assert scene.token.balanceOf(scene.treasury) == 5 * UNIT
    assert scene.token.allowance(scene.schedules, scene.pools) == 0
    scene.agree()


def test_fund__anyone__held_for_this_schedule(scene):
    first, second = scene.scheduled(), scene.scheduled()
    for payer, amount in ((scene.donor, 3), (scene.buyer, 4)):
        scene.schedules_twin.call("fund", payer, first, amount)
        (event,) = events(scene.schedules, "Funded")
        assert (event.schedule_id, event.payer, event.amount) == (first, payer, amount)
    assert [scene.schedules.schedule(number).funded for number in (first, second)] == [7, 0]
    assert scene.schedules.total_held() == scene.token.balanceOf(scene.schedules) == 7
    scene.agree()


def test_fund__bad_call__refused(scene):
    schedule_id, minted, ended = scene.scheduled(), scene.scheduled(is_minted=True), scene.scheduled()
    scene.schedules_twin.call("cancel", scene.owner, ended)
    for caller, number, amount, reason in (
        (scene.donor, 0, 1, "schedules: unknown schedule"),
        (scene.donor, 4, 1, "schedules: unknown schedule"),
        (scene.donor, 2**256 - 1, 1, "schedules: unknown schedule"),
        (scene.donor, ended, 1, "schedules: is cancelled"),
        (scene.donor, minted, 1, "schedules: schedule is minted"),
        (scene.donor, schedule_id, 0, "schedules: zero amount"),
        (scene.donor, schedule_id, 2**104, "schedules: bad amount"),
        (scene.donor, schedule_id, 2**256 - 1, "schedules: bad amount"),
        (scene.donor, schedule_id, PURSE + 1, "mdt: balance too low"),
        (scene.attacker, schedule_id, 1, "mdt: allowance too low"),
    ):
        with refuses(reason):
            scene.schedules_twin.call("fund", caller, number, amount)
    with refuses("schedules: is cancelled"):
        scene.schedules_twin.call("process", None, ended)
    with refuses("schedules: unknown schedule"):
        scene.schedules_twin.call("process", None, 4)
    scene.agree()
