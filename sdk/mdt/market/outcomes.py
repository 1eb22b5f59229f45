"""What the events of pools, schedules, fees and the token mean, in a sentence each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mdt.chain.abi import Event
from mdt.chain.contract import Contract
from mdt.chain.transactions import Receipt
from mdt.market.payments import CONTRACT as DESK
from mdt.market.pools import CONTRACT as POOLS
from mdt.market.schedules import CONTRACT as SCHEDULES
from mdt.market.schedules import every
from mdt.model.reasons import Burn, Fee, Mint
from mdt.suite.book import Book
from mdt.suite.opened import Suite
from mdt.suite.readable import describe_event
from mdt.suite.words import plain_name
from mdt.treasury.purse import Purse
from mdt.units import format_amount, when

SILENT = ("Transfer", "Approval")


def _bought(one: Any, suite: Suite) -> str:
    paid = Purse(suite).token(one.payment_token).show(one.payment)
    return f"{format_amount(one.received)} bought from pool {one.pool_id} for {paid}, paid to the treasury; {format_amount(one.burned)} burned"


def _schedule_created(one: Any, suite: Suite) -> str:
    return f"schedule {one.schedule_id} is created: {format_amount(one.amount)} {every(one.interval_blocks)} from block {one.start_block:,} on"


SENTENCES: dict[tuple[str, str], Callable[[Any, Suite], str]] = {
    ("MDT", "Minted"): lambda one, _: f"{format_amount(one.amount)} minted to {one.recipient} ({plain_name(Mint(one.reason))})",
    ("MDT", "Burned"): lambda one, _: f"{format_amount(one.amount)} of {one.holder} burned ({plain_name(Burn(one.reason))})",
    (POOLS, "PoolCreated"): lambda one, _: f"pool {one.pool_id} is created: {one.arguments['name']}, operated by {one.operator}",
    (POOLS, "PoolClosed"): lambda one, _: f"pool {one.pool_id} is closed, {format_amount(one.returned)} sent to the treasury",
    (POOLS, "Replenished"): lambda one, _: f"{format_amount(one.amount)} put into pool {one.pool_id}",
    (POOLS, "Absorbed"): lambda one, _: f"{format_amount(one.amount)} counted to pool {one.pool_id}",
    (POOLS, "Allocated"): lambda one, _: (
        f"allocation {one.allocation_id}: {format_amount(one.amount)} of pool {one.pool_id} for {one.buyer}, until {when(one.expires_at)}"
    ),
    (POOLS, "Released"): lambda one, _: f"allocation {one.allocation_id}: {format_amount(one.received)} to {one.buyer}, {format_amount(one.burned)} burned",
    (POOLS, "Cancelled"): lambda one, _: f"allocation {one.allocation_id}: {format_amount(one.amount)} available again in pool {one.pool_id}",
    (POOLS, "Expired"): lambda one, _: f"allocation {one.allocation_id}: {format_amount(one.amount)} available again in pool {one.pool_id}",
    (POOLS, "Bought"): _bought,
    (SCHEDULES, "ScheduleCreated"): _schedule_created,
    (SCHEDULES, "Funded"): lambda one, _: f"{format_amount(one.amount)} handed in for schedule {one.schedule_id}",
    (SCHEDULES, "Paid"): lambda one, _: f"schedule {one.schedule_id}: {one.intervals} times {format_amount(one.amount)} paid to {one.recipient}",
    (SCHEDULES, "Cancelled"): lambda one, _: f"schedule {one.schedule_id} is cancelled, {format_amount(one.refunded)} sent to the treasury",
    (DESK, "Paid"): lambda one, _: f"{format_amount(one.amount - one.burned)} received by {one.payee}, {format_amount(one.burned)} burned",
    (DESK, "Deposited"): lambda one, suite: (
        f"{format_amount(one.amount)} counted for {one.account} ({plain_name(Fee(one.kind))}): {format_amount(one.burned)} burned,"
        f" {format_amount(one.amount - one.burned)} to {Book(suite).name(one.rest_to)}"
    ),
}


def told(suite: Suite, receipt: Receipt) -> tuple[list[Event], list[str]]:
    """The events of all contracts of the suite in a receipt, in order, and what they mean; bare transfers and approvals go without saying."""
    book = Book(suite)
    found = book.events(receipt)
    return [event for _, event in found], [_sentence(event, contract, book) for contract, event in found if event.name not in SILENT]


def _sentence(event: Event, contract: Contract, book: Book) -> str:
    known = SENTENCES.get((contract.name, event.name))
    return known(event, book.suite) if known else describe_event(event, contract, book)
