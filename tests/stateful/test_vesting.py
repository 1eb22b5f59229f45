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
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.vesting import Record, VestingTerms
from mdt.units import DAY, HOUR
from tests.differential.test_vesting import exact_curve
from tests.support.boa_clock import now
from tests.support.profiles import examples
from tests.support.vesting import VestingTwin

MEMBERS = 4
INDICES = 5

members = st.integers(0, MEMBERS - 1)
indices = st.integers(0, INDICES - 1)
amounts = st.one_of(st.integers(0, 20), st.integers(1, 10**22), st.integers(1, 10**22))
parts = st.one_of(st.just(2**256 - 1), st.integers(0, 10), st.integers(1, 10**22))
# (which one of those that exist, or None; a member, an index): mostly schedules that exist, sometimes any place
places = st.tuples(st.one_of(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.none()), members, indices)
# amount, start from now, cliff in thirtieths of the duration, days, share at the start, from the cliff, revocable
starts = st.one_of(st.just(0), st.integers(-1, 20 * DAY))
plans = st.tuples(amounts, starts, st.integers(0, 31), st.integers(1, 200), st.integers(0, 10_000), st.booleans(), st.booleans())


@dataclass
class Followed:
    """One schedule, wherever it is."""

    terms: VestingTerms
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
        self.pair = VestingTwin(self.owner, self.creator, self.treasury)
        self.members = [str(boa.env.generate_address(f"member_{number}")) for number in range(MEMBERS)]
        self.followed: list[Followed] = []
        self.left: set[tuple[str, int]] = set()
        self.moves: dict[tuple[str, int], tuple[str, int]] = {}
        self.received: defaultdict[str, int] = defaultdict(int)
        self.donated = 0
        self.seen: dict[tuple[str, int], Any] = {}

    def look(self, schedule: Followed) -> Any:
        """What the contract shows of a schedule, asked once after each step."""
        if schedule.place not in self.seen:
            contract = self.pair.contract
            self.seen[schedule.place] = contract.schedule(*schedule.place), contract.claimable(*schedule.place), contract.locked(*schedule.place)
        return self.seen[schedule.place]

    def pass_time(self, seconds: int) -> None:
        self.seen = {}
        self.pair.travel(seconds)

    def attempt(self, sender: str, name: str, *arguments: Any) -> tuple[bool, Any]:
        """Whether both did it, and the answer."""
        self.seen = {}
        return self.pair.attempt(name, sender, *arguments)

    def pick(self, place: tuple[int | None, int, int]) -> tuple[str, int]:
        """Where a schedule is, or any place."""
        which, member, index = place
        return (self.members[member], index) if which is None or not self.followed else self.followed[which % len(self.followed)].place

    def now_at(self, place: tuple[str, int]) -> tuple[str, int]:
        """Where a schedule is that was at a place, by the machine's own book of moves."""
        while place in self.moves:
            place = self.moves[place]
        return place

    def at(self, place: tuple[str, int]) -> Followed:
        (found,) = [one for one in self.followed if one.place == place]
        return found

    def do_create(self, sender: str, batch: list[VestingTerms], is_batch: bool) -> None:
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
            self.moves[place] = (sender, index)
            assert self.pair.contract.moved_to(*place) == (sender, index)


