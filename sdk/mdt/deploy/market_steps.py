"""The steps of a deployment that make what a preset begins with: markets and what opens them, pools and what fills them, schedules.

A market is opened as soon as the genesis has minted for it and before it mints for anybody else. Until then nobody but the deployer has tokens, so that
nobody can open it at another price. The deposit asks for all shares that its price gives besides: at any other price there are fewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from mdt.chain import block_time
from mdt.deploy.parts.liquidity import paired_token, test_supply, test_token
from mdt.deploy.steps import Site, Step
from mdt.model.reasons import Mint
from mdt.names import SOURCES, TIMELOCK
from mdt.preset.markets import Market, Seed
from mdt.units import DAY


def market_steps(site: Site) -> Iterator[Step]:
    """Pools first, each filled out of what genesis sent to the contract; then the schedules, some of which pay pools."""
    for number, pool in enumerate(site.settings.pools, 1):
        operator = f"@{TIMELOCK}" if site.record.pool_operator == TIMELOCK else site.record.pool_operator
        yield site.call_step(f"pool {number}: create", "ReservePools", "create_pool", [pool.name, operator], partial(_is_counted, site, "pool", number))
        if pool.amount:
            yield site.call_step(f"pool {number}: fill", "ReservePools", "absorb", [number, pool.amount], partial(_is_filled, site, number))
    for number, payment in enumerate(site.settings.schedules, 1):
        arguments: list[Any] = [
            payment.kind_number,
            f"@{payment.recipient}",
            payment.pool_id,
            payment.is_minted,
            payment.amount,
            payment.interval_blocks,
            partial(_start, site),
            payment.duration_blocks,
        ]
        yield site.call_step(f"schedule {number}: create", "DistributionSchedules", "create", arguments, partial(_is_counted, site, "schedule", number))


def market_creations(site: Site) -> Iterator[Step]:
    """The contracts of the markets, and the tokens that local networks pair with."""
    for market in site.settings.markets:
        if market.paired.is_test:
            yield site.creation(test_token(market))
        yield site.creation(market.contract)


def opening_steps(site: Site) -> Iterator[Step]:
    """Every market that has a seed: the deployer approves both sides exactly, and deposits them."""
    for market in site.settings.markets:
        if market.paired.is_test:
            yield from _minted(site, market)
        if market.seed is not None:
            yield from _opened(site, market, market.seed)


def _minted(site: Site, market: Market) -> Iterator[Step]:
    """A test token's supply, to the deployer."""
    token, supply, deployer = test_token(market), test_supply(market), site.signer.address

    def is_over() -> bool:
        return int(site.contract(token).call("totalSupply")) >= supply

    def is_granted() -> bool:
        return is_over() or bool(site.contract(token).call("minter", deployer).is_active)

    def is_proposed() -> bool:
        return is_granted() or bool(site.contract(token).call("proposal", deployer).effective_at)

    rules: list[Any] = [deployer, 0, 1 << Mint.GENESIS, supply, supply, DAY]
    yield site.call_step(f"test token {market.name}: propose", token, "propose_minter", rules, is_proposed)
    yield site.call_step(f"test token {market.name}: grant", token, "grant_minter", [deployer], is_granted)
    yield site.call_step(f"test token {market.name}: mint", token, "mint", [deployer, supply, int(Mint.GENESIS)], is_over)


def _opened(site: Site, market: Market, seed: Seed) -> Iterator[Step]:
    deployer, name, paired = site.signer.address, market.name, market.seed_paired

    def is_open() -> bool:
        return bool(site.contract(market.contract).call("totalSupply"))

    def is_allowed(token: str, amount: int) -> bool:
        return is_open() or int(site.contract(token).call("allowance", deployer, site.address(market.contract))) == amount

    for coin, amount in (("MDT", seed.tokens), (paired_token(market), paired)):
        what = site.settings.denomination.symbol if coin == "MDT" else market.paired.symbol
        yield site.call_step(f"market {name}: approve {what}", coin, "approve", [f"@{market.contract}", amount], partial(is_allowed, coin, amount))
    receiver = f"@{seed.shares_to}" if seed.shares_to in SOURCES else seed.shares_to
    deposit: list[Any] = [seed.tokens, paired, market.seed_shares, receiver, lambda: block_time.now(site.chain) + DAY]
    yield site.call_step(f"market {name}: open", market.contract, "add", deposit, is_open)


def _start(site: Site) -> int:
    """The start block of everything else; the next but one when an interruption has let that pass."""
    return max(site.record.start_block, site.chain.head() + 2)


def _is_counted(site: Site, what: str, number: int) -> bool:
    contract = {"pool": "ReservePools", "schedule": "DistributionSchedules"}[what]
    return int(site.contract(contract).call(f"{what}_count")) >= number


def _is_filled(site: Site, number: int) -> bool:
    """Whether a pool took what genesis minted for it.

    Anybody can put tokens into a pool, which fills it and leaves those of the genesis where they are; so the step's transaction says it. Where none is
    noted, what belongs to no pool is less than what this pool and those after it are to take.
    """
    if f"pool {number}: fill" in site.record.steps:
        return True
    pools, waiting = site.contract("ReservePools"), sum(pool.amount for pool in site.settings.pools[number - 1 :])
    return int(pools.call("pool", number).put_in) >= site.settings.pools[number - 1].amount and int(pools.call("unassigned")) < waiting
