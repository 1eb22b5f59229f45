"""Gas rows of RootAudit: refutations, and leaves that are asked for and shown, in lists of 2^10 and 2^20 miners.

A leaf and its siblings lead to roots that a list of so many could have; no number in them has a zero byte. Each row has an epoch of its own.
"""

from __future__ import annotations

import random
from typing import Any

from bench.gas.chain import Chain, full
from bench.gas.epochs import Epochs
from mdt.crypto.keccak import checksum
from mdt.crypto.merkle import leaf_hash, process_proof
from mdt.crypto.merkle.audit import NO_HASH, Summary, above, climb, root_of

DEPTHS = (10, 20)
SPAN = 2**159
LARGE = 10**20


def measure(chain: Chain) -> dict[str, int]:
    """Refutations and challenges; the token's rings are full."""
    audited = Audited(chain)
    audited.epochs.grow_old()
    rows: dict[str, int] = {}
    for depth in DEPTHS:
        rows |= audited.refute_all(depth)
    for depth in DEPTHS:
        rows |= audited.challenge_all(depth)
    return rows


class Audited:
    """Epochs, whoever refutes them, and who asks."""

    def __init__(self, chain: Chain) -> None:
        self.chain, self.epochs, self.rng = chain, Epochs(chain, seed=2), random.Random(1)
        self.audit = self.epochs.audit.functions
        self.asking = self.epochs.funded(100 * self.audit.BOND().call(), self.epochs.audit)

    def refute_all(self, depth: int) -> dict[str, int]:
        """Every kind of fault in a list of 2^depth."""
        left, right, path = neighbours(self.rng, depth)
        both, missing = above(left, right), (int.from_bytes(left.last, "big") + 1).to_bytes(20, "big")
        wrong = both._replace(sum=both.sum + 1)
        rows = {f"refute an inconsistent list, 2^{depth} leaves": self._refute("refute_inconsistent", wrong, path, [left, right])}
        left_out = self._settled(missing, left.sum, depth)
        rows[f"refute a list that leaves out, 2^{depth} leaves"] = self._refute("refute_loss", both, path, [left, right], *left_out)
        had_more = self._settled(left.first, left.sum + 1, depth)
        rows[f"refute a list that lowers, 2^{depth} leaves"] = self._refute("refute_loss", left, [right, *path], [], *had_more)
        return rows

    def challenge_all(self, depth: int) -> dict[str, int]:
        """Three leaves of a list of 2^depth are asked for: one is shown, one is not, and the bond of the third comes back."""
        leaf, path = self._report_of_account(depth)
        settled = self._settled(leaf.first, leaf.sum, depth)
        leaf, path = self._pending(leaf, path)
        size, controller, keeper = f"2^{depth} leaves", self.epochs.controller, self.epochs.keeper
        digest = controller.functions.pending().call()[0]
        rows = {}
        for row in (f"challenge, first of a report, {size}", f"challenge, {size}", f"challenge, {size}"):
            rows[row] = self.chain.send(self.audit.challenge(controller.address, *settled), self.asking)
        shown = (leaf.argument, 0, [one.argument for one in path])
        rows[f"answer, {size}"] = self.chain.send(self.audit.answer(controller.address, 0, *shown), keeper)
        self.epochs.wait()
        # neither depends on how long the list is
        rows["discard an unanswered report"] = self.chain.send(self.audit.discard_unanswered(controller.address, 1), keeper)
        rows["return a bond"] = self.chain.send(self.audit.return_bond(controller.address, digest, 2), keeper)
        return rows

    def _refute(self, function: str, node: Summary, path: list[Summary], children: list[Summary], *before: Any) -> int:
        self.epochs.submit(audit_root=root_of(climb(node, 0, path)), root=self.rng.randbytes(32))
        said = (node.argument, 0, [one.argument for one in path], [one.argument for one in children])
        return self.chain.send(getattr(self.audit, function)(self.epochs.controller.address, *before, *said), self.epochs.keeper)

    def _settled(self, account: bytes, amount: int, depth: int) -> tuple[Any, ...]:
        """An epoch whose root gives an account an amount, in a tree as deep; what shows it."""
        proof = [self.rng.randbytes(32) for _ in range(depth)]
        self.epochs.submit(audit_root=self.rng.randbytes(32), root=process_proof(leaf_hash(account, amount), proof))
        self.epochs.settle()
        return self.epochs.controller.functions.next_epoch().call() - 1, checksum("0x" + account.hex()), amount, proof

    def _report_of_account(self, depth: int) -> tuple[Summary, list[Summary]]:
        left, right, path = neighbours(self.rng, depth)
        small = full(10**15)
        return left._replace(sum=small, claims=leaf_hash(left.first, small)), [right, *path]

    def _pending(self, leaf: Summary, path: list[Summary]) -> tuple[Summary, list[Summary]]:
        """A pending report with this leaf, whose siblings sum up to the total that it must declare."""
        path = self._summing_up(path, self.epochs.next_total() - leaf.sum)
        top = climb(leaf, 0, path)
        self.epochs.submit(audit_root=root_of(top), root=top.claims)
        return leaf, path

    def _summing_up(self, path: list[Summary], total: int) -> list[Summary]:
        sums = [full(total // (len(path) + 1)) for _ in path[1:]]
        return [one._replace(sum=amount) for one, amount in zip(path, [total - sum(sums), *sums], strict=True)]


def neighbours(rng: random.Random, depth: int) -> tuple[Summary, Summary, list[Summary]]:
    """Two leaves that stand side by side at some depth, and what stands beside the nodes above them, as full of digits as in a tree of that many leaves."""
    step = SPAN // (depth + 2)
    bounds = [sorted(full(rng.randrange(SPAN // 2 + at * step, SPAN // 2 + (at + 1) * step)) for _ in range(2)) for at in range(depth + 1)]
    spans = [(first.to_bytes(20, "big"), last.to_bytes(20, "big")) for first, last in bounds]
    amounts = [full(LARGE + rng.randrange(LARGE)) for _ in spans]
    leaves = [Summary(NO_HASH, leaf_hash(account, amount), amount, account, account) for (account, _), amount in zip(spans[:2], amounts[:2], strict=True)]
    path = [Summary(rng.randbytes(32), rng.randbytes(32), amount, *span) for span, amount in zip(spans[2:], amounts[2:], strict=True)]
    return leaves[0], leaves[1], path
