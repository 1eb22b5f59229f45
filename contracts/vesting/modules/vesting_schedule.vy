# pragma version ~=0.4.3
"""
@title Vesting schedule: which terms are possible, how they fit one word, and how much is vested
@license AGPL-3.0-only
@notice         vested(t) = 0                                              t < start
                            initial                                        t < start + cliff
                            initial + (amount - initial) * elapsed / span  t < start + duration
                            amount                                         from then on

            initial = amount * at_start_bps / 10,000
            accrual from the start:  elapsed = t - start          span = duration
            accrual from the cliff:  elapsed = t - start - cliff  span = duration - cliff

        Both divisions round down: the beneficiary has less than two UNITs too little, and not for
        good, since the end pays everything. Time is the block's timestamp in seconds.
@dev    Word    amount 86 | claimed 86 | start 32 | cliff 16 | duration 18 | at start bps 14 |
                from cliff 1 | revocable 1 | ended 1 | moved 1
        Amounts are UNITs, the start is seconds, cliff and duration are hours. A word is zero only
        where there never was a schedule: no existing one has an amount of zero and is not ended.
        Where one has moved away: moved 1 | zero 89 | its new index 6 | its new beneficiary 160.
        Every product below stays under 2^86 * 2^30, so none of the arithmetic needs a check.
"""

# --- interfaces ---

from interfaces import IVesting

# --- constants ---

BPS: constant(uint256) = 10_000
HOUR: constant(uint256) = 3_600
YEAR: constant(uint256) = 365 * 86_400

AMOUNT_BITS: constant(uint256) = 86
START_BITS: constant(uint256) = 32
CLIFF_BITS: constant(uint256) = 16
DURATION_BITS: constant(uint256) = 18
BPS_BITS: constant(uint256) = 14

CLAIMED_AT: constant(uint256) = AMOUNT_BITS
START_AT: constant(uint256) = CLAIMED_AT + AMOUNT_BITS
CLIFF_AT: constant(uint256) = START_AT + START_BITS
DURATION_AT: constant(uint256) = CLIFF_AT + CLIFF_BITS
BPS_AT: constant(uint256) = DURATION_AT + DURATION_BITS
FLAGS_AT: constant(uint256) = BPS_AT + BPS_BITS

FROM_CLIFF: constant(uint256) = 1 << FLAGS_AT
REVOCABLE: constant(uint256) = 2 << FLAGS_AT
ENDED: constant(uint256) = 4 << FLAGS_AT
MOVED: constant(uint256) = 8 << FLAGS_AT  # the schedule that was here has another beneficiary now
INDEX_AT: constant(uint256) = 160  # of where it went
INDEX_BITS: constant(uint256) = 6

# A start further off than this is a slip of the pen: milliseconds, say.
MAX_START_AHEAD: constant(uint256) = 10 * YEAR
# The longest plan known is ten years; 18 bits of hours hold almost thirty.
MAX_DURATION: constant(uint256) = 20 * YEAR
# Seven years and a half: as many hours as the field holds.
MAX_CLIFF: constant(uint256) = (2**CLIFF_BITS - 1) * HOUR

# --- internal ---

@internal
@view
def _pack(_terms: IVesting.Terms, _unit: uint256) -> uint256:
    """
    @dev The word of a new schedule, once its terms are checked.
         Reverts with "vesting: zero amount", "vesting: not whole units",
         "vesting: amount out of bounds", "vesting: start in the past",
         "vesting: start out of bounds", "vesting: duration out of bounds",
         "vesting: cliff after the end", "vesting: cliff out of bounds",
         "vesting: not whole hours", "vesting: share above the whole".
    """
    units: uint256 = unsafe_div(_terms.amount, _unit)
    assert _terms.amount > 0, "vesting: zero amount"
    assert unsafe_mul(units, _unit) == _terms.amount, "vesting: not whole units"
    assert units < 2**AMOUNT_BITS, "vesting: amount out of bounds"
    start: uint256 = _terms.start
    assert start >= block.timestamp, "vesting: start in the past"
    latest: uint256 = min(block.timestamp + MAX_START_AHEAD, 2**START_BITS - 1)
    assert start <= latest, "vesting: start out of bounds"
    duration: uint256 = _terms.duration_seconds
    assert unsafe_sub(duration, 1) < MAX_DURATION, "vesting: duration out of bounds"
    cliff: uint256 = _terms.cliff_seconds
    assert cliff <= duration, "vesting: cliff after the end"
    assert cliff <= MAX_CLIFF, "vesting: cliff out of bounds"
    assert (duration % HOUR) | (cliff % HOUR) == 0, "vesting: not whole hours"
    assert _terms.at_start_bps <= BPS, "vesting: share above the whole"

    word: uint256 = (
        units
        | (start << START_AT)
        | (unsafe_div(cliff, HOUR) << CLIFF_AT)
        | (unsafe_div(duration, HOUR) << DURATION_AT)
        | (_terms.at_start_bps << BPS_AT)
    )
    if _terms.is_from_cliff:
        word |= FROM_CLIFF
    if _terms.is_revocable:
        word |= REVOCABLE
    return word


