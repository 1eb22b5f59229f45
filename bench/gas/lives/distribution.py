"""Recycling and miners' claims."""

from __future__ import annotations

from typing import Any

from bench.gas.lives.life import FOR_EVER, UNIT, Life
from mdt.crypto.merkle import MerkleTree
from mdt.model.reasons import Recycle


def recycle(life: Life) -> None:
    """Fees, gifts, a drawer for a day, burning what is too much."""
    for account in (life.holder, life.owner):
        life.call("MDT", "approve", life.address("RecyclingPool"), FOR_EVER, sender=account)
    life.call("RecyclingPool", "deposit_fees", 10 * UNIT, sender=life.holder)
    life.call("RecyclingPool", "recycle", 10 * UNIT, Recycle.DONATION, sender=life.holder)
    life.call("RecyclingPool", "burn_surplus", UNIT)
    life.call("RecyclingPool", "set_drawer", life.owner.address)
    life.call("RecyclingPool", "draw", UNIT)
    life.call("RecyclingPool", "set_drawer", life.address("EmissionController"))


def claim(life: Life) -> None:
    """A first root from the owner, claims alone and in a batch."""
    miners = [life.holder, life.other, *(life.chain.account() for _ in range(6))]
    entries = {str(account.address): 10 * UNIT for account in miners}
    tree = MerkleTree.build(entries.items())
    life.call("RewardDistributor", "set_funder", life.owner.address)
    life.call("MDT", "approve", life.address("RewardDistributor"), FOR_EVER)
    life.call("RewardDistributor", "fund", tree.root, 80 * UNIT)
    life.call("RewardDistributor", "claim", life.holder.address, 10 * UNIT, tree.proof(life.holder.address), sender=life.keeper)
    batch = [account.address for account in miners[2:6]]
    life.call("RewardDistributor", "claim_many", batch, [10 * UNIT] * 4, [tree.proof(one) for one in batch], sender=life.keeper)
    life.call("RewardDistributor", "set_recipient", life.keeper.address, sender=life.other)
    life.call("RewardDistributor", "set_funder", life.address("EmissionController"))
    life.earned = entries


def follow(life: Life) -> None:
    """A pool that absorbs the one before it, and a claim that becomes stake; later, when there are validators."""
    old, rows = life.contracts["RecyclingPool"], life.rows["RecyclingPool"]
    life.call("RecyclingPool", "recycle", UNIT, Recycle.DONATION, sender=life.holder)
    life.deploy("RecyclingPool", predecessor=old.address)
    life.chain.send(old.functions.set_drawer(life.address("RecyclingPool")), life.owner)
    life.call("RecyclingPool", "absorb", sender=life.keeper)
    life.chain.send(old.functions.set_drawer(life.address("EmissionController")), life.owner)
    rows |= {key: gas for key, gas in life.rows["RecyclingPool"].items() if key != "__init__"}
    life.contracts["RecyclingPool"], life.rows["RecyclingPool"] = old, rows
    tree = MerkleTree.build(life.earned.items())
    given = (life.earned[life.other.address], tree.proof(life.other.address), 2, 0)
    life.call("RewardDistributor", "claim_and_stake", *given, sender=life.other)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What its views are given."""
    return {"RewardDistributor": {"address": life.validator.address}, "RecyclingPool": {"_account": life.address("EmissionController")}}
