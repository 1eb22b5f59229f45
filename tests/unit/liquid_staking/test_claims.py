"""Who asks to leave, and who claims: requests, operators, partial claims, queues over several batches."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.token import UNLIMITED
from tests.support.liquid import UNIT, LiquidScene
from tests.support.staking import UNBONDING


@pytest.fixture
def priced(scene):
    """The holder asked for 100 shares in the first batch, the other for 30 in it; both were priced."""
    scene.twin.call("transfer", scene.holder, scene.other, 200 * UNIT)
    scene.ask(100 * UNIT)
    scene.ask(30 * UNIT, scene.other)
    scene.do("close_cycle")
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    return scene


def test_request_redeem__own_shares__wait_in_the_open_batch(scene):
    assert scene.ask(100 * UNIT) == 1
    (event,) = scene.events("RedeemRequest")
    assert (event.controller, event.owner, event.requestId, event.sender, event.shares) == (scene.holder, scene.holder, 1, scene.holder, 100 * UNIT)
    (moved,) = scene.events("Transfer")
    assert (moved.sender, moved.receiver, moved.value) == (scene.holder, scene.address, 100 * UNIT)
    assert scene.vault.pendingRedeemRequest(1, scene.holder) == 100 * UNIT
    assert scene.vault.claimableRedeemRequest(1, scene.holder) == 0
    assert scene.vault.batch(1).shares == 100 * UNIT
    scene.agree()


def test_request_redeem__again_in_the_same_batch__adds(scene):
    """H8."""
    scene.ask(100 * UNIT)
    scene.ask(11 * UNIT)
    assert scene.vault.pendingRedeemRequest(1, scene.holder) == 111 * UNIT
    scene.agree()


def test_request_redeem__nothing_or_too_much__reverts(scene):
    scene.twin.refused("lst: zero amount", "requestRedeem", scene.holder, 0, scene.holder, scene.holder)
    scene.twin.refused("lst: balance too low", "requestRedeem", scene.holder, scene.model.balances[scene.holder] + 1, scene.holder, scene.holder)
    scene.agree()


def test_request_redeem__others_shares__by_allowance_or_as_operator(scene):
    scene.twin.refused("lst: allowance too low", "requestRedeem", scene.other, UNIT, scene.other, scene.holder)
    scene.twin.call("approve", scene.holder, scene.other, 3 * UNIT)
    scene.twin.call("requestRedeem", scene.other, UNIT, scene.other, scene.holder)
    assert scene.vault.allowance(scene.holder, scene.other) == 2 * UNIT
    scene.twin.call("setOperator", scene.holder, scene.attacker, True)
    scene.twin.call("requestRedeem", scene.attacker, UNIT, scene.holder, scene.holder)
    assert scene.vault.pendingRedeemRequest(1, scene.other) == scene.vault.pendingRedeemRequest(1, scene.holder) == UNIT
    scene.twin.call("setOperator", scene.holder, scene.attacker, False)
    scene.twin.refused("lst: allowance too low", "requestRedeem", scene.attacker, UNIT, scene.attacker, scene.holder)
    scene.agree()


def test_request_redeem__unlimited_allowance__is_not_counted_down(scene):
    scene.twin.call("approve", scene.holder, scene.other, UNLIMITED)
    scene.twin.call("requestRedeem", scene.other, UNIT, scene.holder, scene.holder)
    assert scene.vault.allowance(scene.holder, scene.other) == UNLIMITED


def test_request_redeem__into_a_strangers_queue__reverts(scene):
    """H7, H8: nobody fills another's queue."""
    scene.twin.call("transfer", scene.holder, scene.attacker, 5 * UNIT)
    scene.twin.refused("lst: not the controller", "requestRedeem", scene.attacker, UNIT, scene.holder, scene.attacker)
    scene.twin.call("setOperator", scene.holder, scene.attacker, True)
    scene.twin.call("requestRedeem", scene.attacker, UNIT, scene.holder, scene.attacker)
    assert scene.vault.pendingRedeemRequest(1, scene.holder) == UNIT


