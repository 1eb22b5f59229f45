"""Who is counted in a mapping: those of the plan, and those whom operations named, as far as the mapping still says so.

A count alone does not tell one account from another. Somebody whom a vote named may have been replaced by somebody whom nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from mdt.deploy.findings import Area, Finding, same
from mdt.deploy.votes import Vote
from mdt.suite.opened import Suite

LIMITS = ("bucket", "reasons", "lifetime_cap", "window_cap", "window_seconds")
_NAMES = {"MDT": "minter", "MDT.set_burner": "burner", "Slasher": "account", "Vesting": "creator"}
"""The argument that names the account, by call or by contract."""


@dataclass(frozen=True)
class Members:
    """The accounts that a count is to be made of.

    Attributes:
        name: The count, `Contract.getter`.
        what: What is counted, in words.
        planned: The accounts of the plan.
        answer: What the chain says of an account; nothing where it is no member.
        fits: Whether such an answer is what a vote set.
        raised_by: The calls that make a member, all of which it takes.
        lowered_by: Those that end one.
    """

    name: str
    what: str
    planned: tuple[str, ...]
    answer: Callable[[str], Any]
    fits: Callable[[Any, Vote], bool]
    raised_by: tuple[str, ...]
    lowered_by: tuple[str, ...]

    @cached_property
    def inside(self) -> list[str]:
        """Those of the plan that are members."""
        return [account for account in self.planned if self.answer(account)]

    def compare(self, there: int) -> Finding:
        """What is to be said of the count on the chain."""
        count = len(self.planned)
        if there == count == len(self.inside):
            return same(Area.COUNTS, [f"{self.name} = {there}"])[0]
        apart = abs(there - count)
        said = f"{apart} {'more' if there > count else 'fewer'} {self.what}"
        if not apart:
            said = f"{count - len(self.inside)} of these {self.what} are not those of the plan"
        text = f"{self.name} is {there}, the plan makes {count}: {said}"
        return Finding(Area.COUNTS, text, is_as_deployed=False, judge=partial(self.explained, there=there))

    def explained(self, finding: Finding, votes: Sequence[Vote], *, there: int) -> Finding:
        """With the votes that made the members what they are, if they account for every one; else with whom they named in vain."""
        by_account: dict[str, list[Vote]] = {}
        for vote in (one for one in votes if not one.is_earlier):
            if account := _account(vote):
                by_account.setdefault(account, []).append(vote)
        plan = {account.lower() for account in self.planned}
        used, members, idle = list[Vote](), len(self.inside), list[str]()
        for account, named in by_account.items():
            if account in plan or not any(_call(vote) in self.raised_by for vote in named):
                continue
            if why := self._why(named, self.raised_by, self.answer(account)):
                members, used = members + 1, [*used, *why]
            else:
                idle += [f"{account}, whom {vote} names, is not as it says" for vote in named if _call(vote) in self.raised_by][-1:]
        gone = [self._why(by_account.get(account.lower(), []), self.lowered_by, self.answer(account)) for account in self.planned if account not in self.inside]
        if members == there and all(gone):
            return replace(finding, votes=(*used, *(vote for why in gone for vote in why)))
        return replace(finding, text="; ".join([finding.text, *idle]))

    def _why(self, named: Sequence[Vote], calls: Sequence[str], answer: Any) -> list[Vote]:
        """The votes that made an account what the chain says of it, one for each call; none where one is missing."""
        found = [next((vote for vote in reversed(named) if _call(vote) == call and self.fits(answer, vote)), None) for call in calls]
        return [vote for vote in found if vote is not None] if all(found) else []


def members(suite: Suite, minters: Sequence[str], burners: Sequence[str], creators: Sequence[str]) -> dict[str, Members]:
    """Every mapping that is counted, by the name of its count; the plan has these accounts, and no slashers and proposals."""
    token, slasher, vesting = suite["MDT"], suite["Slasher"], suite["Vesting"]
    grants, revokes = ("MDT.propose_minter", "MDT.grant_minter"), ("MDT.revoke_minter",)
    withdrawals = (*revokes, "MDT.withdraw_proposal")

    def minter(account: str) -> Any:
        return found if (found := token.call("minter", account)).is_active else None

    def proposal(account: str) -> Any:
        return found if (found := token.call("proposal", account)).effective_at else None

    def burner(account: str) -> Any:
        return token.call("burner_reasons", account)

    def is_slasher(account: str) -> Any:
        return slasher.call("is_slasher", account)

    def is_creator(account: str) -> Any:
        return vesting.call("is_creator", account)

    found = [
        Members("MDT.minter_count", "accounts that may mint", tuple(minters), minter, _has_limits, grants, revokes),
        Members("MDT.proposal_count", "proposed minters", (), proposal, _has_limits, grants[:1], withdrawals),
        Members("MDT.burner_count", "accounts that may burn for a reason", tuple(burners), burner, _is_set("reasons"), *_both_ways("MDT.set_burner")),
        Members(
            "Slasher.slasher_count",
            "accounts that slash by their own word",
            (),
            is_slasher,
            _is_set("is_slasher"),
            *_both_ways("Slasher.set_slasher_role"),
        ),
        Members(
            "Vesting.creator_count",
            "accounts that create vesting schedules",
            tuple(creators),
            is_creator,
            _is_set("is_creator"),
            *_both_ways("Vesting.set_creator"),
        ),
    ]
    return {one.name: one for one in found}


def _is_set(argument: str) -> Callable[[Any, Vote], bool]:
    """Whether the chain has the very value that a vote set."""
    return lambda answer, vote: bool(answer == vote.arguments[argument])


def _both_ways(call: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (call,), (call,)


def _has_limits(answer: Any, vote: Vote) -> bool:
    """A minter, or a proposal, has the limits that were proposed; granting and revoking name none."""
    return vote.function != "propose_minter" or (answer is not None and all(getattr(answer, name) == vote.arguments[name] for name in LIMITS))


def _call(vote: Vote) -> str:
    return f"{vote.contract}.{vote.function}"


def _account(vote: Vote) -> str:
    """Whom a vote names as a member, in small letters; empty where it is about something else."""
    return str(vote.arguments.get(_NAMES.get(_call(vote)) or _NAMES.get(vote.contract, ""), "")).lower()
