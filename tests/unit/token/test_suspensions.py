"""suspend_minter and resume_minter: a stop that defers, and ends by itself."""

import boa
import pytest

from mdt.model.reasons import Mint
from mdt.model.token import MAX_SUSPENSION
from mdt.units import DAY, HOUR
from tests.support.token import grant

UNIT = 10**18


def test_suspend_minter__guardian__mints_nothing_and_keeps_its_rules(mdt, guardian, minter, recipient):
    before, room = tuple(mdt.minter(minter)), mdt.lifetime_room(minter)
    mdt.suspend_minter(minter, HOUR, sender=guardian)
    (entry,) = mdt.get_logs()
    assert type(entry).__name__ == "MinterSuspended"
    assert (entry.minter, entry.suspended_by, entry.suspended_until) == (minter, guardian, boa.env.timestamp + HOUR)
    assert mdt.suspended_until(minter) == boa.env.timestamp + HOUR
    with boa.reverts("mdt: minter suspended"):
        mdt.mint(recipient, 1, 0, sender=minter)
    assert (mdt.mintable(minter), mdt.lifetime_room(minter)) == (0, room)
    assert (tuple(mdt.minter(minter)), mdt.minter_count(), mdt.is_minter(minter)) == (before, 1, True)


def test_suspend_minter__time_over__the_same_rules_return_without_a_grant(mdt, owner, guardian, minter, recipient):
    """X6: revoking was the guardian's stop, and the fastest return took the grant delay and two votes."""
    mdt.finish_setup(sender=owner)
    before = tuple(mdt.minter(minter))
    mdt.suspend_minter(minter, MAX_SUSPENSION, sender=guardian)
    boa.env.timestamp += MAX_SUSPENSION - 1
    with boa.reverts("mdt: minter suspended"):
        mdt.mint(recipient, 1, 0, sender=minter)
    assert mdt.mintable(minter) == 0
    boa.env.timestamp += 1
    assert mdt.mintable(minter) == mdt.lifetime_room(minter)
    mdt.mint(recipient, 1, 0, sender=minter)
    assert tuple(mdt.minter(minter))[:4] == before[:4]


def test_suspend_minter__another_minter__goes_on(mdt, guardian, minter, spender, recipient):
    grant(mdt, spender, bucket=1)
    mdt.suspend_minter(minter, HOUR, sender=guardian)
    mdt.mint(recipient, 1, 0, sender=spender)
    assert mdt.suspended_until(spender) == 0
    mdt.suspend_minter(spender, HOUR, sender=guardian)  # each has times of its own


@pytest.mark.parametrize("bucket", range(5))
def test_suspend_minter__every_bucket__is_minted_from_again(token, guardian, minter, recipient, bucket):
    grant(token, minter, bucket=bucket)
    token.suspend_minter(minter, 1, sender=guardian)
    assert token.minter(minter).bucket == bucket
    room = token.lifetime_room(minter)
    boa.env.timestamp += 1
    token.mint(recipient, 7, Mint.AIRDROP, sender=minter)
    assert token.minted_by_bucket(bucket) == 7
    assert token.lifetime_room(minter) == room - 7
    token.mint(recipient, 7, Mint.AIRDROP, sender=minter)
    assert token.minter(minter).minted == 14


def test_suspend_minter__bad_calls__revert_in_the_models_order(mdt, owner, guardian, minter, attacker):
    for caller in (owner, minter, attacker):
        with boa.reverts("mdt: not the guardian"):
            mdt.suspend_minter(attacker, 0, sender=caller)
    with boa.reverts("mdt: not a minter"):
        mdt.suspend_minter(attacker, 0, sender=guardian)
    for seconds in (0, MAX_SUSPENSION + 1, 2**256 - 1):
        with boa.reverts("mdt: suspension out of range"):
            mdt.suspend_minter(minter, seconds, sender=guardian)
    assert mdt.MAX_SUSPENSION() == MAX_SUSPENSION == 3 * DAY


def test_suspend_minter__again__not_before_as_long_as_the_longest_has_passed(mdt, guardian, minter):
    """At least half of all time every minter can mint, whoever the guardian is."""
    mdt.suspend_minter(minter, HOUR, sender=guardian)
    with boa.reverts("mdt: already suspended"):
        mdt.suspend_minter(minter, HOUR, sender=guardian)
    boa.env.timestamp += HOUR
    with boa.reverts("mdt: suspended too recently"):
        mdt.suspend_minter(minter, HOUR, sender=guardian)
    boa.env.timestamp += MAX_SUSPENSION - 1
    with boa.reverts("mdt: suspended too recently"):
        mdt.suspend_minter(minter, HOUR, sender=guardian)
    boa.env.timestamp += 1
    mdt.suspend_minter(minter, MAX_SUSPENSION, sender=guardian)


@pytest.mark.parametrize("role", ["owner", "guardian"])
def test_resume_minter__by_owner_or_guardian__mints_at_once(mdt, minter, recipient, guardian, role, request):
    caller = request.getfixturevalue(role)
    mdt.suspend_minter(minter, MAX_SUSPENSION, sender=guardian)
    boa.env.timestamp += 5
    mdt.resume_minter(minter, sender=caller)
    (entry,) = mdt.get_logs()
    assert (type(entry).__name__, entry.minter, entry.resumed_by) == ("MinterResumed", minter, caller)
    assert mdt.suspended_until(minter) == boa.env.timestamp
    mdt.mint(recipient, 1, 0, sender=minter)
    boa.env.timestamp += MAX_SUSPENSION - 1
    with boa.reverts("mdt: suspended too recently"):
        mdt.suspend_minter(minter, 1, sender=guardian)


def test_resume_minter__not_suspended__reverts(mdt, owner, guardian, minter):
    with boa.reverts("mdt: not suspended"):
        mdt.resume_minter(minter, sender=owner)
    mdt.suspend_minter(minter, HOUR, sender=guardian)
    boa.env.timestamp += HOUR
    with boa.reverts("mdt: not suspended"):
        mdt.resume_minter(minter, sender=owner)


def test_resume_minter__by_anybody_else__reverts(mdt, guardian, minter, attacker):
    mdt.suspend_minter(minter, HOUR, sender=guardian)
    for caller in (minter, attacker):
        with boa.reverts("mdt: not owner or guardian"):
            mdt.resume_minter(minter, sender=caller)


@pytest.mark.parametrize("is_revoked", [False, True])
def test_grant_minter__while_suspended__does_not_end_the_suspension(mdt, owner, guardian, minter, recipient, is_revoked):
    """Only what says that it resumes a minter does."""
    mdt.suspend_minter(minter, MAX_SUSPENSION, sender=guardian)
    if is_revoked:
        mdt.revoke_minter(minter, sender=owner)
    grant(mdt, minter)
    with boa.reverts("mdt: minter suspended"):
        mdt.mint(recipient, 1, 0, sender=minter)
    assert mdt.mintable(minter) == 0
    boa.env.timestamp += MAX_SUSPENSION
    mdt.mint(recipient, 1, 0, sender=minter)


@pytest.mark.py_evm
def test_mint__suspended_once__costs_again_what_it_cost_before(mdt, guardian, minter, recipient):
    """Until when it is suspended is read only while the rules say that there is something to read."""

    def gas() -> int:
        mdt.mint(recipient, UNIT, 0, sender=minter)
        return mdt.call_trace().gas_used

    gas()
    before = gas()
    mdt.suspend_minter(minter, 1, sender=guardian)
    boa.env.timestamp += 1
    assert gas() > before
    assert gas() == before
