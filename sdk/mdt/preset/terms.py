"""A preset as the contracts' constructors and the model take it: structs with the contracts' fields."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mdt.model.emission import EmissionSchedule, Parameters
from mdt.preset.settings import Settings


def schedule_of(settings: Settings) -> EmissionSchedule:
    """What an epoch is worth at U = 1, and when."""
    return EmissionSchedule(settings.emission.epoch_blocks, settings.emission.base_reward, settings.halving.interval_blocks, settings.halving.halvings)


def parameters_of(settings: Settings) -> Parameters:
    """The governed parameters of emission that a deployment begins with."""
    weights, shares = settings.emission.weights_bps, settings.distribution.shares_bps
    return Parameters(
        weights_bps=(weights.tasks, weights.difficulty, weights.participation),
        shares_bps=(shares.miners, shares.validators, shares.dao),
        max_tasks=settings.emission.max_tasks,
        max_change_wad=settings.emission.max_change,
        deadline_blocks=settings.emission.deadline_blocks,
    )


def staking_terms(settings: Settings) -> dict[str, int]:
    """What staking is built with for good, by the fields of IStaking.Terms."""
    staking = settings.staking
    return {
        "min_validator_stake": staking.min_validator_stake,
        "unbonding_seconds": staking.unbonding,
        "unbonding_blocks": staking.unbonding // settings.halving.block_time,
        "stream_blocks": settings.emission.epoch_blocks,
        "own_bonus_bps": staking.lock_bonus.validator.bps_per_month,
        "delegated_bonus_bps": staking.lock_bonus.delegator.bps_per_month,
        "max_commission_bps": staking.commission.max_bps,
        "cap_bps": staking.delegation_cap_bps,
        "own_part_bps": staking.own_part_bps,
    }


def emission_parameters(settings: Settings) -> dict[str, Any]:
    """The same parameters as the controller's constructor takes them, by the fields of IEmissionController.Parameters."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(parameters_of(settings)).items()}
