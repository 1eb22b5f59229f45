"""Refusals of a contract in one line, which reads like Vyper's `assert`: `require(amount > 0, "zero amount")`."""

from __future__ import annotations

from typing import TypeVar

from mdt.errors import Refusal

T = TypeVar("T")


class refusals:  # noqa: N801 - reads as a statement: `require = refusals("staking")`
    """What a contract, or a module of one, refuses for; its name stands before every reason."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def __call__(self, condition: object, reason: str) -> None:
        """Refuse unless the condition holds.

        Raises:
            Refusal: it does not; in the contract's own words, the scope first.
        """
        if not condition:
            raise Refusal(f"{self.scope}: {reason}")

    def found(self, value: T | None, reason: str) -> T:
        """The value, if there is one.

        Raises:
            Refusal: it is None.
        """
        self(value is not None, reason)
        assert value is not None  # the line before says so; this one tells the type checker
        return value
