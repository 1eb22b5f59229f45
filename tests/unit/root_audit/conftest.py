"""A root audit beside its model, over a controller that holds any report; and one in its suite, whose report waits. Every test starts from one of them."""

from __future__ import annotations

import boa
import pytest

from tests.support.asked import Asked
from tests.support.audit import Audited, leaf, made

ACCOUNTS = ["0x" + f"{number:02x}" * 20 for number in range(0x10, 0x80, 0x10)]


@pytest.fixture(scope="module")
def deployed():
    with boa.env.anchor():
        yield Audited()


@pytest.fixture
def audited(deployed):
    with boa.env.anchor():
        deployed.report, deployed.evidence = None, {}
        yield deployed


@pytest.fixture
def honest():
    """Seven leaves of 10, 20, ... wei."""
    return made([leaf(account, 10 * number) for number, account in enumerate(ACCOUNTS, start=1)])


@pytest.fixture(scope="module")
def suite_asked():
    with boa.env.anchor():
        yield Asked()


@pytest.fixture
def asked(suite_asked):
    with boa.env.anchor():
        yield suite_asked
