"""Compiled contracts for titanoboa, once per session: `deployer("token/MDT").deploy(...)`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import boa
from boa.contracts.vyper.vyper_contract import VyperDeployer

ROOT = Path(__file__).resolve().parents[2]


@cache
def deployer(name: str) -> VyperDeployer:
    """The deployer of `contracts/<name>.vy`."""
    return boa.load_partial(str(ROOT / "contracts" / f"{name}.vy"))
