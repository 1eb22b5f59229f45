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
from tests.support.boa_clock import block_number, mine
from tests.support.harness import harness
from tests.support.profiles import examples

SET_WEIGHT, TAKE_IDLE, EPOCH_REWARDS, BLOCK_REWARDS = range(4)
STEPS_PER_BLOCK = 40
SMALLEST, LARGEST = 10**18 >> 20, 2**65  # units: a token's effective stake, and more than all there can be

Step = tuple[int, int, int]


def random_amount(rng: random.Random, low: int, high: int) -> int:
    """Evenly spread over the magnitudes, so that small and large are both common."""
    bits = rng.randint(low.bit_length(), high.bit_length())
    return min(high, max(low, rng.getrandbits(bits)))


class Run:
    """One random history of a ledger, with the books kept beside it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.clock = Clock(block_number(), boa.env.timestamp)
        self.model = RewardLedger(self.clock)
        self.put_in = self.taken = 0

    def step(self) -> Step:
        """A possible next step."""
        rng = self.rng
        action = rng.choice([SET_WEIGHT, SET_WEIGHT, SET_WEIGHT, TAKE_IDLE, EPOCH_REWARDS, BLOCK_REWARDS])
        if action == SET_WEIGHT:
            return action, rng.choice([0, self.model.weight, random_amount(rng, SMALLEST, LARGEST)]), 0
        # many times the supply may flow in the whole, never so much at once
        return action, random_amount(rng, 1, 2**80), rng.choice([32, rng.randint(32, 1_000), 1_000_000])

    def apply(self, step: Step) -> int:
        """One step in the model, and its sums; what the harness answers to it."""
        model, (action, amount, blocks) = self.model, step
        if action == SET_WEIGHT:
            model.settle()
            model.weight = amount
            return model.acc
        if action == TAKE_IDLE:
            taken = model.take_idle()
            self.taken += taken
            return taken
        stream = model.epoch_stream if action == EPOCH_REWARDS else model.block_stream
        model.add_rewards(stream, amount, blocks)
        self.put_in += amount
        return stream.end


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_ledger__random_steps__contract_equals_model_and_conserves(seed):
    """C2, C29, C34: every answer and the whole state, exact; what was put in is there, shared out or taken, to the scaled wei."""
    contract, run = harness("RewardLedgerHarness").deploy(), Run(random.Random(seed))
    model = run.model
    for _ in range(examples(quick=5, ci=25, deep=625)):  # x 40 steps x 4 seeds
        steps = [run.step() for _ in range(STEPS_PER_BLOCK)]
        expected = [run.apply(step) for step in steps]
        if run.rng.random() < 0.3:  # everybody leaves: the next blocks flow to nobody
            steps.append((SET_WEIGHT, 0, 0))
            expected.append(run.apply(steps[-1]))
        assert contract.run(steps) == expected
        for _ in range(run.rng.randint(1, 3)):  # read more than once: nothing was settled in between
            blocks = run.rng.choice([1, 1, run.rng.randint(1, 50), run.rng.randint(1, 5_000), 10**6])
            mine(blocks)
            run.clock.advance(blocks, 3 * blocks)
            state, net = contract.state(), contract.state().network
            model.settle()
            assert (net.acc, net.weight, net.carry, state.idle) == (model.acc, model.weight, model.carry, model.idle)
            assert tuple(state.epoch_stream) == (model.epoch_stream.rate, model.epoch_stream.end)
            assert tuple(state.block_stream) == (model.block_stream.rate, model.block_stream.end)
            assert (run.put_in - run.taken) * SCALE == model.streams_left() + model.carry + model.idle + model.shared


@pytest.mark.parametrize("seed", [1, 2])
def test_ledger__settled_in_every_block_or_once__same_in_the_contract(seed):
    """C15: settling is a function of the block alone."""
    rng, quiet, busy = random.Random(seed), harness("RewardLedgerHarness").deploy(), harness("RewardLedgerHarness").deploy()
    weight = random_amount(rng, SMALLEST, LARGEST)
    for contract in (quiet, busy):
        contract.run([(SET_WEIGHT, weight, 0)])
    for _ in range(examples(quick=3, ci=10, deep=200)):
        step = (rng.choice([EPOCH_REWARDS, BLOCK_REWARDS]), random_amount(rng, 1, 2**80), rng.randint(32, 60))
        for contract in (quiet, busy):
            contract.run([step])
        for _ in range(rng.randint(1, 90)):
            mine(rng.choice([1, 1, 1, 7]))
            busy.run([(SET_WEIGHT, weight, 0)])
        assert quiet.state() == busy.state()


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


def test_stream__two_joined__pay_together_until_the_first_ends():
    contract, rng = harness("RewardLedgerHarness").deploy(), random.Random(8)
    for _ in range(examples(quick=100, ci=300, deep=5_000)):
        now = rng.randrange(2**31)
        ends = [rng.choice([0, now - 1, now, now + 1, now + rng.randrange(100)]) for _ in range(2)]
        streams = [Stream(rng.choice([0, rng.getrandbits(120)]), max(0, end)) for end in ends]
        rate, end = contract.joined(*((stream.rate, stream.end) for stream in streams), now)
        assert end == min([stream.end for stream in streams if stream.end > now], default=LAST_END)
        stop = rng.randint(now, min(end, now + 200))
        assert rate * (stop - now) == sum(stream.flow(now, stop) for stream in streams)


def test_packing__value_too_large__refused_never_cut_off():
    contract = harness("RewardLedgerHarness").deploy()
    for bits in (1, 32, 88, 112, 136, 144, 255):
        assert contract.fits(2**bits - 1, bits) == 2**bits - 1
        with boa.reverts("packing: value too large"):
            contract.fits(2**bits, bits)
    with boa.reverts("packing: value too large"):
        contract.run([(SET_WEIGHT, 2**66, 0)])
    contract.run([(SET_WEIGHT, 1, 0), (EPOCH_REWARDS, 2**46, 32)])
    mine(32)
    with boa.reverts("packing: value too large"):  # the accumulator, 2^93 after this
        contract.run([(SET_WEIGHT, 1, 0)])


@given(seed=st.integers(0, 2**64), changes=st.integers(1, 12))
@settings(max_examples=examples(quick=20, ci=80, deep=5_000), deadline=None)
def test_model__random_histories__exact_shares_within_the_dust_bound(seed, changes):
    """No over-payment: nobody is owed more than its exact share of every block, but for the carry of each change.

    The dust bound: between two changes of weight less than one scaled wei per unit of weight waits in the carry and goes to
    those who weigh next; so no share is off by more than the sum of these carries.
    """
    rng, clock = random.Random(seed), Clock(1_000, 0)
    model, names = RewardLedger(clock), ["one", "two", "three"]
    weights, seen = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    got, ideal = dict.fromkeys(names, 0), dict.fromkeys(names, Fraction(0))
    idle, bound = Fraction(0), Fraction(0)
    for _ in range(changes):
        name = rng.choice(names)
        model.settle()
        got[name] += weights[name] * (model.acc - seen[name])
        seen[name] = model.acc
        bound += Fraction(model.weight, SCALE)
        weights[name] = rng.choice([0, random_amount(rng, SMALLEST, LARGEST // 4)])
        model.weight = sum(weights.values())
        if rng.random() < 0.5:
            model.add_rewards(rng.choice([model.epoch_stream, model.block_stream]), random_amount(rng, 1, 2**84), rng.randint(1, 60))
            bound += 1
        for _ in range(rng.randint(0, 40)):
            block = clock.block_number
            flow = Fraction(model.epoch_stream.flow(block, block + 1) + model.block_stream.flow(block, block + 1), SCALE)
            for other, weight in weights.items():
                if model.weight:
                    ideal[other] += flow * weight / model.weight
            idle += 0 if model.weight else flow
            clock.advance(1, 3)
    model.settle()
    bound += Fraction(model.weight, SCALE)
    for name, weight in weights.items():
        owed = Fraction(got[name] + weight * (model.acc - seen[name]), SCALE)
        assert abs(owed - ideal[name]) <= bound
    assert abs(Fraction(model.idle, SCALE) - idle) <= bound


@given(seed=st.integers(0, 2**64))
@settings(max_examples=examples(quick=20, ci=100, deep=5_000), deadline=None)
def test_model__settled_often_or_rarely__same_to_the_scaled_wei(seed):
    """C15: when anybody settles, reads or claims has no influence on what anybody is owed."""
    rng, clock = random.Random(seed), Clock(1_000, 0)
    quiet, busy = RewardLedger(clock), RewardLedger(clock)
    quiet.weight = busy.weight = random_amount(rng, SMALLEST, LARGEST)
    for _ in range(10):
        amount, blocks = random_amount(rng, 1, 2**84), rng.randint(1, 60)
        quiet.add_rewards(quiet.epoch_stream, amount, blocks)
        busy.add_rewards(busy.epoch_stream, amount, blocks)
        for _ in range(rng.randint(1, 40)):
            clock.advance(1, 3)
            busy.settle()
    quiet.settle()
    assert (quiet.acc, quiet.carry, quiet.idle, quiet.shared) == (busy.acc, busy.carry, busy.idle, busy.shared)
