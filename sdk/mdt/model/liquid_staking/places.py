"""Where the tokens are: validators of the set, what is staked with each, and what was asked back (`liquid_places.vy`, `liquid_watch.vy`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mdt.model.clock import Clock
from mdt.model.liquid_staking.flow import Flow
from mdt.model.liquid_staking.shares import Shares
from mdt.model.refusals import refusals
from mdt.model.staking import Status
from mdt.units import BPS

require = refusals("lst")

MAX_VALIDATORS, MAX_PIECES = 16, 32
MAX_SHARES_PER_WEI = 4
MAX_POOLED = 2**85
MAX_LIMIT = 2**40 - 1


class Pool(NamedTuple):
    """What a validator's pool shows."""

    status: int
    commission_bps: int
    pending: int  # bit per offence
    slash_count: int
    room: int
    tokens: int
    shares: int
    in_escrow: int  # wei of all its slashes in escrow


class Held(NamedTuple):
    """What a position of the contract's shows."""

    tokens: int
    shares: int
    pending_reward: int


class Asked(NamedTuple):
    """What a request of the contract's shows."""

    tokens: int
    unlocks_at: int
    next_slash: int


class StakingSide(Protocol):
    """What the contract asks of Staking, which moves tokens of its."""

    address: str
    unbonding_seconds: int
    unbonding_blocks: int

    def pool(self, validator_id: int) -> Pool:
        """A validator; refuses one that nobody knows."""
        ...

    def held(self, owner: str, validator_id: int) -> Held:
        """A position in slot 0."""
        ...

    def asked(self, owner: str, validator_id: int, request_id: int) -> Asked:
        """A request of it."""
        ...

    def stake(self, owner: str, validator_id: int, amount: int, max_commission_bps: int) -> int | None:
        """Stake as much of an amount as fits; None where that is refused."""
        ...

    def unstake(self, owner: str, validator_id: int, amount: int) -> int:
        """Ask back, all with the largest uint256; returns the request."""
        ...

    def withdraw(self, owner: str, validator_id: int, request_id: int) -> int | None:
        """Take out a request; None where that is refused."""
        ...

    def claim(self, owner: str, validator_id: int) -> int:
        """Claim the rewards of a position."""
        ...

    def digest(self) -> object | None:
        """Something that changes with everything that the slasher takes or gives back; None if it does not say."""
        ...

    def claim_restitution(self, slash_id: int, owner: str) -> int:
        """Have the slasher pay what it owes."""
        ...


@dataclass
class Member:
    """A validator of the set: its weight, and wei staked with it when it was last looked at."""

    validator_id: int
    weight: int
    staked: int = 0


@dataclass
class Piece:
    """A request that waits, and its wei when it was last looked at."""

    validator_id: int
    request_id: int
    tokens: int


@dataclass
class Look:
    """What every place is worth."""

    staked: list[int]
    tokens: list[int]
    unanswered: int = 0
    escrow: int = 0
    is_undecided: bool = False

    @property
    def total(self) -> int:
        """Wei in all of them."""
        return sum(self.staked) + sum(self.tokens)


@dataclass(frozen=True)
class State:
    """All shares, the wei that they are worth, and whether a slash is undecided."""

    shares: int
    priced: int
    is_undecided: bool


