"""Reserve pools and distribution schedules on the real token, with their models on models of the token, moved together."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import boa

from mdt.model.pools import ReservePools, SaleTerms
from mdt.model.reasons import Burn, Mint, mask
from mdt.model.schedules import DistributionSchedules
from mdt.model.token import MDT, UNLIMITED
from mdt.units import DAY, HOUR
from tests.support.boa_clock import BoaClock, mine, now
from tests.support.deployers import deploy
from tests.support.lens import CALL_GAS, cold
from tests.support.token import BUCKETS, TOKEN, deploy_token
from tests.support.twins import Twin, plain

UNIT = 10**18
PURSE = 1_000_000 * UNIT
SALE_BURN_BPS = 100
# What the schedules may mint: a life, a window, and its seconds.
BUDGET = (900_000 * UNIT, 90_000 * UNIT, DAY)
EMISSION_BUCKET = 1


def boa_day() -> None:
    """Begin a day of UTC."""
    mine(0, DAY - now() % DAY)


def pass_time(seconds: int, blocks: int = 1) -> None:
    """Move the chain."""
    mine(blocks, seconds)


def pass_blocks(blocks: int, block_time: int = 3) -> None:
    """Let blocks of some seconds pass."""
    pass_time(blocks * block_time, blocks)


def gas_of(contract: Any, function: str, *arguments: Any) -> int:
    """Gas of a read that may not spend more than Luxtensor's nodes allow, calldata included, every slot cold."""
    method = getattr(contract, function)
    extra = sum(16 if byte else 4 for byte in method.prepare_calldata(*arguments))
    with cold():
        method(*arguments, gas=CALL_GAS - extra)
    return int(contract._computation.get_gas_used()) + 21_000 + extra


def both_tokens(owner: str, holders: list[str], spenders: list[str]) -> tuple[Any, MDT]:
    """A token and its model: every holder has a purse and allows every spender everything."""
    issuer = boa.env.generate_address("issuer")
    token = deploy_token(owner, owner)
    twin = MDT(BUCKETS, TOKEN.grant_delay, owner, owner, BoaClock())
    rules = (issuer, 0, mask(Mint.GENESIS), BUCKETS[0], BUCKETS[0], 60)
    token.propose_minter(*rules, sender=owner)
    twin.propose_minter(owner, *rules)
    token.grant_minter(issuer, sender=owner)
    twin.grant_minter(owner, issuer)
    for holder in holders:
        token.mint(holder, PURSE, Mint.GENESIS, sender=issuer)
        twin.mint(issuer, holder, PURSE, Mint.GENESIS)
    for holder in holders:
        for spender in spenders:
            token.approve(spender, UNLIMITED, sender=holder)
            twin.approve(holder, spender, UNLIMITED)
    return token, twin


