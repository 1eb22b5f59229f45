# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Spending budget: how much of a token may leave in a period
@license AGPL-3.0-only
@notice Periods have a fixed length and are counted from deployment. Each token has an amount that
        may leave in a period; what is left over is not carried into the next. A cut applies at
        once, a raise from the start of the period after the next: whoever captures the owner
        cannot raise and spend in one period, and everybody sees a raise a whole period ahead.

        Two periods touch: around the end of one, two budgets can leave in a short time.
@dev A spending reads and writes one word of its token:

         | raise_waits 1 | period 31 | spent 112 | amount 112 |

     `spent` counts in `period` only. A raise has a word of its own, | from_period | amount 112 |,
     which means nothing unless `raise_waits` is set.
"""

# --- interfaces ---

from interfaces import ITreasury

# --- constants ---

# A day is the least in which anybody can notice; a budget that lasts over a year is none.
MIN_PERIOD_SECONDS: public(constant(uint256)) = 86_400
MAX_PERIOD_SECONDS: public(constant(uint256)) = 365 * 86_400
# The period that runs may nearly be over: only the one after it is a whole one of notice.
NOTICE_PERIODS: constant(uint256) = 2

# Far above the supply of any token: 5 * 10^33 units.
AMOUNT_BITS: constant(uint256) = 112
AMOUNT_MASK: constant(uint256) = 2**AMOUNT_BITS - 1
PERIOD_SHIFT: constant(uint256) = 2 * AMOUNT_BITS
# 31 bits of periods of a day or more: over five million years
PERIOD_MASK: constant(uint256) = 2**31 - 1
WAITS_SHIFT: constant(uint256) = 255

# --- immutables ---

PERIOD_SECONDS: public(immutable(uint256))
STARTED_AT: public(immutable(uint256))  # timestamp period 0 began at

# --- storage ---

words: HashMap[address, uint256]  # token => packed budget
raises: HashMap[address, uint256]  # token => packed raise

# --- constructor ---

@deploy
def __init__(_period_seconds: uint256):
    """
    @dev Reverts with "treasury: period out of bounds".
    """
    assert (
        MIN_PERIOD_SECONDS <= _period_seconds and _period_seconds <= MAX_PERIOD_SECONDS
    ), "treasury: period out of bounds"
    PERIOD_SECONDS = _period_seconds
    STARTED_AT = block.timestamp

# --- views ---

@external
@view
def budget(_token: address) -> ITreasury.Budget:
    """
    @notice What may leave in the period that runs and what has left, and a raise that waits.
    @param _token Any token; all zero but the period's end when it never had a budget.
    """
    period: uint256 = self._period()
    amount: uint256 = 0
    spent: uint256 = 0
    raise_waits: bool = False
    amount, spent, raise_waits = self._load(_token, period)
    found: ITreasury.Budget = empty(ITreasury.Budget)
    found.amount = amount
    found.spent = spent
    # a cut may have left less than was spent before it
    found.left = amount - min(spent, amount)
    found.period_ends_at = self._starts_at(period + 1)
    if raise_waits:
        waiting: uint256 = self.raises[_token]
        found.next_amount = waiting & AMOUNT_MASK
        found.next_at = self._starts_at(waiting >> AMOUNT_BITS)
    return found

# --- internal ---

@internal
def _charge(_token: address, _amount: uint256):
    """
    @dev Counts `_amount` in the period that runs. Reverts with "treasury: over budget".
    """
    period: uint256 = self._period()
    amount: uint256 = 0
    spent: uint256 = 0
    raise_waits: bool = False
    amount, spent, raise_waits = self._load(_token, period)
    assert spent <= amount and _amount <= unsafe_sub(amount, spent), "treasury: over budget"
    # the sum is at most `amount`: it fits its field
    self.words[_token] = self._pack(amount, unsafe_add(spent, _amount), period, raise_waits)


@internal
def _set(_token: address, _amount: uint256):
    """
    @notice A cut, or withdrawing a raise, applies now and drops the raise that waits; a raise
            waits, in place of the one before, and its notice begins anew.
    @dev Reverts with "treasury: budget out of bounds" or "treasury: nothing changes".
    """
    assert _amount <= AMOUNT_MASK, "treasury: budget out of bounds"
    period: uint256 = self._period()
    amount: uint256 = 0
    spent: uint256 = 0
    raise_waits: bool = False
    amount, spent, raise_waits = self._load(_token, period)
    if _amount <= amount:
        assert _amount != amount or raise_waits, "treasury: nothing changes"
        self.words[_token] = self._pack(_amount, spent, period, False)
        self._log_set(_token, amount, _amount, block.timestamp)
        return

    if raise_waits:
        assert _amount != self.raises[_token] & AMOUNT_MASK, "treasury: nothing changes"
    from_period: uint256 = period + NOTICE_PERIODS
    self.raises[_token] = (from_period << AMOUNT_BITS) | _amount
    self.words[_token] = self._pack(amount, spent, period, True)
    self._log_set(_token, amount, _amount, self._starts_at(from_period))


@internal
def _open(_token: address, _amount: uint256):
    """
    @notice The first budget of a token, in force at once; for the constructor.
    @dev Reverts with "treasury: budget out of bounds".
    """
    assert _amount <= AMOUNT_MASK, "treasury: budget out of bounds"
    self.words[_token] = _amount
    self._log_set(_token, 0, _amount, block.timestamp)


@internal
def _log_set(_token: address, _old_amount: uint256, _new_amount: uint256, _effective_at: uint256):
    log ITreasury.BudgetSet(
        token=_token,
        old_amount=_old_amount,
        new_amount=_new_amount,
        effective_at=_effective_at,
    )


@internal
@view
def _load(_token: address, _period: uint256) -> (uint256, uint256, bool):
    """
    @dev Amount in force in `_period`, which runs; what was spent in it; whether a raise waits.
    """
    word: uint256 = self.words[_token]
    amount: uint256 = word & AMOUNT_MASK
    raise_waits: bool = word >> WAITS_SHIFT != 0
    if raise_waits:
        waiting: uint256 = self.raises[_token]
        if waiting >> AMOUNT_BITS <= _period:
            amount = waiting & AMOUNT_MASK
            raise_waits = False
    spent: uint256 = 0
    if (word >> PERIOD_SHIFT) & PERIOD_MASK == _period:
        spent = (word >> AMOUNT_BITS) & AMOUNT_MASK
    return amount, spent, raise_waits


@internal
@view
def _period() -> uint256:
    """
    @dev Number of the period that runs.
    """
    return (block.timestamp - STARTED_AT) // PERIOD_SECONDS


@internal
@view
def _starts_at(_period: uint256) -> uint256:
    return STARTED_AT + _period * PERIOD_SECONDS


@internal
@pure
def _pack(_amount: uint256, _spent: uint256, _period: uint256, _raise_waits: bool) -> uint256:
    return (
        (convert(_raise_waits, uint256) << WAITS_SHIFT)
        | (_period << PERIOD_SHIFT)
        | (_spent << AMOUNT_BITS)
        | _amount
    )
