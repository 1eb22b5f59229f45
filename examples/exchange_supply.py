"""An exchange reads the supply that it publishes: python exchange_supply.py demo-devnet http://127.0.0.1:8545."""

import sys

import mdt

network, rpc = sys.argv[1:]
client = mdt.connect(network, rpc=rpc)
supply = client.supply()
for name, wei in (("minted", supply.minted), ("burned", supply.burned), ("total", supply.total), ("circulating", supply.circulating)):
    print(f"{name:12}{client.unit.format(wei):>28}")
epoch = client.last_settled()
print(f"{'epoch':12}{epoch.number if epoch else 'none yet':>28}")
