"""The plan of a deployment: named steps in order, each of which knows its arguments and reads on the chain whether it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from eth_utils.crypto import keccak

from mdt import abi as abilib
from mdt.addresses import parse_address
from mdt.compiled import SOURCES, Artifact
from mdt.contract import Contract
from mdt.deploy_options import BLOCK_EMISSION, Allocation
from mdt.deploy_values import constructor_values
from mdt.deployments import ContractRecord, Folder, NetworkRecord, readable
from mdt.errors import DeploymentError, EmptyAnswerError
from mdt.model.reasons import Burn, Mint, mask
from mdt.settings import Buckets, Settings
from mdt.signers import Signer
from mdt.transactions import Chain, OnSigned, Receipt

GENESIS_WINDOW = 86_400
OWNED = tuple(name for name in SOURCES if name not in ("Validators", "StakingLens"))
"""The contracts that have an owner."""


@dataclass(frozen=True)
class Step:
    """One transaction of the plan.

    Attributes:
        name: Stable; the key in `network.json`.
        action: What is called, for people.
        arguments: Names and values, as far as they are known.
        is_done: Read from the chain.
        send: Signs, sends and waits.
        record: Notes what the mined transaction created.
    """

    name: str
    action: str
    arguments: Callable[[], list[tuple[str, Any]]]
    is_done: Callable[[], bool]
    send: Callable[[OnSigned], Receipt]
    record: Callable[[Receipt], None] = field(default=lambda _receipt: None)


class NotDeployedError(EmptyAnswerError):
    """A step asks for a contract that is not there yet."""


@dataclass(frozen=True)
class Plan:
    """The steps of one network's deployment.

    Attributes:
        chain: Where the contracts go.
        signer: The deployer.
        folder: Where the contracts that are there are looked up, and new ones are noted.
        artifacts: What was compiled, by contract.
        settings: The preset.
        genesis: Minted before the set-up is finished.
        record: What the deployment was started with.
    """

    chain: Chain
    signer: Signer
    folder: Folder
    artifacts: Mapping[str, Artifact]
    settings: Settings
    genesis: tuple[Allocation, ...]
    record: NetworkRecord

    def steps(self) -> Iterator[Step]:
        """All of them, in order."""
        for name in SOURCES:
            yield self._creation(name)
        yield self._call("wire BlockReward", "BlockReward", "set_recipient", ["@Staking"], lambda: self._reads("BlockReward", "recipient", "Staking"))
        yield self._call(
            "wire RecyclingPool", "RecyclingPool", "set_drawer", ["@EmissionController"], lambda: self._reads("RecyclingPool", "drawer", "EmissionController")
        )
        yield self._call("wire Staking", "Staking", "set_notifier", ["@EmissionController"], lambda: self._reads("Staking", "notifier", "EmissionController"))
        yield self._call("bind Validators", "Staking", "set_registry", ["@Validators"], lambda: self._reads("Staking", "registry", "Validators"))
        yield self._call("bind Slasher", "Staking", "set_slasher", ["@Slasher"], lambda: self._reads("Staking", "slasher", "Slasher"))
        yield self._call(
            "wire RewardDistributor",
            "RewardDistributor",
            "set_funder",
            ["@EmissionController"],
            lambda: self._reads("RewardDistributor", "funder", "EmissionController"),
        )
        yield self._burner("RecyclingPool", mask(Burn.TRANSACTION_FEE, Burn.DEFLATION))
        yield self._burner("Slasher", mask(Burn.SLASH))
        halving, emission = self.settings.halving, self.settings.emission
        yield from self._grant("BlockReward", Mint.BLOCK_REWARD, halving.channel_cap, halving.window_cap, halving.window)
        yield from self._grant("EmissionController", Mint.EPOCH_EMISSION, emission.channel_cap, emission.window_cap, emission.window)
        for bucket in range(len(Buckets.names())):
            yield from self._genesis(bucket)
        yield self._call("finish set-up", "MDT", "finish_setup", [], lambda: bool(self.contract("MDT").call("is_setup_finished")))
        if self.record.owner != self.record.deployer:
            for name in OWNED:
                yield self._call(f"hand over {name}", name, "transfer_ownership", [self.record.owner], self._is_handed_over(name))

    def _reads(self, name: str, getter: str, target: str) -> bool:
        return bool(self.contract(name).call(getter) == self._address(target))

    def _is_handed_over(self, name: str) -> Callable[[], bool]:
        return lambda: self.record.owner in (self.contract(name).call("pending_owner"), self.contract(name).call("owner"))

    # --- the contracts ---

    def contract(self, name: str) -> Contract:
        """A contract of the suite.

        Raises:
            NotDeployedError: it is not there yet.
        """
        found = self.folder.find(name)
        if found is None:
            raise NotDeployedError(name)
        return Contract(self.chain, parse_address(found.address), self.artifacts[name].abi, name)

    def _address(self, name: str) -> str:
        return str(self.contract(name).address)

    # --- kinds of steps ---

    def _creation(self, name: str) -> Step:
        artifact = self.artifacts[name]
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
                    constructor=[
                        {"name": item["name"], "type": item["type"], "value": readable(abilib.as_jsonable(value))}
                        for item, value in zip(inputs, values, strict=True)
                    ],
                    constructor_encoded="0x" + encoded().hex(),
                    code_hash="0x" + keccak(self.chain.code(receipt.contract_address)).hex(),
                    bytecode_hash="0x" + keccak(artifact.bytecode).hex(),
                    compiler=artifact.compiler,
                    source_hash=artifact.source_hash,
                    abi=artifact.abi,
                )
            )

        return Step(f"deploy {name}", f"create {name}", lambda: self._shown(name), is_done, send, record)

    def _shown(self, name: str) -> list[tuple[str, Any]]:
        try:
            return self.values(name)
        except NotDeployedError:
            return self.values(name, placeholders=True)

    def _call(self, step: str, name: str, function: str, arguments: list[Any], is_done: Callable[[], bool]) -> Step:
        """A call whose "@Name" arguments are addresses of the suite."""
        entry = abilib.find_function(self.artifacts[name].abi, function, len(arguments))

        def resolved() -> list[Any]:
            return [self._resolve(one() if callable(one) else one) for one in arguments]

        def shown() -> list[tuple[str, Any]]:
            values = []
            for one in arguments:
                try:
                    values.append(self._resolve(one() if callable(one) else one, placeholders=True))
                except NotDeployedError:
                    values.append("read from the chain when it is reached")
            return list(zip((item["name"] for item in entry["inputs"]), values, strict=True))

        def send(on_signed: OnSigned) -> Receipt:
            return self.contract(name).send(self.signer, function, *resolved(), on_signed=on_signed)

        return Step(step, f"{name}.{function}", shown, is_done, send)

    def _resolve(self, value: Any, *, placeholders: bool = False) -> Any:
        if isinstance(value, str) and value.startswith("@"):
            if placeholders and self.folder.find(value[1:]) is None:
                return f"<{value[1:]}>"
            return self._address(value[1:])
        return value

    def _burner(self, name: str, reasons: int) -> Step:
        def is_entitled() -> bool:
            return bool(self.contract("MDT").call("burner_reasons", self._address(name)) == reasons)

        return self._call(f"entitle {name} to burn", "MDT", "set_burner", [f"@{name}", reasons], is_entitled)

    def _grant(self, name: str, reason: Mint, lifetime_cap: int, window_cap: int, window: int) -> Iterator[Step]:
        def is_active() -> bool:
            return bool(self.contract("MDT").call("minter", self._address(name)).is_active)

        def is_proposed() -> bool:
            return is_active() or self.contract("MDT").call("proposal", self._address(name)).effective_at > 0

        arguments = [f"@{name}", BLOCK_EMISSION, 1 << reason, lifetime_cap, window_cap, window]
        yield self._call(f"propose minter {name}", "MDT", "propose_minter", arguments, is_proposed)
        yield self._call(f"grant minter {name}", "MDT", "grant_minter", [f"@{name}"], is_active)

    def _genesis(self, bucket: int) -> Iterator[Step]:
        """Mint a bucket's allocations through a grant of the deployer's own that is revoked afterwards."""
        allocations = [one for one in self.genesis if one.bucket == bucket]
        if not allocations:
            return
        name = Buckets.names()[bucket]
        deployer, total = self.signer.address, sum(one.amount for one in allocations)

        def minted() -> int:
            return int(self.contract("MDT").call("minted_by_bucket", bucket))

        def rules() -> Any:
            return self.contract("MDT").call("minter", deployer)

        def is_over() -> bool:
            return minted() >= total

        def is_active() -> bool:
            now = rules()
            return bool(now.is_active and now.bucket == bucket)

        def is_proposed() -> bool:
            waiting = self.contract("MDT").call("proposal", deployer)
            return is_over() or is_active() or (waiting.effective_at > 0 and waiting.bucket == bucket)

        def rest() -> int:
            return total - minted()

        def reached(amount: int) -> bool:
            return minted() >= amount

        def lifetime_cap() -> int:
            return int(rules().minted) + rest()

        rules_asked: list[Any] = [deployer, bucket, 1 << Mint.GENESIS, lifetime_cap, rest, GENESIS_WINDOW]
        yield self._call(f"genesis {name}: propose", "MDT", "propose_minter", rules_asked, is_proposed)
        yield self._call(f"genesis {name}: grant", "MDT", "grant_minter", [deployer], lambda: is_over() or is_active())
        through = 0
        for number, one in enumerate(allocations, 1):
            through += one.amount
            recipient = f"@{one.recipient}" if one.recipient in SOURCES else one.recipient
            arguments = [recipient, one.amount, int(Mint.GENESIS)]
            yield self._call(f"genesis {name}: mint {number}", "MDT", "mint", arguments, partial(reached, through))
        yield self._call(f"genesis {name}: revoke", "MDT", "revoke_minter", [deployer], lambda: is_over() and not is_active())

    # --- constructor values ---

    def values(self, name: str, *, placeholders: bool = False) -> list[tuple[str, Any]]:
        """The constructor's arguments by name, in order."""
        values = constructor_values(name, self.settings, self.record, lambda other: self._resolve(f"@{other}", placeholders=placeholders))
        expected = [item["name"] for item in abilib.constructor_inputs(self.artifacts[name].abi)]
        if list(values) != expected:
            raise DeploymentError(
                f"{name}'s constructor takes {', '.join(expected)}; this version passes {', '.join(values)}: sources and tools do not belong together"
            )
        return list(values.items())
