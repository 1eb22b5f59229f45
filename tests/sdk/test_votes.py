"""Votes and liveness reports: the digests are the contract's, files say what is wrong with them."""

from __future__ import annotations

import json

import boa
import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.errors import AttestationError, EvidenceError
from mdt.staking import liveness, votes
from mdt.staking.liveness import Entry, LivenessReport
from mdt.staking.votes import SignedVote, SlasherDomain, Vote
from tests.support.profiles import examples
from tests.support.slashing import deploy_suite, high_s, key, short

HASHES = [bytes([number]) * 32 for number in (1, 2)]
KEY, OTHER = key("validator"), key("other")


@pytest.fixture(scope="module")
def suite():
    return deploy_suite()


@pytest.fixture(scope="module")
def domain(suite):
    return SlasherDomain(boa.env.evm.patch.chain_id, str(suite.slasher.address))


def report(*entries: tuple[int, int, int], epoch: int = 7) -> LivenessReport:
    return LivenessReport(epoch, tuple(Entry(*one) for one in entries))


# --- digests ---


@settings(max_examples=examples(20, 200, 5_000), deadline=None)
@given(height=st.integers(0, votes.MAX_HEIGHT), block_hash=st.binary(min_size=32, max_size=32))
def test_vote_digest__any_vote__is_the_contracts_and_what_wallets_sign(suite, domain, height, block_hash):
    vote = Vote(height, block_hash)
    assert votes.digest(vote, domain) == suite.slasher.vote_digest(vote.as_tuple())
    assert votes.sign(vote, domain, KEY).signer(domain) == KEY.address.lower()


@settings(max_examples=examples(20, 200, 5_000), deadline=None)
@given(
    epoch=st.integers(0, 2**64),
    entries=st.lists(st.tuples(st.integers(1, 2**64), st.integers(0, 2**40), st.integers(0, 2**40)), min_size=1, max_size=100, unique_by=lambda one: one[0]),
)
def test_liveness_digest__any_page__is_the_contracts_and_what_wallets_sign(suite, domain, epoch, entries):
    page = report(*sorted(entries), epoch=epoch)
    assert liveness.digest(page, domain) == suite.slasher.liveness_digest(*page.as_arguments())
    assert liveness.sign(page, domain, KEY).signer == KEY.address.lower()


@pytest.mark.parametrize("changed", [SlasherDomain(2, "0x" + "11" * 20), SlasherDomain(1, "0x" + "12" * 20)])
def test_digest__other_chain_or_slasher__differs(changed):
    here = SlasherDomain(1, "0x" + "11" * 20)
    assert votes.digest(Vote(1, HASHES[0]), here) != votes.digest(Vote(1, HASHES[0]), changed)
    assert liveness.digest(report((1, 2, 3)), here) != liveness.digest(report((1, 2, 3)), changed)


# --- evidence ---


def test_conflict__two_votes_of_one_key__names_it_and_the_contract_agrees(suite, domain):
    height = suite.block - 1
    signed = [votes.sign(Vote(height, one), domain, suite.operators[1]) for one in HASHES]
    assert votes.conflict(*signed, domain) == suite.operators[1].address.lower()
    slash_id = suite.slasher.prove_double_signing(signed[0].vote.as_tuple(), signed[0].signature, signed[1].vote.as_tuple(), signed[1].signature)
    assert suite.slasher.slash_record(slash_id).validator_id == 2


@pytest.mark.parametrize(
    ("second", "signer", "why"),
    [
        (Vote(6, HASHES[1]), KEY, "heights 5 and 6"),
        (Vote(5, HASHES[0]), KEY, "both votes are for the block 0x0101"),
        (Vote(5, HASHES[1]), OTHER, "one key has to have signed both"),
    ],
)
def test_conflict__no_evidence__says_why(domain, second, signer, why):
    with pytest.raises(EvidenceError, match=why):
        votes.conflict(votes.sign(Vote(5, HASHES[0]), domain, KEY), votes.sign(second, domain, signer), domain)


@pytest.mark.parametrize(("form", "why"), [(high_s, "high s"), (short, "must be 65")])
def test_conflict__signature_the_chain_refuses__says_so(domain, form, why):
    a, b = (votes.sign(Vote(5, one), domain, KEY) for one in HASHES)
    with pytest.raises(EvidenceError, match=f"the second vote: .*{why}"):
        votes.conflict(a, SignedVote(b.vote, form(b.signature)), domain)
    with pytest.raises(EvidenceError, match=f"the first vote: .*{why}"):
        votes.conflict(SignedVote(a.vote, form(a.signature)), b, domain)


# --- files ---


def test_signed_vote__v_of_a_hardware_wallet__as_the_chain_takes_it(domain):
    made = votes.sign(Vote(7, HASHES[0]), domain, KEY)
    hardware = SignedVote(made.vote, made.signature[:64] + bytes([made.signature[64] - 27]))
    assert hardware == made
    assert hardware.signer(domain) == made.signer(domain)


