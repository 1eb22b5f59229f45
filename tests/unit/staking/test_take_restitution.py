from tests.support.stakes import ALL, slash
from tests.support.staking import MINIMUM, OWN, UNIT


def left(suite):
    """A delegator and the operator left while slash 5 was in escrow: 10 and 20 noted."""
    one, operator = suite.validator("validator", 2 * MINIMUM)
    owner = suite.delegator("delegator", one, MINIMUM)
    suite.validators.exit(one, sender=operator)
    slash(suite, one, 1_000, slash_id=5)
    suite.staking.unstake(one, 0, ALL, sender=owner)
    suite.staking.unstake(one, 8, ALL, sender=operator)
    return owner


def test_take_restitution__noted__returned_once_and_each_owners_own(quiet):
    owner = left(quiet)
    assert (quiet.staking.restitution(quiet.slasher, 5, owner), quiet.staking.restitution(quiet.slasher, 5, OWN)) == (10 * UNIT, 20 * UNIT)
    before = quiet.token.balanceOf(quiet.staking)
    assert quiet.staking.take_restitution(5, owner, sender=quiet.slasher) == 10 * UNIT
    assert quiet.staking.get_logs() == []
    assert (quiet.staking.restitution(quiet.slasher, 5, owner), quiet.staking.restitution(quiet.slasher, 5, OWN)) == (0, 20 * UNIT)
    assert quiet.staking.take_restitution(5, owner, sender=quiet.slasher) == 0
    assert quiet.staking.take_restitution(5, OWN, sender=quiet.slasher) == 20 * UNIT
    assert quiet.token.balanceOf(quiet.staking) == before  # the tokens are with the slasher
    assert quiet.solvent()


def test_take_restitution__nothing_noted__zero(quiet, attacker):
    owner = left(quiet)
    for slash_id, account in ((4, owner), (5, attacker)):
        assert quiet.staking.take_restitution(slash_id, account, sender=quiet.slasher) == 0


def test_take_restitution__anybody_else__nothing_is_theirs(quiet, attacker):
    """Notes are the slasher's that made them: who asks without having made any gets nothing, and takes nothing away."""
    owner = left(quiet)
    for caller in (owner, attacker, quiet.owner, quiet.validators.address):
        assert quiet.staking.take_restitution(5, owner, sender=caller) == 0
    assert quiet.staking.restitution(quiet.slasher, 5, owner) == 10 * UNIT


def test_take_restitution__y10_a_replaced_slasher__still_has_its_notes(quiet, attacker):
    """Y10: what it owes is paid by it, whoever is the slasher by then; its successor does not reach the notes, whatever number it names."""
    owner = left(quiet)
    old = quiet.slasher
    quiet.staking.end_slash(1, 1, True, sender=old)
    quiet.staking.set_slasher(attacker, sender=quiet.owner)
    assert quiet.staking.take_restitution(5, owner, sender=attacker) == 0
    assert quiet.staking.take_restitution(5, owner, sender=old) == 10 * UNIT
    assert quiet.staking.take_restitution(5, owner, sender=old) == 0
    assert quiet.staking.restitution(old, 5, OWN) == 20 * UNIT
