"""RecyclingPool.deposit_fees: the burned part, to the wei."""

from __future__ import annotations

import boa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdt.model.reasons import Burn
from mdt.units import parse_amount
from tests.support.block_reward import events
from tests.support.profiles import examples
from tests.support.refusals import refuses
from tests.unit.recycling_pool.conftest import PAID_IN, assert_same, pool_and_model


@pytest.mark.parametrize(
    ("amount", "burned"),
    [("100_000 MDT", "50_000 MDT"), ("100_000 wei", "50_000 wei"), ("99 wei", "49 wei"), ("1 wei", "0 wei"), ("2 wei", "1 wei"), ("3 wei", "1 wei")],
)
def test_deposit_fees__vectors__half_is_burned_and_the_odd_wei_stays(pool, model, token, payer, amount, burned):
    """parameters.md section 9: fees 100,000 -> 50,000 burned; 99 -> 49."""
    amount, burned = parse_amount(amount), parse_amount(burned)
    supply = token.totalSupply()
    returned = pool.deposit_fees(amount, sender=payer)
    (event,) = events(pool, "FeesDeposited")
    assert (event.payer, event.amount, event.burned) == (payer, amount, burned)
    assert returned == model.deposit_fees(payer, amount) == burned
    assert_same(pool, model, token)
    assert token.burned_by_reason(Burn.TRANSACTION_FEE) == burned == supply - token.totalSupply()
    assert token.balanceOf(payer) == PAID_IN - amount
    assert pool.available() == amount - burned


def test_deposit_fees__zero_amount__refused(pool, model, payer):
    with boa.reverts("pool: zero amount"):
        pool.deposit_fees(0, sender=payer)
    with refuses("pool: zero amount"):
        model.deposit_fees(payer, 0)


@pytest.mark.parametrize("amount", [2**128, 2**255, 2**256 - 1])
def test_deposit_fees__more_than_there_can_be__refused_with_a_reason(pool, model, payer, amount):
    with boa.reverts("pool: amount out of bounds"):
        pool.deposit_fees(amount, sender=payer)
    with refuses("pool: amount out of bounds"):
        model.deposit_fees(payer, amount)


def test_deposit_fees__no_allowance_or_balance__reverts_and_nothing_counted(pool, model, token, payer, attacker):
    token.approve(pool, 1, sender=attacker)
    model.token.approve(attacker, pool.address, 1)
    for caller, amount, reason in (
        (attacker, 2, "mdt: allowance too low"),
        (attacker, 1, "mdt: balance too low"),
        (payer, PAID_IN + 1, "mdt: balance too low"),
    ):
        with boa.reverts(reason):
            pool.deposit_fees(amount, sender=caller)
        with refuses(reason):
            model.deposit_fees(caller, amount)
    with boa.reverts():  # the product overflows: nobody has that much
        pool.deposit_fees(2**256 - 1, sender=payer)
    assert_same(pool, model, token)


def test_deposit_fees__pool_not_entitled_to_burn__reverts(pool, token, owner, payer):
    token.set_burner(pool, 0, sender=owner)
    with boa.reverts("mdt: reason not allowed"):
        pool.deposit_fees(2, sender=payer)
    assert (pool.total_fees(), token.balanceOf(pool)) == (0, 0)


@pytest.mark.parametrize("bps", [0, 1, 3_333, 9_999, 10_000])
def test_deposit_fees__other_parts__rounded_down(token, owner, payer, bps):
    pool, model = pool_and_model(token, owner, payer, bps)
    for amount in (1, 9_999, 10_000, 10_001, 12_345_678_901_234_567_890):
        assert pool.deposit_fees(amount, sender=payer) == model.deposit_fees(payer, amount)
        assert_same(pool, model, token)


@given(amounts=st.lists(st.integers(1, 10**22), min_size=1, max_size=5))
@settings(max_examples=examples(quick=10, ci=40, deep=1_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_deposit_fees__any_amounts__parts_sum_to_the_whole(pool, token, payer, amounts):
    """A15: what is burned and what stays is the amount, to the wei, and the burned part is never more than half."""
    before, supply = pool.available(), token.totalSupply()
    burned = [pool.deposit_fees(amount, sender=payer) for amount in amounts]
    assert burned == [amount // 2 for amount in amounts]
    assert pool.available() - before + sum(burned) == sum(amounts)
    assert supply - token.totalSupply() == sum(burned)
