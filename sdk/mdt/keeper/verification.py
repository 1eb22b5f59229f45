"""Verifying: is a published bundle what the chain recorded, and does all of it follow from its inputs?

The bundle is recomputed from its inputs, compared with the epoch's record (or the pending report) field by field, and utility and
emission are computed anew with the model. The answer is yes, or the first difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mdt.errors import BundleError, KeeperError
from mdt.model import utility as model_utility
from mdt.model.emission import EmissionSchedule
from mdt.model.shares import split
from mdt.oracle.bundle import bundle_path, read_report
from mdt.oracle.claims import ledger_of_bundle
from mdt.oracle.ledger import Ledger
from mdt.oracle.report import Report
from mdt.suite.opened import Suite
from mdt.units import format_wad

if TYPE_CHECKING:
    from mdt.oracle.collect import Dataset


@dataclass(frozen=True)
class Check:
    """The answer of `verify`: the first difference, or none; and what was compared."""

    difference: str
    compared: list[str]

    @property
    def ok(self) -> bool:
        """Whether bundle and chain agree."""
        return not self.difference


class Verifier:
    """Compares bundles with what the chain said at one block."""

    def __init__(self, suite: Suite, now: Any) -> None:
        """Take a deployment and a snapshot of it (`mdt.keeper.cycle.Keeper.snapshot`)."""
        self.suite, self.now = suite, now
        self.controller = suite["EmissionController"]

    def verify(self, bundle: Path, dataset: Dataset | None = None) -> Check:
        """Recompute a bundle and compare it with what the chain recorded; names the first difference.

        The previous epochs' bundles are looked for beside it.
        """
        compared: list[str] = []
        try:
            report = read_report(bundle)
            difference = self._compare(bundle, report, dataset, compared)
        except BundleError as error:
            difference = str(error)
        return Check(difference, compared)

    def _compare(self, bundle: Path, report: Report, dataset: Dataset | None, compared: list[str]) -> str:
        epoch, now = report.epoch, self.now
        if epoch < now.status.next_epoch:
            record = self.controller.call("epoch_record", epoch)
            if not record.is_settled:
                return f"chain: epoch {epoch} was skipped, no report of it ever counted"
            share = split(record.emission, self._rules(epoch).shares_bps)[0]
            wanted = {"root": record.root, "data_hash": record.data_hash, "cumulative_total": record.cumulative_total}
            amounts, state, before = (record.utility, record.emission), "settled", record.cumulative_total - record.miner_share
        elif now.status.has_pending and epoch == now.status.next_epoch:
            share = now.pending.amounts.miner_share
            wanted = {
                key: getattr(now.pending.report, key)
                for key in ("root", "audit_root", "data_hash", "cumulative_total", "tasks", "difficulty", "participation", "attempt")
            }
            amounts, state, before = (now.pending.amounts.utility, now.pending.amounts.emission), "pending", now.total_funded
        else:
            return f"chain: epoch {epoch} has not been reported yet (the controller waits for epoch {now.status.next_epoch})"
        try:
            previous = self._ledger_with_total(before, epoch, bundle.parent)
        except KeeperError as error:
            return str(error)
        from mdt.oracle.bundle_checking import verify_bundle  # needs what reads tables, which a keeper that only looks does not

        checked = verify_bundle(bundle, previous, lambda _measured: share, data_hash=wanted["data_hash"], dataset=dataset)
        if not checked.ok or checked.report is None:
            return checked.difference
        compared.append(f"bundle: every file follows from its inputs and from {len(previous):,} accounts before it")
        for key, value in wanted.items():
            found = getattr(checked.report, key)
            if found != value:
                return f"chain: {key} of epoch {epoch} is {_shown(value)}, the bundle gives {_shown(found)}"
        compared.append(f"chain: {', '.join(wanted)} of the {state} epoch {epoch}")
        difference = self._compare_amounts(checked.report, *amounts)
        if not difference:
            compared.append(f"chain: utility {format_wad(amounts[0])} and emission {self.suite.show(amounts[1])}, as the model computes them from the inputs")
        return difference

    def _compare_amounts(self, report: Report, utility: int, emission: int) -> str:
        """Compute utility and emission anew with the model, from the report's inputs and the parameters of its epoch."""
        rules = self._rules(report.epoch)
        expected = model_utility.utility(rules.weights_bps, rules.max_tasks, report.tasks, report.difficulty, report.participation)
        last = self._utility_before(report.epoch) if rules.max_change_wad else None
        if last is not None:
            expected = model_utility.limited(expected, last, rules.max_change_wad)
        if expected != utility:
            return f"chain: utility of epoch {report.epoch} is {format_wad(utility)}, the bundle's measurements give {format_wad(expected)}"
        schedule = EmissionSchedule(*(self.controller.call(name) for name in ("EPOCH_BLOCKS", "BASE_REWARD", "INTERVAL_BLOCKS", "HALVINGS")))
        formula = schedule.formula(report.epoch, utility)
        # a clamped emission used up the channel's room, which nothing gives back but a new grant
        if emission == formula or (emission < formula and self._room() < formula):
            return ""
        return f"chain: emission of epoch {report.epoch} is {self.suite.show(emission)}, the formula gives {self.suite.show(formula)}"

    def _rules(self, epoch: int) -> Any:
        """The parameters of an epoch, from the controller that paid it: this one, or a predecessor."""
        controller = self.controller
        while epoch < controller.call("first_epoch"):
            controller = replace(controller, address=controller.call("PREDECESSOR"))
        return controller.call("parameters_at", epoch)

    def _room(self) -> int:
        return int(self.suite["MDT"].call("lifetime_room", self.controller.address))

    def _utility_before(self, epoch: int) -> int | None:
        """U of the last epoch settled before this one; None when there is none."""
        for earlier in range(epoch - 1, -1, -1):
            record = self.controller.call("epoch_record", earlier)
            if record.is_settled:
                return int(record.utility)
        return None

    def _ledger_with_total(self, total: int, below: int, folder: Path) -> Ledger:
        """The ledger an epoch builds on: of the newest bundle below it that was settled with this total.

        Raises:
            KeeperError: no bundle has it.
        """
        for earlier in range(below - 1, -1, -1) if total else ():
            bundle = bundle_path(folder, earlier)
            if bundle.is_dir() and _total_of(bundle) == total:
                record = self.controller.call("epoch_record", earlier)
                if record.is_settled and record.cumulative_total == total:
                    return ledger_of_bundle(bundle, record.root)
        if total:
            raise KeeperError(f"no bundle below epoch {below} in {folder} was settled with a total of {total} wei: fetch the published bundles")
        return Ledger()


def _total_of(bundle: Path) -> int | None:
    """What a bundle says was granted in all, in wei; None of one that cannot be read, which stops no other."""
    try:
        return read_report(bundle).cumulative_total
    except BundleError:
        return None


def _shown(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
