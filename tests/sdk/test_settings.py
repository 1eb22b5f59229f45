"""Presets: the documents' numbers, and errors that name the file, the key, the value and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mdt.errors import ConfigError, MDTError
from mdt.preset.allotments import VestingTerms
from mdt.preset.markets import Market, Paired, Seed
from mdt.preset.quantities import Quantity, Section
from mdt.preset.settings import CONFIG_DIR, Settings, load
from mdt.units import WAD, parse_amount
from tests.support.presets import in_other_unit, write_preset
from tests.support.profiles import examples
from tools import docs
from tools.parameter_notes import COLUMNS, NOTES

DAY = 86_400
PRESETS = sorted(path.stem for path in CONFIG_DIR.glob("*.yaml"))
MDT_PRESETS = ["adr-literal", "luxtensor"]

Change = Callable[[dict[str, Any]], None]


def text_of(preset: str = "adr-literal") -> str:
    return (CONFIG_DIR / f"{preset}.yaml").read_text(encoding="utf-8")


def put(key: str, value: Any) -> Change:
    """Set `a.b.c` to a value."""

    def change(content: dict[str, Any]) -> None:
        *folders, last = key.split(".")
        for folder in folders:
            content = content[folder]
        content[last] = value

    return change


def drop(key: str) -> Change:
    """Remove `a.b.c`."""

    def change(content: dict[str, Any]) -> None:
        *folders, last = key.split(".")
        for folder in folders:
            content = content[folder]
        del content[last]

    return change


def message_after(tmp_path: Path, *changes: Change) -> str:
    """What loading says after changing the literal preset."""
    content = yaml.safe_load(text_of())
    for change in changes:
        change(content)
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert isinstance(caught.value, MDTError)
    assert str(tmp_path) in str(caught.value)
    placed = re.compile(rf"^{re.escape(str(path))}(:\d+:\d+)?: ", re.MULTILINE)
    assert all(placed.match(line) for line in str(caught.value).splitlines())
    return placed.sub("", str(caught.value))


def table(count: int, changed: dict[int, Any] | None = None) -> list[Any]:
    """A decay table of so many points along the diagonal, some of them replaced."""
    rows: list[Any] = [(f"{number} MDT", f"{number} MDT") for number in range(1, count + 1)]
    for at, row in (changed or {}).items():
        rows[at] = row
    return [list(row) for row in rows]


def entry(**changed: Any) -> dict[str, Any]:
    """An allotment: the team's whole bucket."""
    return {"bucket": "team", "to": "team", "amount": "3_150_000 MDT", **changed}


# --- the documents' numbers ---


