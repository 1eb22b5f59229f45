"""What a comparison of a deployment found: each thing that was compared, and what differs, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mdt.errors import DeploymentError


class Area(StrEnum):
    """What a finding is about."""

    CONTRACTS = "contracts"
    ROLES = "roles"
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
    """

    area: Area
    text: str
    is_as_deployed: bool = True


@dataclass(frozen=True)
class Findings:
    """All of them, and where the tokens are, which is told and not compared."""

    all: tuple[Finding, ...]
    holdings: tuple[str, ...] = ()

    @property
    def compared(self) -> list[str]:
        """What is as it was deployed, a line each."""
        return [finding.text for finding in self.all if finding.is_as_deployed]

    @property
    def differences(self) -> list[str]:
        """What is not, a line each."""
        return [finding.text for finding in self.all if not finding.is_as_deployed]

    @property
    def verdict(self) -> str:
        """One line: `as deployed: 214 things compared`, or how many differ."""
        wrong = len(self.differences)
        if not wrong:
            return f"as deployed: {len(self.all):,} things compared"
        return f"not as deployed: {wrong:,} of {len(self.all):,} things compared {'differs' if wrong == 1 else 'differ'}"

    def require(self) -> None:
        """Refuse a deployment that differs.

        Raises:
            DeploymentError: names every difference.
        """
        if self.differences:
            raise DeploymentError("; ".join(self.differences))


def same(area: Area, lines: Iterable[str]) -> list[Finding]:
    """Findings of things that are as they were deployed."""
    return [Finding(area, line) for line in lines]


def other(area: Area, lines: Iterable[str]) -> list[Finding]:
    """Findings of things that differ."""
    return [Finding(area, line, is_as_deployed=False) for line in lines]
