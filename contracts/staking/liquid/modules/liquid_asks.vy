# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid asks: what is asked back of which validator
@license AGPL-3.0-only
@notice First all of those that are not fit. Then, for exits, from those that have most beyond the
        part they shall have afterwards, at least a half of what is needed at a time: two requests
        do it mostly, and stake follows the weights all the same. What finds no room among the
        pieces is asked back in a later cycle.
@dev    Unchecked: all sums are of parts of what is pooled, less than 2^88, and weights have 16
        bits.
"""

# --- interfaces ---

from interfaces import ILiquidStaking
from interfaces import IStaking

# --- modules ---

from . import liquid_books
from . import liquid_places
from . import liquid_words as words

uses: liquid_books
uses: liquid_places

# --- constants ---

HALVES: constant(uint256) = 2

# --- internal ---

@internal
def _ask_back() -> uint256:
    """
    @notice All of those that are not fit, then what exits need.
    @return Wei asked back.
    """
    asked: uint256 = 0
    weights: liquid_places.Weights = liquid_places._weigh()
    for i: uint256 in range(liquid_places._member_count, bound=liquid_places.MAX_VALIDATORS):
        if weights.of[i] == 0:
            asked = unsafe_add(asked, self._ask(i, liquid_places._members[i] >> words.STAKED_AT))
    needed: uint256 = self._needed()
    least: uint256 = words._ceil_div(needed, HALVES)
    kept: uint256 = unsafe_sub(weights.staked, min(needed, weights.staked))
    for i: uint256 in range(liquid_places.MAX_VALIDATORS):
        if needed == 0:
            break
        place: uint256 = self._fullest(weights, kept)
        if place == liquid_places.MAX_VALIDATORS:
            break
        staked: uint256 = liquid_places._members[place] >> words.STAKED_AT
        part: uint256 = unsafe_div(unsafe_mul(kept, weights.of[place]), weights.all)
        beyond: uint256 = unsafe_sub(staked, min(staked, part))
        amount: uint256 = min(min(max(beyond, least), needed), staked)
        tokens: uint256 = self._ask(place, amount)
        if tokens == 0:
            break
        asked = unsafe_add(asked, tokens)
        needed = unsafe_sub(needed, min(needed, tokens))
    return asked


@internal
@view
def _fullest(_weights: liquid_places.Weights, _kept: uint256) -> uint256:
    """
    @notice Which fit member has most beyond its part, the first of equals; MAX_VALIDATORS if none
            has stake.
    """
    found: uint256 = liquid_places.MAX_VALIDATORS
    most: int256 = 0
    for i: uint256 in range(liquid_places._member_count, bound=liquid_places.MAX_VALIDATORS):
        staked: uint256 = liquid_places._members[i] >> words.STAKED_AT
        if _weights.of[i] == 0 or staked == 0:
            continue
        beyond: int256 = unsafe_sub(
            convert(unsafe_mul(staked, _weights.all), int256),
            convert(unsafe_mul(_weights.of[i], _kept), int256),
        )
        if found == liquid_places.MAX_VALIDATORS or beyond > most:
            found = i
            most = beyond
    return found


@internal
def _ask(_place: uint256, _amount: uint256) -> uint256:
    """
    @notice Ask for some or all of a position back, while there is room for another piece.
    @return Wei of the piece.
    """
    if _amount == 0 or liquid_places._piece_count == liquid_places.MAX_PIECES:
        return 0
    word: uint256 = liquid_places._members[_place]
    id: uint256 = word & words.ID
    staked: uint256 = word >> words.STAKED_AT
    amount: uint256 = _amount
    if amount == staked:
        amount = max_value(uint256)
    request_id: uint256 = extcall IStaking(liquid_places.STAKING).unstake(
        id, liquid_places.SLOT, amount
    )
    asked: IStaking.Request = liquid_places._request(words._piece(id, request_id, 0))
    liquid_places._begin_piece(id, request_id, asked.tokens)
    placed: uint256 = liquid_books._placed
    liquid_books._put(
        unsafe_sub(words._first(placed), asked.tokens),
        unsafe_add(words._second(placed), asked.tokens),
    )
    liquid_places._measure(_place, unsafe_sub(staked, asked.tokens))
    log ILiquidStaking.AskedBack(
        validator_id=id, request_id=request_id, amount=asked.tokens, unlocks_at=asked.unlocks_at
    )
    return asked.tokens


@internal
@view
def _needed() -> uint256:
    """
    @notice Wei that closed batches need beyond what is here and what waits at `Staking`.
    """
    owed: uint256 = words._second(liquid_books._exits)
    there: uint256 = unsafe_add(
        liquid_books._liquid(), words._second(liquid_books._placed)
    )
    return unsafe_sub(owed, min(owed, there))
