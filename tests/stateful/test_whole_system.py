"""The whole suite at once: everything by everybody in any order, and one balance sheet that balances after every step."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boa
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from mdt.addresses import ZERO_ADDRESS
from mdt.model.controller import EMPTY
from mdt.model.reasons import Burn, Fee, Mint
from mdt.model.schedules import REASONS, Kind
from mdt.model.stream import SCALE
from tests.stateful.whole_actions import FULL_EVERY, Life
from tests.stateful.whole_leaving import Leaving
from tests.support.extremes import Extremes
from tests.support.profiles import examples
from tests.support.timelock import deploy_timelock
from tests.support.whole import BLOCKS, BUDGETS, World

DESK_REASONS = {Fee.REGISTRATION: Burn.REGISTRATION, Fee.UNMET_QUOTA: Burn.DEFLATION, Fee.TRANSFER: Burn.TRANSACTION_FEE}
ENDINGS = ("close", "cancel", "pause", "exit", "unstake", "end_", "redelegate", "replace", "revoke", "hand_", "slash", "prove", "report_liveness")
BEGINNING = 1_800_000_000  # timestamp
WHOLE_ROUNDS, MOST_ROUNDS = 3, 60  # of the long life: first of all actions, then of those that were never done among some others


@pytest.fixture(scope="module", autouse=True)
def world() -> Iterator[None]:
    """Built once: lives are rolled back. At a time that is always the same, else a seed would have another life in each run."""
    with boa.env.anchor():
        boa.env.evm.patch.timestamp = BEGINNING
        Life.world = World()
        yield
    del Life.world


class WholeMachine(Leaving):
    """All actions, and the promises."""

    @initialize(opened=st.integers(0, 3))
    def begin(self, opened: int) -> None:
        """Some validators, each with a delegation."""
        for number in range(opened):
            self.register(who=number, amount=(number + 1) * 200 * 10**18 + number, commission=500 * number)
            self.stake(who=number, index=number, slot=0, amount=100 * 10**18, months=0)

    # --- promises ---

    @invariant()
    def invariant_WHO1_every_token_is_somewhere(self) -> None:
        """With somebody, or in a contract: no wei is lost or made."""
        supply = self.sheet.supply
        assert sum(self.sheet.balances.values()) == supply.supply == supply.minted - supply.burned

    @invariant()
    def invariant_WHO2_reasons_and_buckets_are_the_totals_inside_their_caps(self) -> None:
        supply, caps = self.sheet.supply, self.world.bucket_caps
        assert supply.minted == sum(supply.minted_by_reason) == sum(supply.minted_by_bucket) <= sum(caps)
        assert supply.burned == sum(supply.burned_by_reason)
        assert all(minted <= cap for minted, cap in zip(supply.minted_by_bucket, caps, strict=True))
        minted = self.minted_by()
        assert supply.minted_by_bucket[BLOCKS] == sum(minted.values()) == supply.minted - self.books.genesis
        assert all(minted[name] <= budget[2] for name, budget in BUDGETS.items())

    def minted_by(self) -> dict[str, int]:
        """What each minter says it minted."""
        sheet = self.sheet
        by_schedules = sum(row.paid for row in sheet.all_schedules if row.is_minted)
        return {"BlockReward": sheet.reward.released, "EmissionController": sheet.emission.minted, "DistributionSchedules": by_schedules}

    @invariant()
    def invariant_WHO3_what_was_minted_was_minted_for_what_it_says(self) -> None:
        supply, minted = self.sheet.supply, self.minted_by()
        expected = [0] * len(supply.minted_by_reason)
        expected[Mint.GENESIS] = self.books.genesis
        expected[Mint.BLOCK_REWARD] = minted["BlockReward"]
        expected[Mint.EPOCH_EMISSION] = minted["EmissionController"]
        for row in self.sheet.all_schedules:
            expected[REASONS[Kind(row.kind)]] += row.paid if row.is_minted else 0
        assert supply.minted_by_reason == expected

    @invariant()
    def invariant_WHO4_what_was_burned_was_burned_for_what_it_says(self) -> None:
        """Fees, sales, slashes, surplus and accounts' own: the token counts what each counts."""
        sheet, burned = self.sheet, Counter(self.books.burned)
        burned[Burn.TRANSACTION_FEE] += sheet.recycling.burned - self.books.surplus + sum(pool.burned for pool in sheet.all_pools)
        burned[Burn.DEFLATION] += self.books.surplus
        for kind, reason in DESK_REASONS.items():
            burned[reason] += sheet.at_desks(kind).burned
        burned[Burn.SLASH] += sheet.slash_totals[1]
        assert sheet.supply.burned_by_reason == [burned[reason] for reason in Burn]
        assert sheet.recycling.fees == self.books.fees

    @invariant()
    def invariant_WHO5_emission_comes_from_the_pool_or_is_minted_and_goes_to_the_three_shares(self) -> None:
        found, books = self.sheet.emission, self.books
        assert found.emitted == books.emission == found.from_pool + found.minted
        assert found.from_pool == books.from_pool == self.sheet.recycling.drawn
        assert books.emission == books.miners + books.no_miners + books.validators + books.dao
        assert list(found.funded) == [miners.funded for miners in self.all_miners] == [sum(miners.earned.values()) for miners in self.all_miners]
        assert sum(found.funded) == books.miners
        assert all(self.sheet.balances[name] == 0 for name in self.world.versions("EmissionController"))

    @invariant()
    def invariant_WHO6_every_contract_holds_what_its_books_say(self) -> None:
        """To the wei, and what was only sent there on top."""
        sheet, books = self.sheet, self.books
        net = sheet.network
        slashed, burned, to_treasury, _ = sheet.slash_totals
        *old_slashers, _ = self.world.versions("Slasher")
        *old_treasuries, _ = self.world.versions("Treasury")
        *old_schedules, _ = self.world.versions("DistributionSchedules")
        *old_pools, _ = self.world.versions("ReservePools")
        empty = ("MDT", "StakingExtension", "StakingLens", "BlockReward", "FeeDesk", "EmissionController")
        held = {name: 0 for first in empty for name in self.world.versions(first)} | dict.fromkeys([*old_slashers, *old_schedules], 0)
        held |= {name: -books.absorbed[name] for name in old_pools}
        held |= {name: self.bonds_at(name) for name in self.world.versions("RootAudit")}
        held |= {miners.name: miners.funded - miners.claimed for miners in self.all_miners}
        held |= {name: pool.fees + pool.recycled + pool.absorbed - pool.burned - pool.drawn for name, pool in sheet.recyclings.items()}
        held |= {
            "Validators": sheet.deposits,
            "Vesting": books.vesting_in - books.vesting_paid - books.vesting_returned,
            "Slasher": slashed - burned - to_treasury - books.restored - books.restituted,
            "DistributionSchedules": sheet.schedules_held,
            "Staking": net.principal + books.validators + books.scheduled + sheet.reward.to_staking - net.rewards_paid - net.rewards_recycled,
            "ReservePools": sheet.pool_totals[0] - books.absorbed["ReservePools"],
            "Treasury": self.treasury_books() - sum(sheet.balances[name] for name in old_treasuries),
        } | {name: sheet.balances[name] for name in old_treasuries}
        assert {name: sheet.balances[name] - books.gifts[name] for name in held} == held
        assert set(self.world.contracts) == set(held)

    def bonds_at(self, name: str) -> int:
        """Of challenges that are open there."""
        return self.bond * sum(one.audit == name for one in self.asked)

    def treasury_books(self) -> int:
        """All that ever came in, less what was spent: at all of them together, since most that pay know the first one for good."""
        sheet, books = self.sheet, self.books
        assert sheet.spent == books.spent + books.passed_on
        returned = sum(pool.returned for pool in sheet.all_pools) + sum(row.refunded for row in sheet.all_schedules) + books.vesting_returned
        returned += books.to_treasury + books.desk_to_treasury
        return int(self.treasury_stock + books.dao + sheet.slash_totals[2] + returned - books.spent)

    @invariant()
    def invariant_WHO7_what_the_recycling_pool_got_somebody_gave(self) -> None:
        sheet = self.sheet
        assert (
            sheet.recycling.recycled
            == self.books.donated + self.books.no_miners + self.books.desk_to_recycling + self.books.forfeited + sheet.network.rewards_recycled
        )

    @invariant()
    def invariant_WHO8_pools_account_for_all_that_was_put_in(self) -> None:
        sheet = self.sheet
        reserved: Counter[int] = Counter()
        for pool_id, _, amount in self.allocations.values():
            reserved[pool_id] += amount
        for pool in sheet.all_pools:
            assert pool.available + pool.reserved + pool.released + pool.burned + pool.returned == pool.put_in
        assert all(pool.is_closed for pool in sheet.old_pools)
        for number, pool in enumerate(sheet.pools, 1):
            assert (pool.reserved, pool.released) == (reserved[number], self.released[number])
        assert sheet.open_allocations == sum(reserved.values())
        assert sheet.pool_totals[0] == sum(pool.available + pool.reserved for pool in sheet.pools)
        assert sheet.pool_totals[1] == self.books.gifts["ReservePools"] - self.books.absorbed["ReservePools"]

    @invariant()
    def invariant_WHO9_schedules_paid_what_was_due(self) -> None:
        """As a block by block simulation does; and hold what was handed in and is neither paid nor returned."""
        rows, old = self.sheet.schedules, self.sheet.old_schedules
        assert all(row.is_cancelled for row in old)
        assert len(old) == len(self.old_naive)
        for row, naive in [*zip(old, self.old_naive, strict=True), *((row, self.naive[number]) for number, row in enumerate(rows, 1))]:
            assert (row.paid, row.intervals_paid) == (sum(naive.paid), len(naive.paid))
        assert self.sheet.schedules_held == sum(row.funded - row.paid - row.refunded for row in rows if not row.is_minted)

    @invariant()
    def invariant_WHO10_every_purse_holds_what_was_done_with_it(self) -> None:
        """Nobody is paid for another, and nobody pays for another."""
        assert {account: self.sheet.balances[account] for account in self.books.purses} == self.books.purses

    @invariant()
    def invariant_WHO11_block_rewards_are_what_the_blocks_earned(self) -> None:
        reward = self.sheet.reward
        assert reward.released == reward.to_staking == reward.scheduled - reward.owed
        assert self.sheet.network.rewards_received <= self.books.validators + self.books.scheduled + reward.to_staking

    @invariant()
    def invariant_WHO12_staking_can_pay_all_it_owes(self) -> None:
        """Every few steps: stakes are covered by the pools, rewards by what came in, and what is over is dust."""
        if self.steps % FULL_EVERY:
            return
        net, block = self.sheet.network, self.block
        keys = [(number, owner, slot) for number, owner, slot in self.positions]
        found = self.world.sheet.stakes(keys, len(self.validators))
        assert found.is_covered
        assert found.pools + found.requests == net.principal
        streams = net.epoch_stream_rate * max(0, net.epoch_stream_end - block) + net.block_stream_rate * max(0, net.block_stream_end - block)
        left = net.rewards_received - net.rewards_paid - net.rewards_recycled
        dust = left - found.rewards - found.commissions - net.rewards_idle - streams
        assert 0 <= dust <= self.dust_bound(len(keys))
        # of the stakes: what roundings left in a pool with slashed shares
        over = found.pools - found.positions
        assert 0 <= over <= len(keys) + len(self.requests) + len(self.slashes) + len(self.old_slashes)

    def dust_bound(self, positions: int) -> int:
        """A wei per position, commission and stream block, rounded down by the views; what waits undivided; and some roundings of changes."""
        net = self.sheet.network
        blocks = max(0, net.epoch_stream_end - self.block) + max(0, net.block_stream_end - self.block)
        return int(positions + len(self.validators) + blocks + 3 + net.weight // SCALE + self.steps * positions // 1_000)

    @invariant()
    def invariant_WHO13_slashes_are_burned_given_back_or_in_escrow(self) -> None:
        """Every few steps, and the slasher has what it may have to give back."""
        if self.steps % FULL_EVERY or not (self.slashes or self.old_slashes):
            return
        found = self.world.sheet.slashes([*self.world.people, ZERO_ADDRESS], len(self.validators))
        slashed, burned, to_treasury, given_back = self.sheet.slash_totals
        assert slashed == found.escrowed + found.upheld + found.overturned
        assert (found.upheld, found.overturned) == (burned + to_treasury, given_back)
        assert given_back == self.books.restored + self.books.restituted + found.owed
        assert self.sheet.balances["Slasher"] == found.escrowed + found.owed + self.books.gifts["Slasher"]
        assert found.in_pools <= found.escrowed

    @invariant()
    def invariant_WHO14_vesting_holds_what_is_locked_or_unclaimed(self) -> None:
        if self.steps % FULL_EVERY:
            return
        counts = Counter(beneficiary for beneficiary, _ in self.vestings)
        last = {beneficiary: max(index for one, index in self.vestings if one == beneficiary) for beneficiary in counts}
        locked = sum(self.world.sheet.vested_for(beneficiary, index + 1) for beneficiary, index in last.items())
        assert self.sheet.balances["Vesting"] == locked + self.books.gifts["Vesting"]

    @invariant()
    def invariant_WHO15_what_the_desk_took_it_burned_or_passed_on(self) -> None:
        desk, books = {kind: self.sheet.at_desks(kind) for kind in DESK_REASONS}, self.books
        assert all(row.taken == row.burned + row.passed_on for row in desk.values())
        assert desk[Fee.REGISTRATION].passed_on + desk[Fee.UNMET_QUOTA].passed_on == books.desk_to_recycling + books.desk_to_treasury
        assert desk[Fee.TRANSFER].passed_on == books.desk_paid

    @invariant()
    def invariant_WHO19_bonds_are_those_of_open_challenges(self) -> None:
        """Of the report that waits, the root audit counts as many as the books do: it settles when there is none."""
        pending = self.controller.pending()
        is_paying = pending.report.audit_root != EMPTY
        assert not self.of_pending() or is_paying
        counted = self.world["RootAudit"].open_challenges(self.controller, pending.digest) if is_paying else 0
        assert counted == len(self.of_pending())
        assert sum(self.sheet.balances[name] - self.books.gifts[name] for name in self.world.versions("RootAudit")) == self.bond * len(self.asked)

    @invariant()
    def invariant_WHO20_claims_never_pass_what_was_funded(self) -> None:
        """Whatever a quorum signed; and an honest list can be paid in full, but for what was paid out above it before."""
        assert self.books.claimed == sum(miners.claimed for miners in self.all_miners)
        for miners in self.all_miners:
            over = miners.claimed - miners.funded
            assert over <= self.books.gifts[miners.name]
            if miners.is_honest:
                assert miners.due - miners.overpaid == -over == self.sheet.balances[miners.name] - self.books.gifts[miners.name]
            if self.steps % FULL_EVERY == 0:
                paid = {account: self.world[miners.name].claimed(account) for account in [*self.world.people, self.world.thief]}
                assert paid == {account: miners.claims[account] for account in paid}

    def teardown(self) -> None:
        """Whatever happened, everybody gets out with all that is theirs, and no contract is short."""
        self.everybody_leaves()
        self.check()
        self.nothing_is_left()

    def check(self) -> None:
        """Every promise, on everything read anew."""
        self.steps += -self.steps % FULL_EVERY
        self.sheet.read(None)
        for name in vars_of(WholeMachine):
            if name.startswith("invariant_WHO"):
                getattr(self, name)()


def vars_of(machine: type) -> dict[str, Any]:
    """All its attributes, the inherited ones included."""
    return {name: getattr(machine, name) for name in dir(machine)}


def lived(seed: int, enough: int) -> set[str]:
    """A life by a seed: all actions at first, then those that were never done among some others. Returns those that still were not."""
    source, machine = random.Random(seed), WholeMachine()
    actions = [getattr(machine, name) for name, one in vars_of(WholeMachine).items() if hasattr(one, "choices")]
    promises = [getattr(machine, name) for name in vars_of(WholeMachine) if name.startswith("invariant_WHO")]
    machine.begin(opened=3)
    never = actions
    for number in range(MOST_ROUNDS):
        others = [] if number < enough else source.sample(actions, 8)
        chosen = [*never, *others] if others else actions
        for action in source.sample(chosen, len(chosen)):
            action(**{name: source.choice(values) for name, values in action.choices.items()})
            for promise in promises:
                promise()
        never = [action for action in actions if not machine.done[action.__name__]]
        if not never:
            break
    machine.teardown()
    return {action.__name__ for action in never}


def test_lives__long_and_seeded__every_action_was_done() -> None:
    """An action that never succeeds proves nothing. Some are done in few lives only: what one life lacks, another has."""
    never: set[str] = set()
    for number, seed in enumerate((16, 5, 7, 10, 3, 11)):
        with boa.env.anchor():
            left = lived(seed, WHOLE_ROUNDS) if never or not number else set()
        never = never & left if number else left
    assert never == set()


def test_calls__extreme_arguments__refused_with_a_reason() -> None:
    """Z10: whatever number a caller writes, a refusal says why; `buy(2^255)` panicked. Asked in the middle of a life, so that there is something to add to."""
    source, machine = random.Random(5), WholeMachine()
    machine.begin(opened=3)
    lively = [name for name, one in vars_of(WholeMachine).items() if hasattr(one, "choices") and not name.startswith(ENDINGS)]
    for action in [getattr(machine, name) for name in lively]:
        action(**{name: source.choice(values) for name, values in action.choices.items()})
    world, timelock = machine.world, deploy_timelock()  # whose `make_and_undo` ends with what it has found out
    silent: list[str] = []
    for name, contract in world.contracts.items():
        senders = [
            world.owner,
            *({"Staking": world.operators[:1], "Validators": world.operators[:1], "ReservePools": [world.market]}.get(name) or world.people[:1]),
        ]
        silent += Extremes(contract, world.people[0]).refused_without_reason(senders)
    silent += Extremes(timelock.timelock, world.people[0], without=["make_and_undo"]).refused_without_reason([timelock.address, timelock.proposer])
    assert silent == []


TestWholeSystem = WholeMachine.TestCase
TestWholeSystem.settings = settings(max_examples=examples(quick=2, ci=4, deep=500), stateful_step_count=examples(quick=30, ci=40, deep=200), deadline=None)
