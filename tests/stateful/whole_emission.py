"""What can happen to emission in a life of the whole suite: reports with real signatures, settlement, claims, block rewards."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Any

from mdt.model.controller import EMPTY, Report
from mdt.model.shares import split
from mdt.units import WAD
from tests.stateful.whole_actions import ANY, Life, act
from tests.support.emission import DATA_HASH, QUORUM, REPORTERS, sign
from tests.support.listing import Listing, Miners, in_order
from tests.support.whole import EPOCH_BLOCKS

FRACTIONS = [0, WAD // 3, 7 * WAD // 10, WAD]
TASKS = [0, 1, 4_321, 8_000, 10_000]
WEIGHTS = [(1, 0, 0, 0), (1, 1, 1, 1), (3, 1, 0, 7), (0, 5, 2, 0), (0, 0, 0, 0)]
FULL = (8_000, WAD, WAD)
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

    def honest_report(self, inputs: tuple[int, int, int], weights: Weights) -> tuple[Report, dict[str, int]]:
        """A report for the next epoch that pays the people by weight, and what all have earned then; without weights an unchanged root."""
        epoch, miners = self.controller.next_epoch(), self.miners
        report = Report(epoch, self.controller.attempt(), *inputs, miners.root, EMPTY, miners.funded, DATA_HASH)
        share, earned = self.controller.preview(epoch, *inputs).miner_share, dict(miners.earned)
        if not share or not any(weights):
            return report, earned
        parts = [share * weight // sum(weights) for weight in weights]
        parts[weights.index(max(weights))] += share - sum(parts)
        for person, part in zip(self.world.people, parts, strict=True):
            if part:
                earned[person] = earned.get(person, 0) + part
        return replace(report, cumulative_total=report.cumulative_total + share), earned

    def act_submit(self, inputs: tuple[int, int, int], weights: Weights, signers: int | None = None) -> bool:
        """An honest report, signed by some reporters, or by a quorum."""
        report, earned = self.honest_report(inputs, weights)
        is_new = report.cumulative_total > self.miners.funded
        return self.act_submit_list(report, Listing(in_order(list(earned.items()))) if is_new else None, earned, signers)

    def act_submit_list(self, report: Report, listing: Listing | None, earned: dict[str, int], signers: int | None = None) -> bool:
        """A report with any list, or with an unchanged root; `earned` is what was measured."""
        if listing is not None:
            report = replace(report, root=listing.tree.root, audit_root=listing.audit.root)
        announced = self.controller.preview(report.epoch, report.tasks, report.difficulty, report.participation)
        signatures = sign(self.controller.report_digest(astuple(report)), self.reporters[: self.quorum if signers is None else signers])
        if self.do("EmissionController", "submit_report", report, signatures) is None:
            return False
        assert self.controller.pending().amounts == announced
        self.pending_earned, self.pending_listing = earned, listing
        return True

    @act(tasks=TASKS, difficulty=FRACTIONS, participation=FRACTIONS, weights=WEIGHTS, signers=[QUORUM, QUORUM, len(REPORTERS), QUORUM - 1])
    def submit_report(self, tasks: int, difficulty: int, participation: int, weights: Weights, signers: int) -> bool:
        self.act_catch_up()
        return self.act_submit((tasks, difficulty, participation), weights, signers)

    # --- settlement ---

    def act_settle(self) -> bool:
        """Settle what waits, after its time, and book it as it was announced."""
        pending, books, miners = self.controller.pending(), self.books, self.miners
        if pending.digest == EMPTY:
            return False
        self.advance(1, max(0, pending.settles_at - self.now))
        if self.do("EmissionController", "settle") is None:
            return False
        amounts, row = pending.amounts, self.controller.epoch_record(pending.report.epoch)
        is_paid = self.pending_listing is not None
        assert is_paid == (pending.report.audit_root != EMPTY)
        assert (row.emission, row.miner_share) == (amounts.emission, amounts.miner_share if is_paid else 0)
        assert (amounts.miner_share, amounts.validator_share, amounts.dao_share) == split(amounts.emission, self.shares_bps)
        books.emission += amounts.emission
        books.from_pool += row.recycled
        books.validators += amounts.validator_share
        books.dao += amounts.dao_share
        if is_paid:
            books.miners += amounts.miner_share
            miners.funded += amounts.miner_share
            miners.earned, miners.listing = self.pending_earned, self.pending_listing
        else:
            books.no_miners += amounts.miner_share
        if miners.listing is not None:
            miners.evidence[pending.report.epoch] = miners.listing
        return True

    @act()
    def settle(self) -> bool:
        return self.act_settle()

    @act(epochs=[3, 4])
    def be_late(self, epochs: int) -> bool:
        self.advance(EPOCH_BLOCKS * epochs)
        return self.do("EmissionController", "skip") is not None

    # --- claims ---

    def held(self, miners: Miners) -> int:
        """What a distributor has, what was only sent there included."""
        return int(self.world["MDT"].balanceOf(self.world[miners.name]))

    def act_claim(self, miners: Miners, index: int) -> int:
        """All that a leaf gives and was not claimed, as long as the distributor has it; 0 if there is nothing."""
        if not miners.entries:
            return 0
        account, amount = miners.entries[index]
        due, held = amount - miners.claims[account], self.held(miners)
        paid = self.do(miners.name, "claim", account, amount, miners.listing.tree.proof_at(index), sender=self.world.market)
        assert paid == (due if 0 < due <= held else None)
        self.take(miners, account, paid or 0)
        return paid or 0

    def take(self, miners: Miners, account: str, amount: int) -> None:
        """A miner was paid."""
        self.move(amount, payee=account)
        miners.claims[account] += amount
        self.books.claimed += amount

    def some_leaf(self, index: int) -> tuple[Miners, int]:
        """One that is owed something, here or at a distributor that was replaced, if there is any."""
        rows = [(miners, at) for miners in self.all_miners for at in range(len(miners.entries))]
        owed = [(miners, at) for miners, at in rows if miners.entries[at][1] > miners.claims[miners.entries[at][0]]]
        return self.pick(owed or rows, index) or (self.miners, 0)

    @act(index=ANY)
    def claim(self, index: int) -> bool:
        return self.act_claim(*self.some_leaf(index)) > 0

    @act(index=ANY)
    def claim_many(self, index: int) -> bool:
        return self.act_claim_many(self.some_leaf(index)[0]) > 0

    def act_claim_many(self, miners: Miners) -> int:
        """The whole list at once."""
        proofs = [miners.listing.tree.proof_at(at) for at in range(len(miners.entries))] if miners.listing else []
        expected = list(miners.payable(self.held(miners)))
        columns = [account for account, _ in miners.entries], [amount for _, amount in miners.entries]
        paid = self.do(miners.name, "claim_many", *columns, proofs)
        assert paid == sum(due for _, due in expected)
        for account, due in expected:
            self.take(miners, account, due)
        return paid

    @act(who=ANY, index=ANY)
    def claim_and_stake(self, who: int, index: int) -> bool:
        """What a miner has earned goes straight into a delegation, in one transaction (X15); not from a distributor that was replaced."""
        miners, at = self.some_leaf(who)
        number = self.pick(self.active(), index)
        person, amount = miners.entries[at] if miners.entries else (self.world.thief, 0)
        due = amount - miners.claims[person]
        if not number or due <= 0 or person == self.world.thief:
            return False
        is_paid = miners is self.miners and due <= self.held(miners)
        if self.do(miners.name, "claim_and_stake", amount, miners.listing.tree.proof_at(at), number, 0, sender=person) is None:
            return False
        assert is_paid
        self.take(miners, person, due)
        self.move(due, person)
        if (number, person, 0) not in self.positions:
            self.positions.append((number, person, 0))
        return True

    @act()
    def release_block_rewards(self) -> bool:
        """One that was replaced mints nothing any more."""
        *old, name = self.world.versions("BlockReward")
        assert not any(self.do(one, "release") for one in old)
        return bool(self.do(name, "release"))