@internal
@pure
def _exists(_word: uint256) -> bool:
    """
    @dev Neither empty nor moved away; MOVED is the highest bit.
    """
    return unsafe_sub(_word, 1) < MOVED - 1


@internal
@pure
def _moved(_beneficiary: address, _index: uint256) -> uint256:
    """
    @dev The word that a schedule leaves behind when it moves.
    """
    return MOVED | (_index << INDEX_AT) | convert(_beneficiary, uint256)


@internal
@pure
def _moved_to(_word: uint256) -> (address, uint256):
    """
    @dev The zero address where nothing has moved away.
    """
    if _word & MOVED == 0:
        return empty(address), 0
    index: uint256 = (_word >> INDEX_AT) & (2**INDEX_BITS - 1)
    return convert(_word & (2**INDEX_AT - 1), address), index


@internal
@pure
def _amount(_word: uint256) -> uint256:
    """
    @dev In UNITs, as everything here.
    """
    return _word & (2**AMOUNT_BITS - 1)


@internal
@pure
def _claimed(_word: uint256) -> uint256:
    return (_word >> CLAIMED_AT) & (2**AMOUNT_BITS - 1)


@internal
@pure
def _add_claimed(_word: uint256, _units: uint256) -> uint256:
    """
    @dev The caller answers for it that no more is claimed than is vested.
    """
    return unsafe_add(_word, _units << CLAIMED_AT)


@internal
@pure
def _end(_word: uint256, _vested: uint256) -> uint256:
    """
    @dev The schedule after an early end: all that is left of it is vested and paid.
    """
    return (_word >> START_AT << START_AT) | (_vested << CLAIMED_AT) | _vested | ENDED


@internal
@pure
def _vested(_word: uint256, _time: uint256) -> uint256:
    """
    @dev The law of the header. An ended schedule's amount is what was vested when it ended.
    """
    amount: uint256 = self._amount(_word)
    if _word & ENDED != 0:
        return amount
    start: uint256 = (_word >> START_AT) & (2**START_BITS - 1)
    if _time < start:
        return 0
    elapsed: uint256 = unsafe_sub(_time, start)
    span: uint256 = unsafe_mul((_word >> DURATION_AT) & (2**DURATION_BITS - 1), HOUR)
    if elapsed >= span:
        return amount
    bps: uint256 = (_word >> BPS_AT) & (2**BPS_BITS - 1)
    initial: uint256 = unsafe_div(unsafe_mul(amount, bps), BPS)
    cliff: uint256 = unsafe_mul((_word >> CLIFF_AT) & (2**CLIFF_BITS - 1), HOUR)
    if elapsed < cliff:
        return initial
    if _word & FROM_CLIFF != 0:
        elapsed = unsafe_sub(elapsed, cliff)
        span = unsafe_sub(span, cliff)  # not zero: cliff <= elapsed < span
    accrued: uint256 = unsafe_div(unsafe_mul(unsafe_sub(amount, initial), elapsed), span)
    return unsafe_add(initial, accrued)


@internal
@view
def _show(_word: uint256, _unit: uint256) -> IVesting.Schedule:
    """
    @dev Without what is proposed for it; zeros where there is no schedule.
    """
    if not self._exists(_word):
        return empty(IVesting.Schedule)
    start: uint256 = (_word >> START_AT) & (2**START_BITS - 1)
    cliff: uint256 = ((_word >> CLIFF_AT) & (2**CLIFF_BITS - 1)) * HOUR
    duration: uint256 = ((_word >> DURATION_AT) & (2**DURATION_BITS - 1)) * HOUR
    return IVesting.Schedule(
        amount=self._amount(_word) * _unit,
        claimed=self._claimed(_word) * _unit,
        vested=self._vested(_word, block.timestamp) * _unit,
        start=start,
        cliff_ends_at=start + cliff,
        ends_at=start + duration,
        at_start_bps=(_word >> BPS_AT) & (2**BPS_BITS - 1),
        is_from_cliff=_word & FROM_CLIFF != 0,
        is_revocable=_word & REVOCABLE != 0,
        is_ended=_word & ENDED != 0,
        proposed_beneficiary=empty(address),
        acceptable_at=0,
    )
