# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid places: the validators of the set, what is staked with each, and the requests that
        wait
@license AGPL-3.0-only
@notice The contract has one position with each validator of the set, in slot 0, never locked and
        never redelegated: so all of it can be asked back at any time. What is asked back is a
        piece, an unbonding request.

        A validator is fit to have stake while its weight is not zero, it takes no more commission
        than the limit, and has neither exited nor been banned. One in jail is fit, and gets nothing
        new until it is out.
@dev    At most 16 validators and 32 pieces: every loop here is bounded by that.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from ...modules import checks
from . import liquid_books
from . import liquid_words as words

uses: liquid_books

# --- constants ---

MAX_VALIDATORS: constant(uint256) = 16
MAX_PIECES: constant(uint256) = 32
SLOT: constant(uint256) = 0
GONE: constant(uint256) = 2 + 8  # of a validator's status: exited, tombstoned
BPS: constant(uint256) = 10_000

# --- structs ---

struct Weights:
    of: uint256[MAX_VALIDATORS]  # of each member that is fit, in the order of the set; else 0
    all: uint256
    staked: uint256  # wei with those that are fit

# --- immutables ---

STAKING: public(immutable(address))

# --- storage ---

# packed, see `liquid_words.vy`
_members: uint256[MAX_VALIDATORS]
_member_count: uint256
_pieces: uint256[MAX_PIECES]
_piece_count: uint256
# the largest commission with which a validator is fit
commission_limit_bps: public(uint256)

# --- constructor ---

@deploy
def __init__(_staking: address, _commission_limit_bps: uint256):
    assert _staking.is_contract, "lst: staking has no code"
    STAKING = _staking
    self._check_commission(_commission_limit_bps)
    self.commission_limit_bps = _commission_limit_bps

# --- internal: reads ---

@internal
@view
def _pool(_id: uint256) -> IStaking.Validator:
    return staticcall IStaking(STAKING).validator(_id)


@internal
@view
def _held(_id: uint256) -> IStaking.Position:
    return staticcall IStaking(STAKING).position(_id, self, SLOT)


@internal
@view
def _request(_word: uint256) -> IStaking.Request:
    """
    @notice The request of a piece, as `Staking` has it.
    """
    return staticcall IStaking(STAKING).request(
        _word & words.ID, self, SLOT, (_word >> words.REQUEST_AT) & words.ID
    )


@internal
@view
def _fit_weight(_word: uint256, _pool: IStaking.Validator) -> uint256:
    """
    @notice A member's weight; 0 while it is not fit.
    """
    if _pool.status & GONE != 0 or _pool.commission_bps > self.commission_limit_bps:
        return 0
    return (_word >> words.WEIGHT_AT) & words.WEIGHT


@internal
@view
def _weigh() -> Weights:
    """
    @notice The weights of those that are fit, their sum, and what is staked with them.
    """
    found: Weights = empty(Weights)
    for i: uint256 in range(self._member_count, bound=MAX_VALIDATORS):
        word: uint256 = self._members[i]
        weight: uint256 = self._fit_weight(word, self._pool(word & words.ID))
        if weight != 0:
            found.of[i] = weight
            found.all = unsafe_add(found.all, weight)
            found.staked = unsafe_add(found.staked, word >> words.STAKED_AT)
    return found


@internal
@view
def _place_of(_id: uint256) -> uint256:
    """
    @return Where a validator is in the set; how many there are if it is not in it.
    """
    count: uint256 = self._member_count
    for i: uint256 in range(count, bound=MAX_VALIDATORS):
        if self._members[i] & words.ID == _id:
            return i
    return count


@internal
@pure
def _check_commission(_bps: uint256):
    """
    @dev Reverts with "lst: commission out of bounds".
    """
    if _bps > BPS:
        checks._refuse("lst: commission out of bounds")


@internal
@pure
def _check_change(_old: uint256, _new: uint256):
    """
    @dev Reverts with "lst: nothing changes".
    """
    if _old == _new:
        checks._refuse("lst: nothing changes")

# --- internal: changes ---

@internal
def _set_staked(_place: uint256, _staked: uint256):
    word: uint256 = self._members[_place]
    if word >> words.STAKED_AT != _staked:
        self._members[_place] = words._member(
            word & words.ID, (word >> words.WEIGHT_AT) & words.WEIGHT, _staked
        )


@internal
def _measure(_place: uint256, _expected: uint256):
    """
    @notice After stake came to or left a position: what it is worth, of what it should be. The wei
            that rounding took or gave are the holders'.
    """
    id: uint256 = self._members[_place] & words.ID
    held: IStaking.Position = self._held(id)
    self._set_staked(_place, held.tokens)
    placed: uint256 = liquid_books._placed
    liquid_books._revalue(
        unsafe_sub(unsafe_add(words._first(placed), held.tokens), _expected),
        words._second(placed),
    )


@internal
def _begin_piece(_id: uint256, _request_id: uint256, _tokens: uint256):
    """
    @dev There is room: the caller has looked.
    """
    self._pieces[self._piece_count] = words._piece(_id, _request_id, _tokens)
    self._piece_count = unsafe_add(self._piece_count, 1)


@internal
def _end_piece(_place: uint256):
    """
    @notice The last piece takes its place.
    """
    last: uint256 = unsafe_sub(self._piece_count, 1)
    self._pieces[_place] = self._pieces[last]
    self._pieces[last] = 0
    self._piece_count = last


@internal
def _end_member(_place: uint256):
    """
    @notice The last member takes its place.
    """
    last: uint256 = unsafe_sub(self._member_count, 1)
    self._members[_place] = self._members[last]
    self._members[last] = 0
    self._member_count = last
