"""What can happen to staking, done to the contracts and to the models at once, and the books the promises are checked against.

Each action runs the model first. If the model refuses, the contract must refuse for the same reason; else both answer the same. The slasher is
an account that behaves as the contract will: it holds what slashes took, gives back what is overturned and answers for what moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.model.halving import HalvingSchedule
from mdt.model.offences import OFFENCES
from mdt.model.reasons import Mint
from mdt.model.staking import ACC_SHIFT, CLAIM_SCALE, OWN_SLOT, PositionKey, Staking, Status
from mdt.model.staking.books import OWED_SHIFT
from mdt.model.staking.pool import OWED_SCALE
from mdt.model.staking.position import PERCENT, Debt
from mdt.model.stream import SCALE
from mdt.model.validators import Validators
from mdt.units import BPS, DAY
from tests.support.boa_clock import mine
from tests.support.staking import FOR_EVER, TERMS, UNIT, deploy_suite
from tests.support.twins import Twin, outcome

# Eras short enough that runs cross some of them and reach the end of the schedule.
SHORT = HalvingSchedule(initial=2 * UNIT, interval=60, halvings=4)
STREAM_BLOCKS = 32
SLASHERS = ("slash", "end_slash", "answer_slash", "take_restitution")  # calls that the slasher logs
ACCOUNTS = 7

FULL_EVERY = 8  # steps between two comparisons of every single position
FINE = 128  # ideal shares count 2^-128 scaled wei, rounded down
YEAR = 13 * 30 * DAY  # longer than any lock


@dataclass
class Slash:
    """A slash as the slasher remembers it."""

    validator_id: int
    offence: int
    bps: int
    height: int  # of the offence
    index: int  # among the validator's
    taken: int
    answered: int = 0
    restored: int = 0  # given back to the pool, or kept from it for good
    paid: int = 0
    is_ended: bool = False
    is_overturned: bool = False


class Hooks:
    """The model of staking as its registry calls it."""

    def __init__(self, staking: Staking) -> None:
        self.staking = staking

    def open(self, validator_id: int, payer: str, amount: int, commission_bps: int) -> None:
        """The tokens of who registers are the token's business."""
        self.staking.open(self.staking.registry_address, validator_id, amount, commission_bps)

    def set_commission(self, validator_id: int, commission_bps: int) -> None:
        """As the registry."""
        self.staking.set_commission(self.staking.registry_address, validator_id, commission_bps)

    def set_limit(self, validator_id: int, limit: int) -> None:
        """As the registry."""
        self.staking.set_limit(self.staking.registry_address, validator_id, limit)

    def set_bars(self, validator_id: int, bars: int, is_barred: bool) -> None:
        """As the registry."""
        self.staking.set_bars(self.staking.registry_address, validator_id, bars, is_barred)

    def standing(self, validator_id: int) -> tuple[int, bool]:
        """As anybody sees it."""
        pool = self.staking.validator(validator_id)
        return pool.status, bool(pool.pending)


