"""RewardDistributor.claim_many: a batch in which nobody's payment depends on another's."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto.merkle import MerkleTree, leaf_hash, node_hash
from mdt.units import WAD
from tests.support.deployers import deploy
from tests.support.distribution import accounts
from tests.support.refusals import refuses


def batch(tree, miners):
    return list(miners), [tree.cumulative(miner) for miner in miners], [tree.proof(miner) for miner in miners]


def claims(contract):
    return [(log.account, log.amount) for log in contract.get_logs() if type(log).__name__ == "Claimed"]


def test_claim_many__all_open__all_paid_with_an_event_each(distribution, tree, miners, earned, keeper):
    contract, model = distribution.contract, distribution.model
    assert contract.claim_many(*batch(tree, miners), sender=keeper) == sum(earned.values())
    assert claims(contract) == list(earned.items())
    assert model.claim_many(*batch(tree, miners)) == sum(earned.values())
    for miner in miners:
        assert distribution.token.balanceOf(miner) == earned[miner]
    assert distribution.token.balanceOf(keeper) == 0
    distribution.agree(*miners)


def test_claim_many__some_paid_before__skipped_without_looking_at_their_proof(distribution, tree, miners, earned, attacker):
    """B31: a claim that slips in before the batch does not undo it."""
    contract, model = distribution.contract, distribution.model
    contract.claim(miners[1], earned[miners[1]], tree.proof(miners[1]), sender=attacker)
    model.claim(miners[1], earned[miners[1]], tree.proof(miners[1]))
    names, amounts, proofs = batch(tree, miners)
    proofs[1] = []
    expected = sum(earned.values()) - earned[miners[1]]
    assert contract.claim_many(names, amounts, proofs) == expected
    assert [account for account, _ in claims(contract)] == [miners[0], *miners[2:]]
    assert model.claim_many(names, amounts, proofs) == expected
    distribution.agree(*miners)


def test_claim_many__leaf_below_what_was_claimed__skipped_like_a_paid_one(distribution, earned, miners, keeper):
    """B12, B31: an entry of an older tree, whose proof no longer holds, owes nothing and stops nobody."""
    contract, model = distribution.contract, distribution.model
    old = distribution.fund(earned)
    new = distribution.fund({miner: 2 * amount for miner, amount in earned.items()})
    contract.claim(miners[0], new.cumulative(miners[0]), new.proof(miners[0]))
    model.claim(miners[0], new.cumulative(miners[0]), new.proof(miners[0]))
    names, amounts, proofs = batch(new, miners)
    amounts[0], proofs[0] = old.cumulative(miners[0]), old.proof(miners[0])
    expected = new.total - new.cumulative(miners[0])
    assert contract.claim_many(names, amounts, proofs, sender=keeper) == model.claim_many(names, amounts, proofs) == expected
    distribution.agree(*miners)


def test_claim_many__all_paid_before__returns_zero(distribution, tree, miners):
    distribution.contract.claim_many(*batch(tree, miners))
    assert distribution.contract.claim_many(*batch(tree, miners)) == 0
    assert claims(distribution.contract) == []


def test_claim_many__same_account_twice__paid_once(distribution, tree, miners, earned):
    twice = batch(tree, [miners[0], miners[1], miners[0]])
    expected = earned[miners[0]] + earned[miners[1]]
    assert distribution.contract.claim_many(*twice) == distribution.model.claim_many(*twice) == expected
    distribution.agree(*miners)


def test_claim_many__empty__returns_zero(distribution, tree):
    assert distribution.contract.claim_many([], [], []) == distribution.model.claim_many([], [], []) == 0


def test_claim_many__own_recipients__each_to_its_own(distribution, tree, miners, earned):
    contract, token, vaults = distribution.contract, distribution.token, accounts(2, "vault")
    for miner, vault in zip(miners, vaults, strict=False):
        contract.set_recipient(vault, sender=miner)
        distribution.model.set_recipient(miner, vault)
    contract.claim_many(*batch(tree, miners))
    distribution.model.claim_many(*batch(tree, miners))
    assert [token.balanceOf(vault) for vault in vaults] == [earned[miner] for miner in miners[:2]]
    assert [token.balanceOf(miner) for miner in miners] == [0, 0, *[earned[miner] for miner in miners[2:]]]
    distribution.agree(*miners)


def test_claim_many__sixty_four__paid_sixty_five__does_not_decode(distribution):
    miners = accounts(65)
    tree = distribution.fund({miner: WAD + index for index, miner in enumerate(miners)})
    with pytest.raises(Exception, match="64|bound|argument|validate"):
        distribution.contract.claim_many(*batch(tree, miners))
    assert distribution.contract.claim_many(*batch(tree, miners[:64])) == sum(tree.cumulative(miner) for miner in miners[:64])
    assert distribution.contract.claimed(miners[64]) == 0


@pytest.mark.parametrize(("account_count", "amount_count", "proof_count"), [(2, 1, 2), (2, 2, 1), (1, 2, 2), (0, 1, 1), (2, 2, 3)])
def test_claim_many__length_mismatch__refused(distribution, tree, miners, account_count, amount_count, proof_count):
    """B31."""
    names, amounts, proofs = batch(tree, miners)
    arguments = (names[:account_count], amounts[:amount_count], proofs[:proof_count])
    with boa.reverts("distributor: length mismatch"):
        distribution.contract.claim_many(*arguments)
    with refuses("distributor: length mismatch"):
        distribution.model.claim_many(*arguments)


def test_claim_many__one_invalid_proof__whole_batch_refused(distribution, tree, miners):
    """An invalid proof is the caller's own: no account can make a good one bad, and a newer root makes all of them bad."""
    names, amounts, proofs = batch(tree, miners)
    amounts[-1] += 1
    with boa.reverts("distributor: invalid proof"):
        distribution.contract.claim_many(names, amounts, proofs)
    with refuses("distributor: invalid proof"):
        distribution.model.claim_many(names, amounts, proofs)
    distribution.agree(*miners)
    assert distribution.contract.unclaimed() == tree.total


