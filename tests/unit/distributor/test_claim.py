"""RewardDistributor.claim: the unpaid part of a leaf, to the account or its own recipient, once."""

from __future__ import annotations

import boa
import pytest
from eth.exceptions import Revert

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto.merkle import keccak256, leaf_hash, node_hash
from mdt.units import DAY, WAD
from tests.support.deployers import deploy
from tests.support.distribution import accounts
from tests.support.refusals import refuses

MAX_PAYMENT = 2**128 - 1


def test_claim__by_the_account__paid_once(distribution, tree, miners, earned):
    contract, model = distribution.contract, distribution.model
    for miner in miners:
        proof = tree.proof(miner)
        assert contract.claim(miner, earned[miner], proof, sender=miner) == earned[miner]
        assert model.claim(miner, earned[miner], proof) == earned[miner]
        assert distribution.token.balanceOf(miner) == earned[miner]
        distribution.agree(*miners)
        with boa.reverts("distributor: nothing to claim"):
            contract.claim(miner, earned[miner], proof, sender=miner)
        with refuses("distributor: nothing to claim"):
            model.claim(miner, earned[miner], proof)
    assert contract.unclaimed() == 0


def test_claim__success__event(distribution, tree, miners, earned):
    miner = miners[2]
    distribution.contract.claim(miner, earned[miner], tree.proof(miner))
    (event,) = [log for log in distribution.contract.get_logs() if type(log).__name__ == "Claimed"]
    assert (event.account, event.amount) == (miner, earned[miner])


def test_claim__on_behalf__funds_go_to_the_account(distribution, tree, miners, earned, attacker):
    """B32: anyone may claim for anyone, and gains nothing by it."""
    contract, miner = distribution.contract, miners[1]
    contract.claim(miner, earned[miner], tree.proof(miner), sender=attacker)
    assert distribution.token.balanceOf(miner) == earned[miner]
    assert distribution.token.balanceOf(attacker) == 0
    assert contract.claimed(attacker) == 0


def test_claim__on_behalf_with_own_recipient__funds_go_to_the_recipient(distribution, tree, miners, earned, attacker):
    """B32."""
    contract, model, token = distribution.contract, distribution.model, distribution.token
    miner, (vault,) = miners[1], accounts(1, "vault")
    contract.set_recipient(vault, sender=miner)
    model.set_recipient(miner, vault)
    contract.claim(miner, earned[miner], tree.proof(miner), sender=attacker)
    model.claim(miner, earned[miner], tree.proof(miner))
    assert (token.balanceOf(vault), token.balanceOf(miner), token.balanceOf(attacker)) == (earned[miner], 0, 0)
    distribution.agree(miner, vault, attacker)


def test_claim__several_epochs__one_claim_pays_all_unclaimed(distribution, earned, miners):
    early, late = miners[0], miners[1]
    first = distribution.fund(earned)
    distribution.contract.claim(early, earned[early], first.proof(early))
    distribution.fund({miner: 2 * amount for miner, amount in earned.items()})
    third = distribution.fund({miner: 5 * amount for miner, amount in earned.items()})
    assert distribution.contract.claim(early, 5 * earned[early], third.proof(early)) == 4 * earned[early]
    assert distribution.contract.claim(late, 5 * earned[late], third.proof(late)) == 5 * earned[late]


def test_claim__before_any_root__refused(distribution, miners):
    with boa.reverts("distributor: invalid proof"):
        distribution.contract.claim(miners[0], WAD, [])
    with refuses("distributor: invalid proof"):
        distribution.model.claim(miners[0], WAD, [])


def test_claim__leaf_below_what_was_claimed__refused_cleanly(distribution, earned, miners):
    """B12: a later root that owes less than was paid owes nothing; it neither underflows nor touches the record."""
    contract, model, miner = distribution.contract, distribution.model, miners[0]
    first = distribution.fund(earned)
    contract.claim(miner, earned[miner], first.proof(miner))
    model.claim(miner, earned[miner], first.proof(miner))
    lower = distribution.fund(earned | {miner: earned[miner] - 1, miners[1]: earned[miners[1]] + 2})
    for cumulative in (earned[miner] - 1, earned[miner]):
        with boa.reverts("distributor: nothing to claim"):
            contract.claim(miner, cumulative, lower.proof(miner))
        with refuses("distributor: nothing to claim"):
            model.claim(miner, cumulative, lower.proof(miner))
    distribution.agree(*miners)
    higher = distribution.fund(earned | {miner: earned[miner] + 5, miners[1]: earned[miners[1]] + 3})
    assert contract.claim(miner, earned[miner] + 5, higher.proof(miner)) == 5