def test_vote_file__written__read_back(tmp_path, domain):
    signed = votes.sign(Vote(5, HASHES[0]), domain, KEY.key)
    path = tmp_path / "vote.json"
    path.write_text(signed.to_json())
    assert votes.read_vote(path) == signed
    path.write_text(json.dumps({"height": 5, "block_hash": HASHES[0].hex(), "signature": signed.signature.hex()}))
    assert votes.read_vote(path) == signed


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "vote.json:1:2: is not JSON"),
        ("[]", "vote.json:1:1: is .*: not a vote file"),
        ('{"height": 1, "block_hash": "0x00"}', "lacks signature: not a vote file"),
        ('{"height": 1, "block_hash": "0x00", "signature": "0x"}', "vote.json:1:29: block_hash: '0x00' has 1 bytes, not 32"),
        ('{"height": -1, "block_hash": "%s", "signature": "0x"}' % ("00" * 32), "vote.json:1:12: height: '-1' is not a plain whole number"),
        ('{"height": 1.5, "block_hash": "%s", "signature": "0x"}' % ("00" * 32), "height: '1.5' is not a plain whole number"),
        ('{"height": 1099511627776, "block_hash": "%s", "signature": "0x"}' % ("00" * 32), "height: '1099511627776' is more than 1,099,511,627,775"),
        ('{"height": 1, "block_hash": "%s 00", "signature": "0x"}' % ("00" * 31), "block_hash: .* is not hex"),
        ('{"height": 1, "height": 2}', "vote.json:1:15: the key .height. stands twice, first at .*vote.json:1:2"),
        ('{"height": 1, "block_hash": "0x00", "signatur": "0x"}', "'signatur' is not a key here .did you mean 'signature'"),
    ],
)
def test_vote_file__malformed__named(tmp_path, content, why):
    path = tmp_path / "vote.json"
    path.write_text(content)
    with pytest.raises(EvidenceError, match=why) as caught:
        votes.read_vote(path)
    assert str(path) in str(caught.value)


def test_report_file__written__read_back(tmp_path):
    page = report((1, 120, 0), (3, 0, 1))
    path = tmp_path / "liveness.json"
    path.write_text(page.to_json())
    assert liveness.read_report(path) == page


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"epoch": 1}, "not a liveness report"),
        ({"epoch": 1, "entries": []}, "0 entries"),
        ({"epoch": 1, "entries": [{"validator_id": 1, "missed_blocks": 1}]}, r"liveness.json:1:26: entries\[0\]: lacks missed_reveals: not a liveness report"),
        ({"epoch": 1, "entries": [{"validator_id": 1.0, "missed_blocks": 1, "missed_reveals": 0}]}, r"entries\[0\].validator_id: '1.0' is not a plain whole"),
        ({"epoch": float("nan"), "entries": []}, "liveness.json:1:11: NaN is not a number"),
        ({"epoch": 1, "entries": [{"validator_id": one, "missed_blocks": 1, "missed_reveals": 0} for one in (2, 2)]}, "validator 2 is out of place"),
        ({"epoch": 1, "entries": [{"validator_id": 0, "missed_blocks": 1, "missed_reveals": 0}]}, "validator 0 is out of place"),
        ({"epoch": 1, "entries": [{"validator_id": 1, "missed_blocks": "1", "missed_reveals": 0}]}, "whole numbers"),
        ({"epoch": True, "entries": [{"validator_id": 1, "missed_blocks": 1, "missed_reveals": 0}]}, "whole numbers"),
        ({"epoch": 1, "entries": [{"validator_id": one, "missed_blocks": 1, "missed_reveals": 0} for one in range(1, 102)]}, "101 entries"),
    ],
)
def test_report_file__malformed__named(tmp_path, data, why):
    path = tmp_path / "liveness.json"
    path.write_text(json.dumps(data))
    with pytest.raises(EvidenceError, match=why) as caught:
        liveness.read_report(path)
    assert str(path) in str(caught.value)


# --- a quorum ---


def test_merge__quorum__ascending_and_accepted(suite, domain):
    from tests.support.emission import QUORUM, REPORTERS, addresses

    page = report((1, 3, 0), epoch=0)
    signatures = [liveness.sign(page, domain, one) for one in reversed(REPORTERS)]
    merged = liveness.merge(page, domain, signatures, addresses(REPORTERS), QUORUM)
    assert len(merged) == QUORUM
    suite.end_epoch(0)
    suite.slasher.report_liveness(*page.as_arguments(), merged)
    assert suite.slasher.counters(1).missed_blocks == 3


def test_merge__other_report_or_stranger_or_too_few__says_whose(domain):
    reporters = [Account.create().address for _ in range(2)] + [KEY.address]
    page = report((1, 3, 0))
    with pytest.raises(AttestationError, match="another file, chain or slasher"):
        liveness.merge(page, domain, [liveness.sign(report((1, 4, 0)), domain, KEY)], reporters, 1)
    with pytest.raises(AttestationError, match="is not a reporter"):
        liveness.merge(page, domain, [liveness.sign(page, domain, OTHER)], reporters, 1)
    with pytest.raises(AttestationError, match="1 of 2 signatures"):
        liveness.merge(page, domain, [liveness.sign(page, domain, KEY)], reporters, 2)
