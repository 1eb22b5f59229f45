"""FeeDesk.pay: payments between accounts, with the burned part taken off."""

from __future__ import annotations

import boa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdt.addresses import ZERO_ADDRESS
from mdt.model.desk import FeeTerms
from mdt.model.reasons import Burn, Fee
from mdt.units import parse_amount
from tests.support.block_reward import events
from tests.support.desk import REGISTRATION, UNMET_QUOTA, DeskScene
from tests.support.pools import PURSE, UNIT
from tests.support.profiles import examples
from tests.support.refusals import refuses


@pytest.mark.parametrize(
    ("amount", "burned"),
    [
        ("1000 MDT", "10 MDT"),
        ("500 MDT", "5 MDT"),
        ("1000 wei", "10 wei"),
        ("500 wei", "5 wei"),
        ("99 wei", "0 wei"),
        ("100 wei", "1 wei"),
        ("199 wei", "1 wei"),
    ],
)
def test_pay__vectors__one_percent_is_burned_rounded_down(scene, amount, burned):
    """parameters.md section 9: 1000 -> 10/990, 500 -> 5/495, 99 -> 0/99."""
    amount, burned = parse_amount(amount), parse_amount(burned)
    supply = scene.token.totalSupply()
    assert scene.desk_twin.call("pay", scene.payer, scene.payee, amount, amount - burned) == amount - burned
    (event,) = events(scene.desk, "Paid")
    assert (event.payer, event.payee, event.amount, event.burned) == (scene.payer, scene.payee, amount, burned)
    assert scene.token.balanceOf(scene.payer) == PURSE - amount
    assert scene.token.balanceOf(scene.payee) == PURSE + amount - burned
    assert supply - scene.token.totalSupply() == burned == scene.token.burned_by_reason(Burn.TRANSACTION_FEE)
    assert tuple(scene.desk.totals(Fee.TRANSFER)) == (amount, burned, amount - burned)
    assert scene.token.balanceOf(scene.desk) == 0
    scene.agree()


def test_pay__plain_transfer_beside_it__arrives_whole(scene):
    """The token itself takes nothing."""
    scene.give(scene.payee, 1_000)
    assert scene.token.balanceOf(scene.payee) == PURSE + 1_000
    assert scene.token.total_burned() == 0


def test_pay__allowance_of_exactly_the_amount__is_enough(scene):
    scene.allow(scene.payer, scene.desk, 1_000)
    scene.desk_twin.call("pay", scene.payer, scene.payee, 1_000, 0)
    assert scene.token.allowance(scene.payer, scene.desk) == 0
    scene.agree()


def test_pay__to_oneself__burns_all_the_same(scene):
    scene.desk_twin.call("pay", scene.payer, scene.payer, 1_000, 990)
    assert scene.token.balanceOf(scene.payer) == PURSE - 10
    scene.agree()


def test_pay__desk_token_or_nobody_as_payee__refused(scene):
    """What the desk or the token holds nobody could spend."""
    for payee in (ZERO_ADDRESS, str(scene.desk.address), str(scene.token.address)):
        with refuses("desk: bad payee"):
            scene.desk_twin.call("pay", scene.payer, payee, 1_000, 0)
    scene.agree()


def test_pay__amount_out_of_bounds_or_not_there__refused(scene):
    for amount, reason in (
        (0, "desk: amount out of bounds"),
        (2**104, "desk: amount out of bounds"),
        (2**256 - 1, "desk: amount out of bounds"),
        (2**104 - 1, "mdt: balance too low"),
        (PURSE + 1, "mdt: balance too low"),  # the burned part alone is there
    ):
        with refuses(reason):
            scene.desk_twin.call("pay", scene.payer, scene.payee, amount, 0)
    for allowance in (0, 9, 10, 999):  # of which 10 would be burned
        scene.allow(scene.payer, scene.desk, allowance)
        with refuses("mdt: allowance too low"):
            scene.desk_twin.call("pay", scene.payer, scene.payee, 1_000, 0)
    scene.agree()


def test_pay__least__from_exactly_it(scene):
    """With a least of 100 wei no payment at one percent is so small that nothing burns."""
    scene.desk_twin.call("set_terms", scene.owner, Fee.TRANSFER, FeeTerms(100, 100))
    with refuses("desk: below the least"):
        scene.desk_twin.call("pay", scene.payer, scene.payee, 99, 0)
    scene.desk_twin.call("pay", scene.payer, scene.payee, 100, 0)
    assert scene.token.total_burned() == 1
    scene.agree()


def test_pay__governance_comes_first__payer_gets_what_it_said_or_nothing_happens(scene):
    for least, reason in ((990, None), (991, "desk: too little received"), (2**256 - 1, "desk: too little received")):
        if reason is None:
            scene.desk_twin.call("pay", scene.payer, scene.payee, 1_000, least)
        else:
            with refuses(reason):
                scene.desk_twin.call("pay", scene.payer, scene.payee, 1_000, least)
    scene.desk_twin.call("set_terms", scene.owner, Fee.TRANSFER, FeeTerms(1_000))
    with refuses("desk: too little received"):
        scene.desk_twin.call("pay", scene.payer, scene.payee, 1_000, 990)
    scene.desk_twin.call("pay", scene.payer, scene.payee, 1_000, 900)
    assert scene.token.balanceOf(scene.payee) == PURSE + 990 + 900
    scene.agree()


def test_pay__nothing_burns__needs_no_right_to_burn(scene):
    scene.entitle(scene.desk, 0)
    with refuses("mdt: reason not allowed"):
        scene.desk_twin.call("pay", scene.payer, scene.payee, 1_000, 0)
    scene.desk_twin.call("pay", scene.payer, scene.payee, 99, 99)
    scene.desk_twin.call("set_terms", scene.owner, Fee.TRANSFER, FeeTerms())
    scene.desk_twin.call("pay", scene.payer, scene.payee, UNIT, UNIT)
    assert tuple(scene.desk.totals(Fee.TRANSFER)) == (UNIT + 99, 0, UNIT + 99)
    scene.agree()


def test_pay__largest_burned_part__is_a_tenth():
    scene = DeskScene([REGISTRATION, UNMET_QUOTA, FeeTerms(1_000)])
    for amount in (1, 9, 10, 10_001, UNIT):
        assert scene.desk_twin.call("pay", scene.payer, scene.payee, amount, 0) == amount - amount // 10
    scene.agree()


@given(amounts=st.lists(st.integers(1, 10**23), min_size=1, max_size=4), bps=st.integers(0, 1_000))
@settings(max_examples=examples(quick=8, ci=30, deep=800), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pay__any_amounts__parts_sum_to_the_whole(scene, amounts, bps):
    """A15: what is burned and what arrives is the amount, to the wei."""
    with boa.env.anchor():
        token, desk = scene.token, scene.desk
        if bps != 100:
            desk.set_terms(Fee.TRANSFER, (bps, 0, False), sender=scene.owner)
        supply, before = token.totalSupply(), token.balanceOf(scene.payee)
        for amount in amounts:
            desk.pay(scene.payee, amount, 0, sender=scene.payer)
        burned = sum(amount * bps // 10_000 for amount in amounts)
        assert supply - token.totalSupply() == burned == desk.totals(Fee.TRANSFER).burned
        assert token.balanceOf(scene.payee) - before == sum(amounts) - burned == desk.totals(Fee.TRANSFER).passed_on
        assert token.balanceOf(desk) == 0
