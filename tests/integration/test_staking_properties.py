"""What no order, timing or crowd can change about staking rewards: on the real contracts, and in numbers on their models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.clock import Clock
from mdt.model.halving import HalvingSchedule
from mdt.model.staking import OWN_SLOT, Staking, Status
from mdt.model.stream import SCALE
from mdt.units import DAY
from tests.support.boa_clock import mine
from tests.support.profiles import examples
from tests.support.stakes import FEW
from tests.support.staking import (
    DUST,
    EPOCH,
    FOR_EVER,
    MINIMUM,
    MONTH,
    OWN,
    PRESET,
    STAKES,
    TERMS,
    UNBONDING,
    UNBONDING_BLOCKS,
    UNIT,
    VALUES,
    StakingSuite,
    deploy_suite,
    unbond,
)

SCHEDULE = HalvingSchedule(initial=2 * UNIT, interval=100, halvings=3)
ALL_BLOCKS = 400
OWNER, REGISTRY = ("0x" + f"{index:040x}" for index in (1, 2))
EARLY, LATE = 1, 2


class Nobody:
    """A registry that knows nobody: only rewards are looked at."""

    def owner_of(self, validator_id: int) -> str:
        """No owner is ever asked to act."""
        raise AssertionError(validator_id)


def pulled(pulls: list[int], joins: int | None = None) -> tuple[Staking, list[int], dict[int, int]]:
    """The model over all blocks of the schedule with pulls in some of them; what flows in each block, what each was owed."""
    clock = Clock(0, 0)
    staking = Staking(clock, terms=TERMS, decay_stakes=STAKES, decay_values=VALUES, owner=OWNER, token_cap=PRESET.token.cap, start_block=0)
    staking.set_registry(OWNER, REGISTRY, Nobody())
    staking.open(REGISTRY, EARLY, MINIMUM, 0)
    flows = []
    for block in range(2 * ALL_BLOCKS + 1):
        if block == joins:
            staking.open(REGISTRY, LATE, MINIMUM, 0)
        if block in pulls:
            since = staking.pulled_through
            staking.pull_block_rewards(SCHEDULE.cumulative(block), SCHEDULE.reward_at(since))
        flows.append(staking.ledger.block_stream.flow(block, block + 1))
        clock.advance(1, 3)
    return staking, flows, {one: staking.pending_reward(one, OWN, OWN_SLOT) for one in staking.pools}


@given(pulls=st.lists(st.integers(1, ALL_BLOCKS), max_size=30))
@settings(max_examples=examples(quick=20, ci=60, deep=3_000), deadline=None)
def test_pull__any_times__no_block_pays_more_than_scheduled_and_all_is_paid(pulls):
    """Early, late, often or once: the stream lags the schedule and never runs ahead of it, and nothing is lost."""
    staking, flows, owed = pulled([*pulls, ALL_BLOCKS])
    assert owed[EARLY] + staking.ledger.carry // SCALE in range(SCHEDULE.lifetime_total - 2, SCHEDULE.lifetime_total + 1)
    total = 0
    for block, flow in enumerate(flows):
        assert flow <= SCHEDULE.initial * SCALE
        total += flow
        assert total <= SCHEDULE.cumulative(block + 1) * SCALE, "never ahead of what the blocks have earned"


@given(pulls=st.lists(st.integers(1, 100), max_size=20))
@settings(max_examples=examples(quick=20, ci=60, deep=3_000), deadline=None)
def test_pull__within_an_era__every_block_pays_exactly_its_reward_or_nothing(pulls):
    _, flows, _ = pulled([*pulls, 100])
    assert set(flows) <= {0, SCHEDULE.initial * SCALE}
    assert sum(flows) == 100 * SCHEDULE.initial * SCALE


@given(pulls=st.lists(st.integers(1, ALL_BLOCKS), max_size=10), joins=st.integers(0, 2 * ALL_BLOCKS))
@settings(max_examples=examples(quick=20, ci=60, deep=3_000), deadline=None)
def test_pull__late_joiner__half_of_a_block_reward_per_block_at_most(pulls, joins):
    """C7: a backlog, however long, is not caught by joining before it is pulled."""
    _, _, owed = pulled(pulls, joins)
    assert owed.get(LATE, 0) <= (2 * ALL_BLOCKS + 1 - joins) * SCHEDULE.initial // 2 + DUST


def test_same_block__stake_claim_unstake__earns_nothing():
    """C7: on the contract, with both streams running."""
    suite = deploy_suite()
    one, _ = suite.validator("early")
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(50)
    suite.staking.pull_block_rewards()
    visitor = suite.delegator("visitor", one, 20 * MINIMUM)
    with boa.reverts("staking: nothing to claim"):
        suite.staking.claim(one, visitor, 0)
    suite.staking.unstake(one, 0, FOR_EVER, sender=visitor)
    assert suite.pending(one, visitor) == 0
    mine(EPOCH)
    assert suite.pending(one, visitor) == 0


def crowd(suite: StakingSuite) -> list[tuple[int, str, int]]:
    """Positions of several sizes and locks with two validators."""
    numbers = [suite.validator(f"validator {index}", (index + 1) * MINIMUM + index)[0] for index in range(2)]
    places = [(one, suite.delegator(f"delegator {one} {months}", one, MINIMUM + months, months), 0) for one in numbers for months in (0, 7)]
    return [(one, OWN, OWN_SLOT) for one in numbers] + places


def test_same_block__claims_in_any_order__same_amounts():
    """C15"""
    suite = deploy_suite()
    places = crowd(suite)[1:5]
    suite.staking.notify_reward(EPOCH * UNIT + 1, sender=suite.notifier)
    mine(77)
    results = set()
    for order in permutations(places):
        with boa.env.anchor():
            claimed = {place: suite.staking.claim(*place) for place in order}
            results.add(tuple(claimed[place] for place in places))
    assert len(results) == 1


def test_same_block__changes_of_stake_in_any_order__same_rewards_within_the_carry():
    """C15: who settles first in a block gets no advantage."""
    suite = deploy_suite()
    places = crowd(suite)
    suite.staking.notify_reward(EPOCH * UNIT + 1, sender=suite.notifier)
    mine(77)
    (one, first, _), (two, second, _) = places[2], places[4]
    actions = [
        lambda: suite.staking.stake(one, 0, MINIMUM, 0, sender=first),
        lambda: suite.staking.unstake(two, 0, MINIMUM, sender=second),
        lambda: suite.staking.claim(one, OWN, OWN_SLOT),
        lambda: suite.staking.pull_block_rewards(),
        lambda: suite.staking.claim_commission(two),
    ]
    results = []
    for order in permutations(actions):
        with boa.env.anchor():
            for action in order:
                action()
            mine(10)
            results.append([suite.pending(*place) for place in places])
    for column in zip(*results, strict=True):
        assert max(column) - min(column) <= DUST


def test_delegate_one_wei_and_a_donation__next_delegator_unharmed():
    """C4: there is no first-depositor game: the minimum holds and a donation changes no rate."""
    suite = deploy_suite()
    operator = suite.actor("attacker")
    with boa.reverts("staking: below the minimum"):
        suite.validators.register(1, 0, "", sender=operator)
    one = suite.validators.register(MINIMUM, 0, "", sender=operator)
    suite.token.transfer(suite.staking, 100 * MINIMUM, sender=operator)
    victim = suite.delegator("victim", one, MINIMUM)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    assert suite.staking.position(one, victim, 0).tokens == MINIMUM
    assert suite.pending(one, victim) == suite.pending(one) > 0


def test_everybody_leaves_and_returns__no_division_by_zero_and_nothing_lost():
    """C6, C30: the whole stake going stops no later stake, and the accumulator never goes back."""
    suite = deploy_suite(is_recipient=False)
    places = [suite.validator(f"validator {index}", commission=0) for index in range(3)]
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    owed = [suite.pending(one) for one, _ in places]
    for one, operator in places:
        suite.validators.exit(one, sender=operator)
        suite.staking.unstake(one, OWN_SLOT, FOR_EVER, sender=operator)
    mine(10, seconds=DAY)
    for one, operator in places:
        suite.validators.rejoin(one, sender=operator)
        suite.staking.stake(one, OWN_SLOT, MINIMUM, 0, sender=operator)
    # what the last division left went to those who stayed longest: dust
    assert all(suite.pending(one) - before in range(-1, DUST) for (one, _), before in zip(places, owed, strict=True))
    mine(EPOCH)
    received = sum(suite.staking.claim(one, OWN, OWN_SLOT) for one, _ in places) + suite.staking.recycle_idle_rewards()
    assert EPOCH * UNIT - received in range(DUST)
    assert suite.solvent()


@pytest.mark.py_evm
def test_validators_and_delegators__hundreds__nothing_costs_more_gas():
    """A14: no call loops over validators, delegators or requests: nobody's exit, claim or stake grows with the crowd."""
    suite = deploy_suite(terms=replace(TERMS, cap_bps=5_000, own_part_bps=0))
    one, operator = suite.validator("validator", 10 * MINIMUM)
    two, second = suite.validator("another", 10 * MINIMUM)
    owner = suite.delegator("delegator", one, 10 * MINIMUM)
    calls: dict[str, Callable[[], Any]] = {
        "pull": lambda: suite.staking.pull_block_rewards(),
        "notify": lambda: suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier),
        "stake": lambda: suite.staking.stake(one, 0, UNIT, 0, sender=owner),
        "claim": lambda: suite.staking.claim(one, owner, 0),
        "restake": lambda: suite.staking.restake(one, OWN_SLOT, sender=operator),
        "commission": lambda: suite.staking.claim_commission(one),
        "unstake": lambda: suite.staking.unstake(one, 0, UNIT, sender=owner),
        "withdraw": lambda: suite.staking.withdraw(one, 0, suite.staking.position(one, owner, 0).request_count - 1, sender=owner),
        "slash": lambda: suite.staking.slash(two, 0, 0, 1, sender=suite.slasher),
        "end": lambda: suite.staking.end_slash(two, 0, True, sender=suite.slasher),
        "unjail": lambda: suite.staking.set_bars(two, Status.JAILED, False, sender=suite.slasher),
        "table": lambda: suite.staking.set_decay_table(VALUES, sender=suite.owner),
    }

    def costs() -> dict[str, int]:
        used = {}
        mine(1, seconds=30 * 86_400)
        for name, call in calls.items():
            mine(UNBONDING_BLOCKS, seconds=UNBONDING)
            call()
            used[name] = suite.staking._computation.get_gas_used()
        return used

    for _ in range(64):  # the token's ring of recent mints is filled first: it is not what is measured
        suite.token.mint(suite.owner, 1, 0, sender=suite.issuer)
    costs()
    few = costs()
    for index in range(90):
        suite.validator(f"crowd {index}")
    for _ in range(2):  # what came counts for the cap once it was there for a day
        mine(1, seconds=86_400)
        suite.staking.stake(two, OWN_SLOT, 1, 0, sender=second)
    for index in range(200):
        account = suite.actor(f"small {index}", UNIT)
        suite.staking.stake(one, 0, UNIT, 0, sender=account)
        suite.staking.unstake(one, 0, UNIT // 2, sender=account)
    costs()
    many = costs()
    # division costs a few gas more or less with the size of the numbers; a single storage read is 2,100
    for name, gas in few.items():
        assert many[name] - gas < 700, (name, gas, many[name])


@pytest.mark.parametrize("blocks", [1, 10**6, 2**30])
def test_streams__long_over__nothing_reverts(blocks):
    suite = deploy_suite()
    one, operator = suite.validator("validator", 2 * MINIMUM)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(blocks)
    suite.staking.pull_block_rewards()
    mine(blocks)
    suite.staking.stake(one, OWN_SLOT, UNIT, 0, sender=operator)
    suite.staking.claim(one, OWN, OWN_SLOT)
    suite.staking.unstake(one, OWN_SLOT, MINIMUM, sender=operator)
    unbond()
    suite.staking.withdraw(one, OWN_SLOT, 0, sender=operator)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    assert suite.solvent()


# --- what stake earns, by number ---


def test_concavity__100_and_10000_staked__a_hundred_times_the_stake_earns_twenty_times_as_much():
    """ADR-004: effective stakes are 50 and 1,000: 1/21 and 20/21 of what flows, where stake alone would say 1/101."""
    suite = deploy_suite(is_recipient=False)
    small, _ = suite.validator("small", 100 * UNIT, commission=0)
    large, _ = suite.validator("large", 10_000 * UNIT, commission=0)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(210)
    assert abs(suite.pending(small) - 10 * UNIT) < 10**8  # weights count units of 2^20 wei: a part in 10^14 of 10^20
    assert abs(suite.pending(large) - 200 * UNIT) < 10**8
    assert 210 * UNIT - suite.pending(small) - suite.pending(large) in range(DUST)


def test_concavity__same_stake_in_one_or_in_two_delegations__earns_the_same():
    """The curve is over a validator's stake: splitting a delegation, or addresses, changes nothing."""
    suite = deploy_suite(is_recipient=False)
    one, _ = suite.validator("validator", 900 * UNIT, commission=0)
    whole = suite.delegator("whole", one, 50 * UNIT)
    parts = [suite.delegator(f"part {index}", one, 25 * UNIT) for index in range(2)]
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(100)
    assert suite.pending(one, whole) - sum(suite.pending(one, part) for part in parts) in range(-1, 2)
    assert 5 * UNIT - suite.pending(one, whole) in FEW


def test_lock__within_a_validator__a_year_earns_three_per_cent_more():
    suite = deploy_suite(is_recipient=False)
    one, _ = suite.validator("validator", 100 * UNIT, commission=0)
    free, locked = suite.delegator("free", one, 100 * UNIT), suite.delegator("locked", one, 100 * UNIT, months=12)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(303)
    assert 100 * UNIT - suite.pending(one, free) in FEW
    assert 103 * UNIT - suite.pending(one, locked) in FEW


def test_lock__between_validators__a_year_of_own_stake_weighs_six_per_cent_more():
    """The average bonus multiplies the validator's weight: its delegators gain by their operator's lock, too."""
    suite = deploy_suite(is_recipient=False)
    locked, operator = suite.validator("locked", 100 * UNIT, commission=0)
    free, _ = suite.validator("free", 100 * UNIT, commission=0)
    suite.staking.stake(locked, OWN_SLOT, 0, 12, sender=operator)
    assert suite.staking.validator(locked).weight == 53 * UNIT // 2**20
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(206)
    assert abs(suite.pending(locked) - 106 * UNIT) < 10**8
    assert abs(suite.pending(free) - 100 * UNIT) < 10**8


def test_lock__top_up_of_a_running_one__earns_by_the_blended_bonus():
    suite = deploy_suite(is_recipient=False)
    one, _ = suite.validator("validator", 100 * UNIT, commission=0)
    owner = suite.delegator("delegator", one, 50 * UNIT, months=12)
    mine(1, seconds=4 * MONTH)
    suite.staking.stake(one, 0, 50 * UNIT, 0, sender=owner)  # eight months left: 200; with 300 it is 250
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(405)
    # 100 with 1.025 beside 100 with 1
    assert 205 * UNIT - suite.pending(one, owner) in FEW
    assert 200 * UNIT - suite.pending(one) in FEW


def test_commission__twenty_per_cent__split_and_remainder_to_the_operator():
    suite = deploy_suite(is_recipient=False)
    one, operator = suite.validator("validator", 100 * UNIT, commission=2_000)
    owner = suite.delegator("delegator", one, 300 * UNIT)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(100)
    before = suite.token.balanceOf(operator)
    total = suite.staking.claim_commission(one) + suite.staking.claim(one, OWN, OWN_SLOT)
    assert 40 * UNIT - total in FEW  # 20 of commission, a quarter of 80
    assert suite.token.balanceOf(operator) == before + total
    assert 60 * UNIT - suite.staking.claim(one, owner, 0) in FEW
    assert suite.solvent()


def test_inactive__earns_nothing_and_the_others_earn_its_part():
    suite = deploy_suite(is_recipient=False)
    one, operator = suite.validator("one", commission=0)
    two, _ = suite.validator("two", commission=0)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(100)
    suite.validators.exit(one, sender=operator)
    mine(100, seconds=DAY)
    suite.validators.rejoin(one, sender=operator)
    mine(100)
    assert 100 * UNIT - suite.pending(one) in FEW
    assert 200 * UNIT - suite.pending(two) in FEW
