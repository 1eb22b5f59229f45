"""Two-step ownership, as every governed contract has it (snekmate's `ownable` and `ownable_2step`)."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.model.refusals import refusals

require = refusals("ownable")
require_successor = refusals("ownable_2step")


class Ownable:
    """One owner; the next one has to accept."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.pending_owner = ZERO_ADDRESS

    def check_owner(self, caller: str) -> None:
        """Refuse anybody but the owner."""
        require(caller == self.owner, "caller is not the owner")

    def transfer_ownership(self, caller: str, new_owner: str) -> None:
        """The owner names its successor, or nobody (the zero address)."""
        self.check_owner(caller)
        self.pending_owner = new_owner

    def accept_ownership(self, caller: str) -> None:
        """The successor takes over."""
        require_successor(caller == self.pending_owner, "caller is not the new owner")
        self.owner, self.pending_owner = caller, ZERO_ADDRESS
