"""A node that behaves as Luxtensor's does, and its accounts, for the tests of commands."""

from __future__ import annotations

import pytest

from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.chains import accounts


@pytest.fixture(scope="module")
def proxy():
    """The node, of one file of tests."""
    with LuxtensorProxy() as running:
        yield running


@pytest.fixture(scope="module")
def people(proxy):
    """The addresses of TEST::0, TEST::1, ..."""
    return [one.address for one in accounts(proxy.w3)]
