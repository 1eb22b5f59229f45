# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Vesting claims: what is vested is paid to its beneficiary, by anyone's call
@license AGPL-3.0-only
@notice Payments round down to UNITs. The token, the last thing called, moves after all is written.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IVesting

# --- modules ---

from . import vesting_schedule
from . import vesting_words

uses: vesting_words

# --- permissionless ---

@external
@reentrant
def claim(
    _beneficiary: address, _index: uint256, _amount: uint256 = max_value(uint256)
) -> uint256:
    """
    @notice Pay a beneficiary what is vested and not claimed yet, or a part of it. Anyone may call.
    @dev There is no lock, which saves 330 gas. It needs none: everything is written before the
         token, the last thing called, moves.
    @param _beneficiary Whose schedule, and who is paid.
    @param _index Which of its schedules.
    @param _amount At most this many wei, rounded down to UNITs; by default all.
    @return What was paid, in wei.
    @custom:error "vesting: no schedule", "vesting: nothing to claim", "vesting: transfer failed"
    """
    word: uint256 = vesting_words._words[_beneficiary][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    vested: uint256 = vesting_schedule._vested(word, block.timestamp)
    due: uint256 = unsafe_sub(vested, vesting_schedule._claimed(word))
    # read once: of two reads Venom loses one, `bench/gas` would show it
    unit: uint256 = vesting_words.UNIT
    units: uint256 = min(due, unsafe_div(_amount, unit))
    assert units > 0, "vesting: nothing to claim"

    vesting_words._words[_beneficiary][_index] = vesting_schedule._add_claimed(word, units)
    amount: uint256 = unsafe_mul(units, unit)
    log IVesting.Claimed(
        beneficiary=_beneficiary, index=_index, claimed_by=msg.sender, amount=amount
    )
    self._pay(_beneficiary, amount)
    return amount

# --- internal ---

@internal
def _pay(_to: address, _amount: uint256):
    assert extcall IERC20(vesting_words.TOKEN).transfer(_to, _amount), "vesting: transfer failed"
