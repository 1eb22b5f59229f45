"""Staking, its registry of validators and all it stands on, and the models beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.halving import HalvingSchedule
from mdt.model.stake_weight import UNIT_BITS
from mdt.model.staking import OWN_SLOT, Staking, StakingTerms
from mdt.model.stream import SCALE
from mdt.preset.settings import load
from mdt.units import DAY
from tests.support.block_reward import deploy_block_reward, grant_channel, schedule_of
from tests.support.boa_clock import BoaClock, mine
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.token import deploy_token, grant

PRESET = load("adr-literal")
UNIT = 10**18
MINIMUM = PRESET.staking.min_validator_stake
UNBONDING = PRESET.staking.unbonding
UNBONDING_BLOCKS = 20  # of the tests: few, so that they can be made one by one
MONTH = 30 * DAY
EPOCH = PRESET.emission.epoch_blocks
BURSE = 20_000 * UNIT  # what an actor of a test holds
COMMISSION = PRESET.staking.commission.default_bps
OWN = ZERO_ADDRESS  # the owner that a validator's own stake is kept under
FOR_EVER = 2**256 - 1
STAKES = [point[0] for point in PRESET.staking.decay_table]
VALUES = [point[1] for point in PRESET.staking.decay_table]
TERMS = StakingTerms(
    min_validator_stake=MINIMUM,
    unbonding_seconds=UNBONDING,
    unbonding_blocks=UNBONDING_BLOCKS,
    stream_blocks=EPOCH,
    own_bonus_bps=PRESET.staking.lock_bonus.validator.bps_per_month,
    delegated_bonus_bps=PRESET.staking.lock_bonus.delegator.bps_per_month,
    max_commission_bps=PRESET.staking.commission.max_bps,
    cap_bps=PRESET.staking.delegation_cap_bps,
    own_part_bps=PRESET.staking.own_part_bps,
)
# What can wait undivided with some twenty thousand tokens staked: a scaled wei per unit of weight, and what a position's claim keeps.
DUST = (20_000 * UNIT >> UNIT_BITS) // SCALE + 2


def unbond(more: int = 0) -> None:
    """Let the unbonding time pass, in seconds and in blocks, and some seconds more."""
    mine(UNBONDING_BLOCKS, seconds=UNBONDING + more)


def terms_tuple(terms: StakingTerms) -> tuple[int, ...]:
    """As the constructor takes them."""
    return tuple(vars(terms).values())


class ContractRegistry:
    """The registry as the model of Staking asks it, answered by the contract."""

    def __init__(self, validators: Any) -> None:
        self.validators = validators

    def owner_of(self, validator_id: int) -> str:
        """The current owner."""
        return str(self.validators.owner_of(validator_id))


@dataclass
class StakingSuite:
    """The contracts, who runs them, and a way to move the chain."""

    token: Any
    reward: Any
    pool: Any
    staking: Any
    validators: Any
    owner: str
    notifier: str
    slasher: str
    issuer: str
    start_block: int
    distributor: str
    schedules: str

    def actor(self, name: str, amount: int = BURSE) -> str:
        """An account with tokens and an unlimited allowance for the staking contract."""
        account = boa.env.generate_address(name)
        self.token.mint(account, amount, 0, sender=self.issuer)
        self.token.approve(self.staking, FOR_EVER, sender=account)
        return str(account)

    def validator(self, name: str, amount: int = MINIMUM, commission: int = COMMISSION) -> tuple[int, str]:
        """A registered validator: its number, and the account that owns, operates and signs for it."""
        operator = self.actor(name)
        return self.validators.register(amount, commission, name, sender=operator), operator

    def delegator(self, name: str, validator_id: int, amount: int, months: int = 0, slot: int = 0) -> str:
        """An account with a delegation."""
        account = self.actor(name)
        self.staking.stake(validator_id, slot, amount, months, sender=account)
        return account

    def model(self) -> Staking:
        """The model as deployed in this block: call before anything happened."""
        terms = self.staking.terms()
        model = Staking(
            BoaClock(),
            terms=StakingTerms(*terms),
            decay_stakes=STAKES,
            decay_values=VALUES,
            owner=self.owner,
            token_cap=self.token.cap(),
            start_block=self.start_block,
            block_reward=str(self.reward.address),
        )
        model.distributor = self.distributor
        model.set_registry(self.owner, str(self.validators.address), ContractRegistry(self.validators))
        model.set_notifier(self.owner, self.notifier)
        model.set_slasher(self.owner, self.slasher)
        model.set_schedules(self.owner, self.schedules)
        return model

    def replace_reward(self) -> Any:
        """A successor of the block reward is deployed, takes over and is named the source; the old one is no minter any more. Returns the old one."""
        old, rules = self.reward, self.token.minter(self.reward)
        schedule = HalvingSchedule(old.INITIAL_REWARD(), old.INTERVAL_BLOCKS(), old.HALVINGS())
        self.reward = deploy_block_reward(self.token, self.owner, schedule, predecessor=old)
        with boa.env.prank(self.owner):
            self.token.revoke_minter(old)
            self.reward.take_over()
            self.staking.set_block_reward(self.reward)
            self.reward.set_recipient(self.staking)
        if rules.lifetime_cap > rules.minted:
            cap = rules.lifetime_cap - rules.minted
            grant(self.token, self.reward.address, rules.bucket, rules.reasons, cap, min(cap, rules.window_cap), rules.window_seconds)
        return old

    def holdings(self) -> int:
        """Wei the books say the contract holds."""
        net = self.staking.network()
        return net.principal + net.rewards_received - net.rewards_paid - net.rewards_recycled

    def solvent(self) -> bool:
        """Whether the balance is what the books say, to the wei (no plain transfers made)."""
        return bool(self.token.balanceOf(self.staking) == self.holdings())

    def pending(self, validator_id: int, owner: str = OWN, slot: int | None = None) -> int:
        """Wei a position could claim; without more words the validator's first own one."""
        return int(self.staking.position(validator_id, owner, (OWN_SLOT if owner == OWN else 0) if slot is None else slot).pending_reward)


