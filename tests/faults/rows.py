"""Every command that sends, told by click itself, and the words each is tried with: lives told step by step.

A chapter is a generator: between rows it does what has to be there before, and each row it yields is tried with faults where the chapter stands,
undone, and then done once without any. What it is sent back is the document of that, for the steps that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import click

from mdt.cli.main import main
from tests.faults.world import World


@dataclass(frozen=True)
class Row:
    """A command with valid input.

    Attributes:
        note: What tells it from another row of the same command.
        before: What has to be there that no place remembers: what waits in the node's mempool.
    """

    words: tuple[str, ...]
    note: str = ""
    before: Callable[[World], None] = lambda _world: None

    @property
    def command(self) -> str:
        """What it is called: `token transfer`."""
        return next(name for name in sorted(sending_commands(), key=len, reverse=True) if " ".join(self.words).startswith(name))

    @property
    def name(self) -> str:
        """The same, and what tells it from others."""
        return f"{self.command}, {self.note}" if self.note else self.command


Life = Generator[Row, Any, None]
Chapter = Callable[[World], Life]


def row(command: str, *words: str, by: int, note: str = "") -> Row:
    """A row: a command's name, what follows, and the number of the test account that signs."""
    return Row((*command.split(), *words, "--account", f"TEST::{by}"), note)


@cache
def sending_commands() -> list[str]:
    """The names of all commands that somebody signs for and that can be tried with `--dry-run`: those are what moves anything."""
    return [" ".join(path) for path, command in _walk(main, ()) if {"dry_run", "account"} <= {one.name for one in command.params}]


def _walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _walk(below, (*path, name))
