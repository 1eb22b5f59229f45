"""Signature files of reporters that are contracts: their entry, who is asked, and what a node's answer means."""

from __future__ import annotations

import pytest
import requests
from eth_account import Account
from web3 import Web3
from web3.exceptions import ContractLogicError, Web3RPCError
from web3.providers import BaseProvider

from mdt.chain.node import Node
from mdt.crypto.keccak import checksum, keccak
from mdt.crypto.signatures import Signature, contract_entry, is_contract_entry, read_signatures, with_chain_v, write_signature
from mdt.errors import AttestationError, NodeError
from mdt.oracle.approvals import APPROVAL_GAS, APPROVED, MAGIC, asking, gas_of, require_approved
from mdt.oracle.attest import Domain, Void, counted, digest, merge, named, sign
from mdt.oracle.report import Report
from mdt.staking import liveness

DOMAIN = Domain(1337, "0x" + "c0" * 20)
REPORT = Report(7, 1, 1, 1, 1, b"\x01" * 32, b"\x03" * 32, 5, b"\x02" * 32)
KEYS = [Account.from_key(bytes([number]) * 32) for number in range(1, 3)]
MULTISIG, OTHER = checksum("0x" + "ab" * 20), checksum("0x" + "cd" * 20)
REPORTERS = [*(key.address for key in KEYS), MULTISIG]


class Asked:
    """A chain that says of every contract but some that it has approved."""

    def __init__(self, *refusing: str) -> None:
        self.refusing = {one.lower() for one in refusing}
        self.calls: list[tuple[str, bytes]] = []

    def __call__(self, reporter: str, wanted: bytes) -> None:
        self.calls.append((reporter, wanted))
        if reporter in self.refusing:
            raise AttestationError(f"{checksum(reporter)} has not approved")


# --- the entry ---


def test_entry__of_a_contract__65_bytes_that_no_signature_has():
    entry = contract_entry(MULTISIG)
    assert entry == bytes(12) + bytes.fromhex("ab" * 20) + bytes(32) + b"\0"
    assert is_contract_entry(entry)
    assert with_chain_v(entry) == entry
    assert not is_contract_entry(entry[:64])


def test_entry__a_wallets_signature_with_v_0__is_none():
    """Some hardware wallets say 0 for 27: what they sign has an s."""
    signature = sign(REPORT, DOMAIN, KEYS[0]).signature
    zero = signature[:64] + b"\0"
    assert not is_contract_entry(zero)
    assert with_chain_v(zero)[64] == 27


@pytest.mark.parametrize("address", ["0x" + "00" * 20, "0x12", "multisig"])
def test_entry__no_address__refused(address):
    with pytest.raises(AttestationError, match="contract is "):
        contract_entry(address)


@pytest.mark.parametrize("report", [REPORT, Void(7, 1)])
def test_named__report_or_void__filed_and_read_as_written(report, tmp_path):
    entry = named(report, DOMAIN, MULTISIG)
    assert (entry.signer, entry.digest) == (MULTISIG.lower(), digest(report, DOMAIN))
    path = write_signature(tmp_path, entry)
    assert path.name == f"{MULTISIG.lower()}.json"
    assert read_signatures(tmp_path).signatures == [entry]


# --- counting ---


def test_counted__approved__in_its_place_among_accounts():
    approved = Asked()
    given = [named(REPORT, DOMAIN, MULTISIG), *(sign(REPORT, DOMAIN, key) for key in KEYS)]
    found = counted(REPORT, DOMAIN, given, REPORTERS, approved)
    assert found.set_aside == []
    wanted = {one.signer: one.signature for one in given}
    assert found.of_quorum(3) == [wanted[signer] for signer in sorted(wanted)]
    assert merge(REPORT, DOMAIN, given, REPORTERS, 3, approved) == found.of_quorum(3)
    assert approved.calls == [(MULTISIG.lower(), digest(REPORT, DOMAIN))] * 2


