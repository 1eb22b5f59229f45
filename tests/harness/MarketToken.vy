# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a token of a market that may tax, rebase, answer False or nothing, or call back
@license AGPL-3.0-only
@dev Has no allowances: whoever calls `transferFrom` may move anything. Can be anybody itself.
"""

decimals: public(uint8)
balanceOf: public(HashMap[address, uint256])
tax_bps: public(uint256)  # of what a recipient gets
levy_bps: public(uint256)  # on top of what a sender sends
answers: public(uint256)  # 0 True, 1 False
is_frozen: public(bool)
target: address
payload: Bytes[1024]
call_backs: public(uint256)
answered: public(Bytes[1024])  # by the call back; a refusal's data too
has_succeeded: public(bool)


@deploy
def __init__(_decimals: uint8):
    self.decimals = _decimals


@external
def mint(_to: address, _amount: uint256):
    self.balanceOf[_to] += _amount


@external
def set_balance(_holder: address, _amount: uint256):
    self.balanceOf[_holder] = _amount


@external
def set_tax(_tax_bps: uint256, _levy_bps: uint256):
    self.tax_bps = _tax_bps
    self.levy_bps = _levy_bps


@external
def set_answers(_answers: uint256):
    self.answers = _answers


@external
def set_frozen(_is_frozen: bool):
    self.is_frozen = _is_frozen


@external
def arm(_target: address, _payload: Bytes[1024]):
    """
    @notice Call `_target` from within the next transfer; what it answers is kept.
    """
    self.target = _target
    self.payload = _payload
    self.call_backs = 0
    self.has_succeeded = False
    self.answered = b""


@external
def execute(_target: address, _payload: Bytes[1024]):
    """
    @notice Make a call as this contract, passing on a failure.
    """
    raw_call(_target, _payload)


@external
def approve(_spender: address, _amount: uint256) -> bool:
    return True


@external
def transfer(_to: address, _amount: uint256) -> bool:
    return self._move(msg.sender, _to, _amount)


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    return self._move(_from, _to, _amount)


@internal
def _move(_from: address, _to: address, _amount: uint256) -> bool:
    assert not self.is_frozen, "market token: frozen"
    if self.target != empty(address):
        target: address = self.target
        self.target = empty(address)
        self.call_backs += 1
        self.has_succeeded, self.answered = raw_call(
            target, self.payload, max_outsize=1024, revert_on_failure=False
        )
    if self.answers == 1:
        return False
    self.balanceOf[_from] -= _amount + _amount * self.levy_bps // 10_000
    self.balanceOf[_to] += _amount - _amount * self.tax_bps // 10_000
    return True
