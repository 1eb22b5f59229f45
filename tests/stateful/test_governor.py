"""A governor on real staking and a real timelock: stake moves in every way there is, everybody enrols, proposes and votes, and every coin is followed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.errors import Refusal
from mdt.model.governor import Place, ProposalState
from mdt.model.staking import OWN_SLOT
from mdt.units import DAY
from tests.support.boa_clock import mine, now
from tests.support.coins import COIN, Coins
from tests.support.governor import OTHER_TERMS, TERMS, WINDOW, GovernorScene, go_to
from tests.support.profiles import examples
from tests.support.staking import UNBONDING, UNBONDING_BLOCKS
from tests.support.timelock import DELAY
from tests.support.twins import outcome

people = st.integers(0, 6)
validators = st.integers(0, 2)
slots = st.sampled_from([0, 0, 0, 1, 2, OWN_SLOT])
counts = st.sampled_from([1, 5, 30, 1_000])
kinds = st.sampled_from([1, 1, 1, 0, 2])
ways = st.sampled_from(["start", "start", "vote", "end", "end", "delay", "hour", "day", "window", "unbonding", "grace"])

S = ProposalState
FINAL = {S.CANCELED, S.DEFEATED, S.EXPIRED, S.EXECUTED}
NEXT = {
    S.PENDING: {S.ACTIVE, S.CANCELED, S.DEFEATED},
    S.ACTIVE: {S.DEFEATED, S.SUCCEEDED, S.EXPIRED},
    S.SUCCEEDED: {S.QUEUED, S.EXPIRED},
    S.QUEUED: {S.EXECUTED, S.CANCELED, S.EXPIRED},
}


@dataclass
class Cast:
    """A vote as a naive observer sees it: which coins were the voter's when it enrolled, and when it voted."""

    weight: int
    enrolled: set[int]
    held: set[int]


class GovernorActions(RuleBasedStateMachine):
    """Calls on contract and model: both do the same, or both refuse for the same reason."""

    def setup(self) -> None:
        self.scene = GovernorScene()
        self.coins = Coins(self.scene)
        self.accounts = [*self.scene.owners, *self.scene.stakers]
        self.enrolled: defaultdict[str, list[tuple[int, set[int]]]] = defaultdict(list)
        self.casts: defaultdict[int, dict[str, Cast]] = defaultdict(dict)
        self.principals = [(now(), self.principal())]
        self.states: list[ProposalState] = []
        self.first: list[tuple[int, ...]] = []
        self.executed: list[int] = []
        self.calls = self.scene.target.calls()

    def principal(self) -> int:
        """All stake there is, unbonding included."""
        return int(self.scene.staking.network().principal)

    def note(self) -> None:
        """After stake has moved."""
        self.principals.append((now(), self.principal()))

    def attempt(self, call: Any) -> bool:
        return outcome(call).is_done

    # --- stake ---

    def enroll(self, account: str, places: list[tuple[int, int]]) -> None:
        held = self.coins.of(account, places)
        if self.attempt(lambda: self.scene.twin.call("enroll", account, [Place(*place) for place in places])):
            self.enrolled[account].append((now(), held))

    # --- votes ---

    def propose(self, account: str) -> bool:
        if self.attempt(lambda: self.scene.propose(account, text=f"by {account}")):
            found = self.scene.governor.proposal(len(self.scene.model.proposals))
            self.first.append((found.starts_at, found.ends_at, found.quorum))
            self.states.append(ProposalState.PENDING)
            return True
        return False

    def vote(self, account: str, proposal_id: int, kind: int) -> None:
        try:
            weight = self.scene.vote(account, proposal_id, kind)
        except Refusal:
            return
        starts_at = self.first[proposal_id - 1][0]
        before = [coins for at, coins in self.enrolled[account] if at < starts_at]
        self.casts[proposal_id][account] = Cast(weight, before[-1] if before else set(), self.coins.of(account))

    def step(self, function: str, proposal_id: int, account: str) -> None:
        text = f"by {self.scene.model.proposal(proposal_id).proposer}"
        done = self.attempt(lambda: getattr(self.scene, function)(proposal_id, text=text, caller=account))
        if done and function == "execute":
            self.executed.append(proposal_id)

    def latest(self, number: int) -> int:
        """One of the last three proposals; 0 where there is none."""
        count = len(self.scene.model.proposals)
        return max(count - number % 3, min(count, 1))


