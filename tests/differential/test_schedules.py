"""Distribution schedules against a simulation that lives through every block: random terms, changes, pauses, funds and block times."""

from __future__ import annotations

import random
from contextlib import nullcontext
from typing import Any

import boa
import pytest

from mdt.errors import Refusal
from mdt.model.schedules import FOR_EVER, DistributionSchedules, Kind
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy
from tests.support.naive_schedule import NaiveSchedule
from tests.support.pools import PoolsScene, pass_time
from tests.support.profiles import examples
from tests.support.staking import EPOCH, deploy_suite

STEPS = 60
COMFORTABLE = ["wait", "wait", "wait", "process", "process", "fund", "change", "pause", "resume"]
# always short of funds, with dear intervals owed from before each change: what is paid first shows
POOR = ["wait", "wait", "change", "change", "fund", "process"]


def attempt(call: Any, *arguments: Any) -> tuple[Any, str]:
    """What it returned, and why it refused."""
    try:
        return call(*arguments), ""
    except Refusal as refusal:
        return None, str(refusal)


class History:
    """One schedule and its simulation."""

    def __init__(self, rng: random.Random, is_minted: bool) -> None:
        self.rng, self.is_minted = rng, is_minted
        self.is_poor = rng.random() < 0.5
        self.scene = PoolsScene()
        self.funded = self.paid = 0
        amount, interval, now = rng.randrange(1, 20), rng.choice([1, 2, 7, 30]), boa.env.evm.patch.block_number
        start = now + rng.choice([0, 0, 1, 40])
        duration = rng.choice([0, 0, interval, interval * rng.randrange(1, 30) + rng.randrange(interval)])
        if is_minted:
            self.scene.grant_budget(cap=rng.randrange(50, 2_000), window_cap=rng.randrange(1, 50), window=600)
        self.schedule_id = self.scene.scheduled(amount=amount, interval=interval, start=start, duration=duration, is_minted=is_minted)
        self.naive = NaiveSchedule(amount, interval, start, start + duration if duration else None, now)
        self.refusals: set[str] = set()

    @property
    def funds(self) -> int:
        """What the contract has for this schedule: asked of the token where it mints."""
        return int(self.scene.token.mintable(self.scene.schedules)) if self.is_minted else self.funded - self.paid

    def same(self, name: str, *arguments: Any) -> Any:
        """The same call on contract, model and simulation."""
        caller = None if name == "process" else self.scene.owner
        on_simulation = (self.funds,) if name == "process" else arguments
        expected = attempt(getattr(self.naive, name), *on_simulation)
        assert attempt(self.scene.schedules_twin.call, name, caller, self.schedule_id, *arguments) == expected, (name, arguments)
        self.refusals.add(expected[1])
        return expected[0]

    def step(self) -> None:
        """Anything at all."""
        rng = self.rng
        match rng.choice(POOR if self.is_poor else COMFORTABLE):
            case "wait":
                blocks = rng.choice([0, 1, 1, 2, 5, 13, 100])
                pass_time(blocks * rng.choice([0, 1, 3, 12, 90]), blocks)  # drifted blocks
                self.naive.to(boa.env.evm.patch.block_number)
            case "process":
                self.paid += self.same("process") or 0
            case "fund" if not self.is_minted:
                amount = rng.randrange(1, 16 if self.is_poor else 60)
                self.scene.schedules_twin.call("fund", self.scene.donor, self.schedule_id, amount)
                self.funded += amount
            case "change":
                terms = rng.randrange(1, 20), rng.choice([1, 2, 7, 30])
                self.same("change", *rng.choice([terms] * 5 + [self.naive.waiting or (self.naive.amount, self.naive.interval)]))
            case "pause" | "resume" as name:
                self.same(name)

    def check(self) -> None:
        """Dues, totals and the recipient's balance, to the wei."""
        schedules, naive = self.scene.schedules, self.naive
        due, shown = schedules.due(self.schedule_id), schedules.schedule(self.schedule_id)
        assert (due.intervals, due.amount) == (len(naive.queue), naive.owed)
        assert (shown.paid, shown.intervals_paid) == (sum(naive.paid), len(naive.paid))
        assert self.scene.token.balanceOf(self.scene.treasury) == sum(naive.paid) == self.paid
        following = schedules.next_due_block(self.schedule_id)
        if following:
            assert following == (naive.due_at if naive.block >= naive.start else naive.start + (naive.waiting or (0, naive.interval))[1])
        else:
            assert naive.is_paused or (naive.end is not None and naive.due_at > naive.end)


