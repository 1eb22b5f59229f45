"""One transaction of a deployment, and the site it is made on: chain, deployer, records and compiled code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

from mdt.addresses import parse_address
from mdt.chain import abi as abilib
from mdt.chain.abi import Abi, AbiEntry
from mdt.chain.contract import Contract
from mdt.chain.signers import Signer
from mdt.chain.transactions import Chain, OnSigned, Receipt
from mdt.deploy.compiled import Artifact
from mdt.deploy.parts import EVERY_PART, Given
from mdt.errors import DeploymentError, EmptyAnswerError
from mdt.files import readable
from mdt.names import SOURCES, kind_of_contract
from mdt.preset.settings import Settings
from mdt.suite.records import ContractRecord, Folder, NetworkRecord
from mdt.suite.tokens import ERC20, ERC20_ABI

AS_SENT = "as its transaction has it"


@dataclass(frozen=True)
class Step:
    """One transaction of the plan.

    Attributes:
        name: Stable; the key in `network.json`.
        action: What is called, for people.
        arguments: Names and values, as they would be sent now, as far as they are known.
        is_done: Read from the chain.
        send: Signs, sends and waits.
        record: Notes what the mined transaction created.
        inputs: What the ABI says of the arguments.
        weight: How many things it makes: what its gas grows with.
        asked: Places of the arguments that are asked of the chain when it is sent: nobody can tell them afterwards.
        is_anybodys: Whether others may do some of it first, so that what was refused may be sent again with what is left.
    """

    name: str
    action: str
    arguments: Callable[[], list[tuple[str, Any]]]
    is_done: Callable[[], bool]
    send: Callable[[OnSigned], Receipt]
    inputs: Sequence[AbiEntry]
    record: Callable[[Receipt], None] = field(default=lambda _receipt: None)
    weight: int = 1
    asked: frozenset[int] = frozenset()
    is_anybodys: bool = False

    def settled(self) -> list[tuple[str, Any]]:
        """The arguments of a step that is done: those that the chain would answer otherwise today are not asked again."""
        return [(name, AS_SENT if place in self.asked else value) for place, (name, value) in enumerate(self.arguments())]


class NotDeployedError(EmptyAnswerError):
    """A step asks for a contract that is not there yet."""


@dataclass(frozen=True)
class Site:
    """Where a network's contracts are built, and with what.

    Attributes:
        chain: Where the contracts go.
        signer: The deployer.
        folder: Where the contracts that are there are looked up, and new ones are noted.
        artifacts: What was compiled, by contract.
        settings: The preset.
        record: What the deployment was started with.
        changed: Arguments of constructors that are not the deployment's, by contract and by name without the underscore.
    """

    chain: Chain
    signer: Signer
    folder: Folder
    artifacts: Mapping[str, Artifact]
    settings: Settings
    record: NetworkRecord
    changed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    # --- the contracts ---

    def contract(self, name: str) -> Contract:
        """A contract of the suite, a market beside it, or somebody else's token as `ERC20@0x...`.

        Raises:
            NotDeployedError: it is not there yet.
        """
        _, _, address = name.partition("@")
        found = None if address else self.folder.find(name)
        if not address and found is None:
            raise NotDeployedError(name)
        return Contract(self.chain, parse_address(address or found.address), self.abi(name), name)  # type: ignore[union-attr]

    def abi(self, name: str) -> Abi:
        """What such a contract can be asked."""
        kind = kind_of_contract(name)
        return ERC20_ABI if kind == ERC20 else self.artifacts[kind].abi

    def address(self, name: str) -> str:
        """Of a contract of the suite.

        Raises:
            NotDeployedError: it is not there yet.
        """
        return str(self.contract(name).address)

    # --- kinds of steps ---

    def creation(self, name: str) -> Step:
        """The step that puts a contract there."""
        artifact = self.artifacts[kind_of_contract(name)]
        inputs = abilib.constructor_inputs(artifact.abi)

        def encoded() -> bytes:
            return abilib.encode_constructor(artifact.abi, [value for _, value in self.values(name)])

        def is_done() -> bool:
            found = self.folder.find(name)
            if found is None:
                return False
            code = self.chain.code(found.address)
            if not code:
                raise DeploymentError(f"{name} has no code at {found.address}: the node lost it; set the records aside with --fresh and deploy anew")
            if not code.startswith(artifact.runtime):
                raise DeploymentError(
                    f"{name} at {found.address} runs other code than the sources compile to: check out the version that deployed it, or use --fresh"
                )
            return True

        def send(on_signed: OnSigned) -> Receipt:
            return self.chain.send(self.signer, None, artifact.bytecode + encoded(), f"deploy {name}", on_signed=on_signed)

        def record(receipt: Receipt) -> None:
            if receipt.contract_address is None:
                raise DeploymentError(f"deploy {name}: the receipt of {receipt.tx_hash} names no contract")
            values = [value for _, value in self.values(name)]
            self.folder.save(
                ContractRecord(
                    name=name,
                    address=receipt.contract_address,
                    tx_hash=receipt.tx_hash,
                    block_number=receipt.block_number,
                    constructor=[{"name": item["name"], "type": item["type"], "value": readable(value)} for item, value in zip(inputs, values, strict=True)],
                    constructor_encoded="0x" + encoded().hex(),
                    code_hash="0x" + keccak(self.chain.code(receipt.contract_address)).hex(),
                    bytecode_hash="0x" + keccak(artifact.bytecode).hex(),
                    compiler=artifact.compiler,
                    source_hash=artifact.source_hash,
                    abi=artifact.abi,
                )
            )

        return Step(f"deploy {name}", f"create {name}", lambda: self._shown(name), is_done, send, inputs, record)

    def _shown(self, name: str) -> list[tuple[str, Any]]:
        try:
            return self.values(name)
        except NotDeployedError:
            return self.values(name, placeholders=True)

    def call_step(self, step: str, name: str, function: str, arguments: list[Any], is_done: Callable[[], bool], weight: int = 1) -> Step:
        """A call whose "@Name" arguments are addresses of the suite, and whose callable ones are asked when it is sent."""
        entry = abilib.find_function(self.abi(name), function, len(arguments))

        def resolved() -> list[Any]:
            return [self._resolve(argument() if callable(argument) else argument) for argument in arguments]

        def shown() -> list[tuple[str, Any]]:
            values = []
            for argument in arguments:
                try:
                    values.append(self._resolve(argument() if callable(argument) else argument, placeholders=True))
                except NotDeployedError:
                    values.append("read from the chain when it is reached")
            return list(zip((item["name"] for item in entry["inputs"]), values, strict=True))

        def send(on_signed: OnSigned) -> Receipt:
            return self.contract(name).send(self.signer, function, *resolved(), on_signed=on_signed)

        asked = frozenset(place for place, argument in enumerate(arguments) if callable(argument))
        return Step(step, f"{name}.{function}", shown, is_done, send, entry["inputs"], weight=weight, asked=asked)

    def _resolve(self, value: Any, *, placeholders: bool = False) -> Any:
        if isinstance(value, list):
            return [self._resolve(item, placeholders=placeholders) for item in value]
        if isinstance(value, dict):
            return {key: self._resolve(item, placeholders=placeholders) for key, item in value.items()}
        if isinstance(value, str) and value.startswith("@"):
            if placeholders and "@" not in value[1:] and self.folder.find(value[1:]) is None:
                return f"<{value[1:]}>"
            return self.address(value[1:])
        return value

    def values(self, name: str, *, placeholders: bool = False) -> list[tuple[str, Any]]:
        """The constructor's arguments by name, in order.

        Raises:
            DeploymentError: the table of parts does not know this constructor.
        """
        given = Given(self.settings, self.record, lambda other: self._resolve(f"@{other}", placeholders=placeholders))
        changed = {key: self._resolve(value, placeholders=placeholders) for key, value in self.changed.get(name, {}).items()}
        values = EVERY_PART[kind_of_contract(name)].arguments(given, **changed)
        expected = [item["name"] for item in abilib.constructor_inputs(self.abi(name))]
        if list(values) != expected:
            raise DeploymentError(
                f"{name}'s constructor takes {', '.join(expected)}; this version passes {', '.join(values)}: sources and tools do not belong together"
            )
        return list(values.items())


def at(recipient: str) -> str:
    """A recipient as the steps' arguments have it: a contract by "@Name"."""
    return f"@{recipient}" if recipient in SOURCES else recipient
