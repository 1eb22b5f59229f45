"""What a run shows at its end, and writes to `summary.json`."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mdt.files import write_json
from mdt.runs.accounting import BalanceSheet, Settled
from mdt.units import MDT, Denomination

PLACES = 6


def short(wei: int, decimals: int = MDT.decimals) -> str:
    """An amount for a table: rounded down to six decimals; the exact wei are in `summary.json`."""
    whole, fraction = divmod(wei, 10**decimals)
    return f"{whole:,}.{fraction // 10 ** (decimals - PLACES):0{PLACES}d}"


def epoch_columns() -> list[str]:
    """Headings of the epoch table."""
    return ["epoch", "U", "emission", "recycled", "minted", "miners", "validators", "DAO", "note"]


def epoch_row(row: Settled, note: str = "", unit: Denomination = MDT) -> list[str]:
    """An epoch as a table row."""
    notes = [note, "" if row.miner_outcome == "paid" else {"none": "no miner scored: share recycled"}.get(row.miner_outcome, "nothing to pay")]
    amounts = (row.emission, row.recycled, row.minted, row.miner_share, row.validator_share, row.dao_share)
    return [str(row.epoch), short(row.utility, 18)[:8], *(short(one, unit.decimals) for one in amounts), "; ".join(part for part in notes if part)]


def slash_columns() -> list[str]:
    """Headings of the table of slashes."""
    return ["validator", "offence", "ended", "amount", "answered", "burned", "to treasury", "given back"]


def slash_row(one: Mapping[str, Any], unit: Denomination = MDT) -> list[str]:
    """A slash as a table row; what was restored to the pool and what is owed to those who had left are one column."""
    amounts = (one["amount"], one["answered"], one["burned"], one["to_treasury"], one["restored"] + one["owed"])
    return [str(one["validator"]), one["offence"], one["status"], *(short(amount, unit.decimals) for amount in amounts)]


def sheet_rows(sheet: BalanceSheet, unit: Denomination = MDT) -> list[tuple[str, str]]:
    """The balance sheet as two columns: what, and the amount to the wei."""
    rows = [("cap", sheet.cap), ("minted", sheet.minted)]
    rows += [(f"  from {name}", amount) for name, amount in sheet.minted_by_bucket.items()]
    rows += [(f"  as {name}", amount) for name, amount in sheet.minted_by_reason.items()]
    rows += [("burned", sheet.burned)]
    rows += [(f"  as {name}", amount) for name, amount in sheet.burned_by_reason.items()]
    rows += [("supply", sheet.supply)]
    rows += [(f"  held by {name}", amount) for name, amount in sheet.held.items()]
    return [(name, unit.format(amount)) for name, amount in rows]


def summary(preset: str, chain_id: int, settled: Sequence[Settled], sheet: BalanceSheet, more: dict[str, Any]) -> dict[str, Any]:
    """Everything in wei, as decimal strings (JSON numbers are not exact beyond 2^53)."""
    figures = {name: _text(value) for name, value in asdict(sheet).items() if name != "lines"}
    lines = [{"name": line.name, "left": str(line.left), "right": str(line.right), "ok": line.is_true} for line in sheet.lines]
    return {
        "preset": preset,
        "chain_id": chain_id,
        "epochs": [{name: _text(value) if name != "epoch" else value for name, value in asdict(row).items()} for row in settled],
        **more,
        "balance_sheet": figures,
        "checks": lines,
        "adds_up": not sheet.wrong,
    }


def clear(out: Path) -> None:
    """Remove what an earlier run wrote to a folder; anything else in it stays."""
    for name in ("deployments", "bundles"):
        shutil.rmtree(out / name, ignore_errors=True)
    (out / "summary.json").unlink(missing_ok=True)


def write_summary(path: Path, content: dict[str, Any]) -> None:
    """Write the summary, whole or not at all."""
    write_json(path, content)


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _text(item) for name, item in value.items()}
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
