"""The end of a life of the whole suite: everybody takes out what is theirs, from everywhere, and the contracts are empty."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.model.slasher import SlashStatus
from mdt.units import DAY, HOUR
from tests.stateful.whole_actions import MoneyActions
from tests.stateful.whole_desk import DeskActions
from tests.stateful.whole_emission import EmissionActions
from tests.stateful.whole_markets import MarketActions
from tests.stateful.whole_staking import SlashingActions
from tests.support.whole import BUDGETS, UNLIMITED

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


class Leaving(MoneyActions, MarketActions, EmissionActions, SlashingActions, DeskActions):
    """What each does once it wants to leave; nothing of it may be refused."""

    def must(self, name: str, function: str, *arguments: object, sender: str | None = None) -> int:
        """A call that must succeed."""
        answer = self.do(name, function, *arguments, sender=sender)
        assert answer is not None, f"{name}.{function}{arguments} was refused: somebody cannot get out"
        return answer

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

    def slashes_end(self) -> None:
        """Windows run out, and whoever is to answer for one answers."""
        self.advance(1, 3 * DAY)
        for slash_id, _, _ in self.slashes:
            if self.world["Slasher"].slash_record(slash_id).status == SlashStatus.ESCROWED:
                self.must("Slasher", "execute", slash_id)
        for position in self.positions:
            while self.world["Staking"].debt(*position).source_id and self.act_answer(position):
                pass

    def emission_ends(self) -> None:
        """The report that waits is settled, and every miner paid."""
        for _ in range(WINDOWS):
            self.act_settle()
            self.advance(1, HOUR)
        assert not any(self.controller.pending().digest), "a report that cannot be settled"
        self.claim_many()

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
            self.do("Validators", "exit", sender=self.operator(number))
        for position in self.positions:
            if self.row(position).shares:
                assert self.act_unstake(position, UNLIMITED)
        self.advance(1, 8 * DAY)
        for position, number in list(self.requests):
            assert self.act_withdraw(position, number)
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

    def restitution_is_paid(self) -> None:
        for slash_id, number, _ in self.slashes:
            for owner in (*self.world.people, ZERO_ADDRESS):
                is_owed = (
                    self.world["Slasher"].slash_record(slash_id).status == SlashStatus.OVERTURNED
                    and self.world["Staking"].restitution(self.world["Slasher"], slash_id, owner) > 0
                )
                assert not is_owed or self.act_claim_restitution(slash_id, number, owner)

    def grants_are_paid(self) -> None:
        for beneficiary, number in self.vestings:
            if self.world["Vesting"].claimable(beneficiary, number):
                assert self.act_claim_vested(beneficiary, number)

    def nothing_is_left(self) -> None:
        """But for what was only sent somewhere, the treasury's and recycled tokens, and dust of rewards."""
        balances, gifts = self.sheet.balances, self.books.gifts
        for name in ("Vesting", "Slasher", "RewardDistributor", "DistributionSchedules", "EmissionController", "BlockReward", "FeeDesk"):
            assert balances[name] == gifts[name], f"{name} still holds tokens"
        assert balances["ReservePools"] == 0
        for owner, spender in ALLOWANCES:
            assert self.world["MDT"].allowance(self.world[owner], self.world[spender]) == 0, f"{owner} leaves {spender} an allowance"
        net = self.sheet.network
        assert (net.principal, net.staked, net.weight) == (0, 0, 0)
        assert balances["Staking"] - gifts["Staking"] <= 3 + 2 * len(self.positions) + 2 * len(self.validators)
        assert self.act_burn_surplus(balances["RecyclingPool"]) or balances["RecyclingPool"] == 0
