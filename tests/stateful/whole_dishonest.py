"""Quorums that lie in a life of the whole suite, those who watch them, and who stops emission.

A watcher knows what everybody knows: the pending report, the list behind its audit root if it was published, and the lists of settled epochs. Whether it
finds a fault is compared with what a good list is.
"""

from __future__ import annotations

from mdt.model.controller import EMPTY, Report
from mdt.oracle.published import of_rows
from mdt.oracle.refute import Refutation, find
from mdt.units import DAY, HOUR
from tests.stateful.whole_actions import ANY, PERSON, RARELY, Asked, act
from tests.stateful.whole_emission import FRACTIONS, FULL, TASKS, WEIGHTS, EmissionActions, Weights
from tests.support.emission import REPORTERS, addresses, sign
from tests.support.listing import Entries, Listing, in_order
from tests.support.whole import EPOCH_BLOCKS, MDT

KINDS = ["lowered", "left out", "duplicate", "excess", "unsorted", "thief", "misfit", "secret"]
TAKEN = [1, 7 * MDT, 10**30]
REMEMBERED = 6  # epochs that a watcher looks back


class DishonestActions(EmissionActions):
    """EmissionController and RootAudit, by liars and by those who watch them."""

    # --- reports ---

    def falsified(self, honest: Entries, total: int, kind: str, taken: int) -> Listing | None:
        """The list as a dishonest quorum signs it; what miners lose goes to nobody or to the thief. None where a list is too short for it."""
        thief, entries = self.world.thief, list(honest)
        (account, amount), robbed = entries[0], [(thief, total)]
        if kind == "lowered":
            entries[0] = (account, max(0, amount - taken))
        elif kind == "left out":
            entries = in_order([*entries[1:], (thief, amount)])
        elif kind == "duplicate":
            at = next((at for at, one in enumerate(entries) if int(one[0], 16) > int(thief, 16)), len(entries))
            entries[at:at] = [(thief, 1), (thief, taken)]
        elif kind == "excess":
            entries = in_order([*entries, (thief, taken)])
        elif kind == "unsorted":
            entries.reverse()
        elif kind == "misfit":
            return Listing(robbed, audited=entries)
        else:
            return Listing(robbed, is_published=kind == "thief")
        return Listing(entries) if entries != honest else None

    def act_submit_dishonestly(self, kind: str, taken: int) -> bool:
        """Well signed, exact in its declared total, and wrong in its leaves."""
        report, earned = self.honest_report(FULL, WEIGHTS[2])
        if report.cumulative_total == self.miners.funded:
            return False
        listing = self.falsified(in_order(list(earned.items())), report.cumulative_total, kind, taken)
        return listing is not None and self.act_submit_list(report, listing, earned)

    @act(kind=KINDS, taken=TAKEN, who=PERSON, is_watched=[True, True, False])
    def report_dishonestly(self, kind: str, taken: int, who: int, is_watched: bool) -> bool:
        """Somebody finds it out, or it settles as soon as somebody settles."""
        self.act_catch_up()
        if not self.act_submit_dishonestly(kind, taken):
            return False
        return not is_watched or self.act_watch(who)

    @act(tasks=TASKS[2:], difficulty=FRACTIONS[1:], participation=FRACTIONS[1:], weights=WEIGHTS, epochs=[1, 2, 3])
    def whole_epochs(self, tasks: int, difficulty: int, participation: int, weights: Weights, epochs: int) -> bool:
        """The ordinary course, so that settlements are common: who is asked for a leaf shows it."""
        for asked in self.of_pending():
            self.act_answer_challenge(asked)
        are_settled = []
        for _ in range(epochs):
            self.act_catch_up()
            are_settled.append(self.act_submit((tasks, difficulty, participation), weights) and self.act_settle())
        return all(are_settled)

    # --- watching ---

    def fault(self) -> Refutation | None:
        """What a watcher finds in the pending report: a fault exactly if there is one that anybody can show."""
        pending, listing = self.controller.pending(), self.pending_listing
        if pending.digest == EMPTY or listing is None or not listing.is_published:
            return None
        report = Report(*pending.report)
        published = of_rows(listing.audited, report.audit_root)
        assert published is not None
        known = {epoch: one for epoch, one in sorted(self.miners.evidence.items(), reverse=True)[:REMEMBERED] if one.is_evidence}
        found = find(report, published, [(epoch, one.ledger) for epoch, one in known.items()])
        assert (found is not None) == (listing.is_inconsistent(report) or any(listing.loses(before) for before in known.values()))
        return found

    def act_watch(self, who: int) -> bool:
        """Find a fault in what was published, and prove it."""
        found = self.fault()
        if found is None:
            return False
        self.must("RootAudit", found.function, self.controller, *found.arguments, sender=self.world.people[who])
        assert self.controller.pending().digest == EMPTY
        return True

    @act(who=PERSON)
    def watch(self, who: int) -> bool:
        """Whatever waits. An honest list is refuted as well, where a wrong one has settled and nobody disowned it."""
        return self.act_watch(who)

    @act(signers=range(2, 5), is_fresh=[True, False])
    def void_report(self, signers: int, is_fresh: bool) -> bool:
        """A quorum takes back what it signed."""
        if is_fresh:
            self.act_catch_up()
            self.act_submit(FULL, WEIGHTS[1])
        digest = self.controller.void_digest(self.controller.next_epoch(), self.controller.attempt())
        return self.do("EmissionController", "void_report", sign(digest, self.reporters[:signers])) is not None

    # --- asking for leaves ---

    def known_leaves(self) -> list[tuple[int, Listing, int]]:
        """Epoch, list and place of what can be asked for, of the newest epochs."""
        newest = sorted(self.miners.evidence.items(), reverse=True)[:REMEMBERED]
        return [(epoch, one, at) for epoch, one in newest for at, (_, amount) in enumerate(one.entries) if amount]

    def act_challenge(self, who: int, index: int) -> Asked | None:
        """Ask for a leaf that a settled epoch had, with a bond."""
        by, chosen, pending = self.world.people[who], self.pick(self.known_leaves(), index), self.controller.pending()
        epoch, listing, at = chosen or (0, Listing([(self.world.thief, 1)]), 0)
        account, amount = listing.entries[at]
        number = self.do("RootAudit", "challenge", self.controller, epoch, account, amount, listing.tree.proof_at(at), sender=by)
        if number is None:
            return None
        self.move(self.bond, by)
        asked = Asked("RootAudit", str(self.controller.address), pending.digest, number, by, account, amount, self.now + self.controller.delay())
        self.asked.append(asked)
        return asked

    @property
    def bond(self) -> int:
        """Wei that asking costs until it is over."""
        return self.world.settings.emission.challenge_bond

    def of_pending(self) -> list[Asked]:
        """Open challenges of the report that waits."""
        return [one for one in self.asked if one.digest == self.controller.pending().digest]

    def end(self, asked: Asked, payee: str) -> None:
        """A challenge is over: its bond is paid once."""
        self.asked.remove(asked)
        self.move(self.bond, payee=payee)
        assert self.do(asked.audit, "return_bond", asked.controller, asked.digest, asked.number) is None

    @act(who=PERSON, index=ANY, kind=["honest", "honest", "secret", "left out", "any", "any"])
    def challenge(self, who: int, index: int, kind: str) -> bool:
        """Of a report that waits, or has just come."""
        if kind != "any":
            self.act_catch_up()
            _ = self.act_submit(FULL, WEIGHTS[1]) if kind == "honest" else self.act_submit_dishonestly(kind, 1)
        return self.act_challenge(who, index) is not None

    def act_answer_challenge(self, asked: Asked) -> bool:
        """By who knows the list, for the bond; a leaf that has as much and can be claimed can be shown."""
        listing, total = self.pending_listing, self.controller.pending().report.cumulative_total
        assert listing is not None
        enough = [at for at, (account, amount) in enumerate(listing.audited) if account == asked.account and amount >= asked.cumulative]
        is_good = bool(enough) and listing.audited == listing.entries and sum(amount for _, amount in listing.entries) == total
        shown = listing.shown(enough[0] if enough else 0)
        answer = self.do("RootAudit", "answer", self.controller, asked.number, *shown, sender=self.world.market)
        assert (answer is not None) == is_good
        if is_good:
            self.end(asked, self.world.market)
            assert self.do("RootAudit", "answer", self.controller, asked.number, *shown, sender=self.world.market) is None
        return is_good

    @act(who=PERSON, index=ANY, is_fresh=[True, False])
    def answer_challenge(self, who: int, index: int, is_fresh: bool) -> bool:
        """What waits for an answer, or a report that was just asked about."""
        if is_fresh:
            self.act_catch_up()
            self.act_submit(FULL, WEIGHTS[1])
            self.act_challenge(who, index)
        asked = self.pick(self.of_pending(), index)
        return asked is not None and self.act_answer_challenge(asked)

    def act_discard_unanswered(self, asked: Asked) -> bool:
        """Nobody has shown the leaf."""
        if self.do("RootAudit", "discard_unanswered", self.controller, asked.number) is None:
            return False
        assert self.now > asked.answer_by
        assert self.controller.pending().digest == EMPTY
        self.end(asked, asked.by)
        return True

    @act(who=PERSON, index=ANY, is_fresh=[True, False], is_patient=[True, True, False])
    def discard_unanswered(self, who: int, index: int, is_fresh: bool, is_patient: bool) -> bool:
        """A list that was published nowhere, or any that waits for an answer."""
        if is_fresh:
            self.act_catch_up()
            self.act_submit_dishonestly("secret", 1)
            self.act_challenge(who, index)
        asked = self.pick(self.of_pending(), index)
        if asked and is_patient:
            self.advance(1, max(0, asked.answer_by + 1 - self.now))
        return asked is not None and self.act_discard_unanswered(asked)

    def act_return_bond(self, asked: Asked) -> bool:
        """The report is gone for another reason."""
        if self.do(asked.audit, "return_bond", asked.controller, asked.digest, asked.number) is None:
            return False
        assert asked.digest != self.controller.pending().digest
        self.end(asked, asked.by)
        return True

    @act(who=PERSON, index=ANY, is_fresh=[True, False])
    def return_bond(self, who: int, index: int, is_fresh: bool) -> bool:
        """Of any challenge, or of one whose report the guardian has just cancelled."""
        if is_fresh:
            self.act_catch_up()
            self.act_submit(FULL, WEIGHTS[1])
            self.act_challenge(who, index)
            self.do("EmissionController", "cancel_report", sender=self.world.guardian)
        asked = self.pick(self.asked, index)
        return asked is not None and self.act_return_bond(asked)