def test_claim_many__account_that_cannot_be_paid__left_and_the_others_paid(hostile, miners, earned):
    """B31: a transfer that reverts for one account leaves that one unpaid and open, and pays the others."""
    contract, token, tree = hostile.contract, hostile.token, hostile.tree
    token.refuse(miners[2])
    assert contract.claim_many(*batch(tree, miners)) == sum(earned.values()) - earned[miners[2]]
    assert [account for account, _ in claims(contract)] == [*miners[:2], *miners[3:]]
    for miner in miners:
        expected = 0 if miner == miners[2] else earned[miner]
        assert contract.claimed(miner) == token.balanceOf(miner) == expected
    # it is the same account that chooses where it can be paid
    contract.set_recipient(accounts(1, "vault")[0], sender=miners[2])
    assert contract.claim(miners[2], earned[miners[2]], tree.proof(miners[2])) == earned[miners[2]]


def test_claim_many__refused_recipient_keeps_its_choice(hostile, miners, earned):
    """A failed payment puts back the whole record, the recipient flag included."""
    contract, token, (vault,) = hostile.contract, hostile.token, accounts(1, "vault")
    contract.set_recipient(vault, sender=miners[0])
    token.refuse(vault)
    assert contract.claim_many(*batch(hostile.tree, miners[:2])) == earned[miners[1]]
    assert contract.recipient_of(miners[0]) == vault
    assert contract.claimed(miners[0]) == 0


def test_claim_many__overpromising_root__pays_what_fits_and_skips_the_rest(distribution, miners, keeper):
    """B31, B14: with too little held, one entry fails and a smaller one after it is still paid."""
    contract, model = distribution.contract, distribution.model
    tree = MerkleTree.build([(miners[0], 6 * WAD), (miners[1], 6 * WAD), (miners[2], 4 * WAD)])
    distribution.fund_root(tree.root, 10 * WAD)
    assert contract.claim_many(*batch(tree, miners[:3]), sender=keeper) == 10 * WAD
    assert model.claim_many(*batch(tree, miners[:3])) == 10 * WAD
    assert contract.claimed(miners[1]) == 0
    distribution.agree(*miners)


def test_claim_many__zero_address_or_absurd_leaf__skipped(distribution, miners):
    """B31: a leaf nobody can be paid by does not block the batch."""
    for account, cumulative in ((ZERO_ADDRESS, WAD), (miners[1], 2**256 - 1), (miners[1], 2**128 - 1)):
        good, bad = leaf_hash(miners[0], distribution.model.claimed(miners[0]) + WAD), leaf_hash(account, cumulative)
        distribution.fund_root(node_hash(good, bad), distribution.model.total_funded + 2 * WAD)
        arguments = ([account, miners[0]], [cumulative, distribution.model.claimed(miners[0]) + WAD], [[good], [bad]])
        assert distribution.contract.claim_many(*arguments) == distribution.model.claim_many(*arguments) == WAD
        distribution.agree(*miners)