class StakingActions:
    """Staking, its registry and their models."""

    MAX_VALIDATORS = 5

    def setup(self, start_delay: int, window_cap: int | None, **terms: int) -> None:
        """Contracts, models, accounts and books."""
        self.suite = deploy_suite(start_delay=start_delay, schedule=SHORT, window_cap=window_cap, terms=replace(TERMS, stream_blocks=STREAM_BLOCKS, **terms))
        suite = self.suite
        self.staking, self.token, self.model = suite.staking, suite.token, suite.model()
        limits = self.model.terms
        hooks = Hooks(self.model)
        self.registry = Validators(
            hooks,
            self.model.clock,
            unbonding_seconds=limits.unbonding_seconds,
            unbonding_blocks=limits.unbonding_blocks,
            max_commission_bps=limits.max_commission_bps,
        )
        self.model.registry = self.registry
        self.twin = Twin(suite.staking, self.model, silent={"pull_block_rewards", *SLASHERS})
        self.registry_twin = Twin(
            suite.validators, self.registry, silent={"exit", "rejoin", "set_limit", "set_commission", "apply_commission"}
        )  # then staking logs
        self.accounts = [suite.actor(f"account {index}") for index in range(ACCOUNTS)]
        self.slashes: list[Slash] = []
        self.donated = self.steps = self.settlements = self.replaced = 0
        self.touched: set[PositionKey] = set()
        # what each position (or a validator's commission: slot -1) was paid, wei; its exact share of every block so far, 2^-128 scaled wei
        self.paid: dict[PositionKey, int] = {}
        self.ideal: dict[PositionKey, int] = {}
        self.slack = 0  # scaled wei that the carry and roundings can have moved from one to another
        self.surplus = 0  # scaled wei that flowed to weight which a table's sums were too high by

    # --- running both ---

    def attempt(self, name: str, caller: str | None, *arguments: Any, twin: Twin | None = None) -> Any:
        """A call of staking, or of another twin. None if both refused, True if there is no answer."""
        return self.counting(lambda: (twin or self.twin).call(name, caller, *arguments))

    def counting(self, call: Callable[[], Any]) -> Any:
        """Do something on both, and count what its settlements can have moved."""
        self.flow_on()
        ledger = self.model.ledger
        acc = ledger.acc
        is_done, answer = outcome(call)
        if not is_done:
            return None
        # within the call and after it the carry can be divided anew, over another weight
        ledger.settle()
        self.surplus += len(self.model.pools) * (ledger.acc - acc)
        self.settlements += 2
        now = self.model.clock.block_number
        self.slack += 2 * ledger.carry + max(0, ledger.epoch_stream.end - now) + max(0, ledger.block_stream.end - now)
        self.slack += sum((pool.boosted_shares >> ACC_SHIFT) + 2 for pool in self.model.pools.values())
        return True if answer is None else answer

    def flow_on(self) -> None:
        """Settle the network, counting what went to nobody's weight and what waits."""
        ledger, model = self.model.ledger, self.model
        before = ledger.acc
        surplus = ledger.weight - sum(model.weight(model.validator(number)) for number in model.pools)
        self.surplus += surplus * (ledger.acc - before)
        self.slack += ledger.carry

    # --- who and what there is ---

    def pick(self, things: list[Any], index: int) -> Any:
        """One of what there is, or None."""
        return things[index % len(things)] if things else None

    def live(self, is_locked_too: bool = True) -> list[PositionKey]:
        """Positions with shares."""
        now = self.model.clock.timestamp
        return [key for key, position in self.model.positions.items() if position.shares and (is_locked_too or position.unlocks_at <= now)]

    def requests(self) -> list[tuple[PositionKey, int]]:
        """Requests that have not ended."""
        return [(key, number) for key, position in self.model.positions.items() for number in position.requests]

    def operator(self, validator_id: int) -> str:
        """Who owns it, and so may operate it."""
        return self.registry.owner_of(validator_id)

    def owner(self, key: PositionKey) -> str:
        """Whose position it is: its owner, or the validator's."""
        validator_id, owner, slot = key
        return owner if slot < OWN_SLOT else self.operator(validator_id)

    def key(self, caller: str, validator_id: int, slot: int) -> PositionKey:
        """Where a caller's position is kept."""
        return PositionKey(validator_id, caller if slot < OWN_SLOT else ZERO_ADDRESS, slot)

    def recipient(self, account: str) -> str:
        """Who is paid the rewards of an account."""
        chosen = self.model.recipient_of.get(account, ZERO_ADDRESS)
        return account if chosen == ZERO_ADDRESS else chosen

    def can_pay(self, account: str, amount: int) -> bool:
        """Whether it has that many tokens: what a token refuses is not tried here."""
        return bool(self.token.balanceOf(account) >= amount)

    # --- time ---

    def act_mine(self, blocks: int, seconds: int) -> None:
        """Let blocks pass; every one of them is shared out in the books beside."""
        model, ledger = self.model, self.model.ledger
        self.flow_on()
        now = model.clock.block_number
        flow = ledger.epoch_stream.flow(now, now + blocks) + ledger.block_stream.flow(now, now + blocks)
        pools = {number: model.validator(number) for number in model.pools}
        if flow and ledger.weight:
            for number, pool in pools.items():
                part = (flow * model.weight(pool) << FINE) // ledger.weight
                commission = part * pool.commission_bps // BPS
                self.count_ideal(PositionKey(number, ZERO_ADDRESS, -1), commission)
                if pool.is_active:
                    for key, position in model.positions.items():
                        if key[0] == number and position.shares:
                            self.count_ideal(key, (part - commission) * position.boosted // pool.boosted_shares)
        surplus = ledger.weight - sum(model.weight(pool) for pool in pools.values())
        acc = ledger.acc
        mine(blocks, seconds)
        ledger.settle()
        self.surplus += surplus * (ledger.acc - acc)

    def count_ideal(self, key: PositionKey, amount: int) -> None:
        """Add to an exact share."""
        self.ideal[key] = self.ideal.get(key, 0) + amount

    # --- the registry ---

    def act_register(self, account: str, amount: int, commission_bps: int) -> None:
        """Become a validator."""
        if len(self.model.pools) < self.MAX_VALIDATORS and self.can_pay(account, amount):
            self.attempt("register", account, amount, commission_bps, "", twin=self.registry_twin)

    def act_registry(self, name: str, caller: str, *arguments: Any) -> bool:
        """A call of the registry, which its model takes with the caller first."""
        return self.attempt(name, caller, *arguments, twin=self.registry_twin) is not None

    # --- owners of positions ---

    def act_stake(self, caller: str, validator_id: int, slot: int, amount: int, months: int, most: int = FOR_EVER, *, at_most: bool = False) -> None:
        """Add stake, lock it, or both."""
        if not self.can_pay(caller, amount):
            return
        self.touched.add(self.key(caller, validator_id, slot))
        self.attempt("stake", caller, validator_id, slot, amount, months, caller, most, at_most)

    def act_set_limit(self, caller: str, validator_id: int, limit: int) -> None:
        """Its operator, or somebody else, says how much may be delegated."""
        self.act_registry("set_limit", caller, validator_id, limit)

    def act_restake(self, caller: str, validator_id: int, slot: int) -> None:
        """Add rewards to the stake."""
        key = self.key(caller, validator_id, slot)
        self.touched.add(key)
        amount = self.attempt("restake", caller, validator_id, slot)
        self.paid[key] = self.paid.get(key, 0) + (amount or 0)

    def act_unstake(self, caller: str, validator_id: int, slot: int, amount: int) -> None:
        """Ask for stake back."""
        self.touched.add(self.key(caller, validator_id, slot))
        self.attempt("unstake", caller, validator_id, slot, amount)

    def act_cancel(self, caller: str, validator_id: int, slot: int, request_id: int) -> None:
        """Put a request back."""
        self.touched.add(self.key(caller, validator_id, slot))
        self.attempt("cancel_unstake", caller, validator_id, slot, request_id)

    def act_withdraw(self, caller: str, validator_id: int, slot: int, request_id: int) -> None:
        """Take a request out; the caller gets it."""
        self.touched.add(self.key(caller, validator_id, slot))
        before = self.token.balanceOf(caller)
        amount = self.attempt("withdraw", caller, validator_id, slot, request_id)
        assert self.token.balanceOf(caller) == before + (amount or 0)

    def act_redelegate(self, caller: str, source: tuple[int, int], target: tuple[int, int], amount: int, most: int = FOR_EVER) -> None:
        """Move a delegation."""
        self.touched |= {self.key(caller, *source), self.key(caller, *target)}
        self.attempt("redelegate", caller, *source, *target, amount, most)

    def act_set_recipient(self, caller: str, recipient: str) -> None:
        """Choose who is paid."""
        self.attempt("set_recipient", caller, recipient)

    # --- anyone ---

    def act_claim(self, key: PositionKey, caller: str) -> None:
        """Anybody claims for anybody; the one its owner chose is paid."""
        self.touched.add(key)
        self.pay(key, self.owner(key), "claim", caller, *key)

    def act_claim_commission(self, validator_id: int, caller: str) -> None:
        """Likewise."""
        self.pay(PositionKey(validator_id, ZERO_ADDRESS, -1), self.operator(validator_id), "claim_commission", caller, validator_id)

    def pay(self, key: PositionKey, account: str, name: str, caller: str, *arguments: Any) -> None:
        """Run a claim, and look where the money went."""
        recipient = self.recipient(account)
        before = self.token.balanceOf(recipient)
        amount = self.attempt(name, caller, *arguments) or 0
        assert self.token.balanceOf(recipient) == before + amount
        self.paid[key] = self.paid.get(key, 0) + amount

    def act_end_lock(self, key: PositionKey, caller: str) -> None:
        """End a lock that has run out."""
        self.touched.add(key)
        self.attempt("end_lock", caller, *key)

    def act_pull(self, caller: str) -> None:
        """Pull block rewards; what arrives is known afterwards, so the contract is first."""
        since = self.model.pulled_through
        answer = self.staking.pull_block_rewards(sender=caller)
        known = self.known_of_rewards(self.suite.reward, since)
        assert self.counting(lambda: self.model.pull_block_rewards(*known)) == answer

    def known_of_rewards(self, source: Any, since: int) -> tuple[int, int, int, int]:
        """What staking asks others in a pull."""
        minted = self.token.minted_by_reason(Mint.BLOCK_REWARD)
        return source.released_to(self.staking), source.reward_at(since), source.owed(), minted

    def act_replace_reward(self) -> None:
        """The block reward's successor takes its place; what the old one had released is counted."""
        since = self.model.pulled_through
        old = self.suite.replace_reward()
        new = str(self.suite.reward.address)
        known = self.known_of_rewards(old, since)
        self.counting(
            lambda: self.model.set_block_reward(self.suite.owner, new, taken_over_from=str(old.address), pull=lambda: self.model.pull_block_rewards(*known))
        )
        self.replaced += 1

    def act_stake_for(self, caller: str, owner: str, validator_id: int, slot: int, amount: int, months: int) -> None:
        """The distributor, or somebody else, adds to another's position."""
        if not self.can_pay(caller, amount):
            return
        self.touched.add(self.key(owner, validator_id, slot))
        before = self.token.balanceOf(owner)
        is_done = self.attempt("stake", caller, validator_id, slot, amount, months, owner) is not None
        assert not is_done or caller == owner or (caller == self.suite.distributor and months == 0)
        assert self.token.balanceOf(owner) == before - (amount if is_done and caller == owner else 0)

    def act_recycle(self, caller: str) -> None:
        """Send idle rewards to the pool."""
        before = self.suite.pool.available()
        amount = self.attempt("recycle_idle_rewards", caller)
        assert self.suite.pool.available() == before + (amount or 0)

    def act_donate(self, account: str, amount: int) -> None:
        """A plain transfer in."""
        if self.can_pay(account, amount):
            self.token.transfer(self.staking, amount, sender=account)
            self.donated += amount

    # --- roles ---

    def act_notify(self, amount: int) -> None:
        """An epoch's rewards come in."""
        notifier = self.suite.notifier
        if self.can_pay(notifier, amount):
            self.attempt("notify_reward", notifier, amount)

    def act_add_reward(self, caller: str, amount: int, blocks: int) -> None:
        """A schedule pays, or somebody who has none."""
        if self.can_pay(caller, amount):
            is_done = self.attempt("add_reward", caller, amount, blocks) is not None
            assert is_done == (caller == self.suite.schedules and amount > 0)

    def act_set_table(self, values: list[int]) -> None:
        """Change what stake weighs."""
        self.attempt("set_decay_table", self.suite.owner, values)

    def act_slash(self, validator_id: int, offence: int, bps: int, age: int = 0) -> None:
        """Slash, as the slasher, for an offence some blocks ago."""
        slasher, number = self.suite.slasher, len(self.slashes)
        index = self.model.pools[validator_id].slash_count
        taken = self.attempt("slash", slasher, validator_id, offence, number, bps)
        if taken is not None:
            height = max(self.model.clock.block_number - 1 - age, 0)
            self.slashes.append(Slash(validator_id, offence, bps, height, index, 0 if taken is True else taken))

    def act_slash_about(self, key: PositionKey, request_id: int, offence: int, bps: int, later: int) -> None:
        """Slash the validator that a position or a request left, for an offence so many blocks later than that, if that block is over."""
        left = self.model.positions[key].debt if request_id == FOR_EVER else self.model.positions[key].requests[request_id]
        age = self.model.clock.block_number - 1 - (left.left_at + later)
        if age >= 0:
            self.act_slash(left.source if isinstance(left, Debt) else key[0], offence, bps, age)

    def act_end_slash(self, validator_id: int, offence: int, is_overturned: bool) -> None:
        """Uphold or overturn."""
        slasher = self.suite.slasher
        held = self.model.escrows.get((validator_id, offence))
        rest = self.attempt("end_slash", slasher, validator_id, offence, is_overturned)
        if rest is not None:
            slash = self.slashes[held.slash_id]
            slash.is_ended, slash.is_overturned, slash.restored = True, is_overturned, held.tokens

    def act_unbar(self, validator_id: int) -> None:
        """Let a validator out of jail once nothing is in escrow."""
        pool, slasher = self.model.pools[validator_id], self.suite.slasher
        if not pool.pending and pool.status & (Status.JAILED | Status.TOMBSTONED):
            bars = Status.JAILED | Status.TOMBSTONED
            self.attempt("set_bars", slasher, validator_id, bars, False)

    def act_answer(self, key: PositionKey, request_id: int = FOR_EVER) -> bool:
        """Let a request, or a redelegated position, answer for the next slash of where it came from. False if there is none."""
        left = self.model.positions[key].debt if request_id == FOR_EVER else self.model.positions[key].requests[request_id]
        source = left.source if isinstance(left, Debt) else key[0]
        due = next((one for one in self.slashes if left and (one.validator_id, one.index) == (source, left.next_slash)), None)
        if due is None:
            return False
        number, slasher = self.slashes.index(due), self.suite.slasher
        self.touched.add(key)
        amount = self.attempt("answer_slash", slasher, *key, request_id, number, 0 if due.is_overturned else due.bps, due.height)
        due.answered += amount
        return True

    def answerable(self) -> list[tuple[PositionKey, int]]:
        """What left a validator and may have to answer for it: redelegated positions and requests."""
        return [(key, FOR_EVER) for key, one in self.model.positions.items() if one.debt] + self.requests()

    def act_pay_restitution(self, number: int, owner: str) -> None:
        """Pay somebody what an overturned slash owes."""
        slash, slasher = self.slashes[number], self.suite.slasher
        if slash.is_overturned:
            amount = self.attempt("take_restitution", slasher, number, owner)
            slash.paid += amount
            self.token.transfer(self.operator(slash.validator_id) if owner == ZERO_ADDRESS else owner, amount, sender=slasher)

    # --- comparison ---

    def assert_same_network(self) -> None:
        """Sums and streams."""
        model, ledger, net = self.model, self.model.ledger, self.staking.network()
        ledger.settle()
        assert (net.weight, net.staked, net.principal) == (ledger.weight, model.staked, model.principal)
        assert net.counted_count == model.counted_count
        assert (net.active_count, net.validator_count, net.table_version) == (model.active_count, len(model.pools), len(model.tables) - 1)
        assert (net.rewards_received, net.rewards_paid, net.rewards_recycled) == (model.rewards_received, model.rewards_paid, model.rewards_recycled)
        assert (net.rewards_idle, net.pulled_through) == (ledger.idle_wei(), model.pulled_through)
        assert (net.epoch_stream_rate, net.epoch_stream_end) == (ledger.epoch_stream.rate // SCALE, ledger.epoch_stream.end)
        assert (net.block_stream_rate, net.block_stream_end) == (ledger.block_stream.rate // SCALE, ledger.block_stream.end)

    def assert_same_validators(self) -> list[int]:
        """Pools; returns the contract's weights."""
        weights = []
        for number in self.model.pools:
            seen, pool = self.staking.validator(number), self.model.validator(number)
            weights.append(seen.weight)
            assert (seen.tokens, seen.own_staked, seen.shares) == (pool.tokens, pool.own_staked, pool.shares)
            assert seen.boosted_shares == pool.boosted_shares
            assert (seen.weight, seen.commission_bps) == (self.model.weight(pool), pool.commission_bps)
            assert seen.commission_owed == pool.commission_owed // OWED_SCALE
            assert (seen.delegation_cap, seen.room) == (pool.limit, self.model.room(number))
            assert (seen.status, seen.pending_slashes, seen.slash_count) == (pool.status, pool.pending, pool.slash_count)
            assert bool(seen.status & Status.ACTIVE) == (seen.status == Status.ACTIVE), "active is active and nothing else"
        return weights

    def assert_same_position(self, key: PositionKey) -> None:
        """A position, its requests and its debt."""
        if key[0] not in self.model.pools:
            return
        seen, position = self.staking.position(*key), self.model.positions[key]
        worth = self.model.pools[key[0]].worth(position.shares)
        assert (seen.shares, seen.tokens, seen.bonus_bps) == (position.shares, worth, position.bonus_bps)
        assert seen.accepted_commission_bps == position.accepted * PERCENT
        assert (seen.unlocks_at, seen.request_count) == (position.unlocks_at, position.request_count)
        assert seen.pending_reward == self.model.pending_reward(*key)
        for number in range(position.request_count):
            request = position.requests.get(number)
            assert tuple(self.staking.request(*key, number)) == (astuple(request) if request else (0, 0, 0, 0))
        if key[2] < OWN_SLOT:
            debt = position.debt
            assert tuple(self.staking.debt(*key)) == (astuple(debt) if debt else (0, 0, 0, 0))

    def assert_same_slashes(self) -> None:
        """What is in escrow, and what is noted for whom."""
        for number in self.model.pools:
            for offence in range(OFFENCES):
                held = self.model.escrows.get((number, offence))
                assert tuple(self.staking.escrow(number, offence)) == ((held.tokens, held.slash_id) if held else (0, 0))
        for key, amount in list(self.model.restitution.items()):
            assert self.staking.restitution(*key) == amount

    def assert_everything_is_the_same(self) -> None:
        """Every view."""
        self.assert_same_network()
        self.assert_same_validators()
        self.assert_same_slashes()
        for key in list(self.model.positions):
            self.assert_same_position(key)

    # --- leaving ---

    def everybody_leaves(self) -> None:
        """All locks waited out, all slashes ended, all debts answered, everything unstaked, withdrawn, claimed and paid."""
        model = self.model
        for number, offence in list(model.escrows):
            self.act_end_slash(number, offence, (number + offence) % 2 == 0)
        for key, number in self.answerable():
            while self.act_answer(key, number):
                pass
        self.act_mine(STREAM_BLOCKS * 100 + 400, YEAR)
        for number in model.pools:
            if not model.pools[number].status & Status.EXITED:
                self.act_registry("exit", self.operator(number), number)
        for key in self.live():
            self.act_unstake(self.owner(key), key[0], key[2], FOR_EVER)
        self.act_mine(model.terms.unbonding_blocks, model.terms.unbonding_seconds)
        for key, number in self.requests():
            self.act_withdraw(self.owner(key), key[0], key[2], number)
        for key in list(model.positions):
            if key[0] in model.pools and model.pending_reward(*key):
                self.act_claim(key, self.accounts[0])
        for number in model.pools:
            if model.validator(number).commission_owed >= OWED_SCALE:
                self.act_claim_commission(number, self.accounts[0])
        for _, number, owner in list(model.restitution):
            self.act_pay_restitution(number, owner)
        if model.ledger.idle_wei():
            self.act_recycle(self.accounts[0])

    # --- books ---

    def reward_dust(self) -> int:
        """Rewards put in less all that is left, waits, is owed and was paid; 2^-96 wei."""
        model, ledger = self.model, self.model.ledger
        pools = {number: model.validator(number) for number in model.pools}
        owed = sum(one.owed_at(pools[key[0]].acc) for key, one in model.positions.items() if key[0] in pools)
        commissions = sum(pool.commission_owed for pool in pools.values()) << OWED_SHIFT
        inside = (ledger.streams_left() + ledger.carry + ledger.idle + commissions) << ACC_SHIFT
        return (model.rewards_received - model.rewards_paid - model.rewards_recycled) * CLAIM_SCALE - inside - owed

    def dust_bound(self) -> int:
        """What may have been lost, in the same unit: 2^-20 wei a settlement, what flowed to the surplus of a table's sums, what positions rounded."""
        rounded = sum(one.rounded for one in self.model.positions.values())
        return ((((self.settlements + len(self.model.pools)) << OWED_SHIFT) + self.surplus) << ACC_SHIFT) + rounded
