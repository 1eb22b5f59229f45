"""A contract and its model, called alike: they answer the same, refuse for the same reason, and what is done is logged."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import astuple, is_dataclass
from inspect import signature
from typing import Any, NamedTuple

import boa

from mdt.errors import Refusal
from tests.support.refusals import refuses


class Outcome(NamedTuple):
    """What came of a call that may be refused."""

    is_done: bool
    answer: Any = None  # the model's, which can say more than the contract's


class Twin:
    """A contract and its model.

    Args:
        contract: Asked with dataclasses as tuples.
        model: Asked with the caller first by those of its functions that take one; the others are calls that anybody makes.
        names: Function of the contract => function of the model, where they differ.
        silent: Functions that can find nothing to do, and then log nothing.
        logs: Gets every event of the contract's calls; several twins can share a list.
    """

    def __init__(
        self, contract: Any, model: Any, *, names: Mapping[str, str] | None = None, silent: Container[str] = (), logs: list[Any] | None = None
    ) -> None:
        self.contract, self.model = contract, model
        self.names, self.silent = names or {}, silent
        self.logs: list[Any] = [] if logs is None else logs
        self.anybody = str(boa.env.generate_address("anybody"))

    def call(self, function: str, caller: str | None, *arguments: Any) -> Any:
        """Make a call on both; without a caller, one that anybody makes. Returns the model's answer.

        Raises:
            Refusal: Both refused, for the same reason.
        """
        of_model = getattr(self.model, self.names.get(function, function))
        of_contract = getattr(self.contract, function)
        known = (caller, *arguments) if takes_caller(of_model) else arguments
        return self.both(
            lambda: of_model(*known),
            lambda: of_contract(*map(plain, arguments), sender=caller or self.anybody),
            is_silent=function in self.silent,
        )

    def attempt(self, function: str, caller: str | None, *arguments: Any) -> Outcome:
        """The same, where a refusal is an outcome like any other."""
        return outcome(lambda: self.call(function, caller, *arguments))

    def refused(self, reason: str, function: str, caller: str | None, *arguments: Any) -> None:
        """Both must refuse, for this reason word for word."""
        with refuses(reason):
            self.call(function, caller, *arguments)

    def both(self, of_model: Callable[[], Any], of_contract: Callable[[], Any], *, is_silent: bool = False) -> Any:
        """What `call` does, for a call that the two take in different words.

        Args:
            of_model: Makes it on the model.
            of_contract: Makes it on the contract.
            is_silent: Whether it may log nothing.

        Raises:
            Refusal: Both refused, for the same reason.
        """
        try:
            expected = of_model()
        except Refusal as refusal:
            with boa.reverts(str(refusal)):
                of_contract()
            raise
        answered = of_contract()
        events = self.contract.get_logs()
        self.logs += events
        assert is_silent or any(event.address == self.contract.address for event in events), "done, and nothing was logged"
        if answered is not None:
            assert plain(answered) == plain(expected)
        return expected


def outcome(call: Callable[[], Any]) -> Outcome:
    """What came of a call on both."""
    try:
        return Outcome(True, call())
    except Refusal:
        return Outcome(False)


def both_refuse(reason: str, of_model: Callable[[], Any], of_contract: Callable[[], Any]) -> None:
    """Model and contract must refuse, for this reason word for word."""
    with refuses(reason):
        of_model()
    with boa.reverts(reason):
        of_contract()


def takes_caller(function: Callable[..., Any]) -> bool:
    """Whether a function of a model is told who calls."""
    return next(iter(signature(function).parameters), "") in ("caller", "_caller")


def plain(value: Any) -> Any:
    """Dataclasses and named tuples as plain tuples, at any depth."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(astuple(value))
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return [plain(item) for item in value] if isinstance(value, list) else value
