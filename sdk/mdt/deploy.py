"""Deploying the suite: a plan of named steps, each of which reads on the chain whether it is done.

A run may die at any point and be started again: the signed transaction of the running step is written down before it is
sent, and the next run looks it up, or sends the very same bytes again, before it does anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from eth_utils.crypto import keccak

from mdt import abi as abilib
from mdt import localchain, schedule
from mdt.compiled import SOURCES, Artifact
from mdt.deployments import ContractRecord, Folder, NetworkRecord, Suite, open_suite, preset_hash, readable
from mdt.errors import AccountError, ConfigError, DeploymentError, EmptyAnswerError, RevertError
from mdt.model.controller import MIN_QUORUM
from mdt.model.reasons import Burn, Mint
from mdt.settings import Buckets, Settings
from mdt.transactions import Chain, Contract, OnSigned, Receipt, SignedTransaction, Signer, parse_address
from mdt.units import format_amount, parse_amount

BLOCK_EMISSION = Buckets.names().index("block_emission")
GENESIS_WINDOW = 86_400
LOCAL_START_MARGIN = 64
"""Blocks: on a local chain every transaction is one."""
PUBLIC_START_MARGIN = 400
"""Blocks: 20 minutes at three seconds, room for the whole plan and one interruption."""
ZERO = "0x" + "00" * 20
OWNED = tuple(SOURCES)


@dataclass(frozen=True)
class Allocation:
    """Tokens minted at genesis: bucket id, recipient (an address, or a contract of the suite by name), wei."""

    bucket: int
    recipient: str
    amount: int

    @classmethod
    def parse(cls, item: Any) -> Allocation:
        """From `{bucket: community, to: 0x... or Treasury, amount: 10 MDT}`.

        Raises:
            ConfigError: not such a mapping, or a bucket that is never pre-minted.
        """
        try:
            bucket, recipient, amount = item["bucket"], str(item["to"]), parse_amount(item["amount"])
        except (KeyError, TypeError) as error:
            raise ConfigError(f"genesis entry {item!r}: write {{bucket: community, to: 0x... or Treasury, amount: 10 MDT}}") from error
        names = Buckets.names()
        index = names.index(bucket) if bucket in names else bucket
        if not isinstance(index, int) or not 0 <= index < len(names):
            raise ConfigError(f"genesis entry {item!r}: no bucket {bucket!r}; there are {', '.join(names)}")
        if index == BLOCK_EMISSION:
            raise ConfigError(f"genesis entry {item!r}: the block_emission bucket is never minted in advance")
        if amount <= 0:
            raise ConfigError(f"genesis entry {item!r}: the amount must be above zero")
        if recipient not in SOURCES:
            recipient = parse_address(recipient)
        return cls(index, recipient, amount)


@dataclass(frozen=True)
class Options:
    """What a deployment is made of besides the preset.

    Attributes:
        owner: Who is to own the contracts in the end; the deployer when None.
        guardian: May revoke minters, cancel reports and pause.
        reporters: Who attests reports; sorted and distinct.
        quorum: How many of them it takes.
        genesis: Minted before the set-up is finished.
        block_time: Seconds per block, measured by the caller; measured here when None.
        start_margin: Blocks from the head at the first run to START_BLOCK.
    """

    settings: Settings
    network: str
    guardian: str
    reporters: tuple[str, ...]
    quorum: int
    owner: str | None = None
    genesis: tuple[Allocation, ...] = ()
    block_time: Fraction | None = None
    start_margin: int | None = None

    def check(self) -> None:
        """Refuse what the contracts would refuse later, in words.

        Raises:
            ConfigError: names the value and what is allowed.
        """
        if len(set(self.reporters)) != len(self.reporters) or not self.reporters:
            raise ConfigError(f"reporters must be distinct and at least one, got {len(self.reporters)}: pass --reporter for each")
        if not (2 * self.quorum > len(self.reporters) >= self.quorum and self.quorum >= MIN_QUORUM):
            raise ConfigError(
                f"quorum {self.quorum} of {len(self.reporters)} reporters: it must be at least {MIN_QUORUM}, more than half of them and at most all"
            )
        caps = self.settings.token.buckets.as_list()
        for bucket, name in enumerate(Buckets.names()):
            total = sum(one.amount for one in self.genesis if one.bucket == bucket)
            if total > caps[bucket]:
                raise ConfigError(f"genesis mints {format_amount(total)} out of {name}, which holds {format_amount(caps[bucket])}")


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


@dataclass(frozen=True)
class Outcome:
    """What became of a step: `done` before, `sent` now, `resumed` from an earlier run, `planned` in a dry run."""

    step: str
    action: str
    state: str
    arguments: list[tuple[str, Any]]
    tx_hash: str | None = None
    block_number: int | None = None
    gas_used: int | None = None


class Deployment:
    """The plan for one network, and its execution."""

    def __init__(self, chain: Chain, signer: Signer, folder: Folder, artifacts: Mapping[str, Artifact], options: Options) -> None:
        """Read what is there and check what is asked for; nothing is sent or written.

        Raises:
            ConfigError: options that cannot work, or that differ from those the deployment was started with.
            DeploymentError: a record that does not fit the chain.
            WrongChainError: another chain.
        """
        options.check()
        chain.check()
        self.chain, self.signer, self.folder, self.artifacts, self.options = chain, signer, folder, artifacts, options
        self.settings = options.settings
        measured = folder.find_network()
        if options.block_time is not None:
            self.block_time = schedule.BlockTime(options.block_time, "given")
        elif measured is not None and measured.chain_id == chain.chain_id and measured.is_complete:
            self.block_time = schedule.BlockTime(None, f"recorded at deploy: {measured.block_time}")
        else:
            self.block_time = schedule.measure(chain)
        self.schedule = schedule.derive(self.settings, self.block_time)
        self.record = self._continue(measured) if measured is not None else self._new_record()
        self.steps = list(self._plan())

    # --- running ---

    def run(self, *, dry_run: bool = False) -> Iterator[Outcome]:
        """Do what is not done yet, step by step; a dry run only says what it would do.

        Raises:
            DeploymentError: a step was mined and did not have its effect.
            ChainError: a transaction could not be sent or was refused; run again after removing the cause.
        """
        if dry_run:
            for step in self.steps:
                yield Outcome(step.name, step.action, "done" if self._is_done(step) else "planned", step.arguments())
            return
        for step in self.steps:
            yield self._do(step)
        if not self.record.is_complete:
            self.verify()
            self.record.is_complete = True
            self.folder.save_network(self.record)

    def verify(self) -> list[str]:
        """Compare code and constructor values on the chain with what was compiled and asked for; returns what was compared.

        Raises:
            DeploymentError: names the first difference.
        """
        compared = []
        for name, artifact in self.artifacts.items():
            if name in SOURCES:
                compared += check_contract(self._contract(name), artifact, self._values(name), self._owners())
        return compared

    def suite(self) -> Suite:
        """The contracts of the finished deployment."""
        return open_suite(self.chain, self.folder)

    def _do(self, step: Step) -> Outcome:
        pending = self.record.pending_transaction()
        if pending is not None and pending[0] == step.name:
            receipt = self._resume(step, pending[1])
            if receipt is not None:
                return self._finish(step, receipt, "resumed")
        if self._is_done(step):
            return Outcome(step.name, step.action, "done", step.arguments(), **self._noted(step.name))
        arguments = step.arguments()

        def note(signed: SignedTransaction) -> None:
            self.record.pending = {"step": step.name, **asdict(signed)}
            self.folder.save_network(self.record)

        try:
            receipt = step.send(note)
        except RevertError:
            self._clear_pending()
            raise
        return self._finish(step, receipt, "sent", arguments)

    def _resume(self, step: Step, signed: SignedTransaction) -> Receipt | None:
        try:
            receipt = self.chain.resume(signed, step.name)
        except RevertError:
            self._clear_pending()
            raise
        if receipt is None:
            self._clear_pending()
        return receipt

    def _finish(self, step: Step, receipt: Receipt, state: str, arguments: list[tuple[str, Any]] | None = None) -> Outcome:
        step.record(receipt)
        if not self._is_done(step):
            raise DeploymentError(
                f"{step.name}: {receipt.tx_hash} was mined in block {receipt.block_number}, but the chain does not show its effect: look at it by hand"
            )
        self.record.steps[step.name] = {"tx": receipt.tx_hash, "block": receipt.block_number, "gas": receipt.gas_used}
        self.record.pending = None
        self.folder.save_network(self.record)
        return Outcome(step.name, step.action, state, arguments or step.arguments(), **self._noted(step.name))

    def _clear_pending(self) -> None:
        self.record.pending = None
        self.folder.save_network(self.record)

    def _noted(self, name: str) -> dict[str, Any]:
        noted = self.record.steps.get(name, {})
        return {"tx_hash": noted.get("tx"), "block_number": noted.get("block"), "gas_used": noted.get("gas")}

    def _is_done(self, step: Step) -> bool:
        try:
            return step.is_done()
        except _NotDeployedError:
            return False

    # --- records ---

    def _new_record(self) -> NetworkRecord:
        options = self.options
        local = localchain.is_local(self.chain.w3)
        margin = options.start_margin if options.start_margin is not None else LOCAL_START_MARGIN if local else PUBLIC_START_MARGIN
        return NetworkRecord(
            network=options.network,
            chain_id=self.chain.chain_id,
            preset=self.settings.name,
            preset_hash=preset_hash(self.settings),
            start_block=self.chain.head() + margin,
            deployer=self.signer.address,
            owner=parse_address(options.owner or self.signer.address),
            guardian=parse_address(options.guardian),
            reporters=[parse_address(one) for one in options.reporters],
            quorum=options.quorum,
            genesis=[readable(asdict(one)) for one in options.genesis],
            block_time=str(self.block_time),
        )

    def _continue(self, record: NetworkRecord) -> NetworkRecord:
        """Refuse to continue somebody else's deployment, or one the chain has forgotten."""
        if record.chain_id != self.chain.chain_id:
            raise DeploymentError(
                f"{self.folder.path} describes chain id {record.chain_id}, the network is {self.chain.chain_id}: use another folder (--deployments)"
            )
        first = self.folder.find("MDT")
        if first is not None and not self.chain.code(first.address):
            if localchain.is_local(self.chain.w3):
                self.folder.discard()
                return self._new_record()
            raise DeploymentError(
                f"MDT of {self.folder.path} has no code at {first.address}: the node lost its contracts or is another chain;"
                " check --network, or set the records aside and deploy anew with --fresh"
            )
        fresh = self._new_record()
        for key in ("preset_hash", "deployer", "owner", "guardian", "reporters", "quorum", "genesis"):
            if getattr(record, key) != getattr(fresh, key):
                if first is None and record.pending is None:
                    return fresh
                raise ConfigError(
                    f"the deployment in {self.folder.path} was started with {key} = {getattr(record, key)!r}, now it is {getattr(fresh, key)!r}:"
                    " continue with the same values, or set the records aside with --fresh"
                )
        scheduled = [name for name in ("BlockReward", "EmissionController") if self.folder.find(name) is None]
        if scheduled and record.pending is None and self.chain.head() >= record.start_block:
            self.folder.discard(("BlockReward", "Staking", "EmissionController"), network=False)
            self.chain.progress(f"block {record.start_block} has passed: a new start block, and the contracts that depend on it are deployed anew")
            record.start_block = fresh.start_block
            for name in [key for key in record.steps if key.split(" ")[-1] in ("BlockReward", "Staking", "EmissionController")]:
                del record.steps[name]
        return record

    def _contract(self, name: str) -> Contract:
        found = self.folder.find(name)
        if found is None:
            raise _NotDeployedError(name)
        return Contract(self.chain, parse_address(found.address), self.artifacts[name].abi, name)

    def _address(self, name: str) -> str:
        return str(self._contract(name).address)

    # --- the plan ---

    def _plan(self) -> Iterator[Step]:
        for name in SOURCES:
            yield self._creation(name)
        yield self._call("wire BlockReward", "BlockReward", "set_recipient", ["@Staking"], lambda: self._reads("BlockReward", "recipient", "Staking"))
        yield self._call(
            "wire RecyclingPool", "RecyclingPool", "set_drawer", ["@EmissionController"], lambda: self._reads("RecyclingPool", "drawer", "EmissionController")
        )
        yield self._call("wire Staking", "Staking", "set_notifier", ["@EmissionController"], lambda: self._reads("Staking", "notifier", "EmissionController"))
        yield self._call(
            "wire RewardDistributor",
            "RewardDistributor",
            "set_funder",
            ["@EmissionController"],
            lambda: self._reads("RewardDistributor", "funder", "EmissionController"),
        )
        mask = 1 << Burn.TRANSACTION_FEE | 1 << Burn.DEFLATION
        yield self._call(
            "entitle RecyclingPool to burn",
            "MDT",
            "set_burner",
            ["@RecyclingPool", mask],
            lambda: self._contract("MDT").call("burner_reasons", self._address("RecyclingPool")) == mask,
        )
        halving, emission = self.settings.halving, self.settings.emission
        yield from self._grant("BlockReward", Mint.BLOCK_REWARD, halving.channel_cap, halving.window_cap, halving.window)
        yield from self._grant("EmissionController", Mint.EPOCH_EMISSION, emission.channel_cap, emission.window_cap, emission.window)
        for bucket in range(len(Buckets.names())):
            yield from self._genesis(bucket)
        yield self._call("finish set-up", "MDT", "finish_setup", [], lambda: bool(self._contract("MDT").call("is_setup_finished")))
        if self.record.owner != self.record.deployer:
            for name in OWNED:
                yield self._call(f"hand over {name}", name, "transfer_ownership", [self.record.owner], self._is_handed_over(name))

    def _reads(self, name: str, getter: str, target: str) -> bool:
        return bool(self._contract(name).call(getter) == self._address(target))

    def _is_handed_over(self, name: str) -> Callable[[], bool]:
        return lambda: self.record.owner in (self._contract(name).call("pending_owner"), self._contract(name).call("owner"))

    def _creation(self, name: str) -> Step:
        artifact = self.artifacts[name]
        inputs = abilib.constructor_inputs(artifact.abi)

        def encoded() -> bytes:
            return abilib.encode_constructor(artifact.abi, [value for _, value in self._values(name)])

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
            values = [value for _, value in self._values(name)]
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
            return self._values(name)
        except _NotDeployedError:
            return self._values(name, placeholders=True)

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
                except _NotDeployedError:
                    values.append("read from the chain when it is reached")
            return list(zip((item["name"] for item in entry["inputs"]), values, strict=True))

        def send(on_signed: OnSigned) -> Receipt:
            return self._contract(name).send(self.signer, function, *resolved(), on_signed=on_signed)

        return Step(step, f"{name}.{function}", shown, is_done, send)

    def _resolve(self, value: Any, *, placeholders: bool = False) -> Any:
        if isinstance(value, str) and value.startswith("@"):
            if placeholders and self.folder.find(value[1:]) is None:
                return f"<{value[1:]}>"
            return self._address(value[1:])
        return value

    def _grant(self, name: str, reason: Mint, lifetime_cap: int, window_cap: int, window: int) -> Iterator[Step]:
        def is_active() -> bool:
            return bool(self._contract("MDT").call("minter", self._address(name)).is_active)

        def is_proposed() -> bool:
            return is_active() or self._contract("MDT").call("proposal", self._address(name)).effective_at > 0

        arguments = [f"@{name}", BLOCK_EMISSION, 1 << reason, lifetime_cap, window_cap, window]
        yield self._call(f"propose minter {name}", "MDT", "propose_minter", arguments, is_proposed)
        yield self._call(f"grant minter {name}", "MDT", "grant_minter", [f"@{name}"], is_active)

    def _genesis(self, bucket: int) -> Iterator[Step]:
        """Mint a bucket's allocations through a grant of the deployer's own that is revoked afterwards."""
        allocations = [one for one in self.options.genesis if one.bucket == bucket]
        if not allocations:
            return
        name = Buckets.names()[bucket]
        deployer, total = self.signer.address, sum(one.amount for one in allocations)

        def minted() -> int:
            return int(self._contract("MDT").call("minted_by_bucket", bucket))

        def rules() -> Any:
            return self._contract("MDT").call("minter", deployer)

        def is_over() -> bool:
            return minted() >= total

        def is_active() -> bool:
            now = rules()
            return bool(now.is_active and now.bucket == bucket)

        def is_proposed() -> bool:
            waiting = self._contract("MDT").call("proposal", deployer)
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

    def _values(self, name: str, *, placeholders: bool = False) -> list[tuple[str, Any]]:
        """The constructor's arguments by name, in order."""
        settings, record, owner = self.settings, self.record, self.record.deployer
        token, halving, emission = settings.token, settings.halving, settings.emission

        def at(other: str) -> Any:
            return self._resolve(f"@{other}", placeholders=placeholders)

        if name == "MDT":
            values: dict[str, Any] = {
                "_name": token.name,
                "_symbol": token.symbol,
                "_bucket_caps": token.buckets.as_list(),
                "_grant_delay": token.grant_delay,
                "_owner": owner,
                "_guardian": record.guardian,
            }
        elif name == "Treasury":
            values = {"_owner": owner}
        elif name == "RecyclingPool":
            values = {"_token": at("MDT"), "_fee_burn_bps": settings.recycling.fee_burn_bps, "_owner": owner}
        elif name == "BlockReward":
            values = {
                "_token": at("MDT"),
                "_start_block": record.start_block,
                "_initial_reward": halving.initial_reward,
                "_interval_blocks": halving.interval_blocks,
                "_halvings": halving.halvings,
                "_owner": owner,
            }
        elif name == "Staking":
            values = {
                "_token": at("MDT"),
                "_block_reward": at("BlockReward"),
                "_recycling_pool": at("RecyclingPool"),
                "_min_validator_stake": settings.staking.min_validator_stake,
                "_unbonding_seconds": settings.staking.unbonding,
                "_stream_blocks": emission.epoch_blocks,
                "_owner": owner,
            }
        elif name == "RewardDistributor":
            values = {"_token": at("MDT"), "_owner": owner}
        else:
            values = {
                "_token": at("MDT"),
                "_distributor": at("RewardDistributor"),
                "_staking": at("Staking"),
                "_recycling_pool": at("RecyclingPool"),
                "_treasury": at("Treasury"),
                "_start_block": record.start_block,
                "_epoch_blocks": emission.epoch_blocks,
                "_base_reward": emission.base_reward,
                "_interval_blocks": halving.interval_blocks,
                "_halvings": halving.halvings,
                "_parameters": parameters(settings),
                "_delay": emission.report_delay,
                "_reporters": record.reporters,
                "_quorum": record.quorum,
                "_owner": owner,
                "_guardian": record.guardian,
            }
        expected = [item["name"] for item in abilib.constructor_inputs(self.artifacts[name].abi)]
        if list(values) != expected:
            raise DeploymentError(
                f"{name}'s constructor takes {', '.join(expected)}; this version passes {', '.join(values)}: sources and tools do not belong together"
            )
        return list(values.items())

    def _owners(self) -> set[str]:
        return {self.record.owner, self.record.deployer}