def test_counted__not_approved__set_aside_with_its_reason():
    given = [named(REPORT, DOMAIN, MULTISIG), *(sign(REPORT, DOMAIN, key) for key in KEYS)]
    found = counted(REPORT, DOMAIN, given, REPORTERS, Asked(MULTISIG))
    assert found.set_aside == [f"{MULTISIG} has not approved"]
    assert len(found.of_quorum(2)) == 2
    with pytest.raises(AttestationError, match=f"2 of 3 signatures; still to sign, 1 of: {MULTISIG}; set aside: {MULTISIG} has not approved"):
        found.of_quorum(3)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (named(REPORT, DOMAIN, OTHER), "is not a reporter"),
        (named(Void(7, 1), DOMAIN, MULTISIG), "another attempt, bundle, chain"),
        (Signature(MULTISIG.lower(), digest(REPORT, DOMAIN), contract_entry(OTHER)), f"was made by {OTHER}"),
        (Signature(MULTISIG.lower(), digest(REPORT, DOMAIN), b"\x01" + contract_entry(MULTISIG)[1:]), "which is no address"),
        (Signature(MULTISIG.lower(), digest(REPORT, DOMAIN), bytes(65)), "which is no address"),
    ],
    ids=["no reporter", "another digest", "filed for another", "r too large", "zero"],
)
def test_counted__bad_entry__set_aside_and_nobody_is_asked(given, why):
    """Only reporters are asked, and only about this digest."""
    approved = Asked()
    found = counted(REPORT, DOMAIN, [given], REPORTERS, approved)
    assert ([why in line for line in found.set_aside], found.by_signer, approved.calls) == ([True], {}, [])


def test_counted__nobody_to_ask__set_aside():
    found = counted(REPORT, DOMAIN, [named(REPORT, DOMAIN, MULTISIG)], REPORTERS)
    assert found.set_aside == [f"{MULTISIG} is named as a contract that approved; this is signed by accounts only"]


def test_counted__liveness__accounts_only():
    """The slasher takes signatures of keys only."""
    report = liveness.LivenessReport(7, (liveness.Entry(1, 0, 0),))
    domain = liveness.SlasherDomain(1337, "0x" + "c0" * 20)
    entry = Signature(MULTISIG.lower(), liveness.digest(report, domain), contract_entry(MULTISIG))
    found = liveness.counted(report, domain, [entry], REPORTERS)
    assert "signed by accounts only" in found.set_aside[0]


# --- asking ---


class Answering(BaseProvider):
    """As much of a node as is asked."""

    def __init__(self, answer: bytes | Exception, code: bytes = b"\x01") -> None:
        super().__init__()
        self.answer, self.known_code = answer, code
        self.requests: list[dict] = []

    def make_request(self, method, params):
        if method == "eth_getCode":
            return {"jsonrpc": "2.0", "id": 1, "result": "0x" + self.known_code.hex()}
        assert method == "eth_call"
        self.requests.append(params[0])
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"jsonrpc": "2.0", "id": 1, "result": "0x" + self.answer.hex()}


def node_of(provider: Answering) -> Node:
    return Node(Web3(provider, middleware=[]), 1337)


WANTED = digest(REPORT, DOMAIN)
ASK = (MULTISIG.lower(), WANTED)


def test_asking__calldata__is_that_of_the_interface():
    assert keccak(b"isValidSignature(bytes32,bytes)")[:4] == MAGIC
    assert asking(WANTED) == MAGIC + WANTED + (64).to_bytes(32, "big") + bytes(32)


def test_require_approved__the_answer__asked_once_by_nobody_with_the_controllers_gas():
    node = Answering(APPROVED)
    require_approved(node_of(node), *ASK)
    data = asking(WANTED)
    assert node.requests == [{"to": MULTISIG, "data": "0x" + data.hex(), "gas": gas_of(data)}]
    assert gas_of(b"\x01\x00") == 21_000 + 16 + 4 + APPROVAL_GAS


@pytest.mark.parametrize(
    "answer",
    [b"", bytes(32), MAGIC, b"\xff" * 32, ContractLogicError("execution reverted: Hash not approved"), ContractLogicError("execution reverted")],
    ids=["nothing", "no", "unpadded", "the other no", "reverts with a reason", "reverts"],
)
def test_require_approved__anything_else__names_the_digest(answer):
    with pytest.raises(AttestationError, match=f"{MULTISIG} has not approved 0x{WANTED.hex()}: have it approve this digest on chain"):
        require_approved(node_of(Answering(answer)), *ASK)


def test_require_approved__longer_answer__first_32_bytes():
    require_approved(node_of(Answering(APPROVED + b"\xff")), *ASK)


def test_require_approved__account__says_that_it_signs_with_its_key():
    with pytest.raises(AttestationError, match=f"{MULTISIG} is no contract on chain 1337: an account signs with its key"):
        require_approved(node_of(Answering(b"", code=b"")), *ASK)


def test_require_approved__node_says_out_of_gas__set_aside_so_that_it_stops_nobody():
    node = node_of(Answering(Web3RPCError("out of gas")))
    with pytest.raises(AttestationError, match=r"cannot be asked within 100,000 gas .*out of gas"):
        require_approved(node, *ASK)


def test_require_approved__node_does_not_answer__no_word_about_the_contract():
    with pytest.raises(NodeError, match="does not answer"):
        require_approved(node_of(Answering(requests.exceptions.ConnectionError("Connection refused"))), *ASK)
