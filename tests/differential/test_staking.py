"""Staking against its model over long random histories, and against itself: claims in another order, and a world in which a slash had not happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.offences import OFFENCES
from mdt.model.staking import OWN_SLOT
from mdt.units import DAY
from tests.stateful.staking_actions import StakingActions
from tests.support.boa_clock import mine
from tests.support.profiles import examples
from tests.support.staking import FOR_EVER, MINIMUM, OWN, TERMS, UNBONDING, UNBONDING_BLOCKS, UNIT, VALUES, StakingSuite, deploy_suite

WAITS = [3, 900, DAY, 4 * DAY, UNBONDING + 1, 40 * DAY, 200 * DAY]
ACCEPTED = [FOR_EVER, FOR_EVER, 2_000, 600, 0]
LATERS = [-1, 0, 1, UNBONDING_BLOCKS - 1, UNBONDING_BLOCKS, UNBONDING_BLOCKS + 1]  # than stake left, an offence; in blocks


# --- against the model ---


class LongRun(StakingActions):
    """Twelve validators, so that the cap of a tenth bites; about half of what is tried is refused."""

    MAX_VALIDATORS = 12

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.setup(0, None)
        self.accounts += [self.suite.actor(f"account {index}") for index in range(len(self.accounts), 12)]
        for index, account in enumerate(self.accounts):
            self.act_register(account, 5 * MINIMUM + index, 100 * index)

    def step(self) -> None:
        """One action of a random kind with random arguments."""
        rng, model = self.rng, self.model
        who, other = rng.sample(self.accounts, 2)
        key = self.pick(self.live(), rng.randrange(999))
        number, slot = rng.randint(1, len(model.pools)), rng.choice([0, 0, 1, 8])
        amount = rng.choice([1, UNIT, 100 * UNIT, rng.randint(1, 900 * UNIT), FOR_EVER])
        mover = self.owner(key) if rng.random() < 0.9 else who
        request = self.pick(self.requests(), rng.randrange(999)) or (key, 0)
        pending = self.pick(list(model.escrows), rng.randrange(999))
        left = self.pick(self.answerable(), rng.randrange(999)) or (key, FOR_EVER)
        asker = self.owner(request[0]) if rng.random() < 0.9 else who
        owed = self.pick([key[1:] for key in model.restitution if self.slashes[key[1]].is_overturned], rng.randrange(999))
        actions: list[Callable[[], Any]] = [
            lambda: self.act_mine(rng.randint(1, 60), rng.choice(WAITS)),
            lambda: self.act_mine(rng.randint(1, 60), rng.choice(WAITS)),
            lambda: self.act_stake(who, number, slot, min(amount, 10**22), rng.choice([0, 0, 1, 12, 13]), rng.choice(ACCEPTED), at_most=rng.random() < 0.5),
            lambda: self.act_set_limit(self.operator(number) if rng.random() < 0.8 else who, number, rng.choice([0, 10 * UNIT, 500 * UNIT, FOR_EVER])),
            lambda: self.act_stake(mover, key[0], key[2], rng.choice([0, UNIT]), rng.choice([0, 3, 12])),
            lambda: self.act_restake(mover, key[0], key[2]),
            lambda: self.act_unstake(mover, key[0], key[2], amount),
            lambda: self.act_cancel(asker, request[0][0], request[0][2], request[1]),
            lambda: self.act_withdraw(asker, request[0][0], request[0][2], request[1]),
            lambda: self.act_redelegate(mover, (key[0], key[2]), (number, rng.randrange(4)), amount, rng.choice(ACCEPTED)),
            lambda: self.act_claim(key, other),
            lambda: self.act_claim_commission(number, other),
            lambda: self.act_end_lock(key, other),
            lambda: self.act_set_recipient(who, other),
            lambda: self.act_registry("set_commission", self.operator(number), number, rng.choice([0, 500, 2_000])),
            lambda: self.act_registry("apply_commission", who, number),
            lambda: self.act_registry(rng.choice(["exit", "rejoin", "rejoin", "rejoin"]), self.operator(number), number),
            lambda: self.act_notify(rng.randint(0, 500 * UNIT)),
            lambda: self.act_pull(who),
            lambda: self.act_recycle(who),
            lambda: self.act_set_table([value * rng.randint(50, 52) // 52 for value in VALUES]),
            lambda: self.act_slash(number, rng.randrange(OFFENCES), rng.choice([500, 1_000, 5_000]), rng.choice([0, 0, 5, 60, 300])),
            lambda: self.act_end_slash(*pending, rng.random() < 0.5) if pending else None,
            lambda: self.act_end_slash(*pending, rng.random() < 0.5) if pending else None,
            lambda: self.act_unbar(number),
            lambda: self.act_unbar(number),
            lambda: self.act_answer(*left),
            lambda: self.act_answer(*left),
            lambda: (
                self.act_slash_about(*left, rng.randrange(OFFENCES), 1_000, rng.choice(LATERS))
                if left[1] != FOR_EVER or model.positions[left[0]].debt
                else None
            ),
            lambda: self.act_pay_restitution(*owed) if owed else None,
        ]
        rng.choice(actions)()


@pytest.mark.parametrize("seconds", [UNBONDING - 1, UNBONDING])
@pytest.mark.parametrize("later", LATERS)
def test_answer__offence_about_when_stake_left__contract_equals_model(later, seconds):
    """Y6: redelegated, asked back, own stake asked back; an offence in the block before, in that block, after it, and about an unbonding time later."""
    run = LongRun(0)
    mover, leaver = run.accounts[5], run.accounts[6]
    operator = run.operator(1)
    for account in (mover, leaver):
        run.act_stake(account, 1, 0, 100 * UNIT, 0)
    run.act_redelegate(mover, (1, 0), (2, 1), FOR_EVER)
    run.act_unstake(leaver, 1, 0, FOR_EVER)
    run.act_unstake(operator, 1, 8, 10 * UNIT)
    left = run.answerable()
    assert len(left) == 3
    run.act_mine(2 * UNBONDING_BLOCKS, seconds)
    run.act_slash_about(*left[0], 0, 1_000, later)
    for one in left:
        assert run.act_answer(*one)
    run.assert_everything_is_the_same()
    rest = {key[2]: run.model.positions[key].requests[number].tokens for key, number in left[1:]}
    assert rest[0] == (90 if later <= 0 else 100) * UNIT
    assert rest[8] == (9 if later < UNBONDING_BLOCKS or seconds < UNBONDING else 10) * UNIT
    run.everybody_leaves()
    run.assert_everything_is_the_same()


@pytest.mark.parametrize(("more", "is_let"), [(0, True), (1, False)])
def test_unstake__own_stake_down_to_its_part__contract_equals_model(more, is_let):
    """A twentieth of what is delegated to the wei, and a wei less."""
    run = LongRun(0)
    run.act_stake(run.accounts[5], 1, 0, 4_000 * UNIT, 0)
    run.act_unstake(run.operator(1), 1, 8, 300 * UNIT + more)
    assert bool(run.requests()) is is_let
    run.assert_everything_is_the_same()


def test_stake__own_part_outgrown_at_the_cap__contract_equals_model():
    """What is missing of the own part is let in, to the wei, where the cap leaves nothing."""
    run = LongRun(0)
    delegator, operator = run.accounts[5], run.operator(1)
    run.act_stake(delegator, 1, 0, 20 * 5 * MINIMUM, 0)
    for _ in range(2):
        run.act_mine(1, DAY)
        run.act_stake(run.operator(2), 2, 8, 1, 0)
    run.act_notify(100 * UNIT)
    run.act_mine(60, 180)
    run.act_restake(delegator, 1, 0)
    run.act_registry("exit", operator, 1)
    run.act_mine(1, DAY)
    run.act_registry("rejoin", operator, 1)
    pool = run.model.pools[1]
    assert not pool.is_active
    missing = -(-pool.delegated // 20) - pool.own_staked
    run.act_stake(operator, 1, 8, missing + 1, 0)
    assert not run.model.pools[1].is_active
    run.act_stake(operator, 1, 8, missing, 0)
    assert run.model.pools[1].is_active
    run.assert_everything_is_the_same()


def test_cancel__read_without_it__contract_equals_model():
    """Asked back, read and put back in one second; and a second before and at the end of the day."""
    run = LongRun(0)
    leaver = run.accounts[5]
    run.act_stake(leaver, 1, 0, 100 * UNIT, 0)
    run.act_mine(1, DAY)
    run.act_unstake(leaver, 1, 0, FOR_EVER)
    run.act_stake(run.accounts[6], 2, 0, 1, 0)
    for seconds, is_back in ((0, False), (DAY - 1, False), (1, True)):
        run.act_mine(1, seconds)
        run.act_cancel(leaver, 1, 0, 0)
        assert bool(run.requests()) is not is_back
    run.assert_everything_is_the_same()


@pytest.mark.parametrize(("most", "is_let"), [(FOR_EVER, False), (99, False), (100, True), (199, True)])
def test_redelegate__locked_and_a_largest_commission__contract_equals_model(most, is_let):
    """Validator 1 takes nothing and validator 2 a hundredth, which was never accepted."""
    run = LongRun(0)
    mover = run.accounts[5]
    run.act_stake(mover, 1, 0, 100 * UNIT, 12)
    run.act_redelegate(mover, (1, 0), (2, 1), FOR_EVER, most)
    assert bool(run.model.positions[run.key(mover, 2, 1)].shares) is is_let
    run.assert_everything_is_the_same()


@pytest.mark.parametrize("seed", range(examples(quick=1, ci=3, deep=200)))
def test_staking__long_random_history__contract_equals_model_and_everybody_gets_out(seed):
    """C6, C9, C33, D15: twelve validators, a few hundred steps."""
    run = LongRun(seed)
    for step in range(examples(quick=150, ci=300, deep=600)):
        run.step()
        run.assert_same_network()
        if step % 50 == 49:
            run.assert_everything_is_the_same()
            assert 0 <= run.reward_dust() <= run.dust_bound()
    run.everybody_leaves()
    run.assert_everything_is_the_same()
    assert run.staking.network().principal == run.staking.network().weight == 0
    assert 0 <= run.reward_dust() <= run.dust_bound()


# --- order of claims ---


def crowd(seed: int) -> tuple[StakingSuite, list[tuple[int, str, int]]]:
    """Validators and delegators with odd amounts, some with locks, at different times, slashed once, with both streams running."""
    rng, suite = random.Random(seed), deploy_suite(terms=replace(TERMS, own_part_bps=0))
    keys = []
    for index in range(3):
        number, _ = suite.validator(f"validator {index}", rng.randint(MINIMUM, 20 * MINIMUM), rng.choice([0, 333, 2_000]))
        keys.append((number, OWN, OWN_SLOT))
    suite.staking.notify_reward(rng.randint(1, 500 * UNIT), sender=suite.notifier)
    for index in range(5):
        mine(rng.randint(1, 50))
        number = rng.randint(1, 3)
        keys.append((number, suite.delegator(f"delegator {index}", number, rng.randint(1, 3_000 * UNIT), rng.choice([0, 5, 12])), 0))
    suite.staking.pull_block_rewards()
    mine(rng.randint(1, 50))
    suite.staking.slash(rng.randint(1, 3), 0, 0, 777, sender=suite.slasher)
    mine(rng.randint(1, 200))
    return suite, keys


def claimed(suite: StakingSuite, keys: list[tuple[int, str, int]]) -> dict[tuple[int, str, int], int]:
    """What each is paid, claiming in this order; those owed nothing are left out."""
    return {key: suite.staking.claim(*key) for key in keys if suite.staking.position(*key).pending_reward}


@given(seed=st.integers(0, 2**64), data=st.data())
@settings(max_examples=examples(quick=4, ci=12, deep=400), deadline=None)
def test_claims__in_any_order_and_any_subset__everybody_is_paid_the_same(seed, data):
    """C12, C15: now, and after more blocks in which some have claimed and others have not."""
    suite, keys = crowd(seed)
    order, early = data.draw(st.permutations(keys)), set(data.draw(st.lists(st.sampled_from(keys))))
    pending = {key: suite.staking.position(*key).pending_reward for key in keys}
    with boa.env.anchor():
        mine(25)
        undisturbed = claimed(suite, keys)
    with boa.env.anchor():
        now = claimed(suite, order)
        assert now == {key: amount for key, amount in pending.items() if amount}
    first = claimed(suite, [key for key in order if key in early])
    for key in keys:
        assert suite.staking.position(*key).pending_reward == (0 if key in first else pending[key]), "nobody else's changes"
    mine(25)
    later = claimed(suite, order)
    for key in keys:
        assert first.get(key, 0) + later.get(key, 0) == undisturbed.get(key, 0)


@given(seed=st.integers(0, 2**64), data=st.data())
@settings(max_examples=examples(quick=3, ci=5, deep=300), deadline=None)
def test_commission_and_touches_by_others__nobody_loses_a_wei(seed, data):
    """C12, C29, D15: what settles a pool rounds by less than a wei, in whoever's name it is called."""
    suite, keys = crowd(seed)
    toucher = suite.actor("toucher")
    with boa.env.anchor():
        mine(60)
        undisturbed = {key: suite.staking.position(*key).pending_reward for key in keys}
    touched = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=6))
    for number in touched:
        if suite.staking.validator(number).commission_owed:
            suite.staking.claim_commission(number, sender=toucher)
        mine(60 // len(touched))
    mine(60 - 60 // len(touched) * len(touched))
    for key in keys:
        assert undisturbed[key] - suite.staking.position(*key).pending_reward in (-1, 0, 1)


# --- a world without the slash ---

SHARE = 10_000  # stakes are multiples, so that a part of a pool in wei is a whole number of its shares before and after any slash


@dataclass
class World:
    """One of two worlds with the same people and plans: in one a slash happens and is overturned."""

    suite: StakingSuite
    numbers: list[int]
    people: list[tuple[str, int]]  # delegator, validator
    is_slashed: bool
    rate: int = 10_000  # wei a share of the slashed pool is worth, in parts of 10,000

    def amount(self, number: int, shares: int) -> int:
        """Wei that so many shares of a pool are worth now."""
        return shares * self.rate // 10_000 if number == self.numbers[0] else shares

    def act(self, plan: tuple[str, int, int]) -> None:
        """One step of the plan: what a person does, in shares."""
        kind, index, part = plan
        suite, (person, number) = self.suite, self.people[index % len(self.people)]
        position = suite.staking.position(number, person, 0)
        shares = position.shares * part // 10 // SHARE * SHARE
        if kind == "wait":
            mine(3, seconds=part * DAY)
        elif kind == "unstake" and shares:
            suite.staking.unstake(number, 0, self.amount(number, shares), sender=person)
        elif kind == "leave" and position.shares:
            suite.staking.unstake(number, 0, FOR_EVER, sender=person)
        elif kind == "withdraw":
            for request in range(position.request_count):
                held = suite.staking.request(number, person, 0, request)
                is_over = held.unlocks_at <= boa.env.timestamp and held.left_at + UNBONDING_BLOCKS <= boa.env.evm.patch.block_number
                if held.unlocks_at and is_over and held.next_slash >= suite.staking.validator(number).slash_count:
                    suite.staking.withdraw(number, 0, request, sender=person)
        elif kind == "move" and shares and number == self.numbers[0]:
            slot = next((slot for slot in range(1, 8) if not suite.staking.position(self.numbers[1], person, slot).shares), 0)
            if slot:
                suite.staking.redelegate(number, 0, self.numbers[1], slot, self.amount(number, shares), sender=person)

    def principal(self, person: str, number: int) -> int:
        """All that is a person's: in the pools, on the way out, withdrawn, and what the slash owes it."""
        suite = self.suite
        total = suite.token.balanceOf(person) + suite.staking.restitution(suite.slasher, 0, person)
        for validator in self.numbers:
            for slot in range(8):
                position = suite.staking.position(validator, person, slot)
                total += position.tokens
                for request in range(position.request_count):
                    total += suite.staking.request(validator, person, slot, request).tokens
        return int(total)


steps = st.tuples(st.sampled_from(["wait", "unstake", "unstake", "leave", "withdraw", "withdraw", "move"]), st.integers(0, 4), st.integers(1, 9))


@given(
    stakes=st.lists(st.integers(SHARE, 10**19), min_size=3, max_size=5),
    before=st.lists(steps, max_size=4),
    during=st.lists(steps, max_size=8),
    after=st.lists(steps, max_size=4),
    bps=st.sampled_from([1, 500, 1_000, 3_333, 5_000]),
    is_answered=st.booleans(),
    age=st.integers(0, 12),
)
@settings(max_examples=examples(quick=6, ci=25, deep=1_000), deadline=None)
def test_overturned_slash__everybody_has_what_it_would_have_had(stakes, before, during, after, bps, is_answered, age):
    """D14, D9, D10: principal to the wei, whoever stayed, left, asked, moved on or answered before, during and after the slash."""
    worlds = []
    for is_slashed in (False, True):
        with boa.env.anchor():
            worlds.append(outcome(stakes, before, during, after, bps, is_answered, age, is_slashed))
    assert worlds[0] == worlds[1]


def outcome(stakes: list[int], before: list[Any], during: list[Any], after: list[Any], bps: int, is_answered: bool, age: int, is_slashed: bool) -> list[int]:
    """What each has in the end."""
    suite = deploy_suite(is_recipient=False)
    numbers = [suite.validator(name, 100 * MINIMUM)[0] for name in ("slashed", "other")]
    people = [
        (suite.delegator(f"person {index}", numbers[index % 4 == 3], amount // SHARE * SHARE), numbers[index % 4 == 3]) for index, amount in enumerate(stakes)
    ]
    world = World(suite, numbers, people, is_slashed)
    for plan in before:
        world.act(plan)
    if is_slashed:
        height = max(boa.env.evm.patch.block_number - age, 0)
        suite.staking.slash(numbers[0], 0, 0, bps, sender=suite.slasher)
        world.rate -= bps
        if is_answered:
            for person, home in people:
                for slot in range(1, 8):
                    if suite.staking.debt(numbers[1], person, slot).source_id == numbers[0]:
                        suite.staking.answer_slash(numbers[1], person, slot, FOR_EVER, 0, bps, height, sender=suite.slasher)
                for request in range(suite.staking.position(numbers[0], person, 0).request_count if home == numbers[0] else 0):
                    if suite.staking.request(numbers[0], person, 0, request).unlocks_at:
                        suite.staking.answer_slash(numbers[0], person, 0, request, 0, bps, height, sender=suite.slasher)
    for plan in during:
        world.act(plan)
    if is_slashed:
        suite.staking.end_slash(numbers[0], 0, True, sender=suite.slasher)
        suite.staking.set_bars(numbers[0], 4, False, sender=suite.slasher)
        world.rate = 10_000
    for plan in after:
        world.act(plan)
    assert suite.solvent()
    own = [suite.staking.position(number, OWN, OWN_SLOT).tokens for number in numbers]
    return [*own, *(world.principal(person, number) for person, number in people)]
