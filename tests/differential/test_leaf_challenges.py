"""Leaf challenges beside their model: whatever is asked, answered, discarded and settled in whatever order, both agree, and no bond is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boa
from hypothesis import example, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.crypto.merkle.audit import number_of
from mdt.errors import Refusal
from mdt.model.root_audit import RootAudit
from tests.support.audit import Bonds
from tests.support.emission import FULL, QUORUM, REPORTERS, addresses, deploy_suite, travel
from tests.support.profiles import examples
from tests.support.token import issue

MINERS = 6
DIFFERENT = (1, 5)
"""Of a pending list: what a withheld one lacks."""


class Pair:
    """The suite and the model, with one settled epoch, and two who ask."""

    def __init__(self) -> None:
        self.suite = suite = deploy_suite()
        self.miners = sorted(str(boa.env.generate_address(f"miner {index}")) for index in range(MINERS))
        self.askers = [str(boa.env.generate_address(f"asker {index}")) for index in range(2)]
        self.audit, self.controller, self.bond = suite.root_audit, suite.controller, suite.root_audit.BOND()
        for asker in self.askers:
            issue(suite.token, asker, 1_000 * self.bond)
            suite.token.approve(self.audit, 2**256 - 1, sender=asker)
        self.model, self.bonds = suite.model(), Bonds()
        self.model_audit = RootAudit(self.audit.address, self.bonds, self.bond)
        self.before = {miner: 100 + index for index, miner in enumerate(self.miners)}
        self.old = MerkleTree.build(self.before.items())
        self.tree: AuditTree | None = None
        suite.end_epoch()
        self.submit(self.before)
        suite.wait()
        self.settle()
        self.asked_for: list[tuple[bytes, Any, int]] = []

    def both(self, of_model: Callable[[], Any], of_contract: Callable[[], Any]) -> Any:
        """Both do it, or both refuse for the same reason."""
        try:
            answer = of_model()
        except Refusal as refusal:
            with boa.reverts(str(refusal)):
                of_contract()
            return None
        of_contract()
        return answer

    def submit(self, entries: dict[str, int] | None) -> None:
        """A quorum signs a list, or none."""
        tree = None if entries is None else AuditTree(MerkleTree.build(entries.items()))
        if self.model.pending is None:
            self.suite.end_epoch()
            report = self.suite.report(FULL, entries)
            self.suite.submit(report)
            self.model.submit_report(report, addresses(REPORTERS[:QUORUM]))
            self.tree = tree

    def settle(self) -> None:
        """Anyone settles."""
        self.both(self.model.settle, self.controller.settle)

    def cancel(self) -> None:
        """The guardian cancels."""
        guardian = self.suite.guardian
        self.both(lambda: self.model.cancel_report(guardian), lambda: self.controller.cancel_report(sender=guardian))

    def set_delay(self, seconds: int) -> None:
        """A vote: of the reports to come."""
        owner = self.suite.owner
        self.both(lambda: self.model.set_delay(owner, seconds), lambda: self.controller.set_delay(seconds, sender=owner))

    def challenge(self, asker: int, miner: int, more: int) -> None:
        """Ask for a leaf, perhaps with more than the epoch gave."""
        account, sender = self.miners[miner], self.askers[asker]
        given = (0, self.before[account] + more, self.old.proof(account))
        pending, digest = self.model.pending, self.controller.pending()[0]
        number = self.both(
            lambda: self.model_audit.challenge(sender, self.model, given[0], bytes.fromhex(account[2:]), *given[1:]),
            lambda: self.audit.challenge(self.controller, given[0], account, *given[1:], sender=sender),
        )
        if number is not None:
            self.asked_for.append((digest, pending, number))

    def answer(self, number: int, leaf: int) -> None:
        """Show some leaf."""
        tree = self.tree or AuditTree(self.old)
        places = [place for place in range(2 * len(tree.tree) - 1) if tree.summary(place).is_leaf]
        place = places[leaf % len(places)]
        node, path = tree.summary(place), tree.path(place)
        self.both(
            lambda: self.model_audit.answer(self.askers[0], self.model, number, node, number_of(place), path),
            lambda: self.audit.answer(self.controller, number, node.argument, number_of(place), [one.argument for one in path], sender=self.askers[0]),
        )

    def discard(self, number: int) -> None:
        """Anyone discards."""
        self.both(lambda: self.model_audit.discard_unanswered(self.model, number), lambda: self.audit.discard_unanswered(self.controller, number))

    def return_bond(self, which: int) -> None:
        """Of any challenge ever."""
        if self.asked_for:
            digest, pending, number = self.asked_for[which % len(self.asked_for)]
            self.both(
                lambda: self.model_audit.return_bond(self.model, pending, number),
                lambda: self.audit.return_bond(self.controller, digest, number),
            )

    def check(self) -> None:
        """The same holders, the same open questions with as much time, and exactly the open bonds are held."""
        token, audit = self.suite.token, self.audit
        assert [token.balanceOf(one) - 1_000 * self.bond for one in self.askers] == [self.bonds.paid[one] for one in self.askers]
        waiting = [one for one in self.model_audit.challenges if one.answer_by]
        assert token.balanceOf(audit) == len(waiting) * self.bond
        for digest, pending, number in self.asked_for:
            of_report = [one for one in self.model_audit.challenges if one.pending is pending]
            assert audit.challenge_at(self.controller, digest, number).answer_by == of_report[number].answer_by
        assert (self.controller.pending()[0] == bytes(32)) == (self.model.pending is None)
        assert self.model.open_challenges == audit.open_challenges(self.controller, self.controller.pending()[0])


NUMBERS = st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("submit"), st.sampled_from([None, "honest", "lacking"])),
    st.tuples(st.just("challenge"), st.integers(0, 1), st.integers(0, MINERS - 1), st.sampled_from([0, 0, 0, 1])),
    st.tuples(st.just("answer"), NUMBERS, st.integers(0, MINERS)),
    st.tuples(st.just("discard"), NUMBERS),
    st.tuples(st.just("return_bond"), st.integers(0, 9)),
    st.tuples(st.just("travel"), st.sampled_from([1, 300, 601, 1_200])),
    st.tuples(st.just("set_delay"), st.sampled_from([60, 600, 86_400])),
    st.tuples(st.just("settle")),
    st.tuples(st.just("cancel")),
)


@profile(max_examples=examples(quick=3, ci=15, deep=1_000), deadline=None)
@given(st.sampled_from(["honest", "lacking"]), st.lists(STEPS, min_size=5, max_size=25))
@example("honest", [("set_delay", 60), ("challenge", 1, 3, 0)])
def test_challenges__any_order__as_the_model(first, steps):
    with boa.env.anchor():
        pair = Pair()
        for name, *arguments in [("submit", first), ("challenge", 0, 2, 0), *steps]:
            if name == "travel":
                travel(*arguments)
            elif name == "submit":
                kinds = {None: None, "honest": pair.before | {pair.miners[0]: 10_000}, "lacking": {pair.miners[at]: 7 for at in DIFFERENT}}
                pair.submit(kinds[arguments[0]])
            else:
                getattr(pair, name)(*arguments)
            pair.check()
