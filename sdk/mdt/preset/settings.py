"""Presets: every number of the system, read from `config/<preset>.yaml` and checked before anything uses it.

Each field says in its type how it is written and what range is allowed (`mdt.preset.quantities`); errors and `docs/reference/parameters.md` are made
from the same statement.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from mdt.errors import ConfigError, Refusal
from mdt.files import shipped
from mdt.model.stake_weight import MIN_EFFECTIVE, DecayTable
from mdt.preset.allotments import POOLS, GenesisList, VestingTable, check_genesis
from mdt.preset.channel import Channel
from mdt.preset.lifecycle import Fees, PoolList, ScheduleList, ScheduleMinting, check_lifecycle
from mdt.preset.quantities import DAY, BasisPoints, Blocks, Bps, Count, Duration, Fraction, Hours, Money, PositiveWei, Section, Wei
from mdt.units import BPS, WAD, Denomination, format_amount, format_seconds, use_denomination

DECIMALS = Count(6, 18)
CONFIG_DIR = shipped("config")


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
    def _buckets_sum_to_cap(self) -> Self:
        total = sum(self.buckets.as_list())
        if total != self.cap:
            raise ValueError(f"buckets sum to {format_amount(total)}, the cap is {format_amount(self.cap)}")
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
    def _schedule_is_exact_and_funded(self) -> Self:
        if self.initial_reward % (1 << self.halvings):
            raise ValueError(f"initial_reward is {self.initial_reward} wei, it must be divisible by 2^{self.halvings}, so that every era pays an exact half")
        if self.is_minter and self.lifetime_total > self.channel_cap:
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
    deadline_blocks: Blocks

    @model_validator(mode="after")
    def _window_holds_an_epoch(self) -> Self:
        if self.window_cap < self.base_reward:
            cap, base = format_amount(self.window_cap), format_amount(self.base_reward)
            raise ValueError(f"window_cap is {cap}, it must be at least base_reward = {base}, or a full epoch never settles")
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


class Staking(Section):
    """Minimum stake, unbonding, lock bonuses, decay and caps; the ranges are those of the contract."""

    min_validator_stake: Annotated[int, Money(WAD, 10**6 * WAD)]
    unbonding: Annotated[int, Duration(DAY, 60 * DAY)]
    month: Annotated[int, Duration(30 * DAY, 30 * DAY)]
    lock_bonus: LockBonuses
    decay_table: Annotated[list[Annotated[tuple[Wei, Wei], Field(strict=False)]], Field(min_length=DECAY_POINTS, max_length=DECAY_POINTS)]
    delegation_cap_bps: Annotated[int, BasisPoints(100, 5_000)]
    delegation_cap_min_validators: Annotated[int, Count(0, 100)]
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
    def _table_is_increasing_and_concave(self) -> Self:
        slopes = [(1, 1)]
        for (x0, y0), (x1, y1) in pairwise([(0, 0), *self.decay_table]):
            if x1 <= x0 or y1 <= y0:
                raise ValueError(f"decay_table must increase in both columns, and does not from {format_amount(x0)} to {format_amount(x1)}")
            slopes.append((y1 - y0, x1 - x0))
        if self.decay_values[0] > self.decay_stakes[0]:
            stake, value = format_amount(self.decay_stakes[0]), format_amount(self.decay_values[0])
            raise ValueError(f"decay_table begins with a slope above 1: {stake} cannot count as {value}")
        for (a, b), (c, d) in pairwise(slopes):
            if c * b > a * d:
                raise ValueError("decay_table must be concave: no slope may exceed the one before it")
        try:
            DecayTable(self.decay_stakes, self.decay_values, self.min_validator_stake)
        except Refusal as refusal:
            least, minimum = format_amount(MIN_EFFECTIVE), format_amount(self.min_validator_stake)
            raise ValueError(f"decay_table must let min_validator_stake = {minimum} count as at least {least}") from refusal
        return self


class Slashing(Section):
    """Offences in basis points of the stake, how a slash is split, and how long things may take."""

    double_signing_bps: Annotated[int, BasisPoints(1, 5_000)]
    offline_bps: Annotated[int, BasisPoints(1, 5_000)]
    offline_missed_blocks: Annotated[int, Count(1, 100_000)]
    no_reveal_bps: Annotated[int, BasisPoints(1, 5_000)]
    burn_bps: Bps
    appeal: Annotated[int, Duration(DAY, 14 * DAY)]
    jail: Annotated[int, Duration(DAY, 60 * DAY)]
    evidence_blocks: Annotated[int, Count(1, 2_000_000)]

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


class Settings(Section):
    """One preset: all numbers of the system."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    token: Token
    halving: Halving
    emission: Emission
    distribution: Distribution
    recycling: Recycling
    staking: Staking
    slashing: Slashing
    governance: Governance
    treasury: Treasury
    vesting: VestingTable
    genesis: GenesisList
    fees: Fees
    schedule_minting: ScheduleMinting
    pools: PoolList
    schedules: ScheduleList

    @property
    def denomination(self) -> Denomination:
        """How the preset's amounts are written."""
        return Denomination(self.token.symbol, self.token.decimals)

    @property
    def emission_lifetime_ceiling(self) -> int:
        """Wei of adaptive emission if every epoch of all eras had U = 1, rounded up: no schedule can ask for more."""
        h = self.halving
        weighted_blocks = h.interval_blocks * sum(2 ** (h.halvings - era) for era in range(h.halvings + 1))
        ceiling: int = -(-self.emission.base_reward * weighted_blocks // (self.emission.epoch_blocks * 2**h.halvings))
        return ceiling

    @property
    def scheduled_into_recycling(self) -> int:
        """Wei that the minted schedules a deployment begins with bring into the recycling pool while epochs pay, where they are spent first."""
        blocks = self.halving.interval_blocks * (self.halving.halvings + 1)
        paying = [one for one in self.schedules if one.is_minted and one.to == "RecyclingPool"]
        return sum(one.amount * ((min(blocks, one.duration_blocks) if one.duration_blocks else blocks) // one.interval_blocks) for one in paying)

    @property
    def emission_mint_ceiling(self) -> int:
        """Wei that epochs can have minted in their life: what all of them pay at U = 1, less what schedules bring in."""
        return max(0, self.emission_lifetime_ceiling - self.scheduled_into_recycling)

    @model_validator(mode="after")
    def _channels_fit_their_bucket(self) -> Self:
        together = self.halving.channel_cap + self.emission.channel_cap + self.schedule_minting.channel_cap
        bucket = self.token.buckets.block_emission
        if together > bucket:
            raise ValueError(
                f"channel_cap of halving, emission and schedule_minting sum to {format_amount(together)},"
                f" the block_emission bucket holds {format_amount(bucket)}"
            )
        ceiling = self.emission_mint_ceiling
        if ceiling > self.emission.channel_cap:
            raise ValueError(f"emission can ask for {format_amount(ceiling)} in its life, emission.channel_cap is {format_amount(self.emission.channel_cap)}")
        epoch_seconds = self.emission.epoch_blocks * self.halving.block_time
        if self.emission.report_delay >= epoch_seconds:
            raise ValueError(
                f"emission.report_delay is {format_seconds(self.emission.report_delay)}, it must be below an epoch's "
                f"{format_seconds(epoch_seconds)}, or reports pile up"
            )
        return self

    @model_validator(mode="after")
    def _offences_are_punished_before_the_stake_is_gone(self) -> Self:
        slashing, unbonding = self.slashing, self.staking.unbonding
        provable = slashing.evidence_blocks * self.halving.block_time
        if provable + slashing.appeal > unbonding:
            raise ValueError(
                f"slashing.evidence_blocks take {format_seconds(provable)} and slashing.appeal {format_seconds(slashing.appeal)}: together they must be at "
                f"most staking.unbonding = {format_seconds(unbonding)}, or the stake is gone before the slash is final"
            )
        return self

    @model_validator(mode="after")
    def _a_new_minter_waits_longest(self) -> Self:
        delay, wait = self.governance.delay, self.token.grant_delay
        if delay >= wait:
            raise ValueError(
                f"governance.delay is {format_seconds(delay)}, it must be below token.grant_delay = {format_seconds(wait)},"
                " or a new minter is active before a vote could withdraw it"
            )
        return self

    @model_validator(mode="after")
    def _fees_are_payable(self) -> Self:
        most = self.token.cap // BPS
        for name in type(self.fees).model_fields:
            least = getattr(self.fees, name).least
            if least > most:
                raise ValueError(f"fees.{name}.least is {format_amount(least)}, allowed at most a ten-thousandth of the cap, {format_amount(most)}")
        return self

    @model_validator(mode="after")
    def _genesis_fits(self) -> Self:
        buckets = self.token.buckets
        check_genesis(self.genesis, self.vesting, dict(zip(buckets.names(), buckets.as_list(), strict=True)), self.token.cap)
        to_pools = sum(one.amount for one in self.genesis if one.to == POOLS)
        supply = sum(one.amount for one in self.genesis)
        check_lifecycle(self.pools, self.schedule_minting, self.schedules, to_pools, supply, self.token.decimals)
        return self


def _require_whole(parts: list[int]) -> None:
    if sum(parts) != BPS:
        raise ValueError(f"the parts must sum to {BPS:,} bps, they sum to {sum(parts):,}")


class _Loader(yaml.SafeLoader):
    """YAML without its surprises: a key may stand once, and 010, 1:30 or `yes` are text, not 8, 90 and True."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the name is PyYAML's

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping; refuse a key that is there already."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is not text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:_[0-9]{3})+)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?[0-9]+(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])


def _message(item: Any) -> str:
    """One finding of pydantic in our words."""
    kind, value = item["type"], item["input"]
    context = item.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"])
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not a key of a preset; is it misspelt?"
        case "model_type" | "model_attributes_type":
            return f"is {value!r}, must be a section with keys of its own"
        case "string_type":
            return f"is {value!r}, must be text"
        case "string_too_short":
            return f"has {len(value)} characters, allowed at least {context['min_length']}"
        case "string_too_long":
            return f"has {len(value)} characters, allowed at most {context['max_length']}"
        case "too_short":
            return f"has {context['actual_length']} entries, allowed at least {context['min_length']}"
        case "too_long":
            return f"has {context['actual_length']} entries, allowed at most {context['max_length']}"
        case "literal_error":
            return f"is {value!r}, must be {context['expected']}"
        case "bool_type":
            return f"is {value!r}, must be true or false"
        case "string_pattern_mismatch" if item["loc"][-1] == "[key]":
            return "is not a name: lower case letters, digits, _ and -"
        case "string_pattern_mismatch":
            return f"is {value!r}, which is no holder's name (lower case letters, digits, _ and -) and no contract's"
        case "dict_type":
            return f"is {value!r}, must be a mapping of names"
        case "list_type" | "tuple_type":
            return f"is {value!r}, must be a list"
        case _:
            return f"is {value!r}: {item['msg']}"


def _explain(source: str, error: ValidationError) -> ConfigError:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"] if part != "[key]")
        lines.append(f"{source}: {key}: {_message(item)}" if key else f"{source}: {_message(item)}")
    return ConfigError("\n".join(lines))


def _denomination_of(content: dict[str, Any]) -> Denomination:
    """The unit of a preset that is not checked yet: what its token says, or else what is usual; validation finds fault with it."""
    token, usual = content.get("token"), Denomination()
    if not isinstance(token, dict):
        return usual
    symbol, decimals = token.get("symbol"), token.get("decimals")
    if type(decimals) is not int or not DECIMALS.low <= decimals <= DECIMALS.high:
        decimals = usual.decimals
    return Denomination(symbol if isinstance(symbol, str) else usual.symbol, decimals)


def _display(path: Path) -> str:
    """The path as seen from the project, so that messages are the same on every machine."""
    root = CONFIG_DIR.parent
    return path.resolve().relative_to(root).as_posix() if path.resolve().is_relative_to(root) else str(path)


def load(preset: str | Path, config_dir: Path = CONFIG_DIR) -> Settings:
    """Read and check a preset by name (`adr-literal`) or path. Its amounts are read in its own unit; the one in force is as before afterwards.

    Raises:
        ConfigError: no such preset, not YAML, a key twice, or a value out of range: names file, key, value and what is allowed.
    """
    path = Path(preset) if str(preset).endswith((".yaml", ".yml")) else config_dir / f"{preset}.yaml"
    source = _display(path)
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in config_dir.glob("*.yaml")))
        raise ConfigError(f"no preset {str(preset)!r}: {source} does not exist; known presets: {known}")
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader with fewer features
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source} cannot be read as YAML: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{source} must be a mapping of sections, got {type(content).__name__}")
    try:
        with use_denomination(*_denomination_of(content)):
            return Settings.model_validate(content)
    except ValidationError as error:
        raise _explain(source, error) from error
