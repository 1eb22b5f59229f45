"""C37: a payment token that calls back from within a purchase gains nothing, not even from a build without the lock."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Burn, mask
from mdt.units import HOUR
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.pools import PURSE, UNIT, both_tokens, pass_time
from tests.support.twins import plain
from tests.support.unlocked import unlocked

LEFT = 1_000 * UNIT  # in each pool
GIFT = 77


@pytest.fixture(params=["locked", "unlocked"])
def stage(request):
    """The payment token is owner, operator and buyer: every call there is can be made from within its transfer."""
    return Stage(request.param == "locked")


class Stage:
    """Two pools for sale for a hostile token, and an open and an expired allocation."""

    def __init__(self, is_locked: bool) -> None:
        self.is_locked = is_locked
        self.hostile = harness("HostilePayment").deploy()
        self.treasury, self.owner, donor = (str(boa.env.generate_address(role)) for role in ("treasury", "first owner", "donor"))
        self.token, _ = both_tokens(self.owner, [donor, str(self.hostile.address)], [])
        build = None if is_locked else unlocked("ReservePools")
        self.pools = deploy("ReservePools", build=build, token=self.token, treasury=self.treasury, sale_burn_bps=100, owner=self.hostile)
        self.token.set_burner(self.pools, mask(Burn.TRANSACTION_FEE), sender=self.owner)
        self.token.approve(self.pools, 2**256 - 1, sender=donor)
        self.hostile.execute(self.token, self.token.approve.prepare_calldata(self.pools, 2**256 - 1))
        self.hostile.mint(self.hostile, 10**30)
        terms = (self.hostile, UNIT, UNIT, 400 * UNIT, 600 * UNIT)
        for _ in range(3):
            self.act("create_pool", "market", self.hostile)
        for pool_id in (1, 2):
            self.pools.replenish(pool_id, LEFT, sender=donor)
            self.act("set_sale", pool_id, terms, UNIT)
        self.act("allocate", 1, self.hostile, 100 * UNIT, HOUR)
        pass_time(HOUR)
        self.act("allocate", 1, self.hostile, 100 * UNIT, HOUR)
        self.token.transfer(self.pools, GIFT, sender=donor)
        self.calls = {
            "replenish": (2, 5 * UNIT),
            "top_up": (1,),
            "expire": (1,),
            "buy": (2, 300 * UNIT, self.hostile, 10**30),
            "allocate": (1, self.hostile, 50 * UNIT, HOUR),
            "release": (2,),
            "cancel": (2,),
            "set_price": (1, 0),
            "create_pool": ("late", self.hostile),
            "close_pool": (2,),
            "set_operator": (1, self.treasury),
            "absorb": (1, GIFT),
            "set_sale": (1, (*terms[:4], 500 * UNIT), UNIT),
            "transfer_ownership": (self.treasury,),
        }

    def act(self, name: str, *arguments) -> None:
        """A call of the hostile token."""
        self.hostile.execute(self.pools, getattr(self.pools, name).prepare_calldata(*arguments))

    def arm(self, name: str) -> None:
        self.hostile.arm(self.pools, getattr(self.pools, name).prepare_calldata(*self.calls[name]))

    def state(self) -> list:
        """All books."""
        pools = self.pools
        books = [plain(pools.pool(number)) for number in range(1, pools.pool_count() + 1)]
        return [books, [plain(pools.allocation(number)) for number in range(1, pools.allocation_count() + 1)], pools.total_held(), pools.unassigned()]

    def check(self) -> None:
        """Conservation in every pool, and the tokens for it are there."""
        held = 0
        for number in range(1, self.pools.pool_count() + 1):
            pool = self.pools.pool(number)
            assert pool.put_in == pool.available + pool.reserved + pool.released + pool.burned + pool.returned
            held += pool.available + pool.reserved
        assert held == self.pools.total_held() == self.token.balanceOf(self.pools) - self.pools.unassigned()
        assert self.pools.unassigned() <= GIFT


def test_stage__every_call__goes_through_by_itself(stage):
    for name, arguments in stage.calls.items():
        with boa.env.anchor():
            if name == "top_up":
                with boa.reverts("pools: no refill"):
                    stage.act(name, *arguments)
            else:
                stage.act(name, *arguments)
            stage.check()


def test_buy__any_call_from_within__books_and_balance_agree(stage):
    succeeded = set()
    for name, arguments in stage.calls.items():
        with boa.env.anchor():
            stage.arm(name)
            if name == "buy" and not stage.is_locked:
                # two payments arrive within one: what the treasury got is not what was asked for
                before = stage.state()
                with boa.reverts("pools: payment is taxed"):
                    stage.act("buy", 1, 300 * UNIT, stage.hostile, 10**30)
                assert stage.state() == before
                continue
            stage.act("buy", 1, 300 * UNIT, stage.hostile, 10**30)
            assert stage.hostile.call_backs_tried() == 1
            if stage.hostile.call_backs_succeeded() == 1:
                succeeded.add(name)
            after = stage.state()
            stage.check()
        with boa.env.anchor():  # the same as one after the other
            stage.act("buy", 1, 300 * UNIT, stage.hostile, 10**30)
            if name in succeeded:
                stage.act(name, *arguments)
            assert stage.state() == after, name
    ownership = {"transfer_ownership"}  # snekmate's own file has no lock, and moves nothing
    assert succeeded == (ownership if stage.is_locked else set(stage.calls) - {"top_up", "buy"})


def test_buy__same_pool_from_within__limit_is_not_passed(stage):
    """The inner purchase is the second one: 400 and 300 are more than 600 a day."""
    stage.hostile.arm(stage.pools, stage.pools.buy.prepare_calldata(1, 300 * UNIT, stage.hostile, 10**30))
    stage.act("buy", 1, 400 * UNIT, stage.hostile, 10**30)
    assert stage.hostile.call_backs_tried() == 1
    assert stage.hostile.call_backs_succeeded() == 0
    assert stage.pools.bought_today(1, stage.hostile) == 400 * UNIT
    stage.check()


def test_buy__tokens_have_left_before_the_payment_token_is_called(stage):
    """What a foreign token sees in the middle is already the end: nothing can be absorbed that is still to leave."""
    stage.hostile.arm(stage.pools, stage.pools.absorb.prepare_calldata(2, GIFT + 1))
    stage.act("buy", 1, 300 * UNIT, stage.hostile, 10**30)
    assert stage.hostile.call_backs_succeeded() == 0
    assert stage.token.balanceOf(stage.hostile) == PURSE + 297 * UNIT
    stage.check()
