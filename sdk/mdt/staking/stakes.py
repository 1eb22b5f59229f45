"""What holders do with their stake: each function looks at the state, and answers with the calls to send."""

from __future__ import annotations

from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import StakingError
from mdt.escapes import quoted
from mdt.model.stake_weight import MAX_LOCK_MONTHS, MONTH
from mdt.staking.answers import Answers
from mdt.staking.reader import OWN_SLOT, SLOTS, UNCAPPED, Reader, kept_under
from mdt.suite.calls import Call, approvals
from mdt.suite.opened import Suite
from mdt.suite.words import status_words
from mdt.units import BPS, UINT256_MAX, format_bps, when

EVERYTHING = UINT256_MAX


class Stakes:
    """The stake of one account."""

    def __init__(self, suite: Suite, owner: str) -> None:
        """Take a deployment, and whose stake it is about."""
        self.suite, self.owner = suite, owner
        self.reader = Reader(suite)

    @property
    def staking(self) -> Contract:
        """The contract."""
        return self.suite["Staking"]

    # --- calls ---

    def add(self, validator_id: int, slot: int, amount: int, months: int, max_commission_bps: int | None = None, *, at_most: bool = False) -> list[Call]:
        """Stake `amount` wei more, approved first if need be, and lock the position for `months` if not 0.

        Args:
            validator_id: With whom.
            slot: In which position.
            amount: Wei.
            months: 0 for no lock.
            max_commission_bps: The largest commission that is accepted; what is taken now when None, so that a rise before it is mined refuses it.
            at_most: Stake what fits of the amount.

        Raises:
            StakingError: it does not fit, or the validator takes more.
        """
        detail = self._open_for(validator_id, slot, amount, is_part=at_most)
        taken = detail.pool.commission_bps
        most = taken if max_commission_bps is None else max_commission_bps
        if taken > most:
            raise StakingError(f"validator {validator_id} takes {format_bps(taken)}, more than the {format_bps(most)} that are accepted")
        position = self._held(validator_id, slot)
        self._check_lock(position, months)
        if slot < OWN_SLOT:
            self._check_debt(validator_id, slot)
        lock = f", locked for {months} month{'s' if months > 1 else ''}" if months else self._locked_with(validator_id, slot, position)
        much = f"up to {self.suite.show(amount)}" if at_most else self.suite.show(amount)
        words = f"stake {much} with validator {validator_id} ({_name(detail)}), slot {slot}{lock}, at a commission of {format_bps(most)} at most"
        arguments = (validator_id, slot, amount, months, self.owner, most, at_most)
        return [*approvals(self.suite, self.owner, amount), Call(self.staking, "stake", arguments, words)]

    def extend(self, validator_id: int, slot: int, months: int) -> list[Call]:
        """Lock a position for `months` from now."""
        position = self._staked(validator_id, slot)
        self._check_lock(position, months)
        most = self.reader.detail(validator_id).pool.commission_bps
        words = f"lock validator {validator_id}, slot {slot} for {months} months from now, at a commission of {format_bps(most)} at most"
        return [Call(self.staking, "stake", (validator_id, slot, 0, months, self.owner, most, False), words)]

    def restake(self, validator_id: int, slot: int) -> list[Call]:
        """Add what a position has earned to it."""
        position = self._held(validator_id, slot)
        if position.pending_reward == 0:
            raise StakingError(f"validator {validator_id}, slot {slot} has earned nothing since the last claim: wait, or look at `mdt stake positions`")
        self._open_for(validator_id, slot, 0)
        words, earned = f"restake what validator {validator_id}, slot {slot} has earned", self.suite.show(position.pending_reward)
        return [Call(self.staking, "restake", (validator_id, slot), words, forecast=f": {earned}, and what comes until then")]

    def unstake(self, validator_id: int, slot: int, amount: int) -> list[Call]:
        """Ask for `amount` wei back, or EVERYTHING."""
        position = self._free(validator_id, slot, amount)
        if position.unlocks_at > self.reader.now() and not self._is_released(validator_id, slot, position):
            raise StakingError(f"validator {validator_id}, slot {slot} is locked until {when(position.unlocks_at)}: unstake it then")
        if slot >= OWN_SLOT:
            self._check_minimum(validator_id, position, amount)
        words = f"unstake {self._amount(amount, position)} from validator {validator_id}, slot {slot}"
        return [Call(self.staking, "unstake", (validator_id, slot, amount), words)]

    def cancel(self, validator_id: int, slot: int, request_id: int) -> list[Call]:
        """Put an unbonding request back into its position."""
        request = self._request(validator_id, slot, request_id)
        self._open_for(validator_id, slot, request.tokens)
        words = f"put request {request_id} back into validator {validator_id}, slot {slot}"
        back = Call(self.staking, "cancel_unstake", (validator_id, slot, request_id), words, forecast=f": {self.suite.show(request.tokens)}")
        return [*self._answers(validator_id, slot, request), back]

    def withdraw(self, validator_id: int | None = None, slot: int | None = None, request_id: int | None = None) -> list[Call]:
        """Take out what is over: one unbonding request, or every one of a position, of a validator, or of the owner.

        What has slashes to answer for answers first.

        Raises:
            StakingError: nothing is over, there is no such request, or several positions have one of that number.
        """
        found = self._unbonding(validator_id, slot)
        if request_id is not None:
            found = [(row, request) for row, request in found if request.request_id == request_id]
            self._require_one(found, validator_id, slot, request_id)
        now, head, blocks = self.reader.now(), self.suite.chain.head(), self.staking.call("terms").unbonding_blocks
        due = [(row, request) for row, request in found if request.unlocks_at <= now and request.left_at + blocks <= head]
        if not due:
            first = min(((request.unlocks_at, request.left_at + blocks) for _, request in found), default=None)
            over = f"the first one is on {when(first[0])} and from block {first[1]:,} on" if first else ""
            state = f"no request is over, {over}" if first else "there are no unbonding requests"
            raise StakingError(f"nothing to withdraw from {self._place(validator_id, slot)}: {state}")
        return [call for row, request in due for call in (*self._answers(row.validator_id, row.slot, request), self._withdrawal(row, request))]

    def _withdrawal(self, row: Any, request: Any) -> Call:
        forecast = f": {'at most ' if request.unanswered else ''}{self.suite.show(request.tokens)}"
        words = f"withdraw request {request.request_id} of validator {row.validator_id}, slot {row.slot}"
        arguments = (row.validator_id, row.slot, request.request_id)
        return Call(self.staking, "withdraw", arguments, words, forecast=forecast, is_bounded=True)

    def _answers(self, validator_id: int, slot: int, request: Any) -> list[Call]:
        """What a request has to answer for first."""
        answers = Answers(self.suite, self.owner)
        return answers.calls(answers.of_request(validator_id, slot, request.request_id)) if request.unanswered else []

    def move(self, source: tuple[int, int], target: int, slot: int | None, amount: int, max_commission_bps: int | None = None) -> list[Call]:
        """Redelegate `amount` wei, or EVERYTHING, from (validator, slot) to another validator's slot, or its first empty one.

        The largest commission that is accepted there is what was accepted here, where it is locked and none is said; else what is taken there now.
        """
        source_id, source_slot = source
        if source_id == target:
            raise StakingError(f"it is with validator {target} already: name another one")
        if source_slot >= OWN_SLOT or (slot or 0) >= OWN_SLOT:
            raise StakingError("own stake of a validator cannot be moved: unstake it")
        position = self._free(source_id, source_slot, amount)
        moved = position.tokens if amount == EVERYTHING else amount
        self._open_for(target, 0, moved)
        slot = self._empty_slot(target) if slot is None else slot
        if self._held(target, slot).shares:
            raise StakingError(f"slot {slot} with validator {target} is not empty: take another one, or leave --slot out")
        taken = int(self.staking.call("validator", target).commission_bps)
        is_locked = position.unlocks_at > self.reader.now()
        most = max_commission_bps if max_commission_bps is not None else position.accepted_commission_bps if is_locked else taken
        if taken > most:
            raise StakingError(f"validator {target} takes {format_bps(taken)}, more than the {format_bps(most)} that are accepted (--max-commission)")
        place = f"from validator {source_id}, slot {source_slot} to validator {target}, slot {slot}"
        words = f"move {self._amount(amount, position)} {place}, at a commission of {format_bps(most)} at most"
        return [Call(self.staking, "redelegate", (source_id, source_slot, target, slot, amount, most), words)]

    def claim(self, validator_id: int | None = None, slot: int | None = None) -> list[Call]:
        """Have the rewards of every position paid, or of one validator's, or of one position."""
        rows = [
            row for row in self.reader.positions(self.owner) if row.pending_reward > 0 and validator_id in (None, row.validator_id) and slot in (None, row.slot)
        ]
        if not rows:
            raise StakingError(f"nothing to claim for {self.owner}: `mdt stake positions` shows what its positions have earned")
        return [
            Call(
                self.staking,
                "claim",
                (row.validator_id, row.owner, row.slot),
                f"pay what validator {row.validator_id}, slot {row.slot} has earned",
                forecast=f": {self.suite.show(row.pending_reward)}, and what comes until then",
                is_bounded=True,
            )
            for row in rows
        ]

    def end_lock(self, validator_id: int, slot: int) -> list[Call]:
        """End the bonus of a lock that is over."""
        position = self._staked(validator_id, slot)
        if position.bonus_bps == 0:
            raise StakingError(f"validator {validator_id}, slot {slot} of {self.owner} has no bonus: there is nothing to end")
        if position.unlocks_at > self.reader.now():
            raise StakingError(f"validator {validator_id}, slot {slot} of {self.owner} is locked until {when(position.unlocks_at)}: end it then")
        words = f"end the bonus of {format_bps(position.bonus_bps)} of validator {validator_id}, slot {slot}"
        return [Call(self.staking, "end_lock", (validator_id, kept_under(self.owner, slot), slot), words)]

    def set_recipient(self, recipient: str) -> list[Call]:
        """Have one's rewards and commissions paid to another account."""
        now = self.staking.call("recipient_of", self.owner)
        wanted = ZERO_ADDRESS if recipient == self.owner else recipient
        if now == wanted:
            raise StakingError(f"rewards of {self.owner} are paid to {self.owner if now == ZERO_ADDRESS else now} already")
        return [Call(self.staking, "set_recipient", (recipient,), f"have rewards of {self.owner} paid to {recipient}")]

    # --- what the contract would refuse ---

    def _held(self, validator_id: int, slot: int) -> Any:
        if not 0 <= slot < SLOTS:
            raise StakingError(f"slot {slot}: there are 0 to {OWN_SLOT - 1} for delegations and {OWN_SLOT} to {SLOTS - 1} for a validator's own stake")
        if slot >= OWN_SLOT and self.suite["Validators"].call("owner_of", validator_id) != self.owner:
            raise StakingError(f"slot {slot} of validator {validator_id} belongs to its owner, which {self.owner} is not: use a slot below {OWN_SLOT}")
        return self.reader.position(validator_id, self.owner, slot)

    def _staked(self, validator_id: int, slot: int) -> Any:
        position = self._held(validator_id, slot)
        if position.shares == 0:
            raise StakingError(f"{self.owner} has no stake with validator {validator_id}, slot {slot}: `mdt stake positions` shows where it has")
        return position

    def _free(self, validator_id: int, slot: int, amount: int) -> Any:
        position = self._staked(validator_id, slot)
        if amount != EVERYTHING and amount > position.tokens:
            raise StakingError(f"validator {validator_id}, slot {slot} is worth {self.suite.show(position.tokens)}, not {self.suite.show(amount)}: write `all`")
        self._check_debt(validator_id, slot)
        return position

    def _check_debt(self, validator_id: int, slot: int) -> None:
        debt = self.staking.call("debt", validator_id, kept_under(self.owner, slot), slot)
        if debt.source_id == 0:
            return
        free_at = debt.left_at + self.staking.call("terms").unbonding_blocks
        if debt.until >= self.reader.now() or free_at > self.suite.chain.head():
            raise StakingError(
                f"validator {validator_id}, slot {slot} came from validator {debt.source_id} and answers for it until {when(debt.until)} and block {free_at:,}:"
                " until then it cannot be added to, unstaked or moved"
            )
        unanswered = self.staking.call("validator", debt.source_id).slash_count - debt.next_slash
        if unanswered:
            raise StakingError(
                f"validator {validator_id}, slot {slot} has {unanswered} slashes of validator {debt.source_id} to answer for first:"
                f" `mdt slash answer {validator_id} --slot {slot}`"
            )

    def _open_for(self, validator_id: int, slot: int, amount: int, *, is_part: bool = False) -> Any:
        detail = self.reader.detail(validator_id)
        if slot < OWN_SLOT and not detail.pool.status & 1:
            raise StakingError(f"validator {validator_id} is {status_words(detail.pool.status)}, not active: `mdt validator list` shows others")
        if detail.pending_slashes:
            ends = max(one.ends_at for one in detail.pending_slashes)
            raise StakingError(f"validator {validator_id} has a slash in escrow, until {when(ends)} at the earliest: nobody can add stake before it has ended")
        fits = detail.headroom > 0 if is_part and amount else amount <= detail.headroom
        if slot < OWN_SLOT and detail.headroom != UNCAPPED and not fits:
            bound = "(the cap, its operator's limit, or what its own stake carries)"
            way = "stake with another one" if is_part else "stake less, --at-most, or with another one"
            room = self.suite.show(detail.headroom)
            raise StakingError(f"validator {validator_id} has room for {room}, {self.suite.show(amount)} do not fit {bound}: {way}")
        return detail

    def _check_lock(self, position: Any, months: int) -> None:
        if months > MAX_LOCK_MONTHS:
            raise StakingError(f"{months} months: a lock is at most {MAX_LOCK_MONTHS}")
        if months and self.reader.now() + months * MONTH < position.unlocks_at:
            raise StakingError(f"it is locked until {when(position.unlocks_at)}, longer than {months} months from now: a lock can only get longer")

    def _is_released(self, validator_id: int, slot: int, position: Any) -> bool:
        """Whether a lock does not hold: the validator takes more than was accepted."""
        taken: int = self.staking.call("validator", validator_id).commission_bps
        return slot < OWN_SLOT and taken > position.accepted_commission_bps

    def _locked_with(self, validator_id: int, slot: int, position: Any) -> str:
        """What comes to a position with a running lock is locked with it: in words. What is accepted now is for all of it."""
        if position.unlocks_at <= self.reader.now():
            return ""
        again = ", which holds again from then on" if self._is_released(validator_id, slot, position) else ""
        return f", locked with what is there until {when(position.unlocks_at)}{again}"

    def _check_minimum(self, validator_id: int, position: Any, amount: int) -> None:
        pool, minimum = self.staking.call("validator", validator_id), self.staking.call("terms").min_validator_stake
        taken = position.tokens if amount == EVERYTHING else amount
        part = -(-(pool.tokens - pool.own_staked) * self.staking.call("terms").own_part_bps // BPS)
        least = max(minimum, part)
        if pool.status & 1 and pool.own_staked - taken < least:
            raise StakingError(
                f"an active validator keeps {self.suite.show(least)} of its own (at least {self.suite.show(minimum)}, and a part of what is delegated),"
                f" it has {self.suite.show(pool.own_staked)}: unstake less, or `mdt validator exit` first"
            )

    def _unbonding(self, validator_id: int | None, slot: int | None) -> list[tuple[Any, Any]]:
        """Every open request, with its position: of all, or of those that are named."""
        if validator_id is not None:
            self.reader.require(validator_id)
        rows = [row for row in self.reader.positions(self.owner) if row.request_count and validator_id in (None, row.validator_id) and slot in (None, row.slot)]
        return [(row, request) for row in rows for request in self.reader.requests(row.validator_id, self.owner, row.slot)]

    def _require_one(self, found: list[tuple[Any, Any]], validator_id: int | None, slot: int | None, request_id: int) -> None:
        if not found:
            raise StakingError(f"{self._place(validator_id, slot)} has no open request {request_id}: `mdt stake positions` lists what is unbonding")
        if len(found) > 1:
            slots = ", ".join(f"validator {row.validator_id} slot {row.slot}" for row, _ in found)
            raise StakingError(f"{len(found)} positions have a request {request_id} ({slots}): say which one with --slot")

    def _place(self, validator_id: int | None, slot: int | None) -> str:
        where = f"validator {validator_id}" if validator_id is not None else "any validator"
        return f"{where}{'' if slot is None else f', slot {slot}'} of {self.owner}"

    def _request(self, validator_id: int, slot: int, request_id: int) -> Any:
        for one in self.reader.requests(validator_id, self.owner, slot):
            if one.request_id == request_id:
                return one
        others = [str(row.slot) for row, one in self._unbonding(validator_id, None) if one.request_id == request_id]
        hint = f"it is in slot {' and '.join(others)}: name it with --slot" if others else "`mdt stake positions` lists what is unbonding"
        raise StakingError(f"validator {validator_id}, slot {slot} has no open request {request_id}; {hint}")

    def _empty_slot(self, validator_id: int) -> int:
        for slot in range(OWN_SLOT):
            if self.reader.position(validator_id, self.owner, slot).shares == 0 and self._debt_source(validator_id, slot) == 0:
                return slot
        raise StakingError(f"all {OWN_SLOT} slots with validator {validator_id} are in use: unstake one, or move to another validator")

    def _debt_source(self, validator_id: int, slot: int) -> int:
        return int(self.staking.call("debt", validator_id, self.owner, slot).source_id)

    def _amount(self, amount: int, position: Any) -> str:
        return f"all {self.suite.show(position.tokens)}" if amount == EVERYTHING else self.suite.show(amount)


def _name(detail: Any) -> str:
    return quoted(detail.profile.metadata) if detail.profile.metadata else str(detail.profile.operator)
