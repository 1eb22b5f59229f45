"""What there is to say of one contract of the suite, so that deploying, comparing, roles, tests and benchmarks need not say it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mdt.chain.contract import Contract
from mdt.errors import DeploymentError
from mdt.model.reasons import Burn, Mint
from mdt.names import EVERY_SOURCE, SOURCES
from mdt.preset.channel import Channel
from mdt.preset.settings import Settings


class People(Protocol):
    """Who and when: what a constructor is given besides the preset. A `NetworkRecord` has all of it."""

    @property
    def start_block(self) -> int:
        """From which block there are rewards."""

    @property
    def deployer(self) -> str:
        """The owner of everything while it is built."""

    @property
    def owner(self) -> str:
        """The owner afterwards: an address, or "Timelock"."""

    @property
    def proposers(self) -> list[str]:
        """Of the timelock."""

    @property
    def executors(self) -> list[str]:
        """Of the timelock; anyone when empty."""

    @property
    def guardian(self) -> str:
        """May stop things."""

    @property
    def arbiter(self) -> str:
        """Of slashes: an address, or "Timelock"."""

    @property
    def reporters(self) -> list[str]:
        """Who attests reports."""

    @property
    def quorum(self) -> int:
        """How many of them it takes."""


@dataclass(frozen=True)
class Given:
    """What the values of a constructor follow from.

    Attributes:
        settings: The preset.
        people: Who and when.
        at: The address of a contract of the suite by name.
    """

    settings: Settings
    people: People
    at: Callable[[str], Any]

    def account(self, named: str) -> Any:
        """The address of a contract's name; an address as it is."""
        return self.at(named) if named in SOURCES else named


Value = Callable[[Given], Any]
"""How a constructor's argument follows from what is given."""


@dataclass(frozen=True)
class At:
    """The address of another contract: for good, or until its successor takes its place.

    Attributes:
        name: Which.
        is_shown: Whether a getter named after the argument tells it, in capitals where it is for good.
        is_fixed: Whether it is for good.
    """

    name: str
    is_shown: bool = True
    is_fixed: bool = True

    def __call__(self, given: Given) -> Any:
        """The address."""
        return given.at(self.name)


@dataclass(frozen=True)
class Person:
    """An account that is named at deploy, and may be replaced later.

    Attributes:
        role: Which of `People`.
        is_shown: Whether a getter tells it, named after the role or after the one in whose place it stands.
        otherwise: The role that has it where nobody was named.
    """

    role: str
    is_shown: bool = True
    otherwise: str = ""

    @property
    def getter(self) -> str:
        """What the contract calls it."""
        return self.otherwise or self.role

    def __call__(self, given: Given) -> Any:
        """The address."""
        named = getattr(given.people, self.role, "") or getattr(given.people, self.otherwise or self.role)
        return given.account(named)


@dataclass(frozen=True)
class Wire:
    """A contract is told of another one after both are there.

    Attributes:
        step: What the step is called in a plan and in `network.json`.
        function: The call.
        to: Who is named.
        getter: What shows it: of one address, or of an account that is asked for when the call says `True` of it.
        is_flag: Whether the call says `True` of an account.
    """

    step: str
    function: str
    to: str
    getter: str
    is_flag: bool = False


@dataclass(frozen=True)
class Part:
    """One contract of the suite.

    Attributes:
        name: Its name, which `mdt.names` knows.
        values: The arguments of its constructor by name, in order.
        wiring: Whom it is told of afterwards.
        burns: For what it may burn what it holds.
        mints: For what it may mint out of the block-emission bucket, inside `channel`.
        channel: The limits a preset gives it; nothing is granted where they are zero.
        is_owned: Whether it has an owner, which becomes the timelock.
        reads: How to read an argument of the constructor back where no getter has its name: takes contract and wanted value.
        since: Since when an argument that can be changed is what it is, in words, where the contract tells.
        counted: Of a role that is kept in a mapping: how many may hold it at most, and who is asked first; nobody is asked once all are found.
        asked: Roles that are kept in a mapping, and who has them at the end of a deployment.
        may: What holding each of its roles is good for.
    """

    name: str
    values: Mapping[str, Value]
    wiring: tuple[Wire, ...] = ()
    burns: tuple[Burn, ...] = ()
    mints: tuple[Mint, ...] = ()
    channel: Callable[[Settings], Channel] | None = None
    is_owned: bool = True
    reads: Mapping[str, Callable[[Contract, Any], Any]] = field(default_factory=dict)
    since: Mapping[str, Callable[[Contract], str]] = field(default_factory=dict)
    asked: Mapping[str, Callable[[Given], list[str]]] = field(default_factory=dict)
    counted: Mapping[str, Callable[[Contract], tuple[int, list[str]]]] = field(default_factory=dict)
    may: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Below `contracts/`, without the ending."""
        return EVERY_SOURCE[self.name]

    @property
    def single(self) -> dict[str, Value]:
        """Getters of one address, and whose it is to be. In capitals: for good."""
        found: dict[str, Value] = {}
        for argument, value in self.values.items():
            if isinstance(value, At) and value.is_shown:
                getter = argument.strip("_")
                found[getter.upper() if value.is_fixed else getter] = value
            if isinstance(value, Person) and value.is_shown:
                found[value.getter] = value
        return found | {wire.getter: At(wire.to) for wire in self.wiring if not wire.is_flag}

    @property
    def leans_on(self) -> set[str]:
        """The contracts whose addresses its constructor takes for good."""
        return {value.name for value in self.values.values() if isinstance(value, At)}

    def arguments(self, given: Given, **changed: Any) -> dict[str, Any]:
        """The constructor's arguments by name, in order; `changed` replaces some, named without the underscore.

        What is replaced is not asked of `given`.

        Raises:
            DeploymentError: `changed` names an argument that the constructor does not have.
        """
        unknown = sorted(set(changed) - {argument.strip("_") for argument in self.values})
        if unknown:
            known = ", ".join(argument.strip("_") for argument in self.values)
            raise DeploymentError(f"{self.name}'s constructor has no argument {', '.join(unknown)}; it has: {known}")
        return {name: changed[name.strip("_")] if name.strip("_") in changed else value(given) for name, value in self.values.items()}
