import boa

from mdt.model.stream import SCALE
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, FEW, fields
from tests.support.staking import BURSE, COMMISSION, MINIMUM, MONTH, OWN, UNBONDING, UNIT


def test_claim__delegation__every_number_and_event(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 3 * MINIMUM, slot=5)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    pending = quiet.pending(one, owner, 5)
    assert 675 * UNIT // 100 - pending in FEW  # three quarters of nine tenths of ten
    before = quiet.staking.validator(one)
    assert quiet.staking.claim(one, owner, 5, sender=owner) == pending
    assert fields(quiet.staking, "RewardClaimed") == (one, owner, 5, owner, pending)
    assert fields(quiet.staking, "Transfer") == (quiet.staking.address, owner, pending)
    assert quiet.token.balanceOf(owner) == BURSE - 3 * MINIMUM + pending
    net = quiet.staking.network()
    assert (net.rewards_paid, net.rewards_received, net.principal) == (pending, 480 * UNIT, 4 * MINIMUM)
    assert tuple(quiet.staking.position(one, owner, 5)) == (3 * MINIMUM, 3 * MINIMUM, 0, 0, COMMISSION, 0, 0)
    assert quiet.staking.validator(one) == before  # nobody else's numbers move
    assert quiet.solvent()


def test_claim__own_stake__paid_to_the_operator_by_anyone(quiet, attacker):
    one, operator = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    amount = quiet.staking.claim(one, OWN, 8, sender=attacker)
    assert fields(quiet.staking, "RewardClaimed") == (one, OWN, 8, operator, amount)
    assert 9 * UNIT - amount in FEW
    assert quiet.token.balanceOf(operator) == BURSE - MINIMUM + amount
    assert quiet.token.balanceOf(attacker) == 0


def test_claim__own_stake_of_a_validator_handed_over__paid_to_the_new_owner(quiet, attacker):
    one, operator = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    heir = str(boa.env.generate_address("heir"))
    quiet.validators.propose_owner(one, heir, sender=operator)
    quiet.validators.accept_owner(one, sender=heir)
    amount = quiet.staking.claim(one, OWN, 8)
    assert quiet.token.balanceOf(heir) == amount


def test_claim__by_a_stranger__pays_the_owner_only(quiet, attacker):
    """C12: a forced claim moves nothing but what was owed, and costs the owner nothing of what comes."""
    one, _ = quiet.validator("validator")
    owner, twin = (quiet.delegator(name, one, MINIMUM) for name in ("delegator", "twin"))
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    for _ in range(2):
        mine(10)
        quiet.staking.claim(one, owner, 0, sender=attacker)
    quiet.staking.claim(one, twin, 0, sender=twin)
    assert quiet.token.balanceOf(attacker) == 0
    assert quiet.token.balanceOf(owner) == quiet.token.balanceOf(twin)


def test_claim__recipient_chosen__paid_there(quiet, attacker):
    one, operator = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, MINIMUM)
    safe, vault = (str(boa.env.generate_address(name)) for name in ("safe", "vault"))
    quiet.staking.set_recipient(safe, sender=owner)
    quiet.staking.set_recipient(vault, sender=operator)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    amount = quiet.staking.claim(one, owner, 0, sender=attacker)
    assert fields(quiet.staking, "RewardClaimed") == (one, owner, 0, safe, amount)
    assert quiet.token.balanceOf(safe) == amount
    amount = quiet.staking.claim(one, OWN, 8, sender=attacker)
    assert fields(quiet.staking, "RewardClaimed") == (one, OWN, 8, vault, amount)
    assert quiet.token.balanceOf(vault) == amount


def test_claim__lock_is_over__ends_with_it(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, MINIMUM, months=2)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10, seconds=2 * MONTH - 1)
    quiet.staking.claim(one, owner, 0)
    assert events(quiet.staking, "LockEnded") == []
    assert quiet.staking.position(one, owner, 0).bonus_bps == 50
    mine(10, seconds=1)
    pending = quiet.pending(one, owner)
    quiet.staking.claim(one, owner, 0)
    assert fields(quiet.staking, "LockEnded") == (one, owner, 0, 50)
    assert fields(quiet.staking, "RewardClaimed") == (one, owner, 0, owner, pending)
    assert quiet.staking.position(one, owner, 0).bonus_bps == 0
    assert quiet.staking.validator(one).boosted_shares == 2 * MINIMUM * 10_000
    mine(10)
    assert 45 * UNIT // 10 - quiet.pending(one, owner) in FEW
    assert quiet.solvent()


def test_claim__nothing_earned__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    for owner, slot in ((OWN, 8), (OWN, 0), (operator, 8), (attacker, 0)):
        with boa.reverts("staking: nothing to claim"):
            quiet.staking.claim(one, owner, slot)


def test_claim__twice_in_a_block__second_refused(quiet):
    one, _ = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(1)
    quiet.staking.claim(one, OWN, 8)
    with boa.reverts("staking: nothing to claim"):
        quiet.staking.claim(one, OWN, 8)


def test_claim__unknown_validator_or_slot__refused(quiet):
    one, operator = quiet.validator("validator")
    with boa.reverts("staking: unknown validator"):
        quiet.staking.claim(one + 1, operator, 0)
    for slot in (16, 2**256 - 1):
        with boa.reverts("staking: slot out of range"):
            quiet.staking.claim(one, operator, slot)


def test_claim__every_block_or_once__same_total(quiet):
    """C29: the fraction of a wei a claim leaves is paid with a later one."""
    one, _ = quiet.validator("validator", commission=0)
    often, rarely = (quiet.delegator(name, one, MINIMUM) for name in ("often", "rarely"))
    quiet.staking.notify_reward(3_000_007, sender=quiet.notifier)  # about 6,250.01 wei a block
    start = quiet.token.balanceOf(often)
    for _ in range(480):
        mine(1)
        if quiet.pending(one, often):
            quiet.staking.claim(one, often, 0)
    quiet.staking.claim(one, rarely, 0)
    assert quiet.token.balanceOf(often) == quiet.token.balanceOf(rarely)
    earned = quiet.token.balanceOf(often) - start
    assert quiet.pending(one) == earned
    assert 3_000_007 - 3 * earned in range(3 * MINIMUM // SCALE + 4)


def test_claim__after_leaving_or_jailed__still_paid(quiet):
    one, _ = quiet.validator("validator", commission=0)
    owner = quiet.delegator("delegator", one, MINIMUM)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    quiet.staking.slash(one, 0, 0, 5_000, sender=quiet.slasher)
    mine(10, seconds=UNBONDING)
    assert 5 * UNIT - quiet.staking.claim(one, owner, 0) in FEW
    assert 5 * UNIT - quiet.staking.claim(one, OWN, 8) in FEW
    assert quiet.solvent()
