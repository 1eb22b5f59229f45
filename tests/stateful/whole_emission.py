"""What can happen to emission in a life of the whole suite: reports with real signatures, settlement, claims, block rewards."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Any

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.model.controller import Report
from mdt.model.shares import split
from mdt.units import WAD
from tests.stateful.whole_actions import ANY, PERSON, Life, act
from tests.support.emission import DATA_HASH, EMPTY, QUORUM, REPORTERS, sign
from tests.support.whole import EPOCH_BLOCKS

FRACTIONS = [0, WAD // 3, 7 * WAD // 10, WAD]
TASKS = [0, 1, 4_321, 8_000, 10_000]
WEIGHTS = [(1, 0, 0, 0), (1, 1, 1, 1), (3, 1, 0, 7), (0, 5, 2, 0), (0, 0, 0, 0)]
Weights = tuple[int, int, int, int]


class EmissionActions(Life):
    """EmissionController, RewardDistributor, BlockReward."""

    # --- reports ---

    def act_catch_up(self) -> None:
        """Settle what waits, skip what is lost, and go to where the next epoch can be reported."""
        self.act_settle()
        if self.controller.status().is_late:
            self.do("EmissionController", "skip")
        self.advance(max(0, self.controller.epoch_bounds(self.controller.next_epoch())[1] - self.block))

    @property
    def shares_bps(self) -> list[int]:
        """Of miners, validators and the DAO: nobody changes them here."""
        return self.world.settings.distribution.shares_bps.as_list()

    @property
    def controller(self) -> Any:
        return self.world["EmissionController"]

    def act_submit(self, inputs: tuple[int, int, int], weights: Weights, signers: int = QUORUM) -> bool:
        """A report for the next epoch that pays the people by weight; without weights an unchanged root."""
        epoch, distributor = self.controller.next_epoch(), self.world["RewardDistributor"]
        report = Report(epoch, self.controller.attempt(), *inputs, distributor.root(), EMPTY, distributor.total_funded(), DATA_HASH)
        announced, earned = self.controller.preview(epoch, *inputs), dict(self.earned)
        share = announced.miner_share
        if share and any(weights):
            parts = [share * weight // sum(weights) for weight in weights]
            parts[weights.index(max(weights))] += share - sum(parts)
            for person, part in zip(self.world.people, parts, strict=True):
                if part:
                    earned[person] = earned.get(person, 0) + part
            tree = MerkleTree.build(earned.items())
            report = replace(report, root=tree.root, audit_root=AuditTree(tree).root, cumulative_total=report.cumulative_total + share)
        signatures = sign(self.controller.report_digest(astuple(report)), REPORTERS[:signers])
        if self.do("EmissionController", "submit_report", report, signatures) is None:
            return False
        assert self.controller.pending().amounts == announced
        self.pending_earned = earned
        return True

    @act(tasks=TASKS, difficulty=FRACTIONS, participation=FRACTIONS, weights=WEIGHTS, signers=[QUORUM, QUORUM, len(REPORTERS), QUORUM - 1])
    def submit_report(self, tasks: int, difficulty: int, participation: int, weights: Weights, signers: int) -> bool:
        self.act_catch_up()
        return self.act_submit((tasks, difficulty, participation), weights, signers)

    @act(tasks=TASKS[2:], difficulty=FRACTIONS[1:], participation=FRACTIONS[1:], weights=WEIGHTS)
    def whole_epoch(self, tasks: int, difficulty: int, participation: int, weights: Weights) -> bool:
        """The ordinary course, so that settlements are common."""
        self.act_catch_up()
        return self.act_submit((tasks, difficulty, participation), weights) and self.act_settle()

    @act(is_fresh=[True, False])
    def cancel_report(self, is_fresh: bool) -> bool:
        """By the guardian: one that waits, or has just come."""
        if is_fresh:
            self.act_catch_up()
            self.act_submit((8_000, WAD, WAD), WEIGHTS[1])
        return self.do("EmissionController", "cancel_report", sender=self.world.guardian) is not None

    # --- settlement ---

    def act_settle(self) -> bool:
        """Settle what waits, after its time, and book it as it was announced."""
        pending, books = self.controller.pending(), self.books
        if pending.digest == EMPTY:
            return False
        self.advance(1, max(0, pending.settles_at - self.now))
        if self.do("EmissionController", "settle") is None:
            return False
        amounts, row = pending.amounts, self.controller.epoch_record(pending.report.epoch)
        is_paid = pending.report.cumulative_total > books.miners
        assert (row.emission, row.miner_share) == (amounts.emission, amounts.miner_share if is_paid else 0)
        assert (amounts.miner_share, amounts.validator_share, amounts.dao_share) == split(amounts.emission, self.shares_bps)
        books.emission += amounts.emission
        books.from_pool += row.recycled
        books.validators += amounts.validator_share
        books.dao += amounts.dao_share
        if is_paid:
            books.miners += amounts.miner_share
            self.earned = self.pending_earned
        else:
            books.no_miners += amounts.miner_share
        return True

    @act()
    def settle(self) -> bool:
        return self.act_settle()

    @act(epochs=[3, 4])
    def be_late(self, epochs: int) -> bool:
        self.advance(EPOCH_BLOCKS * epochs)
        return self.do("EmissionController", "skip") is not None

    # --- claims ---

    def act_claim(self, person: str) -> int:
        """All that a miner has earned and not claimed; 0 if there is nothing."""
        if person not in self.earned:
            return 0
        proof = MerkleTree.build(self.earned.items()).proof(person)
        due = self.earned[person] - self.miner_claims[person]
        paid = self.do("RewardDistributor", "claim", person, self.earned[person], proof, sender=self.world.market)
        assert paid == (due or None)
        self.take(person, due)
        return due

    def take(self, person: str, amount: int) -> None:
        """A miner was paid."""
        self.move(amount, payee=person)
        self.miner_claims[person] += amount
        self.books.claimed += amount

    def some_miner(self, who: int) -> str:
        """Somebody who is owed something, if there is anybody."""
        owed = [person for person, amount in self.earned.items() if amount > self.miner_claims[person]]
        return self.pick(owed, who) or self.world.people[who]

    @act(who=PERSON)
    def claim(self, who: int) -> bool:
        return self.act_claim(self.some_miner(who)) > 0

    @act()
    def claim_many(self) -> bool:
        tree = MerkleTree.build(self.earned.items()) if self.earned else None
        proofs = [tree.proof(person) for person in self.earned] if tree else []
        due = {person: amount - self.miner_claims[person] for person, amount in self.earned.items()}
        paid = self.do("RewardDistributor", "claim_many", list(self.earned), list(self.earned.values()), proofs)
        assert paid == sum(due.values())
        for person, amount in due.items():
            self.take(person, amount)
        return bool(paid)

    @act(who=PERSON, index=ANY)
    def claim_and_stake(self, who: int, index: int) -> bool:
        """What a miner has earned goes straight into a delegation, in one transaction (X15)."""
        person = self.some_miner(who)
        number = self.pick(self.active(), index)
        due = self.earned.get(person, 0) - self.miner_claims[person]
        if not number or not due:
            return False
        proof = MerkleTree.build(self.earned.items()).proof(person)
        if self.do("RewardDistributor", "claim_and_stake", self.earned[person], proof, number, 0, sender=person) is None:
            return False
        self.take(person, due)
        self.move(due, person)
        if (number, person, 0) not in self.positions:
            self.positions.append((number, person, 0))
        return True

    @act()
    def release_block_rewards(self) -> bool:
        return bool(self.do("BlockReward", "release"))