class GovernorMachine(GovernorActions):
    """Random lives, with the promises checked after each step."""

    @initialize()
    def begin(self):
        self.setup()
        for account in self.accounts:
            self.enroll(account, self.coins.places(account))
        mine(1)

    @rule(who=people, validator=validators, slot=slots, count=counts)
    def stake(self, who, validator, slot, count):
        if self.coins.stake(self.accounts[who], self.scene.ids[validator], slot, count):
            self.note()

    @rule(who=people, which=st.integers(0, 9), count=counts)
    def unstake(self, who, which, count):
        if places := self.coins.places(self.accounts[who]):
            self.coins.unstake(self.accounts[who], *places[which % len(places)], count)
            self.note()

    @rule(who=people, number=st.integers(0, 99), is_cancelled=st.booleans())
    def end_request(self, who, number, is_cancelled):
        if self.coins.end_request(self.accounts[who], number, is_cancelled):
            self.note()

    @rule(who=people, which=st.integers(0, 9), validator=validators, slot=slots, count=counts)
    def redelegate(self, who, which, validator, slot, count):
        if places := self.coins.places(self.accounts[who]):
            self.coins.redelegate(self.accounts[who], places[which % len(places)], (self.scene.ids[validator], slot), count)
            self.note()

    @rule(giver=people, taker=people, count=counts)
    def lend(self, giver, taker, count):
        self.coins.lend(self.accounts[giver], self.accounts[taker], count)

    @rule(validator=validators, heir=people)
    def hand_on(self, validator, heir):
        self.coins.hand_on(self.scene.ids[validator], self.accounts[heir])

    @rule(who=people, part=st.sampled_from([0, 0, 0, 1]))
    def enroll_one(self, who, part):
        account = self.accounts[who]
        self.enroll(account, self.coins.places(account)[part : part + 8])

    @rule()
    def enroll_everybody(self):
        for account in self.accounts:
            self.enroll(account, self.coins.places(account)[:8])
        mine(1)

    @rule(who=people)
    def propose_one(self, who):
        self.propose(self.accounts[who])

    @rule(number=st.integers(0, 2), who=people)
    def cancel(self, number, who):
        if proposal_id := self.latest(number):
            proposer = self.scene.model.proposal(proposal_id).proposer
            self.attempt(lambda: self.scene.cancel(proposal_id, proposer if who else self.accounts[who]))

    @rule(who=people, number=st.integers(0, 2), kind=kinds)
    def vote_one(self, who, number, kind):
        if proposal_id := self.latest(number):
            self.vote(self.accounts[who], proposal_id, kind)

    @rule(number=st.integers(0, 2), kind=kinds)
    def vote_all(self, number, kind):
        if proposal_id := self.latest(number):
            for account in self.accounts:
                self.vote(account, proposal_id, kind)

    @rule(who=people)
    def a_whole_vote(self, who):
        """So that lives get as far as the timelock."""
        self.enroll_everybody()
        if self.propose(self.accounts[who]):
            go_to(self.first[-1][0] + 1)

    @rule(validator=validators, heir=people, other=validators, way=st.sampled_from(["hand on", "leave", "unstake", "redelegate", "lend"]))
    def a_vote_after_a_move(self, validator, heir, other, way):
        """Everybody enrols, something moves, who got it enrols again, what left is replaced by other coins, and everybody votes."""
        validator_id, other_id = self.scene.ids[validator], self.scene.ids[other]
        former, taker = self.coins.owners[validator_id], self.accounts[heir]
        self.coins.stake(former, other_id, 0, 5)
        self.enroll_everybody()
        if way == "hand on":
            self.coins.hand_on(validator_id, taker)
        elif way == "unstake":
            for place in self.coins.places(taker)[:1]:
                self.coins.unstake(taker, *place, 1_000)
        elif way == "leave" and self.coins.unstake(former, other_id, 0, 1_000):
            mine(UNBONDING_BLOCKS, UNBONDING + 1)
            count = len(list(self.coins.requests.values())[-1])
            if self.coins.end_request(former, len(self.coins.requests) - 1, is_cancelled=False):
                self.coins.lend(former, taker, count)
                self.coins.stake(taker, other_id, 0, count)
        elif way == "redelegate":
            self.coins.redelegate(former, (other_id, 0), (validator_id, 1), 1_000)
        else:
            self.coins.lend(former, taker, 1_000)
        self.note()
        self.enroll(taker, self.coins.places(taker)[:8])
        mine(1)
        if any(self.propose(account) for account in self.accounts):
            go_to(self.first[-1][0] + 1)
            for account in (former, taker):
                self.coins.stake(account, other_id, 0, 30)
            self.note()
            for account in self.accounts:
                self.vote(account, len(self.first), 1)

    @rule(number=st.integers(0, 2), who=people)
    def queue(self, number, who):
        if proposal_id := self.latest(number):
            self.step("queue", proposal_id, self.accounts[who])

    @rule(number=st.integers(0, 2), who=people)
    def execute(self, number, who):
        if proposal_id := self.latest(number):
            self.step("execute", proposal_id, self.accounts[who])

    @rule(number=st.integers(0, 2))
    def guardian_cancels(self, number):
        if proposal_id := self.latest(number):
            operation = self.scene.model.proposal(proposal_id).operation
            self.attempt(lambda: self.scene.timelock_twin.cancel(operation))

    @rule(is_other=st.booleans(), caller=st.sampled_from(["timelock", "timelock", "guardian"]))
    def set_terms(self, is_other, caller):
        account = str(self.scene.timelock.address) if caller == "timelock" else self.scene.guardian
        self.attempt(lambda: self.scene.twin.call("set_terms", account, OTHER_TERMS if is_other else TERMS))

    @rule(way=ways, number=st.integers(0, 2), more=st.sampled_from([0, 1]))
    def pass_time(self, way, number, more):
        proposal_id = self.latest(number)
        fixed = {"delay": DELAY, "hour": 3_600, "day": DAY, "window": WINDOW, "unbonding": UNBONDING, "grace": 14 * DAY}
        if way in fixed:
            mine(UNBONDING_BLOCKS, fixed[way] + more)
        elif proposal_id:
            proposal = self.scene.model.proposal(proposal_id)
            at = {"start": proposal.starts_at, "vote": proposal.starts_at + 1, "end": proposal.ends_at}[way] + more
            go_to(max(at, now()))

    # --- what holds after every step ---

    @invariant()
    def invariant_VOT1_no_coin_stands_behind_two_accounts_of_a_vote(self):
        """Neither as what they had enrolled, nor as what they had when they voted."""
        for proposal_id, casts in self.casts.items():
            for found in ([cast.enrolled for cast in casts.values()], [cast.held for cast in casts.values()]):
                assert sum(len(coins) for coins in found) == len(set().union(*found)), proposal_id

    @invariant()
    def invariant_VOT2_a_weight_is_no_more_than_was_enrolled_before_and_is_there(self):
        for casts in self.casts.values():
            for cast in casts.values():
                assert 0 < cast.weight <= COIN * min(len(cast.enrolled), len(cast.held))

    @invariant()
    def invariant_VOT3_all_votes_are_no_more_than_the_stake_at_the_start(self):
        """Stake on its way out included: it was enrolled while it was in, and is bound past the end."""
        for proposal_id, casts in self.casts.items():
            starts_at = self.first[proposal_id - 1][0]
            principal = [staked for at, staked in self.principals if at <= starts_at][-1]
            assert sum(cast.weight for cast in casts.values()) <= principal
            assert sum(self.scene.governor.proposalVotes(proposal_id)) == sum(cast.weight for cast in casts.values())

    @invariant()
    def invariant_VOT4_states_only_go_on_and_what_is_over_stays_so(self):
        for index, before in enumerate(self.states):
            after = self.scene.state(index + 1)
            reachable, edge = {before}, {before}
            while edge := {state for known in edge for state in NEXT.get(known, set())} - reachable:
                reachable |= edge
            assert after in reachable
            assert before not in FINAL or after == before
            self.states[index] = after

    @invariant()
    def invariant_VOT5_a_proposal_keeps_what_it_was_made_under(self):
        """Its start and its quorum; its end is moved once, by no more than the extension."""
        for proposal_id, (starts_at, ends_at, quorum) in enumerate(self.first, 1):
            found = self.scene.governor.proposal(proposal_id)
            assert (found.starts_at, found.quorum) == (starts_at, quorum)
            assert ends_at <= found.ends_at <= ends_at + self.scene.model.proposal(proposal_id).terms.extension_seconds

    @invariant()
    def invariant_VOT6_only_what_won_is_executed_once_and_after_both_delays(self):
        assert self.scene.target.calls() == self.calls + len(self.executed)
        assert len(set(self.executed)) == len(self.executed)
        for proposal_id in self.executed:
            found = self.scene.governor.proposal(proposal_id)
            assert found.votes_for > found.votes_against
            assert found.votes_for + found.votes_abstain >= found.quorum
            assert now() >= found.eta > found.ends_at

    @invariant()
    def invariant_VOT7_contract_and_model_show_the_same(self):
        self.scene.agree()
        self.coins.agree()

    @invariant()
    def invariant_VOT8_votes_end_before_what_voted_can_come_back(self):
        """The inequality that everything rests on, for every proposal and for the terms there are."""
        terms = self.scene.governor.terms()
        assert terms.delay_seconds <= WINDOW
        assert WINDOW + terms.period_seconds + terms.extension_seconds < UNBONDING
        for starts_at, ends_at, _ in self.first:
            assert ends_at - starts_at + WINDOW < UNBONDING

    @invariant()
    def invariant_VOT9_an_account_has_one_proposal_at_a_time(self):
        live = [
            self.scene.model.proposal(index + 1).proposer for index, state in enumerate(self.states) if state in (ProposalState.PENDING, ProposalState.ACTIVE)
        ]
        assert len(set(live)) == len(live)


GovernorMachine.TestCase.settings = settings(max_examples=examples(3, 10, 150), stateful_step_count=examples(25, 50, 100), deadline=None)
TestGovernor = GovernorMachine.TestCase
