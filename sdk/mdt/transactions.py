"""Talking to a chain: typed calls, and transactions that are signed once, sent as type 0, and counted only when really mined.

Everything here also holds on Luxtensor, whose nodes answer less than other chains do (`docs/integrator-guide.md`):
an empty answer is an error, a receipt counts once its block number is positive and not above the head, gas is computed
with floors of our own, and nothing reads logs, storage slots or block headers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import requests
from eth.exceptions import HeaderNotFound
from eth_account.signers.local import LocalAccount
from eth_tester.exceptions import TransactionFailed  # type: ignore[import-untyped]
from eth_typing import ChecksumAddress, HexStr
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError
from web3 import Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3Exception, Web3RPCError
from web3.types import TxParams

from mdt import abi as abilib
from mdt import localchain
from mdt.abi import Abi, Event
from mdt.errors import (
    AccountError,
    ChainError,
    EmptyAnswerError,
    NodeError,
    RevertError,
    UnconfirmedError,
    WrongChainError,
)

GWEI = 10**9
BASE_GAS = 21_000
GAS_PER_CALLDATA_BYTE = 68
"""Luxtensor's mempool wants at least 21000 + 68 per byte, whatever the estimate says."""
CREATE_GAS = 32_000
GAS_PER_CODE_BYTE = 200
GAS_PER_INITCODE_BYTE = 17
"""16 for a non-zero byte of data, rounded up by the per-word price of initcode."""


@dataclass(frozen=True)
class Policy:
    """How transactions are priced and waited for."""

    min_gas_price: int = GWEI
    gas_margin_percent: int = 130
    constructor_gas: int = 1_500_000
    block_gas_limit: int = 10_000_000
    """Used when the node does not tell: the smallest genesis limit of Luxtensor's networks."""
    simulation_gas: int = 8_000_000
    """For trying a transaction as a call: above the 1M that a Luxtensor node grants by default."""
    poll_seconds: float = 1.0
    timeout_seconds: float = 180.0


Progress = Callable[[str], None]


def _silent(_message: str) -> None:
    """Show nothing."""


class Signer(Protocol):
    """An account that signs type-0 transactions."""

    @property
    def address(self) -> ChecksumAddress:
        """Who signs."""

    def sign(self, transaction: TxParams) -> bytes:
        """The raw signed transaction."""


@dataclass(frozen=True)
class LocalSigner:
    """A key held in this process (eth-account)."""

    account: LocalAccount

    @property
    def address(self) -> ChecksumAddress:
        """Who signs."""
        return self.account.address

    def sign(self, transaction: TxParams) -> bytes:
        """Sign as EIP-155 legacy transaction."""
        return bytes(self.account.sign_transaction(cast(dict[str, Any], transaction)).raw_transaction)


