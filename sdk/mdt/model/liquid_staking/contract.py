"""A share over delegations to a governed set of validators: `contracts/staking/LiquidStaking.vy` and its modules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.liquid_staking.flow import Flow, ceil_div
from mdt.model.liquid_staking.keeping import MAX_FEE_BPS, Keeping, Token
from mdt.model.liquid_staking.places import MAX_LIMIT, MAX_PIECES, MAX_POOLED, MAX_SHARES_PER_WEI, StakingSide, State
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.model.token import UNLIMITED
from mdt.units import DAY, WAD

require = refusals("lst")

LOCKED_SHARES = 10**12
LOCKED_HOLDER = "0x000000000000000000000000000000000000dEaD"
MAX_CYCLE_SECONDS = 14 * DAY
MIN_WAIT_SECONDS, MAX_WAIT_SECONDS = DAY, 30 * DAY
MAX_CYCLES = MAX_PIECES // 2  # in an unbonding
MAX_BATCHES = 16  # that one call takes claims out of


@dataclass(frozen=True)
class LiquidTerms:
    """What a deployment begins with (`ILiquidStaking.Terms`)."""

    flow_seconds: int
    cycle_seconds: int
    wait_seconds: int
    fee_bps: int
    commission_limit_bps: int
    deposit_limit: int  # whole MDT


@dataclass
class Batch:
    """Shares that wait and what they can get at most, or what is left of both once it was priced."""

    shares: int = 0
    tokens: int = 0
    closed_at: int = 0
    closed_in: int = 0


class LiquidStaking(Keeping):
    """Calls take the caller first."""

    def __init__(
        self, address: str, token: Token, token_address: str, staking: StakingSide, treasury: str, terms: LiquidTerms, owner: str, clock: Clock
    ) -> None:
        super().__init__(address, staking, terms.commission_limit_bps, Flow(terms.flow_seconds), clock)
        require(treasury not in (ZERO_ADDRESS, address, token_address), "bad treasury")
        require(terms.fee_bps <= MAX_FEE_BPS, "fee out of bounds")
        require(owner != ZERO_ADDRESS, "zero owner")
        self.flow.check()
        require(terms.cycle_seconds <= MAX_CYCLE_SECONDS and terms.cycle_seconds * MAX_CYCLES >= staking.unbonding_seconds, "cycle out of bounds")
        require(MIN_WAIT_SECONDS <= terms.wait_seconds <= MAX_WAIT_SECONDS, "wait out of bounds")
        require(terms.deposit_limit <= MAX_LIMIT, "limit out of bounds")
        Ownable.__init__(self, owner)
        self.token, self.treasury, self.terms = token, treasury, terms
        self.fee_bps, self.deposit_limit = terms.fee_bps, terms.deposit_limit
        token.approve(address, staking.address, UNLIMITED)
        self.owed = self.reserved = 0
        self.cycle_closed_at = 0
        self.next_priced = self.open_batch = 1
        self.batches: defaultdict[int, Batch] = defaultdict(Batch)
        self.requests: defaultdict[str, dict[int, int]] = defaultdict(dict)  # controller: batch: shares, in the order of batches
        self.operators: set[tuple[str, str]] = set()

    # --- the way in ---

    def deposit(self, caller: str, assets: int, receiver: str) -> int:
        """Put MDT in for shares; returns the shares, rounded down."""
        state = self._opened(receiver)
        require(assets <= self._room(self.pooled_now), "over the limit")
        shares = self._bought(assets, state)
        self._enter(caller, assets, shares, receiver)
        return shares

    def mint(self, caller: str, shares: int, receiver: str) -> int:
        """Get so many shares; returns the wei taken, rounded up."""
        state = self._opened(receiver)
        assets = self._cost(shares, state)
        require(assets <= self._room(self.pooled_now), "over the limit")
        self._enter(caller, assets, shares, receiver)
        return assets

    def set_deposit_limit(self, caller: str, deposit_limit: int) -> None:
        """Say how much may be pooled, in whole MDT."""
        self.check_owner(caller)
        require(deposit_limit <= MAX_LIMIT, "limit out of bounds")
        require(deposit_limit != self.deposit_limit, "nothing changes")
        self.deposit_limit = deposit_limit

    # --- the way out: holders ---

    def set_operator(self, caller: str, operator: str, approved: bool) -> bool:
        """Let another account ask and claim in the caller's name."""
        (self.operators.add if approved else self.operators.discard)((caller, operator))
        return True

    def request_redeem(self, caller: str, shares: int, controller: str, owner: str) -> int:
        """Ask for shares to leave; returns the batch."""
        require(shares > 0, "zero amount")
        is_allowance = caller != owner and (owner, caller) not in self.operators
        allowed = self._allowed(caller, owner, shares) if is_allowance else 0
        if controller != owner:
            self._check_controller(caller, controller)
        self._move(owner, self.address, shares)
        if is_allowance:
            self.allowances[owner, caller] = allowed
        batch = self.open_batch
        self.batches[batch].shares += shares
        self.requests[controller][batch] = self.requests[controller].get(batch, 0) + shares
        return batch

    def redeem(self, caller: str, shares: int, receiver: str, controller: str) -> int:
        """Claim what was set aside for shares, oldest first; returns wei, rounded down."""
        taken = self._claim(caller, controller, receiver, shares, ALL_THERE_IS)
        require(sum(part for _, part, _ in taken) == shares, "not claimable")
        return self._take_out(taken, receiver, controller)[1]

    def withdraw(self, caller: str, assets: int, receiver: str, controller: str) -> int:
        """Claim an amount, oldest first; returns the shares whose claim that was, rounded up."""
        taken = self._claim(caller, controller, receiver, ALL_THERE_IS, assets)
        require(sum(paid for _, _, paid in taken) == assets, "not claimable")
        return self._take_out(taken, receiver, controller)[0]

    # --- the way out: anyone ---

    def close_cycle(self) -> int:
        """Close the open batch, and ask back what is needed; returns wei."""
        now = self.clock.timestamp
        require(now >= self.cycle_closed_at + self.terms.cycle_seconds, "cycle not over")
        with self._whole():
            state, batch = self._refresh(), self.batches.get(self.open_batch)
            most = batch.shares * (state.priced + self.escrow) // state.shares if batch else 0  # rounded down
            self.owed += most
            asked = self._ask_back()
            require(batch is not None or asked > 0, "nothing to do")
        if batch is not None:
            batch.tokens, batch.closed_at, batch.closed_in = most, now, self.clock.block_number
            self.open_batch += 1
        self.cycle_closed_at = now
        return asked

    def price_batch(self) -> int:
        """Price the oldest closed batch, and set aside what it gets; returns wei, rounded down."""
        require(self.next_priced < self.open_batch, "no batch closed")
        batch = self.batches[self.next_priced]
        ready_at = batch.closed_at + self.staking.unbonding_seconds
        is_over = self.clock.timestamp >= ready_at and self.clock.block_number >= batch.closed_in + self.staking.unbonding_blocks
        require(is_over, "still unbonding")
        state = self.state()
        require(not state.is_undecided or self.clock.timestamp >= ready_at + self.terms.wait_seconds, "slash undecided")
        unanswered = self._look().unanswered
        worth = batch.shares * max(state.priced - unanswered, 0) // state.shares
        assets = min(worth, batch.tokens)
        require(self.liquid >= assets, "too little here")
        self._refresh()
        self._destroy(batch.shares)
        self.liquid -= assets
        self.flow.join(worth - assets, self.clock.timestamp)
        self.reserved += assets
        self.owed -= batch.tokens
        batch.tokens = assets
        self.next_priced += 1
        return assets

    # --- views ---

    def convert_to_shares(self, assets: int) -> int:
        """Shares that wei are worth, rounded down."""
        return self._shares_of(assets, self.state())

    def convert_to_assets(self, shares: int) -> int:
        """Wei that shares are worth, rounded down."""
        state = self.state()
        return shares * state.priced // state.shares if state.shares else shares

    def preview_deposit(self, assets: int) -> int:
        """Shares that a deposit would give."""
        return self._bought(assets, self.state())

    def preview_mint(self, shares: int) -> int:
        """Wei that a mint would take."""
        return self._cost(shares, self.state())

    def preview_redeem(self) -> None:
        """Nobody knows yet."""
        require(False, "priced later")

    def most(self) -> tuple[int, int]:
        """Wei and shares that can come in now."""
        state, room = self.state(), self._room(self.pooled)
        least = 0 if state.shares else LOCKED_SHARES
        if state.is_undecided or state.shares > state.priced * MAX_SHARES_PER_WEI or room <= least:
            return 0, 0
        bought = self._shares_of(room - least, state)
        return (room, bought) if bought else (0, 0)

    def claimable(self, controller: str) -> tuple[int, int]:
        """Shares and wei that one call can claim."""
        taken = self._takes(controller, ALL_THERE_IS, ALL_THERE_IS)
        return sum(part for _, part, _ in taken), sum(paid for _, _, paid in taken)

    def is_priced(self, batch: int) -> bool:
        """Whether it was."""
        return 0 < batch < self.next_priced

    # --- internals ---

    def _room(self, pooled: int) -> int:
        return max(min(self.deposit_limit * WAD, MAX_POOLED) - pooled, 0)

    def _opened(self, receiver: str) -> State:
        self._check_receiver(receiver)
        state = self.state()
        require(not state.is_undecided, "slash undecided")
        require(state.shares <= state.priced * MAX_SHARES_PER_WEI, "share worth too little")
        return state

    @staticmethod
    def _shares_of(assets: int, state: State) -> int:
        if state.shares == 0:
            return assets
        return assets * state.shares // state.priced if state.priced else 0

    def _bought(self, assets: int, state: State) -> int:
        if state.shares == 0:
            require(assets > LOCKED_SHARES, "first deposit too small")
            return assets - LOCKED_SHARES
        shares = self._shares_of(assets, state)
        require(shares > 0, "nothing comes out")
        return shares

    def _cost(self, shares: int, state: State) -> int:
        require(shares > 0, "zero amount")
        return ceil_div(shares * state.priced, state.shares) if state.shares else shares + LOCKED_SHARES

    def _enter(self, caller: str, assets: int, shares: int, receiver: str) -> None:
        self.token.transfer_from(self.address, caller, self.address, assets)
        self._refresh()  # after all that can be refused: a call that was has changed nothing
        if self.total_supply == 0:
            self._issue(LOCKED_HOLDER, LOCKED_SHARES)
        self.liquid += assets
        self._issue(receiver, shares)

    def _check_controller(self, caller: str, controller: str) -> None:
        require(caller == controller or (controller, caller) in self.operators, "not the controller")

    def _claim(self, caller: str, controller: str, receiver: str, shares: int, assets: int) -> list[tuple[int, int, int]]:
        require(shares > 0 and assets > 0, "zero amount")
        self._check_controller(caller, controller)
        self._check_receiver(receiver)
        return self._takes(controller, shares, assets)

    def _takes(self, controller: str, shares: int, assets: int) -> list[tuple[int, int, int]]:
        """Batch, shares and wei of each claim that is taken, until one of both limits is reached."""
        taken: list[tuple[int, int, int]] = []
        for batch, held in list(self.requests[controller].items())[:MAX_BATCHES]:
            if shares == 0 or assets == 0 or not self.is_priced(batch):
                break
            left = self.batches[batch]
            part = min(held, shares)
            paid = part * left.tokens // left.shares  # rounded down
            if paid > assets:
                paid, part = assets, ceil_div(assets * left.shares, left.tokens)
            taken.append((batch, part, paid))
            shares, assets = shares - part, assets - paid
        return taken

    def _take_out(self, taken: list[tuple[int, int, int]], receiver: str, controller: str) -> tuple[int, int]:
        for batch, part, paid in taken:
            self.batches[batch].shares -= part
            self.batches[batch].tokens -= paid
            self.requests[controller][batch] -= part
            if self.requests[controller][batch] == 0:
                del self.requests[controller][batch]
        assets = sum(paid for _, _, paid in taken)
        self.reserved -= assets
        self.token.transfer(self.address, receiver, assets)
        return sum(part for _, part, _ in taken), assets


ALL_THERE_IS = 2**256 - 1
