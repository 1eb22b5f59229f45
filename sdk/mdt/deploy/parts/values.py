"""Arguments that several constructors take."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.deploy.parts.part import Given


def owner(given: Given) -> str:
    """Whoever deploys owns a contract until it hands over."""
    return given.people.deployer


def no_predecessor(_given: Given) -> str:
    """What a deployment makes is the first of its kind."""
    return ZERO_ADDRESS


def start_block(given: Given) -> int:
    """From which block there are rewards."""
    return given.people.start_block
