"""What each constructor is given: its arguments by name, out of the preset and the record of the deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mdt.deployments import NetworkRecord
from mdt.settings import Settings


def constructor_values(name: str, settings: Settings, record: NetworkRecord, at: Callable[[str], Any]) -> dict[str, Any]:
    """The arguments of a contract's constructor, in order; `at` gives the address of another contract of the suite."""
    token, halving, emission = settings.token, settings.halving, settings.emission
    owner = record.deployer
    if name == "MDT":
        return {
            "_name": token.name,
            "_symbol": token.symbol,
            "_bucket_caps": token.buckets.as_list(),
            "_grant_delay": token.grant_delay,
            "_owner": owner,
            "_guardian": record.guardian,
        }
    if name == "Treasury":
        return {"_owner": owner}
    if name == "RecyclingPool":
        return {"_token": at("MDT"), "_fee_burn_bps": settings.recycling.fee_burn_bps, "_owner": owner}
    if name == "BlockReward":
        return {
            "_token": at("MDT"),
            "_start_block": record.start_block,
            "_initial_reward": halving.initial_reward,
            "_interval_blocks": halving.interval_blocks,
            "_halvings": halving.halvings,
            "_owner": owner,
        }
    if name == "Staking":
        return {
            "_token": at("MDT"),
            "_block_reward": at("BlockReward"),
            "_recycling_pool": at("RecyclingPool"),
            "_min_validator_stake": settings.staking.min_validator_stake,
            "_unbonding_seconds": settings.staking.unbonding,
            "_stream_blocks": emission.epoch_blocks,
            "_owner": owner,
        }
    if name == "RewardDistributor":
        return {"_token": at("MDT"), "_owner": owner}
    return {
        "_token": at("MDT"),
        "_distributor": at("RewardDistributor"),
        "_staking": at("Staking"),
        "_recycling_pool": at("RecyclingPool"),
        "_treasury": at("Treasury"),
        "_start_block": record.start_block,
        "_epoch_blocks": emission.epoch_blocks,
        "_base_reward": emission.base_reward,
        "_interval_blocks": halving.interval_blocks,
        "_halvings": halving.halvings,
        "_parameters": parameters(settings),
        "_delay": emission.report_delay,
        "_reporters": record.reporters,
        "_quorum": record.quorum,
        "_owner": owner,
        "_guardian": record.guardian,
    }


def parameters(settings: Settings) -> dict[str, Any]:
    """The controller's governed parameters of a preset."""
    emission = settings.emission
    return {
        "weights_bps": emission.weights_bps.as_list(),
        "shares_bps": settings.distribution.shares_bps.as_list(),
        "max_tasks": emission.max_tasks,
        "max_change_wad": emission.max_change,
        "deadline_blocks": emission.deadline_blocks,
    }
