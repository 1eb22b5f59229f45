"""What ape logs while a command runs: to standard error, and without a line for every signature."""

from __future__ import annotations

import logging

CACHED_KEY = "Using cached key"
"""Begins what ape warns of at every signature of an account whose passphrase is in the environment: whoever put it there knows."""


def quiet() -> None:
    """Keep standard output for results, and leave that warning out. Called once ape is imported; twice is as good as once."""
    from ape.logging import logger

    for handler in logger._logger.handlers:
        styles = getattr(handler, "echo_kwargs", None)
        if isinstance(styles, dict):
            styles.update({level: {**styles.get(level, {}), "err": True} for level in ("debug", "info", "success", "warning", "error")})
    logger._logger.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(CACHED_KEY)
