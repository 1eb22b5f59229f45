import boa

from mdt.addresses import ZERO_ADDRESS
from tests.support.stakes import fields, overturn, slash, uphold
from tests.support.staking import MINIMUM


def test_set_slasher__new__takes_over_at_once(quiet):
    one, _ = quiet.validator("validator")
    successor = quiet.actor("successor")
    quiet.staking.set_slasher(successor, sender=quiet.owner)
    assert fields(quiet.staking, "SlasherSet") == (quiet.slasher, successor)
    assert quiet.staking.slasher() == successor
    with boa.reverts("staking: not the slasher"):
        slash(quiet, one, 1)
    assert quiet.staking.slash(one, 0, 0, 100, sender=successor) == MINIMUM // 100


def test_set_slasher__slash_in_escrow_anywhere__refused_until_all_have_ended(quiet):
    """D16: who holds the tokens of a slash ends it."""
    first, second = (quiet.validator(name)[0] for name in ("first", "second"))
    successor = quiet.actor("successor")
    slash(quiet, first, 1_000)
    slash(quiet, second, 0)
    uphold(quiet, first)
    with boa.reverts("staking: slash pending"):
        quiet.staking.set_slasher(successor, sender=quiet.owner)
    overturn(quiet, second)
    quiet.staking.set_slasher(successor, sender=quiet.owner)


def test_set_slasher__not_the_owner__refused(quiet, attacker):
    for caller in (attacker, quiet.slasher):
        with boa.reverts("ownable: caller is not the owner"):
            quiet.staking.set_slasher(attacker, sender=caller)


def test_set_slasher__zero_or_same__refused(quiet):
    with boa.reverts("staking: zero address"):
        quiet.staking.set_slasher(ZERO_ADDRESS, sender=quiet.owner)
    with boa.reverts("staking: no change"):
        quiet.staking.set_slasher(quiet.slasher, sender=quiet.owner)
