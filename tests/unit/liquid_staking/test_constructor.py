"""The constructor: what is fixed for good, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquid_staking import LiquidStaking
from mdt.units import DAY
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.liquid import TERMS
from tests.support.refusals import refuses
from tests.support.staking import UNBONDING
from tests.support.twins import plain


def build(scene, **changed):
    around = {"MDT": scene.token, "Staking": scene.staking, "Treasury": scene.treasury}
    return deploy("LiquidStaking", around, **({"terms": TERMS, "owner": scene.owner} | changed))


def model(scene, *, treasury=None, terms=TERMS, owner=None):
    owner = scene.owner if owner is None else owner
    return LiquidStaking("vault", scene.token_twin, str(scene.token.address), scene.model.staking, treasury or scene.treasury, terms, owner, BoaClock())


def test_constructor__good_arguments__are_shown(empty):
    vault = build(empty)
    assert (vault.asset(), vault.STAKING(), vault.TREASURY()) == (empty.token.address, empty.staking.address, empty.treasury)
    assert (vault.name(), vault.symbol(), vault.decimals(), vault.share()) == ("Staked MDT", "stMDT", 18, vault.address)
    assert (vault.FLOW_SECONDS(), vault.CYCLE_SECONDS(), vault.WAIT_SECONDS()) == (7 * DAY, DAY, 28 * DAY)
    assert (vault.fee_bps(), vault.commission_limit_bps(), vault.owner(), vault.pending_owner()) == (1_000, 2_000, empty.owner, ZERO_ADDRESS)
    assert plain(vault.books()) == (0,) * 9 + (1, 1, 0, 0, False, 1_000_000)
    assert (vault.totalSupply(), vault.totalAssets(), vault.cycle_closed_at()) == (0, 0, 0)
    assert plain(vault.backing()) == plain(vault.pieces()) == []
    assert empty.token.allowance(vault, empty.staking) == 2**256 - 1


def test_constructor__event__tells_the_terms(empty):
    (event,) = [event for event in build(empty).get_logs() if type(event).__name__ == "WasDeployed"]
    assert plain(event.terms) == plain(TERMS)


def test_constructor__address_without_code__reverts(empty):
    with boa.reverts("lst: staking has no code"):
        build(empty, staking=empty.treasury)
    with boa.reverts("lst: token has no code"):
        build(empty, token=empty.treasury)


def test_constructor__treasury_that_is_none__reverts(empty):
    for treasury in (ZERO_ADDRESS, str(empty.token.address)):
        with boa.reverts("lst: bad treasury"):
            build(empty, treasury=treasury)
        with refuses("lst: bad treasury"):
            model(empty, treasury=treasury)


def test_constructor__nobody_as_owner__reverts(empty):
    with boa.reverts("lst: zero owner"):
        build(empty, owner=ZERO_ADDRESS)
    with refuses("lst: zero owner"):
        model(empty, owner=ZERO_ADDRESS)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"flow_seconds": DAY - 1}, "lst: flow out of bounds"),
        ({"flow_seconds": 30 * DAY + 1}, "lst: flow out of bounds"),
        ({"cycle_seconds": UNBONDING // 16 - 1}, "lst: cycle out of bounds"),
        ({"cycle_seconds": 14 * DAY + 1}, "lst: cycle out of bounds"),
        ({"wait_seconds": DAY - 1}, "lst: wait out of bounds"),
        ({"wait_seconds": 30 * DAY + 1}, "lst: wait out of bounds"),
        ({"fee_bps": 1_001}, "lst: fee out of bounds"),
        ({"commission_limit_bps": 10_001}, "lst: commission out of bounds"),
        ({"deposit_limit": 2**40}, "lst: limit out of bounds"),
    ],
)
def test_constructor__terms_out_of_bounds__reverts(empty, changed, reason):
    terms = replace(TERMS, **changed)
    with boa.reverts(reason):
        build(empty, terms=terms)
    with refuses(reason):
        model(empty, terms=terms)


@pytest.mark.parametrize(
    "changed",
    [
        {"flow_seconds": DAY, "cycle_seconds": UNBONDING // 16, "wait_seconds": DAY, "fee_bps": 0, "commission_limit_bps": 0, "deposit_limit": 0},
        {
            "flow_seconds": 30 * DAY,
            "cycle_seconds": 14 * DAY,
            "wait_seconds": 30 * DAY,
            "fee_bps": 1_000,
            "commission_limit_bps": 10_000,
            "deposit_limit": 2**40 - 1,
        },
    ],
)
def test_constructor__terms_at_their_bounds__are_taken(empty, changed):
    terms = replace(TERMS, **changed)
    vault = build(empty, terms=terms)
    assert (vault.FLOW_SECONDS(), vault.CYCLE_SECONDS(), vault.WAIT_SECONDS()) == (terms.flow_seconds, terms.cycle_seconds, terms.wait_seconds)
    assert vault.books().deposit_limit == terms.deposit_limit
    model(empty, terms=terms)


def test_constructor__token_that_does_not_approve__reverts(empty):
    token = harness("FalseToken").deploy()
    build(empty, token=token)
    token.set_answers_true(False)
    with boa.reverts("lst: approve failed"):
        build(empty, token=token)


def test_calls__token_that_answers_false__revert(empty):
    """C35."""
    token = harness("FalseToken").deploy()
    vault = build(empty, token=token)
    vault.deposit(10**18, empty.holder, sender=empty.holder)
    vault.requestRedeem(10**17, empty.holder, empty.holder, sender=empty.holder)
    vault.close_cycle()
    empty.unbond()
    vault.price_batch()
    token.set_answers_true(False)
    for call in (
        lambda: vault.deposit(10**18, empty.holder, sender=empty.holder),
        lambda: vault.mint(10**18, empty.holder, sender=empty.holder),
        lambda: vault.redeem(10**17, empty.holder, empty.holder, sender=empty.holder),
        lambda: vault.withdraw(10**16, empty.holder, empty.holder, sender=empty.holder),
    ):
        with boa.reverts("lst: transfer failed"):
            call()
