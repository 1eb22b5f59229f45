"""Tokens that tax, rebase, answer False or nothing, or stop: refused, or survived."""

from __future__ import annotations

import boa
import pytest

from mdt.units import BPS
from tests.support.boa_clock import now
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.liquidity import FEE_DELAY, FEES, LATER
from tests.support.pools import UNIT, both_tokens
from tests.support.token import issue

SHORT = "market: short of tokens"


def actions(market):
    """Every call that moves the hostile token, by name."""
    pool, who, late = market.pool, market.provider, market.deadline
    return {
        "add": lambda: pool.add(UNIT, UNIT, 0, who, late, sender=who),
        "add_one_sided": lambda: pool.add_one_sided(market.hostile, UNIT, 0, who, late, sender=who),
        "swap in": lambda: market.buy(UNIT),
        "swap out": lambda: market.sell(UNIT),
        "exact out, in": lambda: pool.swap_exact_out(market.hostile, UNIT, 9 * UNIT, who, late, sender=who),
        "exact out, out": lambda: pool.swap_exact_out(market.token, UNIT, 9 * UNIT, who, late, sender=who),
        "remove": lambda: pool.remove(UNIT, 0, 0, who, late, sender=who),
    }


COMING_IN = ("add", "add_one_sided", "swap in", "exact out, in")
GOING_OUT = ("swap out", "exact out, out", "remove")


@pytest.mark.parametrize("name", COMING_IN)
@pytest.mark.parametrize("tax_bps", [1, 500])
def test_token__taxes_what_comes_in__is_refused_and_nothing_happens(hostile, name, tax_bps):
    """G16: a shortfall reverts at the deposit."""
    before = hostile.books()
    hostile.hostile.set_tax(tax_bps, 0)
    with boa.reverts(SHORT):
        actions(hostile)[name]()
    assert hostile.books() == before


@pytest.mark.parametrize("name", ["swap out", "exact out, out"])
def test_token__takes_more_of_the_sender__is_refused(hostile, name):
    """What it would take of the pool besides is missing from the reserve afterwards."""
    hostile.hostile.set_tax(0, 500)
    with boa.reverts(SHORT):
        actions(hostile)[name]()


@pytest.mark.parametrize("name", ["swap out", "exact out, out", "remove"])
def test_token__taxes_what_goes_out__is_the_receivers_affair(hostile, name):
    hostile.hostile.set_tax(500, 0)
    actions(hostile)[name]()
    assert hostile.hostile.balanceOf(hostile.pool) == hostile.pool.reserves().paired


def test_token__takes_more_of_the_sender__holders_can_leave(hostile):
    """The levy on a withdrawal leaves the pool short by it: closed for trade, the rest is shared."""
    hostile.hostile.set_tax(0, 500)
    actions(hostile)["remove"]()
    assert hostile.hostile.balanceOf(hostile.pool) == hostile.pool.reserves().paired - UNIT * 500 // BPS
    with boa.reverts(SHORT):
        hostile.sell(UNIT)


@pytest.mark.parametrize("name", [*COMING_IN, *GOING_OUT])
def test_token__answers_false__is_refused(hostile, name):
    before = hostile.books()
    hostile.hostile.set_answers(1)
    with boa.reverts("market: transfer failed"):
        actions(hostile)[name]()
    assert hostile.books() == before


@pytest.mark.parametrize("name", [*COMING_IN, *GOING_OUT])
def test_token__refuses_transfers__passes_its_reason_on(hostile, name):
    hostile.hostile.set_frozen(True)
    with boa.reverts("market token: frozen"):
        actions(hostile)[name]()


def test_sweep__token_answers_false__reverts(hostile):
    hostile.hostile.mint(hostile.pool, 5)
    hostile.hostile.set_answers(1)
    with boa.reverts("market: transfer failed"):
        hostile.pool.sweep(hostile.hostile, sender=hostile.owner)


def test_token__returns_nothing__is_good():
    owner, treasury, holder = (str(boa.env.generate_address(role)) for role in ("owner", "treasury", "holder"))
    token, _ = both_tokens(owner, [holder], [])
    wordless = harness("WordlessToken").deploy()
    pool = deploy("LiquidityPool", token=token, paired=wordless, treasury=treasury, fees=FEES, fee_delay=FEE_DELAY, owner=owner)
    wordless.mint(holder, 1_000 * UNIT)
    for coin in (token, wordless):
        coin.approve(pool, 1_000 * UNIT, sender=holder)
    late = now() + LATER
    pool.add(100 * UNIT, 100 * UNIT, 1, holder, late, sender=holder)
    assert pool.swap_exact_in(wordless, UNIT, 1, holder, late, sender=holder) > 0
    assert pool.swap_exact_in(token, UNIT, 1, holder, late, sender=holder) > 0
    assert pool.remove(UNIT, 1, 1, holder, late, sender=holder)[1] > 0
    pool.add_one_sided(wordless, UNIT, 1, holder, late, sender=holder)
    assert wordless.balanceOf(pool) == pool.reserves().paired


