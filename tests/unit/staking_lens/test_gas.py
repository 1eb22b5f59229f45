"""Every call fits into the million gas that a Luxtensor node gives it, with a thousand validators and the fullest pages.

Each call runs with that limit, all storage cold, 21,000 and calldata taken off first; the figures are printed with `-s`.
"""

from __future__ import annotations

import boa
import pytest

from mdt.units import DAY
from tests.support.boa_clock import mine
from tests.support.lens import LensSuite, deploy_lens
from tests.support.revm import switch
from tests.support.staking import BURSE, COMMISSION, MINIMUM, OWN, UNIT, VALUES

pytestmark = pytest.mark.py_evm  # gas
VALIDATORS = 1_000
MONTHS = 12
ALL = 2**256 - 1


@pytest.fixture(scope="module")
def crowd() -> LensSuite:
    """A thousand validators, rewards flowing."""
    with switch.built_on_revm():
        world = deploy_lens()
        for number in range(VALIDATORS):
            operator = world.staking.actor(f"validator {number}", MINIMUM)
            world.staking.validators.register(MINIMUM, COMMISSION, "", sender=operator)
        mine(10)
        world.staking.staking.pull_block_rewards()
        mine(10)
    return world


def said(what: str, gas: int) -> int:
    print(f"{what}: {gas:,} gas")
    assert gas < 1_000_000
    return gas


def test_gas__validators__full_page(crowd):
    gas, rows = crowd.gas_of("validators", 500, 25)
    assert said("25 validators", gas) > 0
    assert len(rows) == 25


def test_gas__validators__full_page_a_year_of_monthly_tables_behind(crowd):
    with boa.env.anchor():
        for month in range(MONTHS):
            mine(1, 31 * DAY)
            crowd.staking.staking.set_decay_table([value - 10**9 * (month + 1) for value in VALUES], sender=crowd.staking.owner)
        gas, rows = crowd.gas_of("validators", 500, 25)
        assert said("25 validators, 12 tables behind", gas) > 0
        assert len(rows) == 25


def test_gas__detail__three_slashes_in_escrow(crowd):
    with boa.env.anchor():
        for offence in (0, 1, 2):
            crowd.slash(7, offence)
        gas, detail = crowd.gas_of("validator_detail", 7)
        assert said("detail, three slashes", gas) > 0
        assert len(detail.pending_slashes) == 3


def test_gas__detail__three_announced_slashes(crowd):
    with boa.env.anchor():
        for offence in (0, 1, 2):
            crowd.announce(7, offence)
        gas, detail = crowd.gas_of("validator_detail", 7)
        assert said("detail, three announced slashes", gas) > 0
        assert len(detail.announced_slashes) == 3


def test_gas__positions__of_a_thousand_validators_for_nobody(crowd):
    nobody, at, pages, most = boa.env.generate_address("nobody"), 1, 0, 0
    while at:
        gas, (rows, at) = crowd.gas_of("positions_of", nobody, at, ALL)
        assert rows == []
        pages, most = pages + 1, max(most, gas)
    said(f"35 validators without a position, {pages} pages for {VALIDATORS}", most)
    assert pages == -(-VALIDATORS // 35)


def test_gas__positions__one_with_each_validator(crowd):
    with boa.env.anchor():
        owner = crowd.staking.actor("owner")
        for validator_id in range(1, 41):
            crowd.staking.staking.stake(validator_id, 7, UNIT, 0, sender=owner)
        mine(10)
        gas, (rows, following) = crowd.gas_of("positions_of", owner, 1, ALL)
        said("11 positions, one each", gas)
        assert (len(rows), following) == (11, 12)


def test_gas__positions__redelegated_from_as_many_validators(crowd):
    with boa.env.anchor():
        owner = crowd.staking.actor("owner")
        for validator_id in range(1, 21):
            crowd.staking.staking.stake(100 + validator_id, 0, UNIT, 0, sender=owner)
            crowd.staking.staking.redelegate(100 + validator_id, 0, validator_id, 0, ALL, sender=owner)
        mine(10)
        gas, (rows, following) = crowd.gas_of("positions_of", owner, 1, ALL)
        said("11 positions that answer for 11 validators", gas)
        assert (len(rows), following) == (11, 12)
        assert all(row.source_id == 100 + row.validator_id for row in rows)


def test_gas__positions__all_sixteen_slots_and_all_redelegated(crowd):
    with boa.env.anchor():
        operator = crowd.staking.validators.operator_of(1)
        crowd.staking.token.mint(operator, BURSE, 0, sender=crowd.staking.issuer)
        for slot in range(8):
            crowd.staking.staking.stake(1, 8 + slot, UNIT, 0, sender=operator)
            crowd.staking.staking.stake(100 + slot, 0, UNIT, 0, sender=operator)
            crowd.staking.staking.redelegate(100 + slot, 0, 1, slot, ALL, sender=operator)
        mine(10)
        gas, (rows, _) = crowd.gas_of("positions_of", operator, 1, ALL)
        said("16 positions with one validator", gas)
        assert len([row for row in rows if row.validator_id == 1]) == 16


def test_gas__requests__full_page(crowd):
    with boa.env.anchor():
        owner = crowd.staking.delegator("owner", 1, 10 * MINIMUM)
        for _ in range(101):
            crowd.staking.staking.unstake(1, 0, UNIT, sender=owner)
        gas, rows = crowd.gas_of("requests_of", 1, owner, 0, 0, ALL)
        said("100 requests", gas)
        assert len(rows) == 100


def test_gas__slashes__full_page(crowd):
    with boa.env.anchor():
        for _ in range(41):
            mine(1)
            slash_id = crowd.slash(1)
            crowd.slasher.appeal(slash_id, b"\x01" * 32, sender=crowd.staking.validators.operator_of(1))
            crowd.slasher.overturn(slash_id, sender=crowd.arbiter)
        gas, rows = crowd.gas_of("slashes_of", 1, 0, ALL)
        said("40 slashes", gas)
        assert len(rows) == 40


def test_gas__preview__own_stake(crowd):
    gas, weight = crowd.gas_of("preview_weight", 500, OWN, 8, MINIMUM, 12)
    said("preview", gas)
    assert weight.weight > 0


def test_gas_of__a_call_that_needs_more__fails(crowd):
    """The limit is real."""
    with pytest.raises(boa.BoaError):
        crowd.lens.positions_of(boa.env.generate_address("nobody"), 1, ALL, gas=500_000)
