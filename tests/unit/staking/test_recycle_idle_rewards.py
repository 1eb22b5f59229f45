import boa

from mdt.model.reasons import Recycle
from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, fields
from tests.support.staking import DUST, EPOCH, MINIMUM, OWN, UNIT


def test_recycle_idle_rewards__nobody_staked__sent_with_its_reason(quiet, attacker):
    """C1"""
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    mine(100)
    assert quiet.staking.network().rewards_idle == 100 * UNIT
    assert quiet.staking.recycle_idle_rewards(sender=attacker) == 100 * UNIT
    (recycled,) = events(quiet.staking, "Recycled")
    assert fields(quiet.staking, "IdleRewardsRecycled") == (100 * UNIT,)
    assert (recycled.source, recycled.reason, recycled.amount) == (quiet.staking.address, Recycle.NO_STAKERS, 100 * UNIT)
    assert quiet.pool.available() == quiet.pool.total_recycled() == 100 * UNIT
    assert quiet.token.allowance(quiet.staking, quiet.pool) == 0
    net = quiet.staking.network()
    assert (net.rewards_idle, net.rewards_recycled) == (0, 100 * UNIT)
    assert quiet.solvent()


def test_recycle_idle_rewards__stakers_come_and_go__only_the_empty_blocks(quiet):
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    mine(100)
    one, operator = quiet.validator("validator")
    mine(50)
    quiet.validators.exit(one, sender=operator)
    mine(30, seconds=DAY)
    idle = quiet.staking.network().rewards_idle
    assert idle - 130 * UNIT in range(DUST)  # the carry of the last staker's division is idle too
    quiet.validators.rejoin(one, sender=operator)
    mine(10_000)
    assert quiet.staking.recycle_idle_rewards() == idle
    assert 350 * UNIT - quiet.staking.claim(one, OWN, 8) - quiet.staking.claim_commission(one) in range(DUST)
    assert quiet.solvent()


def test_recycle_idle_rewards__somebody_staked_all_along__refused(quiet):
    quiet.validator("validator")
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    mine(100)
    with boa.reverts("staking: nothing idle"):
        quiet.staking.recycle_idle_rewards()


def test_recycle_idle_rewards__less_than_a_wei__refused_and_kept(quiet):
    """C29"""
    quiet.staking.notify_reward(1, sender=quiet.notifier)
    mine(EPOCH // 2)
    with boa.reverts("staking: nothing idle"):
        quiet.staking.recycle_idle_rewards()
    mine(EPOCH // 2)
    assert quiet.staking.recycle_idle_rewards() == 1


def test_recycle_idle_rewards__a_wei_and_a_half__the_half_is_kept(quiet):
    """C29"""
    quiet.staking.notify_reward(3, sender=quiet.notifier)
    mine(EPOCH // 2)
    assert quiet.staking.recycle_idle_rewards() == 1
    mine(EPOCH // 2)
    assert quiet.staking.recycle_idle_rewards() == 2


def test_recycle_idle_rewards__settled_often__nothing_counted_twice(quiet):
    """What the last staker's division left becomes idle once, not with every later call."""
    one, operator = quiet.validator("validator", 10_000 * UNIT)
    quiet.staking.notify_reward(EPOCH * UNIT + 1, sender=quiet.notifier)
    mine(7)
    quiet.validators.exit(one, sender=operator)
    received = quiet.staking.claim(one, OWN, 8) + quiet.staking.claim_commission(one)
    for _ in range(EPOCH // 8):
        mine(8)
        received += quiet.staking.recycle_idle_rewards()
    assert EPOCH * UNIT + 1 - received in range(4)  # the fractions of a claim, of a commission and of what is idle
    assert quiet.solvent()


def test_recycle_idle_rewards__principal__never_touched(quiet):
    """C3: neither stakes nor unbonding nor donations are idle rewards."""
    one, operator = quiet.validator("validator", 5 * MINIMUM)
    quiet.validators.exit(one, sender=operator)
    quiet.staking.unstake(one, 8, ALL, sender=operator)
    quiet.token.transfer(quiet.staking, UNIT, sender=operator)
    quiet.staking.slash(one, 0, 0, 5_000, sender=quiet.slasher)
    with boa.reverts("staking: nothing idle"):
        quiet.staking.recycle_idle_rewards()
