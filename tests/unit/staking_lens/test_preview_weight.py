"""What a position weighs, and would weigh: compared with what happens when it is really staked."""

from __future__ import annotations

import boa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mdt.model.reasons import Burn, mask
from mdt.model.staking import Status
from tests.support.boa_clock import mine
from tests.support.lens import JAIL, deploy_lens
from tests.support.profiles import examples
from tests.support.staking import MINIMUM, MONTH, OWN, STAKES, UNIT


def weight_now(world, validator_id: int, owner: str, slot: int) -> tuple[int, int, int, int]:
    """The same from the sources."""
    pool, net = world.staking.staking.validator(validator_id), world.staking.staking.network()
    position = world.staking.staking.position(validator_id, owner, slot)
    boosted = position.shares * (10_000 + position.bonus_bps)
    share = pool.weight * UNIT // net.weight * boosted // pool.boosted_shares
    return position.bonus_bps, pool.weight * boosted // pool.boosted_shares, share, share * (10_000 - pool.commission_bps) // 10_000


def test_preview__more_than_a_pool_can_hold__refused_with_a_reason(world):
    owner = world.staking.delegator("owner", 1, MINIMUM)
    assert world.lens.preview_weight(1, owner, 0, 2**84 - 1 - MINIMUM, 2**256 - 1)
    for amount in (2**84, 2**255, 2**256 - 1):
        with boa.reverts("staking: pool full"):
            world.lens.preview_weight(1, owner, 0, amount, 1)


def test_preview__nothing_added__what_it_weighs_now(world):
    owner = world.staking.delegator("owner", 1, MINIMUM, months=6)
    assert tuple(world.lens.preview_weight(1, owner, 0, 0, 0)) == weight_now(world, 1, owner, 0)
    assert tuple(world.lens.preview_weight(3, OWN, 8, 0, 0)) == weight_now(world, 3, OWN, 8)
    assert weight_now(world, 1, owner, 0)[0] == 150
    nobody = boa.env.generate_address("nobody")
    assert tuple(world.lens.preview_weight(1, nobody, 0, 0, 0)) == (0, 0, 0, 0)


def test_preview__shares__add_up_to_all_rewards(world):
    owner = world.staking.delegator("owner", 1, MINIMUM, months=6)
    shares = [world.lens.preview_weight(*whose, 0, 0).share_wad for whose in ((1, OWN, 8), (1, owner, 0), (2, OWN, 8), (3, OWN, 8))]
    assert UNIT - 10 <= sum(shares) <= UNIT


def test_preview__inactive_validator__nothing(world):
    world.staking.validators.exit(1, sender=world.staking.validators.operator_of(1))
    owner = world.staking.actor("owner")
    assert tuple(world.lens.preview_weight(1, owner, 0, UNIT, 12)) == (300, 0, 0, 0)
    assert tuple(world.lens.preview_weight(1, OWN, 8, 0, 0)) == (0, 0, 0, 0)


def test_preview__lock_over__adding_ends_its_bonus(world):
    owner = world.staking.delegator("owner", 1, MINIMUM, months=1)
    mine(1, MONTH + 1)
    assert world.lens.preview_weight(1, owner, 0, 0, 0).bonus_bps == 25
    assert world.lens.preview_weight(1, owner, 0, UNIT, 0).bonus_bps == 0


def test_preview__unknown_validator_or_slot__refused(world):
    with boa.reverts("staking: unknown validator"):
        world.lens.preview_weight(4, OWN, 8, 0, 0)
    with boa.reverts("staking: slot out of range"):
        world.lens.preview_weight(1, OWN, 16, 0, 0)


@pytest.fixture(scope="module")
def slashed():
    """Validator 1 was slashed and is back, so its shares are worth less than a wei. Somebody has a lock with each."""
    world = deploy_lens()
    world.operators = {number: world.staking.validator(f"validator {number}", 3 * MINIMUM)[1] for number in (1, 2)}
    world.owner = world.staking.actor("owner")
    for number in (1, 2):
        world.staking.staking.stake(number, 0, 7 * UNIT + 3, 5, sender=world.owner)
    mine(10)
    world.staking.token.set_burner(world.slasher, mask(Burn.SLASH), sender=world.staking.owner)
    slash_id = world.slash(1)
    mine(1, JAIL)
    world.slasher.execute(slash_id)
    world.slasher.unjail(1, sender=world.operators[1])
    pool = world.staking.staking.validator(1)
    assert (pool.status, pool.shares > pool.tokens) == (Status.ACTIVE, True)
    return world


@settings(max_examples=examples(15, 100, 5_000), deadline=None)
@given(
    validator_id=st.sampled_from([1, 2]),
    slot=st.sampled_from([0, 1, 8, 9]),
    amount=st.one_of(st.just(0), st.integers(1, UNIT), st.integers(1, 8 * STAKES[-1])),
    months=st.integers(0, 12),
    wait=st.integers(0, 7 * MONTH),
)
def test_preview__any_stake__is_what_it_then_weighs(slashed, validator_id, slot, amount, months, wait):
    owner, kept_under = (slashed.operators[validator_id], OWN) if slot >= 8 else (slashed.owner, slashed.owner)
    with boa.env.anchor():
        mine(1, 1 + wait)
        slashed.staking.token.mint(owner, amount + 1, 0, sender=slashed.staking.issuer)
        expected = tuple(slashed.lens.preview_weight(validator_id, kept_under, slot, amount, months))
        position = slashed.staking.staking.position(validator_id, kept_under, slot)
        assume(amount > 0 or position.shares > 0)  # nothing to lock
        assume(months == 0 or boa.env.evm.patch.timestamp + months * MONTH >= position.unlocks_at)  # locked for longer
        if amount + months > 0:
            slashed.staking.staking.stake(validator_id, slot, amount, months, sender=owner)
        assert expected == weight_now(slashed, validator_id, kept_under, slot)
