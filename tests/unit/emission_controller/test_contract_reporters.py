"""Reporters that are contracts, beside accounts: what counts, what is no approval, and the form of an entry (EIP-1271)."""

from __future__ import annotations

import boa
import pytest

from tests.support.emission import QUORUM, REPORTERS, STRANGER, addresses, as_tuple, entry, events, merged, sign
from tests.support.harness import harness

MAGIC = bytes.fromhex("1626ba7e")
PADDED = MAGIC + bytes(28)


@pytest.fixture(autouse=True)
def _reporters(contract_reporters):
    """Two contracts beside three accounts."""


# --- what counts ---


def test_submit_report__a_contract_approved__counts_beside_accounts(suite, controller, multisig, report, digest):
    multisig.approve(digest)
    suite.submit_merged(report, REPORTERS[:2], [multisig.address])
    assert events(controller, "ReportSubmitted")[0].digest == digest
    assert controller.pending().digest == digest


def test_submit_report__two_contracts_and_an_account__count(suite, controller, multisig, other, report, digest):
    multisig.approve(digest)
    other.approve(digest)
    suite.submit_merged(report, REPORTERS[:1], [multisig.address, other.address])
    assert controller.status().has_pending


def test_submit_report__any_place_in_the_order__counts(suite, controller, report, digest):
    """A contract below, between and above the accounts."""
    places = set()
    while places != {0, 1, 2}:
        contract = harness("ContractReporter").deploy()
        place = sum(int(one.address, 16) < int(contract.address, 16) for one in REPORTERS[:2])
        if place in places:
            continue
        places.add(place)
        with boa.env.anchor():
            controller.set_reporters([*addresses(REPORTERS[:2]), contract.address], QUORUM, sender=suite.owner)
            again = suite.report()
            contract.approve(controller.report_digest(as_tuple(again)))
            suite.submit_merged(again, REPORTERS[:2], [contract.address])
            assert controller.status().has_pending


def test_submit_report__only_contracts__count(suite, controller):
    """A quorum of multisigs, and of nothing else."""
    contracts = [harness("ContractReporter").deploy() for _ in range(QUORUM)]
    controller.set_reporters([one.address for one in contracts], QUORUM, sender=suite.owner)
    report = suite.report()
    for one in contracts:
        one.approve(controller.report_digest(as_tuple(report)))
    suite.submit_merged(report, [], [one.address for one in contracts])
    assert controller.status().has_pending


def test_void_report__a_contract_approved__counts(controller, multisig):
    digest = controller.void_digest(0, controller.attempt())
    multisig.approve(digest)
    controller.void_report(merged(digest, REPORTERS[:2], [multisig.address]))
    assert events(controller, "AttemptVoided")[0].epoch == 0


def test_void_report__a_contract_approved_the_report_only__refused(suite, controller, multisig, report, digest):
    """What was approved is one digest: a report is no void of it."""
    multisig.approve(digest)
    suite.submit_merged(report, REPORTERS[:2], [multisig.address])
    void = controller.void_digest(0, controller.attempt())
    with boa.reverts("attestations: not approved"):
        controller.void_report(merged(void, REPORTERS[:2], [multisig.address]))


def test_submit_report__approved_for_an_earlier_attempt__refused(suite, controller, multisig, report, digest):
    """B20: an approval stays on chain, and is worth nothing for the next attempt."""
    multisig.approve(digest)
    void = controller.void_digest(0, controller.attempt())
    controller.void_report(sign(void, REPORTERS[:QUORUM]))
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(suite.report(), REPORTERS[:2], [multisig.address])


# --- what is no approval ---


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        MAGIC,
        PADDED[:31],
        bytes(32),
        bytes(28) + MAGIC,
        MAGIC + b"\x01" + bytes(27),
        MAGIC + bytes(27) + b"\x01",
        (1).to_bytes(32, "big"),
        bytes.fromhex("ffffffff") + bytes(28),
        bytes(32) + PADDED,
    ],
    ids=lambda answer: answer.hex() or "nothing",
)
def test_submit_report__another_answer__refused(suite, multisig, report, digest, answer):
    multisig.answer(digest, answer)
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(report, REPORTERS[:2], [multisig.address])


def test_submit_report__a_longer_answer__its_first_32_bytes_count(suite, controller, multisig, report, digest):
    """The rest is not even copied, so a contract cannot make the answer dear."""
    multisig.answer(digest, PADDED + b"\xff" * 64)
    suite.submit_merged(report, REPORTERS[:2], [multisig.address])
    assert controller.status().has_pending


