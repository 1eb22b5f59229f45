# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a token that calls back in the middle of every transfer, and can itself be
       whoever else a staking contract knows
@license AGPL-3.0-only
"""

balanceOf: public(HashMap[address, uint256])
target: address
data: Bytes[1024]
calls_back: public(uint256)  # how often it called back
succeeded: public(uint256)  # how often that call went through


@external
@pure
def cap() -> uint256:
    return 2**80


@external
@view
def owner_of(_validator_id: uint256) -> address:
    return self


@external
def mint(_to: address, _amount: uint256):
    self.balanceOf[_to] += _amount


@external
def arm(_target: address, _data: Bytes[1024]):
    """
    @notice Make this call in the middle of the next transfer.
    """
    self.target = _target
    self.data = _data


@external
def execute(_target: address, _data: Bytes[1024]):
    """
    @notice Make a call as this contract.
    """
    raw_call(_target, _data)


@external
@view
def minted_by_reason(_reason: uint256) -> uint256:
    return max_value(uint256)


@external
def approve(_spender: address, _amount: uint256) -> bool:
    return True


@external
def transfer(_to: address, _amount: uint256) -> bool:
    self._move(msg.sender, _to, _amount)
    return True


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    self._move(_from, _to, _amount)
    return True


@internal
def _move(_from: address, _to: address, _amount: uint256):
    target: address = self.target
    if target != empty(address):
        self.target = empty(address)
        self.calls_back += 1
        if raw_call(target, self.data, revert_on_failure=False):
            self.succeeded += 1
    self.balanceOf[_from] -= _amount
    self.balanceOf[_to] += _amount
