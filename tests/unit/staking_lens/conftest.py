"""Three validators and the lens."""

from __future__ import annotations

import pytest

from tests.support.boa_clock import mine
from tests.support.lens import LensSuite, deploy_lens
from tests.support.staking import MINIMUM


@pytest.fixture
def world() -> LensSuite:
    """Validators 1 to 3, staked alike, rewards flowing."""
    world = deploy_lens()
    for number in (1, 2, 3):
        world.staking.validator(f"validator {number}", amount=MINIMUM * number, commission=100 * number)
    mine(5)
    world.staking.staking.pull_block_rewards()
    mine(5)
    return world
