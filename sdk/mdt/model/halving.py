"""The halving schedule in closed form, as `contracts/emission/modules/halving.vy` computes it.

Era e pays `initial >> e` wei for each of its `interval` blocks, e = 0 .. halvings; afterwards nothing.
Exact because `require_schedule` demands that `initial` is divisible by `2^halvings`.
"""

from __future__ import annotations

from dataclasses import dataclass

from mdt.model.refusals import refusals

require = refusals("halving")

MAX_INITIAL = 2**128 - 1
MAX_INTERVAL = 2**40 - 1
MAX_HALVINGS = 32


def require_schedule(initial: int, interval: int, halvings: int) -> None:
    """Refuse a schedule that is empty, out of bounds or would lose a wei in some era.

    Args:
        initial: wei per block in era 0.
        interval: blocks per era.
        halvings: eras after the first one.

    Raises:
        Refusal: as the contract, in the same order.
    """
    require(halvings <= MAX_HALVINGS, "too many halvings")
    require(interval > 0, "zero interval")
    require(interval <= MAX_INTERVAL, "interval too long")
    require(initial > 0, "zero initial")
    require(initial <= MAX_INITIAL, "initial too large")
    require(initial % (1 << halvings) == 0, "initial not exact")


def era_at(interval: int, elapsed: int) -> int:
    """The era of the block `elapsed` blocks after the first; goes on counting after the last paid era."""
    return elapsed // interval


def reward_at(initial: int, interval: int, halvings: int, elapsed: int) -> int:
    """Wei paid for the block `elapsed` blocks after the first."""
    era = era_at(interval, elapsed)
    return initial >> era if era <= halvings else 0


def cumulative(initial: int, interval: int, halvings: int, elapsed: int) -> int:
    """Wei paid for the first `elapsed` blocks together."""
    era = era_at(interval, elapsed)
    if era > halvings:
        return lifetime_total(initial, interval, halvings)
    reward = initial >> era
    return interval * 2 * (initial - reward) + (elapsed % interval) * reward


def lifetime_total(initial: int, interval: int, halvings: int) -> int:
    """Wei paid over all eras."""
    return interval * (2 * initial - (initial >> halvings))


@dataclass(frozen=True)
class HalvingSchedule:
    """A checked schedule: `initial` wei per block, `interval` blocks per era, `halvings` + 1 paid eras."""

    initial: int
    interval: int
    halvings: int

    def __post_init__(self) -> None:
        """Refuse what the contracts refuse."""
        require_schedule(self.initial, self.interval, self.halvings)

    def era_at(self, elapsed: int) -> int:
        """The era of the block `elapsed` blocks after the first."""
        return era_at(self.interval, elapsed)

    def reward_at(self, elapsed: int) -> int:
        """Wei paid for the block `elapsed` blocks after the first."""
        return reward_at(self.initial, self.interval, self.halvings, elapsed)

    def cumulative(self, elapsed: int) -> int:
        """Wei paid for the first `elapsed` blocks together."""
        return cumulative(self.initial, self.interval, self.halvings, elapsed)

    @property
    def lifetime_total(self) -> int:
        """Wei paid over all eras."""
        return lifetime_total(self.initial, self.interval, self.halvings)
