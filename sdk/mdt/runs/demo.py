"""The demo: the whole system on an embedded chain, with everything that can go wrong in an epoch going wrong once.

Sixteen rounds of a made-up network (`mdt.runs.generate`): nine epochs at the start, a silence of a month, and seven epochs around the
first halving. On the way one epoch is missing from the data and is skipped, one report is cancelled by the guardian, and a dishonest quorum
signs five wrong lists, each of which a stranger finds and refutes with one proof. Five validators with four delegators earn all the
while, and three of them are slashed in the three ways a slash can end: see `mdt.runs.demo_stake`. A vote opens a pool, which sells and is
refilled: see `mdt.runs.demo_market`. A market is made, traded in and left: see `mdt.runs.demo_exchange`.
The genesis is the preset's, with its vesting, and the timelock owns everything from before the first epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.deploy.compiled import Artifact
from mdt.errors import MDTError, RevertError
from mdt.keeper.refuting import evidence as evidence_of
from mdt.oracle import attest as attestation
from mdt.oracle.bundle import bundle_path, read_report
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import EpochResult
from mdt.oracle.published import of_rows
from mdt.oracle.refute import find
from mdt.preset.genesis import Allocation, Portion, of_preset, resolve
from mdt.preset.settings import Settings
from mdt.preset.terms import schedule_of
from mdt.runs.accounting import BalanceSheet, Settled, draw_up
from mdt.runs.demo_exchange import ExchangeStory
from mdt.runs.demo_market import MarketStory
from mdt.runs.demo_stake import StakeStory
from mdt.runs.generate import DEMO_EPOCHS, DEMO_FOLDER, DEMO_MINERS, FIRST_LATE_EPOCH, MISSING_EPOCH, demo_epoch, demo_key
from mdt.runs.network import Network, Say, actors, local_account
from mdt.runs.report import summary, write_summary

REPORTERS, QUORUM = 5, 3
FEES_EPOCH, CANCELLED_EPOCH, REFUTED_EPOCH = 2, 7, 8
"""Discarded after the missing epoch: a discarded report gives the next epoch a grace of two days, in which nothing can be skipped."""
DAY = 86_400
MDT = 10**18
PLAYERS = "community"
"""The holder whose tokens the demo's players have."""
FEES = 1_500 * MDT
VOLUNTARY_BURN = 7 * MDT


@dataclass
class Demo:
    """The outcome of a demo run."""

    settled: list[Settled]
    notes: dict[int, str]
    skipped: list[tuple[int, int]]
    discarded: list[dict[str, Any]]
    claims: dict[str, int]
    verified: list[int]
    staking: StakeStory
    market: MarketStory
    vested: dict[str, int]
    sheet: BalanceSheet


