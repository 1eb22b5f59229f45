# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Missed: what validators missed in the last epochs
@license AGPL-3.0-only
@notice What counts was missed in the last WINDOW_EPOCHS epochs that are over, reported or not. A
        miss leaves the window by the number of its epoch. So a report without misses forgives
        nothing and renews nothing, and a report that leaves somebody out does neither.

            missed   the sum over the window
            height   the first block of the newest epoch of the window with a miss: who left the
                     validator before did not take part in it
@dev    A word for each validator and kind: | newest epoch 64 | missed in it 32 | in the one before
        32 | and so on, six epochs |. An entry without a miss writes nothing.
"""

# --- interfaces ---

from interfaces import IEmissionController
from interfaces import ISlasher

# --- modules ---

from ...common import packing
from . import slash_terms

# how many epochs count
uses: slash_terms

# --- constants ---

# kinds, as places of a validator's two words
BLOCKS: constant(uint256) = 0
REVEALS: constant(uint256) = 1

_EPOCH_BITS: constant(uint256) = 64
_MASK_64: constant(uint256) = 2**64 - 1
_COUNT_BITS: constant(uint256) = 32
_MASK_32: constant(uint256) = 2**32 - 1
_MASK_192: constant(uint256) = 2**192 - 1

# --- immutables ---

# of the emission controller, which fixes both for good
_START_BLOCK: immutable(uint256)
_EPOCH_BLOCKS: immutable(uint256)

# --- storage ---

_words: HashMap[uint256, uint256[2]]  # validator => packed, by kind

# --- constructor ---

@deploy
def __init__(_controller: address):
    _START_BLOCK = staticcall IEmissionController(_controller).START_BLOCK()
    _EPOCH_BLOCKS = staticcall IEmissionController(_controller).EPOCH_BLOCKS()

# --- views ---

@external
@view
def counters(_validator_id: uint256) -> ISlasher.Counters:
    """
    @notice What a validator has missed in the window, and was not accused of.
    """
    return self._counters(_validator_id)

# --- internal ---

@internal
def _add(_validator_id: uint256, _kind: uint256, _epoch: uint256, _missed: uint256):
    """
    @notice Adds the misses of an epoch, which is later than all that are in the word.
    """
    if _missed == 0:
        return
    word: uint256 = self._words[_validator_id][_kind]
    counts: uint256 = word >> _EPOCH_BITS
    age: uint256 = min(_epoch - (word & _MASK_64), slash_terms.MAX_WINDOW_EPOCHS)
    counts = (counts << (_COUNT_BITS * age)) & _MASK_192
    counts |= packing._fits(_missed, _COUNT_BITS)
    self._words[_validator_id][_kind] = packing._fits(_epoch, _EPOCH_BITS) | counts << _EPOCH_BITS


@internal
def _clear(_validator_id: uint256, _kind: uint256):
    """
    @notice Forgets what a validator was accused of.
    """
    self._words[_validator_id][_kind] = 0


@internal
@view
def _counters(_validator_id: uint256) -> ISlasher.Counters:
    counted: ISlasher.Counters = empty(ISlasher.Counters)
    counted.missed_blocks, counted.blocks_height = self._missed(_validator_id, BLOCKS)
    counted.missed_reveals, counted.reveals_height = self._missed(_validator_id, REVEALS)
    return counted


@internal
@view
def _missed(_validator_id: uint256, _kind: uint256) -> (uint256, uint256):
    """
    @notice What was missed in the window, and the first block of the newest epoch of that; 0 and 0
            when there is nothing.
    """
    word: uint256 = self._words[_validator_id][_kind]
    if word == 0:
        return 0, 0
    epoch: uint256 = word & _MASK_64
    counts: uint256 = word >> _EPOCH_BITS
    # a reported epoch is over, so that the present one is a later one
    age: uint256 = (block.number - _START_BLOCK) // _EPOCH_BLOCKS - 1 - epoch
    missed: uint256 = 0
    height: uint256 = 0
    for i: uint256 in range(slash_terms.MAX_WINDOW_EPOCHS):
        if age + i >= slash_terms.WINDOW_EPOCHS:
            break
        count: uint256 = (counts >> (_COUNT_BITS * i)) & _MASK_32
        missed += count
        if count != 0 and height == 0:
            height = _START_BLOCK + (epoch - i) * _EPOCH_BLOCKS
    return missed, height
