"""The slasher on a real token and controller: words, proofs, reports, appeals, decisions, exits and answers in any order, beside the model."""

from __future__ import annotations

from dataclasses import replace

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Burn
from mdt.model.slasher import SlashStatus, Vote
from mdt.model.staking import Status
from mdt.units import BPS, DAY, HOUR
from tests.support.emission import QUORUM, REPORTERS, STRANGER
from tests.support.profiles import examples
from tests.support.slashing import BLOCKS, EPOCH, EVIDENCE, deploy_suite, key

VALIDATORS = 3
validator_ids = st.integers(1, VALIDATORS)
misses = st.sampled_from([0, 1, 20, EPOCH, EPOCH, EPOCH + 1])
quorums = st.one_of(
    st.just(REPORTERS[:QUORUM]),
    st.lists(st.sampled_from(REPORTERS), min_size=2, max_size=5, unique=True),
    st.just([*REPORTERS[:2], STRANGER]),
)


NOT_TAKEN = (SlashStatus.ANNOUNCED, SlashStatus.VOIDED, SlashStatus.REGISTERED)
DECIDED = (SlashStatus.ESCROWED, SlashStatus.UPHELD, SlashStatus.OVERTURNED)
FOLLOWING = {
    SlashStatus.ANNOUNCED: (*DECIDED, SlashStatus.ANNOUNCED, SlashStatus.VOIDED),
    SlashStatus.REGISTERED: (*DECIDED, SlashStatus.REGISTERED),
    SlashStatus.ESCROWED: DECIDED,
}


def offence_of(slash):
    """What it is about."""
    return slash.validator_id, slash.offence, slash.height


