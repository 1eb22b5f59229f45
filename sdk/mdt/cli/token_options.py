"""Options that several commands of `mdt token` have, and what may be written as an argument or as an option."""

from __future__ import annotations

import click

from mdt.cli.accounts import also
from mdt.errors import MarketError

pool_option = click.option("--pool-id", type=int, required=True, help="Number of the pool.")
schedule_option = click.option("--schedule-id", type=int, required=True, help="Number of the schedule.")
amount_option = click.option("--amount", required=True, help="Such as '12.5 MDT' or '12.5', in the unit of the deployment's token.")
user_option = also("--user-id", "The account: the same as --account, or its address.")


def given(positional: str | None, option: str | None, name: str) -> str:
    """What was given as an argument or as an option.

    Raises:
        MarketError: neither, or both.
    """
    if (positional is None) == (option is None):
        raise MarketError(f"give {name} once: as an argument, or with --{name.lower()}")
    return str(positional if positional is not None else option)
