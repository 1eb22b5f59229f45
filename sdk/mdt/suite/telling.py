"""What happened, told once for every command: each event of the suite's contracts in a sentence (`mdt.suite.sentences`).

What has no sentence of its own is told by its name and values. Bare transfers and approvals go without saying.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from mdt.chain.abi import Event
from mdt.chain.contract import Contract
from mdt.chain.transactions import Receipt
from mdt.errors import MDTError
from mdt.names import kind_of_contract
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite
from mdt.suite.readable import describe_event
from mdt.suite.sentences import SENTENCES, Words

SILENT = ("Transfer", "Approval")


@dataclass(frozen=True)
class Told:
    """The events of a transaction, in order, and a sentence about each that says something."""

    events: list[Event]
    sentences: list[str]


def tell(suite: Suite, receipt: Receipt) -> Told:
    """What a transaction did to the contracts of the suite."""
    directory = Directory(suite)
    found = directory.events(receipt)
    return Told([event for _, event in found], [sentence(event, contract, directory) for contract, event in found if event.name not in SILENT])


def sentence(event: Event, contract: Contract, directory: Directory) -> str:
    """One event in words. It has happened: what cannot be said in a sentence, is said by name and values, and stops nothing that comes after it."""
    known = SENTENCES.get((kind_of_contract(contract.name), event.name))
    if known:
        with suppress(MDTError, ValueError, OverflowError, OSError):  # a number that stands for no word or no time, a token that does not answer
            return known(event, Words(directory))
    return describe_event(event, contract, directory)