class PoolsScene:
    """Contracts and models of one suite, and who uses them."""

    def __init__(self, sale_burn_bps: int = SALE_BURN_BPS, *, pools_build: Any = None, schedules_build: Any = None) -> None:
        roles = ("owner", "treasury", "operator", "donor", "buyer", "other", "attacker")
        self.owner, self.treasury, self.operator, self.donor, self.buyer, self.other, self.attacker = (str(boa.env.generate_address(role)) for role in roles)
        self.holders = [self.donor, self.buyer, self.other]
        self.token, self.twin = both_tokens(self.owner, self.holders, [])
        self.staking = str(deploy("RecyclingPool", token=self.token, owner=self.owner).address)  # any contract: nothing here pays to Staking
        around = {"MDT": self.token, "Treasury": self.treasury, "Staking": self.staking}
        self.pools = deploy("ReservePools", around, build=pools_build, sale_burn_bps=sale_burn_bps, owner=self.owner)
        self.schedules = deploy("DistributionSchedules", around, build=schedules_build, owner=self.owner)
        addresses = (str(self.token.address), self.treasury)
        self.model = ReservePools(str(self.pools.address), self.twin, *addresses, sale_burn_bps, self.owner)
        self.planned = DistributionSchedules(str(self.schedules.address), self.twin, *addresses, self.staking, self.owner)
        self.model.schedules[self.planned.address] = self.planned
        self.planned.pools[self.model.address] = self.model
        self.cash, cash_twin = both_tokens(self.owner, self.holders, [self.model.address])
        self.model.payment_tokens[str(self.cash.address)] = cash_twin
        self.cash_twin = cash_twin
        for holder in self.holders:
            for spender in (self.model.address, self.planned.address):
                self.token.approve(spender, UNLIMITED, sender=holder)
                self.twin.approve(holder, spender, UNLIMITED)
        self.logs: list[Any] = []  # everything both ever said
        self.pools_twin = Twin(self.pools, self.model, logs=self.logs)
        self.schedules_twin = Twin(self.schedules, self.planned, logs=self.logs)
        self.token.set_burner(self.pools, mask(Burn.TRANSACTION_FEE), sender=self.owner)
        self.twin.set_burner(self.owner, self.model.address, mask(Burn.TRANSACTION_FEE))

    # --- set-up ---

    def grant_budget(self, cap: int = BUDGET[0], window_cap: int = BUDGET[1], window: int = BUDGET[2], reasons: int = 0xFF) -> None:
        """Let the schedules mint."""
        rules = (self.planned.address, EMISSION_BUCKET, reasons, cap, window_cap, window)
        self.token.propose_minter(*rules, sender=self.owner)
        self.twin.propose_minter(self.owner, *rules)
        self.token.grant_minter(self.planned.address, sender=self.owner)
        self.twin.grant_minter(self.owner, self.planned.address)

    def give(self, target: str, amount: int) -> None:
        """A plain transfer of the donor."""
        self.token.transfer(target, amount, sender=self.donor)
        self.twin.transfer(self.donor, target, amount)

    # --- shorthands ---

    def pool(self, amount: int = 0, name: str = "market") -> int:
        """A pool of the operator with tokens in it."""
        pool_id = self.pools_twin.call("create_pool", self.owner, name, self.operator)
        if amount > 0:
            self.pools_twin.call("replenish", self.donor, pool_id, amount)
        return pool_id

    def terms(self, **changed: Any) -> SaleTerms:
        """Paid in cash, from one half to two of a unit for a token."""
        values = {
            "payment_token": str(self.cash.address),
            "min_price": UNIT // 2,
            "max_price": 2 * UNIT,
            "max_per_purchase": 1_000 * UNIT,
            "max_per_day": 1_500 * UNIT,
        }
        return SaleTerms(**(values | changed))

    def for_sale(self, amount: int, price: int = UNIT, **changed: Any) -> int:
        """A pool that is for sale."""
        pool_id = self.pool(amount)
        self.pools_twin.call("set_sale", self.owner, pool_id, self.terms(**changed), price)
        return pool_id

    def allocated(self, pool_id: int, amount: int, seconds: int = HOUR) -> int:
        """An allocation for the buyer."""
        return self.pools_twin.call("allocate", self.operator, pool_id, self.buyer, amount, seconds)

    def scheduled(self, kind: int = 3, recipient: str | None = None, amount: int = UNIT, interval: int = 10, duration: int = 0, **changed: Any) -> int:
        """A schedule that starts in this block."""
        values = {"pool_id": 0, "is_minted": False, "start": boa.env.evm.patch.block_number} | changed
        return self.schedules_twin.call(
            "create", self.owner, kind, recipient or self.treasury, values["pool_id"], values["is_minted"], amount, interval, values["start"], duration
        )

    # --- agreement ---

    def agree(self) -> None:
        """Books, balances and models show the same."""
        self.agree_on_pools()
        self.agree_on_schedules()
        for account in (*self.holders, self.treasury, self.operator, self.model.address, self.planned.address):
            assert self.token.balanceOf(account) == self.twin.balances[account]
            assert self.cash.balanceOf(account) == self.cash_twin.balances[account]
        assert self.token.totalSupply() == self.twin.total_supply

    def agree_on_pools(self) -> None:
        """ReservePools = its model."""
        pools, model = self.pools, self.model
        assert (pools.pool_count(), pools.allocation_count()) == (model.pool_count, model.allocation_count)
        assert (pools.total_held(), pools.unassigned()) == (model.total_held, model.unassigned)
        for pool_id in range(1, model.pool_count + 1):
            assert tuple(pools.pool(pool_id)) == astuple(model.pool(pool_id))
            assert pools.is_open(pool_id) == model.is_open(pool_id)
            assert plain(pools.sale(pool_id)) == astuple(model.sale(pool_id))
            assert tuple(pools.refill(pool_id)) == astuple(model.refill(pool_id))
            for account in (self.buyer, self.other):
                assert pools.bought_today(pool_id, account) == model.bought_today(pool_id, account)
        for allocation_id in range(model.allocation_count + 2):
            assert tuple(pools.allocation(allocation_id)) == astuple(model.allocation(allocation_id))

    def agree_on_schedules(self) -> None:
        """DistributionSchedules = its model."""
        schedules, planned = self.schedules, self.planned
        assert schedules.schedule_count() == planned.schedule_count
        assert schedules.total_held() == planned.total_held
        for schedule_id in range(1, planned.schedule_count + 1):
            shown, known = schedules.schedule(schedule_id), vars(planned.schedule(schedule_id))
            assert {name: plain(value) for name, value in shown._asdict().items()} == {
                name: astuple(value) if name.endswith("terms") else value for name, value in known.items()
            }
            assert tuple(schedules.due(schedule_id)) == astuple(planned.due(schedule_id))
            assert schedules.next_due_block(schedule_id) == planned.next_due_block(schedule_id)
