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


def write_preset(folder: Path, symbol: str, decimals: int, preset: str = "adr-literal") -> Path:
    """The same in a file of its own."""
    path = folder / f"{symbol.lower()}.yaml"
    path.write_text(in_other_unit(symbol, decimals, preset).replace(f"name: {preset}", f"name: {symbol.lower()}"), encoding="utf-8")
    return path
