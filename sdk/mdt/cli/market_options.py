"""Options that several commands of `mdt market` have."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from mdt.market.swaps import DEADLINE, IMPACT, SLIPPAGE, Limits
from mdt.units import format_bps, format_seconds, parse_bps, parse_seconds

F = TypeVar("F", bound=Callable[..., Any])

market_argument = click.argument("market")
to_option = click.option("--to", help="Who gets what comes out; an address or alias. [default: the signer]")
purpose_option = click.option("--purpose", default="liquidity", show_default=True, help="Of the treasury's spending, kept on chain: at most 31 characters.")


def limit_options(*, impact: bool = False) -> Callable[[F], F]:
    """`--slippage`, `--deadline` and, where a price may move, `--max-impact`, passed as one `limits`."""

    def decorate(function: F) -> F:
        @wraps(function)
        def run(*arguments: Any, slippage: str, deadline: str, max_impact: str = "0%", **options: Any) -> Any:
            limits = Limits(parse_bps(slippage), parse_seconds(deadline), parse_bps(max_impact))
            return function(*arguments, limits=limits, **options)

        options = [
            click.option("--slippage", default=format_bps(SLIPPAGE), show_default=True, help="What the price may turn against you until it is mined."),
            click.option("--deadline", default=format_seconds(DEADLINE), show_default=True, help="For how long it is good; rounded up to ten minutes."),
        ]
        if impact:
            options.append(click.option("--max-impact", default=format_bps(IMPACT), show_default=True, help="How far it may move the price itself."))
        wrapped: Any = run
        for option in reversed(options):
            wrapped = option(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate
