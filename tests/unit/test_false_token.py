"""Contracts that move tokens do not lean on MDT reverting: a token that answers False undoes the call too (C35)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boa
import pytest

from mdt.model.controller import Report
from mdt.model.emission import Parameters, Schedule
from mdt.model.reasons import Recycle
from mdt.settings import load
from tests.support.deployers import deployer
from tests.support.emission import DATA_HASH, EMPTY, INPUTS, QUORUM, REPORTERS, addresses, as_tuple, sign
from tests.support.harness import harness
from tests.support.staking import STAKES, TERMS, UNBONDING, VALUES, mine, terms_tuple

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
    staking = deployer("staking/Staking").deploy(token, token, token, terms_tuple(TERMS), STAKES, VALUES, owner)
    validators = deployer("staking/Validators").deploy(staking)
    for name, account in (("set_notifier", owner), ("set_slasher", owner), ("set_registry", validators)):
        getattr(staking, name)(account, sender=owner)
    staking.notify_reward(AMOUNT, sender=owner)
    mine(10)
    operator, holder = (boa.env.generate_address(name) for name in ("operator", "holder"))

    def refused(reason: str, call: Callable[[], Any]) -> Any:
        """Refused while the token answers False, and as good as ever afterwards."""
        before = staking.network()
        token.set_answers_true(False)
        with boa.reverts(reason):
            call()
        assert staking.network() == before
        token.set_answers_true(True)
        return call()

    refused("staking: transfer failed", staking.recycle_idle_rewards)
    refused("staking: transfer failed", lambda: staking.notify_reward(AMOUNT, sender=owner))
    one = refused("staking: transfer failed", lambda: validators.register(AMOUNT, 1_000, "", sender=operator))
    refused("staking: transfer failed", lambda: staking.stake(one, 0, AMOUNT, 0, sender=holder))
    mine(10)
    refused("staking: transfer failed", lambda: staking.claim(one, holder, 0))
    refused("staking: transfer failed", lambda: staking.claim_commission(one))
    staking.unstake(one, 0, AMOUNT // 2, sender=holder)
    mine(1, seconds=UNBONDING)
    refused("staking: transfer failed", lambda: staking.withdraw(one, 0, 0, sender=holder))
    two = validators.register(AMOUNT, 1_000, "", sender=boa.env.generate_address("another"))
    staking.redelegate(one, 0, two, 0, AMOUNT // 4, sender=holder)
    refused("staking: transfer failed", lambda: staking.slash(one, 0, 0, 1_000, sender=owner))
    refused("staking: transfer failed", lambda: staking.answer_slash(two, holder, 0, 0, 1_000, False, sender=owner))
    refused("staking: transfer failed", lambda: staking.end_slash(one, 0, True, sender=owner))


def test_controller__token_answers_false__settles_nothing(owner: str, token: Any) -> None:
    start = boa.env.evm.patch.block_number
    parameters = replace(Parameters.of(SETTINGS), shares_bps=(0, 0, 10_000))
    schedule = as_tuple(Schedule.of(SETTINGS))
    controller = deployer("emission/EmissionController").deploy(
        *[token.address] * 5, start, *schedule, as_tuple(parameters), SETTINGS.emission.report_delay, addresses(REPORTERS), QUORUM, owner, owner
    )
    boa.env.time_travel(blocks=SETTINGS.emission.epoch_blocks)
    report = as_tuple(Report(0, 0, *INPUTS, EMPTY, 0, DATA_HASH))
    controller.submit_report(report, sign(controller.report_digest(report), REPORTERS[:QUORUM]))
    boa.env.time_travel(seconds=SETTINGS.emission.report_delay)
    token.set_answers_true(False)
    with boa.reverts("settle: transfer failed"):
        controller.settle()
    assert controller.total_emitted() == controller.next_epoch() == 0
    token.set_answers_true(True)
    controller.settle()
    assert controller.next_epoch() == 1
