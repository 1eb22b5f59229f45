"""What is written down of a transaction before it is sent, and what is known of it once it is mined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address


@dataclass(frozen=True)
class SignedTransaction:
    """What is written down before a transaction is sent: enough to look it up, and to send the very same one again."""

    tx_hash: str
    raw: str
    sender: str
    nonce: int


OnSigned = Callable[[SignedTransaction], None]


@dataclass(frozen=True)
class Intent:
    """What a transaction does, whatever its nonce and price: two commands of one account that come to the same intent ask for the same thing.

    Attributes:
        to: The contract, checksummed, or None to create one.
        data: Calldata or initcode.
        value: Wei of the native coin that go along.
    """

    to: str | None
    data: bytes
    value: int = 0


@dataclass(frozen=True)
class Receipt:
    """A mined, successful transaction.

    Attributes:
        is_earlier: Whether an earlier run had sent it, and this one only looked it up.
        paid: Wei of the native coin for its gas, at the price in the receipt; None where the node's receipts have no price.
    """

    tx_hash: str
    block_number: int
    gas_used: int
    contract_address: ChecksumAddress | None
    logs: list[dict[str, Any]] = field(repr=False)
    is_earlier: bool = False
    paid: int | None = None


def is_success(receipt: Mapping[str, Any]) -> bool:
    """Whether a node's receipt is that of a transaction that did not revert."""
    return int(receipt.get("status") or 0) == 1


def receipt_of(receipt: Mapping[str, Any], tx_hash: str, *, is_earlier: bool = False) -> Receipt:
    """A node's receipt of a successful transaction, in our terms."""
    address, price = receipt.get("contractAddress"), receipt.get("effectiveGasPrice")
    return Receipt(
        tx_hash=tx_hash,
        block_number=int(receipt["blockNumber"]),
        gas_used=int(receipt.get("gasUsed") or 0),
        contract_address=to_checksum_address(address) if address else None,
        logs=[dict(log) for log in receipt.get("logs") or []],
        is_earlier=is_earlier,
        paid=None if price is None else int(receipt.get("gasUsed") or 0) * int(price),
    )


def replaced_words(signed: SignedTransaction) -> str:
    """A transaction whose nonce went elsewhere, and the way on."""
    return (
        f"the nonce {signed.nonce} of {signed.tx_hash} was used by a transaction that was not sent from here,"
        " perhaps the same one sped up by a wallet: look at the account's transactions, and run the command again if it is still wanted"
    )