def parameters(settings: Settings) -> dict[str, Any]:
    """The controller's governed parameters of a preset."""
    emission = settings.emission
    return {
        "weights_bps": emission.weights_bps.as_list(),
        "shares_bps": settings.distribution.shares_bps.as_list(),
        "max_tasks": emission.max_tasks,
        "max_change_wad": emission.max_change,
        "deadline_blocks": emission.deadline_blocks,
    }


def check_contract(contract: Contract, artifact: Artifact, values: list[tuple[str, Any]], owners: set[str]) -> list[str]:
    """Compare a contract on the chain with its compiled code and its constructor's arguments; returns what was compared.

    The code on chain is the compiled runtime followed by the immutables; those, like everything a constructor stores, are
    read back through the getter named after the argument (`_token`: `TOKEN` or `token`).

    Raises:
        DeploymentError: names the difference.
    """
    code = contract.chain.code(contract.address)
    tail = code[len(artifact.runtime) :]
    if not code.startswith(artifact.runtime) or len(tail) % 32:
        raise DeploymentError(f"{contract.name} at {contract.address} does not run the compiled code: was it deployed from other sources?")
    compared = [f"{contract.name}: code, {len(artifact.runtime):,} bytes and {len(tail) // 32} words of immutables"]
    getters = {entry["name"] for entry in artifact.abi if entry["type"] == "function" and not entry["inputs"] and entry["outputs"]}
    for argument, value in values:
        name = argument.lstrip("_")
        found = _read_back(contract, name, value, getters)
        if found is _UNREADABLE:
            if _word(value) not in [tail[at : at + 32] for at in range(0, len(tail), 32)]:
                raise DeploymentError(f"{contract.name}: neither a getter nor an immutable shows the constructor's {argument} = {value!r}")
            compared.append(f"{contract.name}.{name} = {value} (immutable)")
            continue
        wanted = value
        if name == "owner":
            wanted = found if found in owners else value
        if found != wanted:
            raise DeploymentError(f"{contract.name}.{name} is {found!r} on the chain, expected {wanted!r}")
        compared.append(f"{contract.name}.{name} = {found}")
    return compared


