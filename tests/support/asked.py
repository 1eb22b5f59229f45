"""A report that waits, who may ask for leaves of it, and who answers."""

from __future__ import annotations

from typing import Any

import boa

from mdt.crypto.merkle import AuditTree, MerkleTree
from tests.support.audit import arguments
from tests.support.emission import FULL, deploy_suite
from tests.support.token import issue


class Asked:
    """A suite with one settled epoch as evidence, and a report of the next that waits."""

    def __init__(self) -> None:
        self.suite = suite = deploy_suite()
        self.audit, self.controller, self.token = suite.root_audit, suite.controller, suite.token
        self.bond = self.audit.BOND()
        self.miners = [str(boa.env.generate_address(f"miner {index}")) for index in range(5)]
        self.asker, self.friend = (str(boa.env.generate_address(name)) for name in ("asker", "friend"))
        issue(self.token, self.asker, 100 * self.bond)
        self.token.approve(self.audit, 2**256 - 1, sender=self.asker)
        self.before = {miner: 100 + index for index, miner in enumerate(self.miners)}
        self.old = MerkleTree.build(self.before.items())
        suite.settle_epoch(FULL, self.before)
        suite.end_epoch()

    def submit(self, entries: dict[str, int]) -> AuditTree:
        """A quorum signs this list as the next one, whatever it adds up to: what is asked for here is a leaf."""
        tree = AuditTree(MerkleTree.build(entries.items()))
        self.suite.submit(self.suite.report(entries=entries))
        return tree

    def honest(self) -> AuditTree:
        """The list that follows from the one before, its sum declared."""
        share = self.controller.preview(1, *FULL)[3]
        funded = self.suite.distributor.total_funded()
        more = funded + share - sum(self.before.values())
        return self.submit(self.before | {self.miners[0]: self.before[self.miners[0]] + more})

    def withheld(self) -> None:
        """A quorum signs a random word as audit root."""
        self.suite.submit(self.suite.report(entries={self.asker: 1}, audit_root=b"\x07" * 32))

    @property
    def digest(self) -> bytes:
        """Of the report that waits."""
        return self.controller.pending()[0]

    def ask(self, miner: str | None = None, **changed: Any) -> int:
        """Ask for a miner's leaf with what the settled epoch gave it."""
        miner = miner or self.miners[2]
        given = {"epoch": 0, "cumulative": self.before[miner], "proof": self.old.proof(miner), "sender": self.asker} | changed
        return self.audit.challenge(self.controller, given["epoch"], miner, given["cumulative"], given["proof"], sender=given["sender"])

    def shown(self, tree: AuditTree, miner: str) -> tuple[Any, ...]:
        """A miner's leaf and its path."""
        place = next(
            place for place in range(len(self.miners) * 2 - 1) if tree.summary(place).is_leaf and "0x" + tree.summary(place).first.hex() == miner.lower()
        )
        return arguments(tree.summary(place), tree.path(place))[:3]

    def answer(self, number: int, node: Any, place: int, path: Any, sender: str | None = None) -> None:
        """Show a leaf."""
        self.audit.answer(self.controller, number, node, place, path, sender=sender or self.friend)

    def balances(self) -> tuple[int, int, int]:
        """Of the asker, the friend and the audit, in bonds."""
        return tuple(self.token.balanceOf(one) // self.bond for one in (self.asker, self.friend, self.audit))
