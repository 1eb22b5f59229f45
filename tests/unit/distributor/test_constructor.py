"""RewardDistributor: construction, ownership, surface."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.distributor import RewardDistributor
from tests.support.deployers import deploy
from tests.support.refusals import refuses

SURFACE = {
    "fund": "nonpayable",
    "claim": "nonpayable",
    "claim_many": "nonpayable",
    "claim_and_stake": "nonpayable",
    "set_recipient": "nonpayable",
    "set_funder": "nonpayable",
    "root": "view",
    "total_funded": "view",
    "claimed": "view",
    "recipient_of": "view",
    "unclaimed": "view",
    "funder": "view",
    "owner": "view",
    "pending_owner": "view",
    "transfer_ownership": "nonpayable",
    "accept_ownership": "nonpayable",
}


def test_constructor__fresh__empty_and_without_a_funder(distribution, owner):
    contract = deploy("RewardDistributor", token=distribution.token, owner=owner)
    assert (contract.owner(), contract.pending_owner(), contract.funder()) == (owner, ZERO_ADDRESS, ZERO_ADDRESS)
    assert (contract.root(), contract.total_funded(), contract.unclaimed()) == (bytes(32), 0, 0)


def test_constructor__token_without_code__refused(owner, attacker):
    for token in (ZERO_ADDRESS, attacker):
        with boa.reverts("distributor: token has no code"):
            deploy("RewardDistributor", token=token, owner=owner)


def test_constructor__zero_owner__refused(distribution):
    with boa.reverts("distributor: zero address"):
        deploy("RewardDistributor", token=distribution.token, owner=ZERO_ADDRESS)
    with refuses("distributor: zero address"):
        RewardDistributor(distribution.contract.address, distribution.token.address, ZERO_ADDRESS)


def test_abi__whole_surface__no_pause_no_sweep_no_renouncing(distribution):
    """B34: nothing else moves tokens out, and the distributor gives no allowances that could outlive a root."""
    functions = {entry["name"]: entry["stateMutability"] for entry in distribution.contract.abi if entry["type"] == "function"}
    assert functions == SURFACE
    assert not any(entry["type"] in ("fallback", "receive") for entry in distribution.contract.abi)


def test_transfer_ownership__two_steps__old_owner_acts_until_accepted(distribution, owner, attacker, keeper):
    contract, model = distribution.contract, distribution.model
    with boa.reverts("ownable: caller is not the owner"):
        contract.transfer_ownership(attacker, sender=attacker)
    contract.transfer_ownership(keeper, sender=owner)
    model.transfer_ownership(owner, keeper)
    with boa.reverts("ownable_2step: caller is not the new owner"):
        contract.accept_ownership(sender=attacker)
    contract.set_funder(attacker, sender=owner)
    model.set_funder(owner, attacker)
    contract.accept_ownership(sender=keeper)
    model.accept_ownership(keeper)
    distribution.agree()
    with boa.reverts("ownable: caller is not the owner"):
        contract.set_funder(owner, sender=owner)
