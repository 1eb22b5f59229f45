# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Epochs: their blocks, and which one is next
@license AGPL-3.0-only
@notice Epoch e covers blocks START_BLOCK + e * EPOCH_BLOCKS (inclusive) to
        START_BLOCK + (e + 1) * EPOCH_BLOCKS (exclusive). Epochs are settled or skipped in order,
        each once: `next_epoch` only grows. `attempt` counts the discarded reports of that epoch.
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

# --- immutables ---

START_BLOCK: public(immutable(uint256))
EPOCH_BLOCKS: public(immutable(uint256))

# --- storage ---

next_epoch: public(uint256)
attempt: public(uint256)

# --- constructor ---

@deploy
def __init__(_start_block: uint256, _epoch_blocks: uint256):
    """
    @dev Reverts with "epochs: start in the past", "epochs: start too far" or
         "epochs: length out of range".
    @param _start_block First block of epoch 0; this block or a later one.
    @param _epoch_blocks Blocks per epoch.
    """
    assert _start_block >= block.number, "epochs: start in the past"
    assert _start_block <= block.number + MAX_START_AHEAD, "epochs: start too far"
    assert (
        MIN_EPOCH_BLOCKS <= _epoch_blocks and _epoch_blocks <= MAX_EPOCH_BLOCKS
    ), "epochs: length out of range"
    START_BLOCK = _start_block
    EPOCH_BLOCKS = _epoch_blocks

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
def _advance(_to: uint256):
    """
    @notice Makes an epoch the next one, with no report of it discarded yet.
    """
    self.next_epoch = _to
    if self.attempt != 0:
        self.attempt = 0
