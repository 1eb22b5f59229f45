"""A fee desk on a real token beside the contracts it asks, and its model; staking knows the slasher."""

from __future__ import annotations

import pytest

from tests.support.desk import DeskScene


@pytest.fixture
def scene():
    scene = DeskScene()
    scene.put_in_force()
    return scene
