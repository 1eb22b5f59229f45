"""Gas of `release` from receipts: the gap it catches up does not matter."""

from __future__ import annotations

from bench.gas.chain import Chain
from bench.gas.rows_reward import measure_release

# A window that has passed is opened anew, and the end of the last era takes a shorter path: that is all that differs.
TOLERANCE = 200


def test_release__a_block_a_day_or_all_eras__constant_gas():
    """A9: however long nobody called."""
    rows = measure_release(Chain())
    gaps = [rows[f"release, {gap}"] for gap in ("one block later", "after a day", "after an era", "after five eras", "after the rest")]
    assert max(gaps) - min(gaps) <= TOLERANCE
    assert rows["release, after a day"] == rows["release, after an era"] == rows["release, after five eras"]
    assert rows["release, nothing owed"] < min(gaps) // 3
