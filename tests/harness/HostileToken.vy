# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: an ERC-20 that calls back, refuses some recipients, or answers something else
@license AGPL-3.0-only
@dev Has no allowances and no lock: whoever calls `transferFrom` may move anything.
"""

balanceOf: public(HashMap[address, uint256])
answers_false: public(bool)
refused: public(HashMap[address, bool])
target: address
payload: Bytes[2048]
call_backs_tried: public(uint256)
call_backs_succeeded: public(uint256)


@external
def set_balance(_holder: address, _amount: uint256):
    self.balanceOf[_holder] = _amount


@external
def set_answers_false(_answers_false: bool):
    self.answers_false = _answers_false


@external
def refuse(_recipient: address):
    """
    @notice Revert transfers to this recipient.
    """
    self.refused[_recipient] = True


@external
def set_call_back(_target: address, _payload: Bytes[2048]):
    """
    @notice Call `_target` once from within the next transfer; whether that succeeds is counted.
    """
    self.target = _target
    self.payload = _payload


@external
def transfer(_to: address, _amount: uint256) -> bool:
    return self._move(msg.sender, _to, _amount)


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    return self._move(_from, _to, _amount)


@internal
def _move(_from: address, _to: address, _amount: uint256) -> bool:
    self.balanceOf[_from] -= _amount
    self.balanceOf[_to] += _amount
    if self.target != empty(address):
        target: address = self.target
        self.target = empty(address)
        self.call_backs_tried += 1
        if raw_call(target, self.payload, revert_on_failure=False):
            self.call_backs_succeeded += 1
    assert not self.refused[_to], "hostile: refused"  # after the call back, which this takes back
    return not self.answers_false
