"""Stops at random, within what their roles may, against a keeper that acts hourly: every epoch that it would have reported is paid."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mdt.model.controller import MAX_PAUSE
from mdt.units import DAY, HOUR
from tests.support.emission import QUORUM, REPORTERS, addresses, deploy_successor, deploy_suite, grant_again, hand_over, sign
from tests.support.hourly import Hourly
from tests.support.profiles import examples
from tests.support.token import suspend

lengths = st.sampled_from([1, HOUR, DAY, MAX_PAUSE])


class StopsMachine(RuleBasedStateMachine):
    """Epochs of a day with a deadline of two, as the preset `luxtensor` has them. A stop that its rule refuses now is not tried."""

    def __init__(self):
        super().__init__()
        self.keeper = Hourly(deploy_suite("luxtensor"))
        self.ever_paid = 0

    @property
    def suite(self):
        return self.keeper.suite

    @property
    def controller(self):
        return self.keeper.suite.controller

    @rule(hours=st.sampled_from([1, 5, 24, 49, 100]))
    def live(self, hours):
        self.keeper.hours(hours)

    # --- stops ---

    @precondition(lambda self: self.suite.now >= self.controller.paused_until() + MAX_PAUSE)
    @rule(seconds=lengths)
    def pause(self, seconds):
        self.controller.pause(seconds, sender=self.suite.guardian)

    @precondition(lambda self: self.suite.now < self.controller.paused_until())
    @rule()
    def unpause(self):
        self.controller.unpause(sender=self.suite.owner)

    @precondition(lambda self: self.suite.now >= self.suite.token.suspended_until(self.controller) + 3 * DAY)
    @rule(seconds=lengths)
    def suspend(self, seconds):
        suspend(self.suite.token, self.controller, seconds)

    @precondition(lambda self: self.controller.status().has_pending)
    @rule(by=st.sampled_from(["guardian", "owner"]))
    def cancel(self, by):
        self.controller.cancel_report(sender=getattr(self.suite, by))

    @rule()
    def void(self):
        digest = self.controller.void_digest(self.controller.next_epoch(), self.controller.attempt())
        self.controller.void_report(sign(digest, REPORTERS[:QUORUM]))

    @rule()
    def rotate(self):
        others = addresses(REPORTERS[:4]) if len(self.controller.reporters()) == 5 else addresses(REPORTERS)
        self.controller.set_reporters(others, QUORUM, sender=self.suite.owner)

    @rule(days=st.integers(1, 16))
    def revoke_and_grant_again(self, days):
        """The owner's own stop; it reopens in the batch that grants again."""
        self.suite.token.revoke_minter(self.controller, sender=self.suite.owner)
        self.suite.advance(days * DAY // 3)
        grant_again(self.suite)
        self.controller.reopen(sender=self.suite.owner)

    @precondition(lambda self: not self.controller.status().has_pending and self.controller.first_epoch() == 0)
    @rule(days=st.integers(0, 5))
    def replace(self, days):
        """The batch comes some days after the keeper was stopped for it."""
        new = deploy_successor(self.suite)
        self.suite.advance(days * DAY // 3)
        self.keeper.suite = hand_over(self.suite, new)

    # --- promises ---

    @invariant()
    def invariant_STO1_no_epoch_is_lost(self):
        paid = self.keeper.paid
        assert paid == list(range(self.controller.next_epoch()))
        assert len(paid) >= self.ever_paid
        self.ever_paid = len(paid)

    def teardown(self):
        """Left alone, the keeper pays whatever is over."""
        self.keeper.assert_none_lost()


TestStops = StopsMachine.TestCase
TestStops.settings = settings(max_examples=examples(quick=3, ci=8, deep=500), stateful_step_count=25, deadline=None)
