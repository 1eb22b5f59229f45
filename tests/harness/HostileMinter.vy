# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a reward token that calls back into the contract that mints on it
@license AGPL-3.0-only
"""

mintable: public(HashMap[address, uint256])
minted: public(HashMap[address, uint256])
payload: Bytes[260]
call_backs_left: public(uint256)
call_backs_succeeded: public(uint256)
call_back_answers: public(DynArray[Bytes[32], 8])


@external
def set_mintable(_minter: address, _amount: uint256):
    self.mintable[_minter] = _amount


@external
def set_call_back(_payload: Bytes[260], _times: uint256):
    """
    @notice Call the minter back from within the next `_times` mints.
    """
    self.payload = _payload
    self.call_backs_left = _times


@external
def mint(_to: address, _amount: uint256, _reason: uint256):
    if self.call_backs_left > 0:
        self.call_backs_left -= 1
        is_success: bool = False
        answer: Bytes[32] = b""
        is_success, answer = raw_call(
            msg.sender, self.payload, max_outsize=32, revert_on_failure=False
        )
        if is_success:
            self.call_backs_succeeded += 1
            self.call_back_answers.append(answer)
    self.minted[_to] += _amount
