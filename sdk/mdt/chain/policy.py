"""How transactions are priced and waited for, and the gas that is certainly enough where a node's estimate is not."""

from __future__ import annotations

from dataclasses import dataclass

GWEI = 10**9
BASE_GAS = 21_000
GAS_PER_CALLDATA_BYTE = 68
"""Luxtensor's mempool wants at least 21000 + 68 per byte, whatever the estimate says."""
CREATE_GAS = 32_000
GAS_PER_CODE_BYTE = 200
GAS_PER_INITCODE_BYTE = 17
"""16 for a non-zero byte of data, rounded up by the per-word price of initcode."""


@dataclass(frozen=True)
class Policy:
    """How transactions are priced and waited for."""

    min_gas_price: int = GWEI
    gas_margin_percent: int = 130
    constructor_gas: int = 1_500_000
    block_gas_limit: int = 10_000_000
    """Used when the node does not tell: the smallest genesis limit of Luxtensor's networks."""
    simulation_gas: int = 8_000_000
    """For trying a transaction as a call: above the 1M that a Luxtensor node grants by default."""
    poll_seconds: float = 1.0
    timeout_seconds: float = 180.0


def deploy_gas(initcode: bytes, policy: Policy) -> int:
    """Gas that certainly suffices to create a contract, for nodes whose estimate leaves out the constructor.

    The stored code is at most as long as the initcode.
    """
    size = len(initcode)
    return BASE_GAS + CREATE_GAS + (GAS_PER_INITCODE_BYTE + GAS_PER_CODE_BYTE) * size + policy.constructor_gas
