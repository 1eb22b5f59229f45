"""Showing, trying and sending a list of calls: what commands that move something end with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.chain.signers import Signer
    from mdt.chain.transactions import Receipt
    from mdt.cli.shared import Session
    from mdt.suite.calls import Call
    from mdt.suite.opened import Suite

    Told = Callable[[Suite, Receipt], tuple[list[Event], list[str]]]


def perform(session: Session, signer: Signer, calls: Sequence[Call], dry_run: bool, *, told: Told | None = None, more: Mapping[str, Any] | None = None) -> None:
    """Send the calls one after the other, or say what they would do.

    A dry run also tries the first call; what comes after an approval cannot be tried before it.

    Args:
        session: Where to.
        signer: Who sends.
        calls: What, in order.
        dry_run: Send nothing.
        told: What to tell of a receipt: events, and sentences about them. Those of staking unless said otherwise.
        more: What else the JSON document says.
    """
    from mdt.cli.shared import emit, receipt_document

    if dry_run:
        calls[0].simulate(signer.address)
        document = {**(more or {}), "dry_run": True, "calls": [_document(one) for one in calls]}
        emit(session.as_json, document, lambda: click.echo("\n".join(f"would {one.words}" for one in calls)))
        return
    sent: list[dict[str, Any]] = []
    for one in calls:
        receipt = one.send(signer)
        events, sentences = (told or _of_staking)(session.suite, receipt)
        sent.append(_document(one) | receipt_document(receipt) | {"events": [_event(event) for event in events]})
        if not session.as_json:
            click.echo(f"{one.words}: {receipt.tx_hash} in block {receipt.block_number}")
            for sentence in sentences:
                click.echo(f"  {sentence}")
    emit(session.as_json, {**(more or {}), "dry_run": False, "transactions": sent}, lambda: None)


def _of_staking(suite: Suite, receipt: Receipt) -> tuple[list[Event], list[str]]:
    from mdt.staking.outcomes import events_of, sentences

    events = events_of(suite, receipt)
    return events, sentences(events)


def plain(value: Any) -> Any:
    """A value for JSON: wei and other numbers as decimal strings, bytes as 0x hex, structs as objects."""
    from mdt.chain.abi import as_jsonable

    found = as_jsonable(value)
    return _strings(found)


def _strings(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {key: _strings(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strings(item) for item in value]
    return value


def _document(call: Call) -> dict[str, Any]:
    return {"contract": call.contract.name, "function": call.function, "arguments": plain(list(call.arguments)), "words": call.words}


def _event(event: Any) -> dict[str, Any]:
    """An event for JSON; a field of its own that is called `name` is `name_` there."""
    return {"name": event.name, **plain({"name_" if key == "name" else key: value for key, value in event.arguments.items()})}
