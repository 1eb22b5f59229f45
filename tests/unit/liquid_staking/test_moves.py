"""Stake goes to validators by weight and comes back: caps, jailed and full validators, commissions, pieces that wait."""

from __future__ import annotations

import pytest

from mdt.model.staking import Status
from tests.support.boa_clock import mine
from tests.support.liquid import UNIT, LiquidScene
from tests.support.staking import UNBONDING, UNBONDING_BLOCKS


def staked(scene) -> list[int]:
    return [wei for _, _, wei, _ in scene.model.backing()]


def test_allocate__by_weight__is_told(empty):
    empty.deposit(1_000 * UNIT)
    assert empty.do("allocate") == 1_000 * UNIT
    told = [(event.validator_id, event.amount) for event in empty.events("Allocated")]
    assert told == [(1, 500 * UNIT), (2, 300 * UNIT), (3, 200 * UNIT)]
    assert staked(empty) == [500 * UNIT, 300 * UNIT, 200 * UNIT]
    assert tuple(empty.vault.books())[1:5] == (1_000 * UNIT, 0, 1_000 * UNIT, 0)
    empty.agree()


def test_allocate__odd_amount__leaves_a_few_wei(empty):
    empty.deposit(UNIT + 7)
    empty.do("allocate")
    assert 0 < empty.model.liquid <= 2
    empty.twin.refused("lst: nothing to allocate", "allocate", None)
    empty.agree()


def test_allocate__nothing_there__reverts(scene):
    scene.twin.refused("lst: nothing to allocate", "allocate", None)


def test_allocate__other_weights__fills_who_has_least(scene):
    scene.twin.call("set_weight", scene.owner, 3, 12_000 - 2_000)
    scene.deposit(500 * UNIT, scene.other)
    scene.do("allocate")
    assert staked(scene) == [500 * UNIT, 300 * UNIT, 700 * UNIT]
    scene.agree()


def test_allocate__more_than_a_validator_takes__waits_and_others_get_theirs(scene):
    """H17: full pools."""
    scene.set_limit(2, 350 * UNIT)
    scene.deposit(1_000 * UNIT, scene.other)
    assert scene.do("allocate") == 750 * UNIT
    assert staked(scene) == [1_000 * UNIT, 350 * UNIT, 400 * UNIT]
    assert scene.model.liquid == 250 * UNIT
    scene.twin.refused("lst: nothing to allocate", "allocate", None)
    scene.set_limit(2, 10_000 * UNIT)
    assert scene.do("allocate") == 250 * UNIT
    scene.agree()


def test_allocate__own_part_too_small__waits(empty):
    """The validator's own 1,000 MDT carry 20,000."""
    empty.deposit(9_000 * UNIT)
    empty.do("allocate")
    empty.twin.call("set_weight", empty.owner, 2, 0)
    empty.twin.call("set_weight", empty.owner, 3, 0)
    empty.deposit(10_900 * UNIT)
    empty.token.transfer(empty.holder, 1_000 * UNIT, sender=empty.anyone)
    empty.token_twin.transfer(empty.anyone, empty.holder, 1_000 * UNIT)
    empty.deposit(1_000 * UNIT)
    empty.do("allocate")
    empty.deposit(10_000 * UNIT, empty.other)
    empty.do("allocate")
    assert staked(empty)[0] == 20_000 * UNIT
    assert empty.model.liquid > 0
    empty.agree()


@pytest.mark.parametrize("bars", [Status.JAILED, Status.TOMBSTONED, Status.EXITED])
def test_allocate__validator_that_does_not_earn__gets_nothing(scene, bars):
    scene.set_bars(1, bars, True)
    scene.deposit(1_000 * UNIT, scene.other)
    scene.do("allocate")
    assert staked(scene)[0] == 500 * UNIT
    assert scene.model.liquid == (500 * UNIT if bars == Status.JAILED else 0)
    scene.agree()


def test_close_cycle__jailed__is_waited_for_and_banned_is_left(scene):
    scene.set_bars(1, Status.JAILED, True)
    scene.twin.refused("lst: nothing to do", "close_cycle", None)
    scene.set_bars(2, Status.TOMBSTONED, True)
    assert scene.do("close_cycle") == 300 * UNIT
    assert staked(scene) == [500 * UNIT, 0, 200 * UNIT]
    scene.agree()


def test_allocate__slash_in_escrow__stops_that_one_only(scene):
    scene.slash(3, 100)
    scene.give(100 * UNIT)
    scene.do("harvest")
    scene.do("allocate")
    assert staked(scene)[2] == 198 * UNIT
    assert staked(scene)[0] > 500 * UNIT
    scene.agree()


def test_commission__above_the_limit__is_left_by_rule(scene):
    scene.set_commission(2, 2_000)
    scene.twin.refused("lst: nothing to do", "close_cycle", None)
    scene.twin.call("set_commission_limit", scene.owner, 1_999)
    assert [is_fit for _, _, _, is_fit in scene.vault.backing()] == [True, False, True]
    assert scene.do("close_cycle") == 300 * UNIT
    scene.unbond()
    scene.do("collect")
    assert scene.do("allocate") >= 300 * UNIT - 2
    assert staked(scene)[1] == 0
    scene.agree()


