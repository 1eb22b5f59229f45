"""The reward ledger and its streams against the model, step by step, and the model against exact fractions, block by block."""

from __future__ import annotations

import random
from fractions import Fraction

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.clock import Clock
from mdt.model.staking import RewardLedger
from mdt.model.stream import LAST_END, SCALE, Stream
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.staking import mine

OPEN, SET_TOKENS, TAKE_OWED, TAKE_IDLE, EPOCH_REWARDS, BLOCK_REWARDS = range(6)
STEPS_PER_BLOCK = 40
UNIT = 10**18


def random_amount(rng: random.Random, low: int, high: int) -> int:
    """Evenly spread over the magnitudes, so that small and large are both common."""
    bits = rng.randint(low.bit_length(), high.bit_length())
    return min(high, max(low, rng.getrandbits(bits)))


def apply(model: RewardLedger, step: tuple[int, str, int, int]) -> int:
    """One step in the model; what the harness answers to it."""
    action, validator, amount, blocks = step
    if action == OPEN:
        model.open(validator, amount)
    elif action == SET_TOKENS:
        model.set_tokens(validator, amount)
    elif action == TAKE_OWED:
        return model.take_owed(validator)
    elif action == TAKE_IDLE:
        return model.take_idle()
    else:
        stream = model.epoch_stream if action == EPOCH_REWARDS else model.block_stream
        model.add_rewards(stream, amount, blocks)
        return stream.end
    return 0


