# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid look: what every position and request is worth now
@license AGPL-3.0-only
@notice As `Staking` says, to the wei. A piece that has not answered for a slash of its validator
        yet is worth nobody knows how much: it counts in full, and is told apart.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import liquid_places
from . import liquid_words as words

uses: liquid_places

# --- constants ---

OFFENCES: constant(uint256) = 3

# --- structs ---

struct Look:
    staked: uint256[liquid_places.MAX_VALIDATORS]  # wei of each position, in the order of the set
    tokens: uint256[liquid_places.MAX_PIECES]  # wei of each piece
    all_staked: uint256
    all_tokens: uint256
    unanswered: uint256  # wei of pieces that have a slash to answer for
    escrow: uint256  # wei that positions get back if every slash in escrow is overturned
    is_undecided: bool  # a slash is in escrow, or unanswered

# --- internal ---

@internal
@view
def _look() -> Look:
    """
    @notice What every place is worth now, asked of `Staking`.
    """
    seen: Look = empty(Look)
    for i: uint256 in range(liquid_places._member_count, bound=liquid_places.MAX_VALIDATORS):
        word: uint256 = liquid_places._members[i]
        if word >> words.STAKED_AT == 0:
            continue
        id: uint256 = word & words.ID
        held: IStaking.Position = liquid_places._held(id)
        pool: IStaking.Validator = liquid_places._pool(id)
        seen.staked[i] = held.tokens
        seen.all_staked = unsafe_add(seen.all_staked, held.tokens)
        if pool.pending_slashes != 0:
            seen.is_undecided = True
            seen.escrow += self._in_escrow(id, held.shares, held.tokens, pool)
    for i: uint256 in range(liquid_places._piece_count, bound=liquid_places.MAX_PIECES):
        word: uint256 = liquid_places._pieces[i]
        id: uint256 = word & words.ID
        asked: IStaking.Request = liquid_places._request(word)
        pool: IStaking.Validator = liquid_places._pool(id)
        seen.tokens[i] = asked.tokens
        seen.all_tokens = unsafe_add(seen.all_tokens, asked.tokens)
        # one that answers for none any more has a larger number than there are slashes
        if asked.next_slash < pool.slash_count:
            seen.unanswered = unsafe_add(seen.unanswered, asked.tokens)
            seen.is_undecided = True
        elif pool.pending_slashes != 0:
            seen.is_undecided = True
    return seen


@internal
@view
def _in_escrow(
    _id: uint256, _shares: uint256, _tokens: uint256, _pool: IStaking.Validator
) -> uint256:
    """
    @notice What a position gets back if every slash in escrow of its validator is overturned,
            rounded down.
    """
    total: uint256 = _pool.tokens
    for offence: uint256 in range(OFFENCES):
        if (_pool.pending_slashes >> offence) & 1 == 1:
            held: IStaking.Escrow = staticcall IStaking(liquid_places.STAKING).escrow(_id, offence)
            total = unsafe_add(total, held.tokens)
    return unsafe_sub(unsafe_div(unsafe_mul(_shares, total), _pool.shares), _tokens)


@internal
def _write(_seen: Look):
    """
    @notice Take over what was seen.
    """
    for i: uint256 in range(liquid_places._member_count, bound=liquid_places.MAX_VALIDATORS):
        liquid_places._set_staked(i, _seen.staked[i])
    for i: uint256 in range(liquid_places._piece_count, bound=liquid_places.MAX_PIECES):
        word: uint256 = liquid_places._pieces[i]
        if word >> words.TOKENS_AT != _seen.tokens[i]:
            packed: uint256 = word & (2**words.TOKENS_AT - 1)
            liquid_places._pieces[i] = packed | (_seen.tokens[i] << words.TOKENS_AT)
