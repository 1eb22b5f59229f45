"""Options and arguments as strict as files: a number is plain digits, an option stands once, and nothing is empty.

click alone takes '1_0' and '１０', and the last of two.
"""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from mdt.errors import UnitError
from mdt.units import UINT256_MAX, parse_whole
from mdt.written.characters import shown


class Number(click.IntRange):
    """A whole number, not negative, as `parse_whole` reads it."""

    name = "number"

    def __init__(self, low: int = 0, high: int = UINT256_MAX) -> None:
        super().__init__(low, high)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number.

        Raises:
            click.BadParameter: not plain digits, or out of range.
        """
        if isinstance(value, str):
            try:
                value = parse_whole(value)
            except UnitError as error:
                self.fail(str(error), param, ctx)
        return super().convert(value, param, ctx)

    def _describe_range(self) -> str:
        """Nothing, where every number is allowed that a contract could take."""
        if self.max == UINT256_MAX:
            return f"x>={self.min}" if self.min else ""
        return super()._describe_range()


def strict(command: click.Command) -> None:
    """Make the numbers of a command strict."""
    for one in command.params:
        if one.type is click.INT:
            one.type = Number()
        elif type(one.type) is click.IntRange:
            one.type = Number(int(one.type.min or 0), UINT256_MAX if one.type.max is None else int(one.type.max))


def require_once(command: click.Command, context: click.Context, arguments: list[str]) -> None:
    """Refuse an option that stands twice and is not meant to.

    Raises:
        click.UsageError: names the option.
    """
    _, _, order = command.make_parser(context).parse_args(list(arguments))
    seen: set[str] = set()
    for one in order:
        if not isinstance(one, click.Option) or one.multiple or one.count or (one.is_flag and not one.secondary_opts):
            continue
        if one.name in seen:
            raise click.UsageError(f"{one.opts[0]} stands twice: give it once", context)
        seen.add(str(one.name))


def require_text(command: click.Command, context: click.Context) -> None:
    """Refuse an option or argument of bytes that are no UTF-8: nobody could read it. Files may be called so.

    Raises:
        click.BadParameter: names it, and its value.
    """
    for one in command.params:
        given = context.params.get(str(one.name))
        for value in given if isinstance(given, tuple) else (given,):
            if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
                raise click.BadParameter(f"{shown(value)} is not UTF-8: write it as text", context, one)


def require_filled(command: click.Command, context: click.Context) -> None:
    """Refuse an option or argument that is given and empty: a variable of the shell that is not set must not mean "myself" or "all".

    What is empty by default may be given so.

    Raises:
        click.BadParameter: names it.
    """
    for one in command.params:
        given = context.params.get(str(one.name))
        values = given if isinstance(given, tuple) else (given,)
        is_typed = context.get_parameter_source(str(one.name)) is ParameterSource.COMMANDLINE
        if is_typed and one.default != "" and any(isinstance(value, str) and not value.strip() for value in values):
            raise click.BadParameter("it is empty: is a variable of the shell not set? Leave it out, or give a value", context, one)
