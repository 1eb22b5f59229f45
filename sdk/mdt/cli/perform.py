"""Showing, trying and sending a list of calls: what commands that move something end with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mdt.chain import abi as abilib
from mdt.chain.abi import Event
from mdt.chain.journal import State
from mdt.cli.output import emit, event_document, plain, receipt_document, say
from mdt.errors import BusyError
from mdt.suite.telling import tell

if TYPE_CHECKING:
    from mdt.chain.journal import Entry
    from mdt.chain.signers import Signer
    from mdt.cli.session import Session
    from mdt.suite.calls import Call


@dataclass(frozen=True)
class Came:
    """What came of a command, by the events of its transactions.

    Attributes:
        document: For JSON; takes the place of what was expected.
        show: Prints it for people, after the transactions.
    """

    document: Mapping[str, Any]
    show: Callable[[], None] = lambda: None


def perform(
    session: Session,
    signer: Signer,
    calls: Sequence[Call],
    dry_run: bool,
    more: Mapping[str, Any] | None = None,
    came: Callable[[Sequence[Event]], Came] | None = None,
    left: Callable[[], Sequence[Call]] | None = None,
) -> None:
    """Send the calls one after the other and tell what came of each, or say what they would do.

    A dry run also tries the first call, unless an earlier run has sent it; what comes after an approval cannot be tried before it.

    Args:
        session: Where to.
        signer: Who sends.
        calls: What, in order.
        dry_run: Send nothing.
        more: What else the JSON document says.
        came: What came of all transactions, by their events.
        left: What is still to do, asked after each transaction: where it is given, the calls after the first say what is expected, and are not sent as such.
    """
    if dry_run:
        _rehearse(session, signer, calls, more or {}, is_counted=left is not None)
        return
    sent, events = list[dict[str, Any]](), list[Event]()
    require_no_variant(session, signer, calls)
    earlier = session.chain.underway(signer.address, [one.intent for one in calls])
    session.chain.pass_over(signer.address, [one.tx_hash for call, one in zip(calls, earlier, strict=True) if one is not None and _is_used_up(call, one)])
    # what an earlier run began is taken up where it stopped: what stands before it in the plan is done
    for call in _each(calls[session.chain.first_underway(signer.address, [one.intent for one in calls]) :], left):
        receipt = call.send(signer)
        mined = f"{call.words}: {receipt.tx_hash} in block {receipt.block_number:,}"
        if receipt.is_earlier:
            mined += " (sent by an earlier run; nothing was sent now)"
        # said before anything else is asked, on standard error where the document on standard output may never be reached
        say(mined, err=session.as_json)
        told = tell(session.suite, receipt)
        events += told.events
        sent.append(call_document(call) | receipt_document(receipt) | {"events": [event_document(event) for event in told.events]})
        if not session.as_json:
            say(*(f"  {line}" for line in told.sentences))
    result = came(events) if came else Came({})
    emit(session.as_json, {**(more or {}), **result.document, "dry_run": False, "transactions": sent}, result.show)


def _each(calls: Sequence[Call], left: Callable[[], Sequence[Call]] | None) -> Iterator[Call]:
    """The calls one after the other; where it is asked what is left, always the first of that: an earlier run or somebody else may have done one of them."""
    if left is None:
        yield from calls
        return
    while calls:
        yield calls[0]
        calls = left()


def _rehearse(session: Session, signer: Signer, calls: Sequence[Call], more: Mapping[str, Any], *, is_counted: bool) -> None:
    """Say what the calls would do; of what an earlier run has begun, that it would be finished or told, and not sent again.

    Args:
        session: Where to.
        signer: Who would send.
        calls: What.
        more: What else the JSON document says.
        is_counted: Whether the same call stands there as often as it is due now. One that an earlier run has sent is one of them; once mined it is none.
    """
    earlier = begun(session, signer, calls)
    if is_counted and (one := earlier[0]) is not None:
        calls = [calls[0], *calls] if one.state is State.MINED else calls
        earlier = [one, *[None] * (len(calls) - 1)]
    first = next((place for place, one in enumerate(earlier) if one is not None), 0)
    rest = list(zip(calls[first:], earlier[first:], strict=True))
    if rest[0][1] is None:
        rest[0][0].simulate(signer.address)
    told = [call_document(call, call.forecast) | ({} if one is None else {"earlier": one.tx_hash}) for call, one in rest]
    emit(session.as_json, {**more, "dry_run": True, "calls": told}, lambda: say(*(would(call, one) for call, one in rest)))


def _is_used_up(call: Call, entry: Entry) -> bool:
    """Whether an earlier run's approval was mined and is not there any more: what it was for has been done, or somebody has taken it back."""
    return entry.state is State.MINED and call.is_there is not None and not call.is_there()


def begun(session: Session, signer: Signer, calls: Sequence[Call]) -> list[Entry | None]:
    """What an earlier run has sent of each call without telling anybody what came of it, for a dry run."""
    try:
        found = session.chain.underway(signer.address, [one.intent for one in calls], seconds=0)
        return [None if one is not None and _is_used_up(call, one) else one for call, one in zip(calls, found, strict=True)]
    except BusyError:
        return [None] * len(calls)  # another process is just sending: what it leaves behind is not known yet


def rehearsed(session: Session, signer: Signer, call: Call, document: Mapping[str, Any]) -> bool:
    """Whether a dry run ends here, since an earlier run has begun this very call without telling anybody: it would be finished or told, and not sent again."""
    (earlier,) = begun(session, signer, [call])
    if earlier is None:
        return False
    emit(session.as_json, {**document, "dry_run": True, "earlier": earlier.tx_hash}, lambda: say(would(call, earlier)))
    return True


def would(call: Call, earlier: Entry | None) -> str:
    """What a command would do about a call, in words."""
    if earlier is None:
        return f"would {call.words}{call.forecast}"
    if earlier.state is State.MINED:
        return f"would send nothing for this: {call.words}: {earlier.tx_hash} of an earlier run did it in block {earlier.block_number:,}"
    return f"would only finish what an earlier run has signed: {call.words}: {earlier.tx_hash}, which is not mined yet"


def require_no_variant(session: Session, signer: Signer, calls: Sequence[Call]) -> None:
    """Stop once where an earlier run has done the like with other arguments, and nobody was told.

    Raises:
        InDoubtError: names its transaction.
    """
    session.chain.require_no_variant(signer.address, [one.intent for one in calls], [one.intent for one in calls if not one.is_bounded])


def call_document(call: Call, forecast: str = "") -> dict[str, Any]:
    """A call for JSON: its arguments in order, and all of it in words."""
    inputs = abilib.find_function(call.contract.abi, call.function, len(call.arguments))["inputs"]
    arguments = [plain(value, str(item["name"])) for item, value in zip(inputs, call.arguments, strict=True)]
    return {"contract": call.contract.name, "function": call.function, "arguments": arguments, "words": f"{call.words}{forecast}"}
