"""The rules of one preset applied to lists of stakes: decay, cap, and the arithmetic of splitting a stake over several validators.

Splitting, in closed form. The table f is concave with f(0) = 0, so f(T) / T never rises with T. Every validator has T >= m, the minimum own stake. Hence for
any way of splitting a stake S into parts T_i >= m

    sum f(T_i)  =  sum T_i * f(T_i) / T_i  <=  f(m) / m * sum T_i  =  S * f(m) / m                      (the bound)

and for k equal parts k * f(S / k) = S * f(T) / T at T = S / k rises with k: the best k is floor(S / m). With a running cost c per validator and
a reward r per unit of effective stake, a token earns (r * f(T) - c) / T. On a piece f(T) = a + s * T this is r * s + (r * a - c) / T: it rises with T while
a < c / r and falls once a > c / r, and the intercepts a of a concave table only grow. So the best T is m, or the first breakpoint behind which
a > c / r, or there is none and one validator is best.

Rounding. Slopes are rounded down to 10^-18, and only rounded slopes may not rise. So nobody weighs more than f, but a later piece of an accepted f can be
steeper than an earlier one by e < 10^-18 (`Rules.convexity`; 0 for a table that is concave). Then f(T) / T rises by less than e, the bound is
S * (f(m) / m + e), less than a wei more for each 10^18 wei, and what is called best here is best up to e per token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from mdt.errors import ConfigError
from mdt.model import halving
from mdt.model.shares import split
from mdt.model.stake_weight import POINTS, UNIT_BITS, DecayTable
from mdt.model.staking.cap import StakeCap, cap_bps_of, counts
from mdt.preset.quantities import DAY
from mdt.preset.settings import Settings
from mdt.preset.terms import schedule_of
from mdt.units import BPS, WAD

YEAR = 365 * DAY


@dataclass(frozen=True)
class Piece:
    """A segment of the table, not rounded: where it starts in wei, the value there in wei, and what a further wei weighs."""

    start: int
    value: int
    slope: Fraction


@dataclass(frozen=True)
class Rules:
    """What of a preset bears on the weight of stakes.

    Attributes:
        table: the decay table.
        minimum: wei of own stake a validator must have.
        cap_bps: largest part of the network's stake a validator may reach by accepting stake.
        yearly_rewards: wei that stakers get in the first 365 days if every epoch has U = 1: at most so much.
        largest_bonus_bps: what the longest lock of own stake adds to its weight.
    """

    table: DecayTable
    minimum: int
    cap_bps: int
    yearly_rewards: int
    largest_bonus_bps: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """The rules of a preset.

        Raises:
            ConfigError: the preset's table has not seven points.
        """
        staking = settings.staking
        if len(staking.decay_table) != POINTS:
            raise ConfigError(f"{settings.name}: staking.decay_table has {len(staking.decay_table)} points, the contract takes {POINTS}")
        stakes, values = (list(column) for column in zip(*staking.decay_table, strict=True))
        table = DecayTable(stakes, values, staking.min_validator_stake)
        return cls(
            table=table,
            minimum=staking.min_validator_stake,
            cap_bps=staking.delegation_cap_bps,
            yearly_rewards=yearly_rewards(settings),
            largest_bonus_bps=staking.lock_bonus.validator.max_bps,
        )

    # --- weight ---

    def weight(self, stake: int) -> int:
        """Reward weight in units of 2^20 wei of a validator without lock bonus; 0 below the minimum."""
        if stake < self.minimum:
            return 0
        one = self.table.contribution(stake, stake * BPS)
        return self.table.weight(one.segment, one.boosted, one.boost)

    def weights(self, stakes: Sequence[int]) -> list[int]:
        """The weight of each."""
        return [self.weight(stake) for stake in stakes]

    def rate(self, stake: int) -> Fraction:
        """Effective stake per token in a pool of `stake` wei."""
        return Fraction(self.table.effective_stake(stake), stake)

    # --- splitting ---

    def best_count(self, stake: int) -> int:
        """How many validators weigh most together when running one costs nothing."""
        return max(stake // self.minimum, 1)

    def split_weight(self, stake: int, count: int) -> int:
        """Weight of a stake split evenly over `count` validators; the wei that remain go to the first."""
        each, rest = divmod(stake, count)
        return self.weight(each + rest) + (count - 1) * self.weight(each)

    def bound(self, stake: int) -> Fraction:
        """Effective stake in wei that no way of splitting a stake can pass: stake * (f(minimum) / minimum + convexity), f without rounding."""
        return stake * (self.rate_at_minimum + self.convexity)

    @property
    def largest_gain(self) -> Fraction:
        """How many times its unrounded weight a stake can have by splitting, however large it is: f(minimum) / minimum over the last slope."""
        return (self.rate_at_minimum + self.convexity) / (self.pieces[-1].slope - self.convexity)

    @property
    def rate_at_minimum(self) -> Fraction:
        """Effective stake per token of the smallest validator: nobody has more, but for the convexity."""
        return self.exact(self.minimum) / self.minimum

    @property
    def convexity(self) -> Fraction:
        """The most by which a slope exceeds an earlier one before rounding: less than 10^-18, and 0 if the table is concave."""
        slopes = [piece.slope for piece in self.pieces]
        return max(later - earlier for place, earlier in enumerate(slopes) for later in slopes[place:])

    @property
    def last_kink(self) -> int:
        """Wei of the last breakpoint at which the slope changes (at least the minimum)."""
        return self.best_sizes()[-1][0]

    @property
    def pieces(self) -> list[Piece]:
        """Segment by segment, as `DecayTable.rows`: the last starts at the last point and goes on with the slope before it."""
        points = list(zip([0, *self.table.stakes], [0, *self.table.values], strict=True))
        pieces = [Piece(x0, y0, Fraction(y1 - y0, x1 - x0)) for (x0, y0), (x1, y1) in pairwise(points)]
        return [*pieces, Piece(*points[-1], pieces[-1].slope)]

    def exact(self, stake: int) -> Fraction:
        """Effective stake in wei, not rounded."""
        piece = self.pieces[self.table.segment_of(stake)]
        return piece.value + piece.slope * (stake - piece.start)

    def best_sizes(self) -> list[tuple[int, Fraction]]:
        """(stake per validator in wei, up to which c / r it is the best), c / r being a validator's cost in wei of effective stake; then one is best."""
        found: list[tuple[int, Fraction]] = []
        for piece in self.pieces[self.table.segment_of(self.minimum) :]:
            intercept = piece.value - piece.slope * piece.start
            if not found or intercept > found[-1][1]:
                found.append((max(piece.start, self.minimum), intercept))
        return found

    # --- the cap ---

    def build_up(self, wishes: Sequence[int], *, until_settled: bool = False) -> list[int]:
        """Validators come one by one, each with all it wishes, and get what the cap accepts once it is in force.

        Each comes at least a day after the one before, so that what was there counts.

        Args:
            wishes: wei, in the order of arrival; each at least the minimum.
            until_settled: whether those cut short come again, in the same order, until nobody gets a wei more.

        Returns:
            Wei accepted of each; 0 for who could not bring the minimum.
        """
        accepted = [0] * len(wishes)
        while True:
            before = sum(accepted)
            for number, wish in enumerate(wishes):
                missing = min(wish - accepted[number], max(self.room(accepted, accepted[number]), self.minimum - accepted[number]))
                if accepted[number] + missing >= self.minimum:
                    accepted[number] += missing
            if not until_settled or sum(accepted) == before:
                return accepted

    def under_cap(self, wishes: Sequence[int]) -> list[int]:
        """The most that can stand when nobody, by whatever order, is above the cap."""
        total, held = sum(wishes), list(wishes)
        while True:
            held = [min(wish, self.cap(held) * total // BPS) for wish in wishes]
            if sum(held) == total:
                return held
            total = sum(held)

    def cap(self, stakes: Sequence[int]) -> int:
        """The cap among such stakes, bps: that of the preset, or twice an equal part of those that count."""
        network = sum(stakes)
        return cap_bps_of(sum(counts(stake, network) for stake in stakes), self.cap_bps)

    def room(self, stakes: Sequence[int], validator: int) -> int:
        """Wei that a validator with so much of such a network may still accept; `UNCAPPED` where no cap binds."""
        return StakeCap(0, sum(stakes), sum(stakes)).room(validator, sum(stakes), sum(counts(stake, sum(stakes)) for stake in stakes), self.cap_bps)

    def growth_needed(self, stakes: Sequence[int], validator: int) -> int:
        """Wei that others must add before a validator above the cap accepts anything again, if as many validators count."""
        return max(-(-BPS * validator // self.cap(stakes)) - sum(stakes), 0)


def yearly_rewards(settings: Settings) -> int:
    """Wei to stakers in the first 365 days at U = 1: all block rewards, and the validators' share of each epoch."""
    h, schedule = settings.halving, schedule_of(settings)
    blocks = YEAR // h.block_time
    rewards = halving.cumulative(h.initial_reward, h.interval_blocks, h.halvings, blocks)
    shares = settings.distribution.shares_bps.as_list()
    return rewards + sum(split(schedule.formula(epoch, WAD), shares)[1] for epoch in range(blocks // settings.emission.epoch_blocks))


def effective(weight: int) -> int:
    """Wei of effective stake of a weight."""
    return weight << UNIT_BITS