@pytest.mark.parametrize("case", ["other account", "more", "less", "short proof", "long proof", "shuffled proof", "no proof", "old root's proof"])
def test_claim__invalid_proof__refused(distribution, miners, earned, case):
    """B16, B17: a proof of another length or order leads to another root."""
    old = distribution.fund({miner: amount + 1 for miner, amount in earned.items()})
    tree = distribution.fund(earned | {miners[4]: earned[miners[4]] + 10 * WAD})
    miner = miners[0]
    proof, amount = tree.proof(miner), earned[miner]
    assert len(proof) >= 2
    arguments = {
        "other account": (miners[1], amount, proof),
        "more": (miner, amount + 1, proof),
        "less": (miner, amount - 1, proof),
        "short proof": (miner, amount, proof[:-1]),
        "long proof": (miner, amount, [*proof, tree.root]),
        "shuffled proof": (miner, amount, proof[::-1]),
        "no proof": (miner, amount, []),
        "old root's proof": (miner, amount, old.proof(miner)),
    }[case]
    with boa.reverts("distributor: invalid proof"):
        distribution.contract.claim(*arguments)
    with refuses("distributor: invalid proof"):
        distribution.model.claim(*arguments)
    distribution.agree(*miners)


def test_claim__every_bit_of_every_sibling_flipped__refused(distribution, tree, miners, earned):
    miner = miners[0]
    proof = tree.proof(miner)
    for index in range(len(proof)):
        for bit in range(0, 256, 37):
            wrong = list(proof)
            wrong[index] = (int.from_bytes(wrong[index], "big") ^ 1 << bit).to_bytes(32, "big")
            with boa.reverts("distributor: invalid proof"):
                distribution.contract.claim(miner, earned[miner], wrong)


@pytest.mark.parametrize("length", [0, 1, 31, 32])
def test_claim__proof_of_any_length_up_to_the_limit__paid(distribution, miners, length):
    """B16, B17: a single-leaf tree has the empty proof, 32 siblings are the most."""
    miner, proof = miners[0], [keccak256(bytes([index])) for index in range(length)]
    root = leaf_hash(miner, WAD)
    for sibling in proof:
        root = node_hash(root, sibling)
    distribution.fund_root(root, WAD)
    assert distribution.contract.claim(miner, WAD, proof) == distribution.model.claim(miner, WAD, proof) == WAD


def test_claim__proof_longer_than_the_limit__refused_while_decoding(distribution, miners):
    """B17: 33 siblings do not decode, even where they lead to the root: no loop runs over them."""
    miner, proof = miners[0], [keccak256(bytes([index])) for index in range(33)]
    root = leaf_hash(miner, WAD)
    for sibling in proof:
        root = node_hash(root, sibling)
    distribution.fund_root(root, WAD)
    data = distribution.contract.claim.prepare_calldata(miner, WAD, proof[:32])
    grown = data[:100] + (33).to_bytes(32, "big") + data[132:] + proof[32]
    with pytest.raises(Revert) as refusal:
        boa.env.raw_call(distribution.contract.address, data=grown)
    assert refusal.value.args == (b"",)
    assert distribution.contract.claimed(miner) == 0


def test_claim__inner_node_offered_as_a_leaf__refused(distribution, tree, miners):
    """B15: a leaf hashes 32 bytes and a node 64, so no (account, amount) gives the node above two leaves.

    The attacker reads the two children of a node as an account and an amount: the first child is 32 bytes, an account is 20.
    """
    children = sorted([tree.proof(miners[0])[0], leaf_hash(miners[0], tree.cumulative(miners[0]))])
    node = node_hash(*children)
    account, cumulative = "0x" + children[0][12:].hex(), int.from_bytes(children[1], "big") % 2**127
    assert leaf_hash(account, cumulative) != node
    above = tree.proof(miners[0])[1:]
    with boa.reverts("distributor: invalid proof"):
        distribution.contract.claim(account, cumulative, above)
    # nor does the root itself pass as a leaf with an empty proof
    with boa.reverts("distributor: invalid proof"):
        distribution.contract.claim(account, cumulative, [])


def test_claim__leaf_hashed_once__refused(distribution, miners):
    """B15: only the doubly hashed leaf counts; a root of single hashes is worth nothing."""
    miner = miners[0]
    once = keccak256(bytes(12) + bytes.fromhex(miner[2:]) + WAD.to_bytes(32, "big"))
    distribution.fund_root(once, WAD)
    with boa.reverts("distributor: invalid proof"):
        distribution.contract.claim(miner, WAD, [])


def test_claim__account_twice_in_a_root__pays_the_larger_once_never_the_sum(distribution, miners):
    """B13: the builder refuses duplicates; a forged root with two leaves still pays cumulative amounts, not their sum."""
    miner = miners[0]
    small, large = leaf_hash(miner, 3 * WAD), leaf_hash(miner, 5 * WAD)
    distribution.fund_root(node_hash(small, large), 8 * WAD)
    assert distribution.contract.claim(miner, 3 * WAD, [large]) == 3 * WAD
    assert distribution.contract.claim(miner, 5 * WAD, [small]) == 2 * WAD
    with boa.reverts("distributor: nothing to claim"):
        distribution.contract.claim(miner, 3 * WAD, [large])
    assert distribution.token.balanceOf(miner) == 5 * WAD


