"""Gas rows of the liquidity pool: each action in a block of its own, and the last of a block in which somebody swapped before."""

from __future__ import annotations

from bench.gas.chain import Chain, full
from bench.gas.rows_token import UNIT, deploy_token
from mdt.model.reasons import Mint

PURSE = 100_000 * UNIT
NEVER = 2**256 - 1
SIXTH = 1_667
PART = full(1_234 * UNIT // 1_000)


def measure(chain: Chain) -> dict[str, int]:
    """Rows of a pool without a part for the protocol, and of one where it has a sixth of the fees: its swaps cost the same."""
    plain, shared = measure_pool(chain, 0), measure_pool(chain, SIXTH)
    return plain | {f"{row}, a sixth is the protocol's": shared[row] for row in ("deposit", "deposit, one-sided", "withdrawal of a part")}


def measure_pool(chain: Chain, protocol_bps: int) -> dict[str, int]:
    """Rows of one pool of two plain tokens; everybody holds some of everything, except where a row says first."""
    owner, minter, provider, trader, treasury = (chain.account() for _ in range(5))
    token, paired = deploy_token(chain, owner, minter), deploy_token(chain, owner, minter)
    fees = (30, protocol_bps, False)
    pool = chain.deploy("LiquidityPool", token=token, paired=paired, treasury=treasury, owner=owner, fees=fees)
    for coin in (token, paired):
        for account in (provider, trader):
            chain.send(coin.functions.mint(account.address, PURSE, Mint.GENESIS), minter)
            chain.send(coin.functions.approve(pool.address, NEVER), account)
    late = chain.timestamp + 10**6
    to_provider, to_trader = (provider.address, late), (trader.address, late)
    add = pool.functions.add(full(100 * UNIT), full(150 * UNIT), 1, *to_provider)
    rows = {"first deposit": chain.send(add, provider)}
    sell = pool.functions.swap_exact_in(token.address, PART, 1, *to_trader)
    buy = pool.functions.swap_exact_in(paired.address, PART, 1, *to_trader)
    rows["first swap"] = chain.send(sell, trader)
    for _ in range(2):
        rows["swap exact in, MDT sold"] = chain.send(sell, trader)
        rows["swap exact in, MDT bought"] = chain.send(buy, trader)
        rows["swap exact out, MDT sold"] = chain.send(pool.functions.swap_exact_out(token.address, PART, PURSE, *to_trader), trader)
        rows["swap exact out, MDT bought"] = chain.send(pool.functions.swap_exact_out(paired.address, PART, PURSE, *to_trader), trader)
        rows["deposit"] = chain.send(add, provider)
        rows["deposit, one-sided"] = chain.send(pool.functions.add_one_sided(token.address, PART, 1, *to_provider), provider)
        rows["withdrawal of a part"] = chain.send(pool.functions.remove(PART, 1, 1, *to_provider), provider)
    rows["withdrawal of all"] = chain.send(pool.functions.remove(pool.functions.balanceOf(provider.address).call(), 1, 1, *to_provider), provider)
    rows["deploy the pool"] = chain.deploy_gas["LiquidityPool"]
    return rows
