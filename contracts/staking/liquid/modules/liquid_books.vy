# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid books: how many shares there are, what is behind them, and what a share is worth
@license AGPL-3.0-only
@notice Every wei that is the holders' is in one of three places:

            pooled = liquid + staked + unbonding

        in the contract, in positions at `Staking`, in requests that wait there. What is set aside
        for exits that were priced is not pooled any more. What still flows (`liquid_flow.vy`) is
        pooled, and does not count yet:

            price of a share = (pooled - locked) / shares

@dev    Balances are never asked for a price. `liquid_words.vy` has the words. Unchecked: fields
        have 88 bits, and what leaves its own, wrapped or not, is refused when it is packed.
"""

# --- modules ---

from . import liquid_flow
from . import liquid_words as words

uses: liquid_flow

# --- constants ---

# A share that is worth less than a quarter of a wei is not sold any more: amounts would not fit.
MAX_SHARES_PER_WEI: constant(uint256) = 4
# More than all MDT there can be (1.5 * 2^84 wei), and few enough that four shares a wei fit.
MAX_POOLED: constant(uint256) = 2**85
WHOLE: constant(uint256) = 10**18  # the limit counts whole MDT

# --- storage ---

# packed, see `liquid_words.vy`
_books: uint256
_placed: uint256
_exits: uint256

# --- views ---

@external
@view
def totalSupply() -> uint256:
    """
    @notice All shares, those that wait for an exit included.
    """
    return words._first(self._books)

# --- internal: what there is ---

@internal
@view
def _liquid() -> uint256:
    """
    @notice Wei of the holders' that are in the contract, those that still flow included.
    """
    placed: uint256 = self._placed
    return unsafe_sub(
        unsafe_sub(words._second(self._books), words._first(placed)), words._second(placed)
    )


@internal
@view
def _priced(_pooled: uint256) -> uint256:
    """
    @notice Wei that all shares are worth. A few wei that rounding takes when stake moves can make
            what is locked more than what is pooled: then they are worth nothing until it flows.
    """
    return unsafe_sub(_pooled, min(liquid_flow._locked(), _pooled))


@internal
@view
def _room(_books: uint256) -> uint256:
    """
    @notice Wei that deposits may still bring.
    """
    most: uint256 = min((_books >> words.LIMIT_AT) * WHOLE, MAX_POOLED)
    return unsafe_sub(most, min(words._second(_books), most))

# --- internal: conversions, of a price that is given ---

@internal
@pure
def _shares_of(_assets: uint256, _shares: uint256, _priced: uint256) -> uint256:
    """
    @notice Shares that wei are worth, rounded down in favour of those who hold shares. A wei is a
            share while there are none.
    """
    if _shares == 0:
        return _assets
    if _priced == 0:
        return 0
    return _assets * _shares // _priced


@internal
@pure
def _assets_of(_amount: uint256, _shares: uint256, _priced: uint256) -> uint256:
    """
    @notice Wei that shares are worth, rounded down in favour of those who keep theirs.
    """
    if _shares == 0:
        return _amount
    return _amount * _priced // _shares

# --- internal: changes ---

@internal
def _join(_shares: uint256, _amount: uint256):
    """
    @notice Count a deposit.
    """
    books: uint256 = self._books
    self._books = words._with(
        books,
        unsafe_add(words._first(books), _shares),
        unsafe_add(words._second(books), _amount),
    )


@internal
def _part(_shares: uint256, _amount: uint256):
    """
    @notice Shares and what they are paid leave together.
    """
    books: uint256 = self._books
    self._books = words._with(
        books,
        unsafe_sub(words._first(books), _shares),
        unsafe_sub(words._second(books), _amount),
    )


@internal
def _put(_staked: uint256, _unbonding: uint256):
    """
    @notice So much is in positions, and so much in requests; the rest of what is pooled is liquid.
    """
    self._placed = words._with(self._placed, _staked, _unbonding)


@internal
def _revalue(_staked: uint256, _unbonding: uint256):
    """
    @notice The same, where what these places lost or gained is the holders'.
    """
    placed: uint256 = self._placed
    books: uint256 = self._books
    before: uint256 = unsafe_add(words._first(placed), words._second(placed))
    now: uint256 = unsafe_add(_staked, _unbonding)
    pooled: uint256 = unsafe_sub(unsafe_add(words._second(books), now), before)
    self._put(_staked, _unbonding)
    self._books = words._with(books, words._first(books), pooled)


@internal
def _receive(_amount: uint256):
    """
    @notice What came in is pooled, and flows.
    """
    self._join(0, _amount)
    liquid_flow._lock(_amount)


@internal
def _decide(_is_undecided: bool):
    """
    @notice Note whether a slash is in escrow or unanswered.
    """
    books: uint256 = self._books
    flag: uint256 = 1 << words.THIRD_AT
    self._books = (books & ~flag) | (flag if _is_undecided else 0)


@internal
def _set_limit(_limit: uint256):
    books: uint256 = self._books
    self._books = (books & (2**words.LIMIT_AT - 1)) | (_limit << words.LIMIT_AT)


@internal
def _reserve(_amount: uint256, _owed: uint256):
    """
    @notice A batch is priced: so much is set aside, and so much is not owed any more.
    """
    exits: uint256 = self._exits
    changed: uint256 = words._with(
        exits,
        unsafe_add(words._first(exits), _amount),
        unsafe_sub(words._second(exits), _owed),
    )
    self._exits = unsafe_add(changed, 1 << words.THIRD_AT)


@internal
def _owe(_amount: uint256):
    """
    @notice A batch is closed: at most so much will be due for it.
    """
    exits: uint256 = self._exits
    changed: uint256 = words._with(
        exits, words._first(exits), unsafe_add(words._second(exits), _amount)
    )
    self._exits = unsafe_add(changed, 1 << words.FOURTH_AT)


@internal
def _release(_amount: uint256):
    """
    @notice What was set aside is paid.
    """
    exits: uint256 = self._exits
    self._exits = words._with(
        exits, unsafe_sub(words._first(exits), _amount), words._second(exits)
    )