def test_claim__root_promises_more_than_was_funded__pays_only_what_is_held(distribution, miners):
    """B14: an overpromising root cannot draw more than the tokens held."""
    one, other = (leaf_hash(miner, 6 * WAD) for miner in miners[:2])
    distribution.fund_root(node_hash(one, other), 10 * WAD)
    distribution.contract.claim(miners[0], 6 * WAD, [other])
    distribution.model.claim(miners[0], 6 * WAD, [other])
    with boa.reverts("mdt: balance too low"):
        distribution.contract.claim(miners[1], 6 * WAD, [one])
    with refuses("mdt: balance too low"):
        distribution.model.claim(miners[1], 6 * WAD, [one])
    distribution.agree(*miners)


@pytest.mark.parametrize(
    ("cumulative", "reason"),
    [(MAX_PAYMENT, "mdt: balance too low"), (MAX_PAYMENT + 1, "distributor: nothing to claim"), (2**256 - 1, "distributor: nothing to claim")],
)
def test_claim__absurd_leaf__refused(distribution, miners, cumulative, reason):
    distribution.fund_root(leaf_hash(miners[0], cumulative), WAD)
    with boa.reverts(reason):
        distribution.contract.claim(miners[0], cumulative, [])
    with refuses(reason):
        distribution.model.claim(miners[0], cumulative, [])


def test_claim__leaf_of_the_zero_address__refused_by_the_token(distribution):
    distribution.fund_root(leaf_hash(ZERO_ADDRESS, WAD), WAD)
    with boa.reverts("mdt: zero address"):
        distribution.contract.claim(ZERO_ADDRESS, WAD, [])
    with refuses("mdt: zero address"):
        distribution.model.claim(ZERO_ADDRESS, WAD, [])


def test_claim__same_leaf_in_another_distributor__worth_nothing_there(distribution, tree, miners, earned, owner):
    """B19: a leaf names no contract; it is the root stored there, and the tokens funded for it, that pay."""
    other = deploy("RewardDistributor", token=distribution.token, owner=owner)
    distribution.token.transfer(other, WAD, sender=distribution.funder)
    with boa.reverts("distributor: invalid proof"):
        other.claim(miners[0], earned[miners[0]], tree.proof(miners[0]))


def test_claim__funder_gone_and_owner_gone__still_open(distribution, tree, miners, earned, owner, attacker):
    """B24: with the oracle dead the last root stays claimable; no role can close it."""
    distribution.contract.set_funder(attacker, sender=owner)
    boa.env.time_travel(seconds=10 * 365 * DAY)
    for miner in miners:
        assert distribution.contract.claim(miner, earned[miner], tree.proof(miner)) == earned[miner]


def test_claim__token_answers_false__refused_and_nothing_recorded(hostile, miners, earned):
    miner = miners[0]
    hostile.token.set_answers_false(True)
    with boa.reverts("distributor: transfer failed"):
        hostile.contract.claim(miner, earned[miner], hostile.tree.proof(miner))
    assert hostile.contract.claimed(miner) == 0


@pytest.mark.parametrize("nested", ["claim", "claim_many"])
def test_claim__call_back_from_the_token__same_leaf_is_not_paid_twice(hostile, miners, earned, nested):
    """C37: `claim` has no lock; what protects it is that everything is written before the token is called."""
    contract, token, miner = hostile.contract, hostile.token, miners[0]
    proof = hostile.tree.proof(miner)
    arguments = (miner, earned[miner], proof) if nested == "claim" else ([miner], [earned[miner]], [proof])
    token.set_call_back(contract, getattr(contract, nested).prepare_calldata(*arguments))
    assert contract.claim(miner, earned[miner], proof) == earned[miner]
    assert token.call_backs_tried() == 1
    assert token.call_backs_succeeded() == (0 if nested == "claim" else 1)  # the batch skips what is paid
    assert contract.claimed(miner) == token.balanceOf(miner) == earned[miner]
    assert token.balanceOf(contract) == hostile.held - earned[miner]


def test_claim__call_back_claiming_for_another__both_paid_once(hostile, miners, earned):
    """C37."""
    contract, token = hostile.contract, hostile.token
    token.set_call_back(contract, contract.claim.prepare_calldata(miners[1], earned[miners[1]], hostile.tree.proof(miners[1])))
    contract.claim(miners[0], earned[miners[0]], hostile.tree.proof(miners[0]))
    assert token.call_backs_succeeded() == 1
    for miner in miners[:2]:
        assert contract.claimed(miner) == token.balanceOf(miner) == earned[miner]
