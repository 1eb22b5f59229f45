"""The liquidity pool: `contracts/pools/LiquidityPool.vy` and its modules, with the same checks in the same order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import isqrt
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.liquidity_pool import prices
from mdt.model.liquidity_pool.curve import MAX_RESERVE, amount_in, amount_out, ceil_div, part_to_swap, protocol_part
from mdt.model.liquidity_pool.shares import LOCKED_HOLDER, LOCKED_SHARES, Shares
from mdt.model.ownable import Ownable
from mdt.model.reasons import Burn
from mdt.model.refusals import refusals
from mdt.units import BPS, DAY, MINUTE

require = refusals("market")

MIN_FEE_BPS, MAX_FEE_BPS = 1, 100
MAX_PROTOCOL_BPS = 2_500  # of the fee
MIN_FEE_DELAY, MAX_FEE_DELAY = DAY, 30 * DAY
MIN_WINDOW = 30 * MINUTE
SECONDS = 2**32  # times are kept modulo this


class Token(Protocol):
    """What the pool asks of a token, and of MDT to burn besides."""

    balances: defaultdict[str, int]
    allowances: defaultdict[tuple[str, str], int]

    def transfer(self, caller: str, to: str, amount: int) -> bool:
        """Move tokens of the caller."""
        ...

    def transfer_from(self, caller: str, holder: str, to: str, amount: int) -> bool:
        """Move tokens by an allowance."""
        ...


class BurnableToken(Token, Protocol):
    """MDT."""

    def burn(self, caller: str, amount: int, reason: int) -> None:
        """Destroy tokens of the caller."""
        ...


@dataclass(frozen=True)
class Fees:
    """Fee of a swap, the protocol's part of it, and whether the MDT in that part is burned or the treasury's."""

    fee_bps: int
    protocol_bps: int
    is_burned: bool

    def check(self) -> None:
        """Refuse what is out of the fixed bounds."""
        require(MIN_FEE_BPS <= self.fee_bps <= MAX_FEE_BPS, "fee out of bounds")
        require(self.protocol_bps <= MAX_PROTOCOL_BPS, "part out of bounds")


@dataclass(frozen=True)
class Deposit:
    """What a deposit on both sides takes, and gives."""

    tokens: int
    paired: int
    shares: int


@dataclass(frozen=True)
class OneSidedDeposit:
    """What a deposit on one side gives; of it `swapped` is swapped for `bought`, and the price moves by `impact_bps`, rounded up."""

    shares: int
    swapped: int
    bought: int
    impact_bps: int


class LiquidityPool(Shares, Ownable):
    """Calls take the caller first. Reserves are kept by side: 0 is the token's, 1 the paired token's."""

    def __init__(
        self, address: str, tokens: tuple[BurnableToken, Token], addresses: tuple[str, str], treasury: str, fees: Fees, fee_delay: int, owner: str, clock: Clock
    ) -> None:
        require(addresses[0] != addresses[1], "one token twice")
        require(treasury not in (ZERO_ADDRESS, address, *addresses), "bad treasury")
        require(owner != ZERO_ADDRESS, "zero owner")
        require(MIN_FEE_DELAY <= fee_delay <= MAX_FEE_DELAY, "fee delay out of bounds")
        fees.check()
        Shares.__init__(self, address)
        Ownable.__init__(self, owner)
        self.tokens, self.addresses, self.treasury, self.clock = tokens, addresses, treasury, clock
        self.fees, self.fee_delay = fees, fee_delay
        self.announced: Fees | None = None
        self.effective_at = 0
        self.reserves = [0, 0]
        self.updated_at = 0  # modulo SECONDS
        self.cumulative = 0  # of logarithms of the price, weighted with seconds; wrapped
        self.last_root = 0  # of the product, as the protocol last shared in it; 0 while it has no part

    # --- anyone: liquidity ---

    def add(self, caller: str, max_tokens: int, max_paired: int, min_shares: int, receiver: str, deadline: int) -> Deposit:
        """Deposit on both sides, at most so much of each."""
        self._check_call(receiver, deadline)
        added = self.quote_add(max_tokens, max_paired)
        require(added.shares >= min_shares, "below the minimum")
        self._take(caller, (added.tokens, added.paired))
        self._accrue()
        self._settle(self._root())
        self.reserves = [self.reserves[0] + added.tokens, self.reserves[1] + added.paired]
        if self.total_supply == 0:
            self._issue(LOCKED_HOLDER, LOCKED_SHARES)
        self._issue(receiver, added.shares)
        self._share_from_here()
        return added

    def add_one_sided(self, caller: str, token_in: str, amount: int, min_shares: int, receiver: str, deadline: int) -> int:
        """Deposit on one side: a part is swapped at the pool's own price and fee, the rest goes with what that bought."""
        self._check_call(receiver, deadline)
        side = self._side(token_in)
        added = self.quote_add_one_sided(token_in, amount)
        require(added.shares >= min_shares, "below the minimum")
        self._take(caller, (amount, 0) if side == 0 else (0, amount))
        self._accrue()
        self._settle(self._root_after(side, added.swapped, added.bought))
        self.reserves[side] += amount
        self._issue(receiver, added.shares)
        self._share_from_here()
        return added.shares

    def remove(self, caller: str, shares: int, min_tokens: int, min_paired: int, receiver: str, deadline: int) -> tuple[int, int]:
        """Give shares back for their part of both sides."""
        self._check_call(receiver, deadline)
        require(shares > 0, "zero amount")
        require(self.balances[caller] >= shares, "balance too low")
        tokens, paired = self.quote_remove(shares)
        require(tokens >= min_tokens and paired >= min_paired, "below the minimum")
        self._accrue()
        self._settle(self._root())
        self._redeem(caller, shares)
        self._send((receiver, receiver), (tokens, paired))
        return tokens, paired

    # --- anyone: swaps ---

    def swap_exact_in(self, caller: str, token_in: str, amount: int, min_out: int, receiver: str, deadline: int) -> int:
        """Pay exactly so much of a token for the other one."""
        self._check_call(receiver, deadline)
        bought = self.quote_exact_in(token_in, amount)
        require(bought >= min_out, "below the minimum")
        self._swap(caller, self._side(token_in), amount, bought, receiver)
        return bought

    def swap_exact_out(self, caller: str, token_in: str, amount: int, max_in: int, receiver: str, deadline: int) -> int:
        """Buy exactly so much with the other token."""
        self._check_call(receiver, deadline)
        paid = self.quote_exact_out(token_in, amount)
        require(paid <= max_in, "above the maximum")
        self._swap(caller, self._side(token_in), paid, amount, receiver)
        return paid

    # --- anyone: fees ---

    def collect(self) -> tuple[int, int]:
        """Redeem the protocol's shares: to the treasury, or what is MDT of it burned."""
        shares = self.protocol_shares()
        require(shares > 0, "nothing to collect")
        self._accrue()
        self._settle(self._root())
        tokens, paired = self._parts(shares, self.total_supply)
        self._redeem(self.address, shares)
        if self.fees.is_burned and tokens > 0:
            self.tokens[0].burn(self.address, tokens, Burn.TRANSACTION_FEE)
            self._send((self.treasury, self.treasury), (0, paired))
        else:
            self._send((self.treasury, self.treasury), (tokens, paired))
        return tokens, paired

    def apply_fees(self) -> None:
        """Put announced fees into force once they have waited; growth so far is shared by the old ones."""
        fees = require.found(self.announced, "nothing announced")
        require(self.clock.timestamp >= self.effective_at, "still waiting")
        self._settle(self._root())
        self.fees, self.announced, self.effective_at = fees, None, 0
        self.last_root = 0
        self._share_from_here()

    # --- governance ---

    def announce_fees(self, caller: str, fees: Fees) -> None:
        """Say which fees anyone may put into force after the delay; takes the place of what waits."""
        self.check_owner(caller)
        fees.check()
        require(fees != self.fees or self.announced is not None, "nothing changes")
        require(fees != self.announced, "nothing changes")
        self.announced, self.effective_at = fees, self.clock.timestamp + self.fee_delay

    def withdraw_fees(self, caller: str) -> None:
        """Take an announcement back."""
        self.check_owner(caller)
        require(self.announced is not None, "nothing announced")
        self.announced, self.effective_at = None, 0

    def sweep(self, caller: str, token: str) -> int:
        """Send the treasury what is held of one of the two tokens beyond its reserve."""
        self.check_owner(caller)
        side = self._side(token)
        surplus = max(self.tokens[side].balances[self.address] - self.reserves[side], 0)
        require(surplus > 0, "nothing to sweep")
        self.tokens[side].transfer(self.address, self.treasury, surplus)
        return surplus

    # --- views ---

    def quote_add(self, max_tokens: int, max_paired: int) -> Deposit:
        """What `add` would take and give now."""
        if self.total_supply == 0:
            require(max_tokens <= MAX_RESERVE and max_paired <= MAX_RESERVE, "reserve too large")
            root = isqrt(max_tokens * max_paired)  # rounded down
            require(root > LOCKED_SHARES, "first deposit too small")
            return Deposit(max_tokens, max_paired, root - LOCKED_SHARES)
        supply, reserves = self._supply_after(self._root()), self.reserves
        shares = min(min(limit, MAX_RESERVE) * supply // reserve for limit, reserve in zip((max_tokens, max_paired), reserves, strict=True))  # rounded down
        require(shares > 0, "nothing comes out")
        tokens, paired = (ceil_div(shares * reserve, supply) for reserve in reserves)  # in favour of the pool
        require(reserves[0] + tokens <= MAX_RESERVE and reserves[1] + paired <= MAX_RESERVE, "reserve too large")
        return Deposit(tokens, paired, shares)

    def quote_add_one_sided(self, token_in: str, amount: int) -> OneSidedDeposit:
        """What `add_one_sided` would give now."""
        side = self._side(token_in)
        reserve_in, reserve_out = self.reserves[side], self.reserves[1 - side]
        require(amount <= MAX_RESERVE - reserve_in, "reserve too large")
        require(self.total_supply > 0, "nothing comes out")
        swapped = part_to_swap(amount, reserve_in, self.fees.fee_bps)
        bought = amount_out(swapped, reserve_in, reserve_out, self.fees.fee_bps)
        supply = self._supply_after(self._root_after(side, swapped, bought))
        shares = min((amount - swapped) * supply // (reserve_in + swapped), bought * supply // (reserve_out - bought))  # in favour of the pool
        require(shares > 0, "nothing comes out")
        return OneSidedDeposit(shares, swapped, bought, ceil_div(amount * BPS, reserve_in + amount))

    def quote_remove(self, shares: int) -> tuple[int, int]:
        """What `remove` would pay now."""
        supply = self._supply_after(self._root())
        require(shares <= supply, "balance too low")
        return self._parts(shares, supply)

    def quote_exact_in(self, token_in: str, amount: int) -> int:
        """What `swap_exact_in` would pay now."""
        side = self._side(token_in)
        require(amount <= MAX_RESERVE - self.reserves[side], "reserve too large")
        bought = amount_out(amount, self.reserves[side], self.reserves[1 - side], self.fees.fee_bps)
        require(bought > 0, "nothing comes out")
        return bought

    def quote_exact_out(self, token_in: str, amount: int) -> int:
        """What `swap_exact_out` would take now."""
        side = self._side(token_in)
        require(amount > 0, "zero amount")
        require(amount < self.reserves[1 - side], "not enough in reserve")
        paid = amount_in(amount, self.reserves[side], self.reserves[1 - side], self.fees.fee_bps)
        require(paid <= MAX_RESERVE - self.reserves[side], "reserve too large")
        return paid

    def price_cumulative(self) -> tuple[int, int]:
        """Sum of log2 of the price over seconds, up to now, and now."""
        return self._cumulative_now(), self.clock.timestamp

    def mean_price(self, cumulative: int, timestamp: int) -> int:
        """Geometric mean of the price since a reading, paired units for a token unit, with 128 bits behind the point."""
        require(timestamp + MIN_WINDOW <= self.clock.timestamp, "window too short")
        mean = prices.difference(self._cumulative_now(), cumulative) // (self.clock.timestamp - timestamp)  # rounded down
        require(abs(mean) <= prices.MAX_LOG, "not a reading")
        return prices.exp2(mean)

    def protocol_shares(self) -> int:
        """Shares that `collect` would redeem now."""
        return self.balances[self.address] + self._supply_after(self._root()) - self.total_supply

    # --- internals ---

    def _check_call(self, receiver: str, deadline: int) -> None:
        require(self.clock.timestamp <= deadline, "too late")
        require(receiver not in (ZERO_ADDRESS, self.address, *self.addresses), "bad receiver")

    def _side(self, token: str) -> int:
        require(token in self.addresses, "unknown token")
        return self.addresses.index(token)

    def _root(self) -> int:
        return isqrt(self.reserves[0] * self.reserves[1])  # rounded down

    def _root_after(self, side: int, swapped: int, bought: int) -> int:
        """The root after a swap: so that its fee counts as growth, and what is deposited does not."""
        return isqrt((self.reserves[side] + swapped) * (self.reserves[1 - side] - bought))

    def _cumulative_now(self) -> int:
        elapsed = (self.clock.timestamp - self.updated_at) % SECONDS
        if not elapsed or not self.total_supply:
            return self.cumulative
        grown = prices.log2_ratio(self.reserves[1], self.reserves[0]) * elapsed
        return prices.wrapped(self.cumulative + grown)

    def _accrue(self) -> None:
        """Weigh the time that has passed with the price there was, before reserves change."""
        self.cumulative = self._cumulative_now()
        self.updated_at = self.clock.timestamp % SECONDS

    def _supply_after(self, root: int) -> int:
        """All shares, once the protocol has its part."""
        if self.fees.protocol_bps == 0:
            return self.total_supply
        return self.total_supply + protocol_part(self.total_supply, root, self.last_root, self.fees.protocol_bps)

    def _settle(self, root: int) -> None:
        """Give the protocol its part of what the root grew by."""
        self._issue(self.address, self._supply_after(root) - self.total_supply)

    def _share_from_here(self) -> None:
        """The protocol shares in what the root grows by from now on; rounded up, so that what was put in or taken out is no growth."""
        if self.fees.protocol_bps > 0:
            root = self._root()
            self.last_root = root + (root * root != self.reserves[0] * self.reserves[1])

    def _issue(self, holder: str, shares: int) -> None:
        self.total_supply += shares
        self.balances[holder] += shares

    def _parts(self, shares: int, supply: int) -> tuple[int, int]:
        """What shares are worth, rounded down in favour of who stays: of the reserve, or of what is left where a token took some of it."""
        held = min(self.tokens[1].balances[self.address], self.reserves[1])  # MDT takes nothing
        return self.reserves[0] * shares // supply, held * shares // supply

    def _redeem(self, holder: str, shares: int) -> None:
        """Take shares back, and their part of the reserves off the books, rounded down."""
        self.reserves = [reserve - reserve * shares // self.total_supply for reserve in self.reserves]
        self._issue(holder, -shares)
        self._share_from_here()

    def _swap(self, caller: str, side: int, paid: int, bought: int, receiver: str) -> None:
        self._take(caller, (paid, 0) if side == 0 else (0, paid))
        self._send((receiver, receiver), (0, bought) if side == 0 else (bought, 0))
        self._accrue()
        self.reserves[side] += paid
        self.reserves[1 - side] -= bought

    def _take(self, caller: str, amounts: tuple[int, int]) -> None:
        """By allowance. What is held must cover the reserve afterwards; the model's tokens are exact, so that it can be seen before."""
        require(self.tokens[1].balances[self.address] >= self.reserves[1], "short of tokens")
        before = [(token.balances.copy(), token.allowances.copy()) for token in self.tokens]
        try:
            for token, amount in zip(self.tokens, amounts, strict=True):
                if amount > 0:
                    token.transfer_from(self.address, caller, self.address, amount)
        except Refusal:  # of the second: a transaction happens wholly or not at all
            for token, (balances, allowances) in zip(self.tokens, before, strict=True):
                token.balances, token.allowances = balances, allowances
            raise

    def _send(self, receivers: tuple[str, str], amounts: tuple[int, int]) -> None:
        for token, receiver, amount in zip(self.tokens, receivers, amounts, strict=True):
            if amount > 0:
                token.transfer(self.address, receiver, amount)
