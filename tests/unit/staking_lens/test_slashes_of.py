"""Pages of a validator's slashes."""

from __future__ import annotations

import boa

from tests.support.boa_clock import mine
from tests.support.lens import APPEAL


def test_slashes__history__records_in_the_order_they_took_effect(world):
    made = []
    for round_number in range(3):
        mine(2, APPEAL)
        made.append(world.slash(2, offence=1 + round_number % 2))
        if round_number < 2:
            world.slasher.overturn(made[-1], sender=world.arbiter)
    mine(1, APPEAL)
    world.slash(1)
    world.announce(2, offence=2)
    rows = world.lens.slashes_of(2, 0, 40)
    assert [row.slash_id for row in rows] == made
    assert [row.record for row in rows] == [world.slasher.slash_record(slash_id) for slash_id in made]
    assert [row.record.status for row in rows] == [3, 3, 1]
    assert [row.slash_id for row in world.lens.slashes_of(2, 1, 1)] == [made[1]]
    assert world.lens.slashes_of(2, 3, 40) == []
    assert world.lens.slashes_of(3, 0, 40) == []


def test_slashes__more_than_a_page__cut_at_40(world):
    for _ in range(41):
        mine(1, APPEAL)
        world.slasher.overturn(world.slash(2), sender=world.arbiter)
    assert [row.slash_id for row in world.lens.slashes_of(2, 0, 2**256 - 1)] == list(range(40))
    assert [row.slash_id for row in world.lens.slashes_of(2, 40, 40)] == [40]
    assert boa.env.evm.patch.block_number > 40