@pytest.mark.parametrize("preset", MDT_PRESETS)
def test_preset__supply__is_the_documents(preset: str) -> None:
    token = load(preset).token
    assert (token.name, token.symbol, token.decimals) == ("ModernTensor", "MDT", 18)
    assert token.cap == parse_amount("21_000_000 MDT")
    assert token.buckets.names() == ["initial_emission", "block_emission", "dao_treasury", "team", "community"]
    assert token.buckets.as_list() == [parse_amount(text) for text in ("5_040_000", "9_450_000", "2_100_000", "3_150_000", "1_260_000")]
    assert [cap * 100 // token.cap for cap in token.buckets.as_list()] == [24, 45, 10, 15, 6]
    assert sum(token.buckets.as_list()) == token.cap
    minted_at_genesis = token.cap - token.buckets.block_emission
    assert minted_at_genesis == parse_amount("11_550_000 MDT") == token.cap * 55 // 100


@pytest.mark.parametrize(
    ("preset", "reward", "interval", "era_days", "ceiling"),
    [
        ("adr-literal", "2 MDT", 1_051_200, 36.5, "4_377_861.328125 MDT"),
        ("luxtensor", "0.06 MDT", 35_040_000, 3_650 / 3, "2_432_145.182291666666666667 MDT"),
    ],
)
def test_preset__schedules__are_the_documents(preset: str, reward: str, interval: int, era_days: float, ceiling: str) -> None:
    settings = load(preset)
    halving, emission = settings.halving, settings.emission
    assert (halving.initial_reward, halving.interval_blocks, halving.halvings, halving.block_time) == (parse_amount(reward), interval, 10, 3)
    assert halving.lifetime_total == halving.channel_cap == parse_amount("4_202_746.875 MDT")
    assert halving.era_length == round(era_days * 86_400)
    assert halving.initial_reward % 2**10 == 0
    assert emission.channel_cap == parse_amount("5_247_253.125 MDT")
    assert halving.channel_cap + emission.channel_cap == settings.token.buckets.block_emission
    assert settings.emission_lifetime_ceiling == parse_amount(ceiling) <= emission.channel_cap
    assert (emission.base_reward, emission.max_tasks) == (parse_amount("1_000 MDT"), 10_000)
    assert emission.weights_bps.as_list() == [5_000, 3_000, 2_000]


def test_preset__literal_last_era__pays_the_documents_wei() -> None:
    halving = load("adr-literal").halving
    assert halving.initial_reward >> halving.halvings == 1_953_125_000_000_000
    assert halving.interval_blocks * (halving.halvings + 1) == 11_563_200
    assert halving.interval_blocks % load("adr-literal").emission.epoch_blocks == 0
    assert halving.interval_blocks // load("adr-literal").emission.epoch_blocks == 2_190


def test_preset__luxtensor_first_year__pays_the_documents_amount() -> None:
    settings = load("luxtensor")
    blocks_a_year = 365 * 86_400 // settings.halving.block_time
    assert blocks_a_year * settings.halving.initial_reward == parse_amount("630_720 MDT")
    assert settings.emission.epoch_blocks * settings.halving.block_time == 86_400


@pytest.mark.parametrize("preset", MDT_PRESETS)
def test_preset__everything_else__is_the_documents(preset: str) -> None:
    settings = load(preset)
    assert settings.distribution.shares_bps.as_list() == [4_000, 4_000, 2_000]
    assert (settings.recycling.fee_burn_bps, settings.recycling.sale_burn_bps) == (5_000, 100)
    staking, slashing, vesting = settings.staking, settings.slashing, settings.vesting
    assert (staking.min_validator_stake, staking.unbonding, staking.month) == (100 * WAD, 7 * 86_400, 30 * 86_400)
    for bonus, per_month, most in ((staking.lock_bonus.validator, 50, 600), (staking.lock_bonus.delegator, 25, 300)):
        assert (bonus.bps_per_month, bonus.max_bps, bonus.max_months) == (per_month, most, 12)
    points = [("1", "1"), ("10", "8.5"), ("50", "30"), ("100", "50"), ("500", "125"), ("1000", "200"), ("10000", "1000")]
    assert staking.decay_table == [(parse_amount(x), parse_amount(y)) for x, y in points]
    assert list(zip(staking.decay_stakes, staking.decay_values, strict=True)) == staking.decay_table
    assert (staking.delegation_cap_bps, staking.own_part_bps) == (1_000, 500)
    assert (staking.commission.default_bps, staking.commission.max_bps) == (1_000, 2_000)
    assert (slashing.double_signing_bps, slashing.offline_bps, slashing.no_reveal_bps, slashing.burn_bps) == (5_000, 1_000, 500, 8_000)
    assert slashing.as_list() == [5_000, 1_000, 500]
    assert slashing.offline_missed_blocks == 100
    assert (slashing.appeal, slashing.jail, slashing.evidence_blocks) == (3 * 86_400, 7 * 86_400, 4 * 28_800)
    terms = {name: (one.cliff // DAY, one.linear // DAY, one.at_start_bps, one.accrual, one.revocable, one.duration // DAY) for name, one in vesting.items()}
    assert terms == {
        "team": (365, 1_460, 0, "cliff", True, 1_825),
        "ido": (0, 180, 2_500, "start", False, 180),
        "private": (365, 730, 0, "cliff", False, 1_095),
        "ecosystem": (0, 1_460, 1_000, "start", False, 1_460),
    }
    assert settings.governance.delay == (2 if preset == "luxtensor" else 1) * DAY
    assert (settings.treasury.period, settings.treasury.budget) == (30 * DAY, 105_000 * WAD)


@pytest.mark.parametrize("preset", MDT_PRESETS)
def test_preset__genesis__is_all_that_is_not_emitted(preset: str) -> None:
    settings = load(preset)
    allotted = {name: sum(one.amount for one in settings.genesis if one.bucket == name) for name in settings.token.buckets.names()}
    caps = dict(zip(settings.token.buckets.names(), settings.token.buckets.as_list(), strict=True))
    assert allotted == caps | {"block_emission": 0}
    assert sum(allotted.values()) * 100 == settings.token.cap * 55
    assert [(one.to, one.amount // WAD, one.vesting) for one in settings.genesis] == [
        ("liquidity", 1_260_000, None),
        ("ido", 1_260_000, "ido"),
        ("private", 1_260_000, "private"),
        ("ecosystem", 1_260_000, "ecosystem"),
        ("Treasury", 2_100_000, None),
        ("team", 3_150_000, "team"),
        ("community", 1_260_000, None),
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_preset__name__is_the_files(preset: str) -> None:
    assert load(preset).name == preset


@pytest.mark.parametrize("preset", PRESETS)
def test_preset__window_caps__cover_what_the_schedule_can_ask_in_a_window(preset: str) -> None:
    """A24: a day of epochs fits its window, and not much more does."""
    settings = load(preset)
    emission = settings.emission
    epochs_a_window = -(-emission.window // (emission.epoch_blocks * settings.halving.block_time))
    assert epochs_a_window * emission.base_reward <= emission.window_cap <= (epochs_a_window + 4) * emission.base_reward


# --- errors ---


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("emission.max_tasks", 0), "emission.max_tasks: is 0, allowed 1 to 1,000,000,000,000"),
        (put("emission.max_tasks", 10**12 + 1), "emission.max_tasks: is 1,000,000,000,001, allowed 1 to 1,000,000,000,000"),
        (put("emission.max_tasks", 10.0), "emission.max_tasks: 10.0 is not a whole number; allowed 1 to 1,000,000,000,000"),
        (put("emission.max_tasks", "10"), "emission.max_tasks: '10' is not a whole number; allowed 1 to 1,000,000,000,000"),
        (put("emission.max_tasks", True), "emission.max_tasks: True is not a whole number; allowed 1 to 1,000,000,000,000"),
        (
            put("emission.base_reward", 1000),
            "emission.base_reward: 1000 is not an amount such as '12.5 MDT' or '25 wei'; allowed 1 wei to 1,000,000,000,000,000 MDT",
        ),
        (put("emission.base_reward", 0.5), "emission.base_reward: 0.5 is a floating-point number, which is not exact; write an amount"),
        (put("emission.base_reward", "0 MDT"), "emission.base_reward: is 0 MDT, allowed 1 wei to 1,000,000,000,000,000 MDT"),
        (put("emission.base_reward", "5 ETH"), "emission.base_reward: '5 ETH' has the unit 'ETH'; write an amount"),
        (put("emission.report_delay", "59 seconds"), "emission.report_delay: is 59 seconds, allowed 1 minute to 7 days"),
        (put("emission.report_delay", "1 fortnight"), "emission.report_delay: '1 fortnight' has the unit 'fortnight'"),
        (put("emission.max_change", "1.01"), "emission.max_change: is 1.01, allowed 0 to 1"),
        (put("emission.max_change", 0.5), "emission.max_change: 0.5 is a floating-point number, which is not exact; write a fraction in quotes such as '0.7'"),
        (put("recycling.fee_burn_bps", 10_001), "recycling.fee_burn_bps: is 10,001 bps, allowed 0 bps to 10,000 bps"),
        (put("token.decimals", 5), "token.decimals: is 5, allowed 6 to 18"),
        (put("token.decimals", 19), "token.decimals: is 19, allowed 6 to 18"),
        (put("token.decimals", True), "token.decimals: True is not a whole number"),
        (put("token.symbol", "M-1"), "token.symbol: is 'M-1', must be letters only and not 'wei'"),
        (put("token.symbol", "wei"), "token.symbol: is 'wei', must be letters only and not 'wei'"),
        (put("token.grant_delay", "23 hours"), "token.grant_delay: is 23 hours, allowed 1 day to 90 days"),
        (put("token.symbol", ""), "token.symbol: has 0 characters, allowed at least 1"),
        (put("token.symbol", "M" * 33), "token.symbol: has 33 characters, allowed at most 32"),
        (put("token.symbol", 5), "token.symbol: is 5, must be text"),
        (put("token.buckets.team", "1 MDT"), "token: buckets sum to 17,850,001 MDT, the cap is 21,000,000 MDT"),
        (put("token", 5), "token: is 5, must be a section with keys of its own"),
        (drop("slashing"), "slashing: is missing"),
        (drop("token.buckets.team"), "token.buckets.team: is missing"),
        (put("treasury.budget", "5"), "treasury.budget: '5' has no unit: write '5 MDT' or '5 wei'; allowed 0 MDT to"),
        (put("staking.unbonding", "7"), "staking.unbonding: '7' has no unit: write '7 seconds', '7 days' or what is meant; allowed 1 day to"),
        (put("staking.unbonding", 604_800), "staking.unbonding: 604800 has no unit"),
        (put("emission.max_taks", 5), "emission.max_taks: is not a key of a preset (did you mean 'max_tasks'?)"),
        (put("emission.weights_bps.tasks", 4_999), "emission.weights_bps: the parts must sum to 10,000 bps, they sum to 9,999"),
        (put("distribution.shares_bps.dao", 2_001), "distribution.shares_bps: the parts must sum to 10,000 bps, they sum to 10,001"),
        (put("halving.initial_reward", "1 wei"), "halving: initial_reward is 1 wei, it must be divisible by 2^10, so that every era pays an exact half"),
        (put("halving.initial_reward", "4 MDT"), "halving: the eras pay 8,405,493.75 MDT, channel_cap is 4,202,746.875 MDT"),
        (put("halving.era_length", "1216.67 days"), "halving: era_length is 105120288 s, but 1051200 blocks of 3 s take 3153600 s (over 10% off)"),
        (put("emission.window_cap", "999.9 MDT"), "emission: window_cap is 999.9 MDT, it must be at least base_reward = 1,000 MDT"),
        (put("halving.window_cap", "4_202_746.9 MDT"), "halving: window_cap is 4,202,746.9 MDT, it must be at most channel_cap = 4,202,746.875 MDT"),
        (
            put("emission.channel_cap", "5_247_253.2 MDT"),
            "channel_cap of halving, emission and schedule_minting sum to 9,450,000.075 MDT, the block_emission bucket holds 9,450,000 MDT",
        ),
        (put("emission.base_reward", "1_200 MDT"), "emission can ask for 5,253,433.59375 MDT in its life, emission.channel_cap is 5,247,253.125 MDT"),
        (put("emission.report_delay", "24 minutes"), "emission.report_delay is 24 minutes, it must be below an epoch's 24 minutes, or reports pile up"),
        (put("staking.lock_bonus.validator.max_bps", 500), "staking.lock_bonus.validator: max_bps is 500, it must be bps_per_month x max_months = 600"),
        (put("staking.commission.default_bps", 2_001), "staking.commission: default_bps is 2001, it must be at most max_bps = 2000"),
        (put("staking.lock_bonus.delegator.bps_per_month", 84), "staking.lock_bonus.delegator.bps_per_month: is 84 bps, allowed 0 bps to 83 bps"),
        (put("staking.lock_bonus.delegator.max_months", 6), "staking.lock_bonus.delegator.max_months: is 6, allowed 12 to 12"),
        (put("staking.month", "31 days"), "staking.month: is 31 days, allowed 30 days to 30 days"),
        (put("staking.min_validator_stake", "0.9 MDT"), "staking.min_validator_stake: is 0.9 MDT, allowed 1 MDT to 1,000,000 MDT"),
        (put("staking.commission.max_bps", 5_001), "staking.commission.max_bps: is 5,001 bps, allowed 0 bps to 5,000 bps"),
        (put("staking.delegation_cap_bps", 99), "staking.delegation_cap_bps: is 99 bps, allowed 100 bps to 5,000 bps"),
        (put("emission.epoch_blocks", 31), "emission.epoch_blocks: is 31, allowed 32 to 1,000,000"),
        (put("staking.decay_table", table(6)), "staking.decay_table: has 6 entries, allowed at least 7"),
        (put("staking.decay_table", table(8)), "staking.decay_table: has 8 entries, allowed at most 7"),
        (put("staking.decay_table", 5), "staking.decay_table: is 5, must be a list"),
        (
            put("staking.decay_table", table(7, {1: ("1 MDT", "1.5 MDT")})),
            "staking: decay_table must increase in both columns, and does not from 1 MDT to 1 MDT",
        ),
        (
            put("staking.decay_table", table(7, {0: ("0 MDT", "0 MDT")})),
            "staking: decay_table must increase in both columns, and does not from 0 MDT to 0 MDT",
        ),
        (put("staking.decay_table", table(7, {0: ("1 MDT", "1.1 MDT")})), "staking: decay_table begins with a slope above 1: 1 MDT cannot count as 1.1 MDT"),
        (
            put("staking.decay_table", table(7, {6: ("7 MDT", "7.1 MDT")})),
            "staking: decay_table must be concave: no slope may exceed the one before it",
        ),
        (
            put("staking.decay_table", [[f"{number} MDT", f"{number} wei"] for number in range(1, 8)]),
            "staking: decay_table must let min_validator_stake = 100 MDT count as at least 1 MDT",
        ),
        (put("staking.decay_table", table(7, {0: ("1 MDT", 1)})), "staking.decay_table.0.1: 1 is not an amount"),
        (put("slashing.double_signing_bps", 5_001), "slashing.double_signing_bps: is 5,001 bps, allowed 1 bps to 5,000 bps"),
        (put("slashing.no_reveal_bps", 0), "slashing.no_reveal_bps: is 0 bps, allowed 1 bps to 5,000 bps"),
        (put("slashing.appeal", "23 hours"), "slashing.appeal: is 23 hours, allowed 1 day to 14 days"),
        (put("slashing.evidence_blocks", 2_000_001), "slashing.evidence_blocks: is 2,000,001, allowed 1 to 2,000,000"),
        (put("slashing.jail", "5 days"), "slashing: appeal is 3 days, twice that must fit into jail = 5 days, or a validator is back"),
        (
            put("slashing.evidence_blocks", 115_201),
            "slashing.evidence_blocks take 345,603 seconds and slashing.appeal 3 days: together they must be at most staking.unbonding = 7 days",
        ),
        (put("governance.delay", "23 hours"), "governance.delay: is 23 hours, allowed 1 day to 30 days"),
        (put("governance.delay", "90_001 seconds"), "governance.delay: is 90,001 seconds, must be whole hours; allowed 1 day to 30 days"),
        (put("governance.delay", "14 days"), "governance.delay is 14 days, it must be below token.grant_delay = 14 days, or a new minter is active"),
        (put("treasury.period", "366 days"), "treasury.period: is 366 days, allowed 1 day to 365 days"),
        (put("treasury.budget", "-1 MDT"), "treasury.budget: '-1 MDT' is not an amount"),
        (put("vesting.team.cliff", "90 minutes"), "vesting.team.cliff: is 90 minutes, must be whole hours; allowed 0 seconds to 65,535 hours"),
        (put("vesting.team.cliff", "2_731 days"), "vesting.team.cliff: is 2,731 days, allowed 0 seconds to 65,535 hours"),
        (put("vesting.team.linear", "0 days"), "vesting.team.linear: is 0 seconds, allowed 1 hour to 7,300 days"),
        (put("vesting.team.linear", "6_936 days"), "vesting.team: cliff and linear are 7,301 days together, allowed at most 7,300 days"),
        (put("vesting.ido.cliff", "181 days"), "vesting.ido: cliff is 181 days, it must be at most linear = 180 days, which begins at the start"),
        (put("vesting.ido.at_start_bps", 10_001), "vesting.ido.at_start_bps: is 10,001 bps, allowed 0 bps to 10,000 bps"),
        (put("vesting.ido.accrual", "later"), "vesting.ido.accrual: is 'later', must be 'cliff' or 'start'"),
        (put("vesting.ido.revocable", "no"), "vesting.ido.revocable: is 'no', must be true or false"),
        (put("vesting.Team", {}), "vesting.Team: is not a name: lower case letters, digits, _ and -"),
        (drop("vesting.ido"), "genesis.1: no vesting terms 'ido'; there are ecosystem, private, team"),
        (put("genesis", [entry(bucket="block_emission")]), "genesis.0: the block_emission bucket is never minted in advance"),
        (put("genesis", [entry(bucket="teem")]), "genesis.0: no bucket 'teem'; there are initial_emission, block_emission"),
        (put("genesis", [entry(to="Staking")]), "genesis.0: Staking could not spend what is sent to it; name a holder (lower case), or Treasury"),
        (put("genesis", [entry(to="0x12")]), "genesis.0.to: is '0x12', which is no holder's name"),
        (put("genesis", [entry(amount="0 MDT")]), "genesis.0.amount: is 0 MDT, allowed 1 wei to"),
        (put("genesis", [entry(), entry(amount="1 wei")]), "genesis mints 3,150,000.000000000000000001 MDT out of team, which holds 3,150,000 MDT"),
        (put("genesis", [entry(extra=1)]), "genesis.0.extra: is not a key of a preset"),
        (put("genesis", [entry(vestng="team")]), "genesis.0.vestng: is not a key of a preset (did you mean 'vesting'?)"),
        (put("vesting.ido.clif", "0 days"), "vesting.ido.clif: is not a key of a preset (did you mean 'cliff'?)"),
        (put("haling", {}), "haling: is not a key of a preset (did you mean 'halving'?)"),
        (put("genesis", {}), "genesis: is {}, must be a list"),
        (put("staking.unbonding", "6 days"), "slashing.evidence_blocks take 4 days and slashing.appeal 3 days: together they must be at most"),
    ],
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else "",
)
def test_load__value_out_of_bounds__names_key_value_and_what_is_allowed(tmp_path: Path, change: Change, expected: str) -> None:
    assert expected in message_after(tmp_path, change)


def test_load__several_mistakes__names_each_on_its_own_line(tmp_path: Path) -> None:
    message = message_after(tmp_path, put("emission.max_tasks", 0), put("halving.halvings", 33), drop("vesting.ido.cliff"))
    assert message.splitlines() == [
        "halving.halvings: is 33, allowed 0 to 32",
        "emission.max_tasks: is 0, allowed 1 to 1,000,000,000,000",
        "vesting.ido.cliff: is missing",
    ]


# --- a token of another symbol and other decimals ---


def test_load__other_symbol_and_decimals__reads_amounts_in_them(tmp_path: Path) -> None:
    dchat, mdt = load(write_preset(tmp_path, "DCHAT", 12)), load("adr-literal")
    assert dchat.denomination == ("DCHAT", 12)
    assert mdt.denomination == ("MDT", 18)
    assert (dchat.token.symbol, dchat.token.decimals, dchat.name) == ("DCHAT", 12, "dchat")
    assert dchat.token.cap == 21 * 10**12 * 10**12 == mdt.token.cap
    named = dchat.token.model_copy(update={"symbol": "MDT", "decimals": 18})
    assert dchat.model_copy(update={"name": mdt.name, "token": named}) == mdt, "the smallest units are the same"


@pytest.mark.parametrize("decimals", [6, 9, 18])
def test_load__any_decimals_allowed__reads_the_same_smallest_units(tmp_path: Path, decimals: int) -> None:
    assert load(write_preset(tmp_path, "TOK", decimals)).staking == load("adr-literal").staking


def test_load__presets_of_two_tokens_in_turn__each_in_its_own_unit(tmp_path: Path) -> None:
    path = write_preset(tmp_path, "DCHAT", 12)
    assert [load(path).denomination, load("adr-literal").denomination, load(path).denomination] == [("DCHAT", 12), ("MDT", 18), ("DCHAT", 12)]
    assert load("adr-literal").token.cap == 21 * 10**24
    path.write_text("token: {symbol: DCHAT, decimals: 12}", encoding="utf-8")
    with pytest.raises(ConfigError):
        load(path)
    assert load("adr-literal").token.cap == 21 * 10**24


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("treasury.budget", "5 MDT"), "treasury.budget: '5 MDT' has the unit 'MDT'; write an amount such as '12.5 DCHAT' or '25 wei'; allowed 0 DCHAT to"),
        (put("treasury.budget", "0.0000000000001 DCHAT"), "treasury.budget: '0.0000000000001 DCHAT' has more than 12 decimals"),
        (
            put("treasury.budget", "2_000_000_000_000_000_000_000 DCHAT"),
            "is 2,000,000,000,000,000,000,000 DCHAT, allowed 0 DCHAT to 1,000,000,000,000,000,000,000",
        ),
        (
            put("staking.min_validator_stake", "999_999 DCHAT"),
            "staking.min_validator_stake: is 999,999 DCHAT, allowed 1,000,000 DCHAT to 1,000,000,000,000 DCHAT",
        ),
        (put("token.buckets.team", "1 DCHAT"), "token: buckets sum to 17,850,000,000,001 DCHAT, the cap is 21,000,000,000,000 DCHAT"),
        (put("emission.window_cap", "1 DCHAT"), "emission: window_cap is 1 DCHAT, it must be at least base_reward = 1,000,000,000 DCHAT"),
        (
            put("genesis", [entry(amount="3_150_000_000_001 DCHAT")]),
            "genesis mints 3,150,000,000,001 DCHAT out of team, which holds 3,150,000,000,000 DCHAT",
        ),
    ],
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else "",
)
def test_load__other_token_out_of_bounds__says_so_in_its_unit(tmp_path: Path, change: Change, expected: str) -> None:
    content = yaml.safe_load(in_other_unit("DCHAT", 12))
    change(content)
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert expected in str(caught.value)
    assert "5 MDT" in expected or "MDT" not in str(caught.value)


