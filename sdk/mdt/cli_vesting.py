"""Terms of a schedule as options of commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mdt.model.vesting import Terms

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Shape:
    """How an amount becomes its beneficiary's, as options say it."""

    linear: str
    cliff: str
    at_start: str
    accrual: str | None
    revocable: bool
    start: str | None

    def terms(self, beneficiary: str, amount: int, earliest: int) -> Terms:
        """The terms of a schedule that is created at `earliest` or later.

        Raises:
            GovernanceError: a start that will have passed by then.
        """
        from mdt.errors import GovernanceError
        from mdt.governance.kinds import format_time, parse_time
        from mdt.model.vesting import DAY, HOUR, Terms
        from mdt.units import parse_bps, parse_seconds

        cliff, linear = parse_seconds(self.cliff), parse_seconds(self.linear)
        is_from_cliff = bool(cliff) if self.accrual is None else self.accrual == "cliff"
        start = parse_time(self.start) if self.start else (earliest + 7 * DAY) // HOUR * HOUR
        if start < earliest:
            raise GovernanceError(f"the start {format_time(start)} will have passed: the schedule can be created from {format_time(earliest)} on")
        return Terms(beneficiary, amount, start, cliff, cliff + linear if is_from_cliff else linear, parse_bps(self.at_start), is_from_cliff, self.revocable)


def shape_options(function: F) -> F:
    """`--linear`, `--cliff`, `--at-start`, `--accrual`, `--revocable` and `--start`, passed as one `shape`."""

    @wraps(function)
    def run(*arguments: Any, linear: str, cliff: str, at_start: str, accrual: str | None, revocable: bool, start: str | None, **options: Any) -> Any:
        return function(*arguments, shape=Shape(linear, cliff, at_start, accrual, revocable, start), **options)

    accruals = click.Choice(["cliff", "start"])
    options = [
        click.option("--linear", required=True, help="How long it accrues, such as '1_095 days'; after the cliff if it accrues from there."),
        click.option("--cliff", default="0 days", show_default=True, help="Nothing more than --at-start is released before."),
        click.option("--at-start", default="0%", show_default=True, help="Released at the start, such as '10%'."),
        click.option("--accrual", type=accruals, help="From where it accrues. [default: the cliff, if there is one]"),
        click.option("--revocable", is_flag=True, help="The owner may end it early; what is vested then stays the beneficiary's."),
        start_option,
    ]
    wrapped: Any = run
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]


def start_option(function: F) -> F:
    """`--start`: when a schedule starts."""
    return click.option("--start", help="Such as '2027-01-01 12:00' (UTC). [default: a week after it can be created; it has to be created before]")(function)
