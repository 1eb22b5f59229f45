"""The constructor: what it keeps, logs and refuses."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.slasher import Slasher
from mdt.units import DAY, HOUR
from tests.support import deployers
from tests.support.boa_clock import BoaClock
from tests.support.emission import EMPTY, events
from tests.support.refusals import refuses
from tests.support.slashing import APPEAL, TERMS, arguments_of, terms_of


def deploy(suite, terms=TERMS, **changed):
    around = {"MDT": suite.token, "Staking": suite.staking, "Validators": suite.staking, "EmissionController": suite.controller, "Treasury": suite.treasury}
    return deployers.deploy("Slasher", around, **({"arbiter": suite.arbiter, "owner": suite.owner} | arguments_of(terms) | changed))


def model(suite, terms=TERMS, treasury=None, arbiter=None, owner=None):
    return Slasher(
        ZERO_ADDRESS,
        BoaClock(),
        suite.books,
        suite.books,
        suite.model.controller,
        treasury or suite.treasury,
        arbiter or suite.arbiter,
        terms,
        owner or suite.owner,
    )


def test_constructor__everything__kept_and_readable(suite):
    suite.staking.set_slasher(ZERO_ADDRESS)
    slasher = deploy(suite)
    (arbiter,) = events(slasher, "ArbiterSet")
    sizes = [(one.offence, one.old_bps, one.new_bps) for one in events(slasher, "SlashBpsSet")]
    assert (arbiter.old_arbiter, arbiter.new_arbiter) == (ZERO_ADDRESS, suite.arbiter)
    assert sizes == [(0, 0, 5_000), (1, 0, 1_000), (2, 0, 500)]
    assert (slasher.TOKEN(), slasher.TREASURY()) == (suite.token.address, suite.treasury)
    assert (slasher.STAKING(), slasher.VALIDATORS(), slasher.CONTROLLER()) == (suite.staking.address, suite.staking.address, suite.controller.address)
    assert (slasher.owner(), slasher.pending_owner(), slasher.arbiter()) == (suite.owner, ZERO_ADDRESS, suite.arbiter)
    assert terms_of(slasher.terms()) == TERMS
    assert (slasher.slash_count(), slasher.totals()) == (0, (0, 0, 0, 0))
    assert slasher.eip712Domain()[1:5] == ("ModernTensor Slasher", "1", boa.env.evm.patch.chain_id, slasher.address)
    assert slasher.eip712Domain()[5] == EMPTY


@pytest.mark.parametrize("name", ["token", "staking", "validators", "controller"])
def test_constructor__no_contract__refused(suite, name):
    for account in (ZERO_ADDRESS, suite.owner):
        with boa.reverts("slasher: no code"):
            deploy(suite, **{name: account})


@pytest.mark.parametrize("name", ["treasury", "arbiter", "owner"])
def test_constructor__zero_address__refused(suite, name):
    with boa.reverts("slasher: zero address"):
        deploy(suite, **{name: ZERO_ADDRESS})
    with refuses("slasher: zero address"):
        model(suite, **{name: ZERO_ADDRESS})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"slash_bps": (0, 1, 1)}, "slasher: bps out of range"),
        ({"slash_bps": (1, 0, 1)}, "slasher: bps out of range"),
        ({"slash_bps": (1, 1, 5_001)}, "slasher: bps out of range"),
        ({"offline_missed_blocks": 0}, "slasher: missed out of range"),
        ({"offline_missed_blocks": 100_001}, "slasher: missed out of range"),
        ({"window_epochs": 0}, "slasher: window out of range"),
        ({"window_epochs": 7}, "slasher: window out of range"),
        ({"warning_seconds": HOUR - 1}, "slasher: warning out of range"),
        ({"warning_seconds": 7 * DAY // 2 + 1}, "slasher: warning too long"),
        ({"warning_seconds": 2**256 - 1}, "slasher: warning too long"),
        ({"appeal_seconds": DAY - 1}, "slasher: appeal out of range"),
        ({"appeal_seconds": 7 * DAY + 1, "jail_seconds": 60 * DAY}, "slasher: appeal too long"),
        ({"jail_seconds": 2 * DAY - 1}, "slasher: jail out of range"),
        ({"jail_seconds": 60 * DAY + 1}, "slasher: jail out of range"),
        ({"evidence_blocks": 0}, "slasher: evidence out of range"),
        ({"evidence_blocks": 2_000_001}, "slasher: evidence out of range"),
        ({"max_jailed_bps": 999}, "slasher: jailed out of range"),
        ({"max_jailed_bps": 5_001}, "slasher: jailed out of range"),
        ({"burn_bps": 10_001}, "slasher: burn above 100%"),
    ],
)
def test_constructor__term_out_of_bounds__refused(suite, changed, reason):
    terms = replace(TERMS, **changed)
    with boa.reverts(reason):
        deploy(suite, terms)
    with refuses(reason):
        model(suite, terms)


def test_constructor__appeal_over_two_weeks__refused_even_if_unbonding_is_longer(suite):
    suite.staking.eval(f"self.unbonding_seconds = {30 * DAY}")
    suite.books.terms = replace(suite.books.terms, unbonding_seconds=30 * DAY)
    terms = replace(TERMS, appeal_seconds=14 * DAY + 1, jail_seconds=60 * DAY)
    with boa.reverts("slasher: appeal out of range"):
        deploy(suite, terms)
    with refuses("slasher: appeal out of range"):
        model(suite, terms)
    deploy(suite, replace(terms, appeal_seconds=14 * DAY))


def test_constructor__warning_over_a_week__refused_even_if_unbonding_is_longer(suite):
    suite.staking.eval(f"self.unbonding_seconds = {30 * DAY}")
    suite.books.terms = replace(suite.books.terms, unbonding_seconds=30 * DAY)
    terms = replace(TERMS, warning_seconds=7 * DAY + 1)
    with boa.reverts("slasher: warning out of range"):
        deploy(suite, terms)
    with refuses("slasher: warning out of range"):
        model(suite, terms)
    deploy(suite, replace(terms, warning_seconds=7 * DAY))


@pytest.mark.parametrize(("warning", "blocks", "most"), [(HOUR, 1_680, 1_660), (DAY, 1_400, 1_000), (7 * DAY // 2, 10**6, 0)])
def test_constructor__evidence_longer_than_unbonding_less_two_warnings__refused(suite, warning, blocks, most):
    """Y9: the bound between blocks of evidence and the unbonding time lies in the contract: in blocks, as two warnings are a part of its seconds."""
    suite.staking.eval(f"self.unbonding_blocks = {blocks}")
    suite.books.terms = replace(suite.books.terms, unbonding_blocks=blocks)
    terms = replace(TERMS, warning_seconds=warning, evidence_blocks=most + 1)
    with boa.reverts("slasher: evidence too long"):
        deploy(suite, terms)
    with refuses("slasher: evidence too long"):
        model(suite, terms)
    if most:
        deploy(suite, replace(terms, evidence_blocks=most))
        model(suite, replace(terms, evidence_blocks=most))


@pytest.mark.parametrize(
    "changed",
    [
        {"slash_bps": (1, 5_000, 1), "offline_missed_blocks": 1, "burn_bps": 0, "evidence_blocks": 1},
        {"window_epochs": 1, "warning_seconds": HOUR, "max_jailed_bps": 1_000},
        {"window_epochs": 6, "warning_seconds": 3 * DAY, "max_jailed_bps": 5_000},
        {"appeal_seconds": DAY, "jail_seconds": DAY},
        {"appeal_seconds": 7 * DAY, "jail_seconds": 60 * DAY, "burn_bps": 10_000, "evidence_blocks": 2_000_000, "offline_missed_blocks": 100_000},
    ],
)
def test_constructor__bounds_themselves__accepted(suite, changed):
    terms = replace(TERMS, **changed)
    assert terms_of(deploy(suite, terms).terms()) == model(suite, terms).terms == terms


def test_constructor__deployer_is_not_the_owner__keeps_nothing(suite):
    slasher = deploy(suite)
    assert boa.env.eoa != suite.owner
    with boa.reverts("ownable: caller is not the owner"):
        slasher.set_arbiter(boa.env.eoa)
    assert deploy(suite, owner=boa.env.eoa).owner() == boa.env.eoa


def test_constructor__next_slasher__numbers_that_never_came_before(suite, slasher):
    """Staking keeps notes by number: those of an earlier slasher must not be paid here."""
    assert (slasher.FIRST_SLASH_ID(), slasher.slash_count()) == (0, 0)
    suite.slash(1, 1)
    second = deploy(suite)
    assert (second.FIRST_SLASH_ID(), second.slash_count()) == (2**32, 2**32)
    suite.call("overturn", suite.arbiter, 0)
    suite.staking.set_slasher(second)
    third = deploy(suite)
    assert third.FIRST_SLASH_ID() == 2**33
    second.set_slasher_role(suite.owner, True, sender=suite.owner)
    assert second.announce_slash(1, 2, suite.block - 1, APPEAL, sender=suite.owner) == 2**32
    suite.advance(seconds=TERMS.warning_seconds)
    second.open_slash(2**32)
    assert second.slashes_of(1, 0, 50) == [2**32]
    assert second.slash_record(0).status == 0
    assert suite.staking.escrow(1, 2).slash_id == 2**32
    suite.staking.set_slasher(boa.env.generate_address("no contract"))
    assert deploy(suite).FIRST_SLASH_ID() == 0
