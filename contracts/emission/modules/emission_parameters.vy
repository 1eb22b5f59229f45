# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Emission parameters: governed, bounded, and never retroactive
@license AGPL-3.0-only
@notice A change governs from the first epoch that has not begun; epochs that have begun keep what
        they ran under, settled or not (failure catalogue A12). Every set ever in force stays
        readable, because whoever recomputes an old epoch needs it and there may be no logs.
        A change that is not in force yet can be replaced. One that is in force, but that
        settlement has not reached, blocks the next: at most two sets govern unsettled epochs,
        which is what lets any number of epochs be skipped in constant gas.

        One set is one storage word, from the lowest bit:
        weights 3 x 16, shares 3 x 16, max_tasks 40, max_change 64, deadline 24, from_epoch 32.
"""

# --- interfaces ---

from interfaces import IEmissionController

# --- modules ---

from . import epochs

uses: epochs

# --- constants ---

WAD: constant(uint256) = 10**18
BPS: constant(uint256) = 10_000

# More tasks than this in one epoch is beyond any network (and beyond the 40 bits kept for it).
MAX_MAX_TASKS: constant(uint256) = 10**12
# A minute of three-second blocks: in less, no quorum can sign and land.
MIN_DEADLINE_BLOCKS: constant(uint256) = 20
# A year of three-second blocks: longer, and a dead oracle would hold its epochs for ever.
MAX_DEADLINE_BLOCKS: constant(uint256) = 10_000_000

_FROM_SHIFT: constant(uint256) = 224
_PARAMETERS_MASK: constant(uint256) = 2**224 - 1

# --- storage ---

_words: HashMap[uint256, uint256]  # number of the change -> packed parameters
_count: uint256  # changes ever in force or waiting, the initial one included

# --- internal ---

@internal
def _initialize(_parameters: IEmissionController.Parameters):
    """
    @notice The parameters of epoch 0; once, from the host's constructor.
    @dev Reverts as `_check` does.
    """
    self._check(_parameters)
    self._words[0] = self._pack(_parameters)
    self._count = 1
    log IEmissionController.ParametersSet(
        from_epoch=0,
        old_parameters=empty(IEmissionController.Parameters),
        new_parameters=_parameters,
    )


@internal
def _set(_parameters: IEmissionController.Parameters):
    """
    @notice New parameters from the first epoch that has not begun.
    @dev Reverts with "parameters: no change", "parameters: change waiting", or as `_check` does.
    """
    self._check(_parameters)
    from_epoch: uint256 = epochs._first_unstarted()
    newest: uint256 = self._count - 1
    old: uint256 = self._words[newest]
    new: uint256 = self._pack(_parameters)
    assert new != old & _PARAMETERS_MASK, "parameters: no change"

    governs_from: uint256 = old >> _FROM_SHIFT
    if governs_from != from_epoch:
        # the newest set is in force: keep it, once settlement has come as far as it
        assert epochs._next_epoch() >= governs_from, "parameters: change waiting"
        newest += 1
        self._count = newest + 1
    self._words[newest] = new | from_epoch << _FROM_SHIFT
    log IEmissionController.ParametersSet(
        from_epoch=from_epoch,
        old_parameters=self._unpack(old),
        new_parameters=_parameters,
    )


@internal
@view
def _at(_epoch: uint256) -> IEmissionController.Parameters:
    """
    @notice The parameters an epoch ran, runs or (unless changed before) will run under.
    """
    return self._unpack(self._word_at(_epoch))


@internal
@view
def _first_open(_next_epoch: uint256) -> uint256:
    """
    @notice The first epoch from _next_epoch on whose deadline has not passed (possibly a lower
            number, when none has). Closed form: at most two deadlines are in play.
    """
    newest: uint256 = self._words[self._count - 1]
    governs_from: uint256 = newest >> _FROM_SHIFT
    if _next_epoch < governs_from:
        earlier: uint256 = epochs._first_open(self._deadline(self._word_at(_next_epoch)))
        if earlier < governs_from:
            return earlier
    return max(governs_from, epochs._first_open(self._deadline(newest)))


@internal
@view
def _word_at(_epoch: uint256) -> uint256:
    """
    @notice The packed set that governs an epoch: the newest first, then a binary search.
    """
    high: uint256 = self._count - 1
    newest: uint256 = self._words[high]
    if newest >> _FROM_SHIFT <= _epoch:
        return newest
    # the set at `low` governs from _epoch or earlier, the one at `high` from later
    low: uint256 = 0
    for _: uint256 in range(32):
        if high - low == 1:
            break
        middle: uint256 = (low + high) // 2
        if self._words[middle] >> _FROM_SHIFT <= _epoch:
            low = middle
        else:
            high = middle
    return self._words[low]


@internal
@pure
def _check(_parameters: IEmissionController.Parameters):
    """
    @dev Reverts with "parameters: weights must be whole", "parameters: shares must be whole",
         "parameters: max_tasks range", "parameters: max_change range" or
         "parameters: deadline range".
    """
    max_tasks: uint256 = _parameters.max_tasks
    deadline: uint256 = _parameters.deadline_blocks
    assert self._is_whole(_parameters.weights_bps), "parameters: weights must be whole"
    assert self._is_whole(_parameters.shares_bps), "parameters: shares must be whole"
    assert 1 <= max_tasks and max_tasks <= MAX_MAX_TASKS, "parameters: max_tasks range"
    assert _parameters.max_change_wad <= WAD, "parameters: max_change range"
    assert (
        MIN_DEADLINE_BLOCKS <= deadline and deadline <= MAX_DEADLINE_BLOCKS
    ), "parameters: deadline range"


@internal
@pure
def _is_whole(_parts_bps: uint256[3]) -> bool:
    """
    @notice Whether three parts sum to 10_000 basis points.
    """
    # none above the whole first, so that the sum cannot overflow
    largest: uint256 = max(_parts_bps[0], max(_parts_bps[1], _parts_bps[2]))
    return largest <= BPS and _parts_bps[0] + _parts_bps[1] + _parts_bps[2] == BPS


@internal
@pure
def _pack(_parameters: IEmissionController.Parameters) -> uint256:
    """
    @notice One word; `_check` guarantees that every field fits.
    """
    word: uint256 = _parameters.max_tasks << 96
    word |= _parameters.max_change_wad << 136
    word |= _parameters.deadline_blocks << 200
    for i: uint256 in range(3):
        word |= _parameters.weights_bps[i] << (16 * i)
        word |= _parameters.shares_bps[i] << (48 + 16 * i)
    return word


@internal
@pure
def _unpack(_word: uint256) -> IEmissionController.Parameters:
    """
    @notice The inverse of `_pack`; from_epoch is ignored.
    """
    lane: uint256 = 2**16 - 1
    return IEmissionController.Parameters(
        weights_bps=[_word & lane, (_word >> 16) & lane, (_word >> 32) & lane],
        shares_bps=[(_word >> 48) & lane, (_word >> 64) & lane, (_word >> 80) & lane],
        max_tasks=(_word >> 96) & (2**40 - 1),
        max_change_wad=(_word >> 136) & (2**64 - 1),
        deadline_blocks=self._deadline(_word),
    )


@internal
@pure
def _deadline(_word: uint256) -> uint256:
    """
    @notice Blocks after an epoch's end in which it can be reported.
    """
    return (_word >> 200) & (2**24 - 1)
