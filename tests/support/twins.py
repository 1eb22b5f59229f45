"""One call on a contract and on its model, which have to agree."""

from __future__ import annotations

from dataclasses import astuple, is_dataclass
from typing import Any

import boa

from mdt.errors import Refusal


def on_both(contract: Any, model: Any, name: str, caller: str | None, arguments: tuple[Any, ...], anybody: str, logs: list[Any]) -> Any:
    """What both returned; both refuse for the same reason, or neither does, and a refusal is passed on.

    Args:
        contract: Asked with dataclasses as tuples.
        model: Asked with the caller first, unless there is none: then it is a call that anybody makes.
        name: Of the function of both.
        caller: Who calls.
        arguments: For both.
        anybody: Who calls the contract where there is no caller.
        logs: Gets the contract's events.
    """
    given = [astuple(one) if is_dataclass(one) and not isinstance(one, type) else one for one in arguments]
    sender = caller or anybody
    called = () if caller is None else (caller,)
    try:
        expected = getattr(model, name)(*called, *arguments)
    except Refusal as refusal:
        with boa.reverts(str(refusal)):
            getattr(contract, name)(*given, sender=sender)
        raise
    returned = getattr(contract, name)(*given, sender=sender)
    logs += contract.get_logs()
    assert returned == expected
    return returned
