"""Deploying the suite: running the steps of the plan that are not done yet, and taking up again where an earlier run stopped.

A run may die at any point and be started again: the signed transaction of the running step is written down before it is
sent, and the next run looks it up, or sends the very same bytes again, before it does anything else. It stands in the record as well as in the
journal of transactions, because the record says of which step it is, and goes with the folder to another machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from typing import Any

from mdt.chain import block_time
from mdt.chain.abi import AbiEntry
from mdt.chain.block_time import BlockTime
from mdt.chain.signers import Signer
from mdt.chain.transactions import Chain, Receipt, SignedTransaction
from mdt.deploy.compiled import Artifact
from mdt.deploy.decision import Decision, Seen, asked_for, decide, new_record, start_block_of
from mdt.deploy.deployer import require_no_code
from mdt.deploy.findings import Findings
from mdt.deploy.gas import Cost, estimate
from mdt.deploy.markets import constructors, require_ready
from mdt.deploy.options import Options
from mdt.deploy.parts import bound_to_start
from mdt.deploy.parts.liquidity import told, unit_of_step
from mdt.deploy.plan import plan
from mdt.deploy.steps import NotDeployedError, Site, Step
from mdt.deploy.verify import compare
from mdt.deploy.words import Naming, all_in_words
from mdt.errors import DeploymentError, RevertError
from mdt.names import SOURCES
from mdt.preset import genesis
from mdt.preset.settings import Buckets, Settings
from mdt.preset.timeline import Timeline, derive
from mdt.suite.opened import Suite, open_suite
from mdt.suite.records import Folder, NetworkRecord
from mdt.units import when


@dataclass(frozen=True)
class Outcome:
    """What became of a step: `done` before, `sent` now, `resumed` from an earlier run, `planned` in a dry run.

    Attributes:
        arguments: Names and values, as they are sent; `Deployment.words` says them in words.
        inputs: What the ABI says of them.
        paid: Wei for the gas of a step that this run sent, or looked up; None where the node does not tell.
    """

    step: str
    action: str
    state: str
    arguments: list[tuple[str, Any]]
    inputs: Sequence[AbiEntry]
    tx_hash: str | None = None
    block_number: int | None = None
    gas_used: int | None = None
    paid: int | None = None


@dataclass
class Deployment:
    """The execution of one network's plan, and its records. `prepare` makes one.

    Attributes:
        found: What was compared at the end of the run that completed it.
    """

    site: Site
    block_time: BlockTime
    timeline: Timeline
    found: Findings | None = None

    # --- making one ---

    @classmethod
    def prepare(
        cls,
        chain: Chain,
        signer: Signer,
        folder: Folder,
        artifacts: Mapping[str, Artifact],
        options: Options,
        *,
        work: Folder | None = None,
        fresh: bool = False,
    ) -> Deployment:
        """Check what is asked for, read what is there, and begin or resume; nothing is sent.

        Records that cannot be used any more are set aside, and that is told: those of a local chain that was restarted, or all of them if `fresh`.

        Args:
            chain: Where to.
            signer: The deployer.
            folder: The records that are read.
            artifacts: What is deployed.
            options: What is asked for.
            work: The records that are changed; a dry run gives a copy. The same as `folder` when None.
            fresh: Begin anew, whatever is recorded.

        Raises:
            ConfigError: options that cannot work, or that differ from those the deployment was started with.
            DeploymentError: a record that does not fit the chain, or a deployer with code.
            WrongChainError: another chain.
        """
        options.check(signer.address)
        chain.check()
        work = work or folder
        record = None if fresh else folder.find_network()
        if record is None or not record.is_complete:
            require_no_code(chain, signer.address)
            require_ready(chain, signer.address, options.settings, record)
        how_long = _block_time(chain, options, record)
        line, asked, seen = derive(options.settings, how_long), asked_for(options, signer.address), look(chain, folder)
        decision = decide(record, asked, options.vesting_start, seen)
        if decision.because:
            chain.progress(decision.because)
        if decision.discards or fresh:
            _set_aside(chain, work)
        if record is None or decision.way != "resume":
            if how_long.is_recorded:
                how_long = _block_time(chain, options, None)  # what an abandoned deployment was told is not this one's
            record = new_record(options, asked, seen, str(how_long))
        site = Site(chain, signer, work, artifacts, options.settings, record, constructors(options.settings, record))
        return cls.begin(site, how_long, line) if decision.way != "resume" else cls.resume(site, how_long, line, decision, start_block_of(options, seen))

    @classmethod
    def begin(cls, site: Site, how_long: BlockTime, line: Timeline) -> Deployment:
        """One of which nothing is there yet."""
        return cls(site, how_long, line)

    @classmethod
    def resume(cls, site: Site, how_long: BlockTime, line: Timeline, decision: Decision, start_block: int) -> Deployment:
        """One that was begun: with a later start of vesting, or a new start block, where that was decided.

        Args:
            site: With the record as it stands.
            how_long: Seconds per block.
            line: What the preset comes to.
            decision: Of `decide`.
            start_block: What replaces the recorded one if that has passed.
        """
        record = site.record
        if decision.vesting_start is not None:
            record.vesting_starts.append(decision.vesting_start)
            earlier, later = (when(start) for start in record.vesting_starts[-2:])
            site.chain.progress(f"vesting starts at {later} instead of {earlier} in the schedules that are not there yet")
        if decision.moves_start:
            bound = bound_to_start()
            site.chain.progress(f"block {record.start_block} has passed: a new start block, and the contracts that depend on it are deployed anew")
            _set_aside(site.chain, site.folder, bound, network=False)
            record.start_block = start_block
            for name in [step for step in record.steps if step.split(" ")[-1] in bound]:
                gone = record.steps.pop(name)
                record.others.append({"what": f"{name}: made anew", "tx": gone["tx"], "nonce": gone["nonce"]})
        return cls(site, how_long, line)

    # --- what it is about ---

    @property
    def chain(self) -> Chain:
        """Where the contracts go."""
        return self.site.chain

    @property
    def signer(self) -> Signer:
        """The deployer."""
        return self.site.signer

    @property
    def folder(self) -> Folder:
        """The records."""
        return self.site.folder

    @property
    def settings(self) -> Settings:
        """The preset."""
        return self.site.settings

    @property
    def record(self) -> NetworkRecord:
        """What the deployment was started with, and how far it got."""
        return self.site.record

    @cached_property
    def steps(self) -> list[Step]:
        """All of the plan."""
        return list(plan(self.site))

    # --- running ---

    def run(self, *, dry_run: bool = False) -> Iterator[Outcome]:
        """Do what is not done yet, step by step; a dry run only says what it would do.

        Raises:
            DeploymentError: a step was mined and did not have its effect, or the chain differs from the plan at the end, which is then not complete.
            ChainError: a transaction could not be sent or was refused; run again after removing the cause.
        """
        if dry_run:
            for step in self.steps:
                yield self._outcome(step, "done" if self._is_done(step) else "planned")
            return
        if not self.record.is_complete:
            require_no_code(self.chain, self.signer.address)
        has_sent = False
        for step in self.steps:
            outcome = self._do(step)
            has_sent |= outcome.state != "done"
            yield outcome
        if not self.record.is_complete:
            self._complete(has_sent)

    def verify(self) -> list[str]:
        """Compare everything, and tell what was compared and what is told besides, a line each.

        Raises:
            DeploymentError: names every difference.
        """
        found = self.compare()
        found.require()
        return [*found.compared, *found.notes]

    def compare(self) -> Findings:
        """Compare everything on the chain with what was compiled and asked for."""
        return compare(open_suite(self.chain, self.folder, unfinished=True), self.site.artifacts, self.settings)

    def cost(self) -> Cost:
        """What the steps that are not done yet will cost, by what each kind of step cost when it was measured."""
        return estimate([step for step in self.steps if not self._is_done(step)], self.chain.gas_price(), self.chain.balance(self.signer.address))

    def cap_table(self) -> list[genesis.CapRow]:
        """Who will hold what of the cap."""
        return genesis.cap_table(self.settings, self.record.allocations())

    def bucket(self, allocation: genesis.Allocation) -> str:
        """The name of an allocation's bucket."""
        return Buckets.names()[allocation.bucket]

    def words(self, outcome: Outcome) -> str:
        """The arguments of a step for people: `cap=5,040,000 MDT, reasons=genesis`."""
        contract, _, function = outcome.action.removeprefix("create ").partition(".")
        markets, unit = self.settings.markets, self.settings.denomination
        values = told(markets, contract, function, [value for _, value in outcome.arguments], unit)
        return all_in_words(outcome.inputs, values, function, unit_of_step(markets, contract, unit), self._names())

    def suite(self) -> Suite:
        """The contracts of the finished deployment."""
        return open_suite(self.chain, self.folder)

    def _complete(self, has_sent: bool) -> None:
        """Compare everything, and only then call it complete.

        Raises:
            DeploymentError: names every difference.
        """
        if has_sent or self.record.closing_nonce is None:  # what the deployer sends from now on, to repair something, is no part of the deployment
            self.record.closing_nonce = self.chain.nonce(self.signer.address)
            self.folder.save_network(self.record)
        self.found = self.compare()
        if self.found.differences:
            raise DeploymentError(
                f"every step is done, and the deployment is not complete, since it is {self.found.verdict}: {'; '.join(self.found.differences)}."
                " Run again once that is put right; what the deployer sent besides cannot be: then deploy anew with --fresh"
            )
        self.record.is_complete = True
        self.folder.save_network(self.record)

    def _do(self, step: Step) -> Outcome:
        pending = self.record.pending_transaction()
        if pending is not None and pending[0] == step.name:
            receipt = self._resume(step, pending[1])
            if receipt is not None:
                return self._finish(step, receipt, "resumed")
        while not self._is_done(step):
            arguments = step.arguments()
            try:
                receipt = step.send(partial(self._note, step))
            except RevertError:
                self._note_refused(step)
                if step.is_anybodys and (self._is_done(step) or step.arguments() != arguments):
                    continue  # somebody was quicker with a part of it: the rest is still to be done
                raise
            return self._finish(step, receipt, "sent", arguments)
        return self._outcome(step, "done")

    def _resume(self, step: Step, signed: SignedTransaction) -> Receipt | None:
        """The receipt of what an earlier run had signed; None when it made nothing, because its nonce went elsewhere or the chain refused it."""
        try:
            receipt = self.chain.resume(signed, step.name)
        except RevertError:
            self._note_refused(step)
            return None
        if receipt is None:
            self._clear_pending()
        return receipt

    def _note(self, step: Step, signed: SignedTransaction) -> None:
        self.record.pending = {"step": step.name, **asdict(signed)}
        self.folder.save_network(self.record)

    def _note_refused(self, step: Step) -> None:
        """A transaction that was mined and refused has used a nonce, which the audit of the deployer's transactions has to know."""
        if (pending := self.record.pending) is not None:
            self.record.others.append({"what": f"{step.name}: refused", "tx": pending["tx_hash"], "nonce": pending["nonce"]})
            self._clear_pending()

    def _finish(self, step: Step, receipt: Receipt, state: str, arguments: list[tuple[str, Any]] | None = None) -> Outcome:
        step.record(receipt)
        if not self._is_done(step):
            raise DeploymentError(
                f"{step.name}: {receipt.tx_hash} was mined in block {receipt.block_number}, but the chain does not show its effect: look at it by hand"
            )
        sent, before = self.record.pending or {}, self.record.steps.get(step.name)
        if before is not None:
            self.record.others.append({"what": f"{step.name}: made again", "tx": before["tx"], "nonce": before["nonce"]})
        self.record.steps[step.name] = {"tx": receipt.tx_hash, "block": receipt.block_number, "gas": receipt.gas_used, "nonce": sent.get("nonce")}
        self.record.pending = None
        self.folder.save_network(self.record)
        self.chain.tell(self.signer.address)  # a deployment that begins anew does not take this step for its own
        return replace(self._outcome(step, state, arguments), paid=receipt.paid)

    def _clear_pending(self) -> None:
        self.record.pending = None
        self.folder.save_network(self.record)

    def _outcome(self, step: Step, state: str, arguments: list[tuple[str, Any]] | None = None) -> Outcome:
        noted = self.record.steps.get(step.name, {})
        values = arguments or (step.arguments() if state == "planned" else step.settled())
        return Outcome(step.name, step.action, state, values, step.inputs, noted.get("tx"), noted.get("block"), noted.get("gas"))

    def _names(self) -> Naming:
        """The contracts that are there, and the deployer."""
        there = ((name, self.folder.find(name)) for name in (*SOURCES, *self.site.changed))
        return Naming({self.signer.address: "deployer"} | {record.address: name for name, record in there if record is not None})

    def _is_done(self, step: Step) -> bool:
        if self.record.is_complete and not step.name.startswith("deploy "):
            return True  # whatever governance changed since then, the deployer has no say in it any more
        try:
            return step.is_done()
        except NotDeployedError:
            return False


def look(chain: Chain, folder: Folder) -> Seen:
    """What chain and folder say before anything is decided."""
    there = {name: record.address for name in SOURCES if (record := folder.find(name)) is not None}
    first = there.get(next(iter(SOURCES)))
    return Seen(
        chain_id=chain.chain_id,
        head=chain.head(),
        now=block_time.now(chain),
        is_local=chain.is_local,
        folder=str(folder.path),
        recorded=there,
        is_first_there=None if first is None else bool(chain.code(first)),
    )


def _set_aside(chain: Chain, folder: Folder, names: tuple[str, ...] = tuple(SOURCES), *, network: bool = True) -> None:
    """Rename records out of the way, and tell which."""
    moved = folder.discard(names, network=network)
    if moved:
        chain.progress(f"set aside in {moved[0].parent}: {', '.join(sorted(path.name for path in moved))}")


def _block_time(chain: Chain, options: Options, record: NetworkRecord | None) -> BlockTime:
    """As given; as recorded where the deployment is complete; else measured."""
    if options.block_time is not None:
        return BlockTime(options.block_time, "given")
    if record is not None and record.chain_id == chain.chain_id and record.is_complete:
        return BlockTime(None, record.block_time, is_recorded=True)
    return block_time.measure(chain)
