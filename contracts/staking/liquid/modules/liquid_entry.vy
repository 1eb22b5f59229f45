# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid entry: MDT comes in for shares
@license AGPL-3.0-only
@notice Closed while a slash is undecided: what is given back belongs to those who were there. The
        owner says how much may be pooled at most.
@custom:security The books are written before the token is called.
"""

# --- interfaces ---

from ethereum.ercs import IERC4626
from interfaces import ILiquidStaking

# --- modules ---

from ...modules import checks
from . import liquid_books
from . import liquid_income
from . import liquid_places
from . import liquid_quotes
from . import liquid_shares
from . import liquid_watch
from . import liquid_words as words
from snekmate.auth import ownable

uses: liquid_books
uses: liquid_income
uses: liquid_shares
uses: liquid_watch
uses: ownable

# --- user ---

@external
def deposit(_assets: uint256, _receiver: address) -> uint256:
    """
    @notice Put MDT in for shares. It is staked by the next `allocate`.
    @param _assets Wei, by allowance; at most `maxDeposit`.
    @param _receiver Who gets the shares; neither the zero address nor this contract.
    @return Shares, rounded down.
    @custom:error "lst: bad receiver", "lst: slash undecided", "lst: share worth too little",
                  "lst: over the limit", "lst: first deposit too small",
                  "lst: nothing comes out", "lst: transfer failed"
                  Whatever the token refuses with.
    """
    state: liquid_watch.State = self._opened(_receiver)
    self._check_room(_assets)
    shares: uint256 = liquid_quotes._bought(_assets, state)
    self._enter(_assets, shares, state.shares, _receiver)
    return shares


@external
def mint(_shares: uint256, _receiver: address) -> uint256:
    """
    @notice Get so many shares for MDT.
    @param _shares At most `maxMint`.
    @param _receiver Who gets the shares; neither the zero address nor this contract.
    @return Wei taken, by allowance, rounded up.
    @custom:error "lst: bad receiver", "lst: slash undecided", "lst: share worth too little",
                  "lst: over the limit", "lst: zero amount", "lst: transfer failed"
                  Whatever the token refuses with.
    """
    state: liquid_watch.State = self._opened(_receiver)
    # more than that costs more than there is, and would not fit
    assets: uint256 = liquid_quotes._cost(min(_shares, words.FIELD), state)
    self._check_room(assets)
    self._enter(assets, _shares, state.shares, _receiver)
    return assets

# --- governance ---

@external
def set_deposit_limit(_deposit_limit: uint256):
    """
    @notice Say how much may be pooled before no deposit is taken any more. Owner.
    @param _deposit_limit Whole MDT, less than 2^40; 0 closes the way in.
    @custom:error "ownable: caller is not the owner", "lst: limit out of bounds",
                  "lst: nothing changes"
    """
    ownable._check_owner()
    self._check_limit(_deposit_limit)
    old: uint256 = liquid_books._books >> words.LIMIT_AT
    liquid_places._check_change(old, _deposit_limit)
    liquid_books._set_limit(_deposit_limit)
    log ILiquidStaking.DepositLimitSet(old_limit=old, new_limit=_deposit_limit)

# --- internal ---

@internal
@pure
def _check_limit(_limit: uint256):
    """
    @dev Reverts with "lst: limit out of bounds".
    """
    if _limit > words.TIME:
        checks._refuse("lst: limit out of bounds")


@internal
@view
def _check_room(_assets: uint256):
    """
    @dev Reverts with "lst: over the limit".
    """
    if _assets > liquid_books._room(liquid_books._books):
        checks._refuse("lst: over the limit")


@internal
def _opened(_receiver: address) -> liquid_watch.State:
    """
    @notice The price to enter at, where that is allowed.
    @dev Reverts with "lst: bad receiver", "lst: slash undecided", "lst: share worth too little".
    """
    liquid_shares._check_receiver(_receiver)
    state: liquid_watch.State = liquid_watch._refresh()
    if state.is_undecided:
        checks._refuse("lst: slash undecided")
    if liquid_quotes._is_cheap(state):
        checks._refuse("lst: share worth too little")
    return state


@internal
def _enter(_assets: uint256, _shares: uint256, _all_shares: uint256, _receiver: address):
    """
    @notice Count a deposit, give its shares, take the tokens.
    @dev Reverts with "lst: transfer failed".
    """
    locked: uint256 = 0
    if _all_shares == 0:
        locked = liquid_quotes.LOCKED_SHARES
        liquid_shares._move(empty(address), liquid_quotes.LOCKED_HOLDER, locked)
    liquid_books._join(_shares + locked, _assets)
    liquid_shares._move(empty(address), _receiver, _shares)
    log IERC4626.Deposit(sender=msg.sender, owner=_receiver, assets=_assets, shares=_shares)
    liquid_income._take(_assets)
