"""Going through a replacement as far as the chain has let it come: every run looks where things stand, does what can be done now, and says what it waits for.

What was made, signed and scheduled stands in `network.json` before it is sent, as in a deployment, and each operation is a file. A run that dies
anywhere is started again with the same words: what was mined is found, what was signed is looked up or sent once more, nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from eth_utils.crypto import keccak

from mdt.chain import abi as abilib
from mdt.chain import block_time
from mdt.chain.signers import Signer
from mdt.chain.transactions import Chain, Receipt, SignedTransaction
from mdt.deploy.check import UNREADABLE, read_back
from mdt.deploy.compiled import Artifact
from mdt.deploy.current import given_now
from mdt.deploy.parts import PARTS, At
from mdt.deploy.steps import Site, Step
from mdt.deploy.words import Naming, all_in_words
from mdt.errors import ConfigError, DeploymentError, RevertError
from mdt.governance.operations import Operation, hex_id, operation_of
from mdt.governance.store import Kept, Store
from mdt.governance.timelock import DONE, READY, UNKNOWN, WAITING, Timelock
from mdt.governance.trial import warnings
from mdt.names import TIMELOCK, kind_of_contract
from mdt.preset.settings import Settings
from mdt.replacing.entitlements import PROPOSAL
from mdt.replacing.outcomes import STOPPED, Outcome
from mdt.replacing.records import Overlay, finish, is_about, note_replaced
from mdt.replacing.stages import Making, Move, Settling, Stage, Voting, outdated
from mdt.replacing.table import CANNOT, REPLACEMENTS, Replacement
from mdt.suite.calls import Payload
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite, open_suite
from mdt.suite.records import ContractRecord, Folder, NetworkRecord, preset_hash

ROUNDS = 64
"""More often than this one stage is not gone through in one run."""


@dataclass
class Replacing:
    """One replacement of one deployment. `prepare` makes it.

    Attributes:
        folder: The records, which are changed.
        row: What is replaced, and how.
        may_leave: Whether what nobody claimed may stay behind.
    """

    chain: Chain
    signer: Signer
    folder: Folder
    artifacts: Mapping[str, Artifact]
    settings: Settings
    row: Replacement
    record: NetworkRecord
    may_leave: bool = False
    _seconds: list[Any] = field(default_factory=list)

    @classmethod
    def prepare(
        cls,
        chain: Chain,
        signer: Signer,
        folder: Folder,
        artifacts: Mapping[str, Artifact],
        settings: Settings,
        contract: str,
        *,
        may_leave: bool = False,
        anew: bool = False,
    ) -> Replacing:
        """Check what is asked for, and begin or take up; nothing is sent.

        Args:
            chain: Where the deployment is.
            signer: Who makes, schedules and executes.
            folder: The records.
            artifacts: What was compiled.
            settings: The preset of the deployment.
            contract: What is replaced.
            may_leave: Whether what nobody claimed may stay behind.
            anew: Whether what an earlier run made is set aside.

        Raises:
            ConfigError: it cannot be replaced; another preset.
            DeploymentError: nothing deployed, another replacement under way, or the deployer still owns everything.
        """
        if (kind := kind_of_contract(contract)) in CANNOT:
            raise ConfigError(f"{contract} cannot be replaced: {CANNOT[kind]}")
        if contract not in REPLACEMENTS:
            raise ConfigError(f"there is no contract {contract} that can be replaced; there are {', '.join(REPLACEMENTS)}")
        suite = open_suite(chain, folder)
        record = suite.record
        if preset_hash(settings) != record.preset_hash:
            raise ConfigError(f"the deployment was made from preset {record.preset} with other values than it has now: check out the version that made it")
        if record.owner != TIMELOCK:
            raise DeploymentError("the deployer still owns this deployment, so there is nobody to vote: call the setters yourself, or hand over first")
        other = (record.replacing or {}).get("contract", contract)
        if other != contract:
            raise DeploymentError(f"the replacement of {other} is not over: go on with `mdt deploy replace {other}` first, two make each other stale")
        made = cls(chain, signer, folder, artifacts, settings, REPLACEMENTS[contract], record, may_leave)
        if anew:
            made.set_aside()
        return made

    # --- what there is ---

    @property
    def state(self) -> dict[str, Any]:
        """What is noted of it; noted with the network's record."""
        if self.record.replacing is None:
            self.record.replacing = {"contract": self.row.contract, "pending": None, "steps": {}, "operations": {}, "kept": {}, "replaced": False}
        return self.record.replacing

    @property
    def store(self) -> Store:
        """Operations on disk."""
        return Store.of(self.folder)

    def suite(self) -> Suite:
        """The deployment with what was made so far."""
        opened = open_suite(self.chain, self.folder)
        return replace(opened, record=self.record)

    def move(self) -> Move:
        """The replacement as its stages see it."""
        return Move(self.suite(), self.settings, self.state["kept"], self._executed, self.may_leave, self._seconds_per_block)

    def set_aside(self) -> None:
        """Forget what was made and scheduled, but neither what the timelock could still do, nor what it has done: what it paused, ended and raised.

        Raises:
            DeploymentError: an operation of it waits, or has put what was made in its place.
        """
        timelock, operations = Timelock(self.suite()), self.state["operations"]
        for entry in (one for several in operations.values() for one in several):
            if timelock.standing(bytes.fromhex(entry["id"][2:])).state in (WAITING, READY):
                raise DeploymentError(f"operation {entry['id'][:10]} of this replacement is scheduled: cancel it first (`mdt governance cancel`)")
        if self.state["replaced"] or self._is_in_place():
            raise DeploymentError(f"the new {self.row.contract} is in its place already, or a part of it: go on without --anew")
        done = {stage: found for stage, several in operations.items() if (found := [one for one in several if self._is_done(one)])}
        kept, moved = self.state["kept"], self.folder.discard_made()
        self.record.replacing = None
        if done:
            self.state.update(operations=done, kept=kept)
        self._save()
        if moved is not None:
            self.chain.progress(f"set aside: {moved}")

    # --- running ---

    def run(self, *, dry_run: bool = False) -> Iterator[Outcome]:
        """Go on as far as it goes now; a dry run only says what there is to do.

        Raises:
            DeploymentError: what was made does not fit any more, or a stage has not the effect it is to have.
            GovernanceError: the account may not schedule or execute.
            ChainError: a transaction could not be sent or was refused; run again after removing the cause.
        """
        if self.state["replaced"]:
            words = f"{self.row.contract} was replaced by an earlier run, which did not come to say so; nothing is left but to say it"
            yield Outcome("records", "planned", words) if dry_run else finish(self.folder, self.row)
            return
        for name in self.row.makes:
            yield self._make(name, dry_run=dry_run)
        for stage in self.row.stages(self.move()):
            for outcome in self._planned(stage) if dry_run else self._go_on(stage):
                yield outcome
                if outcome.state in STOPPED and not dry_run:
                    return
        if not dry_run:
            operations = [operation for stage in self.state["operations"] for operation in self._executed(stage)]
            note_replaced(self.folder, self.record, self.row, self.suite(), operations)
            yield finish(self.folder, self.row)

    def told(self) -> None:
        """Note that whoever runs this has heard that it is over: from now on the same words begin another replacement."""
        if self.state["replaced"]:
            self.record.replacing = None
            self._save()

    def _planned(self, stage: Stage) -> Iterator[Outcome]:
        if isinstance(stage, Making):
            return
        if stage.is_done():
            yield Outcome(stage.name, "done", stage.words)
            return
        missing = stage.missing()
        entry = (self.state["operations"].get(stage.name) or [None])[-1]
        words = f"{stage.words}{f': {missing[0]}' if missing else ''}"
        yield Outcome(stage.name, "planned", words, operation=entry["id"] if entry else None)

    def _go_on(self, stage: Stage) -> Iterator[Outcome]:
        """A stage until it is done, or until somebody or something else has to come first."""
        if isinstance(stage, Making):
            return
        for _ in range(ROUNDS):
            if stage.is_done():
                yield Outcome(stage.name, "done", stage.words)
                return
            step = self._settle(stage) if isinstance(stage, Settling) else self._vote(stage)
            for outcome in step:
                yield outcome
                if outcome.state in STOPPED:
                    return
        raise DeploymentError(f"{stage.name}: it is not done after {ROUNDS} rounds: look at it by hand")

    # --- contracts ---

    def _make(self, name: str, *, dry_run: bool) -> Outcome:
        site = self._site()
        step = site.creation(name)
        found = self.folder.made.find(name)
        if found is not None and step.is_done():
            self._require_current(site, name, found)
            return Outcome(Making(name).name, "done", f"{name} at {found.address}")
        if dry_run:
            values = [value for _, value in step.arguments()]
            words = all_in_words(step.inputs, values, "", self.suite().unit, Naming(names_of(self.suite())))
            return Outcome(Making(name).name, "planned", f"create {name}({words})")
        receipt = self._resumed(step) or step.send(lambda signed: self._note(step, signed))
        step.record(receipt)
        pending = self.state["pending"]
        self.state["steps"][name] = {"tx": receipt.tx_hash, "block": receipt.block_number, "creator": pending["sender"], "nonce": pending["nonce"]}
        self.state["pending"] = None
        self._save()
        self.chain.tell(self.signer.address)  # it is recorded: another replacement does not take it for its own
        return Outcome(Making(name).name, "made", f"{name} at {receipt.contract_address}", receipt.tx_hash, receipt.block_number, receipt.gas_used)

    def _resumed(self, step: Step) -> Receipt | None:
        """The receipt of what an earlier run had signed; None when it made nothing."""
        pending = self.state["pending"]
        if pending is None or pending["step"] != step.name:
            return None
        try:
            receipt = self.chain.resume(SignedTransaction(**{key: pending[key] for key in ("tx_hash", "raw", "sender", "nonce")}), step.name)
        except RevertError:
            receipt = None
        if receipt is None:
            self.state["pending"] = None
            self._save()
        return receipt

    def _note(self, step: Step, signed: SignedTransaction) -> None:
        self.state["pending"] = {"step": step.name, **asdict(signed)}
        self._save()

    def _site(self) -> Site:
        suite = self.suite()
        changed = {name: self._changed(suite, name) for name in self.row.makes}
        return Site(self.chain, self.signer, Overlay(self.folder, self.row.makes), self.artifacts, self.settings, self.record, changed)

    def _changed(self, suite: Suite, name: str) -> dict[str, Any]:
        """What the new contract is given besides the contracts around it: the timelock as its owner, and what is in force at the old one."""
        old, given, found = suite[name], given_now(suite, self.settings), dict[str, Any]()
        artifact = replace(self.artifacts[name], abi=old.abi)
        for argument, value in PARTS[name].values.items():
            bare = argument.strip("_")
            if bare == "owner":
                found[bare] = str(suite[TIMELOCK].address)
            elif bare == "predecessor":
                found[bare] = str(old.address)
            elif not isinstance(value, At) and (now := read_back(old, artifact, bare, value(given))) is not UNREADABLE:
                found[bare] = now
        return found

    def _require_current(self, site: Site, name: str, found: ContractRecord) -> None:
        """Refuse a contract that was made with what was in force then, and is not any more.

        Raises:
            DeploymentError: names what differs.
        """
        if not self.state["operations"] or not self._is_begun():
            now = "0x" + abilib.encode_constructor(self.artifacts[name].abi, [value for _, value in site.values(name)]).hex()
            if now != found.constructor_encoded:
                raise DeploymentError(
                    f"the new {name} at {found.address} was made with other values than are in force by now: make it again with --anew"
                    " (operations that name it have to be cancelled first)"
                )

    def _is_begun(self) -> bool:
        """Whether an operation was executed from which on the old contract is not what it was; it waits as it is for a minter that is only proposed."""
        return any(self._executed(stage) for stage in self.state["operations"] if not stage.startswith(PROPOSAL))

    def _is_in_place(self) -> bool:
        """Whether an executed operation has named something that was made to the others, or has filled it."""
        done = [one for stage in self.state["operations"] if not stage.startswith(PROPOSAL) for one in self._executed(stage)]
        return any(is_about(one, made.address) for one in done for made in self.suite().coming)

    # --- what anyone may send ---

    def _settle(self, stage: Settling) -> Iterator[Outcome]:
        due = stage.due()
        for call in due:
            receipt = call.send(self.signer)
            yield Outcome(stage.name, "sent", call.words, receipt.tx_hash, receipt.block_number, receipt.gas_used)
        if stage.is_done():
            return
        missing = stage.missing()
        if missing or not due:
            yield Outcome(stage.name, "waiting", "; ".join(missing) or stage.words)

    # --- operations ---

    def _vote(self, stage: Voting) -> Iterator[Outcome]:
        """Look where the operation of a stage stands, and move it on."""
        suite, entries = self.suite(), self.state["operations"].setdefault(stage.name, [])
        timelock, missing = Timelock(suite), stage.missing()
        if entries:
            operation, standing = self._operation(entries[-1]), timelock.standing(bytes.fromhex(entries[-1]["id"][2:]))
            taken = outdated(suite, operation, stage.calls()) if standing.state in (WAITING, READY) else []
            if standing.state == WAITING or taken:
                yield Outcome(stage.name, "waiting", "; ".join([f"{stage.words}: {timelock.words(standing)}", *taken]), operation=entries[-1]["id"])
                return
            if standing.state == READY and not missing:
                refused = warnings(suite, operation)
                if not refused:
                    yield self._execute(stage, timelock, operation)
                    return
                if self._wanted(stage).id == operation.id:
                    yield Outcome(stage.name, "waiting", f"{stage.words}: {'; '.join(refused)}", operation=entries[-1]["id"])
                    return
            if standing.state == UNKNOWN and self._is_underway(timelock, operation, int(entries[-1]["delay"])):
                yield self._schedule(stage, timelock, operation, int(entries[-1]["delay"]))
                return
        if missing:
            yield Outcome(stage.name, "waiting", "; ".join(missing))
            return
        yield self._schedule(stage, timelock, self._wanted(stage), self._delay(stage, timelock))

    def _wanted(self, stage: Voting) -> Operation:
        """What is to be scheduled now. Its salt names the replacement, so that the same calls of another one are another operation."""
        calls = stage.calls()
        if not calls:
            raise DeploymentError(f"{stage.name}: nothing is left to vote, and it is not done: look at it by hand (`mdt governance roles`)")
        made = ", ".join(str(one.address) for one in self.suite().coming)
        rounds = len([one for one in self.state["operations"].get(stage.name, ()) if self._is_done(one)])
        return operation_of([Payload.of(one) for one in calls], salt=keccak(text=f"{stage.name} by {made}, {rounds}"))

    def _is_underway(self, timelock: Timelock, operation: Operation, delay: int) -> bool:
        """Whether an earlier run has signed this very scheduling, and nobody knows what came of it. What was cancelled or has expired is worked out anew."""
        if delay < timelock.delay():  # a vote has raised it since: the timelock would refuse
            return False
        call = timelock.schedule(operation, delay, self.signer.address)
        return self.chain.underway(self.signer.address, [call.intent]) != [None]

    @staticmethod
    def _delay(stage: Voting, timelock: Timelock) -> int:
        return max(timelock.delay(), stage.not_before() - timelock.now())

    def _schedule(self, stage: Voting, timelock: Timelock, operation: Operation, delay: int) -> Outcome:
        call, entries = timelock.schedule(operation, delay, self.signer.address), self.state["operations"][stage.name]
        self.store.save(Kept(operation))
        known = hex_id(operation.id)
        if not entries or entries[-1]["id"] != known:
            entries.append({"id": known, "delay": delay})
        self._save()
        receipt = call.send(self.signer)
        self.store.save(Kept(operation, receipt.tx_hash, receipt.block_number))
        standing = timelock.standing(operation.id)
        words = f"{stage.words}: {timelock.words(standing)}"
        return Outcome(stage.name, "scheduled", words, receipt.tx_hash, receipt.block_number, receipt.gas_used, known)

    def _execute(self, stage: Voting, timelock: Timelock, operation: Operation) -> Outcome:
        call = timelock.execute(operation, self.signer.address)
        self._save()
        receipt = call.send(self.signer)
        return Outcome(stage.name, "executed", stage.words, receipt.tx_hash, receipt.block_number, receipt.gas_used, hex_id(operation.id))

    def _operation(self, entry: Mapping[str, Any]) -> Operation:
        return self.store.load(entry["id"]).operation

    def _is_done(self, entry: Mapping[str, Any]) -> bool:
        return Timelock(self.suite()).standing(bytes.fromhex(entry["id"][2:])).state == DONE

    def _executed(self, stage: str) -> Sequence[Operation]:
        return [self._operation(one) for one in self.state["operations"].get(stage, ()) if self._is_done(one)]

    def _save(self) -> None:
        self.folder.save_network(self.record)

    def _seconds_per_block(self) -> Any:
        """As measured; the preset's figure where a chain's clock says nothing."""
        if not self._seconds:
            measured = block_time.measure(self.chain).seconds
            self._seconds.append(measured if measured is not None else self.settings.halving.block_time)
        return self._seconds[0]
