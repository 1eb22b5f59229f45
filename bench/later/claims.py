"""How many accounts one layer pays: blocks' gas against what claims cost, from the gas page's own figures."""

from __future__ import annotations

import json
from pathlib import Path

BLOCK_GAS, BLOCK_SECONDS, DAY = 30_000_000, 3, 86_400
ROWS = {"claim, 2^20 leaves, later": "one by one", "claim_many, 64 of 2^10 leaves, first, per claim": "64 a transaction, by a keeper"}
RESULTS = Path(__file__).resolve().parents[1] / "gas" / "results.json"


def a_day() -> dict[str, tuple[int, int]]:
    """By the way of claiming: gas of a claim, and claims that the blocks of a day have room for."""
    rows = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"]["distribution"]
    gas_a_day = DAY // BLOCK_SECONDS * BLOCK_GAS
    return {words: (rows[row]["default"], gas_a_day // rows[row]["default"]) for row, words in ROWS.items()}
