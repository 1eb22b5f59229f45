"""A proxy between a client and a real node that misbehaves on request: it forwards everything, but where a rule says otherwise."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.anvil_node import AnvilNode
from tests.support.rpc_server import Reply, RpcServer

SEND = "eth_sendRawTransaction"
RECEIPT = "eth_getTransactionReceipt"
VERSION = "Geth/v1.14.12-stable/linux-amd64/go1.23.3"
"""A node for tests may be put back at any time, and tools know that: here they have to take every answer as a real chain's."""


@dataclass
class Exchange:
    """One request on its way through.

    Attributes:
        request: As the client wrote it.
        proxy: What it goes through.
        asked: The how-manieth request this is that a rule applies to, from 0.
    """

    request: dict[str, Any]
    proxy: FaultProxy
    asked: int = 0

    @property
    def method(self) -> str:
        """What is asked for."""
        return str(self.request["method"])

    def ask(self, method: str, *params: Any) -> Any:
        """What the node says to something that the client has not asked."""
        return json.loads(self.proxy.forward({"jsonrpc": "2.0", "id": 0, "method": method, "params": list(params)}))["result"]

    def forward(self) -> Reply:
        """The node's answer."""
        return Reply(self.proxy.forward(self.request))

    def result(self, value: Any) -> Reply:
        """An answer of one's own."""
        return Reply.of({"jsonrpc": "2.0", "id": self.request.get("id"), "result": value})

    def error(self, code: int, message: str) -> Reply:
        """An error, as JSON-RPC writes it."""
        return Reply.of({"jsonrpc": "2.0", "id": self.request.get("id"), "error": {"code": code, "message": message}})


Effect = Callable[[Exchange], Reply | None]


@dataclass(frozen=True)
class Rule:
    """What goes wrong, and when.

    Attributes:
        effect: What the client gets instead of the node's answer.
        methods: Of which requests; none: of all.
        skip: So many of them go through first.
        times: So many of them it happens to; None: until the proxy heals.
        after: Only once a request for this method has been seen.
        sends: Only once so many transactions have been handed in.
    """

    effect: Effect
    methods: Sequence[str] = ()
    skip: int = 0
    times: int | None = None
    after: str | None = None
    sends: int = 0


@dataclass
class _Armed:
    rule: Rule
    seen: int = 0
    is_open: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_open = self.rule.after is None

    def takes(self, exchange: Exchange) -> bool:
        """Whether the request is this rule's."""
        rule = self.rule
        if not self.is_open or len(exchange.proxy.sent) < rule.sends or (rule.methods and exchange.method not in rule.methods):
            return False
        exchange.asked, self.seen = self.seen - rule.skip, self.seen + 1
        return exchange.asked >= 0 and (rule.times is None or exchange.asked < rule.times)

    def note(self, method: str) -> None:
        """A request has been answered, well or badly."""
        self.is_open = self.is_open or method == self.rule.after


class FaultProxy(RpcServer):
    """The proxy, in front of a node; without rules it changes nothing, but that the node is not one for tests, as far as clients are told.

    Attributes:
        requests: All methods asked for, in order.
        sent: The raw transactions that clients have handed in, whatever became of them.
        mines: Whether a block follows each transaction that reaches the node: for one that mines nothing by itself.
    """

    def __init__(self, node: AnvilNode) -> None:
        super().__init__()
        self.node = node
        self.requests: list[str] = []
        self.sent: list[str] = []
        self.mines = False
        self._armed: list[_Armed] = []
        self._lock = threading.RLock()
        self._on_node = threading.Lock()

    def arm(self, *rules: Rule) -> None:
        """From now on, until `heal`; of several rules the first counts that takes a request."""
        with self._lock:
            self._armed = [_Armed(rule) for rule in rules]
            self.requests, self.sent = [], []

    def heal(self) -> None:
        """Forward everything again."""
        with self._lock:
            self._armed = []

    def forward(self, request: dict[str, Any]) -> bytes:
        """What the node says to a request."""
        with self._on_node:
            answer = self.node.raw(json.dumps(request).encode())
            if self.mines and request["method"] == SEND:
                self.node.mine()
            return answer

    def reply(self, body: bytes) -> Reply | None:
        """The node's answer, or that of the first rule that takes the request."""
        exchange = Exchange(json.loads(body), self)
        with self._lock:
            self.requests.append(exchange.method)
            if exchange.method == SEND:
                self.sent.append(exchange.request["params"][0])
            armed = list(self._armed)
            taken = next((one for one in armed if one.takes(exchange)), None)
        try:
            return taken.rule.effect(exchange) if taken else self._plainly(exchange)
        finally:
            with self._lock:
                for one in armed:
                    one.note(exchange.method)

    @staticmethod
    def _plainly(exchange: Exchange) -> Reply:
        return exchange.result(VERSION) if exchange.method == "web3_clientVersion" else exchange.forward()
