"""Batches: when they are closed, what they can get, when they are priced, and what becomes of the rest."""

from __future__ import annotations

import pytest

from mdt.model.liquid_staking import LOCKED_SHARES
from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.boa_clock import block_number, mine, now
from tests.support.liquid import TERMS, UNIT, LiquidScene
from tests.support.staking import UNBONDING, UNBONDING_BLOCKS

LEAVING = 100 * UNIT


@pytest.fixture
def closed(scene):
    """The holder's 100 shares were asked to leave, and the batch was closed."""
    scene.ask(LEAVING)
    scene.do("close_cycle")
    return scene


def test_close_cycle__with_requests__closes_the_batch_and_asks_back(scene):
    scene.ask(LEAVING)
    assert scene.do("close_cycle") == LEAVING
    (event,) = scene.events("BatchClosed")
    assert (event.batch, event.shares, event.at_most) == (1, LEAVING, LEAVING)
    asked = scene.events("AskedBack")
    assert sum(one.amount for one in asked) == LEAVING
    assert [(one.validator_id, one.request_id, one.unlocks_at) for one in asked] == [(1, 0, now() + UNBONDING), (2, 0, now() + UNBONDING)]
    assert tuple(scene.vault.batch(1)) == (LEAVING, LEAVING, now(), block_number(), False)
    books = scene.vault.books()
    assert (books.owed, books.unbonding, books.open_batch, books.next_priced) == (LEAVING, LEAVING, 2, 1)
    assert scene.vault.totalSupply() == 1_000 * UNIT
    scene.agree()


def test_close_cycle__deposits_that_wait__are_enough_and_nothing_is_asked_back(scene):
    scene.deposit(LEAVING, scene.other)
    scene.ask(LEAVING)
    assert scene.do("close_cycle") == 0
    scene.twin.refused("lst: nothing to allocate", "allocate", None)
    scene.unbond()
    assert scene.do("price_batch") == LEAVING
    scene.agree()


def test_close_cycle__before_the_cycle_is_over__reverts(closed):
    closed.ask(UNIT)
    closed.twin.refused("lst: cycle not over", "close_cycle", None)
    mine(1, TERMS.cycle_seconds - 1)
    closed.twin.refused("lst: cycle not over", "close_cycle", None)
    mine(0, 1)
    closed.do("close_cycle")
    assert closed.vault.cycle_closed_at() == now()


def test_close_cycle__nobody_leaves_and_all_are_fit__reverts(scene):
    scene.twin.refused("lst: nothing to do", "close_cycle", None)
    assert scene.vault.cycle_closed_at() == 0
    scene.agree()


def test_close_cycle__those_who_join_later__are_in_the_next_batch(closed):
    assert closed.ask(UNIT) == 2
    assert closed.vault.pendingRedeemRequest(1, closed.holder) == LEAVING
    assert closed.vault.pendingRedeemRequest(2, closed.holder) == UNIT


def test_price_batch__after_one_unbonding__sets_aside(closed):
    closed.unbond()
    closed.do("collect")
    assert closed.do("price_batch") == LEAVING
    (event,) = closed.events("BatchPriced")
    assert (event.batch, event.shares, event.worth, event.assets) == (1, LEAVING, LEAVING, LEAVING)
    (burned,) = closed.events("Transfer")
    assert (burned.sender, burned.value) == (closed.address, LEAVING)
    books = closed.vault.books()
    assert (books.reserved, books.owed, books.next_priced, books.pooled) == (LEAVING, 0, 2, 900 * UNIT)
    assert closed.vault.totalSupply() == 900 * UNIT
    assert closed.vault.claimableRedeemRequest(1, closed.holder) == LEAVING
    closed.agree()


def test_price_batch__too_early_in_seconds_or_blocks__reverts(closed):
    closed.twin.refused("lst: still unbonding", "price_batch", None)
    mine(UNBONDING_BLOCKS, seconds=UNBONDING - 1)
    closed.twin.refused("lst: still unbonding", "price_batch", None)
    mine(0, 1)
    closed.do("collect")
    closed.do("price_batch")


def test_price_batch__too_few_blocks__reverts(closed):
    """Evidence ages in blocks: without them nothing is over."""
    mine(UNBONDING_BLOCKS - 1, seconds=2 * UNBONDING)
    closed.twin.refused("lst: still unbonding", "price_batch", None)
    mine(1, 0)
    closed.do("collect")
    closed.do("price_batch")