def test_set_operator__is_told(scene):
    assert not scene.vault.isOperator(scene.holder, scene.other)
    assert scene.twin.call("setOperator", scene.holder, scene.other, True) is True
    (event,) = scene.events("OperatorSet")
    assert (event.controller, event.operator, event.approved) == (scene.holder, scene.other, True)
    assert scene.vault.isOperator(scene.holder, scene.other)
    assert not scene.vault.isOperator(scene.other, scene.holder)


def test_redeem__all__pays_and_tells(priced):
    before = priced.token.balanceOf(priced.other)
    assert priced.twin.call("redeem", priced.holder, 100 * UNIT, priced.other, priced.holder) == 100 * UNIT
    (event,) = priced.events("Withdraw")
    told = (event.sender, event.receiver, event.owner, event.assets, event.shares)
    assert told == (priced.holder, priced.other, priced.holder, 100 * UNIT, 100 * UNIT)
    assert priced.token.balanceOf(priced.other) - before == 100 * UNIT
    assert priced.vault.maxRedeem(priced.holder) == 0
    priced.agree()


def test_redeem__a_part__leaves_the_rest(priced):
    priced.redeem(33 * UNIT + 1)
    assert priced.vault.maxRedeem(priced.holder) == 67 * UNIT - 1
    assert priced.vault.claimableRedeemRequest(1, priced.holder) == 67 * UNIT - 1
    priced.redeem(67 * UNIT - 1)
    priced.agree()


def test_withdraw__an_amount__takes_the_shares_that_it_is_worth(priced):
    assert priced.twin.call("withdraw", priced.holder, 40 * UNIT, priced.holder, priced.holder) == 40 * UNIT
    (event,) = priced.events("Withdraw")
    assert (event.assets, event.shares) == (40 * UNIT, 40 * UNIT)
    priced.twin.call("withdraw", priced.holder, priced.vault.maxWithdraw(priced.holder), priced.holder, priced.holder)
    assert priced.vault.maxWithdraw(priced.holder) == 0
    priced.agree()


@pytest.mark.parametrize("call", ["redeem", "withdraw"])
def test_claim__more_than_there_is_or_nothing__reverts(priced, call):
    priced.twin.refused("lst: not claimable", call, priced.holder, 100 * UNIT + 1, priced.holder, priced.holder)
    priced.twin.refused("lst: not claimable", call, priced.attacker, 1, priced.attacker, priced.attacker)
    priced.twin.refused("lst: zero amount", call, priced.holder, 0, priced.holder, priced.holder)
    priced.agree()


@pytest.mark.parametrize("call", ["redeem", "withdraw"])
def test_claim__by_a_stranger__reverts_and_by_an_operator_pays(priced, call):
    priced.twin.refused("lst: not the controller", call, priced.attacker, UNIT, priced.attacker, priced.holder)
    priced.twin.call("setOperator", priced.holder, priced.attacker, True)
    priced.twin.call(call, priced.attacker, UNIT, priced.attacker, priced.holder)
    (event,) = priced.events("Withdraw")
    assert (event.sender, event.receiver, event.owner) == (priced.attacker, priced.attacker, priced.holder)


@pytest.mark.parametrize("call", ["redeem", "withdraw"])
def test_claim__for_nobody_or_the_vault__reverts(priced, call):
    for receiver in (ZERO_ADDRESS, priced.address):
        priced.twin.refused("lst: bad receiver", call, priced.holder, UNIT, receiver, priced.holder)


@pytest.mark.parametrize("call", ["redeem", "withdraw"])
def test_claim__before_the_batch_is_priced__reverts(scene, call):
    scene.ask(UNIT)
    scene.twin.refused("lst: not claimable", call, scene.holder, UNIT, scene.holder, scene.holder)
    scene.do("close_cycle")
    scene.twin.refused("lst: not claimable", call, scene.holder, UNIT, scene.holder, scene.holder)


def many_batches(scene, count: int, shares: int = UNIT) -> None:
    """One request in each of so many batches, all closed; the last ones were closed just now."""
    for _ in range(count):
        scene.ask(shares)
        scene.next_cycle()
        scene.do("close_cycle")


