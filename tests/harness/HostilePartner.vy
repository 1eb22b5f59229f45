# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: reserve pools to a schedule, and schedules to a pool, that do not do their part
@license AGPL-3.0-only
@dev As pools it takes a part of the allowance only, as schedules it pays nothing; as either it may
     call back.
"""

from ethereum.ercs import IERC20
from interfaces import IDistributionSchedules

token: address
taken_bps: public(uint256)
target: address
payload: Bytes[1024]
call_backs_tried: public(uint256)
call_backs_succeeded: public(uint256)
shown: IDistributionSchedules.Schedule


@deploy
def __init__(_token: address):
    self.token = _token
    self.taken_bps = 10_000


@external
def set_taken(_taken_bps: uint256):
    self.taken_bps = _taken_bps


@external
def show(_recipient: address, _pool_id: uint256):
    """
    @notice Claim that every schedule pays this pool.
    """
    self.shown.recipient = _recipient
    self.shown.pool_id = _pool_id


@external
def arm(_target: address, _payload: Bytes[1024]):
    """
    @notice Call `_target` once from within the next call; whether that succeeds is counted.
    """
    self.target = _target
    self.payload = _payload


@external
def execute(_target: address, _payload: Bytes[1024]):
    """
    @notice Make a call as this contract, passing on a failure.
    """
    raw_call(_target, _payload)


@external
@view
def is_open(_pool_id: uint256) -> bool:
    return True


@external
@view
def schedule(_schedule_id: uint256) -> IDistributionSchedules.Schedule:
    return self.shown


@external
def replenish(_pool_id: uint256, _amount: uint256):
    self._call_back()
    amount: uint256 = _amount * self.taken_bps // 10_000
    if amount > 0:
        assert extcall IERC20(self.token).transferFrom(msg.sender, self, amount)


@external
def process(_schedule_id: uint256) -> uint256:
    self._call_back()
    return 10**24


@internal
def _call_back():
    if self.target != empty(address):
        target: address = self.target
        self.target = empty(address)
        self.call_backs_tried += 1
        if raw_call(target, self.payload, revert_on_failure=False):
            self.call_backs_succeeded += 1
