"""A stand-in for a Luxtensor node: an HTTP JSON-RPC server in front of a normal local chain that answers as Luxtensor does.

What it imposes (`docs/reference/luxtensor.md`): only type-0 transactions survive, at least 1 gwei although
`eth_gasPrice` says half of it, a gas floor of 21000 + 68 per byte, estimates without constructor cost, `eth_call` with 1M gas
and "0x" for any revert, no logs, no storage, stub blocks, a receipt with status 1 and block 0 while pending, bare logs.

It can also be run alone: `python -m tests.luxtensor.proxy 8545`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import rlp
from eth.exceptions import HeaderNotFound
from eth_account import Account
from eth_utils.crypto import keccak
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import TransactionNotFound
from web3.types import RPCEndpoint

from mdt.chain import localchain
from mdt.chain.embedded import call_without_coin
from tests.support.chains import local_chain
from tests.support.rpc_server import Reply, RpcServer

CHAIN_ID = 88_980
GWEI = 10**9
BLOCK_GAS = 30_000_000
CALL_GAS = 1_000_000
MAX_BYTES = 128 * 1024
MAX_PENDING = 16
MNEMONIC = "test test test test test test test test test test test junk"
"""Everybody's test accounts, those of ape as well: they hold the coin for gas."""
ZERO_HASH = "0x" + "00" * 32


class RpcError(Exception):
    """An error the node answers with."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def backing_chain(chain_id: int = CHAIN_ID) -> Web3:
    """A normal local chain with Luxtensor's chain id."""
    return local_chain(MNEMONIC, chain_id)


