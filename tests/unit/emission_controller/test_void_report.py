"""void_report: a quorum retracts what it signed, pending or not."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from mdt.model.controller import GRACE
from mdt.model.reasons import Discard
from tests.support.emission import FULL, NOTHING, QUORUM, REPORTERS, STRANGER, UNKNOWN, as_tuple, event, events, sign, travel, void_data


def void(suite, signers=None, epoch=None, attempt=None, sender=None):
    """Sign a void of the next epoch's attempt, or of another, and hand it in."""
    controller = suite.controller
    epoch = controller.next_epoch() if epoch is None else epoch
    attempt = controller.attempt() if attempt is None else attempt
    digest = controller.void_digest(epoch, attempt)
    controller.void_report(sign(digest, REPORTERS[:QUORUM] if signers is None else signers), sender=sender or boa.env.eoa)


def test_void_report__pending__discarded(suite, controller, anyone, reported):
    digest = controller.pending().digest
    void(suite, sender=anyone)
    assert event(controller, "ReportDiscarded") == {"epoch": 0, "digest": digest, "discarded_by": anyone, "reason": Discard.VOIDED}
    assert events(controller, "AttemptVoided") == []
    assert (controller.attempt(), controller.status().has_pending) == (1, False)
    assert controller.status().grace_until == suite.now + GRACE


def test_void_report__nothing_pending__what_was_signed_is_worthless(suite, controller, anyone):
    """X8: v1 was signed, v2 is right: anybody could submit v1, and v2 was refused."""
    suite.end_epoch()
    wrong = suite.report(NOTHING)
    signatures = suite.sign(wrong)
    void(suite, sender=anyone)
    assert event(controller, "AttemptVoided") == {"epoch": 0, "attempt": 0, "voided_by": anyone}
    with boa.reverts("report: wrong attempt"):
        controller.submit_report(as_tuple(wrong), signatures)
    with boa.reverts("attestations: not a reporter"):
        controller.submit_report(as_tuple(replace(wrong, attempt=1)), signatures)
    suite.settle_epoch(FULL)
    assert controller.epoch_record(0).emission == suite.schedule.base_reward


def test_void_report__first_submitted_by_a_stranger__the_right_one_settles(suite, controller, attacker):
    """X8: also when somebody was quicker."""
    suite.end_epoch()
    suite.submit(suite.report(NOTHING), sender=attacker)
    void(suite)
    suite.settle_epoch(FULL)
    assert controller.epoch_record(0).emission == suite.schedule.base_reward


def test_void_report__while_paused__works(suite, controller, guardian, reported):
    controller.pause(100, sender=guardian)
    void(suite)
    assert not controller.status().has_pending


def test_void_report__before_the_epoch_is_over__attempt_goes_up(suite, controller):
    void(suite)
    assert controller.attempt() == 1


def test_void_report__twice_with_the_same_signatures__refused(suite, controller, reported):
    """One void is for one attempt."""
    signatures = sign(controller.void_digest(0, 0), REPORTERS[:QUORUM])
    controller.void_report(signatures)
    with boa.reverts("attestations: not a reporter"):
        controller.void_report(signatures)


@pytest.mark.parametrize(("epoch", "attempt"), [(1, 0), (0, 1)])
def test_void_report__signed_for_another_epoch_or_attempt__refused(suite, reported, epoch, attempt):
    with boa.reverts("attestations: not a reporter"):
        void(suite, epoch=epoch, attempt=attempt)


def test_void_report__signatures_of_the_report__are_no_void(suite, controller, reported):
    with boa.reverts("attestations: not a reporter"):
        controller.void_report(suite.sign(reported))


def test_void_report__below_quorum__refused(suite, reported):
    with boa.reverts("attestations: below quorum"):
        void(suite, REPORTERS[: QUORUM - 1])


def test_void_report__malformed_signatures__refused(controller, reported):
    good = sign(controller.void_digest(0, 0), REPORTERS[:QUORUM])
    for bad, reason in (
        ([good[0][:64], *good[1:]], "attestations: not 65 bytes"),
        (good[::-1], "attestations: not ascending"),
        ([bytes(64) + b"\x1b", *good[1:]], "ecdsa: invalid signature"),
        ([bytes(65), *good[1:]], "attestations: not ascending"),
        ([good[0][:64] + b"\0", *good[1:]], "attestations: malformed entry"),
        ([good[0][:32] + b"\xff" * 32 + good[0][64:], *good[1:]], "ecdsa: invalid signature `s` value"),
    ):
        with boa.reverts(reason):
            controller.void_report(bad)


def test_void_report__a_stranger_among_them__refused(suite, reported):
    with boa.reverts("attestations: not a reporter"):
        void(suite, [*REPORTERS[:2], STRANGER])


def test_void_report__late_and_nothing_pending__refused(suite, controller):
    """What nobody can submit needs no void, and a void keeps no epoch open that is over."""
    suite.advance_to(controller.epoch_bounds(0)[2] + 1)
    with boa.reverts("report: deadline passed"):
        void(suite)


def test_void_report__at_the_last_block__the_next_attempt_has_a_grace(suite, controller):
    suite.advance_to(controller.epoch_bounds(0)[2])
    void(suite)
    suite.advance(1)
    travel(GRACE - 3)
    suite.settle_epoch()
    assert controller.epoch_record(0).is_settled


@pytest.mark.parametrize(("epoch", "attempt"), [(0, 0), (7, 3), (2**32 - 1, 2**32 - 1)])
def test_void_digest__independent_encoding__equal(controller, epoch, attempt):
    message = encode_typed_data(full_message=void_data(epoch, attempt, controller.address))
    assert controller.void_digest(epoch, attempt) == keccak(b"\x19" + message.version + message.header + message.body)


@pytest.mark.parametrize("domain", [{"chainId": 9_999}, {"verifyingContract": "0x" + "11" * 20}])
def test_void_report__signed_for_another_domain__refused(controller, reported, domain):
    data = void_data(0, 0, controller.address, **domain)
    signatures = [bytes(Account.sign_typed_data(reporter.key, full_message=data).signature) for reporter in REPORTERS]
    with pytest.raises(boa.BoaError, match=UNKNOWN):
        controller.void_report(signatures)
