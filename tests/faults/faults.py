"""What a node, or what stands in front of it, does wrong while a command sends: each fault by its name, as a person would tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eth_utils.crypto import keccak

from tests.support import fault_effects as become
from tests.support.anvil_node import AnvilNode
from tests.support.fault_proxy import RECEIPT, SEND, Exchange, FaultProxy, Rule
from tests.support.rpc_server import Reply

LATE, TOO_LATE = 0.1, 1.3
"""Seconds: below and above what a request may take here."""
AWAY = 3
"""Requests that find nobody."""
READS = (
    "eth_chainId",
    "eth_gasPrice",
    "eth_getBalance",
    "eth_estimateGas",
    "eth_getTransactionCount",
    "eth_getBlockByNumber",
    "eth_blockNumber",
    "eth_call",
    "eth_getCode",
)

Act = Callable[[FaultProxy], None]

NOBODY = "0x000000000000000000000000000000000000dead"
"""Who gets what another wallet sends, only to use up a number."""


def nothing(_proxy: FaultProxy) -> None:
    """Leave the node as it is."""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        name: For tests and the page.
        words: What happens, for the page.
        rules: What becomes of which requests; given the node, whose head a rule may need.
        before: What the node does first.
        heals: What it does once the command has given up.
        passes: It passes by itself, however long that takes on a busy machine: the command must not give up before.
    """

    name: str
    words: str
    rules: Callable[[AnvilNode], Sequence[Rule]] = lambda _node: ()
    before: Act = nothing
    heals: Act = nothing
    passes: bool = False


def _fault(name: str, words: str, *rules: Rule, before: Act = nothing, heals: Act = nothing, passes: bool = False) -> Fault:
    return Fault(name, words, lambda _node: rules, before, heals, passes)


# --- what nodes do ---


def _hold(proxy: FaultProxy) -> None:
    proxy.node.hold()


def _mine(proxy: FaultProxy) -> None:
    proxy.node.go_on()


def _forget(proxy: FaultProxy) -> None:
    proxy.node.forget_pending()
    proxy.node.go_on()


def _replace(proxy: FaultProxy) -> None:
    """Another wallet of the same account sends something else under the same number, at a higher price."""
    for one in list(proxy.node.pending()):
        other = {"from": one["from"], "to": NOBODY, "nonce": one["nonce"], "gas": "0x5208", "gasPrice": hex(int(one["gasPrice"], 16) * 3)}
        proxy.node.call("eth_sendTransaction", other)
    proxy.node.go_on()


def _swallowed(exchange: Exchange) -> Reply:
    """Accepted, and forgotten at once."""
    return exchange.result("0x" + keccak(hexstr=exchange.request["params"][0]).hex())


# --- the faults ---


def _nulls() -> Iterator[Fault]:
    for method in READS:
        yield _fault(f"null to {method}", f"`{method}` is answered with null", Rule(become.null, [method], skip=1 if method == "eth_chainId" else 0))
    yield _fault("null to sending", "null instead of the hash; the transaction is on its way", Rule(_null_after, [SEND]))
    yield _fault("null to receipts", "no receipt is ever seen, although it is mined", Rule(become.null, [RECEIPT]))


def _null_after(exchange: Exchange) -> Reply:
    exchange.forward()
    return exchange.result(None)


def _pages() -> Iterator[Fault]:
    away, reached = become.page(502, reaches=False), become.page(502, reaches=True)
    yield _fault("502 to everything", "a page says 502 Bad Gateway, from the first request on", Rule(away))
    yield _fault("502 before signing", "the same, once the command has read what it needs", Rule(away, ["eth_estimateGas", "eth_getTransactionCount"]))
    yield _fault("502 to sending", "the same when it sends; the node never sees it", Rule(away, [SEND]))
    yield _fault("502 after sending", "the same when it sends; the node has it all the same", Rule(reached, [SEND]), passes=True)
    yield _fault("502 to a receipt", "the same once, when it asks for the receipt", Rule(away, [RECEIPT], times=1), passes=True)
    yield _fault("502 to receipts", "the same for receipts, until the command gives up", Rule(away, [RECEIPT]))
    yield _fault("HTML to sending", "a page of HTML with status 200 when it sends; the node has it", Rule(become.page(200, reaches=True), [SEND]), passes=True)
    yield _fault("HTML to receipts", "a page of HTML with status 200 for receipts", Rule(become.page(200, reaches=False), [RECEIPT]))


def _too_many() -> Iterator[Fault]:
    plain, told = become.page(429, reaches=False), become.page(429, reaches=False, Retry_After="1")
    yield _fault("429 to reading", "429 Too Many Requests, from the first request on", Rule(plain))
    yield _fault("429 to sending", "429 when it sends; the node never sees it", Rule(plain, [SEND]))
    yield _fault("429 to sending, with a time", "the same, with Retry-After: 1", Rule(told, [SEND]))
    yield _fault("429 to sending, once", "429 to the first attempt to send only", Rule(plain, [SEND], times=1), passes=True)
    yield _fault("429 to receipts", "429 to the first two requests for a receipt, with Retry-After: 1", Rule(told, [RECEIPT], times=2), passes=True)
    yield _fault(
        "limit exceeded", "JSON-RPC's own error of that kind, -32005, when it sends", Rule(become.error("limit exceeded", -32_005, reaches=False), [SEND])
    )


