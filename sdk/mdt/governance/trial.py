"""What an operation's calls would do if the timelock made them now: advice for whoever schedules, never a verdict, for the state moves on.

The timelock itself makes the calls, in their order and each on what those before it did, and undoes them (`try_batch`). That takes one `eth_call`, and
works on nodes that hide reverts. It does not see what will be different when the operation is executed: the time, prices and balances of then, calls
of others in between, and whether the operation may be executed at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from mdt.chain import abi as abilib
from mdt.errors import ChainError
from mdt.escapes import reason_in_words
from mdt.governance.operations import Operation
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite

NO_CODE = "there is no contract at that address, and a call to nothing succeeds without doing anything"


@dataclass(frozen=True)
class Trial:
    """What a call would do now.

    Attributes:
        passes: Whether it would; None where nobody knows.
        words: Why not, or why nobody knows.
    """

    passes: bool | None
    words: str = ""


def try_calls(suite: Suite, operation: Operation) -> list[Trial]:
    """Each call after those before it, as the timelock would make them now."""
    try:
        made, refusal = _ask(suite, operation)
    except ChainError as error:
        return [Trial(None, str(error))] * len(operation.calls)
    before = f"call {made + 1} before it is refused"
    trials = [Trial(True) if number < made else Trial(None, before) for number in range(len(operation.calls))]
    if made < len(trials):
        trials[made] = Trial(False, reason_in_words(reason) if (reason := abilib.decode_revert(refusal)) else "no reason given")
    return [trial if suite.chain.code(call.target) else Trial(False, NO_CODE) for trial, call in zip(trials, operation.calls, strict=True)]


def warnings(suite: Suite, operation: Operation) -> list[str]:
    """What to look at before going on."""
    directory, said = Directory(suite), []
    for number, trial in enumerate(try_calls(suite, operation), 1):
        what = f"call {number} to {directory.name(operation.calls[number - 1].target)}"
        if trial.passes is False:
            said.append(f"{what} would be refused now{', after the calls before it' if number > 1 else ''}: {trial.words}")
        elif trial.passes is None:
            said.append(f"{what} was not tried: {trial.words}")
    return said


def forecast(suite: Suite, operation: Operation) -> tuple[str, list[str]]:
    """What the calls would do now, in a few words for all of them, and what to look at, a line each."""
    said = warnings(suite, operation)
    count = len(operation.calls)
    whole = "the call" if count == 1 else f"all {count} calls"
    return f"{whole} would go through" if not said else f"{len(said)} of {count} would be refused, or was not tried: see the warnings", said


def _ask(suite: Suite, operation: Operation) -> tuple[int, bytes]:
    """How many calls go through, and what the next one reverts with.

    Raises:
        ChainError: the node does not tell, or grants too little gas.
    """
    timelock, (targets, _, payloads) = suite["Timelock"], operation.columns()
    entry = abilib.find_function(timelock.abi, "try_batch", 2)
    data = abilib.encode_call(entry, (targets, payloads))
    made, refusal = abilib.decode_result(entry, suite.chain.raw_call(timelock.address, data, "trial", timelock.address, gas=suite.chain.policy.simulation_gas))
    return int(made), bytes(refusal)
