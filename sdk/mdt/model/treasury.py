"""The treasury: one owner, a budget per token and period, a running total per token."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.units import DAY, YEAR

require = refusals("treasury")

MIN_PERIOD_SECONDS = DAY
MAX_PERIOD_SECONDS = YEAR
NOTICE_PERIODS = 2
MAX_BUDGET = 2**112 - 1


@dataclass
class Account:
    """The budget of one token as it was left; `SpendingBudget` reads it at a time."""

    amount: int = 0
    raised: int = 0
    raised_from: int | None = None  # period
    spent: int = 0
    spent_in: int = 0  # period


@dataclass(frozen=True)
class Budget:
    """What `budget` answers; fields as in ITreasury."""

    amount: int
    spent: int
    left: int
    next_amount: int
    next_at: int
    period_ends_at: int


@dataclass(frozen=True)
class BudgetSet:
    """A change of a budget, as the event tells it."""

    old_amount: int
    new_amount: int
    effective_at: int


class SpendingBudget:
    """`contracts/governance/modules/spending_budget.vy`: cuts apply at once, raises from the start of the period after the next."""

    def __init__(self, clock: Clock, period_seconds: int) -> None:
        require(MIN_PERIOD_SECONDS <= period_seconds <= MAX_PERIOD_SECONDS, "period out of bounds")
        self.clock = clock
        self.period_seconds = period_seconds
        self.started_at = clock.timestamp
        self.accounts: defaultdict[str, Account] = defaultdict(Account)

    @property
    def period(self) -> int:
        """Number of the period that runs."""
        return (self.clock.timestamp - self.started_at) // self.period_seconds

    def starts_at(self, period: int) -> int:
        """Timestamp a period begins at."""
        return self.started_at + period * self.period_seconds

    def account(self, token: str) -> Account:
        """The budget of a token, brought up to the period that runs."""
        account, period = self.accounts[token], self.period
        if account.raised_from is not None and account.raised_from <= period:
            account.amount, account.raised_from = account.raised, None
        if account.spent_in != period:
            account.spent, account.spent_in = 0, period
        return account

    def budget(self, token: str) -> Budget:
        """What may leave and has left in the period that runs, and a raise that waits."""
        account = self.account(token)
        waits = account.raised_from is not None
        next_at = self.starts_at(account.raised_from) if account.raised_from is not None else 0
        left = max(0, account.amount - account.spent)
        return Budget(account.amount, account.spent, left, account.raised if waits else 0, next_at, self.starts_at(self.period + 1))

    def charge(self, token: str, amount: int) -> None:
        """Count what leaves."""
        account = self.account(token)
        require(account.spent + amount <= account.amount, "over budget")
        account.spent += amount

    def open(self, token: str, amount: int) -> None:
        """The first budget, in force at once."""
        require(amount <= MAX_BUDGET, "budget out of bounds")
        self.accounts[token].amount = amount

    def set(self, token: str, amount: int) -> BudgetSet:
        """A cut or the end of a raise that waits, at once; or a raise, which waits."""
        require(amount <= MAX_BUDGET, "budget out of bounds")
        account = self.account(token)
        old, waits = account.amount, account.raised_from is not None
        require((amount != old or waits) and (amount <= old or not waits or amount != account.raised), "nothing changes")
        if amount <= old:
            account.amount, account.raised_from = amount, None
            return BudgetSet(old, amount, self.clock.timestamp)
        account.raised, account.raised_from = amount, self.period + NOTICE_PERIODS
        return BudgetSet(old, amount, self.starts_at(account.raised_from))


class Treasury(Ownable):
    """`contracts/governance/Treasury.vy`; the tokens' balances are kept by the tokens, schedules by the vesting contract."""

    def __init__(self, address: str, token: str, clock: Clock, period_seconds: int, budget: int, owner: str, *, has_code: bool = True) -> None:
        require(owner != ZERO_ADDRESS, "zero owner")
        require(has_code, "token has no code")
        super().__init__(owner)
        self.address = address
        self.token = token
        self.budgets = SpendingBudget(clock, period_seconds)
        self.budgets.open(token, budget)
        self.total_spent: defaultdict[str, int] = defaultdict(int)
        self.vesting = ZERO_ADDRESS

    def budget(self, token: str) -> Budget:
        """The budget of a token now."""
        return self.budgets.budget(token)

    def spend(self, caller: str, token: str, to: str, amount: int, *, has_code: bool = True, is_sent: bool = True) -> None:
        """Send `amount` of `token` to `to`.

        Args:
            caller: must be the owner.
            token: the ERC-20's address.
            to: who gets it.
            amount: in the token's smallest unit.
            has_code: whether there is a contract at `token`.
            is_sent: what the token answers to the transfer (nothing counts as yes).

        Raises:
            Refusal: as the contract, in the same order.
        """
        self.check_owner(caller)
        require(has_code, "token has no code")
        require(to != ZERO_ADDRESS, "zero recipient")
        require(to not in (self.address, token), "bad recipient")
        require(amount > 0, "zero amount")
        require(amount <= self.budget(token).left, "over budget")
        require(is_sent, "transfer failed")
        self._count(token, amount)

    def vest(self, caller: str, amount: int) -> None:
        """Grant `amount` of MDT with a schedule; whether its terms are good is for the vesting contract to say."""
        self.check_owner(caller)
        require(self.vesting != ZERO_ADDRESS, "no vesting")
        self._count(self.token, amount)

    def set_budget(self, caller: str, token: str, amount: int, *, has_code: bool = True) -> BudgetSet:
        """Change what may leave in a period."""
        self.check_owner(caller)
        require(has_code, "token has no code")
        return self.budgets.set(token, amount)

    def set_vesting(self, caller: str, vesting: str, *, has_code: bool = True) -> None:
        """Name the contract grants are made in."""
        self.check_owner(caller)
        require(has_code, "vesting has no code")
        require(vesting != self.vesting, "nothing changes")
        self.vesting = vesting

    def _count(self, token: str, amount: int) -> None:
        self.budgets.charge(token, amount)
        self.total_spent[token] += amount