class LuxtensorProxy(RpcServer):
    """The server; use it as a context manager, `url` is its address.

    Attributes:
        pending_polls: How often a mined transaction's receipt is still shown as pending.
        hold: Transactions stay in the mempool until `mine()`.
        requests: All methods asked for, in order.
    """

    def __init__(self, w3: Web3 | None = None, chain_id: int = CHAIN_ID, port: int = 0) -> None:
        super().__init__(port)
        self.w3 = w3 or backing_chain(chain_id)
        self.chain_id = chain_id
        self.pending_polls = 1
        self.hold = False
        self.requests: list[str] = []
        self.raw_sent: list[bytes] = []
        self._mempool: list[bytes] = []
        self._polls: dict[str, int] = {}
        self._failed: dict[str, int] = {}
        self._lock = threading.Lock()

    def reply(self, body: bytes) -> Reply:
        """One answer, or one for each request of a batch."""
        request = json.loads(body)
        return Reply.of([self.answer(one) for one in request] if isinstance(request, list) else self.answer(request))

    def mine(self) -> None:
        """Execute what is held in the mempool."""
        with self._lock:
            held, self._mempool = self._mempool, []
            for raw in held:
                self._execute(raw)

    def drop(self) -> None:
        """Forget the mempool, as a restarted node does."""
        with self._lock:
            self._mempool = []

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """One JSON-RPC answer."""
        envelope = {"jsonrpc": "2.0", "id": request.get("id")}
        method = request["method"]
        handler = getattr(self, method, None) if method.split("_")[0] in ("eth", "net", "web3") else None
        self.requests.append(method)
        try:
            if handler is None:
                raise RpcError(-32601, f"Method not found: {method}")
            with self._lock:
                return {**envelope, "result": handler(*request.get("params", []))}
        except RpcError as error:
            return {**envelope, "error": {"code": error.code, "message": str(error)}}
        except Exception as error:
            return {**envelope, "error": {"code": -32603, "message": f"Internal error: {type(error).__name__}"}}

    # --- methods, named as they are called ---

    def web3_clientVersion(self) -> str:
        return "luxtensor/v0.4.0"

    def net_version(self) -> str:
        return str(self.chain_id)

    def eth_chainId(self) -> str:
        return hex(self.chain_id)

    def eth_blockNumber(self) -> str:
        return self._quantity("eth_blockNumber")

    def eth_gasPrice(self) -> str:
        """Half of what the mempool wants."""
        return hex(GWEI // 2)

    def eth_getBalance(self, account: str, _block: str = "latest") -> str:
        return self._quantity("eth_getBalance", Web3.to_checksum_address(account), "latest")

    def eth_getCode(self, account: str, _block: str = "latest") -> str:
        return HexBytes(self._ask("eth_getCode", Web3.to_checksum_address(account), "latest")).to_0x_hex()

    def eth_getTransactionCount(self, account: str, block: str = "latest") -> str:
        count = self._quantity("eth_getTransactionCount", Web3.to_checksum_address(account), "latest")
        return hex(int(count, 16) + (self._held_by(account) if block == "pending" else 0))

    def eth_getLogs(self, _filter: Any) -> list[Any]:
        """Always nothing."""
        return []

    def eth_getStorageAt(self, _account: str, _slot: str, _block: str = "latest") -> str:
        """Always zero."""
        return ZERO_HASH

    def eth_getBlockByNumber(self, number: str, _full: bool = False) -> dict[str, Any]:
        """A stub: zero hashes, now, no transactions."""
        shown = number if number.startswith("0x") else hex(self.w3.eth.block_number)
        return {
            "number": shown,
            "hash": ZERO_HASH,
            "parentHash": ZERO_HASH,
            "timestamp": hex(int(time.time())),
            "transactions": [],
            "gasLimit": hex(BLOCK_GAS),
            "gasUsed": "0x0",
            "miner": "0x" + "00" * 20,
            "difficulty": "0x0",
            "totalDifficulty": "0x0",
            "size": "0x0",
            "nonce": "0x0000000000000000",
            "extraData": "0x",
            "logsBloom": "0x" + "00" * 256,
            "sha3Uncles": ZERO_HASH,
            "stateRoot": ZERO_HASH,
            "transactionsRoot": ZERO_HASH,
            "receiptsRoot": ZERO_HASH,
            "uncles": [],
        }

    def eth_call(self, request: dict[str, Any], _block: str = "latest") -> str:
        """At most 1M gas unless told otherwise; any revert is an empty answer."""
        asked, sender = self._transaction(request, CALL_GAS), request.get("from")
        try:
            if sender and localchain.is_embedded(self.w3) and not self.w3.eth.get_balance(asked["from"]):
                return "0x" + call_without_coin(self.w3, sender, asked["to"], bytes.fromhex(asked["data"][2:]), asked["gas"]).hex()
            return HexBytes(self._ask("eth_call", asked, "latest")).to_0x_hex()
        except Exception:
            return "0x"

    def eth_estimateGas(self, request: dict[str, Any], _block: str = "latest") -> str:
        """Execution only, no constructor, no failure."""
        data = bytes.fromhex(str(request.get("data") or request.get("input") or "0x").removeprefix("0x"))
        if not request.get("to"):
            return hex(21_000 + 16 * len(data))
        try:
            return self._quantity("eth_estimateGas", self._transaction(request, BLOCK_GAS - 1))
        except Exception:
            return hex(21_000)

    def eth_sendRawTransaction(self, raw_hex: str) -> str:
        """Decode any type, keep what the mempool accepts, execute only type 0."""
        raw = bytes.fromhex(raw_hex.removeprefix("0x"))
        if len(raw) > MAX_BYTES:
            raise RpcError(-32000, "transaction too large")
        tx_hash = "0x" + keccak(raw).hex()
        if raw in self._mempool or raw in self.raw_sent:
            raise RpcError(-32000, "transaction already known")
        if raw[0] < 0xC0:
            self.raw_sent.append(raw)
            self._fail(tx_hash)
            return tx_hash
        nonce, price, gas, _to, _value, data, v, _r, _s = rlp.decode(raw)
        sender = Account.recover_transaction(raw)
        if int.from_bytes(v, "big") not in (self.chain_id * 2 + 35, self.chain_id * 2 + 36):
            raise RpcError(-32000, f"invalid chain id, expected {self.chain_id}")
        if int.from_bytes(price, "big") < GWEI:
            raise RpcError(-32000, f"gas price too low: minimum {GWEI}")
        if int.from_bytes(gas, "big") < 21_000 + 68 * len(data):
            raise RpcError(-32000, "intrinsic gas too low")
        if int.from_bytes(gas, "big") > BLOCK_GAS:
            raise RpcError(-32000, "exceeds block gas limit")
        if self._held_by(sender) >= MAX_PENDING:
            raise RpcError(-32000, "too many pending transactions")
        if int.from_bytes(nonce, "big") < self.w3.eth.get_transaction_count(sender):
            raise RpcError(-32000, "nonce too low")
        self.raw_sent.append(raw)
        if self.hold:
            self._mempool.append(raw)
        else:
            self._execute(raw)
        return tx_hash

    def eth_getTransactionReceipt(self, tx_hash: str) -> dict[str, Any] | None:
        """While pending: status 1 in block 0. Mined: logs with address, topics and data only."""
        pending = {"transactionHash": tx_hash, "status": "0x1", "blockNumber": "0x0", "blockHash": ZERO_HASH, "gasUsed": "0x0", "logs": []}
        pending |= {"transactionIndex": "0x0", "cumulativeGasUsed": "0x0", "contractAddress": None, "logsBloom": "0x", "type": "0x0"}
        if any("0x" + keccak(raw).hex() == tx_hash for raw in self._mempool):
            return pending
        if tx_hash in self._failed:
            receipt = {**pending, "status": "0x0", "blockNumber": hex(self._failed[tx_hash]), "gasUsed": hex(21_000)}
        else:
            try:
                mined = self.w3.eth.get_transaction_receipt(tx_hash)  # type: ignore[arg-type]
            except (TransactionNotFound, HeaderNotFound):
                return None
            receipt = {
                **pending,
                "status": hex(mined["status"]),
                "blockNumber": hex(mined["blockNumber"]),
                "gasUsed": hex(mined["gasUsed"]),
                "contractAddress": mined["contractAddress"],
                "logs": [
                    {"address": log["address"], "topics": ["0x" + bytes(one).hex() for one in log["topics"]], "data": "0x" + bytes(log["data"]).hex()}
                    for log in mined["logs"]
                ],
            }
        self._polls[tx_hash] = self._polls.get(tx_hash, 0) + 1
        return pending if self._polls[tx_hash] <= self.pending_polls else receipt

    # --- internal ---

    def _ask(self, method: str, *params: Any) -> Any:
        """What the chain answers, as it is: web3's own methods cost several times what the question does."""
        return self.w3.manager.request_blocking(RPCEndpoint(method), list(params))

    def _quantity(self, method: str, *params: Any) -> str:
        """A number; the embedded chain gives it as one."""
        answer = self._ask(method, *params)
        return answer if isinstance(answer, str) else hex(answer)

    def _held_by(self, account: str) -> int:
        return sum(Account.recover_transaction(raw).lower() == account.lower() for raw in self._mempool)

    def _execute(self, raw: bytes) -> None:
        try:
            self.w3.eth.send_raw_transaction(raw)
        except Exception:
            self._fail("0x" + keccak(raw).hex())

    def _fail(self, tx_hash: str) -> None:
        localchain.advance(self.w3, 1)
        self._failed[tx_hash] = self.w3.eth.block_number

    @staticmethod
    def _transaction(request: dict[str, Any], default_gas: int) -> dict[str, Any]:
        transaction: dict[str, Any] = {"data": request.get("data") or request.get("input") or "0x", "gas": int(str(request.get("gas") or hex(default_gas)), 16)}
        for key in ("to", "from"):
            if request.get(key):
                transaction[key] = Web3.to_checksum_address(request[key])
        return transaction


def main() -> None:
    """Serve until interrupted, with a funded first account of the embedded chain."""
    proxy = LuxtensorProxy(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    with proxy:
        print(proxy.url, flush=True)
        while True:
            time.sleep(3_600)


if __name__ == "__main__":
    main()
