"""What stake weighs: progressive decay, lock bonus, and the cap on one validator's share (`contracts/staking/modules/stake_weight.vy`).

ADR-004, "Anti-Whale Mechanics". Stakes are wei; slopes and intercepts are scaled by WAD; weights count units of 2^20 wei.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from mdt.model.refusals import refusals
from mdt.units import BPS, DAY, WAD

require = refusals("table")

POINTS = 7
BOOST_BITS = 24
UNIT_BITS = 20
WEIGHT_UNIT = WAD * BPS << UNIT_BITS  # one unit of weight: 2^20 wei of effective stake without bonus
MAX_STAKE = 2**85 - 1
MIN_EFFECTIVE = WAD
MONTH = 30 * DAY
MAX_LOCK_MONTHS = 12
MAX_BONUS_BPS = 1_000


@dataclass(frozen=True)
class Contribution:
    """What an active validator adds to its segment: all of them linear, so sums can be re-weighted without knowing the parts."""

    segment: int
    boosted: int  # wei x (10,000 + bonus bps)
    boost: int  # average boost in bps, scaled by 2^24, rounded down


class DecayTable:
    """A concave, piecewise linear table of effective stake.

    Args:
        stakes: seven breakpoints in wei, increasing; fixed at deployment.
        values: effective stake at each of them in wei; governed.
        minimum: smallest own stake of an active validator in wei; its effective stake is at least one token.

    Raises:
        Refusal: "table: stakes not increasing", "table: stake too large"; then point by point, as the contract does, "table: values not increasing",
            "table: not concave" (before the first point a wei weighs a wei); at last "table: minimum weighs nothing".
    """

    def __init__(self, stakes: list[int], values: list[int], minimum: int) -> None:
        require(all(low < high for low, high in pairwise([0, *stakes])), "stakes not increasing")
        require(stakes[-1] <= MAX_STAKE, "stake too large")
        self.stakes, self.values = list(stakes), list(values)
        # segment => (slope, intercept), WAD-scaled; slopes round down, and so does effective stake
        self.rows: list[tuple[int, int]] = []
        x, y, slope = 0, 0, WAD
        for next_x, next_y in zip(stakes, values, strict=True):
            require(next_y > y, "values not increasing")
            steeper, slope = slope, (next_y - y) * WAD // (next_x - x)
            require(slope <= steeper, "not concave")
            self.rows.append((slope, y * WAD - slope * x))
            x, y = next_x, next_y
        self.rows.append((slope, y * WAD - slope * x))
        require(self.effective_stake(minimum) >= MIN_EFFECTIVE, "minimum weighs nothing")

    def segment_of(self, tokens: int) -> int:
        """Number of breakpoints at or below a stake in wei: 0 .. 7, the last segment has no end."""
        return sum(stake <= tokens for stake in self.stakes)

    def effective_stake(self, tokens: int) -> int:
        """Effective stake in wei of a stake in wei, rounded down: by less than a wei, and a wei more for each 10^18 wei into the segment."""
        slope, intercept = self.rows[self.segment_of(tokens)]
        return (intercept + slope * tokens) // WAD

    def contribution(self, tokens: int, boosted: int) -> Contribution:
        """What a validator with `tokens` wei and `boosted` wei x bps adds to the sums."""
        return Contribution(self.segment_of(tokens), boosted, (boosted << BOOST_BITS) // tokens)

    def weight(self, segment: int, boosted: int, boost: int) -> int:
        """Weight in units, rounded down, of one validator's contribution or of a segment's sums."""
        slope, intercept = self.rows[segment]
        return (slope * boosted + (intercept * boost >> BOOST_BITS)) // WEIGHT_UNIT

    def total_weight(self, sums: list[tuple[int, int]]) -> int:
        """Weight in units of all segments' sums (boosted, boost): at least the sum of the validators' weights."""
        total = 0
        for (slope, intercept), (boosted, boost) in zip(self.rows, sums, strict=True):
            total += slope * boosted + (intercept * boost >> BOOST_BITS)
        return total // WEIGHT_UNIT


def lock_bonus(bps_per_month: int, months: int) -> int:
    """Bonus on reward weight in bps for a lock of whole 30-day months; more than twelve earn no more."""
    return bps_per_month * min(months, MAX_LOCK_MONTHS)


def cap_headroom(network_staked: int, validator_staked: int, cap_bps: int) -> int:
    """The most wei d that may be added: the largest d >= 0 with 10,000 (V + d) <= cap_bps (T + d)."""
    room = cap_bps * network_staked - BPS * validator_staked
    return max(room, 0) // (BPS - cap_bps)