def _times() -> Iterator[Fault]:
    yield _fault("slow", "every answer is late, and in time", Rule(become.late(LATE / 10)), passes=True)
    yield _fault("slow to send", "the hash comes late, and in time", Rule(become.late(LATE), [SEND]), passes=True)
    yield _fault(
        "too slow to send", "the hash comes when nobody waits any more; the node has the transaction", Rule(become.late(TOO_LATE), [SEND]), passes=True
    )
    yield _fault("too slow with receipts", "receipts come when nobody waits any more", Rule(become.late(TOO_LATE), [RECEIPT]))


def _losses() -> Iterator[Fault]:
    yield LOST
    yield _fault("lost request", "the connection breaks when it sends, before the node has seen it", Rule(become.lost_request, [SEND]))
    yield _fault("half an answer", "the answer to sending stops in the middle of its JSON", Rule(become.half, [SEND]), passes=True)
    yield _fault("half a receipt", "the same of the first receipt", Rule(become.half, [RECEIPT], times=1), passes=True)
    yield _fault("a cut connection", "the connection breaks in the middle of the answer to sending", Rule(become.cut, [SEND]), passes=True)
    yield AWAY_AFTER
    yield BLIND


LOST = _fault("lost answer", "the node has the transaction, and its answer never arrives", Rule(become.lost_answer, [SEND]), passes=True)
AWAY_AFTER = _fault("away", "the node is away for a while, right after it was sent to", Rule(become.lost_request, after=SEND, times=AWAY), passes=True)
BLIND = _fault("away too long", "the same, until the command gives up", Rule(become.lost_request, after=SEND))


def _lags() -> Iterator[Fault]:
    yield _fault(
        "receipt before head",
        "a receipt of a block that the node's head reaches later",
        Rule(become.behind(3), ["eth_blockNumber"], after=SEND, times=2),
        passes=True,
    )
    yield _fault("head far behind", "the same, until the command gives up", Rule(become.behind(3), ["eth_blockNumber"], after=SEND))
    yield Fault(
        "stale count",
        "transactions of the account are counted by a node that has not caught up",
        lambda node: [Rule(become.as_of(node.head()), ["eth_getTransactionCount"])],
    )
    yield Fault("stale state", "calls are answered by a node that has not caught up", lambda node: [Rule(become.as_of(node.head()), ["eth_call"])])


def _reorgs() -> Iterator[Fault]:
    for depth in range(1, 9):
        what = "the newest block is" if depth == 1 else f"the newest {depth} blocks are"
        yield _fault(f"reorg of {depth}", f"{what} replaced before the receipt is seen", Rule(become.reorganised(depth), [RECEIPT], times=1))
    yield _fault(
        "reorg after the first",
        "two blocks are replaced with the first two of several transactions, of which one was told",
        Rule(become.reorganised(2), [RECEIPT], sends=2, times=1),
    )
    yield _fault("moved by a reorg", "the transaction is mined once more, in another block", Rule(become.moved, [RECEIPT], times=1), passes=True)


def _chains() -> Iterator[Fault]:
    other = become.answers(hex(become.OTHER_CHAIN))
    yield _fault("another chain before signing", "another chain answers from the second request on", Rule(other, ["eth_chainId"], skip=1))
    yield _fault(
        "another chain after sending",
        "another chain answers as soon as it was sent",
        Rule(other, ["eth_chainId"], after=SEND),
        Rule(become.null, [RECEIPT], after=SEND),
    )


def _refusals() -> Iterator[Fault]:
    for words in ("already known", "known transaction: 0x12", "Transaction with the same hash was already imported.", "ALREADY_EXISTS: already known"):
        yield _fault(f"“{words}”", "so says the node, which has it", Rule(become.error(words, reaches=True), [SEND]), passes=True)
    yield _fault("“nonce too low”, mined", "so says a node that has just mined it", Rule(become.error("nonce too low", reaches=True), [SEND]), passes=True)
    for words in ("nonce too low", "replacement transaction underpriced", "txpool is full", "insufficient funds for gas * price + value"):
        yield _fault(f"“{words}”", "so says the node, which does not take it", Rule(become.error(words, reaches=False), [SEND]))


def _pools() -> Iterator[Fault]:
    yield _fault("mined late", "it is mined after the command has given up", before=_hold, heals=_mine)
    yield _fault("dropped", "it waits, and the node forgets it after the command has given up", before=_hold, heals=_forget)
    yield _fault("forgotten at once", "the node says that it has it, and forgets it", Rule(_swallowed, [SEND]))
    yield _fault("replaced", "another transaction of the account takes its number after the command has given up", before=_hold, heals=_replace)


FAULTS = {one.name: one for part in (_nulls, _pages, _too_many, _times, _losses, _lags, _reorgs, _chains, _refusals, _pools) for one in part()}
"""All of them, by name, in the order of the page."""
EVERYWHERE = (LOST, BLIND, AWAY_AFTER)
"""Those that every command is tried with, at the point of sending."""
SEVERAL = (
    *EVERYWHERE,
    *(FAULTS[name] for name in ("stale count", "stale state", "reorg of 1", "reorg of 8", "reorg after the first", "mined late", "dropped", "replaced")),
)
"""Those that matter where one command sends several transactions, or leaves files behind."""
ALIKE = tuple(one for name, one in FAULTS.items() if name in {f"reorg of {depth}" for depth in (2, 3, 5, 6, 7)})
"""Those that stand between two others: the deep profile tries them, and whoever writes the page."""
