"""Lives of parts of the suite, told by commands: what each row needs to be possible comes before it."""

from __future__ import annotations

from tests.faults.chapters.epochs import epochs
from tests.faults.chapters.governance import governance, treasury
from tests.faults.chapters.market import markets, payments, pools, schedules
from tests.faults.chapters.staking import slashes, stakes, validators
from tests.faults.chapters.waiting import waiting
from tests.faults.rows import Chapter

CHAPTERS: dict[str, Chapter] = {
    one.__name__: one for one in (epochs, governance, treasury, payments, pools, schedules, markets, stakes, validators, slashes, waiting)
}
"""By name, in the order of the page."""
