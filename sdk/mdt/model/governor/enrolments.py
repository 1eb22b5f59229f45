"""Enrolments: which stake stands behind an account's votes, so that no wei stands behind two in one vote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.refusals import refusals

require = refusals("governor")

MAX_PLACES = 8
RING = 8
"""Enrolments that are kept of an account; one that may still count is never overwritten."""
SLOTS, OWN_SLOT = 16, 8
MAX_ID = 2**27 - 1


class Stakes(Protocol):
    """What the governor asks Staking and its registry."""

    @property
    def staked(self) -> int:
        """Wei staked with active validators."""

    def worth(self, validator_id: int, owner: str, slot: int) -> int:
        """Wei a position is worth now, rounded down; own stake under the zero address."""

    def owner_of(self, validator_id: int) -> str:
        """Who owns a validator now."""


@dataclass(frozen=True, order=True)
class Place:
    """A position of whoever names it: validator and slot."""

    validator_id: int
    slot: int

    @property
    def is_own(self) -> bool:
        """Whether it is the validator's own stake."""
        return self.slot >= OWN_SLOT


@dataclass(frozen=True)
class Enrolment:
    """What an account's places were worth (wei), and when (timestamp)."""

    enrolled_at: int
    worth: int


class Enrolments:
    """`contracts/governance/modules/enrolments.vy`."""

    def __init__(self, clock: Clock, stakes: Stakes, unbonding_seconds: int) -> None:
        self.clock, self.stakes = clock, stakes
        self.unbonding_seconds = unbonding_seconds
        self.enrolment_seconds = unbonding_seconds // 2
        self.places: dict[str, list[Place]] = {}
        self.enrolments: defaultdict[str, list[Enrolment]] = defaultdict(list)
        """All there ever were, oldest first; the contract keeps the last `RING`."""
        self.own_stakes: dict[int, tuple[str, int]] = {}
        """Validator => who enrolled its own stake last, and when."""

    # --- user ---

    def enroll(self, caller: str, places: Sequence[Place]) -> int:
        """Name the positions behind an account's votes; returns the wei they are worth."""
        entered: dict[int, tuple[str, int]] = {}
        for last, place in pairwise([Place(0, 0), *places]):
            require(place.slot < SLOTS, "slot out of range")
            require(place.validator_id <= MAX_ID, "id too large")
            require(last < place, "places not ascending")
            if place.is_own:
                require(self.stakes.owner_of(place.validator_id) == caller, "not the owner")
                former, at = self.own_stakes.get(place.validator_id, (caller, 0))
                require(former == caller or not self._may_count(at), "enrolled by another")
                entered[place.validator_id] = caller, self.clock.timestamp
        worth = sum(self._stake(caller, place) for place in places)
        require(worth, "no stake")
        kept = self.enrolments[caller]
        require(len(kept) < RING or not self._may_count(kept[-RING].enrolled_at), "enrolled too often")
        self.own_stakes |= entered
        self.places[caller] = list(places)
        kept.append(Enrolment(self.clock.timestamp, worth))
        return worth

    # --- views ---

    def enrolment(self, account: str, starts_at: int) -> Enrolment:
        """The one that counts in a vote that starts then; of nothing where none does."""
        before = [kept for kept in self.enrolments[account][-RING:] if kept.enrolled_at < starts_at]
        if before and starts_at <= before[-1].enrolled_at + self.enrolment_seconds:
            return before[-1]
        return Enrolment(0, 0)

    def weight(self, account: str, starts_at: int) -> int:
        """Wei an account votes with now, where the vote started then."""
        return min(self.enrolment(account, starts_at).worth, self._worth(account))

    # --- internal ---

    def _worth(self, account: str) -> int:
        """What an account's places are worth now; own stake only while the validator is the account's."""
        places = self.places.get(account, [])
        return sum(self._stake(account, place) for place in places if not place.is_own or self.stakes.owner_of(place.validator_id) == account)

    def _stake(self, account: str, place: Place) -> int:
        return self.stakes.worth(place.validator_id, ZERO_ADDRESS if place.is_own else account, place.slot)

    def _may_count(self, enrolled_at: int) -> bool:
        """Whether a vote may run in which an enrolment of that time counts."""
        return self.clock.timestamp <= enrolled_at + self.unbonding_seconds
