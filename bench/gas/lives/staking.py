"""Rewards, validators and delegations, and what only the registry and the slasher may call."""

from __future__ import annotations

from typing import Any

from bench.gas.lives.life import FOR_EVER, UNIT, Life
from mdt.chain.localchain import advance
from mdt.preset.terms import staking_terms
from mdt.units import DAY

OFFLINE, JAILED = 1, 4


def live(life: Life) -> None:
    """Rewards while nobody is staked, the life of a validator and of a delegation, a notified reward."""
    for account in (life.validator, life.owner, life.other, life.holder, life.keeper):
        life.call("MDT", "approve", life.address("Validators"), FOR_EVER, sender=account)
        life.call("MDT", "approve", life.address("Staking"), FOR_EVER, sender=account)
    _use_roles(life)
    missing = life.view("BlockReward", "START_BLOCK") + 10 - life.chain.block_number
    if missing > 0:
        advance(life.chain.web3, missing)
    for setter, contract in (
        ("set_notifier", life.owner.address),
        ("set_schedules", life.owner.address),
        ("set_registry", life.address("Validators")),
        ("set_slasher", life.address("Slasher")),
    ):
        life.call("Staking", setter, contract)
    life.call("BlockReward", "release", sender=life.keeper)
    life.call("Staking", "pull_block_rewards", sender=life.keeper)
    life.call("Staking", "notify_reward", 400 * UNIT)
    life.call("Staking", "add_reward", 40 * UNIT, 100)
    advance(life.chain.web3, 20)
    life.call("Staking", "pull_block_rewards", sender=life.keeper)
    life.call("Staking", "recycle_idle_rewards", sender=life.keeper)
    _use_validators(life)
    _use_delegations(life)
    life.call("Staking", "set_decay_table", [point[1] - 1 for point in life.settings.staking.decay_table])
    life.call("Staking", "set_notifier", life.address("EmissionController"))
    life.call("Staking", "set_schedules", life.address("EmissionController"))
    life.call("BlockReward", "release", sender=life.keeper)
    _follow(life)


def _follow(life: Life) -> None:
    """A block reward that takes over from another, and a Staking that has rewards from it; stake for an owner who is named."""
    suite = {name: life.contracts[name] for name in ("BlockReward", "Staking")}
    rows = {name: life.rows[name] for name in suite}
    start = life.chain.block_number + 60
    life.deploy("BlockReward", start_block=start)
    life.contracts["Staking"] = life.chain.deploy("Staking", life.contracts, owner=life.owner)
    life.deploy("BlockReward", start_block=start, predecessor=life.address("BlockReward"))
    life.call("BlockReward", "take_over")
    life.call("Staking", "set_block_reward", life.address("BlockReward"))
    rows["BlockReward"] |= {key: gas for key, gas in life.rows["BlockReward"].items() if key != "__init__"}
    for name, contract in suite.items():
        life.contracts[name], life.rows[name] = contract, rows[name]
    life.call("Staking", "stake", 2, 7, life.settings.staking.min_validator_stake, 0, life.holder.address, sender=life.holder)


