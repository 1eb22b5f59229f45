"""The supply: how much there is, what makes it grow and shrink, and minting and burning by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import MarketError
from mdt.market.pools import CONTRACT as POOLS
from mdt.market.schedules import CONTRACT as SCHEDULES
from mdt.market.schedules import Distribution
from mdt.model.reasons import Burn, Mint
from mdt.preset.settings import Buckets, load
from mdt.suite.calls import Call
from mdt.suite.opened import Suite
from mdt.suite.words import names_in, plain_name
from mdt.units import BPS, Denomination, format_seconds, when

YEAR = 365 * 86_400
SET_ASIDE = ("Treasury", "Vesting", POOLS, SCHEDULES, "RecyclingPool", "MDT")
"""Contracts whose tokens do not circulate: they are nobody's yet, or, sent to the token itself, lost."""
_MEASURED = re.compile(r"([0-9]+(?:\.[0-9]+)?) s\b")


@dataclass(frozen=True)
class Supply:
    """How much of the token there is, in wei (`docs/concepts/supply.md`).

    Attributes:
        cap: The most that can ever have been minted.
        minted: Minted so far; never falls.
        burned: Burned so far; opens no room for new tokens.
        total: Minted less burned: ERC-20 `totalSupply`.
        circulating: The total less what the contracts of `set_aside` hold. Staked tokens and miners' unclaimed rewards circulate.
        set_aside: Wei by contract: Treasury, Vesting, ReservePools, DistributionSchedules, RecyclingPool, and the token itself.
    """

    cap: int
    minted: int
    burned: int
    total: int
    circulating: int
    set_aside: dict[str, int]

    @property
    def issued_bps(self) -> int:
        """Part of the cap that was minted, rounded down."""
        return self.minted * BPS // self.cap


@dataclass(frozen=True)
class Economics:
    """What makes the supply grow: schedules that mint and the block reward.

    Attributes:
        scheduled_per_block: Wei that schedules mint for each block, on the average; those that begin later as well.
        starts_at: The block with which the last of them begins; 0 when all have begun.
    """

    block_seconds: Fraction
    blocks_per_year: int
    scheduled_per_block: Fraction
    starts_at: int
    block_reward: int
    supply: int

    @property
    def per_year(self) -> int:
        """Wei that schedules mint in a year, rounded down."""
        return int(self.scheduled_per_block * self.blocks_per_year)

    @property
    def inflation_bps(self) -> int:
        """The same as a part of the total supply, rounded to the nearest."""
        return self._part(self.scheduled_per_block)

    @property
    def block_reward_bps(self) -> int:
        """A year of the block reward, as it is now or begins with, as a part of the total supply."""
        return self._part(Fraction(self.block_reward))

    def words(self, unit: Denomination) -> str:
        """What schedules mint, in words."""
        about = "about " if self.scheduled_per_block.denominator > 1 else ""
        since = f", from block {self.starts_at:,} on" if self.starts_at else ""
        return f"{about}{unit.format(int(self.scheduled_per_block))} a block by schedules, {unit.format(self.per_year)} a year{since}"

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "block_seconds": str(float(self.block_seconds)),
            "blocks_per_year": self.blocks_per_year,
            "inflation_per_block": str(int(self.scheduled_per_block)),
            "inflation_per_year": str(self.per_year),
            "inflation_bps": self.inflation_bps,
            "inflation_from_block": self.starts_at,
            "block_reward": str(self.block_reward),
            "block_reward_bps": self.block_reward_bps,
        }

    def _part(self, per_block: Fraction) -> int:
        return round(per_block * self.blocks_per_year * BPS / self.supply) if self.supply else 0


def supply_of(suite: Suite) -> Supply:
    """How much there is, and how much of it circulates."""
    token = suite["MDT"]
    cap, minted, burned, total = (int(token.call(name)) for name in ("cap", "total_minted", "total_burned", "totalSupply"))
    held = {name: int(token.call("balanceOf", suite[name].address)) for name in SET_ASIDE if name in suite.contracts}
    return Supply(cap, minted, burned, total, total - sum(held.values()), held)


def block_seconds(suite: Suite) -> Fraction:
    """Seconds a block takes: measured at deploy, else the preset's."""
    found = _MEASURED.match(suite.record.block_time)
    return Fraction(found[1]) if found else Fraction(load(suite.record.preset).halving.block_time)


