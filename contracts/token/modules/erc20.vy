# pragma version ~=0.4.3
"""
@title ERC-20 balances and allowances
@license AGPL-3.0-only
@notice Plain transfers: no tax, no hook, no call to anybody. That is why this file goes without a
        reentrancy lock: nothing here, nor in the token that hosts it, hands over control, and the
        lock would add 330 gas to each transfer. `transfer` and `transferFrom` are written out
        instead of sharing internals, which is worth 190 and 260 gas.
@custom:security Tokens cannot be sent to the zero address (burn says why they are gone, a transfer
        does not). Every other recipient is allowed, the token contract included: a batch that pays
        many accounts must not fail because of one address in it.
"""

# --- interfaces ---

from ethereum.ercs import IERC20

# --- storage ---

# holder => wei
balanceOf: public(HashMap[address, uint256])
# holder => spender => wei; the largest uint256 means without limit and is never counted down
allowance: public(HashMap[address, HashMap[address, uint256]])

# --- user ---

@external
def transfer(_to: address, _amount: uint256) -> bool:
    """
    @notice Move tokens of the caller. Zero amounts are allowed (ERC-20).
    @param _to Recipient; not the zero address
    @param _amount Wei; at most the caller's balance
    @return Always True; a failure reverts
    @custom:error "mdt: zero address", "mdt: balance too low"
    """
    assert _to != empty(address), "mdt: zero address"
    balance: uint256 = self.balanceOf[msg.sender]
    assert balance >= _amount, "mdt: balance too low"
    self.balanceOf[msg.sender] = unsafe_sub(balance, _amount)
    self.balanceOf[_to] += _amount
    log IERC20.Transfer(sender=msg.sender, receiver=_to, value=_amount)
    return True


@external
def approve(_spender: address, _amount: uint256) -> bool:
    """
    @notice Set what `_spender` may move of the caller's tokens, whatever it was before.
    @dev Lower an allowance to zero first if the spender could use the old and the new one; a permit
         with its nonce does not have that problem.
    @param _spender Who may spend; not the zero address
    @param _amount Wei; the largest uint256 means without limit
    @return Always True
    @custom:error "mdt: zero address"
    """
    assert _spender != empty(address), "mdt: zero address"
    self.allowance[msg.sender][_spender] = _amount
    log IERC20.Approval(owner=msg.sender, spender=_spender, value=_amount)
    return True


@external
def transferFrom(_from: address, _to: address, _amount: uint256) -> bool:
    """
    @notice Move tokens of `_from` by its allowance to the caller. What is left of the allowance is
            not logged.
    @param _from Whose tokens; not the zero address, whose transfers are mints
    @param _to Recipient; not the zero address
    @param _amount Wei; at most the allowance and the balance
    @return Always True; a failure reverts
    @custom:error "mdt: allowance too low", "mdt: zero address", "mdt: balance too low"
    """
    allowed: uint256 = self.allowance[_from][msg.sender]
    if allowed != max_value(uint256):
        assert allowed >= _amount, "mdt: allowance too low"
        self.allowance[_from][msg.sender] = unsafe_sub(allowed, _amount)
    assert _from != empty(address), "mdt: zero address"
    assert _to != empty(address), "mdt: zero address"
    balance: uint256 = self.balanceOf[_from]
    assert balance >= _amount, "mdt: balance too low"
    self.balanceOf[_from] = unsafe_sub(balance, _amount)
    self.balanceOf[_to] += _amount
    log IERC20.Transfer(sender=_from, receiver=_to, value=_amount)
    return True

# --- internal ---

@internal
def _spend_allowance(_holder: address, _spender: address, _amount: uint256):
    allowed: uint256 = self.allowance[_holder][_spender]
    if allowed != max_value(uint256):
        assert allowed >= _amount, "mdt: allowance too low"
        self.allowance[_holder][_spender] = unsafe_sub(allowed, _amount)


@internal
def _debit(_holder: address, _amount: uint256):
    balance: uint256 = self.balanceOf[_holder]
    assert balance >= _amount, "mdt: balance too low"
    self.balanceOf[_holder] = unsafe_sub(balance, _amount)


@internal
def _create(_to: address, _amount: uint256):
    """@dev No limit of its own: the host has checked the budget."""
    assert _to != empty(address), "mdt: zero address"
    self.balanceOf[_to] += _amount
    log IERC20.Transfer(sender=empty(address), receiver=_to, value=_amount)


@internal
def _destroy(_holder: address, _amount: uint256):
    self._debit(_holder, _amount)
    log IERC20.Transfer(sender=_holder, receiver=empty(address), value=_amount)
