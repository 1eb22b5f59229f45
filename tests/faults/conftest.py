"""The one deployment that all faults are tried on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.deployed import Deployed, deployed
from tests.faults.world import World


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The deployment, and what came of making it."""
    with deployed(tmp_path_factory.mktemp("faults")) as found:
        yield found


@pytest.fixture(scope="session")
def world(made: Deployed) -> World:
    """Where it is."""
    return made.world


@pytest.fixture
def place(world: World) -> Iterator[World]:
    """The same, and afterwards as if nothing had happened."""
    with world.aside():
        yield world
