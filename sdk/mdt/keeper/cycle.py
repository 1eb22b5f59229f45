"""The keeper: what the controller waits for now, and the one transaction that serves it.

A cycle reads everything at one block, decides, and sends at most one transaction. It holds no state of its own: bundles are
files, everything else is on the chain, so it can be killed and started again at any point, and several may run at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mdt.chain.signers import Signer
from mdt.chain.transactions import OnSigned, Receipt
from mdt.crypto.keccak import checksum
from mdt.crypto.signatures import Counted, Signature, is_contract_entry, read_signatures, write_signature
from mdt.errors import BundleError, KeeperError, NodeError
from mdt.keeper.situation import Action, NextStep, Snapshot
from mdt.keeper.verification import Check, Verifier
from mdt.market.schedules import Distribution
from mdt.oracle import attest as attestation
from mdt.oracle.approvals import require_approved
from mdt.oracle.attest import Domain, Void
from mdt.oracle.bundle import bundle_path, read_report, signatures_path, voids_path
from mdt.oracle.bundle_writing import write_bundle
from mdt.oracle.claims import ledger_in_force, ledger_with_root
from mdt.oracle.epoch import EpochResult, compute
from mdt.oracle.inputs import Measurements
from mdt.oracle.ledger import Ledger
from mdt.oracle.report import Report
from mdt.suite.opened import Suite

if TYPE_CHECKING:
    from mdt.oracle.collect import Dataset

READ_ATTEMPTS = 5
EMPTY_ROOT = bytes(32)


@dataclass(frozen=True)
class Prepared:
    """What `submit_report` is given.

    Attributes:
        signatures: Exactly a quorum, by ascending signer.
        set_aside: A line for each file beside them that is no signature over this report.
    """

    report: Report
    signatures: list[bytes]
    set_aside: list[str]


@dataclass(frozen=True)
class PreparedVoid:
    """What `void_report` is given.

    Attributes:
        signatures: Exactly a quorum, by ascending signer.
        set_aside: A line for each file beside them that is no signature over this void.
        is_pending: Whether a report is pending, which it discards.
    """

    void: Void
    signatures: list[bytes]
    set_aside: list[str]
    is_pending: bool


class Keeper:
    """The epoch cycle of one deployment over a folder of bundles."""

    def __init__(self, suite: Suite, bundles: Path) -> None:
        """Take a deployment and the folder its bundles are kept in."""
        self.suite, self.bundles = suite, bundles
        self.controller = suite["EmissionController"]
        self.distributor, self.token = suite["RewardDistributor"], suite["MDT"]
        self.domain = Domain(suite.chain.chain_id, self.controller.address)

    # --- reading ---

    def snapshot(self) -> Snapshot:
        """Read everything a decision needs at one block.

        The status is read before and after: a block in between makes the whole reading start again.

        Raises:
            NodeError: the chain moves faster than the node answers.
        """
        for _ in range(READ_ATTEMPTS):
            before = self.controller.call("status")
            first, end, _ = self.controller.call("epoch_bounds", before.next_epoch)
            found = Snapshot(
                status=before,
                pending=self.controller.call("pending"),
                first_block=first,
                end_block=end,
                deadline_block=before.deadline_block,
                reporters=self.controller.call("reporters"),
                quorum=self.controller.call("quorum"),
                root=self.distributor.call("root"),
                total_funded=self.distributor.call("total_funded"),
                suspended_until=self.token.call("suspended_until", self.controller.address),
                is_minter=self.token.call("is_minter", self.controller.address),
            )
            if self.controller.call("status").block_number == before.block_number:
                return found
        raise NodeError(f"the chain moved on during each of {READ_ATTEMPTS} readings: use a node that answers faster")

    def next_step(self, now: Snapshot | None = None) -> NextStep:
        """Decide what the chain waits for."""
        now = now or self.snapshot()
        status, epoch = now.status, now.status.next_epoch
        if status.paused_until > status.timestamp:
            left = status.paused_until - status.timestamp
            return NextStep(Action.PAUSED, f"the guardian paused the controller for another {left:,} s", epoch, wait_seconds=left)
        if now.suspended_until > status.timestamp:
            left = now.suspended_until - status.timestamp
            return NextStep(Action.SUSPENDED, f"the token lets the controller mint nothing for another {left:,} s", epoch, wait_seconds=left)
        if status.has_pending:
            left = status.settles_at - status.timestamp
            if left > 0:
                return NextStep(Action.WAIT_DELAY, f"the report of epoch {epoch} can settle in {left:,} s", epoch, wait_seconds=left)
            return NextStep(Action.SETTLE, f"the report of epoch {epoch} has waited its delay", epoch)
        if status.opened_at == 0:
            return NextStep(Action.CLOSED, "the controller has not taken over from its predecessor", epoch)
        if not now.is_minter:
            return NextStep(Action.CLOSED, "the token has no grant for the controller: nothing can be reported or skipped", epoch)
        if status.is_late:
            return NextStep(Action.SKIP, f"the deadline of epoch {epoch} was block {now.deadline_block:,}, the head is {status.block_number:,}", epoch)
        if status.block_number < now.end_block:
            left = now.end_block - status.block_number
            return NextStep(Action.WAIT_START, f"epoch {epoch} ends at block {now.end_block:,}, {left:,} blocks from the head", epoch, wait_blocks=left)
        return self._next_report(now)

    def _next_report(self, now: Snapshot) -> NextStep:
        epoch, left = now.status.next_epoch, (now.blocks_left, now.seconds_left)
        bundle = bundle_path(self.bundles, epoch)
        if not bundle.is_dir():
            return NextStep(Action.REPORT, f"epoch {epoch} is over and has no bundle in {self.bundles}; {now.left}", epoch, *left)
        try:
            report = read_report(bundle)
        except BundleError as error:
            return NextStep(Action.REPORT, f"the bundle of epoch {epoch} cannot be read ({error}): report it again", epoch, *left)
        if report.attempt != now.status.attempt:
            reason = f"the report in {bundle} is for attempt {report.attempt}, the controller is at {now.status.attempt}: report it again"
            return NextStep(Action.REPORT, reason, epoch, *left)
        counted = self._counted(report, bundle, now)
        signatures, aside = len(counted.by_signer), tuple(counted.set_aside)
        if signatures < now.quorum:
            reason = f"{signatures} of {now.quorum} attestations of epoch {epoch}; {now.left}"
            return NextStep(Action.ATTEST, reason, epoch, *left, aside)
        reason = f"epoch {epoch} has {signatures} attestations of {now.quorum}; {now.left}"
        return NextStep(Action.SUBMIT, reason, epoch, *left, aside)

    # --- off-chain steps ---

    def report(self, dataset: Dataset, epoch: int | None = None) -> tuple[Path, EpochResult]:
        """Compute the next epoch from its data and write its bundle.

        Raises:
            KeeperError: another epoch is next, the epoch is not over, or its deadline went by.
            DataError: the data is malformed or lacks the epoch.
        """
        now = self.snapshot()
        wanted = now.status.next_epoch if epoch is None else epoch
        self._require_open(now, wanted)
        previous = ledger_with_root(self.bundles, now.root, now.total_funded, wanted)
        result = compute(dataset.epoch(wanted), previous, self._previewed)
        return write_bundle(result, self.bundles, now.status.attempt), result

    def attest(self, epoch: int | None, sign: Callable[[Report, Domain], Signature], dataset: Dataset | None = None) -> Path:
        """Recompute a bundle, compare it with the chain, and only then sign its report.

        Args:
            epoch: Whose bundle; the next epoch's when None.
            sign: Makes the signature; or the entry of a contract, which is filed only when it has approved.
            dataset: The reporter's own data, if it has any: then the inputs are compared with it.

        Raises:
            KeeperError: the bundle does not follow from its inputs, or is not for the next epoch and attempt, or its deadline went by.
            AttestationError: a contract has not approved; says which digest it has to.
        """
        now = self.snapshot()
        wanted = now.status.next_epoch if epoch is None else epoch
        self._require_open(now, wanted)
        bundle = bundle_path(self.bundles, wanted)
        previous = ledger_with_root(self.bundles, now.root, now.total_funded, wanted)
        from mdt.oracle.bundle_checking import verify_bundle  # needs what reads tables, which a keeper that only looks does not

        checked = verify_bundle(bundle, previous, self._previewed, dataset=dataset)
        if not checked.ok or checked.report is None:
            raise KeeperError(f"not signed: {bundle}: {checked.difference}")
        if checked.report.attempt != now.status.attempt:
            raise KeeperError(f"not signed: the report is for attempt {checked.report.attempt}, the controller is at {now.status.attempt}: report it again")
        self._require_same_digest(checked.report)
        signature = sign(checked.report, self.domain)
        self._require_own(signature, now)
        return write_signature(signatures_path(bundle, checked.report.attempt), signature)

    def attest_void(self, sign: Callable[[Void, Domain], Signature]) -> Path:
        """Sign that whatever was signed for the next epoch's attempt is void; files the signature beside the bundles.

        Raises:
            KeeperError: the epoch is late and nothing of it is pending, or the account is not a reporter.
            AttestationError: a contract has not approved; says which digest it has to.
        """
        now = self.snapshot()
        void = self._voidable(now)
        ours, theirs = attestation.digest(void, self.domain), self.controller.call("void_digest", void.epoch, void.attempt)
        if ours != theirs:
            raise KeeperError(f"the controller's digest of this void is 0x{theirs.hex()}, ours 0x{ours.hex()}: tools and contract do not belong together")
        signature = sign(void, self.domain)
        self._require_own(signature, now)
        return write_signature(voids_path(self.bundles, void.epoch, void.attempt), signature)

    def accounts(self) -> list[str]:
        """Everybody in the root in force."""
        return [account for account, _ in self.ledger().leaves()]

    def ledger(self) -> Ledger:
        """The ledger of the root in force.

        Raises:
            KeeperError: no bundle has it.
        """
        return ledger_in_force(self.suite, self.bundles)

    # --- transactions ---

    def prepare_submit(self, epoch: int | None = None) -> Prepared:
        """The arguments of `submit_report`, checked against the chain.

        Raises:
            KeeperError: not the time for it.
            AttestationError: too few signatures that count.
        """
        now = self.snapshot()
        wanted = now.status.next_epoch if epoch is None else epoch
        self._require_open(now, wanted)
        bundle = bundle_path(self.bundles, wanted)
        report = read_report(bundle)
        if report.epoch != wanted or report.attempt != now.status.attempt:
            raise KeeperError(
                f"{bundle} holds a report of epoch {report.epoch}, attempt {report.attempt}; the controller waits for epoch {wanted},"
                f" attempt {now.status.attempt}: report it again"
            )
        self._require_same_digest(report)
        counted = self._counted(report, bundle, now)
        return Prepared(report, counted.of_quorum(now.quorum), counted.set_aside)

    def submit(self, signer: Signer, epoch: int | None = None, on_signed: OnSigned | None = None) -> Receipt:
        """Submit the next epoch's report."""
        made = self.prepare_submit(epoch)
        return self.controller.send(signer, "submit_report", made.report.as_tuple(), made.signatures, on_signed=on_signed)

    def prepare_void(self) -> PreparedVoid:
        """The argument of `void_report`, checked against the chain.

        Raises:
            KeeperError: the epoch is late and nothing of it is pending.
            AttestationError: too few signatures that count.
        """
        now = self.snapshot()
        void = self._voidable(now)
        filed = read_signatures(voids_path(self.bundles, void.epoch, void.attempt))
        counted = attestation.counted(void, self.domain, filed, now.reporters, self._approved)
        return PreparedVoid(void, counted.of_quorum(now.quorum), counted.set_aside, now.status.has_pending)

    def void(self, signer: Signer) -> Receipt:
        """Hand in a quorum's void of the next epoch's attempt."""
        return self.controller.send(signer, "void_report", self.prepare_void().signatures)

    def settle(self, signer: Signer) -> Receipt:
        """Settle the pending report, once schedules have paid what they owe the recycling pool, which is spent before anything is minted.

        Raises:
            KeeperError: nothing to settle, or not yet.
        """
        self.require(Action.SETTLE)
        Distribution(self.suite).call_in(signer, "RecyclingPool")
        return self.controller.send(signer, "settle")

    def skip(self, signer: Signer) -> Receipt:
        """Pass over every epoch whose deadline went by.

        Raises:
            KeeperError: no deadline has gone by.
        """
        self.require(Action.SKIP)
        return self.controller.send(signer, "skip")

    def cancel(self, signer: Signer) -> Receipt:
        """As the guardian or the owner, discard the pending report.

        Raises:
            KeeperError: nothing is pending, or the account is neither.
        """
        self.require_cancellable(signer.address)
        return self.controller.send(signer, "cancel_report")

    def require(self, action: Action) -> NextStep:
        """The next step, if it is the wanted action.

        Raises:
            KeeperError: it is another one; says which.
        """
        step = self.next_step()
        if step.action is not action:
            raise KeeperError(f"cannot {action.value} now: {step.reason}; next: {step.action.value}")
        return step

    def require_cancellable(self, account: str) -> Any:
        """The pending report, if this account may cancel it.

        Raises:
            KeeperError: nothing is pending, or the account is neither guardian nor owner.
        """
        pending = self.controller.call("pending")
        if pending.digest == EMPTY_ROOT:
            raise KeeperError("no report is pending, there is nothing to cancel")
        guardian = self.controller.call("guardian")
        if account not in (guardian, self.controller.call("owner")):
            raise KeeperError(f"only the guardian {guardian} and the owner can cancel, the account is {account}: pass the guardian's account")
        return pending

    # --- verifying ---

    def verify(self, bundle: Path, dataset: Dataset | None = None) -> Check:
        """Recompute a bundle and compare it with what the chain recorded; names the first difference.

        The previous epochs' bundles are looked for beside it.
        """
        return Verifier(self.suite, self.snapshot()).verify(bundle, dataset)

    # --- internal ---

    def _counted(self, report: Report, bundle: Path, now: Snapshot) -> Counted:
        filed = read_signatures(signatures_path(bundle, report.attempt))
        return attestation.counted(report, self.domain, filed, now.reporters, self._approved)

    def _approved(self, reporter: str, digest: bytes) -> None:
        require_approved(self.suite.chain, reporter, digest)

    def _previewed(self, measured: Measurements) -> int:
        given = self.controller.call("preview", measured.epoch, measured.tasks, measured.difficulty, measured.participation)
        return int(given.miner_share)

    def _require_next(self, now: Snapshot, epoch: int) -> None:
        if epoch != now.status.next_epoch:
            raise KeeperError(f"epoch {epoch} is not next: the controller waits for epoch {now.status.next_epoch}; epochs go in order")
        if now.status.has_pending:
            raise KeeperError(f"a report of epoch {epoch} is pending already; it can be settled, cancelled by the guardian, or voided by a quorum")

    def _require_open(self, now: Snapshot, epoch: int) -> None:
        """Refuse an epoch that no report can be submitted for now: what is computed and signed for it would be of no use."""
        self._require_next(now, epoch)
        if now.status.block_number < now.end_block:
            raise KeeperError(f"epoch {epoch} is not over: it ends at block {now.end_block:,}, the head is {now.status.block_number:,}; wait")
        if now.status.is_late:
            raise KeeperError(f"the deadline of epoch {epoch} was block {now.deadline_block:,}: it can only be skipped (`mdt epoch skip`)")

    def _voidable(self, now: Snapshot) -> Void:
        status = now.status
        if status.is_late and not status.has_pending:
            raise KeeperError(f"epoch {status.next_epoch} is late and nothing of it is pending: whatever was signed for it can never be submitted")
        return Void(status.next_epoch, status.attempt)

    def _require_own(self, signature: Signature, now: Snapshot) -> None:
        """Refuse to file what would not count: of nobody who reports, or of a contract that has not approved."""
        account = signature.signer
        if account not in {one.lower() for one in now.reporters}:
            raise KeeperError(f"{checksum(account)} is not a reporter of {self.controller.address}: use the account of a reporter ({', '.join(now.reporters)})")
        if is_contract_entry(signature.signature):
            self._approved(account, signature.digest)

    def _require_same_digest(self, report: Report) -> None:
        ours, theirs = attestation.digest(report, self.domain), self.controller.call("report_digest", report.as_tuple())
        if ours != theirs:
            raise KeeperError(f"the controller's digest of this report is 0x{theirs.hex()}, ours 0x{ours.hex()}: tools and contract do not belong together")
