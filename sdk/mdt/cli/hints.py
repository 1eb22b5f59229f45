"""What may have been meant by a command line that is wrong: a command whose name is near, a value of two words that lacks its quotes, a number below zero."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import click

from mdt.written.characters import nearest, shown

_UNKNOWN = re.compile(r"No such command '(.*)'\.", re.DOTALL)
_NUMBER = re.compile(r"[0-9][0-9_,.]*")
_UNIT = re.compile(r"[A-Za-z]+|%")
_NEGATIVE = re.compile(r"-[.,]?[0-9].*", re.DOTALL)


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


def below_zero(error: click.UsageError, arguments: Sequence[str]) -> str:
    """What to say where a number with a minus was taken for an option; else nothing."""
    if not isinstance(error, click.NoSuchOption) or error.option_name[1:2] not in "0123456789.,":
        return ""
    found = next((one for one in arguments if _NEGATIVE.fullmatch(one)), None)
    return "" if found is None else f"{shown(found)} is below zero: amounts and numbers are written without a sign, and are zero or above"