def _use_roles(life: Life) -> None:
    """What only registry and slasher may call, on a Staking whose registry and slasher an account is."""
    suite, role = life.contracts["Staking"], life.keeper
    life.contracts["Staking"] = life.chain.deploy("Staking", life.contracts, owner=life.owner)
    stake = 4 * life.settings.staking.min_validator_stake
    for account in (role, life.holder):
        life.chain.send(life.contracts["MDT"].functions.approve(life.address("Staking"), FOR_EVER), account)
    for setter in ("set_registry", "set_slasher"):
        life.call("Staking", setter, role.address)
    for number in (1, 2, 3):
        life.call("Staking", "open", number, role.address, stake, 1_000, sender=role)
    life.call("Staking", "set_commission", 1, 900, sender=role)
    life.call("Staking", "set_limit", 1, 10**24, sender=role)
    life.call("Staking", "stake", 1, 0, stake, 0, sender=life.holder)
    life.call("Staking", "unstake", 1, 0, stake // 4, sender=life.holder)
    life.call("Staking", "redelegate", 1, 0, 2, 0, stake // 4, sender=life.holder)
    for slash_id in (0, 1):
        life.call("Staking", "slash", 1, OFFLINE, slash_id, 1_000, sender=role)
        life.call("Staking", "answer_slash", 2, life.holder.address, 0, FOR_EVER, slash_id, 1_000, life.chain.block_number - 9, sender=role)
        life.call("Staking", "end_slash", 1, OFFLINE, False, sender=role)
    life.call("Staking", "take_restitution", 1, life.holder.address, sender=role)
    life.call("Staking", "set_bars", 1, JAILED, False, sender=role)
    life.contracts["Staking"] = suite


def _use_validators(life: Life) -> None:
    """Three validators; one changes its commission, leaves, comes back and changes its keys."""
    minimum, unbonding = life.settings.staking.min_validator_stake, life.settings.staking.unbonding
    for account in (life.other, life.validator):
        life.call("Validators", "register", 4 * minimum, 1_000, "https://example.org", sender=account)
    life.call("Validators", "register", 4 * minimum, 1_000, "https://example.org", life.owner.address, sender=life.owner)
    advance(life.chain.web3, 5)
    for bps in (900, 1_000):
        life.call("Validators", "set_commission", 3, bps, sender=life.owner)
    life.chain.travel(unbonding)
    life.call("Validators", "apply_commission", 3, sender=life.keeper)
    life.call("Validators", "set_metadata", 3, "https://example.com", sender=life.owner)
    life.call("Validators", "exit", 3, sender=life.owner)
    life.chain.travel(DAY)
    life.call("Validators", "rejoin", 3, sender=life.owner)
    life.call("Validators", "set_limit", 3, 10**24, sender=life.owner)
    life.call("Validators", "set_operator", 3, life.minter.address, sender=life.owner)
    life.call("Validators", "propose_vote_key", 3, life.minter.address, sender=life.owner)
    life.call("Validators", "accept_vote_key", 3, sender=life.minter)
    life.call("Validators", "propose_owner", 3, life.minter.address, sender=life.owner)
    life.call("Validators", "accept_owner", 3, sender=life.minter)
    life.call("Staking", "claim_commission", 3, sender=life.keeper)
    advance(life.chain.web3, 5)
    life.call("Staking", "claim_commission", 3, sender=life.keeper)


def _use_delegations(life: Life) -> None:
    """Every step of a delegation, a lock that ends included."""
    part, holder = life.settings.staking.min_validator_stake // 4, life.holder
    for _ in range(2):
        life.call("Staking", "stake", 2, 0, part, 0, sender=holder)
        life.call("Staking", "stake", 2, 0, part, 0, holder.address, 2_000, sender=holder)
        life.call("Staking", "stake", 2, 0, part, 0, holder.address, 2_000, True, sender=holder)
        advance(life.chain.web3, 5)
        life.call("Staking", "claim", 2, holder.address, 0, sender=life.keeper)
        advance(life.chain.web3, 5)
    life.call("Staking", "restake", 2, 0, sender=holder)
    life.call("Staking", "set_recipient", life.keeper.address, sender=holder)
    for _ in range(2):
        life.call("Staking", "unstake", 2, 0, part // 4, sender=holder)
    life.call("Staking", "cancel_unstake", 2, 0, 0, sender=holder)
    life.call("Staking", "redelegate", 2, 0, 1, 0, part // 4, sender=holder)
    life.call("Staking", "redelegate", 2, 0, 1, 2, part // 4, 2_000, sender=holder)
    life.call("Staking", "stake", 2, 1, part, 1, sender=holder)
    life.chain.travel(31 * 86_400)
    life.call("Staking", "end_lock", 2, holder.address, 1, sender=life.keeper)


def leave(life: Life) -> None:
    """What was asked back long ago answers for the slashes since, and is taken out; so is the deposit of who has exited."""
    holder, where = life.holder, (2, life.holder.address, 0, 1)
    life.call("Validators", "exit", 3, sender=life.minter)
    life.chain.travel(life.settings.staking.unbonding)
    advance(life.chain.web3, staking_terms(life.settings)["unbonding_blocks"])
    life.call("Validators", "withdraw_deposit", 3, sender=life.minter)
    while life.view("Staking", "request", *where)[3] < life.view("Staking", "validator", 2)[9]:
        life.chain.send(life.contracts["Slasher"].functions.answer(*where), life.keeper)
    life.call("Staking", "withdraw", 2, 0, 1, sender=holder)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What their views are given."""
    position = {"_validator_id": 1, "_owner": life.holder.address, "_slot": 0, "_offset": 0, "_limit": 10}
    return {
        "BlockReward": {"_block": lambda: life.chain.block_number, "address": life.validator.address},
        "Staking": {
            **position,
            "_request_id": 0,
            "_offence": 0,
            "_slasher": life.holder.address,
            "_slash_id": 0,
            "address": life.validator.address,
            "uint256": 0,
        },
        "Validators": {"_validator_id": 1, "address": life.validator.address, "uint256": 1},
        "StakingLens": {**position, "_first_validator_id": 1, "_amount": UNIT, "_months": 0},
    }
