"""An owner's positions, found among all validators."""

from __future__ import annotations

import boa

from tests.support.boa_clock import mine
from tests.support.staking import MINIMUM, MONTH, OWN, UNBONDING, UNIT

ALL = 2**256 - 1


def test_positions__several__rows_as_the_sources_say(world):
    owner = world.staking.actor("owner")
    for validator_id, slot, months in ((3, 7, 0), (1, 0, 12), (1, 5, 0)):
        world.staking.staking.stake(validator_id, slot, MINIMUM, months, sender=owner)
    mine(50)
    rows, following = world.lens.positions_of(owner, 1, 40)
    assert [tuple(row) for row in rows] == [world.position_row(*whose) for whose in ((1, owner, 0), (1, owner, 5), (3, owner, 7))]
    assert following == 0
    assert [(row.bonus_bps, row.pending_reward > 0, row.tokens) for row in rows] == [(300, True, MINIMUM), (0, True, MINIMUM), (0, True, MINIMUM)]
    assert rows[0].unlocks_at == boa.env.evm.patch.timestamp - 150 + 12 * MONTH


def test_positions__range__cut_and_continued(world):
    owner = world.staking.actor("owner")
    for validator_id in (1, 2, 3):
        world.staking.staking.stake(validator_id, 0, MINIMUM, 0, sender=owner)
    pages = [world.lens.positions_of(owner, *page) for page in ((1, 2), (3, 2), (0, 40), (4, 40), (2, 0))]
    assert [([row.validator_id for row in rows], following) for rows, following in pages] == [([1, 2], 3), ([3], 0), ([1, 2, 3], 0), ([], 0), ([], 2)]


def test_positions__owner__has_the_own_slots_of_the_validators_it_owns_now(world):
    operator, successor = world.staking.validators.operator_of(2), world.staking.actor("successor")
    world.staking.staking.stake(2, 15, UNIT, 0, sender=world.staking.validators.operator_of(2))
    world.staking.staking.stake(3, 0, UNIT, 0, sender=operator)
    whose = [(2, OWN, 8), (2, OWN, 15), (3, operator, 0)]
    assert world.all_positions(operator) == [world.position_row(*one) for one in whose]
    world.staking.validators.propose_owner(2, successor, sender=operator)
    world.staking.validators.accept_owner(2, sender=successor)
    assert world.all_positions(successor) == [world.position_row(*one) for one in whose[:2]]
    assert world.all_positions(operator) == [world.position_row(3, operator, 0)]
    # of several
    other = world.staking.validators.owner_of(3)
    world.staking.validators.propose_owner(3, successor, sender=other)
    world.staking.validators.accept_owner(3, sender=successor)
    assert [row[:3] for row in world.all_positions(successor)] == [(2, OWN, 8), (2, OWN, 15), (3, OWN, 8)]
    # and not of the one it only operates
    assert world.staking.validators.operator_of(3) == other
    assert world.all_positions(other) == []


def test_positions__unstaked_before_any_reward__still_found():
    """Its accumulator has not moved: only that it starts at 1 tells a used word from an unused one."""
    from tests.support.lens import deploy_lens

    world = deploy_lens()
    world.staking.validator("validator")
    owner = world.staking.delegator("owner", 1, UNIT)
    world.staking.staking.unstake(1, 0, ALL, sender=owner)
    ((row,), following) = world.lens.positions_of(owner, 1, 40)
    assert (row.shares, row.request_count, following) == (0, 1, 0)


def test_positions__moved_away_and_claimed__not_listed(world):
    owner = world.staking.delegator("owner", 1, MINIMUM)
    world.staking.staking.redelegate(1, 0, 2, 3, ALL, sender=owner)
    assert [row[:3] for row in world.all_positions(owner)] == [(2, owner, 3)]


def test_positions__redelegated__debt_and_what_is_unanswered(world):
    owner = world.staking.delegator("owner", 1, MINIMUM)
    world.staking.staking.redelegate(1, 0, 2, 0, MINIMUM, sender=owner)
    until = boa.env.evm.patch.timestamp + UNBONDING
    mine(3)
    world.slash(1)
    world.slash(1, offence=2)
    ((row,), _) = world.lens.positions_of(owner, 2, 1)
    assert (row.source_id, row.answerable_until, row.unanswered) == (1, until, 2)
    world.slasher.answer(2, owner, 0)
    ((row,), _) = world.lens.positions_of(owner, 2, 1)
    assert (row.unanswered, row.tokens) == (1, world.staking.staking.position(2, owner, 0).tokens)


def test_positions__stranger_and_zero_address__none(world):
    assert world.lens.positions_of(boa.env.generate_address("stranger"), 1, 40) == ([], 0)
    assert world.lens.positions_of(OWN, 1, 40) == ([], 0)


def test_positions__full_page__stops_before_the_next_validator(world):
    owner = world.staking.actor("owner")
    for validator_id in (1, 2, 3):
        for slot in range(8):
            world.staking.staking.stake(validator_id, slot, UNIT, 0, sender=owner)
    rows, following = world.lens.positions_of(owner, 1, 40)
    assert ([row.validator_id for row in rows], following) == ([1] * 8 + [2] * 8, 3)
    assert [row[:3] for row in world.all_positions(owner)] == [(validator_id, owner, slot) for validator_id in (1, 2, 3) for slot in range(8)]


def test_positions__sixteen_with_one_validator__one_page(world):
    operator = world.staking.validators.operator_of(1)
    for slot in range(16):
        world.staking.staking.stake(1, slot, UNIT, 0, sender=operator)
    rows, following = world.lens.positions_of(operator, 1, 1)
    assert ([row.slot for row in rows], following) == (list(range(16)), 2)
