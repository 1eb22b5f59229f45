"""settle: recycled first, the rest minted, three shares, a record for ever."""

from __future__ import annotations

import boa
import pytest

from mdt.crypto.merkle import MerkleTree
from mdt.model.reasons import Miners, Mint, Recycle
from mdt.units import DAY, WAD, parse_amount
from tests.support.emission import EMPTY, FULL, INPUTS, NOTHING, deploy_suite, event, events, grant_again
from tests.support.token import issue

MDT = 10**18


def held(suite):
    """Wei held by pool, distributor, staking, treasury and controller."""
    places = (suite.pool, suite.distributor, suite.staking, suite.treasury, suite.controller)
    return [suite.token.balanceOf(place) for place in places]


def test_settle__documents_epoch__316_316_158_minted_and_paid(suite, controller, anyone, miners):
    suite.end_epoch()
    report = suite.submit(suite.report(INPUTS, {miners[0]: parse_amount("316")}))
    suite.wait()
    controller.settle(sender=anyone)
    settled = event(controller, "EpochSettled")
    assert settled == {
        "epoch": 0,
        "root": report.root,
        "utility": 79 * WAD // 100,
        "emission": 790 * MDT,
        "recycled": 0,
        "minted": 790 * MDT,
        "miner_share": 316 * MDT,
        "validator_share": 316 * MDT,
        "dao_share": 158 * MDT,
        "is_clamped": False,
        "miner_outcome": Miners.PAID,
    }
    assert held(suite) == [0, 316 * MDT, 316 * MDT, 158 * MDT, 0]
    assert suite.token.minted_by_reason(Mint.EPOCH_EMISSION) == 790 * MDT
    assert (suite.distributor.root(), suite.distributor.total_funded()) == (report.root, 316 * MDT)
    assert suite.staking.network().rewards_received == 316 * MDT
    assert (controller.total_emitted(), controller.total_recycled(), controller.total_minted()) == (790 * MDT, 0, 790 * MDT)
    assert (controller.next_epoch(), controller.attempt(), controller.last_utility()) == (1, 0, 79 * WAD // 100)


def test_settle__record__readable_for_ever(suite, controller, miners):
    suite.donate(300 * MDT)
    report = suite.settle_epoch(FULL, {miners[0]: 1})
    suite.settle_epoch(INPUTS)
    record = controller.epoch_record(0)
    assert record == (True, report.root, report.data_hash, 400 * MDT, WAD, 1_000 * MDT, 300 * MDT, 400 * MDT)
    no_miners = controller.epoch_record(1)
    assert (no_miners.is_settled, no_miners.root, no_miners.cumulative_total) == (True, report.root, 400 * MDT)
    assert (no_miners.emission, no_miners.miner_share, no_miners.utility) == (790 * MDT, 0, 79 * WAD // 100)
    assert controller.epoch_record(2) == (False, EMPTY, EMPTY, 0, 0, 0, 0, 0)


def test_settle__pool_300_need_1000__300_drawn_and_700_minted(suite, controller, miners):
    """A2: the documents' vector; only what was minted leaves the channel."""
    suite.donate(300 * MDT)
    room = suite.token.lifetime_room(controller)
    suite.settle_epoch(FULL, {miners[0]: 1})
    settled = event(controller, "EpochSettled")
    assert (settled["recycled"], settled["minted"]) == (300 * MDT, 700 * MDT)
    assert suite.token.lifetime_room(controller) == room - 700 * MDT
    assert held(suite) == [0, 400 * MDT, 400 * MDT, 200 * MDT, 0]
    assert (controller.total_emitted(), controller.total_recycled(), controller.total_minted()) == (1_000 * MDT, 300 * MDT, 700 * MDT)


@pytest.mark.parametrize(("donated", "minted"), [(1_000 * MDT - 1, 1), (1_000 * MDT, 0), (5_000 * MDT, 0)])
def test_settle__pool_around_the_need__never_draws_more(suite, controller, donated, minted):
    suite.donate(donated)
    suite.settle_epoch()
    assert controller.total_minted() == minted
    assert suite.token.minted_by_reason(Mint.EPOCH_EMISSION) == minted
    # without miners their share went straight back
    assert suite.pool.available() == donated - (1_000 * MDT - minted) + 400 * MDT


def test_settle__no_miners__share_recycled_with_reason_and_spent_next(suite, controller):
    """A15, B28: the share goes to the pool once, and every part of the emission is somewhere."""
    suite.settle_epoch()
    settled, recycled = event(controller, "EpochSettled"), event(controller, "Recycled")
    assert settled["miner_outcome"] == Miners.NONE
    assert settled["miner_share"] == 400 * MDT
    assert (recycled["source"], recycled["reason"], recycled["amount"]) == (controller.address, Recycle.NO_MINERS, 400 * MDT)
    assert held(suite) == [400 * MDT, 0, 400 * MDT, 200 * MDT, 0]
    assert suite.distributor.total_funded() == 0
    suite.settle_epoch()
    assert controller.epoch_record(1).recycled == 400 * MDT


def test_settle__nothing_done__pays_nothing_and_is_recorded(suite, controller):
    """B28: U = 0 pays 0: no mint, no draw, no notification, and the pool keeps what it has."""
    suite.donate(77)
    report = suite.settle_epoch(NOTHING)
    settled = event(controller, "EpochSettled")
    assert settled["miner_outcome"] == Miners.NOTHING_TO_PAY
    assert (settled["emission"], settled["recycled"], settled["minted"]) == (0, 0, 0)
    assert not events(controller, "Transfer")
    assert held(suite) == [77, 0, 0, 0, 0]
    assert controller.epoch_record(0) == (True, EMPTY, report.data_hash, 0, 0, 0, 0, 0)
    assert controller.next_epoch() == 1


@pytest.mark.parametrize("shares_bps", [(10_000, 0, 0), (0, 10_000, 0), (0, 0, 10_000), (0, 5_000, 5_000)])
def test_settle__shares_of_nothing__their_calls_are_left_out(miners, shares_bps):
    suite = deploy_suite(shares_bps=shares_bps)
    suite.settle_epoch(FULL, {miners[0]: 1} if shares_bps[0] else None)
    assert held(suite) == [0, *(share * MDT // 10 for share in shares_bps), 0]
    expected = Miners.PAID if shares_bps[0] else Miners.NOTHING_TO_PAY
    assert event(suite.controller, "EpochSettled")["miner_outcome"] == expected


def test_settle__a_few_wei__split_without_loss(miners):
    """A16: emission of 3 wei: 1/1/1, of 1 wei: 1/0/0, and every call is still made or left out rightly."""
    suite = deploy_suite(base_reward=3)
    suite.settle_epoch(FULL, {miners[0]: 1})
    assert held(suite) == [0, 1, 1, 1, 0]
    suite = deploy_suite(base_reward=1)
    suite.settle_epoch(FULL, {miners[0]: 1})
    assert held(suite) == [0, 1, 0, 0, 0]


def test_settle__clamped_epochs__mint_no_more_than_the_channel(miners):
    """Cap 1000 with 900 minted, U 1: 100, then 0. Miners are paid in every epoch, so nothing is recycled."""
    suite = deploy_suite(channel_cap=1_000 * MDT)
    suite.settle_epoch((9_000, 9 * WAD // 10, 9 * WAD // 10), {miners[0]: 1})
    suite.settle_epoch(FULL, {miners[0]: 2})
    settled = event(suite.controller, "EpochSettled")
    assert (settled["emission"], settled["minted"], settled["is_clamped"]) == (100 * MDT, 100 * MDT, True)
    suite.settle_epoch(FULL)
    settled = event(suite.controller, "EpochSettled")
    assert (settled["emission"], settled["is_clamped"], settled["miner_outcome"]) == (0, True, Miners.NOTHING_TO_PAY)
    assert suite.controller.total_minted() == 1_000 * MDT


def test_settle__donation_after_submission__moves_no_amount(suite, controller, miners):
    """What reporters signed for cannot be moved: a donation only replaces newly minted tokens."""
    suite.end_epoch()
    suite.submit(suite.report(INPUTS, {miners[0]: 1}))
    before = controller.pending().amounts
    suite.donate(123 * MDT)
    issue(suite.token, controller.address, 5)
    assert controller.pending().amounts == before
    suite.wait()
    controller.settle()
    settled = event(controller, "EpochSettled")
    assert (settled["emission"], settled["recycled"], settled["minted"]) == (790 * MDT, 123 * MDT, 667 * MDT)
    assert held(suite) == [0, 316 * MDT, 316 * MDT, 158 * MDT, 5]


def test_settle__before_the_delay__refused_to_the_second(suite, controller, reported):
    """B6: the delay is in seconds; blocks do not shorten it."""
    settles_at = controller.pending().settles_at
    suite.advance(10_000, seconds=0)
    boa.env.evm.patch.timestamp = settles_at - 1
    with boa.reverts("settle: delay not over"):
        controller.settle()
    boa.env.evm.patch.timestamp = settles_at
    controller.settle()


def test_settle__delay_raised_after_submission__keeps_its_own(suite, controller, owner, reported):
    """B8."""
    settles_at = controller.pending().settles_at
    controller.set_delay(7 * DAY, sender=owner)
    assert controller.pending().settles_at == settles_at
    suite.wait()
    assert suite.now == settles_at
    controller.settle()


def test_settle__long_after_the_deadline__still_settles(suite, controller, reported):
    """A pending report never expires, so nobody gains by delaying its settlement (B11)."""
    suite.advance(10 * suite.schedule.epoch_blocks)
    controller.settle()
    assert controller.epoch_record(0).is_settled


def test_settle__nothing_pending__refused(suite, controller):
    with boa.reverts("report: nothing pending"):
        controller.settle()


def test_settle__twice__refused(suite, controller, reported):
    """A10, B20: one report pays once."""
    suite.wait()
    controller.settle()
    with boa.reverts("report: nothing pending"):
        controller.settle()


def test_settle__while_paused__refused_and_then_paid_as_fixed(suite, controller, guardian, reported):
    """A12: a pause moves no amount."""
    fixed = controller.pending().amounts.emission
    suite.wait()
    controller.pause(3 * DAY, sender=guardian)
    with boa.reverts("guardian: paused"):
        controller.settle()
    boa.env.evm.patch.timestamp += 3 * DAY
    controller.settle()
    assert controller.total_emitted() == fixed


def test_settle__rate_window_full__reverts_and_pays_in_the_next_window(miners):
    """A8: over the window nothing is lost silently: it reverts and is tried again."""
    suite = deploy_suite(window_cap=1_500 * MDT)
    controller = suite.controller
    suite.settle_epoch(FULL, {miners[0]: 1})
    suite.end_epoch()
    suite.submit(suite.report(FULL, {miners[0]: 2}))
    suite.wait()
    with boa.reverts("mdt: over window cap"):
        controller.settle()
    assert controller.status().has_pending
    suite.advance(seconds=suite.settings.emission.window)
    controller.settle()
    assert controller.total_minted() == 2_000 * MDT


def test_settle__minter_revoked_after_submission__waits_and_can_be_cancelled(suite, controller, owner, guardian, reported):
    """A25, X6: a revoked channel mints nothing; its report can be cancelled, and no other comes in that would be clamped to zero for ever."""
    suite.token.revoke_minter(controller, sender=owner)
    suite.wait()
    with boa.reverts("mdt: not a minter"):
        controller.settle()
    controller.cancel_report(sender=guardian)
    with boa.reverts("report: not a minter"):
        suite.submit(suite.report())
    grant_again(suite)
    suite.settle_epoch()
    assert controller.epoch_record(0).emission == suite.schedule.base_reward


@pytest.mark.parametrize("amount", [0, 1, 700 * MDT])
def test_settle__pool_of_another_drawer__all_is_minted(suite, controller, owner, reported, amount):
    """X12: one wei in a pool whose drawer had moved stopped settlement; an empty one did not."""
    if amount:
        suite.donate(amount)
    suite.pool.set_drawer(boa.env.generate_address("another drawer"), sender=owner)
    suite.wait()
    controller.settle()
    assert event(controller, "EpochSettled")["recycled"] == 0
    assert suite.pool.available() == amount
    assert suite.token.minted_by_reason(Mint.EPOCH_EMISSION) == suite.schedule.base_reward


def test_settle__claims__pay_what_was_funded(suite, controller, miners):
    """From a report to miners' wallets: two epochs, one claim each, all of it."""
    first = {miners[0]: 300 * MDT, miners[1]: 100 * MDT}
    suite.settle_epoch(FULL, first)
    second = {miners[0]: 500 * MDT, miners[1]: 150 * MDT, miners[2]: 150 * MDT}
    suite.settle_epoch(FULL, second)
    tree = MerkleTree.build(second.items())
    for miner, cumulative in second.items():
        suite.distributor.claim(miner, cumulative, tree.proof(miner))
        assert suite.token.balanceOf(miner) == cumulative
    assert suite.distributor.unclaimed() == 0


def test_settle__epoch_across_a_halving__paid_pro_rata(miners):
    """A6: 30 blocks, the last 10 of them in era 1: 20/30 + 10/30/2 = 5/6 of 600."""
    suite = deploy_suite(epoch_blocks=30, interval_blocks=50, base_reward=600 * MDT)
    emissions = []
    for _ in range(4):
        suite.settle_epoch()
        emissions.append(event(suite.controller, "EpochSettled")["emission"])
    assert emissions == [600 * MDT, 500 * MDT, 300 * MDT, 200 * MDT]


def test_settle__after_the_last_era__pays_nothing():
    """A5: a schedule of two eras of 40 blocks; epochs of 30."""
    suite = deploy_suite(epoch_blocks=30, interval_blocks=40, halvings=1, base_reward=600 * MDT)
    emissions = []
    for _ in range(4):
        suite.settle_epoch()
        emissions.append(event(suite.controller, "EpochSettled")["emission"])
    assert emissions == [600 * MDT, 400 * MDT, 200 * MDT, 0]
    assert sum(emissions) == 600 * MDT * (40 + 20) // 30


def test_settle__stolen_quorum_for_a_day__no_more_than_the_ceilings(miners, attacker):
    """A24: with every key and U = 1, a day of 60 epochs mints at most 60 ceilings; the last are still pending behind the delay."""
    suite = deploy_suite()
    start = suite.now
    claimed = 0
    while suite.now - start < DAY:
        claimed += 1
        suite.settle_epoch(FULL, {attacker: claimed})
    assert suite.controller.total_minted() <= (DAY // (480 * 3) + 1) * suite.schedule.base_reward
