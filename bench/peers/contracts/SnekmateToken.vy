# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title snekmate's ERC-20, as it is
@license AGPL-3.0-only
"""

from snekmate.auth import ownable
from snekmate.tokens import erc20

initializes: ownable
initializes: erc20[ownable := ownable]
exports: erc20.__interface__

@deploy
@payable
def __init__():
    ownable.__init__()
    erc20.__init__("Token", "TKN", 18, "Token", "1")