class Scenario:
    """The demo's course of events on a network."""

    def __init__(self, chain: Chain, settings: Settings, artifacts: Mapping[str, Artifact], out: Path, say: Say) -> None:
        """Prepare the actors on a local chain."""
        self.network = Network(chain, settings, out, reporters=REPORTERS, quorum=QUORUM, say=say)
        self.settings, self.artifacts, self.out, self.say = settings, artifacts, out, say
        self.miners = [LocalSigner(local_account(demo_key(number))) for number in range(DEMO_MINERS)]
        self.stake, self.market = StakeStory(self.network, say), MarketStory(self.network, say)
        self.exchange = ExchangeStory(self.network, artifacts, say)
        (self.payer,) = actors("fee payer", 1)
        (self.savings,) = actors("savings", 1)
        self.kept = [one for one in of_preset(settings) if one.recipient != PLAYERS]
        self.holders = {one.recipient: actors(f"holder {one.recipient}", 1)[0] for one in self.kept if one.is_open}
        self.genesis = self._genesis()
        self.notes: dict[int, str] = {}
        self.skipped: list[tuple[int, int]] = []
        self.discarded: list[dict[str, Any]] = []
        self.vested: dict[str, int] = {}
        self.claims: dict[str, int] = {one.address: 0 for one in self.miners}

    def run(self) -> Demo:
        """Play the demo from the first transaction to the balance sheet."""
        network, say = self.network, self.say
        network.fund([one.address for one in (*self.miners, *self.stake.people, *self.market.people, *self.exchange.people, self.payer)])
        say("Deploying the suite")
        network.deploy(self.artifacts, self.genesis)
        say("Validators register, delegators stake with them")
        self.stake.begin()
        self.market.begin()
        with Dataset.open(DEMO_FOLDER) as dataset:
            for turn in range(DEMO_EPOCHS):
                epoch = demo_epoch(turn)
                if epoch == FIRST_LATE_EPOCH:
                    self._silence()
                self._epoch(turn, epoch, dataset)
            say("Everybody claims")
            self._claim_all()
            verified = self._verify(dataset)
        holders = {
            "miners": [one.address for one in self.miners],
            "validators and delegators": [one.address for one in self.stake.people],
            "seller, buyer and donor": [one.address for one in self.market.people],
            "provider and trader": [one.address for one in self.exchange.people],
            "fee payer": [self.payer.address],
            "a miner's savings": [self.savings.address],
            "genesis holders": [one.address for one in self.holders.values()],
            "deployer, keeper, guardian, arbiter, proposer, reporters": [
                one.address for one in (network.deployer, network.keeper_account, network.guardian, network.arbiter, network.proposer, *network.reporters)
            ],
        }
        sheet = draw_up(network.suite, holders, list(self.claims), network.settled, self.genesis, network.stakers.book)
        sheet.lines.extend([*self.market.lines(sheet.held), *self.exchange.lines(sheet.held)])
        return Demo(network.settled, self.notes, self.skipped, self.discarded, self.claims, verified, self.stake, self.market, self.vested, sheet)

    # --- the course of events ---

    def _genesis(self) -> list[Allocation]:
        """The preset's, but for the community's part: of that the players have what they stake, pay and burn, and the rest is not minted."""
        parts = {name: (Portion(one.address),) for name, one in self.holders.items()}
        players = [*self.stake.genesis(), *self.market.genesis(), *self.exchange.genesis()]
        return [*resolve(self.kept, parts), *players, Allocation(4, self.payer.address, FEES + VOLUNTARY_BURN)]

    def _epoch(self, turn: int, epoch: int, dataset: Dataset) -> None:
        network = self.network
        if epoch == MISSING_EPOCH:
            skipped = network.skip(epoch)
            self.skipped.append(skipped)
            self.say(f"[{turn + 1:>2}/{DEMO_EPOCHS}] epoch {epoch}: nobody has data, its deadline passes, it is skipped and pays nothing")
            return
        if epoch == FEES_EPOCH:
            self._fees()
        honest = network.report(epoch, dataset)
        if epoch == REFUTED_EPOCH:
            self._dishonest_quorum(epoch, honest)
            network.report(epoch, dataset)
        network.submit(epoch, dataset)
        if epoch == CANCELLED_EPOCH:
            self._cancel(epoch)
            network.report(epoch, dataset)
            network.submit(epoch, dataset)
        row = network.settle(epoch)
        self._require_model(row)
        self.say(f"[{turn + 1:>2}/{DEMO_EPOCHS}] epoch {epoch}: emission {network.show(row.emission)}, {network.show(row.recycled)} of it recycled")
        if turn == 4:
            self._own_recipient()
        self.stake.after(epoch)

    def _fees(self) -> None:
        suite = self.network.suite
        pool = suite["RecyclingPool"]
        suite["MDT"].send(self.payer, "approve", pool.address, FEES)
        receipt = pool.send(self.payer, "deposit_fees", FEES)
        burned = pool.events(receipt, "FeesDeposited")[0].burned
        suite["MDT"].send(self.payer, "burn", VOLUNTARY_BURN)
        self.say(f"  fees: {self.network.show(FEES)} handed in, {self.network.show(burned)} burned, the rest is spent before anything is minted")

    def _cancel(self, epoch: int) -> None:
        network = self.network
        receipt = network.keeper.cancel(network.guardian)
        event = network.suite["EmissionController"].events(receipt, "ReportDiscarded")[0]
        self._discarded(epoch, event, "cancelled", "cancelled by the guardian")

    def _dishonest_quorum(self, epoch: int, honest: EpochResult) -> None:
        """Three reporters publish one wrong list after the other; a stranger finds the fault of each in what they published, and proves it."""
        network, keeper = self.network, self.network.keeper
        report, audit = read_report(bundle_path(keeper.bundles, epoch)), network.suite["RootAudit"]
        evidence = list(evidence_of(network.suite, keeper.bundles))
        for attempt, (name, rows) in enumerate(self._wrong_lists(honest), start=report.attempt):
            tree = MerkleTree.as_listed(rows)
            forged = replace(report, attempt=attempt, root=tree.root, audit_root=AuditTree(tree).root)
            signatures = [attestation.sign(forged, keeper.domain, one.account) for one in network.reporters[:QUORUM]]
            merged = attestation.merge(forged, keeper.domain, signatures, [one.address for one in network.reporters], QUORUM)
            keeper.controller.send(network.keeper_account, "submit_report", forged.as_tuple(), merged)
            published = of_rows(rows, forged.audit_root)
            found = None if published is None else find(forged, published, evidence)
            if found is None:
                raise MDTError(f"the demo's wrong list ({name}) has no fault that can be proven")
            receipt = audit.send(self.payer, found.function, keeper.controller.address, *found.arguments)
            event = keeper.controller.events(receipt, "ReportDiscarded")[0]
            self._discarded(epoch, event, "refuted", f"refuted by {event.discarded_by} ({name}): {found.words}")

    def _wrong_lists(self, honest: EpochResult) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        """What a dishonest quorum can publish, and how it is wrong; the first reporter is the thief."""
        before, after = honest.previous, dict(honest.ledger.leaves())
        victim = max(before.leaves(), key=lambda leaf: leaf[1])[0]
        thief, half = self.network.reporters[0].address.lower(), before[victim] // 2
        yield "a list that takes half from a miner", sorted((after | {victim: half, thief: after[victim] - half}).items())
        yield "a list that leaves everybody out", [(thief, honest.ledger.total)]
        yield "a list that promises too much", sorted((after | {thief: honest.ledger.total}).items())
        ascending = sorted(after.items())
        yield "a list with a miner twice", [*ascending[:1], *ascending]
        yield "a list that is not in order", [*ascending[1:], ascending[0]]

    def _discarded(self, epoch: int, event: Any, what: str, how: str) -> None:
        self.discarded.append({"epoch": epoch, "digest": "0x" + event.digest.hex(), "reason": event.reason, "how": how})
        of_epoch = [one for one in self.discarded if one["epoch"] == epoch]
        self.notes[epoch] = f"{'first report' if len(of_epoch) == 1 else f'{len(of_epoch)} reports'} {what}"
        self.say(f"  epoch {epoch}: the report is {how}; it is reported again as attempt {self.network.suite['EmissionController'].call('attempt')}")

    def _own_recipient(self) -> None:
        """One miner sends its rewards elsewhere and claims; a stranger claims for another."""
        first, second = self.miners[0], self.miners[1]
        self.network.suite["RewardDistributor"].send(first, "set_recipient", self.savings.address)
        self._claim(first, first)
        self._claim(second, self.network.keeper_account)
        self.say(f"  {first.address} has its rewards sent to savings; the keeper claims for {second.address}, who is paid")

    def _silence(self) -> None:
        network = self.network
        staking = network.suite["Staking"]
        day = DAY // self.settings.halving.block_time
        end = network.bounds(FIRST_LATE_EPOCH - 1)[2]
        pulled = days = 0
        while network.chain.head() + day < end:
            network.advance_to(network.chain.head() + day)
            pulled += sum(event.amount for event in staking.events(staking.send(network.keeper_account, "pull_block_rewards"), "BlockRewardsPulled"))
            days += 1
            self.stake.on_day(days)
            self.market.on_day(days)
            self.exchange.on_day(days)
        skipped = network.skip(FIRST_LATE_EPOCH - 1)
        self.skipped.append(skipped)
        self.say(f"  a month without reports: block rewards go on ({self.network.show(pulled)}, pulled once a day)")
        self.say(f"  {skipped[1] - skipped[0] + 1:,} epochs are skipped in one transaction; their budget stays unminted")

    # --- the end ---

    def _claim(self, miner: LocalSigner, signer: LocalSigner) -> None:
        self.claims[miner.address] += self.network.claim(miner.address, signer)

    def _claim_all(self) -> None:
        for miner in self.miners:
            self._claim(miner, miner)
        try:
            self._claim(self.miners[0], self.miners[0])
            raise MDTError("a second claim was paid")
        except RevertError as refused:
            self.say(f"  a second claim is refused: {refused.reason}")
        self._claim_vested()
        self.stake.end()

    def _claim_vested(self) -> None:
        """The keeper has every genesis holder paid what is vested by now; anyone may."""
        vesting, keeper = self.network.suite["Vesting"], self.network.keeper_account
        for one in self.kept:
            if one.vesting is None:
                continue
            account = self.holders[one.recipient].address
            due = vesting.call("claimable", account, 0)
            if due:
                receipt = vesting.send(keeper, "claim", account, 0)
                self.vested[one.recipient] = sum(event.amount for event in vesting.events(receipt, "Claimed"))
            left = f"{self.network.show(vesting.call('locked', account, 0))} are locked"
            paid = self.vested.get(one.recipient, 0)
            self.say(f"  {one.recipient}: {self.network.show(paid)} of {self.network.show(one.amount)} are vested and paid, {left}")

    def _verify(self, dataset: Dataset) -> list[int]:
        """Recompute every bundle against the chain, from the data up.

        Raises:
            MDTError: a bundle and the chain disagree.
        """
        verified = []
        for row in self.network.settled:
            found = self.network.keeper.verify(bundle_path(self.network.keeper.bundles, row.epoch), dataset)
            if not found.ok:
                raise MDTError(f"epoch {row.epoch} does not verify: {found.difference}")
            verified.append(row.epoch)
        self.say(f"  {len(verified)} bundles recomputed from the data agree with the chain")
        return verified

    def _require_model(self, row: Settled) -> None:
        """The amount in the contract's event is the model's, to the wei.

        Raises:
            MDTError: contract and model disagree.
        """
        expected = schedule_of(self.settings).formula(row.epoch, row.utility)
        if row.emission != expected:
            raise MDTError(f"epoch {row.epoch}: the contract pays {row.emission} wei, the model {expected}")


def run(chain: Chain, settings: Settings, artifacts: Mapping[str, Artifact], out: Path, say: Say) -> Demo:
    """Play the demo and write `summary.json`.

    Args:
        chain: a local chain.
        settings: the preset; the data set is made for `adr-literal`.
        artifacts: the compiled suite.
        out: folder for records, bundles and the summary; what an earlier run left there is replaced.
        say: shown line by line as it happens.
    """
    demo = Scenario(chain, settings, artifacts, out, say).run()
    more = {
        "skipped": [{"first": first, "last": last} for first, last in demo.skipped],
        "discarded": [{key: str(value) if key != "epoch" else value for key, value in one.items()} for one in demo.discarded],
        "claimed": {account: str(amount) for account, amount in demo.claims.items()},
        "verified": demo.verified,
        "staking": demo.staking.document(),
        "market": demo.market.document(),
        "vested": {holder: str(amount) for holder, amount in demo.vested.items()},
    }
    write_summary(out / "summary.json", summary(settings.name, chain.chain_id, demo.settled, demo.sheet, more))
    return demo
