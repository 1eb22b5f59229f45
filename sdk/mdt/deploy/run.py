"""Deploying the suite: running the steps of the plan that are not done yet, and taking up again where an earlier run stopped.

A run may die at any point and be started again: the signed transaction of the running step is written down before it is
sent, and the next run looks it up, or sends the very same bytes again, before it does anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mdt.addresses import parse_address
from mdt.chain import block_time
from mdt.chain.signers import Signer
from mdt.chain.transactions import Chain, Receipt, SignedTransaction
from mdt.deploy.compiled import Artifact
from mdt.deploy.gas import Cost, estimate
from mdt.deploy.options import Options
from mdt.deploy.plan import CREATE, NotDeployedError, Plan, Step
from mdt.deploy.verify import verify
from mdt.errors import ConfigError, DeploymentError, RevertError
from mdt.files import readable
from mdt.names import SOURCES, TIMELOCK
from mdt.preset import genesis, timeline
from mdt.preset.settings import Buckets
from mdt.suite.opened import Suite, open_suite
from mdt.suite.records import Folder, NetworkRecord, preset_hash
from mdt.units import use_denomination, when

LOCAL_START_MARGIN = 96
"""Blocks: on a local chain every transaction is one."""
PUBLIC_START_MARGIN = 400
"""Blocks: 20 minutes at three seconds, room for the whole plan and one interruption."""

VESTING_MARGIN = 3_600
"""Seconds from now to the start of vesting where nobody named one."""
LATEST_START = 10 * 365 * 86_400
"""Seconds from now: contracts/vesting/Vesting.vy."""

SCHEDULED = ("BlockReward", "Staking", "Validators", "EmissionController", "Slasher")
"""What the start block goes into, and what is bound to that for good."""


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
    """The execution of one network's plan, and its records."""

    def __init__(self, chain: Chain, signer: Signer, folder: Folder, artifacts: Mapping[str, Artifact], options: Options) -> None:
        """Read what is there and check what is asked for; nothing is sent or written. Amounts are written in the preset's unit from here on.

        Raises:
            ConfigError: options that cannot work, or that differ from those the deployment was started with.
            DeploymentError: a record that does not fit the chain.
            WrongChainError: another chain.
        """
        use_denomination(*options.settings.denomination)
        options.check(signer.address)
        chain.check()
        self.chain, self.signer, self.folder, self.artifacts, self.options = chain, signer, folder, artifacts, options
        self.settings = options.settings
        measured = folder.find_network()
        if options.block_time is not None:
            self.block_time = block_time.BlockTime(options.block_time, "given")
        elif measured is not None and measured.chain_id == chain.chain_id and measured.is_complete:
            self.block_time = block_time.BlockTime(None, f"recorded at deploy: {measured.block_time}")
        else:
            self.block_time = block_time.measure(chain)
        self.schedule = timeline.derive(self.settings, self.block_time)
        self.record = self._continue(measured) if measured is not None else self._new_record()
        self.plan = Plan(chain, signer, folder, artifacts, self.settings, self.record.allocations(), self.record)
        self.steps = list(self.plan.steps())

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
        """Compare everything on the chain with what was compiled and asked for; returns what was compared.

        Raises:
            DeploymentError: names the first difference.
        """
        return verify(open_suite(self.chain, self.folder, unfinished=True), self.artifacts, self.settings)

    def cost(self) -> Cost:
        """What the steps that are not done yet will cost, by what each kind of step cost when it was measured."""
        return estimate([step for step in self.steps if not self._is_done(step)], self.chain.gas_price(), self.chain.balance(self.signer.address))

    def cap_table(self) -> list[genesis.Row]:
        """Who will hold what of the cap."""
        return genesis.cap_table(self.settings, self.record.allocations())

    def bucket(self, one: genesis.Allocation) -> str:
        """The name of an allocation's bucket."""
        return Buckets.names()[one.bucket]

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
        if self.record.is_complete and not step.name.startswith("deploy "):
            return True  # whatever governance changed since then, the deployer has no say in it any more
        try:
            return step.is_done()
        except NotDeployedError:
            return False

    # --- records ---

    def _new_record(self, starts: list[int] | None = None) -> NetworkRecord:
        options = self.options
        local = self.chain.is_local
        margin = options.start_margin if options.start_margin is not None else LOCAL_START_MARGIN if local else PUBLIC_START_MARGIN
        owner = TIMELOCK if options.hand_over else self.signer.address
        allocations = options.allocations()
        if starts is None:
            starts = [self._vesting_start()] if genesis.vested(allocations) else []
        return NetworkRecord(
            network=options.network,
            chain_id=self.chain.chain_id,
            preset=self.settings.name,
            preset_hash=preset_hash(self.settings),
            start_block=self.chain.head() + margin,
            deployer=self.signer.address,
            owner=owner,
            proposers=[parse_address(one) for one in options.proposers],
            executors=[parse_address(one) for one in options.executors],
            guardian=parse_address(options.guardian),
            arbiter=parse_address(options.arbiter) if options.arbiter else owner,
            pool_operator=parse_address(options.pool_operator) if options.pool_operator else owner,
            reporters=[parse_address(one) for one in options.reporters],
            quorum=options.quorum,
            genesis=[readable(asdict(one)) for one in allocations],
            vesting_starts=starts,
            block_time=str(self.block_time),
        )

    def _vesting_start(self) -> int:
        now = block_time.now(self.chain)
        start = self.options.vesting_start
        if start is None:
            return now + VESTING_MARGIN
        if not now < start <= now + LATEST_START:
            raise ConfigError(f"vesting cannot start at {when(start)}: it must lie after {when(now)}, and at most ten years after that")
        return start

    def _continue(self, record: NetworkRecord) -> NetworkRecord:
        """Refuse to continue somebody else's deployment, or one the chain has forgotten."""
        if record.chain_id != self.chain.chain_id:
            raise DeploymentError(
                f"{self.folder.path} describes chain id {record.chain_id}, the network is {self.chain.chain_id}: use another folder (--deployments)"
            )
        first = self.folder.find(next(iter(SOURCES)))
        if first is not None and not self.chain.code(first.address):
            if self.chain.is_local:
                self.folder.discard()
                return self._new_record()
            raise DeploymentError(
                f"{first.name} of {self.folder.path} has no code at {first.address}: the node lost its contracts or is another chain;"
                " check --network, or set the records aside and deploy anew with --fresh"
            )
        fresh = self._new_record(record.vesting_starts)
        for key in ("preset_hash", "deployer", "owner", "proposers", "executors", "guardian", "arbiter", "pool_operator", "reporters", "quorum", "genesis"):
            if getattr(record, key) != getattr(fresh, key):
                if first is None and record.pending is None:
                    return self._new_record()
                raise ConfigError(
                    f"the deployment in {self.folder.path} was started with {key} = {getattr(record, key)!r}, now it is {getattr(fresh, key)!r}:"
                    " continue with the same values, or set the records aside with --fresh"
                )
        self._put_off(record)
        scheduled = [name for name in ("BlockReward", "EmissionController") if self.folder.find(name) is None]
        if scheduled and record.pending is None and self.chain.head() >= record.start_block:
            self.folder.discard(SCHEDULED, network=False)
            self.chain.progress(f"block {record.start_block} has passed: a new start block, and the contracts that depend on it are deployed anew")
            record.start_block = fresh.start_block
            for name in [key for key in record.steps if key.split(" ")[-1] in SCHEDULED]:
                del record.steps[name]
        return record

    def _put_off(self, record: NetworkRecord) -> None:
        """Let a later start of vesting replace the recorded one for the schedules that are not there yet."""
        start, starts = self.options.vesting_start, record.vesting_starts
        if start is None or not starts or start == starts[-1]:
            return
        waiting = len(genesis.batches(record.allocations())) - sum(name.startswith(CREATE) for name in record.steps)
        if record.is_complete or not waiting:
            raise ConfigError(f"vesting starts at {when(starts[-1])} in the schedules that are on the chain, now it is {when(start)}: leave --tge out")
        starts.append(self._vesting_start())
        self.chain.progress(f"vesting starts at {when(start)} instead of {when(starts[-2])} in the schedules that are not there yet")
