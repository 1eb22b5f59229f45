"""take_over: a successor counts from the same origin, and pays first what its predecessor had not come to."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.controller import GRACE, MAX_PAUSE
from mdt.units import WAD, parse_amount
from tests.support import deployers
from tests.support.emission import EMPTY, FULL, NOTHING, QUORUM, REPORTERS, addresses, deploy_successor, deploy_suite, event, hand_over, travel
from tests.support.token import deploy_token


@pytest.fixture
def lived(suite, miners):
    """Epochs 0 (with a miner), 1 (skipped) and 2 are history."""
    suite.settle_epoch(FULL, {miners[0]: 400 * 10**18})
    suite.advance_to(suite.controller.epoch_bounds(1)[2] + 1)
    suite.controller.skip()
    suite.settle_epoch((0, WAD, 0))
    return suite


def test_take_over__after_three_epochs__goes_on_with_the_fourth(lived, controller, owner):
    """X5: a new controller began at era 0 and epoch 0."""
    new = deploy_successor(lived)
    after = hand_over(lived, new)
    assert event(new, "TakenOver") == {"predecessor": controller.address, "first_epoch": 3, "last_settled": 3}
    status = new.status()
    assert (status.next_epoch, status.attempt, status.opened_at) == (3, 0, lived.block)
    assert status.grace_until == lived.now + GRACE
    assert (new.first_epoch(), new.last_settled(), new.last_utility()) == (3, 3, 3 * WAD // 10)
    after.settle_epoch()
    assert new.epoch_record(3).emission == lived.schedule.ceiling(3)
    assert lived.distributor.total_funded() == 400 * 10**18


def test_take_over__history__read_through_the_predecessor(lived, controller):
    after = hand_over(lived, deploy_successor(lived))
    new = after.controller
    after.settle_epoch()
    for epoch in range(3):
        assert new.epoch_record(epoch) == controller.epoch_record(epoch)
        assert new.evidence_root(epoch) == controller.evidence_root(epoch)
    assert not controller.epoch_record(3).is_settled
    assert new.epoch_record(3).is_settled
    new.disown_epoch(0, sender=after.owner)
    assert (new.evidence_root(0), controller.evidence_root(0)) == (EMPTY, controller.epoch_record(0).root)


def test_take_over__disowned_at_the_predecessor__no_evidence_here(lived, controller, owner):
    new = hand_over(lived, deploy_successor(lived)).controller
    controller.disown_epoch(2, sender=owner)
    assert new.evidence_root(2) == EMPTY


def test_take_over__another_distributor__its_roots_are_no_evidence(lived, controller):
    """A new distributor starts a ledger of its own."""
    other = deployers.deploy("RewardDistributor", {"MDT": lived.token}, people=type("People", (), {"deployer": lived.owner}))
    new = deploy_successor(lived, distributor=other.address)
    lived.token.revoke_minter(controller, sender=lived.owner)
    new.take_over(sender=lived.owner)
    assert new.evidence_root(0) == EMPTY != controller.evidence_root(0)
    assert new.epoch_record(0) == controller.epoch_record(0)


def test_take_over__largest_change__counts_from_the_predecessors_last_utility(miners):
    suite = deploy_suite(max_change_wad=WAD // 10)
    suite.settle_epoch((0, WAD, 0))
    after = hand_over(suite, deploy_successor(suite))
    after.settle_epoch()
    assert after.controller.epoch_record(1).utility == 4 * WAD // 10


@pytest.mark.parametrize("settled", [0, 1])
def test_take_over__last_utility_of_zero__is_not_none(settled):
    """A rise from U = 0 is slowed; without a settled epoch nothing is."""
    suite = deploy_suite(max_change_wad=WAD // 10)
    for _ in range(settled):
        suite.settle_epoch(NOTHING)
    after = hand_over(suite, deploy_successor(suite))
    after.settle_epoch()
    assert after.controller.last_utility() == (WAD // 10 if settled else WAD)


def test_take_over__before_the_first_epoch_is_over__from_epoch_0(suite):
    after = hand_over(suite, deploy_successor(suite))
    assert (after.controller.next_epoch(), after.controller.last_settled()) == (0, 0)
    after.settle_epoch()
    assert after.controller.epoch_record(0).emission == suite.schedule.base_reward


def test_take_over__epochs_waited_meanwhile__all_are_paid(lived):
    """X5, X7: four epochs went by between the last settlement and the takeover."""
    lived.advance(5 * lived.schedule.epoch_blocks)
    after = hand_over(lived, deploy_successor(lived))
    for epoch in range(3, 7):
        after.settle_epoch()
        assert after.controller.epoch_record(epoch).is_settled


def test_take_over__not_yet__nothing_is_reported_or_skipped(lived):
    new = replace(lived, controller=deploy_successor(lived))
    new.advance(10 * lived.schedule.epoch_blocks)
    assert (new.controller.status().opened_at, new.controller.next_epoch()) == (0, 0)
    for call in (lambda: new.submit(new.report()), new.controller.skip):
        with boa.reverts("takeover: not open yet"):
            call()


def test_take_over__paused_before__the_longer_grace_stays(lived):
    new = deploy_successor(lived)
    new.pause(MAX_PAUSE, sender=lived.guardian)
    until = lived.now + MAX_PAUSE + GRACE
    hand_over(lived, new)
    assert new.status().grace_until == until


def test_take_over__reporters_changed_before__attempt_stays(lived):
    """What the first reporters signed for the attempt before counts no more here either."""
    new = deploy_successor(lived)
    new.set_reporters(addresses(REPORTERS[:4]), QUORUM, sender=lived.owner)
    hand_over(lived, new)
    assert new.attempt() == 1


def test_take_over__twice_or_without_a_predecessor__refused(lived, controller, owner):
    new = hand_over(lived, deploy_successor(lived)).controller
    for one in (new, controller):
        with boa.reverts("takeover: already open"):
            one.take_over(sender=owner)


def test_take_over__report_pending__refused_until_it_is_settled_or_cancelled(lived, controller, owner):
    """X5: the migration orphaned the epoch of a pending report, and anyone chose the moment."""
    new = deploy_successor(lived)
    lived.end_epoch()
    lived.submit(lived.report())
    with boa.reverts("takeover: report pending"):
        new.take_over(sender=owner)
    controller.cancel_report(sender=owner)
    after = hand_over(lived, new)
    after.settle_epoch()
    assert new.epoch_record(3).is_settled


def test_take_over__predecessor_still_mints__refused(lived, owner):
    """X5: two channels paid the same blocks."""
    new = deploy_successor(lived)
    with boa.reverts("takeover: predecessor mints"):
        new.take_over(sender=owner)


def test_take_over__predecessor_has_not_taken_over_itself__refused(lived, owner):
    second = deploy_successor(lived)
    third = deploy_successor(replace(lived, controller=second))
    with boa.reverts("takeover: predecessor not open"):
        third.take_over(sender=owner)


def test_take_over__not_the_owner__refused(lived, guardian, attacker):
    new = deploy_successor(lived)
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            new.take_over(sender=caller)


def test_take_over__the_predecessor_afterwards__pays_and_skips_nothing(lived, controller):
    hand_over(lived, deploy_successor(lived))
    lived.end_epoch()
    with boa.reverts("report: not a minter"):
        lived.submit(lived.report())
    lived.advance(4 * lived.schedule.epoch_blocks)
    travel(GRACE)
    with boa.reverts("report: not a minter"):
        controller.skip()


def test_take_over__three_in_a_row__records_of_all(lived, controller):
    second = hand_over(lived, deploy_successor(lived))
    second.settle_epoch()
    third = hand_over(second, deploy_successor(second))
    third.settle_epoch()
    emissions = [third.controller.epoch_record(epoch).emission for epoch in range(5)]
    assert emissions == [parse_amount(amount) for amount in ("1000", "0", "300", "1000", "1000")]
    assert (second.controller.first_epoch(), third.controller.first_epoch(), third.controller.last_settled()) == (3, 4, 5)


@pytest.mark.parametrize("name", ["start_block", "epoch_blocks", "base_reward", "interval_blocks", "halvings"])
def test_constructor__another_schedule_than_the_predecessors__refused(lived, name):
    """X5: the origin may be past, and is the predecessor's."""
    value = lived.controller.START_BLOCK() if name == "start_block" else getattr(lived.schedule, name)
    with boa.reverts("takeover: another schedule"):
        deploy_successor(lived, **{name: value + 1})


def test_constructor__another_token_than_the_predecessors__refused(lived, owner, guardian):
    with boa.reverts("takeover: another token"):
        deploy_successor(lived, token=deploy_token(owner, guardian).address)


def test_constructor__past_start_without_a_predecessor__refused(lived):
    with boa.reverts("epochs: start in the past"):
        deploy_successor(lived, predecessor=ZERO_ADDRESS)
