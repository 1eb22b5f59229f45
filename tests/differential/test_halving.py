"""The halving module against its model, and the model against counting block by block."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model import halving as model
from tests.support.harness import harness
from tests.support.naive_halving import naive_cumulative
from tests.support.profiles import examples

BATCH = 500


def random_case(rng: random.Random) -> tuple[int, int, int, int]:
    """A schedule within the bounds, and a number of elapsed blocks that is often at or next to an era boundary."""
    halvings = rng.choice([0, 1, 10, 31, 32, rng.randrange(33)])
    step = 1 << halvings
    initial = step * rng.randint(1, min(model.MAX_INITIAL // step, rng.choice([3, 10**18, 2**128])))
    interval = rng.choice([1, 2, rng.randint(1, 100), rng.randint(1, 10**9), rng.randint(1, model.MAX_INTERVAL)])
    boundary = interval * rng.randrange(halvings + 3)
    elapsed = rng.choice(
        [
            max(0, boundary + rng.choice([-1, 0, 1])),
            rng.randrange(interval * (halvings + 2)),
            rng.randrange(2**64),
            2**256 - 1 - rng.randrange(3),
        ]
    )
    return initial, interval, halvings, elapsed


def test_halving__random_schedules__contract_equals_model():
    """Every output of the module, exact to the wei (A18)."""
    contract = harness("HalvingHarness").deploy()
    rng = random.Random(20_250_101)
    for _ in range(examples(quick=2, ci=10, deep=240)):
        cases = [random_case(rng) for _ in range(BATCH)]
        for case, found in zip(cases, contract.answers(cases), strict=True):
            initial, interval, halvings, elapsed = case
            assert tuple(found) == (
                model.cumulative(*case),
                model.reward_at(*case),
                model.era_at(interval, elapsed),
                model.lifetime_total(initial, interval, halvings),
            ), case


@given(
    halvings=st.integers(0, 6),
    scale=st.integers(1, 10**20),
    interval=st.integers(1, 40),
    elapsed=st.integers(0, 400),
)
@settings(max_examples=examples(quick=50, ci=300, deep=20_000), deadline=None)
def test_model__small_schedules__equals_counting_block_by_block(halvings, scale, interval, elapsed):
    """The closed form, the per-block reward and the lifetime total against the naive loop."""
    initial = scale << halvings
    assert model.cumulative(initial, interval, halvings, elapsed) == naive_cumulative(initial, interval, halvings, elapsed)
    assert model.reward_at(initial, interval, halvings, elapsed) == (
        naive_cumulative(initial, interval, halvings, elapsed + 1) - naive_cumulative(initial, interval, halvings, elapsed)
    )
    assert model.lifetime_total(initial, interval, halvings) == naive_cumulative(initial, interval, halvings, 7 * 40)


def test_model__every_tiny_schedule__equals_counting_block_by_block():
    """Exhaustive: every schedule of up to 4 halvings and 6 blocks an era, every block to past its end."""
    for halvings in range(5):
        for interval in range(1, 7):
            schedule = model.HalvingSchedule(3 << halvings, interval, halvings)
            for elapsed in range(interval * (halvings + 2) + 1):
                assert schedule.cumulative(elapsed) == naive_cumulative(3 << halvings, interval, halvings, elapsed)


@given(data=st.data())
@settings(max_examples=examples(quick=50, ci=300, deep=20_000), deadline=None)
def test_model__any_partition__sums_to_the_whole(data):
    """A6/A7: cutting a range at any blocks, also across several halvings, never changes what it earns."""
    halvings = data.draw(st.integers(0, 32))
    initial = data.draw(st.integers(1, 10**12)) << halvings
    interval = data.draw(st.integers(1, 10**6))
    cuts = sorted(data.draw(st.lists(st.integers(0, interval * (halvings + 2)), min_size=2, max_size=30)))
    schedule = model.HalvingSchedule(initial, interval, halvings)
    parts = [schedule.cumulative(b) - schedule.cumulative(a) for a, b in pairwise(cuts)]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == schedule.cumulative(cuts[-1]) - schedule.cumulative(cuts[0])
    assert schedule.cumulative(2**64) == schedule.lifetime_total
