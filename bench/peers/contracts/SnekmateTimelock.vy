# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title snekmate's timelock, as it is
@license AGPL-3.0-only
"""

from snekmate.auth import access_control
from snekmate.governance import timelock_controller

initializes: access_control
initializes: timelock_controller[access_control := access_control]
exports: timelock_controller.__interface__

@deploy
@payable
def __init__(_minimum_delay: uint256, _proposers: DynArray[address, 128], _executors: DynArray[address, 128]):
    access_control.__init__()
    timelock_controller.__init__(_minimum_delay, _proposers, _executors, empty(address))
