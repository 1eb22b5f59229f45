# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a token whose transfer returns nothing, as some early ones do
@license AGPL-3.0-only
"""

balanceOf: public(HashMap[address, uint256])


@external
def set_balance(_holder: address, _amount: uint256):
    self.balanceOf[_holder] = _amount


@external
def transfer(_to: address, _amount: uint256):
    self.balanceOf[msg.sender] -= _amount
    self.balanceOf[_to] += _amount
