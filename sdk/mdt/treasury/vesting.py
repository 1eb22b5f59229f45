"""Schedules of vesting: reading them, and the transactions of beneficiaries, creators and the owner, refused here first in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import GovernanceError, Refusal
from mdt.model.clock import Clock
from mdt.model.vesting import MAX_MOVES, MAX_SCHEDULES, Vesting, VestingTerms
from mdt.suite.calls import Call, approvals
from mdt.suite.opened import Suite
from mdt.units import Denomination, format_seconds, when

PAGE = 16
EVERYTHING = 2**256 - 1


@dataclass(frozen=True)
class VestingRow:
    """A schedule and its index among its beneficiary's."""

    index: int
    schedule: Any

    @property
    def claimable(self) -> int:
        """Wei vested and not claimed."""
        return int(self.schedule.vested - self.schedule.claimed)


@dataclass(frozen=True)
class Schedules:
    """The vesting contract of a deployment."""

    suite: Suite

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.suite["Vesting"]

    def now(self) -> int:
        """The time as a contract that is called now sees it."""
        return int(self.suite["EmissionController"].call("status").timestamp)

    def of(self, beneficiary: str) -> list[VestingRow]:
        """All schedules of a beneficiary, by index."""
        found = []
        for first in range(0, MAX_SCHEDULES, PAGE):
            page = self.contract.call("schedules", beneficiary, first, PAGE)
            found += [VestingRow(first + number, one) for number, one in enumerate(page) if one.amount or one.ends_at]
        return found

    def get(self, beneficiary: str, index: int) -> VestingRow:
        """One schedule.

        Raises:
            GovernanceError: there is none.
        """
        one = self.contract.call("schedule", beneficiary, index)
        if not (one.amount or one.ends_at):
            to, place = self.contract.call("moved_to", beneficiary, index)
            where = f"it has moved to {to}, as its schedule {place}" if to != ZERO_ADDRESS else f"`mdt vesting show {beneficiary}` lists what there is"
            raise GovernanceError(f"{beneficiary} has no schedule {index} ({where})")
        return VestingRow(index, one)

    def followed(self, beneficiary: str, index: int) -> tuple[str, int]:
        """Where the schedule is that was at a place: the owner's calls follow it there.

        Raises:
            GovernanceError: it has moved more often than the contract follows.
        """
        place = beneficiary, index
        for _ in range(MAX_MOVES + 1):
            to, new_index = self.contract.call("moved_to", *place)
            if to == ZERO_ADDRESS:
                return place
            place = str(to), int(new_index)
        raise GovernanceError(f"schedule {index} of {beneficiary} has moved more than {MAX_MOVES} times, on to {place[0]}: name that account instead")

    # --- anyone ---

    def claim(self, beneficiary: str, index: int | None, amount: int = EVERYTHING) -> list[Call]:
        """Have what is vested paid: of one schedule, or of all that have something.

        Raises:
            GovernanceError: nothing to claim.
        """
        rows = [row for row in (self.of(beneficiary) if index is None else [self.get(beneficiary, index)]) if row.claimable]
        if not rows:
            raise GovernanceError(f"{beneficiary} has nothing to claim now")
        return [self._claim(beneficiary, row, amount) for row in rows]

    def _claim(self, beneficiary: str, row: VestingRow, amount: int) -> Call:
        paid = self.suite.show(min(row.claimable, amount))
        words = f"pay {paid} of schedule {row.index} to {beneficiary}"
        return Call(self.contract, "claim", (beneficiary, row.index, amount), words, is_bounded=amount == EVERYTHING)

    # --- beneficiaries ---

    def renounce(self, beneficiary: str, index: int) -> list[Call]:
        """Give up what is not vested yet.

        Raises:
            GovernanceError: nothing to give up.
        """
        row = self._running(beneficiary, index)
        left = row.schedule.amount - row.schedule.vested
        words = f"give up {self.suite.show(left)} of schedule {index} for the treasury, and have {self.suite.show(row.claimable)} paid"
        return [Call(self.contract, "renounce", (index,), words)]

    def propose(self, beneficiary: str, index: int, new: str) -> list[Call]:
        """Offer a schedule to another account; the zero address takes the offer back.

        Raises:
            GovernanceError: no such schedule, or nothing would change.
        """
        row = self.get(beneficiary, index)
        if row.schedule.proposed_beneficiary == new:
            raise GovernanceError(f"schedule {index} is offered to {'nobody' if new == ZERO_ADDRESS else new} already")
        words = f"take the offer of schedule {index} back" if new == ZERO_ADDRESS else f"offer schedule {index} to {new}, who has to accept"
        return [Call(self.contract, "propose_beneficiary", (index, new), words)]

    def accept(self, new: str, old: str, index: int) -> list[Call]:
        """Take over a schedule that is offered.

        Raises:
            GovernanceError: it is not, or it is too early.
        """
        one = self.get(old, index).schedule
        if one.proposed_beneficiary != new:
            raise GovernanceError(f"schedule {index} of {old} is not offered to {new}")
        if self.now() < one.acceptable_at:
            raise GovernanceError(f"schedule {index} of {old} can be taken over from {when(one.acceptable_at)} on: the owner can still revoke it before")
        return [Call(self.contract, "accept_beneficiary", (old, index), f"take over schedule {index} of {old}: {self.suite.show(one.amount - one.claimed)}")]

    # --- the owner ---

    def create(self, payer: str, terms: VestingTerms) -> list[Call]:
        """Lock tokens of the payer for a beneficiary, approved exactly.

        Raises:
            GovernanceError: terms the contract would refuse.
            StakingError: the payer does not hold that much.
        """
        self.check(terms)
        return [
            *approvals(self.suite, payer, terms.amount, "Vesting"),
            Call(self.contract, "create", (asdict(terms),), f"create {words_of(terms, self.suite.unit)}"),
        ]

    def revoke(self, beneficiary: str, index: int) -> list[Call]:
        """End a schedule early: what is vested is paid, the rest goes to the treasury.

        Raises:
            GovernanceError: it cannot be ended.
        """
        holder, now_at = self.followed(beneficiary, index)
        self._require_revocable(holder, self._running(holder, now_at))
        return [Call(self.contract, "revoke", (holder, now_at), f"end schedule {now_at} of {holder}")]

    def renounce_revocation(self, beneficiary: str, index: int) -> list[Call]:
        """Give up the right to end a schedule early, for good.

        Raises:
            GovernanceError: there is no such right.
        """
        holder, now_at = self.followed(beneficiary, index)
        self._require_revocable(holder, self.get(holder, now_at))
        return [Call(self.contract, "renounce_revocation", (holder, now_at), f"make schedule {now_at} of {holder} irrevocable")]

    def set_creator(self, account: str, is_creator: bool) -> list[Call]:
        """Say who else may create schedules.

        Raises:
            GovernanceError: nothing would change.
        """
        if bool(self.contract.call("is_creator", account)) is is_creator:
            raise GovernanceError(f"{account} {'may create schedules already' if is_creator else 'may not create schedules anyway'}")
        return [Call(self.contract, "set_creator", (account, is_creator), f"{'let' if is_creator else 'no longer let'} {account} create schedules")]

    def check(self, terms: VestingTerms) -> None:
        """Refuse terms that the contract would refuse, by the model of it.

        Raises:
            GovernanceError: in the contract's words.
        """
        token, owner = self.suite["MDT"], self.contract.call("owner")
        model = Vesting(Clock(timestamp=self.now()), self.contract.address, token.address, int(token.call("cap")), self.suite["Treasury"].address, owner)
        try:
            model.create(owner, terms)
        except Refusal as error:
            raise GovernanceError(f"the terms would be refused: {error} ({words_of(terms, self.suite.unit)})") from error

    def _running(self, beneficiary: str, index: int) -> VestingRow:
        row = self.get(beneficiary, index)
        if row.schedule.is_ended:
            raise GovernanceError(f"schedule {index} of {beneficiary} has ended early already")
        if row.schedule.vested == row.schedule.amount:
            raise GovernanceError(f"schedule {index} of {beneficiary} is fully vested: there is nothing to end")
        return row

    @staticmethod
    def _require_revocable(beneficiary: str, row: VestingRow) -> None:
        if not row.schedule.is_revocable or row.schedule.is_ended:
            raise GovernanceError(f"schedule {row.index} of {beneficiary} cannot be revoked")


def words_of(terms: VestingTerms, unit: Denomination) -> str:
    """Terms in words."""
    parts = [f"a schedule of {unit.format(terms.amount)} for {terms.beneficiary} from {when(terms.start)} over {format_seconds(terms.duration_seconds)}"]
    if terms.cliff_seconds:
        parts.append(f"nothing before {format_seconds(terms.cliff_seconds)}{', then from zero' if terms.is_from_cliff else ''}")
    if terms.at_start_bps:
        parts.append(f"{terms.at_start_bps / 100:g}% at the start")
    return ", ".join([*parts, "revocable" if terms.is_revocable else "irrevocable"])
