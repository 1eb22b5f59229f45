"""The end of a life of the whole suite: everybody takes out what is theirs, from everywhere, and the contracts are empty."""

from __future__ import annotations

from mdt.model.controller import EMPTY
from mdt.units import DAY, HOUR
from tests.stateful.whole_actions import MoneyActions
from tests.stateful.whole_replacing_markets import ReplacingMarketActions
from tests.support.listing import Miners
from tests.support.whole import BUDGETS, UNBONDING_BLOCKS, UNLIMITED

YEAR = 13 * 30 * DAY  # longer than any lock
WINDOWS = 40  # of an hour: more than any budget needs

# What is allowed within a call and used up by it.
ALLOWANCES = (
    ("DistributionSchedules", "ReservePools"),
    ("Slasher", "Staking"),
    ("Staking", "RecyclingPool"),
    ("Treasury", "Vesting"),
    ("FeeDesk", "RecyclingPool"),
)


class Leaving(MoneyActions, ReplacingMarketActions):
    """What each does once it wants to leave; nothing of it may be refused."""

    def everybody_leaves(self) -> None:
        self.minters_are_back()
        self.slashes_end()
        self.emission_ends()
        self.schedules_end()
        self.pools_close()
        self.stakes_come_home()
        self.restitution_is_paid()
        self.grants_are_paid()
        self.act_sweep()

    def minters_are_back(self) -> None:
        for name in BUDGETS:
            if not self.world["MDT"].minter(self.world[name]).is_active:
                self.grant_minter(name=name, is_patient=True)

    def emission_ends(self) -> None:
        """The report that waits is settled or discarded, bonds are back, and every miner is paid."""
        if self.controller.paused_until() > self.now:
            self.must("EmissionController", "unpause", sender=self.world.owner)
        for asked in self.of_pending():
            if not self.act_answer_challenge(asked):
                self.advance(1, max(0, asked.answer_by + 1 - self.now))
                assert self.act_discard_unanswered(asked)
                break
        for asked in list(self.asked):
            assert self.act_return_bond(asked)
        for _ in range(WINDOWS):
            self.act_settle()
            self.advance(1, HOUR)
        assert self.controller.pending().digest == EMPTY, "a report that cannot be settled"
        for miners in self.all_miners:
            self.miners_are_paid(miners)

    def miners_are_paid(self, miners: Miners) -> None:
        """All of the list in force; if it is an honest one, what a thief took before is what is missing, to the wei."""
        self.act_claim_many(miners)
        missing = miners.due - self.held(miners)
        if miners.is_honest and missing > 0:
            assert missing <= miners.claims[self.world.thief]
            self.act_give(miners.name, missing, self.world.thief)
            self.act_claim_many(miners)

    def schedules_end(self) -> None:
        for number in self.kinds:
            if number in self.cancelled:
                continue
            self.act_process(number)
            self.must("DistributionSchedules", "cancel", number, sender=self.world.owner)
            self.cancelled.add(number)

    def pools_close(self) -> None:
        for number in list(self.allocations):
            self.must("ReservePools", "cancel", number, sender=self.world.market)
            del self.allocations[number]
        self.sheet.read(None)
        if self.sheet.pool_totals[1]:
            if not self.open_pools:
                self.act_create_pool()
            assert self.act_absorb(self.open_pools[0], self.sheet.pool_totals[1])
        for number in list(self.open_pools):
            self.must("ReservePools", "close_pool", number, sender=self.world.owner)
            self.open_pools.remove(number)

    def stakes_come_home(self) -> None:
        """Streams run out, locks end; everything is unstaked, withdrawn and claimed."""
        for _ in range(WINDOWS):
            self.must("Staking", "pull_block_rewards")
            self.advance(1, HOUR)
        self.advance(1, YEAR)
        self.streams_run_out()
        for number in range(1, len(self.validators) + 1):
            self.do("Validators", "exit", number, sender=self.operator(number))
        for position in self.positions:
            if self.row(position).shares:
                assert self.act_unstake(position, UNLIMITED)
        self.advance(UNBONDING_BLOCKS, 8 * DAY)
        for position, number in list(self.requests):
            assert self.act_withdraw(position, number)
        for number in range(1, len(self.validators) + 1):
            if self.world["Validators"].deposit_of(number):
                self.do("Slasher", "unjail", number, sender=self.operator(number))
                assert self.act_withdraw_deposit(number) or self.act_forfeit_deposit(number)
        for position in self.positions:
            if self.row(position).pending_reward:
                assert self.act_claim_rewards(position)
        for number in range(1, len(self.validators) + 1):
            self.act_claim_commission(number)
        self.streams_run_out()
        self.act_recycle_idle_rewards()

    def streams_run_out(self) -> None:
        """Arrears stream at the rate of a later era, which can take longer than all eras together."""
        self.sheet.read(None)
        net = self.sheet.network
        self.advance(max(4_000, net.epoch_stream_end - self.block, net.block_stream_end - self.block), HOUR)

    def grants_are_paid(self) -> None:
        for beneficiary, number in self.vestings:
            if self.world["Vesting"].claimable(beneficiary, number):
                assert self.act_claim_vested(beneficiary, number)

    def nothing_is_left(self) -> None:
        """But for what was only sent somewhere, the treasury's and recycled tokens, and dust of rewards."""
        balances, gifts = self.sheet.balances, self.books.gifts
        emptied = ("Vesting", "Validators", "Slasher", "DistributionSchedules", "EmissionController", "BlockReward", "FeeDesk", "RootAudit")
        for name in (one for first in emptied for one in self.world.versions(first)):
            assert balances[name] == gifts[name], f"{name} still holds tokens"
        for miners in self.all_miners:
            assert not miners.is_honest or balances[miners.name] == gifts[miners.name] - miners.overpaid, f"{miners.name} still holds tokens"
        assert balances["ReservePools"] == 0
        pairs = [(one, other) for owner, spender in ALLOWANCES for one in self.world.versions(owner) for other in self.world.versions(spender)]
        for owner, spender in pairs:
            assert self.world["MDT"].allowance(self.world[owner], self.world[spender]) == 0, f"{owner} leaves {spender} an allowance"
        net = self.sheet.network
        assert (net.principal, net.staked, net.weight) == (0, 0, 0)
        assert balances["Staking"] - gifts["Staking"] <= 3 + 2 * len(self.positions) + 2 * len(self.validators)
        *old, pool = self.world.versions("RecyclingPool")
        if old:
            self.must(pool, "absorb")
            self.sheet.read(None)
        assert all(self.sheet.balances[one] == 0 for one in old)
        assert self.act_burn_surplus(self.sheet.balances[pool]) or self.sheet.balances[pool] == 0
