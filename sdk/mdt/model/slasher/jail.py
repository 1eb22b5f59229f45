"""How long slashes keep validators in jail, and how much of the network slashes by somebody's word can jail at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from mdt.model.offences import Offence
from mdt.model.refusals import refusals
from mdt.units import BPS

require = refusals("slasher")


@dataclass
class Jail:
    """Of each validator: until when each slash that was not overturned keeps it, and the block in which it was last jailed."""

    until: defaultdict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    block: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def jailed_until(self, validator_id: int) -> int:
        """The latest of its times."""
        return max(self.until[validator_id].values(), default=0)

    def begin(self, validator_id: int, slash_id: int, offence: int, height: int, until: int, block: int) -> None:
        """Jail a validator; for an offence of before it was last jailed, no longer than that."""
        if offence != Offence.DOUBLE_SIGNING and height < self.block[validator_id]:
            until = min(until, self.jailed_until(validator_id))
        else:
            self.block[validator_id] = block
        self.until[validator_id][slash_id] = until


@dataclass
class JailWindow:
    """One appeal period from the first slash by a word that jails stake at work; together they jail a part of what was staked then."""

    began_at: int = 0
    may_jail: int = 0
    jailed: int = 0

    def count(self, jailing: int, staked: int, max_jailed_bps: int, now: int, seconds: int) -> None:
        """Count stake that is about to be jailed; the first of a window always fits."""
        if now >= self.began_at + seconds:
            self.began_at, self.may_jail, self.jailed = now, staked * max_jailed_bps // BPS, jailing
            return
        require(self.jailed + jailing <= self.may_jail, "too much jailed at once")
        self.jailed += jailing