@dataclass(frozen=True)
class ApeSigner:
    """An account of ape: test account, keyfile or hardware wallet."""

    account: Any

    @property
    def address(self) -> ChecksumAddress:
        """Who signs."""
        return to_checksum_address(str(self.account.address))

    def sign(self, transaction: TxParams) -> bytes:
        """Sign through ape, which asks for the passphrase or the device.

        Raises:
            AccountError: the account declined.
        """
        ecosystem = self.account.provider.network.ecosystem
        fields: dict[str, Any] = {
            "type": 0,
            "chainId": transaction["chainId"],
            "nonce": transaction["nonce"],
            "gasPrice": transaction["gasPrice"],
            "gas": transaction["gas"],
            "value": transaction["value"],
            "data": transaction["data"],
            "from": self.address,
        }
        if "to" in transaction:
            fields["to"] = transaction["to"]
        signed = self.account.sign_transaction(ecosystem.create_transaction(**fields))
        if signed is None or signed.signature is None:
            raise AccountError(f"the account {self.address} did not sign; unlock it or pass another with --account")
        return bytes(signed.serialize_transaction())


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
    progress: Progress = _silent

    # --- reading ---

    def check(self) -> None:
        """Make sure that the node answers and serves the expected chain.

        Raises:
            NodeError: no answer.
            WrongChainError: another chain.
        """
        with _translated("asking for the chain id"):
            actual = int(self.w3.eth.chain_id)
        if actual != self.chain_id:
            raise WrongChainError(f"the node serves chain id {actual}, expected {self.chain_id}: check --network and the node's address; nothing was signed")

    def head(self) -> int:
        """The number of the newest block."""
        with _translated("asking for the head"):
            return int(self.w3.eth.block_number)

    def header(self, number: int) -> int | None:
        """The timestamp of a block, or None where the node answers with a stub instead of a header."""
        with _translated(f"asking for block {number}"):
            block = cast(dict[str, Any], self.w3.eth.get_block(number))
        return int(block["timestamp"]) if any(bytes(block.get("hash") or b"")) else None

    def balance(self, account: str) -> int:
        """Native balance in wei, for gas."""
        with _translated("asking for a balance"):
            return int(self.w3.eth.get_balance(to_checksum_address(account)))

    def code(self, account: str) -> bytes:
        """The code at an address, empty for an account."""
        with _translated("asking for code"):
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
        with _translated(what):
            answer = bytes(self.w3.eth.call(request, "latest"))
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
        with _translated(f"{what}: asking for the nonce"):
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
            with _translated(f"{what}: sending"):
                self.w3.eth.send_raw_transaction(HexStr(signed.raw))
        except (ChainError, Web3Exception) as error:
            if self._find(signed.tx_hash) is None and not _is_known(str(error)):
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
        with _translated(f"{what}: asking for the nonce"):
            nonce = int(self.w3.eth.get_transaction_count(to_checksum_address(signed.sender), "latest"))
        if nonce > signed.nonce:
            receipt = self._find(signed.tx_hash)
            return None if receipt is None else self._accept(receipt, signed.tx_hash, what)
        self.broadcast(signed, what)
        return self.wait(signed.tx_hash, what)

    def gas_price(self) -> int:
        """The node's price in wei, and at least the policy's minimum."""
        with _translated("asking for the gas price"):
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
        cap = self._block_gas_limit()
        with _translated(what):
            if localchain.eth_tester_of(self.w3) is not None:
                # py-evm estimates by a dozen trials; one call tells as well whether it would be refused, and gas is free here
                if to is not None:
                    self.w3.eth.call(request, "latest")
                return max(cap // 2, min(floor, cap))
            estimate = int(self.w3.eth.estimate_gas(request))
        limit = max(estimate * self.policy.gas_margin_percent // 100, floor)
        if min(estimate, floor) > cap or (to is not None and floor > cap):
            raise ChainError(f"{what}: needs {max(estimate, floor)} gas, a block holds {cap}: make the batch smaller")
        return min(limit, cap)

    def _block_gas_limit(self) -> int:
        """The head's gas limit where the node tells it, else the policy's figure."""
        try:
            with _translated("asking for the gas limit"):
                block = cast(dict[str, Any], self.w3.eth.get_block("latest"))
            limit, block_hash = int(block.get("gasLimit") or 0), bytes(block.get("hash") or b"")
        except ChainError:
            return self.policy.block_gas_limit
        return limit if limit and any(block_hash) else self.policy.block_gas_limit

    def _find(self, tx_hash: str) -> dict[str, Any] | None:
        """The receipt of a mined transaction; a pending one can show a receipt with block number 0, which is none."""
        try:
            with _translated("asking for a receipt"):
                receipt = dict(cast(dict[str, Any], self.w3.eth.get_transaction_receipt(HexStr(tx_hash))))
        except (TransactionNotFound, HeaderNotFound):  # py-evm looks through all blocks, and stops at a jump of `localchain`
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


def deploy_gas(initcode: bytes, policy: Policy) -> int:
    """Gas that certainly suffices to create a contract, for nodes whose estimate leaves out the constructor.

    The stored code is at most as long as the initcode.
    """
    size = len(initcode)
    return BASE_GAS + CREATE_GAS + (GAS_PER_INITCODE_BYTE + GAS_PER_CODE_BYTE) * size + policy.constructor_gas


@dataclass(frozen=True)
class Contract:
    """A contract by its ABI: `call` for views, `send` for transactions, events from receipts.

    Structs come back as frozen dataclasses with the ABI's field names; dataclasses, mappings and tuples are accepted for them.
    """

    chain: Chain
    address: ChecksumAddress
    abi: Abi = field(repr=False)
    name: str = "contract"

    def call(self, function: str, *arguments: Any, sender: str | None = None) -> Any:
        """The value of a view.

        Raises:
            EmptyAnswerError: the node answered nothing.
            RevertError: the contract refused.
        """
        entry = abilib.find_function(self.abi, function, len(arguments))
        what = f"{self.name}.{function}"
        answer = self.chain.raw_call(self.address, abilib.encode_call(entry, arguments), what, sender)
        return abilib.decode_result(entry, answer)

    def encode(self, function: str, *arguments: Any) -> bytes:
        """The calldata of a call."""
        return abilib.encode_call(abilib.find_function(self.abi, function, len(arguments)), arguments)

    def simulate(self, signer_address: str, function: str, *arguments: Any) -> Any:
        """What a transaction would return now, without sending it.

        A function that returns nothing answers nothing, so on nodes that hide reverts success is not proven by it.

        Raises:
            RevertError: the contract would refuse.
            EmptyAnswerError: a value was expected and nothing came back.
        """
        entry = abilib.find_function(self.abi, function, len(arguments))
        data = abilib.encode_call(entry, arguments)
        answer = self.chain.raw_call(self.address, data, f"{self.name}.{function}", signer_address, may_be_empty=not entry["outputs"])
        return abilib.decode_result(entry, answer) if entry["outputs"] else None

    def send(self, signer: Signer, function: str, *arguments: Any, gas: int | None = None, on_signed: OnSigned | None = None) -> Receipt:
        """Send a transaction and wait for it to be mined.

        A function that returns something is tried as a call first, so that on nodes that hide reverts a refusal costs nothing.
        """
        entry = abilib.find_function(self.abi, function, len(arguments))
        data, what = abilib.encode_call(entry, arguments), f"{self.name}.{function}"
        if entry["outputs"] and localchain.eth_tester_of(self.chain.w3) is None:
            self.chain.raw_call(self.address, data, what, signer.address, gas=gas or self.chain.policy.simulation_gas)
        return self.chain.send(signer, self.address, data, what, gas, on_signed)

    def events(self, receipt: Receipt, name: str | None = None) -> list[Event]:
        """This contract's events in a receipt, optionally of one name."""
        decoded = abilib.decode_logs(self.abi, self.address, receipt.logs)
        return [event for event in decoded if name in (None, event.name)]


def connect(url: str, chain_id: int, policy: Policy | None = None, progress: Progress = _silent) -> Chain:
    """A chain behind an HTTP node, checked.

    Raises:
        NodeError: nobody answers.
        WrongChainError: another chain answers.
    """
    w3 = Web3(Web3.HTTPProvider(url, request_kwargs={"timeout": 30}))
    chain = Chain(w3, chain_id, policy or Policy(), progress)
    chain.check()
    return chain


def parse_address(text: str) -> ChecksumAddress:
    """A checksummed address from what a person typed.

    Raises:
        ChainError: not an address, or a wrong checksum.
    """
    mixed = text[2:] not in (text[2:].lower(), text[2:].upper())
    if not is_address(text) or (mixed and to_checksum_address(text) != text):
        raise ChainError(f"{text!r} is not an address: 0x and 40 hex digits, with a correct checksum if the letters are mixed")
    return to_checksum_address(text)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Turn the errors of requests, web3 and eth-tester into ours."""
    try:
        yield
    except TransactionNotFound:
        raise
    except (requests.exceptions.RequestException, ConnectionError, TimeoutError) as error:
        raise NodeError(f"{what}: the node does not answer ({_short(error)}): start it, or check its address (--network ecosystem:network:URL)") from error
    except (ContractLogicError, TransactionFailed) as error:
        reason = _reason_of(error)
        words = f"refused: {reason}" if reason else "refused without a reason"
        raise RevertError(f"{what}: {words}", reason) from error
    except (Web3RPCError, Web3Exception) as error:
        reason = _reason_of(error)
        if reason is not None or "revert" in str(error).lower():
            raise RevertError(f"{what}: refused: {reason or 'no reason given'}", reason) from error
        raise NodeError(f"{what}: the node answered with an error ({_short(error)})") from error
    except (ValueError, ValidationError) as error:
        raise NodeError(f"{what}: the node answered with an error ({_short(error)})") from error


def _reason_of(error: Exception) -> str | None:
    """The contract's own words inside an error of web3 or eth-tester."""
    data = getattr(error, "data", None)
    if isinstance(data, dict):
        data = data.get("data")
    if isinstance(data, str) and data.startswith("0x"):
        reason = abilib.decode_revert(bytes.fromhex(data[2:]))
        if reason is not None:
            return reason
    for part in _flatten(error.args):
        if isinstance(part, bytes):
            reason = abilib.decode_revert(part)
            if reason is not None:
                return reason
    text = str(getattr(error, "message", None) or (error.args[0] if error.args else ""))
    for prefix in ("execution reverted: ", "VM Exception while processing transaction: revert "):
        if prefix in text:
            words = text.split(prefix, 1)[1].strip()
            return None if words in ("", "0x", "b''") else words
    return None


def _flatten(parts: Sequence[Any]) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, list | tuple):
            yield from _flatten(part)
        else:
            yield part


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text[:200] + ("..." if len(text) > 200 else "")


def _is_known(message: str) -> bool:
    lowered = message.lower()
    return any(words in lowered for words in ("already known", "already in", "known transaction", "already exists", "alreadyknown"))
