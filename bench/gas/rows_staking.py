"""Gas rows of staking: each operation its own transaction, the deposit included, unlimited allowances.

A row is a delegation unless it says otherwise: to a validator that keeps 10% commission, while both streams run, the cap is in force
and other validators are staked. All amounts keep the pool in its segment of the decay table, but for the row that says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from eth_account.signers.local import LocalAccount
from web3.contract import Contract

from bench.gas.chain import Chain, full
from bench.gas.rows_token import allow, deploy_token, fill_rings
from mdt.chain.localchain import advance
from mdt.model.reasons import Mint
from mdt.preset.settings import load
from mdt.preset.terms import staking_terms

UNIT = 10**18
FOR_EVER = 2**256 - 1
OWN_SLOT = 8
VALIDATORS = 14  # more than the cap is waived for
PRESET = load("adr-literal")
MINIMUM = PRESET.staking.min_validator_stake
EPOCH = PRESET.emission.epoch_blocks
COMMISSION = PRESET.staking.commission.default_bps
PART = full(MINIMUM // 10)
QUARTER = full(PART // 4)
REWARDS = [full(units * UNIT) for units in (400, 417, 389)]
TERMS = {**staking_terms(PRESET), "unbonding_blocks": 20}  # few, so that rewards are streamed still
LIVENESS = 1  # an offence with a slash of 10%


@dataclass
class Suite:
    """What staking stands on, with what it takes to run it."""

    chain: Chain
    owner: LocalAccount
    minter: LocalAccount
    token: Contract
    reward: Contract
    pool: Contract
    staking: Contract
    validators: Contract

    def funded(self, amount: int = 100 * MINIMUM) -> LocalAccount:
        """An account with tokens and an unlimited allowance for Staking."""
        account = self.chain.account()
        self.chain.send(self.token.functions.mint(account.address, amount, Mint.GENESIS), self.minter)
        self.chain.send(self.token.functions.approve(self.staking.address, FOR_EVER), account)
        return account

    def send(self, account: LocalAccount, name: str, *arguments: object) -> int:
        """A call of Staking, five blocks after the one before."""
        self.chain.mine(5)
        return self.chain.send(self.staking.functions[name](*arguments), account)

    def unbond(self) -> None:
        """Let the unbonding time pass, in seconds and in blocks."""
        self.chain.mine(TERMS["unbonding_blocks"])
        self.chain.travel(TERMS["unbonding_seconds"])

    def stake(self, account: LocalAccount, validator: int, amount: int = PART, months: int = 0, slot: int = 0) -> int:
        """Stake with a validator."""
        return self.send(account, "stake", validator, slot, amount, months)

    def register(self, amount: int = full(9 * MINIMUM // 2)) -> tuple[LocalAccount, int]:
        """A new validator's operator, and the gas of registering."""
        operator = self.funded()
        return operator, self.chain.send(self.validators.functions.register(amount, COMMISSION, "https://example.org"), operator)


def measure(chain: Chain) -> dict[str, int]:
    """Rows of `Staking` and `Validators`. Those that mint are of a chain whose rings of records are full, but for the one that says so."""
    suite = deploy_staking(chain, chain.account(), chain.account())
    rows = _measure_rewards(suite)
    rows["pull block rewards, young chain"] = _pull(suite)
    fill_rings(chain, suite.token, suite.minter)
    rows["pull block rewards"] = _pull(suite)
    rows |= _measure_delegation(suite)
    rows |= _measure_locks(suite)
    rows |= _measure_validators(suite)
    return rows | _measure_slashes(suite)


def deploy_streaming(chain: Chain) -> Suite:
    """Staking with validators in it, both streams running and the cap in force."""
    suite = deploy_staking(chain, chain.account(), chain.account())
    _measure_rewards(suite)
    _pull(suite)
    return suite


def measure_delegations(chain: Chain) -> dict[str, int]:
    """Only the rewards and the rows of a delegation, which peers have too."""
    suite = deploy_staking(chain, chain.account(), chain.account())
    rows = _measure_rewards(suite)
    _pull(suite)
    return rows | _measure_delegation(suite)


def _measure_rewards(suite: Suite) -> dict[str, int]:
    """The two streams, the amounts of which change; leaves them running, with validators staked."""
    chain, staking = suite.chain, suite.staking
    notifier = suite.funded()
    chain.send(staking.functions.set_notifier(notifier.address), suite.owner)
    for _ in range(VALIDATORS):
        suite.register()
    chain.send(staking.functions.pull_block_rewards(), suite.owner)
    names = ("notify a reward, first", "notify a reward", "notify a reward")
    return {name: suite.send(notifier, "notify_reward", amount) for name, amount in zip(names, REWARDS, strict=True)}


def _pull(suite: Suite) -> int:
    """An epoch later."""
    advance(suite.chain.web3, EPOCH)
    return suite.send(suite.owner, "pull_block_rewards")


