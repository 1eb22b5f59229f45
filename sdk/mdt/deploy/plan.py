"""The plan of a deployment: named steps in order, each of which knows its arguments and reads on the chain whether it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from eth_utils.crypto import keccak

from mdt.addresses import parse_address
from mdt.chain import abi as abilib
from mdt.chain import block_time
from mdt.chain.contract import Contract
from mdt.chain.signers import Signer
from mdt.chain.transactions import Chain, OnSigned, Receipt
from mdt.deploy.compiled import Artifact
from mdt.deploy.market import market_steps
from mdt.deploy.values import constructor_values
from mdt.errors import DeploymentError, EmptyAnswerError
from mdt.files import readable
from mdt.model.reasons import Burn, Mint, mask
from mdt.model.schedules import REASONS
from mdt.names import SOURCES, TIMELOCK
from mdt.preset.channel import Channel
from mdt.preset.genesis import BLOCK_EMISSION, Allocation, batches, terms, vested
from mdt.preset.settings import Buckets, Settings
from mdt.suite.records import ContractRecord, Folder, NetworkRecord
from mdt.units import when

GENESIS_WINDOW = 86_400
CREATE = "vesting: create"
"""How the steps that make schedules are called, before their number."""
OWNED = tuple(name for name in SOURCES if name not in (TIMELOCK, "Validators", "StakingLens"))
"""The contracts that have an owner; the timelock owns itself."""


WIRING = (
    ("wire BlockReward", "BlockReward", "set_recipient", "recipient", "Staking"),
    ("wire RecyclingPool", "RecyclingPool", "set_drawer", "drawer", "EmissionController"),
    ("wire Staking", "Staking", "set_notifier", "notifier", "EmissionController"),
    ("bind Validators", "Staking", "set_registry", "registry", "Validators"),
    ("bind Slasher", "Staking", "set_slasher", "slasher", "Slasher"),
    ("wire RewardDistributor", "RewardDistributor", "set_funder", "funder", "EmissionController"),
    ("wire Treasury", "Treasury", "set_vesting", "vesting", "Vesting"),
)
"""Who is told of whom: the step, the contract, the call, the getter that shows it, and who is named."""


def channels(settings: Settings) -> list[tuple[str, int, Channel]]:
    """Who mints out of the block-emission bucket in a preset: contract, mask of reasons, limits."""
    found: list[tuple[str, int, Channel]] = [
        ("BlockReward", mask(Mint.BLOCK_REWARD), settings.halving),
        ("EmissionController", mask(Mint.EPOCH_EMISSION), settings.emission),
        ("DistributionSchedules", mask(*REASONS.values()), settings.schedule_minting),
    ]
    return [one for one in found if one[2].is_minter]


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
        weight: How many things it makes: what its gas grows with.
    """

    name: str
    action: str
    arguments: Callable[[], list[tuple[str, Any]]]
    is_done: Callable[[], bool]
    send: Callable[[OnSigned], Receipt]
    record: Callable[[Receipt], None] = field(default=lambda _receipt: None)
    weight: int = 1


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
        for step, name, function, getter, target in WIRING:
            yield self.call_step(step, name, function, [f"@{target}"], partial(self._reads, name, getter, target))
        yield self.call_step(
            "let Treasury vest",
            "Vesting",
            "set_creator",
            ["@Treasury", True],
            lambda: bool(self.contract("Vesting").call("is_creator", self._address("Treasury"))),
        )
        yield self._burner("RecyclingPool", mask(Burn.TRANSACTION_FEE, Burn.DEFLATION))
        yield self._burner("Slasher", mask(Burn.SLASH))
        yield self._burner("ReservePools", mask(Burn.TRANSACTION_FEE))
        yield self._burner("FeeDesk", mask(Burn.TRANSACTION_FEE, Burn.DEFLATION, Burn.REGISTRATION))
        for name, reasons, channel in channels(self.settings):
            yield from self._grant(name, reasons, channel)
        for bucket in range(len(Buckets.names())):
            yield from self._genesis(bucket)
        yield from self._vesting()
        yield from market_steps(self)
        yield self.call_step("finish set-up", "MDT", "finish_setup", [], self.is_set_up)
        if self.record.owner == TIMELOCK:
            for name in OWNED:
                yield self.call_step(f"hand over {name}", name, "transfer_ownership", [f"@{TIMELOCK}"], partial(self._is_handed_over, name))
            targets = [f"@{name}" for name in OWNED]
            yield self.call_step("accept ownership", TIMELOCK, "accept_ownership", [targets], self._is_accepted, weight=len(OWNED))

    def is_set_up(self) -> bool:
        """Whether the token's set-up is over: for good, and after all of the genesis."""
        return bool(self.contract("MDT").call("is_setup_finished"))

    def _reads(self, name: str, getter: str, target: str) -> bool:
        return bool(self.contract(name).call(getter) == self._address(target))

    def _is_handed_over(self, name: str) -> bool:
        contract = self.contract(name)
        return bool(contract.call("owner") != self.record.deployer or contract.call("pending_owner") == self._address(TIMELOCK))

    def _is_accepted(self) -> bool:
        return all(self.contract(name).call("owner") != self.record.deployer for name in OWNED)

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

    def call_step(self, step: str, name: str, function: str, arguments: list[Any], is_done: Callable[[], bool], weight: int = 1) -> Step:
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

        return Step(step, f"{name}.{function}", shown, is_done, send, weight=weight)

    def _resolve(self, value: Any, *, placeholders: bool = False) -> Any:
        if isinstance(value, list):
            return [self._resolve(one, placeholders=placeholders) for one in value]
        if isinstance(value, dict):
            return {key: self._resolve(one, placeholders=placeholders) for key, one in value.items()}
        if isinstance(value, str) and value.startswith("@"):
            if placeholders and self.folder.find(value[1:]) is None:
                return f"<{value[1:]}>"
            return self._address(value[1:])
        return value

    def _burner(self, name: str, reasons: int) -> Step:
        def is_entitled() -> bool:
            return bool(self.contract("MDT").call("burner_reasons", self._address(name)) == reasons)

        return self.call_step(f"entitle {name} to burn", "MDT", "set_burner", [f"@{name}", reasons], is_entitled)

    def _grant(self, name: str, reasons: int, channel: Channel) -> Iterator[Step]:
        def is_active() -> bool:
            return bool(self.contract("MDT").call("minter", self._address(name)).is_active)

        def is_proposed() -> bool:
            return is_active() or self.contract("MDT").call("proposal", self._address(name)).effective_at > 0

        arguments = [f"@{name}", BLOCK_EMISSION, reasons, channel.channel_cap, channel.window_cap, channel.window]
        yield self.call_step(f"propose minter {name}", "MDT", "propose_minter", arguments, is_proposed)
        yield self.call_step(f"grant minter {name}", "MDT", "grant_minter", [f"@{name}"], is_active)

    def _genesis(self, bucket: int) -> Iterator[Step]:
        """Mint a bucket's allocations through a grant of the deployer's own that is revoked afterwards.

        What vests goes to the deployer first: the vesting contract takes it from there as it makes the schedules.
        """
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
        yield self.call_step(f"genesis {name}: propose", "MDT", "propose_minter", rules_asked, is_proposed)
        yield self.call_step(f"genesis {name}: grant", "MDT", "grant_minter", [deployer], lambda: is_over() or is_active())
        through = 0
        mints = [(f"mint {number}", _at(one.recipient), one.amount) for number, one in enumerate((one for one in allocations if one.vesting is None), 1)]
        held = sum(one.amount for one in vested(allocations))
        if held:
            mints.append(("mint what vests", deployer, held))
        for what, recipient, amount in mints:
            through += amount
            yield self.call_step(f"genesis {name}: {what}", "MDT", "mint", [recipient, amount, int(Mint.GENESIS)], partial(reached, through))
        yield self.call_step(f"genesis {name}: revoke", "MDT", "revoke_minter", [deployer], lambda: is_over() and not is_active())

    def _vesting(self) -> Iterator[Step]:
        """Lock what vests: one approval of the exact sum, and schedules in batches that take it all."""
        made = batches(self.genesis)
        if not made:
            return
        sums = [sum(one.amount for one in batch) for batch in made]
        total, deployer = sum(sums), self.signer.address
        own = sum(one.amount for one in self.genesis if one.vesting is None and one.recipient == deployer)

        def allowance() -> int:
            return int(self.contract("MDT").call("allowance", deployer, self._address("Vesting")))

        def is_over() -> bool:
            """All schedules are there: what vests was minted, and neither an allowance nor the tokens are left."""
            if self.is_set_up():
                return True
            return self._is_minted() and allowance() == 0 and int(self.contract("MDT").call("balanceOf", deployer)) < own + total

        def is_made(rest: int) -> bool:
            return is_over() or 0 < allowance() <= rest

        yield self.call_step("vesting: approve", "MDT", "approve", ["@Vesting", total], lambda: allowance() > 0 or is_over())
        rest = total
        for number, batch in enumerate(made, 1):
            rest -= sums[number - 1]
            step = self.call_step(f"{CREATE} {number}", "Vesting", "create_batch", [partial(self._terms, batch)], partial(is_made, rest), weight=len(batch))
            yield replace(step, send=partial(self._before_the_start, step.send))

    def _before_the_start(self, send: Callable[[OnSigned], Receipt], on_signed: OnSigned) -> Receipt:
        start, now = self.record.vesting_starts[-1], block_time.now(self.chain)
        if start <= now:
            raise DeploymentError(
                f"vesting was to start at {when(start)}, which has passed before its schedules were created: run the same command again with"
                " --tge and a later date; schedules that are there keep their start"
            )
        return send(on_signed)

    def _terms(self, batch: list[Allocation]) -> list[dict[str, Any]]:
        start = self.record.vesting_starts[-1]
        return [terms(self.settings, one, start) | {"beneficiary": _at(one.recipient)} for one in batch]

    def _is_minted(self) -> bool:
        """Whether every bucket's genesis was minted."""
        token = self.contract("MDT")
        return all(
            int(token.call("minted_by_bucket", bucket)) >= sum(one.amount for one in self.genesis if one.bucket == bucket)
            for bucket in range(len(Buckets.names()))
        )

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


def _at(recipient: str) -> str:
    """A recipient as the steps' arguments have it: a contract by "@Name"."""
    return f"@{recipient}" if recipient in SOURCES else recipient
