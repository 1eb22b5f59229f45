# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Validator words: what is kept of a validator's pool, in four words
@license AGPL-3.0-only
@notice Written and read by `validator_pools.vy`, which says what the fields mean.
@dev    Words   reward | weight 66 | seen 92 | version 11 | commission bps 13 | segment 4 | status 4
                       | pending 3 | counted 1 | limited 1 | commission owed, upper 61 |
                share  | acc 112 | boosted shares 100 | commission owed, lower 44 |
                pool   | tokens 84 | shares 86 | own shares 86 |
                rare   | limit 84 | slash count 16 |
        What every change of a pool reads and writes is in the first three; the last is read where
        a validator is limited, and where stake leaves it.
"""

# --- modules ---

from ...common import packing
from . import checks
from . import reward_ledger
from . import weight_segments

# --- constants ---

WEIGHT_BITS: constant(uint256) = 66
SEEN_BITS: constant(uint256) = 92
VERSION_BITS: constant(uint256) = reward_ledger.VERSION_BITS
COMMISSION_BITS: constant(uint256) = 13
SEGMENT_BITS: constant(uint256) = 4
ACC_BITS: constant(uint256) = 112
BOOSTED_BITS: constant(uint256) = 100
TOKENS_BITS: constant(uint256) = 84
SHARES_BITS: constant(uint256) = 86
OWED_LOW_BITS: constant(uint256) = 44
OWED_BITS: constant(uint256) = 61 + OWED_LOW_BITS
LIMIT_BITS: constant(uint256) = 84
COUNT_BITS: constant(uint256) = 16

VERSION_AT: constant(uint256) = WEIGHT_BITS + SEEN_BITS
COMMISSION_AT: constant(uint256) = VERSION_AT + VERSION_BITS
SEGMENT_AT: constant(uint256) = COMMISSION_AT + COMMISSION_BITS
STATUS_AT: constant(uint256) = SEGMENT_AT + SEGMENT_BITS
PENDING_AT: constant(uint256) = STATUS_AT + 4
COUNTED_AT: constant(uint256) = PENDING_AT + 3
LIMITED_AT: constant(uint256) = COUNTED_AT + 1
OWED_AT: constant(uint256) = LIMITED_AT + 1
OWED_LOW_AT: constant(uint256) = ACC_BITS + BOOSTED_BITS
OWN_AT: constant(uint256) = TOKENS_BITS + SHARES_BITS
# A limit of so much is none.
NO_LIMIT: constant(uint256) = 2**LIMIT_BITS - 1

# --- storage ---

# validator => packed
reward_words: HashMap[uint256, uint256]
share_words: HashMap[uint256, uint256]
# readable, so that what a position is worth can be asked for with two words
pool_words: public(HashMap[uint256, uint256])
rare_words: HashMap[uint256, uint256]

# --- internal ---

@internal
def _open(_id: uint256, _commission_bps: uint256):
    """
    @dev Enter an empty pool, open to all. It has no weight, so what it has seen does not matter.
         Its accumulator starts at 1: then no position that was ever used has an empty word, and
         readers find all.
    """
    self.share_words[_id] = 1
    self.reward_words[_id] = (
        packing._fits(_commission_bps, COMMISSION_BITS) << COMMISSION_AT
    ) | (weight_segments.INACTIVE << SEGMENT_AT)


@internal
@view
def _reward_word(_id: uint256) -> uint256:
    word: uint256 = self.reward_words[_id]
    if word == 0:
        checks._refuse("staking: unknown validator")
    return word


@internal
@pure
def _seen(_reward_word: uint256) -> uint256:
    return (_reward_word >> WEIGHT_BITS) & (2**SEEN_BITS - 1)


@internal
@pure
def _version(_reward_word: uint256) -> uint256:
    return (_reward_word >> VERSION_AT) & (2**VERSION_BITS - 1)


@internal
@pure
def _owed(_reward_word: uint256, _share_word: uint256) -> uint256:
    """
    @dev Commission that is owed, 2^-20 wei: its parts lie in two words.
    """
    return ((_reward_word >> OWED_AT) << OWED_LOW_BITS) | (_share_word >> OWED_LOW_AT)


@internal
@view
def _slash_count(_id: uint256) -> uint256:
    """
    @dev Slashes of a validator ever.
    """
    return self.rare_words[_id] >> LIMIT_BITS


@internal
def _count_slash(_id: uint256):
    count: uint256 = packing._fits(self._slash_count(_id) + 1, COUNT_BITS)
    self.rare_words[_id] = (self.rare_words[_id] & (2**LIMIT_BITS - 1)) | (count << LIMIT_BITS)


@internal
@view
def _limit(_id: uint256, _is_limited: uint256) -> uint256:
    """
    @dev Wei that may be delegated to a validator, or NO_LIMIT.
    """
    if _is_limited == 0:
        return NO_LIMIT
    return self.rare_words[_id] & (2**LIMIT_BITS - 1)


@internal
def _set_limit(_id: uint256, _limit: uint256):
    self.rare_words[_id] = (self._slash_count(_id) << LIMIT_BITS) | _limit
