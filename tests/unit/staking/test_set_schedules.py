import boa

from mdt.addresses import ZERO_ADDRESS
from tests.support.refusals import refuses
from tests.support.stakes import fields
from tests.support.staking import UNIT


def test_set_schedules__new__takes_over_at_once(quiet):
    successor = quiet.actor("successor")
    assert quiet.staking.schedules() == quiet.schedules
    quiet.staking.set_schedules(successor, sender=quiet.owner)
    assert fields(quiet.staking, "SchedulesSet") == (quiet.schedules, successor)
    assert quiet.staking.schedules() == successor
    with boa.reverts("staking: not the schedules"):
        quiet.staking.add_reward(1, 32, sender=quiet.schedules)
    quiet.staking.add_reward(UNIT, 32, sender=successor)
    assert quiet.staking.network().rewards_received == UNIT


def test_set_schedules__not_the_owner__refused(quiet, attacker):
    for caller in (attacker, quiet.schedules):
        with boa.reverts("ownable: caller is not the owner"):
            quiet.staking.set_schedules(attacker, sender=caller)


def test_set_schedules__zero_or_same__refused(quiet):
    model = quiet.model()
    for value, reason in ((ZERO_ADDRESS, "staking: zero address"), (quiet.schedules, "staking: no change")):
        with boa.reverts(reason):
            quiet.staking.set_schedules(value, sender=quiet.owner)
        with refuses(reason):
            model.set_schedules(quiet.owner, value)
