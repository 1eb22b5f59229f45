"""How an operation of the timelock is scheduled, as options say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click
from eth_utils.crypto import keccak

from mdt.errors import UnitError
from mdt.model.timelock import NONE
from mdt.units import parse_seconds
from mdt.written.characters import called, hidden, shown

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Scheduling:
    """How an operation is scheduled, as options say it."""

    salt: str | None = None
    delay: str | None = None
    predecessor: str | None = None

    def salt_bytes(self) -> bytes:
        """32 bytes: as given in hex, or the hash of a word.

        Raises:
            UnitError: it begins as hex does, and is not 32 bytes of it.
        """
        if self.salt is None:
            return NONE
        if self.salt.startswith("0x") and not is_hash(self.salt):
            raise UnitError(f"--salt {shown(self.salt)} is neither a word nor 0x and 64 hex digits; these are {len(self.salt) - 2} characters")
        at = hidden(self.salt)
        if at is not None:
            raise UnitError(f"--salt {shown(self.salt)} holds {called(self.salt[at])}, which cannot be seen: nobody would find the operation again")
        return bytes.fromhex(self.salt[2:]) if is_hash(self.salt) else keccak(text=self.salt)

    def seconds(self) -> int | None:
        """The delay, or None for the least."""
        return None if self.delay is None else parse_seconds(self.delay)

    @property
    def is_asked_for(self) -> bool:
        """Whether any of the options is given."""
        return self != Scheduling()


def scheduling_options(function: F) -> F:
    """`--salt`, `--delay` and `--predecessor`, passed as one `scheduling`."""

    @wraps(function)
    def run(*arguments: Any, salt: str | None, delay: str | None, predecessor: str | None, **options: Any) -> Any:
        return function(*arguments, scheduling=Scheduling(salt, delay, predecessor), **options)

    options = [
        click.option("--salt", help="A word, or 0x and 64 hex digits: tells operations with the same calls apart."),
        click.option("--delay", help="How long it waits, such as '3 days'. [default: the timelock's least]"),
        click.option("--predecessor", metavar="ID", help="An operation that has to be done before."),
    ]
    wrapped: Any = run
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]


def is_hash(text: str) -> bool:
    """Whether a text is 0x and 64 hex digits."""
    return len(text) == 66 and text.startswith("0x") and not set(text[2:].lower()) - set("0123456789abcdef")
