"""A node whose answers a test scripts: one account's nonces, a mempool, mined transactions, and faults by method."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

import rlp
from eth_account import Account
from eth_utils.crypto import keccak
from web3 import Web3
from web3.middleware import ExtraDataToPOAMiddleware
from web3.providers import BaseProvider

CHAIN_ID = 8_898
GENESIS = "0x" + "aa" * 32
RICH = 10**20


def refusal(message: str, code: int = -32000) -> dict[str, Any]:
    """What a node says when it refuses."""
    return {"error": {"code": code, "message": message}}


class ScriptedNode(BaseProvider):
    """A node in this process. What is put into `script` for a method is answered once, before anything that follows from the state.

    Attributes:
        script: By method: `{"result": ...}`, `{"error": ...}`, an exception to raise, or a function of the usual answer.
        mines: Whether a transaction is mined as soon as it comes.
        sent: Raw bytes that were handed over, in order.
        foreign: By sender, how many transactions of other wallets wait or are mined.
    """

    def __init__(self, chain_id: int = CHAIN_ID, genesis: str = GENESIS) -> None:
        super().__init__()
        self.chain_id, self.genesis, self.version = chain_id, genesis, "Geth/v1.14"
        self.head, self.mines, self.status = 10, True, 1
        self.script: dict[str, deque[Any]] = defaultdict(deque)
        self.sent: list[str] = []
        self.asked: list[str] = []
        self.mempool: dict[str, tuple[str, int]] = {}
        self.prices: dict[str, int] = {}
        self.known: dict[str, dict[str, Any]] = {}
        self.mined: dict[str, tuple[str, int, int]] = {}
        self.foreign_pending: dict[str, int] = defaultdict(int)
        self.foreign_mined: dict[str, int] = defaultdict(int)

    def web3(self) -> Web3:
        return Web3(self, middleware=[ExtraDataToPOAMiddleware])

    def make_request(self, method: str, params: Any) -> Any:
        self.asked.append(method)
        planned = self.script[method].popleft() if self.script[method] else None
        if isinstance(planned, Exception):
            raise planned
        if planned is not None and not callable(planned):
            return {"jsonrpc": "2.0", "id": 1, **planned}
        usual = getattr(self, method)
        answer = planned(lambda: usual(*params)) if callable(planned) else usual(*params)
        return {"jsonrpc": "2.0", "id": 1, **(answer if isinstance(answer, dict) and "error" in answer else {"result": answer})}

    def always(self, method: str, answer: Any, times: int = 10_000) -> None:
        self.script[method] = deque([answer] * times)

    # --- what a test does to it ---

    def mine(self) -> None:
        """A block with all that waits and whose nonce is next."""
        self.head += 1
        for tx_hash, (sender, nonce) in sorted(self.mempool.items(), key=lambda one: one[1][1]):
            if nonce == int(self.eth_getTransactionCount(sender, "latest"), 16):
                self.mined[tx_hash] = (sender, nonce, self.head)
                del self.mempool[tx_hash]

    def reorganise(self, *, keeps: bool) -> None:
        """The last block is another one: its transactions wait again, or are lost."""
        gone = {tx_hash: (sender, nonce) for tx_hash, (sender, nonce, number) in self.mined.items() if number == self.head}
        self.mined = {tx_hash: one for tx_hash, one in self.mined.items() if one[2] != self.head}
        if keeps:
            self.mempool |= gone

    # --- methods ---

    def web3_clientVersion(self) -> str:
        return self.version

    def eth_chainId(self) -> str:
        return hex(self.chain_id)

    def eth_blockNumber(self) -> str:
        return hex(self.head)

    def eth_gasPrice(self) -> str:
        return hex(10**9)

    def eth_getBalance(self, _account: str, _block: str) -> str:
        return hex(RICH)

    def eth_getCode(self, _account: str, _block: str) -> str:
        return "0x01"

    def eth_call(self, _request: Any, _block: str) -> str:
        return "0x" + "00" * 31 + "01"

    def eth_estimateGas(self, _request: Any, *_block: str) -> str:
        return hex(50_000)

    def eth_getBlockByNumber(self, number: str, _full: bool) -> Any:
        block_hash = self.genesis if number == "0x0" else "0x" + "bb" * 32
        return {"number": number, "hash": block_hash, "timestamp": "0x1", "gasLimit": hex(30_000_000), "transactions": []}

    def eth_getTransactionCount(self, account: str, block: str) -> str:
        used = self.foreign_mined[account] + sum(sender == account for sender, _, _ in self.mined.values())
        if block == "pending":
            used += self.foreign_pending[account]
            while (account, used) in self.mempool.values():  # behind a gap a transaction is queued, and does not count
                used += 1
        return hex(used)

    def eth_sendRawTransaction(self, raw: str) -> Any:
        tx_hash = "0x" + keccak(hexstr=raw).hex()
        sender, fields = Account.recover_transaction(raw), rlp.decode(bytes.fromhex(raw[2:]))
        nonce, price, gas, to, value, data = (int.from_bytes(one, "big") if place in (0, 1, 2, 4) else one for place, one in enumerate(fields[:6]))
        self.sent.append(raw)
        if tx_hash in self.mempool or tx_hash in self.mined:
            return refusal("already known")
        if nonce < int(self.eth_getTransactionCount(sender, "latest"), 16):
            return refusal("nonce too low")
        before = next((one for one, place in self.mempool.items() if place == (sender, nonce)), None)
        if before is not None and price * 10 < self.prices[before] * 11:
            return refusal("replacement transaction underpriced")
        if before is not None:
            del self.mempool[before]
        self.mempool[tx_hash], self.prices[tx_hash] = (sender, nonce), price
        target = "0x" + to.hex() if to else None
        self.known[tx_hash] = {"hash": tx_hash, "from": sender, "nonce": hex(nonce), "gasPrice": hex(price), "gas": hex(gas), "to": target}
        self.known[tx_hash] |= {"value": hex(value), "input": "0x" + data.hex(), "blockNumber": None}
        if self.mines:
            self.mine()
        return tx_hash

    def eth_getTransactionByHash(self, tx_hash: str) -> Any:
        if tx_hash not in self.mempool and tx_hash not in self.mined:
            return None
        return self.known[tx_hash]

    def eth_getTransactionReceipt(self, tx_hash: str) -> Any:
        if tx_hash not in self.mined:
            return None
        number = self.mined[tx_hash][2]
        return {
            "transactionHash": tx_hash,
            "status": hex(self.status),
            "blockNumber": hex(number),
            "gasUsed": hex(40_000),
            "contractAddress": None,
            "logs": [],
        }
