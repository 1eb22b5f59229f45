"""The emission controller: epochs, reports, delay, vetoes and settlement, as `EmissionController` and its modules keep them.

The model takes the signers of a report instead of signatures (recovering them is the chain's part), and reaches the rest
of the suite through `Suite`; `Books` is the smallest suite that keeps the same accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mdt.crypto import merkle
from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.emission import Amounts, Parameters, Schedule, amounts
from mdt.model.ownable import ZERO_ADDRESS, Ownable
from mdt.model.reasons import Discard, Miners

MIN_DELAY, MAX_DELAY = 60, 7 * 86_400
MAX_PAUSE = 3 * 86_400
MAX_START_AHEAD = 10_000_000
MIN_QUORUM = 2
MAX_TOTAL = 2**128 - 1
EMPTY = bytes(32)


@dataclass(frozen=True)
class Report:
    """What reporters sign; fields of the contract's struct in its order."""

    epoch: int
    attempt: int
    tasks: int
    difficulty: int
    participation: int
    root: bytes
    cumulative_total: int
    data_hash: bytes


@dataclass(frozen=True)
class Pending:
    """A report that waits, what it fixed, and since and until when (timestamps)."""

    report: Report
    amounts: Amounts
    submitted_at: int
    settles_at: int
    pays_miners: bool


@dataclass(frozen=True)
class EpochRecord:
    """What a settled epoch paid; all empty for one that was skipped or is still to come."""

    is_settled: bool = False
    root: bytes = EMPTY
    data_hash: bytes = EMPTY
    cumulative_total: int = 0
    utility: int = 0
    emission: int = 0
    recycled: int = 0
    miner_share: int = 0


@dataclass(frozen=True)
class Settlement:
    """Where the money of one settlement came from and went, in wei."""

    epoch: int
    recycled: int
    minted: int
    outcome: Miners


class Suite(Protocol):
    """The rest of the suite as the controller uses it; amounts in wei."""

    def lifetime_room(self) -> int:
        """What the controller may still mint in its life."""

    def available(self) -> int:
        """What the recycling pool holds."""

    def root(self) -> bytes:
        """The distributor's root."""

    def total_funded(self) -> int:
        """What the distributor was funded with in its life."""

    def draw(self, amount: int) -> None:
        """Take tokens out of the pool."""

    def mint(self, amount: int) -> None:
        """Mint tokens to the controller."""

    def fund(self, root: bytes, total: int) -> None:
        """Bring the distributor a new root and its tokens."""

    def recycle(self, amount: int) -> None:
        """Hand tokens to the pool."""

    def notify_reward(self, amount: int) -> None:
        """Hand stakers their share."""

    def pay_treasury(self, amount: int) -> None:
        """Hand the DAO its share."""


@dataclass
class Books:
    """The smallest suite: one integer per account, everything in wei."""

    channel_cap: int
    minted: int = 0
    pool: int = 0
    current_root: bytes = EMPTY
    funded: int = 0
    stakers: int = 0
    treasury: int = 0
    held: int = 0

    def lifetime_room(self) -> int:
        """What is left of the channel's cap."""
        return self.channel_cap - self.minted

    def available(self) -> int:
        """What the pool holds."""
        return self.pool

    def root(self) -> bytes:
        """The current root."""
        return self.current_root

    def total_funded(self) -> int:
        """What miners were funded with."""
        return self.funded

    def draw(self, amount: int) -> None:
        """From the pool to the controller."""
        self.pool -= amount
        self.held += amount

    def mint(self, amount: int) -> None:
        """Out of the channel to the controller."""
        if amount > self.lifetime_room():
            raise Refusal("mdt: over lifetime cap")
        self.minted += amount
        self.held += amount

    def fund(self, root: bytes, total: int) -> None:
        """From the controller to miners."""
        self.held -= total - self.funded
        self.current_root, self.funded = root, total

    def recycle(self, amount: int) -> None:
        """From the controller to the pool."""
        self.held -= amount
        self.pool += amount

    def notify_reward(self, amount: int) -> None:
        """From the controller to stakers."""
        self.held -= amount
        self.stakers += amount

    def pay_treasury(self, amount: int) -> None:
        """From the controller to the treasury."""
        self.held -= amount
        self.treasury += amount