def test_claim__over_several_batches__is_oldest_first(scene):
    many_batches(scene, 3, 10 * UNIT)
    scene.unbond()
    scene.do("collect")
    for _ in range(3):
        scene.do("price_batch")
    assert scene.vault.maxRedeem(scene.holder) == 30 * UNIT
    scene.redeem(15 * UNIT)
    assert [scene.vault.claimableRedeemRequest(batch, scene.holder) for batch in (1, 2, 3)] == [0, 5 * UNIT, 10 * UNIT]
    scene.ask(2 * UNIT)
    scene.twin.call("withdraw", scene.holder, 14 * UNIT, scene.holder, scene.holder)
    assert [scene.vault.claimableRedeemRequest(batch, scene.holder) for batch in (1, 2, 3)] == [0, 0, UNIT]
    scene.redeem(UNIT)
    assert scene.vault.pendingRedeemRequest(4, scene.holder) == 2 * UNIT
    scene.agree()


def test_claim__more_than_sixteen_batches__takes_two_calls():
    """H7: bounded work."""
    scene = LiquidScene(weights=(1,))
    scene.deposit(1_000 * UNIT)
    scene.do("allocate")
    many_batches(scene, 18)
    scene.unbond()
    scene.attempt("collect", None)
    for _ in range(18):
        scene.do("price_batch")
    assert scene.vault.maxRedeem(scene.holder) == 16 * UNIT
    scene.twin.refused("lst: not claimable", "redeem", scene.holder, 17 * UNIT, scene.holder, scene.holder)
    scene.redeem(16 * UNIT)
    assert scene.vault.maxRedeem(scene.holder) == 2 * UNIT
    scene.redeem(2 * UNIT)
    scene.agree()


def test_claim__only_of_batches_that_were_priced__the_rest_waits(scene):
    many_batches(scene, 2)
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    assert scene.vault.maxRedeem(scene.holder) == UNIT
    scene.twin.refused("lst: not claimable", "redeem", scene.holder, UNIT + 1, scene.holder, scene.holder)
    scene.redeem(UNIT)
    assert scene.vault.pendingRedeemRequest(2, scene.holder) == UNIT
    scene.do("price_batch")
    scene.redeem(UNIT)
    assert UNBONDING > 0
    scene.agree()


def test_claims__of_odd_sizes__pay_all_that_was_set_aside_to_the_wei(scene):
    """H5, H6: nothing is stranded, whoever claims in whatever pieces."""
    scene.give(10 * UNIT + 3)
    scene.do("harvest")
    scene.flow()
    people = (scene.holder, scene.other, scene.attacker)
    for person, shares in zip(people[1:], (11 * UNIT + 7, 3), strict=True):
        scene.twin.call("transfer", scene.holder, person, shares)
        scene.ask(shares, person)
    scene.ask(10**6 + 1)
    scene.do("close_cycle")
    scene.unbond()
    scene.do("collect")
    aside = scene.do("price_batch")
    paid = scene.redeem(10**6 + 1) + scene.redeem(1, scene.attacker) + scene.redeem(5 * UNIT, scene.other)
    paid += scene.redeem(6 * UNIT + 7, scene.other) + scene.redeem(2, scene.attacker)
    assert paid == aside
    assert scene.vault.books().reserved == 0
    assert scene.vault.batch(1).tokens == scene.vault.batch(1).shares == 0
    scene.agree()


@pytest.mark.parametrize("amount", [1, 10**6 + 1, UNIT + 7])
def test_withdraw__at_a_price_that_is_no_whole_number__takes_shares_rounded_up(scene, amount):
    scene.give(10 * UNIT + 3)
    scene.do("harvest")
    scene.flow()
    scene.ask(30 * UNIT + 1)
    scene.do("close_cycle")
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    batch = scene.vault.batch(1)
    assert batch.tokens % batch.shares != 0
    shares = scene.twin.call("withdraw", scene.holder, amount, scene.holder, scene.holder)
    assert shares == -(-amount * batch.shares // batch.tokens)
    assert shares * batch.tokens >= amount * batch.shares
    scene.agree()


def test_batch__that_nobody_asked_in__is_all_zero(priced):
    assert tuple(priced.vault.batch(0)) == tuple(priced.vault.batch(99)) == (0, 0, 0, 0, False)
    assert priced.vault.claimableRedeemRequest(0, priced.holder) == priced.vault.pendingRedeemRequest(0, priced.holder) == 0
