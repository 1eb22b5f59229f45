"""EmissionController on the real suite: good and bad reports, vetoes, stops, changes, successors, settlements and claims in any order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from mdt.model.controller import GRACE, MAX_PAUSE
from mdt.model.emission import Parameters
from mdt.model.reasons import Mint
from mdt.units import BPS, WAD
from tests.stateful.emission_actions import ALL, CHANNEL_CAP, MDT, STRANGERS, EmissionActions, Tree
from tests.support.audit import arguments
from tests.support.emission import REPORTERS
from tests.support.profiles import examples

fractions = st.one_of(st.sampled_from([0, 1, WAD - 1, WAD]), st.integers(0, WAD))
inputs = st.tuples(st.one_of(st.sampled_from([0, 1, 10_000, 10_001, 2**128 - 1]), st.integers(0, 12_000)), fractions, fractions)
weights = st.lists(st.integers(0, 5), min_size=4, max_size=4)
shares = st.sampled_from([(4_000, 4_000, 2_000), (0, 5_000, 5_000), (BPS, 0, 0), (3_333, 3_333, 3_334), (1, 9_998, 1)])
mixes = st.sampled_from([(5_000, 3_000, 2_000), (4_000, 4_000, 2_000), (BPS, 0, 0), (0, 1, 9_999)])
parameter_sets = st.builds(
    Parameters, mixes, shares, st.sampled_from([1, 7, 10_000, 10**12]), st.sampled_from([0, 1, WAD // 3, WAD]), st.sampled_from([20, 60, 200])
)
quorums = st.integers(3, 5).flatmap(lambda count: st.lists(st.sampled_from(REPORTERS), min_size=count, max_size=count, unique=True))


class EmissionMachine(EmissionActions):
    """Random orders of everything by everybody, with the promises checked after each step."""

    # --- time ---

    @rule(blocks=st.integers(0, 60), pace=st.sampled_from([0, 3, 3, 3, 100]))
    def wait(self, blocks, pace):
        self.suite.advance(blocks, seconds=blocks * pace)

    @rule()
    def end_epoch(self):
        self.suite.end_epoch()

    @rule(epochs=st.integers(2, 6))
    def be_late(self, epochs):
        self.suite.advance(40 * epochs)

    @rule(seconds=st.sampled_from([GRACE, GRACE + 1, 2 * GRACE]))
    def wait_for_a_grace_to_end(self, seconds):
        self.suite.advance(1, seconds=seconds)

    @precondition(lambda self: self.model.pending is not None)
    @rule()
    def wait_for_the_delay(self):
        self.suite.wait()

    # --- reports ---

    @rule(inputs=inputs, weights=weights, signers=quorums, is_ready=st.booleans())
    def submit(self, inputs, weights, signers, is_ready):
        if is_ready:
            self.act_catch_up()
        self.act_submit(*self.honest_report(inputs, weights), signers)

    @rule(inputs=inputs, weights=weights, signers=quorums)
    def epoch_in_one_go(self, inputs, weights, signers):
        """The ordinary course, so that settlements are common."""
        self.act_catch_up()
        if self.act_submit(*self.honest_report(inputs, weights), signers):
            self.suite.wait()
            self.act_settle()

    @rule(
        inputs=inputs,
        weights=weights,
        field=st.sampled_from(["epoch", "attempt", "tasks", "difficulty", "participation", "root", "audit_root", "cumulative_total", "data_hash"]),
        change=st.sampled_from([-1, 1, 2**128, -(2**128)]),
    )
    def submit_with_a_wrong_field(self, inputs, weights, field, change):
        self.act_catch_up()
        report, tree = self.honest_report(inputs, weights)
        value = getattr(report, field)
        wrong = bytes(32) if isinstance(value, bytes) else max(0, value + change)
        self.act_submit(replace(report, **{field: wrong}), tree if field != "root" else None, REPORTERS)

    @rule(inputs=inputs, weights=weights, how=st.sampled_from(["few", "none", "twice", "unsorted", "foreign", "foreign only"]))
    def submit_with_wrong_signers(self, inputs, weights, how):
        self.act_catch_up()
        report, tree = self.honest_report(inputs, weights)
        signers = {
            "few": REPORTERS[:1],
            "none": [],
            "twice": [REPORTERS[0], REPORTERS[1], REPORTERS[1], REPORTERS[2], REPORTERS[3]],
            "unsorted": REPORTERS[::-1],
            "foreign": [*REPORTERS, *STRANGERS[:1]],
            "foreign only": [*STRANGERS, STRANGERS[0], STRANGERS[1], STRANGERS[0]],
        }[how]
        assert not self.act_submit(report, tree, signers, ordered=how in ("few", "none", "foreign"))

    @rule(inputs=inputs, weights=weights, how=st.sampled_from(["chain", "contract", "high s"]))
    def submit_signed_for_elsewhere(self, inputs, weights, how):
        report, _ = self.honest_report(inputs, weights)
        if how == "high s":
            self.act_submit_malleable(report)
        elif how == "chain":
            self.act_submit_for_elsewhere(report, chainId=9_999)
        else:
            self.act_submit_for_elsewhere(report, verifyingContract=self.suite.pool.address)

    @rule(
        inputs=inputs,
        kind=st.sampled_from(["lowered", "left out", "duplicate", "excess", "unsorted", "thief"]),
        taken=st.integers(1, 10**30),
        is_watched=st.booleans(),
    )
    def submit_as_a_dishonest_quorum(self, inputs, kind, taken, is_watched):
        """Well signed, exact in its declared total, and wrong in its leaves."""
        self.act_catch_up()
        report, tree = self.honest_report(inputs, [1, 1, 1, 1])
        if tree is None or len(tree.entries) < 2:
            return
        entries = list(tree.entries)
        account, amount = entries[0]
        if kind == "lowered":
            entries[0] = (account, max(0, amount - taken))
        elif kind == "left out":
            entries[1] = (entries[1][0], entries[1][1] + amount)
            del entries[0]
        elif kind == "duplicate":
            entries.insert(1, (account, amount + taken))
        elif kind == "excess":
            entries[0] = (account, amount + taken)
        elif kind == "unsorted":
            entries[0], entries[1] = entries[1], entries[0]
        else:
            entries = [(self.attacker, report.cumulative_total)]
        bad = Tree(entries)
        if self.act_submit(replace(report, root=bad.root, audit_root=bad.audit.root), bad, REPORTERS) and is_watched:
            owed = [row for before in self.known.values() for row in before.entries]
            loses = any(dict(entries).get(account, 0) < amount for account, amount in owed)
            # who never had anything cannot show that it is left out: that is a false measurement
            assert self.act_watch() == (loses or kind not in ("left out", "thief"))

    # --- vetoes ---

    @precondition(lambda self: self.pending_tree is not None)
    @rule(node=st.integers(0, 40), child=st.integers(-1, 40), epoch=st.integers(0, 30), old=st.integers(0, 5), more=st.integers(0, 1))
    def refute_by_chance(self, node, child, epoch, old, more):
        """True and false accusations alike: contract and model say the same of each."""
        audit = self.pending_tree.audit
        count = 2 * len(audit.tree) - 1
        children = audit.children(child % count if child >= 0 else node % count)
        proof = arguments(audit.summary(node % count), audit.path(node % count), children)
        if epoch not in self.evidence:
            self.act_refute("refute_inconsistent", *proof)
            return
        before = self.evidence[epoch]
        old %= len(before.entries)
        account, amount = before.entries[old]
        self.act_refute("refute_loss", epoch, account, amount + more, before.proof(old), *proof)

    @precondition(lambda self: self.pending_tree is not None)
    @rule()
    def watch(self):
        self.act_watch()

    @precondition(lambda self: self.model.pending is not None)
    @rule(by=st.sampled_from(["guardian", "guardian", "owner", "attacker"]))
    def cancel_report(self, by):
        self.act_call("cancel_report", getattr(self, by))

    @rule(signers=quorums)
    def void(self, signers):
        self.act_void(signers)

    # --- settlement ---

    @rule()
    def settle(self):
        self.act_settle()

    @rule()
    def skip(self):
        self.act_skip()

    @rule(index=st.integers(0, 5))
    def claim(self, index):
        self.act_claim(index)

    @rule(amount=st.sampled_from([1, 50 * MDT, 1_000 * MDT]))
    def donate(self, amount):
        self.act_donate(amount)

    # --- pauses and changes ---

    @rule(seconds=st.sampled_from([0, 1, 300, MAX_PAUSE, MAX_PAUSE + 1]), by=st.sampled_from(["guardian", "guardian", "owner", "attacker"]))
    def pause(self, seconds, by):
        self.act_call("pause", getattr(self, by), seconds)

    @rule(by=st.sampled_from(["guardian", "owner", "attacker"]))
    def unpause(self, by):
        self.act_call("unpause", getattr(self, by))

    @rule(parameters=parameter_sets, by=st.sampled_from(["owner", "owner", "owner", "attacker"]))
    def set_parameters(self, parameters, by):
        self.act_call("set_parameters", getattr(self, by), parameters)

    @rule(without=st.integers(0, 5), quorum=st.integers(2, 5), by=st.sampled_from(["owner", "owner", "attacker"]))
    def set_reporters(self, without, quorum, by):
        """All five, or all but one."""
        self.act_call("set_reporters", getattr(self, by), [account for index, account in enumerate(ALL) if index != without], quorum)

    @rule(seconds=st.sampled_from([59, 60, 61, 604_800, 604_801]))
    def set_delay(self, seconds):
        self.act_call("set_delay", self.owner, seconds)

    @rule(by=st.sampled_from(["owner", "owner", "guardian", "attacker"]))
    def reopen(self, by):
        self.act_call("reopen", getattr(self, by))

    @rule(back=st.integers(0, 4), by=st.sampled_from(["owner", "owner", "attacker"]))
    def disown_epoch(self, back, by):
        self.act_call("disown_epoch", getattr(self, by), max(0, self.model.next_epoch - back))

    @rule(by=st.sampled_from(["owner", "attacker"]))
    def take_over_again(self, by):
        self.act_call("take_over", getattr(self, by))

    # --- what happens around it ---

    @rule(seconds=st.sampled_from([1, 300, 259_200]))
    def suspend(self, seconds):
        self.act_suspend(seconds)

    @rule()
    def revoke(self):
        self.act_revoke()

    @rule()
    def grant_again(self):
        self.act_grant()

    @rule(is_drawer=st.booleans())
    def move_drawer(self, is_drawer):
        self.act_move_drawer(is_drawer)

    @precondition(lambda self: len(self.earlier) < 2)
    @rule()
    def replace_controller(self):
        self.act_replace()

    # --- promises ---

    @invariant()
    def invariant_EMI1_contract_equals_model_to_the_wei(self):
        """Pending amounts, records, totals, parameters, roles: every view."""
        self.assert_same_state()
        totals = (self.controller.total_emitted(), self.controller.total_recycled(), self.controller.total_minted())
        assert totals == (self.model.total_emitted, self.model.total_recycled, self.model.total_minted)

    @invariant()
    def invariant_EMI2_minted_is_within_the_channel(self):
        """One channel, through all controllers."""
        minted = self.suite.token.minted_by_reason(Mint.EPOCH_EMISSION)
        assert minted == self.minted_by_all == self.books.minted <= CHANNEL_CAP
        assert self.suite.token.lifetime_room(self.controller) == (CHANNEL_CAP - minted if self.books.has_rules else 0)

    @invariant()
    def invariant_EMI3_claimed_is_within_funded(self):
        funded, held = self.suite.distributor.total_funded(), self.suite.token.balanceOf(self.suite.distributor)
        claimed = sum(self.suite.token.balanceOf(miner) for miner in [*self.miners, self.attacker])
        assert claimed + held == funded == self.books.funded
        assert claimed == sum(self.suite.distributor.claimed(miner) for miner in [*self.miners, self.attacker])

    @invariant()
    def invariant_EMI4_epochs_settle_in_order_once(self):
        """Also: none is settled before it is over."""
        assert self.settled == sorted(set(self.settled))
        assert self.controller.next_epoch() >= self.seen_epoch
        self.seen_epoch = self.controller.next_epoch()
        assert all(epoch < self.seen_epoch <= max(self.model.current_epoch, 0) for epoch in self.settled)

    @invariant()
    def invariant_EMI5_controller_holds_nothing(self):
        assert all(self.suite.token.balanceOf(one) == 0 for one in self.earlier)
        assert self.suite.token.balanceOf(self.controller) == self.books.held == 0

    @invariant()
    def invariant_EMI6_every_emitted_wei_is_somewhere(self):
        """Conservation: minted and donated tokens are at miners, stakers, the DAO or in the pool."""
        token, suite = self.suite.token, self.suite
        places = (suite.distributor, suite.staking, suite.treasury, suite.pool, *self.miners)
        assert sum(token.balanceOf(place) for place in places) == self.minted_by_all + self.donated
        assert (token.balanceOf(suite.staking), token.balanceOf(suite.treasury)) == (self.books.stakers, self.books.treasury)
        assert token.balanceOf(suite.pool) == self.books.pool

    @invariant()
    def invariant_EMI7_no_epoch_passes_its_ceiling(self):
        """Whatever was signed: a stolen quorum gets U = 1 at most."""
        ceilings = [self.suite.schedule.ceiling(epoch) for epoch in self.settled]
        assert sum(one.total_emitted() for one in (*self.earlier, self.controller)) <= sum(ceilings)
        for epoch, ceiling in zip(self.settled[-2:], ceilings[-2:], strict=True):
            record = self.controller.epoch_record(epoch)
            assert record.emission <= ceiling
            assert record.recycled <= record.emission

    @property
    def minted_by_all(self):
        """Wei that the controller and those before it count as newly minted."""
        return sum(one.total_minted() for one in (*self.earlier, self.controller))


TestEmission = EmissionMachine.TestCase
TestEmission.settings = settings(max_examples=examples(quick=4, ci=10, deep=1_500), stateful_step_count=40, deadline=None)
