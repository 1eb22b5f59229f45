"""The emission controller: epochs, reports, delay, vetoes and settlement, as `EmissionController` and its modules keep them.

The model takes the signers of a report instead of signatures (recovering them is the chain's part), and reaches the other
contracts through `Neighbours`; `Books` are the smallest that keep the same accounts. A predecessor is another such model.
"""

from __future__ import annotations

from collections.abc import Sequence

from mdt.addresses import ZERO_ADDRESS
from mdt.model.attestations import Attestations
from mdt.model.clock import Clock
from mdt.model.controller.neighbours import Neighbours
from mdt.model.controller.opening import GRACE, Opening
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
require_disown = refusals("disown")
require_epochs = refusals("epochs")
require_parameters = refusals("parameters")
require_refute = refusals("refute")
require_settle = refusals("settle")
require_skip = refusals("skip")
require_takeover = refusals("takeover")

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
        predecessor: EmissionController | None = None,
    ) -> None:
        """As the contract's constructor.

        Raises:
            Refusal: as the contract.
        """
        require_controller(ZERO_ADDRESS not in (root_audit, owner), "zero address")
        self.root_audit = root_audit
        super().__init__(owner)
        if predecessor is None:
            require_epochs(start_block >= clock.block_number, "start in the past")
        else:
            require_takeover(predecessor.neighbours.token_address() == neighbours.token_address(), "another token")
            require_takeover((start_block, schedule) == (predecessor.start_block, predecessor.schedule), "another schedule")
        require_epochs(start_block <= clock.block_number + MAX_START_AHEAD, "start too far")
        self.neighbours: Neighbours = neighbours
        self.clock: Clock = clock
        self.start_block: int = start_block
        self.schedule: EmissionSchedule = schedule
        self.predecessor = predecessor
        self.next_epoch = 0
        self.attempt = 0
        self.first_epoch = 0
        self.opening = Opening(0 if predecessor else clock.block_number)
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
        self.disowned: set[int] = set()
        self.last_settled = 0
        self.last_utility: int | None = None
        self.total_emitted = 0
        self.total_recycled = 0

    # --- permissionless ---

    def submit_report(self, report: Report, signers: Sequence[str]) -> Pending:
        """Hand in what a quorum signed for the next epoch; its amounts are fixed now."""
        self.guardian.check_running()
        require(self.pending is None, "already pending")
        self._require_open()
        require(report.epoch == self.next_epoch, "wrong epoch")
        require(report.attempt == self.attempt, "wrong attempt")
        require(self.clock.block_number >= self.epoch_bounds(report.epoch)[1], "epoch not over")
        require(not self.is_late, "deadline passed")
        require(self.clock.timestamp >= self.neighbours.suspended_until(), "minting suspended")
        require(self.neighbours.is_minter(), "not a minter")
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
        recycled = min(fixed.emission, neighbours.drawable())
        minted = fixed.emission - recycled
        if minted:
            neighbours.mint(minted)
        if recycled:
            neighbours.draw(recycled)
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
        self.last_settled = report.epoch + 1
        self.last_utility = fixed.utility
        self.total_emitted += fixed.emission
        self.total_recycled += recycled
        self._advance(report.epoch + 1)
        return Settlement(report.epoch, recycled, minted, outcome)

    def skip(self) -> int:
        """Once the next epoch is late, pass over every epoch whose deadline went by without a report; returns how many (counted one by one)."""
        self.guardian.check_running()
        require(self.pending is None, "already pending")
        self._require_open()
        require_skip(self.is_late, "nothing to skip")
        require(self.neighbours.is_minter(), "not a minter")
        epoch = self.next_epoch
        while self.clock.block_number > self.epoch_bounds(epoch)[2]:
            epoch += 1
        count = epoch - self.next_epoch
        self._advance(epoch)
        return count

    def void_report(self, signers: Sequence[str]) -> bool:
        """A quorum retracts what it signed for the next epoch; returns whether that was pending already."""
        was_pending = self.pending is not None
        require(was_pending or not self.is_late, "deadline passed")
        self.attestations.verify(signers)
        self._discard()
        return was_pending

    # --- guardian ---

    def cancel_report(self, caller: str) -> Discard:
        """Discard the pending report; the guardian or the owner."""
        self.guardian.check_guardian_or_owner(caller, self.owner)
        self._require_pending()
        self._discard()
        return Discard.CANCELLED

    def pause(self, caller: str, seconds: int) -> None:
        """Stop submitting, settling and skipping for a while."""
        self.guardian.pause(caller, seconds)
        self.opening.grant_grace(self.guardian.paused_until)

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

    def reopen(self, caller: str) -> None:
        """The next epoch can be reported for GRACE from now on, however late it is."""
        self.check_owner(caller)
        self.opening.grant_grace(self.clock.timestamp)

    def disown_epoch(self, caller: str, epoch: int) -> bytes:
        """A settled epoch's root is no evidence any more; returns that root."""
        self.check_owner(caller)
        root = self.evidence_root(epoch)
        require_disown(root != EMPTY, "no evidence")
        self.disowned.add(epoch)
        return root

    def take_over(self, caller: str) -> int:
        """Go on where the predecessor stopped; returns the first epoch paid here."""
        self.check_owner(caller)
        require_takeover(not self.opening.is_open and self.predecessor is not None, "already open")
        assert self.predecessor is not None
        before = self.predecessor
        require_takeover(before.opening.is_open, "predecessor not open")
        require_takeover(before.pending is None, "report pending")
        require_takeover(not before.neighbours.is_minter(), "predecessor mints")
        self.first_epoch = self.next_epoch = before.next_epoch
        self.opening.open(self.clock.block_number)
        self.opening.grant_grace(self.clock.timestamp)
        self.last_settled, self.last_utility = before.last_settled, before.last_utility
        return self.first_epoch

    # --- views ---

    @property
    def is_late(self) -> bool:
        """Whether the next epoch can be reported no more: by blocks, by the grace and by the end of a suspension."""
        return self.clock.timestamp > self.grace_until and self.clock.block_number > self.deadline_block

    @property
    def grace_until(self) -> int:
        """The last second for a report of the next epoch, if its deadline by blocks is over."""
        return max(self.opening.grace_until, self.neighbours.suspended_until() + GRACE)

    @property
    def deadline_block(self) -> int:
        """The last block for a report of the next epoch, which a grace can lengthen."""
        _, end, _ = self.epoch_bounds(self.next_epoch)
        return max(end, self.opening.opened_at) + self.parameters_at(self.next_epoch).deadline_blocks

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
        """First block, end block (exclusive) and last block for a report that nothing held up."""
        first = self.start_block + epoch * self.schedule.epoch_blocks
        end = first + self.schedule.epoch_blocks
        return first, end, end + self.parameters_at(epoch).deadline_blocks

    def preview(self, epoch: int, tasks: int, difficulty: int, participation: int) -> Amounts:
        """What a report with these inputs would fix for an epoch, if it were submitted now."""
        require_amounts(epoch >= self.next_epoch, "epoch is history")
        return amounts(self.schedule, self.parameters_at(epoch), epoch, tasks, difficulty, participation, self.last_utility, self.neighbours.lifetime_room())

    def epoch_record(self, epoch: int) -> EpochRecord:
        """What an epoch paid, here or by a predecessor."""
        if epoch < self.first_epoch and self.predecessor is not None:
            return self.predecessor.epoch_record(epoch)
        return self.records.get(epoch, EpochRecord())

    def evidence_root(self, epoch: int) -> bytes:
        """The root of a settled epoch that nobody disowned, here or by a predecessor that funded the same distributor; else empty."""
        if epoch in self.disowned:
            return EMPTY
        if epoch < self.first_epoch and self.predecessor is not None:
            is_same = self.predecessor.neighbours.distributor_address() == self.neighbours.distributor_address()
            return self.predecessor.evidence_root(epoch) if is_same else EMPTY
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

    def _require_open(self) -> None:
        require_takeover(self.opening.is_open, "not open yet")

    def _discard(self) -> None:
        self.pending, self.open_challenges = None, 0
        self.attempt += 1
        self.opening.grant_grace(self.clock.timestamp)

    def _advance(self, to: int) -> None:
        self.next_epoch, self.attempt = to, 0
        self.opening.open(self.clock.block_number)

    def _set_delay(self, seconds: int) -> None:
        require_controller(MIN_DELAY <= seconds <= MAX_DELAY, "delay range")
        require_controller(seconds != self.delay, "no change")
        self.delay = seconds
