"""Treasury.vest and set_vesting: grants on the real vesting contract, inside the budget, and hostile vesting contracts."""

from __future__ import annotations

from dataclasses import astuple

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.vesting import VestingTerms
from mdt.units import DAY
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.refusals import refuses
from tests.support.treasury import BUDGET, pass_periods
from tests.unit.treasury.conftest import HELD

PURPOSE = b"grant 7".ljust(32, b"\0")


@pytest.fixture
def vesting(treasury, model, mdt, owner):
    """The real one, which knows the treasury as a creator."""
    vesting = deploy("Vesting", token=mdt, treasury=treasury, owner=owner)
    vesting.set_creator(treasury, True, sender=owner)
    treasury.set_vesting(vesting, sender=owner)
    model.set_vesting(owner, str(vesting.address))
    return vesting


@pytest.fixture
def idle(treasury, mdt, owner):
    """One that does not take what it should."""
    idle = harness("IdleVesting").deploy(mdt)
    treasury.set_vesting(idle, sender=owner)
    return idle


def terms(grantee, amount, **changed):
    fields = {"start": boa.env.timestamp, "cliff_seconds": 30 * DAY, "duration_seconds": 120 * DAY, "is_revocable": True}
    return astuple(VestingTerms(grantee, amount, **(fields | changed)))


def test_vest__owner__schedule_is_funded_counted_and_logged(treasury, model, vesting, mdt, owner, grantee):
    for index, amount in enumerate((300_000, 1)):
        assert treasury.vest(terms(grantee, amount), PURPOSE, sender=owner) == index
        (event,) = [log for log in treasury.get_logs() if type(log).__name__ == "Vested"]
        assert (event.beneficiary, event.index, event.purpose, event.amount) == (grantee, index, PURPOSE, amount)
        model.vest(owner, amount)
        assert treasury.budget(mdt) == astuple(model.budget(mdt.address))
        assert treasury.total_spent(mdt) == model.total_spent[mdt.address]
        assert (vesting.schedule(grantee, index).amount, vesting.schedule(grantee, index).claimed) == (amount, 0)
        assert mdt.allowance(treasury, vesting) == 0
    assert (mdt.balanceOf(vesting), mdt.balanceOf(treasury)) == (300_001, HELD - 300_001)


def test_vest__grant__claimed_by_its_beneficiary_over_time(treasury, vesting, mdt, owner, grantee):
    treasury.vest(terms(grantee, 1_200), PURPOSE, sender=owner)
    boa.env.timestamp += 60 * DAY
    vesting.claim(grantee, 0)
    assert mdt.balanceOf(grantee) == 600


def test_vest__spend_and_vest__one_budget(treasury, model, vesting, mdt, owner, grantee):
    treasury.spend(mdt, grantee, BUDGET - 10, PURPOSE, sender=owner)
    model.spend(owner, mdt.address, grantee, BUDGET - 10)
    with boa.reverts("treasury: over budget"):
        treasury.vest(terms(grantee, 11), PURPOSE, sender=owner)
    with refuses("treasury: over budget"):
        model.vest(owner, 11)
    treasury.vest(terms(grantee, 10), PURPOSE, sender=owner)
    with boa.reverts("treasury: over budget"):
        treasury.spend(mdt, grantee, 1, PURPOSE, sender=owner)
    pass_periods(1)
    treasury.vest(terms(grantee, BUDGET), PURPOSE, sender=owner)


def test_vest__grant_revoked__what_comes_back_reopens_no_budget(treasury, vesting, mdt, owner, grantee):
    """A grant made and revoked is no way around the budget, in either direction."""
    treasury.vest(terms(grantee, BUDGET), PURPOSE, sender=owner)
    vesting.revoke(grantee, 0, sender=owner)
    assert mdt.balanceOf(treasury) == HELD
    assert (treasury.budget(mdt).left, treasury.total_spent(mdt)) == (0, BUDGET)
    with boa.reverts("treasury: over budget"):
        treasury.spend(mdt, grantee, 1, PURPOSE, sender=owner)


def test_vest__terms_the_vesting_contract_refuses__its_reason_and_nothing_counted(treasury, vesting, mdt, owner, grantee):
    for bad, reason in (
        (terms(grantee, 0), "vesting: zero amount"),
        (terms(ZERO_ADDRESS, 5), "vesting: zero beneficiary"),
        (terms(grantee, 5, start=boa.env.timestamp - 1), "vesting: start in the past"),
    ):
        with boa.reverts(reason):
            treasury.vest(bad, PURPOSE, sender=owner)
    assert (treasury.budget(mdt).spent, treasury.total_spent(mdt), mdt.allowance(treasury, vesting)) == (0, 0, 0)


def test_vest__not_a_creator_any_more__refused_and_nothing_counted(treasury, vesting, mdt, owner, grantee):
    vesting.set_creator(treasury, False, sender=owner)
    with boa.reverts("vesting: not a creator"):
        treasury.vest(terms(grantee, 5), PURPOSE, sender=owner)
    assert treasury.total_spent(mdt) == 0


def test_vest__more_than_is_held__refused(treasury, vesting, mdt, owner, grantee):
    pass_periods(0)
    treasury.spend(mdt, grantee, BUDGET, PURPOSE, sender=owner)
    pass_periods(1)
    treasury.spend(mdt, grantee, BUDGET, PURPOSE, sender=owner)
    pass_periods(1)
    with boa.reverts("mdt: balance too low"):
        treasury.vest(terms(grantee, HELD - 2 * BUDGET + 1), PURPOSE, sender=owner)
    treasury.vest(terms(grantee, HELD - 2 * BUDGET), PURPOSE, sender=owner)
    assert mdt.balanceOf(treasury) == 0


