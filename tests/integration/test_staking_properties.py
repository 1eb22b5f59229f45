"""What no order, timing or crowd can change about staking rewards: on the real contracts, and in numbers on their models."""

from __future__ import annotations

from itertools import permutations

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.clock import Clock
from mdt.model.halving import Schedule
from mdt.model.staking import Staking
from mdt.model.stream import SCALE
from tests.support.profiles import examples
from tests.support.staking import DUST, EPOCH, FOR_EVER, MINIMUM, PRESET, UNBONDING, UNIT, deploy_suite, mine

SCHEDULE = Schedule(initial=2 * UNIT, interval=100, halvings=3)
ALL_BLOCKS = 400
OWNER, EARLY, LATE = ("0x" + f"{index:040x}" for index in (1, 2, 3))


def pulled(pulls: list[int], joins: int | None = None) -> tuple[Staking, list[int], dict[str, int]]:
    """The model over all blocks of the schedule with pulls in some of them; what flows in each block, what each was owed."""
    clock = Clock(0, 0)
    staking = Staking(
        clock,
        min_validator_stake=MINIMUM,
        unbonding_seconds=UNBONDING,
        stream_blocks=EPOCH,
        owner=OWNER,
        token_cap=PRESET.token.cap,
        start_block=0,
    )
    staking.register(EARLY, MINIMUM)
    flows = []
    for block in range(2 * ALL_BLOCKS + 1):
        if block == joins:
            staking.register(LATE, MINIMUM)
        if block in pulls:
            since = staking.pulled_through
            staking.pull_block_rewards(SCHEDULE.cumulative(block), SCHEDULE.reward_at(since))
        flows.append(staking.ledger.block_stream.flow(block, block + 1))
        clock.advance(1, 3)
    return staking, flows, {name: staking.pending_reward(name) for name in (EARLY, LATE)}


@given(pulls=st.lists(st.integers(1, ALL_BLOCKS), max_size=30))
@settings(max_examples=examples(quick=20, ci=60, deep=3_000), deadline=None)
def test_pull__any_times__no_block_pays_more_than_scheduled_and_all_is_paid(pulls):
    """Early, late, often or once: the stream lags the schedule and never runs ahead of it, and nothing is lost."""
    staking, flows, owed = pulled([*pulls, ALL_BLOCKS])
    assert owed[EARLY] + staking.ledger.carry // SCALE in range(SCHEDULE.lifetime_total - 1, SCHEDULE.lifetime_total + 1)
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
    assert owed[LATE] <= (2 * ALL_BLOCKS + 1 - joins) * SCHEDULE.initial // 2 + DUST


def test_same_block__stake_claim_unstake__earns_nothing():
    """C7: on the contract, with both streams running."""
    suite = deploy_suite()
    suite.validator("early")
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(50)
    suite.staking.pull_block_rewards()
    visitor = suite.validator("visitor", 100 * MINIMUM)
    with boa.reverts("staking: nothing to claim"):
        suite.staking.claim(visitor)
    suite.staking.unstake(100 * MINIMUM, sender=visitor)
    assert suite.staking.pending_reward(visitor) == 0
    mine(EPOCH)
    assert suite.staking.pending_reward(visitor) == 0


def test_same_block__claims_in_any_order__same_amounts():
    """C15"""
    suite = deploy_suite()
    names = [suite.validator(f"validator {index}", (index + 1) * MINIMUM + index) for index in range(4)]
    suite.staking.notify_reward(EPOCH * UNIT + 1, sender=suite.notifier)
    mine(77)
    results = set()
    for order in permutations(names):
        with boa.env.anchor():
            claimed = {name: suite.staking.claim(name) for name in order}
            results.add(tuple(claimed[name] for name in names))
    assert len(results) == 1


def test_same_block__changes_of_stake_in_any_order__same_rewards_within_the_carry():
    """C15: who settles first in a block gets no advantage."""
    suite = deploy_suite()
    names = [suite.validator(f"validator {index}", 3 * MINIMUM) for index in range(3)]
    suite.staking.notify_reward(EPOCH * UNIT + 1, sender=suite.notifier)
    mine(77)
    actions = [
        lambda: suite.staking.stake(MINIMUM, sender=names[0]),
        lambda: suite.staking.unstake(2 * MINIMUM, sender=names[1]),
        lambda: suite.staking.claim(names[2]),
        lambda: suite.staking.pull_block_rewards(),
    ]
    results = []
    for order in permutations(actions):
        with boa.env.anchor():
            for action in order:
                action()
            mine(10)
            results.append([suite.staking.pending_reward(name) for name in names])
    for column in zip(*results, strict=True):
        assert max(column) - min(column) <= DUST


