"""What the contracts of the suite are called, and where their sources stand."""

from __future__ import annotations

import re

TIMELOCK = "Timelock"

SOURCES = {
    "Timelock": "governance/Timelock",
    "MDT": "token/MDT",
    "Treasury": "governance/Treasury",
    "Vesting": "vesting/Vesting",
    "RecyclingPool": "distribution/RecyclingPool",
    "BlockReward": "emission/BlockReward",
    "StakingExtension": "staking/StakingExtension",
    "Staking": "staking/Staking",
    "Validators": "staking/Validators",
    "RewardDistributor": "distribution/RewardDistributor",
    "RootAudit": "emission/RootAudit",
    "EmissionController": "emission/EmissionController",
    "Slasher": "slashing/Slasher",
    "StakingLens": "staking/StakingLens",
    "ReservePools": "pools/ReservePools",
    "DistributionSchedules": "distribution/DistributionSchedules",
    "FeeDesk": "distribution/FeeDesk",
}
"""The suite in deploy order: contract name to source below `contracts/`."""

OPTIONAL = {"LiquidityPool": "pools/LiquidityPool", "LiquidStaking": "staking/LiquidStaking", "Governor": "governance/Governor"}
"""Contracts that a deployment can do without, and may have several of: none of the suite knows them."""

MARKET = "LiquidityPool"
MARKET_NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")
"""What a market may be called in a deployment."""

EVERY_SOURCE = SOURCES | OPTIONAL
"""Every contract, name to source."""

EXTENSIONS = {"Staking": "StakingExtension"}
"""Contracts that run another one's code for the functions that they do not have themselves: both interfaces are theirs."""

OF_THE_CODE = ("TOKEN", "RECYCLING_POOL", "terms", "decay_table")
"""What an extension tells at its own address: the rest is storage, which is not there."""


def market_named(name: str) -> str:
    """What the contract of a market is called: `LiquidityPool:usdx`."""
    return f"{MARKET}:{name}"


def kind_of_contract(name: str) -> str:
    """Which source a contract is of: `LiquidityPool:usdx` and `Slasher@0x...` are known by what stands before the mark."""
    return name.partition("@")[0].partition(":")[0]
