# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Utility: what the network did in an epoch, as one number between 0 and 1
@license AGPL-3.0-only
@notice The law, with difficulty, participation and U in WAD (1e18 = 1) and weights in basis points:

            U = w_tasks * min(tasks, max_tasks) / max_tasks
              + w_difficulty * difficulty + w_participation * participation

        computed as one fraction with one division, rounded down: in favour of the supply cap.
        The weights sum to 10_000 and each input is at most 1, so U is at most 1 by construction.
        `mdt.model.utility` is the same law in Python.
"""

# --- constants ---

WAD: constant(uint256) = 10**18
BPS: constant(uint256) = 10_000

# Task counts are stored in 128 bits; above max_tasks a count changes nothing anyway.
TASKS_LIMIT: constant(uint256) = 2**128

# --- internal ---

@internal
@pure
def _utility(
    _weights_bps: uint256[3],
    _max_tasks: uint256,
    _tasks: uint256,
    _difficulty: uint256,
    _participation: uint256,
) -> uint256:
    """
    @notice The utility of an epoch.
    @dev Reverts with "utility: tasks out of range", "utility: difficulty above one" or
         "utility: participation above one". The caller guarantees weights that sum to 10_000
         and 1 <= max_tasks <= 1e12, so the numerator stays below 1e35.
    @param _weights_bps Weights of tasks, difficulty, participation (basis points).
    @param _max_tasks The task count that earns the whole task weight.
    @param _tasks Tasks done (count).
    @param _difficulty Average difficulty (WAD).
    @param _participation Participation (WAD).
    @return U (WAD), rounded down.
    """
    assert _tasks < TASKS_LIMIT, "utility: tasks out of range"
    assert _difficulty <= WAD, "utility: difficulty above one"
    assert _participation <= WAD, "utility: participation above one"
    counted: uint256 = min(_tasks, _max_tasks)
    quality: uint256 = _weights_bps[1] * _difficulty + _weights_bps[2] * _participation
    return (_weights_bps[0] * counted * WAD + quality * _max_tasks) // (BPS * _max_tasks)


@internal
@pure
def _limited(_utility: uint256, _last: uint256, _max_change: uint256) -> uint256:
    """
    @notice U, at most last + max_change. Only a rise is slowed: after a stolen epoch at U = 1 the
            honest ones that follow are paid what they measured.
    @dev The result is at most U, which is at most 1. Nothing is divided.
    @param _utility The utility of this epoch (WAD).
    @param _last The utility of the last settled epoch (WAD).
    @param _max_change The largest rise allowed (WAD, at most 1).
    @return The limited utility (WAD).
    """
    return min(_utility, _last + _max_change)
