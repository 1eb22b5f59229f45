"""Asking for leaves of the pending list, and answering: what `RootAudit.challenge` and `answer` take.

Who asks needs the bundle of one settled epoch, which is the evidence. Who answers needs the list that was signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdt.chain.contract import Contract
from mdt.crypto.keccak import checksum
from mdt.crypto.merkle import AuditTree
from mdt.crypto.merkle.audit import number_of
from mdt.errors import KeeperError
from mdt.keeper.refuting import evidence
from mdt.oracle.ledger import EMPTY_ROOT, Ledger
from mdt.suite.calls import Call, approvals
from mdt.suite.opened import Suite


@dataclass(frozen=True)
class Question:
    """A leaf that somebody asked for and nobody has shown.

    Attributes:
        number: Among the challenges of the pending report.
        challenger: Who asked, and gets the bond back if nobody answers.
        account: Whose leaf.
        cumulative: Wei that it must have at least.
        answer_by: Timestamp after which anyone may discard the report.
    """

    number: int
    challenger: str
    account: str
    cumulative: int
    answer_by: int


class Challenges:
    """The questions about the report that waits.

    Attributes:
        audit: The RootAudit of the deployment.
        controller: Its controller.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.audit: Contract = suite["RootAudit"]
        self.controller: Contract = suite["EmissionController"]

    def pending(self) -> Any:
        """The report that waits.

        Raises:
            KeeperError: none does, or it keeps the root: of such a list no leaf can be asked for.
        """
        found = self.controller.call("pending")
        if found.digest == EMPTY_ROOT:
            raise KeeperError("no report is pending: there is no list to ask about")
        if found.report.audit_root == EMPTY_ROOT:
            raise KeeperError("the pending report keeps the root in force: whatever its list says, it says already")
        return found

    def bond(self) -> int:
        """Wei that a question costs if it is answered."""
        return int(self.audit.call("BOND"))

    def open(self, digest: bytes) -> list[Question]:
        """The questions about a report that wait for an answer, in the order in which they were asked."""
        count = int(self.audit.call("challenge_count", self.controller.address, digest))
        found = [(number, self.audit.call("challenge_at", self.controller.address, digest, number)) for number in range(count)]
        return [Question(number, str(one.challenger), str(one.account), int(one.cumulative), int(one.answer_by)) for number, one in found if one.answer_by]

    # --- asking ---

    def ask(self, asker: str, bundles: Path, accounts: Sequence[str], largest: int) -> list[Call]:
        """The approval and the questions: about accounts, or about those to whom the evidence owes most.

        Args:
            asker: Who pays the bonds.
            bundles: A folder of published bundles.
            accounts: Checksummed addresses.
            largest: As many accounts, where none is named.

        Raises:
            KeeperError: nothing to ask about, the time for it is over, or no bundle of a settled epoch is there.
        """
        pending = self.pending()
        if int(self.controller.call("status").timestamp) >= pending.settles_at:
            raise KeeperError("the pending report can settle by now: leaves can be asked for until then only")
        epoch, ledger = self.evidence(bundles)
        chosen = list(accounts) or self._most_owed(ledger, largest)
        strangers = [account for account in chosen if ledger[account] == 0]
        if strangers:
            raise KeeperError(f"{strangers[0]} got nothing up to epoch {epoch}: there is no leaf that it must have")
        tree = ledger.tree
        if tree is None:
            raise KeeperError(f"epoch {epoch} paid nobody yet: there is no leaf to ask for")
        questions = [
            Call(
                self.audit,
                "challenge",
                (self.controller.address, epoch, account, ledger[account], tree.proof(account)),
                f"ask for the leaf of {account}, who had {self.suite.show(ledger[account])} after epoch {epoch}, with a bond of {self.suite.show(self.bond())}",
            )
            for account in chosen
        ]
        return [*approvals(self.suite, asker, self.bond() * len(questions), "RootAudit"), *questions]

    def evidence(self, bundles: Path) -> tuple[int, Ledger]:
        """The newest settled epoch whose bundle has the root that the controller recorded, and its ledger.

        Raises:
            KeeperError: no bundle has it.
        """
        aside = list[str]()
        found = next(evidence(self.suite, bundles, aside), None)
        if found is None:
            besides = f": {aside[0]}" if aside else ""
            raise KeeperError(f"no bundle in {bundles} shows what a settled epoch gave anybody{besides}")
        return found

    def _most_owed(self, ledger: Ledger, largest: int) -> list[str]:
        """Those whom a thief gains most by leaving out: the claims that were not claimed, the largest first."""
        distributor = self.suite["RewardDistributor"]
        most = sorted(ledger.leaves(), key=lambda one: (-one[1], one[0]))[: 8 * largest]
        owed = [(cumulative - int(distributor.call("claimed", checksum(account))), checksum(account)) for account, cumulative in most]
        return [account for _, account in sorted(owed, key=lambda one: (-one[0], one[1]))[:largest]]

    # --- answering ---

    def answers(self, leaves: Ledger) -> tuple[list[Call], list[Question]]:
        """What answers the open questions out of a list, and the questions that it does not answer.

        Args:
            leaves: The list of the pending report.

        Raises:
            KeeperError: the list is another one than was signed.
        """
        pending = self.pending()
        tree = leaves.tree
        audit = None if tree is None else AuditTree(tree)
        if tree is None or audit is None or audit.root != pending.report.audit_root:
            raise KeeperError(
                f"the list gives another audit root than was signed (0x{pending.report.audit_root.hex()}): it cannot answer. If nobody has the right one,"
                " the report is to be discarded"
            )
        calls, without = [], []
        for one in self.open(pending.digest):
            if leaves[one.account] < one.cumulative:
                without.append(one)
                continue
            place = tree.place(one.account)
            node, path = audit.summary(place), audit.path(place)
            shown = (self.controller.address, one.number, node.argument, number_of(place), [step.argument for step in path])
            words = f"show the leaf of {one.account}, which has {self.suite.show(leaves[one.account])}, for a bond of {self.suite.show(self.bond())}"
            calls.append(Call(self.audit, "answer", shown, words, is_bounded=True))
        return calls, without

    # --- what comes of it ---

    def discard(self) -> Call:
        """What discards the report because of a question that nobody answered in time.

        Raises:
            KeeperError: there is none; says until when the first has time.
        """
        pending = self.pending()
        now, waiting = int(self.controller.call("status").timestamp), self.open(pending.digest)
        if not waiting:
            raise KeeperError("no leaf of the pending report is asked for and unanswered")
        first = min(waiting, key=lambda one: one.answer_by)
        if now <= first.answer_by:
            raise KeeperError(f"the leaf of {first.account} can be shown for {first.answer_by - now + 1} s more")
        words = f"discard the report of epoch {pending.report.epoch}: nobody showed the leaf of {first.account} in time"
        return Call(self.audit, "discard_unanswered", (self.controller.address, first.number), words, is_bounded=True)

    def returns(self, digest: bytes) -> list[Call]:
        """What gives back the bonds of a report that was discarded.

        Raises:
            KeeperError: it still waits, or no bond of it is left.
        """
        if self.controller.call("pending").digest == digest:
            raise KeeperError("this report is still pending: its bonds go back once it is discarded")
        waiting = self.open(digest)
        if not waiting:
            raise KeeperError(f"no bond of the report 0x{digest.hex()} is left")
        amount = self.suite.show(self.bond())
        return [
            Call(self.audit, "return_bond", (self.controller.address, digest, one.number), f"give {amount} back to {one.challenger}", is_bounded=True)
            for one in waiting
        ]
