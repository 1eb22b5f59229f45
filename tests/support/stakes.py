"""What tests of staking expect, worked out from the documents' table and shares of a whole: nothing here asks the model or the contract."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from mdt.model.staking import Status
from tests.support.block_reward import events
from tests.support.staking import MINIMUM, UNIT, StakingSuite

# ADR-004's table, (stake, effective stake).
POINTS = [
    (Fraction(stake) * UNIT, Fraction(value) * UNIT)
    for stake, value in ((0, 0), (1, 1), (10, 8.5), (50, 30), (100, 50), (500, 125), (1_000, 200), (10_000, 1_000))
]
WEIGHT_STEP = 2**20  # wei of effective stake in a unit of weight
BPS = 10_000
ALL = 2**256 - 1
FEW = range(4)  # wei that roundings of a handful of divisions may cost a position


def effective(tokens: int, points: list[tuple[Fraction, Fraction]] = POINTS) -> Fraction:
    """Effective stake by interpolation between the two points around it; beyond the last the last slope goes on."""
    (x0, y0), (x1, y1) = next((pair for pair in pairwise(points) if tokens <= pair[1][0]), (points[-2], points[-1]))
    return y0 + (y1 - y0) * (tokens - x0) / (x1 - x0)


def units(tokens: int, boost_bps: Fraction | int = BPS) -> int:
    """Weight of a validator with `tokens` wei and an average boost."""
    return int(effective(tokens) * boost_bps / BPS / WEIGHT_STEP)


def fields(contract: Any, name: str) -> tuple[Any, ...]:
    """All fields of the one event of this name in the last call."""
    (event,) = events(contract, name)
    return tuple(event)[1:]


def slash(suite: StakingSuite, validator_id: int, bps: int, *, offence: int = 1, slash_id: int = 0) -> int:
    """Slash as the slasher; returns wei."""
    return int(suite.staking.slash(validator_id, offence, slash_id, bps, sender=suite.slasher))


def uphold(suite: StakingSuite, validator_id: int, offence: int = 1) -> int:
    """Let a slash stand."""
    return int(suite.staking.end_slash(validator_id, offence, False, sender=suite.slasher))


def overturn(suite: StakingSuite, validator_id: int, offence: int = 1) -> int:
    """Give a slash back."""
    return int(suite.staking.end_slash(validator_id, offence, True, sender=suite.slasher))


def unjail(suite: StakingSuite, validator_id: int) -> None:
    """Let a validator earn again."""
    suite.staking.set_bars(validator_id, Status.JAILED, False, sender=suite.slasher)


def slashed_and_back(suite: StakingSuite, validator_id: int, bps: int) -> int:
    """A slash that stands, the validator not jailed any more: what a share is worth has gone down."""
    amount = slash(suite, validator_id, bps)
    uphold(suite, validator_id)
    unjail(suite, validator_id)
    return amount


def redelegated(suite: StakingSuite, amount: int = 100 * UNIT) -> tuple[int, int, str]:
    """A delegation that has just moved from one validator, slot 0, to another, slot 1."""
    source, _ = suite.validator("source", 3 * MINIMUM)
    target, _ = suite.validator("target", 3 * MINIMUM)
    owner = suite.delegator("delegator", source, amount)
    suite.staking.redelegate(source, 0, target, 1, ALL, sender=owner)
    return source, target, owner


def crowd(suite: StakingSuite, count: int, amount: int = 2 * MINIMUM) -> list[int]:
    """So many validators, their numbers."""
    return [suite.validator(f"crowd {index}", amount)[0] for index in range(count)]


def is_active(suite: StakingSuite, validator_id: int) -> bool:
    """Whether a validator earns."""
    return bool(suite.staking.validator(validator_id).status == Status.ACTIVE)


def tokens_of(suite: StakingSuite, validator_id: int, owner: str, slot: int = 0) -> int:
    """What a position is worth."""
    return int(suite.staking.position(validator_id, owner, slot).tokens)
