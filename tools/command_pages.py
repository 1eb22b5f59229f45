"""A page per group of commands, from the commands' own help: `python -m tools.command_pages` says what is not current, `--write` makes it so."""

from __future__ import annotations

import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from mdt.cli.main import main as mdt
from tools import pages as generated
from tools.pages import prose

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference" / "commands"
COMMON = 5
"""An option that is described in the same words in so many groups is explained once, on the first page."""


@dataclass(frozen=True)
class Shown:
    """A command and the context in which click describes it."""

    command: click.Command
    context: click.Context

    @property
    def path(self) -> str:
        """`mdt stake add`."""
        return self.context.command_path

    @property
    def group(self) -> str:
        """`stake`."""
        return self.path.split()[1]

    @property
    def usage(self) -> str:
        """Its usage in one line, whatever the terminal's width."""
        return " ".join([self.path, *self.command.collect_usage_pieces(self.context)])

    def options(self) -> list[tuple[str, str]]:
        """(option, what it does with its default) as click has them, `--help` aside."""
        made = [option for option in self.command.params if isinstance(option, click.Option)]
        records = [(option, record) for option in made if (record := option.get_help_record(self.context)) is not None]
        return [(flag, f"{text} [or ${option.envvar}]" if option.envvar else text) for option, (flag, text) in records]

    def arguments(self) -> list[tuple[str, str]]:
        """(argument, its type); an optional one stands in brackets."""
        return [(one.make_metavar(), one.type.name) for one in self.command.params if isinstance(one, click.Argument)]


def shown(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[Shown]:
    """A command and, below a group, its commands in the order of their names."""
    context = click.Context(command, info_name=name, parent=parent, show_default=True)
    yield Shown(command, context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None, f"{context.command_path} lists {below} and has no such command"
            yield from shown(found, below, context)


@cache
def everything() -> tuple[Shown, ...]:
    """All commands, the groups included."""
    return tuple(shown(mdt, "mdt"))[1:]


@cache
def common() -> dict[str, tuple[str, str]]:
    """The options that most groups have, by their flag."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in everything():
        for record in one.options():
            groups[record].add(one.group)
    return {_flag(record): record for record, found in groups.items() if len(found) >= COMMON}


def page(group: str) -> str:
    """The page of a group (`stake`), or of a command that stands alone (`demo`)."""
    first, *below = [one for one in everything() if one.group == group]
    lines = [f"# {first.path}\n", "Generated from the commands' own help by `make docs`; a test fails when it is not current.\n"]
    lines += [f"{part}\n" for part in _help(first.command)]
    runs_itself = not isinstance(first.command, click.Group) or first.command.invoke_without_command
    if runs_itself:
        lines += _details(first)
    described = [one for one in below if not isinstance(one.command, click.Group)]
    if described:
        lines += ["| command | what it does |", "|---|---|"]
        lines += [f"| [`{one.path}`](#{one.path.replace(' ', '-')}) | {prose(_summary(one.command))} |" for one in described]
        lines.append("")
    for one in described:
        lines += [f"## `{one.path}`\n", *_details(one, with_help=True)]
    return "\n".join(lines).rstrip() + "\n"


def index() -> str:
    """The list of all groups, and what their commands have in common."""
    alone = [one for one in everything() if one.group == "completion"]
    lines = ["# Commands\n", "Generated from the commands' own help by `make docs`; a test fails when it is not current.\n"]
    lines += [f"{part}\n" for part in _help(mdt)]
    lines += ["In a checkout with ape, `ape run stake add ...` is the same as `mdt stake add ...`, and so for every other command but `completion`.\n"]
    lines += ["| group | what it is for |", "|---|---|"]
    lines += [f"| [`mdt {name}`]({name}.md) | {prose(_summary(found.command))} |" for name, found in _groups().items()]
    lines += ["", "## Common options\n", "Most commands take these. The page of a command names those that it takes.\n"]
    lines += [*(_item(*record) for record in common().values()), ""]
    for one in alone:
        lines += [f"## `{one.path}`\n", *_details(one, with_help=True)]
    return "\n".join(lines).rstrip() + "\n"


def _groups() -> dict[str, Shown]:
    """Those with a page of their own, by name."""
    found: dict[str, Shown] = {}
    for one in everything():
        if one.group != "completion":
            found.setdefault(one.group, one)
    return found


def _details(one: Shown, *, with_help: bool = False) -> list[str]:
    """Usage, help, arguments and options of a command."""
    lines = [f"```text\n{one.usage}\n```\n"]
    lines += [f"{part}\n" for part in _help(one.command)] if with_help else []
    own = [record for record in one.options() if record not in common().values()]
    items = [*(f"- `{name}` ({kind})" for name, kind in one.arguments()), *(_item(*record) for record in own)]
    lines += [*items, ""] if items else []
    also = [f"`{_flag(record)}`" for record in one.options() if record in common().values()]
    return [*lines, *([f"[Common options](index.md#common-options): {', '.join(also)}.\n"] if also and one.group != "completion" else [])]


def _item(option: str, text: str) -> str:
    """An option in a list."""
    return f"- `{option}`: {prose(text)}"


def _flag(record: tuple[str, str]) -> str:
    """`--slot` of `--slot INTEGER RANGE`."""
    return record[0].split()[0]


def _help(command: click.Command) -> list[str]:
    """The paragraphs of a command's help."""
    return [prose(part) for part in re.split(r"\n\s*\n", inspect.cleandoc(command.help or "")) if part]


def _summary(command: click.Command) -> str:
    """The first sentence of a command's help, never cut."""
    return command.get_short_help_str(limit=1_000)


def pages() -> dict[Path, str]:
    """Every page with the text it should have."""
    return {FOLDER / "index.md": index()} | {FOLDER / f"{name}.md": page(name) for name in _groups()}


def differences() -> list[str]:
    """Names of pages that are not current, missing, or of groups that are gone."""
    return generated.differences(FOLDER, pages())


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not current."""
    return generated.run("command pages", FOLDER, pages(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
