# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid quotes: what shares cost and what deposits give, and how much may come in (ERC-4626)
@license AGPL-3.0-only
@notice The price is that of now, which knows of every slash (`liquid_watch.vy`):

            shares = assets * all shares / worth of all          rounded down
            assets = shares * worth of all / all shares          rounded up

        both in favour of those who hold shares. The first deposit makes a share a wei, and 10^12 of
        its shares stay for good: nobody can own so few that a gift makes one worth much of
        another's deposit. What rounding costs a depositor is less than one share is worth.
@dev    Deposits and their previews share `_bought` and `_cost`. What leaves has no preview: nobody
        knows what it will be paid.
"""

# --- modules ---

from ...modules import checks
from . import liquid_books
from . import liquid_income
from . import liquid_watch
from . import liquid_words as words

uses: liquid_books
uses: liquid_income
uses: liquid_watch

# --- constants ---

# Of the first deposit, for good: nobody can own so few shares that one is worth much of a deposit.
LOCKED_SHARES: constant(uint256) = 10**12
LOCKED_HOLDER: constant(address) = 0x000000000000000000000000000000000000dEaD

# --- views: ERC-4626 ---

@external
@view
def asset() -> address:
    """
    @notice The MDT token.
    """
    return liquid_income.TOKEN


@external
@view
def share() -> address:
    """
    @notice This contract is its own share (ERC-7575).
    """
    return self


@external
@view
def totalAssets() -> uint256:
    """
    @notice Wei that all shares are worth now, by everything that has happened.
    """
    return liquid_watch._state().priced


@external
@view
def convertToShares(_assets: uint256) -> uint256:
    """
    @notice Shares that wei are worth, rounded down, whatever is closed.
    """
    state: liquid_watch.State = liquid_watch._state()
    return liquid_books._shares_of(_assets, state.shares, state.priced)


@external
@view
def convertToAssets(_shares: uint256) -> uint256:
    """
    @notice Wei that shares are worth, rounded down.
    """
    state: liquid_watch.State = liquid_watch._state()
    return liquid_books._assets_of(_shares, state.shares, state.priced)


@external
@view
def maxDeposit(_receiver: address) -> uint256:
    """
    @notice Wei that a deposit can bring now; 0 while nothing can come in.
    """
    return self._most()[0]


@external
@view
def maxMint(_receiver: address) -> uint256:
    """
    @notice Shares that can be minted now; 0 while nothing can come in.
    """
    return self._most()[1]


@external
@view
def previewDeposit(_assets: uint256) -> uint256:
    """
    @notice Shares that `deposit` would give now, limits aside.
    @custom:error "lst: first deposit too small", "lst: nothing comes out"
    """
    return self._bought(_assets, liquid_watch._state())


@external
@view
def previewMint(_shares: uint256) -> uint256:
    """
    @notice Wei that `mint` would take now, limits aside.
    @custom:error "lst: zero amount"
    """
    return self._cost(_shares, liquid_watch._state())


@external
@view
def previewRedeem(_shares: uint256) -> uint256:
    """
    @notice Nobody knows yet what shares will be paid: ERC-7540 wants a refusal.
    @custom:error "lst: priced later"
    """
    checks._refuse("lst: priced later")
    return 0


@external
@view
def previewWithdraw(_assets: uint256) -> uint256:
    """
    @notice Nobody knows yet what shares will be paid: ERC-7540 wants a refusal.
    @custom:error "lst: priced later"
    """
    checks._refuse("lst: priced later")
    return 0


@external
@view
def supportsInterface(_interface_id: bytes4) -> bool:
    """
    @notice ERC-165, ERC-7575 (a vault, and its own share), ERC-7540 (operators, asynchronous
            exits).
    """
    return (
        _interface_id == 0x01ffc9a7
        or _interface_id == 0x2f0a18c5
        or _interface_id == 0xf815c03d
        or _interface_id == 0xe3bc4e65
        or _interface_id == 0x620ee8e4
    )

# --- internal ---

@internal
@pure
def _is_cheap(_state: liquid_watch.State) -> bool:
    """
    @notice Whether a share is worth less than a quarter of a wei: then none is sold any more.
    """
    return _state.shares > _state.priced * liquid_books.MAX_SHARES_PER_WEI


@internal
@pure
def _bought(_assets: uint256, _state: liquid_watch.State) -> uint256:
    """
    @notice Shares for a deposit, rounded down in favour of those who hold some. Of the first one
            LOCKED_SHARES stay for good.
    """
    if _state.shares == 0:
        if _assets <= LOCKED_SHARES:
            checks._refuse("lst: first deposit too small")
        return _assets - LOCKED_SHARES
    bought: uint256 = liquid_books._shares_of(_assets, _state.shares, _state.priced)
    if bought == 0:
        checks._refuse("lst: nothing comes out")
    return bought


@internal
@pure
def _cost(_shares: uint256, _state: liquid_watch.State) -> uint256:
    """
    @notice Wei for shares, rounded up in favour of those who hold some.
    """
    if _shares == 0:
        checks._refuse("lst: zero amount")
    if _state.shares == 0:
        return _shares + LOCKED_SHARES
    return words._ceil_div(_shares * _state.priced, _state.shares)


@internal
@view
def _most() -> (uint256, uint256):
    """
    @return Wei and shares that can come in now.
    """
    state: liquid_watch.State = liquid_watch._state()
    room: uint256 = liquid_books._room(liquid_books._books)
    least: uint256 = 0
    if state.shares == 0:
        least = LOCKED_SHARES
    if state.is_undecided or self._is_cheap(state) or room <= least:
        return 0, 0
    bought: uint256 = liquid_books._shares_of(room - least, state.shares, state.priced)
    if bought == 0:
        return 0, 0
    return room, bought
