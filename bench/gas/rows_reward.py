"""Gas rows of block reward, recycling pool and treasury: each operation its own transaction, after a first one of its kind."""

from __future__ import annotations

from bench.gas.chain import Chain
from bench.gas.rows_token import deploy_token, fill_rings
from mdt.chain.localchain import advance
from mdt.model.reasons import Burn, Mint, Recycle, mask
from mdt.preset.settings import load

UNIT = 10**18
DAY = 86_400
PURPOSE = b"grant".ljust(32, b"\x01")
BLOCK_BUCKET = 1


def measure(chain: Chain) -> dict[str, int]:
    """Rows of release, pool and treasury."""
    return measure_release(chain) | measure_pool_and_treasury(chain)


def measure_release(chain: Chain) -> dict[str, int]:
    """Release after one block, a day, several eras, the end, and with nothing owed; the token's rings of records are full."""
    owner, keeper, recipient, minter = (chain.account() for _ in range(4))
    token = deploy_token(chain, owner, minter)
    fill_rings(chain, token, minter)
    halving = load("adr-literal").halving
    start = chain.block_number + 10
    reward = chain.deploy("BlockReward", token=token, start_block=start, owner=owner)
    limits = (halving.channel_cap, halving.window_cap, halving.window)
    chain.send(token.functions.propose_minter(reward.address, BLOCK_BUCKET, mask(Mint.BLOCK_REWARD), *limits), owner)
    chain.send(token.functions.grant_minter(reward.address), owner)
    rows = {"set_recipient, first": chain.send(reward.functions.set_recipient(recipient.address), owner)}
    chain.mine(10)

    def release() -> int:
        return chain.send(reward.functions.release(), keeper)

    rows["release, first ever"] = release()
    rows["release, one block later"] = release()
    for name, gap in (("a day", 28_800), ("an era", halving.interval_blocks), ("five eras", 5 * halving.interval_blocks), ("the rest", 40_000_000)):
        advance(chain.web3, gap)
        rows[f"release, after {name}"] = release()
    rows["release, nothing owed"] = release()
    return rows


def measure_pool_and_treasury(chain: Chain) -> dict[str, int]:
    """Second calls of each kind: the pool keeps some tokens, the accounts keep some, the token's rings are full."""
    owner, minter, payer, drawer, grantee = (chain.account() for _ in range(5))
    token = deploy_token(chain, owner, minter)
    fill_rings(chain, token, minter)
    pool = chain.deploy("RecyclingPool", token=token, owner=owner)
    treasury = chain.deploy("Treasury", token=token, budget=1_000 * UNIT, owner=owner)
    chain.send(token.functions.set_burner(pool.address, mask(Burn.TRANSACTION_FEE, Burn.DEFLATION)), owner)
    for holder in (payer.address, treasury.address, drawer.address, grantee.address):
        chain.send(token.functions.mint(holder, 1_000 * UNIT, Mint.GENESIS), minter)
    chain.send(token.functions.approve(pool.address, 2**256 - 1), payer)
    chain.send(pool.functions.set_drawer(drawer.address), owner)
    vesting = chain.deploy("Vesting", token=token, treasury=treasury, owner=owner)
    chain.send(vesting.functions.set_creator(treasury.address, True), owner)
    chain.send(treasury.functions.set_vesting(vesting.address), owner)
    # a cliff of a year, four years after it, revocable
    terms = (grantee.address, 10 * UNIT, chain.timestamp + DAY, 365 * DAY, 5 * 365 * DAY, 0, True, True)
    calls = {
        "deposit_fees, half burned": (pool.functions.deposit_fees(10 * UNIT), payer),
        "recycle": (pool.functions.recycle(10 * UNIT, Recycle.DONATION), payer),
        "draw": (pool.functions.draw(UNIT), drawer),
        "draw, nothing wanted": (pool.functions.draw(0), drawer),
        "burn_surplus": (pool.functions.burn_surplus(UNIT), owner),
        "treasury spend": (treasury.functions.spend(token.address, grantee.address, 10 * UNIT, PURPOSE), owner),
        "treasury vest": (treasury.functions.vest(terms, PURPOSE), owner),
    }
    for call, sender in calls.values():
        chain.send(call, sender)
    return {name: chain.send(call, sender) for name, (call, sender) in calls.items()}
