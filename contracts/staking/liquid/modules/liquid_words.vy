# pragma version ~=0.4.3
"""
@title Liquid words: how the books of the liquid share are packed
@license AGPL-3.0-only
@notice Wei and shares have 88 bits each: all MDT there can ever be is less than 2^85 wei, and there
        are never more than four shares to a wei when one is given out. Times and batches have 40.
@dev    Words   books    | shares 88 | pooled 88 | undecided 1 | limit 40 |
                placed   | staked 88 | unbonding 88 |
                exits    | reserved 88 | owed 88 | next to settle 40 | open batch 40 |
                flow     | locked 88 | since 40 | until 40 |
                member   | validator 64 | weight 16 | staked 88 |
                piece    | validator 64 | request 64 | tokens 88 |
                batch    | shares 88 | tokens 88 | closed at 40 | block 40 |
"""

# --- modules ---

from ....common import packing

# --- constants ---

FIELD: constant(uint256) = 2**88 - 1
FIELD_BITS: constant(uint256) = 88
TIME_BITS: constant(uint256) = 40
TIME: constant(uint256) = 2**40 - 1
ID: constant(uint256) = 2**64 - 1
SECOND_AT: constant(uint256) = 88
THIRD_AT: constant(uint256) = 176
FOURTH_AT: constant(uint256) = 216
LIMIT_AT: constant(uint256) = 177
WEIGHT: constant(uint256) = 2**16 - 1
WEIGHT_AT: constant(uint256) = 64
STAKED_AT: constant(uint256) = 80
REQUEST_AT: constant(uint256) = 64
TOKENS_AT: constant(uint256) = 128

# --- internal ---

@internal
@pure
def _first(_word: uint256) -> uint256:
    """
    @notice The first field of 88 bits: shares, staked, reserved or locked.
    """
    return _word & FIELD


@internal
@pure
def _second(_word: uint256) -> uint256:
    """
    @notice The second field of 88 bits: pooled, unbonding, owed or tokens.
    """
    return (_word >> SECOND_AT) & FIELD


@internal
@pure
def _with(_word: uint256, _one: uint256, _two: uint256) -> uint256:
    """
    @notice The word with other values in its first two fields; what does not fit is refused.
    """
    packing._check((_one | _two) >> FIELD_BITS)
    return ((_word >> THIRD_AT) << THIRD_AT) | _one | (_two << SECOND_AT)


@internal
@pure
def _is_undecided(_books: uint256) -> bool:
    return (_books >> THIRD_AT) & 1 == 1


@internal
@pure
def _member(_id: uint256, _weight: uint256, _staked: uint256) -> uint256:
    packing._check(_staked >> FIELD_BITS)
    return _id | (_weight << WEIGHT_AT) | (_staked << STAKED_AT)


@internal
@pure
def _piece(_id: uint256, _request_id: uint256, _tokens: uint256) -> uint256:
    packing._check((_request_id >> WEIGHT_AT) | (_tokens >> FIELD_BITS))
    return _id | (_request_id << REQUEST_AT) | (_tokens << TOKENS_AT)


@internal
@pure
def _ceil_div(_amount: uint256, _by: uint256) -> uint256:
    """
    @dev Rounded up. No divisor is zero, and no dividend within a divisor of 2^256.
    """
    return unsafe_div(unsafe_add(_amount, unsafe_sub(_by, 1)), _by)
