"""The sections of a preset: each field says in its type how it is written and what range is allowed, each section what must hold inside it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from mdt.errors import Refusal
from mdt.model.root_audit import MAX_BOND
from mdt.model.stake_weight import MIN_EFFECTIVE, DecayTable
from mdt.preset.channel import Channel
from mdt.preset.quantities import DAY, BasisPoints, Blocks, Bps, Count, Duration, Fraction, Hours, Money, PositiveWei, Section, Wei, unit_of
from mdt.units import BPS, HOUR, WAD, format_seconds

DECIMALS = Count(6, 18)


class Buckets(Section):
    """Five immutable parts of the cap, in the order of their on-chain ids 0..4."""

    initial_emission: Wei
    block_emission: Wei
    dao_treasury: Wei
    team: Wei
    community: Wei

    def as_list(self) -> list[int]:
        """Caps in wei by bucket id."""
        return [getattr(self, name) for name in type(self).model_fields]

    @classmethod
    def names(cls) -> list[str]:
        """Bucket names by id."""
        return list(cls.model_fields)


def _unit_name(symbol: str) -> str:
    """Refuse a symbol that could not be read back behind a number."""
    if not re.fullmatch("[A-Za-z]+", symbol) or symbol == "wei":
        raise ValueError(f"is {symbol!r}, must be letters only and not 'wei', so that amounts can be written in it")
    return symbol


class Token(Section):
    """The ERC-20, the unit that the preset's amounts are written in, its cap and how long a new minter waits."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    symbol: Annotated[str, Field(min_length=1, max_length=32), AfterValidator(_unit_name)]
    decimals: Annotated[int, DECIMALS]
    cap: Wei
    buckets: Buckets
    grant_delay: Annotated[int, Duration(DAY, 90 * DAY)]

    @model_validator(mode="after")
    def _buckets_sum_to_cap(self, info: ValidationInfo) -> Self:
        amount = unit_of(info).format
        total = sum(self.buckets.as_list())
        if total != self.cap:
            raise ValueError(f"buckets sum to {amount(total)}, the cap is {amount(self.cap)}")
        return self


class Halving(Channel):
    """The block-reward schedule: era e pays `initial_reward >> e` for each of `interval_blocks` blocks."""

    initial_reward: PositiveWei
    interval_blocks: Blocks
    halvings: Annotated[int, Count(0, 32)]
    block_time: Annotated[int, Duration(1, 3_600)]
    era_length: Annotated[int, Duration(1, 100 * 365 * DAY)]

    @property
    def lifetime_total(self) -> int:
        """Wei paid over all eras: interval * sum of initial >> e."""
        return self.interval_blocks * sum(self.initial_reward >> e for e in range(self.halvings + 1))

    @model_validator(mode="after")
    def _schedule_is_exact_and_funded(self, info: ValidationInfo) -> Self:
        amount = unit_of(info).format
        if self.initial_reward % (1 << self.halvings):
            raise ValueError(f"initial_reward is {self.initial_reward} wei, it must be divisible by 2^{self.halvings}, so that every era pays an exact half")
        if self.is_minter and self.lifetime_total > self.channel_cap:
            raise ValueError(f"the eras pay {amount(self.lifetime_total)}, channel_cap is {amount(self.channel_cap)}")
        declared, derived = self.era_length, self.interval_blocks * self.block_time
        if abs(declared - derived) * 10 > declared:
            raise ValueError(f"era_length is {declared} s, but {self.interval_blocks} blocks of {self.block_time} s take {derived} s (over 10% off)")
        return self


class UtilityWeights(Section):
    """Weights of the utility formula in basis points; they sum to 10,000."""

    tasks: Bps
    difficulty: Bps
    participation: Bps

    def as_list(self) -> list[int]:
        """[tasks, difficulty, participation] in bps."""
        return [self.tasks, self.difficulty, self.participation]

    @model_validator(mode="after")
    def _sum(self) -> Self:
        _require_whole(self.as_list())
        return self


