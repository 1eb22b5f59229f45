"""A fee desk beside the contracts it asks, on the real token, and their models, moved together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from types import SimpleNamespace
from typing import Any

import boa

from mdt.model.desk import OWN, FeeDesk, FeeTerms
from mdt.model.pools import ReservePools
from mdt.model.reasons import Burn, mask
from mdt.model.recycling import RecyclingPool
from mdt.model.token import UNLIMITED
from mdt.units import HOUR
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.pools import UNIT, both_tokens
from tests.support.slashing import STAKING_TERMS, arguments_of
from tests.support.slashing import TERMS as SLASH_TERMS
from tests.support.twins import Twin

FEE_BURN_BPS, SALE_BURN_BPS = 5_000, 100
REGISTRATION = FeeTerms(2_500, UNIT, False)
UNMET_QUOTA = FeeTerms(10_000, 0, True)
TRANSFER = FeeTerms(100, 0, False)
TERMS = (REGISTRATION, UNMET_QUOTA, TRANSFER)
BURNS = mask(Burn.TRANSACTION_FEE, Burn.DEFLATION, Burn.REGISTRATION)


def plain(terms: Sequence[FeeTerms]) -> list[Any]:
    """As the constructor takes them."""
    return [astuple(of_kind) for of_kind in terms]


class DeskScene:
    """Desk, recycling pool, reserve pools and a slasher, and who uses them."""

    def __init__(self, terms: Sequence[FeeTerms] = TERMS, *, sale_burn_bps: int = SALE_BURN_BPS, fee_burn_bps: int = FEE_BURN_BPS) -> None:
        roles = ("owner", "treasury", "arbiter", "payer", "payee", "other", "attacker", "drawer")
        self.owner, self.treasury, self.arbiter, self.payer, self.payee, self.other, self.attacker, self.drawer = (
            str(boa.env.generate_address(role)) for role in roles
        )
        self.holders = [self.payer, self.payee, self.other]
        self.token, self.twin = both_tokens(self.owner, self.holders, [])
        self.pool = deploy("RecyclingPool", token=self.token, fee_burn_bps=fee_burn_bps, owner=self.owner)
        self.pools = deploy("ReservePools", token=self.token, treasury=self.treasury, sale_burn_bps=sale_burn_bps, owner=self.owner)
        self.staking = harness("SlashableStaking").deploy(self.token, STAKING_TERMS.unbonding_seconds, 4_000_000)
        self.slasher = self.new_slasher()
        around = {"MDT": self.token, "RecyclingPool": self.pool, "ReservePools": self.pools, "Staking": self.staking, "Treasury": self.treasury}
        self.desk = deploy("FeeDesk", around, terms=plain(terms), owner=self.owner)
        self.logs: list[Any] = list(self.desk.get_logs())  # everything the desk ever said
        self.pool_model = RecyclingPool(str(self.pool.address), self.twin, fee_burn_bps, self.owner)
        self.pools_model = ReservePools(str(self.pools.address), self.twin, str(self.token.address), self.treasury, sale_burn_bps, self.owner)
        self.model = self.new_model(terms)
        self.desk_twin = Twin(self.desk, self.model, logs=self.logs)
        self.pool_twin = Twin(self.pool, self.pool_model, logs=self.logs)
        self.pools_twin = Twin(self.pools, self.pools_model, logs=self.logs)
        for spender, reasons in ((self.desk, BURNS), (self.pool, mask(Burn.TRANSACTION_FEE, Burn.DEFLATION)), (self.pools, mask(Burn.TRANSACTION_FEE))):
            self.entitle(spender, reasons)
            for holder in (*self.holders, self.attacker):
                self.allow(holder, spender)

    # --- set-up ---

    def new_slasher(self, treasury: str | None = None, **changed: int) -> Any:
        """A real slasher, of which nothing is asked but its terms."""
        around = {"MDT": self.token, "Treasury": treasury or self.treasury}
        around |= dict.fromkeys(("Staking", "Validators", "EmissionController"), self.staking)
        return deploy("Slasher", around, arbiter=self.arbiter, **(arguments_of(SLASH_TERMS) | changed), owner=self.owner)

    def put_in_force(self, slasher: Any = None) -> None:
        """Tell staking of a slasher, and the model what it is told by it."""
        slasher = slasher or self.slasher
        self.staking.set_slasher(slasher)
        terms = SimpleNamespace(burn_bps=slasher.terms().burn_bps)
        self.model.slasher = SimpleNamespace(address=str(slasher.address), treasury=slasher.TREASURY(), terms=terms)

    def around(self) -> list[Any]:
        """What the desk's constructor takes first."""
        return [self.token, self.pool, self.pools, self.staking]

    def new_model(self, terms: Sequence[FeeTerms] = TERMS, **changed: Any) -> FeeDesk:
        """A model of the desk; `changed` replaces arguments by name."""
        values: dict[str, Any] = {
            "address": str(self.desk.address),
            "token": self.twin,
            "token_address": str(self.token.address),
            "recycling_pool": self.pool_model,
            "reserve_pools": self.pools_model,
            "slasher": None,
            "treasury": self.treasury,
            "terms": terms,
            "owner": self.owner,
        }
        return FeeDesk(**(values | changed))

    def entitle(self, spender: Any, reasons: int) -> None:
        """Let a contract burn."""
        self.token.set_burner(spender, reasons, sender=self.owner)
        self.twin.set_burner(self.owner, str(spender.address), reasons)

    def allow(self, holder: str, spender: Any, amount: int = UNLIMITED) -> None:
        """An allowance on both tokens."""
        self.token.approve(spender, amount, sender=holder)
        self.twin.approve(holder, str(spender.address), amount)

    def give(self, target: str, amount: int, giver: str | None = None) -> None:
        """A plain transfer."""
        self.token.transfer(target, amount, sender=giver or self.payer)
        self.twin.transfer(giver or self.payer, target, amount)

    def sell(self, amount: int) -> None:
        """An allocation out of a new pool that is released to the payee."""
        pool_id = self.pools_twin.call("create_pool", self.owner, "market", self.other)
        self.pools_twin.call("replenish", self.payer, pool_id, amount)
        allocation_id = self.pools_twin.call("allocate", self.other, pool_id, self.payee, amount, HOUR)
        self.pools_twin.call("release", self.other, allocation_id)

    # --- agreement ---

    def agree(self) -> None:
        """Books, balances and models show the same."""
        desk, model = self.desk, self.model
        assert [tuple(row) for row in desk.table()] == [astuple(row) for row in model.table()]
        for kind in OWN:
            assert tuple(desk.totals(kind)) == astuple(model.totals(kind))
            for account in self.holders:
                assert desk.paid_by(kind, account) == model.paid_by[kind, account]
        assert (desk.owner(), desk.pending_owner()) == (model.owner, model.pending_owner)
        for account in (*self.holders, self.treasury, self.attacker, model.address, self.pool_model.address, self.pools_model.address):
            assert self.token.balanceOf(account) == self.twin.balances[account]
            assert self.token.allowance(account, desk) == self.twin.allowances[account, model.address]
        assert self.token.allowance(desk, self.pool) == 0
        assert self.pool.total_recycled() == self.pool_model.total_recycled
        assert self.token.totalSupply() == self.twin.total_supply
        for reason in Burn:
            assert self.token.burned_by_reason(reason) == self.twin.burned_by_reason(reason)
