"""The suite's contracts on titanoboa, compiled once per session and deployed out of the table that deployments are made from.

`deploy("Vesting", token=token, treasury=treasury, owner=owner)` names what matters; everything else is as the preset has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boa
from boa.contracts.vyper.vyper_contract import VyperDeployer, VyperFunction

from mdt.deploy.parts import EVERY_PART, Given
from mdt.names import EVERY_SOURCE, EXTENSIONS
from mdt.preset.settings import Settings
from tests.support.presets import preset_of

ROOT = Path(__file__).resolve().parents[2]


@cache
def deployer(name: str) -> VyperDeployer:
    """The deployer of a contract of the suite, `Vesting`, for tests that give its constructor what they like."""
    return boa.load_partial(str(ROOT / "contracts" / f"{EVERY_SOURCE[name]}.vy"))


def arguments(name: str, around: Mapping[str, Any] | None = None, /, *, settings: Settings | None = None, people: Any = None, **changed: Any) -> dict[str, Any]:
    """What a constructor takes, by name and in order: as the preset has it, where `changed` names nothing else.

    Args:
        name: The contract.
        around: Contracts that it is told of, by their names in the suite.
        settings: The preset; `adr-literal` when None.
        people: Who and when, as `mdt.deploy.parts.People` has it.
        changed: Arguments in the place of the preset's, named without the underscore.
    """
    given = Given(settings or preset_of("adr-literal"), people or SimpleNamespace(), _at(name, around or {}))
    return {argument: plain(value) for argument, value in EVERY_PART[name].arguments(given, **changed).items()}


def deploy(name: str, around: Mapping[str, Any] | None = None, /, *, build: Any = None, **changed: Any) -> Any:
    """Deploy a contract of the suite; `build` is another deployer of the same constructor, the rest is as for `arguments`.

    One that has an extension gets its own, unless one is given, and both interfaces.
    """
    extension = EXTENSIONS.get(name)
    if extension and "extension" not in changed and extension not in (around or {}):
        asked = {"settings", "people", *(argument.strip("_") for argument in EVERY_PART[extension].values)}
        changed["extension"] = deploy(extension, around, **{key: value for key, value in changed.items() if key in asked})
    contract = (build or deployer(name)).deploy(*arguments(name, around, **changed).values())
    return joined(contract, deployer(extension)) if extension else contract


def joined(contract: Any, extension: VyperDeployer) -> Any:
    """A contract with the functions and events that its extension has: calls go to its own address."""
    unit = extension.compiler_data.global_ctx
    for function in unit.exposed_functions:
        if not hasattr(contract, function.name):
            setattr(contract, function.name, VyperFunction(function.decl_node, contract))
    contract.event_for = contract.event_for | {event.event_id: event for event in unit.used_events}
    return contract


def plain(value: Any) -> Any:
    """A dict or dataclass as the tuple boa takes for a struct, with its arrays as lists; also in lists."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, dict):
        return tuple(list(part) if isinstance(part, tuple) else part for part in value.values())
    return value


def _at(name: str, around: Mapping[str, Any]) -> Callable[[str], Any]:
    def find(other: str) -> Any:
        if other not in around:
            raise LookupError(f"{name} is told of {other}: give it as an argument, or in `around`")
        return around[other]

    return find
