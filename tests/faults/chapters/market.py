"""Payments and fees, pools and what they sell, schedules, markets."""

from __future__ import annotations

import json

from tests.faults.chapters.governance import DELAY
from tests.faults.rows import Life, row
from tests.faults.world import World

DAY = 86_400
CENT = 10**4
"""Of the token that is paid with: six decimals."""
POOL = ("--pool-id", "1")


def payments(world: World) -> Life:
    """A plain transfer, a burn, a deposit, and a fee of every payment."""
    yield row("token transfer", "TEST::10", "5 MDT", by=9)
    yield row("token burn", "--amount", "3", by=9)
    yield row("token deposit-fee", "--kind", "registration", "--amount", "10", by=9)
    changed = yield row("token set-fee", "--kind", "transfer", "--burn", "1%", by=6)
    world.wait(DELAY)
    world.execute(changed)
    yield row("token transfer", "TEST::10", "5 MDT", by=9, note="through the fee desk")


def pools(world: World) -> Life:
    """A pool out of the treasury: allocations, a sale for another token, and its end."""
    dollar = _dollar(world)
    created = yield row("token create-pool", "--name", "Goods", "--operator", "TEST::8", "--initial-amount", "10_000", by=6)
    world.wait(DELAY)
    world.execute(created)
    yield row("token replenish-pool", *POOL, "--amount", "7", by=9)
    allocate = ("--buyer", "TEST::10", "--amount", "500")
    yield row("token allocate", *POOL, *allocate, by=8)
    for length in ("2 days", "1 hour"):
        world.do("token", "allocate", *POOL, *allocate, "--expires", length, "--account", "TEST::8")
    yield row("token release", "1", by=8)
    yield row("token cancel", "2", by=8)
    world.wait(3_600)
    yield row("token expire", "3", by=5)
    yield row("token set-operator", *POOL, "--operator", "TEST::11", by=6)
    terms = ["--payment-token", dollar, "--price", "0.25", "--min-price", "0.2", "--max-price", "0.5", "--max-per-purchase", "1_000"]
    sale = yield row("token set-sale", *POOL, *terms, by=6)
    world.wait(DELAY)
    world.execute(sale)
    yield row("token buy", *POOL, "--amount", "100", by=10)
    yield row("token set-price", *POOL, "--price", "0.3", by=8)
    yield row("token close-pool", *POOL, by=6)


def schedules(world: World) -> Life:
    """One that pays an account and one that fills a pool: funded, paid, changed, paused, resumed, cancelled."""
    pool = world.do("token", "create-pool", "--name", "Goods", "--operator", "TEST::8", "--account", "TEST::6")
    paid = yield row("token create-schedule", "--recipient-type", "relays", "--recipient", "TEST::1", "--amount", "10", "--interval-blocks", "100", by=6)
    world.wait(DELAY)
    for one in (pool, paid):
        world.execute(one)
    fills = ["--recipient-type", "marketplace-liquidity", *POOL, "--amount", "5", "--interval-blocks", "100"]
    filling = world.do("token", "create-schedule", *fills, "--account", "TEST::6")
    yield row("token fund-schedule", "--schedule-id", "1", "--amount", "35", by=9)
    world.wait(DELAY)
    world.execute(filling)
    world.do("token", "fund-schedule", "--schedule-id", "2", "--amount", "3_500", "--account", "TEST::9")
    refill = yield row("token set-refill", *POOL, "--threshold", "1_000", "--schedule-id", "2", by=6)
    world.wait(DELAY)
    world.execute(refill)
    world.to_block(max(one["terms"]["from_block"] for one in world.do("token", "list-schedules")["schedules"]) + 300)
    yield row("token process-inflation", by=5)
    world.blocks(300)
    yield row("token top-up", *POOL, by=5)
    yield row("token change-schedule", "--schedule-id", "1", "--amount", "8", "--interval-blocks", "200", by=6)
    yield row("token cancel-schedule", "--schedule-id", "2", by=6)
    paused = yield row("token pause-schedule", "--schedule-id", "1", by=6)
    world.wait(DELAY)
    world.execute(paused)
    yield row("token resume-schedule", "--schedule-id", "1", by=6)


def markets(world: World) -> Life:
    """A market for the dollar, from the first deposit to a withdrawal: swaps both ways, the protocol's part, and fees that change."""
    dollar = _dollar(world)
    world.do("token", "transfer", "TEST::10", "2_000 MDT", "--account", "TEST::9")
    terms = ("--token", dollar, "--symbol", "USDX", "--decimals", "6", "--protocol", "25%")
    yield row("market open", "usdx", *terms, by=5)
    (address,) = [one["address"] for one in world.do("market", "list")["markets"]]
    late = ("--deadline", str(world.w3.eth.get_block("latest")["timestamp"] + 7 * DAY))
    yield row("market add", "usdx", "1_000 MDT", "250 USDX", *late, by=10)
    yield row("market swap", "usdx", "--pay", "10 USDX", *late, by=10)
    yield row("market swap", "usdx", "--buy", "5 USDX", *late, by=10, note="exactly so much bought")
    yield row("market add", "usdx", "20 MDT", "--one-sided", *late, by=10, note="one token alone")
    yield row("market remove", "usdx", "10%", *late, by=10)
    yield row("market collect", "usdx", by=5)
    world.do("token", "transfer", address, "1 MDT", "--account", "TEST::9")
    yield row("market sweep", "usdx", "--token", "MDT", by=6)
    announced = yield row("market announce-fees", "usdx", "--fee", "0.5%", by=6)
    world.wait(DELAY)
    world.execute(announced)
    yield row("market withdraw-fees", "usdx", by=6)
    world.wait(7 * DAY)
    yield row("market apply-fees", "usdx", by=5)


def _dollar(world: World) -> str:
    """A token to pay with, six decimals, of which account 10 has 1,000: made of the very code that the suite's own was deployed with."""
    w3, record = world.w3, json.loads((world.records / "MDT.json").read_text())
    initcode = w3.eth.get_transaction(record["tx_hash"])["input"].hex().removeprefix("0x").removesuffix(record["constructor_encoded"].removeprefix("0x"))
    maker, buyer = world.people[18], world.people[10]
    mine = {"from": maker}
    created = (
        w3.eth.contract(abi=record["abi"], bytecode=initcode).constructor("Dollar", "USDX", 6, [10**12, 0, 0, 0, 0], 14 * DAY, maker, maker).transact(mine)
    )
    token = w3.eth.contract(w3.eth.wait_for_transaction_receipt(created)["contractAddress"], abi=record["abi"])
    for call in (
        token.functions.propose_minter(maker, 0, 1, 10**12, 10**12, DAY),
        token.functions.grant_minter(maker),
        token.functions.mint(buyer, 100_000 * CENT, 0),
    ):
        w3.eth.wait_for_transaction_receipt(call.transact(mine))
    return str(token.address)