def economics_of(suite: Suite) -> Economics:
    """What is minted for each block."""
    head, seconds = suite.chain.head(), block_seconds(suite)
    minting = [one for one in Distribution(suite).all() if one.terms.is_minted and one.is_running(head)]
    rate = sum((Fraction(*one.current(head)) for one in minting), Fraction(0))
    starts_at = max((one.terms.terms.from_block for one in minting if one.state(head) == "waiting"), default=0)
    reward = suite["BlockReward"]
    per_block = int(reward.call("reward_at", max(head, int(reward.call("START_BLOCK"))))) if suite["MDT"].call("minter", reward.address).is_active else 0
    return Economics(seconds, round(YEAR / seconds), rate, starts_at, per_block, int(suite["MDT"].call("totalSupply")))


# --- by hand ---


def mint(suite: Suite, minter: str, recipient: str, amount: int, reason: Mint) -> list[Call]:
    """Mint inside the budget of whoever signs.

    Raises:
        MarketError: no minter, not for that reason, or above what it may mint now: with what is left.
    """
    token = suite["MDT"]
    rules = token.call("minter", minter)
    if not rules.is_active:
        raise MarketError(f"{minter} may not mint: {_how_to_become(suite, minter)}")
    if not rules.reasons >> int(reason) & 1:
        raise MarketError(f"{minter} may mint for {names_in(rules.reasons, Mint)}, not for {plain_name(reason)} (--reason)")
    if recipient == ZERO_ADDRESS:
        raise MarketError("nobody cannot be minted to: name an account (--recipient)")
    now, ever = int(token.call("mintable", minter)), int(token.call("lifetime_room", minter))
    if amount > now:
        raise MarketError(f"{minter} may mint {budget_words(rules, now, ever, suite.unit)}; not {suite.show(amount)}: mint less")
    words = f"mint {suite.show(amount)} to {recipient} ({plain_name(reason)})"
    return [Call(token, "mint", (recipient, amount, int(reason)), words)]


def budget_words(rules: Any, now: int, ever: int, unit: Denomination) -> str:
    """What a minter may still mint."""
    if now == ever:
        return f"{unit.format(now)} more in all, out of {Buckets.names()[rules.bucket]}"
    resets = when(rules.window_start + rules.window_seconds)
    return f"{unit.format(now)} until {resets}, and {unit.format(ever)} in all, out of {Buckets.names()[rules.bucket]}"


def burn(suite: Suite, holder: str, amount: int, reason: Burn) -> list[Call]:
    """Burn tokens of whoever signs.

    Raises:
        MarketError: not for that reason, or more than it holds.
    """
    token = suite["MDT"]
    held = int(token.call("balanceOf", holder))
    allowed = int(token.call("burner_reasons", holder))
    if reason != Burn.VOLUNTARY and not allowed >> int(reason) & 1:
        raise MarketError(
            f"{holder} may give no other reason to burn than {names_in(allowed | 1 << int(Burn.VOLUNTARY), Burn)}, not {plain_name(reason)}: the token's owner"
            " names who may (`mdt governance schedule MDT set_burner ...`); anyone may with --reason voluntary"
        )
    if held < amount:
        raise MarketError(f"{holder} holds {suite.show(held)}, not {suite.show(amount)}: burn less")
    return [Call(token, "burn", (amount, int(reason)), f"burn {suite.show(amount)} of {holder} ({plain_name(reason)})")]


def _how_to_become(suite: Suite, account: str) -> str:
    """The way to a grant, or how far it has come."""
    token = suite["MDT"]
    waiting = token.call("proposal", account)
    if waiting.effective_at:
        grant = f"mdt governance schedule MDT grant_minter {account}"
        return f"it is proposed, and can be granted from {when(waiting.effective_at)} on, by the token's owner (`{grant}`)"
    delay = format_seconds(int(token.call("GRANT_DELAY")))
    return (
        f"the token's owner proposes it (`mdt governance schedule MDT propose_minter {account} BUCKET REASON LIFETIME_CAP WINDOW_CAP WINDOW`),"
        f" and after {delay} in public grants it (`... MDT grant_minter {account}`)"
    )
