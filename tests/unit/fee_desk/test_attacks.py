"""What somebody could try at the desk, and a token that calls back or answers False."""

from __future__ import annotations

from itertools import product

import boa
import pytest

from mdt.model.desk import FeeTerms
from mdt.model.reasons import Burn, Fee, Mint
from tests.support.deployers import deploy
from tests.support.desk import FEE_BURN_BPS, OWN, plain
from tests.support.harness import harness
from tests.support.pools import PURSE, UNIT
from tests.support.refusals import refuses
from tests.support.slashing import STAKING_TERMS
from tests.support.unlocked import unlocked

HELD = 10**9


def test_allowance__of_somebody_else__is_out_of_reach(scene):
    """The payer allows the desk everything; only the payer's own calls spend it."""
    for caller in (scene.attacker, scene.owner, scene.treasury):
        scene.allow(caller, scene.desk)
        for kind in (Fee.REGISTRATION, Fee.UNMET_QUOTA):
            with refuses("mdt: balance too low"):
                scene.desk_twin.call("deposit", caller, kind, scene.payer, UNIT)
        with refuses("mdt: balance too low"):
            scene.desk_twin.call("pay", caller, caller, UNIT, 0)
        with refuses("desk: nothing to sweep"):
            scene.desk_twin.call("sweep", None)
    assert scene.token.balanceOf(scene.payer) == PURSE
    scene.agree()


