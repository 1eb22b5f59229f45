"""Vesting as a state machine: schedules of all kinds, claims by anyone, early ends, moves, gifts and time, in any order.

VES1 the tokens held are what all schedules have not paid out yet + donations, to the wei; VES2 locked + vested = amount, and claimed <= vested;
VES3 nobody is paid more than the exact curve allows, and what a schedule paid and returned is what it was funded with once it is over; VES4 what is
vested is never lost: it never falls and is either paid or claimable at once; VES5 every wei went to a beneficiary or to the treasury; VES6 a place
that was used once never holds another schedule. The model is compared after each step (VES7).

Every schedule is followed from its creation under a name of its own, by what the token says moved, not by the contract's words.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mdt.errors import Refusal
from mdt.model.ownable import ZERO_ADDRESS
from mdt.model.vesting import DAY, HOUR, Terms
from tests.differential.test_vesting import exact_curve
from tests.support.profiles import examples
from tests.support.vesting import VestingPair

MEMBERS = 4
INDICES = 5

members = st.integers(0, MEMBERS - 1)
indices = st.integers(0, INDICES - 1)
amounts = st.one_of(st.integers(0, 20), st.integers(1, 10**22))
parts = st.one_of(st.just(2**256 - 1), st.integers(0, 10), st.integers(1, 10**22))
plans = st.tuples(amounts, st.integers(-1, 20 * DAY), st.integers(0, 60), st.integers(1, 90), st.integers(0, 10_000), st.booleans(), st.booleans())


@dataclass
class Followed:
    """One schedule, wherever it is."""

    terms: Terms
    place: tuple[str, int]
    paid: int = 0
    returned: int = 0
    vested: int = 0
    is_ended: bool = False


class VestingActions(RuleBasedStateMachine):
    """What can be done, on contract and model at once; both do it or refuse for the same reason."""

    def __init__(self) -> None:
        super().__init__()
        self.owner, self.creator, self.treasury, self.keeper = (str(boa.env.generate_address(name)) for name in ("owner", "creator", "treasury", "keeper"))
        self.pair = VestingPair(self.owner, self.creator, self.treasury)
        self.members = [str(boa.env.generate_address(f"member_{number}")) for number in range(MEMBERS)]
        self.followed: list[Followed] = []
        self.left: set[tuple[str, int]] = set()
        self.received: defaultdict[str, int] = defaultdict(int)
        self.donated = 0

    def attempt(self, sender: str, name: str, *arguments: Any) -> tuple[bool, Any]:
        """Whether both did it, and the answer."""
        try:
            return True, self.pair.call(sender, name, *arguments)
        except Refusal:
            return False, None

    def at(self, place: tuple[str, int]) -> Followed:
        (found,) = [one for one in self.followed if one.place == place]
        return found

    def do_create(self, sender: str, batch: list[Terms], is_batch: bool) -> None:
        before = set(self.pair.model.records)
        is_done, _ = self.attempt(sender, "create_batch", batch) if is_batch else self.attempt(sender, "create", batch[0])
        made = [place for place in self.pair.model.records if place not in before]
        assert len(made) == (len(batch) if is_done else 0)
        self.followed += [Followed(terms, place) for terms, place in zip(batch, made, strict=False)]

    def do_claim(self, sender: str, place: tuple[str, int], part: int) -> None:
        before = self.pair.token.balanceOf(place[0])
        is_done, _ = self.attempt(sender, "claim", *place, part)
        paid = self.pair.token.balanceOf(place[0]) - before
        assert is_done == (paid > 0)
        if paid:
            self.at(place).paid += paid
            self.received[place[0]] += paid

    def do_end(self, sender: str, name: str, place: tuple[str, int], *arguments: Any) -> None:
        token = self.pair.token
        before = token.balanceOf(place[0]), token.balanceOf(self.treasury)
        is_done, _ = self.attempt(sender, name, *arguments)
        paid, returned = token.balanceOf(place[0]) - before[0], token.balanceOf(self.treasury) - before[1]
        assert is_done == (returned > 0)
        if is_done:
            schedule = self.at(place)
            schedule.paid, schedule.returned, schedule.is_ended = schedule.paid + paid, returned, True
            self.received[place[0]] += paid
            self.received[self.treasury] += returned

    def do_accept(self, sender: str, place: tuple[str, int]) -> None:
        is_done, index = self.attempt(sender, "accept_beneficiary", *place)
        if is_done:
            self.at(place).place = (sender, index)
            self.left.add(place)


class VestingMachine(VestingActions):
    """Rules and invariants."""

    def terms(self, member: int, plan: tuple[int, int, int, int, int, bool, bool]) -> Terms:
        amount, start, cliff, duration, *rest = plan
        return Terms(self.members[member], amount, self.pair.now() + start, cliff * 24 * HOUR, duration * 24 * HOUR, *rest)

    @rule(member=members, plan=plans)
    def create(self, member: int, plan: Any) -> None:
        self.do_create(self.creator, [self.terms(member, plan)], is_batch=False)

    @rule(entries=st.lists(st.tuples(members, plans), max_size=3), is_creator=st.booleans())
    def create_batch(self, entries: Any, is_creator: bool) -> None:
        self.do_create(self.creator if is_creator else self.keeper, [self.terms(*entry) for entry in entries], is_batch=True)

    @rule(member=members, index=indices, part=parts, is_self=st.booleans())
    def claim(self, member: int, index: int, part: int, is_self: bool) -> None:
        place = (self.members[member], index)
        self.do_claim(place[0] if is_self else self.keeper, place, part)

    @rule(member=members, index=indices)
    def revoke(self, member: int, index: int) -> None:
        place = (self.members[member], index)
        self.do_end(self.owner, "revoke", place, *place)

    @rule(member=members, index=indices)
    def renounce(self, member: int, index: int) -> None:
        place = (self.members[member], index)
        self.do_end(place[0], "renounce", place, index)

    @rule(member=members, index=indices, is_owner=st.booleans())
    def renounce_revocation(self, member: int, index: int, is_owner: bool) -> None:
        self.attempt(self.owner if is_owner else self.keeper, "renounce_revocation", self.members[member], index)

    @rule(member=members, index=indices, to=st.one_of(members, st.sampled_from(["zero", "token", "vesting"])))
    def propose(self, member: int, index: int, to: Any) -> None:
        special = {"zero": ZERO_ADDRESS, "token": str(self.pair.token.address), "vesting": str(self.pair.contract.address)}
        self.attempt(self.members[member], "propose_beneficiary", index, special[to] if to in special else self.members[to])

    @rule(member=members, old=members, index=indices)
    def accept(self, member: int, old: int, index: int) -> None:
        self.do_accept(self.members[member], (self.members[old], index))

    @rule(which=st.integers(0, 20))
    def accept_an_offer(self, which: int) -> None:
        """One that was made: random accounts rarely meet it."""
        offers = [(place, record.proposed) for place, record in self.pair.model.records.items() if record is not None and record.proposed != ZERO_ADDRESS]
        if offers:
            place, proposed = offers[which % len(offers)]
            self.do_accept(proposed, place)

    @rule(is_creator=st.booleans())
    def set_creator(self, is_creator: bool) -> None:
        self.attempt(self.owner, "set_creator", self.creator, is_creator)

    @rule(amount=st.integers(1, 10**20))
    def donate(self, amount: int) -> None:
        self.pair.token.transfer(self.pair.contract, amount, sender=self.creator)
        self.pair.model.receive(amount)
        self.donated += amount

    @rule(seconds=st.one_of(st.integers(1, 3 * DAY), st.integers(1, 45 * DAY)))
    def wait(self, seconds: int) -> None:
        self.pair.travel(seconds)

    @invariant()
    def invariant_VES1_held_is_unclaimed_plus_donated(self) -> None:
        assert self.pair.token.balanceOf(self.pair.contract) == self.pair.unclaimed() + self.donated

    @invariant()
    def invariant_VES2_locked_and_vested_are_the_amount(self) -> None:
        contract = self.pair.contract
        for schedule in self.followed:
            found = contract.schedule(*schedule.place)
            assert contract.locked(*schedule.place) + found.vested == found.amount
            assert found.claimed <= found.vested
            assert contract.claimable(*schedule.place) == found.vested - found.claimed
            assert found.amount == (schedule.paid if schedule.is_ended else schedule.terms.amount)

    @invariant()
    def invariant_VES3_nobody_is_paid_more_than_the_curve_allows(self) -> None:
        for schedule in self.followed:
            allowed = exact_curve(schedule.terms, schedule.terms.amount, self.pair.now() - schedule.terms.start)
            assert Fraction(schedule.paid) <= allowed
            if schedule.is_ended:
                assert schedule.paid + schedule.returned == schedule.terms.amount

    @invariant()
    def invariant_VES4_what_is_vested_is_never_lost(self) -> None:
        for schedule in self.followed:
            found = self.pair.contract.schedule(*schedule.place)
            assert found.vested >= schedule.vested
            assert schedule.paid + self.pair.contract.claimable(*schedule.place) == found.vested
            schedule.vested = found.vested

    @invariant()
    def invariant_VES5_every_wei_went_to_a_beneficiary_or_the_treasury(self) -> None:
        for account in [*self.members, self.treasury, self.keeper, self.owner]:
            assert self.pair.token.balanceOf(account) == self.received[account]
        assert sum(self.received.values()) == sum(schedule.paid + schedule.returned for schedule in self.followed)

    @invariant()
    def invariant_VES6_a_place_is_used_once(self) -> None:
        places = [schedule.place for schedule in self.followed]
        assert len(set(places)) == len(places)
        assert not self.left & set(places)
        for place in self.left:
            assert self.pair.contract.schedule(*place).ends_at == 0

    @invariant()
    def invariant_VES7_model_agrees(self) -> None:
        self.pair.agree(*self.members, self.creator, self.keeper, self.owner)

    def teardown(self) -> None:
        """Everybody is paid in the end, whatever happened: all that is left is what was given away."""
        self.pair.travel(200 * DAY)
        for schedule in self.followed:
            self.do_claim(self.keeper, schedule.place, 2**256 - 1)
            assert schedule.paid + schedule.returned == schedule.terms.amount
        assert self.pair.token.balanceOf(self.pair.contract) == self.donated


TestVesting = VestingMachine.TestCase
TestVesting.settings = settings(max_examples=examples(quick=5, ci=20, deep=400), stateful_step_count=examples(quick=25, ci=40, deep=80), deadline=None)
