"""Staking on the real token, block reward and recycling pool, and the model beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boa

from mdt.model.halving import Schedule
from mdt.model.staking import Staking
from mdt.model.stream import SCALE
from mdt.settings import load
from tests.support.block_reward import deploy_block_reward, grant_channel, schedule_of
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deployer
from tests.support.token import deploy_token, grant

PRESET = load("adr-literal")
UNIT = 10**18
MINIMUM = PRESET.staking.min_validator_stake
UNBONDING = PRESET.staking.unbonding
EPOCH = PRESET.emission.epoch_blocks
BURSE = 20_000 * UNIT  # what an actor of a test holds
# What can wait undivided with up to ten minimum stakes: a scaled wei per wei of weight, and a position's fraction.
DUST = 10 * MINIMUM // SCALE + 2
FOR_EVER = 2**256 - 1


@dataclass
class Suite:
    """The contracts, who runs them, and a way to move the chain."""

    token: Any
    reward: Any
    pool: Any
    staking: Any
    owner: str
    notifier: str
    issuer: str

    def actor(self, name: str) -> str:
        """An account with tokens and an unlimited allowance for the staking contract."""
        account = boa.env.generate_address(name)
        self.token.mint(account, BURSE, 0, sender=self.issuer)
        self.token.approve(self.staking, FOR_EVER, sender=account)
        return str(account)

    def validator(self, name: str, amount: int = MINIMUM) -> str:
        """A registered validator."""
        account = self.actor(name)
        self.staking.register(amount, sender=account)
        return account

    def model(self) -> Staking:
        """The model as deployed in this block: call before anything happened."""
        model = Staking(
            BoaClock(),
            min_validator_stake=self.staking.MIN_VALIDATOR_STAKE(),
            unbonding_seconds=self.staking.UNBONDING_SECONDS(),
            stream_blocks=self.staking.STREAM_BLOCKS(),
            owner=self.owner,
            token_cap=self.token.cap(),
            start_block=self.reward.START_BLOCK(),
        )
        model.set_notifier(self.owner, self.notifier)
        return model

    def holdings(self) -> int:
        """Wei the books say the contract holds."""
        net = self.staking.network()
        return net.total_staked + net.total_unbonding + net.rewards_received - net.rewards_paid - net.rewards_recycled

    def solvent(self) -> bool:
        """Whether the balance is what the books say, to the wei (no plain transfers made)."""
        return bool(self.token.balanceOf(self.staking) == self.holdings())


def block_number() -> int:
    """The block calls run in."""
    return int(boa.env.evm.patch.block_number)


def mine(blocks: int, seconds: int | None = None) -> None:
    """Move on by blocks, and by three seconds each unless told otherwise."""
    boa.env.evm.patch.block_number += blocks
    boa.env.evm.patch.timestamp += 3 * blocks if seconds is None else seconds


def deploy_suite(
    *,
    start_delay: int = 0,
    schedule: Schedule | None = None,
    window_cap: int | None = None,
    is_recipient: bool = True,
    **changed: Any,
) -> Suite:
    """The preset's contracts, wired; `changed` replaces constructor arguments of Staking by name."""
    owner, notifier, issuer = (str(boa.env.generate_address(name)) for name in ("owner", "notifier", "issuer"))
    token = deploy_token(owner, owner)
    grant(token, issuer)
    reward = deploy_block_reward(token, owner, schedule or schedule_of("adr-literal"), start_delay)
    grant_channel(token, reward, PRESET.halving, **({} if window_cap is None else {"window_cap": window_cap}))
    pool = deployer("distribution/RecyclingPool").deploy(token, PRESET.recycling.fee_burn_bps, owner)
    arguments = {
        "_token": token,
        "_block_reward": reward,
        "_recycling_pool": pool,
        "_min_validator_stake": MINIMUM,
        "_unbonding_seconds": UNBONDING,
        "_stream_blocks": EPOCH,
        "_owner": owner,
    } | changed
    staking = deployer("staking/Staking").deploy(*arguments.values())
    staking.set_notifier(notifier, sender=owner)
    if is_recipient:
        reward.set_recipient(staking, sender=owner)
    token.mint(notifier, BURSE, 0, sender=issuer)
    token.approve(staking, FOR_EVER, sender=notifier)
    return Suite(token, reward, pool, staking, owner, notifier, issuer)
