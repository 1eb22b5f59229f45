"""The liquidity pool: its curve, its prices, its shares, and the contract."""

from mdt.model.liquidity_pool.contract import Deposit, Fees, LiquidityPool, OneSidedDeposit
from mdt.model.liquidity_pool.curve import MAX_RESERVE
from mdt.model.liquidity_pool.shares import LOCKED_HOLDER, LOCKED_SHARES

__all__ = ["LOCKED_HOLDER", "LOCKED_SHARES", "MAX_RESERVE", "Deposit", "Fees", "LiquidityPool", "OneSidedDeposit"]