def test_register_with_one_wei_and_a_donation__next_validator_unharmed():
    """C4: there is no first-depositor game: the minimum holds and a donation changes no rate."""
    suite = deploy_suite()
    attacker, victim = suite.actor("attacker"), suite.actor("victim")
    with boa.reverts("staking: below the minimum"):
        suite.staking.register(1, sender=attacker)
    suite.staking.register(MINIMUM, sender=attacker)
    suite.token.transfer(suite.staking, 100 * MINIMUM, sender=attacker)
    suite.staking.register(MINIMUM, sender=victim)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    assert suite.staking.position(victim).tokens == MINIMUM
    assert suite.staking.pending_reward(victim) == suite.staking.pending_reward(attacker) > 0


def test_everybody_leaves_and_returns__no_division_by_zero_and_nothing_lost():
    """C6, C30: the whole stake unbonding stops no later stake, and the accumulator never goes back."""
    suite = deploy_suite(is_recipient=False)
    names = [suite.validator(f"validator {index}") for index in range(3)]
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(10)
    owed = [suite.staking.pending_reward(name) for name in names]
    for name in names:
        suite.staking.unstake(MINIMUM, sender=name)
    mine(10)
    for name in names:
        suite.staking.stake(MINIMUM, sender=name)
    # what the last division left went to those who stayed longest: dust
    assert all(suite.staking.pending_reward(name) - before in range(DUST) for name, before in zip(names, owed, strict=True))
    mine(EPOCH)
    received = sum(suite.staking.claim(name) for name in names) + suite.staking.recycle_idle_rewards()
    assert EPOCH * UNIT - received in range(DUST)
    assert suite.solvent()


def test_validators__five_hundred__nothing_costs_more_gas():
    """A14: no call loops over validators, and nobody's exit, claim or stake grows with the crowd."""
    suite = deploy_suite()
    validator = suite.validator("validator", 10 * MINIMUM)

    def costs() -> dict[str, int]:
        calls = {
            "pull": lambda: suite.staking.pull_block_rewards(),
            "notify": lambda: suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier),
            "stake": lambda: suite.staking.stake(UNIT, sender=validator),
            "claim": lambda: suite.staking.claim(validator),
            "unstake": lambda: suite.staking.unstake(UNIT, sender=validator),
            "withdraw": lambda: suite.staking.withdraw(suite.staking.position(validator).request_count - 1, sender=validator),
        }
        used = {}
        for name, call in calls.items():
            mine(10, seconds=UNBONDING)
            call()
            used[name] = suite.staking._computation.get_gas_used()
        return used

    for _ in range(64):  # the token's ring of recent mints is filled first: it is not what is measured
        suite.token.mint(suite.owner, 1, 0, sender=suite.issuer)
    costs()
    few = costs()
    for index in range(499):
        account = boa.env.generate_address(f"crowd {index}")
        suite.token.mint(account, MINIMUM, 0, sender=suite.issuer)
        suite.token.approve(suite.staking, FOR_EVER, sender=account)
        suite.staking.register(MINIMUM, sender=account)
    assert suite.staking.network().validator_count == 500
    many = costs()
    # division costs a few gas more or less with the size of the numbers; a single storage read is 2,100
    for name, gas in few.items():
        assert abs(many[name] - gas) < 500, (name, gas, many[name])


@pytest.mark.parametrize("blocks", [1, 10**6, 2**30])
def test_streams__long_over__nothing_reverts(blocks):
    suite = deploy_suite()
    validator = suite.validator("validator", 2 * MINIMUM)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    mine(blocks)
    suite.staking.pull_block_rewards()
    mine(blocks)
    suite.staking.stake(UNIT, sender=validator)
    suite.staking.claim(validator)
    suite.staking.unstake(MINIMUM, sender=validator)
    mine(1, seconds=UNBONDING)
    suite.staking.withdraw(0, sender=validator)
    suite.staking.notify_reward(EPOCH * UNIT, sender=suite.notifier)
    assert suite.solvent()
