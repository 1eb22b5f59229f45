"""The lens binds to contracts that are there."""

from __future__ import annotations

import boa
import pytest

from tests.support.deployers import deployer


def test_init__contracts__bound(world):
    assert (world.lens.STAKING(), world.lens.VALIDATORS(), world.lens.SLASHER()) == (
        world.staking.staking.address,
        world.staking.validators.address,
        world.slasher.address,
    )


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_init__account_without_code__refused(world, missing):
    arguments = [world.staking.staking, world.staking.validators, world.slasher]
    arguments[missing] = boa.env.generate_address("nobody")
    with boa.reverts("lens: no code"):
        deployer("StakingLens").deploy(*arguments)
