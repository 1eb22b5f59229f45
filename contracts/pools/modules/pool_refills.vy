# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Pool refills: below which amount a pool is topped up, and by which schedule
@license AGPL-3.0-only
@notice The owner names a threshold and a schedule of DistributionSchedules that pays into the pool;
        below the threshold anyone may have that schedule pay what is due.
"""

# --- interfaces ---

from interfaces import IDistributionSchedules
from interfaces import IReservePools

# --- modules ---

from . import pool_books
from snekmate.auth import ownable

uses: ownable
uses: pool_books

# --- storage ---

_refills: HashMap[uint256, IReservePools.Refill]  # pool id => when and from where it is topped up

# --- permissionless ---

@external
@reentrant
def top_up(_pool_id: uint256) -> uint256:
    """
    @notice Have a pool that is below its threshold filled by its schedule, which pays all that is
            due and covered.
    @dev Without the lock, since the schedule comes back in through `replenish`. It writes nothing.
    @param _pool_id Number of the pool.
    @return Wei that came in.
    @custom:error "pools: no refill", "pools: enough available", "pools: nothing came in", or as the
                  schedule does: "schedules: nothing due" for one.
    """
    refill: IReservePools.Refill = self._refills[_pool_id]
    assert refill.threshold > 0, "pools: no refill"
    assert pool_books._available(_pool_id) < refill.threshold, "pools: enough available"
    before: uint256 = pool_books._put_in_so_far(_pool_id)
    extcall IDistributionSchedules(refill.schedules).process(refill.schedule_id)
    amount: uint256 = pool_books._put_in_so_far(_pool_id) - before
    assert amount > 0, "pools: nothing came in"
    log IReservePools.ToppedUp(
        pool_id=_pool_id, schedule_id=refill.schedule_id, amount=amount
    )
    return amount

# --- governance ---

@external
def set_refill(_pool_id: uint256, _refill: IReservePools.Refill):
    """
    @notice Say below which amount anyone may have a pool topped up, and by which schedule; all zero
            ends it. A schedule pays whoever asks it, whatever the threshold: that only says when
            the pool asks.
    @param _pool_id Number of the pool.
    @param _refill Threshold in wei, and a schedule that pays into this pool.
    @custom:error "ownable: caller is not the owner", "pools: unknown pool",
                  "pools: pool is closed", "pools: nothing changes", "pools: zero threshold",
                  "pools: schedules have no code", "pools: schedule pays another"
    """
    ownable._check_owner()
    pool_books._check_open(_pool_id)
    old_refill: IReservePools.Refill = self._refills[_pool_id]
    is_same: bool = keccak256(abi_encode(old_refill)) == keccak256(abi_encode(_refill))
    assert not is_same, "pools: nothing changes"
    if keccak256(abi_encode(_refill)) != keccak256(abi_encode(empty(IReservePools.Refill))):
        self._check_refill(_pool_id, _refill)
    self._refills[_pool_id] = _refill
    log IReservePools.RefillSet(pool_id=_pool_id, old_refill=old_refill, new_refill=_refill)

# --- internal ---

@internal
@view
def _check_refill(_pool_id: uint256, _refill: IReservePools.Refill):
    assert _refill.threshold > 0, "pools: zero threshold"
    assert _refill.schedules.is_contract, "pools: schedules have no code"
    schedule: IDistributionSchedules.Schedule = staticcall IDistributionSchedules(
        _refill.schedules
    ).schedule(_refill.schedule_id)
    pays_here: bool = schedule.recipient == self and schedule.pool_id == _pool_id
    assert pays_here, "pools: schedule pays another"
