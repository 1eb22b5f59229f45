"""The timelock as the owner of token, treasury and vesting: what a captured role can do, how long it takes, and who can stop it (A25, E of the catalogue)."""

from __future__ import annotations

from dataclasses import astuple
from types import SimpleNamespace

import boa
import pytest

from mdt.model.timelock import CANCELLER_ROLE, NONE, PROPOSER_ROLE, State, TimelockCall, batch_id, operation_id, removal_payload
from mdt.model.treasury import MAX_BUDGET
from mdt.model.vesting import VestingTerms
from mdt.units import DAY
from tests.support.deployers import deploy
from tests.support.timelock import DELAY, calldata, deploy_timelock, lists, wait
from tests.support.token import ALL_REASONS, TOKEN, deploy_token, issue
from tests.support.treasury import BUDGET, PERIOD, deploy_treasury

PURPOSE = b"purpose".ljust(32, b"\0")
HELD = 10 * BUDGET


@pytest.fixture
def suite():
    """Handed over as a deploy does it: the deployer offers, anybody accepts for the timelock."""
    deployer_account, minter, thief = (str(boa.env.generate_address(name)) for name in ("deployer", "minter", "thief"))
    twin = deploy_timelock()
    token = deploy_token(deployer_account, twin.guardian)
    treasury = deploy_treasury(token, deployer_account)
    vesting = deploy("Vesting", token=token, treasury=treasury, owner=deployer_account)
    vesting.set_creator(treasury, True, sender=deployer_account)
    treasury.set_vesting(vesting, sender=deployer_account)
    issue(token, treasury.address, HELD)
    token.finish_setup(sender=deployer_account)
    owned = [token, treasury, vesting]
    for contract in owned:
        contract.transfer_ownership(twin.address, sender=deployer_account)
    twin.timelock.accept_ownership(owned, sender=thief)
    return SimpleNamespace(twin=twin, token=token, treasury=treasury, vesting=vesting, owned=owned, deployer=deployer_account, minter=minter, thief=thief)


def call(contract, function, *arguments):
    return TimelockCall(str(contract.address), calldata(contract, function, *arguments))


def spend(suite, amount, to=None):
    return call(suite.treasury, "spend", suite.token, to or suite.thief, amount, PURPOSE)


def test_hand_over__everything__the_timelock_owns_and_the_deployer_is_nobody(suite):
    for contract in suite.owned:
        assert contract.owner() == suite.twin.address
        with boa.reverts("ownable: caller is not the owner"):
            contract.transfer_ownership(suite.deployer, sender=suite.deployer)
    for role in (NONE, PROPOSER_ROLE, CANCELLER_ROLE):
        assert not suite.twin.timelock.hasRole(role, suite.deployer)
        assert not suite.twin.timelock.hasRole(role, boa.env.eoa)


def test_guardian__what_only_the_owner_may__refused(suite):
    guardian = suite.twin.guardian
    for attempt in (
        lambda: suite.treasury.spend(suite.token, guardian, 1, PURPOSE, sender=guardian),
        lambda: suite.treasury.set_budget(suite.token, 0, sender=guardian),
        lambda: suite.token.set_guardian(suite.thief, sender=guardian),
        lambda: suite.token.propose_minter(guardian, 0, ALL_REASONS, 1, 1, DAY, sender=guardian),
    ):
        with boa.reverts("ownable: caller is not the owner"):
            attempt()
    with boa.reverts("access_control: account is missing role"):
        suite.twin.timelock.schedule(suite.token.address, 0, b"", NONE, NONE, DELAY, sender=guardian)


def test_captured_proposer__raise_and_spend_in_one_operation__refused(suite):
    twin = suite.twin
    calls = [call(suite.treasury, "set_budget", suite.token, MAX_BUDGET), spend(suite, HELD)]
    twin.schedule_batch(calls)
    wait()
    with boa.reverts("treasury: over budget"):
        twin.timelock.execute_batch(*lists(calls), NONE, NONE)
    assert suite.treasury.budget(suite.token).next_amount == 0
    assert suite.token.balanceOf(suite.treasury) == HELD


