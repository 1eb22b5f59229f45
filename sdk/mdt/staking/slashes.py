"""What accusers, reporters, operators and the arbiter do about offences: each function looks at the state, and answers with the calls to send."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.crypto.signatures import Counted, Signature, read_signatures, write_signature
from mdt.errors import EvidenceError, StakingError
from mdt.escapes import escaped
from mdt.model.slasher import SlashStatus
from mdt.model.staking import Status
from mdt.staking import liveness, votes
from mdt.staking.answers import Answers
from mdt.staking.reader import Reader, kept_under
from mdt.suite.calls import Call
from mdt.suite.opened import Suite
from mdt.suite.words import CAUSES, counted
from mdt.units import format_bps, when
from mdt.written.item import Source
from mdt.written.read import read_bytes

OFFENCES = ("double signing", "offline", "no reveal")
STATUSES = tuple(status.name.lower() for status in SlashStatus)
ESCROWED, UPHELD, OVERTURNED = SlashStatus.ESCROWED, SlashStatus.UPHELD, SlashStatus.OVERTURNED
NOT_TAKEN = (SlashStatus.ANNOUNCED, SlashStatus.VOIDED, SlashStatus.REGISTERED)


class Slashes:
    """The slasher of a deployment, as one account uses it."""

    def __init__(self, suite: Suite, account: str = ZERO_ADDRESS) -> None:
        """Take a deployment, and who asks."""
        self.suite, self.account = suite, account
        self.reader = Reader(suite)
        self.domain = votes.SlasherDomain(suite.chain.chain_id, suite["Slasher"].address)

    @property
    def slasher(self) -> Contract:
        """The contract."""
        return self.suite["Slasher"]

    @property
    def earlier(self) -> list[Contract]:
        """The slashers that were replaced, newest first. Each keeps its slashes and its numbers, and pays what it owes."""
        return [one for one in reversed(self.suite.earlier) if one.name.partition("@")[0] == "Slasher"]

    def slasher_of(self, slash_id: int) -> Contract:
        """The slasher that keeps a slash."""
        known = [self.slasher, *self.earlier]
        return next((one for one in known[:-1] if slash_id >= one.call("FIRST_SLASH_ID")), known[-1])

    def history(self, validator_id: int) -> list[tuple[int, Any]]:
        """All slashes of a validator that took effect, with their numbers, also those of slashers that were replaced, oldest first."""
        rows = [(row.slash_id, row.record) for row in self.reader.slashes(validator_id)]
        for slasher in self.earlier:
            numbers: list[int] = []
            while page := slasher.call("slashes_of", validator_id, len(numbers), 50):
                numbers += page
            rows = [*((number, slasher.call("slash_record", number)) for number in numbers), *rows]
        return rows

    def record(self, slash_id: int) -> Any:
        """A slash as the contract keeps it.

        Raises:
            StakingError: there is none of that number.
        """
        one = self.slasher_of(slash_id).call("slash_record", slash_id)
        if one.status == 0:
            raise StakingError(f"there is no slash {slash_id}: `mdt slash history VALIDATOR` lists a validator's")
        return one

    def next_step(self, slash_id: int, one: Any) -> str:
        """What is left to do about a slash, in words."""
        if one.status in NOT_TAKEN:
            return self._next_of_announced(slash_id, one)
        if one.status == OVERTURNED:
            return f"it was given back; who had left the pool claims with `mdt slash restitution {slash_id}`"
        if one.status == UPHELD:
            return "nothing: it is decided"
        if self.reader.now() >= one.ends_at:
            return f"anyone can execute it: `mdt slash execute {slash_id}`"
        if one.is_appealed:
            return f"the arbiter decides; without a word from it anyone can execute it from {when(one.ends_at)} on"
        return f"the operator can appeal until {when(one.ends_at)}, then anyone can execute it"

    def _next_of_announced(self, slash_id: int, one: Any) -> str:
        """The same of one that has not taken effect."""
        if one.status == SlashStatus.VOIDED:
            return "nothing: it was voided"
        if one.status == SlashStatus.REGISTERED:
            return self._next_of_registered(one.validator_id)
        if self.reader.now() < one.opens_at:
            return f"the arbiter or the guardian can void it (`mdt slash void {slash_id}`); from {when(one.opens_at)} on anyone can open it"
        if self.reader.now() < self._lapses_at(one):
            return f"anyone can open it until {when(self._lapses_at(one))}: `mdt slash open {slash_id}`"
        return "nothing: nobody opened it in time"

    def _next_of_registered(self, validator_id: int) -> str:
        """The same of a proof that came while another one was in escrow."""
        pool = self.suite["Staking"].call("validator", validator_id)
        if pool.pending_slashes & 1:
            return f"if the slash in escrow is overturned anyone can have this proof punished: `mdt slash registered {validator_id}`"
        if pool.status & Status.TOMBSTONED:
            return f"nothing: validator {validator_id} is out for good"
        return f"anyone can have this proof punished: `mdt slash registered {validator_id}`"

    # --- evidence ---

    def prove(self, a: votes.SignedVote, b: votes.SignedVote) -> list[Call]:
        """Accuse the validator whose key signed two votes."""
        signer = votes.conflict(a, b, self.domain)
        key = self.suite["Validators"].call("key", signer)
        if key.validator_id == 0:
            raise StakingError(f"the votes were signed by {signer}, which was never a validator's key: they prove nothing")
        height = a.vote.height
        if height < key.since or (key.until and height >= key.until):
            tenure = f"{key.since:,} to {key.until - 1:,}" if key.until else f"{key.since:,} on"
            raise StakingError(f"{signer} was validator {key.validator_id}'s key for blocks {tenure}, the votes are for block {height:,}")
        is_registered = self._check_proof(key.validator_id, height)
        what = "register the proof" if is_registered else "prove"
        words = f"{what} that validator {key.validator_id} signed two blocks at height {height:,}"
        return [Call(self.slasher, "prove_double_signing", (a.vote.as_tuple(), a.signature, b.vote.as_tuple(), b.signature), words)]

    def sign_liveness(self, report: liveness.LivenessReport, folder: Path, signed: Signature) -> Path:
        """File a reporter's signature over a liveness report.

        Raises:
            StakingError: the signer is no reporter, the epoch is not over, or there is no such validator.
        """
        self._check_report(report)
        reporters = self.suite["EmissionController"].call("reporters")
        if signed.signer not in {one.lower() for one in reporters}:
            raise StakingError(f"{signed.signer} is not a reporter: use the account of a reporter ({', '.join(reporters)})")
        if signed.digest != self.slasher.call("liveness_digest", *report.as_arguments()):
            raise StakingError("the slasher computes another digest for this report: sources and deployment do not belong together")
        return write_signature(folder, signed)

    def liveness_signatures(self, report: liveness.LivenessReport, folder: Path) -> Counted:
        """The signatures of a folder that count for a page, and why the others do not."""
        return liveness.counted(report, self.domain, read_signatures(folder), self.suite["EmissionController"].call("reporters"))

    def report_liveness(self, report: liveness.LivenessReport, found: Counted) -> list[Call]:
        """Hand in a page of what validators missed, with a quorum of signatures."""
        self._check_report(report)
        signatures = found.of_quorum(self.suite["EmissionController"].call("quorum"))
        words = f"report what {counted(len(report.entries), 'validator')} missed in epoch {report.epoch}, signed by {counted(len(signatures), 'reporter')}"
        return [Call(self.slasher, "report_liveness", (*report.as_arguments(), signatures), words)]

    def registered(self, validator_id: int) -> list[Call]:
        """Have a validator slashed for the oldest of its registered proofs; anyone may."""
        self.reader.require(validator_id)
        waiting = self.slasher.call("registered_of", validator_id)
        if not waiting:
            raise StakingError(f"validator {validator_id} has no registered proof: they come in while another one is in escrow")
        self._check_free(validator_id, 0)
        words = f"slash validator {validator_id} for the registered proof {waiting[0]}"
        return [Call(self.slasher, "slash_registered", (validator_id,), words)]

    # --- announcements ---

    def announce_for_liveness(self, validator_id: int, offence: int) -> list[Call]:
        """Announce a slash for what the reports add up to; anyone may."""
        self.reader.require(validator_id)
        counted, terms = self.slasher.call("counters", validator_id), self.slasher.call("terms")
        missed, needed = (counted.missed_blocks, terms.offline_missed_blocks) if offence == 1 else (counted.missed_reveals, 1)
        if missed < needed:
            what = "blocks" if offence == 1 else "reveals"
            raise StakingError(f"validator {validator_id} has missed {missed} {what} that count, {needed} are an offence")
        self._check_new(validator_id, offence, counted.blocks_height if offence == 1 else counted.reveals_height)
        return [Call(self.slasher, "announce_for_liveness", (validator_id, offence), f"announce a slash of validator {validator_id} for {CAUSES[offence]}")]

    def announce(self, validator_id: int, offence: int, height: int, evidence: bytes) -> list[Call]:
        """Announce a slash for an offence that the chain cannot check, with the hash of the published evidence; for slashers."""
        self.reader.require(validator_id)
        if not self.slasher.call("is_slasher", self.account):
            raise StakingError(f"{self.account} is no slasher: the owner names them with `Slasher.set_slasher_role`")
        if height >= self.suite.chain.head():
            raise StakingError(f"block {height:,} is not over: an offence lies in a block that is")
        self._check_new(validator_id, offence, height)
        words = f"announce a slash of validator {validator_id} for {CAUSES[offence]} at block {height:,}, evidence 0x{keccak(evidence).hex()}"
        return [Call(self.slasher, "announce_slash", (validator_id, offence, height, keccak(evidence)), words)]

    def void(self, slash_id: int) -> list[Call]:
        """End an announced slash; for the arbiter and the emission controller's guardian."""
        self._announced(slash_id)
        arbiter, guardian = self.slasher.call("arbiter"), self.suite["EmissionController"].call("guardian")
        if self.account not in (arbiter, guardian):
            raise StakingError(f"only the arbiter, {arbiter}, and the guardian, {guardian}, void a slash: pass its --account")
        return [Call(self.slasher, "void_slash", (slash_id,), f"void slash {slash_id}")]

    def open(self, slash_id: int) -> list[Call]:
        """Let an announced slash take effect; anyone may."""
        one = self._announced(slash_id)
        now = self.reader.now()
        if now < one.opens_at:
            raise StakingError(f"slash {slash_id} waits until {when(one.opens_at)}: open it then")
        if now >= self._lapses_at(one):
            raise StakingError(f"slash {slash_id} could be opened until {when(self._lapses_at(one))}: it has lapsed")
        self._check_free(one.validator_id, one.offence)
        self._check_room(one.validator_id)
        words = f"open slash {slash_id}: {format_bps(one.bps)} of validator {one.validator_id} for {CAUSES[one.offence]}"
        return [Call(self.slasher, "open_slash", (slash_id,), words)]

    # --- what follows ---

    def appeal(self, slash_id: int, reasons: bytes) -> list[Call]:
        """Ask the arbiter, with the hash of the published reasons."""
        one = self._escrowed(slash_id)
        if not self.suite["Validators"].call("may_operate", one.validator_id, self.account):
            operator = self.suite["Validators"].call("operator_of", one.validator_id)
            raise StakingError(f"only operator and owner of validator {one.validator_id} can appeal: pass the --account of its operator {operator}")
        if one.is_appealed:
            raise StakingError(f"slash {slash_id} was appealed already: the arbiter decides, at the latest it ends at {when(one.ends_at)}")
        if self.reader.now() >= one.ends_at:
            raise StakingError(f"the window of slash {slash_id} was over at {when(one.ends_at)}: it can be executed by anyone, appealed no more")
        return [Call(self.slasher, "appeal", (slash_id, keccak(reasons)), f"appeal slash {slash_id} with the reasons 0x{keccak(reasons).hex()}")]

    def uphold(self, slash_id: int) -> list[Call]:
        """Turn an appeal down."""
        one = self._arbiters(slash_id)
        if not one.is_appealed:
            raise StakingError(f"slash {slash_id} was not appealed: from {when(one.ends_at)} on anyone can execute it")
        return [Call(self.slasher, "uphold", (slash_id,), f"uphold slash {slash_id}", forecast=self._lost(one))]

    def overturn(self, slash_id: int) -> list[Call]:
        """Give a slash back."""
        one = self._arbiters(slash_id)
        given_back = f": {self.suite.show(one.amount + one.answered)} given back"
        return [Call(self.slasher, "overturn", (slash_id,), f"overturn slash {slash_id}", forecast=given_back)]

    def execute(self, slash_id: int) -> list[Call]:
        """Uphold a slash whose window is over; anyone may."""
        one = self._escrowed(slash_id)
        if self.reader.now() < one.ends_at:
            raise StakingError(f"the window of slash {slash_id} is over at {when(one.ends_at)}: execute it then")
        return [Call(self.slasher, "execute", (slash_id,), f"execute slash {slash_id}", forecast=self._lost(one))]

    def answer(self, validator_id: int, owner: str, slot: int) -> list[Call]:
        """Have what left a validator out of a position, or into it, answer for every slash it has not answered yet; anyone may."""
        self.reader.require(validator_id)
        calls = self.left_to_answer(validator_id, owner, slot)
        if not calls:
            sources = " and ".join(str(source) for source in sorted({one.source for one in Answers(self.suite, owner).of_position(validator_id, slot)}))
            why = f"it answers for validator {sources}, which was not slashed since" if sources else "it answers for nobody"
            raise StakingError(f"validator {validator_id}, slot {slot} of {owner} has nothing to answer for: {why}")
        return calls

    def left_to_answer(self, validator_id: int, owner: str, slot: int) -> list[Call]:
        """The same now, one call for each slash; empty where nothing is left."""
        answers = Answers(self.suite, owner)
        return [call for one in answers.of_position(validator_id, slot) for call in answers.calls(one)]

    def restitution(self, slash_id: int, owner: str, *, is_own_stake: bool = False) -> list[Call]:
        """Have an owner paid what an overturned slash owes it; anyone may."""
        one = self.record(slash_id)
        if one.status != OVERTURNED:
            raise StakingError(f"slash {slash_id} is {STATUSES[one.status]}: only an overturned one is given back")
        kept, slasher = kept_under(owner, 8) if is_own_stake else owner, self.slasher_of(slash_id)
        owed = self.suite["Staking"].call("restitution", slasher.address, slash_id, kept)
        whose = f"the owner of validator {one.validator_id} for its own stake" if is_own_stake else owner
        if owed == 0:
            raise StakingError(f"slash {slash_id} owes nothing to {whose}: it was paid already, or its part is back in the pool, where it stayed")
        words = f"pay what slash {slash_id} owes to {whose}"
        return [Call(slasher, "claim_restitution", (slash_id, kept), words, forecast=f": {self.suite.show(owed)}")]

    def _lost(self, one: Any) -> str:
        """What upholding takes for good, as things stand."""
        return f": {self.suite.show(one.amount + one.answered)} burned and to the treasury"

    # --- what the contract would refuse ---

    def _check_report(self, report: liveness.LivenessReport) -> None:
        """Of what is over and of validators that there are: a signature over anything else might come to count one day."""
        _, end, _ = self.suite["EmissionController"].call("epoch_bounds", report.epoch)
        head, count, last = self.suite.chain.head(), self.reader.validator_count(), report.entries[-1].validator_id
        if head < end:
            raise StakingError(f"epoch {report.epoch} ends at block {end:,}, the chain is at {head:,}: report it then")
        if last > count:
            raise StakingError(f"the report names validator {last}; there are {count}")

    def _check_new(self, validator_id: int, offence: int, height: int) -> None:
        """Of a word: not told before, nothing else in the way, not too old."""
        if self.slasher.call("is_punished", validator_id, offence, height):
            raise StakingError(f"validator {validator_id} was accused of {CAUSES[offence]} at block {height:,} already: evidence counts once")
        self._check_free(validator_id, offence)
        for number in self.slasher.call("announced_of", validator_id):
            if self.slasher.call("slash_record", number).offence == offence:
                raise StakingError(f"slash {number} of validator {validator_id} for {CAUSES[offence]} is announced: one at a time")
        self._check_age(height)

    def _check_proof(self, validator_id: int, height: int) -> bool:
        """Whether a proof is registered, because another one is in escrow. What was only told of can still be proven: that the contract says."""
        self._check_age(height)
        is_registered = bool(self.suite["Staking"].call("validator", validator_id).pending_slashes & 1)
        if not is_registered:
            self._check_free(validator_id, 0)
        known = [*self.slasher.call("slashes_of", validator_id, 0, 50), *self.slasher.call("registered_of", validator_id)]
        if any((one.offence, one.height) == (0, height) for one in map(self.record, known)):
            raise StakingError(f"validator {validator_id} was slashed for {CAUSES[0]} at block {height:,} already: evidence counts once")
        return is_registered

    def _check_free(self, validator_id: int, offence: int) -> None:
        pool = self.suite["Staking"].call("validator", validator_id)
        if pool.pending_slashes >> offence & 1:
            raise StakingError(f"a slash of validator {validator_id} for {CAUSES[offence]} is in escrow: wait until it has ended")
        if offence == 0 and pool.status & 8:
            raise StakingError(f"validator {validator_id} is out for good already: further proofs change nothing")

    def _check_room(self, validator_id: int) -> None:
        """Slashes by a word jail a bounded part of the network in a window, whose first one always fits."""
        (began_at, may_jail, jailed), pool = self.slasher.call("jail_window"), self.suite["Staking"].call("validator", validator_id)
        ends_at = began_at + self.slasher.call("terms").appeal_seconds
        if pool.status & Status.ACTIVE and self.reader.now() < ends_at and jailed + pool.tokens > may_jail:
            room, show = max(0, may_jail - jailed), self.suite.show
            raise StakingError(
                f"validator {validator_id} has {show(pool.tokens)} at work, the jail window has room for {show(room)} until {when(ends_at)}: open it then"
            )

    def _check_age(self, height: int) -> None:
        head, oldest = self.suite.chain.head(), self.slasher.call("terms").evidence_blocks
        if height + oldest < head:
            raise StakingError(f"block {height:,} is {head - height:,} blocks ago: offences can be punished for {oldest:,} blocks")

    def _announced(self, slash_id: int) -> Any:
        one = self.record(slash_id)
        if one.status != SlashStatus.ANNOUNCED:
            raise StakingError(f"slash {slash_id} is {STATUSES[one.status]}: only an announced one is opened or voided")
        return one

    def _lapses_at(self, one: Any) -> int:
        return int(one.opens_at + self.slasher.call("terms").warning_seconds)

    def _escrowed(self, slash_id: int) -> Any:
        one = self.record(slash_id)
        if one.status in NOT_TAKEN:
            raise StakingError(f"slash {slash_id} is {STATUSES[one.status]}: it has taken nothing")
        if one.status != ESCROWED:
            raise StakingError(f"slash {slash_id} is {STATUSES[one.status]}: it is decided")
        return one

    def _arbiters(self, slash_id: int) -> Any:
        one, arbiter = self._escrowed(slash_id), self.slasher.call("arbiter")
        if arbiter != self.account:
            raise StakingError(f"only the arbiter decides, {arbiter}: pass its --account")
        return one


def published(path: Path) -> bytes:
    """A file of which the chain keeps the hash, so that whoever reads it can tell that it is the one.

    Raises:
        EvidenceError: it cannot be read, is empty or too large.
    """
    content = read_bytes(path, Source(escaped(path), EvidenceError))
    if not content:
        raise EvidenceError(f"{escaped(path)} is empty: the chain would keep the hash of nothing")
    return content


def read_votes(paths: Sequence[Path]) -> tuple[votes.SignedVote, votes.SignedVote]:
    """Two vote files."""
    a, b = (votes.read_vote(path) for path in paths)
    return a, b
