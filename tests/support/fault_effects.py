"""What can become of an answer on its way from a node to a client."""

from __future__ import annotations

import threading
import time
from typing import Any

from tests.support.fault_proxy import Effect, Exchange
from tests.support.rpc_server import Reply

HTML = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center><hr>nginx</body>\r\n</html>\r\n"
OTHER_CHAIN = 8_898
MINED_WITHIN = 10
"""Seconds."""


def null(exchange: Exchange) -> Reply:
    """The node knows nothing, and is not asked."""
    return exchange.result(None)


def lost_request(_exchange: Exchange) -> None:
    """The connection breaks before the node is asked."""


def lost_answer(exchange: Exchange) -> None:
    """The node does what it was asked to, and nobody hears of it."""
    exchange.forward()


def page(status: int, *, reaches: bool, **headers: str) -> Effect:
    """A page of HTML with a status, as a proxy in front of a node makes it; whether the node was asked before."""

    def effect(exchange: Exchange) -> Reply:
        if reaches:
            exchange.forward()
        return Reply(HTML, status, {"Content-Type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}})

    return effect


def late(seconds: float) -> Effect:
    """The node does what it was asked to at once; its answer takes long."""

    def effect(exchange: Exchange) -> Reply:
        answer = exchange.forward()
        time.sleep(seconds)
        return answer

    return effect


def half(exchange: Exchange) -> Reply:
    """The first half of the answer, as if it were all."""
    body = exchange.forward().body
    return Reply(body[: len(body) // 2])


def cut(exchange: Exchange) -> Reply:
    """The connection breaks in the middle of the answer."""
    body = exchange.forward().body
    return Reply(body, cut=len(body) // 2)


def error(message: str, code: int = -32_000, *, reaches: bool) -> Effect:
    """An error of JSON-RPC; whether the node has done what it was asked to all the same."""

    def effect(exchange: Exchange) -> Reply:
        if reaches:
            exchange.forward()
        return exchange.error(code, message)

    return effect


def answers(value: Any) -> Effect:
    """Always the same."""
    return lambda exchange: exchange.result(value)


def behind(blocks: int) -> Effect:
    """The head as it was so many blocks ago."""
    return lambda exchange: exchange.result(hex(max(0, int(exchange.ask("eth_blockNumber"), 16) - blocks)))


def as_of(block: int) -> Effect:
    """What was true at a block: `latest` of a node that has not caught up."""

    def effect(exchange: Exchange) -> Reply:
        *first, _ = exchange.request["params"]
        return Reply(exchange.proxy.forward({**exchange.request, "params": [*first, hex(block)]}))

    return effect


def reorganised(depth: int) -> Effect:
    """The node changes its mind about the newest blocks before it answers."""

    def effect(exchange: Exchange) -> Reply:
        _settled(exchange)
        exchange.ask("anvil_reorg", depth, [])
        return exchange.forward()

    return effect


def moved(exchange: Exchange) -> Reply:
    """The node replaces the newest block by an empty one, and mines its transactions in the one after."""
    _settled(exchange)
    block = exchange.ask("eth_getBlockByNumber", "latest", False)
    raw = [exchange.ask("eth_getRawTransactionByHash", one) for one in block["transactions"]]
    exchange.ask("anvil_reorg", 1, [])
    for one in raw:
        exchange.ask("eth_sendRawTransaction", one)
    return exchange.forward()


def _settled(exchange: Exchange) -> None:
    """Wait until the transaction that is asked for is mined: the node says its hash before."""
    deadline = time.monotonic() + MINED_WITHIN
    while exchange.ask(exchange.method, *exchange.request["params"]) is None:
        assert time.monotonic() < deadline, f"{exchange.request['params'][0]} is not mined after {MINED_WITHIN} s"
        time.sleep(0.005)


def held_for_ever(started: threading.Event, released: threading.Event, *, reaches: bool, is_mined: bool = False) -> Effect:
    """The answer waits until the test lets it go: the client is in the middle of the call then.

    Args:
        started: Set once the client waits.
        released: Lets the answer go.
        reaches: Whether the node is asked.
        is_mined: Whether that happens only once the transaction that is asked for is mined.
    """

    def effect(exchange: Exchange) -> Reply | None:
        if is_mined:
            _settled(exchange)
        answer = exchange.forward() if reaches else None
        started.set()
        released.wait(60)
        return answer

    return effect