@pytest.mark.parametrize("is_minted", [False, True])
def test_schedules__random_histories__contract_equals_block_by_block_simulation(is_minted):
    """F3: whatever the block time, the total is amount * intervals, and the last interval is exact."""
    rng = random.Random(20_250_103 + is_minted)
    refusals: set[str] = set()
    for _ in range(examples(quick=6, ci=15, deep=1_000)):
        with boa.env.anchor():
            history = History(rng, is_minted)
            for _ in range(STEPS):
                history.step()
                history.check()
            refusals |= history.refusals
            history.scene.agree_on_schedules()
    # the histories get everywhere
    reasons = ("nothing due", "out of funds", "is paused", "not paused", "nothing changes", "no interval follows", "arrears unpaid")
    assert {f"schedules: {reason}" for reason in reasons} | {""} == refusals


def test_schedules__for_years__total_is_what_the_blocks_earned():
    """F3: an end-exclusive schedule processed at random times pays floor(duration / interval) intervals, to the wei."""
    rng = random.Random(20_250_104)
    for _ in range(examples(quick=5, ci=20, deep=400)):
        with boa.env.anchor():
            scene = PoolsScene()
            interval = rng.randrange(1, 10_000)
            duration = rng.randrange(interval, 10_000_000)
            schedule_id = scene.scheduled(amount=3, interval=interval, duration=duration)
            scene.schedules_twin.call("fund", scene.donor, schedule_id, 3 * (duration // interval) + 2)
            elapsed = 0
            while elapsed < duration:
                blocks = rng.randrange(1, duration)
                elapsed += blocks
                pass_time(rng.randrange(1, 10**6), blocks)
                scene.schedules_twin.attempt("process", None, schedule_id)
            assert scene.token.balanceOf(scene.treasury) == 3 * (duration // interval)
            assert scene.schedules.total_held() == 2


class PlainToken:
    """Enough of a token for the model of schedules: what moves is held by the contracts' own balances here."""

    def __init__(self) -> None:
        self.clock = BoaClock()

    def transfer_from(self, *_: Any) -> None:
        """Somebody hands tokens in."""

    def transfer(self, *_: Any) -> None:
        """They are passed on."""


@pytest.mark.parametrize("seed", range(examples(quick=2, ci=6, deep=300)))
def test_schedules__into_staking__streams_are_the_models(seed):
    """Two schedules and the notifier share a stream: whoever is paid when, in which order, rates and ends are those of the models."""
    rng, suite = random.Random(seed), deploy_suite(is_recipient=False)
    owner, treasury, donor = suite.owner, str(boa.env.generate_address("treasury")), suite.actor("donor")
    schedules = deploy("DistributionSchedules", token=suite.token, treasury=treasury, staking=suite.staking, owner=owner)
    suite.token.approve(schedules, FOR_EVER, sender=donor)
    suite.staking.set_schedules(schedules, sender=owner)
    address, staking = str(schedules.address), suite.model()
    staking.set_schedules(owner, address)
    planned = DistributionSchedules(address, PlainToken(), str(suite.token.address), treasury, str(suite.staking.address), owner)
    planned.staking = staking
    for number in (1, 2):
        amount, interval = rng.randrange(1, 10**18), rng.choice([1, 7, 33, EPOCH // 3, EPOCH])
        terms = (Kind.VALIDATORS, str(suite.staking.address), 0, False, amount, interval, boa.env.evm.patch.block_number, 0)
        assert schedules.create(*terms, sender=owner) == planned.create(owner, *terms) == number
        schedules.fund(number, 10**21, sender=donor)
        planned.fund(donor, number, 10**21)
    for _ in range(STEPS):
        pass_time(3, rng.choice([0, 1, 5, 40, EPOCH // 2, EPOCH]))
        number = rng.randint(1, 2)
        match rng.choice(["process", "process", "process", "change", "notify"]):
            case "process":
                paid, why = attempt(planned.process, number)
                with boa.reverts(why) if why else nullcontext():
                    assert schedules.process(number) == paid
            case "change":
                terms = rng.randrange(1, 10**18), rng.choice([1, 31, 32, 100, EPOCH + 1])
                if not attempt(planned.change, owner, number, *terms)[1]:
                    schedules.change(number, *terms, sender=owner)
            case "notify":
                amount = rng.randrange(1, 10**18)
                suite.staking.notify_reward(amount, sender=suite.notifier)
                staking.notify_reward(suite.notifier, amount)
        net, stream = suite.staking.network(), staking.ledger.epoch_stream
        assert (net.epoch_stream_end, net.epoch_stream_rate) == (stream.end, stream.rate // 2**47)
        assert net.rewards_received == staking.rewards_received
    assert suite.solvent()
