"""Terms of a schedule as options of commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click

from mdt.errors import GovernanceError
from mdt.model.vesting import VestingTerms
from mdt.units import DAY, HOUR, parse_bps, parse_seconds, parse_time, when

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Shape:
    """How an amount becomes its beneficiary's, as options say it."""

    start: str | None = None
    named: str | None = None
    linear: str | None = None
    cliff: str | None = None
    at_start: str | None = None
    accrual: str | None = None
    revocable: bool = False

    def terms(self, preset: str, beneficiary: str, amount: int, earliest: int) -> VestingTerms:
        """The terms of a schedule that is created at `earliest` or later.

        Raises:
            GovernanceError: a start that will have passed by then, or options that do not go together.
        """
        start = parse_time(self.start) if self.start else (earliest + 7 * DAY) // HOUR * HOUR
        if start < earliest:
            raise GovernanceError(f"the start {when(start)} will have passed: the schedule can be created from {when(earliest)} on")
        return VestingTerms(beneficiary, amount, start, *(self._curve() if self.named is None else self._named(preset)))

    def _curve(self) -> tuple[int, int, int, bool, bool]:
        """Cliff, duration, share at the start, whether it accrues from the cliff, whether it is revocable."""
        if self.linear is None:
            raise GovernanceError("say how it accrues: --terms NAME for terms of the preset, or --linear LENGTH, and --cliff, --at-start")
        cliff, linear = parse_seconds(self.cliff or "0 days"), parse_seconds(self.linear)
        is_from_cliff = bool(cliff) if self.accrual is None else self.accrual == "cliff"
        return cliff, cliff + linear if is_from_cliff else linear, parse_bps(self.at_start or "0%"), is_from_cliff, self.revocable

    def _named(self, preset: str) -> tuple[int, int, int, bool, bool]:

        if self.linear or self.cliff or self.at_start or self.accrual or self.revocable:
            raise GovernanceError(f"--terms {self.named} says all but the start: leave out --linear, --cliff, --at-start, --accrual and --revocable")
        from mdt.preset.settings import load

        terms = load(preset).vesting
        if self.named not in terms:
            raise GovernanceError(f"the preset {preset} has no terms {self.named!r}; it has {', '.join(terms)}")
        named = terms[self.named]
        return named.cliff, named.duration, named.at_start_bps, named.is_from_cliff, named.revocable


def shape_options(function: F) -> F:
    """`--terms`, or `--linear`, `--cliff`, `--at-start`, `--accrual` and `--revocable`; and `--start`: passed as one `shape`."""

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        shape = Shape(**{name: options.pop(name) for name in ("start", "named", "linear", "cliff", "at_start", "accrual", "revocable")})
        return function(*arguments, shape=shape, **options)

    options = [
        click.option("--terms", "named", help="Terms of the deployment's preset, such as 'team', instead of the following."),
        click.option("--linear", help="How long it accrues, such as '1_095 days'; after the cliff if it accrues from there."),
        click.option("--cliff", help="Nothing more than --at-start is released before. [default: 0 days]"),
        click.option("--at-start", help="Released at the start, such as '10%'. [default: 0%]"),
        click.option("--accrual", type=click.Choice(["cliff", "start"]), help="From where it accrues. [default: the cliff, if there is one]"),
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
