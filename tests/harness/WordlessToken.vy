# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a token whose transfers return nothing, as some early ones do
@license AGPL-3.0-only
"""

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])


@external
def mint(_to: address, _amount: uint256):
    self.balanceOf[_to] += _amount


@external
def approve(_spender: address, _amount: uint256):
    self.allowance[msg.sender][_spender] = _amount


@external
def transfer(_to: address, _amount: uint256):
    self.balanceOf[msg.sender] -= _amount
    self.balanceOf[_to] += _amount


@external
def transferFrom(_from: address, _to: address, _amount: uint256):
    self.allowance[_from][msg.sender] -= _amount
    self.balanceOf[_from] -= _amount
    self.balanceOf[_to] += _amount
