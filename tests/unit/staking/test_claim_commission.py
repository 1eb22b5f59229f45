import boa
import pytest

from tests.support.boa_clock import mine
from tests.support.stakes import FEW, fields, slash
from tests.support.staking import BURSE, MINIMUM, OWN, UNIT


def earned(suite, commission, amount=480 * UNIT):
    """A validator whose delegators hold three quarters, after everything has flowed."""
    one, operator = suite.validator("validator", commission=commission)
    owner = suite.delegator("delegator", one, 3 * MINIMUM)
    suite.staking.notify_reward(amount, sender=suite.notifier)
    mine(480)
    return one, operator, owner


def test_claim_commission__ten_per_cent__every_number_and_event(quiet, attacker):
    one, operator, owner = earned(quiet, 1_000)
    owed = quiet.staking.validator(one).commission_owed
    assert 48 * UNIT - owed in FEW
    assert 324 * UNIT - quiet.pending(one, owner) in FEW
    assert 108 * UNIT - quiet.pending(one) in FEW
    before = quiet.pending(one, owner), quiet.pending(one)
    assert quiet.staking.claim_commission(one, sender=attacker) == owed
    assert fields(quiet.staking, "CommissionClaimed") == (one, operator, owed)
    assert fields(quiet.staking, "Transfer") == (quiet.staking.address, operator, owed)
    assert quiet.token.balanceOf(operator) == BURSE - MINIMUM + owed
    assert quiet.staking.validator(one).commission_owed == 0
    assert quiet.staking.network().rewards_paid == owed
    assert (quiet.pending(one, owner), quiet.pending(one)) == before
    assert quiet.solvent()


@pytest.mark.parametrize(("commission", "expected"), [(0, 0), (1, 480 * UNIT // 10_000), (2_000, 96 * UNIT)])
def test_claim_commission__rate__that_part_of_all_it_earned(quiet, commission, expected):
    one, _, owner = earned(quiet, commission)
    owed = quiet.staking.validator(one).commission_owed
    assert abs(expected - owed) <= 1
    assert 480 * UNIT - owed - quiet.pending(one) - quiet.pending(one, owner) in FEW


def test_claim_commission__nothing__refused(quiet):
    one, _, _ = earned(quiet, 0)
    with boa.reverts("staking: nothing to claim"):
        quiet.staking.claim_commission(one)
    with boa.reverts("staking: unknown validator"):
        quiet.staking.claim_commission(one + 1)


def test_claim_commission__twice_in_a_block__second_refused(quiet):
    one, _, _ = earned(quiet, 1_000)
    quiet.staking.claim_commission(one)
    with boa.reverts("staking: nothing to claim"):
        quiet.staking.claim_commission(one)


def test_claim_commission__often_or_once__same_total(quiet):
    """C29: the fraction of a wei that a claim leaves stays owed."""
    first, _ = quiet.validator("first", commission=777)
    second, operator = quiet.validator("second", commission=777)
    quiet.staking.notify_reward(480_001, sender=quiet.notifier)
    total = 0
    for _ in range(48):
        mine(10)
        total += quiet.staking.claim_commission(first)
    assert total == quiet.staking.claim_commission(second) == 240_000 * 777 // 10_000  # 240,000.5 before the commission
    assert quiet.token.balanceOf(operator) == BURSE - MINIMUM + total


def test_claim_commission__recipient_chosen__paid_there(quiet):
    one, operator, _ = earned(quiet, 1_000)
    safe = str(boa.env.generate_address("safe"))
    quiet.staking.set_recipient(safe, sender=operator)
    owed = quiet.staking.claim_commission(one)
    assert fields(quiet.staking, "CommissionClaimed") == (one, safe, owed)
    assert quiet.token.balanceOf(safe) == owed


def test_claim_commission__changed_on_the_way__each_block_at_the_rate_of_its_time(quiet):
    one, operator = quiet.validator("validator", commission=2_000)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100)
    quiet.validators.set_commission(one, 500, sender=operator)
    mine(100)
    assert 25 * UNIT - quiet.staking.validator(one).commission_owed in FEW
    assert 175 * UNIT - quiet.pending(one) in FEW


def test_claim_commission__jailed__still_paid(quiet):
    one, _, _ = earned(quiet, 1_000)
    slash(quiet, one, 5_000)
    assert 48 * UNIT - quiet.staking.claim_commission(one) in FEW
    assert quiet.solvent()


def test_claim_commission__remainder_of_the_division__goes_to_the_operator(quiet):
    """Less than a unit of 2^-96 wei per boosted share cannot be shared out: no wei of what came in is lost but the network's carry."""
    one, operator = quiet.validator("validator", commission=0)
    owners = [quiet.delegator(f"delegator {index}", one, 10**6 + index) for index in range(3)]
    quiet.staking.notify_reward(1_000, sender=quiet.notifier)
    for _ in range(480):
        mine(1)
        quiet.staking.stake(one, 8, 1, 0, sender=operator)  # settles: a division in every block
    shares = [(one, owner, 0) for owner in owners] + [(one, OWN, 8)]
    pending = sum(quiet.staking.position(*key).pending_reward for key in shares)
    pool = quiet.staking.validator(one)
    assert pool.commission_owed == 0  # 480 remainders of less than 2^-96 wei x 10^24 are below a wei
    assert 1_000 - pending in FEW