def test_load__decimals_out_of_bounds__is_all_that_is_said(tmp_path: Path) -> None:
    """Amounts are not read with decimals that are refused: one mistake would be shown as dozens."""
    assert message_after(tmp_path, put("token.decimals", 3)) == "token.decimals: is 3, allowed 6 to 18"


@pytest.mark.parametrize("key", ["name: twice\n", "token: {}\n"])
def test_load__key_twice__is_refused(tmp_path: Path, key: str) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text(text_of() + key, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"the key '{key.split(':')[0]}' stands twice"):
        load(path)


def test_load__nested_key_twice__is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text(text_of().replace("  epoch_blocks: 480\n", "  epoch_blocks: 480\n  epoch_blocks: 481\n"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"twice.yaml:(\d+):3: the key 'epoch_blocks' stands twice, first at \S+twice.yaml:\d+:3"):
        load(path)


@pytest.mark.parametrize(
    ("written", "shown"), [("010", "'010'"), ("1:30", "'1:30'"), ("yes", "'yes'"), ("0x10", "'0x10'"), ("1e3", "1000.0"), ("1_0", "'1_0'")]
)
def test_load__yaml_surprises__are_not_numbers(tmp_path: Path, written: str, shown: str) -> None:
    path = tmp_path / "surprise.yaml"
    path.write_text(text_of().replace("epoch_blocks: 480", f"epoch_blocks: {written}"), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"emission.epoch_blocks: {shown} is not a whole number"):
        load(path)


@pytest.mark.parametrize("content", ["- a\n- b\n", "just text", "", "5: 6\n"])
def test_load__not_a_mapping_of_sections__is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"must be a mapping of sections|odd.yaml:1:1: is empty|odd.yaml:1:4: 5: is not a key of a preset"):
        load(path)


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\x00", b"a: !!python/object/apply:os.getcwd []"])
def test_load__not_yaml__is_refused_and_runs_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken.yaml:1:\d+: (neither JSON nor YAML|is UTF-16|the tag)"):
        load(path)


