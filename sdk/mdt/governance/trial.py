"""What an operation's calls would do if the timelock made them now: advice for whoever schedules, never a verdict, for the state moves on."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.chain import abi as abilib
from mdt.errors import ChainError, EmptyAnswerError, RevertError
from mdt.governance.operations import Operation
from mdt.suite.calls import Payload
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite


@dataclass(frozen=True)
class Trial:
    """What a call would do now.

    Attributes:
        passes: Whether it would; None where the node does not tell.
        words: Why not, or why nobody knows.
    """

    passes: bool | None
    words: str


def try_calls(suite: Suite, operation: Operation) -> list[Trial]:
    """Each call alone, as the timelock would make it now; what comes before it in a batch is not done for it."""
    hides = _hides_reverts(suite)
    return [_try(suite, call, hides) for call in operation.calls]


def warnings(suite: Suite, operation: Operation) -> list[str]:
    """What to look at before going on: a node tries one call at a time, so of a later one it can only be said what it would do alone."""
    directory, said = Directory(suite), []
    for number, trial in enumerate(try_calls(suite, operation), 1):
        what = f"call {number} to {directory.name(operation.calls[number - 1].target)}"
        if trial.passes is False and number == 1:
            said.append(f"{what} would be refused now: {trial.words}")
        elif trial.passes is False:
            said.append(f"{what} was tried alone, without the calls before it, and is refused so: {trial.words}. It may need what they do")
        elif trial.passes is None:
            said.append(f"{what} was not tried: {trial.words}")
    return said


def _try(suite: Suite, call: Payload, hides: bool) -> Trial:
    if not suite.chain.code(call.target):
        return Trial(False, "there is no contract at that address, and a call to nothing succeeds without doing anything")
    try:
        answer = suite.chain.raw_call(call.target, call.data, "trial", suite["Timelock"].address, may_be_empty=True, gas=suite.chain.policy.simulation_gas)
    except RevertError as error:
        return Trial(False, error.reason or "no reason given")
    except ChainError as error:
        return Trial(None, str(error))
    if answer or not hides:
        return Trial(True, "")
    return Trial(False, "this node gives no reason") if _returns_something(suite, call) else Trial(None, "this node does not tell a refusal from success")


def _returns_something(suite: Suite, call: Payload) -> bool:
    contract = Directory(suite).at(call.target)
    known = [] if contract is None else [one for one in contract.abi if one["type"] == "function" and abilib.selector(one) == call.data[:4]]
    return bool(known and known[0]["outputs"])


def _hides_reverts(suite: Suite) -> bool:
    """Whether the node answers refused calls with nothing: asked with a call that nobody but the timelock may make."""
    timelock = suite["Timelock"]
    try:
        answer = suite.chain.raw_call(timelock.address, timelock.encode("update_delay", 0), "trial", suite["MDT"].address, may_be_empty=True)
    except (RevertError, EmptyAnswerError):
        return False
    return not answer
