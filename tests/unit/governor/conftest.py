"""A governor on real staking and a real timelock, beside its model."""

from __future__ import annotations

import pytest

from tests.support.governor import GovernorScene


@pytest.fixture
def scene():
    """The governor is the timelock's only proposer; nobody has enrolled."""
    return GovernorScene()


@pytest.fixture
def enrolled(scene):
    """Everybody has enrolled, a second ago."""
    scene.enroll_all()
    return scene
