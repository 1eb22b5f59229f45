"""Staking.set_block_reward: the block reward's successor takes its place, and every block's reward flows once."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Mint
from mdt.preset.settings import load
from tests.support.block_reward import deploy_block_reward, events, grant_channel, schedule_of
from tests.support.boa_clock import block_number, mine
from tests.support.stakes import fields
from tests.support.staking import DUST, PRESET, deploy_suite

REWARD = PRESET.halving.initial_reward
SCHEDULE = schedule_of("adr-literal")
LYING = """
predecessor: address
released: uint256
@deploy
def __init__(_predecessor: address, _released: uint256):
    self.predecessor = _predecessor
    self.released = _released
@external
@view
def taken_over_from() -> address:
    return self.predecessor
@external
def release() -> uint256:
    return 0
@external
@view
def statement(_recipient: address, _block: uint256) -> (uint256, uint256, uint256):
    return self.released, 0, 0
"""


def take_over(suite, is_released=True):
    """The successor, which has taken over and is no source yet."""
    new = deploy_block_reward(suite.token, suite.owner, SCHEDULE, predecessor=suite.reward)
    if is_released:
        suite.reward.release()
    suite.token.revoke_minter(suite.reward, sender=suite.owner)
    new.take_over(sender=suite.owner)
    new.set_recipient(suite.staking, sender=suite.owner)
    return new


def test_set_block_reward__successor__every_block_flows_once_at_the_schedule_rate(suite):
    """X5: what the old one released and nobody pulled is counted; the new one goes on from its block."""
    one, _ = suite.validator("validator", commission=0)
    suite.staking.pull_block_rewards()
    mine(7)
    new = take_over(suite)
    suite.staking.set_block_reward(new, sender=suite.owner)
    assert fields(suite.staking, "BlockRewardSet") == (suite.reward.address, new.address)
    assert suite.staking.block_reward() == new.address
    assert suite.staking.network().pulled_through == block_number()
    assert suite.staking.network().rewards_received == suite.reward.released_to(suite.staking)
    grant_channel(suite.token, new, load("adr-literal").halving, cap=10**24)
    mine(5)
    assert suite.staking.pull_block_rewards() == 5 * REWARD
    net = suite.staking.network()
    assert (net.block_stream_rate, net.rewards_received) == (REWARD, suite.reward.scheduled_through(block_number()))
    assert suite.solvent()
    mine(30)
    assert net.rewards_received - suite.pending(one) in range(DUST), "and all of it flows"


def test_set_block_reward__unpulled_rewards_of_the_old_one__are_streamed_by_the_same_call(suite):
    suite.staking.pull_block_rewards()
    mine(9)
    new = take_over(suite)
    suite.staking.set_block_reward(new, sender=suite.owner)
    (pulled,) = events(suite.staking, "BlockRewardsPulled")
    assert pulled.amount == 9 * REWARD
    assert suite.staking.network().block_stream_rate == REWARD
    assert suite.solvent()


def test_set_block_reward__arrears_of_the_old_one__flow_from_the_new_one(suite):
    suite.staking.pull_block_rewards()
    mine(9)
    new = take_over(suite, is_released=False)
    suite.staking.set_block_reward(new, sender=suite.owner)
    assert events(suite.staking, "BlockRewardsPulled") == []
    grant_channel(suite.token, new, load("adr-literal").halving, cap=10**24)
    mine(3)
    assert suite.staking.pull_block_rewards() == 12 * REWARD
    assert suite.staking.network().block_stream_rate == REWARD


def test_set_block_reward__released_by_the_new_one_before__is_counted(suite):
    mine(4)
    new = take_over(suite)
    grant_channel(suite.token, new, load("adr-literal").halving, cap=10**24)
    mine(6)
    new.release()
    suite.staking.set_block_reward(new, sender=suite.owner)
    assert suite.staking.pull_block_rewards() == 6 * REWARD
    assert suite.staking.network().rewards_received == suite.token.minted_by_reason(Mint.BLOCK_REWARD)
    assert suite.solvent()


def test_set_block_reward__has_not_taken_over__refused(suite):
    """Also what never names it, and the source there is: else one would be counted twice."""
    waiting = deploy_block_reward(suite.token, suite.owner, SCHEDULE, predecessor=suite.reward)
    strange = deploy_block_reward(suite.token, suite.owner, SCHEDULE)
    for source in (waiting, strange, suite.reward):
        with boa.reverts("staking: has not taken over"):
            suite.staking.set_block_reward(source, sender=suite.owner)


def test_set_block_reward__back_to_the_old_one__refused(suite):
    new = take_over(suite)
    suite.staking.set_block_reward(new, sender=suite.owner)
    with boa.reverts("staking: has not taken over"):
        suite.staking.set_block_reward(suite.reward, sender=suite.owner)


def test_set_block_reward__account_without_code__reverts(suite):
    with boa.reverts("staking: has not taken over"):
        suite.staking.set_block_reward(suite.owner, sender=suite.owner)
    assert suite.staking.block_reward() == suite.reward.address


def test_set_block_reward__anybody_else__refused(suite):
    new = take_over(suite)
    for caller in (suite.notifier, suite.slasher, boa.env.generate_address("attacker")):
        with boa.reverts("ownable: caller is not the owner"):
            suite.staking.set_block_reward(new, sender=caller)


@pytest.mark.parametrize("claimed", [1, 10**30, 2**128])
def test_pull_block_rewards__source_that_lies__turns_no_stake_into_rewards(suite, claimed):
    """Whoever the owner is: a source is believed as far as the token has minted block rewards."""
    suite.validator("validator")
    suite.staking.pull_block_rewards()
    lying = boa.loads(LYING, suite.reward.address, claimed)
    suite.staking.set_block_reward(lying, sender=suite.owner)
    assert suite.staking.pull_block_rewards() == 0
    assert suite.staking.network().rewards_received == suite.token.minted_by_reason(Mint.BLOCK_REWARD)
    assert suite.solvent()


def test_replace__three_times_in_random_blocks__nothing_is_lost_or_counted_twice():
    suite = deploy_suite()
    for blocks in (11, 1, 40):
        mine(blocks)
        if blocks % 2:
            suite.staking.pull_block_rewards()
        suite.replace_reward()
        mine(3)
        suite.staking.pull_block_rewards()
        net = suite.staking.network()
        assert net.rewards_received == suite.reward.scheduled_through(block_number()) == suite.token.balanceOf(suite.staking)
        assert net.block_stream_rate <= REWARD
    assert suite.reward.released_before() > 0
