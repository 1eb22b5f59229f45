"""The suite, one entry a contract: what deploys it, wires it, entitles it and reads it back.

A new contract is its name in `mdt.names.SOURCES`, whose order is the order of deployment, and one `Part` in the file of its area.
"""

from __future__ import annotations

from mdt.deploy.parts import distribution, emission, governance, liquid_staking, liquidity, staking, votes
from mdt.deploy.parts.part import At, Given, Part, People, Person, Wire
from mdt.names import SOURCES
from mdt.preset.channel import Channel
from mdt.preset.settings import Settings

_WIRED_FIRST = ("BlockReward", "RecyclingPool", "Staking", "RewardDistributor")
"""The order of the wiring steps, which records of deployments keep; the others follow in the order of deployment."""


def _table() -> dict[str, Part]:
    found = {one.name: one for area in (governance, emission, staking, distribution) for one in vars(area).values() if isinstance(one, Part)}
    return {name: found[name] for name in SOURCES}


PARTS = _table()
"""The contracts by name, in the order of deployment."""

OPTIONAL_PARTS = {part.name: part for part in (liquidity.LIQUIDITY_POOL, liquid_staking.LIQUID_STAKING, votes.GOVERNOR)}
"""Contracts that are no part of the suite, and deployed beside it: nothing else is told of them."""

EVERY_PART = PARTS | OPTIONAL_PARTS
"""Every contract by name."""

OWNED = tuple(name for name, part in PARTS.items() if part.is_owned)
"""The contracts that have an owner; the timelock owns itself."""


def wiring() -> list[tuple[Part, Wire]]:
    """Who is told of whom, in order."""
    order = [*_WIRED_FIRST, *(name for name in PARTS if name not in _WIRED_FIRST)]
    return [(PARTS[name], wire) for name in order for wire in PARTS[name].wiring]


def channels(settings: Settings) -> list[tuple[Part, Channel]]:
    """Who mints out of the block-emission bucket in a preset, and inside which limits."""
    found = [(part, part.channel(settings)) for part in PARTS.values() if part.channel is not None]
    return [(part, channel) for part, channel in found if channel.is_minter]


def bound_to_start() -> tuple[str, ...]:
    """The contracts that the start block goes into, and those that are bound to one of them for good."""
    found = {name for name, part in PARTS.items() if "_start_block" in part.values}
    while more := {name for name, part in PARTS.items() if part.leans_on & found} - found:
        found |= more
    return tuple(name for name in PARTS if name in found)


__all__ = ["EVERY_PART", "OPTIONAL_PARTS", "OWNED", "PARTS", "At", "Given", "Part", "People", "Person", "Wire", "bound_to_start", "channels", "wiring"]
