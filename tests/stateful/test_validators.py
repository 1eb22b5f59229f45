"""Validators under random registrations, other keys and commissions by anybody, against the model after every step."""

from __future__ import annotations

from collections import Counter

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.staking import Status
from tests.support.profiles import examples
from tests.support.validators import COMMISSION, MAX_COMMISSION, MINIMUM, UNBONDING, Registry

ACCOUNTS = 6
NOBODY = ACCOUNTS  # in place of an account's index: the zero address

# function => what it is given; registering and waiting have rules of their own
CALLS = {
    "propose_owner": ("number", "named"),
    "accept_owner": ("number",),
    "set_operator": ("number", "named"),
    "propose_vote_key": ("number", "named"),
    "accept_vote_key": ("number",),
    "set_commission": ("number", "bps"),
    "apply_commission": ("number",),
    "set_metadata": ("number", "metadata"),
    "exit": ("number",),
    "rejoin": ("number",),
}
CALLS |= {"withdraw_deposit": ("number",), "forfeit_deposit": ("number",)}
DEPOSIT = 5 * MINIMUM // 2
OF_OWNER = ("propose_owner", "set_operator", "propose_vote_key")
OF_OPERATOR = ("set_commission", "set_metadata", "exit", "rejoin")

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
        self.registry = Registry(DEPOSIT)
        self.accounts = [str(boa.env.generate_address(f"account {index}")) for index in range(ACCOUNTS)]
        self.names = [*self.accounts, ZERO_ADDRESS]
        # key => (number, block) of the call that made it one
        self.first_seen: dict[str, tuple[int, int]] = {}
        # number => commission in force, as Staking has it
        self.in_force: dict[int, int] = {}
        # number => (timestamp, commission) of the last increase that was queued and not cleared
        self.announced: dict[int, tuple[int, int]] = {}
        # (number, block) => vote key, at the end of that block as far as it has come
        self.signers: dict[tuple[int, int], str] = {}
        # number => owner, as the calls that succeeded say
        self.owners: dict[int, str] = {}
        # number => wei put aside, less what was paid back or forfeited; and who got how much
        self.deposits: dict[int, int] = {}
        self.paid: Counter[str] = Counter()
        # number => timestamp of its last exit
        self.exits: dict[int, int] = {}
        # number => operator
        self.operators: dict[int, str] = {}

    def both(self, name: str, caller: str, *arguments: int | str) -> bool:
        """The same call on both; whether it went through."""
        return self.registry.attempt(name, caller, *arguments).is_done

    def act_register(self, caller: str, commission_bps: int, amount: int, metadata: str, owner: str | None = None) -> None:
        """A registration; a success makes the caller a key."""
        self.registry.fund(caller)
        if self.both("register", caller, amount, commission_bps, metadata, *([] if owner is None else [owner])):
            number = self.registry.contract.validator_count()
            self.note_key(caller, number)
            self.in_force[number] = commission_bps
            self.owners[number], self.operators[number] = owner or caller, caller
            self.deposits[number] = DEPOSIT

    def act(self, name: str, caller: str, number: int, *arguments: int | str) -> None:
        """A call about one validator, which only some may make."""
        if not self.both(name, caller, number, *arguments):
            return
        if name in OF_OWNER:
            assert caller == self.owners[number], "VAL5: somebody else's call"
        if name in OF_OPERATOR:
            assert caller in (self.owners[number], self.operators[number]), "VAL5: somebody else's call"
        if name == "withdraw_deposit":
            assert caller == self.owners[number], "VAL6: paid to somebody else"
            assert self.registry.clock.timestamp >= self.exits[number] + UNBONDING, "VAL6: paid too early"
            self.paid[caller] += self.deposits.pop(number)
        elif name == "forfeit_deposit":
            assert self.registry.hooks.validators[number].status & Status.TOMBSTONED, "VAL6: forfeited without a tombstone"
            self.paid["recycling pool"] += self.deposits.pop(number)
        elif name == "rejoin":
            self.deposits[number] = DEPOSIT
        elif name == "exit":
            self.exits[number] = self.registry.clock.timestamp
        if name == "accept_vote_key":
            self.note_key(caller, number)
        elif name == "accept_owner":
            self.owners[number] = caller
        elif name == "set_operator":
            self.operators[number] = str(arguments[0])
        elif name == "set_commission":
            # an increase is announced at this moment, everything else takes back what was announced
            if (bps := int(arguments[0])) > self.in_force[number]:
                self.announced[number] = self.registry.clock.timestamp, bps
            else:
                self.announced.pop(number, None)

    @property
    def numbers(self) -> range:
        """Of all validators; both sides agree on them after every step."""
        return range(1, self.registry.model.validator_count + 1)

    @property
    def proposals(self) -> list[tuple[str, int, str]]:
        """(what, number, account) of everything somebody is proposed for."""
        profiles = [(number, self.registry.model.profile(number)) for number in self.numbers]
        found = [("accept_owner", number, profile.proposed_owner) for number, profile in profiles]
        found += [("accept_vote_key", number, profile.proposed_vote_key) for number, profile in profiles]
        return [one for one in found if one[2] != ZERO_ADDRESS]

    def note_key(self, account: str, number: int) -> None:
        assert account not in self.first_seen, "VAL1: became a key a second time"
        self.first_seen[account] = number, self.registry.clock.block_number

    def note_signers(self) -> None:
        """Who signs for what in the block as it is now."""
        block = self.registry.clock.block_number
        for number in self.numbers:
            self.signers[number, block] = self.registry.profile(number).vote_key


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
        given = {"named": self.names[named], "number": number, "metadata": metadata, "bps": bps}
        self.act(name, self.accounts[caller], *(given[argument] for argument in CALLS[name]))

    @rule(caller=accounts, bps=commissions, amount=st.sampled_from([MINIMUM, MINIMUM + 1, MINIMUM - 1]), metadata=metadatas, owner=st.integers(0, NOBODY))
    def register(self, caller, bps, amount, metadata, owner):
        self.act_register(self.accounts[caller], bps, amount, metadata, self.names[owner])

    @rule(data=st.data(), named=accounts, name=st.sampled_from(OF_OWNER))
    def owners_name(self, data, named, name):
        """One account, by any of the owners or by several."""
        for number in data.draw(st.lists(st.sampled_from(self.numbers), min_size=1, max_size=3)):
            self.act(name, self.registry.contract.owner_of(number), number, self.accounts[named])

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def proposed_accepts(self, data):
        """The right account, which random callers seldom are; by now it may be a key."""
        name, number, account = data.draw(st.sampled_from(self.proposals))
        self.act(name, account, number)

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def proposed_registers(self, data):
        self.act_register(data.draw(st.sampled_from(self.proposals))[2], COMMISSION, MINIMUM, "")

    @rule(data=st.data(), bps=commissions)
    def operator_sets_commission(self, data, bps):
        number = data.draw(st.sampled_from(self.numbers))
        self.act("set_commission", self.registry.contract.operator_of(number), number, bps)

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
        self.act(name, self.registry.contract.operator_of(number), number)

    @rule(data=st.data(), wait=st.sampled_from([0, UNBONDING - 1, UNBONDING]))
    def owner_withdraws_the_deposit(self, data, wait):
        number = data.draw(st.sampled_from(self.numbers))
        self.registry.wait(wait)
        self.act("withdraw_deposit", self.registry.contract.owner_of(number), number)

    @rule(data=st.data(), bars=st.sampled_from([0, Status.JAILED, Status.TOMBSTONED, Status.JAILED | Status.TOMBSTONED]), is_in_escrow=st.booleans())
    def slashes_change_the_standing(self, data, bars, is_in_escrow):
        self.registry.set_standing(data.draw(st.sampled_from(self.numbers)), bars, is_in_escrow=is_in_escrow)

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
    def invariant_VAL2_every_validator_has_one_vote_key_at_every_height(self):
        """Now, and at each block ever: the key whose tenure the height falls into is who signed for it when the block ended."""
        self.note_signers()
        keys = {account: self.registry.key(account) for account in self.first_seen}
        signed = {account: self.registry.contract.validator_id(account) for account in self.accounts}
        for number in self.numbers:
            signers = [account for account in self.accounts if signed[account] == number]
            assert signers == [self.registry.profile(number).vote_key]
        for (number, height), signer in self.signers.items():
            counted = [
                account for account, key in keys.items() if key.validator_id == number and key.since <= height and (key.until == 0 or height < key.until)
            ]
            assert counted == [signer]

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

    @invariant()
    def invariant_VAL5_only_its_owner_changes_owner_operator_and_vote_key(self):
        """Judged by the calls that went through, each of which `act` checks for who made it."""
        for number in self.numbers:
            profile = self.registry.profile(number)
            assert (profile.owner, profile.operator) == (self.owners[number], self.operators[number])
            assert ZERO_ADDRESS not in (profile.owner, profile.operator, profile.vote_key)

    @invariant()
    def invariant_VAL6_every_deposit_is_here_or_with_its_owner_or_forfeited(self):
        """Counted by the calls that went through; a deposit that was paid back came one unbonding time after the exit."""
        contract, staking = self.registry.contract, self.registry.staking
        assert {number: contract.deposit_of(number) for number in self.numbers} == {number: self.deposits.get(number, 0) for number in self.numbers}
        assert staking.balanceOf(contract) == sum(self.deposits.values())
        assert {account: staking.balanceOf(account) for account in self.accounts} == {account: self.paid[account] for account in self.accounts}
        assert staking.recycled() == self.paid["recycling pool"]


TestValidators = ValidatorsMachine.TestCase
TestValidators.settings = settings(max_examples=examples(quick=5, ci=20, deep=1_500), stateful_step_count=30, deadline=None)
