# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: an account that notifies rewards and says which distributor and staking are its own
@license AGPL-3.0-only
@dev Tests call in its name; the suite's notifier and funder is the emission controller.
"""

DISTRIBUTOR: public(address)
STAKING: public(address)


@external
def set_distributor(_distributor: address):
    self.DISTRIBUTOR = _distributor


@external
def set_staking(_staking: address):
    self.STAKING = _staking
