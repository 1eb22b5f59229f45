"""Signatures over reports: the controller's digest, and every refusal says what to do (B1-B3, B19, B20)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import _hash_eip191_message
from eth_utils import to_checksum_address
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.crypto.keccak import checksum, keccak
from mdt.crypto.signatures import Filed, Signature, read_signature, read_signatures, write_signature
from mdt.errors import AttestationError
from mdt.oracle.attest import Domain, counted, digest, merge, recovered, sign, signable, typed_data
from mdt.oracle.report import Report
from mdt.units import WAD
from tests.support.profiles import examples

CONTROLLER = "0x" + "c0" * 20
DOMAIN = Domain(1337, CONTROLLER)
REPORT = Report(7, 1, 8_000, 7 * 10**17, 9 * 10**17, b"\x11" * 32, b"\x33" * 32, 316 * WAD, b"\x22" * 32)
KEYS = [keccak(f"reporter {number}".encode()) for number in range(5)]
REPORTERS = [Account.from_key(key).address for key in KEYS]
FOREIGN = keccak(b"nobody")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

words = st.integers(0, 2**256 - 1)
hashes = st.binary(min_size=32, max_size=32)
reports = st.builds(
    Report,
    epoch=words,
    attempt=words,
    tasks=words,
    difficulty=st.integers(0, WAD),
    participation=st.integers(0, WAD),
    root=hashes,
    audit_root=hashes,
    cumulative_total=words,
    data_hash=hashes,
)


def signed(*numbers: int, report: Report = REPORT, domain: Domain = DOMAIN) -> list[Signature]:
    return [sign(report, domain, KEYS[number]) for number in numbers]


# --- the digest ---


@settings(max_examples=examples(20, 100, 2_000), deadline=None)
@given(reports, st.integers(1, 2**64), st.binary(min_size=20, max_size=20).filter(any))
def test_digest__any_report__is_what_wallets_compute(report, chain_id, controller):
    """Our own encoding against eth-account's EIP-712."""
    domain = Domain(chain_id, "0x" + controller.hex())
    assert digest(report, domain) == bytes(_hash_eip191_message(signable(report, domain)))


@settings(max_examples=examples(20, 100, 2_000), deadline=None)
@given(reports, reports)
def test_digest__different_reports__differ(one, other):
    """B20: one content, one digest."""
    assert (digest(one, DOMAIN) == digest(other, DOMAIN)) == (one == other)


def test_digest__another_chain_controller_or_field__differs():
    """B19."""
    changed = [replace(REPORT, **{name: value}) for name, value in (("epoch", 8), ("attempt", 2), ("tasks", 1), ("difficulty", 1), ("participation", 1))]
    changed += [
        replace(REPORT, root=bytes(32)),
        replace(REPORT, audit_root=bytes(32)),
        replace(REPORT, cumulative_total=1),
        replace(REPORT, data_hash=bytes(32)),
    ]
    digests = {digest(each, DOMAIN) for each in [REPORT, *changed]}
    digests |= {digest(REPORT, Domain(1, CONTROLLER)), digest(REPORT, Domain(1337, "0x" + "c1" * 20))}
    assert len(digests) == 12


def test_typed_data__names_and_checksum__as_wallets_expect():
    data = typed_data(REPORT, DOMAIN)
    assert data["domain"]["verifyingContract"] == to_checksum_address(CONTROLLER)
    assert data["domain"]["chainId"] == 1337
    assert list(data["message"]) == ["epoch", "attempt", "tasks", "difficulty", "participation", "root", "auditRoot", "cumulativeTotal", "dataHash"]
    assert data["message"]["cumulativeTotal"] == 316 * WAD


