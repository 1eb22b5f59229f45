# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: an ERC-20 that may answer false, take a fee, or call back into its caller
@license AGPL-3.0-only
@dev   Can own a treasury itself, so that its call back has every right the owner has.
"""

balanceOf: public(HashMap[address, uint256])
answers_false: public(bool)
fee_bps: public(uint256)
target: public(address)
payload: Bytes[260]
call_backs_left: public(uint256)
call_backs_succeeded: public(uint256)


@external
def set_balance(_holder: address, _amount: uint256):
    self.balanceOf[_holder] = _amount


@external
def set_answers_false(_answers_false: bool):
    self.answers_false = _answers_false


@external
def set_fee_bps(_fee_bps: uint256):
    self.fee_bps = _fee_bps


@external
def set_call_back(_target: address, _payload: Bytes[260], _times: uint256):
    """
    @notice Call `_target` from within the next `_times` transfers; whether that succeeds is counted, not required.
    """
    self.target = _target
    self.payload = _payload
    self.call_backs_left = _times


@external
def execute(_target: address, _payload: Bytes[260]):
    """
    @notice Call anything as this token, passing on a failure.
    """
    raw_call(_target, _payload)


@external
def transfer(_to: address, _amount: uint256) -> bool:
    if self.answers_false:
        return False
    if self.call_backs_left > 0:
        self.call_backs_left -= 1
        if raw_call(self.target, self.payload, revert_on_failure=False):
            self.call_backs_succeeded += 1
    self.balanceOf[msg.sender] -= _amount
    self.balanceOf[_to] += _amount - _amount * self.fee_bps // 10_000
    return True
