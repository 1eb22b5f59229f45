"""The liquidity pool: its curve, its prices, its shares, and the contract."""

from mdt.model.liquidity_pool.contract import (
    MAX_FEE_BPS,
    MAX_FEE_DELAY,
    MAX_PROTOCOL_BPS,
    MIN_FEE_BPS,
    MIN_FEE_DELAY,
    MIN_WINDOW,
    Deposit,
    Fees,
    LiquidityPool,
    OneSidedDeposit,
)
from mdt.model.liquidity_pool.curve import MAX_RESERVE
from mdt.model.liquidity_pool.shares import LOCKED_HOLDER, LOCKED_SHARES

__all__ = [
    "LOCKED_HOLDER",
    "LOCKED_SHARES",
    "MAX_FEE_BPS",
    "MAX_FEE_DELAY",
    "MAX_PROTOCOL_BPS",
    "MAX_RESERVE",
    "MIN_FEE_BPS",
    "MIN_FEE_DELAY",
    "MIN_WINDOW",
    "Deposit",
    "Fees",
    "LiquidityPool",
    "OneSidedDeposit",
]
