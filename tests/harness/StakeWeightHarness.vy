# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: what stake weighs, and the bonus of locks, one by one and in batches
@license AGPL-3.0-only
"""

from contracts.staking.modules import lock_bonus
from contracts.staking.modules import stake_weight

initializes: stake_weight

struct Case:
    tokens: uint256
    boosted: uint256
    boost: uint256

struct Answer:
    segment: uint256
    effective: uint256
    weight: uint256


@deploy
def __init__(_stakes: uint256[7], _values: uint256[7], _minimum: uint256):
    stake_weight.__init__(_stakes, _minimum)
    stake_weight._write(_stakes, _values, _minimum, 0)


@external
def set_values(_values: uint256[7], _version: uint256, _acc: uint256):
    stake_weight._set(_values, _version, _acc)


@external
@view
def rows(_version: uint256) -> uint256[8]:
    return stake_weight._rows(_version)


@external
@view
def acc_at(_version: uint256) -> uint256:
    return stake_weight.acc_at[_version]


@external
@view
def answers(_version: uint256, _cases: DynArray[Case, 500]) -> DynArray[Answer, 500]:
    """
    @notice Segment, effective stake in wei and weight in units.
    """
    found: DynArray[Answer, 500] = []
    for case: Case in _cases:
        segment: uint256 = stake_weight._segment_of(case.tokens)
        row: uint256 = stake_weight._rows(_version)[segment]
        slope: uint256 = row & stake_weight.SLOPE_MASK
        intercept: uint256 = row >> stake_weight.SLOPE_BITS
        scaled: uint256 = stake_weight._scaled_weight(_version, segment, case.boosted, case.boost)
        found.append(
            Answer(
                segment=segment,
                effective=(intercept + slope * case.tokens) // stake_weight.WAD,
                weight=scaled // stake_weight.WEIGHT_UNIT,
            )
        )
    return found


@external
@pure
def bonus(_bps_per_month: uint256, _months: uint256) -> uint256:
    return lock_bonus._bonus(_bps_per_month, _months)


@external
@view
def months_left(_unlocks_at: uint256) -> uint256:
    return lock_bonus._months_left(_unlocks_at)


@external
@pure
def blend(_shares: uint256, _bonus: uint256, _added: uint256, _added_bonus: uint256) -> uint256:
    return lock_bonus._blend(_shares, _bonus, _added, _added_bonus)
