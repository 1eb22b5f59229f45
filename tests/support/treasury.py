"""A treasury with a budget, and the same one in the model."""

from __future__ import annotations

from typing import Any

import boa

from mdt.model.treasury import Treasury
from mdt.units import DAY
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy

PERIOD = 30 * DAY
BUDGET = 400_000


def deploy_treasury(token: Any, owner: str, budget: int = BUDGET, period: int = PERIOD) -> Any:
    """A treasury of this MDT, owned by `owner`."""
    return deploy("Treasury", token=token, period_seconds=period, budget=budget, owner=owner)


def twin(treasury: Any, budget: int = BUDGET, period: int = PERIOD) -> Treasury:
    """The model of a treasury deployed in this block; both read titanoboa's clock."""
    return Treasury(treasury.address, treasury.TOKEN(), BoaClock(), period, budget, treasury.owner())


def pass_periods(count: int) -> None:
    """Let whole periods go by."""
    boa.env.timestamp += count * PERIOD


def allow(treasury: Any, token: Any, amount: int) -> None:
    """Give a token a budget and wait until it is in force."""
    treasury.set_budget(token, amount, sender=treasury.owner())
    pass_periods(2)
    assert treasury.budget(token).amount == amount
