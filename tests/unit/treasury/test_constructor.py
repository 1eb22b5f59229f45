"""Treasury: construction and ownership."""

from __future__ import annotations

import boa

from mdt.model.ownable import ZERO_ADDRESS
from mdt.model.treasury import Treasury
from tests.support.deployers import deployer
from tests.support.refusals import refuses


def test_constructor__owner__owns_and_nobody_is_pending(treasury, owner):
    assert treasury.owner() == owner
    assert treasury.pending_owner() == ZERO_ADDRESS


def test_constructor__zero_owner__refused(treasury):
    with boa.reverts("treasury: zero owner"):
        deployer("governance/Treasury").deploy(ZERO_ADDRESS)
    with refuses("treasury: zero owner"):
        Treasury(treasury.address, ZERO_ADDRESS)


def test_abi__whole_surface__no_way_to_renounce_approve_or_receive(treasury):
    """The owner spends; there is no other way out, and no native coin gets in."""
    functions = {entry["name"] for entry in treasury.abi if entry["type"] == "function"}
    assert functions == {"spend", "total_spent", "owner", "pending_owner", "transfer_ownership", "accept_ownership"}
    assert not any(entry.get("stateMutability") == "payable" for entry in treasury.abi)
    assert not any(entry["type"] in ("fallback", "receive") for entry in treasury.abi)


def test_transfer_ownership__two_steps__old_owner_keeps_spending_until_accepted(treasury, token, owner, grantee, attacker):
    model = Treasury(treasury.address, owner)
    successor = boa.env.generate_address("successor")
    with boa.reverts("ownable: caller is not the owner"):
        treasury.transfer_ownership(attacker, sender=attacker)
    treasury.transfer_ownership(successor, sender=owner)
    model.transfer_ownership(owner, successor)
    assert treasury.pending_owner() == successor
    treasury.spend(token, grantee, 1, b"", sender=owner)
    for pretender in (owner, attacker):
        with boa.reverts("ownable_2step: caller is not the new owner"):
            treasury.accept_ownership(sender=pretender)
        with refuses("ownable_2step: caller is not the new owner"):
            model.accept_ownership(pretender)
    treasury.accept_ownership(sender=successor)
    model.accept_ownership(successor)
    assert (treasury.owner(), treasury.pending_owner()) == (model.owner, model.pending_owner) == (successor, ZERO_ADDRESS)
    with boa.reverts("ownable: caller is not the owner"):
        treasury.spend(token, grantee, 1, b"", sender=owner)
    with refuses("ownable: caller is not the owner"):
        model.spend(owner, token.address, grantee, 1)
    treasury.spend(token, grantee, 1, b"", sender=successor)
