"""Deploying the suite: running the steps of the plan that are not done yet, and taking up again where an earlier run stopped.

A run may die at any point and be started again: the signed transaction of the running step is written down before it is
sent, and the next run looks it up, or sends the very same bytes again, before it does anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mdt import localchain, schedule
from mdt.addresses import parse_address
from mdt.compiled import SOURCES, Artifact
from mdt.deploy_check import check_contract
from mdt.deploy_options import Options
from mdt.deploy_plan import OWNED, NotDeployedError, Plan, Step
from mdt.deployments import Folder, NetworkRecord, Suite, open_suite, preset_hash, readable
from mdt.errors import AccountError, ConfigError, DeploymentError, RevertError
from mdt.signers import Signer
from mdt.transactions import Chain, Receipt, SignedTransaction

LOCAL_START_MARGIN = 64
"""Blocks: on a local chain every transaction is one."""
PUBLIC_START_MARGIN = 400
"""Blocks: 20 minutes at three seconds, room for the whole plan and one interruption."""

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
        self.plan = Plan(chain, signer, folder, artifacts, self.settings, options.genesis, self.record)
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
        """Compare code and constructor values on the chain with what was compiled and asked for; returns what was compared.

        Raises:
            DeploymentError: names the first difference.
        """
        compared = []
        for name, artifact in self.artifacts.items():
            if name in SOURCES:
                compared += check_contract(self.plan.contract(name), artifact, self.plan.values(name), {self.record.owner, self.record.deployer})
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
        except NotDeployedError:
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
            arbiter=parse_address(options.arbiter or options.owner or self.signer.address),
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
        for key in ("preset_hash", "deployer", "owner", "guardian", "arbiter", "reporters", "quorum", "genesis"):
            if getattr(record, key) != getattr(fresh, key):
                if first is None and record.pending is None:
                    return fresh
                raise ConfigError(
                    f"the deployment in {self.folder.path} was started with {key} = {getattr(record, key)!r}, now it is {getattr(fresh, key)!r}:"
                    " continue with the same values, or set the records aside with --fresh"
                )
        scheduled = [name for name in ("BlockReward", "EmissionController") if self.folder.find(name) is None]
        if scheduled and record.pending is None and self.chain.head() >= record.start_block:
            self.folder.discard(SCHEDULED, network=False)
            self.chain.progress(f"block {record.start_block} has passed: a new start block, and the contracts that depend on it are deployed anew")
            record.start_block = fresh.start_block
            for name in [key for key in record.steps if key.split(" ")[-1] in SCHEDULED]:
                del record.steps[name]
        return record


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
