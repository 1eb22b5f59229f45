"""What staking's events mean, in a sentence each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mdt.chain.abi import Event
from mdt.chain.transactions import Receipt
from mdt.suite.opened import Suite
from mdt.units import format_amount, format_bps

EMITTERS = ("Staking", "Validators", "Slasher")


def when(timestamp: int) -> str:
    """A time as people read it."""
    return f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _staked(one: Any) -> str:
    lock = f", locked until {when(one.unlocks_at)} for a bonus of {format_bps(one.bonus_bps)}" if one.bonus_bps else ""
    return f"validator {one.validator_id}, slot {one.slot}: {format_amount(one.amount)} added{lock}"


def _claimed(one: Any) -> str:
    if one.recipient == one.address:  # restaked
        return f"{format_amount(one.amount)} of rewards became stake"
    return f"{format_amount(one.amount)} of rewards paid to {one.recipient}"


def _commission(one: Any) -> str:
    return f"commission of validator {one.validator_id}: {format_bps(one.old_bps)} before, {format_bps(one.new_bps)} from now on"


SENTENCES: dict[str, Callable[[Any], str]] = {
    "Staked": _staked,
    "LockEnded": lambda one: f"validator {one.validator_id}, slot {one.slot}: the bonus of {format_bps(one.bonus_bps)} has ended",
    "Unstaked": lambda one: f"request {one.request_id}: {format_amount(one.tokens)} can be withdrawn from {when(one.unlocks_at)} on",
    "UnstakeCancelled": lambda one: f"request {one.request_id} is stake again",
    "Withdrawn": lambda one: f"request {one.request_id}: {format_amount(one.amount)} withdrawn",
    "Redelegated": lambda one: (
        f"{format_amount(one.amount)} moved; it answers for slashes of validator {one.source_id} until {when(one.answerable_until)}, and stays where it is"
    ),
    "RestitutionNoted": lambda one: f"{format_amount(one.amount)} more are owed to {one.owner} if slash {one.slash_id} is overturned",
    "RewardClaimed": _claimed,
    "CommissionClaimed": lambda one: f"{format_amount(one.amount)} of commission paid to {one.recipient}",
    "RecipientSet": lambda one: f"rewards of {one.owner} go to {one.owner if int(one.new_recipient, 16) == 0 else one.new_recipient}",
    "CommissionSet": _commission,
    "ValidatorRegistered": lambda one: f"validator {one.validator_id} is registered",
    "OperatorProposed": lambda one: f"proposed as operator of validator {one.validator_id}: {one.proposed_operator}",
    "OperatorChanged": lambda one: f"validator {one.validator_id} is operated by {one.new_operator}; {one.old_operator} can be thrown away",
    "CommissionQueued": lambda one: f"{format_bps(one.new_bps)} can be applied from {when(one.applies_at)} on",
    "CommissionQueueCleared": lambda one: f"{format_bps(one.bps)} is queued no more",
    "Slashed": lambda one: (
        f"slash {one.slash_id}: {format_amount(one.amount)} ({format_bps(one.bps)}) of validator {one.validator_id}, in escrow until {when(one.ends_at)}"
    ),
    "Appealed": lambda one: f"slash {one.slash_id} is appealed; the arbiter has until {when(one.ends_at)}",
    "Upheld": lambda one: f"slash {one.slash_id}: {format_amount(one.burned)} burned, {format_amount(one.to_treasury)} to the treasury",
    "Overturned": lambda one: f"slash {one.slash_id}: {format_amount(one.restored)} back in the pool, {format_amount(one.owed)} owed to those who had left",
    "Answered": lambda one: f"{format_amount(one.amount)} taken from validator {one.validator_id} of {one.owner} for slash {one.slash_id}",
    "RestitutionPaid": lambda one: f"{format_amount(one.amount)} of slash {one.slash_id} paid to {one.payee}",
    "LivenessReported": lambda one: (
        f"validator {one.validator_id}: {one.missed_blocks} blocks, {one.missed_reveals} reveals missed; {one.total_missed_blocks} and"
        f" {one.total_missed_reveals} count"
    ),
}


def events_of(suite: Suite, receipt: Receipt) -> list[Event]:
    """Everything staking's contracts logged, in no particular order between contracts."""
    return [event for name in EMITTERS for event in suite[name].events(receipt)]


def sentences(events: list[Event]) -> list[str]:
    """What they mean."""
    return [SENTENCES[event.name](event) for event in events if event.name in SENTENCES]
