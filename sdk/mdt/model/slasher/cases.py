"""How a slash takes effect, waits for its window, and ends upheld or overturned, and what is kept of all of them.

The model moves no tokens: `held` is what the contract's balance should be, and calls return what they paid.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.attestations import Attestations
from mdt.model.clock import Clock
from mdt.model.guardian import Guardian
from mdt.model.offences import Offence
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.model.slasher.evidence import Domain
from mdt.model.slasher.jail import Jail, JailWindow
from mdt.model.slasher.liveness import LivenessBook
from mdt.model.slasher.records import EMPTY, Slash, SlashStatus, Totals
from mdt.model.slasher.terms import SlashTerms, split
from mdt.model.staking import Staking, Status, ValidatorPool
from mdt.model.validators import Validators

require = refusals("slasher")

MAX_PAGE = 50


class Controller(Protocol):
    """The emission controller as the slasher uses it."""

    @property
    def attestations(self) -> Attestations:
        """Reporters and quorum."""

    @property
    def current_epoch(self) -> int:
        """The epoch the chain is in."""

    @property
    def guardian(self) -> Guardian:
        """Who may void what is announced."""

    def epoch_bounds(self, epoch: int) -> tuple[int, int, int]:
        """First block, end block (exclusive), deadline."""


class SlashCases(Ownable):
    """Every slash from when it takes effect."""

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
        require(2 * terms.warning_seconds <= staking.terms.unbonding_seconds, "warning too long")
        unbonding = staking.terms
        reach = unbonding.unbonding_blocks * (unbonding.unbonding_seconds - 2 * terms.warning_seconds)
        require(terms.evidence_blocks <= reach // unbonding.unbonding_seconds, "evidence too long")
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
        self._taken: defaultdict[int, list[int]] = defaultdict(list)  # validator => slashes that took effect
        self._announced: dict[tuple[int, int], int] = {}  # validator, offence => the newest slash
        self._registered: defaultdict[int, list[int]] = defaultdict(list)  # validator => proofs that wait
        self._jail = Jail()
        self.jail_window = JailWindow()
        self.accused: set[tuple[int, int, int]] = set()  # by a word
        self.punished: set[tuple[int, int, int]] = set()  # proven, or a slash for it took effect
        self.totals = Totals()
        self.held = 0
        self._liveness = LivenessBook()

    # --- decisions ---

    def execute(self, slash_id: int) -> tuple[int, int]:
        """Uphold a slash whose window is over; returns wei burned and wei to the treasury."""
        slash = self._escrowed(slash_id)
        require(self.clock.timestamp >= slash.ends_at, "window not over")
        return self._uphold(slash_id)

    def appeal(self, caller: str, slash_id: int, appeal_hash: bytes) -> None:
        """The operator, or the owner, asks the arbiter to look at a slash, which doubles its window."""
        slash = self._escrowed(slash_id)
        require(self.validators.may_operate(slash.validator_id, caller), "not the operator")
        require(not slash.is_appealed, "already appealed")
        require(self.clock.timestamp < slash.ends_at, "window over")
        require(appeal_hash != EMPTY, "empty appeal hash")
        self.slashes[slash_id] = replace(slash, is_appealed=True, appeal_hash=appeal_hash, ends_at=slash.ends_at + self.terms.appeal_seconds)

    def overturn(self, caller: str, slash_id: int) -> tuple[int, int]:
        """The arbiter gives a slash back; returns wei back in the pool, and wei that can be claimed here."""
        self._check_arbiter(caller)
        slash = self._escrowed(slash_id)
        self.slashes[slash_id] = replace(slash, status=SlashStatus.OVERTURNED)
        total = slash.amount + slash.answered
        self.totals.given_back += total
        restored = self.staking.end_slash(self.address, slash.validator_id, slash.offence, True)
        self.held -= restored
        del self._jail.until[slash.validator_id][slash_id]
        self._lift_bars(slash.validator_id, slash.offence)
        return restored, total - restored

    def uphold(self, caller: str, slash_id: int) -> tuple[int, int]:
        """The arbiter turns an appeal down; returns wei burned and wei to the treasury."""
        self._check_arbiter(caller)
        require(self._escrowed(slash_id).is_appealed, "not appealed")
        return self._uphold(slash_id)

    def set_arbiter(self, caller: str, arbiter: str) -> None:
        """The owner replaces the arbiter."""
        self.check_owner(caller)
        self._set_arbiter(arbiter)

    # --- views ---

    @property
    def slash_count(self) -> int:
        """The next slash's number."""
        return self.first_slash_id + len(self.slashes)

    def slash_record(self, slash_id: int) -> Slash:
        """One slash; all zero when there is none of that number."""
        return self.slashes.get(slash_id, Slash())

    def slashes_of(self, validator_id: int, offset: int = 0, limit: int = MAX_PAGE) -> list[int]:
        """Numbers of a validator's slashes that took effect, in this order."""
        return self._taken[validator_id][offset : offset + min(limit, MAX_PAGE)]

    def jailed_until(self, validator_id: int) -> int:
        """Timestamp from which a validator can come back: the latest of its slashes that were not overturned."""
        return self._jail.jailed_until(validator_id)

    # --- internal: a slash begins ---

    def _new(self, validator_id: int, offence: int, height: int, evidence: bytes) -> Slash:
        return Slash(validator_id, offence, bps=self.terms.slash_bps[offence], height=height, evidence_hash=evidence)

    def _check_unpunished(self, slash: Slash) -> None:
        """A word does not use up a proof before it takes effect."""
        require((slash.validator_id, slash.offence, slash.height) not in self.punished, "already punished")

    def _check_free(self, slash: Slash) -> ValidatorPool:
        """One slash of an offence at a time is in escrow, and one upheld double signing is the last; returns the validator."""
        validator = self.staking.validator(slash.validator_id)
        require(not validator.pending >> slash.offence & 1, "slash in escrow")
        is_final = slash.offence == Offence.DOUBLE_SIGNING
        require(not (is_final and validator.status & Status.TOMBSTONED), "already tombstoned")
        return validator

    def _take_effect(self, slash_id: int, slash: Slash) -> None:
        validator_id, offence, now = slash.validator_id, slash.offence, self.clock.timestamp
        amount = self.staking.slash(self.address, validator_id, offence, slash_id, slash.bps)
        if offence == Offence.DOUBLE_SIGNING:
            self.staking.set_bars(self.address, validator_id, Status.TOMBSTONED, True)
        self._jail.begin(validator_id, slash_id, offence, slash.height, now + self.terms.jail_seconds, self.clock.block_number)
        ends_at = now + self.terms.appeal_seconds
        self.slashes[slash_id] = replace(slash, status=SlashStatus.ESCROWED, amount=amount, slashed_at=now, ends_at=ends_at)
        self._taken[validator_id].append(slash_id)
        self._take(amount)

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
            self._jail.block[validator_id] = 0
        if bars:
            self.staking.set_bars(self.address, validator_id, bars, False)

    def _take(self, amount: int) -> None:
        self.totals.slashed += amount
        self.held += amount

    def _split(self, amount: int) -> tuple[int, int]:
        burned, to_treasury = split(amount, self.terms.burn_bps)
        self.totals.burned += burned
        self.totals.to_treasury += to_treasury
        self.held -= amount
        return burned, to_treasury

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
