"""What may have been meant by a command line that is wrong: a command whose name is near, a value of two words that lacks its quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import click

from mdt.written.characters import nearest

_UNKNOWN = re.compile(r"No such command '(.*)'\.", re.DOTALL)
_NUMBER = re.compile(r"[0-9][0-9_,.]*")
_UNIT = re.compile(r"[A-Za-z]+|%")


def near_command(error: click.UsageError) -> str:
    """` (did you mean 'deploy'?)` for a command that is not known; else nothing."""
    found = _UNKNOWN.fullmatch(error.message)
    if found is None or error.ctx is None or not isinstance(error.ctx.command, click.Group):
        return ""
    return nearest(found[1], error.ctx.command.list_commands(error.ctx))


def lost_quotes(error: click.UsageError, arguments: Sequence[str]) -> str:
    """`; with quotes it is one value: '1000 MDT'` where a number and its unit came as two arguments, and one is too many; else nothing."""
    if not error.message.startswith("Got unexpected extra argument"):
        return ""
    pair = next((f"{number} {unit}" for number, unit in pairwise(arguments) if _NUMBER.fullmatch(number) and _UNIT.fullmatch(unit)), None)
    return "" if pair is None else f"; with quotes it is one value: '{pair}'"
