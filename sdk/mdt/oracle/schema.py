"""The three input tables: what each column may hold, said once for the reader, the checks and the messages.

Quantities are exact. A decimal becomes an int in WAD (1e18 = 1), a count stays an int; no float exists on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MAX_EPOCH = 10**12
MAX_COUNT = 10**12  # tasks of one row, participants: far above any network, far below what 128 bits hold
MAX_SCORE = 10**6  # a score is relative to the others of its epoch, so a bound costs nothing
DECIMALS = 18
RESCALE = "round it, or multiply all scores of the epoch by the same number: scores are relative to each other"


class Kind(Enum):
    """How the text of a column is read."""

    COUNT = "count"
    DECIMAL = "decimal"
    ADDRESS = "address"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: its name.
        kind: how it is read.
        largest: the largest value allowed (ignored for addresses).
        way_on: what to do about a decimal that is too fine.
    """

    name: str
    kind: Kind
    largest: int = 0
    way_on: str = "round it"

    @property
    def allowed(self) -> str:
        """What a person may write here."""
        if self.kind is Kind.ADDRESS:
            return "0x and 40 hex digits"
        if self.kind is Kind.COUNT:
            return f"a whole number from 0 to {self.largest}"
        return f"a plain decimal from 0 to {self.largest} with at most {DECIMALS} decimals (zeros at the end do not count)"

    @property
    def bounds(self) -> str:
        """The range alone."""
        return f"0 to {self.largest}"


@dataclass(frozen=True)
class Table:
    """One input table; `key` columns may not repeat (empty = rows may repeat)."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """The header line of a canonical file."""
        return ",".join(column.name for column in self.columns)


_EPOCH = Column("epoch", Kind.COUNT, MAX_EPOCH)
_MINER = Column("miner", Kind.ADDRESS)

TASKS = Table("tasks", (_EPOCH, _MINER, Column("tasks", Kind.COUNT, MAX_COUNT), Column("difficulty", Kind.DECIMAL, 1)))
SCORES = Table("scores", (_EPOCH, _MINER, Column("score", Kind.DECIMAL, MAX_SCORE, RESCALE)), key=("epoch", "miner"))
PARTICIPATION = Table("participation", (_EPOCH, Column("participants", Kind.COUNT, MAX_COUNT), Column("eligible", Kind.COUNT, MAX_COUNT)), key=("epoch",))
TABLES = (TASKS, SCORES, PARTICIPATION)