class Run:
    """One random history of a ledger, with the books kept beside it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.clock = Clock(boa.env.evm.patch.block_number, boa.env.timestamp)
        self.model = RewardLedger(self.clock)
        self.names = [boa.env.generate_address(f"validator {index}") for index in range(8)]
        self.put_in = self.taken = 0

    def step(self) -> tuple[int, str, int, int]:
        """A possible next step."""
        rng, known = self.rng, self.model.validators
        action = rng.choice([OPEN, SET_TOKENS, SET_TOKENS, SET_TOKENS, TAKE_OWED, TAKE_OWED, TAKE_IDLE, EPOCH_REWARDS, BLOCK_REWARDS])
        validator = rng.choice(self.names)
        if action == OPEN and validator in known:
            action = TAKE_OWED
        if action == SET_TOKENS and validator not in known:
            action = OPEN
        blocks = rng.choice([32, rng.randint(32, 1_000), 1_000_000])
        if action == OPEN:
            return action, validator, random_amount(rng, UNIT, 2**83), 0
        if action == SET_TOKENS:
            return action, validator, rng.choice([0, random_amount(rng, UNIT, 2**83)]), 0
        # many times the supply may flow in the whole, never so much at once
        return action, validator, random_amount(rng, 1, 2**84), blocks

    def apply(self, step: tuple[int, str, int, int]) -> int:
        """One step in the model, and its sums."""
        answer = apply(self.model, step)
        if step[0] in (EPOCH_REWARDS, BLOCK_REWARDS):
            self.put_in += step[2]
        if step[0] in (TAKE_OWED, TAKE_IDLE):
            self.taken += answer
        return answer


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_ledger__random_steps__contract_equals_model_and_conserves(seed):
    """C2, C29, C34: every answer and the whole state, exact; what was put in is there or taken, to the scaled wei."""
    contract, run = harness("RewardLedgerHarness").deploy(), Run(random.Random(seed))
    model = run.model
    for _ in range(examples(quick=5, ci=25, deep=625)):  # x 40 steps x 4 seeds
        steps, expected = [], []
        if run.rng.random() < 0.3:  # what flowed to nobody, if anything did, is taken before it mixes with more
            steps.append((TAKE_IDLE, run.names[0], 0, 0))
            expected.append(run.apply(steps[-1]))
        for _ in range(STEPS_PER_BLOCK):
            steps.append(run.step())
            expected.append(run.apply(steps[-1]))
        if run.rng.random() < 0.3:  # everybody leaves: the next blocks flow to nobody
            for name in list(model.validators):
                steps.append((SET_TOKENS, name, 0, 0))
                expected.append(run.apply(steps[-1]))
        assert contract.run(steps) == expected
        state = contract.state(run.names)
        model.settle()
        net = state.network
        assert (net.acc, net.weight, net.carry, state.idle) == (model.acc, model.weight, model.carry, model.idle)
        assert (net.epoch_stream.rate, net.epoch_stream.end) == (model.epoch_stream.rate, model.epoch_stream.end)
        assert (net.block_stream.rate, net.block_stream.end) == (model.block_stream.rate, model.block_stream.end)
        for name, account in zip(run.names, state.accounts, strict=True):
            if name in model.validators:
                expected_account = model.settled(name)
                assert (account.tokens, account.acc, account.owed) == (expected_account.tokens, expected_account.acc, expected_account.owed)
                assert account.registered_at == expected_account.registered_at
            else:
                assert (account.tokens, account.acc, account.owed, account.registered_at) == (0, 0, 0, 0)
        assert model.scaled_total() == (run.put_in - run.taken) * SCALE
        blocks = run.rng.choice([1, 1, run.rng.randint(1, 50), run.rng.randint(1, 5_000)])
        mine(blocks)
        run.clock.advance(blocks, 3 * blocks)


def test_stream__random_top_ups__contract_equals_model():
    """The law end' = max(end, now) + n, rate' = (left + new) / (end' - now), and the rest it hands back."""
    contract, rng = harness("RewardLedgerHarness").deploy(), random.Random(7)
    for _ in range(examples(quick=1, ci=4, deep=200)):
        cases, expected = [], []
        for _ in range(500):
            now = rng.randrange(2**31)
            end = rng.choice([0, now, now + 1, now + rng.randrange(10**6), rng.randrange(2**31)])
            rate, amount = random_amount(rng, 0, 2**110), random_amount(rng, 0, 2**87)
            blocks = rng.choice([1, 32, rng.randint(1, 10**6), rng.randint(1, 2**37)])
            stop = rng.choice([now, now + 1, now + rng.randrange(2 * 10**6)])
            stream = Stream(rate, end)
            left = stream.left(now)
            rest = stream.top_up(now, amount, blocks)
            assert rest < stream.end - now
            assert stream.end <= LAST_END
            assert stream.left(now) + rest == left + amount * SCALE
            cases.append((rate, end, now, amount, blocks, stop))
            expected.append((stream.flow(now, stop), stream.rate, stream.end, rest))
        assert [tuple(answer) for answer in contract.top_ups(cases)] == expected


def test_packing__value_too_large__refused_never_cut_off():
    contract = harness("RewardLedgerHarness").deploy()
    for bits in (1, 32, 88, 112, 136, 144, 255):
        assert contract.fits(2**bits - 1, bits) == 2**bits - 1
        with boa.reverts("packing: value too large"):
            contract.fits(2**bits, bits)
    with boa.reverts("packing: value too large"):
        contract.run([(OPEN, boa.env.eoa, 2**88, 0)])


@given(seed=st.integers(0, 2**64), changes=st.integers(1, 12))
@settings(max_examples=examples(quick=20, ci=80, deep=5_000), deadline=None)
def test_model__random_histories__exact_shares_within_the_dust_bound(seed, changes):
    """No over-payment: nobody is owed more than its exact share of every block, but for the carry of each change.

    The dust bound: between two changes of weight less than one scaled wei per wei of weight waits in the carry and goes to
    those who are staked next; so no share is off by more than the sum of these carries, and a wei for the fraction of a claim.
    """
    rng, clock = random.Random(seed), Clock(1_000, 0)
    model, names = RewardLedger(clock), ["one", "two", "three"]
    ideal: dict[str, Fraction] = dict.fromkeys(names, Fraction(0))
    idle, bound, taken = Fraction(0), Fraction(0), dict.fromkeys(names, 0)
    for _ in range(changes):
        name = rng.choice(names)
        tokens = rng.choice([0, random_amount(rng, UNIT, 2**84)])
        bound += Fraction(model.weight, SCALE)
        if name in model.validators:
            model.set_tokens(name, tokens)
        else:
            model.open(name, max(tokens, UNIT))
        if rng.random() < 0.5:
            model.add_rewards(rng.choice([model.epoch_stream, model.block_stream]), random_amount(rng, 1, 2**84), rng.randint(1, 60))
            bound += 1
        if rng.random() < 0.5:
            taken[name] += model.take_owed(name)
        for _ in range(rng.randint(0, 40)):
            block = clock.block_number
            flow = Fraction(model.epoch_stream.flow(block, block + 1) + model.block_stream.flow(block, block + 1), SCALE)
            for other, account in model.validators.items():
                if model.weight:
                    ideal[other] += flow * account.tokens / model.weight
            idle += 0 if model.weight else flow
            clock.advance(1, 3)
    bound += Fraction(model.weight, SCALE)
    for name in model.validators:
        got = taken[name] + Fraction(model.settled(name).owed, SCALE)
        assert abs(got - ideal[name]) <= bound
    assert abs(Fraction(model.idle, SCALE) - idle) <= bound


@given(seed=st.integers(0, 2**64))
@settings(max_examples=examples(quick=20, ci=100, deep=5_000), deadline=None)
def test_model__settled_often_or_rarely__same_to_the_scaled_wei(seed):
    """C15: when anybody settles, reads or claims has no influence on what anybody is owed."""
    rng = random.Random(seed)
    clock, names = Clock(1_000, 0), ["one", "two", "three"]
    quiet, busy = RewardLedger(clock), RewardLedger(clock)
    taken = dict.fromkeys(names, 0)
    for name in names:
        tokens = random_amount(rng, UNIT, 2**84)
        quiet.open(name, tokens)
        busy.open(name, tokens)
    for _ in range(10):
        amount, blocks = random_amount(rng, 1, 2**84), rng.randint(1, 60)
        quiet.add_rewards(quiet.epoch_stream, amount, blocks)
        busy.add_rewards(busy.epoch_stream, amount, blocks)
        for _ in range(rng.randint(1, 40)):
            clock.advance(1, 3)
            name = rng.choice(names)
            taken[name] += busy.take_owed(name)
    for name in names:
        assert quiet.settled(name).owed == busy.settled(name).owed + taken[name] * SCALE
