import boa

from mdt.model.halving import HalvingSchedule
from mdt.model.stream import LAST_END
from mdt.preset.settings import load
from mdt.units import DAY
from tests.support.block_reward import events, grant_channel, schedule_of
from tests.support.boa_clock import block_number, mine
from tests.support.stakes import fields
from tests.support.staking import DUST, EPOCH, PRESET, UNIT, deploy_suite

REWARD = PRESET.halving.initial_reward
LUXTENSOR = load("luxtensor").halving


def test_pull_block_rewards__first__streamed_at_the_schedule_rate(suite):
    one, _ = suite.validator("validator", commission=0)
    mine(9)
    assert suite.staking.pull_block_rewards() == 10 * REWARD
    assert fields(suite.staking, "BlockRewardsPulled") == (10 * REWARD, REWARD * UNIT, block_number() + 10)
    net = suite.staking.network()
    assert (net.block_stream_rate, net.block_stream_end) == (REWARD, block_number() + 10)
    assert (net.rewards_received, net.pulled_through) == (10 * REWARD, block_number())
    assert suite.pending(one) == 0
    mine(4)
    assert 4 * REWARD - suite.pending(one) in range(DUST)
    assert suite.solvent()


def test_pull_block_rewards__twice_in_a_block__second_adds_nothing(suite):
    """A10"""
    suite.staking.pull_block_rewards()
    before = suite.staking.network()
    assert suite.staking.pull_block_rewards() == 0
    assert events(suite.staking, "BlockRewardsPulled") == []
    assert suite.staking.network() == before


def test_pull_block_rewards__released_by_another__not_lost(suite):
    mine(9)
    suite.reward.release()
    mine(5)
    suite.reward.release()
    assert suite.staking.pull_block_rewards() == 15 * REWARD
    assert suite.staking.network().block_stream_rate == REWARD
    suite.reward.release()
    assert suite.staking.pull_block_rewards() == 0
    assert suite.solvent()


def test_pull_block_rewards__many_times__each_block_counted_once(suite):
    suite.staking.pull_block_rewards()
    for blocks in (3, 1, 20, 7):
        mine(blocks)
        assert suite.staking.pull_block_rewards() == blocks * REWARD
        assert suite.staking.network().rewards_received == suite.reward.released_to(suite.staking)
        assert suite.staking.network().block_stream_rate == REWARD


def test_pull_block_rewards__before_the_start__nothing_and_no_block_counted():
    suite = deploy_suite(start_delay=100)
    mine(50)
    assert suite.staking.pull_block_rewards() == 0
    mine(60)
    assert suite.staking.pull_block_rewards() == 10 * REWARD
    assert suite.staking.network().block_stream_rate == REWARD
    assert suite.staking.network().block_stream_end == block_number() + 10


def test_pull_block_rewards__no_recipient__refused_with_its_reason():
    suite = deploy_suite(is_recipient=False)
    with boa.reverts("reward: no recipient"):
        suite.staking.pull_block_rewards()


def test_pull_block_rewards__wired_late__backlog_at_the_schedule_rate():
    """What was earned before this contract was the recipient is streamed block for block, not at once."""
    suite = deploy_suite(is_recipient=False)
    mine(1000)
    suite.reward.set_recipient(boa.env.generate_address("first"), sender=suite.owner)
    assert suite.staking.pull_block_rewards() == 0  # mints to the other, counts no block for this one
    suite.reward.set_recipient(suite.staking, sender=suite.owner)
    mine(10)
    assert suite.staking.pull_block_rewards() == 10 * REWARD
    assert suite.staking.network().block_stream_rate == REWARD


