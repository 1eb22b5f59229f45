"""What a comparison of a deployment found: what is as it was deployed, what governance changed since, and what differs, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mdt.deploy.votes import Vote
from mdt.errors import DeploymentError


class Area(StrEnum):
    """What a finding is about."""

    CONTRACTS = "contracts"
    ROLES = "roles"
    COUNTS = "counts"
    GENESIS = "genesis"
    VESTING = "vesting"
    MARKET = "market"
    DEPLOYER = "deployer"


@dataclass(frozen=True)
class Finding:
    """One thing that was compared.

    Attributes:
        area: What it is about.
        text: What was compared and found the same; or what differs, in words.
        is_as_deployed: Whether it is as the deployment left it.
        weigh: How much of a difference a vote explains, 0 when it is about something else; None when no vote can explain it.
        needed: How much explains all of it.
        votes: Those that explain it.
        judge: What says so instead where votes cannot be weighed one by one.
    """

    area: Area
    text: str
    is_as_deployed: bool = True
    weigh: Callable[[Vote], int] | None = None
    needed: int = 1
    votes: tuple[Vote, ...] = ()
    judge: Callable[[Finding, Sequence[Vote]], Finding] | None = None

    @property
    def words(self) -> str:
        """The text, and the votes that explain it."""
        return f"{self.text} ({'; '.join(dict.fromkeys(map(str, self.votes)))})" if self.votes else self.text

    def explained(self, votes: Sequence[Vote]) -> Finding:
        """With the votes that explain it, when they explain all of it."""
        if self.judge is not None:
            return self.judge(self, votes)
        if self.is_as_deployed or self.weigh is None:
            return self
        weights = [(vote, self.weigh(vote)) for vote in votes]
        return replace(self, votes=tuple(vote for vote, weight in weights if weight)) if sum(weight for _, weight in weights) >= self.needed else self


@dataclass(frozen=True)
class Findings:
    """All of them, and what is told besides: where the tokens are, and what anybody could send to the deployer."""

    all: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    def explained(self, votes: Sequence[Vote]) -> Findings:
        """The same, with what these votes explain told as governance's.

        Args:
            votes: The calls of operations that are known to be executed.
        """
        return replace(self, all=tuple(finding.explained(votes) for finding in self.all))

    @property
    def compared(self) -> list[str]:
        """What is as it was deployed, a line each."""
        return [finding.text for finding in self.all if finding.is_as_deployed]

    @property
    def changed(self) -> list[str]:
        """What governance changed since, a line each, with the operation that did."""
        return [finding.words for finding in self.all if finding.votes]

    @property
    def differences(self) -> list[str]:
        """What differs and no operation explains, a line each."""
        return [finding.text for finding in self._unexplained()]

    @property
    def verdict(self) -> str:
        """One line: `as deployed: 214 things compared`, what governance changed of them, or how many differ."""
        wrong, changed, total = len(self.differences), self.changed, len(self.all)
        if wrong:
            return f"not as deployed: {wrong:,} of {total:,} things compared {'differs' if wrong == 1 else 'differ'}"
        if changed:
            return f"as deployed, but for {len(changed):,} of {total:,} things compared that governance changed since: {'; '.join(changed)}"
        return f"as deployed: {total:,} things compared"

    @property
    def report(self) -> str:
        """The verdict with every difference, and apart from those what governance changed."""
        changed = self.changed
        besides = f". No difference: governance changed {len(changed):,} since: {'; '.join(changed)}" if changed and self.differences else ""
        return f"{self.verdict}: {'; '.join(self.differences)}{besides}" if self.differences else self.verdict

    def require(self) -> None:
        """Refuse a deployment that differs.

        Raises:
            DeploymentError: names every difference.
        """
        if self.differences:
            raise DeploymentError("; ".join(self.differences))

    def _unexplained(self) -> list[Finding]:
        return [finding for finding in self.all if not finding.is_as_deployed and not finding.votes]


def same(area: Area, lines: Iterable[str]) -> list[Finding]:
    """Findings of things that are as they were deployed."""
    return [Finding(area, line) for line in lines]


def other(area: Area, lines: Iterable[str], weigh: Callable[[Vote], int] | None = None, needed: int = 1) -> list[Finding]:
    """Findings of things that differ; `weigh` says how much of it a vote explains."""
    return [Finding(area, line, is_as_deployed=False, weigh=weigh, needed=needed) for line in lines]
