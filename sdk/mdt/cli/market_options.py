"""Options that several commands of `mdt market` have."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from mdt.errors import UnitError
from mdt.market.swaps import DEADLINE, IMPACT, SLIPPAGE, Limits
from mdt.units import format_bps, format_seconds, parse_bps, parse_seconds, parse_time

F = TypeVar("F", bound=Callable[..., Any])

market_argument = click.argument("market")
to_option = click.option("--to", help="Who gets what comes out; an address or alias. [default: the signer]")
purpose_option = click.option("--purpose", default="liquidity", show_default=True, help="Of the treasury's spending, kept on chain: at most 31 characters.")


def limit_options(*, impact: bool = False) -> Callable[[F], F]:
    """`--slippage`, `--deadline` and, where a price may move, `--max-impact`, passed as one `limits`."""

    def decorate(function: F) -> F:
        @wraps(function)
        def run(*arguments: Any, slippage: str, deadline: str, max_impact: str = "0%", **options: Any) -> Any:
            seconds, at = _deadline(deadline)
            limits = Limits(parse_bps(slippage), seconds, parse_bps(max_impact), at)
            return function(*arguments, limits=limits, **options)

        options = [
            click.option("--slippage", default=format_bps(SLIPPAGE), show_default=True, help="What the price may turn against you until it is mined."),
            click.option(
                "--deadline", default=format_seconds(DEADLINE), show_default=True, help="How long it is good, rounded up to ten minutes; or until when."
            ),
        ]
        if impact:
            options.append(click.option("--max-impact", default=format_bps(IMPACT), show_default=True, help="How far it may move the price itself."))
        wrapped: Any = run
        for option in reversed(options):
            wrapped = option(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate


def _deadline(text: str) -> tuple[int, int | None]:
    """A duration; or the usual one, and a time in its place.

    Raises:
        UnitError: neither.
    """
    try:
        return parse_seconds(text), None
    except UnitError as error:
        try:
            return DEADLINE, parse_time(text)
        except UnitError:
            raise error from None
