"""What happened in a market, in a sentence: amounts of both tokens with their units."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mdt.suite.tokens import Token, paired_token
from mdt.units import Denomination, format_bps, when

if TYPE_CHECKING:
    from mdt.suite.sentences import Words

SHARES = Denomination("shares", 18)


def _paired(one: Any, say: Words) -> Token:
    """The other token of the market that an event is of."""
    market = say.directory.at(str(one.address))
    assert market is not None
    return paired_token(say.directory.suite, market)


def _amount(one: Any, say: Words, token: str, units: int) -> str:
    """Of one of the two tokens, by its address."""
    return say.amount(units) if token == say.directory.suite["MDT"].address else _paired(one, say).show(units)


def _other(one: Any, say: Words, token: str, units: int) -> str:
    """Of the other of the two."""
    return _paired(one, say).show(units) if token == say.directory.suite["MDT"].address else say.amount(units)


def _both(one: Any, say: Words) -> str:
    return f"{say.amount(one.tokens)} and {_paired(one, say).show(one.paired)}"


def _fees(fees: Any) -> str:
    part = f"{format_bps(fees.protocol_bps)} of it the protocol's, {'burned' if fees.is_burned else 'to the treasury'}"
    return f"{format_bps(fees.fee_bps)} of a swap" + (f", {part}" if fees.protocol_bps else "")


def _swapped(one: Any, say: Words) -> str:
    paid, bought = _amount(one, say, one.token_in, one.paid), _other(one, say, one.token_in, one.bought)
    return f"{paid} of {say.who(one.trader)} swapped for {bought}, to {say.who(one.receiver)}"


def _added_one(one: Any, say: Words) -> str:
    part = f"{_amount(one, say, one.token_in, one.swapped)} of it swapped for {_other(one, say, one.token_in, one.bought)}"
    return f"{_amount(one, say, one.token_in, one.amount)} deposited by {say.who(one.provider)}, {part}: {SHARES.format(one.shares)} to {say.who(one.receiver)}"


MARKET: dict[str, Callable[[Any, Words], str]] = {
    "Added": lambda one, say: f"{_both(one, say)} deposited by {say.who(one.provider)}: {SHARES.format(one.shares)} to {say.who(one.receiver)}",
    "AddedOneSided": _added_one,
    "Removed": lambda one, say: f"{SHARES.format(one.shares)} of {say.who(one.provider)} given back: {_both(one, say)} to {say.who(one.receiver)}",
    "Swapped": _swapped,
    "Collected": lambda one, say: (
        f"{SHARES.format(one.shares)} of the protocol redeemed: {say.amount(one.tokens)} {'burned' if one.is_burned else 'to the treasury'},"
        f" {_paired(one, say).show(one.paired)} to the treasury"
    ),
    "FeesAnnounced": lambda one, say: (
        f"fees of {say.who(one.address)} are announced: {_fees(one.new_fees)}; anyone can apply them from {when(one.effective_at)} on;"
        f" in force until then: {_fees(one.old_fees)}"
    ),
    "FeesWithdrawn": lambda one, say: f"fees of {say.who(one.address)}: {_fees(one.fees)} are announced no more",
    "FeesApplied": lambda one, say: (
        f"fees of {say.who(one.address)}: {_fees(one.new_fees)}" + (f"; before: {_fees(one.old_fees)}" if one.old_fees.fee_bps else "")
    ),
    "Swept": lambda one, say: f"{_amount(one, say, one.token, one.amount)} that belonged to nobody sent to the treasury by {say.who(one.address)}",
}
"""By event."""