def test_vest__no_vesting_named__refused(treasury, model, owner, grantee):
    with boa.reverts("treasury: no vesting"):
        treasury.vest(terms(grantee, 5), PURPOSE, sender=owner)
    with refuses("treasury: no vesting"):
        model.vest(owner, 5)


def test_vest__not_the_owner__refused(treasury, model, vesting, grantee, attacker):
    for sender in (attacker, grantee, str(vesting.address)):
        with boa.reverts("ownable: caller is not the owner"):
            treasury.vest(terms(grantee, 5), PURPOSE, sender=sender)
        with refuses("ownable: caller is not the owner"):
            model.vest(sender, 5)


# --- hostile vesting contracts ---


@pytest.mark.parametrize("leaves", [1, 500])
def test_vest__contract_takes_less__refused_so_that_no_allowance_stays(treasury, idle, mdt, owner, grantee, leaves):
    idle.set_taking(leaves, 0)
    with boa.reverts("treasury: allowance left"):
        treasury.vest(terms(grantee, 500), PURPOSE, sender=owner)
    assert (mdt.allowance(treasury, idle), mdt.balanceOf(treasury), treasury.total_spent(mdt)) == (0, HELD, 0)
    with boa.reverts("mdt: allowance too low"):
        idle.take(treasury, 1)


def test_vest__contract_takes_more__refused(treasury, idle, mdt, owner, grantee):
    idle.set_taking(0, 1)
    with boa.reverts("mdt: allowance too low"):
        treasury.vest(terms(grantee, 500), PURPOSE, sender=owner)
    assert (mdt.balanceOf(treasury), treasury.total_spent(mdt)) == (HELD, 0)


@pytest.mark.parametrize("function", ["spend", "vest", "set_budget", "set_vesting", "budget"])
def test_vest__contract_calls_back__gets_nothing_more(treasury, idle, mdt, owner, grantee, function):
    """Even one that owns the treasury: the lock is held, for views as well."""
    treasury.transfer_ownership(idle, sender=owner)
    idle.act(treasury, treasury.accept_ownership.prepare_calldata())
    arguments = {
        "spend": (mdt, idle, 5, PURPOSE),
        "vest": (terms(grantee, 5), PURPOSE),
        "set_budget": (mdt, 1),
        "set_vesting": (grantee,),
        "budget": (mdt,),
    }[function]
    idle.arm(treasury, getattr(treasury, function).prepare_calldata(*arguments))
    idle.act(treasury, treasury.vest.prepare_calldata(terms(grantee, 500), PURPOSE))
    assert (idle.call_backs_tried(), idle.call_backs_succeeded()) == (1, 0)
    assert treasury.total_spent(mdt) == 500 == HELD - mdt.balanceOf(treasury)


def test_vest__token_that_refuses_an_allowance__refused(owner, grantee):
    token = harness("FalseToken").deploy()
    treasury = deploy("Treasury", token=token, period_seconds=86_400, budget=500, owner=owner)
    treasury.set_vesting(harness("IdleVesting").deploy(token), sender=owner)
    token.set_answers_true(False)
    with boa.reverts("treasury: approve failed"):
        treasury.vest(terms(grantee, 500), PURPOSE, sender=owner)


# --- set_vesting ---


def test_set_vesting__owner__named_and_logged(treasury, model, mdt, owner):
    old = ZERO_ADDRESS
    for _ in range(2):
        new = deploy("Vesting", token=mdt, treasury=treasury, owner=owner)
        treasury.set_vesting(new, sender=owner)
        (event,) = [log for log in treasury.get_logs() if type(log).__name__ == "VestingSet"]
        assert (event.old_vesting, event.new_vesting) == (old, new.address)
        model.set_vesting(owner, new.address)
        assert treasury.vesting() == model.vesting == new.address
        old = new.address


def test_set_vesting__replaced__old_schedules_are_still_paid(treasury, vesting, mdt, owner, grantee):
    """F5: a pointer that changes takes nothing from anybody."""
    treasury.vest(terms(grantee, 1_200), PURPOSE, sender=owner)
    new = deploy("Vesting", token=mdt, treasury=treasury, owner=owner)
    new.set_creator(treasury, True, sender=owner)
    treasury.set_vesting(new, sender=owner)
    treasury.vest(terms(grantee, 240), PURPOSE, sender=owner)
    boa.env.timestamp += 120 * DAY
    for contract in (vesting, new):
        contract.claim(grantee, 0)
    assert mdt.balanceOf(grantee) == 1_440


@pytest.mark.parametrize(
    ("caller", "named", "reason"),
    [
        ("attacker", "mdt", "ownable: caller is not the owner"),
        ("owner", "zero", "treasury: vesting has no code"),
        ("owner", "attacker", "treasury: vesting has no code"),
        ("owner", "same", "treasury: nothing changes"),
    ],
)
def test_set_vesting__bad_call__refused(treasury, model, vesting, mdt, owner, attacker, caller, named, reason):
    account = {"owner": owner, "attacker": attacker, "mdt": str(mdt.address), "zero": ZERO_ADDRESS, "same": str(vesting.address)}
    with boa.reverts(reason):
        treasury.set_vesting(account[named], sender=account[caller])
    with refuses(reason):
        model.set_vesting(account[caller], account[named], has_code=named in ("mdt", "same"))
