"""BlockReward's schedule by block number: random schedules, starts and blocks through the real contract, against the model."""

from __future__ import annotations

import random

import boa

from mdt.model.halving import HalvingSchedule
from tests.support.block_reward import deploy_block_reward, model_of
from tests.support.profiles import examples
from tests.support.token import deploy_token

BLOCKS = 25


def random_schedule(rng: random.Random) -> HalvingSchedule:
    halvings = rng.choice([0, 1, 10, 32, rng.randrange(33)])
    return HalvingSchedule(rng.randint(1, 10 ** rng.randrange(1, 20)) << halvings, rng.randint(1, 10 ** rng.randrange(1, 12)), halvings)


def test_views__random_schedules_and_blocks__contract_equals_model():
    """A18: scheduled_through, reward_at and era_at, to the wei; owed follows the block."""
    owner = boa.env.generate_address("owner")
    token = deploy_token(owner, owner)
    rng = random.Random(20_250_103)
    for _ in range(examples(quick=2, ci=12, deep=1_400)):
        with boa.env.anchor():
            schedule = random_schedule(rng)
            contract = deploy_block_reward(token, owner, schedule, start_delay=rng.randrange(1_000))
            model = model_of(contract, token)
            for _ in range(BLOCKS):
                near = schedule.interval * rng.randrange(schedule.halvings + 3) + rng.choice([-1, 0, 1])
                block = max(0, contract.START_BLOCK() + rng.choice([near, rng.randrange(schedule.interval * (schedule.halvings + 2)), -1, 2**64]))
                assert contract.scheduled_through(block) == model.scheduled_through(block)
                assert contract.reward_at(block) == model.reward_at(block)
                assert contract.era_at(block) == model.era_at(block)
                boa.env.evm.patch.block_number = min(max(block, contract.START_BLOCK()), 2**63)
                assert contract.owed() == model.owed()