def test_pull_block_rewards__arrears__never_above_the_schedule_rate():
    """A used-up rate window: what could not be minted is streamed later, block for block."""
    suite = deploy_suite(window_cap=5 * REWARD)
    mine(20)
    assert suite.staking.pull_block_rewards() == 5 * REWARD
    assert suite.staking.network().block_stream_rate == REWARD // 4
    end = suite.staking.network().block_stream_end
    mine(1, seconds=DAY)
    assert suite.staking.pull_block_rewards() == 5 * REWARD  # one block since the last pull
    net = suite.staking.network()
    assert net.block_stream_end == end + 5
    assert net.block_stream_rate == (5 * REWARD * 19 // 20 + 5 * REWARD) // 24 < REWARD


def test_pull_block_rewards__arrears_after_the_last_era__over_an_epoch():
    schedule = HalvingSchedule(initial=4 * UNIT, interval=10, halvings=1)
    suite = deploy_suite(schedule=schedule, window_cap=10 * UNIT)
    mine(40)
    assert suite.staking.pull_block_rewards() == 10 * UNIT
    mine(1, seconds=DAY)
    end = suite.staking.network().block_stream_end
    assert suite.staking.pull_block_rewards() == 10 * UNIT
    assert suite.staking.network().block_stream_end == end + EPOCH


def test_pull_block_rewards__arrears_of_decades__paid_by_the_last_block_there_is():
    """At the reward of a late era, the arrears of early ones would need more blocks than the ledger can count: never refused."""
    suite = deploy_suite(schedule=schedule_of("luxtensor"), window_cap=UNIT)
    one, _ = suite.validator("validator", commission=0)
    for _ in range(8):
        mine(LUXTENSOR.interval_blocks)
        suite.staking.pull_block_rewards()  # what the window does not let through waits
    suite.token.revoke_minter(suite.reward, sender=suite.owner)
    grant_channel(suite.token, suite.reward, LUXTENSOR)
    mine(1)
    amount = suite.staking.pull_block_rewards()
    assert amount // suite.reward.reward_at(block_number() - 1) > LAST_END
    net = suite.staking.network()
    assert net.block_stream_end == LAST_END
    assert net.block_stream_rate > suite.reward.reward_at(block_number())
    mine(1)
    assert suite.staking.pull_block_rewards() > 0  # and goes on from there
    mine(LAST_END - block_number())
    assert suite.staking.network().rewards_received - suite.pending(one) in range(DUST)
    assert suite.solvent()


def test_pull_block_rewards__minter_revoked__returns_nothing_and_wedges_nothing(suite):
    one, operator = suite.validator("validator")
    suite.token.revoke_minter(suite.reward, sender=suite.owner)
    mine(10)
    assert suite.staking.pull_block_rewards() == 0
    suite.staking.stake(one, 8, UNIT, 0, sender=operator)


def test_pull_block_rewards__late__pays_the_late_joiner_no_backlog(suite):
    """A joiner right before a late pull gets its share of one block's reward per block, like everybody else."""
    early, _ = suite.validator("early", commission=0)
    mine(10_000)
    late, _ = suite.validator("late", commission=0)
    suite.staking.pull_block_rewards()
    assert suite.pending(late) == 0
    mine(10)
    assert 5 * REWARD - suite.pending(late) in range(DUST)
    assert suite.pending(early) == suite.pending(late)


def test_pull_block_rewards__empty_pulls_while_nothing_is_mintable__do_not_stretch_the_arrears():
    """X9: one pull that brought nothing counted the blocks as paid; at a later era's reward their arrears flowed for many times as long."""
    schedule = HalvingSchedule(initial=16 * UNIT, interval=2_000, halvings=4)
    ends = []
    for pulls in ([], [5_999], [1, 2_000, 4_100, 5_999]):
        with boa.env.anchor():
            suite = deploy_suite(schedule=schedule)
            suite.staking.pull_block_rewards()
            rules = suite.token.minter(suite.reward)
            suite.token.revoke_minter(suite.reward, sender=suite.owner)
            done = 0
            for block in pulls:
                mine(block - done)
                done = block
                assert suite.staking.pull_block_rewards() == 0
            mine(6_000 - done)
            assert suite.staking.network().pulled_through == block_number() - 6_000
            grant_channel(suite.token, suite.reward, PRESET.halving, cap=rules.lifetime_cap)
            assert suite.staking.pull_block_rewards() == 2_000 * (16 + 8 + 4) * UNIT
            ends.append(suite.staking.network().block_stream_end - block_number())
    assert ends == [6_000] * 3


def test_pull_block_rewards__nothing_owed__counts_the_blocks(suite):
    """Rewards that went to another recipient are not this one's to wait for."""
    suite.reward.set_recipient(boa.env.generate_address("other"), sender=suite.owner)
    suite.staking.pull_block_rewards()
    mine(50)
    assert suite.staking.pull_block_rewards() == 0
    assert suite.staking.network().pulled_through == block_number()
