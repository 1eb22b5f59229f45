import boa

from mdt.addresses import ZERO_ADDRESS
from tests.support.stakes import fields
from tests.support.staking import EPOCH, UNIT


def test_set_notifier__new__takes_over_at_once_and_totals_stay(quiet):
    quiet.staking.notify_reward(EPOCH * UNIT, sender=quiet.notifier)
    successor = quiet.actor("successor")
    quiet.staking.set_notifier(successor, sender=quiet.owner)
    assert fields(quiet.staking, "NotifierSet") == (quiet.notifier, successor)
    assert quiet.staking.notifier() == successor
    assert quiet.staking.network().rewards_received == EPOCH * UNIT
    with boa.reverts("staking: not the notifier"):
        quiet.staking.notify_reward(1, sender=quiet.notifier)
    quiet.staking.notify_reward(UNIT, sender=successor)
    assert quiet.staking.network().rewards_received == (EPOCH + 1) * UNIT
    assert quiet.staking.notifier() == successor


def test_set_notifier__not_the_owner__refused(quiet, attacker):
    with boa.reverts("ownable: caller is not the owner"):
        quiet.staking.set_notifier(attacker, sender=attacker)


def test_set_notifier__zero_or_same__refused(quiet):
    with boa.reverts("staking: zero address"):
        quiet.staking.set_notifier(ZERO_ADDRESS, sender=quiet.owner)
    with boa.reverts("staking: no change"):
        quiet.staking.set_notifier(quiet.notifier, sender=quiet.owner)
