"""DistributionSchedules.process with a pool's contract that takes less, or calls back (C37), and with a token that answers False."""

from __future__ import annotations

import boa
import pytest

from mdt.model.schedules import Kind
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.pools import UNIT, both_tokens, pass_blocks
from tests.support.unlocked import unlocked

FUNDS = 100 * UNIT


class Stage:
    """The pool's contract owns the schedules: every call there is can be made from within its `replenish`."""

    def __init__(self, is_locked: bool) -> None:
        self.is_locked = is_locked
        self.treasury, self.owner, self.donor = (str(boa.env.generate_address(role)) for role in ("treasury", "first owner", "donor"))
        self.token, _ = both_tokens(self.owner, [self.donor], [])
        self.partner = harness("HostilePartner").deploy(self.token)
        build = None if is_locked else unlocked("DistributionSchedules")
        self.schedules = deploy("DistributionSchedules", build=build, token=self.token, treasury=self.treasury, staking=self.token, owner=self.partner)
        self.token.approve(self.schedules, 2**256 - 1, sender=self.donor)
        start = boa.env.evm.patch.block_number
        for kind, recipient, pool_id in ((Kind.POOL, self.partner, 1), (Kind.POOL, self.partner, 2), (Kind.TREASURY, self.treasury, 0)):
            self.act("create", kind, recipient, pool_id, False, UNIT, 10, start, 0)
        for number in (1, 2, 3):
            self.schedules.fund(number, FUNDS, sender=self.donor)
        self.act("create", Kind.TREASURY, self.treasury, 0, False, UNIT, 10, start, 0)
        self.act("pause", 4)
        self.token.transfer(self.partner, UNIT, sender=self.donor)
        self.partner.execute(self.token, self.token.approve.prepare_calldata(self.schedules, 2**256 - 1))
        pass_blocks(25)
        self.calls = {
            "process": (3,),
            "fund": (2, UNIT),
            "create": (Kind.TREASURY, self.treasury, 0, False, 5, 5, boa.env.evm.patch.block_number, 0),
            "change": (1, 7, 7),
            "pause": (1,),
            "resume": (4,),
            "cancel": (1,),
            "transfer_ownership": (self.treasury,),
        }

    def act(self, name: str, *arguments) -> None:
        self.partner.execute(self.schedules, getattr(self.schedules, name).prepare_calldata(*arguments))

    def arm(self, name: str, *arguments) -> None:
        self.partner.arm(self.schedules, getattr(self.schedules, name).prepare_calldata(*arguments))

    def state(self) -> list:
        count = self.schedules.schedule_count()
        rows = [str(self.schedules.schedule(number)) for number in range(1, count + 1)]
        return [rows, self.schedules.total_held(), self.token.balanceOf(self.schedules), self.token.balanceOf(self.partner)]

    def check(self) -> None:
        """What was handed in and is not paid is there, and nobody may take it."""
        rows = [self.schedules.schedule(number) for number in range(1, self.schedules.schedule_count() + 1)]
        assert sum(row.funded - row.paid - row.refunded for row in rows) == self.schedules.total_held() == self.token.balanceOf(self.schedules)
        assert self.token.allowance(self.schedules, self.partner) == 0


@pytest.fixture(params=["locked", "unlocked"])
def stage(request):
    return Stage(request.param == "locked")


@pytest.mark.parametrize("bps", [0, 5_000, 9_999])
def test_process__pool_takes_less__refused_and_no_allowance_left(stage, bps):
    stage.partner.set_taken(bps)
    before = stage.state()
    with boa.reverts("schedules: pool took less"):
        stage.schedules.process(1)
    assert stage.state() == before
    assert stage.token.allowance(stage.schedules, stage.partner) == 0
    # others are paid all the same, and the owner gets the rest back
    assert stage.schedules.process(3) == 2 * UNIT
    stage.act("cancel", 1)
    stage.check()


def test_process__any_call_from_within__books_and_balance_agree(stage):
    succeeded = set()
    for name, arguments in stage.calls.items():
        with boa.env.anchor():
            stage.arm(name, *arguments)
            stage.schedules.process(1)
            assert stage.partner.call_backs_tried() == 1
            if stage.partner.call_backs_succeeded() == 1:
                succeeded.add(name)
            after = stage.state()
            if (name, stage.is_locked) == ("cancel", False):
                # it was cancelled after its payment had been counted: the refund is what was left then
                assert stage.schedules.schedule(1).refunded == FUNDS - 2 * UNIT
            stage.check()
        with boa.env.anchor():  # the same as one after the other
            stage.schedules.process(1)
            if name in succeeded:
                stage.act(name, *arguments)
            assert stage.state() == after, name
    assert succeeded == ({"transfer_ownership"} if stage.is_locked else set(stage.calls))


def test_process__same_schedule_from_within__nothing_is_due_twice(stage):
    stage.arm("process", 1)
    assert stage.schedules.process(1) == 2 * UNIT
    assert stage.partner.call_backs_succeeded() == 0
    assert stage.token.balanceOf(stage.partner) == 3 * UNIT
    stage.check()


def test_process__other_schedule_of_the_same_pool_from_within__each_pays_once(stage):
    """Without the lock the inner payment replaces the outer allowance, so the outer one fails whole; with it the inner one does."""
    stage.arm("process", 2)
    if stage.is_locked:
        assert stage.schedules.process(1) == 2 * UNIT
        assert stage.partner.call_backs_succeeded() == 0
    else:
        with boa.reverts("mdt: allowance too low"):
            stage.schedules.process(1)
    stage.check()
    stage.schedules.process(2)
    stage.check()


def test_transfers__token_answers_false__refused(scene):
    """MDT reverts rather than answering False; the schedules do not lean on that."""
    token, partner = harness("FalseToken").deploy(), scene.pools
    schedules = deploy("DistributionSchedules", token=token, treasury=scene.treasury, staking=scene.staking, owner=scene.owner)
    pool_id = scene.pool()
    start = boa.env.evm.patch.block_number
    schedules.create(Kind.TREASURY, scene.treasury, 0, False, 5, 10, start, 0, sender=scene.owner)
    schedules.create(Kind.POOL, partner, pool_id, False, 5, 10, start, 0, sender=scene.owner)
    for number in (1, 2):
        schedules.fund(number, 100, sender=scene.donor)
    pass_blocks(10)
    token.set_answers_true(False)
    with boa.reverts("schedules: transfer failed"):
        schedules.fund(1, 1, sender=scene.donor)
    with boa.reverts("schedules: transfer failed"):
        schedules.process(1)
    with boa.reverts("schedules: approve failed"):
        schedules.process(2)
    with boa.reverts("schedules: transfer failed"):
        schedules.cancel(1, sender=scene.owner)
    assert [schedules.schedule(number).paid for number in (1, 2)] == [0, 0]
