"""Figures that the pages under `docs/concepts` and `docs/guides` work out, computed with the model and the presets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from mdt.market.supply import SET_ASIDE
from mdt.model.allocation import allocate
from mdt.model.halving import cumulative
from mdt.model.shares import split
from mdt.model.stake_weight import DecayTable
from mdt.model.utility import utility
from mdt.preset.genesis import CapRow, cap_table, of_preset
from mdt.preset.settings import Settings, load
from mdt.preset.terms import parameters_of, schedule_of, staking_terms
from mdt.units import BPS, WAD, format_amount
from tools.pictures import Lifetime

DOCS = Path(__file__).resolve().parents[2] / "docs"
MDT = 10**18


def genesis(settings: Settings) -> list[CapRow]:
    """The rows of the cap table that are minted."""
    return [row for row in cap_table(settings, of_preset(settings)) if row.holder not in ("(not minted)", "together")]


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def luxtensor() -> Settings:
    return load("luxtensor")


def _worked(settings: Settings, weights: tuple[int, int, int] | None = None) -> tuple[int, int]:
    """(U, emission) of the worked epoch, in era 0."""
    parameters = parameters_of(settings)
    value = utility(weights or parameters.weights_bps, parameters.max_tasks, 8_000, 7 * WAD // 10, 9 * WAD // 10)
    return value, schedule_of(settings).formula(0, value)


@pytest.mark.parametrize("preset", ["luxtensor", "adr-literal"])
def test_emission_page__worked_epoch__is_what_the_model_computes(preset: str) -> None:
    settings = load(preset)
    value, emission = _worked(settings)
    miners, stakers, dao = split(emission, parameters_of(settings).shares_bps)
    parts = allocate(miners, {"0x" + 39 * "0" + str(at): score for at, score in ((1, 9), (2, 7), (3, 4))})
    assert (value, emission, miners, stakers, dao) == (79 * WAD // 100, 790 * MDT, 316 * MDT, 316 * MDT, 158 * MDT)
    assert sorted(parts.values(), reverse=True) == [1422 * MDT // 10, 1106 * MDT // 10, 632 * MDT // 10]
    text = page("concepts/emission")
    for shown in ("= **0.79**", "**790 MDT**", "**316 MDT**", "**158 MDT**", "142.2 / 110.6 / 63.2 MDT", "395 MDT in era 1"):
        assert shown in text
    first_of_era_1 = -(-settings.halving.interval_blocks // settings.emission.epoch_blocks)
    assert schedule_of(settings).formula(first_of_era_1, value) == 395 * MDT


def test_voter_page__other_weights__780(luxtensor: Settings) -> None:
    _, emission = _worked(luxtensor, (4_000, 4_000, 2_000))
    assert (emission, split(emission, (4_000, 4_000, 2_000))[0]) == (780 * MDT, 312 * MDT)
    assert "from 790 to 780 MDT, and the miners' part from 316 to 312" in page("guides/voter")


@pytest.mark.parametrize(("preset", "at"), [("luxtensor", 0), ("adr-literal", 1)])
def test_supply_page__what_is_reachable__of_the_schedules(preset: str, at: int) -> None:
    settings = load(preset)
    found = Lifetime.of(settings)
    both = found.block_rewards + found.emission
    rows = {
        "block reward": found.block_rewards,
        "epoch emission, at most": found.emission,
        "both channels, at most": both,
        "**beyond every channel's reach**": found.unreachable,
        "supply at most, with the genesis": both + sum(row.amount for row in genesis(settings)),
    }
    lines = {
        line.split(" | ")[0].removeprefix("| "): line.strip("| ").split(" | ")[1:] for line in page("concepts/supply").splitlines() if line.startswith("| ")
    }
    for name, value in rows.items():
        shown = Fraction(lines[name][at].strip("*").replace(",", ""))
        assert abs(shown * MDT - value) <= MDT // 2_000, f"{name}: {format_amount(value)}"
    assert Fraction(lines["part of the bucket"][at].removesuffix("%")) == Fraction(round(both * 1_000 / settings.token.buckets.block_emission), 10)


def test_supply_page__circulating_after_the_genesis__by_its_definition(luxtensor: Settings) -> None:
    rows = genesis(luxtensor)
    total = sum(row.amount for row in rows)
    treasury = sum(row.amount for row in rows if row.holder == "Treasury")
    vesting = sum(row.amount for row in rows if row.terms)
    claimable = sum(row.liquid for row in rows if row.terms)
    assert [value // MDT for value in (total, treasury, vesting, claimable)] == [11_550_000, 2_100_000, 6_930_000, 441_000]
    assert (total - treasury - vesting) // MDT == 2_520_000
    text = page("concepts/supply")
    for shown in ("11,550,000", "treasury 2,100,000", "vesting 6,930,000", "**2,520,000 MDT**", "441,000 more", "at most 105,000 may leave in 30 days"):
        assert shown in text
    assert luxtensor.treasury.budget == 105_000 * MDT
    assert "circulating supply 2,520,000 MDT" in page("guides/exchange")


def test_supply_page__definition_of_circulating__names_what_the_package_subtracts() -> None:
    definition = page("concepts/supply").split("circulating = totalSupply", 1)[1].split("```", 1)[0]
    assert tuple(re.findall(r"balanceOf\((\w+)\)", definition)) == SET_ASIDE


def test_exchange_page__line_that_prints_the_circulating_supply__reads_what_the_command_says(tmp_path: Path) -> None:
    code = re.search(r"^python -c '(.*)'$", page("guides/exchange"), re.MULTILINE)
    (tmp_path / "stats.json").write_text(json.dumps({"total_supply": str(100 * MDT), "circulating_supply": str(79 * MDT)}))
    assert code is not None
    done = subprocess.run([sys.executable, "-c", code[1]], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert float(done.stdout) == 79


def test_staking_page__worked_yield__is_what_the_rules_give(luxtensor: Settings) -> None:
    halving, staking = luxtensor.halving, luxtensor.staking
    blocks = cumulative(halving.initial_reward, halving.interval_blocks, halving.halvings, 365 * 86_400 // halving.block_time)
    epochs = 365 * split(luxtensor.emission.base_reward, (4_000, 4_000, 2_000))[1]
    assert (blocks, blocks + epochs) == (630_720 * MDT, 776_720 * MDT)
    table = DecayTable(staking.decay_stakes, staking.decay_values, staking.min_validator_stake)
    assert table.effective_stake(10_000 * MDT) == 1_000 * MDT
    for utility_tenths, shown in ((10, "1,747.62"), (3, "1,517.67")):
        of_one_validator = Fraction(blocks + epochs * utility_tenths // 10, 20)
        delegation = of_one_validator * (BPS - staking.commission.default_bps) / BPS * 5 / 100
        assert f"{float(delegation) / MDT:,.2f}" == shown
        assert f"{shown} MDT" in page("concepts/staking")


def test_staking_page__decay__is_the_presets(luxtensor: Settings) -> None:
    stakes = " | ".join(f"{stake // MDT:,}" for stake in luxtensor.staking.decay_stakes)
    values = " | ".join(format_amount(value, symbol="") for value in luxtensor.staking.decay_values)
    assert f"| stake, MDT | {stakes} |" in page("concepts/staking")
    assert f"| effective | {values} |" in page("concepts/staking")


def test_slashing_page__clocks__are_the_presets(luxtensor: Settings) -> None:
    slashing, text = luxtensor.slashing, page("concepts/slashing")
    assert (slashing.appeal, slashing.jail, luxtensor.staking.unbonding) == (3 * 86_400, 7 * 86_400, 7 * 86_400)
    assert slashing.evidence_blocks * luxtensor.halving.block_time + slashing.appeal <= luxtensor.staking.unbonding
    assert staking_terms(luxtensor)["unbonding_blocks"] == 201_600
    for shown in ("115,200 blocks (4 days at 3 s)", "| appeal window | 3 days |", "| jail | 7 days |", "| unbonding | 7 days and 201,600 blocks |"):
        assert shown in text
    assert slashing.as_list() == [5_000, 1_000, 500]
    burned = 500 * slashing.burn_bps // BPS
    assert f"slash of 500 MDT burns {burned} and sends {500 - burned} to the treasury" in text


@pytest.mark.parametrize(("preset", "delay"), [("luxtensor", 2), ("adr-literal", 1)])
def test_governance_page__delays__are_the_presets(preset: str, delay: int) -> None:
    settings = load(preset)
    assert settings.governance.delay == delay * 86_400
    assert settings.token.grant_delay == 14 * 86_400
    assert f"{delay} day{'s' if delay > 1 else ''} in `{preset}`" in page("concepts/governance")
