"""What each constructor is given: its arguments by name, out of the preset and the record of the deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mdt.names import SOURCES
from mdt.preset.settings import Settings
from mdt.preset.terms import emission_parameters, staking_terms
from mdt.suite.records import NetworkRecord


def constructor_values(name: str, settings: Settings, record: NetworkRecord, at: Callable[[str], Any]) -> dict[str, Any]:
    """The arguments of a contract's constructor, in order; `at` gives the address of another contract of the suite."""
    token, halving, emission = settings.token, settings.halving, settings.emission
    owner = record.deployer
    if name == "Timelock":
        return {
            "_minimum_delay": settings.governance.delay,
            "_proposers": record.proposers,
            "_executors": record.executors,
            "_guardian": record.guardian,
        }
    if name == "MDT":
        return {
            "_name": token.name,
            "_symbol": token.symbol,
            "_decimals": token.decimals,
            "_bucket_caps": token.buckets.as_list(),
            "_grant_delay": token.grant_delay,
            "_owner": owner,
            "_guardian": record.guardian,
        }
    if name == "Treasury":
        return {"_token": at("MDT"), "_period_seconds": settings.treasury.period, "_budget": settings.treasury.budget, "_owner": owner}
    if name == "Vesting":
        return {"_token": at("MDT"), "_treasury": at("Treasury"), "_owner": owner}
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
            "_terms": staking_terms(settings),
            "_decay_stakes": settings.staking.decay_stakes,
            "_decay_values": settings.staking.decay_values,
            "_owner": owner,
        }
    if name == "Validators":
        return {"_staking": at("Staking")}
    if name == "StakingLens":
        return {"_staking": at("Staking"), "_validators": at("Validators"), "_slasher": at("Slasher")}
    if name == "RewardDistributor":
        return {"_token": at("MDT"), "_owner": owner}
    if name == "ReservePools":
        return {"_token": at("MDT"), "_treasury": at("Treasury"), "_sale_burn_bps": settings.recycling.sale_burn_bps, "_owner": owner}
    if name == "DistributionSchedules":
        return {"_token": at("MDT"), "_treasury": at("Treasury"), "_owner": owner}
    if name == "FeeDesk":
        return {
            "_token": at("MDT"),
            "_recycling_pool": at("RecyclingPool"),
            "_reserve_pools": at("ReservePools"),
            "_staking": at("Staking"),
            "_treasury": at("Treasury"),
            "_terms": settings.fees.as_terms(),
            "_owner": owner,
        }
    if name == "Slasher":
        slashing = settings.slashing
        return {
            "_token": at("MDT"),
            "_staking": at("Staking"),
            "_validators": at("Validators"),
            "_controller": at("EmissionController"),
            "_treasury": at("Treasury"),
            "_arbiter": at(record.arbiter) if record.arbiter in SOURCES else record.arbiter,
            "_slash_bps": slashing.as_list(),
            "_offline_missed_blocks": slashing.offline_missed_blocks,
            "_burn_bps": slashing.burn_bps,
            "_appeal_seconds": slashing.appeal,
            "_jail_seconds": slashing.jail,
            "_evidence_blocks": slashing.evidence_blocks,
            "_owner": owner,
        }
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
        "_parameters": emission_parameters(settings),
        "_delay": emission.report_delay,
        "_reporters": record.reporters,
        "_quorum": record.quorum,
        "_owner": owner,
        "_guardian": record.guardian,
    }
