# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a staking contract that was not told its registry
@license AGPL-3.0-only
"""

registry: public(address)
