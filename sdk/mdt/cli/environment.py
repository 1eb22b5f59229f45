"""The variables of the environment that commands obey, and those that look like one and are none: a misspelt one must not be without effect in silence."""

from __future__ import annotations

from collections.abc import Mapping

from mdt.cli.output import warn
from mdt.errors import ConfigError
from mdt.written.characters import shown

PREFIX = "MDT_"
OBEYED = ("MDT_CONFIRMATIONS", "MDT_NETWORK", "MDT_PASSPHRASE", "MDT_PASSPHRASE_FILE", "MDT_RPC", "MDT_STATE", "MDT_TIMEOUT")
OF_DEVELOPMENT = ("MDT_DEEP", "MDT_EVM", "MDT_PROFILE", "MDT_REAL_DATA")
"""What tests, benchmarks and the makefile use."""


def require_known(environment: Mapping[str, str]) -> None:
    """Refuse a variable whose name is near one that commands obey; name the others that only look like one.

    What is empty counts as not set, and a name in other letters, `mdt_rpc`, as misspelt.

    Raises:
        ConfigError: names the variable, and the one that may have been meant.
    """
    unknown = sorted(name for name, value in environment.items() if value and name.upper().startswith(PREFIX) and name not in (*OBEYED, *OF_DEVELOPMENT))
    for name in unknown:
        if (meant := _near(name)) is not None:
            raise ConfigError(f"the environment sets {shown(name)}, which nothing reads: was {meant} meant? Correct the name, or unset it")
    warn(f"the environment sets {shown(name)}, which nothing reads; there are {', '.join(OBEYED)}" for name in unknown)


def _near(name: str) -> str | None:
    """The variable that was probably meant. What all names begin with says nothing about it."""
    from difflib import get_close_matches

    rest = name.upper().removeprefix(PREFIX)
    found = get_close_matches(rest, [one.removeprefix(PREFIX) for one in OBEYED], n=1)
    return f"{PREFIX}{found[0]}" if found else None
