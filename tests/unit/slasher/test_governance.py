"""set_slasher_role, set_arbiter, set_slash_bps, ownership: the owner only, and no change is refused."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.emission import event
from tests.support.slashing import STAKE


def refused(suite, reason, name, *arguments, caller=None):
    caller = caller or suite.owner
    suite.twin.refused(reason, name, caller, *arguments)


@pytest.fixture
def account():
    return str(boa.env.generate_address("account"))


@pytest.fixture
def outsiders(suite, attacker):
    return attacker, suite.arbiter, suite.slashers[0], suite.operators[0].address


# --- set_slasher_role ---


def test_set_slasher_role__given_and_taken__works_at_once(suite, slasher, account):
    assert not slasher.is_slasher(account)
    suite.call("set_slasher_role", suite.owner, account, True)
    assert event(slasher, "SlasherRoleSet") == {"account": account, "is_slasher": True}
    assert slasher.is_slasher(account)
    assert suite.announce(1, sender=account) == 0
    suite.call("set_slasher_role", suite.owner, account, False)
    assert event(slasher, "SlasherRoleSet") == {"account": account, "is_slasher": False}
    assert not slasher.is_slasher(account)
    assert slasher.is_slasher(suite.slashers[0])


def test_set_slasher_role__no_change_or_zero__refused(suite, account):
    refused(suite, "slasher: no change", "set_slasher_role", account, False)
    refused(suite, "slasher: no change", "set_slasher_role", suite.slashers[0], True)
    refused(suite, "slasher: zero address", "set_slasher_role", ZERO_ADDRESS, True)


def test_set_slasher_role__not_the_owner__refused(suite, outsiders):
    for caller in outsiders:
        refused(suite, "ownable: caller is not the owner", "set_slasher_role", caller, True, caller=caller)


# --- set_arbiter ---


def test_set_arbiter__another__replaced(suite, slasher, account):
    suite.call("set_arbiter", suite.owner, account)
    assert event(slasher, "ArbiterSet") == {"old_arbiter": suite.arbiter, "new_arbiter": account}
    assert slasher.arbiter() == suite.model.arbiter == account


def test_set_arbiter__no_change_or_zero__refused(suite):
    refused(suite, "slasher: no change", "set_arbiter", suite.arbiter)
    refused(suite, "slasher: zero address", "set_arbiter", ZERO_ADDRESS)


def test_set_arbiter__not_the_owner__refused(suite, outsiders):
    for caller in outsiders:
        refused(suite, "ownable: caller is not the owner", "set_arbiter", caller, caller=caller)


# --- set_slash_bps ---


@pytest.mark.parametrize("bps", [1, 5_000])
def test_set_slash_bps__bounds__for_slashes_to_come(suite, slasher, bps):
    suite.slash(1, 1)
    suite.call("set_slash_bps", suite.owner, 1, bps)
    assert event(slasher, "SlashBpsSet") == {"offence": 1, "old_bps": 1_000, "new_bps": bps}
    assert slasher.terms().slash_bps == [5_000, bps, 500]
    suite.slash(2, 1)
    assert (slasher.slash_record(0).bps, slasher.slash_record(1).bps) == (1_000, bps)
    assert slasher.slash_record(1).amount == STAKE * bps // 10_000
    suite.assert_same()


@pytest.mark.parametrize("bps", [0, 5_001, 2**256 - 1])
def test_set_slash_bps__out_of_range__refused(suite, bps):
    refused(suite, "slasher: bps out of range", "set_slash_bps", 1, bps)


def test_set_slash_bps__no_change_or_unknown_offence__refused(suite):
    refused(suite, "slasher: no change", "set_slash_bps", 1, 1_000)
    refused(suite, "slasher: unknown offence", "set_slash_bps", 3, 1_000)


def test_set_slash_bps__not_the_owner__refused(suite, outsiders):
    for caller in outsiders:
        refused(suite, "ownable: caller is not the owner", "set_slash_bps", 1, 1, caller=caller)


# --- ownership ---


def test_transfer_ownership__accepted__the_old_owner_keeps_nothing(suite, slasher, account):
    suite.call("transfer_ownership", suite.owner, account)
    assert slasher.owner() == suite.owner
    suite.call("accept_ownership", account)
    assert slasher.owner() == suite.model.owner == account
    refused(suite, "ownable: caller is not the owner", "set_arbiter", account)
    suite.call("set_slash_bps", account, 1, 1)