class StopActions(DishonestActions):
    """What guardian and owner can do to emission."""

    @act(by=["guardian", "guardian", "owner"], is_fresh=[True, False])
    def cancel_report(self, by: str, is_fresh: bool) -> bool:
        """One that waits, or has just come."""
        if is_fresh:
            self.act_catch_up()
            self.act_submit(FULL, WEIGHTS[1])
        return self.do("EmissionController", "cancel_report", sender=getattr(self.world, by)) is not None

    @act(seconds=[1, HOUR, 3 * DAY, 3 * DAY + 1], by=["guardian", "guardian", "guardian", "owner"])
    def pause_emission(self, seconds: int, by: str) -> bool:
        return self.do("EmissionController", "pause", seconds, sender=getattr(self.world, by)) is not None

    @act(by=["guardian", "owner"], is_fresh=[True, False, False])
    def unpause_emission(self, by: str, is_fresh: bool) -> bool:
        """A pause that runs, or has just begun."""
        if is_fresh:
            self.do("EmissionController", "pause", DAY, sender=self.world.guardian)
        return self.do("EmissionController", "unpause", sender=getattr(self.world, by)) is not None

    @act(epochs=[0, 4])
    def reopen(self, epochs: int) -> bool:
        """An epoch that is late can be reported all the same."""
        self.advance(EPOCH_BLOCKS * epochs)
        return self.do("EmissionController", "reopen", sender=self.world.owner) is not None and not self.controller.status().is_late

    @act(index=ANY, is_meant=RARELY)
    def disown_epoch(self, index: int, is_meant: bool) -> bool:
        """One whose list was wrong; now and then any."""
        evidence = self.miners.evidence
        wrong = [epoch for epoch, one in evidence.items() if self.world.thief in dict(one.entries) or not one.is_evidence]
        epoch = self.pick(wrong or list(evidence)[-3:] * is_meant, index)
        named = self.controller.next_epoch() if epoch is None else epoch  # one to come is refused
        if self.do("EmissionController", "disown_epoch", named, sender=self.world.owner) is None:
            return False
        del evidence[named]
        return True

    @act(without=range(8), quorum=[2, 3, 4])
    def set_reporters(self, without: int, quorum: int) -> bool:
        """All five, or all but one; the slasher goes by those of the controller that it was made with."""
        reporters = [one for at, one in enumerate(REPORTERS) if at != without]
        names = self.world.versions("EmissionController")
        answers = {self.do(name, "set_reporters", addresses(reporters), quorum, sender=self.world.owner) for name in names}
        if answers == {None}:
            return False
        assert answers == {0}
        self.reporters, self.quorum = reporters, quorum
        return True
