# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Epoch emission: base reward x utility x halving multiplier
@license AGPL-3.0-only
@notice The law for an epoch of L blocks, with elapsed blocks counted from the start block:

            emission = base_reward * U * (sum over its blocks of 2^-era) / L

        The sum is taken from the shared halving function with `initial = 2^halvings`, so that a
        block of era e weighs the integer 2^(halvings - e). An epoch that straddles an era
        boundary is thus paid exactly pro rata by blocks (failure catalogue A6).
        `mdt.model.emission` is the same law in Python.
"""

# --- modules ---

from . import halving

# --- constants ---

WAD: constant(uint256) = 10**18

# --- internal ---

@internal
@pure
def _earned(
    _interval_blocks: uint256, _halvings: uint256, _first: uint256, _end: uint256
) -> uint256:
    """
    @notice The weight of the elapsed blocks _first (inclusive) to _end (exclusive).
    @return Blocks x 2^halvings, halved once per era.
    """
    initial: uint256 = 1 << _halvings
    through_end: uint256 = halving._cumulative(initial, _interval_blocks, _halvings, _end)
    return through_end - halving._cumulative(initial, _interval_blocks, _halvings, _first)


@internal
@pure
def _amount(
    _base_reward: uint256,
    _earned: uint256,
    _epoch_blocks: uint256,
    _halvings: uint256,
    _utility: uint256,
) -> uint256:
    """
    @notice The emission of an epoch before the clamp; at U = 1 it is the epoch's ceiling.
    @dev One division, rounded down in favour of the cap. With base <= 1e28, L <= 1e7, 32 halvings
         and U <= 1e18 the numerator stays below 2^209.
    @param _base_reward Paid per epoch at U = 1 in era 0 (wei).
    @param _earned The weight of the epoch's blocks, from `_earned`.
    @param _epoch_blocks Epoch length L (blocks).
    @param _halvings Number of halvings.
    @param _utility U (WAD).
    @return Emission (wei).
    """
    return _base_reward * _earned * _utility // ((_epoch_blocks << _halvings) * WAD)