def deploy_suite(
    *,
    start_delay: int = 0,
    schedule: HalvingSchedule | None = None,
    window_cap: int | None = None,
    is_recipient: bool = True,
    terms: StakingTerms = TERMS,
    **changed: Any,
) -> StakingSuite:
    """The preset's contracts, wired; `changed` replaces constructor arguments of Staking by name. The slasher and the schedules are accounts."""
    owner, slasher, issuer, distributor, schedules = (
        str(boa.env.generate_address(name)) for name in ("owner", "slasher", "issuer", "distributor", "schedules")
    )
    source = harness("Notifier").deploy()
    source.set_distributor(distributor)
    notifier = str(source.address)
    token = deploy_token(owner, owner)
    grant(token, issuer)
    reward = deploy_block_reward(token, owner, schedule or schedule_of("adr-literal"), start_delay)
    grant_channel(token, reward, PRESET.halving, **({} if window_cap is None else {"window_cap": window_cap}))
    pool = deploy("RecyclingPool", token=token, owner=owner)
    around = {"MDT": token, "BlockReward": reward, "RecyclingPool": pool}
    staking = deploy("Staking", around, **({"terms": terms, "owner": owner} | changed))
    validators = deploy("Validators", staking=staking)
    with boa.env.prank(owner):
        staking.set_registry(validators)
        staking.set_notifier(notifier)
        staking.set_slasher(slasher)
        staking.set_schedules(schedules)
    if is_recipient:
        reward.set_recipient(staking, sender=owner)
    token.mint(notifier, BURSE, 0, sender=issuer)
    token.approve(staking, FOR_EVER, sender=notifier)
    for account in (slasher, distributor, schedules):
        token.approve(staking, FOR_EVER, sender=account)
    for account in (distributor, schedules):
        token.mint(account, BURSE, 0, sender=issuer)
    return StakingSuite(token, reward, pool, staking, validators, owner, notifier, slasher, issuer, reward.START_BLOCK(), distributor, schedules)
