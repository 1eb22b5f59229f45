"""RewardDistributor.set_recipient: an account chooses where its own claims go; nobody else does."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.distribution import accounts
from tests.support.refusals import refuses


@pytest.fixture
def vault():
    return accounts(1, "vault")[0]


def set_both(distribution, account, recipient):
    distribution.contract.set_recipient(recipient, sender=account)
    distribution.model.set_recipient(account, recipient)
    distribution.agree(account)


def events(contract):
    return [(log.account, log.old_recipient, log.new_recipient) for log in contract.get_logs() if type(log).__name__ == "RecipientSet"]


def test_set_recipient__set_change_and_undo__events_name_old_and_new(distribution, miners, vault, keeper):
    miner = miners[0]
    for old, given, new in ((miner, vault, vault), (vault, keeper, keeper), (keeper, ZERO_ADDRESS, miner), (miner, keeper, keeper), (keeper, miner, miner)):
        distribution.contract.set_recipient(given, sender=miner)
        assert events(distribution.contract) == [(miner, old, new)]
        distribution.model.set_recipient(miner, given)
        distribution.agree(miner)


def test_set_recipient__undone__leaves_nothing_in_storage(distribution, miners, vault):
    miner = miners[0]
    set_both(distribution, miner, vault)
    set_both(distribution, miner, miner)
    assert distribution.contract.eval(f"self._recipients[{miner}]") == ZERO_ADDRESS
    assert distribution.contract.eval(f"self._records[{miner}]") == 0


def test_set_recipient__only_the_callers_own__others_unmoved(distribution, miners, vault, attacker):
    """B32: whatever anybody sets concerns only the caller."""
    set_both(distribution, attacker, vault)
    for miner in miners:
        assert distribution.contract.recipient_of(miner) == miner
    assert distribution.contract.recipient_of(attacker) == vault


def test_set_recipient__attacker_goes_first__victim_is_paid_all_the_same(distribution, tree, miners, earned, attacker):
    """B33: pointing at the victim, or at the victim's vault, changes nothing for the victim."""
    victim, vault = miners[0], miners[1]
    for recipient in (victim, vault):
        set_both(distribution, attacker, recipient)
    distribution.contract.claim(victim, earned[victim], tree.proof(victim), sender=attacker)
    assert distribution.token.balanceOf(victim) == earned[victim]


def test_set_recipient__between_claims__keeps_what_was_claimed(distribution, miners, earned, vault):
    """The flag shares a word with the amount: setting and undoing leave the amount alone, and claims leave the flag alone."""
    miner, contract, token = miners[0], distribution.contract, distribution.token
    total = 0
    for epoch, recipient in enumerate((miner, vault, vault, miner, vault), start=1):
        if contract.recipient_of(miner) != recipient:
            set_both(distribution, miner, recipient)
        assert contract.claimed(miner) == total
        tree = distribution.fund({name: epoch * amount for name, amount in earned.items()})
        before = token.balanceOf(recipient)
        contract.claim(miner, tree.cumulative(miner), tree.proof(miner))
        distribution.model.claim(miner, tree.cumulative(miner), tree.proof(miner))
        assert token.balanceOf(recipient) - before == earned[miner]
        total += earned[miner]
        distribution.agree(miner)
    assert (token.balanceOf(miner), token.balanceOf(vault)) == (2 * earned[miner], 3 * earned[miner])


def test_set_recipient__no_change__refused(distribution, miners, vault):
    miner = miners[0]
    for recipient in (ZERO_ADDRESS, miner):
        with boa.reverts("distributor: no change"):
            distribution.contract.set_recipient(recipient, sender=miner)
        with refuses("distributor: no change"):
            distribution.model.set_recipient(miner, recipient)
    set_both(distribution, miner, vault)
    with boa.reverts("distributor: no change"):
        distribution.contract.set_recipient(vault, sender=miner)
    with refuses("distributor: no change"):
        distribution.model.set_recipient(miner, vault)


def test_set_recipient__token_or_distributor__refused(distribution, miners):
    for recipient in (distribution.token.address, distribution.contract.address):
        with boa.reverts("distributor: bad recipient"):
            distribution.contract.set_recipient(recipient, sender=miners[0])
        with refuses("distributor: bad recipient"):
            distribution.model.set_recipient(miners[0], recipient)


def test_set_recipient__recipient_of_a_recipient__not_followed(distribution, tree, miners, earned, vault, keeper):
    """One step only: a vault's own choice concerns what the vault itself earned."""
    set_both(distribution, miners[0], vault)
    set_both(distribution, vault, keeper)
    distribution.contract.claim(miners[0], earned[miners[0]], tree.proof(miners[0]))
    assert distribution.token.balanceOf(vault) == earned[miners[0]]
    assert distribution.token.balanceOf(keeper) == 0
