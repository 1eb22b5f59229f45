"""All that an account has: in its wallet, staked, earned, and vested."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.staking.reader import Reader
from mdt.suite.opened import Suite
from mdt.treasury.vesting import Schedules


@dataclass(frozen=True)
class Wallet:
    """Wei of an account, by where it is."""

    account: str
    balance: int
    staked: int
    unbonding: int
    pending_rewards: int
    vested: int
    vesting: int

    @property
    def total(self) -> int:
        """All that is the account's now: what vests later is not."""
        return self.balance + self.staked + self.unbonding + self.pending_rewards + self.vested


def wallet_of(suite: Suite, account: str) -> Wallet:
    """What an account has. Miners' unclaimed rewards are not in it: they take a proof (`mdt rewards proof`)."""
    reader = Reader(suite)
    positions = reader.positions(account)
    asked = [reader.requests(one.validator_id, account, one.slot) for one in positions if one.request_count]
    grants = Schedules(suite).of(account)
    return Wallet(
        account,
        balance=int(suite["MDT"].call("balanceOf", account)),
        staked=sum(int(one.tokens) for one in positions),
        unbonding=sum(int(one.tokens) for page in asked for one in page),
        pending_rewards=sum(int(one.pending_reward) for one in positions),
        vested=sum(one.claimable for one in grants),
        vesting=sum(int(one.schedule.amount - one.schedule.vested) for one in grants if not one.schedule.is_ended),
    )
