"""Rewards come in, and stake moves by weight: `liquid_income.vy`, `liquid_moves.vy`, `liquid_asks.vy`, `liquid_set.vy`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Protocol

from mdt.errors import Refusal
from mdt.model.liquid_staking.flow import ceil_div
from mdt.model.liquid_staking.places import MAX_PIECES, MAX_VALIDATORS, Member, Piece, Places
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.model.staking import ALL
from mdt.units import BPS

require = refusals("lst")

MAX_FEE_BPS = 1_000
MAX_WEIGHT = 10_000
HALVES = 2
WRITTEN = ("liquid", "owed", "flow", "is_undecided", "unanswered", "escrow", "digest")  # of what a call can write before it refuses


class Token(Protocol):
    """What is asked of MDT."""

    balances: dict[str, int]

    def transfer(self, caller: str, to: str, amount: int) -> bool:
        """Move tokens of the caller."""
        ...

    def transfer_from(self, caller: str, holder: str, to: str, amount: int) -> bool:
        """Move tokens by an allowance."""
        ...

    def approve(self, caller: str, spender: str, amount: int) -> bool:
        """Set what somebody may spend."""
        ...


class Keeping(Places, Ownable):
    """What anyone does for all holders, and what the owner may change of it."""

    token: Token
    treasury: str
    fee_bps: int
    owed: int  # at most, for batches that were closed and not priced
    reserved: int  # for batches that were priced

    # --- anyone: income ---

    def harvest(self) -> int:
        """Claim rewards, count what came in, pay the fee; the rest flows."""
        with self._whole():
            self._refresh()
            came = self._harvest()
            require(came > 0, "nothing to harvest")
        return came

    def take_restitution(self, slash_id: int) -> int:
        """Have the slasher pay what it owes; no fee."""
        came = self.staking.claim_restitution(slash_id, self.address)
        self._refresh()
        self._receive(came)
        return came

    def _harvest(self) -> int:
        for member in self.members:
            if self.staking.held(self.address, member.validator_id).pending_reward:
                self.staking.claim(self.address, member.validator_id)
        came = self.token.balances[self.address] - self.liquid - self.reserved
        fee = came * self.fee_bps // BPS  # rounded down
        self._receive(came - fee)
        self.token.transfer(self.address, self.treasury, fee)
        return came - fee

    def _receive(self, amount: int) -> None:
        self.liquid += amount
        self.flow.join(amount, self.clock.timestamp)

    # --- anyone: moves ---

    def allocate(self) -> int:
        """Stake what exits do not need, by weight."""
        with self._whole():
            self._refresh()
            free = self._free()
            weights = [self._fit_weight(member) for member in self.members]
            rooms = [self.staking.pool(member.validator_id).room for member in self.members]
            total = free + sum(member.staked for member, weight in zip(self.members, weights, strict=True) if weight)
            staked = 0
            for member, weight, room in zip(self.members, weights, rooms, strict=True):
                if weight == 0:
                    continue
                part = total * weight // sum(weights)  # rounded down
                amount = min(max(part - member.staked, 0), free - staked, room)
                if amount > 0:
                    staked += self._stake(member, amount)
            require(staked > 0, "nothing to allocate")
        return staked

    def collect(self) -> int:
        """Take out what has waited."""
        with self._whole():
            self._refresh()
            collected = 0
            for index in reversed(range(len(self.pieces))):
                piece = self.pieces[index]
                if self.staking.withdraw(self.address, piece.validator_id, piece.request_id) is None:
                    continue
                self.liquid += piece.tokens
                collected += piece.tokens
                last = self.pieces.pop()
                if last is not piece:
                    self.pieces[index] = last
            require(collected > 0, "nothing to collect")
        return collected

    def _free(self) -> int:
        return max(self.liquid - max(self.owed - self.unbonding, 0), 0)

    def _stake(self, member: Member, amount: int) -> int:
        staked = self.staking.stake(self.address, member.validator_id, amount, self.commission_limit_bps)
        if staked is None:
            return 0
        self.liquid -= staked
        self._measure(member)
        return staked

    def _ask_back(self) -> int:
        """All of those that are not fit, then what exits need; returns wei."""
        weights = [self._fit_weight(member) for member in self.members]
        asked = sum(self._ask(member, member.staked) for member, weight in zip(self.members, weights, strict=True) if weight == 0)
        fit = sum(member.staked for member, weight in zip(self.members, weights, strict=True) if weight)
        needed = max(self.owed - self.liquid - self.unbonding, 0)
        least, kept = ceil_div(needed, HALVES), max(fit - needed, 0)
        for _ in range(MAX_VALIDATORS):
            holding = [index for index, member in enumerate(self.members) if weights[index] and member.staked]
            if needed == 0 or not holding:
                break
            fullest = max(holding, key=lambda index: self.members[index].staked * sum(weights) - weights[index] * kept)  # the first of equals
            member = self.members[fullest]
            beyond = max(member.staked - kept * weights[fullest] // sum(weights), 0)
            tokens = self._ask(member, min(max(beyond, least), needed, member.staked))
            if tokens == 0:
                break
            asked += tokens
            needed = max(needed - tokens, 0)
        return asked

    def _ask(self, member: Member, amount: int) -> int:
        if amount == 0 or len(self.pieces) == MAX_PIECES:
            return 0
        request_id = self.staking.unstake(self.address, member.validator_id, ALL if amount == member.staked else amount)
        tokens = self.staking.asked(self.address, member.validator_id, request_id).tokens
        self.pieces.append(Piece(member.validator_id, request_id, tokens))
        self._measure(member)
        return tokens

    # --- internals: a call that refuses half-way has changed nothing ---

    @contextmanager
    def _whole(self) -> Iterator[None]:
        saved = {key: copy(value) for key, value in vars(self).items() if key in WRITTEN}
        saved |= {"members": [copy(member) for member in self.members], "pieces": [copy(piece) for piece in self.pieces]}
        try:
            yield
        except Refusal:
            vars(self).update(saved)
            raise

    # --- anyone: the set ---

    def drop_validator(self, validator_id: int) -> None:
        """Forget a validator without weight and stake."""
        member = require.found(self._found(validator_id), "not in the set")
        require(member.weight == 0 and member.staked == 0, "not empty")
        index, last = self.members.index(member), self.members.pop()
        if last is not member:
            self.members[index] = last

    # --- governance ---

    def set_weight(self, caller: str, validator_id: int, weight: int) -> None:
        """Give a validator a weight, and a place if it has none."""
        self.check_owner(caller)
        require(weight <= MAX_WEIGHT, "weight out of bounds")
        member = self._found(validator_id)
        require(weight != (member.weight if member else 0), "nothing changes")
        if member is None:
            require(len(self.members) < MAX_VALIDATORS, "too many validators")
            self.staking.pool(validator_id)
            member = Member(validator_id, 0)
            self.members.append(member)
        member.weight = weight

    def set_commission_limit(self, caller: str, commission_limit_bps: int) -> None:
        """Say which commission is too much."""
        self.check_owner(caller)
        require(commission_limit_bps <= BPS, "commission out of bounds")
        require(commission_limit_bps != self.commission_limit_bps, "nothing changes")
        self.commission_limit_bps = commission_limit_bps

    def set_fee(self, caller: str, fee_bps: int) -> None:
        """Change the fee; what came in before pays the old one."""
        self.check_owner(caller)
        require(fee_bps <= MAX_FEE_BPS, "fee out of bounds")
        require(fee_bps != self.fee_bps, "nothing changes")
        self._refresh()
        self._harvest()
        self.fee_bps = fee_bps