class Emission(Channel):
    """Adaptive emission per epoch: base_reward x U x halving multiplier. An epoch pays no more than the channel has left, whatever the pool holds."""

    base_reward: PositiveWei
    epoch_blocks: Annotated[int, Count(32, 1_000_000)]  # also what staking streams an epoch's rewards over
    max_tasks: Annotated[int, Count(1, 10**12)]
    weights_bps: UtilityWeights
    max_change: Annotated[int, Fraction()]
    report_delay: Annotated[int, Duration(60, 7 * DAY)]
    challenge_bond: PositiveWei
    deadline_blocks: Blocks

    @model_validator(mode="after")
    def _window_holds_an_epoch(self, info: ValidationInfo) -> Self:
        amount = unit_of(info).format
        if self.window_cap < self.base_reward:
            cap, base = amount(self.window_cap), amount(self.base_reward)
            raise ValueError(f"window_cap is {cap}, it must be at least base_reward = {base}, or a full epoch never settles")
        if self.challenge_bond > MAX_BOND:
            raise ValueError(f"challenge_bond is {amount(self.challenge_bond)}, it must be at most {amount(MAX_BOND)}, or nobody can ask")
        return self


class Shares(Section):
    """How an epoch's emission is split, in basis points; they sum to 10,000."""

    miners: Bps
    validators: Bps
    dao: Bps

    def as_list(self) -> list[int]:
        """[miners, validators, dao] in bps."""
        return [self.miners, self.validators, self.dao]

    @model_validator(mode="after")
    def _sum(self) -> Self:
        _require_whole(self.as_list())
        return self


class Distribution(Section):
    """The three shares of an epoch."""

    shares_bps: Shares


class Recycling(Section):
    """What part of fees and sales is burned."""

    fee_burn_bps: Bps
    sale_burn_bps: Annotated[int, BasisPoints(high=BPS - 1)]  # a buyer always gets something


class LockBonus(Section):
    """Reward-weight bonus per month locked; the contract fixes how many months count."""

    bps_per_month: Annotated[int, BasisPoints(high=83)]
    max_bps: Annotated[int, BasisPoints(high=1_000)]
    max_months: Annotated[int, Count(12, 12)]

    @model_validator(mode="after")
    def _maximum_fits(self) -> Self:
        if self.bps_per_month * self.max_months != self.max_bps:
            raise ValueError(f"max_bps is {self.max_bps}, it must be bps_per_month x max_months = {self.bps_per_month * self.max_months}")
        return self


class LockBonuses(Section):
    """Bonuses by kind of staker."""

    validator: LockBonus
    delegator: LockBonus


class Commission(Section):
    """A validator's cut of its delegators' rewards."""

    default_bps: Annotated[int, BasisPoints(high=5_000)]
    max_bps: Annotated[int, BasisPoints(high=5_000)]

    @model_validator(mode="after")
    def _default_within_maximum(self) -> Self:
        if self.default_bps > self.max_bps:
            raise ValueError(f"default_bps is {self.default_bps}, it must be at most max_bps = {self.max_bps}")
        return self


DECAY_POINTS = 7
MAX_DEPOSIT_STAKES = 10
"""Of the contract: the largest deposit of a validator, in minimum stakes."""


