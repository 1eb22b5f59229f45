"""Pages of validators."""

from __future__ import annotations

from mdt.model.staking import Status
from tests.support.boa_clock import mine
from tests.support.staking import MINIMUM


def test_validators__page__rows_as_the_sources_say(world):
    world.staking.delegator("delegator", 2, MINIMUM, months=3)
    world.staking.validators.exit(1, sender=world.staking.validators.operator_of(1))
    world.slash(3)
    rows = [tuple(row) for row in world.lens.validators(0, 25)]
    assert rows == [world.row(number) for number in (1, 2, 3)]
    assert [row[-1] for row in rows] == [Status.EXITED, 1, Status.JAILED]
    assert [row[5] for row in rows] == [100, 200, 300]
    assert rows[1][4] > 0 == rows[0][4]


def test_validators__offset_and_limit__cut(world):
    assert [row.validator_id for row in world.lens.validators(1, 1)] == [2]
    assert [row.validator_id for row in world.lens.validators(1, 25)] == [2, 3]
    assert world.lens.validators(3, 25) == []
    assert world.lens.validators(2**255, 2**255) == []
    assert world.lens.validators(0, 0) == []


def test_validators__more_than_a_page__cut_at_25(world):
    for number in range(4, 30):
        world.staking.validator(f"validator {number}")
    mine(1)
    first, second = world.lens.validators(0, 2**256 - 1), world.lens.validators(25, 25)
    assert [row.validator_id for row in [*first, *second]] == list(range(1, 30))
    assert (len(first), len(second)) == (25, 4)
