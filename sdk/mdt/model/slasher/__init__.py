"""The slasher: terms, evidence, records and liveness, each in a file of its own, and the contract that they make."""

from mdt.model.offences import OFFENCES, Offence
from mdt.model.slasher.contract import Slasher
from mdt.model.slasher.evidence import Domain, Liveness, Vote
from mdt.model.slasher.records import EMPTY, Counters, Slash, SlashStatus, Totals
from mdt.model.slasher.terms import SlashTerms, split

__all__ = [
    "EMPTY",
    "OFFENCES",
    "Counters",
    "Domain",
    "Liveness",
    "Offence",
    "Slash",
    "SlashStatus",
    "SlashTerms",
    "Slasher",
    "Totals",
    "Vote",
    "split",
]
