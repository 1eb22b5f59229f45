"""Replacing `FeeDesk`: it holds nothing, and nothing names it but the token, which lets it burn."""

from __future__ import annotations

from collections.abc import Iterator

from mdt.replacing.entitlements import burner_calls, has_moved_burning
from mdt.replacing.stages import Move, Settling, Stage, Voting
from mdt.suite.calls import Call

NAME = "FeeDesk"


def stages(move: Move) -> Iterator[Stage]:
    """The right to burn moves; what was sent to the old desk by mistake is recycled."""
    yield Voting("entitle FeeDesk", "the new desk may burn, the old one no more", lambda: has_moved_burning(move, NAME), lambda: burner_calls(move, NAME))
    yield Settling("sweep FeeDesk", "what was sent to the old desk is recycled", lambda: not _stray(move), lambda: _sweeping(move))


def _stray(move: Move) -> int:
    return int(move.token.call("balanceOf", move.old(NAME).address))


def _sweeping(move: Move) -> list[Call]:
    return [move.call(move.old(NAME), "sweep")]
