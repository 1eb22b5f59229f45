"""Gas rows of the distribution: claims out of trees of 2^10 and 2^20 leaves, batches, a new root, a recipient."""

from __future__ import annotations

import random

from eth_account.signers.local import LocalAccount
from web3.contract import Contract

from bench.gas.chain import Chain, full
from bench.gas.rows_token import UNIT, deploy_token
from mdt.crypto.merkle import leaf_hash, process_proof
from mdt.model.reasons import Mint

BATCH = 64


def measure(chain: Chain) -> dict[str, int]:
    """Rows of RewardDistributor; every claimant already holds some, every claim is out of another epoch's root and total."""
    rng = random.Random(2**20)
    owner, minter = chain.account(), chain.account()
    token = deploy_token(chain, owner, minter)
    distributor = chain.deploy("RewardDistributor", token=token, owner=owner)
    chain.send(distributor.functions.set_funder(minter.address), owner)
    chain.send(token.functions.mint(minter.address, 10**6 * UNIT, Mint.GENESIS), minter)
    chain.send(token.functions.approve(distributor.address, 10**6 * UNIT), minter)
    rows: dict[str, int] = {}
    funded = 0

    def fund(root: bytes) -> int:
        nonlocal funded
        funded = full(funded + 1_000 * UNIT + rng.randrange(UNIT))
        return chain.send(distributor.functions.fund(root, funded), minter)

    def holder() -> LocalAccount:
        account = chain.account()
        chain.send(token.functions.mint(account.address, UNIT, Mint.GENESIS), minter)
        return account

    def total(units: int) -> int:
        return full(units * UNIT + rng.randrange(UNIT))

    def path(depth: int) -> list[bytes]:
        # a leaf and random siblings lead to a root that a tree of 2^depth leaves could have
        return [rng.randbytes(32) for _ in range(depth)]

    def claim(account: LocalAccount, cumulative: int, depth: int) -> int:
        proof = path(depth)
        rows["fund, a new root"] = fund(process_proof(leaf_hash(account.address, cumulative), proof))
        return chain.send(distributor.functions.claim(account.address, cumulative, proof), account)

    fund(rng.randbytes(32))  # so that no claim empties the contract
    for depth in (10, 20):
        account = holder()
        rows[f"claim, 2^{depth} leaves, first, holder"] = claim(account, total(10), depth)
        rows[f"claim, 2^{depth} leaves, later"] = claim(account, total(20), depth)
    rows["set_recipient, first"] = chain.send(distributor.functions.set_recipient(owner.address), account)
    chain.send(token.functions.mint(owner.address, UNIT, Mint.GENESIS), minter)
    rows["claim, 2^20 leaves, later, own recipient"] = claim(account, total(30), 20)
    rows["claim_many, 64 of 2^10 leaves, first, per claim"] = _batch(chain, distributor, [holder() for _ in range(BATCH)], fund) // BATCH
    return rows


def _batch(chain: Chain, distributor: Contract, holders: list[LocalAccount], fund) -> int:
    from mdt.crypto.merkle import MerkleTree

    rng = random.Random(BATCH)
    amounts = {account.address: full(UNIT + rng.randrange(UNIT)) for account in holders}
    others = [("0x" + rng.randbytes(20).hex(), UNIT) for _ in range(2**10 - len(holders))]
    tree = MerkleTree.build([*amounts.items(), *others])
    fund(tree.root)
    accounts = list(amounts)
    call = distributor.functions.claim_many(accounts, list(amounts.values()), [tree.proof(account) for account in accounts])
    return chain.send(call, holders[0])
