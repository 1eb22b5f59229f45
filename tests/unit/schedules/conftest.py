"""Distribution schedules on a real token, with reserve pools beside them, and the models of both."""

from __future__ import annotations

import pytest

from tests.support.pools import PoolsScene


@pytest.fixture
def scene():
    return PoolsScene()
