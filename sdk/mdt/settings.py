"""Presets: every number of the system, read from `config/<preset>.yaml` and checked before anything uses it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from mdt.errors import ConfigError
from mdt.units import BPS, WAD, format_amount, parse_amount, parse_seconds, parse_wad

CONFIG_DIR = Path(__file__).resolve().parents[2] / "config"

Wei = Annotated[int, BeforeValidator(parse_amount), Field(ge=0, lt=2**128)]
Seconds = Annotated[int, BeforeValidator(parse_seconds), Field(ge=0, le=100 * 365 * 86_400)]
Blocks = Annotated[int, Field(gt=0, le=10**9)]
Bps = Annotated[int, Field(ge=0, le=BPS)]
Wad = Annotated[int, BeforeValidator(parse_wad), Field(ge=0, le=WAD)]


class Section(BaseModel):
    """A part of a preset: unknown keys are refused, values do not change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class Token(Section):
    """The ERC-20, its cap and how long a new minter waits."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    symbol: Annotated[str, Field(min_length=1, max_length=32)]
    decimals: Annotated[int, Field(ge=18, le=18)]
    cap: Wei
    buckets: Buckets
    grant_delay: Annotated[Seconds, Field(ge=86_400, le=90 * 86_400)]

    @model_validator(mode="after")
    def _buckets_sum_to_cap(self) -> Token:
        total = sum(self.buckets.as_list())
        if total != self.cap:
            raise ValueError(f"buckets sum to {format_amount(total)}, the cap is {format_amount(self.cap)}")
        return self


class Channel(Section):
    """A minter of the block-emission bucket: lifetime cap, and at most `window_cap` per `window` seconds."""

    channel_cap: Annotated[Wei, Field(gt=0)]
    window: Annotated[Seconds, Field(ge=60, le=365 * 86_400)]
    window_cap: Annotated[Wei, Field(gt=0)]


class Halving(Channel):
    """The block-reward schedule: era e pays `initial_reward >> e` for each of `interval_blocks` blocks."""

    initial_reward: Annotated[Wei, Field(gt=0)]
    interval_blocks: Blocks
    halvings: Annotated[int, Field(ge=0, le=32)]
    block_time: Annotated[Seconds, Field(gt=0, le=3_600)]
    era_length: Annotated[Seconds, Field(gt=0)]

    @property
    def lifetime_total(self) -> int:
        """Wei paid over all eras: interval * sum of initial >> e."""
        return self.interval_blocks * sum(self.initial_reward >> e for e in range(self.halvings + 1))

    @model_validator(mode="after")
    def _schedule_is_exact_and_funded(self) -> Halving:
        if self.initial_reward % (1 << self.halvings):
            raise ValueError(f"initial_reward must be divisible by 2^{self.halvings} wei, so that every era pays an exact half")
        if self.lifetime_total > self.channel_cap:
            raise ValueError(f"the eras pay {format_amount(self.lifetime_total)}, channel_cap is {format_amount(self.channel_cap)}")
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
    def _sum(self) -> UtilityWeights:
        _require_whole(self.as_list())
        return self


class Emission(Channel):
    """Adaptive emission per epoch: base_reward x U x halving multiplier."""

    base_reward: Annotated[Wei, Field(gt=0)]
    epoch_blocks: Blocks
    max_tasks: Annotated[int, Field(ge=1, le=10**12)]
    weights_bps: UtilityWeights
    max_change: Wad
    report_delay: Annotated[Seconds, Field(ge=60, le=7 * 86_400)]
    deadline_blocks: Blocks


class Shares(Section):
    """How an epoch's emission is split, in basis points; they sum to 10,000."""

    miners: Bps
    validators: Bps
    dao: Bps

    def as_list(self) -> list[int]:
        """[miners, validators, dao] in bps."""
        return [self.miners, self.validators, self.dao]

    @model_validator(mode="after")
    def _sum(self) -> Shares:
        _require_whole(self.as_list())
        return self


class Distribution(Section):
    """The three shares of an epoch."""

    shares_bps: Shares


class Recycling(Section):
    """What part of fees and sales is burned."""

    fee_burn_bps: Bps
    sale_burn_bps: Bps


class LockBonus(Section):
    """Reward-weight bonus per month locked, up to a maximum."""

    bps_per_month: Bps
    max_bps: Bps
    max_months: Annotated[int, Field(ge=1, le=120)]

    @model_validator(mode="after")
    def _maximum_fits(self) -> LockBonus:
        if self.bps_per_month * self.max_months != self.max_bps:
            raise ValueError(f"max_bps must be bps_per_month x max_months = {self.bps_per_month * self.max_months}")
        return self


