# pragma version ~=0.4.3
"""
@title Halving schedule in closed form
@license AGPL-3.0-only
@notice Era e pays `initial >> e` wei for each of its `interval` blocks, e = 0 .. halvings; after
        the last era nothing is paid. With k elapsed blocks, e = k // interval and r = initial >> e:

            cumulative(k) = interval * 2 * (initial - r) + (k % interval) * r      (e <= halvings)
            cumulative(k) = interval * (2 * initial - (initial >> halvings))       (afterwards)

        The first term is the geometric sum of all finished eras. It is exact because every schedule
        is checked once by `_require_schedule`: `initial` is divisible by 2^halvings, so no era
        loses a wei to a shift. Nothing is rounded, so nobody is favoured, and the cost does not
        depend on the elapsed time.

        Differences are the whole accounting: what blocks [a, b) earn is C(b) - C(a), also when they
        straddle any number of era boundaries.
@dev    Stateless. `_interval` of the functions below must have passed `_require_schedule`.
        Model: mdt.model.halving.
"""

# --- constants ---

# Below 2^128 wei per block and 2^40 blocks per era every product stays far below 2^256.
MAX_INITIAL: constant(uint256) = 2**128 - 1
MAX_INTERVAL: constant(uint256) = 2**40 - 1
# At 32 halvings a reward is a four-billionth of the first: more eras would only be dust.
MAX_HALVINGS: constant(uint256) = 32

# --- internal ---

@internal
@pure
def _require_schedule(_initial: uint256, _interval: uint256, _halvings: uint256):
    """
    @notice Refuse a schedule that is empty, out of bounds or would lose a wei in some era.
    @param _initial Wei per block in era 0.
    @param _interval Blocks per era.
    @param _halvings Eras after the first one.
    """
    assert _halvings <= MAX_HALVINGS, "halving: too many halvings"
    assert _interval > 0, "halving: zero interval"
    assert _interval <= MAX_INTERVAL, "halving: interval too long"
    assert _initial > 0, "halving: zero initial"
    assert _initial <= MAX_INITIAL, "halving: initial too large"
    assert _initial % (1 << _halvings) == 0, "halving: initial not exact"


@internal
@pure
def _era_at(_interval: uint256, _elapsed: uint256) -> uint256:
    """
    @notice The era of the block that comes `_elapsed` blocks after the first one; goes on counting
            after the last paid era.
    """
    return _elapsed // _interval  # rounds down: a boundary block belongs to the new era


@internal
@pure
def _reward_at(
    _initial: uint256, _interval: uint256, _halvings: uint256, _elapsed: uint256
) -> uint256:
    """
    @notice Wei paid for the block that comes `_elapsed` blocks after the first one.
    """
    era: uint256 = self._era_at(_interval, _elapsed)
    if era > _halvings:
        return 0
    return _initial >> era


@internal
@pure
def _cumulative(
    _initial: uint256, _interval: uint256, _halvings: uint256, _elapsed: uint256
) -> uint256:
    """
    @notice Wei paid for the first `_elapsed` blocks together.
    """
    era: uint256 = self._era_at(_interval, _elapsed)
    if era > _halvings:
        return self._lifetime_total(_initial, _interval, _halvings)
    reward: uint256 = _initial >> era
    return _interval * 2 * (_initial - reward) + (_elapsed % _interval) * reward


@internal
@pure
def _lifetime_total(_initial: uint256, _interval: uint256, _halvings: uint256) -> uint256:
    """
    @notice Wei paid over all eras: interval * sum of (initial >> e), e = 0 .. halvings.
    """
    return _interval * (2 * _initial - (_initial >> _halvings))
