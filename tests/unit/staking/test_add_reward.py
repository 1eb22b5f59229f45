"""Staking.add_reward: what schedules pay to validators flows with the epoch rewards."""

from __future__ import annotations

import boa
import pytest

from tests.support.boa_clock import block_number, mine
from tests.support.refusals import refuses
from tests.support.stakes import fields
from tests.support.staking import DUST, EPOCH, UNIT


def test_add_reward__alone__flows_over_the_blocks_it_was_paid_for(quiet):
    one, _ = quiet.validator("validator", commission=0)
    before = quiet.token.balanceOf(quiet.schedules)
    quiet.staking.add_reward(100 * UNIT, 100, sender=quiet.schedules)
    assert fields(quiet.staking, "RewardNotified") == (quiet.schedules, 100 * UNIT, UNIT * UNIT, block_number() + 100)
    assert fields(quiet.staking, "Transfer") == (quiet.schedules, quiet.staking.address, 100 * UNIT)
    net = quiet.staking.network()
    assert (net.epoch_stream_rate, net.epoch_stream_end, net.rewards_received) == (UNIT, block_number() + 100, 100 * UNIT)
    assert quiet.token.balanceOf(quiet.schedules) == before - 100 * UNIT
    mine(99)
    assert 99 * UNIT - quiet.pending(one) in range(DUST)
    mine(1_000)
    assert 100 * UNIT - quiet.pending(one) in range(DUST)
    assert quiet.solvent()


@pytest.mark.parametrize(
    ("blocks", "taken"), [(0, 32), (31, 32), (32, 32), (33, 33), (EPOCH - 1, EPOCH - 1), (EPOCH, EPOCH), (EPOCH + 1, EPOCH), (2**256 - 1, EPOCH)]
)
def test_add_reward__any_length__between_the_least_and_an_epoch(quiet, blocks, taken):
    quiet.staking.add_reward(UNIT, blocks, sender=quiet.schedules)
    assert quiet.staking.network().epoch_stream_end == block_number() + taken


@pytest.mark.parametrize(("blocks", "length"), [(32, 200), (199, 200), (200, 200), (202, 200), (203, 201), (205, 201), (206, 202), (EPOCH, 293)])
def test_add_reward__epoch_rewards_flow__both_end_with_them_or_with_the_mean_by_amount(quiet, blocks, length):
    one, _ = quiet.validator("validator", commission=0)
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    mine(EPOCH - 200)
    quiet.staking.add_reward(100 * UNIT, blocks, sender=quiet.schedules)
    net = quiet.staking.network()
    assert net.epoch_stream_end == block_number() + length
    assert net.epoch_stream_rate == 300 * UNIT // length
    assert 300 * UNIT // (length + 1) <= UNIT + 100 * UNIT // blocks
    mine(length)
    assert (EPOCH + 100) * UNIT - quiet.pending(one) in range(DUST)


def test_add_reward__paid_block_by_block__stream_ends_no_later_than_if_paid_at_once(quiet):
    """Whoever has a schedule paid for every interval moves the end on by nothing."""
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    end = block_number() + EPOCH
    for _ in range(50):
        quiet.staking.add_reward(UNIT, 40, sender=quiet.schedules)
        mine(1)
    assert quiet.staking.network().epoch_stream_end == end
    mine(EPOCH)
    for _ in range(50):
        quiet.staking.add_reward(UNIT, 40, sender=quiet.schedules)
        assert quiet.staking.network().epoch_stream_end <= block_number() + 40
        mine(1)


def test_add_reward__a_wei_in_each_block__hardly_moves_the_end(quiet):
    """Whoever funds a schedule with a wei and has it paid in each block could keep the stream as thin as an epoch's for ever."""
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    for _ in range(EPOCH):
        quiet.staking.add_reward(1, EPOCH, sender=quiet.schedules)
        mine(1)
    net = quiet.staking.network()
    assert net.epoch_stream_rate * (net.epoch_stream_end - block_number()) < 32 * UNIT, "of the least length a stream has, and no more"


def test_add_reward__notified_afterwards__an_epoch_more(quiet):
    quiet.staking.add_reward(UNIT, 40, sender=quiet.schedules)
    quiet.staking.notify_reward(UNIT, sender=quiet.notifier)
    assert quiet.staking.network().epoch_stream_end == block_number() + 40 + EPOCH


def test_add_reward__somebody_else__refused(quiet, attacker):
    for caller in (attacker, quiet.owner, quiet.notifier):
        with boa.reverts("staking: not the schedules"):
            quiet.staking.add_reward(1, 32, sender=caller)
    with boa.reverts("staking: not the notifier"):
        quiet.staking.notify_reward(1, sender=quiet.schedules)


def test_add_reward__nothing__refused(quiet):
    with boa.reverts("staking: zero amount"):
        quiet.staking.add_reward(0, 32, sender=quiet.schedules)


def test_add_reward__model__the_same(quiet):
    model = quiet.model()
    quiet.staking.add_reward(777, 1_000, sender=quiet.schedules)
    model.add_reward(quiet.schedules, 777, 1_000)
    mine(5)
    quiet.staking.add_reward(3, 0, sender=quiet.schedules)
    model.add_reward(quiet.schedules, 3, 0)
    net, stream = quiet.staking.network(), model.ledger.epoch_stream
    assert (net.epoch_stream_end, net.rewards_received) == (stream.end, model.rewards_received)
    with refuses("staking: not the schedules"):
        model.add_reward(quiet.notifier, 1, 32)
    with refuses("staking: zero amount"):
        model.add_reward(quiet.schedules, 0, 32)
