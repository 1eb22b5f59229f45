# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Stake weight: a governed, concave table of effective stake that re-weights everybody at once
@license AGPL-3.0-only
@notice Through seven (stake, value) points, piecewise linear from (0, 0), the last slope going on:

            effective(T) = (intercept_k + slope_k * T) / WAD            T in segment k
            weight       = effective(T) * average boost, in units of 2^20 wei
                         = (slope_k * boosted + intercept_k * boost / 2^24) / WEIGHT_UNIT

        with boosted = T * average boost (wei x bps) and boost = average boost (bps x 2^24). Slopes
        round down, and so does every weight: nobody weighs more than the table says. The second
        form is linear in (boosted, boost), so the sums of both over a segment are enough to weigh
        all its validators anew: changing the table costs the same however many there are. What
        rounding the parts loses makes the total at most one unit per validator larger than the
        sum of the weights: rewards of such a unit stay in the contract, and nobody is overpaid.
@dev    Breakpoints are fixed, so a new table moves nobody to another segment. Rows of old tables
        are kept: a validator that was not touched since is settled through them one by one.
        Row | slope 60 | intercept 145 |, both scaled by WAD. Model: mdt.model.stake_weight.
"""

# --- modules ---

from . import checks

# --- constants ---

POINTS: constant(uint256) = 7
SEGMENTS: constant(uint256) = POINTS + 1  # before, between and after them
WAD: constant(uint256) = 10**18
BOOST_BITS: constant(uint256) = 24
UNIT_BITS: constant(uint256) = 20
WEIGHT_UNIT: constant(uint256) = (WAD * 10_000) << UNIT_BITS
SLOPE_BITS: constant(uint256) = 60
SLOPE_MASK: constant(uint256) = 2**SLOPE_BITS - 1
MAX_STAKE: constant(uint256) = 2**85 - 1
# An active validator weighs at least a token: a lone one that weighed less would let the
# network's accumulator grow too fast for its word.
MIN_EFFECTIVE: constant(uint256) = 10**18
# A table holds for a month at least: people can see it and leave, and validators that nobody
# touches do not fall behind by many tables.
MIN_TABLE_SECONDS: constant(uint256) = 30 * 86_400

# --- immutables ---

STAKES: immutable(uint256[POINTS])  # wei, increasing
MINIMUM: immutable(uint256)  # wei, smallest own stake of an active validator

# --- storage ---

changed_at: uint256  # timestamp of the newest table
# version * 8 + segment => packed
rows: HashMap[uint256, uint256]
# version => the network's accumulator when it came into force
acc_at: HashMap[uint256, uint256]

# --- constructor ---

@deploy
def __init__(_stakes: uint256[POINTS], _minimum: uint256):
    """
    @dev Fix the breakpoints; the host writes the first values (`_write`).
    @custom:error "table: stakes not increasing", "table: stake too large"
    """
    last: uint256 = 0
    for stake: uint256 in _stakes:
        if stake <= last:
            checks._refuse("table: stakes not increasing")
        last = stake
    if last > MAX_STAKE:
        checks._refuse("table: stake too large")
    STAKES = _stakes
    MINIMUM = _minimum

# --- internal: changes ---

@internal
def _set(_values: uint256[POINTS], _version: uint256, _network_acc: uint256):
    """
    @dev Bring table `_version` into force. Reverts with "table: changed too recently",
         "table: values not increasing", "table: not concave" or
         "table: minimum weighs nothing".
    """
    if block.timestamp < self.changed_at + MIN_TABLE_SECONDS:
        checks._refuse("table: changed too recently")
    self._write(STAKES, _values, MINIMUM, _version)
    self.acc_at[_version] = _network_acc


@internal
def _write(
    _stakes: uint256[POINTS], _values: uint256[POINTS], _minimum: uint256, _version: uint256
):
    """
    @custom:error "table: values not increasing", "table: not concave",
                  "table: minimum weighs nothing"
    """
    x: uint256 = 0
    y: uint256 = 0
    slope: uint256 = WAD  # no value is above its stake
    minimum_effective: uint256 = 0
    for k: uint256 in range(SEGMENTS):
        if k < POINTS:  # the last segment goes on with the slope of the one before
            if _values[k] <= y:
                checks._refuse("table: values not increasing")
            # Rounded down, and with it everybody's weight.
            steeper: uint256 = slope
            # What is above any stake is too steep anyhow, so that the product fits.
            rise: uint256 = min(unsafe_sub(_values[k], y), 2**128)
            slope = unsafe_div(unsafe_mul(rise, WAD), unsafe_sub(_stakes[k], x))
            if slope > steeper:
                checks._refuse("table: not concave")
        # Both fit: a slope is at most WAD, and a value at most its stake.
        intercept: uint256 = y * WAD - slope * x
        self.rows[_version * 8 + k] = slope | (intercept << SLOPE_BITS)
        if x <= _minimum:
            minimum_effective = (intercept + slope * _minimum) // WAD
        if k < POINTS:
            x = _stakes[k]
            y = _values[k]
    if minimum_effective < MIN_EFFECTIVE:
        checks._refuse("table: minimum weighs nothing")
    self.changed_at = block.timestamp

# --- internal: reads ---

@internal
@view
def _segment_of(_tokens: uint256) -> uint256:
    """
    @dev Number of breakpoints at or below a stake.
    """
    for k: uint256 in range(POINTS):
        if _tokens < STAKES[k]:
            return k
    return POINTS


@internal
@view
def _rows(_version: uint256) -> uint256[SEGMENTS]:
    rows: uint256[SEGMENTS] = empty(uint256[SEGMENTS])
    for k: uint256 in range(SEGMENTS):
        rows[k] = self.rows[_version * 8 + k]
    return rows


@internal
@view
def _scaled_weight(
    _version: uint256, _segment: uint256, _boosted: uint256, _boost: uint256
) -> uint256:
    """
    @dev Weight times WEIGHT_UNIT of one validator, or of a segment's sums.
    """
    row: uint256 = self.rows[_version * 8 + _segment]
    # Unchecked: at most 60 + 99 bits and 145 + 62 bits.
    return unsafe_add(
        unsafe_mul(row & SLOPE_MASK, _boosted), unsafe_mul(row >> SLOPE_BITS, _boost) >> BOOST_BITS
    )


@internal
@view
def _weight(_version: uint256, _segment: uint256, _boosted: uint256, _boost: uint256) -> uint256:
    """
    @dev Weight of one validator, units.
    """
    return self._scaled_weight(_version, _segment, _boosted, _boost) // WEIGHT_UNIT
