"""The fee desk: `contracts/distribution/FeeDesk.vy` and its module, with the same checks in the same order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.ownable import Ownable
from mdt.model.pools import ReservePools
from mdt.model.reasons import Burn, Fee, Recycle
from mdt.model.recycling import RecyclingPool
from mdt.model.refusals import refusals
from mdt.model.token import MAX_AMOUNT, MDT
from mdt.units import BPS

require = refusals("desk")
require_token = refusals("mdt")

MAX_TRANSFER_BURN_BPS = 1_000
LEAST_PART = 10_000  # the largest `least` is this part of the cap

OWN = (Fee.REGISTRATION, Fee.UNMET_QUOTA, Fee.TRANSFER)  # taken at the desk
BURN_REASONS = {
    Fee.GAS: Burn.TRANSACTION_FEE,
    Fee.SALE: Burn.TRANSACTION_FEE,
    Fee.SLASH: Burn.SLASH,
    Fee.REGISTRATION: Burn.REGISTRATION,
    Fee.UNMET_QUOTA: Burn.DEFLATION,
    Fee.TRANSFER: Burn.TRANSACTION_FEE,
}


@dataclass(frozen=True)
class FeeTerms:
    """What burns of a kind that is taken at the desk, its smallest amount, and where the rest of a deposit goes."""

    burn_bps: int = 0
    least: int = 0
    is_to_treasury: bool = False


@dataclass(frozen=True)
class FeeRow:
    """What holds for a kind; `rest_to` zero is the buyer or the payee, `taken_at` zero nobody at the moment."""

    burn_bps: int
    burn_reason: int
    least: int
    rest_to: str
    taken_at: str


@dataclass(frozen=True)
class Totals:
    """Wei ever taken of a kind: taken = burned + passed on."""

    taken: int = 0
    burned: int = 0
    passed_on: int = 0


class BurnShare(Protocol):
    """Of the terms of a slasher, what the desk asks."""

    @property
    def burn_bps(self) -> int:
        """Part of an upheld slash that is burned."""
        ...


class Slasher(Protocol):
    """What the desk asks of the slasher that is in force."""

    address: str
    treasury: str

    @property
    def terms(self) -> BurnShare:
        """What it burns."""
        ...


def split(burn_bps: int, amount: int) -> tuple[int, int]:
    """Wei to burn, rounded down, and the rest."""
    require(0 < amount <= MAX_AMOUNT, "amount out of bounds")
    burned = amount * burn_bps // BPS
    return burned, amount - burned


class FeeDesk(Ownable):
    """Calls take the caller first and move tokens on the token it is given; `slasher` is the one that staking knows, if any."""

    def __init__(
        self,
        address: str,
        token: MDT,
        token_address: str,
        recycling_pool: RecyclingPool,
        reserve_pools: ReservePools,
        slasher: Slasher | None,
        treasury: str,
        terms: Sequence[FeeTerms],
        owner: str,
    ) -> None:
        """As the contract's constructor; `terms` of registration, unmet quota and transfer.

        Raises:
            Refusal: as the contract, in the same order.
        """
        require(recycling_pool.token is token and reserve_pools.token is token, "other token")
        require(treasury not in (ZERO_ADDRESS, address, token_address), "bad treasury")
        require(owner != ZERO_ADDRESS, "zero owner")
        super().__init__(owner)
        self.address, self.token, self.token_address = address, token, token_address
        self.recycling_pool, self.reserve_pools, self.slasher = recycling_pool, reserve_pools, slasher
        self.treasury = treasury
        self.max_least = token.cap // LEAST_PART
        self.paid_by: defaultdict[tuple[int, str], int] = defaultdict(int)
        self._terms: dict[int, FeeTerms] = {}
        self._totals = {int(kind): Totals() for kind in OWN}
        for kind, given in zip(OWN, terms, strict=True):
            self._check(kind, given)
            self._terms[kind] = given

    # --- anyone ---

    def deposit(self, caller: str, kind: int, account: str, amount: int) -> int:
        """Pay for a registration, or hand in an unmet quota.

        Returns:
            Wei burned.
        """
        require(kind in (Fee.REGISTRATION, Fee.UNMET_QUOTA), "not deposited")
        require(account != ZERO_ADDRESS, "zero account")
        terms = self._terms[kind]
        burned, rest = self._split(kind, amount)
        self._check_payable(caller, BURN_REASONS[Fee(kind)], burned, rest)
        self._burn(caller, BURN_REASONS[Fee(kind)], burned)
        if terms.is_to_treasury:
            self.token.transfer_from(self.address, caller, self.treasury, rest)
        elif rest > 0:
            self.token.transfer_from(self.address, caller, self.address, rest)
            self._recycle(rest, Recycle.FEES)
        self._count(kind, burned, rest)
        self.paid_by[kind, account] += amount
        return burned

    def pay(self, caller: str, to: str, amount: int, least_received: int) -> int:
        """Pay an account, with the burned part taken off.

        Returns:
            Wei the payee got.
        """
        require(to not in (ZERO_ADDRESS, self.address, self.token_address), "bad payee")
        burned, received = self._split(Fee.TRANSFER, amount)
        require(received >= least_received, "too little received")
        self._check_payable(caller, BURN_REASONS[Fee.TRANSFER], burned, received)
        self._burn(caller, BURN_REASONS[Fee.TRANSFER], burned)
        self.token.transfer_from(self.address, caller, to, received)
        self._count(Fee.TRANSFER, burned, received)
        return received

    def sweep(self) -> int:
        """Hand what was sent to the desk directly to the recycling pool.

        Returns:
            Wei swept.
        """
        amount = self.token.balances[self.address]
        require(amount > 0, "nothing to sweep")
        self._recycle(amount, Recycle.DONATION)
        return amount

    # --- governance ---

    def set_terms(self, caller: str, kind: int, terms: FeeTerms) -> None:
        """The owner changes the terms of a kind that is taken at the desk."""
        self.check_owner(caller)
        require(kind in OWN, "not taken here")
        self._check(kind, terms)
        require(terms != self._terms[kind], "nothing changes")
        self._terms[kind] = terms

    # --- views ---

    def terms(self, kind: int) -> FeeRow:
        """What holds for a kind at the moment, as the contract that takes it says."""
        require(0 <= kind < len(Fee), "unknown kind")
        reason = int(BURN_REASONS[Fee(kind)])
        if kind == Fee.GAS:
            return FeeRow(self.recycling_pool.fee_burn_bps, reason, 0, self.recycling_pool.address, self.recycling_pool.address)
        if kind == Fee.SALE:
            return FeeRow(self.reserve_pools.sale_burn_bps, reason, 0, ZERO_ADDRESS, self.reserve_pools.address)
        if kind == Fee.SLASH:
            if self.slasher is None:
                return FeeRow(0, reason, 0, ZERO_ADDRESS, ZERO_ADDRESS)
            return FeeRow(self.slasher.terms.burn_bps, reason, 0, self.slasher.treasury, self.slasher.address)
        own = self._terms[kind]
        rest_to = ZERO_ADDRESS if kind == Fee.TRANSFER else self.treasury if own.is_to_treasury else self.recycling_pool.address
        return FeeRow(own.burn_bps, reason, own.least, rest_to, self.address)

    def table(self) -> list[FeeRow]:
        """What holds for every kind."""
        return [self.terms(kind) for kind in Fee]

    def quote(self, kind: int, amount: int) -> tuple[int, int]:
        """How an amount of a kind splits: wei burned, and the rest."""
        return split(self.terms(kind).burn_bps, amount)

    def totals(self, kind: int) -> Totals:
        """Wei ever taken at the desk of a kind."""
        require(kind in OWN, "not taken here")
        return self._totals[kind]

    # --- internals ---

    def _check(self, kind: int, terms: FeeTerms) -> None:
        require(kind != Fee.TRANSFER or not terms.is_to_treasury, "rest is the payee's")
        require(terms.burn_bps <= (MAX_TRANSFER_BURN_BPS if kind == Fee.TRANSFER else BPS), "burn out of bounds")
        require(terms.least <= self.max_least, "least out of bounds")

    def _split(self, kind: int, amount: int) -> tuple[int, int]:
        parts = split(self._terms[kind].burn_bps, amount)
        require(amount >= self._terms[kind].least, "below the least")
        return parts

    def _check_payable(self, payer: str, reason: Burn, burned: int, rest: int) -> None:
        """What the token refuses, in the order in which it is called: two calls, of which neither is undone in a model."""
        allowance, balance = self.token.allowances[payer, self.address], self.token.balances[payer]
        is_burner = bool(self.token.burner_reasons[self.address] >> reason & 1)
        for amount in (burned, burned + rest):
            require_token(amount == 0 or allowance >= amount, "allowance too low")
            require_token(burned == 0 or is_burner, "reason not allowed")
            require_token(balance >= amount, "balance too low")

    def _burn(self, payer: str, reason: Burn, amount: int) -> None:
        if amount > 0:
            self.token.burn_from(self.address, payer, amount, reason)

    def _recycle(self, amount: int, reason: Recycle) -> None:
        self.token.approve(self.address, self.recycling_pool.address, amount)
        self.recycling_pool.recycle(self.address, amount, reason)

    def _count(self, kind: int, burned: int, passed_on: int) -> None:
        old = self._totals[kind]
        self._totals[kind] = Totals(old.taken + burned + passed_on, old.burned + burned, old.passed_on + passed_on)
