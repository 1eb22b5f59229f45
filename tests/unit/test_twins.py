"""A twin notices every difference between a contract and its model; without that, none of the tests that use one could fail."""

from __future__ import annotations

import boa
import pytest

from mdt.errors import Refusal
from mdt.model.refusals import refusals
from tests.support.twins import Outcome, Twin

SOURCE = """
event Taken:
    amount: uint256

@external
def take(_amount: uint256) -> uint256:
    assert _amount > 0, "till: zero amount"
    log Taken(amount=_amount)
    return _amount

@external
def hush():
    pass
"""

require = refusals("till")


class Till:
    """The model, with a fault if one is asked for."""

    def __init__(self, *, more: int = 0, least: int = 1, reason: str = "zero amount") -> None:
        self.more, self.least, self.reason = more, least, reason
        self.callers: list[str] = []

    def take(self, caller: str, amount: int) -> int:
        require(amount >= self.least, self.reason)
        self.callers.append(caller)
        return amount + self.more

    def hush(self) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def till():
    return boa.loads(SOURCE)


@pytest.fixture
def anyone() -> str:
    return str(boa.env.generate_address("anyone"))


def test_twin__both_agree__answer_events_and_refusal(till, anyone):
    twin = Twin(till, Till())
    assert twin.call("take", anyone, 5) == 5
    assert twin.attempt("take", anyone, 7) == Outcome(True, 7)
    assert [event.amount for event in twin.logs] == [5, 7]
    assert twin.model.callers == [anyone, anyone]
    with pytest.raises(Refusal, match="^till: zero amount$"):
        twin.call("take", anyone, 0)
    assert twin.attempt("take", anyone, 0) == Outcome(False)
    twin.refused("till: zero amount", "take", anyone, 0)


def test_twin__another_answer__noticed(till, anyone):
    with pytest.raises(AssertionError):
        Twin(till, Till(more=1)).call("take", anyone, 5)


@pytest.mark.parametrize("call", ["call", "attempt"])
def test_twin__another_reason__noticed(till, anyone, call):
    with pytest.raises(ValueError, match="does not match"):
        getattr(Twin(till, Till(reason="no amount")), call)("take", anyone, 0)


@pytest.mark.parametrize("call", ["call", "attempt"])
def test_twin__only_the_model_refuses__noticed(till, anyone, call):
    with pytest.raises(ValueError, match="Did not revert"):
        getattr(Twin(till, Till(least=2)), call)("take", anyone, 1)


@pytest.mark.parametrize("call", ["call", "attempt"])
def test_twin__only_the_contract_refuses__noticed(till, anyone, call):
    with pytest.raises(boa.BoaError, match="till: zero amount"):
        getattr(Twin(till, Till(least=0)), call)("take", anyone, 0)


def test_twin__nothing_logged__noticed_unless_said_before(till):
    with pytest.raises(AssertionError, match="nothing was logged"):
        Twin(till, Till()).call("hush", None)
    Twin(till, Till(), silent={"hush"}).call("hush", None)


def test_refused__another_reason_or_none__noticed(till, anyone):
    twin = Twin(till, Till())
    with pytest.raises(AssertionError):
        twin.refused("till: closed", "take", anyone, 0)
    with pytest.raises(pytest.fail.Exception):
        twin.refused("till: zero amount", "take", anyone, 1)
