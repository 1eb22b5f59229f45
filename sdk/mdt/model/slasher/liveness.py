"""What validators missed, counted from the reporters' pages, each of them once and in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mdt.crypto.keccak import keccak256
from mdt.model.offences import Offence
from mdt.model.refusals import refusals
from mdt.model.slasher.evidence import Liveness, word
from mdt.model.slasher.records import Counters

require = refusals("slasher")


@dataclass
class LivenessBook:
    """Counters by validator, and the place of the newest entry."""

    epoch: int = 0
    validator_id: int = 0
    counters: defaultdict[int, Counters] = field(default_factory=lambda: defaultdict(Counters))

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

    def count(self, entry: Liveness, last_block: int) -> None:
        """Add an entry; an epoch without a missed block forgives those before."""
        counted = self.counters[entry.validator_id]
        self.counters[entry.validator_id] = Counters(
            missed_blocks=counted.missed_blocks + entry.missed_blocks if entry.missed_blocks else 0,
            missed_reveals=counted.missed_reveals + entry.missed_reveals,
            last_height=last_block,
        )

    def evidence_hash(self, validator_id: int) -> bytes:
        """Hash of what was counted."""
        counted = self.counters[validator_id]
        numbers = (validator_id, counted.missed_blocks, counted.missed_reveals, counted.last_height)
        return keccak256(b"".join(map(word, numbers)))

    def left_after(self, validator_id: int, offence: int, offline_missed_blocks: int) -> Counters:
        """What is left of the counters once an offence is slashed.

        Raises:
            Refusal: too little was missed for it, or it is no offence of this kind.
        """
        counted = self.counters[validator_id]
        if offence == Offence.OFFLINE:
            require(counted.missed_blocks >= offline_missed_blocks, "too few misses")
            return replace(counted, missed_blocks=0)
        require(offence == Offence.NO_REVEAL, "unknown offence")
        require(counted.missed_reveals >= 1, "too few misses")
        return replace(counted, missed_reveals=0)
