"""EIP-712: what a contract of the suite asks people to sign, as wallets compute it. The encoder is eth-account's; the model has its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.base import BaseAccount

from mdt.crypto.keccak import checksum, keccak

Fields = list[dict[str, str]]

DOMAIN_FIELDS: Fields = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]


def fields(**kinds: str) -> Fields:
    """A struct's fields in order: `fields(height="uint256", blockHash="bytes32")`."""
    return [{"name": name, "type": kind} for name, kind in kinds.items()]


@dataclass(frozen=True)
class Message:
    """A struct that is signed.

    Attributes:
        kind: Its name.
        types: Its fields and those of every struct inside it, by name.
        values: Its values by field.
    """

    kind: str
    types: dict[str, Fields]
    values: dict[str, Any]


@dataclass(frozen=True)
class Domain:
    """Where a signature counts: one contract on one chain. On another chain or for another contract it recovers to somebody else.

    Attributes:
        contract: Its address, in any case.
    """

    name: str
    version: str
    chain_id: int
    contract: str

    def typed_data(self, message: Message) -> dict[str, Any]:
        """A message as `eth_signTypedData_v4` takes it, for wallets and hardware signers."""
        domain = {"name": self.name, "version": self.version, "chainId": self.chain_id, "verifyingContract": checksum(self.contract)}
        return {"types": {"EIP712Domain": DOMAIN_FIELDS, **message.types}, "primaryType": message.kind, "domain": domain, "message": message.values}

    def signable(self, message: Message) -> SignableMessage:
        """A message as `sign_message` of eth-account and ape accounts takes it."""
        return encode_typed_data(full_message=self.typed_data(message))

    def digest(self, message: Message) -> bytes:
        """The 32 bytes that are signed."""
        made = self.signable(message)
        return keccak(b"\x19" + made.version + made.header + made.body)

    def sign(self, message: Message, account: BaseAccount | str | bytes) -> bytes:
        """65 bytes r, s, v by an account of eth-account or a private key."""
        signer: Any = Account.from_key(account) if isinstance(account, (str, bytes)) else account
        return bytes(signer.sign_message(self.signable(message)).signature)
