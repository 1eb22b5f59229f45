"""Markets in a preset: what is taken, and what is refused with the value and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mdt.errors import ConfigError
from mdt.model.liquidity_pool import Fees
from mdt.preset import genesis
from mdt.preset.settings import CONFIG_DIR, load
from mdt.suite.records import preset_hash
from mdt.units import DAY, Denomination
from tests.support.presets import preset_of, with_market, write_with_market

MDT, USDX = 10**18, 10**6
HASHES = {
    "adr-literal": "0x284a2964e30a7bb638d4b97c4ba65d44021e86ce7ecd08f1450bd66ba9e7ec2e",
    "dchat": "0xd9d8470138388a57199884a50fe746dbb89af83c3f12e86f01887a55b2815db0",
    "luxtensor": "0xdb2b56bf46af5a4134da535c1cfcfc73a9df444141cc7e0f83f435ec100ab3eb",
}
"""Of the shipped presets before there were markets."""


def refused(tmp_path: Path, *changes: tuple[str, str]) -> str:
    """What loading says after replacing parts of the text."""
    text = with_market()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "changed.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    return re.sub(rf"^{re.escape(str(path))}(:\d+:\d+)?: ", "", str(caught.value), flags=re.MULTILINE)


def test_market__written_out__amounts_in_the_unit_of_their_token(tmp_path):
    (market,) = load(write_with_market(tmp_path)).markets
    assert (market.contract, market.fees, market.fee_delay) == ("LiquidityPool:usdx", Fees(30, 1_000, True), 7 * DAY)
    assert (market.seed.tokens, market.seed_paired) == (100_000 * MDT, 25_000 * USDX)
    assert market.seed_shares == 5 * 10**16 - 1_000, "the root of the product, less the locked ones"
    assert (market.share_name("MDT"), market.share_symbol("MDT")) == ("MDT/USDX liquidity", "MDT-USDX-LP")


@pytest.mark.parametrize("preset", sorted(path.stem for path in CONFIG_DIR.glob("*.yaml")))
def test_market__shipped_presets__have_none_and_the_hash_they_had(preset):
    """A deployment that was made before there were markets is the one of this preset still."""
    settings = preset_of(preset)
    assert settings.markets == []
    assert preset_hash(settings) == HASHES[preset]


def test_market__in_a_preset__makes_it_another(tmp_path):
    settings = load(write_with_market(tmp_path))
    assert preset_hash(settings) != preset_hash(settings.model_copy(update={"markets": []}))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("fee_bps: 30", "fee_bps: 0", "markets.0.fee_bps: is 0 bps, allowed 1 bps to 100 bps"),
        ("fee_bps: 30", "fee_bps: 101", "markets.0.fee_bps: is 101 bps, allowed 1 bps to 100 bps"),
        ("protocol_bps: 1_000", "protocol_bps: 2_501", "markets.0.protocol_bps: is 2,501 bps, allowed 0 bps to 2,500 bps"),
        ("fee_delay: 7 days", "fee_delay: 23 hours", "markets.0.fee_delay: is 23 hours, allowed 1 day to 30 days"),
        ("fee_delay: 7 days", "fee_delay: 31 days", "markets.0.fee_delay: is 31 days, allowed 1 day to 30 days"),
        ("protocol_to: burn", "protocol_to: me", "markets.0.protocol_to: is 'me', must be 'treasury' or 'burn'"),
        ("name: usdx", "name: USDX", "markets.0.name: is 'USDX', must be a short name: lower case letters, digits and -, at most 24, a letter first"),
        ("name: usdx", "name: ../x", "markets.0.name: is '../x', must be a short name: lower case letters, digits and -, at most 24, a letter first"),
        ("decimals: 6}", "decimals: 5}", "markets.0.paired.decimals: is 5, allowed 6 to 18"),
        ("decimals: 6}", "decimals: 19}", "markets.0.paired.decimals: is 19, allowed 6 to 18"),
        ("symbol: USDX", "symbol: USD.X", "markets.0.paired.symbol: is 'USD.X', must be letters only and none of wei, shares and paired"),
        ("symbol: USDX", "symbol: paired", "markets.0.paired.symbol: is 'paired', must be letters only and none of wei, shares and paired"),
        ("token: test", "token: '0x1234'", "markets.0.paired.token: '0x1234' is not an address"),
        ("token: test", "token: '0x0000000000000000000000000000000000000000'", "markets.0.paired.token: "),
        ("paired: 25_000 USDX", "paired: 25_000", "markets.0.seed.paired: is 25000, must be text"),
        ("paired: 25_000 USDX", "paired: '25_000'", "markets.0: '25_000' has no unit: write '25_000 USDX' or '25_000 wei'"),
        ("paired: 25_000 USDX", "paired: 25_000 MDT", "markets.0: '25_000 MDT' has the unit 'MDT'; write an amount such as '12.5 USDX' or '25 wei'"),
        ("paired: 25_000 USDX", "paired: 0.0000001 USDX", "markets.0: '0.0000001 USDX' has more than 6 decimals"),
        ("paired: 25_000 USDX", "paired: 0 USDX", "markets.0: seed.paired is 0 USDX, both sides of a seed must be above zero"),
        ("shares_to: Treasury", "shares_to: Timelock", "markets.0.seed.shares_to: "),
        (
            "tokens: 100_000 MDT",
            "tokens: 99_999 MDT",
            "markets are opened with 99,999 MDT together, genesis mints 100,000 MDT to LiquidityPool: they must be equal",
        ),
        ("    fee_delay: 7 days\n", "", "markets.0.fee_delay: is missing"),
        ("    fee_delay: 7 days\n", "    fee_delay: 7 days\n    owner: me\n", "markets.0.owner: is not a key of a preset"),
    ],
)
def test_market__value_that_none_can_have__refused_with_what_is_allowed(tmp_path, old, new, said):
    assert refused(tmp_path, (old, new)).startswith(said)


def test_words__market__says_what_the_deployment_makes_of_it(tmp_path):
    (market,) = load(write_with_market(tmp_path)).markets
    assert market.words(Denomination()) == (
        "market usdx with a token made for tests, USDX: opened with 100,000 MDT and 25,000 USDX of the deployer, shares to Treasury"
    )
    elsewhere = market.model_copy(update={"seed": None, "paired": market.paired.model_copy(update={"token": "0x" + "11" * 20})})
    assert elsewhere.words(Denomination()) == f"market usdx with USDX at 0x{'11' * 20}: empty, whoever deposits first makes its price"


def test_market__two_of_a_name__refused(tmp_path):
    text = with_market()
    entry = text[text.index("  - name: usdx") :].split("    seed:")[0]
    assert refused(tmp_path, ("  - name: usdx", f"{entry}  - name: usdx")).startswith("markets: 'usdx' stands 2 times, each market needs a name of its own")


def test_market__paired_token_called_as_our_own__refused(tmp_path):
    said = refused(tmp_path, ("symbol: USDX", "symbol: MDT"), ("paired: 25_000 USDX", "paired: 25_000 MDT"))
    assert said.startswith("markets.0: the paired token is called MDT as the token itself is: nobody could tell their amounts apart")


def test_market__seed_of_dust__refused(tmp_path):
    said = refused(tmp_path, ("tokens: 100_000 MDT, paired: 25_000 USDX", "tokens: 1_000 wei, paired: 1_000 wei"))
    assert said.startswith("markets.0: seed is too small: the root of 1,000 x 1,000 smallest units must be above 1,000")


def test_genesis__for_markets__never_vests_and_comes_out_of_one_bucket(tmp_path):
    allotment = "{bucket: initial_emission, to: LiquidityPool, amount: 100_000 MDT}"
    vests = refused(tmp_path, (allotment, allotment.replace("}", ", vesting: ido}")))
    assert vests == "genesis.1: LiquidityPool is opened with what is minted for it, so it cannot vest: leave vesting out"
    parts = "{bucket: initial_emission, to: LiquidityPool, amount: 50_000 MDT}\n  - {bucket: community, to: LiquidityPool, amount: 50_000 MDT}"
    community = "{bucket: community, to: community, amount: 1_260_000 MDT}"
    two = refused(tmp_path, (allotment, parts), (community, community.replace("1_260_000", "1_210_000")))
    assert two.startswith("genesis mints to LiquidityPool out of community, initial_emission: take one bucket, so that markets are open before")


def test_genesis__of_a_deployment__without_what_opens_its_markets__refused(tmp_path):
    settings = load(write_with_market(tmp_path))
    allocations = [one for one in genesis.of_preset(settings) if one.recipient != "LiquidityPool"]
    holders = {one.recipient: (genesis.Portion("0x" + "11" * 20),) for one in allocations if one.is_open}
    with pytest.raises(ConfigError, match="markets are opened with 100,000 MDT together, genesis mints 0 MDT to LiquidityPool"):
        genesis.check(settings, genesis.resolve(allocations, holders))


def test_cap_table__what_opens_markets__has_its_row(tmp_path):
    settings = load(write_with_market(tmp_path))
    (row,) = [one for one in genesis.cap_table(settings, genesis.of_preset(settings)) if one.holder == "LiquidityPool"]
    assert (row.bucket, row.amount, row.liquid) == ("initial_emission", 100_000 * MDT, 100_000 * MDT)
