"""Accounts that sign transactions: a key held in this process, or any account of ape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

from eth_account.messages import SignableMessage
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3.types import TxParams

from mdt.errors import AccountError


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


def sign_typed(account: Any, message: SignableMessage) -> bytes:
    """An account of ape signs typed data: 65 bytes r, s, v.

    Raises:
        AccountError: the account declined.
    """
    made = account.sign_message(message)
    if made is None:
        raise AccountError(f"the account {account.address} did not sign; unlock it or pass another with --account")
    return bytes(made.r) + bytes(made.s) + bytes([made.v])
