"""What a governor is deployed with."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.model.clock import Clock
from mdt.model.governor import Governor
from mdt.units import DAY
from tests.support.deployers import deploy
from tests.support.governor import OTHER_TERMS, TERMS, WINDOW, code_hash
from tests.support.harness import harness
from tests.support.staking import UNBONDING
from tests.support.twins import both_refuse, plain

BAD_TERMS = [
    ("governor: delay out of range", {"delay_seconds": DAY - 1}),
    ("governor: delay out of range", {"delay_seconds": WINDOW + 1}),
    ("governor: period out of range", {"period_seconds": DAY - 1}),
    ("governor: period out of range", {"period_seconds": WINDOW}),
    ("governor: extension out of range", {"extension_seconds": 6 * 3_600 - 1}),
    ("governor: extension out of range", {"extension_seconds": WINDOW}),
    ("governor: extension out of range", {"extension_seconds": 2**256 - 1}),
    ("governor: vote too long", {"period_seconds": 2 * DAY, "extension_seconds": WINDOW - 2 * DAY}),
    ("governor: quorum out of range", {"quorum_bps": 399}),
    ("governor: quorum out of range", {"quorum_bps": 4_001}),
    ("governor: threshold out of range", {"threshold_bps": 9}),
    ("governor: threshold out of range", {"threshold_bps": 501}),
]
EDGES = [
    {"delay_seconds": WINDOW},
    {"period_seconds": DAY, "extension_seconds": WINDOW - DAY - 1},
    {"period_seconds": WINDOW - 6 * 3_600 - 1, "extension_seconds": 6 * 3_600},
    {"quorum_bps": 400, "threshold_bps": 10},
    {"quorum_bps": 4_000, "threshold_bps": 500},
]


def test_constructor__values__can_be_read(scene):
    governor = scene.governor
    assert governor.STAKING() == scene.staking.address
    assert governor.VALIDATORS() == scene.validators.address
    assert governor.TIMELOCK() == scene.timelock.address
    assert governor.ENROLMENT_SECONDS() == WINDOW
    assert governor.QUEUE_SECONDS() == 14 * DAY
    assert plain(governor.terms()) == plain(TERMS)
    assert (governor.votingDelay(), governor.votingPeriod()) == (TERMS.delay_seconds, TERMS.period_seconds)
    assert governor.proposal_count() == 0
    assert (governor.name(), governor.version()) == ("MDT Governor", "1")
    assert governor.CLOCK_MODE() == "mode=timestamp"
    assert governor.COUNTING_MODE() == "support=bravo&quorum=for,abstain"
    domain = governor.eip712Domain()
    assert (domain[1], domain[2], domain[4]) == ("MDT Governor", "1", governor.address)


def test_constructor__first_terms__are_logged(scene):
    made = deploy("Governor", {"Staking": scene.staking, "Timelock": scene.timelock}, terms=OTHER_TERMS)
    (event,) = made.get_logs()
    assert type(event).__name__ == "TermsSet"
    assert plain(event.old_terms) == (0, 0, 0, 0, 0)
    assert plain(event.new_terms) == plain(OTHER_TERMS)


@pytest.mark.parametrize(("reason", "changed"), BAD_TERMS)
def test_constructor__terms_out_of_bounds__reverts(scene, reason, changed):
    """I12: an extreme value is refused when it is set, not when somebody votes."""
    terms = replace(TERMS, **changed)
    around = {"Staking": scene.staking, "Timelock": scene.timelock}
    both_refuse(
        reason,
        lambda: Governor("0x", Clock(), scene.stakes, UNBONDING, scene.timelock_twin.model, terms, code_hash),
        lambda: deploy("Governor", around, terms=terms),
    )


@pytest.mark.parametrize("changed", EDGES)
def test_constructor__terms_at_their_bounds__are_taken(scene, changed):
    terms = replace(TERMS, **changed)
    assert plain(deploy("Governor", {"Staking": scene.staking, "Timelock": scene.timelock}, terms=terms).terms()) == plain(terms)


def test_constructor__no_code__reverts(scene):
    for name, reason in (("Staking", "governor: staking has no code"), ("Timelock", "governor: timelock has no code")):
        around = {"Staking": scene.staking, "Timelock": scene.timelock} | {name: scene.stranger}
        with boa.reverts(reason):
            deploy("Governor", around, terms=TERMS)


def test_constructor__staking_without_registry__reverts(scene):
    """The registry is named once, and is fixed here for good."""
    source = harness("RegistrylessStaking").deploy()
    with boa.reverts("governor: no registry"):
        deploy("Governor", {"Staking": source, "Timelock": scene.timelock}, terms=TERMS)


def test_constructor__two_governors_of_a_timelock__make_different_operations(scene):
    """I18: ids cannot collide."""
    other = deploy("Governor", {"Staking": scene.staking, "Timelock": scene.timelock}, terms=TERMS)
    arguments = ([str(scene.target.address)], [0], [b"\x01\x02\x03\x04"], b"\x01" * 32, 1)
    assert other.operation_of(*arguments) != scene.governor.operation_of(*arguments)
