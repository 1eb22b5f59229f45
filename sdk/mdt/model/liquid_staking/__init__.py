"""Liquid staking: what flows, where the tokens are, what is done for all holders, and the contract."""

from mdt.model.liquid_staking.contract import LOCKED_HOLDER, LOCKED_SHARES, Batch, LiquidStaking, LiquidTerms
from mdt.model.liquid_staking.flow import Flow
from mdt.model.liquid_staking.places import MAX_PIECES, MAX_VALIDATORS, Asked, Held, Pool, StakingSide

__all__ = [
    "LOCKED_HOLDER",
    "LOCKED_SHARES",
    "MAX_PIECES",
    "MAX_VALIDATORS",
    "Asked",
    "Batch",
    "Flow",
    "Held",
    "LiquidStaking",
    "LiquidTerms",
    "Pool",
    "StakingSide",
]
