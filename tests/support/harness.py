"""Compiled test harnesses, once per session: `harness("HalvingHarness").deploy()`."""

from __future__ import annotations

from functools import cache

import boa
from boa.contracts.vyper.vyper_contract import VyperDeployer

from tests.support.deployers import ROOT


@cache
def harness(name: str) -> VyperDeployer:
    """The deployer of `tests/harness/<name>.vy`."""
    return boa.load_partial(str(ROOT / "tests" / "harness" / f"{name}.vy"))
