"""What can happen to the token, the recycling pool, the treasury and vesting in a life of the whole suite, and the books beside it.

The books count what actions meant to move, so that they are independent of what the contracts count. An action says whether it was done; a refusal
has a reason of ours (`World.call`) and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Burn, Recycle
from mdt.model.schedules import Kind
from mdt.model.staking import Status
from mdt.units import DAY, HOUR
from tests.support.balance_sheet import BalanceSheet
from tests.support.boa_clock import block_number, mine, now
from tests.support.emission import QUORUM, REPORTERS
from tests.support.listing import Listing, Miners
from tests.support.naive_schedule import NaiveSchedule
from tests.support.whole import BUDGETS, MDT, World

FULL_EVERY = 8  # steps between two readings of everything
PERSON = range(4)
ANY = range(24)
AMOUNTS = [1, 99, 100, MDT // 7, 3 * MDT, 40 * MDT + 1, 333 * MDT + 7, 2_000 * MDT + 13]
RARELY = [False, False, True]
Thing = TypeVar("Thing")
Position = tuple[int, str, int]  # validator, owner (zero: the validator's own), slot


@dataclass
class Books:
    """Sums over a life, in wei."""

    purses: dict[str, int]  # account => what it must hold
    genesis: int
    gifts: Counter[str] = field(default_factory=Counter)  # contract => what was only sent there
    burned: Counter[int] = field(default_factory=Counter)  # reason => by accounts
    fees: int = 0  # deposited
    surplus: int = 0  # burned out of the recycling pool
    donated: int = 0  # to `recycle`
    desk_to_recycling: int = 0
    desk_to_treasury: int = 0
    desk_paid: int = 0  # to payees
    # settled epochs
    emission: int = 0
    from_pool: int = 0
    miners: int = 0
    no_miners: int = 0
    validators: int = 0
    scheduled: int = 0  # to stakers, by schedules
    dao: int = 0
    claimed: int = 0  # by miners
    # vesting
    vesting_in: int = 0
    vesting_paid: int = 0
    vesting_returned: int = 0
    spent: int = 0  # by treasuries, grants included
    passed_on: int = 0  # by a treasury that was replaced
    # slashing
    restored: int = 0  # to pools of validators
    restituted: int = 0
    # deposits of validators
    forfeited: int = 0
    # schedules and pools
    to_treasury: int = 0  # paid by schedules
    absorbed: Counter[str] = field(default_factory=Counter)  # contract => what its pools took of gifts
    payments: Counter[str] = field(default_factory=Counter)  # treasury => cash


@dataclass(frozen=True)
class Asked:
    """A challenge that is open: a leaf of a report was asked for.

    Attributes:
        audit: The name of the root audit.
        controller: Its address.
        digest: Of the report.
        number: Among the challenges of this report.
        by: Who asked.
        account: Whose leaf.
        cumulative: Wei that it must have at least.
        answer_by: Timestamp.
    """

    audit: str
    controller: str
    digest: bytes
    number: int
    by: str
    account: str
    cumulative: int
    answer_by: int


def act(**choices: Sequence[Any]) -> Callable[[Callable[..., Any]], Any]:
    """A rule whose arguments are drawn from these, by hypothesis or by a test; it is counted when it returns something true."""

    def decorated(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def counted(self: Life, **arguments: Any) -> None:
            is_done = bool(function(self, **arguments))
            self.done[function.__name__] += is_done
            self.look()

        strategies: dict[str, Any] = {name: st.sampled_from(values) for name, values in choices.items()}
        as_rule: Any = rule
        ruled = as_rule(**strategies)(counted)
        ruled.choices = choices
        return ruled

    return decorated


class Life(RuleBasedStateMachine):
    """The suite as it was when it opened for business, and what everybody has and is owed."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.begin_life()
        self.done: Counter[str] = Counter()
        self.touched: set[str] = set()
        self.steps = 0
        self.sheet = BalanceSheet(self.world)
        self.books = Books({account: self.sheet.balances[account] for account in self.world.accounts}, self.sheet.supply.minted)
        self.books.vesting_in = self.sheet.balances["Vesting"]
        self.treasury_stock = self.sheet.balances["Treasury"]
        self.vestings = [(person, 0) for person in self.world.people[:2]]
        # pools and schedules
        self.pool_count = 2
        self.open_pools = [1, 2]
        self.allocations: dict[int, tuple[int, str, int]] = {}  # open ones: pool, buyer, amount
        self.released: Counter[int] = Counter()  # pool => to buyers, as they were to be
        self.naive: dict[int, NaiveSchedule] = {}
        self.cancelled: set[int] = set()
        self.old_naive: list[NaiveSchedule] = []  # of contracts that were replaced
        self.kinds: dict[int, tuple[Kind, int]] = {}  # schedule => kind, pool
        for number, row in enumerate(self.sheet.schedules, 1):
            self.naive[number] = NaiveSchedule(row.terms.amount, row.terms.interval_blocks, row.terms.from_block, None, row.terms.from_block)
            self.naive[number].to(self.block)
            self.kinds[number] = Kind(row.kind), row.pool_id
        # emission
        self.reporters, self.quorum = list(REPORTERS), QUORUM
        self.miners = Miners()
        self.all_miners = [self.miners]  # of distributors that were replaced as well
        self.pending_earned: dict[str, int] = {}
        self.pending_listing: Listing | None = None
        self.asked: list[Asked] = []  # leaves that nobody has shown
        # staking
        self.validators: list[int] = []  # the operator of each, by its place among the operators
        self.positions: list[Position] = []
        self.requests: list[tuple[Position, int]] = []
        self.slashes: list[tuple[int, int, int]] = []  # that took effect: id, validator, offence
        self.announced: list[tuple[int, int, int]] = []  # that were ever announced
        self.old_slashes: list[tuple[int, int, int]] = []  # of slashers that were replaced: decided and paid
        self.last_liveness = -1

    # --- calls ---

    def do(self, name: str, function: str, *arguments: Any, sender: str | None = None) -> int | None:
        """What a call returned, 0 for nothing; None if it was refused."""
        answer, touched = self.world.call(name, function, *arguments, sender=sender)
        self.touched |= touched
        return answer

    def must(self, name: str, function: str, *arguments: Any, sender: str | None = None) -> int:
        """A call that must succeed."""
        answer = self.do(name, function, *arguments, sender=sender)
        assert answer is not None, f"{name}.{function}{arguments} was refused"
        return answer

    def move(self, amount: int, payer: str | None = None, payee: str | None = None) -> None:
        """Note in the purses what went from or to people; contracts keep their own."""
        for account, change in ((payer, -amount), (payee, amount)):
            if account in self.books.purses:
                self.books.purses[account] += change

    def look(self) -> None:
        """Read the sheet after a step."""
        self.steps += 1
        self.sheet.read(self.touched if self.steps % FULL_EVERY else None)
        self.touched.clear()

    def act_stake(self, payer: str, position: Position, amount: int, months: int) -> bool:
        """Add stake to a position, lock it, or both."""
        number, _, slot = position
        if self.do("Staking", "stake", number, slot, amount, months, sender=payer) is None:
            return False
        self.move(amount, payer)
        if position not in self.positions:
            self.positions.append(position)
        return True

    def act_give(self, name: str, amount: int, payer: str | None = None) -> bool:
        """A plain transfer to a contract that was not asked."""
        payer = payer or self.world.people[0]
        if self.do("MDT", "transfer", self.world.address(name), amount, sender=payer) is None:
            return False
        self.move(amount, payer)
        self.books.gifts[name] += amount
        return True

    def active(self) -> list[int]:
        """Validators that earn."""
        return [number for number in range(1, len(self.validators) + 1) if self.world["Staking"].validator(number).status == Status.ACTIVE]

    # --- who and when ---

    @property
    def block(self) -> int:
        return block_number()

    @property
    def now(self) -> int:
        return now()

    def advance(self, blocks: int, seconds: int | None = None) -> None:
        """Let blocks pass, three seconds each unless told."""
        mine(blocks, seconds)
        for number, naive in self.naive.items():
            if number not in self.cancelled:
                naive.to(self.block)

    def pick(self, things: Iterable[Thing], index: int) -> Thing | None:
        """One of what there is."""
        found = list(things)
        return found[index % len(found)] if found else None