# --- balances that change by themselves ---


@pytest.mark.parametrize("name", [*COMING_IN, "swap out", "exact out, out"])
def test_token__takes_some_of_the_pools__closes_it_for_all_but_withdrawals(hostile, name):
    """G6: a swap with less in the pool than the books say reverts, and nobody can write the books down."""
    hostile.hostile.set_balance(hostile.pool, 100 * UNIT - 1)
    before = hostile.books()
    with boa.reverts(SHORT):
        actions(hostile)[name]()
    with boa.reverts(SHORT):  # an MDT deposit, which does not touch the token
        hostile.pool.add_one_sided(hostile.token, UNIT, 0, hostile.provider, hostile.deadline, sender=hostile.provider)
    assert hostile.books() == before


def test_token__takes_some_of_the_pools__withdrawals_share_what_is_left(hostile):
    """Half is gone: everybody gets half, whoever leaves first, and trade does not go on at a wrong price."""
    hostile.hostile.set_balance(hostile.pool, 50 * UNIT)
    for _ in range(3):
        assert hostile.pool.quote_remove(20 * UNIT) == (20 * UNIT, 10 * UNIT)
        assert hostile.pool.remove(20 * UNIT, 0, 0, hostile.provider, hostile.deadline, sender=hostile.provider) == (20 * UNIT, 10 * UNIT)
        with boa.reverts(SHORT):
            hostile.sell(UNIT)
    assert tuple(hostile.pool.reserves())[:2] == (40 * UNIT, 40 * UNIT)


def test_token__takes_all_of_the_pools__mdt_can_still_be_had(hostile):
    hostile.hostile.set_balance(hostile.pool, 0)
    hostile.hostile.set_frozen(True)  # not even called for nothing
    assert hostile.pool.remove(20 * UNIT, 0, 0, hostile.provider, hostile.deadline, sender=hostile.provider) == (20 * UNIT, 0)


def test_token__gives_back_what_it_took__opens_the_pool_again(hostile):
    hostile.hostile.set_balance(hostile.pool, 50 * UNIT)
    actions(hostile)["remove"]()
    missing = hostile.pool.reserves().paired - hostile.hostile.balanceOf(hostile.pool)
    hostile.hostile.mint(hostile.pool, missing)
    assert hostile.sell(UNIT) > 0


def test_token__pays_the_pool_by_itself__changes_nothing(hostile):
    """A rebase upwards is a gift: it is not the holders', and the owner may send it on."""
    before = hostile.books()
    quoted = hostile.pool.quote_exact_in(hostile.token, UNIT), hostile.pool.quote_remove(UNIT)
    hostile.hostile.set_balance(hostile.pool, 130 * UNIT)
    assert hostile.books() == before
    assert (hostile.pool.quote_exact_in(hostile.token, UNIT), hostile.pool.quote_remove(UNIT)) == quoted
    assert hostile.pool.sweep(hostile.hostile, sender=hostile.owner) == 30 * UNIT


def test_mdt__no_path_of_its_own__lowers_the_pools_balance(hostile):
    """G6: burning needs an allowance, and the pool gives none, whoever may burn for whatever reason."""
    token, pool = hostile.token, hostile.pool
    token.set_burner(hostile.trader, 0xFF >> 3, sender=hostile.first_owner)
    for reason in range(5):
        with boa.reverts("mdt: allowance too low"):
            token.burnFrom(pool, 1, reason, sender=hostile.trader)
    with boa.reverts("mdt: allowance too low"):
        token.transferFrom(pool, hostile.trader, 1, sender=hostile.first_owner)
    for account in (hostile.trader, hostile.first_owner, hostile.treasury, str(hostile.hostile.address)):
        assert token.allowance(pool, account) == 0


def test_collect__burning_without_the_right__reverts_and_waits(hostile):
    """The protocol's shares are not lost: they wait until the token lets the pool burn."""
    fees = (30, 2_500, True)
    hostile.pool.announce_fees(fees, sender=hostile.owner)
    boa.env.time_travel(seconds=FEE_DELAY)
    hostile.pool.apply_fees()
    hostile.sell(20 * UNIT)
    due = hostile.pool.protocol_shares()
    hostile.token.set_burner(hostile.pool, 0, sender=hostile.first_owner)
    with boa.reverts("mdt: reason not allowed"):
        hostile.pool.collect()
    assert hostile.pool.protocol_shares() == due
    hostile.token.set_burner(hostile.pool, 1, sender=hostile.first_owner)
    hostile.pool.collect()
    assert hostile.hostile.balanceOf(hostile.treasury) > 0


def test_issue__mdt_minted_to_the_pool__is_a_gift(hostile):
    before = hostile.books()
    issue(hostile.token, hostile.pool, UNIT)
    assert hostile.books() == before
