"""Slashing: offences, evidence, escrow for the appeal window, the burn/treasury split, restitution, as `Slasher` and its modules keep them.

The model takes who signed as given (recovering signers is the chain's part). It moves no tokens: `held` is what the contract's balance
should be, and calls return what they paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto.keccak import keccak256
from mdt.model.attestations import Attestations
from mdt.model.clock import Clock
from mdt.model.offences import OFFENCES, Offence
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.model.slasher.evidence import Domain, Liveness, Vote
from mdt.model.slasher.liveness import LivenessBook
from mdt.model.slasher.records import EMPTY, Counters, Slash, SlashStatus, Totals
from mdt.model.slasher.terms import SlashTerms, split
from mdt.model.staking import PositionKey, Staking, Status
from mdt.model.validators import Validators

require = refusals("slasher")

MAX_PAGE = 50


class Controller(Protocol):
    """The emission controller as the slasher uses it."""

    @property
    def attestations(self) -> Attestations:
        """Reporters and quorum."""

    def epoch_bounds(self, epoch: int) -> tuple[int, int, int]:
        """First block, end block (exclusive), deadline."""


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
        terms: SlashTerms,
        owner: str,
        chain_id: int = 1,
        first_slash_id: int = 0,
    ) -> None:
        """As the contract's constructor; the first slasher's ids start at 0, the next one's at 2^32.

        Raises:
            Refusal: as the contract.
        """
        require(ZERO_ADDRESS not in (treasury, owner), "zero address")
        require(terms.appeal_seconds <= staking.terms.unbonding_seconds, "appeal too long")
        super().__init__(owner)
        terms.check()
        self.address, self.clock, self.staking, self.validators, self.controller = address, clock, staking, validators, controller
        self.treasury = treasury
        self.domain = Domain(chain_id, address)
        self.terms = replace(terms, slash_bps=(0, 0, 0))
        for offence, bps in enumerate(terms.slash_bps):
            self.terms = self.terms.with_bps(offence, bps)
        self.arbiter = ZERO_ADDRESS
        self._set_arbiter(arbiter)
        self.slashers: set[str] = set()
        self.first_slash_id = first_slash_id
        self.slashes: dict[int, Slash] = {}
        self._jailed: defaultdict[int, dict[int, int]] = defaultdict(dict)  # validator => slash that was not overturned => until
        self.punished: set[tuple[int, int, int]] = set()
        self.totals = Totals()
        self.held = 0
        self._liveness = LivenessBook()

    # --- permissionless: evidence ---

    def prove_double_signing(self, a: Vote, signer_a: str, b: Vote, signer_b: str) -> int:
        """Slash a validator that signed two blocks at one height; returns the number of the slash."""
        require(a.height == b.height, "different heights")
        require(a.block_hash != b.block_hash, "same vote")
        require(signer_a == signer_b, "different signers")
        key = self.validators.key(signer_a)
        require(key.validator_id != 0, "not a validator")
        require(key.since <= a.height and (key.until == 0 or a.height < key.until), "not its key then")
        evidence_hash = keccak256(b"".join(sorted(self.domain.vote_digest(vote) for vote in (a, b))))
        return self._slash(key.validator_id, Offence.DOUBLE_SIGNING, a.height, evidence_hash)

    def report_liveness(self, epoch: int, entries: Sequence[Liveness], signers: Sequence[str]) -> None:
        """Count one page of what validators missed in an epoch that is over."""
        require(entries, "no entries")
        first, end, _ = self.controller.epoch_bounds(epoch)
        require(self.clock.block_number >= end, "epoch not over")
        self._liveness.check_page(epoch, entries, end - first)
        require(entries[-1].validator_id <= self.validators.validator_count, "unknown validator")
        self.controller.attestations.verify(signers, require)
        self._check_height(end - 1)
        self._liveness.turn_page(epoch, entries)
        for entry in entries:
            if not self.staking.validator(entry.validator_id).status & (Status.JAILED | Status.TOMBSTONED):
                self._liveness.count(entry, end - 1)

    def slash_for_liveness(self, validator_id: int, offence: int) -> int:
        """Slash a validator that has missed enough; returns the number of the slash."""
        left = self._liveness.left_after(validator_id, offence, self.terms.offline_missed_blocks)
        height, evidence_hash = self.counters(validator_id).last_height, self._liveness.evidence_hash(validator_id)
        slash_id = self._slash(validator_id, offence, height, evidence_hash)
        self._liveness.counters[validator_id] = left
        return slash_id

    # --- permissionless: what follows from a slash ---

    def execute(self, slash_id: int) -> tuple[int, int]:
        """Uphold a slash whose window is over; returns wei burned and wei to the treasury."""
        slash = self._escrowed(slash_id)
        require(self.clock.timestamp >= slash.ends_at, "window not over")
        return self._uphold(slash_id)

    def answer(self, validator_id: int, owner: str, slot: int) -> int:
        """Take from a redelegated position what the next slash of its source costs it; returns wei taken."""
        debt = require.found(self.staking.positions[PositionKey(validator_id, owner, slot)].debt, "nothing to answer")
        ever = self.staking.validator(debt.source).slash_count
        own = self._of(debt.source)
        require(debt.next_slash < ever, "nothing to answer")
        before = ever - len(own)
        if debt.next_slash < before:
            return self.staking.answer_slash(self.address, validator_id, owner, slot, 0, 0, False)
        slash_id = own[debt.next_slash - before]
        slash = self.slashes[slash_id]
        is_over = slash.slashed_at > debt.until
        bps = 0 if is_over or slash.status == SlashStatus.OVERTURNED else slash.bps
        amount = self.staking.answer_slash(self.address, validator_id, owner, slot, slash_id, bps, is_over)
        self.slashes[slash_id] = replace(slash, answered=slash.answered + amount)
        self._take(amount)
        if slash.status == SlashStatus.UPHELD:
            self._split(amount)
        return amount

    def claim_restitution(self, slash_id: int, owner: str) -> tuple[str, int]:
        """Pay what an overturned slash owes; returns who was paid and how much."""
        slash = self.slash_record(slash_id)
        require(slash.status == SlashStatus.OVERTURNED, "not overturned")
        payee = self.validators.operator_of(slash.validator_id) if owner == ZERO_ADDRESS else owner
        amount = self.staking.take_restitution(self.address, slash_id, owner)
        require(amount > 0, "nothing owed")
        self.held -= amount
        return payee, amount

    # --- roles ---

    def slash(self, caller: str, validator_id: int, offence: int, height: int, evidence_hash: bytes) -> int:
        """Slash for an offence that cannot be checked on chain; returns the number of the slash."""
        require(caller in self.slashers, "not a slasher")
        require(offence < OFFENCES, "unknown offence")
        require(self.validators.operator_of(validator_id) != ZERO_ADDRESS, "unknown validator")
        require(evidence_hash != EMPTY, "empty evidence hash")
        return self._slash(validator_id, offence, height, evidence_hash)

    def appeal(self, caller: str, slash_id: int, appeal_hash: bytes) -> None:
        """The operator asks the arbiter to look at a slash, which doubles its window."""
        slash = self._escrowed(slash_id)
        require(caller == self.validators.operator_of(slash.validator_id), "not the operator")
        require(not slash.is_appealed, "already appealed")
        require(self.clock.timestamp < slash.ends_at, "window over")
        require(appeal_hash != EMPTY, "empty appeal hash")
        self.slashes[slash_id] = replace(slash, is_appealed=True, appeal_hash=appeal_hash, ends_at=slash.ends_at + self.terms.appeal_seconds)

    def unjail(self, caller: str, validator_id: int) -> None:
        """The operator lets a validator earn again whose time is over."""
        require(caller == self.validators.operator_of(validator_id), "not the operator")
        validator = self.staking.validator(validator_id)
        require(validator.status & Status.JAILED, "not jailed")
        require(not validator.status & Status.TOMBSTONED, "tombstoned")
        require(not validator.pending, "slash in escrow")
        require(self.clock.timestamp >= self.jailed_until(validator_id), "still jailed")
        self.staking.set_bars(self.address, validator_id, Status.JAILED, False)

    def overturn(self, caller: str, slash_id: int) -> tuple[int, int]:
        """The arbiter gives a slash back; returns wei back in the pool, and wei that can be claimed here."""
        self._check_arbiter(caller)
        slash = self._escrowed(slash_id)
        self.slashes[slash_id] = replace(slash, status=SlashStatus.OVERTURNED)
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
        require(self._escrowed(slash_id).is_appealed, "not appealed")
        return self._uphold(slash_id)

    def set_slasher_role(self, caller: str, account: str, is_slasher: bool) -> None:
        """The owner lets an account slash, or not any more."""
        self.check_owner(caller)
        require(account != ZERO_ADDRESS, "zero address")
        require((account in self.slashers) != is_slasher, "no change")
        self.slashers ^= {account}

    def set_arbiter(self, caller: str, arbiter: str) -> None:
        """The owner replaces the arbiter."""
        self.check_owner(caller)
        self._set_arbiter(arbiter)

    def set_slash_bps(self, caller: str, offence: int, bps: int) -> None:
        """The owner changes what an offence costs, for slashes to come."""
        self.check_owner(caller)
        self.terms = self.terms.with_bps(offence, bps)

    # --- views ---

    @property
    def slasher_count(self) -> int:
        """Accounts that may slash by their own word."""
        return len(self.slashers)

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
        return self._liveness.counters[validator_id]

    def is_punished(self, validator_id: int, offence: int, height: int) -> bool:
        """Whether an offence was punished, whatever became of it."""
        return (validator_id, offence, height) in self.punished

    # --- internal ---

    def _slash(self, validator_id: int, offence: int, height: int, evidence_hash: bytes) -> int:
        self._check_height(height)
        require(not self.is_punished(validator_id, offence, height), "already punished")
        validator = self.staking.validator(validator_id)
        require(not validator.pending >> offence & 1, "slash in escrow")
        is_final = offence == Offence.DOUBLE_SIGNING
        require(not (is_final and validator.status & Status.TOMBSTONED), "already tombstoned")
        now, bps, slash_id = self.clock.timestamp, self.terms.slash_bps[offence], self.slash_count
        amount = self.staking.slash(self.address, validator_id, offence, slash_id, bps)
        if is_final:
            self.staking.set_bars(self.address, validator_id, Status.TOMBSTONED, True)
        self._jailed[validator_id][slash_id] = now + self.terms.jail_seconds
        ends_at = now + self.terms.appeal_seconds
        self.slashes[slash_id] = Slash(validator_id, offence, SlashStatus.ESCROWED, bps, amount, 0, now, ends_at, height, False, evidence_hash)
        self.punished.add((validator_id, offence, height))
        self._take(amount)
        return slash_id

    def _uphold(self, slash_id: int) -> tuple[int, int]:
        slash = self.slashes[slash_id]
        self.slashes[slash_id] = replace(slash, status=SlashStatus.UPHELD)
        self.staking.end_slash(self.address, slash.validator_id, slash.offence, False)
        return self._split(slash.amount + slash.answered)

    def _lift_bars(self, validator_id: int, offence: int) -> None:
        """After a slash was overturned: what it alone caused is over."""
        validator = self.staking.validator(validator_id)
        bars = Status.TOMBSTONED if offence == Offence.DOUBLE_SIGNING else Status.NONE
        is_over = self.clock.timestamp >= self.jailed_until(validator_id)
        if not validator.pending and not validator.status & ~bars & Status.TOMBSTONED and is_over:
            bars |= Status.JAILED
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

    def _check_height(self, height: int) -> None:
        require(height < self.clock.block_number, "height in the future")
        require(height + self.terms.evidence_blocks >= self.clock.block_number, "evidence too old")

    def _escrowed(self, slash_id: int) -> Slash:
        slash = self.slash_record(slash_id)
        require(slash.status == SlashStatus.ESCROWED, "not in escrow")
        return slash

    def _check_arbiter(self, caller: str) -> None:
        require(caller == self.arbiter, "not the arbiter")

    def _set_arbiter(self, arbiter: str) -> None:
        require(arbiter != ZERO_ADDRESS, "zero address")
        require(arbiter != self.arbiter, "no change")
        self.arbiter = arbiter