def test_load__no_such_preset__lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'nope': config/nope.yaml does not exist; known presets: .*adr-literal.*luxtensor"):
        load("nope")


def test_load__own_folder__is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(text_of(), encoding="utf-8")
    assert load("mine", tmp_path) == load("adr-literal")


def test_settings__after_loading__cannot_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load("adr-literal").emission.max_tasks = 5  # type: ignore[misc]


def quantities(section: type[Section], prefix: str = "") -> list[tuple[str, Quantity]]:
    """Every key with a range."""
    found = []
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            found += quantities(field.annotation, f"{prefix}{name}.")
        if name == "vesting":
            found += quantities(VestingTerms, "vesting.team.")
        found += [(f"{prefix}{name}", item) for item in field.metadata if isinstance(item, Quantity)]
    return found


@pytest.mark.parametrize(("key", "quantity"), quantities(Settings), ids=lambda value: value if isinstance(value, str) else "")
def test_range__each_key__its_ends_are_allowed_and_one_beyond_is_not(key: str, quantity: Quantity) -> None:
    assert quantity.low <= quantity.high
    assert quantity.low >= 0
    for number in (quantity.low, quantity.high):
        written: Any = number if type(quantity).__name__ in ("Count", "BasisPoints") else quantity.show(number)
        assert quantity.read(written) == number, key
    beyond = quantity.high + 1
    written = beyond if type(quantity).__name__ in ("Count", "BasisPoints") else quantity.show(beyond)
    with pytest.raises(ValueError, match="allowed"):
        quantity.read(written)


