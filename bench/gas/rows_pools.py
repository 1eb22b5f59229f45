"""Gas rows of reserve pools and distribution schedules: a sale in one transaction, the same by hand, allocations, payments of schedules."""

from __future__ import annotations

from bench.gas.chain import Chain
from bench.gas.rows_staking import deploy_staking
from bench.gas.rows_token import UNIT, deploy_token, fill_rings, funded
from mdt.chain.localchain import advance
from mdt.model.reasons import Burn, Mint, mask

DAY = 86_400
SALE_BURN_BPS = 100
PURSE = 100_000 * UNIT
VALIDATORS_KIND, POOL_KIND, TREASURY_KIND = 0, 2, 3
INTERVAL = 10
MISSED = 1_000


def measure(chain: Chain) -> dict[str, int]:
    """Rows of both; accounts and pools hold something throughout, the token's rings of records are full, and payments arrive where there are some."""
    return measure_sales(chain) | measure_schedules(chain)


def measure_sales(chain: Chain) -> dict[str, int]:
    """`buy` with the exact approval before it, next to what the two do by hand: nothing of that burns, limits, or comes about at once."""
    owner, minter, operator = (chain.account() for _ in range(3))
    token, cash = deploy_token(chain, owner, minter), deploy_token(chain, owner, minter)
    fill_rings(chain, token, minter)
    treasury = funded(chain, cash, minter)
    pools = chain.deploy("ReservePools", token=token, treasury=treasury, sale_burn_bps=SALE_BURN_BPS, owner=owner)
    chain.send(token.functions.set_burner(pools.address, mask(Burn.TRANSACTION_FEE)), owner)
    for payee in (operator, owner):
        chain.send(token.functions.mint(payee.address, PURSE, Mint.GENESIS), minter)
    buyer = funded(chain, cash, minter)
    chain.send(token.functions.mint(buyer.address, UNIT, Mint.GENESIS), minter)
    chain.send(pools.functions.create_pool("market", operator.address), owner)
    chain.send(token.functions.approve(pools.address, PURSE), owner)
    chain.send(pools.functions.replenish(1, PURSE), owner)
    chain.send(pools.functions.set_sale(1, (cash.address, UNIT, UNIT, PURSE, PURSE), UNIT), owner)
    chain.travel(DAY - chain.timestamp % DAY)  # all purchases on one day

    rows: dict[str, int] = {}
    for row in ("buy, first of a buyer", "buy"):
        approval = chain.send(cash.functions.approve(pools.address, 10 * UNIT), buyer)
        rows[row] = chain.send(pools.functions.buy(1, 10 * UNIT, cash.address, 10 * UNIT), buyer)
    rows["approve and buy, 2 transactions"] = approval + rows["buy"]
    by_hand = chain.send(cash.functions.approve(operator.address, 10 * UNIT), buyer)
    by_hand += chain.send(cash.functions.transferFrom(buyer.address, treasury.address, 10 * UNIT), operator)
    by_hand += chain.send(token.functions.transfer(buyer.address, 10 * UNIT), operator)
    rows["the same by hand: approve, transferFrom, transfer, 3 transactions"] = by_hand
    for allocation_id in (1, 2):
        rows["allocate"] = chain.send(pools.functions.allocate(1, buyer.address, 10 * UNIT, DAY), operator)
        rows["release"] = chain.send(pools.functions.release(allocation_id), operator)
    rows["deploy the pools"] = chain.deploy_gas["ReservePools"]
    return rows


def measure_schedules(chain: Chain) -> dict[str, int]:
    """The same payment out of what was handed in, into a pool, and by minting; after one interval and after a thousand."""
    owner, minter, treasury = (chain.account() for _ in range(3))
    suite = deploy_staking(chain, owner, minter)
    token, staking = suite.token, suite.staking
    suite.register()
    fill_rings(chain, token, minter)
    pools = chain.deploy("ReservePools", token=token, treasury=treasury, sale_burn_bps=SALE_BURN_BPS, owner=owner)
    schedules = chain.deploy("DistributionSchedules", token=token, treasury=treasury, staking=staking, owner=owner)
    chain.send(staking.functions.set_schedules(schedules.address), owner)
    chain.send(pools.functions.create_pool("market", owner.address), owner)
    for holder in (owner, treasury):
        chain.send(token.functions.mint(holder.address, PURSE, Mint.GENESIS), minter)
    chain.send(token.functions.approve(schedules.address, PURSE), owner)
    budget = (schedules.address, 1, mask(Mint.INFLATION), PURSE, PURSE, DAY)
    chain.send(token.functions.propose_minter(*budget), owner)
    chain.send(token.functions.grant_minter(schedules.address), owner)
    kinds = {
        "out of funds": (TREASURY_KIND, treasury.address, 0, False),
        "into a pool": (POOL_KIND, pools.address, 1, False),
        "to stakers": (VALIDATORS_KIND, staking.address, 0, False),
        "by minting": (TREASURY_KIND, treasury.address, 0, True),
    }
    start = chain.block_number + 10
    for number, kind in enumerate(kinds.values(), start=1):
        chain.send(schedules.functions.create(*kind, UNIT, INTERVAL, start, 0), owner)
        if not kind[-1]:
            chain.send(schedules.functions.fund(number, PURSE // 3), owner)

    rows: dict[str, int] = {}
    # the first payment opens words that the later ones overwrite
    for intervals, row in ((2, ""), (1, "process, {}"), (MISSED, "process, {}, 1,000 intervals missed")):
        advance(chain.web3, intervals * INTERVAL)
        for number, name in enumerate(kinds, start=1):
            gas = chain.send(schedules.functions.process(number), owner)
            if row:
                rows[row.format(name)] = gas
    return rows
