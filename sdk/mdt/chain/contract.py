"""A contract by its address and ABI: typed calls, transactions and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_typing import ChecksumAddress

from mdt.chain import abi as abilib
from mdt.chain.abi import Abi, Event
from mdt.chain.signers import Signer
from mdt.chain.transactions import Chain, OnSigned, Receipt


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
        is_tried = bool(entry["outputs"]) and self.chain.tries_before_sending
        return self.chain.send(signer, self.address, data, what, gas, on_signed, is_tried=is_tried)

    def events(self, receipt: Receipt, name: str | None = None) -> list[Event]:
        """This contract's events in a receipt, optionally of one name."""
        decoded = abilib.decode_logs(self.abi, self.address, receipt.logs)
        return [event for event in decoded if name in (None, event.name)]
