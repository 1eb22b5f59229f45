"""Everything about one validator; derived numbers beside the model."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.stake_weight import DecayTable, cap_headroom
from mdt.units import BPS, DAY
from tests.support.boa_clock import mine
from tests.support.lens import APPEAL, JAIL, WARNING, deploy_lens
from tests.support.profiles import examples
from tests.support.staking import BURSE, MINIMUM, STAKES, TERMS, UNBONDING, UNIT, VALUES


def test_detail__ordinary_validator__profile_pool_share_and_nothing_else(world):
    detail = world.lens.validator_detail(2)
    assert detail.profile == world.staking.validators.profile(2)
    assert detail.pool == world.staking.staking.validator(2)
    weights = [world.staking.staking.validator(number).weight for number in (1, 2, 3)]
    assert detail.share_wad == weights[1] * UNIT // sum(weights)
    assert detail.effective_stake == DecayTable(STAKES, VALUES, MINIMUM).effective_stake(2 * MINIMUM)
    assert detail.headroom == 20 * 2 * MINIMUM, "what its own part carries"
    assert (detail.jailed_until, detail.pending_slashes) == (0, [])


def test_detail__queued_commission_keys_and_proposals__shown(world):
    operator, successor = world.staking.validators.operator_of(1), boa.env.generate_address("successor")
    world.staking.validators.set_commission(1, 700, sender=operator)
    world.staking.validators.propose_owner(1, successor, sender=operator)
    world.staking.validators.propose_vote_key(1, world.staking.staking.address, sender=operator)
    world.staking.validators.set_operator(1, successor, sender=operator)
    profile = world.lens.validator_detail(1).profile
    assert (profile.commission_bps, profile.queued_commission_bps) == (100, 700)
    assert profile.commission_applies_at == boa.env.evm.patch.timestamp + UNBONDING
    assert (profile.owner, profile.operator, profile.vote_key) == (operator, successor, operator)
    assert (profile.proposed_owner, profile.proposed_vote_key) == (successor, world.staking.staking.address)


def test_detail__slashes_in_escrow__listed_with_what_comes_back(world):
    now = boa.env.evm.patch.timestamp
    first, second = world.slash(3, offence=2), world.slash(3, offence=0)
    world.slasher.appeal(second, b"\x01" * 32, sender=world.staking.validators.operator_of(3))
    detail = world.lens.validator_detail(3)
    held = [world.staking.staking.escrow(3, offence) for offence in (0, 2)]
    assert [tuple(one) for one in detail.pending_slashes] == [
        (second, 0, held[0].tokens, now + 2 * WARNING + 2 * APPEAL, True),
        (first, 2, held[1].tokens, now + WARNING + APPEAL, False),
    ]
    assert detail.announced_slashes == []
    assert held[0].tokens > 0 < held[1].tokens
    assert (detail.jailed_until, detail.share_wad) == (now + 2 * WARNING + JAIL, 0)


def test_detail__announced_slashes__listed_until_opened_voided_or_lapsed(world):
    opens_at = boa.env.evm.patch.timestamp + WARNING
    offline, no_reveal, double = (world.announce(3, offence=offence) for offence in (1, 2, 0))
    rows = [(double, 0, 5_000, opens_at), (offline, 1, 1_000, opens_at), (no_reveal, 2, 500, opens_at)]
    assert [tuple(one) for one in world.lens.validator_detail(3).announced_slashes] == rows
    world.slasher.void_slash(double, sender=world.arbiter)
    mine(1, WARNING)
    world.slasher.open_slash(no_reveal)
    assert [tuple(one) for one in world.lens.validator_detail(3).announced_slashes] == rows[1:2]
    mine(1, WARNING)
    assert world.lens.validator_detail(3).announced_slashes == []
    assert world.lens.validator_detail(1).announced_slashes == []


def test_detail__nobody_active__no_share(world):
    for number in (1, 2, 3):
        world.staking.validators.exit(number, sender=world.staking.validators.operator_of(number))
    assert world.lens.validator_detail(1).share_wad == 0


def test_detail__unknown_validator__refused(world):
    with boa.reverts("staking: unknown validator"):
        world.lens.validator_detail(4)


@pytest.mark.parametrize("validator_id", [1, 2, 3])
def test_headroom__cap_in_force__what_staking_accepts(world, validator_id):
    for number in range(4, 24):
        world.staking.validator(f"validator {number}", 2 * MINIMUM)
    for _ in range(2):  # two readings of the network's stake, a day apart
        mine(1, seconds=DAY)
        world.staking.staking.stake(4, 8, 1, 0, sender=world.staking.validators.operator_of(4))
    headroom = world.lens.validator_detail(validator_id).headroom
    assert headroom == world.staking.staking.validator(validator_id).room
    assert 0 < headroom < BURSE
    world.staking.delegator("delegator", validator_id, headroom)
    assert world.lens.validator_detail(validator_id).headroom == 0


def test_headroom__exited__nothing(world):
    assert world.lens.validator_detail(2).headroom > 0
    world.staking.validators.exit(2, sender=world.staking.validators.operator_of(2))
    assert world.lens.validator_detail(2).headroom == 0


@pytest.fixture(scope="module")
def lone():
    """One validator, whose stake examples change and put back."""
    world = deploy_lens(terms=replace(TERMS, own_part_bps=0))
    world.staking.validator("validator")
    world.whale = world.staking.actor("whale", 10 * STAKES[-1])
    return world


@settings(max_examples=examples(10, 60, 2_000), deadline=None)
@given(
    added=st.one_of(
        st.integers(1, 9 * STAKES[-1]), st.sampled_from([stake - MINIMUM + offset for stake in STAKES for offset in (-1, 0, 1) if stake - MINIMUM + offset > 0])
    )
)
def test_effective_stake__any_stake__as_the_model(lone, added):
    with boa.env.anchor():
        lone.staking.staking.stake(1, 0, added, 0, sender=lone.whale)
        assert lone.lens.validator_detail(1).effective_stake == DecayTable(STAKES, VALUES, MINIMUM).effective_stake(added + MINIMUM)


@settings(max_examples=examples(200, 2_000, 100_000), deadline=None)
@given(network=st.integers(0, 2**85), validator=st.integers(0, 2**84), cap=st.integers(100, 5_000))
def test_model_headroom__any_numbers__is_the_largest_that_fits(network, validator, cap):
    room = cap_headroom(network, validator, cap)

    def fits(added: int) -> bool:
        return BPS * (validator + added) <= cap * (network + added)

    assert room == 0 or fits(room)
    assert not fits(room + 1)
