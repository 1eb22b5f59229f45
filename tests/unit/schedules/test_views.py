"""DistributionSchedules: pages, and what they cost."""

from __future__ import annotations

import pytest

from mdt.model.schedules import MAX_SCHEDULES
from tests.support.pools import gas_of
from tests.support.refusals import refuses
from tests.support.twins import plain

MILLION = 1_000_000


@pytest.fixture
def crowd(scene):
    """More schedules than fit on a page."""
    for index in range(MAX_SCHEDULES + 2):
        scene.scheduled(amount=1 + index, duration=1_000 + index)
    return scene


def test_page__any_first_and_limit__what_the_single_view_says(crowd):
    schedules, count = crowd.schedules, MAX_SCHEDULES + 2
    for first, limit in ((0, 2), (1, 2), (3, 4), (count - 1, 10), (count, 1), (count + 1, 5), (2**256 - 1, 5), (1, 0), (1, 2**256 - 1), (3, 20)):
        start = max(first, 1)
        expected = [plain(schedules.schedule(number)) for number in range(start, min(start + min(limit, MAX_SCHEDULES), count + 1))]
        assert [plain(row) for row in schedules.schedules(first, limit)] == expected, (first, limit)


def test_page__largest__below_a_million_gas(crowd):
    assert len(crowd.schedules.schedules(1, MAX_SCHEDULES)) == MAX_SCHEDULES
    assert 500_000 < gas_of(crowd.schedules, "schedules", 1, MAX_SCHEDULES) < MILLION


def test_views__unknown_schedule__refused(crowd):
    for name in ("schedule", "due", "next_due_block"):
        for number in (0, MAX_SCHEDULES + 3, 2**256 - 1):
            with refuses("schedules: unknown schedule"):
                crowd.schedules_twin.call(name, None, number)
