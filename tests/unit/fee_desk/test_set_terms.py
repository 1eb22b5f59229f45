"""FeeDesk.set_terms: the owner, inside bounds."""

from __future__ import annotations

import pytest

from mdt.model.desk import FeeTerms
from mdt.model.reasons import Fee
from tests.support.block_reward import events
from tests.support.desk import OWN, TERMS
from tests.support.pools import UNIT
from tests.support.refusals import refuses


@pytest.mark.parametrize(("kind", "old"), list(zip(OWN, TERMS, strict=True)))
def test_set_terms__owner__old_and_new_logged(scene, kind, old):
    new = FeeTerms(old.burn_bps - 1, old.least + 1, kind == Fee.REGISTRATION)
    scene.desk_twin.call("set_terms", scene.owner, kind, new)
    (event,) = events(scene.desk, "TermsSet")
    assert (event.kind, tuple(event.old_terms), tuple(event.new_terms)) == (
        kind,
        (old.burn_bps, old.least, old.is_to_treasury),
        (new.burn_bps, new.least, new.is_to_treasury),
    )
    others = [one for one in OWN if one != kind]
    assert [scene.desk.terms(one).burn_bps for one in others] == [TERMS[OWN.index(one)].burn_bps for one in others]
    scene.agree()


def test_set_terms__bounds__up_to_exactly_them(scene):
    most = scene.model.max_least
    for kind, burn_bps, is_to_treasury in ((Fee.REGISTRATION, 10_000, True), (Fee.UNMET_QUOTA, 10_000, False), (Fee.TRANSFER, 1_000, False)):
        with refuses("desk: burn out of bounds"):
            scene.desk_twin.call("set_terms", scene.owner, kind, FeeTerms(burn_bps + 1, 0, is_to_treasury))
        with refuses("desk: least out of bounds"):
            scene.desk_twin.call("set_terms", scene.owner, kind, FeeTerms(burn_bps, most + 1, is_to_treasury))
        scene.desk_twin.call("set_terms", scene.owner, kind, FeeTerms(burn_bps, most, is_to_treasury))
        assert (scene.desk.terms(kind).burn_bps, scene.desk.terms(kind).least) == (burn_bps, most)
    for burn_bps, least in ((2**256 - 1, 0), (2**16, 0), (0, 2**256 - 1), (0, 2**104)):
        with refuses("desk: burn out of bounds" if burn_bps else "desk: least out of bounds"):
            scene.desk_twin.call("set_terms", scene.owner, Fee.REGISTRATION, FeeTerms(burn_bps, least))
    scene.agree()


def test_set_terms__rest_of_a_transfer__is_the_payees(scene):
    with refuses("desk: rest is the payee's"):
        scene.desk_twin.call("set_terms", scene.owner, Fee.TRANSFER, FeeTerms(100, 0, True))
    scene.agree()


@pytest.mark.parametrize("kind", [Fee.GAS, Fee.SALE, Fee.SLASH, len(Fee), 2**256 - 1])
def test_set_terms__kind_that_is_taken_elsewhere__refused(scene, kind):
    """Nothing is said twice: those terms are fixed where they are enforced."""
    with refuses("desk: not taken here"):
        scene.desk_twin.call("set_terms", scene.owner, kind, FeeTerms(1))
    scene.agree()


@pytest.mark.parametrize(("kind", "terms"), list(zip(OWN, TERMS, strict=True)))
def test_set_terms__nothing_changes__refused(scene, kind, terms):
    with refuses("desk: nothing changes"):
        scene.desk_twin.call("set_terms", scene.owner, kind, terms)
    scene.agree()


def test_set_terms__each_field_alone__is_a_change(scene):
    for terms in (
        FeeTerms(2_501, UNIT, False),
        FeeTerms(2_501, UNIT + 1, False),
        FeeTerms(2_501, UNIT + 1, True),
        FeeTerms(2_501, 0, True),
        FeeTerms(0, 0, True),
        FeeTerms(),
    ):
        scene.desk_twin.call("set_terms", scene.owner, Fee.REGISTRATION, terms)
    scene.agree()


def test_set_terms__anybody_else__refused(scene):
    for caller in (scene.attacker, scene.treasury, scene.payer):
        with refuses("ownable: caller is not the owner"):
            scene.desk_twin.call("set_terms", caller, Fee.TRANSFER, FeeTerms())
    scene.agree()


def test_set_terms__what_was_taken_before__stays(scene):
    scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, 4 * UNIT)
    scene.desk_twin.call("set_terms", scene.owner, Fee.REGISTRATION, FeeTerms(10_000))
    assert tuple(scene.desk.totals(Fee.REGISTRATION)) == (4 * UNIT, UNIT, 3 * UNIT)
    scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, 4 * UNIT)
    assert tuple(scene.desk.totals(Fee.REGISTRATION)) == (8 * UNIT, 5 * UNIT, 3 * UNIT)
    scene.agree()
