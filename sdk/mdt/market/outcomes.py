"""What the events of pools, schedules, fees and the token mean, in a sentence each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mdt.abi import Event, decode_logs
from mdt.deployments import Suite
from mdt.governance.book import Book
from mdt.governance.readable import describe_event
from mdt.market.words import plain_name
from mdt.model.reasons import Burn, Mint
from mdt.transactions import Receipt
from mdt.treasury import Purse
from mdt.units import format_amount, when

SILENT = ("Transfer", "Approval")


def _bought(one: Any, suite: Suite) -> str:
    paid = Purse(suite).token(one.payment_token).show(one.payment)
    return f"{format_amount(one.received)} bought from pool {one.pool_id} for {paid}, paid to the treasury; {format_amount(one.burned)} burned"


def _schedule_created(one: Any, suite: Suite) -> str:
    return f"schedule {one.schedule_id} is created: {format_amount(one.amount)} every {one.interval_blocks:,} blocks from block {one.start_block:,} on"


SENTENCES: dict[str, Callable[[Any, Suite], str]] = {
    "PoolCreated": lambda one, _: f"pool {one.pool_id} is created: {one.name}, operated by {one.operator}",
    "PoolClosed": lambda one, _: f"pool {one.pool_id} is closed, {format_amount(one.returned)} sent to the treasury",
    "Replenished": lambda one, _: f"{format_amount(one.amount)} put into pool {one.pool_id}",
    "Absorbed": lambda one, _: f"{format_amount(one.amount)} counted to pool {one.pool_id}",
    "Allocated": lambda one, _: (
        f"allocation {one.allocation_id}: {format_amount(one.amount)} of pool {one.pool_id} for {one.buyer}, until {when(one.expires_at)}"
    ),
    "Released": lambda one, _: f"allocation {one.allocation_id}: {format_amount(one.received)} to {one.buyer}, {format_amount(one.burned)} burned",
    "Cancelled": lambda one, _: (
        f"allocation {one.allocation_id}: {format_amount(one.amount)} available again in pool {one.pool_id}"
        if "allocation_id" in one.arguments
        else f"schedule {one.schedule_id} is cancelled, {format_amount(one.refunded)} sent to the treasury"
    ),
    "Expired": lambda one, _: f"allocation {one.allocation_id}: {format_amount(one.amount)} available again in pool {one.pool_id}",
    "Bought": _bought,
    "ScheduleCreated": _schedule_created,
    "Funded": lambda one, _: f"{format_amount(one.amount)} handed in for schedule {one.schedule_id}",
    "Paid": lambda one, _: f"schedule {one.schedule_id}: {one.intervals} times {format_amount(one.amount)} paid to {one.recipient}",
    "Minted": lambda one, _: f"{format_amount(one.amount)} minted to {one.recipient} for {plain_name(Mint(one.reason))}",
    "Burned": lambda one, _: f"{format_amount(one.amount)} of {one.holder} burned for {plain_name(Burn(one.reason))}",
}


def told(suite: Suite, receipt: Receipt) -> tuple[list[Event], list[str]]:
    """The events of all contracts of the suite in a receipt, in order, and what they mean; bare transfers and approvals go without saying."""
    book, events, sentences = Book(suite), [], []
    for log in receipt.logs:
        contract = book.at(str(log["address"]))
        for event in decode_logs(contract.abi, contract.address, [log]) if contract else []:
            events.append(event)
            if event.name in SENTENCES:
                sentences.append(SENTENCES[event.name](event, suite))
            elif event.name not in SILENT:
                sentences.append(describe_event(event, contract, book))  # type: ignore[arg-type]
    return events, sentences