def test_owner__worst_terms__takes_no_more_than_the_payer_said(scene):
    """A tenth of a transfer at most, and not even that if the payer says what has to arrive."""
    scene.desk_twin.call("set_terms", scene.owner, Fee.TRANSFER, FeeTerms(1_000, scene.model.max_least))
    amount = scene.model.max_least
    with refuses("desk: too little received"):
        scene.desk_twin.call("pay", scene.payer, scene.payee, amount, amount * 9_900 // 10_000)
    assert scene.desk_twin.call("pay", scene.payer, scene.payee, amount, amount * 9 // 10) == amount * 9 // 10
    scene.agree()


def test_pay__split_into_many__burns_less_only_below_the_least(scene):
    """99 wei at a time burn nothing; it costs more gas than it saves, and a least ends it."""
    for _ in range(5):
        scene.desk_twin.call("pay", scene.payer, scene.payee, 99, 99)
    assert scene.desk.totals(Fee.TRANSFER).burned == 0
    scene.desk_twin.call("set_terms", scene.owner, Fee.TRANSFER, FeeTerms(100, 10_000))
    with refuses("desk: below the least"):
        scene.desk_twin.call("pay", scene.payer, scene.payee, 99, 0)
    for _ in range(5):
        scene.desk_twin.call("pay", scene.payer, scene.payee, 10_000, 9_900)
    assert scene.desk.totals(Fee.TRANSFER).burned == 5 * 10_000 // 100
    scene.agree()


def test_desk__tokens_everywhere__never_rests_on_them(scene):
    """Every way through the desk, with every destination: nothing stays, no allowance is left."""
    for burn_bps, is_to_treasury in product((0, 3_333, 10_000), (False, True)):
        for kind in (Fee.REGISTRATION, Fee.UNMET_QUOTA):
            scene.desk_twin.call("set_terms", scene.owner, kind, FeeTerms(burn_bps, 3, is_to_treasury))
            scene.desk_twin.call("deposit", scene.payer, kind, scene.payee, 10_007)
        scene.desk_twin.call("pay", scene.payer, scene.payee, 10_007, 0)
        assert scene.token.balanceOf(scene.desk) == 0
        assert scene.token.allowance(scene.desk, scene.pool) == 0
    scene.agree()


def test_desk__rights__of_a_burner_and_no_more(scene):
    """It cannot mint, draw or burn what is the pool's: a broken desk costs its payers' allowances at most."""
    assert not scene.token.minter(scene.desk).is_active
    assert scene.pool.drawer() != scene.desk.address
    with boa.reverts("mdt: not a minter"):
        scene.token.mint(scene.desk, 1, Mint.INFLATION, sender=scene.desk.address)
    with boa.reverts("mdt: reason not allowed"):
        scene.token.burn(1, Burn.SLASH, sender=scene.desk.address)
    with boa.reverts("mdt: allowance too low"):
        scene.token.burnFrom(scene.pool, 1, Burn.DEFLATION, sender=scene.desk.address)


# --- a token that is not MDT ---


def suite_on(token, build, terms):
    """A desk, and what it asks, on a token that is none."""
    owner, treasury = boa.env.generate_address("owner"), boa.env.generate_address("treasury")
    staking = harness("SlashableStaking").deploy(token, STAKING_TERMS.unbonding_seconds, 4_000_000)
    pool = deploy("RecyclingPool", token=token, fee_burn_bps=FEE_BURN_BPS, owner=owner)
    pools = deploy("ReservePools", token=token, treasury=treasury, sale_burn_bps=100, owner=owner)
    around = {"MDT": token, "RecyclingPool": pool, "ReservePools": pools, "Staking": staking, "Treasury": treasury}
    return deploy("FeeDesk", around, build=build, terms=plain(terms), owner=owner), pool, treasury


@pytest.mark.parametrize("build", ["locked", "unlocked"])
@pytest.mark.parametrize("is_to_treasury", [False, True])
def test_reentrancy__any_call_from_within__books_add_up(build, is_to_treasury):
    """C37: MDT calls nobody; a token that does gains nothing, not even from a build without the lock."""
    token = harness("ReentrantToken").deploy()
    kinds = [FeeTerms(0, 0, is_to_treasury), FeeTerms(0, 0, is_to_treasury), FeeTerms()]
    desk, pool, treasury = suite_on(token, None if build == "locked" else unlocked("FeeDesk"), kinds)
    payee = str(boa.env.generate_address("payee"))
    token.mint(token, HELD)
    calls = {
        "deposit": (Fee.REGISTRATION, payee, 1_000),
        "pay": (payee, 500, 500),
        "sweep": (),
    }
    for outer, inner in product(("deposit", "pay"), calls):
        with boa.env.anchor():
            token.arm(desk, getattr(desk, inner).prepare_calldata(*calls[inner]))
            token.execute(desk, getattr(desk, outer).prepare_calldata(*calls[outer]))
            assert token.calls_back() == 1
            # nothing of the outer call is at the desk when the token is called first
            assert token.succeeded() == (1 if build == "unlocked" and inner != "sweep" else 0)
            made = [outer] + [inner] * token.succeeded()
            deposited, paid = 1_000 * made.count("deposit"), 500 * made.count("pay")
            assert [desk.totals(kind).taken for kind in OWN] == [deposited, 0, paid]
            assert (desk.paid_by(Fee.REGISTRATION, payee), token.balanceOf(payee)) == (deposited, paid)
            assert token.balanceOf(treasury if is_to_treasury else pool) == deposited
            assert (token.balanceOf(desk), token.balanceOf(token)) == (0, HELD - deposited - paid)


def test_token_answers_false__nothing_is_counted():
    """C35: the desk does not lean on MDT reverting."""
    token = harness("FalseToken").deploy()
    desk, _, _ = suite_on(token, None, [FeeTerms(), FeeTerms(0, 0, True), FeeTerms()])
    payee = boa.env.generate_address("payee")
    token.set_answers_true(False)
    for kind in (Fee.REGISTRATION, Fee.UNMET_QUOTA):
        with boa.reverts("desk: transfer failed"):
            desk.deposit(kind, payee, 100)
    with boa.reverts("desk: transfer failed"):
        desk.pay(payee, 100, 0)
    with boa.reverts("desk: approve failed"):
        desk.sweep()
    assert [desk.totals(kind).taken for kind in OWN] == [0, 0, 0]
    assert desk.paid_by(Fee.REGISTRATION, payee) == 0
    token.set_answers_true(True)
    desk.pay(payee, 100, 100)
    assert desk.totals(Fee.TRANSFER).taken == 100
