"""The whole of staking on the real token, registry, block reward and pool: everything in any order, against the models after every step."""

from __future__ import annotations

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.offences import OFFENCES
from mdt.model.staking import ACC_SHIFT, CLAIM_SCALE, OWN_SLOT
from mdt.model.staking.books import OWED_SHIFT
from mdt.model.staking.pool import ANY_AMOUNT
from mdt.model.stream import SCALE
from mdt.units import DAY, WAD
from tests.stateful.staking_actions import ACCOUNTS, FINE, FULL_EVERY, SHORT, StakingActions
from tests.support.profiles import examples
from tests.support.staking import BURSE, EPOCH, FOR_EVER, MINIMUM, UNBONDING, UNBONDING_BLOCKS, UNIT, VALUES

any_index = st.integers(0, 999)
ages = st.sampled_from([0, 0, 1, 5, 20, 21, 60, 400])  # of an offence, in blocks
laters = st.sampled_from([-1, 0, 1, UNBONDING_BLOCKS - 1, UNBONDING_BLOCKS, UNBONDING_BLOCKS + 1])  # an offence, than stake left
whoever = st.integers(0, ACCOUNTS - 1)
validators = st.integers(1, 5)
slots = st.sampled_from([0, 0, 0, 1, 7, 8, 8, 9, 16])
amounts = st.one_of(st.sampled_from([1, UNIT, MINIMUM, 3 * MINIMUM + 7]), st.integers(1, 3_000 * UNIT))
parts = st.one_of(st.sampled_from([0, 1, FOR_EVER, FOR_EVER]), st.integers(1, 1_000 * UNIT))
months = st.sampled_from([0, 0, 1, 3, 12, 13])
accepted = st.sampled_from([FOR_EVER, FOR_EVER, 0, 499, 500, 1_250, 9_000])
commissions = st.sampled_from([0, 500, 1_000, 2_000, 2_001])
TABLES = [
    VALUES,
    [value // 2 for value in VALUES],
    [value * 9 // 10 for value in VALUES],
    [*VALUES[:6], VALUES[5] + UNIT],  # almost flat for the large
    [UNIT // 3, *[UNIT + UNIT * index // 100 for index in range(6)]],
    [*VALUES[:3], VALUES[2], *VALUES[4:]],  # refused: not increasing
    [*VALUES[:6], 2 * VALUES[6] * 10],  # refused: not concave
]


class StakingMachine(StakingActions, RuleBasedStateMachine):
    """Random orders of everything, with the promises checked after each step."""

    def unpulled(self) -> int:
        """Wei released to staking that it has not counted yet; whatever a source before released was counted when it was replaced."""
        return self.model.received_before + self.suite.reward.released_to(self.staking) - self.model.block_rewards_received

    @initialize(
        start_delay=st.sampled_from([0, 5, 50]),
        window_cap=st.sampled_from([None, 20 * UNIT]),
        cap=st.sampled_from([(1_000, 500), (5_000, 0), (3_000, 2_000)]),
        opened=st.integers(2, 4),
        locks=st.tuples(*[st.sampled_from([0, 1, 3])] * 3),
    )
    def begin(self, start_delay, window_cap, cap, opened, locks):
        self.setup(start_delay, window_cap, cap_bps=cap[0], own_part_bps=cap[1])
        for index in range(opened):
            self.act_register(self.accounts[index], (index + 1) * MINIMUM + index, 500 * index)
        for index, lock in enumerate(locks):
            self.act_stake(self.accounts[4 + index], 1 + index % opened, 0, (index + 1) * MINIMUM + index, lock)

    # --- time ---

    @rule(blocks=st.one_of(st.just(1), st.integers(1, 20), st.integers(1, 120)), block_time=st.sampled_from([1, 3, 12]))
    def mine(self, blocks, block_time):
        self.act_mine(blocks, blocks * block_time)

    @rule(seconds=st.sampled_from([DAY, UNBONDING - 100, UNBONDING, UNBONDING + 1, 31 * DAY, 100 * DAY]))
    def wait(self, seconds):
        self.act_mine(1, seconds)

    # --- the registry ---

    @rule(who=whoever, amount=st.sampled_from([MINIMUM - 1, MINIMUM, 3 * MINIMUM + 7]), commission=commissions)
    def register(self, who, amount, commission):
        self.act_register(self.accounts[who], amount, commission)

    @rule(who=whoever, validator=validators, commission=commissions)
    def set_commission(self, who, validator, commission):
        self.act_registry("set_commission", self.accounts[who], validator, commission)

    @rule(validator=validators, commission=commissions)
    def owner_sets_commission(self, validator, commission):
        self.act_registry("set_commission", self.operator(validator), validator, commission)

    @rule(who=whoever, validator=validators)
    def apply_commission(self, who, validator):
        self.act_registry("apply_commission", self.accounts[who], validator)

    @rule(validator=validators, is_back=st.booleans())
    def exit_or_rejoin(self, validator, is_back):
        self.act_registry("rejoin" if is_back else "exit", self.operator(validator), validator)

    @rule(validator=validators, heir=whoever)
    def hand_over(self, validator, heir):
        if self.act_registry("propose_owner", self.operator(validator), validator, self.accounts[heir]):
            assert self.act_registry("accept_owner", self.accounts[heir], validator)

    # --- owners ---

    @rule(who=whoever, validator=validators, slot=slots, amount=amounts, months=months, most=accepted, at_most=st.booleans())
    def stake(self, who, validator, slot, amount, months, most, at_most):
        self.act_stake(self.accounts[who], validator, slot, amount, months, most, at_most=at_most)

    @rule(
        who=whoever,
        by=st.sampled_from([0, 0, 1]),
        validator=validators,
        limit=st.sampled_from([0, 1, MINIMUM, 3 * MINIMUM, ANY_AMOUNT - 1, ANY_AMOUNT, FOR_EVER]),
    )
    def set_limit(self, who, by, validator, limit):
        known = validator in self.model.pools
        self.act_set_limit(self.accounts[who] if by or not known else self.operator(validator), validator, limit)

    @rule(index=any_index, amount=st.sampled_from([0, 0, 1, 100 * UNIT]), months=months)
    def change_stake(self, index, amount, months):
        """Top up or lock longer what there is."""
        key = self.pick(self.live(), index)
        if key:
            self.act_stake(self.owner(key), key[0], key[2], amount, months)

    @rule(owner=whoever, by=st.sampled_from([0, 0, 0, 1]), who=whoever, validator=validators, slot=slots, amount=amounts, months=st.sampled_from([0, 0, 0, 1]))
    def stake_for(self, owner, by, who, validator, slot, amount, months):
        """The distributor for an account that asked it to, or anybody who was not asked."""
        caller = self.accounts[who] if by else self.suite.distributor
        self.act_stake_for(caller, self.accounts[owner], validator, slot, amount, months)

    @rule(
        by=st.sampled_from([0, 0, 0, 1]),
        who=whoever,
        amount=st.sampled_from([0, 1, 7, UNIT, 100 * UNIT]),
        blocks=st.sampled_from([0, 1, 31, 32, 33, 100, EPOCH - 1, EPOCH, EPOCH + 1, FOR_EVER]),
    )
    def add_reward(self, by, who, amount, blocks):
        """What a schedule pays, which anybody has paid at any time."""
        self.act_add_reward(self.accounts[who] if by else self.suite.schedules, amount, blocks)

    @precondition(lambda self: self.replaced < 3)
    @rule()
    def replace_reward(self):
        self.act_replace_reward()

    @rule(index=any_index)
    def restake(self, index):
        key = self.pick(self.live(), index)
        if key:
            self.act_restake(self.owner(key), key[0], key[2])

    @rule(index=any_index, amount=parts, is_locked_too=st.booleans())
    def unstake(self, index, amount, is_locked_too):
        key = self.pick(self.live(is_locked_too), index)
        if key:
            self.act_unstake(self.owner(key), key[0], key[2], amount)

    @rule(index=any_index, is_strange=st.sampled_from([False, False, False, True]), who=whoever)
    def cancel_unstake(self, index, is_strange, who):
        request = self.pick(self.requests(), index)
        if request:
            key, number = request
            self.act_cancel(self.accounts[who] if is_strange else self.owner(key), key[0], key[2], number)

    @rule(index=any_index, is_strange=st.sampled_from([False, False, False, True]), who=whoever)
    def withdraw(self, index, is_strange, who):
        request = self.pick(self.requests(), index)
        if request:
            key, number = request
            self.act_withdraw(self.accounts[who] if is_strange else self.owner(key), key[0], key[2], number)

    @rule(index=any_index, validator=validators, slot=st.sampled_from([0, 1, 2, 8]), amount=parts)
    def redelegate_anywhere(self, index, validator, slot, amount):
        key = self.pick(self.live(), index)
        if key:
            self.act_redelegate(self.owner(key), (key[0], key[2]), (validator, slot), amount)

    @rule(index=any_index, amount=parts, most=accepted)
    def redelegate(self, index, amount, most):
        """Where it can succeed: from what answers for nothing to an active validator, into a free slot."""
        key = self.pick([one for one in self.live() if one[2] < OWN_SLOT and not self.model.positions[one].debt], index)
        targets = [number for number, pool in self.model.pools.items() if key and pool.is_active and number != key[0]]
        target = self.pick(targets, index)
        if target:
            slot = next(slot for slot in range(OWN_SLOT + 1) if not self.model.positions[target, key[1], slot].shares)
            self.act_redelegate(key[1], (key[0], key[2]), (target, slot), amount, most)

    @rule(who=whoever, recipient=whoever)
    def set_recipient(self, who, recipient):
        self.act_set_recipient(self.accounts[who], self.accounts[recipient])

    # --- anyone ---

    @rule(index=any_index, who=whoever)
    def claim(self, index, who):
        key = self.pick(list(self.model.positions), index)
        if key and key[0] in self.model.pools and key[2] < 2 * OWN_SLOT:
            self.act_claim(key, self.accounts[who])

    @rule(validator=validators, who=whoever)
    def claim_commission(self, validator, who):
        self.act_claim_commission(validator, self.accounts[who])

    @rule(index=any_index, who=whoever)
    def end_lock(self, index, who):
        locked = [key for key in self.live() if self.model.positions[key].bonus_bps]
        key = self.pick(locked or self.live(), index)
        if key:
            self.act_end_lock(key, self.accounts[who])

    @rule(who=whoever)
    def pull(self, who):
        self.act_pull(self.accounts[who])

    @rule()
    def release_by_another(self):
        self.suite.reward.release()

    @rule(who=whoever)
    def recycle(self, who):
        self.act_recycle(self.accounts[who])

    @precondition(lambda self: self.donated == 0)
    @rule(who=whoever, amount=st.integers(1, UNIT))
    def donate(self, who, amount):
        self.act_donate(self.accounts[who], amount)

    # --- roles ---

    @rule(amount=st.one_of(st.sampled_from([0, 1, 400 * UNIT]), st.integers(1, 500 * UNIT)))
    def notify(self, amount):
        self.act_notify(amount)

    @rule(values=st.sampled_from(TABLES), is_due=st.booleans())
    def set_table(self, values, is_due):
        if is_due:
            self.act_mine(1, 30 * DAY)
        self.act_set_table(values)

    @rule(index=any_index, offence=st.integers(0, OFFENCES - 1), bps=st.sampled_from([1, 500, 1_000, 5_000, 5_001]), age=ages)
    def slash(self, index, offence, bps, age):
        number = self.pick(list(self.model.pools), index)
        if number:
            self.act_slash(number, offence, bps, age)

    @rule(index=any_index, offence=st.integers(0, OFFENCES - 1), bps=st.sampled_from([500, 1_000, 5_000]), later=laters)
    def slash_what_was_left(self, index, offence, bps, later):
        """The validator that redelegated stake came from, or that stake was asked back from, for an offence about when it left or an unbonding time later."""
        left = self.pick(self.answerable(), index)
        if left:
            self.act_slash_about(*left, offence, bps, later)

    @rule(index=any_index, is_overturned=st.booleans(), is_released=st.booleans())
    def end_slash(self, index, is_overturned, is_released):
        pending = self.pick(list(self.model.escrows), index)
        if pending:
            self.act_end_slash(*pending, is_overturned)
            if is_released:
                self.act_unbar(pending[0])

    @rule(validator=validators)
    def unbar(self, validator):
        if validator in self.model.pools:
            self.act_unbar(validator)

    @rule(index=any_index)
    def answer(self, index):
        left = self.pick(self.answerable(), index)
        if left:
            self.act_answer(*left)

    @rule(index=any_index)
    def pay_restitution(self, index):
        owed = self.pick([key[1:] for key in self.model.restitution if self.slashes[key[1]].is_overturned], index)
        if owed:
            self.act_pay_restitution(*owed)

    # --- promises ---

    @invariant()
    def invariant_STK1_balance_is_principal_and_rewards_and_donations(self):
        """What arrived by BlockReward and was not pulled yet is on its way into the rewards. The slasher holds what slashes took, to the wei."""
        unpulled = self.unpulled()
        assert self.token.balanceOf(self.staking) == self.suite.holdings() + unpulled + self.donated
        in_escrow = sum(held.tokens for held in self.model.escrows.values())
        upheld = sum(slash.restored for slash in self.slashes if slash.is_ended and not slash.is_overturned)
        noted = sum(self.model.restitution.values())  # for upheld slashes too: these are the slasher's for good
        assert self.token.balanceOf(self.suite.slasher) == in_escrow + upheld + noted

    @invariant()
    def invariant_STK2_rewards_are_conserved(self):
        """But for dust, which is never negative: nothing is promised that did not come in."""
        assert 0 <= self.reward_dust() <= self.dust_bound()

    @invariant()
    def invariant_STK3_contract_equals_model(self):
        """What the step touched, all validators and the network now; every single position every few steps and at the end."""
        self.steps += 1
        self.assert_same_network()
        weights = self.assert_same_validators()
        surplus = self.staking.network().weight - sum(weights)
        assert surplus in range(len(weights) + 1), "STK10"
        if self.steps % FULL_EVERY == 0:
            self.assert_everything_is_the_same()
        else:
            known = list(self.model.positions)
            for key in {*self.touched, *known[self.steps % (len(known) or 1) :][:1]}:
                if key[2] < 2 * OWN_SLOT:
                    self.assert_same_position(key)
        self.touched.clear()

    @invariant()
    def invariant_STK4_nobody_is_owed_more_than_its_share_of_every_block(self):
        """Nor less: but for the carry, that of every change and the one that waits now, and what divisions round."""
        slack = (self.slack + self.model.ledger.carry + (self.settlements << OWED_SHIFT) + 8) << ACC_SHIFT
        pools = {number: self.model.validator(number) for number in self.model.pools}
        slack += sum(pool.boosted_shares for pool in pools.values())
        for key, position in self.model.positions.items():
            if key[0] in pools:
                got = self.paid.get(key, 0) * CLAIM_SCALE + position.owed_at(pools[key[0]].acc)
                assert abs(got - (self.ideal.get(key, 0) << ACC_SHIFT >> FINE)) <= slack
        for number, pool in pools.items():
            key = (number, ZERO_ADDRESS, -1)
            got = (self.paid.get(key, 0) * SCALE + (pool.commission_owed << OWED_SHIFT)) << ACC_SHIFT
            assert abs(got - (self.ideal.get(key, 0) << ACC_SHIFT >> FINE)) <= slack

    @invariant()
    def invariant_STK5_what_waits_undivided_is_dust(self):
        """Less than a scaled wei (2^-47 wei) per unit of weight (2^20 wei of effective stake)."""
        ledger = self.model.ledger
        ledger.settle()
        assert ledger.carry < max(ledger.weight, 1)

    @invariant()
    def invariant_STK6_block_rewards_never_flow_faster_than_scheduled(self):
        """No timing of pulls makes a block of staking pay more than a block's reward, and none loses a block's reward."""
        reward, now = self.suite.reward, boa.env.evm.patch.block_number
        assert self.model.ledger.block_stream.rate <= SHORT.initial * SCALE
        unpulled = self.unpulled()
        assert self.model.block_rewards_received + unpulled + reward.owed() == reward.scheduled_through(now)

    @invariant()
    def invariant_STK8_shares_add_up_and_are_covered(self):
        """Positions are all shares, together worth no more than the pool; no share is worth over a wei."""
        for number, pool in self.model.pools.items():
            mine = {key: one for key, one in self.model.positions.items() if key[0] == number}
            assert sum(one.shares for one in mine.values()) == pool.shares
            assert sum(one.shares for key, one in mine.items() if key[2] >= OWN_SLOT) == pool.own_shares
            assert sum(one.boosted for one in mine.values()) == pool.boosted_shares
            assert sum(pool.worth(one.shares) for one in mine.values()) <= pool.tokens <= pool.shares
            assert (pool.tokens == 0) == (pool.shares == 0), "whatever was slashed, shares are worth something"

    @invariant()
    def invariant_STK9_what_a_slash_took_is_in_escrow_restored_noted_or_paid(self):
        for number, slash in enumerate(self.slashes):
            noted = sum(amount for (_, one, _), amount in self.model.restitution.items() if one == number)
            held = self.model.escrows.get((slash.validator_id, slash.offence))
            rest = slash.restored if slash.is_ended else held.tokens
            assert slash.taken + slash.answered == rest + noted + slash.paid

    @invariant()
    def invariant_STK10_total_weight_covers_all_weights(self):
        """By at most a unit per validator too much, after table changes; nothing at all when nobody is active."""
        model = self.model
        model.ledger.settle()
        weights = [model.weight(model.validator(number)) for number in model.pools]
        assert model.ledger.weight - sum(weights) in range(len(weights) + 1)
        assert model.active_count or model.ledger.weight == 0

    def teardown(self):
        """Whatever happened, everybody gets out with all its stake and all its rewards, and what is left is dust."""
        if not hasattr(self, "accounts"):
            return
        self.everybody_leaves()
        self.assert_everything_is_the_same()
        net, ledger = self.staking.network(), self.model.ledger
        assert (net.principal, net.staked, net.weight, net.active_count) == (0, 0, 0, 0)
        assert not self.live()
        assert not self.requests()
        left = net.rewards_received - net.rewards_paid - net.rewards_recycled - ledger.streams_left() // SCALE
        fractions = len(self.model.positions) + len(self.model.pools) + 3  # of a wei: per claim, of the idle rewards and of the streams
        assert left <= fractions + self.dust_bound() // CLAIM_SCALE
        held = sum(self.token.balanceOf(account) for account in self.accounts)
        given = BURSE - self.token.balanceOf(self.suite.distributor)  # what it staked for others is theirs
        assert held == ACCOUNTS * BURSE + given + net.rewards_paid - self.donated - self.token.balanceOf(self.suite.slasher)
        assert self.token.balanceOf(self.suite.slasher) == sum(slash.taken + slash.answered for slash in self.slashes if not slash.is_overturned), (
            "upheld, and nothing of what was overturned"
        )


def test_teardown__distributor_staked_for_somebody__leaves_with_it():
    """The tokens are another's from then on; the sum over all accounts did not count them."""
    machine = StakingMachine()
    machine.begin(start_delay=0, locks=(0, 1, 3), cap=(1_000, 10), window_cap=None, opened=1)
    machine.act_stake_for(machine.suite.distributor, machine.accounts[1], 1, 0, 2, 0)
    assert machine.token.balanceOf(machine.suite.distributor) == BURSE - 2
    machine.teardown()


def test_dust_bound__table_shrinks_while_a_carry_waits__covers_what_the_surplus_gets():
    """The carry is divided over the small new weight; what falls to the units that the sums are too high by was not counted."""
    machine = StakingMachine()
    machine.begin(start_delay=0, locks=(0, 1, 3), cap=(1_000, 10), window_cap=None, opened=4)
    machine.set_table(is_due=True, values=[value * UNIT // 10 for value in (10, 85, 300, 500, 1_250, 2_000, 10_000)])
    machine.mine(block_time=1, blocks=105)
    machine.notify(amount=797_350_329)
    machine.mine(block_time=3, blocks=64)
    machine.set_table(is_due=True, values=[UNIT // 3, *(UNIT * percent // 100 for percent in range(100, 106))])
    machine.invariant_STK2_rewards_are_conserved()


TestStaking = StakingMachine.TestCase
TestStaking.settings = settings(max_examples=examples(quick=5, ci=12, deep=1_000), stateful_step_count=examples(quick=40, ci=40, deep=100), deadline=None)


def test_redelegate__refused_after_the_weight_has_changed__the_model_has_shared_nothing():
    """The second half of a call shares what was carried by the weight that the first half left. Once it is refused, nothing was shared."""
    machine = StakingMachine()
    machine.begin(locks=(0, 0, 0), cap=(1_000, 10), opened=2, start_delay=0, window_cap=20 * WAD)
    machine.mine(block_time=1, blocks=66)
    machine.mine(block_time=1, blocks=18)
    machine.slash(bps=1, index=0, offence=0, age=0)
    machine.pull(who=0)
    machine.register(amount=100 * WAD, commission=0, who=3)
    machine.slash(bps=1, index=884, offence=0, age=0)
    machine.wait(seconds=86_400)
    machine.wait(seconds=8_640_000)
    machine.redelegate_anywhere(index=999, validator=1, slot=0, amount=2**256 - 1)
    machine.invariant_STK2_rewards_are_conserved()
    machine.invariant_STK3_contract_equals_model()
