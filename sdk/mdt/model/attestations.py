"""What k of n reporters have to sign (`contracts/emission/modules/attestations.vy`); who signed is taken as given.

So is which contracts approved: the chain recovers accounts and asks contracts, and both are signers here, in one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mdt.addresses import ZERO_ADDRESS
from mdt.model.refusals import refusals

require = refusals("attestations")

MIN_QUORUM = 2


@dataclass
class Attestations:
    """k of n reporters."""

    reporters: list[str] = field(default_factory=list)
    quorum: int = 0

    def replace(self, reporters: Sequence[str], quorum: int) -> None:
        """Other reporters, another quorum."""
        require(quorum >= MIN_QUORUM and quorum > len(reporters) // 2, "quorum too small")
        require(quorum <= len(reporters), "quorum too large")
        for index, reporter in enumerate(reporters):
            require(reporter != ZERO_ADDRESS, "zero reporter")
            require(reporter not in reporters[:index], "repeated reporter")
        require(list(reporters) != self.reporters or quorum != self.quorum, "no change")
        self.reporters, self.quorum = list(reporters), quorum

    def verify(self, signers: Sequence[str], require: refusals = require) -> None:
        """Refuse unless at least `quorum` distinct reporters signed or approved.

        Args:
            signers: their addresses, in ascending order, accounts and contracts alike.
            require: refuses, in the words of the contract that asks.

        Raises:
            Refusal: too few, out of order, or somebody else.
        """
        require(len(signers) >= self.quorum, "below quorum")
        last = 0
        for signer in signers:
            require(int(signer, 16) > last, "not ascending")
            require(signer in self.reporters, "not a reporter")
            last = int(signer, 16)