class MoneyActions(Life):
    """Token, recycling pool, treasury, vesting."""

    @act(blocks=range(1, 50))
    def mine(self, blocks: int) -> bool:
        self.advance(blocks)
        return True

    @act(seconds=[HOUR, HOUR, HOUR, DAY, DAY, 8 * DAY, 31 * DAY])
    def wait(self, seconds: int) -> bool:
        self.advance(1, seconds)
        return True

    # --- token ---

    @act(who=PERSON, whom=PERSON, amount=AMOUNTS)
    def transfer(self, who: int, whom: int, amount: int) -> bool:
        payer, payee = self.world.people[who], self.world.people[whom]
        if self.do("MDT", "transfer", payee, amount, sender=payer) is None:
            return False
        self.move(amount, payer, payee)
        return True

    @act(who=PERSON, spender=PERSON, amount=AMOUNTS)
    def burn(self, who: int, spender: int, amount: int) -> bool:
        """Its own, or another's by its allowance."""
        holder, by = self.world.people[who], self.world.people[spender]
        if by == holder:
            is_done = self.do("MDT", "burn", amount, sender=by) is not None
        else:
            self.do("MDT", "approve", by, amount, sender=holder)
            is_done = self.do("MDT", "burnFrom", holder, amount, sender=by) is not None
        if is_done:
            self.move(amount, holder)
            self.books.burned[Burn.VOLUNTARY] += amount
        return is_done

    @act(reason=[Burn.REGISTRATION, Burn.REGISTRATION, Burn.DEFLATION, Burn.SLASH], amount=AMOUNTS)
    def burn_for_a_reason(self, reason: Burn, amount: int) -> bool:
        if self.do("MDT", "burn", amount, int(reason), sender=self.world.fund) is None:
            return False
        self.move(amount, self.world.fund)
        self.books.burned[reason] += amount
        return True

    @act(name=list(BUDGETS), is_meant=RARELY)
    def revoke_minter(self, name: str, is_meant: bool) -> bool:
        return is_meant and self.do("MDT", "revoke_minter", self.world[name], sender=self.world.owner) is not None

    @act(name=list(BUDGETS), seconds=[60, DAY, 3 * DAY], is_meant=RARELY)
    def suspend_minter(self, name: str, seconds: int, is_meant: bool) -> bool:
        return is_meant and self.do("MDT", "suspend_minter", self.world[name], seconds, sender=self.world.guardian) is not None

    def budget(self, name: str) -> tuple[int, int, int, int, int]:
        """What a minter is proposed with: those before it have used a part of its life."""
        token, (bucket, reasons, life, window, seconds) = self.world["MDT"], BUDGETS[name]
        left = life - sum(token.minter(self.world[old]).minted for old in self.world.versions(name)[:-1])
        return bucket, reasons, left, min(left, window), seconds

    @act(name=list(BUDGETS), is_patient=[True, True, False])
    def grant_minter(self, name: str, is_patient: bool) -> bool:
        """Again, after its time, if it was revoked."""
        token, minter = self.world["MDT"], self.world[name]
        if token.minter(minter).is_active:
            return False
        if token.proposal(minter).effective_at + 30 * DAY < self.now:
            self.do("MDT", "propose_minter", minter, *self.budget(name), sender=self.world.owner)
        if is_patient:
            self.advance(1, max(0, token.proposal(minter).effective_at - self.now))
        return self.do("MDT", "grant_minter", minter, sender=self.world.owner) is not None

    # --- recycling pool ---

    @act(who=PERSON, amount=AMOUNTS)
    def deposit_fees(self, who: int, amount: int) -> bool:
        if self.do("RecyclingPool", "deposit_fees", amount, sender=self.world.people[who]) is None:
            return False
        self.move(amount, self.world.people[who])
        self.books.fees += amount
        return True

    @act(who=PERSON, amount=AMOUNTS)
    def donate(self, who: int, amount: int) -> bool:
        if self.do("RecyclingPool", "recycle", amount, Recycle.DONATION, sender=self.world.people[who]) is None:
            return False
        self.move(amount, self.world.people[who])
        self.books.donated += amount
        return True

    @act(part=[1, 2, 3, 50])
    def burn_surplus(self, part: int) -> bool:
        return self.act_burn_surplus(self.sheet.balances["RecyclingPool"] // part)

    def act_burn_surplus(self, amount: int) -> bool:
        if self.do("RecyclingPool", "burn_surplus", amount, sender=self.world.owner) is None:
            return False
        self.books.surplus += amount
        return True

    @act(name=["RecyclingPool", "ReservePools", "Staking", "Slasher", "RewardDistributor", "DistributionSchedules", "FeeDesk"], amount=[1, 7, MDT])
    def give(self, name: str, amount: int) -> bool:
        return self.act_give(name, amount)

    # --- treasury and vesting ---

    @act(to=["ReservePools", "RecyclingPool", "person"], amount=AMOUNTS)
    def spend(self, to: str, amount: int) -> bool:
        payee = self.world.people[1] if to == "person" else self.world.address(to)
        if self.do("Treasury", "spend", self.world["MDT"], payee, amount, b"test".rjust(32), sender=self.world.owner) is None:
            return False
        self.books.spent += amount
        self.move(amount, payee=payee)
        if to != "person":
            self.books.gifts[to] += amount
        return True

    @act(who=PERSON, amount=AMOUNTS, days=[(0, 1), (1, 30), (30, 90)], at_start_bps=[0, 2_500], is_revocable=[True, False])
    def grant(self, who: int, amount: int, days: tuple[int, int], at_start_bps: int, is_revocable: bool) -> bool:
        beneficiary = self.world.people[who]
        cliff, duration = days
        terms = (beneficiary, amount, self.now, cliff * DAY, duration * DAY, at_start_bps, False, is_revocable)
        index = self.do("Treasury", "vest", terms, b"test".rjust(32), sender=self.world.owner)
        if index is None:
            return False
        self.books.spent += amount
        self.books.vesting_in += amount
        self.vestings.append((beneficiary, index))
        return True

    @act(index=ANY)
    def claim_vested(self, index: int) -> bool:
        return self.act_claim_vested(*(self.pick(self.vestings, index) or (ZERO_ADDRESS, 0)))

    def act_claim_vested(self, beneficiary: str, number: int) -> bool:
        """What is vested and not claimed."""
        row = self.world["Vesting"].schedule(beneficiary, number)
        paid = self.do("Vesting", "claim", beneficiary, number, sender=self.world.market)
        if paid is None:
            return False
        assert paid == row.vested - row.claimed
        self.move(paid, payee=beneficiary)
        self.books.vesting_paid += paid
        return True

    @act(index=ANY, is_renounced=[True, False], is_meant=[True, False])
    def end_vesting(self, index: int, is_renounced: bool, is_meant: bool) -> bool:
        """By the beneficiary or by the owner."""
        if not is_meant:
            return False
        rows = [(*one, self.world["Vesting"].schedule(*one)) for one in self.vestings]
        running = [one for one in rows if one[2].vested < one[2].amount and (is_renounced or one[2].is_revocable)]
        beneficiary, number, row = (running or rows)[index % len(running or rows)]
        if is_renounced:
            answer = self.do("Vesting", "renounce", number, sender=beneficiary)
        else:
            answer = self.do("Vesting", "revoke", beneficiary, number, sender=self.world.owner)
        if answer is None:
            return False
        self.move(row.vested - row.claimed, payee=beneficiary)
        self.books.vesting_paid += row.vested - row.claimed
        self.books.vesting_returned += row.amount - row.vested
        return True

    @act(index=ANY, whom=PERSON, is_patient=[True, False])
    def hand_vesting_over(self, index: int, whom: int, is_patient: bool) -> bool:
        beneficiary, number = self.pick(self.vestings, index) or (ZERO_ADDRESS, 0)
        heir = self.world.people[whom]
        self.do("Vesting", "propose_beneficiary", number, heir, sender=beneficiary)
        row = self.world["Vesting"].schedule(beneficiary, number)
        if is_patient:
            self.advance(1, max(0, row.acceptable_at - self.now))
        place = self.do("Vesting", "accept_beneficiary", beneficiary, number, sender=heir)
        if place is None:
            return False
        self.vestings[self.vestings.index((beneficiary, number))] = heir, place
        return True
