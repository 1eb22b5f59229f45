"""Slashing: offences, evidence, escrow for the appeal window, the burn/treasury split, restitution, as `Slasher` and its modules keep them.

The model takes who signed as given (recovering signers is the chain's part). It moves no tokens: `held` is what the contract's balance
should be, and calls return what they paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from mdt.crypto.merkle import keccak256
from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.controller import Attestations
from mdt.model.ownable import ZERO_ADDRESS, Ownable
from mdt.model.staking import JAILED, TOMBSTONED, Staking
from mdt.model.validators import Validators
from mdt.units import BPS

DOUBLE_SIGNING, OFFLINE, NO_REVEAL = range(3)
OFFENCES = 3
NO_SLASH, ESCROWED, UPHELD, OVERTURNED = range(4)
DAY = 86_400
MIN_SLASH_BPS, MAX_SLASH_BPS = 1, 5_000
MIN_APPEAL_SECONDS, MAX_APPEAL_SECONDS = DAY, 14 * DAY
MAX_JAIL_SECONDS = 60 * DAY
MAX_EVIDENCE_BLOCKS = 2_000_000
MAX_OFFLINE_MISSED_BLOCKS = 100_000
MAX_PAGE = 50
EMPTY = bytes(32)

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
NAME, VERSION = "ModernTensor Slasher", "1"
VOTE_TYPE = "Vote(uint256 height,bytes32 blockHash)"
ENTRY_TYPE = "Liveness(uint256 validatorId,uint256 missedBlocks,uint256 missedReveals)"
REPORT_TYPE = "LivenessReport(uint256 epoch,Liveness[] entries)" + ENTRY_TYPE


def split(amount: int, burn_bps: int) -> tuple[int, int]:
    """What of an upheld slash is burned, rounded down, and what goes to the treasury: together exactly the amount (D9)."""
    burned = amount * burn_bps // BPS
    return burned, amount - burned


@dataclass(frozen=True)
class Vote:
    """A vote for a block at a height."""

    height: int
    block_hash: bytes


@dataclass(frozen=True)
class Liveness:
    """What a validator missed in an epoch."""

    validator_id: int
    missed_blocks: int
    missed_reveals: int


@dataclass(frozen=True)
class Counters:
    """What a validator missed and was not slashed for; the last block of the last epoch that was counted."""

    missed_blocks: int = 0
    missed_reveals: int = 0
    last_height: int = 0


@dataclass(frozen=True)
class Slash:
    """One slash; amounts in wei, times are timestamps, the height is a block."""

    validator_id: int = 0
    offence: int = 0
    status: int = NO_SLASH
    bps: int = 0
    amount: int = 0
    answered: int = 0
    slashed_at: int = 0
    ends_at: int = 0
    height: int = 0
    is_appealed: bool = False
    evidence_hash: bytes = EMPTY
    appeal_hash: bytes = EMPTY


@dataclass(frozen=True)
class Terms:
    """What offences cost (basis points of the pool), and how long things take (seconds, blocks)."""

    slash_bps: tuple[int, int, int]
    offline_missed_blocks: int
    appeal_seconds: int
    jail_seconds: int
    evidence_blocks: int
    burn_bps: int

    def check(self) -> None:
        """Refuse what is out of bounds, sizes of slashes aside."""
        if not 1 <= self.offline_missed_blocks <= MAX_OFFLINE_MISSED_BLOCKS:
            raise Refusal("slasher: missed out of range")
        if not MIN_APPEAL_SECONDS <= self.appeal_seconds <= MAX_APPEAL_SECONDS:
            raise Refusal("slasher: appeal out of range")
        if not self.appeal_seconds <= self.jail_seconds <= MAX_JAIL_SECONDS:
            raise Refusal("slasher: jail out of range")
        if not 1 <= self.evidence_blocks <= MAX_EVIDENCE_BLOCKS:
            raise Refusal("slasher: evidence out of range")
        if self.burn_bps > BPS:
            raise Refusal("slasher: burn above 100%")


@dataclass
class Totals:
    """Wei over all time; the first less the others is in escrow."""

    slashed: int = 0
    burned: int = 0
    to_treasury: int = 0
    given_back: int = 0

    @property
    def in_escrow(self) -> int:
        """Wei nothing has been decided on."""
        return self.slashed - self.burned - self.to_treasury - self.given_back


class Controller(Protocol):
    """The emission controller as the slasher uses it."""

    @property
    def attestations(self) -> Attestations:
        """Reporters and quorum."""

    def epoch_bounds(self, epoch: int) -> tuple[int, int, int]:
        """First block, end block (exclusive), deadline."""


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


@dataclass
class Domain:
    """EIP-712: where signatures count."""

    chain_id: int
    contract: str

    @property
    def separator(self) -> bytes:
        """The domain separator."""
        texts = b"".join(keccak256(text.encode()) for text in (DOMAIN_TYPE, NAME, VERSION))
        return keccak256(texts + _word(self.chain_id) + _word(int(self.contract, 16)))

    def vote_digest(self, vote: Vote) -> bytes:
        """What a validator signs."""
        return self._digest(keccak256(VOTE_TYPE.encode()) + _word(vote.height) + vote.block_hash)

    def liveness_digest(self, epoch: int, entries: Sequence[Liveness]) -> bytes:
        """What reporters sign."""
        kind = keccak256(ENTRY_TYPE.encode())
        hashes = [keccak256(kind + _word(entry.validator_id) + _word(entry.missed_blocks) + _word(entry.missed_reveals)) for entry in entries]
        return self._digest(keccak256(REPORT_TYPE.encode()) + _word(epoch) + keccak256(b"".join(hashes)))

    def _digest(self, struct: bytes) -> bytes:
        return keccak256(b"\x19\x01" + self.separator + keccak256(struct))


@dataclass
class _Reported:
    """Place of the newest entry of a liveness report."""

    epoch: int = 0
    validator_id: int = 0
    counters: defaultdict[int, Counters] = field(default_factory=lambda: defaultdict(Counters))


class Slasher(Ownable):
    """The slasher. Calls by a role take the caller first; amounts are in wei."""

    def __init__(
        self,
        address: str,
        clock: Clock,
        staking: Staking,
        validators: Validators,
        controller: Controller,
        treasury: str,
        arbiter: str,
        terms: Terms,
        owner: str,
        chain_id: int = 1,
        first_slash_id: int = 0,
    ) -> None:
        """As the contract's constructor; the first slasher's ids start at 0, the next one's at 2^32.

        Raises:
            Refusal: as the contract.
        """
        if ZERO_ADDRESS in (treasury, owner):
            raise Refusal("slasher: zero address")
        if terms.appeal_seconds > staking.terms.unbonding_seconds:
            raise Refusal("slasher: appeal too long")
        super().__init__(owner)
        terms.check()
        self.address, self.clock, self.staking, self.validators, self.controller = address, clock, staking, validators, controller
        self.treasury = treasury
        self.domain = Domain(chain_id, address)
        self.terms = replace(terms, slash_bps=(0, 0, 0))
        for offence, bps in enumerate(terms.slash_bps):
            self._set_slash_bps(offence, bps)
        self.arbiter = ZERO_ADDRESS
        self._set_arbiter(arbiter)
        self.slashers: set[str] = set()
        self.first_slash_id = first_slash_id
        self.slashes: dict[int, Slash] = {}
        self._jailed: defaultdict[int, dict[int, int]] = defaultdict(dict)  # validator => slash that was not overturned => until
        self.punished: set[tuple[int, int, int]] = set()
        self.totals = Totals()
        self.held = 0
        self._reported = _Reported()

    # --- permissionless: evidence ---

    def prove_double_signing(self, a: Vote, signer_a: str, b: Vote, signer_b: str) -> int:
        """Slash a validator that signed two blocks at one height; returns the number of the slash."""
        if a.height != b.height:
            raise Refusal("slasher: different heights")
        if a.block_hash == b.block_hash:
            raise Refusal("slasher: same vote")
        if signer_a != signer_b:
            raise Refusal("slasher: different signers")
        key = self.validators.key(signer_a)
        if key.validator_id == 0:
            raise Refusal("slasher: not a validator")
        if not (key.since <= a.height and (key.until == 0 or a.height < key.until)):
            raise Refusal("slasher: not its key then")
        evidence_hash = keccak256(b"".join(sorted(self.domain.vote_digest(vote) for vote in (a, b))))
        return self._slash(key.validator_id, DOUBLE_SIGNING, a.height, evidence_hash)

    def report_liveness(self, epoch: int, entries: Sequence[Liveness], signers: Sequence[str]) -> None:
        """Count one page of what validators missed in an epoch that is over."""
        if not entries:
            raise Refusal("slasher: no entries")
        first, end, _ = self.controller.epoch_bounds(epoch)
        if self.clock.block_number < end:
            raise Refusal("slasher: epoch not over")
        if epoch < self._reported.epoch:
            raise Refusal("slasher: out of order")
        last_id = self._reported.validator_id if epoch == self._reported.epoch else 0
        for entry in entries:
            if entry.validator_id <= last_id:
                raise Refusal("slasher: out of order")
            last_id = entry.validator_id
            if max(entry.missed_blocks, entry.missed_reveals) > end - first:
                raise Refusal("slasher: too many misses")
        if last_id > self.validators.validator_count:
            raise Refusal("slasher: unknown validator")
        self._check_signers(signers)
        self._check_height(end - 1)
        self._reported.epoch, self._reported.validator_id = epoch, last_id
        for entry in entries:
            if not self.staking.validator(entry.validator_id).status & (JAILED | TOMBSTONED):
                self._count(entry, end - 1)

    def slash_for_liveness(self, validator_id: int, offence: int) -> int:
        """Slash a validator that has missed enough; returns the number of the slash."""
        counted = self.counters(validator_id)
        numbers = (validator_id, counted.missed_blocks, counted.missed_reveals, counted.last_height)
        evidence_hash = keccak256(b"".join(map(_word, numbers)))
        if offence == OFFLINE:
            if counted.missed_blocks < self.terms.offline_missed_blocks:
                raise Refusal("slasher: too few misses")
            left = replace(counted, missed_blocks=0)
        elif offence == NO_REVEAL:
            if counted.missed_reveals < 1:
                raise Refusal("slasher: too few misses")
            left = replace(counted, missed_reveals=0)
        else:
            raise Refusal("slasher: unknown offence")
        slash_id = self._slash(validator_id, offence, counted.last_height, evidence_hash)
        self._reported.counters[validator_id] = left
        return slash_id

    # --- permissionless: what follows from a slash ---

    def execute(self, slash_id: int) -> tuple[int, int]:
        """Uphold a slash whose window is over; returns wei burned and wei to the treasury."""
        slash = self._escrowed(slash_id)
        if self.clock.timestamp < slash.ends_at:
            raise Refusal("slasher: window not over")
        return self._uphold(slash_id)

    def answer(self, validator_id: int, owner: str, slot: int) -> int:
        """Take from a redelegated position what the next slash of its source costs it; returns wei taken."""
        debt = self.staking.positions[validator_id, owner, slot].debt
        if debt is None:
            raise Refusal("slasher: nothing to answer")
        ever = self.staking.validator(debt.source).slash_count
        own = self._of(debt.source)
        if debt.next_slash >= ever:
            raise Refusal("slasher: nothing to answer")
        before = ever - len(own)
        if debt.next_slash < before:
            return self.staking.answer_slash(self.address, validator_id, owner, slot, 0, 0, False)
        slash_id = own[debt.next_slash - before]
        slash = self.slashes[slash_id]
        is_over = slash.slashed_at > debt.until
        bps = 0 if is_over or slash.status == OVERTURNED else slash.bps
        amount = self.staking.answer_slash(self.address, validator_id, owner, slot, slash_id, bps, is_over)
        self.slashes[slash_id] = replace(slash, answered=slash.answered + amount)
        self._take(amount)
        if slash.status == UPHELD:
            self._split(amount)
        return amount

    def claim_restitution(self, slash_id: int, owner: str) -> tuple[str, int]:
        """Pay what an overturned slash owes; returns who was paid and how much."""
        slash = self.slash_record(slash_id)
        if slash.status != OVERTURNED:
            raise Refusal("slasher: not overturned")
        payee = self.validators.operator_of(slash.validator_id) if owner == ZERO_ADDRESS else owner
        amount = self.staking.take_restitution(self.address, slash_id, owner)
        if amount == 0:
            raise Refusal("slasher: nothing owed")
        self.held -= amount
        return payee, amount

    # --- roles ---

    def slash(self, caller: str, validator_id: int, offence: int, height: int, evidence_hash: bytes) -> int:
        """Slash for an offence that cannot be checked on chain; returns the number of the slash."""
        if caller not in self.slashers:
            raise Refusal("slasher: not a slasher")
        if offence >= OFFENCES:
            raise Refusal("slasher: unknown offence")
        if self.validators.operator_of(validator_id) == ZERO_ADDRESS:
            raise Refusal("slasher: unknown validator")
        if evidence_hash == EMPTY:
            raise Refusal("slasher: empty evidence hash")
        return self._slash(validator_id, offence, height, evidence_hash)

    def appeal(self, caller: str, slash_id: int, appeal_hash: bytes) -> None:
        """The operator asks the arbiter to look at a slash, which doubles its window."""
        slash = self._escrowed(slash_id)
        if caller != self.validators.operator_of(slash.validator_id):
            raise Refusal("slasher: not the operator")
        if slash.is_appealed:
            raise Refusal("slasher: already appealed")
        if self.clock.timestamp >= slash.ends_at:
            raise Refusal("slasher: window over")
        if appeal_hash == EMPTY:
            raise Refusal("slasher: empty appeal hash")
        self.slashes[slash_id] = replace(slash, is_appealed=True, appeal_hash=appeal_hash, ends_at=slash.ends_at + self.terms.appeal_seconds)

    def unjail(self, caller: str, validator_id: int) -> None:
        """The operator lets a validator earn again whose time is over."""
        if caller != self.validators.operator_of(validator_id):
            raise Refusal("slasher: not the operator")
        validator = self.staking.validator(validator_id)
        if not validator.status & JAILED:
            raise Refusal("slasher: not jailed")
        if validator.status & TOMBSTONED:
            raise Refusal("slasher: tombstoned")
        if validator.pending:
            raise Refusal("slasher: slash in escrow")
        if self.clock.timestamp < self.jailed_until(validator_id):
            raise Refusal("slasher: still jailed")
        self.staking.set_bars(self.address, validator_id, JAILED, False)

    def overturn(self, caller: str, slash_id: int) -> tuple[int, int]:
        """The arbiter gives a slash back; returns wei back in the pool, and wei that can be claimed here."""
        self._check_arbiter(caller)
        slash = self._escrowed(slash_id)
        self.slashes[slash_id] = replace(slash, status=OVERTURNED)
        total = slash.amount + slash.answered
        self.totals.given_back += total
        restored = self.staking.end_slash(self.address, slash.validator_id, slash.offence, True)
        self.held -= restored
        del self._jailed[slash.validator_id][slash_id]
        self._lift_bars(slash.validator_id, slash.offence)
        return restored, total - restored

    def uphold(self, caller: str, slash_id: int) -> tuple[int, int]:
        """The arbiter turns an appeal down; returns wei burned and wei to the treasury."""
        self._check_arbiter(caller)
        if not self._escrowed(slash_id).is_appealed:
            raise Refusal("slasher: not appealed")
        return self._uphold(slash_id)

    def set_slasher_role(self, caller: str, account: str, is_slasher: bool) -> None:
        """The owner lets an account slash, or not any more."""
        self.check_owner(caller)
        if account == ZERO_ADDRESS:
            raise Refusal("slasher: zero address")
        if (account in self.slashers) == is_slasher:
            raise Refusal("slasher: no change")
        self.slashers ^= {account}

    def set_arbiter(self, caller: str, arbiter: str) -> None:
        """The owner replaces the arbiter."""
        self.check_owner(caller)
        self._set_arbiter(arbiter)

    def set_slash_bps(self, caller: str, offence: int, bps: int) -> None:
        """The owner changes what an offence costs, for slashes to come."""
        self.check_owner(caller)
        self._set_slash_bps(offence, bps)

    # --- views ---

    @property
    def slash_count(self) -> int:
        """The next slash's number."""
        return self.first_slash_id + len(self.slashes)

    def slash_record(self, slash_id: int) -> Slash:
        """One slash; all zero when there is none of that number."""
        return self.slashes.get(slash_id, Slash())

    def slashes_of(self, validator_id: int, offset: int = 0, limit: int = MAX_PAGE) -> list[int]:
        """Numbers of a validator's slashes, oldest first."""
        return self._of(validator_id)[offset : offset + min(limit, MAX_PAGE)]

    def jailed_until(self, validator_id: int) -> int:
        """Timestamp from which a validator can come back: the latest of its slashes that were not overturned."""
        return max(self._jailed[validator_id].values(), default=0)

    def counters(self, validator_id: int) -> Counters:
        """What a validator missed and was not slashed for."""
        return self._reported.counters[validator_id]

    def is_punished(self, validator_id: int, offence: int, height: int) -> bool:
        """Whether an offence was punished, whatever became of it."""
        return (validator_id, offence, height) in self.punished

    # --- internal ---

    def _slash(self, validator_id: int, offence: int, height: int, evidence_hash: bytes) -> int:
        self._check_height(height)
        if self.is_punished(validator_id, offence, height):
            raise Refusal("slasher: already punished")
        validator = self.staking.validator(validator_id)
        if validator.pending >> offence & 1:
            raise Refusal("slasher: slash in escrow")
        is_final = offence == DOUBLE_SIGNING
        if is_final and validator.status & TOMBSTONED:
            raise Refusal("slasher: already tombstoned")
        now, bps, slash_id = self.clock.timestamp, self.terms.slash_bps[offence], self.slash_count
        amount = self.staking.slash(self.address, validator_id, offence, slash_id, bps)
        if is_final:
            self.staking.set_bars(self.address, validator_id, TOMBSTONED, True)
        self._jailed[validator_id][slash_id] = now + self.terms.jail_seconds
        ends_at = now + self.terms.appeal_seconds
        self.slashes[slash_id] = Slash(validator_id, offence, ESCROWED, bps, amount, 0, now, ends_at, height, False, evidence_hash)
        self.punished.add((validator_id, offence, height))
        self._take(amount)
        return slash_id

    def _uphold(self, slash_id: int) -> tuple[int, int]:
        slash = self.slashes[slash_id]
        self.slashes[slash_id] = replace(slash, status=UPHELD)
        self.staking.end_slash(self.address, slash.validator_id, slash.offence, False)
        return self._split(slash.amount + slash.answered)

    def _lift_bars(self, validator_id: int, offence: int) -> None:
        """After a slash was overturned: what it alone caused is over."""
        validator = self.staking.validator(validator_id)
        bars = TOMBSTONED if offence == DOUBLE_SIGNING else 0
        is_over = self.clock.timestamp >= self.jailed_until(validator_id)
        if not validator.pending and not validator.status & ~bars & TOMBSTONED and is_over:
            bars |= JAILED
        if bars:
            self.staking.set_bars(self.address, validator_id, bars, False)

    def _of(self, validator_id: int) -> list[int]:
        return [slash_id for slash_id, slash in self.slashes.items() if slash.validator_id == validator_id]

    def _take(self, amount: int) -> None:
        self.totals.slashed += amount
        self.held += amount

    def _split(self, amount: int) -> tuple[int, int]:
        burned, to_treasury = split(amount, self.terms.burn_bps)
        self.totals.burned += burned
        self.totals.to_treasury += to_treasury
        self.held -= amount
        return burned, to_treasury

    def _count(self, entry: Liveness, last_block: int) -> None:
        counted = self.counters(entry.validator_id)
        self._reported.counters[entry.validator_id] = Counters(
            missed_blocks=counted.missed_blocks + entry.missed_blocks if entry.missed_blocks else 0,
            missed_reveals=counted.missed_reveals + entry.missed_reveals,
            last_height=last_block,
        )

    def _check_signers(self, signers: Sequence[str]) -> None:
        attestations = self.controller.attestations
        if len(signers) < attestations.quorum:
            raise Refusal("slasher: below quorum")
        last = 0
        for signer in signers:
            if int(signer, 16) <= last:
                raise Refusal("slasher: not ascending")
            if signer not in attestations.reporters:
                raise Refusal("slasher: not a reporter")
            last = int(signer, 16)

    def _check_height(self, height: int) -> None:
        if height >= self.clock.block_number:
            raise Refusal("slasher: height in the future")
        if height + self.terms.evidence_blocks < self.clock.block_number:
            raise Refusal("slasher: evidence too old")

    def _escrowed(self, slash_id: int) -> Slash:
        slash = self.slash_record(slash_id)
        if slash.status != ESCROWED:
            raise Refusal("slasher: not in escrow")
        return slash

    def _check_arbiter(self, caller: str) -> None:
        if caller != self.arbiter:
            raise Refusal("slasher: not the arbiter")

    def _set_arbiter(self, arbiter: str) -> None:
        if arbiter == ZERO_ADDRESS:
            raise Refusal("slasher: zero address")
        if arbiter == self.arbiter:
            raise Refusal("slasher: no change")
        self.arbiter = arbiter

    def _set_slash_bps(self, offence: int, bps: int) -> None:
        if offence >= OFFENCES:
            raise Refusal("slasher: unknown offence")
        if not MIN_SLASH_BPS <= bps <= MAX_SLASH_BPS:
            raise Refusal("slasher: bps out of range")
        if bps == self.terms.slash_bps[offence]:
            raise Refusal("slasher: no change")
        one, two, three = (bps if index == offence else old for index, old in enumerate(self.terms.slash_bps))
        self.terms = replace(self.terms, slash_bps=(one, two, three))
