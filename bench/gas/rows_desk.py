"""Gas rows of the fee desk: a payment with its burned part next to a plain transfer, and deposits."""

from __future__ import annotations

from web3.contract import Contract

from bench.gas.chain import Chain
from bench.gas.rows_token import UNIT, deploy_token, fill_rings, funded
from mdt.model.reasons import Burn, Fee, Mint, mask

PURSE = 100_000 * UNIT
SALE_BURN_BPS = 100
TERMS = [(5_000, UNIT, False), (5_000, 0, True), (100, 0, False)]  # registration, unmet quota, transfer


def measure(chain: Chain) -> dict[str, int]:
    """Later calls of each kind unless the row says otherwise; everybody holds something, and the token's rings of records are full."""
    owner, minter = chain.account(), chain.account()
    token = deploy_token(chain, owner, minter)
    payer, payee, treasury = (funded(chain, token, minter) for _ in range(3))
    chain.send(token.functions.mint(payer.address, PURSE, Mint.GENESIS), minter)
    fill_rings(chain, token, minter)
    desk = deploy_desk(chain, token, owner.address, treasury.address)
    chain.send(token.functions.set_burner(desk.address, mask(Burn.TRANSACTION_FEE, Burn.DEFLATION, Burn.REGISTRATION)), owner)

    rows = {"plain transfer beside it": chain.send(token.functions.transfer(payee.address, 10 * UNIT), payer)}
    approval = chain.send(token.functions.approve(desk.address, 10 * UNIT), payer)
    rows["approve and pay, 2 transactions, first payment ever"] = approval + chain.send(desk.functions.pay(payee.address, 10 * UNIT, 9 * UNIT), payer)
    approval = chain.send(token.functions.approve(desk.address, 10 * UNIT), payer)
    rows["approve and pay, 2 transactions"] = approval + chain.send(desk.functions.pay(payee.address, 10 * UNIT, 9 * UNIT), payer)
    chain.send(token.functions.approve(desk.address, 2**256 - 1), payer)
    rows["pay"] = chain.send(desk.functions.pay(payee.address, 10 * UNIT, 9 * UNIT), payer)
    rows["pay, so little that nothing burns"] = chain.send(desk.functions.pay(payee.address, 99, 99), payer)
    for kind, name in ((Fee.REGISTRATION, "deposit, rest to the recycling pool"), (Fee.UNMET_QUOTA, "deposit, rest to the treasury")):
        chain.send(desk.functions.deposit(kind, payer.address, 10 * UNIT), payer)  # the first ever
        for row in (f"{name}, first of an account", name):
            rows[row] = chain.send(desk.functions.deposit(kind, payee.address, 10 * UNIT), payer)
    rows["deploy the desk"] = chain.deploy_gas["FeeDesk"]
    return rows


def deploy_desk(chain: Chain, token: Contract, owner: str, treasury: str) -> Contract:
    """With what it asks."""
    pool = chain.deploy("RecyclingPool", token=token, owner=owner)
    pools = chain.deploy("ReservePools", token=token, treasury=treasury, sale_burn_bps=SALE_BURN_BPS, owner=owner)
    reward = chain.deploy("BlockReward", token=token, start_block=chain.block_number + 10, owner=owner)
    staking = chain.deploy("Staking", token=token, block_reward=reward, recycling_pool=pool, owner=owner)
    return chain.deploy("FeeDesk", token=token, recycling_pool=pool, reserve_pools=pools, staking=staking, treasury=treasury, terms=TERMS, owner=owner)
