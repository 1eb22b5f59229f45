"""Pages of unbonding requests."""

from __future__ import annotations

import boa

from tests.support.boa_clock import mine
from tests.support.staking import MINIMUM, OWN, UNBONDING, UNIT


def test_requests__open_ones__with_worth_and_time(world):
    owner = world.staking.delegator("owner", 1, MINIMUM)
    made = []
    for amount in (3 * UNIT, 1, 2 * UNIT):
        world.staking.staking.unstake(1, 0, amount, sender=owner)
        made.append((boa.env.evm.patch.timestamp + UNBONDING, boa.env.evm.patch.block_number))
        mine(10)
    world.staking.staking.cancel_unstake(1, 0, 1, sender=owner)
    assert [tuple(row) for row in world.lens.requests_of(1, owner, 0, 0, 100)] == [(0, 3 * UNIT, *made[0], 0), (2, 2 * UNIT, *made[2], 0)]


def test_requests__slashed_since__what_is_unanswered_and_then_less(world):
    owner = world.staking.delegator("owner", 1, MINIMUM)
    world.staking.staking.unstake(1, 0, UNIT, sender=owner)
    world.slash(1)
    (before,) = world.lens.requests_of(1, owner, 0, 0, 100)
    assert (before.tokens, before.unanswered) == (UNIT, 1)
    bps = world.slasher.slash_record(0).bps
    world.slasher.answer(1, owner, 0, 0)
    (after,) = world.lens.requests_of(1, owner, 0, 0, 100)
    assert (after.tokens, after.unanswered) == (UNIT - UNIT * bps // 10_000, 0)


def test_requests__pages__by_number(world):
    owner = world.staking.delegator("owner", 1, MINIMUM)
    for _ in range(7):
        world.staking.staking.unstake(1, 0, UNIT, sender=owner)

    def numbers(offset: int, limit: int) -> list[int]:
        return [row.request_id for row in world.lens.requests_of(1, owner, 0, offset, limit)]

    assert [numbers(0, 3), numbers(3, 3), numbers(6, 3), numbers(7, 3), numbers(2, 0)] == [[0, 1, 2], [3, 4, 5], [6], [], []]
    assert numbers(2**255, 2**255) == []


def test_requests__own_stake__under_the_zero_address(world):
    operator = world.staking.validators.operator_of(3)
    world.staking.staking.unstake(3, 8, UNIT, sender=operator)
    assert [row.request_id for row in world.lens.requests_of(3, OWN, 8, 0, 100)] == [0]
    assert world.lens.requests_of(3, operator, 0, 0, 100) == []


def test_requests__unknown_validator_or_slot__refused(world):
    with boa.reverts("staking: unknown validator"):
        world.lens.requests_of(9, OWN, 8, 0, 1)
    with boa.reverts("staking: slot out of range"):
        world.lens.requests_of(1, OWN, 16, 0, 1)
