"""A node, read: calls, heads, balances, nonces and receipts, with its errors in our words.

Everything here also holds on Luxtensor, whose nodes answer less than other chains do (`docs/reference/luxtensor.md`): an empty answer is an
error, a receipt counts once its block number is positive and not above the head, and nothing reads logs, storage slots or block headers.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from eth_typing import HexStr
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3 import Web3
from web3._utils.error_formatters_utils import raise_contract_logic_error_on_revert
from web3.exceptions import BlockNotFound, TransactionNotFound
from web3.types import RPCEndpoint, TxParams

from mdt.chain.node_errors import translated
from mdt.chain.policy import Policy
from mdt.errors import ChainError, EmptyAnswerError, NodeError, WrongChainError

Progress = Callable[[str], None]
LOCAL_NODES = ("anvil", "hardhat", "ethereumtester")


def silent(_message: str) -> None:
    """Show nothing."""


@dataclass
class Node:
    """A node and the chain it is expected to serve.

    Attributes:
        w3: Any web3 provider: HTTP, ape's `provider.web3`, or the embedded chain.
        chain_id: The chain everything is signed for; checked against the node before each signature.
        policy: Prices and time-outs.
        progress: Called with a line whenever something slow happens.
    """

    w3: Web3
    chain_id: int
    policy: Policy = field(default_factory=Policy)
    progress: Progress = silent

    # --- what another kind of chain does differently ---

    def asking(self, what: str) -> AbstractContextManager[None]:
        """Turn the node's errors into ours, which begin with `what`."""
        return translated(what)

    @property
    def is_local(self) -> bool:
        """Whether this is a chain for tests, such as anvil, whose clock may be moved and whose block time says nothing."""
        with self.asking("asking for the node's version"):
            version = str(self.w3.client_version).lower()
        return any(name in version for name in LOCAL_NODES)

    def _call(self, request: TxParams) -> bytes:
        """`eth_call` at the newest block. A refusal is raised in web3's words; a contract that asks to look elsewhere (EIP-3668) is not followed there."""
        return bytes(HexBytes(self._ask("eth_call", request, "latest", on_error=raise_contract_logic_error_on_revert)))

    # --- questions ---

    def _ask(self, method: str, *params: Any, on_error: Callable[..., Any] | None = None) -> Any:
        """What the node answers, as it is. web3's own methods look up and apply its formatters, which costs several times what the question does."""
        return self.w3.manager.request_blocking(RPCEndpoint(method), list(params), error_formatters=on_error)

    def _number(self, method: str, *params: Any) -> int:
        """A quantity, which the embedded chain gives as a number.

        Raises:
            ValueError: the answer is a text that is no quantity.
        """
        answer = self._ask(method, *params)
        if not isinstance(answer, str):
            return int(answer)
        if not answer.startswith("0x"):
            raise ValueError(f"{answer[:20]!r} is no quantity")
        return int(answer, 16)

    # --- the chain ---

    def check(self) -> None:
        """Make sure that the node answers and serves the expected chain.

        Raises:
            NodeError: no answer.
            WrongChainError: another chain.
        """
        with self.asking("asking for the chain id"):
            actual = self._number("eth_chainId")
        if actual != self.chain_id:
            raise WrongChainError(f"the node serves chain id {actual}, expected {self.chain_id}: check --network and the node's address; nothing was signed")

    def head(self) -> int:
        """The number of the newest block."""
        with self.asking("asking for the head"):
            return self._number("eth_blockNumber")

    def header(self, number: int) -> int | None:
        """The timestamp of a block, or None where the node answers with a stub instead of a header."""
        with self.asking(f"asking for block {number}"):
            block = cast(dict[str, Any], self.w3.eth.get_block(number))
            return int(block["timestamp"]) if any(bytes(block.get("hash") or b"")) else None

    @cached_property
    def genesis(self) -> str:
        """The hash of block 0, which tells chains of one id apart; empty where the node does not tell it."""
        try:
            with self.asking("asking for block 0"):
                block = cast(dict[str, Any], self.w3.eth.get_block(0))
                found = bytes(block.get("hash") or b"")
        except ChainError as error:
            if isinstance(error.__cause__, BlockNotFound):
                return ""
            raise
        return "0x" + found.hex() if any(found) else ""

    def gas_price(self) -> int:
        """The node's price in wei, and at least the policy's minimum."""
        with self.asking("asking for the gas price"):
            return max(self.policy.min_gas_price, self._number("eth_gasPrice"))

    # --- accounts ---

    def balance(self, account: str) -> int:
        """Native balance in wei, for gas."""
        with self.asking("asking for a balance"):
            return self._number("eth_getBalance", to_checksum_address(account), "latest")

    def code(self, account: str) -> bytes:
        """The code at an address, empty for an account."""
        with self.asking("asking for code"):
            return bytes(HexBytes(self._ask("eth_getCode", to_checksum_address(account), "latest")))

    def nonce(self, account: str) -> int:
        """How many transactions of an account are mined: the first nonce that is not used."""
        with self.asking("asking for the nonce"):
            return self._number("eth_getTransactionCount", to_checksum_address(account), "latest")

    def pending_nonce(self, account: str) -> int:
        """The first nonce that is neither used nor taken by a transaction that waits in this node's mempool."""
        with self.asking("asking for the pending nonce"):
            return self._number("eth_getTransactionCount", to_checksum_address(account), "pending")

    # --- contracts and transactions ---

    def raw_call(self, to: str, data: bytes, what: str, sender: str | None = None, *, may_be_empty: bool = False, gas: int | None = None) -> bytes:
        """`eth_call`, with reverts and empty answers turned into errors.

        Raises:
            RevertError: the contract refused and the node says so.
            EmptyAnswerError: nothing came back.
            NodeError: no usable answer.
        """
        request: TxParams = {"to": to_checksum_address(to), "data": HexStr("0x" + data.hex())}
        if sender is not None:
            request["from"] = to_checksum_address(sender)
        if gas is not None:
            request["gas"] = gas
        with self.asking(what):
            answer = self._call(request)
        if not answer and not may_be_empty:
            raise EmptyAnswerError(
                f"{what}: the node answered 0x: the call would revert (this node passes on no reason), or {to} is no such contract on chain {self.chain_id}"
            )
        return answer

    def find_mined(self, tx_hash: str) -> dict[str, Any] | None:
        """The node's receipt of a mined transaction, reverted or not; a pending one can show a receipt with block number 0, which is none."""
        receipt = self._receipt(tx_hash)
        return receipt if receipt is not None and 0 < receipt["blockNumber"] <= self.head() else None

    def knows(self, tx_hash: str) -> bool:
        """Whether the node has a transaction, mined or not."""
        if self._receipt(tx_hash) is not None:
            return True
        try:
            return self.find_transaction(tx_hash) is not None
        except NodeError:
            return False  # not every node has this question; it has no receipt

    def _receipt(self, tx_hash: str) -> dict[str, Any] | None:
        """What the node shows as receipt; `blockNumber` is 0 where it says none."""
        try:
            with self.asking("asking for a receipt"):
                receipt = dict(cast(dict[str, Any], self.w3.eth.get_transaction_receipt(HexStr(tx_hash))))
                return {**receipt, "blockNumber": int(receipt.get("blockNumber") or 0)}
        except TransactionNotFound:
            return None

    def find_transaction(self, tx_hash: str) -> dict[str, Any] | None:
        """A transaction that the node knows, mined or not."""
        try:
            with self.asking("asking for a transaction"):
                return dict(cast(dict[str, Any], self.w3.eth.get_transaction(HexStr(tx_hash))))
        except TransactionNotFound:
            return None

    def block_gas_limit(self) -> int:
        """The head's gas limit where the node tells it, else the policy's figure."""
        try:
            with self.asking("asking for the gas limit"):
                block = cast(dict[str, Any], self.w3.eth.get_block("latest"))
                limit, block_hash = int(block.get("gasLimit") or 0), bytes(block.get("hash") or b"")
        except ChainError:
            return self.policy.block_gas_limit
        return limit if limit and any(block_hash) else self.policy.block_gas_limit