class SlasherMachine(RuleBasedStateMachine):
    """Random orders of everything by everybody, with the promises checked after each step."""

    @initialize(stake=st.sampled_from([0, 1, 7, 999, 10**21, 10**21 + 7]), elsewhere=st.sampled_from([0, 3, 100]))
    def begin(self, stake, elsewhere):
        self.suite = deploy_suite(validators=VALIDATORS, stake=stake)
        self.suite.set_elsewhere(elsewhere * stake)
        self.slasher, self.model = self.suite.slasher, self.suite.model
        self.attacker = str(boa.env.generate_address("attacker"))
        self.owners = [str(boa.env.generate_address(f"delegator {index}")) for index in range(2)]
        self.signers = {index + 1: [operator] for index, operator in enumerate(self.suite.operators)}
        self.seen: list[tuple[int, ...]] = []
        self.opened: set[int] = set()
        self.jailed: list[tuple[int, int, int]] = []  # when, how much stake, of how much at work
        self.claimed: set[tuple[int, str]] = set()

    def slash_id(self, index):
        """A slash there is, or the next number."""
        return index % (self.model.slash_count + 1)

    # --- time ---

    @rule(blocks=st.integers(0, 60), hours=st.sampled_from([0, 0, 5, 6, 6, 12, 24, 48, 96]))
    def wait(self, blocks, hours):
        self.suite.advance(blocks, 3 * blocks + hours * HOUR)

    # --- evidence ---

    @rule(validator_id=st.integers(0, VALIDATORS + 1), offence=st.integers(0, 3), age=st.sampled_from([0, 1, 1, 2, 3, 1_001]))
    def announce(self, validator_id, offence, age):
        self.suite.announce(validator_id, offence, max(0, self.suite.block - age))

    @rule(index=st.integers(0, 50), is_waiting=st.sampled_from([True, True, False]))
    def open(self, index, is_waiting):
        """One that waits, in its time, or any in any time."""
        ids = [one for validator_id in range(1, VALIDATORS + 1) for one in self.model.announced_of(validator_id)]
        if is_waiting and not ids:
            ids = [one for one in (self.suite.announce(index % VALIDATORS + 1, index % 3),) if one is not None]
        if is_waiting and ids:
            slash_id = ids[index % len(ids)]
            self.suite.advance(seconds=max(0, self.model.slash_record(slash_id).opens_at - self.suite.now))
        else:
            slash_id = self.slash_id(index)
        number = self.model.slash_record(slash_id).validator_id
        at_work, pool = self.suite.books.staked, replace(self.suite.books.validator(number))
        self.suite.anyone("open_slash", slash_id)
        slash = self.model.slash_record(slash_id)
        if slash.opens_at and slash.slashed_at == self.suite.now and slash_id not in self.opened:
            self.opened.add(slash_id)
            if pool.status & Status.ACTIVE:
                self.jailed.append((self.suite.now, pool.tokens, at_work))

    @rule(index=st.integers(0, 50), caller=st.sampled_from(["arbiter", "guardian", "owner"]))
    def void(self, index, caller):
        self.suite.call("void_slash", getattr(self.suite, caller), self.slash_id(index))

    @rule(validator_id=st.integers(0, VALIDATORS + 1))
    def slash_registered(self, validator_id):
        self.suite.anyone("slash_registered", validator_id)

    @rule(validator_id=validator_ids, age=st.sampled_from([0, 1, 2, 3]), which=st.permutations([0, 1, 2]), generation=st.integers(0, 3))
    def accuse(self, validator_id, age, which, generation):
        signers = self.signers[validator_id]
        signer, height = signers[generation % len(signers)], max(0, self.suite.block - age)
        a, b = ((Vote(height, BLOCKS[index]), signer) for index in which[:2])
        self.suite.accuse(a, b)

    @rule(validator_id=validator_ids)
    def accuse_mirrored(self, validator_id):
        """D13: both orders in one block, at most one slash."""
        a, b = ((Vote(self.suite.block - 1, block), self.signers[validator_id][-1]) for block in BLOCKS[:2])
        before = self.model.slash_count
        self.suite.accuse(a, b)
        self.suite.accuse(b, a)
        assert self.model.slash_count <= before + 1

    @rule(validator_id=validator_ids, heights=st.lists(st.integers(1, 9), min_size=2, max_size=3, unique=True))
    def accuse_of_several(self, validator_id, heights):
        """So that registered proofs are common."""
        for back in heights:
            self.suite.accuse(*((Vote(max(0, self.suite.block - back), block), self.signers[validator_id][-1]) for block in BLOCKS[:2]))

    @rule(
        back=st.sampled_from([0, 0, 0, 1, -1]),
        rows=st.lists(st.tuples(validator_ids, misses, st.sampled_from([0, 0, 1, 2])), max_size=3),
        is_sorted=st.sampled_from([True, True, True, False]),
        signers=quorums,
    )
    def report(self, back, rows, is_sorted, signers):
        epoch = max(0, self.model.controller.current_epoch - 1 - back)
        self.suite.report(epoch, sorted(set(rows)) if is_sorted else rows, signers)

    @rule(validator_id=validator_ids)
    def miss_three_epochs(self, validator_id):
        """So that offences by counter are common."""
        for _ in range(3):
            self.suite.advance(EPOCH)
            self.suite.report(self.model.controller.current_epoch - 1, [(validator_id, EPOCH, 1)])

    @rule(validator_id=validator_ids, offence=st.integers(0, 3))
    def announce_for_liveness(self, validator_id, offence):
        self.suite.anyone("announce_for_liveness", validator_id, offence)

    # --- decisions ---

    @rule(index=st.integers(0, 50), is_operator=st.booleans())
    def appeal(self, index, is_operator):
        slash_id = self.slash_id(index)
        operator = self.suite.books.owner_of(self.model.slash_record(slash_id).validator_id)
        caller = operator if is_operator and operator != ZERO_ADDRESS else self.attacker
        self.suite.call("appeal", caller, slash_id, EVIDENCE)

    @rule(index=st.integers(0, 50), name=st.sampled_from(["overturn", "uphold"]), is_arbiter=st.sampled_from([True, True, False]))
    def decide(self, index, name, is_arbiter):
        self.suite.call(name, self.suite.arbiter if is_arbiter else self.attacker, self.slash_id(index))

    @rule(index=st.integers(0, 50))
    def execute(self, index):
        self.suite.anyone("execute", self.slash_id(index))

    @rule(offence=st.integers(0, 2), bps=st.sampled_from([1, 500, 3_333, 5_000, 5_001]))
    def set_slash_bps(self, offence, bps):
        self.suite.call("set_slash_bps", self.suite.owner, offence, bps)

    # --- stake that moves ---

    @rule(validator_id=validator_ids, owner=st.integers(-1, 1), bps=st.sampled_from([1, 3_333, 5_000, 10_000]))
    def leave(self, validator_id, owner, bps):
        self.suite.leave(validator_id, ZERO_ADDRESS if owner < 0 else self.owners[owner], bps)

    @rule(source_id=validator_ids, owner=st.integers(0, 1), tokens=st.sampled_from([1, 7, 999, 10**20]), days=st.sampled_from([0, 1, 7]))
    def redelegate(self, source_id, owner, tokens, days):
        where = source_id % VALIDATORS + 1, self.owners[owner], 0
        if self.suite.books.positions[where].debt is None:
            self.suite.redelegate(self.owners[owner], source_id, where[0], 0, tokens, self.suite.now + days * DAY)

    @rule(validator_id=validator_ids, owner=st.integers(0, 1))
    def answer(self, validator_id, owner):
        self.suite.anyone("answer", validator_id, self.owners[owner], 0)

    @rule(index=st.integers(0, 50), owner=st.integers(-1, 1))
    def claim(self, index, owner):
        slash_id, account = self.slash_id(index), ZERO_ADDRESS if owner < 0 else self.owners[owner]
        paid = self.suite.claim(slash_id, account)
        if paid is not None:
            assert (slash_id, account) not in self.claimed
            self.claimed.add((slash_id, account))

    # --- validators ---

    @rule(validator_id=validator_ids)
    def rotate(self, validator_id):
        self.suite.advance(1)
        signer = key(f"{validator_id} {len(self.signers[validator_id])}")
        self.signers[validator_id].append(signer)
        self.suite.rotate(validator_id, signer.address)

    @rule(validator_id=validator_ids)
    def exit_or_rejoin(self, validator_id):
        if self.suite.books.exited_at(validator_id):
            self.suite.rejoin(validator_id)
        else:
            self.suite.exit(validator_id)

    @rule(validator_id=validator_ids)
    def leave_jail(self, validator_id):
        self.suite.call("unjail", self.signers[validator_id][-1].address, validator_id)

    # --- promises ---

    @invariant()
    def invariant_SLA1_contract_equals_model(self):
        self.suite.assert_same()

    @invariant()
    def invariant_SLA2_slashed_is_burned_treasury_given_back_and_in_escrow(self):
        slashed, burned, to_treasury, given_back = self.slasher.totals()
        in_escrow = sum(slash.amount + slash.answered for slash in self.model.slashes.values() if slash.status == SlashStatus.ESCROWED)
        assert slashed == burned + to_treasury + given_back + in_escrow
        assert slashed == sum(slash.amount + slash.answered for slash in self.model.slashes.values())
        assert given_back == sum(slash.amount + slash.answered for slash in self.model.slashes.values() if slash.status == SlashStatus.OVERTURNED)

    @invariant()
    def invariant_SLA3_holds_what_is_in_escrow_and_what_is_owed(self):
        """To the wei: nothing is stuck here, and everybody can be paid."""
        in_escrow = sum(slash.amount + slash.answered for slash in self.model.slashes.values() if slash.status == SlashStatus.ESCROWED)
        owed = sum(
            self.suite.staking.restitution(self.slasher, slash_id, owner)
            for slash_id, slash in self.model.slashes.items()
            if slash.status == SlashStatus.OVERTURNED
            for owner in (ZERO_ADDRESS, *self.owners)
        )
        assert self.suite.token.balanceOf(self.slasher) == in_escrow + owed
        assert self.suite.token.allowance(self.slasher, self.suite.staking) == 0

    @invariant()
    def invariant_SLA4_burned_here_is_burned_on_the_token(self):
        burned = self.slasher.totals()[1]
        assert self.suite.token.burned_by_reason(Burn.SLASH) == burned == self.suite.token.total_burned()
        upheld = sum(slash.amount + slash.answered for slash in self.model.slashes.values() if slash.status == SlashStatus.UPHELD)
        assert burned <= upheld * self.model.terms.burn_bps // 10_000

    @invariant()
    def invariant_SLA5_an_offence_is_punished_once(self):
        slashes = self.model.slashes.values()
        taken = [offence_of(slash) for slash in slashes if slash.slashed_at or slash.status == SlashStatus.REGISTERED]
        words = [offence_of(slash) for slash in slashes if slash.opens_at]
        assert len(taken) == len(set(taken))
        assert len(words) == len(set(words))
        assert all(self.slasher.is_punished(*offence) for offence in (*taken[-3:], *words[-3:]))

    @invariant()
    def invariant_SLA6_one_slash_in_escrow_per_offence_and_one_double_signing_for_good(self):
        for validator_id in range(1, VALIDATORS + 1):
            own = [slash for slash in self.model.slashes.values() if slash.validator_id == validator_id]
            pending = self.suite.staking.validator(validator_id).pending_slashes
            for offence in range(3):
                assert sum(slash.offence == offence and slash.status == SlashStatus.ESCROWED for slash in own) == pending >> offence & 1
                assert sum(self.model.slash_record(one).offence == offence for one in self.model.announced_of(validator_id)) <= 1
            assert sum(slash.offence == 0 and slash.status in (SlashStatus.ESCROWED, SlashStatus.UPHELD) for slash in own) <= 1

    @invariant()
    def invariant_SLA7_a_slash_keeps_its_size_and_what_was_decided(self):
        """D16: the deadline moves by one appeal, once; a decision never changes."""
        appeal = self.model.terms.appeal_seconds
        for slash_id, (bps, amount, slashed_at, status) in enumerate(self.seen):
            found = self.slasher.slash_record(slash_id)
            assert found.bps == bps
            assert found.status in FOLLOWING.get(status, (status,))
            assert slashed_at == 0 or (found.amount, found.slashed_at) == (amount, slashed_at)
            assert found.ends_at == (found.slashed_at + appeal * (2 if found.is_appealed else 1) if found.slashed_at else 0)
            assert (found.slashed_at == 0) == (found.status in NOT_TAKEN)
        self.seen = [(slash.bps, slash.amount, slash.slashed_at, slash.status) for slash in self.model.slashes.values()]

    @invariant()
    def invariant_SLA10_words_jail_a_bounded_part_of_the_network_at_a_time(self):
        """Y3: within an appeal period from the first of them all slashes by a word jail a third of the stake at work, or that first one alone."""
        terms, window = self.model.terms, []
        for when, weight, at_work in self.jailed:
            if window and when < window[0][0] + terms.appeal_seconds:
                window.append((when, weight, at_work))
                assert sum(one[1] for one in window) <= window[0][2] * terms.max_jailed_bps // BPS
            else:
                window = [(when, weight, at_work)]

    @invariant()
    def invariant_SLA11_a_word_takes_effect_in_its_time_only(self):
        """Y3: not before its warning is over, and not after another one."""
        for slash in self.model.slashes.values():
            if slash.opens_at and slash.slashed_at:
                assert slash.opens_at <= slash.slashed_at < slash.opens_at + self.model.terms.warning_seconds

    @invariant()
    def invariant_SLA12_no_proof_is_lost_to_another(self):
        """Y5: every registered proof waits or took effect, and none was registered twice."""
        for validator_id in range(1, VALIDATORS + 1):
            waiting = [one for one, slash in self.model.slashes.items() if (slash.validator_id, slash.status) == (validator_id, SlashStatus.REGISTERED)]
            assert self.slasher.registered_of(validator_id) == waiting[:50]


TestSlasher = SlasherMachine.TestCase
TestSlasher.settings = settings(max_examples=examples(quick=4, ci=12, deep=1_500), stateful_step_count=40, deadline=None)
