"""Proposals: what is kept of each, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from mdt.model.governor.terms import VoteTerms


class ProposalState(IntEnum):
    """OpenZeppelin's numbers."""

    PENDING = 0
    ACTIVE = 1
    CANCELED = 2
    DEFEATED = 3
    SUCCEEDED = 4
    QUEUED = 5
    EXPIRED = 6
    EXECUTED = 7


class Support(IntEnum):
    """How an account votes."""

    AGAINST = 0
    FOR = 1
    ABSTAIN = 2


@dataclass
class Proposal:
    """One proposal: made under terms, voted on, queued.

    Attributes:
        proposer: Who made it.
        terms: Those it was made under.
        starts_at: Timestamp: enrolments before it count, votes are taken after it.
        ends_at: Timestamp: the last second of the vote, an extension included.
        quorum: Wei for and abstaining that it needs.
        operation: Its id in the timelock.
        eta: Timestamp from which it can be executed; 0 while it is not queued.
        is_cancelled: Whether its proposer took it back.
        votes: Who voted how, and with how many wei.
    """

    proposer: str
    terms: VoteTerms
    starts_at: int
    ends_at: int
    quorum: int
    operation: bytes
    eta: int = 0
    is_cancelled: bool = False
    votes: dict[str, tuple[Support, int]] = field(default_factory=dict)

    def tally(self, support: Support) -> int:
        """Wei that voted so."""
        return sum(weight for cast, weight in self.votes.values() if cast == support)

    @property
    def is_quorate(self) -> bool:
        """Whether enough votes are for or abstain."""
        return self.tally(Support.FOR) + self.tally(Support.ABSTAIN) >= self.quorum

    @property
    def is_won(self) -> bool:
        """Whether it has more votes for than against, and its quorum."""
        return self.tally(Support.FOR) > self.tally(Support.AGAINST) and self.is_quorate
