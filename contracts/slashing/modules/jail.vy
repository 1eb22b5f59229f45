# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Jail: until when slashed validators cannot come back
@license AGPL-3.0-only
@notice Every slash that was not overturned keeps its validator in jail for some time, each for
        itself: overturning one gives back what that one took, in whatever order they are decided.

            jailed until = the latest of: slashes upheld, the slash in escrow of each offence

        An offence other than double signing that lies before the block in which its validator was
        last jailed adds no time: its jail ends no later than that one. Of two offences of one
        outage nobody can hold back the second to make jail longer.

        When the time is over and nothing is in escrow operator or owner bring the validator back.
        Nobody brings back one that signed twice. The bars themselves are Staking's.
@dev    Word: | upheld 40 | in escrow, by offence 3 x 40 | jailed in block 40 |, the first four
        timestamps; 0 = none.
        A new slasher starts empty: whom an earlier one jailed can come back at once.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from ...common import packing
from . import votes

# the registry that knows operators
uses: votes

# --- constants ---

# bits of IStaking.Validator.status
JAILED: constant(uint256) = 4
TOMBSTONED: constant(uint256) = 8

_TIME_BITS: constant(uint256) = 40
_MASK_40: constant(uint256) = 2**40 - 1
_UPHELD: constant(uint256) = 0
_FIELDS: constant(uint256) = 4
_BLOCK: constant(uint256) = 4  # behind them

# --- immutables ---

STAKING: public(immutable(IStaking))

# --- storage ---

_until: HashMap[uint256, uint256]  # validator => packed

# --- constructor ---

@deploy
def __init__(_staking: address):
    STAKING = IStaking(_staking)

# --- permissionless ---

@external
def unjail(_validator_id: uint256):
    """
    @notice Lets a validator earn again whose time is over; its operator or owner. With too little
            own stake it still does not, until there is enough.
    @param _validator_id Number of the validator.
    @custom:error "slasher: not the operator", "slasher: not jailed", "slasher: tombstoned",
                  "slasher: still jailed"
                  "slasher: slash in escrow" Of any offence.
    """
    may_unjail: bool = staticcall votes.VALIDATORS.may_operate(_validator_id, msg.sender)
    assert may_unjail, "slasher: not the operator"
    validator: IStaking.Validator = staticcall STAKING.validator(_validator_id)
    assert validator.status & JAILED != 0, "slasher: not jailed"
    assert validator.status & TOMBSTONED == 0, "slasher: tombstoned"
    assert validator.pending_slashes == 0, "slasher: slash in escrow"
    assert block.timestamp >= self._jailed_until(_validator_id), "slasher: still jailed"
    extcall STAKING.set_bars(_validator_id, JAILED, False)

# --- views ---

@external
@view
def jailed_until(_validator_id: uint256) -> uint256:
    """
    @notice Timestamp from which a validator can come back; 0 if it was never slashed here.
    """
    return self._jailed_until(_validator_id)

# --- internal ---

@internal
def _begin(_validator_id: uint256, _offence: uint256, _height: uint256, _seconds: uint256):
    """
    @notice A slash puts its validator in jail.
    """
    until: uint256 = block.timestamp + _seconds
    if _offence != 0 and _height < self._get(_validator_id, _BLOCK):
        until = min(until, self._jailed_until(_validator_id))
    else:
        self._set(_validator_id, _BLOCK, block.number)
    self._set(_validator_id, _offence + 1, until)


@internal
def _end(_validator_id: uint256, _offence: uint256, _is_upheld: bool):
    """
    @notice A slash is decided: its time stays, or is forgotten.
    """
    if _is_upheld:
        until: uint256 = self._get(_validator_id, _offence + 1)
        self._set(_validator_id, _UPHELD, max(until, self._get(_validator_id, _UPHELD)))
    self._set(_validator_id, _offence + 1, 0)


@internal
def _lift(_validator_id: uint256, _was_final: bool):
    """
    @notice What an overturned slash alone has caused is over. Only one slash tombstones a
            validator, and whoever had a slash in escrow is jailed.
    """
    validator: IStaking.Validator = staticcall STAKING.validator(_validator_id)
    bars: uint256 = TOMBSTONED if _was_final else 0
    is_tombstoned: bool = (validator.status & TOMBSTONED != 0) and not _was_final
    if validator.pending_slashes == 0 and not is_tombstoned:
        if block.timestamp >= self._jailed_until(_validator_id):
            bars |= JAILED
            self._set(_validator_id, _BLOCK, 0)
    if bars != 0:
        extcall STAKING.set_bars(_validator_id, bars, False)


@internal
@view
def _jailed_until(_validator_id: uint256) -> uint256:
    latest: uint256 = 0
    for place: uint256 in range(_FIELDS):
        latest = max(latest, self._get(_validator_id, place))
    return latest


@internal
@view
def _get(_validator_id: uint256, _place: uint256) -> uint256:
    return (self._until[_validator_id] >> (_place * _TIME_BITS)) & _MASK_40


@internal
def _set(_validator_id: uint256, _place: uint256, _time: uint256):
    at: uint256 = _place * _TIME_BITS
    others: uint256 = self._until[_validator_id] & ~(_MASK_40 << at)
    self._until[_validator_id] = others | packing._fits(_time, _TIME_BITS) << at
