"""Contracts that move tokens do not lean on MDT reverting: a token that answers False undoes the call too (C35)."""

from __future__ import annotations

from typing import Any

import boa
import pytest

from mdt.model.reasons import Recycle
from mdt.settings import load
from tests.support.deployers import deployer
from tests.support.harness import harness

SETTINGS = load("adr-literal")
AMOUNT = 10 * SETTINGS.staking.min_validator_stake


@pytest.fixture
def owner() -> str:
    return boa.env.generate_address("owner")


@pytest.fixture
def token() -> Any:
    return harness("FalseToken").deploy()


def test_recycling_pool__token_answers_false__takes_and_pays_nothing(owner: str, token: Any) -> None:
    pool = deployer("distribution/RecyclingPool").deploy(token, 0, owner)
    token.set_answers_true(False)
    with boa.reverts("pool: transfer failed"):
        pool.recycle(AMOUNT, Recycle.DONATION)
    with boa.reverts("pool: transfer failed"):
        pool.deposit_fees(AMOUNT)
    assert pool.total_recycled() == pool.total_fees() == 0


def test_staking__token_answers_false__takes_and_pays_nothing(owner: str, token: Any) -> None:
    staking_settings = SETTINGS.staking
    staking = deployer("staking/Staking").deploy(
        token, token, token, staking_settings.min_validator_stake, staking_settings.unbonding, SETTINGS.emission.epoch_blocks, owner
    )
    staking.set_notifier(owner, sender=owner)
    staking.notify_reward(AMOUNT, sender=owner)
    boa.env.time_travel(blocks=10)
    token.set_answers_true(False)
    with boa.reverts("staking: approve failed"):
        staking.recycle_idle_rewards()
    with boa.reverts("staking: transfer failed"):
        staking.notify_reward(AMOUNT, sender=owner)
    validator = boa.env.generate_address("validator")
    with boa.reverts("staking: transfer failed"):
        staking.register(AMOUNT, sender=validator)

    token.set_answers_true(True)
    staking.register(AMOUNT, sender=validator)
    request = staking.unstake(AMOUNT, sender=validator)
    boa.env.time_travel(seconds=staking_settings.unbonding)
    token.set_answers_true(False)
    with boa.reverts("staking: transfer failed"):
        staking.withdraw(request, sender=validator)
    token.set_answers_true(True)
    staking.withdraw(request, sender=validator)
