"""set_reporters: another set, another quorum; what was signed before is worthless."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.controller import Attestations
from mdt.model.reasons import Discard
from tests.support.emission import QUORUM, REPORTERS, STRANGER, addresses, as_tuple, event, events

ALL = addresses(REPORTERS)


def test_set_reporters__other_set__logged_and_in_force(suite, controller, owner):
    new = [STRANGER.address, *ALL[:2]]
    controller.set_reporters(new, 2, sender=owner)
    assert event(controller, "ReportersSet") == {"old_reporters": ALL, "new_reporters": new, "old_quorum": QUORUM, "new_quorum": 2}
    assert not events(controller, "ReportDiscarded")
    assert (controller.reporters(), controller.quorum()) == (new, 2)
    assert [controller.is_reporter(account) for account in [*ALL, STRANGER.address]] == [True, True, False, False, False, True]
    suite.end_epoch()
    suite.submit(suite.report(), [STRANGER, REPORTERS[1]])


def test_set_reporters__pending_report__discarded(controller, owner, reported):
    """B2: a reporter left and the quorum rose: the report is not settled."""
    digest = controller.pending().digest
    controller.set_reporters(ALL, 4, sender=owner)
    assert event(controller, "ReportDiscarded") == {"epoch": 0, "digest": digest, "discarded_by": owner, "reason": Discard.REPORTERS_CHANGED}
    assert (controller.attempt(), controller.status().has_pending) == (1, False)


def test_set_reporters__signatures_not_yet_submitted__worthless(suite, controller, owner):
    """B2, B26: also what was signed but not handed in, even by reporters who stay."""
    suite.end_epoch()
    report = suite.report()
    signatures = suite.sign(report)
    controller.set_reporters(ALL[:4], 3, sender=owner)
    assert controller.attempt() == 1
    with boa.reverts("report: wrong attempt"):
        controller.submit_report(as_tuple(report), signatures)


def test_set_reporters__only_the_quorum_or_the_order__is_a_change(controller, owner):
    controller.set_reporters(ALL, 4, sender=owner)
    controller.set_reporters(ALL[::-1], 4, sender=owner)
    assert controller.reporters() == ALL[::-1]
    assert all(controller.is_reporter(account) for account in ALL)


@pytest.mark.parametrize(
    ("reporters", "quorum", "reason"),
    [
        (ALL, 3, "attestations: no change"),
        (ALL, 2, "attestations: quorum too small"),
        (ALL[:4], 2, "attestations: quorum too small"),
        (ALL[:1], 1, "attestations: quorum too small"),
        ([], 0, "attestations: quorum too small"),
        ([], 2, "attestations: quorum too large"),
        (ALL, 6, "attestations: quorum too large"),
        (ALL, 2**256 - 1, "attestations: quorum too large"),
        ([*ALL[:2], ALL[0]], 2, "attestations: repeated reporter"),
        ([ALL[0], ALL[0]], 2, "attestations: repeated reporter"),
        ([*ALL[:2], ZERO_ADDRESS], 2, "attestations: zero reporter"),
    ],
)
def test_set_reporters__bad_set_or_quorum__refused_by_contract_and_model(controller, owner, reporters, quorum, reason):
    """B1: never fewer than two, never half or less."""
    model = Attestations(ALL, QUORUM)
    with boa.reverts(reason):
        controller.set_reporters(reporters, quorum, sender=owner)
    with pytest.raises(Refusal, match=reason):
        model.replace(reporters, quorum)
    assert (controller.reporters(), controller.quorum()) == (ALL, QUORUM)


@pytest.mark.parametrize(("count", "quorum"), [(2, 2), (3, 2), (4, 3), (5, 5)])
def test_set_reporters__strict_majorities__accepted(controller, owner, count, quorum):
    controller.set_reporters(ALL[:count][::-1], quorum, sender=owner)
    assert controller.quorum() == quorum


def test_set_reporters__not_the_owner__refused(controller, guardian, attacker):
    for caller in (guardian, attacker, ALL[0]):
        with boa.reverts("ownable: caller is not the owner"):
            controller.set_reporters(ALL[:3], 2, sender=caller)