@dataclass
class Guardian:
    """Who may stop, and until when (timestamp) it did; `contracts/emission/modules/guardian.vy`."""

    clock: Clock
    account: str = ZERO_ADDRESS
    paused_until: int = 0

    def check(self, caller: str) -> None:
        """Refuse anybody but the guardian."""
        if caller != self.account:
            raise Refusal("guardian: only the guardian")

    def check_running(self) -> None:
        """Refuse while paused."""
        if self.clock.timestamp < self.paused_until:
            raise Refusal("guardian: paused")

    def pause(self, caller: str, seconds: int) -> None:
        """At most MAX_PAUSE, and not sooner than MAX_PAUSE after the last one ended."""
        self.check(caller)
        if not 1 <= seconds <= MAX_PAUSE:
            raise Refusal("guardian: pause out of range")
        if self.clock.timestamp < self.paused_until:
            raise Refusal("guardian: already paused")
        if self.clock.timestamp < self.paused_until + MAX_PAUSE:
            raise Refusal("guardian: paused too recently")
        self.paused_until = self.clock.timestamp + seconds

    def unpause(self, caller: str, owner: str) -> None:
        """Guardian or owner end a pause now."""
        if caller not in (self.account, owner):
            raise Refusal("guardian: not guardian or owner")
        if self.clock.timestamp >= self.paused_until:
            raise Refusal("guardian: not paused")
        self.paused_until = self.clock.timestamp

    def replace(self, account: str) -> None:
        """Another guardian; a running pause goes on."""
        if account == ZERO_ADDRESS:
            raise Refusal("guardian: zero address")
        if account == self.account:
            raise Refusal("guardian: no change")
        self.account = account


@dataclass
class Attestations:
    """k of n reporters; `contracts/emission/modules/attestations.vy`."""

    reporters: list[str] = field(default_factory=list)
    quorum: int = 0

    def replace(self, reporters: Sequence[str], quorum: int) -> None:
        """Other reporters, another quorum."""
        if quorum < MIN_QUORUM or quorum <= len(reporters) // 2:
            raise Refusal("attestations: quorum too small")
        if quorum > len(reporters):
            raise Refusal("attestations: quorum too large")
        for index, reporter in enumerate(reporters):
            if reporter == ZERO_ADDRESS:
                raise Refusal("attestations: zero reporter")
            if reporter in reporters[:index]:
                raise Refusal("attestations: repeated reporter")
        if list(reporters) == self.reporters and quorum == self.quorum:
            raise Refusal("attestations: no change")
        self.reporters, self.quorum = list(reporters), quorum

    def verify(self, signers: Sequence[str]) -> None:
        """Refuse unless at least `quorum` distinct reporters signed, given in ascending order."""
        if len(signers) < self.quorum:
            raise Refusal("attestations: below quorum")
        last = 0
        for signer in signers:
            if int(signer, 16) <= last:
                raise Refusal("attestations: not ascending")
            if signer not in self.reporters:
                raise Refusal("attestations: not a reporter")
            last = int(signer, 16)