def test_range__every_number_of_a_preset__has_one() -> None:
    """No number can be added to the settings without saying what is allowed."""
    with_range = {key for key, _ in quantities(Settings)}

    def numbers(section: type[Section], prefix: str = "") -> list[str]:
        found = []
        for name, field in section.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
                found += numbers(field.annotation, f"{prefix}{name}.")
            elif name == "vesting":
                found += numbers(VestingTerms, "vesting.team.")
            elif field.annotation is int:
                found.append(f"{prefix}{name}")
        return found

    assert set(numbers(Settings)) == with_range


@hypothesis_settings(max_examples=examples(quick=20, ci=100, deep=2_000), deadline=None)
@given(data=st.data())
def test_load__any_scalar_replaced_by_junk__is_either_loaded_or_explained(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever stands there, the answer is settings or a ConfigError that names the file; never another exception."""
    content = yaml.safe_load(text_of())
    key = data.draw(st.sampled_from([key for key, _ in quantities(Settings)]))
    junk = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=12),
        st.lists(st.integers(), max_size=2),
        st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    )
    put(key, data.draw(junk))(content)
    path = tmp_path_factory.mktemp("junk") / "junk.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        load(path)
    except ConfigError as error:
        assert str(path) in str(error)  # noqa: PT017 - both outcomes are right


# --- the generated page ---


def test_parameters_page__is_current() -> None:
    assert docs.PARAMETERS.read_text(encoding="utf-8") == docs.parameters_page(), "docs/reference/parameters.md is not current; run `make docs`"


def test_parameters_page__states_every_number_and_range() -> None:
    page = docs.parameters_page()
    for key, quantity in quantities(Settings):
        row = next(line for line in page.splitlines() if line.startswith(f"| `{key.split('.', 1)[1]}` |") and f"| {quantity.allowed()}" in line)
        assert row.count("|") == len(PRESETS) + 3 + len(COLUMNS)
    for derived in ("4,202,746.875 MDT", "4,377,861.328125 MDT", "630,720 MDT", "36.50 days", "0.001953125 MDT"):
        assert derived in page


def test_parameters_page__presets_of_two_tokens__each_in_its_own_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "adr-literal.yaml").write_text(text_of(), encoding="utf-8")
    write_preset(tmp_path, "DCHAT", 12)
    monkeypatch.setattr(docs, "CONFIG_DIR", tmp_path)
    page = docs.parameters_page().splitlines()
    rows = {line.split("`")[1]: line for line in page if line.startswith("| `")}
    assert rows["min_validator_stake"] == (
        "| `min_validator_stake` | 100 MDT | 100,000,000 DCHAT | 1 MDT to 1,000,000 MDT; 1,000,000 DCHAT to 1,000,000,000,000 DCHAT | fixed |  |  |"
    )
    assert rows["decimals"] == "| `decimals` | 18 | 12 | 6 to 18 | fixed |  |  |"
    assert rows["fee_burn_bps"].endswith("| 0 bps to 10,000 bps | fixed |  |  |"), "a range without amounts stands once"
    assert "(10 → 8.5)" in rows["decay_table"]
    assert "(10,000,000 → 8,500,000)" in rows["decay_table"]
    assert "| block rewards, all eras | 4,202,746.875 MDT | 4,202,746,875,000 DCHAT |" in page
    assert "| 3 | team | 15% | 3,150,000,000,000 DCHAT |" in page


def test_docs_command__stale_page__says_so_and_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "parameters.md"
    page.write_text("old", encoding="utf-8")
    monkeypatch.setattr(docs, "PARAMETERS", page)
    assert docs.main(["parameters"]) == 1
    assert capsys.readouterr().err == "docs: parameters.md is not current; run `make docs`\n"
    assert docs.main(["--write", "parameters"]) == 0
    assert docs.main(["parameters"]) == 0


def test_parameter_notes__every_key__is_one_of_the_presets() -> None:
    keys = {key for key, _ in quantities(Settings)} | {"staking.decay_table", "fees.registration.rest", "fees.unmet_quota.rest"}
    keys |= {f"markets.{place}{name}" for place, section in (("", Market), ("paired.", Paired), ("seed.", Seed)) for name in section.model_fields}
    noted = {f"{section}.{key}" for section, rows in NOTES.items() for key in rows}
    assert noted - keys == set()
