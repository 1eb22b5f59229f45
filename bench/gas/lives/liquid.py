"""A liquid share, on a Staking of its own: after everything else, so that no other figure knows of it."""

from __future__ import annotations

from typing import Any

from bench.gas import rows_liquid
from bench.gas.lives.life import DAY, UNIT, Life
from bench.gas.rows_liquid import Site
from bench.gas.rows_token import domain_of, permit_call
from mdt.names import EVERY_SOURCE
from tools import contracts

NAME = "LiquidStaking"
REFUSES_ALWAYS = ("previewRedeem", "previewWithdraw")


def live(life: Life) -> None:
    """Every function that does anything."""
    site = rows_liquid.build(life.chain)
    life.contracts[NAME] = site.vault
    life.rows[NAME] = {"__init__": life.chain.deploy_gas[NAME] - contracts.footer_gas(EVERY_SOURCE[NAME])}
    suite_owner, life.owner = life.owner, site.owner
    other = site.account()
    _enter(life, site, other)
    _leave(life, site, other)
    _govern(life, site)
    life.look([NAME], views(life, site), without=REFUSES_ALWAYS)
    life.hand_over([NAME])
    life.owner = suite_owner


def _enter(life: Life, site: Site, other: Any) -> None:
    """Deposits, rewards, the ERC-20."""
    holder = site.holder
    for _ in range(2):
        life.call(NAME, "deposit", 20 * UNIT, holder.address, sender=holder)
        life.call(NAME, "mint", 20 * UNIT, holder.address, sender=holder)
        life.call(NAME, "allocate", sender=other)
        site.suite.send(site.notifier, "notify_reward", 40 * UNIT)
        life.chain.mine(20)
        life.call(NAME, "harvest", sender=other)
        life.call(NAME, "transfer", other.address, UNIT, sender=holder)
        life.call(NAME, "approve", other.address, 10 * UNIT, sender=holder)
        life.call(NAME, "transferFrom", holder.address, other.address, UNIT, sender=other)
        permit = permit_call(site.vault, holder, other.address, UNIT, domain_of(site.vault))
        life.rows[NAME][contracts.signature(permit.abi)] = life.chain.send(permit, other)
    life.call(NAME, "setOperator", other.address, True, sender=holder)


def _leave(life: Life, site: Site, other: Any) -> None:
    """A batch, closed while a slash is in escrow that is overturned."""
    holder = site.holder
    life.call(NAME, "requestRedeem", 10 * UNIT, holder.address, holder.address, sender=holder)
    number = site.slash()
    life.call(NAME, "set_weight", rows_liquid.VALIDATORS, 0)
    life.call(NAME, "close_cycle", sender=other)
    site.overturn(number)
    life.call(NAME, "take_restitution", number, sender=other)
    life.call(NAME, "sync", sender=other)
    site.suite.unbond()
    life.call(NAME, "collect", sender=other)
    life.call(NAME, "price_batch", sender=other)
    life.call(NAME, "redeem", UNIT, holder.address, holder.address, sender=holder)
    life.call(NAME, "withdraw", UNIT, holder.address, holder.address, sender=holder)


def _govern(life: Life, site: Site) -> None:
    """The owner's calls; the validator that was left makes room."""
    life.call(NAME, "drop_validator", rows_liquid.VALIDATORS, sender=site.holder)
    life.call(NAME, "set_weight", rows_liquid.VALIDATORS, 500)
    life.call(NAME, "set_fee", 100)
    life.call(NAME, "set_commission_limit", 1_500)
    life.call(NAME, "set_deposit_limit", 900_000)
    life.chain.travel(DAY)


def views(life: Life, site: Site) -> dict[str, dict[str, Any]]:
    """What its views are given."""
    numbers = {"_assets": UNIT, "_shares": UNIT, "_batch": 1, "_request_id": 1, "_interface_id": b"\x01\xff\xc9\xa7"}
    return {NAME: {**numbers, "address": site.holder.address, "bytes4": b"\x01\xff\xc9\xa7"}}