def test_price_batch__none_closed__reverts(scene):
    scene.twin.refused("lst: no batch closed", "price_batch", None)
    scene.ask(UNIT)
    scene.twin.refused("lst: no batch closed", "price_batch", None)


def test_price_batch__not_collected__reverts(closed):
    closed.unbond()
    closed.twin.refused("lst: too little here", "price_batch", None)
    closed.do("collect")
    closed.do("price_batch")


def test_price_batch__rewards_since_it_was_closed__flow_to_those_who_stay(closed):
    """H3: nothing is added to what a batch is worth when it is closed."""
    closed.give(50 * UNIT)
    closed.do("harvest")
    closed.unbond()
    closed.flow()
    closed.do("collect")
    before = closed.model.state().priced * UNIT // closed.model.total_supply
    assert closed.do("price_batch") == LEAVING
    (event,) = closed.events("BatchPriced")
    assert event.worth > LEAVING
    assert closed.vault.books().locked == event.worth - LEAVING
    assert closed.model.state().priced * UNIT // closed.model.total_supply - before in (0, 1)
    closed.agree()


def test_price_batch__slash_meanwhile__hits_all_in_proportion(closed):
    """H3: of an offence after it was closed; those who leave and those who stay lose the same part."""
    worth = closed.vault.convertToAssets(UNIT)
    for validator_id in closed.ids:
        closed.decide(closed.slash(validator_id, 2_000, height=block_number()), False)
    closed.answer_all()
    closed.unbond()
    closed.do("collect")
    assert closed.do("price_batch") == LEAVING * 8 // 10
    assert worth * 8 // 10 - closed.vault.convertToAssets(UNIT) in (0, 1)
    closed.agree()


def test_price_batch__slash_of_what_was_asked_back_only__is_shared_too(closed):
    """Pieces and positions belong to everybody: an offence of before, at one validator."""
    closed.slash(1, 1_000)
    closed.answer_all()
    closed.decide(0, False)
    lost = UNIT * 1_000 - closed.model.state().priced
    closed.unbond()
    closed.do("collect")
    closed.next_cycle()
    closed.attempt("close_cycle", None)
    closed.unbond()
    closed.attempt("collect", None)
    assert LEAVING - LEAVING * lost // (1_000 * UNIT) - closed.do("price_batch") in (0, 1)
    closed.agree()


def test_price_batch__slash_in_escrow__waits_for_it_and_has_what_is_given_back(closed):
    slash = closed.slash(3, 2_000)
    closed.unbond()
    closed.do("collect")
    closed.twin.refused("lst: slash undecided", "price_batch", None)
    closed.decide(slash, True)
    assert closed.do("price_batch") == LEAVING
    closed.agree()


def test_price_batch__slash_undecided_for_too_long__goes_on_without(closed):
    closed.slash(3, 2_000)
    closed.unbond()
    closed.do("collect")
    mine(1, TERMS.wait_seconds - 1)
    closed.twin.refused("lst: slash undecided", "price_batch", None)
    mine(0, 1)
    assert closed.do("price_batch") == LEAVING * 960 // 1_000
    closed.agree()


def test_close_cycle__slash_in_escrow__counts_what_may_be_given_back(scene):
    """Else those who leave while it is in escrow would be paid less than they lost, if it is overturned."""
    slash = scene.slash(2, 5_000)
    scene.ask(LEAVING)
    scene.do("close_cycle")
    (event,) = scene.events("BatchClosed")
    assert event.at_most == LEAVING
    assert scene.vault.books().in_escrow == 150 * UNIT
    scene.decide(slash, True)
    scene.unbond()
    scene.do("collect")
    assert scene.do("price_batch") == LEAVING
    scene.agree()


def test_close_cycle__slash_in_escrow_that_is_upheld__pays_what_is_left(scene):
    slash = scene.slash(2, 5_000)
    scene.ask(LEAVING)
    scene.do("close_cycle")
    scene.decide(slash, False)
    scene.unbond()
    scene.do("collect")
    assert scene.do("price_batch") == LEAVING * 850 // 1_000
    scene.agree()


