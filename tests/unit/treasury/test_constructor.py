"""Treasury: construction and ownership."""

from __future__ import annotations

from dataclasses import astuple

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.treasury import MAX_BUDGET, MAX_PERIOD_SECONDS, MIN_PERIOD_SECONDS, Treasury
from mdt.units import DAY
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy
from tests.support.refusals import refuses
from tests.support.treasury import BUDGET, PERIOD, deploy_treasury


def test_constructor__owner__owns_and_nobody_is_pending(treasury, owner):
    assert treasury.owner() == owner
    assert treasury.pending_owner() == ZERO_ADDRESS


def test_constructor__values__fixed_and_the_first_budget_is_in_force(treasury, model, mdt):
    now = boa.env.timestamp
    (event,) = [log for log in deploy_treasury(mdt, mdt.owner()).get_logs() if type(log).__name__ == "BudgetSet"]
    assert (event.token, event.old_amount, event.new_amount, event.effective_at) == (mdt.address, 0, BUDGET, now)
    assert (treasury.TOKEN(), treasury.PERIOD_SECONDS(), treasury.STARTED_AT(), treasury.vesting()) == (mdt.address, PERIOD, now, ZERO_ADDRESS)
    assert (treasury.MIN_PERIOD_SECONDS(), treasury.MAX_PERIOD_SECONDS()) == (MIN_PERIOD_SECONDS, MAX_PERIOD_SECONDS) == (DAY, 365 * DAY)
    assert treasury.budget(mdt) == astuple(model.budget(mdt.address)) == (BUDGET, 0, BUDGET, 0, 0, now + PERIOD)


def test_constructor__no_budget__nothing_logged_and_nothing_can_be_spent(mdt, owner, grantee):
    treasury = deploy_treasury(mdt, owner, budget=0)
    assert [log for log in treasury.get_logs() if type(log).__name__ == "BudgetSet"] == []
    with boa.reverts("treasury: over budget"):
        treasury.spend(mdt, grantee, 1, b"", sender=owner)


@pytest.mark.parametrize("period", [MIN_PERIOD_SECONDS, MAX_PERIOD_SECONDS])
def test_constructor__values_at_the_bounds__accepted(mdt, owner, period):
    treasury = deploy_treasury(mdt, owner, MAX_BUDGET, period)
    assert (treasury.budget(mdt).amount, treasury.PERIOD_SECONDS()) == (MAX_BUDGET, period)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"owner": ZERO_ADDRESS}, "treasury: zero owner"),
        ({"token": ZERO_ADDRESS}, "treasury: token has no code"),
        ({"token": "0x" + "11" * 20}, "treasury: token has no code"),
        ({"period": MIN_PERIOD_SECONDS - 1}, "treasury: period out of bounds"),
        ({"period": MAX_PERIOD_SECONDS + 1}, "treasury: period out of bounds"),
        ({"budget": MAX_BUDGET + 1}, "treasury: budget out of bounds"),
    ],
)
def test_constructor__bad_value__refused(mdt, owner, changed, reason):
    values = {"token": mdt.address, "period": PERIOD, "budget": BUDGET, "owner": owner} | changed
    with boa.reverts(reason):
        deploy("Treasury", token=values["token"], period_seconds=values["period"], budget=values["budget"], owner=values["owner"])
    with refuses(reason):
        Treasury(owner, values["token"], BoaClock(), *list(values.values())[1:], has_code="token" not in changed)


def test_abi__whole_surface__no_way_to_renounce_approve_or_receive(treasury):
    """The owner spends and grants; there is no other way out, and no native coin gets in."""
    functions = {entry["name"] for entry in treasury.abi if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"}
    assert functions == {"spend", "vest", "set_budget", "set_vesting", "transfer_ownership", "accept_ownership"}
    assert not any(entry.get("stateMutability") == "payable" for entry in treasury.abi)
    assert not any(entry["type"] in ("fallback", "receive") for entry in treasury.abi)


def test_transfer_ownership__two_steps__old_owner_keeps_spending_until_accepted(treasury, model, token, owner, grantee, attacker):
    successor = boa.env.generate_address("successor")
    with boa.reverts("ownable: caller is not the owner"):
        treasury.transfer_ownership(attacker, sender=attacker)
    treasury.transfer_ownership(successor, sender=owner)
    model.transfer_ownership(owner, successor)
    assert treasury.pending_owner() == successor
    treasury.spend(token, grantee, 1, b"", sender=owner)
    for pretender in (owner, attacker):
        with boa.reverts("ownable_2step: caller is not the new owner"):
            treasury.accept_ownership(sender=pretender)
        with refuses("ownable_2step: caller is not the new owner"):
            model.accept_ownership(pretender)
    treasury.accept_ownership(sender=successor)
    model.accept_ownership(successor)
    assert (treasury.owner(), treasury.pending_owner()) == (model.owner, model.pending_owner) == (successor, ZERO_ADDRESS)
    with boa.reverts("ownable: caller is not the owner"):
        treasury.spend(token, grantee, 1, b"", sender=owner)
    with refuses("ownable: caller is not the owner"):
        model.spend(owner, token.address, grantee, 1)
    treasury.spend(token, grantee, 1, b"", sender=successor)
