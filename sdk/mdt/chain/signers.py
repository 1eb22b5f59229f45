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

    def sign_message(self, message: SignableMessage) -> bytes:
        """65 bytes r, s, v over typed data or a message."""


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

    def sign_message(self, message: SignableMessage) -> bytes:
        """65 bytes r, s, v over typed data or a message."""
        return bytes(self.account.sign_message(message).signature)


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
        from ape import networks

        # a node that was named by its address is not ape's: then any ecosystem of Ethereum's kind puts the transaction together
        provider = networks.active_provider
        ecosystem = provider.network.ecosystem if provider is not None else networks.ethereum
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

    def sign_message(self, message: SignableMessage) -> bytes:
        """65 bytes r, s, v over typed data or a message.

        Raises:
            AccountError: the account declined.
        """
        made = self.account.sign_message(message)
        if made is None:
            raise AccountError(f"the account {self.address} did not sign; unlock it or pass another with --account")
        return bytes(made.r) + bytes(made.s) + bytes([made.v])