def test_captured_proposer__unhindered__takes_a_budget_a_period_until_its_raise_counts(suite):
    """The most it can get, and how long everybody sees it coming: the delay, and a whole period more for what is above the budget."""
    twin, began = suite.twin, boa.env.timestamp
    twin.schedule(call(suite.treasury, "set_budget", suite.token, MAX_BUDGET))
    twin.schedule(spend(suite, BUDGET))
    second = b"second".ljust(32)
    twin.schedule(spend(suite, BUDGET), salt=second)
    rest = spend(suite, HELD - 2 * BUDGET)
    twin.schedule(rest)
    with boa.reverts("timelock_controller: operation is not ready"):
        twin.timelock.execute(*astuple_of(spend(suite, BUDGET)), NONE, NONE)
    wait()
    twin.execute(call(suite.treasury, "set_budget", suite.token, MAX_BUDGET))
    raised_at = boa.env.timestamp
    twin.execute(spend(suite, BUDGET))
    effective_at = suite.treasury.budget(suite.token).next_at
    assert effective_at - raised_at > PERIOD
    for moment in (raised_at, suite.treasury.budget(suite.token).period_ends_at, effective_at - 1):
        ready_at(twin, {NONE: rest, second: spend(suite, BUDGET)}, moment)
        with boa.reverts("treasury: over budget"):
            twin.timelock.execute(*astuple_of(rest), NONE, NONE)
    twin.execute(spend(suite, BUDGET), salt=second)
    assert suite.token.balanceOf(suite.thief) == 2 * BUDGET
    boa.env.timestamp = effective_at
    twin.execute(rest)
    assert boa.env.timestamp - began > DELAY + PERIOD


def ready_at(twin, operations, moment):
    """Go on to a moment; what has expired by then is announced anew, a delay before."""
    if moment - boa.env.timestamp > DELAY:
        boa.env.timestamp = moment - DELAY
    for salt, one in operations.items():
        if twin.state(operation_id(one, NONE, salt)) == State.UNSET:
            twin.schedule(one, salt=salt)
    boa.env.timestamp = max(moment, boa.env.timestamp)


def astuple_of(one):
    return one.target, one.amount, one.payload


def test_captured_proposer__guardian_watches__gets_nothing(suite):
    twin = suite.twin
    operations = [twin.schedule(spend(suite, BUDGET)), twin.schedule_batch([call(suite.token, "set_guardian", suite.thief)])]
    wait()
    for operation in operations:
        twin.cancel(operation)
        assert twin.state(operation) == State.UNSET
    with boa.reverts("timelock_controller: operation is not ready"):
        twin.timelock.execute(*astuple_of(spend(suite, BUDGET)), NONE, NONE)
    assert suite.token.balanceOf(suite.thief) == 0


def test_captured_proposer__removes_the_guardian_first__needs_a_second_delay_for_the_rest(suite):
    """The guardian cannot cancel its own removal. It still cancels everything else until then, and the other proposer can stop the removal."""
    captured, honest = suite.twin.proposers
    twin = suite.twin
    removal = TimelockCall(twin.address, removal_payload(twin.guardian))
    twin.cancel(twin.schedule(removal, captured), honest)
    twin.schedule(removal, captured)
    theft = twin.schedule(spend(suite, BUDGET), captured)
    twin.cancel(theft)
    wait()
    twin.cancel(twin.schedule(spend(suite, BUDGET), captured))
    twin.execute(removal)
    twin.schedule(spend(suite, BUDGET), captured)
    with boa.reverts("timelock_controller: operation is not ready"):
        twin.timelock.execute(*astuple_of(spend(suite, BUDGET)), NONE, NONE)


def test_minter__added_and_removed__added_after_both_delays_removed_at_once(suite):
    """A25. Adding: the timelock's delay, then the token's own; removing: the guardian, in one transaction."""
    twin, began = suite.twin, boa.env.timestamp
    propose = call(suite.token, "propose_minter", suite.minter, 0, ALL_REASONS, 10, 10, DAY)
    grant = call(suite.token, "grant_minter", suite.minter)
    twin.schedule(propose)
    proposed = twin.schedule(grant, delay=DELAY)
    wait()
    with boa.reverts("mdt: no proposal"):
        twin.timelock.execute(*astuple_of(grant), NONE, NONE)
    twin.execute(propose)
    with boa.reverts("mdt: proposal still waiting"):
        twin.timelock.execute(*astuple_of(grant), NONE, NONE)
    wait(TOKEN.grant_delay - 1)
    with boa.reverts("mdt: proposal still waiting"):
        twin.timelock.execute(*astuple_of(grant), NONE, NONE)
    assert twin.state(proposed) == State.READY
    wait(1)
    twin.execute(grant)
    assert boa.env.timestamp - began == DELAY + TOKEN.grant_delay
    suite.token.mint(suite.thief, 5, 0, sender=suite.minter)
    suite.token.suspend_minter(suite.minter, DAY, sender=twin.guardian)
    with boa.reverts("mdt: minter suspended"):
        suite.token.mint(suite.thief, 5, 0, sender=suite.minter)


