# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Epochs: their blocks, and which one is next
@license AGPL-3.0-only
@notice Epoch e covers blocks START_BLOCK + e * EPOCH_BLOCKS (inclusive) to
        START_BLOCK + (e + 1) * EPOCH_BLOCKS (exclusive). Epochs are settled or skipped in order,
        each once: `next_epoch` only grows. `attempt` counts the discarded reports of that epoch.

        START_BLOCK is the origin of the schedule: it says which blocks an epoch covers and which
        era they are in. It is not the first epoch that is paid here: a successor counts from its
        predecessor's origin, which is past, and goes on with its predecessor's next epoch.

        What moves is one word of four lanes, 64 bits each from the lowest: attempt, opened_at (the
        block in which the epoch became the next one; 0 until a successor has taken over),
        grace_until (the timestamp until which a stop keeps it reportable), next_epoch.
"""

# --- constants ---

# Shorter epochs end faster than a quorum can sign; longer than a year of three-second blocks is
# a typing error.
MIN_EPOCH_BLOCKS: constant(uint256) = 10
MAX_EPOCH_BLOCKS: constant(uint256) = 10_000_000

# A start further ahead than a year of three-second blocks is a typing error.
MAX_START_AHEAD: constant(uint256) = 10_000_000

# Epoch numbers are packed into 32 bits: 4,000 years of half-minute epochs.
EPOCH_LIMIT: constant(uint256) = 2**32

# After a stop people have to find each other, measure and sign again: two days (seconds).
GRACE: constant(uint256) = 2 * 86_400

_MASK_64: constant(uint256) = 2**64 - 1
_OPENED_SHIFT: constant(uint256) = 64
_GRACE_SHIFT: constant(uint256) = 128
_EPOCH_SHIFT: constant(uint256) = 192

# --- immutables ---

START_BLOCK: public(immutable(uint256))
EPOCH_BLOCKS: public(immutable(uint256))

# --- storage ---

_state: uint256

# --- constructor ---

@deploy
def __init__(_start_block: uint256, _epoch_blocks: uint256, _is_successor: bool):
    """
    @dev Reverts with "epochs: start in the past", "epochs: start too far" or
         "epochs: length out of range".
    @param _start_block First block of epoch 0; this block or a later one, unless a successor
           counts from its predecessor's.
    @param _epoch_blocks Blocks per epoch.
    @param _is_successor Whether nothing is open until `_take_over`.
    """
    assert _is_successor or _start_block >= block.number, "epochs: start in the past"
    assert _start_block <= block.number + MAX_START_AHEAD, "epochs: start too far"
    assert (
        MIN_EPOCH_BLOCKS <= _epoch_blocks and _epoch_blocks <= MAX_EPOCH_BLOCKS
    ), "epochs: length out of range"
    START_BLOCK = _start_block
    EPOCH_BLOCKS = _epoch_blocks
    if not _is_successor:
        self._state = block.number << _OPENED_SHIFT

# --- views ---

@external
@view
def next_epoch() -> uint256:
    """
    @notice The epoch that settles or is skipped next.
    """
    return self._next_epoch()


@external
@view
def attempt() -> uint256:
    """
    @notice How many attempts to report that epoch were discarded.
    """
    return self._attempt()

# --- internal ---

@internal
@view
def _first_block(_epoch: uint256) -> uint256:
    """
    @notice The first block of an epoch, which is the end (exclusive) of the one before.
    @dev Reverts with "epochs: epoch out of range".
    """
    assert _epoch < EPOCH_LIMIT, "epochs: epoch out of range"
    return START_BLOCK + _epoch * EPOCH_BLOCKS


@internal
@view
def _end_block(_epoch: uint256) -> uint256:
    """
    @notice The block at which an epoch is over.
    """
    return self._first_block(_epoch) + EPOCH_BLOCKS


@internal
@view
def _first_unstarted() -> uint256:
    """
    @notice The first epoch none of whose blocks has begun: 0 before START_BLOCK.
    """
    if block.number < START_BLOCK:
        return 0
    return (block.number - START_BLOCK) // EPOCH_BLOCKS + 1


@internal
@view
def _current() -> uint256:
    """
    @notice The epoch the chain is in; 0 before START_BLOCK.
    """
    unstarted: uint256 = self._first_unstarted()
    return unstarted - min(unstarted, 1)


@internal
@view
def _first_open(_deadline_blocks: uint256) -> uint256:
    """
    @notice The first epoch that can still be reported under this deadline, in closed form:
            all epochs e with end(e) + deadline < block.number lie below it.
    """
    passed: uint256 = START_BLOCK + _deadline_blocks + 1
    if block.number < passed:
        return 0
    # rounded down: an epoch whose deadline is this very block is still open
    return (block.number - passed) // EPOCH_BLOCKS


@internal
@view
def _next_epoch() -> uint256:
    """
    @notice The epoch that settles or is skipped next.
    """
    return self._state >> _EPOCH_SHIFT


@internal
@view
def _attempt() -> uint256:
    """
    @notice The attempt that a report of it must name.
    """
    return self._state & _MASK_64


@internal
@view
def _opened_at() -> uint256:
    """
    @notice The block in which it became the next one; 0 for a successor that has not taken over.
    """
    return (self._state >> _OPENED_SHIFT) & _MASK_64


@internal
@view
def _grace_until() -> uint256:
    """
    @notice The timestamp until which a stop keeps it reportable.
    """
    return (self._state >> _GRACE_SHIFT) & _MASK_64


@internal
@view
def _check_open():
    """
    @dev Reverts with "takeover: not open yet".
    """
    assert self._opened_at() != 0, "takeover: not open yet"


@internal
def _advance(_to: uint256):
    """
    @notice Makes an epoch the next one, with no report of it discarded yet. A grace goes on.
    """
    grace: uint256 = self._state & (_MASK_64 << _GRACE_SHIFT)
    self._state = _to << _EPOCH_SHIFT | grace | block.number << _OPENED_SHIFT


@internal
def _take_over(_to: uint256):
    """
    @notice Opens a successor at its predecessor's next epoch, with a grace: whoever reports has
            to sign for this contract first. The attempt stays, which counted on before.
    """
    # next_epoch and opened_at were 0 until now; a grace that a pause gave goes on
    self._state |= _to << _EPOCH_SHIFT | block.number << _OPENED_SHIFT
    self._grant_grace(block.timestamp)


@internal
def _next_attempt():
    """
    @notice What was signed for this attempt is worthless; there is time to sign for the next.
    """
    self._state += 1
    self._grant_grace(block.timestamp)


@internal
def _grant_grace(_stopped_until: uint256):
    """
    @notice Reports count for GRACE after a stop; a grace that is longer already stays.
    @param _stopped_until When the stop ends (timestamp).
    """
    until: uint256 = _stopped_until + GRACE
    old: uint256 = self._grace_until()
    if until > old:
        # the lane holds no less than it loses: nothing runs into its neighbours
        self._state += (until - old) << _GRACE_SHIFT
