"""Validators under random registrations, rotations and commissions by anybody, against the model after every step."""

from __future__ import annotations

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.addresses import ZERO_ADDRESS
from tests.support.profiles import examples
from tests.support.validators import COMMISSION, MAX_COMMISSION, MINIMUM, UNBONDING, Registry

ACCOUNTS = 6
NOBODY = ACCOUNTS  # in place of an account's index: the zero address

# function => what it is given; registering and waiting have rules of their own
CALLS = {
    "propose_operator": ("named",),
    "accept_operator": ("number",),
    "set_commission": ("bps",),
    "apply_commission": ("number",),
    "set_metadata": ("metadata",),
    "exit": (),
    "rejoin": (),
}

accounts = st.integers(0, ACCOUNTS - 1)
numbers = st.integers(0, 4)
commissions = st.sampled_from([0, 1, COMMISSION, COMMISSION + 1, MAX_COMMISSION - 1, MAX_COMMISSION, MAX_COMMISSION + 1])
metadatas = st.sampled_from(["", "a", "b"])
waits = st.sampled_from([0, 1, 12, UNBONDING // 2, UNBONDING - 1, UNBONDING, UNBONDING + 1, 2 * UNBONDING])


class ValidatorsActions(RuleBasedStateMachine):
    """Calls made on the contract and on the model: both do the same, or both refuse for the same reason.

    Beside them stands what the invariants are judged by, kept without the model: whose each key became, and since when an increase
    has been announced, both as the calls that succeeded say.
    """

    def setup(self) -> None:
        self.registry = Registry()
        self.accounts = [str(boa.env.generate_address(f"account {index}")) for index in range(ACCOUNTS)]
        self.names = [*self.accounts, ZERO_ADDRESS]
        # key => (number, block) of the call that made it one
        self.first_seen: dict[str, tuple[int, int]] = {}
        # number => commission in force, as Staking has it
        self.in_force: dict[int, int] = {}
        # number => (timestamp, commission) of the last increase that was queued and not cleared
        self.announced: dict[int, tuple[int, int]] = {}
        # (number, block) => operator, at the end of that block as far as it has come
        self.operators: dict[tuple[int, int], str] = {}

    def both(self, name: str, caller: str, *arguments: int | str) -> bool:
        """The same call on both; whether it went through."""
        return self.registry.attempt(name, caller, *arguments).is_done

    def act_register(self, caller: str, commission_bps: int, amount: int, metadata: str) -> None:
        """A registration; a success makes the caller a key."""
        self.registry.fund(caller)
        if self.both("register", caller, amount, commission_bps, metadata):
            number = self.registry.contract.validator_count()
            self.note_key(caller, number)
            self.in_force[number] = commission_bps

    def act_accept(self, caller: str, number: int) -> None:
        """The second step of a rotation; a success makes the caller a key."""
        if self.both("accept_operator", caller, number):
            self.note_key(caller, number)

    def act_set_commission(self, caller: str, bps: int) -> None:
        """An increase is announced at this moment, everything else takes back what was announced."""
        number = self.registry.contract.validator_id(caller)
        if self.both("set_commission", caller, bps):
            if bps > self.in_force[number]:
                self.announced[number] = self.registry.clock.timestamp, bps
            else:
                self.announced.pop(number, None)

    @property
    def numbers(self) -> range:
        """Of all validators; both sides agree on them after every step."""
        return range(1, self.registry.model.validator_count + 1)

    @property
    def proposals(self) -> list[int]:
        """Numbers of validators somebody is proposed for."""
        return [number for number in self.numbers if self.registry.model.profile(number).proposed_operator != ZERO_ADDRESS]

    def note_key(self, account: str, number: int) -> None:
        assert account not in self.first_seen, "VAL1: became a key a second time"
        self.first_seen[account] = number, self.registry.clock.block_number

    def note_operators(self) -> None:
        """Who operates what in the block as it is now."""
        block = self.registry.clock.block_number
        for number in self.numbers:
            self.operators[number, block] = self.registry.contract.operator_of(number)


class ValidatorsMachine(ValidatorsActions):
    """Random orders of everything by everybody, with the promises checked after each step."""

    @initialize(bps=st.sampled_from([0, COMMISSION]))
    def begin(self, bps):
        self.setup()
        for account in self.accounts[:2]:
            self.act_register(account, bps, MINIMUM, "")

    @rule(caller=accounts, named=st.integers(0, NOBODY), number=numbers, bps=commissions, metadata=metadatas, name=st.sampled_from(sorted(CALLS)))
    def anybody_calls_anything(self, caller, named, number, bps, metadata, name):
        """Most of these are refused."""
        account = self.accounts[caller]
        if name == "accept_operator":
            self.act_accept(account, number)
        elif name == "set_commission":
            self.act_set_commission(account, bps)
        else:
            given = {"named": self.names[named], "number": number, "metadata": metadata}
            self.both(name, account, *(given[argument] for argument in CALLS[name]))

    @rule(caller=accounts, bps=commissions, amount=st.sampled_from([MINIMUM, MINIMUM + 1, MINIMUM - 1]), metadata=metadatas)
    def register(self, caller, bps, amount, metadata):
        self.act_register(self.accounts[caller], bps, amount, metadata)

    @rule(data=st.data(), named=accounts)
    def operators_propose(self, data, named):
        """One account, by any of the operators or by several."""
        for number in data.draw(st.lists(st.sampled_from(self.numbers), min_size=1, max_size=3)):
            self.both("propose_operator", self.registry.contract.operator_of(number), self.accounts[named])

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def proposed_accepts(self, data):
        """The right account, which random callers seldom are; by now it may be a key."""
        number = data.draw(st.sampled_from(self.proposals))
        self.act_accept(self.registry.profile(number).proposed_operator, number)

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def proposed_registers(self, data):
        number = data.draw(st.sampled_from(self.proposals))
        self.act_register(self.registry.profile(number).proposed_operator, COMMISSION, MINIMUM, "")

    @rule(data=st.data(), bps=commissions)
    def operator_sets_commission(self, data, bps):
        number = data.draw(st.sampled_from(self.numbers))
        self.act_set_commission(self.registry.contract.operator_of(number), bps)

    @precondition(lambda self: self.announced)
    @rule(data=st.data(), caller=accounts, shift=st.sampled_from([-1, 0, 1, UNBONDING - 1, UNBONDING]))
    def apply_commission_when_due(self, data, caller, shift):
        """Or a second before, or after."""
        number = data.draw(st.sampled_from(sorted(self.announced)))
        due = self.announced[number][0] + UNBONDING + shift
        self.registry.wait(max(0, due - self.registry.clock.timestamp))
        self.both("apply_commission", self.accounts[caller], number)

    @rule(data=st.data(), name=st.sampled_from(["exit", "rejoin"]))
    def operator_leaves_or_returns(self, data, name):
        number = data.draw(st.sampled_from(self.numbers))
        self.both(name, self.registry.contract.operator_of(number))

    @rule(seconds=waits, blocks=st.integers(0, 3))
    def wait(self, seconds, blocks):
        self.registry.wait(seconds, blocks)

    @invariant()
    def invariant_VAL1_a_key_belongs_to_one_validator_for_ever(self):
        for account in self.accounts:
            key = self.registry.key(account)
            assert (key.validator_id, key.since) == self.first_seen.get(account, (0, 0))
            assert key.until == 0 or key.since <= key.until <= self.registry.clock.block_number

    @invariant()
    def invariant_VAL2_every_validator_has_one_operator_at_every_height(self):
        """Now, and at each block ever: the key whose tenure the height falls into is who operated it when the block ended."""
        self.note_operators()
        keys = {account: self.registry.key(account) for account in self.first_seen}
        operated = {account: self.registry.contract.validator_id(account) for account in self.accounts}
        for number in self.numbers:
            operators = [account for account in self.accounts if operated[account] == number]
            assert operators == [self.registry.contract.operator_of(number)]
        for (number, height), operator in self.operators.items():
            counted = [
                account for account, key in keys.items() if key.validator_id == number and key.since <= height and (key.until == 0 or height < key.until)
            ]
            assert counted == [operator]

    @invariant()
    def invariant_VAL3_contract_equals_model(self):
        self.registry.agree(self.accounts)

    @invariant()
    def invariant_VAL4_commission_never_rises_earlier_than_one_unbonding_period_after_it_was_queued(self):
        """Judged by what Staking pays by, before and after each step."""
        now = self.registry.clock.timestamp
        for number in self.numbers:
            bps = self.registry.staking.validator(number).commission_bps
            assert bps <= MAX_COMMISSION
            if bps > self.in_force[number]:
                queued_at, announced = self.announced.pop(number)
                assert bps == announced
                assert queued_at + UNBONDING <= now < queued_at + 2 * UNBONDING
            self.in_force[number] = bps


TestValidators = ValidatorsMachine.TestCase
TestValidators.settings = settings(max_examples=examples(quick=5, ci=20, deep=1_500), stateful_step_count=30, deadline=None)
