"""Stops defer: whoever may stop the emission, however often, every epoch that people would have reported is paid."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.model.controller import GRACE, MAX_PAUSE
from mdt.model.reasons import Mint
from mdt.units import DAY, HOUR
from tests.support.emission import QUORUM, REPORTERS, addresses, deploy_successor, deploy_suite, grant_again, hand_over, sign
from tests.support.hourly import Hourly
from tests.support.token import suspend

BLOCK_TIME = 3


@pytest.fixture
def keeper():
    """Epochs of a day, a deadline of two, a delay of six hours, as the preset `luxtensor` has them."""
    return Hourly(deploy_suite("luxtensor"))


def test_stops__sixty_days_of_the_longest_pauses__no_epoch_is_lost(keeper):
    """X7: 10 of 59 were."""
    suite, controller = keeper.suite, keeper.suite.controller
    end = suite.now + 60 * DAY
    while suite.now < end:
        if suite.now >= controller.paused_until() + MAX_PAUSE:
            controller.pause(MAX_PAUSE, sender=suite.guardian)
        keeper.hour()
    keeper.assert_none_lost()
    assert len(keeper.paid) >= 59


def test_stops__sixty_days_of_the_longest_suspensions__no_epoch_is_lost(keeper):
    """X6: the strongest stop destroyed epochs; it was for ever, and 14 were gone before the fastest return."""
    suite, controller = keeper.suite, keeper.suite.controller
    end = suite.now + 60 * DAY
    while suite.now < end:
        if suite.now >= suite.token.suspended_until(controller) + 3 * DAY:
            suspend(suite.token, controller, 3 * DAY)
        keeper.hour()
    keeper.assert_none_lost()
    assert len(keeper.paid) >= 59


def test_stops__sixty_days_of_everything_at_once__no_epoch_is_lost(keeper):
    """X6, X7: pauses, suspensions, cancels, voids and rotations, each as often as its rule allows or every second day."""
    suite, controller = keeper.suite, keeper.suite.controller
    end, hour = suite.now + 60 * DAY, 0
    while suite.now < end:
        if suite.now >= controller.paused_until() + MAX_PAUSE:
            controller.pause(MAX_PAUSE, sender=suite.guardian)
        if suite.now >= suite.token.suspended_until(controller) + 3 * DAY and controller.paused_until() <= suite.now:
            suspend(suite.token, controller, 3 * DAY)
        if controller.status().has_pending and hour % 48 == 7:
            controller.cancel_report(sender=suite.guardian)
        if controller.status().has_pending and hour % 48 == 19:
            controller.void_report(sign(controller.void_digest(controller.next_epoch(), controller.attempt()), REPORTERS[:QUORUM]))
        if hour % 96 == 40:
            reporters = addresses(REPORTERS) if hour % 192 == 40 else addresses(REPORTERS[:4])
            if reporters != controller.reporters():
                controller.set_reporters(reporters, QUORUM, sender=suite.owner)
        keeper.hour()
        hour += 1
    keeper.assert_none_lost()
    assert len(keeper.paid) >= 59


@pytest.mark.parametrize("stop", ["cancel", "rotation"])
def test_stops__report_made_at_its_deadline_and_discarded__reported_again(stop):
    """X7: a rotation during the delay of a report made at its deadline discarded it for good."""
    suite = deploy_suite("luxtensor")
    controller = suite.controller
    suite.advance_to(controller.epoch_bounds(0)[2])
    suite.submit(suite.report())
    suite.advance(HOUR // BLOCK_TIME)
    if stop == "cancel":
        controller.cancel_report(sender=suite.guardian)
    else:
        controller.set_reporters(addresses(REPORTERS[:4]), QUORUM, sender=suite.owner)
    suite.settle_epoch()
    assert controller.epoch_record(0).emission == suite.schedule.base_reward


def test_stops__owner_takes_the_grant_away_and_gives_it_back__no_epoch_is_lost(keeper):
    """X6: a report signed meanwhile settled its epoch at 0 for ever, and those behind it were skipped."""
    suite, controller = keeper.suite, keeper.suite.controller
    keeper.hours(60)
    if controller.status().has_pending:
        suite.wait()
        controller.settle()
    suite.token.revoke_minter(controller, sender=suite.owner)
    suite.advance(16 * DAY // BLOCK_TIME)
    with boa.reverts("report: not a minter"):
        controller.skip()
    grant_again(suite)
    controller.reopen(sender=suite.owner)
    keeper.assert_none_lost()
    assert len(keeper.paid) >= 17


def test_stops__nobody_reports__late_a_grace_after_the_stop(keeper):
    """B4: a stop holds a dead oracle's epoch for a bounded time."""
    suite, controller = keeper.suite, keeper.suite.controller
    controller.pause(MAX_PAUSE, sender=suite.guardian)
    suite.advance((MAX_PAUSE + GRACE) // BLOCK_TIME)
    assert not controller.status().is_late
    suite.advance(1)
    assert controller.skip() > 0


def test_stops__all_eleven_eras_through_three_controllers__the_documents_number_to_the_wei():
    """X5: 1,000 MDT an epoch of 480 blocks, 2,190 epochs an era, halved ten times. Here an epoch is 400 of those, so that eras end inside of epochs."""
    eras = 11
    documented = sum(2_190 * (1_000 * 10**18 >> era) for era in range(eras))
    blocks, interval = 400 * 480, 1_051_200
    suite = deploy_suite(
        "adr-literal",
        window_cap=5_247_253 * 10**18,
        epoch_blocks=blocks,
        base_reward=400 * 1_000 * 10**18,
        interval_blocks=interval,
        deadline_blocks=2 * blocks,
    )
    controllers = [suite.controller]
    epochs = -(-eras * interval // blocks)
    for epoch in range(epochs):
        if epoch in (17, 41):
            new = deploy_successor(suite)
            suite = replace(hand_over(suite, new), controller=new)
            controllers.append(new)
        assert suite.controller.next_epoch() == epoch
        suite.settle_epoch()
    suite.settle_epoch()
    records = [suite.controller.epoch_record(epoch) for epoch in range(epochs + 1)]
    assert sum(record.emission for record in records) == documented
    assert [controller.first_epoch() for controller in controllers] == [0, 17, 41]
    assert sum(controller.total_emitted() for controller in controllers) == documented
    assert sum(controller.total_minted() for controller in controllers) == suite.token.minted_by_reason(Mint.EPOCH_EMISSION)
    assert records[-1].is_settled
    assert records[-1].emission == 0