class LockBonuses(Section):
    """Bonuses by kind of staker."""

    validator: LockBonus
    delegator: LockBonus


class Commission(Section):
    """A validator's cut of its delegators' rewards."""

    default_bps: Bps
    max_bps: Bps

    @model_validator(mode="after")
    def _default_within_maximum(self) -> Commission:
        if self.default_bps > self.max_bps:
            raise ValueError(f"default_bps must be at most max_bps = {self.max_bps}")
        return self


class Staking(Section):
    """Minimum stake, unbonding, lock bonuses, decay and caps."""

    min_validator_stake: Annotated[Wei, Field(gt=0)]
    unbonding: Annotated[Seconds, Field(ge=86_400, le=60 * 86_400)]
    month: Annotated[Seconds, Field(ge=86_400, le=31 * 86_400)]
    lock_bonus: LockBonuses
    decay_table: Annotated[list[tuple[Wei, Wei]], Field(min_length=2, max_length=32)]
    delegation_cap_bps: Annotated[Bps, Field(gt=0)]
    delegation_cap_min_validators: Annotated[int, Field(ge=0, le=1_000)]
    commission: Commission

    @model_validator(mode="after")
    def _table_is_increasing_and_concave(self) -> Staking:
        points = self.decay_table
        slopes = []
        for (x0, y0), (x1, y1) in pairwise(points):
            if x1 <= x0 or y1 <= y0:
                raise ValueError("decay_table must increase in both columns")
            slopes.append((y1 - y0, x1 - x0))
        for (a, b), (c, d) in pairwise(slopes):
            if c * b > a * d:
                raise ValueError("decay_table must be concave: no slope may exceed the one before it")
        return self


class Slashing(Section):
    """Offences in basis points of the stake, and how a slash is split."""

    double_signing_bps: Bps
    offline_bps: Bps
    offline_missed_blocks: Annotated[int, Field(ge=1, le=10**6)]
    no_reveal_bps: Bps
    burn_bps: Bps


class VestingSchedule(Section):
    """Nothing until the cliff, then linear; `at_start_bps` is released at the start."""

    cliff: Seconds
    linear: Annotated[Seconds, Field(gt=0)]
    at_start_bps: Bps


class Vesting(Section):
    """Preset schedules by kind of holder."""

    team: VestingSchedule
    ido: VestingSchedule
    private: VestingSchedule


class Settings(Section):
    """One preset: all numbers of the system."""

    name: str
    token: Token
    halving: Halving
    emission: Emission
    distribution: Distribution
    recycling: Recycling
    staking: Staking
    slashing: Slashing
    vesting: Vesting

    @model_validator(mode="after")
    def _channels_fit_their_bucket(self) -> Settings:
        both = self.halving.channel_cap + self.emission.channel_cap
        bucket = self.token.buckets.block_emission
        if both > bucket:
            raise ValueError(f"halving and emission channel_cap sum to {format_amount(both)}, the block_emission bucket holds {format_amount(bucket)}")
        epoch_seconds = self.emission.epoch_blocks * self.halving.block_time
        if self.emission.report_delay >= epoch_seconds:
            raise ValueError(f"emission.report_delay must be below an epoch's {epoch_seconds} s, or reports pile up")
        return self


def _require_whole(parts: list[int]) -> None:
    if sum(parts) != BPS:
        raise ValueError(f"the parts must sum to {BPS} bps, they sum to {sum(parts)}")


def _explain(source: Path, error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"]) or "(whole file)"
        lines.append(f"{source}: {key}: {item['msg']}; got {item['input']!r}"[:400])
    return "\n".join(lines)


def load(preset: str | Path, config_dir: Path = CONFIG_DIR) -> Settings:
    """Read and check a preset by name (`adr-literal`) or path.

    Raises:
        ConfigError: no such preset, not YAML, or a value out of range: names file, key, value and what is allowed.
    """
    source = Path(preset) if str(preset).endswith((".yaml", ".yml")) else config_dir / f"{preset}.yaml"
    if not source.is_file():
        known = ", ".join(sorted(path.stem for path in config_dir.glob("*.yaml")))
        raise ConfigError(f"no preset {str(preset)!r}: {source} does not exist; known presets: {known}")
    try:
        content: Any = yaml.safe_load(source.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigError(f"{source} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{source} must be a mapping of sections, got {type(content).__name__}")
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise ConfigError(_explain(source, error)) from error