def test_weight_of_zero__moves_all_out_and_to_the_others(scene):
    scene.twin.call("set_weight", scene.owner, 1, 0)
    assert scene.do("close_cycle") == 500 * UNIT
    (event,) = scene.events("AskedBack")
    assert (event.validator_id, event.request_id, event.amount) == (1, 0, 500 * UNIT)
    assert plain_pieces(scene) == [(1, 0, 500 * UNIT)]
    scene.unbond()
    assert scene.do("collect") == 500 * UNIT
    scene.do("allocate")
    assert staked(scene) == [0, 600 * UNIT, 400 * UNIT]
    assert scene.vault.totalAssets() == 1_000 * UNIT
    scene.agree()


def plain_pieces(scene) -> list[tuple[int, int, int]]:
    return [(piece.validator_id, piece.request_id, piece.tokens) for piece in scene.vault.pieces()]


def test_collect__what_has_waited__is_told(scene):
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    mine(1, UNBONDING // 2)
    scene.ask(60 * UNIT)
    scene.do("close_cycle")
    mine(UNBONDING_BLOCKS, UNBONDING // 2)
    first = scene.model.waiting()[:2]
    assert scene.do("collect") == 100 * UNIT
    told = [(event.validator_id, event.request_id, event.amount) for event in scene.events("Collected")]
    assert sorted(told) == sorted((one, two, wei) for one, two, wei, _ in first)
    assert sum(wei for _, _, wei in plain_pieces(scene)) == 60 * UNIT
    scene.twin.refused("lst: nothing to collect", "collect", None)
    scene.agree()


def test_collect__one_that_has_not_answered__stops_nobody_elses(scene):
    """H10."""
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    scene.slash(1)
    scene.unbond()
    wei = {validator_id: tokens for validator_id, _, tokens, _ in scene.model.waiting()}
    assert scene.do("collect") == wei[2]
    assert [validator_id for validator_id, _, _ in plain_pieces(scene)] == [1]
    scene.twin.refused("lst: nothing to collect", "collect", None)
    scene.answer_all()
    assert scene.do("collect") == wei[1] * 9 // 10
    scene.agree()


def test_collect__many_pieces__in_whatever_order_they_end(scene):
    for _ in range(3):
        scene.ask(50 * UNIT)
        scene.do("close_cycle")
        mine(10, UNBONDING // 3)
    mine(UNBONDING_BLOCKS)
    scene.do("collect")
    scene.agree()
    scene.unbond()
    scene.do("collect")
    assert plain_pieces(scene) == []
    scene.agree()


def test_ask_back__balanced__keeps_the_weights(scene):
    for _ in range(6):
        scene.ask(60 * UNIT)
        scene.do("close_cycle")
        scene.next_cycle()
    parts = [wei * 10 // sum(staked(scene)) for wei in staked(scene)]
    assert sum(staked(scene)) == 640 * UNIT
    assert [4, 2, 1] <= parts <= [5, 3, 3]
    scene.agree()


def test_ask_back__most_beyond_its_part__first(scene):
    scene.twin.call("set_weight", scene.owner, 1, 1)
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    (event,) = scene.events("AskedBack")
    assert (event.validator_id, event.amount) == (1, 100 * UNIT)


def test_caps__of_the_network__no_validator_is_lifted_over(empty):
    """H17: two daily readings make a cap of 20,000/3 bps of equal parts; what fits nowhere waits."""
    for _ in range(2):
        mine(1, 86_401)
        empty.deposit(3_000 * UNIT)
        empty.attempt("allocate", None)
    mine(1, 86_401)
    empty.deposit(9_000 * UNIT)
    empty.do("allocate")
    for validator_id in empty.ids:
        pool = empty.staking.validator(validator_id)
        assert pool.tokens * 3 <= 2 * empty.staking.network().staked + 3
    empty.agree()


def test_sixteen_validators__all_of_them__are_served_and_left():
    scene = LiquidScene(16, weights=tuple(range(1, 17)))
    scene.deposit(1_360 * UNIT)
    scene.do("allocate")
    assert staked(scene) == [number * 10 * UNIT for number in range(1, 17)]
    scene.ask(1_000 * UNIT)
    scene.do("close_cycle")
    scene.agree()
    for validator_id in scene.ids:
        scene.slash(validator_id, 10)
    scene.unbond()
    scene.answer_all()
    scene.do("collect")
    scene.agree()


def test_moves__in_a_pool_that_was_slashed__book_the_wei_that_rounding_takes(scene):
    """A share of such a pool is no wei: what is staked is what Staking says, to the wei, after each move."""
    scene.decide(scene.slash(1, 3_333), False)
    scene.set_bars(1, Status.JAILED, False)
    taken = 0
    for amount in (7 * UNIT + 13, UNIT + 1, 11 * UNIT + 7):
        scene.deposit(amount, scene.other)
        before = scene.model.pooled
        scene.do("allocate")
        taken += before - scene.model.pooled
        scene.agree()
    scene.ask(77 * UNIT + 3)
    before = scene.model.pooled
    scene.do("close_cycle")
    taken += before - scene.model.pooled
    scene.agree()
    assert 0 < taken <= 8
    assert scene.vault.books().staked == sum(scene.staking.position(number, scene.vault, 0).tokens for number in scene.ids)
