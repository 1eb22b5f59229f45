import boa

from mdt.addresses import ZERO_ADDRESS
from tests.support.stakes import fields


def test_set_recipient__new_and_back__stored_and_event(quiet, attacker):
    owner, safe = quiet.actor("delegator"), str(boa.env.generate_address("safe"))
    quiet.staking.set_recipient(safe, sender=owner)
    assert fields(quiet.staking, "RecipientSet") == (owner, ZERO_ADDRESS, safe)
    assert quiet.staking.recipient_of(owner) == safe
    quiet.staking.set_recipient(attacker, sender=owner)
    assert fields(quiet.staking, "RecipientSet") == (owner, safe, attacker)
    quiet.staking.set_recipient(owner, sender=owner)
    assert fields(quiet.staking, "RecipientSet") == (owner, attacker, ZERO_ADDRESS)
    assert quiet.staking.recipient_of(owner) == ZERO_ADDRESS
    quiet.staking.set_recipient(safe, sender=owner)
    quiet.staking.set_recipient(ZERO_ADDRESS, sender=owner)
    assert fields(quiet.staking, "RecipientSet") == (owner, safe, ZERO_ADDRESS)


def test_set_recipient__same__refused(quiet, attacker):
    owner = quiet.actor("delegator")
    for same in (ZERO_ADDRESS, owner):
        with boa.reverts("staking: same recipient"):
            quiet.staking.set_recipient(same, sender=owner)
    quiet.staking.set_recipient(attacker, sender=owner)
    with boa.reverts("staking: same recipient"):
        quiet.staking.set_recipient(attacker, sender=owner)


def test_set_recipient__of_another__out_of_reach(quiet, attacker):
    owner = quiet.actor("delegator")
    quiet.staking.set_recipient(owner, sender=attacker)
    assert quiet.staking.recipient_of(owner) == ZERO_ADDRESS
