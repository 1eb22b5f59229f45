# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slash split: where slashed tokens go, and how many went where
@license AGPL-3.0-only
@notice Of what is upheld

            burned      = amount * burn bps / 10,000     rounded down
            to treasury = amount - burned

        and what is overturned goes back in full. At all times

            slashed = burned + to treasury + given back + in escrow

        where given back counts when it is decided, also what is still here to be claimed.
@dev Words: | slashed 128 | burned 128 |, | to treasury 128 | given back 128 |.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IMDT

# --- modules ---

from ...common import reasons

# --- constants ---

BPS: constant(uint256) = 10_000
_HALF: constant(uint256) = 128
_MASK_128: constant(uint256) = 2**128 - 1

# --- immutables ---

TOKEN: public(immutable(address))
TREASURY: public(immutable(address))

# --- storage ---

# sums over all time, each below the token's cap (2^104 at most)
_slashed_and_burned: uint256
_treasury_and_given_back: uint256

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address):
    TOKEN = _token
    TREASURY = _treasury

# --- views ---

@external
@view
def totals() -> (uint256, uint256, uint256, uint256):
    """
    @notice Wei ever slashed (answers included), burned, paid to the treasury, and given back or
            owed back. The first less the others is in escrow.
    """
    one: uint256 = self._slashed_and_burned
    other: uint256 = self._treasury_and_given_back
    return one & _MASK_128, one >> _HALF, other & _MASK_128, other >> _HALF

# --- internal ---

@internal
def _take(_amount: uint256):
    """
    @notice Counts tokens that came in from staking.
    """
    self._slashed_and_burned += _amount


@internal
def _give_back(_amount: uint256):
    """
    @notice Counts tokens that go or can be claimed back.
    """
    self._treasury_and_given_back += _amount << _HALF


@internal
def _split(_amount: uint256, _burn_bps: uint256) -> (uint256, uint256):
    """
    @notice Burns a part and pays the treasury the rest; all other state must be final.
    @dev Reverts with "slasher: transfer failed", or as the token while this contract may not burn
         with reason SLASH.
    @return Wei burned, and wei to the treasury: an odd wei is the treasury's.
    """
    burned: uint256 = _amount * _burn_bps // BPS
    to_treasury: uint256 = _amount - burned
    self._slashed_and_burned += burned << _HALF
    self._treasury_and_given_back += to_treasury
    if burned > 0:
        extcall IMDT(TOKEN).burn(burned, reasons.BURN_SLASH)
    self._pay(TREASURY, to_treasury)
    return burned, to_treasury


@internal
def _pay(_to: address, _amount: uint256):
    """
    @dev Reverts with "slasher: transfer failed".
    """
    if _amount > 0:
        assert extcall IERC20(TOKEN).transfer(_to, _amount), "slasher: transfer failed"
