# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a payment token that may tax, pay back, answer False, refuse accounts, or call back
@license AGPL-3.0-only
@dev Has no allowances: whoever calls `transferFrom` may move anything. Can be anybody itself.
"""

balanceOf: public(HashMap[address, uint256])
tax_bps: public(uint256)
gift_bps: public(uint256)
answers_false: public(bool)
is_refused: public(HashMap[address, bool])
target: address
payload: Bytes[1024]
call_backs_tried: public(uint256)
call_backs_succeeded: public(uint256)


@external
def mint(_to: address, _amount: uint256):
    self.balanceOf[_to] += _amount


@external
def set_tax(_tax_bps: uint256, _gift_bps: uint256):
    """
    @notice Of every transfer, the recipient gets so much less and more.
    """
    self.tax_bps = _tax_bps
    self.gift_bps = _gift_bps


@external
def set_answers_false(_answers_false: bool):
    self.answers_false = _answers_false


@external
def refuse(_account: address):
    """
    @notice Revert transfers from and to this account.
    """
    self.is_refused[_account] = True


@external
def arm(_target: address, _payload: Bytes[1024]):
    """
    @notice Call `_target` once from within the next transfer; whether that succeeds is counted.
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
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    assert not self.is_refused[_from] and not self.is_refused[_to], "hostile: refused"
    if self.target != empty(address):
        target: address = self.target
        self.target = empty(address)
        self.call_backs_tried += 1
        if raw_call(target, self.payload, revert_on_failure=False):
            self.call_backs_succeeded += 1
    if self.answers_false:
        return False
    self.balanceOf[_from] -= _amount
    self.balanceOf[_to] += _amount + _amount * self.gift_bps // 10_000 - _amount * self.tax_bps // 10_000
    return True
