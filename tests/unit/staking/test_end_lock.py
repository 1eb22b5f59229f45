import boa

from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import FEW, fields, units
from tests.support.staking import MINIMUM, MONTH, OWN, UNIT


def test_end_lock__over__every_number_and_event(quiet, attacker):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, MINIMUM, months=12, slot=7)
    unlocks_at = quiet.staking.position(one, owner, 7).unlocks_at
    assert quiet.staking.validator(one).weight == units(2 * MINIMUM, 10_150)
    mine(1, seconds=12 * MONTH)
    quiet.staking.end_lock(one, owner, 7, sender=attacker)
    assert fields(quiet.staking, "LockEnded") == (one, owner, 7, 300)
    assert [type(event).__name__ for event in quiet.staking.get_logs()] == ["LockEnded"]
    assert tuple(quiet.staking.position(one, owner, 7))[:4] == (MINIMUM, MINIMUM, 0, unlocks_at)
    pool = quiet.staking.validator(one)
    assert pool.boosted_shares == 2 * MINIMUM * 10_000
    assert pool.weight == quiet.staking.network().weight == units(2 * MINIMUM)
    assert quiet.solvent()


def test_end_lock__own_stake__by_anyone(quiet, attacker):
    one, operator = quiet.validator("validator")
    quiet.staking.stake(one, 8, 0, 1, sender=operator)
    mine(1, seconds=MONTH)
    quiet.staking.end_lock(one, OWN, 8, sender=attacker)
    assert fields(quiet.staking, "LockEnded") == (one, OWN, 8, 50)
    assert quiet.staking.validator(one).own_staked == MINIMUM


def test_end_lock__a_second_early__refused_then_once(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, MINIMUM, months=1)
    boa.env.evm.patch.timestamp += MONTH - 1
    with boa.reverts("staking: lock not over"):
        quiet.staking.end_lock(one, owner, 0)
    boa.env.evm.patch.timestamp += 1
    quiet.staking.end_lock(one, owner, 0)
    with boa.reverts("staking: lock not over"):
        quiet.staking.end_lock(one, owner, 0)


def test_end_lock__no_lock_or_no_position__refused(quiet, attacker):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, MINIMUM)
    for account, slot in ((owner, 0), (owner, 1), (attacker, 0), (OWN, 8)):
        with boa.reverts("staking: lock not over"):
            quiet.staking.end_lock(one, account, slot)
    with boa.reverts("staking: unknown validator"):
        quiet.staking.end_lock(one + 1, owner, 0)
    with boa.reverts("staking: slot out of range"):
        quiet.staking.end_lock(one, owner, 16)


def test_end_lock__earned_before__stays_an_amount(quiet):
    one, _ = quiet.validator("validator", commission=0)
    owner = quiet.delegator("delegator", one, MINIMUM, months=12)
    mine(1, seconds=12 * MONTH)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(203)
    pending = quiet.pending(one, owner)
    assert 103 * UNIT - pending in FEW  # 10,300 of 20,300
    quiet.staking.end_lock(one, owner, 0)
    assert quiet.pending(one, owner) == pending
    mine(10)
    assert 108 * UNIT - quiet.pending(one, owner) in FEW


def test_end_lock__a_year_untouched__at_most_the_bonus_too_much(quiet):
    """What an expired lock earns from the others of its validator: less than bonus / (10,000 + bonus) of what it earned since."""
    one, operator = quiet.validator("validator", commission=0)
    late = quiet.delegator("late", one, MINIMUM, months=12)
    fair = quiet.delegator("fair", one, MINIMUM)
    mine(1, seconds=12 * MONTH)
    quiet.staking.stake(one, 8, 100 * MINIMUM, 0, sender=operator)
    got = {late: 0, fair: 0}
    for _ in range(12):
        quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
        mine(480, seconds=MONTH)
    for owner in got:
        got[owner] = quiet.pending(one, owner)
    # 10,300 of 1,030,300 and 10,000 of 1,030,300
    assert 5_760 * UNIT * 10_300 // 1_030_300 - got[late] in FEW
    assert 5_760 * UNIT * 10_000 // 1_030_300 - got[fair] in FEW
    due = 5_760 * UNIT // 103  # of 10,300 without a bonus
    assert 0 < got[late] - due < got[late] * 300 // 10_300


def test_end_lock__over_for_a_year__own_stake_takes_at_most_6_per_cent_from_another_validator(quiet):
    one, operator = quiet.validator("validator", commission=0)
    two, _ = quiet.validator("another", commission=0)
    quiet.staking.stake(one, 8, 0, 12, sender=operator)
    mine(1, seconds=24 * MONTH)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(480)
    over = quiet.pending(one) - 240 * UNIT
    # 10,600 of 20,600; what a weight's rounding to 2^20 wei moves is below 10^7 wei
    assert abs(over - (480 * UNIT * 10_600 // 20_600 - 240 * UNIT)) < 10**7
    assert 0 < over < quiet.pending(one) * 600 // 10_600
    assert 480 * UNIT - quiet.pending(one) - quiet.pending(two) in FEW
    quiet.staking.end_lock(one, OWN, 8)
    assert quiet.staking.validator(one).weight == quiet.staking.validator(two).weight


def test_end_lock__not_called__a_claim_ends_it_all_the_same(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, MINIMUM, months=1)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(1, seconds=MONTH)
    quiet.staking.claim(one, owner, 0)
    assert len(events(quiet.staking, "LockEnded")) == 1
    with boa.reverts("staking: lock not over"):
        quiet.staking.end_lock(one, owner, 0)
