"""A pool and the DAO: genesis opens it out of what a preset sets aside for liquidity, the treasury puts liquidity in and takes it out by vote, and the timelock changes its fees."""

from __future__ import annotations

from typing import Any

import boa
import pytest

from mdt.model.liquidity_pool import Fees
from mdt.model.reasons import Burn, Mint, mask
from mdt.model.timelock import TimelockCall
from mdt.units import DAY
from tests.support.boa_clock import mine, now
from tests.support.deployers import deploy
from tests.support.pools import UNIT
from tests.support.timelock import DELAY, deploy_timelock
from tests.support.token import BUCKETS, deploy_token, grant
from tests.support.treasury import deploy_treasury

PURPOSE = b"liquidity".ljust(32, b"\0")
INITIAL_EMISSION = 0
"""The bucket that presets set liquidity aside out of: `to: liquidity`."""
FEE_DELAY = 2 * DAY


class Dao:
    """MDT, dollars, a treasury, and a pool, all of which the timelock owns."""

    def __init__(self) -> None:
        self.twin = deploy_timelock()
        self.timelock = self.twin.timelock
        self.deployer, self.minter, self.liquidity = (str(boa.env.generate_address(role)) for role in ("deployer", "minter", "liquidity"))
        self.token, self.dollars = (deploy_token(self.deployer, self.deployer) for _ in range(2))
        self.treasury = deploy_treasury(self.token, self.deployer, budget=BUCKETS[0])
        around = {"MDT": self.token, "Treasury": self.treasury}
        self.pool = deploy("LiquidityPool", around, paired=self.dollars, fees=Fees(30, 2_500, True), fee_delay=FEE_DELAY, owner=self.deployer)
        self.token.set_burner(self.pool, mask(Burn.TRANSACTION_FEE), sender=self.deployer)
        for coin in (self.token, self.dollars):
            grant(coin, self.minter, bucket=INITIAL_EMISSION)
            coin.mint(self.liquidity, 1_000 * UNIT, Mint.GENESIS, sender=self.minter)
            coin.mint(self.treasury, 500 * UNIT, Mint.GENESIS, sender=self.minter)

    def hand_over(self) -> None:
        """The deployer keeps nothing."""
        owned = [self.treasury, self.pool]
        for contract in owned:
            contract.transfer_ownership(self.timelock, sender=self.deployer)
        self.timelock.accept_ownership(owned)

    def vote(self, *calls: tuple[Any, str, tuple[Any, ...]]) -> None:
        """Announce, wait, and have anybody execute."""
        batch = [TimelockCall(str(contract.address), getattr(contract, name).prepare_calldata(*arguments)) for contract, name, arguments in calls]
        salt = now().to_bytes(32, "big")
        self.twin.schedule_batch(batch, salt=salt)
        mine(1, DELAY)
        self.twin.execute_batch(batch, salt=salt)


@pytest.fixture
def dao():
    """Opened at genesis by the holder of what is set aside, with the shares in the treasury; then handed over."""
    made = Dao()
    for coin in (made.token, made.dollars):
        coin.approve(made.pool, 1_000 * UNIT, sender=made.liquidity)
    made.pool.add(1_000 * UNIT, 1_000 * UNIT, 1, made.treasury, now(), sender=made.liquidity)
    # by genesis too: dollars and shares may leave the treasury
    for asset in (made.dollars, made.pool):
        made.treasury.set_budget(asset, 10_000 * UNIT, sender=made.deployer)
    made.hand_over()
    boa.env.timestamp += 90 * DAY
    return made


def test_genesis__what_is_set_aside__opens_the_pool_for_the_treasury(dao):
    assert dao.token.minted_by_bucket(INITIAL_EMISSION) == 1_500 * UNIT
    assert tuple(dao.pool.reserves())[:2] == (1_000 * UNIT, 1_000 * UNIT)
    assert dao.pool.balanceOf(dao.treasury) == dao.pool.totalSupply() - 1_000
    assert dao.pool.owner() == dao.treasury.owner() == dao.timelock.address


def test_treasury__by_vote__puts_liquidity_in_and_takes_it_out(dao):
    before = dao.pool.balanceOf(dao.treasury)
    shares = dao.pool.quote_add(100 * UNIT, 100 * UNIT).shares
    late = now() + 10 * DAY
    dao.vote(
        (dao.treasury, "spend", (dao.token, dao.timelock, 100 * UNIT, PURPOSE)),
        (dao.treasury, "spend", (dao.dollars, dao.timelock, 100 * UNIT, PURPOSE)),
        (dao.token, "approve", (dao.pool, 100 * UNIT)),
        (dao.dollars, "approve", (dao.pool, 100 * UNIT)),
        (dao.pool, "add", (100 * UNIT, 100 * UNIT, shares * 99 // 100, dao.treasury, late)),
    )
    assert dao.pool.balanceOf(dao.treasury) == before + shares
    tokens, paired = dao.pool.quote_remove(shares)
    held = [coin.balanceOf(dao.treasury) for coin in (dao.token, dao.dollars)]
    dao.vote(
        (dao.treasury, "spend", (dao.pool, dao.timelock, shares, PURPOSE)),
        (dao.pool, "remove", (shares, tokens * 99 // 100, paired * 99 // 100, dao.treasury, late)),
    )
    assert dao.pool.balanceOf(dao.treasury) == before
    assert [coin.balanceOf(dao.treasury) - old for coin, old in zip((dao.token, dao.dollars), held, strict=True)] == [tokens, paired]
    assert dao.pool.balanceOf(dao.timelock) == 0


def test_fees__by_vote__wait_twice_and_anyone_applies(dao):
    """The timelock's delay, then the pool's own."""
    dao.vote((dao.pool, "announce_fees", ((10, 0, False),)))
    with boa.reverts("market: still waiting"):
        dao.pool.apply_fees(sender=dao.minter)
    mine(1, FEE_DELAY)
    dao.pool.apply_fees(sender=dao.minter)
    assert tuple(dao.pool.fees()) == (10, 0, False)