def _measure_delegation(suite: Suite) -> dict[str, int]:
    """The life of a delegation: what peers have a row for, and the steps around them."""
    account, validator = suite.funded(), 1
    suite.stake(suite.funded(), validator)
    rows = {name: suite.stake(account, validator) for name in ("stake, first of an account", "stake, second of an account", "stake, later")}
    suite.send(account, "claim", validator, account.address, 0)
    rows["claim staking reward, later"] = suite.send(account, "claim", validator, account.address, 0)
    rows["restake a reward"] = suite.send(account, "restake", validator, 0)
    rows["unstake, first request"] = suite.send(account, "unstake", validator, 0, QUARTER)
    rows["unstake, later request"] = suite.send(account, "unstake", validator, 0, QUARTER)
    rows["cancel a request"] = suite.send(account, "cancel_unstake", validator, 0, 0)
    suite.unbond()
    rows["withdraw part"] = suite.send(account, "withdraw", validator, 0, 1)
    rows["redelegate part"] = suite.send(account, "redelegate", validator, 0, validator + 1, 1, full(PART // 2))
    rows["stake, into another segment"] = suite.stake(account, validator, full(MINIMUM // 2))
    return rows


def _measure_locks(suite: Suite) -> dict[str, int]:
    account, validator = suite.funded(), 3
    rows = {"stake and lock, first of an account": suite.stake(account, validator, PART, 1)}
    rows["stake, into a lock"] = suite.stake(account, validator)
    rows["extend a lock"] = suite.stake(account, validator, 0, 2)
    suite.chain.travel(70 * 86_400)
    suite.stake(suite.funded(), validator)
    suite.send(account, "claim", validator, account.address, 0)
    suite.stake(account, validator, 0, 1)
    suite.chain.travel(31 * 86_400)
    suite.chain.mine()
    rows["end a lock"] = suite.send(suite.owner, "end_lock", validator, account.address, 0)
    suite.stake(account, validator, 0, 1)
    suite.chain.travel(31 * 86_400)
    rows["claim staking reward, a lock ends"] = suite.send(account, "claim", validator, account.address, 0)
    return rows


def _measure_validators(suite: Suite) -> dict[str, int]:
    chain, registry = suite.chain, suite.validators.functions
    operator, gas = suite.register()
    validator = registry.validator_id(operator.address).call()
    rows = {"register a validator": gas, "stake, a validator's own": suite.stake(operator, validator, PART, slot=OWN_SLOT)}
    suite.send(operator, "claim_commission", validator)
    suite.stake(suite.funded(), validator)
    rows["claim a commission"] = suite.send(operator, "claim_commission", validator)
    rows["exit"] = chain.send(registry.exit(validator), operator)
    chain.travel(86_400)
    rows["rejoin"] = chain.send(registry.rejoin(validator), operator)
    rows["lower the commission"] = chain.send(registry.set_commission(validator, COMMISSION - 1), operator)
    rows["queue a higher commission"] = chain.send(registry.set_commission(validator, COMMISSION), operator)
    chain.travel(PRESET.staking.unbonding)
    rows["apply a higher commission"] = chain.send(registry.apply_commission(validator), suite.owner)
    successor = chain.account()
    rows["name an operator"] = chain.send(registry.set_operator(validator, successor.address), operator)
    rows["propose a vote key"] = chain.send(registry.propose_vote_key(validator, successor.address), operator)
    rows["accept a vote key"] = chain.send(registry.accept_vote_key(validator), successor)
    rows["propose an owner"] = chain.send(registry.propose_owner(validator, successor.address), operator)
    rows["accept an owner"] = chain.send(registry.accept_owner(validator), successor)
    rows["set the decay table"] = suite.send(suite.owner, "set_decay_table", [point[1] - 1 for point in PRESET.staking.decay_table])
    rows["stake, a table later"] = suite.stake(suite.funded(), validator)
    return rows


def _measure_slashes(suite: Suite) -> dict[str, int]:
    """Staking's part of slashes, the slasher being an account."""
    slasher, account, source, validator = suite.funded(), suite.funded(), 5, 6
    suite.chain.send(suite.staking.functions.set_slasher(slasher.address), suite.owner)
    suite.stake(account, source)
    suite.send(account, "unstake", source, 0, QUARTER)
    suite.send(account, "redelegate", source, 0, validator, 0, QUARTER)
    height = suite.chain.block_number - 20
    rows = {"slash, first of a validator": suite.send(slasher, "slash", source, LIVENESS, 1, 1_000)}
    rows["unstake, a slash in escrow"] = suite.send(account, "unstake", source, 0, QUARTER)
    rows["answer for a slash, redelegated"] = suite.send(slasher, "answer_slash", validator, account.address, 0, FOR_EVER, 1, 1_000, height)
    rows["answer for a slash, asked back"] = suite.send(slasher, "answer_slash", source, account.address, 0, 0, 1, 1_000, height)
    rows["end a slash, overturned"] = suite.send(slasher, "end_slash", source, LIVENESS, True)
    rows["slash"] = suite.send(slasher, "slash", source, LIVENESS, 2, 1_000)
    rows["end a slash, upheld"] = suite.send(slasher, "end_slash", source, LIVENESS, False)
    return rows


def deploy_staking(chain: Chain, owner: LocalAccount, minter: LocalAccount) -> Suite:
    """The preset's token, or the chain's reference token, block reward, staking and registry, wired."""
    token = deploy_token(chain, owner, minter)
    start = chain.block_number + 10
    reward = chain.deploy("BlockReward", token=token, start_block=start, owner=owner)
    pool = chain.deploy("RecyclingPool", token=token, owner=owner)
    staking = chain.deploy("Staking", token=token, block_reward=reward, recycling_pool=pool, terms=tuple(TERMS.values()), owner=owner)
    validators = chain.deploy("Validators", staking=staking)
    allow(chain, token, owner, reward.address, 1, Mint.BLOCK_REWARD, PRESET.halving.channel_cap)
    chain.send(reward.functions.set_recipient(staking.address), owner)
    chain.send(staking.functions.set_registry(validators.address), owner)
    return Suite(chain, owner, minter, token, reward, pool, staking, validators)
