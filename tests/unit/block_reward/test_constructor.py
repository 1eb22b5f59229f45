"""BlockReward: construction, immutables and surface."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.block_reward import MAX_START_DELAY, BlockReward
from mdt.model.halving import HalvingSchedule
from mdt.model.token import MDT
from tests.support.block_reward import PRESETS, deploy_block_reward, schedule_of
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy
from tests.support.refusals import refuses
from tests.support.token import BUCKETS, TOKEN

SCHEDULE = schedule_of("adr-literal")
ADDRESS = "0x" + "11" * 20


def twin(token):
    """A model of the token in the same block."""
    return MDT(BUCKETS, TOKEN.grant_delay, token.owner(), token.guardian(), BoaClock())


@pytest.mark.parametrize("preset", PRESETS)
def test_constructor__preset__immutables_are_the_settings(token, owner, preset):
    schedule = schedule_of(preset)
    contract = deploy_block_reward(token, owner, schedule, start_delay=7)
    assert contract.TOKEN() == token.address
    assert contract.START_BLOCK() == boa.env.evm.patch.block_number + 7
    assert (contract.INITIAL_REWARD(), contract.INTERVAL_BLOCKS(), contract.HALVINGS()) == (schedule.initial, schedule.interval, schedule.halvings)
    assert contract.LIFETIME_TOTAL() == schedule.lifetime_total
    assert (contract.owner(), contract.pending_owner()) == (owner, ZERO_ADDRESS)
    assert (contract.recipient(), contract.total_released()) == (ZERO_ADDRESS, 0)
    assert contract.MAX_START_DELAY() == MAX_START_DELAY


@pytest.mark.parametrize(
    ("shift", "reason"),
    [(-1, "reward: start in the past"), (0, None), (MAX_START_DELAY, None), (MAX_START_DELAY + 1, "reward: start too far")],
)
def test_constructor__start_block__this_block_up_to_the_maximum(token, owner, shift, reason):
    """E9 of a schedule: a start in the past would owe for blocks in which nobody was staked."""
    boa.env.evm.patch.block_number += 10
    arguments = (ADDRESS, twin(token), token.address, boa.env.evm.patch.block_number + shift, SCHEDULE, owner)
    if reason is None:
        assert deploy_block_reward(token, owner, SCHEDULE, shift).owed() == BlockReward(*arguments).owed() == 0
        return
    with boa.reverts(reason):
        deploy_block_reward(token, owner, SCHEDULE, shift)
    with refuses(reason):
        BlockReward(*arguments)


def test_constructor__token_without_code__refused(owner):
    for token in (ZERO_ADDRESS, owner):
        with boa.reverts("reward: token has no code"):
            deploy_block_reward(token, owner, SCHEDULE)


def test_constructor__zero_owner__refused(token):
    with boa.reverts("reward: zero owner"):
        deploy_block_reward(token, ZERO_ADDRESS, SCHEDULE)
    with refuses("reward: zero owner"):
        BlockReward(ADDRESS, twin(token), token.address, boa.env.evm.patch.block_number, SCHEDULE, ZERO_ADDRESS)


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        ((2**40, 1, 33), "halving: too many halvings"),
        ((2, 0, 1), "halving: zero interval"),
        ((2, 2**40, 1), "halving: interval too long"),
        ((0, 1, 1), "halving: zero initial"),
        ((2**128, 1, 1), "halving: initial too large"),
        ((3, 1, 1), "halving: initial not exact"),
    ],
)
def test_constructor__schedule_out_of_bounds__refused(token, owner, schedule, reason):
    with boa.reverts(reason):
        initial, interval, halvings = schedule
        start = boa.env.evm.patch.block_number
        deploy("BlockReward", token=token, start_block=start, initial_reward=initial, interval_blocks=interval, halvings=halvings, owner=owner)
    with refuses(reason):
        HalvingSchedule(*schedule)


def test_abi__whole_surface__no_amount_goes_in_and_ownership_cannot_be_renounced(reward):
    """Nobody can hand this contract an amount: the only arguments are accounts and, in views, blocks."""
    functions = {entry["name"]: [item["type"] for item in entry["inputs"]] for entry in reward.abi if entry["type"] == "function"}
    writing = {entry["name"] for entry in reward.abi if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")}
    assert writing == {"release", "set_recipient", "take_over", "transfer_ownership", "accept_ownership"}
    assert all(set(functions[name]) <= {"address"} for name in writing)


def test_transfer_ownership__two_steps__successor_sets_the_recipient(reward, owner, successor, attacker):
    with boa.reverts("ownable: caller is not the owner"):
        reward.transfer_ownership(attacker, sender=attacker)
    reward.transfer_ownership(successor, sender=owner)
    with boa.reverts("ownable_2step: caller is not the new owner"):
        reward.accept_ownership(sender=attacker)
    reward.accept_ownership(sender=successor)
    assert reward.owner() == successor
    with boa.reverts("ownable: caller is not the owner"):
        reward.set_recipient(attacker, sender=owner)
    reward.set_recipient(attacker, sender=successor)
