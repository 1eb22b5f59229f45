"""Errors made on purpose as one line on standard error, "what was wrong, the value, what to do", and exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from mdt.cli.output import say
from mdt.errors import MDTError

EXTRAS = {"ape": "ape", "duckdb": "oracle", "numpy": "oracle", "tqdm": "oracle", "vyper": "compiler", "eth_tester": "local", "eth": "local"}
"""What a part of the package needs that is installed with `mdt[...]` only."""


def fail(text: str) -> NoReturn:
    """Print an error and exit with code 1. What has several lines is indented, so that no line of it looks like one of ours."""
    first, *others = text.split("\n")
    say(f"error: {first}", *(f"  {line}" for line in others), err=True)
    sys.exit(1)


@contextmanager
def one_line() -> Iterator[None]:
    """Turn errors made on purpose, ours and ape's, into a line and exit code 1. What is left is a bug, and keeps its traceback."""
    try:
        yield
    except MDTError as error:
        fail(str(error))
    except (click.exceptions.Exit, click.ClickException, click.Abort):
        raise
    except ModuleNotFoundError as error:
        extra = EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        fail(f"this needs {error.name}, which is not installed: pip install 'mdt[{extra}]'")
    except Exception as error:
        words = _of_ape(error)
        if words is None:
            raise
        fail(words)


def _of_ape(error: Exception) -> str | None:
    """An error of ape in words, None for any other; ape is not imported to find that out."""
    if "ape.exceptions" not in sys.modules:
        return None
    from ape.exceptions import ApeException, ConfigError, NetworkMismatchError, NetworkNotFoundError, ProviderError

    if isinstance(error, NetworkMismatchError):
        return f"{error} Nothing was signed: check --network and the node's address"
    if isinstance(error, ProviderError | NetworkNotFoundError):
        return f"{error} Start the node, or check --network and `node:` in ape-config.yaml (--network ecosystem:network:URL names another)"
    if isinstance(error, ConfigError):
        return f"{error} Correct ape-config.yaml or the variable it names"
    return str(error) if isinstance(error, ApeException) else None
