"""The demo and the real-data run, in process: what they promise is what they do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mdt.chain.connecting import chain_of
from mdt.chain.policy import Policy
from mdt.chain.transactions import Chain
from mdt.deploy.compiled import from_vyper
from mdt.errors import ChainError
from mdt.files import ROOT
from mdt.model.reasons import Discard
from mdt.names import EVERY_SOURCE
from mdt.preset import settings
from mdt.runs import demo, demo_market, demo_stake, real
from mdt.runs.accounting import BalanceSheet, Line
from mdt.runs.network import Network
from mdt.units import WAD
from tests.support.chains import local_chain

DATA = Path(os.environ.get("MDT_REAL_DATA", ROOT.parent / "shared" / "data"))
HALVING_EPOCH = 2190


def _chain() -> Chain:
    w3 = local_chain()
    return chain_of(w3, int(w3.eth.chain_id), Policy())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[demo.Demo, dict]:
    out = tmp_path_factory.mktemp("demo")
    done = demo.run(_chain(), settings.load("adr-literal"), from_vyper(tuple(EVERY_SOURCE)), out, lambda _line: None)
    return done, json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_demo__course__has_all_it_promises(played):
    done, _ = played
    epochs = [row.epoch for row in done.settled]
    assert len(epochs) >= 12
    assert epochs == sorted(epochs) == done.verified
    assert min(epochs) < HALVING_EPOCH <= max(epochs)
    assert [(one["epoch"], one["reason"]) for one in done.discarded] == [
        (demo.CANCELLED_EPOCH, Discard.CANCELLED),
        *((demo.REFUTED_EPOCH, reason) for reason in (Discard.LOSS, Discard.LOSS, *[Discard.INCONSISTENT] * 3)),
    ]
    assert done.skipped == [(demo.MISSING_EPOCH, demo.MISSING_EPOCH), (9, demo.FIRST_LATE_EPOCH - 1)]
    assert all(amount > 0 for amount in done.claims.values())
    assert any(row.recycled for row in done.settled)


def test_demo__balance_sheet__adds_up_and_accounts_for_everything(played):
    done, _ = played
    sheet = done.sheet
    assert sheet.wrong == []
    assert sheet.minted_by_bucket["block_emission"] == sheet.minted_by_reason["block_reward"] + sheet.minted_by_reason["epoch_emission"]
    assert sum(done.claims.values()) == sum(row.miner_share for row in done.settled if row.miner_outcome == "paid")
    assert sheet.held["RewardDistributor"] == sheet.held["EmissionController"] == 0


def test_demo__slashes__end_in_every_way_and_add_up(played):
    done, summary = played
    staking, sheet = summary["staking"], done.sheet
    slashes = [(one["validator"], one["offence"], one["status"], int(one["amount"]) // WAD, int(one["answered"]) // WAD) for one in staking["slashes"]]
    assert slashes == [
        (3, "offline", "overturned", 14, 10),  # a tenth of the 140 MDT left in the pool, and of the 100 MDT that moved on after it
        (2, "no reveal", "upheld", 22, 0),
        (1, "no reveal", "voided", 0, 0),
        (5, "double signing", "upheld", 160, 0),
    ]
    overturned, no_reveal, voided, double = staking["slashes"]
    upheld = [no_reveal, double]
    assert {int(voided[name]) for name in ("burned", "to_treasury", "restored", "owed")} == {0}
    assert int(overturned["restored"]) == int(overturned["amount"]) == int(staking["restored"])
    assert int(overturned["owed"]) == int(overturned["answered"]) == int(staking["restituted"])
    assert all(int(one["burned"]) == int(one["amount"]) * 8_000 // 10_000 for one in upheld)
    assert all(int(one["burned"]) + int(one["to_treasury"]) == int(one["amount"]) for one in upheld)
    assert sheet.burned_by_reason["slash"] == sum(int(one["burned"]) for one in upheld)
    assert sheet.held["Slasher"] == 0
    assert len(staking["paid"]) == len(demo_stake.STAKES) + len(demo_stake.DELEGATIONS)
    assert sum(int(amount) for amount in staking["paid"].values()) == done.staking.claimed > 0


def test_demo__market__sells_refills_and_burns_what_its_terms_say(played):
    done, summary = played
    market, sheet = summary["market"], done.sheet
    pool = {name: int(value) for name, value in market["pool"].items() if name != "name"}
    assert pool == {
        "put_in": demo_market.IN_POOL + 4 * demo_market.REFILL,
        "released": demo_market.SOLD * 99 // 100,
        "burned": demo_market.SOLD // 100,
        "reserved": demo_market.KEPT,
        "available": demo_market.IN_POOL + 4 * demo_market.REFILL - demo_market.SOLD - demo_market.KEPT,
        "returned": 0,
    }
    assert (int(market["schedule"]["paid"]), market["schedule"]["intervals_paid"]) == (4 * demo_market.REFILL, 4), "the fifth day was due, and not funded"
    assert sheet.burned_by_reason["registration"] == demo_market.REGISTRATION
    assert sheet.burned_by_reason["transaction_fee"] == demo.FEES // 2 + demo_market.SOLD // 100 + demo_market.PAYMENT // 100


def test_demo__halving__halves_what_a_utility_is_worth(played):
    done, _ = played
    base = settings.load("adr-literal").emission.base_reward
    for row in done.settled:
        assert row.emission == base * row.utility // 10**18 // (1 if row.epoch < HALVING_EPOCH else 2)


def test_demo__summary__same_figures_in_wei(played):
    done, summary = played
    assert [(one["epoch"], int(one["emission"]), int(one["minted"])) for one in summary["epochs"]] == [
        (row.epoch, row.emission, row.minted) for row in done.settled
    ]
    assert {name: int(amount) for name, amount in summary["balance_sheet"]["held"].items()} == done.sheet.held
    assert [(one["name"], int(one["left"]), int(one["right"]), one["ok"]) for one in summary["checks"]] == [
        (line.name, line.left, line.right, line.is_true) for line in done.sheet.lines
    ]
    assert summary["adds_up"] is True


def test_sheet__a_wei_off__is_named(played):
    lines = [*played[0].sheet.lines, Line("minted = what was paid", 5, 4)]
    sheet = BalanceSheet(**{**played[0].sheet.__dict__, "lines": lines})
    assert [line.name for line in sheet.wrong] == ["minted = what was paid"]


def test_network__public_chain__refused_before_anything_is_sent(tmp_path, monkeypatch):
    chain = _chain()
    monkeypatch.setattr(type(chain), "is_local", False)
    with pytest.raises(ChainError, match="not an embedded chain"):
        Network(chain, settings.load("adr-literal"), tmp_path, reporters=3, quorum=2, say=lambda _line: None)
    assert chain.head() == 0


@pytest.mark.skipif(
    not (DATA / "golem_network_daily.csv").is_file(), reason=f"the published measurements are not in {DATA} (set MDT_REAL_DATA to their folder)"
)
def test_real__first_days__are_those_of_the_document(tmp_path):
    done = real.run(_chain(), settings.load("luxtensor"), from_vyper(), DATA, tmp_path, lambda _line: None, lambda *_progress: None, days=4)
    written = (ROOT / "docs" / "research" / "real-run.md").read_text(encoding="utf-8").splitlines()
    for day in done.days:
        assert real.day_line(day) in written
    assert done.sheet.wrong == []
    assert done.sheet.held["RewardDistributor"] == 0
    assert set(done.claimed) == {account.lower() for account in done.claimed}
    assert all(done.claimed.values())
