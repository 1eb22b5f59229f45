"""Arguments of a deployment's steps in words, as `mdt governance show` writes them: `cap=5,040,000 MDT, reasons=epoch_emission`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mdt.chain.abi import AbiEntry
from mdt.suite.kinds import WEI, kind_of
from mdt.suite.readable import Names, show_value
from mdt.units import MDT, Denomination

AMOUNTS = ("bucket_caps", "initial_reward", "base_reward", "min_validator_stake", "decay_stakes", "decay_values", "least")
"""Arguments of constructors that are amounts, and do not say so by their last word."""


@dataclass(frozen=True)
class Naming:
    """What accounts are called: addresses the deployment knows by name, others as they are."""

    known: Mapping[str, str] = field(default_factory=dict)

    def name(self, address: str) -> str:
        """The name, or the address."""
        return self.known.get(address, address)


def in_words(item: AbiEntry, value: Any, function: str, unit: Denomination = MDT, names: Names | None = None) -> str:
    """One argument.

    Args:
        item: What the ABI says of it.
        value: As it is sent, or a text in its place where it is not known yet.
        function: What is called; empty for a constructor.
        unit: How amounts are written.
        names: What accounts are called.
    """
    return show_value(item, value, function, names or Naming(), unit=unit, kind=_kind)


def all_in_words(inputs: Sequence[AbiEntry], values: Sequence[Any], function: str, unit: Denomination, names: Names) -> str:
    """`name=value, ...` of a call or a constructor."""
    shown = (f"{item['name'].strip('_')}={in_words(item, value, function, unit, names)}" for item, value in zip(inputs, values, strict=True))
    return ", ".join(shown)


def _kind(name: str, function: str) -> str:
    return WEI if name.strip("_") in AMOUNTS else kind_of(name, function)
