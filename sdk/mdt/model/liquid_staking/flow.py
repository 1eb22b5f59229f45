"""What comes in counts little by little (`contracts/staking/liquid/modules/liquid_flow.vy`)."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.model.refusals import refusals
from mdt.units import DAY

require = refusals("lst")

MIN_FLOW_SECONDS, MAX_FLOW_SECONDS = DAY, 30 * DAY


def ceil_div(amount: int, by: int) -> int:
    """Rounded up."""
    return -(-amount // by)


@dataclass
class Flow:
    """Wei that flow from `since` to `until`, all of them locked at the beginning."""

    seconds: int
    amount: int = 0
    since: int = 0
    until: int = 0

    def check(self) -> None:
        """Refuse what is out of the fixed bounds."""
        require(MIN_FLOW_SECONDS <= self.seconds <= MAX_FLOW_SECONDS, "flow out of bounds")

    def locked(self, now: int, amount: int | None = None) -> int:
        """Wei that do not count yet, rounded up; of another amount in its place if one is given."""
        if now >= self.until:
            return 0
        return ceil_div((self.amount if amount is None else amount) * (self.until - now), self.until - self.since)

    def left_of(self, before: int, after: int) -> int:
        """What would flow after a loss of what is pooled, which is everybody's; rounded down. A gain is not."""
        return self.amount if after >= before else self.amount * after // before

    def join(self, amount: int, now: int) -> None:
        """More flows: with what still does, over the mean of the times, weighted with the amounts and rounded up."""
        if amount == 0:
            return
        locked, left = self.locked(now), max(self.until - now, 0)
        total = locked + amount
        self.amount, self.since, self.until = total, now, now + ceil_div(locked * left + amount * self.seconds, total)
