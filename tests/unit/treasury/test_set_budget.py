"""Treasury.set_budget and budget: cuts at once, raises after notice, and what was spent stays counted."""

from __future__ import annotations

from dataclasses import astuple

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.treasury import MAX_BUDGET
from tests.support.harness import harness
from tests.support.refusals import refuses
from tests.support.treasury import BUDGET, PERIOD, pass_periods

PURPOSE = b"grant".ljust(32, b"\0")


class Both:
    """Contract and model; after every step they say the same."""

    def __init__(self, treasury, model, token):
        self.treasury, self.model, self.token, self.owner = treasury, model, token, treasury.owner()

    def set(self, amount):
        """Returns what the event says."""
        expected = self.model.set_budget(self.owner, self.token.address, amount)
        self.treasury.set_budget(self.token, amount, sender=self.owner)
        (event,) = [log for log in self.treasury.get_logs() if type(log).__name__ == "BudgetSet"]
        assert (event.token, event.old_amount, event.new_amount, event.effective_at) == (self.token.address, *astuple(expected))
        self.agree()
        return astuple(expected)

    def spend(self, amount):
        to = boa.env.generate_address("grantee")
        self.model.spend(self.owner, self.token.address, to, amount)
        self.treasury.spend(self.token, to, amount, PURPOSE, sender=self.owner)
        self.agree()

    def refused(self, amount, reason):
        with boa.reverts(reason):
            self.treasury.set_budget(self.token, amount, sender=self.owner)
        with refuses(reason):
            self.model.set_budget(self.owner, self.token.address, amount)
        self.agree()

    def over(self, amount):
        to = boa.env.generate_address("grantee")
        with boa.reverts("treasury: over budget"):
            self.treasury.spend(self.token, to, amount, PURPOSE, sender=self.owner)
        with refuses("treasury: over budget"):
            self.model.spend(self.owner, self.token.address, to, amount)

    def agree(self):
        assert self.treasury.budget(self.token) == astuple(self.model.budget(self.token.address))

    def start_of(self, period):
        return self.treasury.STARTED_AT() + period * PERIOD


@pytest.fixture
def both(treasury, model, mdt):
    return Both(treasury, model, mdt)


@pytest.mark.parametrize("amount", [0, 1, BUDGET - 1])
def test_set_budget__cut__at_once(both, amount):
    assert both.set(amount) == (BUDGET, amount, boa.env.timestamp)
    both.over(amount + 1)
    if amount:
        both.spend(amount)


@pytest.mark.parametrize("elapsed", [0, 1, PERIOD - 1])
@pytest.mark.parametrize("amount", [BUDGET + 1, MAX_BUDGET])
def test_set_budget__raise__from_the_start_of_the_period_after_the_next(both, amount, elapsed):
    boa.env.timestamp += elapsed
    assert both.set(amount) == (BUDGET, amount, both.start_of(2))
    boa.env.timestamp = both.start_of(2) - 1
    both.agree()
    both.over(BUDGET + 1)
    boa.env.timestamp = both.start_of(2)
    both.agree()
    both.spend(BUDGET + 1)
    found = both.treasury.budget(both.token)
    assert (found.amount, found.spent, found.left, found.next_amount, found.next_at) == (amount, BUDGET + 1, amount - BUDGET - 1, 0, 0)
    assert found.period_ends_at == both.start_of(3)


