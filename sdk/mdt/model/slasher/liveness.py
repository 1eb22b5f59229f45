"""What validators missed, counted from the reporters' pages, each of them once and in order, over a window of epochs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field

from mdt.crypto.keccak import keccak256
from mdt.model.offences import Offence
from mdt.model.refusals import refusals
from mdt.model.slasher.evidence import Liveness, word
from mdt.model.slasher.records import Counters

require = refusals("slasher")

KINDS = (Offence.OFFLINE, Offence.NO_REVEAL)
"""Offences that are counted: missed blocks, missed reveals."""


@dataclass
class LivenessBook:
    """Misses by validator, kind and epoch, and the place of the newest entry."""

    epoch: int = 0
    validator_id: int = 0
    missed: defaultdict[tuple[int, int], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def check_page(self, epoch: int, entries: Sequence[Liveness], blocks: int) -> None:
        """Refuse a page that does not follow the newest entry, or counts more misses than the epoch has blocks."""
        require(epoch >= self.epoch, "out of order")
        last_id = self.validator_id if epoch == self.epoch else 0
        for entry in entries:
            require(entry.validator_id > last_id, "out of order")
            last_id = entry.validator_id
            require(max(entry.missed_blocks, entry.missed_reveals) <= blocks, "too many misses")

    def turn_page(self, epoch: int, entries: Sequence[Liveness]) -> None:
        """Note a page as counted."""
        self.epoch, self.validator_id = epoch, entries[-1].validator_id

    def count(self, epoch: int, entry: Liveness) -> None:
        """Keep what was missed in an epoch."""
        for kind, missed in zip(KINDS, (entry.missed_blocks, entry.missed_reveals), strict=True):
            if missed:
                self.missed[entry.validator_id, kind][epoch] = missed

    def in_window(self, validator_id: int, kind: int, newest: int, epochs: int) -> tuple[int, int | None]:
        """What was missed in so many epochs up to the newest that is over, and the newest epoch of that; None when there is nothing."""
        recent = {epoch: missed for epoch, missed in self.missed[validator_id, kind].items() if newest - epoch < epochs}
        return sum(recent.values()), max(recent, default=None)

    def forget(self, validator_id: int, offence: int) -> None:
        """Clear what a validator is accused of."""
        self.missed[validator_id, offence].clear()


def evidence_hash(validator_id: int, counted: Counters) -> bytes:
    """Hash of what was counted."""
    return keccak256(b"".join(map(word, (validator_id, *astuple(counted)))))


def check_enough(offence: int, counted: Counters, offline_missed_blocks: int) -> int:
    """The height of an offence that was counted.

    Raises:
        Refusal: too little was missed for it, or it is no offence of this kind.
    """
    if offence == Offence.OFFLINE:
        require(counted.missed_blocks >= offline_missed_blocks, "too few misses")
        return counted.blocks_height
    require(offence == Offence.NO_REVEAL, "unknown offence")
    require(counted.missed_reveals >= 1, "too few misses")
    return counted.reveals_height
