"""What a preset says of pools, schedules and fees: the document's inflation, and errors that name the key and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mdt.errors import ConfigError
from mdt.model.inflation import per_block
from mdt.preset.settings import CONFIG_DIR, load
from mdt.units import BPS
from tests.support.profiles import examples

YEAR = 5_256_000
TOKEN = 10**12


def test_per_block__five_percent_of_a_hundred_billion__is_951_whole_tokens():
    for decimals in (6, 12, 18):
        assert per_block(100 * 10**9 * 10**decimals, 500, YEAR, decimals) == 951 * 10**decimals


def test_per_block__less_than_a_token_a_block__is_nothing():
    assert per_block(YEAR * TOKEN * 19, 500, YEAR, 12) == 0
    assert per_block(YEAR * TOKEN * 20, 500, YEAR, 12) == TOKEN


@given(supply=st.integers(0, 10**30), rate=st.integers(0, 5_000), blocks=st.integers(1, 10**9))
@hypothesis_settings(max_examples=examples(50, 500, 100_000))
def test_per_block__any_rate__a_year_never_mints_more_than_the_rate_says(supply: int, rate: int, blocks: int):
    paid = per_block(supply, rate, blocks, 12)
    assert paid % TOKEN == 0
    assert paid * blocks * BPS <= supply * rate
    assert supply * rate < (paid + TOKEN) * blocks * BPS + (TOKEN + TOKEN * rate) * BPS, "short by less than the two roundings"


def test_dchat__its_documents_numbers__stand_in_the_preset():
    settings = load("dchat")
    assert settings.token.cap == 10**12 * TOKEN
    assert sum(one.amount for one in settings.genesis) == 10**11 * TOKEN
    shares = {one.to: one.amount * 100 // (10**11 * TOKEN) for one in settings.genesis}
    assert shares == {"validators": 20, "relays": 15, "ReservePools": 10, "Treasury": 25, "development": 15, "airdrop": 15}
    (inflation,) = settings.schedules
    assert (inflation.amount, inflation.interval_blocks, inflation.duration_blocks, inflation.is_minted) == (951 * TOKEN, 1, 0, True)
    assert (settings.fees.transfer.burn_bps, settings.recycling.sale_burn_bps) == (100, 0)
    assert not settings.halving.is_minter
    assert settings.emission_mint_ceiling == 0, "inflation brings in all that the epochs pay"


def changed(tmp_path: Path, preset: str, **values: Any) -> str:
    """What loading says after replacing `section__key`s of a preset."""
    content = yaml.safe_load((CONFIG_DIR / f"{preset}.yaml").read_text(encoding="utf-8"))
    for name, value in values.items():
        *folders, last = name.split("__")
        place = content
        for folder in folders:
            place = place[int(folder)] if isinstance(place, list) else place[folder]
        place[last] = value
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pools__0__amount": "9 DCHAT"}, "pools begin with 9 DCHAT together, genesis mints 10,000,000,000 DCHAT to ReservePools: they must be equal"),
        ({"pools": []}, "pools begin with 0 DCHAT together"),
        ({"pools__0__name": "x" * 65}, "pools.0.name: has 65 characters, allowed at most 64"),
        ({"schedules__0__amount": "950 DCHAT"}, "pay 950 DCHAT a block together, inflation of 500 bps on 100,000,000,000 DCHAT is 951 DCHAT"),
        ({"schedules__0__interval_blocks": 0}, "schedules.0.interval_blocks: is 0, allowed 1 to 10,000,000"),
        ({"schedules__0__interval_blocks": 2, "emission__base_reward": "1 DCHAT"}, "pay 475.5 DCHAT a block together"),
        ({"schedules__0__kind": "miners"}, "schedules.0.kind: is 'miners', must be 'validators', 'relays', 'pool', 'treasury' or 'development'"),
        ({"schedules__0__to": "pool 1"}, "kind treasury is paid to 'pool 1': kind pool goes to 'pool 1', and only that kind"),
        ({"schedules__0__to": "Staking"}, "kind treasury is paid to 'Staking': that streams what is of kind validators"),
        ({"schedules__0__kind": "pool"}, "kind pool is paid to 'RecyclingPool': kind pool goes to 'pool 1', and only that kind"),
        ({"schedules__0__kind": "pool", "schedules__0__to": "pool 2", "emission__base_reward": "1 DCHAT"}, "schedules.0: there is no pool 2; there are 1"),
        ({"schedules__0__interval_blocks": 3, "schedules__0__duration_blocks": 2}, "duration_blocks is 2, it must be 0, for ever, or at least interval_blocks"),
        (
            {"schedule_minting__channel_cap": "0 DCHAT", "schedule_minting__window_cap": "0 DCHAT"},
            "schedules.0: is_minted, and schedule_minting.channel_cap is zero: nothing could be minted",
        ),
        ({"schedule_minting__window_cap": "0 DCHAT"}, "window_cap is zero: nothing would ever be minted"),
        ({"schedule_minting__channel_cap": "895_000_000_001 DCHAT"}, "sum to 900,000,000,001 DCHAT, the block_emission bucket holds 900,000,000,000 DCHAT"),
        ({"fees__transfer__burn_bps": 1_001}, "fees.transfer.burn_bps: is 1,001 bps, allowed 0 bps to 1,000 bps"),
        ({"fees__registration__rest": "burn"}, "fees.registration.rest: is 'burn', must be 'recycling' or 'treasury'"),
        ({"fees__registration__least": "100_000_001 DCHAT"}, "fees.registration.least is 100,000,001 DCHAT, allowed at most a ten-thousandth of the cap"),
        ({"genesis__2__vesting": "team"}, "genesis.2: ReservePools fills its pools with what is sent to it, so it cannot vest"),
        ({"recycling__sale_burn_bps": 10_000}, "recycling.sale_burn_bps: is 10,000 bps, allowed 0 bps to 9,999 bps"),
        ({"halving__channel_cap": "1 DCHAT"}, "window_cap is zero: nothing would ever be minted"),
        ({"emission__base_reward": "13_694_401 DCHAT", "emission__channel_cap": "1 DCHAT"}, "window_cap is 54,777,600 DCHAT, it must be at most channel_cap"),
        ({"emission__base_reward": "27_388_800 DCHAT"}, "emission can ask for 499,845,600,000 DCHAT in its life, emission.channel_cap is 5,000,000,000 DCHAT"),
    ],
)
def test_load__lifecycle_that_cannot_work__refused(tmp_path, values, message):
    assert message in changed(tmp_path, "dchat", **values)


def test_load__minted_schedule_without_a_channel__refused(tmp_path):
    entry = {"kind": "treasury", "to": "Treasury", "amount": "1 MDT", "interval_blocks": 1, "duration_blocks": 0, "is_minted": True}
    assert "schedules.0: is_minted, and schedule_minting.channel_cap is zero" in changed(tmp_path, "adr-literal", schedules=[entry])


def test_as_terms__every_preset__in_the_order_of_the_contract():
    for preset in ("adr-literal", "luxtensor", "dchat"):
        settings = load(preset)
        registration, quota, transfer = settings.fees.as_terms()
        assert registration == {"burn_bps": 10_000, "least": 10**settings.token.decimals, "is_to_treasury": False}
        assert quota == {"burn_bps": 10_000, "least": 1, "is_to_treasury": False}
        assert transfer == {"burn_bps": 100 if preset == "dchat" else 0, "least": 1, "is_to_treasury": False}
