"""Vesting.renounce_revocation: the owner gives the right to end a schedule up, for good."""

from __future__ import annotations

from mdt.units import DAY


def test_renounce_revocation__by_the_owner__never_revocable_again(pair, owner, member):
    for _ in range(2):
        pair.create(member, is_revocable=True)
    pair.call("renounce_revocation", owner, member, 0)
    event = pair.event("RevocationRenounced")
    assert (event.beneficiary, event.index) == (member, 0)
    assert (pair.contract.schedule(member, 0).is_revocable, pair.contract.schedule(member, 1).is_revocable) == (False, True)
    pair.refused("vesting: not revocable", "revoke", owner, member, 0)
    pair.refused("vesting: not revocable", "renounce_revocation", owner, member, 0)
    pair.travel(120 * DAY)
    assert pair.call("claim", member, member, 0) == pair.model.schedule(member, 0).amount
    pair.agree(member)


def test_renounce_revocation__vesting__is_not_touched(pair, owner, member):
    """E6: there is nothing to switch off and on again, so nothing vests in retrospect."""
    pair.create(member, is_revocable=True)
    pair.travel(50 * DAY)
    before = pair.contract.schedule(member, 0)
    pair.call("renounce_revocation", owner, member, 0)
    after = pair.contract.schedule(member, 0)
    assert (after.amount, after.claimed, after.vested, after.start, after.ends_at) == (
        before.amount,
        before.claimed,
        before.vested,
        before.start,
        before.ends_at,
    )


def test_renounce_revocation__not_the_owner__refused(pair, creator, member):
    pair.create(member, is_revocable=True)
    for account in (creator, member):
        pair.refused("ownable: caller is not the owner", "renounce_revocation", account, member, 0)


def test_renounce_revocation__no_such_schedule__refused(pair, owner, member):
    pair.refused("vesting: no schedule", "renounce_revocation", owner, member, 0)
