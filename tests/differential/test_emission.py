"""Utility, emission and shares: contract against model, many random and extreme cases per call."""

from __future__ import annotations

import random

from mdt.model import emission, shares, utility
from mdt.units import BPS, WAD
from tests.support.harness import harness
from tests.support.profiles import examples

BATCH = 500


def batches() -> int:
    """Batches per profile: 100,000 cases in deep."""
    return examples(quick=2, ci=10, deep=200)


def thirds(rng: random.Random) -> list[int]:
    """Three parts of 10,000 bps, often with zeros and whole ones among them."""
    cuts = sorted(rng.choice([0, BPS, rng.randint(0, BPS)]) for _ in range(2))
    return [cuts[0], cuts[1] - cuts[0], BPS - cuts[1]]


def edge_or_any(rng: random.Random, highest: int) -> int:
    """0, 1, the highest, one below, or anything, on a linear or a logarithmic scale."""
    return rng.choice([0, min(1, highest), highest, max(0, highest - 1), rng.randint(0, highest), rng.randint(0, highest) >> rng.randrange(256)])


def test_utility__random_and_extreme_inputs__contract_equals_model():
    """A17, A18, A19: U, and U limited against the last one."""
    contract = harness("EmissionHarness").deploy()
    rng = random.Random(1)
    for _ in range(batches()):
        cases = []
        for _ in range(BATCH):
            max_tasks = max(1, edge_or_any(rng, emission.MAX_MAX_TASKS))
            tasks = edge_or_any(rng, rng.choice([max_tasks, 2 * max_tasks, utility.TASKS_LIMIT - 1]))
            cases.append((thirds(rng), max_tasks, tasks, *(edge_or_any(rng, WAD) for _ in range(4))))
        for case, found in zip(cases, contract.utilities(cases), strict=True):
            *inputs, last, max_change = case
            expected = utility.utility(*inputs)
            assert list(found) == [expected, utility.limited(expected, last, max_change)], case
            assert expected <= WAD, case


def test_emission__random_and_extreme_schedules__contract_equals_model():
    """A6, A7, A18: epochs inside, across and after all eras, at the bounds of every width."""
    contract = harness("EmissionHarness").deploy()
    rng = random.Random(2)
    for _ in range(batches()):
        cases = []
        for _ in range(BATCH):
            halvings = rng.randint(0, 32)
            epoch_blocks = rng.choice([10, 480, 28_800, rng.randint(10, 10**7), emission.MAX_EPOCH_BLOCKS])
            interval = rng.choice([1, rng.randint(1, 3 * epoch_blocks), rng.randint(1, 10**9), 2**40 - 1])
            epoch = rng.choice([rng.randrange(50), (halvings + 1) * interval // epoch_blocks, rng.randint(0, (halvings + 2) * interval) // epoch_blocks])
            base = max(1, edge_or_any(rng, emission.MAX_BASE_REWARD))
            cases.append((base, interval, halvings, epoch * epoch_blocks, epoch_blocks, edge_or_any(rng, WAD)))
        for case, found in zip(cases, contract.emissions(cases), strict=True):
            base, interval, halvings, first, epoch_blocks, value = case
            schedule = emission.EmissionSchedule(epoch_blocks, base, interval, halvings)
            expected = emission.amount(base, schedule.earned(first, first + epoch_blocks), epoch_blocks, halvings, value)
            assert found == expected, case
            assert found <= base, case


def test_shares__random_and_extreme_amounts__contract_equals_model():
    """A16: to the wei, and the parts sum to the whole."""
    contract = harness("EmissionHarness").deploy()
    rng = random.Random(3)
    for _ in range(batches()):
        cases = [(edge_or_any(rng, rng.choice([20, 10**22, 2**128])), thirds(rng)) for _ in range(BATCH)]
        for case, found in zip(cases, contract.splits(cases), strict=True):
            assert tuple(found) == shares.split(*case), case
            assert sum(found) == case[0], case