class VestingMachine(VestingActions):
    """Rules and invariants."""

    def terms(self, member: int, plan: tuple[int, int, int, int, int, bool, bool]) -> VestingTerms:
        amount, start, cliff, days, *rest = plan
        # a cliff after the end once in a while: 31 parts of 30
        return VestingTerms(self.members[member], amount, now() + start, days * DAY * cliff // 30 // HOUR * HOUR, days * DAY, *rest)

    @initialize(entries=st.lists(st.tuples(members, plans), min_size=2, max_size=5))
    def found(self, entries: Any) -> None:
        for entry in entries:
            self.do_create(self.creator, [self.terms(*entry)], is_batch=False)

    @rule(member=members, plan=plans, sender=st.sampled_from(["creator", "creator", "creator", "keeper"]))
    def create(self, member: int, plan: Any, sender: str) -> None:
        self.do_create(getattr(self, sender), [self.terms(member, plan)], is_batch=False)

    @rule(entries=st.lists(st.tuples(members, plans), max_size=3))
    def create_batch(self, entries: Any) -> None:
        self.do_create(self.creator, [self.terms(*entry) for entry in entries], is_batch=True)

    @rule(place=places, part=parts, is_self=st.booleans())
    def claim(self, place: Any, part: int, is_self: bool) -> None:
        beneficiary, index = self.pick(place)
        self.do_claim(beneficiary if is_self else self.keeper, (beneficiary, index), part)

    @rule(place=places)
    def revoke(self, place: Any) -> None:
        self.do_end(self.owner, "revoke", self.now_at(self.pick(place)), *self.pick(place))

    @precondition(lambda self: self.left)
    @rule(which=st.integers(0, 20))
    def revoke_where_it_was(self, which: int) -> None:
        """By a place it has left; the owner's call was announced before."""
        place = sorted(self.left)[which % len(self.left)]
        self.do_end(self.owner, "revoke", self.now_at(place), *place)

    @rule(place=places)
    def renounce(self, place: Any) -> None:
        beneficiary, index = self.pick(place)
        self.do_end(beneficiary, "renounce", (beneficiary, index), index)

    @rule(place=places, sender=st.sampled_from(["owner", "owner", "keeper"]))
    def renounce_revocation(self, place: Any, sender: str) -> None:
        self.attempt(getattr(self, sender), "renounce_revocation", *self.pick(place))

    @rule(place=places, to=st.one_of(members, st.sampled_from(["zero", "token", "vesting"])))
    def propose(self, place: Any, to: Any) -> None:
        beneficiary, index = self.pick(place)
        special = {"zero": ZERO_ADDRESS, "token": str(self.pair.token.address), "vesting": str(self.pair.contract.address)}
        self.attempt(beneficiary, "propose_beneficiary", index, special[to] if to in special else self.members[to])

    @rule(which=st.integers(0, 20), to=members, days=st.sampled_from([0, 0, 30, 40]))
    def move(self, which: int, to: int, days: int) -> None:
        """An offer, some time, an acceptance; random calls rarely meet so."""
        if self.followed:
            place = self.followed[which % len(self.followed)].place
            self.attempt(place[0], "propose_beneficiary", place[1], self.members[to])
            self.pass_time(days * DAY)
            self.do_accept(self.members[to], place)

    @rule(place=places, member=members)
    def accept(self, place: Any, member: int) -> None:
        self.do_accept(self.members[member], self.pick(place))

    @rule(which=st.integers(0, 20))
    def accept_an_offer(self, which: int) -> None:
        offers = [
            (place, record.proposed) for place, record in self.pair.model.records.items() if isinstance(record, Record) and record.proposed != ZERO_ADDRESS
        ]
        if offers:
            place, proposed = offers[which % len(offers)]
            self.do_accept(proposed, place)

    @rule()
    def change_creators(self) -> None:
        """Dismissed, a creator is refused; named again, it is not."""
        self.attempt(self.owner, "set_creator", self.creator, False)
        self.attempt(self.creator, "create", self.pair.terms(self.members[0]))
        self.attempt(self.owner, "set_creator", self.creator, True)

    @rule(amount=st.integers(1, 10**20))
    def donate(self, amount: int) -> None:
        self.pair.token.transfer(self.pair.contract, amount, sender=self.creator)
        self.pair.model.receive(amount)
        self.donated += amount

    @rule(seconds=st.one_of(st.integers(1, 3 * DAY), st.integers(1, 45 * DAY)))
    def wait(self, seconds: int) -> None:
        self.pass_time(seconds)

    @invariant()
    def invariant_VES1_held_is_unclaimed_plus_donated(self) -> None:
        shown = [self.look(schedule)[0] for schedule in self.followed]
        assert self.pair.token.balanceOf(self.pair.contract) == sum(found.amount - found.claimed for found in shown) + self.donated

    @invariant()
    def invariant_VES2_locked_and_vested_are_the_amount(self) -> None:
        for schedule in self.followed:
            found, claimable, locked = self.look(schedule)
            assert locked + found.vested == found.amount
            assert found.claimed <= found.vested
            assert claimable == found.vested - found.claimed
            assert found.amount == (schedule.paid if schedule.is_ended else schedule.terms.amount)

    @invariant()
    def invariant_VES3_nobody_is_paid_more_than_the_curve_allows(self) -> None:
        for schedule in self.followed:
            allowed = exact_curve(schedule.terms, schedule.terms.amount, now() - schedule.terms.start)
            assert Fraction(schedule.paid) <= allowed
            if schedule.is_ended:
                assert schedule.paid + schedule.returned == schedule.terms.amount

    @invariant()
    def invariant_VES4_what_is_vested_is_never_lost(self) -> None:
        for schedule in self.followed:
            found, claimable, _ = self.look(schedule)
            assert found.vested >= schedule.vested
            assert schedule.paid + claimable == found.vested
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
        self.pair.agree(*self.members, self.creator, self.keeper, self.owner, is_brief=True)

    def teardown(self) -> None:
        """Everybody is paid in the end, whatever happened: all that is left is what was given away."""
        self.pass_time(221 * DAY)  # the furthest start and the longest duration
        for schedule in self.followed:
            self.do_claim(self.keeper, schedule.place, 2**256 - 1)
            assert schedule.paid + schedule.returned == schedule.terms.amount
        assert self.pair.token.balanceOf(self.pair.contract) == self.donated


TestVesting = VestingMachine.TestCase
TestVesting.settings = settings(max_examples=examples(quick=5, ci=10, deep=250), stateful_step_count=examples(quick=25, ci=40, deep=80), deadline=None)
