"""Asking anvil without any client of ours in between, byte for byte, and the few methods that tests ask it for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tests.support.anvil import anvil
from tests.support.rpc_server import HOST


@dataclass
class AnvilNode:
    """A node, asked without any client of ours in between."""

    port: int

    def __post_init__(self) -> None:
        self._connection = HTTPConnection(HOST, self.port, timeout=60)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def raw(self, body: bytes) -> bytes:
        """What it answers to a request's body."""
        try:
            self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
            return self._connection.getresponse().read()
        except (ConnectionError, OSError):
            self._connection.close()
            raise

    def call(self, method: str, *params: Any) -> Any:
        """The result of a method."""
        answer = json.loads(self.raw(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()))
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def head(self) -> int:
        """The number of the newest block."""
        return int(self.call("eth_blockNumber"), 16)

    def mine(self, blocks: int = 1) -> None:
        """Mine what is pending into the first of so many blocks."""
        self.call("anvil_mine", hex(blocks))

    def hold(self) -> None:
        """Keep what is sent in the mempool."""
        self.call("evm_setAutomine", False)

    def go_on(self) -> None:
        """Mine what is pending, and from now on whatever is sent at once."""
        self.call("evm_setAutomine", True)
        self.mine()

    def pending(self) -> list[dict[str, Any]]:
        """What is in the mempool and can be mined next."""
        return [one for numbers in self.call("txpool_content")["pending"].values() for one in numbers.values()]

    def forget_pending(self) -> None:
        """Empty the mempool, as a node does that is started anew."""
        self.call("anvil_dropAllTransactions")

    def reorganise(self, depth: int) -> None:
        """Replace so many blocks by empty ones of the same height. What was in them is in no block and in no mempool then."""
        self.call("anvil_reorg", depth, [])


@contextmanager
def running(*options: str) -> Iterator[AnvilNode]:
    """A node on a free port, until the end of the block."""
    with anvil(*options) as (_, url):
        yield AnvilNode(int(url.rsplit(":", 1)[1]))
