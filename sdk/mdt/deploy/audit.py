"""What the deployer sent besides the plan: every transaction of an account has a number, and none is missing.

A contract's address follows from its creator's address and the number of the creating transaction, so that the chain itself vouches for
those numbers in the records; the node says how many there are by now.
"""

from __future__ import annotations

import rlp  # type: ignore[import-untyped]
from eth_typing import ChecksumAddress
from eth_utils.address import to_canonical_address, to_checksum_address
from eth_utils.crypto import keccak

from mdt.deploy.findings import Area, Finding, other, same
from mdt.names import TIMELOCK
from mdt.suite.opened import Suite
from mdt.suite.records import NetworkRecord


def audit(suite: Suite) -> list[Finding]:
    """Compare the numbers of the deployer's transactions with the records; asks the node for one figure."""
    record, sent = suite.record, suite.chain.nonce(suite.record.deployer)
    numbers = _numbers(record)
    if not numbers:
        return other(Area.DEPLOYER, [f"the records do not say which transactions the deployer {record.deployer} sent: they were made by another version"])
    return [*_creations(suite), *_gaps(record, numbers, sent)]


def created_at(creator: str, number: int) -> ChecksumAddress:
    """The address of the contract that an account creates with its transaction of this number, counted from 0."""
    return to_checksum_address(keccak(rlp.encode([to_canonical_address(creator), number]))[12:])


def _numbers(record: NetworkRecord) -> dict[int, str]:
    """What each recorded transaction was for, by its number."""
    noted = [(one["nonce"], one["what"]) for one in record.others] + [(one.get("nonce"), name) for name, one in record.steps.items()]
    return {int(number): what for number, what in sorted((pair for pair in noted if pair[0] is not None), key=lambda pair: int(pair[0]))}


def _creations(suite: Suite) -> list[Finding]:
    record = suite.record
    made = [*suite.contracts, *(name for name in suite.markets if f"deploy {name}" in record.steps)]
    wrong = [
        f"{name} at {suite.first(name)} was not created by transaction {number} of the deployer {record.deployer}, as the records say"
        for name in made
        if (number := record.steps.get(f"deploy {name}", {}).get("nonce")) is not None and created_at(record.deployer, number) != suite.first(name)
    ]
    return other(Area.DEPLOYER, wrong) or same(Area.DEPLOYER, [f"{len(made)} contracts: created by the recorded transactions of the deployer"])


def _gaps(record: NetworkRecord, numbers: dict[int, str], sent: int) -> list[Finding]:
    """Numbers, from the first on, that nothing is recorded for; what was sent after it had handed over counts as later."""
    is_over = record.owner == TIMELOCK and record.closing_nonce is not None
    first, end = min(numbers), int(record.closing_nonce or 0) if is_over else sent
    if sent < end or sent <= max(numbers):
        return other(Area.DEPLOYER, [f"the node knows {sent} transactions of the deployer {record.deployer}, the records {max(end, max(numbers) + 1)}"])
    missing = [number for number in range(first, end) if number not in numbers]
    if not missing:
        later = f", {sent - end} later ones" if sent > end else ""
        return same(Area.DEPLOYER, [f"deployer {record.deployer}: {len(numbers)} transactions, all of them recorded{later}"])
    after: dict[str, int] = {}
    for number in missing:
        before = numbers[max(known for known in numbers if known < number)]
        after[before] = after.get(before, 0) + 1
    where = ", ".join(f"{count} after {step!r}" for step, count in after.items())
    text = (
        f"the deployer {record.deployer} sent {len(missing)} {'transaction that is' if len(missing) == 1 else 'transactions that are'} not recorded"
        f" while it owned the contracts ({where}): look at what {'it' if len(missing) == 1 else 'they'} did"
    )
    return other(Area.DEPLOYER, [text])
