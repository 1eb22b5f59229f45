"""Several processes with one account, and kill -9 at each point of a payment, on a real anvil."""

from __future__ import annotations

import signal

import pytest

from mdt.chain.journal import Journal
from tests.support.anvil import anvil, needs_anvil
from tests.support.paying_process import POINTS, TARGET, exit_code, pay, started

pytestmark = needs_anvil


@pytest.fixture(scope="module")
def node():
    with anvil() as found:
        yield found


def payments(w3, first):
    """The data of every transaction to the target from a block on."""
    blocks = [w3.eth.get_block(number, True) for number in range(first, w3.eth.block_number + 1)]
    return [bytes(one["input"]).decode() for block in blocks for one in block["transactions"] if str(one["to"]).lower() == TARGET]


def test_processes__four_with_one_account__each_payment_once(node, tmp_path):
    w3, url = node
    first = w3.eth.block_number + 1
    running = [started(url, tmp_path, f"{number}a", f"{number}b") for number in range(4)]
    assert [exit_code(one) for one in running] == [0] * 4
    assert sorted(payments(w3, first)) == sorted(f"{number}{letter}" for number in range(4) for letter in "ab")
    assert {(one.state.value, one.is_told) for one in Journal(tmp_path).entries()} == {("mined", True)}


@pytest.mark.parametrize("point", POINTS)
def test_process__killed_at_any_point__the_same_again_pays_once(node, tmp_path, point):
    w3, url = node
    first = w3.eth.block_number + 1
    assert exit_code(started(url, tmp_path, "rent", point=point)) == -signal.SIGKILL
    said: list[str] = []
    pay(url, tmp_path, "rent", say=said.append)
    assert payments(w3, first) == ["rent"]
    assert any("of an earlier run did this" in line or "signed by an earlier run" in line for line in said) is (point != POINTS[0])
    # what is asked for after that is a new payment
    pay(url, tmp_path, "rent")
    assert payments(w3, first) == ["rent", "rent"]
