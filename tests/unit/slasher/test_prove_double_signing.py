"""prove_double_signing: two votes of one key for one height, by anyone."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from eth_account import Account
from eth_utils import keccak

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.emission import EMPTY, as_tuple, event
from tests.support.slashing import BLOCKS, STAKE, TERMS, Vote, high_s, key, short
from tests.support.twins import both_refuse


def refused(suite, reason, a, b):
    both_refuse(reason, lambda: suite.model.prove_double_signing(*suite.for_model(a, b)), lambda: suite.slasher.prove_double_signing(*suite.for_contract(a, b)))


def typed_data(vote, contract, **changed):
    """The vote as a wallet signs it, written out from the documentation; `changed` replaces domain fields."""
    domain = {"name": "ModernTensor Slasher", "version": "1", "chainId": boa.env.evm.patch.chain_id, "verifyingContract": contract}
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "Vote": [{"name": "height", "type": "uint256"}, {"name": "blockHash", "type": "bytes32"}],
        },
        "primaryType": "Vote",
        "domain": domain | changed,
        "message": {"height": vote.height, "blockHash": vote.block_hash},
    }


def test_prove_double_signing__two_votes__half_the_pool_and_out_for_good(suite, slasher, attacker):
    a, b = suite.conflict(1)
    now = suite.now
    digests = sorted(bytes(slasher.vote_digest(as_tuple(vote))) for vote, _ in (a, b))
    evidence_hash = keccak(b"".join(digests))
    assert slasher.prove_double_signing(*suite.for_contract(a, b), sender=attacker) == 0
    assert event(slasher, "Slashed") == {
        "slash_id": 0,
        "validator_id": 1,
        "offence": 0,
        "bps": 5_000,
        "amount": STAKE // 2,
        "height": a[0].height,
        "evidence_hash": evidence_hash,
        "slashed_by": attacker,
        "ends_at": now + 2 * DAY,
    }
    assert suite.model.prove_double_signing(*suite.for_model(a, b)) == 0
    assert suite.staking.validator(1).status & Status.TOMBSTONED
    suite.assert_same()


def test_prove_double_signing__mirrored_order__the_same_offence(suite):
    """D13: refused as punished already, and the evidence hash is one."""
    a, b = suite.conflict(1)
    one = suite.model.domain
    suite.accuse(b, a)
    refused(suite, "slasher: already punished", a, b)
    refused(suite, "slasher: already punished", b, a)
    first, second = sorted(one.vote_digest(vote) for vote, _ in (a, b))
    assert suite.slasher.slash_record(0).evidence_hash == keccak(first + second)


def test_prove_double_signing__third_block_at_the_height__not_a_new_offence(suite):
    a, b = suite.conflict(1)
    suite.accuse(a, b)
    refused(suite, "slasher: already punished", a, (Vote(a[0].height, BLOCKS[2]), a[1]))


def test_prove_double_signing__another_height_after_an_upheld_one__tombstoned(suite):
    """D8: one upheld double signing is the defined total."""
    suite.advance(5)
    suite.accuse(*suite.conflict(1))
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    refused(suite, "slasher: already tombstoned", *suite.conflict(1, suite.block - 2))


def test_prove_double_signing__another_height_in_escrow__registered_once(suite, slasher):
    """Y5: nothing is taken, and the proof is kept."""
    suite.advance(5)
    suite.accuse(*suite.conflict(1))
    a, b = suite.conflict(1, suite.block - 2)
    held, status = suite.token.balanceOf(slasher), suite.staking.validator(1).status
    anybody = suite.twin.anybody
    first, second = sorted(suite.model.domain.vote_digest(vote) for vote, _ in (a, b))
    assert slasher.prove_double_signing(*suite.for_contract(a, b), sender=anybody) == 1
    assert event(slasher, "ProofRegistered") == {
        "slash_id": 1,
        "validator_id": 1,
        "height": suite.block - 2,
        "evidence_hash": keccak(first + second),
        "registered_by": anybody,
    }
    assert suite.model.prove_double_signing(*suite.for_model(a, b)) == 1
    assert tuple(slasher.slash_record(1)) == (1, 0, 6, 5_000, 0, 0, 0, 0, 0, suite.block - 2, False, keccak(first + second), EMPTY)
    assert (suite.token.balanceOf(slasher), suite.staking.validator(1).status) == (held, status)
    assert (slasher.slashes_of(1, 0, 50), slasher.registered_of(1)) == ([0], [1])
    suite.assert_same()
    refused(suite, "slasher: already punished", b, a)


def test_prove_double_signing__announced_by_a_slasher__takes_effect_at_once(suite, slasher):
    """A word does not hold up a proof, nor use it up: of the same height, voided or lapsed, neither."""
    suite.advance(5)
    suite.announce(1, 0, suite.block - 1)
    suite.announce(2, 0, suite.block - 1)
    suite.call("void_slash", suite.guardian, 1)
    suite.announce(3, 0, suite.block - 1)
    assert suite.accuse(*suite.conflict(1)) == 3
    assert suite.accuse(*suite.conflict(2)) == 4
    suite.advance(seconds=2 * TERMS.warning_seconds)
    assert suite.accuse(*suite.conflict(3)) == 5
    assert [slasher.slash_record(slash_id).status for slash_id in range(6)] == [4, 5, 4, 1, 1, 1]
    suite.assert_same()


def test_prove_double_signing__opened_by_a_slasher__already_punished(suite):
    suite.slash(1, 0)
    refused(suite, "slasher: already punished", *suite.conflict(1))


def test_prove_double_signing__overturned__same_votes_refused(suite):
    a, b = suite.conflict(1)
    suite.accuse(a, b)
    suite.call("overturn", suite.arbiter, 0)
    refused(suite, "slasher: already punished", b, a)
    assert not suite.staking.validator(1).status & Status.TOMBSTONED


# --- what is no conflict ---


def test_prove_double_signing__different_heights__refused(suite):
    (vote, signer), other = suite.conflict(1)
    refused(suite, "slasher: different heights", (replace(vote, height=vote.height - 1), signer), other)


def test_prove_double_signing__the_same_vote_twice__refused(suite):
    a, _ = suite.conflict(1)
    refused(suite, "slasher: same vote", a, a)


def test_prove_double_signing__two_validators__refused(suite):
    (vote, _), other = suite.conflict(1)
    refused(suite, "slasher: different signers", (vote, suite.operators[1]), other)


def test_prove_double_signing__no_validators_key__refused(suite):
    stranger = key("stranger")
    refused(suite, "slasher: not a validator", *[(vote, stranger) for vote, _ in suite.conflict(1)])


@pytest.mark.parametrize("height", [0, 1])
def test_prove_double_signing__height_not_over__refused(suite, height):
    refused(suite, "slasher: height in the future", *suite.conflict(1, suite.block + height))


def test_prove_double_signing__evidence_window__last_block_counts_and_the_next_does_not(suite):
    old = suite.conflict(1)
    suite.advance(TERMS.evidence_blocks)
    refused(suite, "slasher: evidence too old", *old)
    assert suite.accuse(*suite.conflict(1, suite.block - TERMS.evidence_blocks)) == 0


# --- keys ---


def test_prove_double_signing__rotated_key__counts_for_its_tenure_only(suite):
    """The old key answers for heights below the rotation, the new one from it on; both mean the same validator."""
    suite.advance(5)
    successor = key("successor")
    rotated_at = suite.block
    suite.rotate(1, successor.address)
    suite.advance(5)
    refused(suite, "slasher: not its key then", *suite.conflict(1, rotated_at))
    refused(suite, "slasher: not its key then", *suite.conflict(1, rotated_at + 1))
    refused(suite, "slasher: not its key then", *[(vote, successor) for vote, _ in suite.conflict(1, rotated_at - 1)])
    assert suite.accuse(*suite.conflict(1, rotated_at - 1)) == 0
    assert suite.slasher.slash_record(0).validator_id == 1
    suite.call("overturn", suite.arbiter, 0)
    assert suite.accuse(*[(vote, successor) for vote, _ in suite.conflict(1, rotated_at)]) == 1
    assert suite.slasher.slash_record(1).validator_id == 1


def test_prove_double_signing__before_the_validator_was__refused(suite):
    since = suite.staking.key(suite.operators[0].address).since
    refused(suite, "slasher: not its key then", *suite.conflict(1, since - 1))
    assert suite.accuse(*suite.conflict(1, since)) == 0


# --- signatures ---


def test_prove_double_signing__typed_data_of_a_wallet__accepted(suite, slasher):
    """The EIP-712 encoding of eth-account, an independent implementation."""
    (a, signer), (b, _) = suite.conflict(1)
    one, other = (bytes(Account.sign_typed_data(signer.key, full_message=typed_data(vote, slasher.address)).signature) for vote in (a, b))
    assert slasher.prove_double_signing(as_tuple(a), one, as_tuple(b), other) == 0


@pytest.mark.parametrize("changed", [{"chainId": 2}, {"verifyingContract": "0x" + "11" * 20}, {"name": "ModernTensor"}, {"version": "2"}])
def test_prove_double_signing__votes_for_elsewhere__refused(suite, slasher, changed):
    """B19: nothing signed for another chain or contract counts here, alone or beside a vote that does."""
    (a, signer), (b, _) = suite.conflict(1)
    foreign = [bytes(Account.sign_typed_data(signer.key, full_message=typed_data(vote, slasher.address, **changed)).signature) for vote in (a, b)]
    with boa.reverts("slasher: different signers"):
        slasher.prove_double_signing(as_tuple(a), foreign[0], as_tuple(b), foreign[1])
    with boa.reverts("slasher: different signers"):
        slasher.prove_double_signing(as_tuple(a), foreign[0], as_tuple(b), suite.sign_vote(b, signer))
    assert slasher.slash_count() == 0


def test_prove_double_signing__chain_id_changed__old_votes_refused(suite, slasher):
    """The domain follows the chain id."""
    votes = suite.conflict(1)
    signed = suite.for_contract(*votes)
    boa.env.evm.patch.chain_id += 1
    try:
        with boa.reverts("slasher: different signers"):
            slasher.prove_double_signing(*signed)
    finally:
        boa.env.evm.patch.chain_id -= 1


@pytest.mark.parametrize("place", [1, 3])
def test_prove_double_signing__another_form_of_the_signature__refused(suite, slasher, place):
    given = suite.for_contract(*suite.conflict(1))
    for bad, reason in (
        (high_s(given[place]), "ecdsa: invalid signature `s` value"),
        (short(given[place]), "signature: not 65 bytes"),
        (b"", "signature: not 65 bytes"),
        (given[place][:64], "signature: not 65 bytes"),
        (given[place][:64] + b"\x00", "ecdsa: invalid signature"),
        (bytes(65), "ecdsa: invalid signature"),
    ):
        with boa.reverts(reason):
            slasher.prove_double_signing(*[bad if index == place else value for index, value in enumerate(given)])
    assert slasher.prove_double_signing(*given) == 0
