# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a vesting contract that takes what it is told to take and not what it should, and calls back
@license AGPL-3.0-only
"""

from ethereum.ercs import IERC20


struct Terms:
    beneficiary: address
    amount: uint256
    start: uint256
    cliff_seconds: uint256
    duration_seconds: uint256
    at_start_bps: uint256
    is_from_cliff: bool
    is_revocable: bool


token: address
leaves: public(uint256)  # what it does not take of an amount
more: public(uint256)  # what it tries to take beyond the amount
target: address
payload: Bytes[512]
call_backs_tried: public(uint256)
call_backs_succeeded: public(uint256)


@deploy
def __init__(_token: address):
    self.token = _token


@external
def set_taking(_leaves: uint256, _more: uint256):
    self.leaves = _leaves
    self.more = _more


@external
def arm(_target: address, _payload: Bytes[512]):
    self.target = _target
    self.payload = _payload


@external
def act(_target: address, _payload: Bytes[512]):
    """
    @notice Make a call as this contract, passing on a failure.
    """
    raw_call(_target, _payload)


@external
def take(_from: address, _amount: uint256):
    """
    @notice Try to use an allowance that should not be there.
    """
    extcall IERC20(self.token).transferFrom(_from, self, _amount)


@external
def create(_terms: Terms) -> uint256:
    amount: uint256 = _terms.amount - self.leaves + self.more
    if amount > 0:
        extcall IERC20(self.token).transferFrom(msg.sender, self, amount)
    if self.target != empty(address):
        self.call_backs_tried += 1
        if raw_call(self.target, self.payload, revert_on_failure=False):
            self.call_backs_succeeded += 1
    return 7