@pytest.mark.parametrize(
    ("chain_id", "controller"), [(0, CONTROLLER), (-1, CONTROLLER), (1, "0x12"), (1, "0x" + "0" * 40), (1, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d358")]
)
def test_domain__impossible__refused(chain_id, controller):
    with pytest.raises(AttestationError, match=r"chain id|controller is"):
        Domain(chain_id, controller)


# --- a quorum ---


def test_merge__quorum_in_any_order__sorted_by_signer_and_exactly_a_quorum():
    signatures = merge(REPORT, DOMAIN, signed(4, 0, 2, 3), REPORTERS, 3)
    signers = [Account._recover_hash(digest(REPORT, DOMAIN), signature=signature) for signature in signatures]
    chosen = sorted((REPORTERS[number] for number in (4, 0, 2, 3)), key=lambda address: int(address, 16))[:3]
    assert signers == chosen
    assert all(len(signature) == 65 and signature[64] in (27, 28) for signature in signatures)


def test_merge__too_few__names_who_is_missing():
    """B1: one reporter, or any two of five, are no quorum of three."""
    with pytest.raises(AttestationError, match=r"2 of 3 signatures; still to sign, 1 of: 0x") as caught:
        merge(REPORT, DOMAIN, signed(0, 1), REPORTERS, 3)
    for number, reporter in enumerate(REPORTERS):
        assert (checksum(reporter) in str(caught.value)) == (number not in (0, 1))


def test_merge__foreign_key__refused():
    with pytest.raises(AttestationError, match=f"{checksum(Account.from_key(FOREIGN).address)} is not a reporter of the controller"):
        merge(REPORT, DOMAIN, [*signed(0, 1), sign(REPORT, DOMAIN, FOREIGN)], REPORTERS, 3)


def test_merge__same_reporter_twice__refused():
    """B3: a second signature never adds to the count, even as other bytes."""
    with pytest.raises(AttestationError, match="signed twice; a reporter counts once"):
        merge(REPORT, DOMAIN, signed(0, 1, 1), REPORTERS, 3)


@pytest.mark.parametrize(
    ("report", "domain"), [(replace(REPORT, attempt=2), DOMAIN), (replace(REPORT, root=bytes(32)), DOMAIN), (REPORT, Domain(1, CONTROLLER))]
)
def test_merge__another_digest__refused(report, domain):
    """B2, B19."""
    with pytest.raises(AttestationError, match="another attempt, bundle, chain or controller"):
        merge(REPORT, DOMAIN, [*signed(0, 1), *signed(2, report=report, domain=domain)], REPORTERS, 3)


def test_merge__filed_under_another_name__refused():
    forged = replace(sign(REPORT, DOMAIN, FOREIGN), signer=REPORTERS[2].lower())
    with pytest.raises(AttestationError, match="was made by"):
        merge(REPORT, DOMAIN, [*signed(0, 1), forged], REPORTERS, 3)


def test_merge__digest_claimed_but_not_signed__refused():
    lie = replace(signed(2, report=replace(REPORT, tasks=1))[0], digest=digest(REPORT, DOMAIN))
    with pytest.raises(AttestationError, match="was made by"):
        merge(REPORT, DOMAIN, [*signed(0, 1), lie], REPORTERS, 3)


@pytest.mark.parametrize("quorum", [0, 6, 33])
def test_merge__impossible_quorum__refused(quorum):
    with pytest.raises(AttestationError, match="read both from the controller"):
        merge(REPORT, DOMAIN, signed(0, 1, 2), REPORTERS, quorum)


def test_recovered__malformed_signatures__refused():
    good = signed(0)[0].signature
    r, s, v = good[:32], int.from_bytes(good[32:64], "big"), good[64]
    assert recovered(REPORT, DOMAIN, good).signer == REPORTERS[0].lower()
    for bad, message in (
        (good[:64], "is 64 bytes, must be 65"),
        (good + b"\x00", "is 66 bytes"),
        (good[:64] + bytes([v + 8]), "the chain accepts 27 and 28"),
        (good[:64] + bytes([2]), "the chain accepts 27 and 28"),
        (r + (ORDER - s).to_bytes(32, "big") + bytes([55 - v]), "high s value"),
        (bytes(64) + bytes([27]), "recovers to nobody"),
        (b"\xff" * 32 + good[32:], "recovers to nobody"),
    ):
        with pytest.raises(AttestationError, match=message):
            recovered(REPORT, DOMAIN, bad)


def test_signature__v_of_a_hardware_wallet__accepted_and_sent_as_the_chain_takes_it(tmp_path):
    """Some hardware wallets end a signature in 0 or 1 where the chain takes 27 or 28."""
    report = replace(REPORT, attempt=2)  # over which both kinds are made
    ordinary = signed(0, 1, 2, 3, 4, report=report)
    hardware = [recovered(report, DOMAIN, each.signature[:64] + bytes([each.signature[64] - 27])) for each in ordinary]
    assert {each.signature[64] for each in ordinary} == {27, 28}
    assert hardware == ordinary
    for each in ordinary:  # as a file that another tool wrote
        text = json.loads(each.to_json())
        text["signature"] = text["signature"][:-2] + ("00" if text["signature"].endswith("1b") else "01")
        (tmp_path / f"{each.signer}.json").write_text(json.dumps(text))
    assert merge(report, DOMAIN, read_signatures(tmp_path), REPORTERS, 3) == merge(report, DOMAIN, ordinary, REPORTERS, 3)


# --- files ---


def test_signature_files__written_and_read__the_same(tmp_path):
    made = signed(0, 1, 2)
    for each in made:
        path = write_signature(tmp_path / "signatures", each)
        assert path.name == f"{each.signer}.json"
        assert read_signature(path) == each
    write_signature(tmp_path / "signatures", made[0])  # signing again is no second signature
    found = read_signatures(tmp_path / "signatures")
    assert sorted(each.signer for each in found.signatures) == sorted(each.signer for each in made)
    assert len(counted(REPORT, DOMAIN, found, REPORTERS).of_quorum(3)) == 3
    assert read_signatures(tmp_path / "none") == Filed([], [])


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"signer": "me", "digest": "0x", "signature": "0x"}', '{"signer": 5, "digest": "0x", "signature": "0x"}', b"\xff"]
)
def test_read_signature__not_one__refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(AttestationError, match=r"x\.json: not a signature file"):
        read_signature(path)


def test_sign__with_an_account_object__same_as_with_its_key():
    account = Account.from_key(KEYS[0])
    assert sign(REPORT, DOMAIN, account) == sign(REPORT, DOMAIN, KEYS[0]) == sign(REPORT, DOMAIN, "0x" + KEYS[0].hex())
    assert json.loads(signed(0)[0].to_json())["signer"] == account.address.lower()