class Places(Shares):
    """The books: wei of the holders' are liquid, staked or unbonding."""

    def __init__(self, address: str, staking: StakingSide, commission_limit_bps: int, flow: Flow, clock: Clock) -> None:
        require(commission_limit_bps <= BPS, "commission out of bounds")
        super().__init__(address)
        self.staking, self.clock, self.flow = staking, clock, flow
        self.commission_limit_bps = commission_limit_bps
        self.members: list[Member] = []
        self.pieces: list[Piece] = []
        self.liquid = 0
        self.is_undecided = False
        self.unanswered = self.escrow = 0
        self.digest: object | None = None

    # --- what there is ---

    @property
    def staked(self) -> int:
        """Wei in positions."""
        return sum(member.staked for member in self.members)

    @property
    def unbonding(self) -> int:
        """Wei in requests."""
        return sum(piece.tokens for piece in self.pieces)

    @property
    def pooled(self) -> int:
        """Wei of the holders'."""
        return self.liquid + self.staked + self.unbonding

    @property
    def pooled_now(self) -> int:
        """The same, as a call would find it."""
        digest = self.staking.digest()
        return self.pooled if digest is not None and digest == self.digest else self.liquid + self._look().total

    @property
    def locked(self) -> int:
        """Wei of them that do not count yet."""
        return self.flow.locked(self.clock.timestamp)

    @property
    def priced(self) -> int:
        """Wei that all shares are worth."""
        return self.pooled - min(self.locked, self.pooled)

    # --- anyone ---

    def sync(self) -> None:
        """Look at everything."""
        self._sync(self.staking.digest())

    # --- internals: looking ---

    def _refresh(self) -> State:
        digest = self.staking.digest()
        if digest is None or digest != self.digest:
            self._sync(digest)
        return State(self.total_supply, self.priced, self.is_undecided)

    def _sync(self, digest: object | None) -> None:
        self.digest = digest
        seen, before = self._look(), self.pooled
        for member, staked in zip(self.members, seen.staked, strict=True):
            member.staked = staked
        for piece, tokens in zip(self.pieces, seen.tokens, strict=True):
            piece.tokens = tokens
        self.flow.amount = self.flow.left_of(before, self.pooled)
        self.is_undecided, self.unanswered, self.escrow = seen.is_undecided, seen.unanswered, seen.escrow

    def state(self) -> State:
        """What a call would find now."""
        digest = self.staking.digest()
        if digest is not None and digest == self.digest:
            return State(self.total_supply, self.priced, self.is_undecided)
        seen = self._look()
        found = self.liquid + seen.total
        locked = self.flow.locked(self.clock.timestamp, self.flow.left_of(self.pooled, found))
        return State(self.total_supply, found - min(locked, found), seen.is_undecided)

    def _look(self) -> Look:
        seen = Look([0] * len(self.members), [0] * len(self.pieces))
        for index, member in enumerate(self.members):
            if member.staked == 0:
                continue
            held, pool = self.staking.held(self.address, member.validator_id), self.staking.pool(member.validator_id)
            seen.staked[index] = held.tokens
            if pool.pending:
                seen.is_undecided = True
                seen.escrow += held.shares * (pool.tokens + pool.in_escrow) // pool.shares - held.tokens  # rounded down
        for index, piece in enumerate(self.pieces):
            asked, pool = self.staking.asked(self.address, piece.validator_id, piece.request_id), self.staking.pool(piece.validator_id)
            seen.tokens[index] = asked.tokens
            if asked.next_slash < pool.slash_count:  # one that answers for none any more has a larger number than there are slashes
                seen.unanswered += asked.tokens
                seen.is_undecided = True
            elif pool.pending:
                seen.is_undecided = True
        return seen

    # --- internals: the set ---

    def _found(self, validator_id: int) -> Member | None:
        return next((member for member in self.members if member.validator_id == validator_id), None)

    def _fit_weight(self, member: Member) -> int:
        """A member's weight; 0 while it is not fit."""
        pool = self.staking.pool(member.validator_id)
        is_gone = pool.status & (Status.EXITED | Status.TOMBSTONED)
        return 0 if is_gone or pool.commission_bps > self.commission_limit_bps else member.weight

    def _measure(self, member: Member) -> None:
        """After stake came or left: the wei that rounding took or gave are the holders'."""
        member.staked = self.staking.held(self.address, member.validator_id).tokens

    def backing(self) -> list[tuple[int, int, int, bool]]:
        """Validator, weight, wei staked now, whether it is fit."""
        staked = self._look().staked
        return [(member.validator_id, member.weight, wei, self._fit_weight(member) > 0) for member, wei in zip(self.members, staked, strict=True)]

    def waiting(self) -> list[tuple[int, int, int, int]]:
        """Validator, request, wei, and from when it can be taken out."""
        found = [(piece, self.staking.asked(self.address, piece.validator_id, piece.request_id)) for piece in self.pieces]
        return [(piece.validator_id, piece.request_id, asked.tokens, asked.unlocks_at) for piece, asked in found]
