"""The documents' own numbers: team, IDO and private sale, in the model's curve and in the contract."""

from __future__ import annotations

import pytest

from mdt.model.vesting import vested
from mdt.units import DAY, HOUR, WAD
from tests.support.boa_clock import now

# team: nothing for 365 days, then from zero over 1,460; IDO: 25% at the start, the rest over 180 days; private: 365 + 730 from the cliff
TEAM = {"cliff": 365 * DAY, "duration": (365 + 1_460) * DAY, "at_start_bps": 0, "is_from_cliff": True}
IDO = {"cliff": 0, "duration": 180 * DAY, "at_start_bps": 2_500, "is_from_cliff": False}
PRIVATE = {"cliff": 365 * DAY, "duration": (365 + 730) * DAY, "at_start_bps": 0, "is_from_cliff": True}

VECTORS = [
    (TEAM, 3_150_000, {0: 0, 364: 0, 365: 0, 730: 787_500, 1_095: 1_575_000, 1_460: 2_362_500, 1_825: 3_150_000, 9_999: 3_150_000}),
    (IDO, 1_000, {0: 250, 30: 375, 90: 625, 180: 1_000, 181: 1_000}),
    (PRIVATE, 100_000, {0: 0, 365: 0, 730: 50_000, 1_095: 100_000}),
]


@pytest.mark.parametrize(("curve", "amount", "expected"), VECTORS, ids=["team", "ido", "private"])
def test_vested__worked_numbers__to_the_wei(pair, member, curve, amount, expected):
    start = now() + DAY
    terms = {"cliff_seconds": curve["cliff"], "duration_seconds": curve["duration"]}
    pair.create(member, amount * WAD, start=start, at_start_bps=curve["at_start_bps"], is_from_cliff=curve["is_from_cliff"], **terms)
    assert pair.contract.vested_at(member, 0, start - 1) == 0
    for day, tokens in expected.items():
        assert vested(amount * WAD, start + day * DAY, start=start, **curve) == tokens * WAD
        assert pair.contract.vested_at(member, 0, start + day * DAY) == tokens * WAD


def test_vested__around_cliff_and_end__exact():
    """E2: accrual from the cliff starts there at nothing; accrual from the start has caught up there."""
    amount, start, cliff, end = 10**6, 1_000_000, 100 * HOUR, 400 * HOUR
    curve = {"start": start, "cliff": cliff, "duration": end}
    times = [start + offset for offset in (-1, 0, cliff - 1, cliff, cliff + 1, cliff + HOUR, end - 1, end, end + 1)]
    from_start = [vested(amount, time, at_start_bps=0, is_from_cliff=False, **curve) for time in times]
    from_cliff = [vested(amount, time, at_start_bps=0, is_from_cliff=True, **curve) for time in times]
    assert from_start == [0, 0, 0, 250_000, 250_000, 252_500, 999_999, 10**6, 10**6]
    assert from_cliff == [0, 0, 0, 0, 0, 3_333, 999_999, 10**6, 10**6]


def test_vested__rounding__down_and_late_but_never_lost():
    """A share of the start and a share of the rest: each floored, less than two units below the exact curve, all at the end."""
    curve = {"start": 0, "cliff": 0, "duration": 7 * HOUR, "at_start_bps": 3_333, "is_from_cliff": False}
    for amount in (1, 2, 3, 7, 10_001):
        for time in range(0, 7 * HOUR, 997):
            exact = amount * 3_333 * 7 * HOUR + amount * 6_667 * time  # in units of 1 / (10,000 * duration)
            found = vested(amount, time, **curve)
            assert 0 <= exact - found * 10_000 * 7 * HOUR < 2 * 10_000 * 7 * HOUR
        assert vested(amount, 7 * HOUR, **curve) == amount
