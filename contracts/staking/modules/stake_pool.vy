# pragma version ~=0.4.3
"""
@title Stake pool: shares of a validator's tokens
@license AGPL-3.0-only
@notice Own stake, delegations and stake on its way out are shares of one pool; a share is a wei
        until the first slash, which lowers the pool and so everybody pro rata, in one step:

            tokens of a position = its shares * pool tokens / pool shares          rounded down

        Who enters gets shares rounded down, who takes an amount out gives shares rounded up: the
        price of a share never falls but by a slash.
@dev    Pure arithmetic; validator_pools.vy keeps the pools. A pool has at most
        2^84 - 1 wei, and takes no more stake once a wei is more than four shares. Unchecked: no
        product of tokens and shares has 256 bits, and without shares everything is worth nothing.
"""

# --- modules ---

from . import checks

# --- constants ---

MAX_TOKENS: constant(uint256) = 2**84 - 1
MAX_SHARES_PER_WEI: constant(uint256) = 4

# --- internal ---

@internal
@pure
def _shares_of(_amount: uint256, _tokens: uint256, _shares: uint256, _pending: uint256) -> uint256:
    """
    @dev Shares that wei put into a pool get, rounded down in favour of those who are in. Closed
         while a slash is in escrow: what is given back belongs to those who were there. Reverts
         with "staking: slash pending", "staking: pool too thin" or "staking: pool full".
    """
    if _pending != 0:
        checks._refuse("staking: slash pending")
    if _shares > _tokens * MAX_SHARES_PER_WEI:
        checks._refuse("staking: pool too thin")
    if _tokens + _amount > MAX_TOKENS:
        checks._refuse("staking: pool full")
    if _shares == _tokens:
        return _amount
    return unsafe_div(unsafe_mul(_amount, _shares), _tokens)


@internal
@pure
def _shares_for(
    _amount: uint256, _held: uint256, _tokens: uint256, _shares: uint256
) -> uint256:
    """
    @dev How many of a position's `_held` shares are worth `_amount` wei, rounded up: what stays is
         never worth more than before. The largest uint256 means all.
    """
    if _amount == max_value(uint256):
        return _held
    worth: uint256 = self._worth(_held, _tokens, _shares)
    if _amount > worth:
        checks._refuse("staking: exceeds the stake")
    if _amount == worth:
        return _held
    return unsafe_div(unsafe_add(unsafe_mul(_amount, _shares), unsafe_sub(_tokens, 1)), _tokens)


@internal
@pure
def _worth(_held: uint256, _tokens: uint256, _shares: uint256) -> uint256:
    """
    @dev Wei that some of a pool's shares are worth, or with their bonus wei * bps, rounded down.
    """
    return unsafe_div(unsafe_mul(_held, _tokens), _shares)
