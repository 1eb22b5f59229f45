"""The one deployment that all faults are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from mdt.chain import connecting
from mdt.chain.policy import Policy
from mdt.cli import deploy, network, rewards
from tests.faults.world import World
from tests.support.anvil_node import anvil
from tests.support.fault_proxy import FaultProxy
from tests.support.suite import artifacts

POLL, TIMEOUT, REQUEST_TIMEOUT = 0.05, 0.5, 0.4
"""Seconds: between two looks, until a command gives up, until a request does."""
EPOCH = 480


@pytest.fixture(scope="session")
def impatient() -> Iterator[None]:
    """Commands give up after half a second instead of minutes, and pay two claims in one transaction instead of many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "Policy", partial(Policy, poll_seconds=POLL, timeout_seconds=TIMEOUT))
        patch.setattr(connecting, "TIMEOUT_SECONDS", REQUEST_TIMEOUT)
        patch.setattr(rewards, "BATCH", 2)
        patch.setattr(deploy, "compiled", artifacts)
        yield


@pytest.fixture(scope="session")
def world(impatient: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A finished deployment whose first epoch is over."""
    with anvil("--accounts", "20", "--timestamp", "1800000000") as node, FaultProxy(node) as proxy:
        node.call("anvil_setBlockTimestampInterval", 1)
        made = World(node, proxy, tmp_path_factory.mktemp("faults") / "home")
        made.home.mkdir()
        reporters = [part for number in (1, 2, 3) for part in ("--reporter", f"TEST::{number}")]
        named = ["--account", "TEST::0", "--preset", "adr-literal", "--guardian", "TEST::7", "--arbiter", "TEST::8", "--proposer", "TEST::6", *reporters]
        made.do("deploy", *named, "--block-time", "3 seconds")
        made.to_block(made.do("epoch", "status")["end_block"])
        yield made
