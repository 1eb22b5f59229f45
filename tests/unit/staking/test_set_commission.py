import boa

from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import FEW, fields
from tests.support.staking import UNIT


def test_set_commission__lower_and_higher__from_this_block_on_and_event(quiet):
    one, _ = quiet.validator("validator", commission=1_000)
    registry = quiet.validators.address
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    quiet.staking.set_commission(one, 0, sender=registry)
    assert fields(quiet.staking, "CommissionSet") == (one, 1_000, 0)
    assert events(quiet.staking, "StatusChanged") == []
    assert quiet.staking.validator(one).commission_bps == 0
    mine(10)
    quiet.staking.set_commission(one, 2_000, sender=registry)
    assert fields(quiet.staking, "CommissionSet") == (one, 0, 2_000)
    mine(10)
    assert 3 * UNIT - quiet.staking.validator(one).commission_owed in FEW
    assert 27 * UNIT - quiet.pending(one) in FEW
    assert quiet.solvent()


def test_set_commission__too_high__refused(quiet):
    one, _ = quiet.validator("validator")
    for bps in (2_001, 10_001, 2**256 - 1):
        with boa.reverts("staking: commission too high"):
            quiet.staking.set_commission(one, bps, sender=quiet.validators.address)


def test_set_commission__same__refused(quiet):
    one, _ = quiet.validator("validator", commission=1_000)
    with boa.reverts("staking: same commission"):
        quiet.staking.set_commission(one, 1_000, sender=quiet.validators.address)


def test_set_commission__unknown_validator__refused(quiet):
    with boa.reverts("staking: unknown validator"):
        quiet.staking.set_commission(1, 1_000, sender=quiet.validators.address)


def test_set_commission__not_the_registry__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    for caller in (attacker, operator, quiet.owner, quiet.slasher):
        with boa.reverts("staking: not the registry"):
            quiet.staking.set_commission(one, 0, sender=caller)
