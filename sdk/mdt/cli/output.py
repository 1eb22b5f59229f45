"""What commands print: tables for people, one JSON document for programs.

People read amounts with their unit, shares as percent, times as UTC, names where there are any; a list that is cut says how many more there are.

The rule for JSON: what counts or numbers something is a number (ids, slots, epochs, blocks, seconds, Unix times, basis points, bits of a status);
amounts in wei and every other uint256 are decimal strings, so that no reader rounds them; hashes, roots and other bytes are 0x and hex.
Which of the two an integer of a contract is follows from its name, never from its size, so that a field does not change its type.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.chain.transactions import Receipt

EXACT = 2**53
"""Above it a reader of JSON may round a number."""
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
            "intervals",
            "validators",
            "reveals",
            "slashes",
            "tasks",
            "unanswered",
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
        click.echo(json.dumps(document, indent=2))
    else:
        show()


# --- JSON ---


def plain(value: Any, name: str = "") -> Any:
    """A value for JSON, by the rule above.

    Args:
        value: Structs (dataclasses), mappings, sequences, bytes, integers and texts, in any depth.
        name: The name of the field or argument it is the value of.
    """
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value) if is_number(name) and abs(value) < EXACT else str(int(value))
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name), one.name) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, name) for item in value]
    return str(value)


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
    """Print a table; columns named in `right` are right-aligned, and without any name there is no header. Brackets are brackets: names come from the chain."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    made = Table(title=escape(title), title_justify="left", show_header=any(columns))
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*[escape(str(cell)) for cell in row])
    Console(width=None if sys.stdout.isatty() else 160).print(made)


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


def listed(items: Sequence[object], most: int) -> str:
    """The first of a list, and how many more there are: `6, 9, 12 and 24 more`."""
    shown = ", ".join(str(one) for one in items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most:,} more"