_UNREADABLE = object()


def _word(value: Any) -> bytes:
    """How an address or a number lies in the code."""
    number = int(value, 16) if isinstance(value, str) and value.startswith("0x") else value
    if not isinstance(number, int) or number < 1 << 16:
        raise DeploymentError(f"{value!r} cannot be told apart among the immutables: the contract needs a getter")
    return number.to_bytes(32, "big")


def _read_back(contract: Contract, name: str, value: Any, getters: set[str]) -> Any:
    for getter in (name.upper(), name):
        if getter in getters:
            return contract.call(getter)
    if name == "bucket_caps":
        return [contract.call("bucket_cap", bucket) for bucket in range(len(value))]
    if name == "parameters":
        now = contract.call("parameters_at", 0)
        return {key: getattr(now, key) for key in value}
    return _UNREADABLE


def accept_ownership(chain: Chain, signer: Signer, suite: Suite) -> Iterator[tuple[str, Receipt | None]]:
    """As the new owner, accept every contract that waits for it; yields name and receipt (None when already owned).

    Raises:
        AccountError: the signer is neither owner nor expected as one.
    """
    for name in OWNED:
        contract = suite[name]
        if contract.call("owner") == signer.address:
            yield name, None
        elif contract.call("pending_owner") == signer.address:
            yield name, contract.send(signer, "accept_ownership")
        else:
            raise AccountError(
                f"{name} is owned by {contract.call('owner')} and is not being handed to {signer.address}: use the account named by --owner at deploy"
            )


class _NotDeployedError(EmptyAnswerError):
    """A step asks for a contract that is not there yet."""