class Staking(Section):
    """Minimum stake, unbonding, lock bonuses, decay and caps; the ranges are those of the contract."""

    min_validator_stake: Annotated[int, Money(WAD, 10**6 * WAD)]
    validator_deposit: Annotated[int, Money(0, 10**7 * WAD)]
    unbonding: Annotated[int, Duration(DAY, 60 * DAY)]
    month: Annotated[int, Duration(30 * DAY, 30 * DAY)]
    lock_bonus: LockBonuses
    decay_table: Annotated[list[Annotated[tuple[Wei, Wei], Field(strict=False)]], Field(min_length=DECAY_POINTS, max_length=DECAY_POINTS)]
    delegation_cap_bps: Annotated[int, BasisPoints(100, 5_000)]
    own_part_bps: Annotated[int, BasisPoints(0, 5_000)]
    commission: Commission

    @property
    def decay_stakes(self) -> list[int]:
        """Breakpoints of the decay table, wei."""
        return [stake for stake, _ in self.decay_table]

    @property
    def decay_values(self) -> list[int]:
        """Effective stake at each breakpoint, wei."""
        return [value for _, value in self.decay_table]

    @model_validator(mode="after")
    def _table_is_increasing_and_concave(self, info: ValidationInfo) -> Self:
        amount = unit_of(info).format
        if self.validator_deposit > MAX_DEPOSIT_STAKES * self.min_validator_stake:
            most = amount(MAX_DEPOSIT_STAKES * self.min_validator_stake)
            raise ValueError(f"validator_deposit must be at most {MAX_DEPOSIT_STAKES} times min_validator_stake, {most}")
        slopes = [(1, 1)]
        for (x0, y0), (x1, y1) in pairwise([(0, 0), *self.decay_table]):
            if x1 <= x0 or y1 <= y0:
                raise ValueError(f"decay_table must increase in both columns, and does not from {amount(x0)} to {amount(x1)}")
            slopes.append((y1 - y0, x1 - x0))
        if self.decay_values[0] > self.decay_stakes[0]:
            stake, value = amount(self.decay_stakes[0]), amount(self.decay_values[0])
            raise ValueError(f"decay_table begins with a slope above 1: {stake} cannot count as {value}")
        for (a, b), (c, d) in pairwise(slopes):
            if c * b > a * d:
                raise ValueError("decay_table must be concave: no slope may exceed the one before it")
        try:
            DecayTable(self.decay_stakes, self.decay_values, self.min_validator_stake)
        except Refusal as refusal:
            least, minimum = amount(MIN_EFFECTIVE), amount(self.min_validator_stake)
            raise ValueError(f"decay_table must let min_validator_stake = {minimum} count as at least {least}") from refusal
        return self


class Slashing(Section):
    """Offences in basis points of the stake, how a slash is split, and how long things may take."""

    double_signing_bps: Annotated[int, BasisPoints(1, 5_000)]
    offline_bps: Annotated[int, BasisPoints(1, 5_000)]
    offline_missed_blocks: Annotated[int, Count(1, 100_000)]
    window_epochs: Annotated[int, Count(1, 6)]
    no_reveal_bps: Annotated[int, BasisPoints(1, 5_000)]
    burn_bps: Bps
    warning: Annotated[int, Duration(HOUR, 7 * DAY)]
    appeal: Annotated[int, Duration(DAY, 14 * DAY)]
    jail: Annotated[int, Duration(DAY, 60 * DAY)]
    evidence_blocks: Annotated[int, Count(1, 2_000_000)]
    max_jailed_bps: Annotated[int, BasisPoints(1_000, 5_000)]

    def as_list(self) -> list[int]:
        """[double signing, offline, no reveal] in bps: by the offence's number."""
        return [self.double_signing_bps, self.offline_bps, self.no_reveal_bps]

    @model_validator(mode="after")
    def _jail_outlasts_an_appeal(self) -> Self:
        if 2 * self.appeal > self.jail:
            appeal, jail = format_seconds(self.appeal), format_seconds(self.jail)
            raise ValueError(f"appeal is {appeal}, twice that must fit into jail = {jail}, or a validator is back before its appeal is decided")
        return self


class Governance(Section):
    """The timelock that owns the suite: what is scheduled waits so long before anyone can execute it."""

    delay: Annotated[int, Hours(DAY, 30 * DAY)]


class Treasury(Section):
    """What may leave the treasury in a period, by a decision of the DAO and through the timelock."""

    period: Annotated[int, Hours(DAY, 365 * DAY)]
    budget: Wei


def _require_whole(parts: list[int]) -> None:
    if sum(parts) != BPS:
        raise ValueError(f"the parts must sum to {BPS:,} bps, they sum to {sum(parts):,}")
