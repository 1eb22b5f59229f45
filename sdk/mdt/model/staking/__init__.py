"""Staking: terms, pools, positions and rewards, each in a file of its own, and the contract that they make."""

from mdt.model.staking.books import ACC_SHIFT, Registry
from mdt.model.staking.contract import Staking
from mdt.model.staking.ledger import RewardLedger
from mdt.model.staking.pool import ValidatorPool
from mdt.model.staking.position import ALL, CLAIM_SCALE, OWN_SLOT, PositionKey
from mdt.model.staking.terms import MAX_TOKEN_CAP, MIN_STREAM_BLOCKS, StakingTerms, Status

__all__ = [
    "ACC_SHIFT",
    "ALL",
    "CLAIM_SCALE",
    "MAX_TOKEN_CAP",
    "MIN_STREAM_BLOCKS",
    "OWN_SLOT",
    "PositionKey",
    "Registry",
    "RewardLedger",
    "Staking",
    "StakingTerms",
    "Status",
    "ValidatorPool",
]
