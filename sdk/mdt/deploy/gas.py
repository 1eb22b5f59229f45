"""What a deployment costs: before it from figures that were measured on an embedded chain, after it from the receipts of its steps.

`snapshots/deploy.json` has the gas of each kind of step, and of each thing made where a step makes several. `make docs` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdt.deploy.steps import Step
from mdt.errors import DeploymentError
from mdt.files import shipped
from mdt.names import kind_of_contract
from mdt.suite.tokens import ERC20
from mdt.units import format_amount, format_coin
from mdt.written.read import read_values

FIGURES = shipped("snapshots", "deploy.json")
CREATE = "create "
TOLERANCE = 100
"""Figures count as current within a part in so many: constructors carry hashes and addresses whose zero bytes are cheaper."""


@dataclass(frozen=True)
class Cost:
    """Gas, at a price, beside what the account has; all in wei but the gas.

    Attributes:
        unknown: Kinds of steps without a figure; they are not in the sum.
    """

    gas: int
    price: int
    balance: int
    unknown: tuple[str, ...] = ()

    @property
    def wei(self) -> int:
        """Of the native coin."""
        return self.gas * self.price

    @property
    def to_pay(self) -> str:
        """What is still to be paid, in words."""
        return f"still to pay, about {self}" if self.gas or self.unknown else "nothing is left to pay"

    def __str__(self) -> str:
        text = f"{self.gas:,} gas at {format_amount(self.price, symbol='', decimals=9)} gwei: {format_coin(self.wei)} of the native coin"
        return text if not self.unknown else f"{text}, and what is not measured: {', '.join(self.unknown)}"


def estimate(steps: Iterable[Step], price: int, balance: int, figures: Mapping[str, int] | None = None) -> Cost:
    """The cost of steps that are still to be sent."""
    known = figures if figures is not None else read_figures()
    gas, unknown = 0, set()
    for step in steps:
        if (kind := kind_of_step(step.action)) in known:
            gas += known[kind] * step.weight
        else:
            unknown.add(kind)
    return Cost(gas, price, balance, tuple(sorted(unknown)))


def read_figures(path: Path = FIGURES) -> dict[str, int]:
    """The measured figures: gas by kind of step, for each thing the step makes.

    Raises:
        DeploymentError: the file is no JSON, or has a key twice.
    """
    content: dict[str, int] = read_values(path, DeploymentError) if path.is_file() else {}
    return content


def measured(steps: Iterable[tuple[Step, int]]) -> dict[str, int]:
    """Figures of steps that were sent, with their gas: the highest of each kind."""
    found: dict[str, int] = {}
    for step, gas in steps:
        kind = kind_of_step(step.action)
        found[kind] = max(found.get(kind, 0), -(-gas // step.weight))
    return found


def kind_of_step(action: str) -> str:
    """What steps cost alike: those of each market, and of other tokens than ours."""
    if action.startswith(CREATE):
        return f"{CREATE}{kind_of_contract(action.removeprefix(CREATE))}"
    contract, dot, function = action.partition(".")
    kind = kind_of_contract(contract)
    return f"{'MDT' if kind == ERC20 else kind}{dot}{function}"


def figures_text(found: Mapping[str, int], kept: Mapping[str, int]) -> str:
    """The file's text; a figure that moved by less than the tolerance is left as it was."""
    merged = {name: kept[name] if abs(kept.get(name, 0) - gas) * TOLERANCE <= gas else gas for name, gas in found.items()}
    return json.dumps(merged, indent=2) + "\n"


def gas_of(steps: Mapping[str, Mapping[str, Any]]) -> int:
    """The gas of a deployment's recorded steps."""
    return sum(int(one.get("gas", 0)) for one in steps.values())


def paid_in_words(paid: Sequence[int | None]) -> str:
    """What the steps of one run cost, by their receipts: `; this run paid 0.0565 of the native coin`. Empty where nothing was sent.

    Args:
        paid: Wei of each step that was sent; None where the node's receipts have no price: the price of another block would be a guess.
    """
    if not paid:
        return ""
    known = [one for one in paid if one is not None]
    return f"; this run paid {format_coin(sum(known))} of the native coin" if len(known) == len(paid) else "; the node does not tell the price that was paid"
