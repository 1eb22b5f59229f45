"""The emission controller: epochs, reports, delay, vetoes and settlement, as `EmissionController` and its modules keep them.

The model takes the signers of a report instead of signatures (recovering them is the chain's part), and reaches the other
contracts through `Neighbours`; `Books` are the smallest that keep the same accounts.
"""

from __future__ import annotations

from collections.abc import Sequence

from mdt.addresses import ZERO_ADDRESS
from mdt.model.attestations import Attestations
from mdt.model.clock import Clock
from mdt.model.controller.neighbours import Neighbours
from mdt.model.controller.records import EMPTY, EpochRecord, Pending, Report, Settlement
from mdt.model.emission import Amounts, EmissionSchedule, Parameters, amounts
from mdt.model.guardian import Guardian
from mdt.model.ownable import Ownable
from mdt.model.reasons import Discard, Miners
from mdt.model.refusals import refusals
from mdt.units import DAY

require = refusals("report")
require_amounts = refusals("amounts")
require_controller = refusals("controller")
require_epochs = refusals("epochs")
require_parameters = refusals("parameters")
require_refute = refusals("refute")
require_settle = refusals("settle")
require_skip = refusals("skip")

MIN_DELAY, MAX_DELAY = 60, 7 * DAY
MAX_START_AHEAD = 10_000_000
MAX_TOTAL = 2**128 - 1


class EmissionController(Ownable):
    """The controller. Governance and guardian calls take the caller first; amounts are in wei."""

    def __init__(
        self,
        neighbours: Neighbours,
        clock: Clock,
        start_block: int,
        schedule: EmissionSchedule,
        parameters: Parameters,
        delay: int,
        reporters: Sequence[str],
        quorum: int,
        owner: str,
        guardian: str,
        root_audit: str,
    ) -> None:
        """As the contract's constructor.

        Raises:
            Refusal: as the contract.
        """
        require_controller(ZERO_ADDRESS not in (root_audit, owner), "zero address")
        self.root_audit = root_audit
        super().__init__(owner)
        require_epochs(start_block >= clock.block_number, "start in the past")
        require_epochs(start_block <= clock.block_number + MAX_START_AHEAD, "start too far")
        self.neighbours, self.clock, self.start_block, self.schedule = neighbours, clock, start_block, schedule
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
        self.open_challenges = 0
        """Leaves of the pending list that were asked for at the root audit and not shown."""
        self.records: dict[int, EpochRecord] = {}
        self.last_utility: int | None = None
        self.total_emitted = 0
        self.total_recycled = 0

    # --- permissionless ---

    def submit_report(self, report: Report, signers: Sequence[str]) -> Pending:
        """Hand in what a quorum signed for the next epoch; its amounts are fixed now."""
        self.guardian.check_running()
        require(self.pending is None, "already pending")
        require(report.epoch == self.next_epoch, "wrong epoch")
        require(report.attempt == self.attempt, "wrong attempt")
        _, end, deadline = self.epoch_bounds(report.epoch)
        require(self.clock.block_number >= end, "epoch not over")
        require(self.clock.block_number <= deadline, "deadline passed")
        require(report.data_hash != EMPTY, "empty data hash")
        fixed = self.preview(report.epoch, report.tasks, report.difficulty, report.participation)
        pays_miners = self._check_root(report, fixed.miner_share)
        self.attestations.verify(signers)
        now = self.clock.timestamp
        require(report.cumulative_total <= MAX_TOTAL, "total too large")
        self.pending = Pending(report, fixed, now, now + self.delay, pays_miners)
        return self.pending

    def settle(self) -> Settlement:
        """Pay out the pending report: recycled tokens first, the rest minted."""
        self.guardian.check_running()
        require_settle(self.open_challenges == 0, "leaf asked for")
        pending = self._require_pending()
        require_settle(self.clock.timestamp >= pending.settles_at, "delay not over")
        fixed, report, neighbours = pending.amounts, pending.report, self.neighbours
        recycled = min(fixed.emission, neighbours.available())
        minted = fixed.emission - recycled
        if recycled:
            neighbours.draw(recycled)
        if minted:
            neighbours.mint(minted)
        if pending.pays_miners:
            outcome = Miners.PAID
            neighbours.fund(report.root, report.cumulative_total)
        elif fixed.miner_share:
            outcome = Miners.NONE
            neighbours.recycle(fixed.miner_share)
        else:
            outcome = Miners.NOTHING_TO_PAY
        if fixed.validator_share:
            neighbours.notify_reward(fixed.validator_share)
        if fixed.dao_share:
            neighbours.pay_treasury(fixed.dao_share)

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
        require(self.pending is None, "already pending")
        epoch = self.next_epoch
        while self.clock.block_number > self.epoch_bounds(epoch)[2]:
            epoch += 1
        count = epoch - self.next_epoch
        require_skip(count > 0, "nothing to skip")
        self._advance(epoch)
        return count

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

    # --- root audit ---

    def discard_refuted(self, caller: str, reason: Discard, refuter: str) -> tuple[Discard, str]:
        """Discard the pending report for a fault that was proven; returns what the event says: why, and by whom."""
        require_refute(caller == self.root_audit, "only the root audit")
        require_refute(reason in (Discard.INCONSISTENT, Discard.LOSS, Discard.UNANSWERED), "reason out of range")
        self._require_pending()
        self._discard()
        return reason, refuter

    # --- governance ---

    def set_parameters(self, caller: str, parameters: Parameters) -> int:
        """Other parameters from the first epoch that has not begun; returns that epoch."""
        self.check_owner(caller)
        parameters.check()
        from_epoch = self.first_unstarted
        governs_from, newest = self._changes[-1]
        require_parameters(parameters != newest, "no change")
        if governs_from == from_epoch:
            self._changes.pop()
        else:
            require_parameters(self.next_epoch >= governs_from, "change waiting")
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
        require_amounts(epoch >= self.next_epoch, "epoch is history")
        return amounts(self.schedule, self.parameters_at(epoch), epoch, tasks, difficulty, participation, self.last_utility, self.neighbours.lifetime_room())

    def epoch_record(self, epoch: int) -> EpochRecord:
        """What an epoch paid."""
        return self.records.get(epoch, EpochRecord())

    def evidence_root(self, epoch: int) -> bytes:
        """The root of a settled epoch, by which a later list can be refuted; empty when the epoch was not settled."""
        return self.epoch_record(epoch).root

    # --- internal ---

    def _require_pending(self) -> Pending:
        return require.found(self.pending, "nothing pending")

    def _check_root(self, report: Report, miner_share: int) -> bool:
        pays_miners = report.root != self.neighbours.root()
        require(not pays_miners or report.root != EMPTY, "empty root")
        require(not pays_miners or miner_share != 0, "root without share")
        require(report.cumulative_total == self.neighbours.total_funded() + (miner_share if pays_miners else 0), "total not exact")
        require(not pays_miners or report.audit_root != EMPTY, "empty audit root")
        require(pays_miners or report.audit_root == EMPTY, "audit without new root")
        return pays_miners

    def _discard(self) -> None:
        self.pending, self.open_challenges = None, 0
        self.attempt += 1

    def _advance(self, to: int) -> None:
        self.next_epoch, self.attempt = to, 0

    def _set_delay(self, seconds: int) -> None:
        require_controller(MIN_DELAY <= seconds <= MAX_DELAY, "delay range")
        require_controller(seconds != self.delay, "no change")
        self.delay = seconds
