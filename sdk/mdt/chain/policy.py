"""How transactions are priced and waited for, and the gas that is certainly enough where a node's estimate is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mdt.errors import ConfigError, UnitError
from mdt.units import parse_whole
from mdt.written.characters import shown

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
    """How long a transaction is waited for, through errors of the node; then it is in doubt."""
    resend_seconds: float = 15.0
    """How often the same signed bytes are handed over again while nothing is mined, because nodes drop what they have."""
    confirmations: int = 0
    """How many blocks must be on top of a transaction before it counts. Finality is the network's: ask its operators."""
    replaced_after_polls: int = 30
    """How many answers in a row must say that a nonce is used and the hash unknown: a node's receipts may lag behind its nonces."""


def deploy_gas(initcode: bytes, policy: Policy) -> int:
    """Gas that certainly suffices to create a contract, for nodes whose estimate leaves out the constructor.

    The stored code is at most as long as the initcode.
    """
    size = len(initcode)
    return BASE_GAS + CREATE_GAS + (GAS_PER_INITCODE_BYTE + GAS_PER_CODE_BYTE) * size + policy.constructor_gas


TIMEOUT, CONFIRMATIONS = "MDT_TIMEOUT", "MDT_CONFIRMATIONS"
"""The environment's names for how long commands wait, and for how many blocks on top."""
LONGEST = 86_400
MOST_CONFIRMATIONS = 1_000


def policy_of(environment: Mapping[str, str]) -> Policy:
    """The policy of commands: the usual one, with the time-out in seconds and the confirmations that the environment names.

    Raises:
        ConfigError: no number, or one out of range.
    """
    seconds = _whole(environment, TIMEOUT, int(Policy.timeout_seconds), 1, LONGEST)
    return Policy(timeout_seconds=seconds, confirmations=_whole(environment, CONFIRMATIONS, Policy.confirmations, 0, MOST_CONFIRMATIONS))


def _whole(environment: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return usual
    try:
        number = parse_whole(text, most)
    except UnitError as error:
        raise ConfigError(f"{name}={shown(text)}: write a whole number from {least} to {most}") from error
    if number < least:
        raise ConfigError(f"{name}={shown(text)}: write a whole number from {least} to {most}")
    return number
