"""Slasher, Staking and Validators together, on the real token, each beside its model: what stakers get, to the wei, whatever is decided."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Any

import boa
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Burn, mask
from mdt.model.slasher import Slasher, SlashStatus, Vote
from mdt.model.staking import ALL, OWN_SLOT, Status
from mdt.units import DAY, HOUR
from tests.support.boa_clock import BoaClock, mine
from tests.support.deployers import deploy
from tests.support.emission import as_tuple
from tests.support.profiles import examples
from tests.support.slashing import APPEAL, BLOCKS, EVIDENCE, TERMS, arguments_of, deploy_controller, key
from tests.support.staking import BURSE, COMMISSION, FOR_EVER, MINIMUM, UNBONDING_BLOCKS, UNIT, ContractRegistry, deploy_suite, unbond
from tests.support.twins import Twin, outcome

STAKES = 2  # validators
SLASH_TERMS = replace(TERMS, evidence_blocks=UNBONDING_BLOCKS * 3 // 4)
OWN_STAKE = 10 * MINIMUM
BALANCE_SLACK = 2


class Registry(ContractRegistry):
    """What the slasher asks the registry, answered by the contract."""

    def key(self, account: str) -> Any:
        return self.validators.key(account)

    @property
    def validator_count(self) -> int:
        return int(self.validators.validator_count())

    def may_operate(self, validator_id: int, account: str) -> bool:
        return bool(self.validators.may_operate(validator_id, account))

    def exited_at(self, validator_id: int) -> int:
        return int(self.validators.exited_at(validator_id))


class Network:
    """The contracts wired as a deploy wires them, two validators with keys the test has, and the models."""

    def __init__(self) -> None:
        self.suite = deploy_suite()
        self.token, self.staking, self.validators = self.suite.token, self.suite.staking, self.suite.validators
        self.owner, self.arbiter = self.suite.owner, str(boa.env.generate_address("arbiter"))
        self.treasury = str(deploy("Treasury", token=self.token, period_seconds=30 * 86_400, budget=0, owner=self.owner).address)
        controller, twin = deploy_controller(self.token, self.owner)
        around = {"MDT": self.token, "Staking": self.staking, "Validators": self.validators, "EmissionController": controller, "Treasury": self.treasury}
        self.slasher = deploy("Slasher", around, arbiter=self.arbiter, **arguments_of(SLASH_TERMS), owner=self.owner)
        self.books = self.suite.model()
        self.token.set_burner(self.slasher, mask(Burn.SLASH), sender=self.owner)
        self.staking.set_slasher(self.slasher, sender=self.owner)
        self.books.set_slasher(self.owner, str(self.slasher.address))
        self.slasher.set_slasher_role(self.owner, True, sender=self.owner)
        registry = Registry(self.validators)
        self.model = Slasher(
            str(self.slasher.address), BoaClock(), self.books, registry, twin, self.treasury, self.arbiter, SLASH_TERMS, self.owner, boa.env.evm.patch.chain_id
        )
        self.model.set_slasher_role(self.owner, self.owner, True)
        self.twin, self.staking_twin = Twin(self.slasher, self.model, silent={"answer", "unjail"}), Twin(self.staking, self.books)
        self.operators = [key(f"operator {index}") for index in range(STAKES)]
        for operator in self.operators:
            self.fund(operator.address)
            validator_id = self.validators.register(OWN_STAKE, COMMISSION, "", sender=operator.address)
            self.books.open(str(self.validators.address), validator_id, OWN_STAKE, COMMISSION)
        mine(1)

    def fund(self, account: str) -> None:
        self.token.mint(account, BURSE, 0, sender=self.suite.issuer)
        self.token.approve(self.staking, FOR_EVER, sender=account)

    def actor(self, name: str) -> str:
        account = str(boa.env.generate_address(name))
        self.fund(account)
        return account

    def stakes(self, name: str, caller: str, *arguments: Any) -> Any:
        """A call of Staking; None if both refused."""
        return self.staking_twin.attempt(name, caller, *arguments).answer

    def calls(self, name: str, caller: str | None, *arguments: Any) -> Any:
        """A call of the slasher; None if both refused."""
        return self.twin.attempt(name, caller, *arguments).answer

    def anyone(self, name: str, *arguments: Any) -> Any:
        """A call of the slasher by anyone."""
        return self.calls(name, None, *arguments)

    def claim(self, slash_id: int, owner: str) -> Any:
        """Who was paid and how much; None if both refused. The contract answers how much."""
        paid: list[Any] = []

        def of_model() -> int:
            paid.extend(self.model.claim_restitution(slash_id, owner))
            return paid[1]

        outcome(lambda: self.twin.both(of_model, lambda: self.slasher.claim_restitution(slash_id, owner)))
        return tuple(paid) or None

    def announce(self, validator_id: int = 1, offence: int = 1) -> Any:
        """Announce a slash for the block before; None if both refused."""
        mine(1)
        return self.calls("announce_slash", self.owner, validator_id, offence, boa.env.evm.patch.block_number - 1, EVIDENCE)

    def slash(self, validator_id: int = 1, offence: int = 1) -> Any:
        """Announce a slash, wait and open it; None if both refused to announce it."""
        slash_id = self.announce(validator_id, offence)
        if slash_id is not None:
            boa.env.evm.patch.timestamp += TERMS.warning_seconds
            self.anyone("open_slash", slash_id)
        return slash_id

    def wealth(self, owner: str, *positions: tuple[int, int]) -> int:
        """Wei an account has, and what its positions are worth."""
        return int(self.token.balanceOf(owner)) + sum(self.staking.position(validator_id, owner, slot).tokens for validator_id, slot in positions)

    def assert_same(self) -> None:
        """Books, balances and models agree to the wei."""
        assert self.suite.solvent()
        assert self.slasher.jail_window() == astuple(self.model.jail_window)
        for validator_id in range(1, STAKES + 1):
            found, pool = self.staking.validator(validator_id), self.books.validator(validator_id)
            assert (found.tokens, found.shares, found.status) == (pool.tokens, pool.shares, pool.status)
            assert (found.pending_slashes, found.slash_count) == (pool.pending, pool.slash_count)
            assert self.slasher.jailed_until(validator_id) == self.model.jailed_until(validator_id)
        totals = self.model.totals
        assert tuple(self.slasher.totals()) == (totals.slashed, totals.burned, totals.to_treasury, totals.given_back)
        assert self.token.balanceOf(self.slasher) == self.model.held
        assert self.token.balanceOf(self.treasury) == totals.to_treasury
        assert self.token.burned_by_reason(Burn.SLASH) == totals.burned


@pytest.fixture
def network():
    return Network()


# --- everybody made whole (D14) ---


def test_overturned__delegators_stay_leave_and_redelegate__each_whole_to_the_wei(network):
    stayer, leaver, mover = (network.actor(name) for name in ("stayer", "leaver", "mover"))
    before = {account: network.wealth(account) for account in (stayer, leaver, mover)}
    for account, amount in ((stayer, 333 * UNIT + 1), (leaver, 777 * UNIT + 7), (mover, 500 * UNIT + 3)):
        network.stakes("stake", account, 1, 0, amount, 0)
    early = network.stakes("unstake", leaver, 1, 0, 300 * UNIT)
    network.slash(1, 0)
    late = network.stakes("unstake", leaver, 1, 0, ALL)
    assert network.anyone("answer", 1, leaver, 0, early) > 0
    unbond()
    for request in (early, late):
        network.stakes("withdraw", leaver, 1, 0, request)
    network.stakes("redelegate", mover, 1, 0, 2, 0, ALL)
    network.assert_same()
    assert network.wealth(leaver) < before[leaver]
    network.calls("overturn", network.arbiter, 0)
    for account in (leaver, mover):
        assert network.claim(0, account)[0] == account
    network.assert_same()
    assert network.wealth(leaver) == before[leaver]
    assert before[mover] - BALANCE_SLACK <= network.wealth(mover, (2, 0)) <= before[mover]
    assert before[stayer] - BALANCE_SLACK <= network.wealth(stayer, (1, 0)) <= before[stayer]
    assert network.token.balanceOf(network.slasher) == 0
    assert network.staking.validator(1).status == Status.ACTIVE


def test_overturned__owner_left_and_handed_over__the_new_owner_is_paid(network):
    operator, successor = network.operators[0].address, key("successor").address
    request = network.stakes("unstake", operator, 1, OWN_SLOT, OWN_STAKE // 2)
    boa.env.evm.patch.timestamp += 6 * DAY
    network.slash(1, 1)
    assert network.anyone("answer", 1, ZERO_ADDRESS, OWN_SLOT, request) == OWN_STAKE // 20
    mine(1)
    network.validators.propose_owner(1, successor, sender=operator)
    network.validators.accept_owner(1, sender=successor)
    network.calls("overturn", network.arbiter, 0)
    assert network.claim(0, ZERO_ADDRESS) == (successor, OWN_STAKE // 20)
    assert network.token.balanceOf(successor) == OWN_STAKE // 20
    network.assert_same()


def test_upheld__unbonding_stake__pays_the_same_part_and_the_split_exact(network):
    """D1: 10% of own stake, delegation and stake on its way out."""
    one, other = network.actor("one"), network.actor("other")
    for account in (one, other):
        network.stakes("stake", account, 1, 0, 1_000 * UNIT, 0)
    request = network.stakes("unstake", other, 1, 0, ALL)
    network.slash(1, 1)
    amount = network.slasher.slash_record(0).amount
    assert amount == (OWN_STAKE + 1_000 * UNIT) // 10
    unbond()
    assert network.anyone("execute", 0) == (amount * 8 // 10, amount - amount * 8 // 10)
    assert network.stakes("withdraw", other, 1, 0, request) is None  # it has to answer first
    assert network.anyone("answer", 1, other, 0, request) == 100 * UNIT
    assert network.stakes("withdraw", other, 1, 0, request) == 900 * UNIT
    assert network.staking.position(1, one, 0).tokens == 900 * UNIT
    network.assert_same()


# --- redelegated stake ---


@pytest.mark.parametrize("decision", ["escrowed then upheld", "escrowed then overturned", "upheld", "overturned"])
def test_answer__redelegated_stake__pays_as_if_it_had_stayed(network, decision):
    """No escape by redelegation, in every state of the slash, and none pays for what was overturned."""
    mover = network.actor("mover")
    network.stakes("stake", mover, 1, 0, 1_000 * UNIT, 0)
    network.stakes("redelegate", mover, 1, 0, 2, 0, ALL)
    network.slash(1, 1)
    if decision.startswith("escrowed"):
        assert network.anyone("answer", 2, mover, 0) == 100 * UNIT
    boa.env.evm.patch.timestamp += 2 * DAY
    if decision.endswith("upheld"):
        network.anyone("execute", 0)
    else:
        network.calls("overturn", network.arbiter, 0)
    if not decision.startswith("escrowed"):
        assert network.anyone("answer", 2, mover, 0) == (100 * UNIT if decision == "upheld" else 0)
    if decision == "escrowed then overturned":
        assert network.claim(0, mover) == (mover, 100 * UNIT)
    assert network.wealth(mover, (2, 0)) == BURSE - (100 * UNIT if decision.endswith("upheld") else 0)
    assert network.anyone("answer", 2, mover, 0) is None
    assert network.stakes("unstake", mover, 2, 0, ALL) is None
    unbond(1)
    assert network.stakes("unstake", mover, 2, 0, ALL) == 0
    network.assert_same()


def test_left_before_the_offence__moved_or_asked_back__nobody_pays(network):
    """Y6: who unstaked or moved before the offence does not pay, and who came after it pays what the pool does."""
    mover, leaver = network.actor("mover"), network.actor("leaver")
    for account in (mover, leaver):
        network.stakes("stake", account, 1, 0, 1_000 * UNIT, 0)
    network.stakes("redelegate", mover, 1, 0, 2, 0, ALL)
    request = network.stakes("unstake", leaver, 1, 0, ALL)
    mine(2)
    network.slash(1, 1)
    assert network.slasher.slash_record(0).amount == OWN_STAKE // 10
    assert network.anyone("answer", 2, mover, 0) == network.anyone("answer", 1, leaver, 0, request) == 0
    unbond(1)
    assert network.stakes("withdraw", leaver, 1, 0, request) == 1_000 * UNIT
    assert network.stakes("unstake", mover, 2, 0, ALL) == 0
    network.assert_same()


def test_answer__offence_after_the_time_it_answers_for__frees_the_position(network):
    mover = network.actor("mover")
    network.stakes("stake", mover, 1, 0, 1_000 * UNIT, 0)
    network.stakes("redelegate", mover, 1, 0, 2, 0, ALL)
    unbond(1)
    mine(1)
    network.slash(1, 1)
    assert network.stakes("unstake", mover, 2, 0, ALL) is None
    assert network.anyone("answer", 2, mover, 0) == 0
    assert network.staking.debt(2, mover, 0).source_id == 0
    assert network.stakes("unstake", mover, 2, 0, ALL) == 0
    network.assert_same()


# --- validators ---


def test_double_signing__proven_by_anyone__out_for_good_unless_overturned(network):
    mine(3)
    height = boa.env.evm.patch.block_number - 1
    operator = network.operators[0]
    votes = [Vote(height, block) for block in BLOCKS[:2]]
    signed = [bytes(operator.unsafe_sign_hash(network.slasher.vote_digest(as_tuple(vote))).signature) for vote in votes]
    network.twin.both(
        lambda: network.model.prove_double_signing(votes[0], operator.address, votes[1], operator.address),
        lambda: network.slasher.prove_double_signing(as_tuple(votes[0]), signed[0], as_tuple(votes[1]), signed[1]),
    )
    assert network.slasher.slash_record(0).amount == OWN_STAKE // 2
    assert network.staking.validator(1).status == Status.JAILED | Status.TOMBSTONED
    boa.env.evm.patch.timestamp += 30 * DAY
    network.calls("appeal", operator.address, 0, APPEAL)
    assert network.calls("unjail", operator.address, 1) is None
    network.calls("overturn", network.arbiter, 0)
    assert network.staking.validator(1).status == Status.ACTIVE
    network.assert_same()


def test_unjail__exited_meanwhile_and_slashed_below_the_minimum__earns_only_when_both_are_mended(network):
    operator = network.operators[0].address
    for _ in range(4):
        assert network.slash(1, 1) is not None
        boa.env.evm.patch.timestamp += 2 * DAY
        network.anyone("execute", network.model.slash_count - 1)
    network.validators.exit(1, sender=operator)
    network.books.set_bars(str(network.validators.address), 1, Status.EXITED, True)
    boa.env.evm.patch.timestamp += DAY
    network.calls("unjail", operator, 1)
    assert network.staking.validator(1).status == Status.EXITED
    network.validators.rejoin(1, sender=operator)
    network.books.set_bars(str(network.validators.address), 1, Status.EXITED, False)
    assert network.staking.validator(1).status == Status.ACTIVE
    network.assert_same()


def test_announced__the_operator_and_a_delegator_leave_at_once__both_pay(network):
    """Y3, Y9: two warnings are within unbonding, so that to be told helps nobody out."""
    operator, runner = network.operators[0].address, network.actor("runner")
    network.stakes("stake", runner, 1, 0, 1_000 * UNIT, 0)
    slash_id = network.announce(1, 1)
    network.validators.exit(1, sender=operator)
    network.books.set_bars(str(network.validators.address), 1, Status.EXITED, True)
    own, delegated = network.stakes("unstake", operator, 1, OWN_SLOT, ALL), network.stakes("unstake", runner, 1, 0, ALL)
    boa.env.evm.patch.timestamp += 2 * TERMS.warning_seconds - 1
    network.anyone("open_slash", slash_id)
    assert network.slasher.slash_record(slash_id).amount == 0  # nobody is left in the pool
    unbond()
    network.anyone("execute", slash_id)
    assert network.stakes("withdraw", runner, 1, 0, delegated) is None
    assert network.anyone("answer", 1, runner, 0, delegated) == 100 * UNIT
    assert network.anyone("answer", 1, ZERO_ADDRESS, OWN_SLOT, own) == OWN_STAKE // 10
    assert network.stakes("withdraw", runner, 1, 0, delegated) == 900 * UNIT
    assert network.stakes("withdraw", operator, 1, OWN_SLOT, own) == OWN_STAKE * 9 // 10
    network.assert_same()


def test_announced__stake_that_redelegates__answers_for_it(network):
    """It left between the announcement and the opening: the slash is one of after it left, and in its time."""
    mover = network.actor("mover")
    network.stakes("stake", mover, 1, 0, 1_000 * UNIT, 0)
    slash_id = network.announce(1, 1)
    network.stakes("redelegate", mover, 1, 0, 2, 0, ALL)
    boa.env.evm.patch.timestamp += TERMS.warning_seconds
    network.anyone("open_slash", slash_id)
    assert network.anyone("answer", 2, mover, 0) == 100 * UNIT
    network.assert_same()


def test_replaced_slasher__y10_owed_to_one_who_left__paid_all_the_same(network):
    """Y10: it holds the tokens and keeps its notes; its successor holds and has neither."""
    leaver = network.actor("leaver")
    before = network.wealth(leaver)
    network.stakes("stake", leaver, 1, 0, 777 * UNIT + 7, 0)
    request = network.stakes("unstake", leaver, 1, 0, ALL)
    network.slash(1, 0)
    network.anyone("answer", 1, leaver, 0, request)
    unbond()
    network.stakes("withdraw", leaver, 1, 0, request)
    network.calls("overturn", network.arbiter, 0)
    successor = str(boa.env.generate_address("successor"))
    network.staking.set_slasher(successor, sender=network.owner)
    network.books.set_slasher(network.owner, successor)
    assert network.staking.take_restitution(0, leaver, sender=successor) == 0
    assert network.claim(0, leaver)[0] == leaver
    network.assert_same()
    assert network.wealth(leaver) == before
    assert network.token.balanceOf(network.slasher) == 0


def test_set_slasher__announced_slash__is_no_hindrance_and_dies_with_its_slasher(network):
    slash_id = network.announce(1, 1)
    network.staking.set_slasher(network.arbiter, sender=network.owner)
    boa.env.evm.patch.timestamp += TERMS.warning_seconds
    with boa.reverts("staking: not the slasher"):
        network.slasher.open_slash(slash_id)


def test_set_slasher__slash_in_escrow__refused_by_staking(network):
    network.slash(1, 1)
    with boa.reverts("staking: slash pending"):
        network.staking.set_slasher(network.arbiter, sender=network.owner)
    network.calls("overturn", network.arbiter, 0)
    network.staking.set_slasher(network.arbiter, sender=network.owner)


# --- any order ---

validator_ids = st.integers(1, STAKES)
parts = st.sampled_from([1, 3, 7, 10**18, 50 * 10**18 + 1, ALL])


class SlashingMachine(RuleBasedStateMachine):
    """Stakers, operators and slashes on the real contracts in any order."""

    @initialize()
    def begin(self):
        self.network = Network()
        self.owners = [self.network.actor(f"delegator {index}") for index in range(3)]
        self.requests: list[tuple[str, int, int, int]] = []
        self.rotations = 0

    def operator(self, validator_id):
        return str(self.network.validators.owner_of(validator_id))

    def slash_id(self, index):
        return index % (self.network.model.slash_count + 1)

    @rule(blocks=st.integers(1, 20), days=st.sampled_from([0, 0, 1, 2, 4]))
    def wait(self, blocks, days):
        mine(blocks, 3 * blocks + days * DAY)

    @rule(owner=st.integers(0, 2), validator_id=validator_ids, amount=st.sampled_from([1, 7, 333 * UNIT + 1, 1_000 * UNIT]))
    def stake(self, owner, validator_id, amount):
        self.network.stakes("stake", self.owners[owner], validator_id, 0, amount, 0)

    @rule(owner=st.integers(-1, 2), validator_id=validator_ids, amount=parts)
    def unstake(self, owner, validator_id, amount):
        caller, slot = (self.operator(validator_id), OWN_SLOT) if owner < 0 else (self.owners[owner], 0)
        request = self.network.stakes("unstake", caller, validator_id, slot, amount)
        if request is not None:
            self.requests.append((caller, validator_id, slot, request))

    @rule(index=st.integers(0, 50))
    def withdraw(self, index):
        if self.requests:
            caller, validator_id, slot, request = self.requests[index % len(self.requests)]
            caller = self.operator(validator_id) if slot == OWN_SLOT else caller
            self.network.stakes("withdraw", caller, validator_id, slot, request)

    @rule(owner=st.integers(0, 2), validator_id=validator_ids, amount=parts)
    def redelegate(self, owner, validator_id, amount):
        self.network.stakes("redelegate", self.owners[owner], validator_id, 0, 3 - validator_id, 0, amount)

    @rule(validator_id=validator_ids, offence=st.integers(0, 2))
    def slash(self, validator_id, offence):
        self.network.slash(validator_id, offence)

    @rule(validator_id=validator_ids, offence=st.integers(0, 2))
    def announce(self, validator_id, offence):
        self.network.announce(validator_id, offence)

    @rule(index=st.integers(0, 50), hours=st.sampled_from([0, 6, 6, 11]))
    def open(self, index, hours):
        boa.env.evm.patch.timestamp += hours * HOUR
        self.network.anyone("open_slash", self.slash_id(index))

    @rule(index=st.integers(0, 50))
    def void(self, index):
        self.network.calls("void_slash", self.network.arbiter, self.slash_id(index))

    @rule(index=st.integers(0, 50), decision=st.sampled_from(["overturn", "uphold"]))
    def appeal_and_decide(self, index, decision):
        slash_id = self.slash_id(index)
        validator_id = self.network.model.slash_record(slash_id).validator_id
        self.network.calls("appeal", self.operator(validator_id or 1), slash_id, APPEAL)
        self.network.calls(decision, self.network.arbiter, slash_id)

    @rule(index=st.integers(0, 50))
    def execute(self, index):
        self.network.anyone("execute", self.slash_id(index))

    @rule(owner=st.integers(0, 2), validator_id=validator_ids)
    def answer(self, owner, validator_id):
        self.network.anyone("answer", validator_id, self.owners[owner], 0)

    @rule(index=st.integers(0, 50), owner=st.integers(-1, 2))
    def claim(self, index, owner):
        self.network.claim(self.slash_id(index), ZERO_ADDRESS if owner < 0 else self.owners[owner])

    @rule(validator_id=validator_ids)
    def unjail(self, validator_id):
        self.network.calls("unjail", self.operator(validator_id), validator_id)

    @rule(validator_id=validator_ids)
    def hand_over(self, validator_id):
        self.rotations += 1
        successor = str(boa.env.generate_address(f"successor {self.rotations}"))
        self.network.validators.propose_owner(validator_id, successor, sender=self.operator(validator_id))
        self.network.validators.accept_owner(validator_id, sender=successor)

    @invariant()
    def invariant_SLA8_slasher_staking_and_models_agree(self):
        self.network.assert_same()

    @invariant()
    def invariant_SLA9_slasher_can_pay_everybody_staking_noted(self):
        """In escrow and owed, to the wei: notes of slashes that were overturned are what is left here."""
        slashes = self.network.model.slashes
        in_escrow = sum(slash.amount + slash.answered for slash in slashes.values() if slash.status == SlashStatus.ESCROWED)
        owners = (ZERO_ADDRESS, *self.owners)
        owed = sum(
            self.network.staking.restitution(self.network.slasher, slash_id, owner)
            for slash_id, one in slashes.items()
            if one.status == SlashStatus.OVERTURNED
            for owner in owners
        )
        assert self.network.token.balanceOf(self.network.slasher) == in_escrow + owed


TestSlashing = SlashingMachine.TestCase
TestSlashing.settings = settings(max_examples=examples(quick=3, ci=10, deep=1_000), stateful_step_count=40, deadline=None)
