"""What commands print: tables for people, one JSON document for programs.

People read amounts with their unit, shares as percent, times as UTC, names where there are any; a list that is cut says how many more there are.

The rule for JSON: what counts or numbers something is a number (ids, slots, epochs, blocks, seconds, Unix times, basis points, bits of a status);
amounts in wei and every other uint256 are decimal strings, so that no reader rounds them; hashes, roots and other bytes are 0x and hex.
Which of the two an integer of a contract is follows from its name, so that a field does not change its type. Only a number above 2^53, as the block
of "for ever" is one, is a string as well.

Everything that a command prints goes through `say`, `table`, `figures` or `emit`, and nothing else prints (`tests/lint/test_printing.py`): what strangers
wrote is shown with escapes, one line per line, whatever is in it.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.escapes import escaped, short, sound
from mdt.files import exact, readable

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.chain.transactions import Receipt

WIDEST = 2_000
"""As many characters of a cell are shown."""
MANY = 10
"""As many files that were set aside are named; of the others it is said how many they are."""
NUMBERS = frozenset(
    (
        *("id", "ids", "index", "slot", "epoch", "attempt", "block", "number", "height", "through", "version", "v"),
        *(
            "count",
            "blocks",
            "seconds",
            "months",
            "bps",
            "decimals",
            "epochs",
            "intervals",
            "settled",
            "by",
            "place",
            "validators",
            "reveals",
            "slashes",
            "tasks",
            "unanswered",
            "used",
            "quorum",
            "limit",
            "halvings",
        ),
        *("at", "until", "timestamp", "time", "since", "start", "end", "deadline", "delay", "duration"),
        *("limit", "halvings", "first", "offset", "offence", "status", "kind", "reason", "reasons", "bucket", "outcome", "slash", "validator"),
    )
)
"""Last words of the names of fields whose integers are numbers in JSON; all others are decimal strings."""


def emit(as_json: bool, document: Any, show: Callable[[], None]) -> None:
    """The JSON document, or what a person sees."""
    if as_json:
        click.echo(json_text(document))
    else:
        show()


def say(*lines: object, err: bool = False) -> None:
    r"""Print lines, each of them as one line: what a terminal would obey is shown with escapes, and what its encoding lacks as well.

    Args:
        lines: One or more; a line break inside one of them is shown as `\n`.
        err: Print on standard error.
    """
    encoding = getattr(sys.stderr if err else sys.stdout, "encoding", None) or "utf-8"
    for line in lines:
        click.echo(escaped(line).encode(encoding, "backslashreplace").decode(encoding), err=err)


def warn(lines: Iterable[object]) -> None:
    """Say on standard error what to look at before going on."""
    for line in lines:
        say(f"warning: {line}", err=True)


def set_aside(files: Sequence[str]) -> None:
    """Name on standard error the files that were looked at and do not count; a JSON document has all of them under `set_aside`."""
    warn(f"set aside: {line}" for line in files[:MANY])
    if len(files) > MANY:
        warn([f"set aside: {len(files) - MANY:,} more; --json lists all of them"])


# --- JSON ---


def json_text(document: Any) -> str:
    """A document as JSON in ASCII, which no terminal obeys and every reader takes: controls, directions and halves of characters are escapes."""
    return json.dumps(_sound(document), indent=2).replace("\x7f", "\\u007f")


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, Mapping):
        return {sound(str(key)): _sound(item) for key, item in value.items()}
    return [_sound(item) for item in value] if isinstance(value, (list, tuple)) else value


def plain(value: Any, name: str = "") -> Any:
    """A value for JSON, by the rule above.

    Args:
        value: Structs (dataclasses), mappings, sequences, bytes, integers and texts, in any depth.
        name: The name of the field or argument it is the value of.
    """
    return readable(value, name, _by_name)


def _by_name(value: int, name: str) -> int | str:
    return exact(value, name) if is_number(name) else str(value)


def is_number(name: str) -> bool:
    """Whether an integer of this name is a number in JSON, not a decimal string."""
    return name.strip("_").lower().rsplit("_", 1)[-1] in NUMBERS


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """A mined transaction for JSON; `is_earlier` says that an earlier run had sent it, and this one sent nothing."""
    return {"tx_hash": receipt.tx_hash, "block_number": receipt.block_number, "gas_used": receipt.gas_used, "is_earlier": receipt.is_earlier}


def event_document(event: Event) -> dict[str, Any]:
    """An event for JSON; a field of its own that is called `name` is `name_` there."""
    return {"name": event.name, **plain({"name_" if key == "name" else key: value for key, value in event.arguments.items()})}


# --- for people ---


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> None:
    """Print a table; columns named in `right` are right-aligned, and without any name there is no header. A cell is shown as it is, with escapes."""
    from rich.box import ASCII, HEAVY_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_plain = "utf" not in (sys.stdout.encoding or "utf-8").lower()
    made = Table(title=Text(escaped(title)), title_justify="left", show_header=any(columns), box=ASCII if is_plain else HEAVY_HEAD)
    for number, column in enumerate(columns):
        made.add_column(Text(column), justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*[Text(short(cell, WIDEST)) for cell in row])
    paper = io.StringIO()
    Console(file=paper, width=None if sys.stdout.isatty() else 160, color_system=None).print(made)
    say(*paper.getvalue().removesuffix("\n").split("\n"))


def figures(title: str, rows: Sequence[tuple[str, str] | tuple[str, str, str]]) -> None:
    """A table of labels, numbers to the right, and notes."""
    wide = any(len(row) > 2 for row in rows)
    filled = [(*row, "") if wide and len(row) < 3 else row for row in rows]
    table(title, ("", "", "") if wide else ("", ""), filled, right=(1,))


def percent(bps: int) -> str:
    """Basis points as people read them: `1000` as `10.00%`."""
    return f"{bps / 100:,.2f}%"


def percent_of_wad(share: int) -> str:
    """A fraction of 10^18 as people read it: `7 * 10**17` as `70.00%`."""
    return f"{share / 10**16:,.2f}%"


def spans(numbers: Sequence[int]) -> list[str]:
    """Ascending numbers with neighbours taken together: `6`, `9 to 11`."""
    starts = [place for place, one in enumerate(numbers) if place == 0 or numbers[place - 1] != one - 1]
    runs = [(numbers[start], numbers[end - 1]) for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True)] if starts else []
    return [str(first) if first == last else f"{first} to {last}" for first, last in runs]


def listed(items: Sequence[object], most: int) -> str:
    """The first of a list, and how many more there are: `6, 9, 12 and 24 more`."""
    shown = ", ".join(str(one) for one in items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most:,} more"
