"""Timelock: operations announced, executed and cancelled in any order by anybody, roles and delay changing under way, against the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.timelock import (
    ADMIN_ROLE,
    CANCELLER_ROLE,
    EXECUTOR_ROLE,
    GRACE_PERIOD,
    MAX_DELAY,
    MIN_DELAY,
    NONE,
    PROPOSER_ROLE,
    State,
    TimelockCall,
    batch_id,
    operation_id,
    removal_payload,
)
from mdt.units import DAY
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.timelock import DELAY, deploy_timelock, lists
from tests.support.twins import outcome

delays = st.sampled_from([0, DAY - 1, DAY, DELAY - 1, DELAY, DELAY + 1, 5 * DAY, MAX_DELAY, MAX_DELAY + 1, 2**256 - 1])
pauses = st.one_of(st.integers(0, 3 * DAY), st.sampled_from([DAY - 1, DAY, DELAY, GRACE_PERIOD, MAX_DELAY]))
OPERATIONS = 13
GUARDIANS_REMOVAL, PROPOSERS_REMOVAL, GUARDIANS_RETURN = 8, 9, 10  # places in `universe`
numbers = st.integers(0, OPERATIONS - 1)
ROLES = [ADMIN_ROLE, PROPOSER_ROLE, EXECUTOR_ROLE, CANCELLER_ROLE]


@dataclass
class Operation:
    """Calls, and what they do to the model."""

    calls: list[TimelockCall]
    effect: Callable[[], None] = lambda: None
    predecessor: bytes = NONE
    salt: bytes = NONE
    is_batch: bool = False

    @property
    def id(self) -> bytes:
        if self.is_batch:
            return batch_id(self.calls, self.predecessor, self.salt)
        return operation_id(self.calls[0], self.predecessor, self.salt)

    @property
    def arguments(self) -> tuple:
        (call,) = self.calls if not self.is_batch else (None,)
        what = lists(self.calls) if call is None else (call.target, call.amount, call.payload)
        return (*what, self.predecessor, self.salt)


class TimelockActions(RuleBasedStateMachine):
    """Calls made on contract and model, and a ledger of its own of when each operation was announced, stopped and made."""

    def setup(self, executors: int) -> None:
        self.twin = deploy_timelock(executors=executors)
        self.timelock, self.model = self.twin.timelock, self.twin.model
        self.stranger = str(boa.env.generate_address("stranger"))
        self.target = harness("HostileOwned").deploy()
        self.actors = [*self.twin.proposers, self.twin.guardian, self.stranger, *self.twin.executors]
        self.operations = self.universe()
        assert len(self.operations) == OPERATIONS == len({one.id for one in self.operations})
        self.earliest: dict[bytes, int] = {}  # operation that waits => when it may be made, by what was asked for
        self.made: Counter[bytes] = Counter()
        self.delay = DELAY

    def universe(self) -> list[Operation]:
        """Calls of a target, alone, in a row and in a batch; every change the timelock can make to itself."""
        twin, model = self.twin, self.model
        poke = TimelockCall(str(self.target.address), b"poke")
        first = Operation([poke])

        def role(name: str, which: bytes, account: str, salt: bytes = NONE) -> Operation:
            change = model.grant_role if name == "grantRole" else model.revoke_role
            return Operation([twin.own(name, which, account)], lambda: change(twin.address, which, account), salt=salt)

        def delay(seconds: int) -> Operation:
            return Operation([twin.own("update_delay", seconds)], lambda: model.update_delay(twin.address, seconds))

        def removal(account: str) -> Operation:
            return Operation([TimelockCall(twin.address, removal_payload(account))], lambda: model.revoke_role(twin.address, CANCELLER_ROLE, account))

        return [
            first,
            Operation([poke], predecessor=first.id),
            Operation([poke] * 3, salt=b"batch".ljust(32), is_batch=True),
            Operation([poke], salt=b"again".ljust(32)),
            delay(MIN_DELAY),
            delay(MAX_DELAY // 2),
            delay(MAX_DELAY + 1),
            role("grantRole", PROPOSER_ROLE, self.stranger),
            removal(twin.guardian),
            removal(twin.proposers[0]),
            role("grantRole", CANCELLER_ROLE, twin.guardian),
            role("grantRole", EXECUTOR_ROLE, ZERO_ADDRESS),
            role("revokeRole", EXECUTOR_ROLE, ZERO_ADDRESS),
        ]

    def both(self, of_model: Callable[[], None], of_contract: Callable[[], None]) -> bool:
        """The same on both; False when both refused."""
        return outcome(lambda: self.twin.both(of_model, of_contract)).is_done

    def act_schedule(self, sender: str, number: int, delay: int) -> None:
        operation = self.operations[number]
        contract = self.timelock.schedule_batch if operation.is_batch else self.timelock.schedule
        required = self.timelock.get_minimum_delay()
        if self.both(lambda: self.model.schedule(sender, operation.id, delay), lambda: contract(*operation.arguments, delay, sender=sender)):
            assert delay >= required
            self.earliest[operation.id] = boa.env.timestamp + delay

    def act_execute(self, sender: str, number: int) -> None:
        operation = self.operations[number]
        contract = self.timelock.execute_batch if operation.is_batch else self.timelock.execute

        def expected() -> None:
            kept = deepcopy((self.model.ready_at, self.model.members, self.model.minimum_delay))
            try:
                self.model.execute(sender, operation.id, operation.predecessor)
                operation.effect()
            except Refusal:  # of the effect: then nothing was executed
                self.model.ready_at, self.model.members, self.model.minimum_delay = kept
                raise

        may = self.timelock.hasRole(EXECUTOR_ROLE, sender) or self.timelock.hasRole(EXECUTOR_ROLE, ZERO_ADDRESS)
        if self.both(expected, lambda: contract(*operation.arguments, sender=sender)):
            assert may
            earliest = self.earliest.pop(operation.id)
            assert earliest <= boa.env.timestamp <= earliest + GRACE_PERIOD
            assert operation.predecessor == NONE or self.made[operation.predecessor] == 1
            self.made[operation.id] += 1

    def act_cancel(self, sender: str, number: int) -> None:
        operation = self.operations[number]
        may = self.timelock.hasRole(CANCELLER_ROLE, sender)
        if self.both(lambda: self.model.cancel(sender, operation.id), lambda: self.timelock.cancel(operation.id, sender=sender)):
            assert may
            assert operation.id != self.timelock.removal_id(sender)
            del self.earliest[operation.id]


class TimelockMachine(TimelockActions):
    """Random orders of everything by everybody, with the promises checked after each step."""

    @initialize(executors=st.integers(0, 1))
    def begin(self, executors):
        self.setup(executors)

    @rule(who=st.integers(0, 4), number=numbers, delay=delays)
    def schedule(self, who, number, delay):
        self.act_schedule(self.actors[who % len(self.actors)], number, delay)

    @rule(number=numbers, proposer=st.integers(0, 1))
    def propose(self, number, proposer):
        self.act_schedule(self.twin.proposers[proposer], number, self.timelock.get_minimum_delay())

    @rule(who=st.integers(0, 4), number=numbers)
    def execute(self, who, number):
        self.act_execute(self.actors[who % len(self.actors)], number)

    @precondition(lambda self: self.earliest)
    @rule(who=st.integers(0, 4), pick=st.integers(0, OPERATIONS), is_early=st.booleans())
    def execute_at_its_second(self, who, pick, is_early):
        """One that waits, in the first second it is ready, or in the one before."""
        waiting = [number for number, one in enumerate(self.operations) if one.id in self.earliest]
        number = waiting[pick % len(waiting)]
        boa.env.timestamp = max(boa.env.timestamp, self.earliest[self.operations[number].id] - is_early)
        self.act_execute(self.actors[who % len(self.actors)], number)

    @precondition(lambda self: self.earliest)
    @rule(who=st.integers(0, 4), pick=st.integers(0, OPERATIONS), is_late=st.booleans())
    def execute_at_its_last_second(self, who, pick, is_late):
        """One that is ready, in the last second it can be executed, or in the one after; then it can be scheduled again."""
        waiting = [number for number, one in enumerate(self.operations) if one.id in self.earliest]
        number = waiting[pick % len(waiting)]
        boa.env.timestamp = max(boa.env.timestamp, self.earliest[self.operations[number].id] + GRACE_PERIOD + is_late)
        self.act_execute(self.actors[who % len(self.actors)], number)
        if is_late:
            self.act_schedule(self.twin.proposers[1], number, self.timelock.get_minimum_delay())

    @rule(who=st.integers(0, 4), number=numbers)
    def cancel(self, who, number):
        self.act_cancel(self.actors[who % len(self.actors)], number)

    @rule(number=st.sampled_from([GUARDIANS_REMOVAL, PROPOSERS_REMOVAL]))
    def remove_a_canceller_that_fights(self, number):
        """It may stop anything but this."""
        self.act_schedule(self.twin.proposers[1], number, self.timelock.get_minimum_delay())
        self.act_cancel(self.twin.guardian if number == GUARDIANS_REMOVAL else self.twin.proposers[0], number)

    @rule()
    def remove_the_guardian_and_bring_it_back(self):
        for number in (GUARDIANS_REMOVAL, GUARDIANS_RETURN):
            self.act_schedule(self.twin.proposers[1], number, self.timelock.get_minimum_delay())
            boa.env.timestamp += self.timelock.get_minimum_delay()
            self.act_execute(self.actors[-1], number)

    @rule(seconds=pauses)
    def wait(self, seconds):
        boa.env.timestamp += seconds

    @rule(who=st.integers(0, 4))
    def govern_without_an_operation(self, who):
        sender = self.actors[who % len(self.actors)]
        for call, reason in (
            (lambda: self.timelock.update_delay(MIN_DELAY, sender=sender), "timelock: only the timelock"),
            (lambda: self.timelock.grantRole(PROPOSER_ROLE, sender, sender=sender), "access_control: account is missing role"),
            (lambda: self.timelock.revokeRole(CANCELLER_ROLE, sender, sender=sender), "access_control: account is missing role"),
        ):
            with boa.reverts(reason):
                call()

    @invariant()
    def invariant_GOV1_every_call_made_was_announced_and_made_once(self):
        """No operation more than once, none before its time (`act_execute`), and the target got no other call."""
        assert max(self.made.values(), default=1) == 1
        assert self.target.calls() == sum(self.made[one.id] * len(one.calls) for one in self.operations[:4])

    @invariant()
    def invariant_GOV2_states_are_those_of_the_ledger(self):
        for one in self.operations:
            state = self.twin.state(one.id)
            if self.made[one.id]:
                assert state == State.DONE
            elif one.id in self.earliest and boa.env.timestamp <= self.earliest[one.id] + GRACE_PERIOD:
                assert state == (State.READY if boa.env.timestamp >= self.earliest[one.id] else State.WAITING)
            else:
                assert state == State.UNSET
            until = self.earliest[one.id] + GRACE_PERIOD if one.id in self.earliest else 0
            assert self.timelock.executable_until(one.id) == self.model.executable_until(one.id) == until

    @invariant()
    def invariant_GOV3_delay_is_within_its_bounds_and_changed_by_operations_only(self):
        assert MIN_DELAY <= self.timelock.get_minimum_delay() == self.model.minimum_delay <= MAX_DELAY

    @invariant()
    def invariant_GOV4_roles_are_those_of_the_model_and_the_timelock_alone_is_administrator(self):
        for role in ROLES:
            for account in (*self.actors, self.twin.address, ZERO_ADDRESS, str(boa.env.eoa)):
                assert self.timelock.hasRole(role, account) == self.model.has_role(role, account)
        assert self.model.members[ADMIN_ROLE] == {self.twin.address}


TestTimelock = TimelockMachine.TestCase
TestTimelock.settings = settings(max_examples=examples(quick=5, ci=12, deep=1_500), stateful_step_count=30, deadline=None)
