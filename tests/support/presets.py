"""Presets for tests: read once, or written for a token of another symbol and other decimals."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from mdt.preset.settings import CONFIG_DIR, Settings, load
from mdt.units import format_amount, parse_amount

_AMOUNT = re.compile(r"[0-9][0-9_.]* MDT\b")


@cache
def preset_of(name: str) -> Settings:
    """A preset of `config/`, read once in each process: reading it costs as much CPU as a whole test."""
    return load(name)


def in_other_unit(symbol: str, decimals: int, preset: str = "adr-literal") -> str:
    """The text of a preset in which every amount is as many of the smallest unit as before."""
    text = (CONFIG_DIR / f"{preset}.yaml").read_text(encoding="utf-8")
    text = text.replace("symbol: MDT", f"symbol: {symbol}").replace("decimals: 18", f"decimals: {decimals}")
    return _AMOUNT.sub(lambda found: format_amount(parse_amount(found[0], "MDT", 18), symbol, decimals).replace(",", "_"), text)


def write_with_deposit(folder: Path, deposit: str = "250 MDT") -> Path:
    """`adr-literal` with a deposit for each validator, in a file of its own."""
    text = (CONFIG_DIR / "adr-literal.yaml").read_text(encoding="utf-8")
    path = folder / "deposits.yaml"
    path.write_text(text.replace("validator_deposit: 0 MDT", f"validator_deposit: {deposit}").replace("name: adr-literal", "name: deposits"), encoding="utf-8")
    return path


MARKET = """
markets:
  - name: usdx
    paired: {token: %s, symbol: USDX, decimals: 6}
    fee_bps: 30
    protocol_bps: 1_000
    protocol_to: %s
    fee_delay: 7 days
    seed: {tokens: 100_000 MDT, paired: 25_000 USDX, shares_to: Treasury}
"""


def with_market(token: str = "test", protocol_to: str = "burn") -> str:
    """The text of `adr-literal` with a market that is opened out of what is set aside for liquidity."""
    text = (CONFIG_DIR / "adr-literal.yaml").read_text(encoding="utf-8").replace("name: adr-literal", "name: with-market")
    aside = "{bucket: initial_emission, to: liquidity, amount: %s MDT}"
    parts = f"{aside % '1_160_000'}\n  - {{bucket: initial_emission, to: LiquidityPool, amount: 100_000 MDT}}"
    return text.replace(aside % "1_260_000", parts) + MARKET % (token, protocol_to)


def write_with_market(folder: Path, token: str = "test", protocol_to: str = "burn") -> Path:
    """The same in a file of its own."""
    path = folder / "with-market.yaml"
    path.write_text(with_market(token, protocol_to), encoding="utf-8")
    return path


def write_preset(folder: Path, symbol: str, decimals: int, preset: str = "adr-literal") -> Path:
    """The same in a file of its own."""
    path = folder / f"{symbol.lower()}.yaml"
    path.write_text(in_other_unit(symbol, decimals, preset).replace(f"name: {preset}", f"name: {symbol.lower()}"), encoding="utf-8")
    return path