def test_grant__announced_with_a_start_to_come__made_by_then_or_never(suite):
    """Terms carry their start, so a grant is announced with one that lies behind the delay; executed too late it is refused and can be cancelled."""
    twin, holder = suite.twin, str(boa.env.generate_address("holder"))
    terms = astuple(VestingTerms(holder, 1_000, boa.env.timestamp + DELAY + DAY, 0, 100 * DAY))
    grant = call(suite.treasury, "vest", terms, PURPOSE)
    for salt in (NONE, b"late".ljust(32)):
        twin.schedule(grant, salt=salt)
    wait()
    twin.execute(grant)
    assert suite.vesting.schedule(holder, 0).amount == 1_000
    wait(DAY + 1)
    with boa.reverts("vesting: start in the past"):
        twin.timelock.execute(*astuple_of(grant), NONE, b"late".ljust(32))
    twin.cancel(suite.twin.timelock.hash_operation(*astuple_of(grant), NONE, b"late".ljust(32)))
    assert suite.treasury.budget(suite.token).spent == 1_000


def test_vesting__revocation_announced__the_owner_alone_and_after_the_delay(suite):
    twin, holder = suite.twin, str(boa.env.generate_address("holder"))
    terms = astuple(VestingTerms(holder, 1_000, boa.env.timestamp + DELAY, 0, 100 * DAY, is_revocable=True))
    calls = [call(suite.treasury, "vest", terms, PURPOSE), spend(suite, 5, holder)]
    twin.schedule_batch(calls)
    wait()
    twin.execute_batch(calls)
    assert twin.state(batch_id(calls)) == State.DONE
    with boa.reverts("ownable: caller is not the owner"):
        suite.vesting.revoke(holder, 0, sender=twin.guardian)
    revoke = call(suite.vesting, "revoke", holder, 0)
    twin.schedule(revoke)
    wait()
    twin.execute(revoke)
    assert suite.token.balanceOf(holder) == 5 + 20
    assert suite.token.balanceOf(suite.treasury) == HELD - 25


def test_operation__refused_by_its_target__done_later_when_there_is_room(suite):
    """F7: a ceiling that is hit stops what is above it and nothing else; the operation stays ready until it expires, and can be announced again."""
    twin = suite.twin
    for salt in (NONE, b"more".ljust(32)):
        twin.schedule(spend(suite, BUDGET), salt=salt)
    wait()
    twin.execute(spend(suite, BUDGET))
    with boa.reverts("treasury: over budget"):
        twin.timelock.execute(*astuple_of(spend(suite, BUDGET)), NONE, b"more".ljust(32))
    ready_at(twin, {b"more".ljust(32): spend(suite, BUDGET)}, suite.treasury.budget(suite.token).period_ends_at)
    twin.execute(spend(suite, BUDGET), salt=b"more".ljust(32))
    assert suite.token.balanceOf(suite.thief) == 2 * BUDGET


def test_owner__replaced_timelock__nothing_of_the_old_ones_operations_works(suite):
    """F5, F6: rights hang on the owner's address; what the old owner has ready is refused by the contracts."""
    twin, successor = suite.twin, deploy_timelock(proposers=1)
    calls = [call(contract, "transfer_ownership", successor.address) for contract in suite.owned]
    twin.schedule_batch(calls)
    twin.schedule(spend(suite, BUDGET))
    wait()
    twin.execute_batch(calls)
    successor.timelock.accept_ownership(suite.owned)
    assert {contract.owner() for contract in suite.owned} == {successor.address}
    with boa.reverts("ownable: caller is not the owner"):
        twin.timelock.execute(*astuple_of(spend(suite, BUDGET)), NONE, NONE)
    successor.schedule(spend(suite, BUDGET))
    wait()
    successor.execute(spend(suite, BUDGET))
    assert suite.token.balanceOf(suite.thief) == BUDGET
