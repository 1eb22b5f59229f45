"""Slashing: offences, evidence, announcements, and what follows from a slash, as `Slasher` and its modules keep them.

The model takes who signed as given (recovering signers is the chain's part). It moves no tokens: `held` is what the contract's balance
should be, and calls return what they paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto.keccak import keccak256
from mdt.model.offences import OFFENCES, Offence
from mdt.model.refusals import refusals
from mdt.model.slasher.cases import MAX_PAGE, SlashCases
from mdt.model.slasher.evidence import Liveness, Vote
from mdt.model.slasher.liveness import KINDS, check_enough, evidence_hash
from mdt.model.slasher.records import EMPTY, Counters, Slash, SlashStatus
from mdt.model.staking import ALL, PositionKey, Status

require = refusals("slasher")


class Slasher(SlashCases):
    """The slasher. Calls by a role take the caller first; amounts are in wei."""

    # --- permissionless: evidence ---

    def prove_double_signing(self, a: Vote, signer_a: str, b: Vote, signer_b: str) -> int:
        """Slash a validator that signed two blocks at one height, or register the proof; returns the number of the slash."""
        require(a.height == b.height, "different heights")
        require(a.block_hash != b.block_hash, "same vote")
        require(signer_a == signer_b, "different signers")
        key = self.validators.key(signer_a)
        require(key.validator_id != 0, "not a validator")
        require(key.since <= a.height and (key.until == 0 or a.height < key.until), "not its key then")
        self._check_height(a.height)
        proof = keccak256(b"".join(sorted(self.domain.vote_digest(vote) for vote in (a, b))))
        slash = self._new(key.validator_id, Offence.DOUBLE_SIGNING, a.height, proof)
        self._check_unpunished(slash)
        slash_id = self.slash_count
        if self.staking.validator(slash.validator_id).pending >> Offence.DOUBLE_SIGNING & 1:
            self.slashes[slash_id] = replace(slash, status=SlashStatus.REGISTERED)
            self._registered[slash.validator_id].append(slash_id)
        else:
            self._check_free(slash)
            self._take_effect(slash_id, slash)
        self.punished.add((slash.validator_id, slash.offence, slash.height))
        return slash_id

    def slash_registered(self, validator_id: int) -> int:
        """Slash a validator for the oldest of its registered proofs; returns the number of the slash."""
        require(self._registered[validator_id], "nothing registered")
        slash_id = self._registered[validator_id][0]
        self._check_free(self.slashes[slash_id])
        self._take_effect(slash_id, self.slashes[slash_id])
        self._registered[validator_id].pop(0)
        return slash_id

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
            if self._is_asked(entry.validator_id, first):
                self._liveness.count(epoch, entry)

    def announce_for_liveness(self, validator_id: int, offence: int) -> int:
        """Announce a slash of a validator that has missed enough; returns the number of the slash."""
        counted = self.counters(validator_id)
        height = check_enough(offence, counted, self.terms.offline_missed_blocks)
        slash_id = self._announce(validator_id, offence, height, evidence_hash(validator_id, counted))
        self._liveness.forget(validator_id, offence)
        return slash_id

    def open_slash(self, slash_id: int) -> None:
        """Let an announced slash take effect once its warning is over."""
        slash = self._waiting(slash_id)
        require(self.clock.timestamp >= slash.opens_at, "not open yet")
        require(not self._has_lapsed(slash), "lapsed")
        self._check_unpunished(slash)
        validator = self._check_free(slash)
        if validator.status & Status.ACTIVE:
            now, terms = self.clock.timestamp, self.terms
            self.jail_window.count(validator.tokens, self.staking.staked, terms.max_jailed_bps, now, terms.appeal_seconds)
        self.punished.add((slash.validator_id, slash.offence, slash.height))
        self._take_effect(slash_id, slash)

    # --- permissionless: what follows from a slash ---

    def answer(self, validator_id: int, owner: str, slot: int, request_id: int = ALL) -> int:
        """Take from an unbonding request, or from a position that was redelegated, what the next slash of the validator it left costs it; returns wei taken."""
        position = self.staking.positions[PositionKey(validator_id, owner, slot)]
        if request_id == ALL:
            debt = require.found(position.debt, "nothing to answer")
            source, next_slash = debt.source, debt.next_slash
        else:
            request = position.requests.get(request_id)
            source, next_slash = validator_id, request.next_slash if request else 0
        ever = self.staking.validator(source).slash_count
        own = self._taken[source]
        require(next_slash < ever, "nothing to answer")
        before = ever - len(own)
        if next_slash < before:
            return self.staking.answer_slash(self.address, validator_id, owner, slot, request_id, 0, 0, 0)
        slash_id = own[next_slash - before]
        slash = self.slashes[slash_id]
        bps = 0 if slash.status == SlashStatus.OVERTURNED else slash.bps
        amount = self.staking.answer_slash(self.address, validator_id, owner, slot, request_id, slash_id, bps, slash.height)
        self.slashes[slash_id] = replace(slash, answered=slash.answered + amount)
        self._take(amount)
        if slash.status == SlashStatus.UPHELD:
            self._split(amount)
        return amount

    def claim_restitution(self, slash_id: int, owner: str) -> tuple[str, int]:
        """Pay what an overturned slash owes; returns who was paid and how much."""
        slash = self.slash_record(slash_id)
        require(slash.status == SlashStatus.OVERTURNED, "not overturned")
        payee = self.validators.owner_of(slash.validator_id) if owner == ZERO_ADDRESS else owner
        amount = self.staking.take_restitution(self.address, slash_id, owner)
        require(amount > 0, "nothing owed")
        self.held -= amount
        return payee, amount

    # --- roles ---

    def announce_slash(self, caller: str, validator_id: int, offence: int, height: int, evidence: bytes) -> int:
        """Announce a slash for an offence that cannot be checked on chain; returns the number of the slash."""
        require(caller in self.slashers, "not a slasher")
        require(offence < OFFENCES, "unknown offence")
        require(self.validators.owner_of(validator_id) != ZERO_ADDRESS, "unknown validator")
        require(evidence != EMPTY, "empty evidence hash")
        return self._announce(validator_id, offence, height, evidence)

    def void_slash(self, caller: str, slash_id: int) -> None:
        """The arbiter or the emission controller's guardian ends an announced slash."""
        require(caller in (self.arbiter, self.controller.guardian.account), "not arbiter or guardian")
        self.slashes[slash_id] = replace(self._waiting(slash_id), status=SlashStatus.VOIDED)

    def unjail(self, caller: str, validator_id: int) -> None:
        """The operator, or the owner, lets a validator earn again whose time is over."""
        require(self.validators.may_operate(validator_id, caller), "not the operator")
        validator = self.staking.validator(validator_id)
        require(validator.status & Status.JAILED, "not jailed")
        require(not validator.status & Status.TOMBSTONED, "tombstoned")
        require(not validator.pending, "slash in escrow")
        require(self.clock.timestamp >= self.jailed_until(validator_id), "still jailed")
        self.staking.set_bars(self.address, validator_id, Status.JAILED, False)

    def set_slasher_role(self, caller: str, account: str, is_slasher: bool) -> None:
        """The owner lets an account slash, or not any more."""
        self.check_owner(caller)
        require(account != ZERO_ADDRESS, "zero address")
        require((account in self.slashers) != is_slasher, "no change")
        self.slashers ^= {account}

    def set_slash_bps(self, caller: str, offence: int, bps: int) -> None:
        """The owner changes what an offence costs, for slashes to come."""
        self.check_owner(caller)
        self.terms = self.terms.with_bps(offence, bps)

    # --- views ---

    @property
    def slasher_count(self) -> int:
        """Accounts that may slash by their own word."""
        return len(self.slashers)

    def announced_of(self, validator_id: int) -> list[int]:
        """Numbers of a validator's announced slashes that have not lapsed, by offence."""
        newest = [self._announced[validator_id, offence] for offence in range(OFFENCES) if (validator_id, offence) in self._announced]
        return [slash_id for slash_id in newest if self._is_waiting(self.slashes[slash_id])]

    def registered_of(self, validator_id: int) -> list[int]:
        """Numbers of a validator's registered proofs that wait, oldest first."""
        return self._registered[validator_id][:MAX_PAGE]

    def counters(self, validator_id: int) -> Counters:
        """What a validator missed in the last epochs that are over, reported or not, and was not accused of."""
        newest, epochs = self.controller.current_epoch - 1, self.terms.window_epochs
        (blocks, of_blocks), (reveals, of_reveals) = (self._liveness.in_window(validator_id, kind, newest, epochs) for kind in KINDS)
        return Counters(blocks, reveals, self._first_block(of_blocks), self._first_block(of_reveals))

    def is_punished(self, validator_id: int, offence: int, height: int) -> bool:
        """Whether an offence was punished, announced or registered, whatever became of it."""
        return (validator_id, offence, height) in self.punished | self.accused

    # --- internal ---

    def _is_asked(self, validator_id: int, first_block: int) -> bool:
        """Not in jail, and not one that had exited before an epoch began; who exits during or after it is asked for all of it."""
        status = self.staking.validator(validator_id).status
        has_exited = status & Status.EXITED and self.validators.exited_at(validator_id) < first_block
        return not status & (Status.JAILED | Status.TOMBSTONED) and not has_exited

    def _first_block(self, epoch: int | None) -> int:
        return 0 if epoch is None else self.controller.epoch_bounds(epoch)[0]

    def _announce(self, validator_id: int, offence: int, height: int, evidence: bytes) -> int:
        self._check_height(height)
        require(not self.is_punished(validator_id, offence, height), "already punished")
        slash, slash_id, where = self._new(validator_id, offence, height, evidence), self.slash_count, (validator_id, offence)
        self._check_free(slash)
        require(where not in self._announced or not self._is_waiting(self.slashes[self._announced[where]]), "slash announced")
        self.slashes[slash_id] = replace(slash, status=SlashStatus.ANNOUNCED, opens_at=self.clock.timestamp + self.terms.warning_seconds)
        self._announced[where] = slash_id
        self.accused.add((validator_id, offence, height))
        return slash_id

    def _check_height(self, height: int) -> None:
        require(height < self.clock.block_number, "height in the future")
        require(height + self.terms.evidence_blocks >= self.clock.block_number, "evidence too old")

    def _waiting(self, slash_id: int) -> Slash:
        slash = self.slash_record(slash_id)
        require(slash.status == SlashStatus.ANNOUNCED, "not announced")
        return slash

    def _is_waiting(self, slash: Slash) -> bool:
        return slash.status == SlashStatus.ANNOUNCED and not self._has_lapsed(slash)

    def _has_lapsed(self, slash: Slash) -> bool:
        return self.clock.timestamp >= slash.opens_at + self.terms.warning_seconds
