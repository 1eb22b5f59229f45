# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Schedule books: all schedules there ever were, by number, readable from state
@license AGPL-3.0-only
@notice Schedules are numbered from 1 and never removed. What was handed in for them and not yet
        paid is `total_held`, which the tokens held have to cover.
"""

# --- interfaces ---

from interfaces import IDistributionSchedules

# --- modules ---

from . import schedule_terms

# --- constants ---

# What a page shows: 20 storage words each, so that the largest stays below a million gas.
MAX_SCHEDULES: constant(uint256) = 20

# --- storage ---

schedule_count: public(uint256)  # schedules are numbered from 1
total_held: public(uint256)  # wei handed in and not yet paid, over all schedules
_schedules: HashMap[uint256, IDistributionSchedules.Schedule]  # schedule id => all there is to it

# --- views ---

@external
@view
def schedule(_schedule_id: uint256) -> IDistributionSchedules.Schedule:
    """
    @notice All there is to a schedule. Terms of which nothing is left can still be shown with the
            new ones behind them: they go with the next payment.
    @custom:error "schedules: unknown schedule"
    """
    self._check_known(_schedule_id)
    return self._schedules[_schedule_id]


@external
@view
def schedules(
    _first_id: uint256, _limit: uint256
) -> DynArray[IDistributionSchedules.Schedule, MAX_SCHEDULES]:
    """
    @notice Schedules from number _first_id on, at most 20; fewer at the end.
    """
    page: DynArray[IDistributionSchedules.Schedule, MAX_SCHEDULES] = []
    for i: uint256 in range(min(_limit, MAX_SCHEDULES), bound=MAX_SCHEDULES):
        id: uint256 = max(_first_id, 1) + i
        if id > self.schedule_count:
            break
        page.append(self._schedules[id])
    return page


@external
@view
def next_due_block(_schedule_id: uint256) -> uint256:
    """
    @notice The first block above this one at which an interval is over; 0 if there is none, and
            while the schedule is paused.
    @custom:error "schedules: unknown schedule"
    """
    self._check_known(_schedule_id)
    schedule: IDistributionSchedules.Schedule = self._schedules[_schedule_id]
    if schedule.is_cancelled or schedule.paused_at > 0:
        return 0
    next_block: uint256 = schedule_terms._next_over(schedule.terms)
    if next_block <= schedule_terms._turn(schedule):
        return next_block
    next_block = schedule_terms._next_over(schedule.next_terms)
    if schedule.next_terms.amount > 0 and next_block <= schedule.last_block:
        return next_block
    return 0

# --- internal ---

@internal
@view
def _check_known(_schedule_id: uint256):
    is_known: bool = 0 < _schedule_id and _schedule_id <= self.schedule_count
    assert is_known, "schedules: unknown schedule"


@internal
@view
def _check_active(_schedule_id: uint256):
    self._check_known(_schedule_id)
    is_cancelled: bool = self._schedules[_schedule_id].is_cancelled
    assert not is_cancelled, "schedules: is cancelled"


@internal
@view
def _load_active(_schedule_id: uint256) -> IDistributionSchedules.Schedule:
    self._check_active(_schedule_id)
    return self._schedules[_schedule_id]


@internal
def _skip(
    _schedule_id: uint256, _schedule: IDistributionSchedules.Schedule
) -> IDistributionSchedules.Schedule:
    schedule: IDistributionSchedules.Schedule = _schedule
    intervals: uint256 = 0
    schedule, intervals = schedule_terms._skip(_schedule)
    if intervals > 0:
        log IDistributionSchedules.Skipped(schedule_id=_schedule_id, intervals=intervals)
    return schedule
