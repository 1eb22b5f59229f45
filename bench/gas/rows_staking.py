"""Gas rows of staking: each operation its own transaction, the deposit included, unlimited allowances."""

from __future__ import annotations

from eth_account.signers.local import LocalAccount
from web3.contract import Contract

from bench.gas.chain import Chain
from mdt.model.reasons import Mint, mask
from mdt.settings import load

UNIT = 10**18
FOR_EVER = 2**256 - 1


def measure(chain: Chain) -> dict[str, int]:
    """Rows of `Staking`: both streams are running and other validators are staked, as in ordinary operation."""
    preset = load("adr-literal")
    minimum = preset.staking.min_validator_stake
    owner, minter, notifier = chain.account(), chain.account(), chain.account()
    token, _, staking = deploy_staking(chain, owner, minter)
    chain.send(staking.functions.set_notifier(notifier.address), owner)

    def funded() -> LocalAccount:
        account = chain.account()
        chain.send(token.functions.mint(account.address, 100 * minimum, Mint.GENESIS), minter)
        chain.send(token.functions.approve(staking.address, FOR_EVER), account)
        return account

    for _ in range(2):
        chain.send(staking.functions.register(minimum), funded())
    chain.send(token.functions.mint(notifier.address, 10_000 * UNIT, Mint.GENESIS), minter)
    chain.send(token.functions.approve(staking.address, FOR_EVER), notifier)
    chain.send(staking.functions.pull_block_rewards(), owner)
    rows: dict[str, int] = {}
    rows["notify a reward, first"] = chain.send(staking.functions.notify_reward(400 * UNIT), notifier)
    rows["notify a reward"] = chain.send(staking.functions.notify_reward(400 * UNIT), notifier)
    chain.mine(5)
    rows["pull block rewards"] = chain.send(staking.functions.pull_block_rewards(), owner)

    validator = funded()
    rows["stake, first of an account"] = chain.send(staking.functions.register(2 * minimum), validator)
    chain.mine(5)
    rows["stake, second of an account"] = chain.send(staking.functions.stake(minimum), validator)
    chain.mine(5)
    rows["stake, later"] = chain.send(staking.functions.stake(minimum), validator)
    chain.mine(5)
    chain.send(staking.functions.claim(validator.address), validator)
    chain.mine(5)
    rows["claim staking reward, later"] = chain.send(staking.functions.claim(validator.address), validator)
    rows["unstake, first request"] = chain.send(staking.functions.unstake(minimum), validator)
    rows["unstake, later request"] = chain.send(staking.functions.unstake(minimum), validator)
    chain.travel(preset.staking.unbonding)
    chain.mine()
    rows["withdraw part"] = chain.send(staking.functions.withdraw(0), validator)
    return rows


def deploy_staking(chain: Chain, owner: LocalAccount, minter: LocalAccount) -> tuple[Contract, Contract, Contract]:
    """The preset's token, block reward and staking, wired, with one minter of the first bucket."""
    preset = load("adr-literal")
    halving, caps = preset.halving, preset.token.buckets.as_list()
    token = chain.deploy("token/MDT", preset.token.name, preset.token.symbol, caps, preset.token.grant_delay, owner.address, owner.address)
    reward = chain.deploy(
        "emission/BlockReward", token.address, chain.block_number + 10, halving.initial_reward, halving.interval_blocks, halving.halvings, owner.address
    )
    pool = chain.deploy("distribution/RecyclingPool", token.address, preset.recycling.fee_burn_bps, owner.address)
    staking = chain.deploy(
        "staking/Staking",
        token.address,
        reward.address,
        pool.address,
        preset.staking.min_validator_stake,
        preset.staking.unbonding,
        preset.emission.epoch_blocks,
        owner.address,
    )
    for account, bucket, reason, cap in ((minter.address, 0, Mint.GENESIS, caps[0]), (reward.address, 1, Mint.BLOCK_REWARD, halving.channel_cap)):
        chain.send(token.functions.propose_minter(account, bucket, mask(reason), cap, cap, 86_400), owner)
        chain.send(token.functions.grant_minter(account), owner)
    chain.send(reward.functions.set_recipient(staking.address), owner)
    return token, reward, staking
