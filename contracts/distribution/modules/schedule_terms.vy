# pragma version ~=0.4.3
"""
@title Schedule terms: which intervals are over, and what of them is paid next
@license AGPL-3.0-only
@notice Intervals are counted, never remembered one by one, so a year of them costs what one does:

            over(block) = (block - from_block) // interval_blocks          0 before from_block

        A change waits for the interval that runs: up to the turn, the first block at which one is
        over, the old terms count; from there the new ones, which begin to count at it. Either count
        is taken at most at its end (the turn; the last block), and what is `done` (paid, skipped)
        is taken off. The old terms are paid first, and go once nothing is left of them.

        While a schedule is paused its clock stands at `paused_at`; what is over in between is added
        to what is done, so it is never paid, and what was due before stays owed.
@dev    Blocks have 32 bits and amounts 104: no product here overflows. Model: mdt.model.schedules.
"""

# --- interfaces ---

from interfaces import IDistributionSchedules

# --- constants ---

MAX_AMOUNT: constant(uint256) = 2**104 - 1  # wei for each interval: as much as a token can have
MAX_INTERVAL: constant(uint256) = 10_000_000  # almost a year of three-second blocks

# --- internal ---

@internal
@pure
def _check_terms(_amount: uint256, _interval_blocks: uint256):
    assert 0 < _amount and _amount <= MAX_AMOUNT, "schedules: bad amount"
    assert 0 < _interval_blocks and _interval_blocks <= MAX_INTERVAL, "schedules: bad interval"


@internal
@pure
def _over(_terms: IDistributionSchedules.Terms, _block: uint256) -> uint256:
    """
    @dev Intervals over by a block, from the first one on.
    """
    if _terms.amount == 0 or _block <= _terms.from_block:
        return 0
    return (_block - _terms.from_block) // _terms.interval_blocks


@internal
@pure
def _turn(_schedule: IDistributionSchedules.Schedule) -> uint256:
    """
    @dev Where the first of the two terms ends.
    """
    if _schedule.next_terms.amount == 0:
        return _schedule.last_block
    return _schedule.next_terms.from_block


@internal
@pure
def _over_both(
    _schedule: IDistributionSchedules.Schedule, _block: uint256
) -> (uint256, uint256):
    return (
        self._over(_schedule.terms, min(_block, self._turn(_schedule))),
        self._over(_schedule.next_terms, min(_block, _schedule.last_block)),
    )


@internal
@view
def _unpaid(_schedule: IDistributionSchedules.Schedule) -> (uint256, uint256):
    """
    @dev Intervals over and not done, by the old and by the new terms.
    """
    if _schedule.is_cancelled:
        return 0, 0
    clock: uint256 = block.number
    if _schedule.paused_at > 0:
        clock = _schedule.paused_at
    old: uint256 = 0
    new: uint256 = 0
    old, new = self._over_both(_schedule, clock)
    return old - _schedule.terms.done, new - _schedule.next_terms.done


@internal
@pure
def _covered(
    _schedule: IDistributionSchedules.Schedule, _old: uint256, _new: uint256, _funds: uint256
) -> (uint256, uint256):
    """
    @dev Of them, what the funds cover: whole intervals, none of the new before all of the old.
    """
    old: uint256 = min(_old, _funds // _schedule.terms.amount)
    if old < _old or _new == 0:
        return old, 0
    rest: uint256 = _funds - old * _schedule.terms.amount
    return old, min(_new, rest // _schedule.next_terms.amount)


@internal
@pure
def _amount_of(
    _schedule: IDistributionSchedules.Schedule, _old: uint256, _new: uint256
) -> uint256:
    return _old * _schedule.terms.amount + _new * _schedule.next_terms.amount


@internal
@pure
def _blocks_of(
    _schedule: IDistributionSchedules.Schedule, _old: uint256, _new: uint256
) -> uint256:
    """
    @dev Blocks that these intervals are long together.
    """
    return (
        _old * _schedule.terms.interval_blocks + _new * _schedule.next_terms.interval_blocks
    )


@internal
@view
def _done(
    _schedule: IDistributionSchedules.Schedule, _old: uint256, _new: uint256
) -> IDistributionSchedules.Schedule:
    """
    @dev The schedule with these intervals done; the new terms take over where nothing is left of
         the old ones.
    """
    schedule: IDistributionSchedules.Schedule = _schedule
    schedule.terms.done += _old
    schedule.next_terms.done += _new
    turn: uint256 = schedule.next_terms.from_block
    if schedule.next_terms.amount > 0 and block.number >= turn:
        if schedule.terms.done == self._over(schedule.terms, turn):
            schedule.terms = schedule.next_terms
            schedule.next_terms = empty(IDistributionSchedules.Terms)
    return schedule


@internal
@view
def _skip(
    _schedule: IDistributionSchedules.Schedule,
) -> (IDistributionSchedules.Schedule, uint256):
    """
    @dev A paused schedule with what was over since `paused_at` done, and how many that were.
    """
    old_then: uint256 = 0
    new_then: uint256 = 0
    old: uint256 = 0
    new: uint256 = 0
    old_then, new_then = self._over_both(_schedule, _schedule.paused_at)
    old, new = self._over_both(_schedule, block.number)
    old -= old_then
    new -= new_then
    schedule: IDistributionSchedules.Schedule = self._done(_schedule, old, new)
    schedule.paused_at = block.number
    return schedule, old + new


@internal
@view
def _running_ends_at(_terms: IDistributionSchedules.Terms) -> uint256:
    """
    @dev Where the interval that runs is over; before the first one, where that begins.
    """
    if block.number < _terms.from_block:
        return _terms.from_block
    return self._next_over(_terms)


@internal
@view
def _next_over(_terms: IDistributionSchedules.Terms) -> uint256:
    """
    @dev The first block above this one at which an interval is over.
    """
    return _terms.from_block + (self._over(_terms, block.number) + 1) * _terms.interval_blocks