def test_set_budget__raise_at_the_end_of_a_period__waits_a_whole_one(both):
    """The notice is never shorter than a period, and never longer than two."""
    for elapsed in (0, 1, PERIOD // 2, PERIOD - 1):
        with boa.env.anchor():
            boa.env.timestamp += elapsed
            now = boa.env.timestamp
            both.treasury.set_budget(both.token, BUDGET + 1, sender=both.owner)
            assert PERIOD < both.treasury.budget(both.token).next_at - now <= 2 * PERIOD


def test_set_budget__raise__shown_while_it_waits(both):
    both.set(BUDGET * 2)
    found = both.treasury.budget(both.token)
    assert (found.amount, found.next_amount, found.next_at) == (BUDGET, 2 * BUDGET, both.start_of(2))


def test_set_budget__cut_while_a_raise_waits__drops_it(both):
    both.set(BUDGET * 2)
    both.set(BUDGET - 1)
    pass_periods(5)
    both.agree()
    both.over(BUDGET)


def test_set_budget__amount_in_force_while_a_raise_waits__withdraws_it(both):
    both.set(BUDGET * 2)
    assert both.set(BUDGET) == (BUDGET, BUDGET, boa.env.timestamp)
    pass_periods(5)
    both.agree()
    both.over(BUDGET + 1)


@pytest.mark.parametrize("amount", [BUDGET + 1, BUDGET * 3])
def test_set_budget__other_raise_while_one_waits__replaces_it_and_waits_anew(both, amount):
    both.set(BUDGET * 2)
    pass_periods(1)
    assert both.set(amount) == (BUDGET, amount, both.start_of(3))
    pass_periods(1)
    both.over(BUDGET + 1)
    pass_periods(1)
    both.agree()
    both.spend(amount if amount < BUDGET * 2 else BUDGET * 2)


def test_set_budget__raise_then_cut_below_then_raise__no_marker_of_the_first_survives(both):
    """F4: a raise that was dropped does not come back with a later one."""
    both.set(BUDGET * 3)
    both.set(10)
    pass_periods(2)
    both.agree()
    both.set(20)
    both.over(11)
    pass_periods(2)
    both.agree()
    both.spend(20)
    both.over(1)


def test_set_budget__in_force_after_a_raise_long_ago__still_counts(both):
    """A raise that came into force is read without anybody touching it, however late."""
    both.set(BUDGET * 2)
    pass_periods(1_000)
    both.agree()
    both.spend(BUDGET * 2)
    both.over(1)
    assert both.set(BUDGET) == (BUDGET * 2, BUDGET, boa.env.timestamp)


def test_set_budget__cut_below_what_was_spent__nothing_left_and_the_count_stays(both):
    both.spend(300_000)
    both.set(100_000)
    found = both.treasury.budget(both.token)
    assert (found.amount, found.spent, found.left) == (100_000, 300_000, 0)
    both.over(1)
    pass_periods(1)
    both.agree()
    both.spend(100_000)


def test_set_budget__cut_and_back_in_one_period__what_was_spent_stays_counted(both):
    """A cut followed by a raise is no way to a second budget."""
    both.spend(BUDGET)
    both.set(0)
    both.set(BUDGET)
    both.over(1)
    pass_periods(1)
    both.over(1)
    pass_periods(1)
    both.spend(BUDGET)


def test_set_budget__captured_owner__cannot_raise_and_spend_in_one_period(both):
    """Whatever it sets, what leaves in the period that runs and in the next is the budget in force before."""
    both.spend(1)
    boa.env.timestamp = both.start_of(1) - 1
    both.set(MAX_BUDGET)
    both.over(BUDGET)
    both.spend(BUDGET - 1)
    boa.env.timestamp += 1
    both.over(BUDGET + 1)
    both.spend(BUDGET)
    boa.env.timestamp = both.start_of(2) - 1
    both.over(1)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (BUDGET, "treasury: nothing changes"),
        (MAX_BUDGET + 1, "treasury: budget out of bounds"),
        (2**256 - 1, "treasury: budget out of bounds"),
    ],
)
def test_set_budget__no_change_or_out_of_bounds__refused(both, amount, reason):
    both.refused(amount, reason)


def test_set_budget__same_raise_again__refused(both):
    """Else it would only put it off."""
    both.set(BUDGET * 2)
    pass_periods(1)
    both.refused(BUDGET * 2, "treasury: nothing changes")


def test_set_budget__raise_that_came_into_force__the_same_again_refused(both):
    both.set(BUDGET * 2)
    pass_periods(2)
    both.refused(BUDGET * 2, "treasury: nothing changes")


def test_set_budget__zero_for_a_token_without_one__refused(treasury, model):
    Both(treasury, model, harness("ForeignToken").deploy()).refused(0, "treasury: nothing changes")


def test_set_budget__not_the_owner__refused(treasury, model, mdt, attacker):
    with boa.reverts("ownable: caller is not the owner"):
        treasury.set_budget(mdt, 1, sender=attacker)
    with refuses("ownable: caller is not the owner"):
        model.set_budget(attacker, mdt.address, 1)


@pytest.mark.parametrize("where", ["zero", "nobody"])
def test_set_budget__token_without_code__refused(treasury, model, owner, attacker, where):
    token = {"zero": ZERO_ADDRESS, "nobody": attacker}[where]
    with boa.reverts("treasury: token has no code"):
        treasury.set_budget(token, 1, sender=owner)
    with refuses("treasury: token has no code"):
        model.set_budget(owner, token, 1, has_code=False)


def test_set_budget__two_tokens__kept_apart(treasury, model, mdt, token, owner, grantee):
    before = treasury.budget(mdt)
    treasury.set_budget(token, 5, sender=owner)
    treasury.spend(token, grantee, 5, PURPOSE, sender=owner)
    assert treasury.budget(mdt) == before
    assert treasury.budget(token).spent == 5


def test_set_budget__largest_amounts__no_field_runs_into_its_neighbour(treasury, model, owner, grantee):
    """All of 2^112 - 1 spent, a raise waiting beside it, in a period with a high number."""
    token = harness("ForeignToken").deploy()
    token.set_balance(treasury, 2**200)
    both = Both(treasury, model, token)
    both.set(MAX_BUDGET - 1)
    pass_periods(10_000)
    both.spend(MAX_BUDGET - 1)
    both.set(MAX_BUDGET)
    both.over(1)
    pass_periods(2)
    both.spend(MAX_BUDGET)
    both.over(1)
    both.set(0)
    both.agree()


def test_budget__token_never_seen__zeros(treasury, attacker):
    assert treasury.budget(attacker) == (0, 0, 0, 0, 0, treasury.STARTED_AT() + PERIOD)
