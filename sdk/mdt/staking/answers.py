"""What stake that left a validator still has to answer for: each slash since, one call of `Slasher.answer` each."""

from __future__ import annotations

from typing import NamedTuple

from mdt.staking.reader import Reader, kept_under
from mdt.suite.calls import Call
from mdt.suite.opened import Suite


class Left(NamedTuple):
    """Stake that left `source`, and where it is now: an unbonding request, or a position that was redelegated if that is None."""

    source: int
    left_at: int
    next_slash: int
    validator_id: int
    slot: int
    request_id: int | None


class Answers:
    """What of one owner has something to answer for."""

    def __init__(self, suite: Suite, owner: str) -> None:
        """Take a deployment, and whose stake it is."""
        self.suite, self.owner, self.reader = suite, owner, Reader(suite)

    def of_position(self, validator_id: int, slot: int) -> list[Left]:
        """The position itself, if it was redelegated, and its unbonding requests."""
        debt = self.suite["Staking"].call("debt", validator_id, kept_under(self.owner, slot), slot)
        moved = [Left(debt.source_id, debt.left_at, debt.next_slash, validator_id, slot, None)] if debt.source_id else []
        return moved + [self.of_request(validator_id, slot, one.request_id) for one in self.reader.requests(validator_id, self.owner, slot)]

    def of_request(self, validator_id: int, slot: int, request_id: int) -> Left:
        """One unbonding request."""
        request = self.suite["Staking"].call("request", validator_id, kept_under(self.owner, slot), slot, request_id)
        return Left(validator_id, request.left_at, request.next_slash, validator_id, slot, request_id)

    def calls(self, left: Left) -> list[Call]:
        """All the answers that are due, oldest first."""
        where = (left.validator_id, kept_under(self.owner, left.slot), left.slot)
        what = "" if left.request_id is None else f", request {left.request_id}"
        words = f"answer for a slash of validator {left.source} out of validator {left.validator_id}, slot {left.slot}{what}"
        arguments = where if left.request_id is None else (*where, left.request_id)
        return [Call(self.suite["Slasher"], "answer", arguments, words)] * self._due(left)

    def _due(self, left: Left) -> int:
        """How many answers it takes: all slashes, up to the first one for an offence so late that it ends them."""
        staking = self.suite["Staking"]
        ever = int(staking.call("validator", left.source).slash_count)
        if left.next_slash >= ever:
            return 0
        rows = self.reader.slashes(left.source)
        before = ever - len(rows)  # an earlier slasher's
        last = left.left_at + int(staking.call("terms").unbonding_blocks)
        for count, index in enumerate(range(left.next_slash, ever), 1):
            if index >= before and rows[index - before].record.height >= last:
                return count
        return ever - left.next_slash
