"""The set: weights, places, commissions, and who may say what."""

from __future__ import annotations

from tests.support.liquid import UNIT, LiquidScene


def test_set_weight__of_a_new_one__gives_it_a_place(empty):
    scene = LiquidScene(weights=())
    scene.twin.call("set_weight", scene.owner, 2, 7)
    (event,) = scene.events("WeightSet")
    assert (event.validator_id, event.old_weight, event.new_weight) == (2, 0, 7)
    assert [tuple(one) for one in scene.vault.backing()] == [(2, 7, 0, True)]
    scene.twin.call("set_weight", scene.owner, 2, 9)
    (event,) = scene.events("WeightSet")
    assert (event.validator_id, event.old_weight, event.new_weight) == (2, 7, 9)
    scene.agree()


def test_set_weight__out_of_bounds_or_the_same__reverts(scene):
    scene.twin.refused("lst: weight out of bounds", "set_weight", scene.owner, 1, 10_001)
    scene.twin.refused("lst: nothing changes", "set_weight", scene.owner, 1, 5_000)
    scene.twin.refused("lst: nothing changes", "set_weight", scene.owner, 99, 0)
    scene.twin.refused("staking: unknown validator", "set_weight", scene.owner, 99, 1)
    scene.twin.refused("ownable: caller is not the owner", "set_weight", scene.holder, 1, 1)
    scene.agree()


def test_set_weight__keeps__what_is_staked(scene):
    scene.twin.call("set_weight", scene.owner, 1, 10_000)
    assert tuple(scene.vault.backing()[0]) == (1, 10_000, 500 * UNIT, True)
    scene.agree()


def test_set_weight__seventeenth__reverts():
    scene = LiquidScene(17, weights=(1,) * 16)
    scene.twin.refused("lst: too many validators", "set_weight", scene.owner, 17, 1)
    scene.twin.call("set_weight", scene.owner, 5, 0)
    scene.twin.call("drop_validator", None, 5)
    scene.twin.call("set_weight", scene.owner, 17, 1)
    assert [one.validator_id for one in scene.vault.backing()] == [1, 2, 3, 4, 16, *range(6, 16), 17]
    scene.agree()


def test_drop_validator__with_nothing__makes_room(empty):
    empty.twin.call("set_weight", empty.owner, 1, 0)
    empty.twin.call("drop_validator", None, 1)
    (event,) = empty.events("ValidatorDropped")
    assert event.validator_id == 1
    assert [one.validator_id for one in empty.vault.backing()] == [3, 2]
    empty.twin.refused("lst: not in the set", "drop_validator", None, 1)
    empty.agree()


def test_drop_validator__with_weight_and_without_stake__reverts(empty):
    empty.twin.refused("lst: not empty", "drop_validator", None, 1)
    empty.agree()


def test_drop_validator__with_weight_or_stake__reverts(scene):
    scene.twin.refused("lst: not empty", "drop_validator", None, 1)
    scene.twin.call("set_weight", scene.owner, 1, 0)
    scene.twin.refused("lst: not empty", "drop_validator", None, 1)
    scene.do("close_cycle")
    scene.twin.call("drop_validator", None, 1)
    scene.unbond()
    scene.do("collect")
    scene.agree()


def test_drop_validator__with_rewards__they_still_come_in(scene):
    scene.reward(10 * UNIT)
    scene.next_cycle()
    scene.twin.call("set_weight", scene.owner, 1, 0)
    scene.do("close_cycle")
    scene.twin.call("drop_validator", None, 1)
    assert scene.claim_for(1) > 0
    scene.do("harvest")
    scene.agree()


def test_drop_validator__whose_pieces_wait__they_answer_all_the_same(scene):
    scene.twin.call("set_weight", scene.owner, 1, 0)
    scene.do("close_cycle")
    scene.twin.call("drop_validator", None, 1)
    slash = scene.slash(1, 1_000)
    scene.do("sync")
    assert scene.vault.books().is_undecided
    assert scene.vault.books().unanswered == 500 * UNIT
    scene.answer_all()
    assert scene.vault.totalAssets() == 950 * UNIT
    assert scene.vault.maxDeposit(scene.other) == 0
    scene.decide(slash, False)
    assert scene.vault.maxDeposit(scene.other) > 0
    scene.agree()


def test_set_commission_limit__by_the_owner__is_told(empty):
    empty.twin.call("set_commission_limit", empty.owner, 10_000)
    (event,) = empty.events("CommissionLimitSet")
    assert (event.old_bps, event.new_bps) == (2_000, 10_000)
    empty.twin.refused("lst: nothing changes", "set_commission_limit", empty.owner, 10_000)
    empty.twin.refused("lst: commission out of bounds", "set_commission_limit", empty.owner, 10_001)
    empty.twin.refused("ownable: caller is not the owner", "set_commission_limit", empty.holder, 1)
    empty.agree()


def test_ownership__in_two_steps(empty):
    empty.twin.call("transfer_ownership", empty.owner, empty.other)
    assert (empty.vault.owner(), empty.vault.pending_owner()) == (empty.owner, empty.other)
    empty.twin.call("accept_ownership", empty.other)
    empty.twin.call("set_fee", empty.other, 7)
    assert empty.vault.fee_bps() == 7
