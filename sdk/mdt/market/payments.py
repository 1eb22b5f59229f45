"""Payments between accounts, and the fee desk: what part of which fee burns, and where the rest goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import AccountError, MarketError
from mdt.model.reasons import Fee
from mdt.suite.calls import Call, approvals
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite
from mdt.suite.words import plain_name
from mdt.units import BPS, format_bps

CONTRACT = "FeeDesk"
DEPOSITS = {"registration": Fee.REGISTRATION, "unmet-quota": Fee.UNMET_QUOTA}

COUNT_NO_GIFTS = ("Staking", "Validators", "Slasher", "Vesting", "RewardDistributor", "EmissionController", "BlockReward", "DistributionSchedules", "RootAudit")
"""Contracts of the suite out of which a plain transfer never returns."""


@dataclass(frozen=True)
class Payment:
    """What becomes of an amount."""

    amount: int
    burned: int
    rest: int


@dataclass(frozen=True)
class Desk:
    """The fee desk of a deployment."""

    suite: Suite

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.suite[CONTRACT]

    def table(self) -> list[tuple[Fee, Any]]:
        """Every kind of fee: burned part, where the rest goes, where it is taken."""
        return [(Fee(number), one) for number, one in enumerate(self.contract.call("table"))]

    def terms(self, kind: Fee) -> Any:
        """One kind of fee."""
        return self.contract.call("terms", int(kind))

    def quote(self, kind: Fee, amount: int) -> Payment:
        """What becomes of an amount."""
        burned, rest = self.contract.call("quote", int(kind), amount)
        return Payment(amount, int(burned), int(rest))

    @property
    def takes_transfers(self) -> bool:
        """Whether transfers between accounts go through the desk here: where a part of them burns."""
        return bool(self.terms(Fee.TRANSFER).burn_bps)

    def rest_to(self, kind: Fee, row: Any) -> str:
        """Who gets what is not burned of a fee, in words."""
        if int(row.rest_to, 16):
            return Directory(self.suite).name(row.rest_to)
        return {Fee.SALE: "the buyer", Fee.TRANSFER: "the payee"}.get(kind, "nobody")

    def pay(self, payer: str, to: str, amount: int) -> tuple[Payment, list[Call]]:
        """Pay through the desk: what burns and arrives, and the calls, approved exactly.

        Raises:
            MarketError: less than the least that is taken, or nobody who could be paid.
            AccountError: the payer does not hold that much.
        """
        self._require_least(Fee.TRANSFER, amount)
        require_held(self.suite, payer, amount)
        if to in (ZERO_ADDRESS, self.contract.address, self.suite["MDT"].address):
            raise MarketError(f"{Directory(self.suite).name(to)} cannot be paid: name another account (--to)")
        if any(to == self.suite[name].address for name in COUNT_NO_GIFTS):
            raise MarketError(f"{Directory(self.suite).name(to)} counts no plain transfers: what it gets is nobody's, and lost. Name another account (--to)")
        found = self.quote(Fee.TRANSFER, amount)
        words = f"pay {self.suite.show(amount)} from {payer} to {to}: {self.suite.show(found.rest)} received, {self.suite.show(found.burned)} burned"
        payment = Call(self.contract, "pay", (to, amount, found.rest), words)
        return found, [*approvals(self.suite, payer, amount, CONTRACT), payment]

    def deposit(self, payer: str, kind: Fee, account: str, amount: int) -> tuple[Payment, list[Call]]:
        """Pay a fee for an account: what burns of it, and the calls, approved exactly.

        Raises:
            MarketError: less than the least that is taken.
            AccountError: the payer does not hold that much.
        """
        self._require_least(kind, amount)
        if account == ZERO_ADDRESS:
            raise MarketError("a fee is paid for an account, not for nobody (--for)")
        require_held(self.suite, payer, amount)
        found = self.quote(kind, amount)
        parts = f"{self.suite.show(found.burned)} burned, {self.suite.show(found.rest)} passed on"
        words = f"pay {self.suite.show(amount)} for {plain_name(kind)} of {account}: {parts}"
        return found, [*approvals(self.suite, payer, amount, CONTRACT), Call(self.contract, "deposit", (int(kind), account, amount), words)]

    # --- the owner ---

    def set_terms(self, kind: Fee, burn_bps: int | None, least: int | None, is_to_treasury: bool | None) -> list[Call]:
        """Change the terms of a kind that is taken here; what is not given stays.

        Raises:
            MarketError: a burn or a least that is out of bounds, a rest that is the payee's, or nothing changes.
        """
        row = self.terms(kind)
        old = (int(row.burn_bps), int(row.least), row.rest_to == self.contract.call("TREASURY"))
        new = tuple(was if one is None else one for was, one in zip(old, (burn_bps, least, is_to_treasury), strict=True))
        name, highest = plain_name(kind), int(self.contract.call("MAX_TRANSFER_BURN_BPS")) if kind == Fee.TRANSFER else BPS
        if kind == Fee.TRANSFER and new[2]:
            raise MarketError("the rest of a transfer is the payee's: leave --rest out")
        if new[0] > highest:
            raise MarketError(f"of a fee for {name} at most {format_bps(highest)} burns, not {format_bps(new[0])} (--burn)")
        most = int(self.contract.call("MAX_LEAST"))
        if new[1] > most:
            raise MarketError(f"the least of a fee for {name} is at most {self.suite.show(most)}, not {self.suite.show(new[1])} (--least)")
        if new == old:
            raise MarketError(f"the terms of a fee for {name} are these already (`mdt token fees`)")
        terms = dict(zip(("burn_bps", "least", "is_to_treasury"), new, strict=True))
        words = f"burn {format_bps(new[0])} of a fee for {name}, at least {self.suite.show(new[1])} at once"
        return [Call(self.contract, "set_terms", (int(kind), terms), words)]

    def _require_least(self, kind: Fee, amount: int) -> None:
        least = int(self.terms(kind).least)
        if amount < least:
            raise MarketError(f"a {plain_name(kind)} is at least {self.suite.show(least)} here, not {self.suite.show(amount)}")


def require_held(suite: Suite, account: str, amount: int) -> None:
    """Refuse more than an account has.

    Raises:
        AccountError: it does not hold that much.
    """
    held = int(suite["MDT"].call("balanceOf", account))
    if held < amount:
        raise AccountError(f"{account} holds {suite.show(held)}, not {suite.show(amount)}: send less, or from another account")
