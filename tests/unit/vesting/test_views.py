"""Vesting's views: pages, places where nothing is, and that all of them agree."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.vesting import MAX_PAGE, MAX_SCHEDULES
from mdt.units import DAY, WAD
from tests.support.boa_clock import now

NOTHING = (0, 0, 0, 0, 0, 0, 0, False, False, False, ZERO_ADDRESS, 0)


def test_schedule__running__every_field(pair, member, other):
    start = now() + DAY
    pair.create(member, 1_000 * WAD, start=start, at_start_bps=1_000, is_from_cliff=True, is_revocable=True)
    pair.travel(76 * DAY)
    pair.call("claim", member, member, 0, 3)
    pair.call("propose_beneficiary", member, 0, other)
    vested = 100 * WAD + 900 * WAD // 2
    times = (start, start + 30 * DAY, start + 120 * DAY)
    assert tuple(pair.contract.schedule(member, 0)) == (1_000 * WAD, 3, vested, *times, 1_000, True, True, False, other, now() + 40 * DAY)
    assert (pair.contract.claimable(member, 0), pair.contract.locked(member, 0)) == (vested - 3, 1_000 * WAD - vested)


@pytest.mark.parametrize("index", [1, MAX_SCHEDULES, 2**96, 2**256 - 1])
def test_views__no_schedule__zeros(pair, member, index):
    pair.create(member)
    contract = pair.contract
    assert tuple(contract.schedule(member, index)) == NOTHING
    assert (contract.claimable(member, index), contract.locked(member, index), contract.vested_at(member, index, 2**256 - 1)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("first", "limit", "expected"),
    [(0, 3, 3), (0, 0, 0), (1, 2, 2), (0, MAX_PAGE, MAX_PAGE), (0, 2**256 - 1, MAX_PAGE), (60, 32, 4), (64, 1, 0), (2**256 - 1, 2**256 - 1, 0), (63, 1, 1)],
)
def test_schedules__page__as_many_as_asked_within_the_bounds(pair, member, first, limit, expected):
    for amount in (1, 2, 3):
        pair.create(member, amount)
    page = pair.contract.schedules(member, first, limit)
    assert len(page) == expected == len(pair.model.schedules(member, first, limit))
    for place, found in enumerate(page, first):
        assert tuple(found) == (tuple(pair.contract.schedule(member, place)) if place < 3 else NOTHING)


def test_vested_at__any_time__the_curve_whatever_the_clock_says(pair, member):
    """E2, at the borders of cliff and end."""
    start = now()
    pair.create(member, 1_200, cliff_seconds=30 * DAY, duration_seconds=120 * DAY)
    pair.travel(7 * DAY)
    cliff, end = start + 30 * DAY, start + 120 * DAY
    times = (0, start - 1, start, cliff - 1, cliff, cliff + 1, cliff + DAY, end - 1, end, end + 1, 2**256 - 1)
    assert [pair.contract.vested_at(member, 0, when) for when in times] == [0, 0, 0, 0, 300, 300, 310, 1_199, 1_200, 1_200, 1_200]