def test_claim_many__leaf_of_the_distributor_itself__moves_nothing(distribution, miners):
    itself = distribution.contract.address
    tree = distribution.fund({itself: WAD, miners[0]: 2 * WAD})
    arguments = batch(tree, [itself, miners[0]])
    assert distribution.contract.claim_many(*arguments) == distribution.model.claim_many(*arguments) == 3 * WAD
    distribution.agree(itself, miners[0])
    assert distribution.contract.unclaimed() == WAD


def test_claim_many__token_answers_false__whole_batch_refused(hostile, miners):
    """A token that neither pays nor reverts may have left something behind: no part of the batch stands."""
    hostile.token.set_answers_false(True)
    with boa.reverts("distributor: transfer failed"):
        hostile.contract.claim_many(*batch(hostile.tree, miners))


@pytest.mark.parametrize("nested", ["claim", "claim_many", "set_recipient"])
def test_claim_many__call_back_from_the_token__nobody_paid_twice(hostile, miners, earned, is_locked, nested):
    """C37: from within the first payment the token claims for accounts that come later in the batch; with the lock and without."""
    contract, token, tree = hostile.contract, hostile.token, hostile.tree
    payload = {
        "claim": lambda: contract.claim.prepare_calldata(miners[1], earned[miners[1]], tree.proof(miners[1])),
        "claim_many": lambda: contract.claim_many.prepare_calldata(*batch(tree, miners[:2])),
        "set_recipient": lambda: contract.set_recipient.prepare_calldata(miners[0]),
    }[nested]()
    token.set_call_back(contract, payload)
    paid = contract.claim_many(*batch(tree, miners))
    is_in = nested == "claim" or (nested == "claim_many" and not is_locked)  # the lock stops all but `claim`
    assert token.call_backs_tried() == 1
    assert token.call_backs_succeeded() == (1 if is_in or not is_locked else 0)
    assert paid == sum(earned.values()) - (earned[miners[1]] if is_in else 0)
    for miner in miners:
        assert contract.claimed(miner) == token.balanceOf(miner) == earned[miner]
    assert token.balanceOf(contract) == hostile.held - sum(earned.values())


@pytest.mark.parametrize("claimed_within", [0, 1])
def test_claim_many__call_back_then_failure__nothing_lost(hostile, miners, earned, claimed_within):
    """C37: a payment that reverts takes back what was claimed from within it; what was taken back is still open."""
    contract, token, tree = hostile.contract, hostile.token, hostile.tree
    token.refuse(miners[0])
    other = miners[claimed_within]
    token.set_call_back(contract, contract.claim.prepare_calldata(other, earned[other], tree.proof(other)))
    assert contract.claim_many(*batch(tree, miners[:2])) == earned[miners[1]]
    assert contract.claimed(miners[0]) == token.balanceOf(miners[0]) == 0
    assert contract.claimed(miners[1]) == token.balanceOf(miners[1]) == earned[miners[1]]
    assert contract.claim(miners[2], earned[miners[2]], tree.proof(miners[2])) == earned[miners[2]]


@pytest.mark.py_evm
def test_claim_many__little_gas__an_entry_is_left_open_never_lost(distribution, tree, miners, earned):
    """A caller that starves the transfers of gas only fails to pay: what is recorded is what was paid."""
    contract, token = distribution.contract, distribution.token
    contract.claim_many(*batch(tree, miners[:3]))
    used = contract._computation.get_gas_used()
    tree = distribution.fund({miner: 2 * amount for miner, amount in earned.items()})
    for gas in range(used // 4, used, used // 40):
        with boa.env.anchor():
            try:
                paid = contract.claim_many(*batch(tree, miners[:3]), gas=gas)
            except boa.BoaError:
                paid = 0
            got = {miner: token.balanceOf(miner) for miner in miners[:3]}
            assert got == {miner: contract.claimed(miner) for miner in miners[:3]}
            assert sum(got.values()) == sum(earned[miner] for miner in miners[:3]) + paid


def test_claim_many__in_another_distributor__refused(distribution, tree, miners, owner):
    """B19."""
    other = deploy("RewardDistributor", token=distribution.token, owner=owner)
    with boa.reverts("distributor: invalid proof"):
        other.claim_many(*batch(tree, miners))
