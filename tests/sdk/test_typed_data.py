"""Typed data: digests never change, and are what the standard says, computed here by hand."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from eth_abi import encode
from eth_account import Account
from eth_account.messages import _hash_eip191_message
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.crypto.typed_data import Domain, Message, fields
from mdt.oracle import attest
from mdt.oracle.report import Report
from mdt.staking import liveness, votes
from mdt.staking.liveness import Entry, LivenessReport
from mdt.staking.votes import SlasherDomain, Vote
from tests.support.profiles import examples

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
REPORT_TYPE = "Report(uint256 epoch,uint256 attempt,uint256 tasks,uint256 difficulty,uint256 participation,bytes32 root,bytes32 auditRoot,uint256 cumulativeTotal,bytes32 dataHash)"
VOTE_TYPE = "Vote(uint256 height,bytes32 blockHash)"
ENTRY_TYPE = "Liveness(uint256 validatorId,uint256 missedBlocks,uint256 missedReveals)"
PAGE_TYPE = "LivenessReport(uint256 epoch,Liveness[] entries)" + ENTRY_TYPE

CONTROLLER, SLASHER = "0x" + "c0" * 20, "0x" + "5a" * 20
REPORT = Report(7, 1, 8_000, 7 * 10**17, 9 * 10**17, b"\x11" * 32, b"\x33" * 32, 316 * 10**18, b"\x22" * 32)
VOTE = Vote(123_456, b"\x33" * 32)
PAGE = LivenessReport(7, (Entry(1, 120, 0), Entry(5, 0, 3)))
KEY = keccak(b"somebody")


def by_hand(name: str, chain_id: int, contract: str, struct: bytes) -> bytes:
    words = [keccak(text=DOMAIN_TYPE), keccak(text=name), keccak(text="1"), chain_id, contract]
    separator = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], words))
    return keccak(b"\x19\x01" + separator + keccak(struct))


def report_struct(report: Report) -> bytes:
    return encode(["bytes32", *["uint256"] * 5, "bytes32", "bytes32", "uint256", "bytes32"], [keccak(text=REPORT_TYPE), *report.as_tuple()])


def page_struct(page: LivenessReport) -> bytes:
    hashes = [keccak(encode(["bytes32", "uint256", "uint256", "uint256"], [keccak(text=ENTRY_TYPE), *astuple(one)])) for one in page.entries]
    return encode(["bytes32", "uint256", "bytes32"], [keccak(text=PAGE_TYPE), page.epoch, keccak(b"".join(hashes))])


@pytest.mark.parametrize(
    ("found", "pinned"),
    [
        (attest.digest(REPORT, attest.Domain(1_337, CONTROLLER)), "533c716a5489143f938237e650303acb388e633f237a5d8583a4ea60260dd9b6"),
        (attest.digest(REPORT, attest.Domain(88_980, "0x" + "c1" * 20)), "e9bdf3cc4d4811b7db85c8a674766d5eb99b0f38fbe611f57b30e59c2a641f21"),
        (votes.digest(VOTE, SlasherDomain(88_980, SLASHER)), "37bfc13c859f95c8a4e9553e0b327887064bc77e4213050aa3eed8bfbbb18ccb"),
        (liveness.digest(PAGE, SlasherDomain(88_980, SLASHER)), "58fb355d5a732f72ae459c279ca9f6383a91d3145e9ad79e149bb975716bd4b5"),
    ],
)
def test_digest__pinned__signatures_made_by_earlier_versions_still_count(found, pinned):
    assert found.hex() == pinned


@settings(max_examples=examples(20, 100, 2_000), deadline=None)
@given(st.tuples(*[st.integers(0, 2**256 - 1)] * 3), st.integers(1, 2**64), st.binary(min_size=20, max_size=20).filter(any))
def test_digest__any_values__is_the_standards(numbers, chain_id, contract):
    epoch, tasks, total = numbers
    report, address = Report(epoch, 1, tasks, 1, 2, b"\x01" * 32, b"\x03" * 32, total, b"\x02" * 32), "0x" + contract.hex()
    assert attest.digest(report, attest.Domain(chain_id, address)) == by_hand(attest.NAME, chain_id, address, report_struct(report))


@settings(max_examples=examples(20, 100, 2_000), deadline=None)
@given(st.integers(0, votes.MAX_HEIGHT), st.integers(0, 2**64), st.lists(st.integers(0, 2**40), min_size=1, max_size=20))
def test_digest__any_vote_or_page__is_the_standards(height, epoch, missed):
    domain = SlasherDomain(88_980, SLASHER)
    vote, page = Vote(height, b"\x07" * 32), LivenessReport(epoch, tuple(Entry(number, one, 1) for number, one in enumerate(missed, 1)))
    struct = encode(["bytes32", "uint256", "bytes32"], [keccak(text=VOTE_TYPE), height, vote.block_hash])
    assert votes.digest(vote, domain) == by_hand(votes.NAME, 88_980, SLASHER, struct)
    assert liveness.digest(page, domain) == by_hand(votes.NAME, 88_980, SLASHER, page_struct(page))


def test_sign__key_or_account__recovers_over_the_digest_that_wallets_see():
    domain, message = Domain("Somebody", "1", 5, SLASHER), Message("Note", {"Note": fields(text="string", at="uint256")}, {"text": "hello", "at": 7})
    account = Account.from_key(KEY)
    assert domain.digest(message) == bytes(_hash_eip191_message(domain.signable(message)))
    assert domain.sign(message, KEY) == domain.sign(message, account) == bytes(Account.sign_typed_data(KEY, full_message=domain.typed_data(message)).signature)
    assert Account._recover_hash(domain.digest(message), signature=domain.sign(message, KEY)) == account.address
