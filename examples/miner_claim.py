"""A miner claims from the published bundles: MINER_KEY=0x... python miner_claim.py demo-devnet http://127.0.0.1:8545 BUNDLES."""

import os
import sys

from eth_account import Account

import mdt

network, rpc, bundles = sys.argv[1:]
miner = Account.from_key(os.environ["MINER_KEY"])
client = mdt.connect(network, rpc=rpc)
found = client.claimable(miner.address, bundles)
print(f"granted {client.unit.format(found.cumulative)}, paid {client.unit.format(found.claimed)}, to claim {client.unit.format(found.claimable)}")
if found.claimable:
    receipt = client.claim(miner.address, bundles).send(miner)[-1]
    print(f"claimed in block {receipt.block_number}; the wallet holds {client.unit.format(client.balance(miner.address))}")