class EmissionController(Ownable):
    """The controller. Governance and guardian calls take the caller first; amounts are in wei."""

    def __init__(
        self,
        suite: Suite,
        clock: Clock,
        start_block: int,
        schedule: Schedule,
        parameters: Parameters,
        delay: int,
        reporters: Sequence[str],
        quorum: int,
        owner: str,
        guardian: str,
    ) -> None:
        """As the contract's constructor.

        Raises:
            Refusal: as the contract.
        """
        if owner == ZERO_ADDRESS:
            raise Refusal("controller: zero address")
        super().__init__(owner)
        if start_block < clock.block_number:
            raise Refusal("epochs: start in the past")
        if start_block > clock.block_number + MAX_START_AHEAD:
            raise Refusal("epochs: start too far")
        self.suite, self.clock, self.start_block, self.schedule = suite, clock, start_block, schedule
        self.next_epoch = 0
        self.attempt = 0
        parameters.check()
        self._changes = [(0, parameters)]
        self.attestations = Attestations()
        self.attestations.replace(reporters, quorum)
        self.guardian = Guardian(clock)
        self.guardian.replace(guardian)
        self.delay = 0
        self._set_delay(delay)
        self.pending: Pending | None = None
        self.records: dict[int, EpochRecord] = {}
        self.last_utility: int | None = None
        self.total_emitted = 0
        self.total_recycled = 0

    # --- permissionless ---

    def submit_report(self, report: Report, signers: Sequence[str]) -> Pending:
        """Hand in what a quorum signed for the next epoch; its amounts are fixed now."""
        self.guardian.check_running()
        if self.pending is not None:
            raise Refusal("report: already pending")
        if report.epoch != self.next_epoch:
            raise Refusal("report: wrong epoch")
        if report.attempt != self.attempt:
            raise Refusal("report: wrong attempt")
        _, end, deadline = self.epoch_bounds(report.epoch)
        if self.clock.block_number < end:
            raise Refusal("report: epoch not over")
        if self.clock.block_number > deadline:
            raise Refusal("report: deadline passed")
        if report.data_hash == EMPTY:
            raise Refusal("report: empty data hash")
        fixed = self.preview(report.epoch, report.tasks, report.difficulty, report.participation)
        pays_miners = self._check_root(report.root, report.cumulative_total, fixed.miner_share)
        self.attestations.verify(signers)
        now = self.clock.timestamp
        if report.cumulative_total > MAX_TOTAL:
            raise Refusal("report: total too large")
        self.pending = Pending(report, fixed, now, now + self.delay, pays_miners)
        return self.pending

    def settle(self) -> Settlement:
        """Pay out the pending report: recycled tokens first, the rest minted."""
        self.guardian.check_running()
        pending = self._require_pending()
        if self.clock.timestamp < pending.settles_at:
            raise Refusal("settle: delay not over")
        fixed, report, suite = pending.amounts, pending.report, self.suite
        recycled = min(fixed.emission, suite.available())
        minted = fixed.emission - recycled
        if recycled:
            suite.draw(recycled)
        if minted:
            suite.mint(minted)
        if pending.pays_miners:
            outcome = Miners.PAID
            suite.fund(report.root, report.cumulative_total)
        elif fixed.miner_share:
            outcome = Miners.NONE
            suite.recycle(fixed.miner_share)
        else:
            outcome = Miners.NOTHING_TO_PAY
        if fixed.validator_share:
            suite.notify_reward(fixed.validator_share)
        if fixed.dao_share:
            suite.pay_treasury(fixed.dao_share)

        self.records[report.epoch] = EpochRecord(
            is_settled=True,
            root=report.root,
            data_hash=report.data_hash,
            cumulative_total=report.cumulative_total,
            utility=fixed.utility,
            emission=fixed.emission,
            recycled=recycled,
            miner_share=fixed.miner_share if pending.pays_miners else 0,
        )
        self.pending = None
        self.last_utility = fixed.utility
        self.total_emitted += fixed.emission
        self.total_recycled += recycled
        self._advance(report.epoch + 1)
        return Settlement(report.epoch, recycled, minted, outcome)

    def skip(self) -> int:
        """Pass over every epoch whose deadline went by without a report; returns how many (counted one by one)."""
        self.guardian.check_running()
        if self.pending is not None:
            raise Refusal("report: already pending")
        epoch = self.next_epoch
        while self.clock.block_number > self.epoch_bounds(epoch)[2]:
            epoch += 1
        count = epoch - self.next_epoch
        if count == 0:
            raise Refusal("skip: nothing to skip")
        self._advance(epoch)
        return count

    def refute_regression(self, account: str, old_cumulative: int, old_proof: Sequence[bytes], new_cumulative: int, new_proof: Sequence[bytes]) -> None:
        """Discard the pending report by proof that an account's total would go down."""
        current, proposed = self._refutable_root()
        if new_cumulative >= old_cumulative:
            raise Refusal("refute: no regression")
        if not merkle.verify(current, account, old_cumulative, old_proof):
            raise Refusal("refute: old proof invalid")
        if not merkle.verify(proposed, account, new_cumulative, new_proof):
            raise Refusal("refute: new proof invalid")
        self._discard()

    def refute_duplicate(self, account: str, one_cumulative: int, one_proof: Sequence[bytes], other_cumulative: int, other_proof: Sequence[bytes]) -> None:
        """Discard the pending report by proof that an account has two leaves in its root."""
        _, proposed = self._refutable_root()
        if one_cumulative == other_cumulative:
            raise Refusal("refute: no duplicate")
        if not merkle.verify(proposed, account, one_cumulative, one_proof):
            raise Refusal("refute: one proof invalid")
        if not merkle.verify(proposed, account, other_cumulative, other_proof):
            raise Refusal("refute: other proof invalid")
        self._discard()

    # --- guardian ---

    def cancel_report(self, caller: str) -> Discard:
        """Discard the pending report."""
        self.guardian.check(caller)
        self._require_pending()
        self._discard()
        return Discard.CANCELLED

    def pause(self, caller: str, seconds: int) -> None:
        """Stop submitting, settling and skipping for a while."""
        self.guardian.pause(caller, seconds)

    def unpause(self, caller: str) -> None:
        """End a pause now."""
        self.guardian.unpause(caller, self.owner)

    # --- governance ---

    def set_parameters(self, caller: str, parameters: Parameters) -> int:
        """Other parameters from the first epoch that has not begun; returns that epoch."""
        self.check_owner(caller)
        parameters.check()
        from_epoch = self.first_unstarted
        governs_from, newest = self._changes[-1]
        if parameters == newest:
            raise Refusal("parameters: no change")
        if governs_from == from_epoch:
            self._changes.pop()
        elif self.next_epoch < governs_from:
            raise Refusal("parameters: change waiting")
        self._changes.append((from_epoch, parameters))
        return from_epoch

    def set_reporters(self, caller: str, reporters: Sequence[str], quorum: int) -> None:
        """Other reporters; whatever was signed before is worthless."""
        self.check_owner(caller)
        self.attestations.replace(reporters, quorum)
        self._discard()

    def set_delay(self, caller: str, seconds: int) -> None:
        """Another delay (seconds) for reports to come."""
        self.check_owner(caller)
        self._set_delay(seconds)

    def set_guardian(self, caller: str, guardian: str) -> None:
        """Another guardian."""
        self.check_owner(caller)
        self.guardian.replace(guardian)

    # --- views ---

    @property
    def first_unstarted(self) -> int:
        """The first epoch none of whose blocks has begun."""
        if self.clock.block_number < self.start_block:
            return 0
        return (self.clock.block_number - self.start_block) // self.schedule.epoch_blocks + 1

    @property
    def current_epoch(self) -> int:
        """The epoch the chain is in; 0 before the start."""
        return max(self.first_unstarted - 1, 0)

    @property
    def total_minted(self) -> int:
        """Wei of all emission that was newly minted."""
        return self.total_emitted - self.total_recycled

    def parameters_at(self, epoch: int) -> Parameters:
        """The parameters of an epoch: the newest change that governs from it or from before."""
        return next(parameters for governs_from, parameters in reversed(self._changes) if governs_from <= epoch)

    def epoch_bounds(self, epoch: int) -> tuple[int, int, int]:
        """First block, end block (exclusive) and last block for a report."""
        first = self.start_block + epoch * self.schedule.epoch_blocks
        end = first + self.schedule.epoch_blocks
        return first, end, end + self.parameters_at(epoch).deadline_blocks

    def preview(self, epoch: int, tasks: int, difficulty: int, participation: int) -> Amounts:
        """What a report with these inputs would fix for an epoch, if it were submitted now."""
        if epoch < self.next_epoch:
            raise Refusal("amounts: epoch is history")
        return amounts(self.schedule, self.parameters_at(epoch), epoch, tasks, difficulty, participation, self.last_utility, self.suite.lifetime_room())

    def epoch_record(self, epoch: int) -> EpochRecord:
        """What an epoch paid."""
        return self.records.get(epoch, EpochRecord())

    # --- internal ---

    def _require_pending(self) -> Pending:
        if self.pending is None:
            raise Refusal("report: nothing pending")
        return self.pending

    def _refutable_root(self) -> tuple[bytes, bytes]:
        pending = self._require_pending()
        current = self.suite.root()
        if pending.report.root == current:
            raise Refusal("refute: root unchanged")
        return current, pending.report.root

    def _check_root(self, root: bytes, total: int, miner_share: int) -> bool:
        pays_miners = root != self.suite.root()
        if pays_miners and root == EMPTY:
            raise Refusal("report: empty root")
        if pays_miners and miner_share == 0:
            raise Refusal("report: root without share")
        if total != self.suite.total_funded() + (miner_share if pays_miners else 0):
            raise Refusal("report: total not exact")
        return pays_miners

    def _discard(self) -> None:
        self.pending = None
        self.attempt += 1

    def _advance(self, to: int) -> None:
        self.next_epoch, self.attempt = to, 0

    def _set_delay(self, seconds: int) -> None:
        if not MIN_DELAY <= seconds <= MAX_DELAY:
            raise Refusal("controller: delay range")
        if seconds == self.delay:
            raise Refusal("controller: no change")
        self.delay = seconds