def test_price_batch__unanswered_piece__counts_as_nothing_after_the_wait(closed):
    """H10, H12: a slasher that does not work delays exits, and does not stop them."""
    closed.deposit(LEAVING, closed.other)
    closed.decide(closed.slash(1, 1_000), False)
    closed.unbond()
    closed.twin.refused("lst: slash undecided", "price_batch", None)
    assert closed.vault.maxDeposit(closed.other) == 0
    mine(1, TERMS.wait_seconds)
    unanswered = sum(tokens for validator_id, _, tokens, _ in closed.model.waiting() if validator_id == 1)
    closed.do("collect")
    state = closed.model.state()
    assert closed.do("price_batch") == LEAVING * (state.priced - unanswered) // state.shares
    assert closed.vault.books().unanswered == unanswered > 0
    closed.answer_all()
    closed.do("collect")
    closed.agree()


def test_exits__in_order__the_older_batch_first(closed):
    """H4: a claim is out of its own batch, priced by itself."""
    closed.twin.call("transfer", closed.holder, closed.other, 50 * UNIT)
    closed.ask(50 * UNIT, closed.other)
    closed.next_cycle()
    closed.do("close_cycle")
    closed.unbond()
    closed.do("collect")
    assert closed.do("price_batch") == LEAVING
    closed.decide(closed.slash(3, 5_000), False)
    worth = closed.model.state().priced * 50 * UNIT // closed.model.total_supply
    assert closed.do("price_batch") == worth < 50 * UNIT
    assert closed.redeem(LEAVING) == LEAVING
    assert closed.redeem(50 * UNIT, closed.other) == worth
    closed.agree()


def test_exits__everybody__all_is_paid_and_the_locked_shares_keep_theirs(scene):
    """H15: no seat is kept by those who stay away."""
    shares = scene.model.balances[scene.holder]
    assert scene.leave(shares) == shares
    assert scene.vault.totalSupply() == LOCKED_SHARES
    assert scene.deposit(UNIT, scene.other) == UNIT
    scene.agree()


def test_exits__of_everybody__leave_staked_what_the_locked_shares_are_worth(scene):
    scene.ask(scene.model.balances[scene.holder])
    scene.do("close_cycle")
    assert sum(staked for _, _, staked, _ in scene.model.backing()) == LOCKED_SHARES
    scene.agree()


def test_close_cycle__piece_list_full__takes_what_finds_room(empty):
    """H9: bounded work; what finds no room is asked back later."""
    scene = empty
    scene.deposit(1_000 * UNIT)
    scene.do("allocate")
    for _ in range(16):
        scene.ask(UNIT)
        scene.do("close_cycle")
        mine(1, TERMS.cycle_seconds)
        if len(scene.model.pieces) == 32:
            break
    assert len(scene.model.pieces) == 32 - len(scene.model.pieces) % 2
    scene.ask(30 * UNIT)
    assert scene.attempt("close_cycle", None).is_done
    assert len(scene.model.pieces) == 32
    owed = scene.model.owed
    assert owed > scene.model.unbonding
    scene.agree()
    scene.unbond()
    scene.do("collect")
    scene.ask(UNIT)
    scene.do("close_cycle")
    assert scene.model.owed <= scene.model.unbonding + scene.model.liquid
    scene.agree()


def test_close_cycle__validator_that_left__is_left_too(scene):
    """Nobody has to leave for that."""
    scene.set_bars(2, Status.EXITED, True)
    assert scene.do("close_cycle") == 300 * UNIT
    scene.unbond()
    scene.do("collect")
    scene.do("allocate")
    assert [(validator_id, is_fit) for validator_id, _, _, is_fit in scene.model.backing()] == [(1, True), (2, False), (3, True)]
    assert scene.model.liquid <= 2
    scene.agree()


@pytest.mark.parametrize("weeks", [1, 5])
def test_exits__that_nobody_claims__stay_for_their_owner(closed, weeks):
    closed.unbond()
    closed.do("collect")
    closed.do("price_batch")
    mine(100, weeks * 7 * DAY)
    closed.slash(1, 5_000)
    assert closed.redeem(LEAVING) == LEAVING
    closed.agree()


def test_exits__by_a_vault_without_validators__go_on():
    scene = LiquidScene(weights=())
    scene.deposit(100 * UNIT)
    scene.twin.refused("lst: nothing to allocate", "allocate", None)
    assert scene.leave(10 * UNIT) == 10 * UNIT
    scene.agree()
