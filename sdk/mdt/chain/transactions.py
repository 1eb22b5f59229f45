"""Talking to a chain: calls, and transactions that are signed once, sent as type 0, and counted only when really mined.

Everything here also holds on Luxtensor, whose nodes answer less than other chains do (`docs/reference/luxtensor.md`):
an empty answer is an error, a receipt counts once its block number is positive and not above the head, gas is computed
with floors of our own, and nothing reads logs, storage slots or block headers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from eth_typing import ChecksumAddress, HexStr
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3 import Web3
from web3.exceptions import TransactionNotFound, Web3Exception
from web3.types import TxParams

from mdt.chain.node_errors import is_known, translated
from mdt.chain.policy import BASE_GAS, GAS_PER_CALLDATA_BYTE, Policy, deploy_gas
from mdt.chain.signers import Signer
from mdt.errors import AccountError, ChainError, EmptyAnswerError, RevertError, UnconfirmedError, WrongChainError

Progress = Callable[[str], None]
LOCAL_NODES = ("anvil", "hardhat", "ethereumtester")


def silent(_message: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class SignedTransaction:
    """What is written down before a transaction is sent: enough to look it up, and to send the very same one again."""

    tx_hash: str
    raw: str
    sender: str
    nonce: int


OnSigned = Callable[[SignedTransaction], None]


@dataclass(frozen=True)
class Receipt:
    """A mined, successful transaction."""

    tx_hash: str
    block_number: int
    gas_used: int
    contract_address: ChecksumAddress | None
    logs: list[dict[str, Any]] = field(repr=False)


@dataclass
class Chain:
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

    tries_before_sending: ClassVar[bool] = True
    """Whether a function that returns something is tried as a call first, because nodes that hide reverts would let it fail for money."""

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
        """`eth_call` at the newest block."""
        return bytes(self.w3.eth.call(request, "latest"))

    def _enough_gas(self, request: TxParams, floor: int, cap: int, what: str) -> int:
        """The gas limit of a transaction: the node's estimate with a margin, at least `floor` and at most a block's `cap`."""
        with self.asking(what):
            estimate = int(self.w3.eth.estimate_gas(request))
        limit = max(estimate * self.policy.gas_margin_percent // 100, floor)
        if min(estimate, floor) > cap or ("to" in request and floor > cap):
            raise ChainError(f"{what}: needs {max(estimate, floor)} gas, a block holds {cap}: make the batch smaller")
        return min(limit, cap)

    # --- reading ---

    def check(self) -> None:
        """Make sure that the node answers and serves the expected chain.

        Raises:
            NodeError: no answer.
            WrongChainError: another chain.
        """
        with self.asking("asking for the chain id"):
            actual = int(self.w3.eth.chain_id)
        if actual != self.chain_id:
            raise WrongChainError(f"the node serves chain id {actual}, expected {self.chain_id}: check --network and the node's address; nothing was signed")

    def head(self) -> int:
        """The number of the newest block."""
        with self.asking("asking for the head"):
            return int(self.w3.eth.block_number)

    def header(self, number: int) -> int | None:
        """The timestamp of a block, or None where the node answers with a stub instead of a header."""
        with self.asking(f"asking for block {number}"):
            block = cast(dict[str, Any], self.w3.eth.get_block(number))
        return int(block["timestamp"]) if any(bytes(block.get("hash") or b"")) else None

    def balance(self, account: str) -> int:
        """Native balance in wei, for gas."""
        with self.asking("asking for a balance"):
            return int(self.w3.eth.get_balance(to_checksum_address(account)))

    def transaction_count(self, account: str) -> int:
        """How many transactions of an account are mined: the number of its next one."""
        with self.asking("asking for the number of transactions"):
            return int(self.w3.eth.get_transaction_count(to_checksum_address(account), "latest"))

    def code(self, account: str) -> bytes:
        """The code at an address, empty for an account."""
        with self.asking("asking for code"):
            return bytes(self.w3.eth.get_code(to_checksum_address(account)))

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

    # --- sending ---

    def prepare(self, signer: Signer, to: str | None, data: bytes, what: str, gas: int | None = None) -> TxParams:
        """The transaction that `send` would sign: checked chain, nonce, price and limit.

        Raises:
            WrongChainError: another chain.
            RevertError: the estimate shows that the transaction would be refused.
            AccountError: the account cannot pay for the gas.
        """
        self.check()
        price, balance = self.gas_price(), self.balance(signer.address)
        self._require_funds(signer.address, balance, gas or BASE_GAS + GAS_PER_CALLDATA_BYTE * len(data), price, what)
        limit = self._gas_limit(signer.address, to, data, what) if gas is None else gas
        self._require_funds(signer.address, balance, limit, price, what)
        with self.asking(f"{what}: asking for the nonce"):
            nonce = int(self.w3.eth.get_transaction_count(signer.address, "latest"))
        transaction: TxParams = {
            "chainId": self.chain_id,
            "nonce": cast(Any, nonce),
            "gasPrice": cast(Any, price),
            "gas": limit,
            "value": cast(Any, 0),
            "data": HexStr("0x" + data.hex()),
        }
        if to is not None:
            transaction["to"] = to_checksum_address(to)
        return transaction

    def send(
        self,
        signer: Signer,
        to: str | None,
        data: bytes,
        what: str,
        gas: int | None = None,
        on_signed: OnSigned | None = None,
    ) -> Receipt:
        """Sign a type-0 transaction, send it and wait until it is mined.

        `on_signed` runs after signing and before sending, so that a caller who dies in between can pick the transaction up again.

        Args:
            signer: Who signs and pays.
            to: The contract, or None to create one.
            data: Calldata or initcode.
            what: A few words for errors and progress.
            gas: A limit of the caller's own instead of the computed one.
            on_signed: Called with the signed transaction.

        Raises:
            RevertError: refused, before or after mining.
            UnconfirmedError: sent, but not mined in time.
            ChainError: anything else, in words.
        """
        transaction = self.prepare(signer, to, data, what, gas)
        raw = signer.sign(transaction)
        if raw[0] < 0xC0:
            raise AccountError(f"{what}: the account {signer.address} signed a typed transaction; only type 0 is accepted everywhere: use another account")
        signed = SignedTransaction("0x" + keccak(raw).hex(), "0x" + raw.hex(), signer.address, int(transaction["nonce"]))
        if on_signed is not None:
            on_signed(signed)
        self.broadcast(signed, what)
        try:
            return self.wait(signed.tx_hash, what)
        except RevertError as error:
            if error.reason is None:
                raise self._with_reason(error, signer.address, to, data, what) from error
            raise

    def broadcast(self, signed: SignedTransaction, what: str) -> None:
        """Hand a signed transaction to the node; being known there already is fine."""
        self.progress(f"{what}: sending {signed.tx_hash}")
        try:
            with self.asking(f"{what}: sending"):
                self.w3.eth.send_raw_transaction(HexStr(signed.raw))
        except (ChainError, Web3Exception) as error:
            if self._find(signed.tx_hash) is None and not is_known(str(error)):
                raise

    def wait(self, tx_hash: str, what: str) -> Receipt:
        """Poll until the transaction is mined: its receipt has a block number above 0 and not above the head.

        Raises:
            RevertError: mined with status 0.
            UnconfirmedError: not mined within the policy's time-out.
        """
        deadline = time.monotonic() + self.policy.timeout_seconds
        pause, shown = 0.05, False
        while True:
            receipt = self._find(tx_hash)
            if receipt is not None:
                return self._accept(receipt, tx_hash, what)
            if time.monotonic() >= deadline:
                raise UnconfirmedError(
                    f"{what}: {tx_hash} is not mined after {self.policy.timeout_seconds:g} s, but may still be:"
                    " run the same command again, it is looked up before anything is sent",
                    tx_hash,
                )
            if not shown:
                self.progress(f"{what}: waiting for {tx_hash}")
                shown = True
            time.sleep(min(pause, self.policy.poll_seconds))
            pause *= 2

    def resume(self, signed: SignedTransaction, what: str) -> Receipt | None:
        """Finish a transaction that was signed by an earlier run: look it up, send the same bytes again if nobody knows it.

        Returns:
            The receipt, or None when its nonce went to another transaction, so that it can never be mined.
        """
        self.check()
        receipt = self._find(signed.tx_hash)
        if receipt is not None:
            return self._accept(receipt, signed.tx_hash, what)
        with self.asking(f"{what}: asking for the nonce"):
            nonce = int(self.w3.eth.get_transaction_count(to_checksum_address(signed.sender), "latest"))
        if nonce > signed.nonce:
            receipt = self._find(signed.tx_hash)
            return None if receipt is None else self._accept(receipt, signed.tx_hash, what)
        self.broadcast(signed, what)
        return self.wait(signed.tx_hash, what)

    def receipt(self, tx_hash: str, what: str) -> Receipt | None:
        """The receipt of a transaction that somebody has sent, or None while it is not mined.

        Raises:
            RevertError: mined with status 0.
        """
        self.check()
        found = self._find(tx_hash)
        return None if found is None else self._accept(found, tx_hash, what)

    def gas_price(self) -> int:
        """The node's price in wei, and at least the policy's minimum."""
        with self.asking("asking for the gas price"):
            return max(self.policy.min_gas_price, int(self.w3.eth.gas_price))

    # --- internal ---

    @staticmethod
    def _require_funds(account: str, balance: int, gas: int, price: int, what: str) -> None:
        if balance < gas * price:
            raise AccountError(
                f"{what}: {account} holds {balance} wei of the native coin, {gas} gas at {price} wei needs {gas * price}: send it some, or use another account"
            )

    def _gas_limit(self, sender: str, to: str | None, data: bytes, what: str) -> int:
        floor = BASE_GAS + GAS_PER_CALLDATA_BYTE * len(data)
        if to is None:
            floor = max(floor, deploy_gas(data, self.policy))
        request: TxParams = {"from": to_checksum_address(sender), "data": HexStr("0x" + data.hex())}
        if to is not None:
            request["to"] = to_checksum_address(to)
        return self._enough_gas(request, floor, self._block_gas_limit(), what)

    def _block_gas_limit(self) -> int:
        """The head's gas limit where the node tells it, else the policy's figure."""
        try:
            with self.asking("asking for the gas limit"):
                block = cast(dict[str, Any], self.w3.eth.get_block("latest"))
            limit, block_hash = int(block.get("gasLimit") or 0), bytes(block.get("hash") or b"")
        except ChainError:
            return self.policy.block_gas_limit
        return limit if limit and any(block_hash) else self.policy.block_gas_limit

    def _find(self, tx_hash: str) -> dict[str, Any] | None:
        """The receipt of a mined transaction; a pending one can show a receipt with block number 0, which is none."""
        try:
            with self.asking("asking for a receipt"):
                receipt = dict(cast(dict[str, Any], self.w3.eth.get_transaction_receipt(HexStr(tx_hash))))
        except TransactionNotFound:
            return None
        number = receipt.get("blockNumber")
        if number is None or not 0 < int(number) <= self.head():
            return None
        return receipt

    def _accept(self, receipt: dict[str, Any], tx_hash: str, what: str) -> Receipt:
        if int(receipt.get("status", 0)) != 1:
            raise RevertError(f"{what}: {tx_hash} was mined in block {int(receipt['blockNumber'])} and reverted")
        address = receipt.get("contractAddress")
        return Receipt(
            tx_hash=tx_hash,
            block_number=int(receipt["blockNumber"]),
            gas_used=int(receipt.get("gasUsed", 0)),
            contract_address=to_checksum_address(address) if address else None,
            logs=[dict(log) for log in receipt.get("logs", [])],
        )

    def _with_reason(self, error: RevertError, sender: str, to: str | None, data: bytes, what: str) -> RevertError:
        """Ask the node why, by repeating the transaction as a call."""
        if to is not None:
            try:
                self.raw_call(to, data, what, sender, may_be_empty=True)
            except RevertError as replay:
                return RevertError(f"{error}: {replay.reason or 'no reason given'}", replay.reason)
            except ChainError:
                pass
        return RevertError(f"{error}; the node gives no reason: compare the contract's state with what the call needs, or replay it on a local copy")
