"""Utility, emission, shares and the reporting window: contract against model, many random and extreme cases."""

from __future__ import annotations

import random

import boa

from mdt.model import emission, shares, utility
from mdt.model.controller import GRACE
from mdt.units import BPS, DAY, WAD
from tests.support.emission import deploy_suite
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.token import set_suspension

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


def test_reporting_window__random_blocks_and_times__contract_equals_model():
    """X7: the last block and second of the next epoch, at and beside each of their bounds."""
    suite = deploy_suite("luxtensor")
    model, controller = suite.model(), suite.controller
    slot = controller.compiler_data.storage_layout["storage_layout"]["epochs"]["_state"]["slot"]
    rng, length, deadline = random.Random(4), suite.schedule.epoch_blocks, suite.parameters.deadline_blocks
    start, now = suite.block, suite.now
    books = model.neighbours
    for _ in range(examples(quick=100, ci=500, deep=20_000)):
        model.next_epoch, model.attempt = rng.randrange(2_000), rng.randrange(2**20)
        end = model.epoch_bounds(model.next_epoch)[1]
        model.opening.opened_at = rng.choice([1, end - 1, end, end + 1, end + rng.randrange(10**6)])
        model.opening.grace_until = rng.choice([0, now, now - 1, now + rng.randrange(6 * DAY)])
        books.suspension_ends_at = 0 if rng.random() < 0.9 else now - rng.choice([GRACE, GRACE + 1, GRACE - 1, rng.randrange(6 * DAY)])
        last = max(end, model.opening.opened_at) + deadline
        boa.env.evm.patch.block_number = max(start, rng.choice([last - 1, last, last + 1, last + length, end, rng.randrange(2 * last)]))
        boa.env.evm.patch.timestamp = rng.choice([now, model.opening.grace_until + 1, model.opening.grace_until, now + rng.randrange(6 * DAY)]) or now
        word = model.attempt | model.opening.opened_at << 64 | model.opening.grace_until << 128 | model.next_epoch << 192
        boa.env.set_storage(controller.address, slot, word)
        set_suspension(suite.token, controller, books.suspension_ends_at)
        found = controller.status()
        assert (found.next_epoch, found.attempt, found.opened_at) == (model.next_epoch, model.attempt, model.opening.opened_at)
        assert (found.deadline_block, found.grace_until, found.is_late) == (model.deadline_block, model.grace_until, model.is_late)