@pytest.mark.parametrize("data", [b"", PADDED, PADDED + PADDED], ids=["nothing", "the answer", "more"])
def test_submit_report__contract_reverts__refused(suite, multisig, report, digest, data):
    """Also when it reverts with what would be the answer."""
    multisig.approve(digest)
    multisig.refuse(data)
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(report, REPORTERS[:2], [multisig.address])


def test_submit_report__another_digest_approved__refused(suite, multisig, report, digest):
    multisig.approve(bytes(a ^ 1 for a in digest))
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(report, REPORTERS[:2], [multisig.address])


def test_submit_report__entry_of_a_reporter_without_code__refused(suite, report):
    """An account signs; nobody else can say for it that it has approved."""
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(report, REPORTERS[:2], [REPORTERS[2].address])


def test_submit_report__contract_that_cannot_be_asked__refused(suite, controller, report, digest):
    """A reporter whose code knows nothing of EIP-1271: here the token."""
    controller.set_reporters([*addresses(REPORTERS[:2]), suite.token.address], QUORUM, sender=suite.owner)
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(suite.report(), REPORTERS[:2], [suite.token.address])


def test_submit_report__contract_calls_back__refused(suite, controller, multisig, report, digest):
    """The controller is locked while it asks, its views too."""
    multisig.approve(digest)
    multisig.call_back(controller.address)
    with boa.reverts("attestations: not approved"):
        suite.submit_merged(report, REPORTERS[:2], [multisig.address])


# --- the entry ---


def test_submit_report__v_is_0_and_s_is_not__refused(suite, controller, multisig, report, digest):
    """One form only; and an account's signature with v 0 is none."""
    multisig.approve(digest)
    good = merged(digest, REPORTERS[:2], [multisig.address])
    for one in (1, 2**255):
        bad = [each[:32] + one.to_bytes(32, "big") + b"\0" if each[64] == 0 else each for each in good]
        with boa.reverts("attestations: malformed entry"):
            controller.submit_report(as_tuple(report), bad)
    with boa.reverts("attestations: malformed entry"):
        controller.submit_report(as_tuple(report), [each[:64] + b"\0" for each in good])


@pytest.mark.parametrize("bit", [160, 161, 255])
def test_submit_report__r_is_no_address__refused(controller, multisig, report, digest, bit):
    multisig.approve(digest)
    bad = [
        (int.from_bytes(each[:32], "big") | 1 << bit).to_bytes(32, "big") + each[32:] if each[64] == 0 else each
        for each in merged(digest, REPORTERS[:2], [multisig.address])
    ]
    with boa.reverts("attestations: malformed entry"):
        controller.submit_report(as_tuple(report), bad)


@pytest.mark.parametrize("v", [1, 26, 29, 255])
def test_submit_report__another_v__refused(controller, multisig, report, digest, v):
    multisig.approve(digest)
    bad = [each[:64] + bytes([v]) if each[64] == 0 else each for each in merged(digest, REPORTERS[:2], [multisig.address])]
    with boa.reverts("ecdsa: invalid signature"):
        controller.submit_report(as_tuple(report), bad)


def test_submit_report__a_contract_twice__refused(controller, multisig, report, digest):
    """B3: a reporter counts once."""
    multisig.approve(digest)
    good = merged(digest, REPORTERS[:2], [multisig.address])
    twice = sorted([*good, entry(multisig.address)], key=lambda each: good.index(each))
    with boa.reverts("attestations: not ascending"):
        controller.submit_report(as_tuple(report), twice)


def test_submit_report__accounts_and_contracts_out_of_order__refused(controller, multisig, other, report, digest):
    multisig.approve(digest)
    other.approve(digest)
    good = merged(digest, REPORTERS[:1], [multisig.address, other.address])
    for order in ([1, 0, 2], [0, 2, 1], [2, 1, 0]):
        with boa.reverts("attestations: not ascending"):
            controller.submit_report(as_tuple(report), [good[at] for at in order])


def test_submit_report__zero_address__refused(controller, report, digest):
    """Nobody is a reporter at zero."""
    with boa.reverts("attestations: not ascending"):
        controller.submit_report(as_tuple(report), [bytes(65), *sign(digest, REPORTERS[:QUORUM])])


def test_submit_report__contracts_below_the_quorum__refused(suite, multisig, report, digest):
    multisig.approve(digest)
    with boa.reverts("attestations: below quorum"):
        suite.submit_merged(report, REPORTERS[:1], [multisig.address])


def test_submit_report__stranger_beside_a_contract__refused(suite, multisig, report, digest):
    multisig.approve(digest)
    with boa.reverts("attestations: not a reporter"):
        suite.submit_merged(report, [REPORTERS[0], STRANGER], [multisig.address])
