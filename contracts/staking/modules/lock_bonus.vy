# pragma version ~=0.4.3
"""
@title Lock bonus: extra reward weight for stake that is locked for whole months
@license AGPL-3.0-only
@notice A lock of m 30-day months earns m times the monthly bonus on reward weight until it ends,
        m at most twelve (ADR-004, "Lock Bonus Cap"). Stake added to a running lock earns for the
        whole months that are left, and the position the average of both, rounded down: nobody earns
        a bonus for time that was not locked.
"""

# --- constants ---

MONTH: constant(uint256) = 30 * 86_400
MAX_MONTHS: constant(uint256) = 12
MAX_BONUS_BPS: constant(uint256) = 1_000  # of a whole lock, by deployment

# --- internal ---

@internal
@pure
def _bonus(_bps_per_month: uint256, _months: uint256) -> uint256:
    """
    @dev Bonus in bps of a lock of `_months`.
    """
    return _bps_per_month * min(_months, MAX_MONTHS)


@internal
@view
def _months_left(_unlocks_at: uint256) -> uint256:
    """
    @dev Whole months until a lock ends; 0 when it has.
    """
    if _unlocks_at <= block.timestamp:
        return 0
    return (_unlocks_at - block.timestamp) // MONTH


@internal
@pure
def _blend(_shares: uint256, _bonus: uint256, _added: uint256, _added_bonus: uint256) -> uint256:
    """
    @dev Bonus of a position of `_shares` to which `_added` come, rounded down.
    """
    return (_shares * _bonus + _added * _added_bonus) // (_shares + _added)
