import boa

from mdt.model.stream import SCALE
from tests.support.block_reward import events
from tests.support.staking import DUST, MINIMUM, UNIT, mine


def test_claim__earned__paid_and_event(quiet):
    validator = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    pending, before = quiet.staking.pending_reward(validator), quiet.token.balanceOf(validator)
    assert quiet.staking.claim(validator, sender=validator) == pending
    (event,) = events(quiet.staking, "RewardClaimed")
    assert (event.validator, event.owner, event.amount) == (validator, validator, pending)
    assert 10 * UNIT - pending in range(DUST)
    assert quiet.token.balanceOf(validator) == before + pending
    assert quiet.staking.network().rewards_paid == pending
    assert quiet.staking.pending_reward(validator) == quiet.staking.position(validator).pending_reward == 0
    assert quiet.solvent()


def test_claim__by_a_stranger__pays_the_owner_only(quiet, attacker):
    """C12: a forced claim moves nothing but what was owed, and costs the owner nothing of what comes."""
    validator, twin = quiet.validator("validator"), quiet.validator("twin")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    quiet.staking.claim(validator, sender=attacker)
    assert quiet.token.balanceOf(attacker) == 0
    mine(10)
    quiet.staking.claim(validator, sender=attacker)
    quiet.staking.claim(twin, sender=twin)
    assert quiet.token.balanceOf(validator) == quiet.token.balanceOf(twin)


def test_claim__nothing_earned__refused(quiet, attacker):
    validator = quiet.validator("validator")
    for owner in (validator, attacker):
        with boa.reverts("staking: nothing to claim"):
            quiet.staking.claim(owner)


def test_claim__twice_in_a_block__second_refused(quiet):
    validator = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(1)
    quiet.staking.claim(validator)
    with boa.reverts("staking: nothing to claim"):
        quiet.staking.claim(validator)


def test_claim__every_block_or_once__same_total(quiet):
    """C29: the fraction of a wei a claim leaves is paid with a later one."""
    often, rarely, third = (quiet.validator(name) for name in ("often", "rarely", "third"))
    quiet.staking.notify_reward(3_000_007, sender=quiet.notifier)  # about 6,250.01 wei a block
    start = quiet.token.balanceOf(often)
    for _ in range(480):
        mine(1)
        if quiet.staking.pending_reward(often):
            quiet.staking.claim(often)
    quiet.staking.claim(rarely)
    assert quiet.token.balanceOf(often) == quiet.token.balanceOf(rarely)
    earned = quiet.token.balanceOf(often) - start
    assert quiet.staking.pending_reward(third) == earned
    assert 3_000_007 - 3 * earned in range(3 * MINIMUM // SCALE + 4)


def test_claim__after_leaving__still_paid(quiet):
    validator = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    quiet.staking.unstake(MINIMUM, sender=validator)
    mine(10)
    assert 10 * UNIT - quiet.staking.claim(validator) in range(DUST)
