# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Vesting words: the schedules of every beneficiary, one word each, and what they say now
@license AGPL-3.0-only
@notice Indices count up from 0 and are used once. How a schedule fits one word, and its curve,
        stand in `vesting_schedule.vy`.
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from . import vesting_schedule

# --- constants ---

# Bounds what creating one costs, and what a wallet has to read.
MAX_SCHEDULES: public(constant(uint256)) = 64

# --- immutables ---

# MDT: moves exactly what it is asked to move, calls nobody, and returns True or reverts.
TOKEN: public(immutable(address))
TREASURY: public(immutable(address))  # gets what an early end leaves over
UNIT: public(immutable(uint256))  # wei; amounts are kept in these, so that two fit a word

# --- storage ---

# beneficiary => index => packed
_words: HashMap[address, HashMap[uint256, uint256]]

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address):
    """
    @dev UNIT is the smallest power of ten in which all the token can ever mint fits a word.
    """
    TOKEN = _token
    TREASURY = _treasury
    unit: uint256 = 1
    cap: uint256 = staticcall IMDT(_token).cap()
    for _: uint256 in range(52):  # 2^256 is below 10^52 << 86
        if cap >> vesting_schedule.AMOUNT_BITS < unit:
            break
        unit *= 10
    UNIT = unit

# --- views ---

@external
@view
def vested_at(_beneficiary: address, _index: uint256, _time: uint256) -> uint256:
    """
    @notice Wei vested at any time, past or to come, if nobody ends the schedule before. Of one that
            was ended: what was vested then, whatever the time.
    """
    return vesting_schedule._vested(self._existing(_beneficiary, _index), _time) * UNIT


@external
@view
def claimable(_beneficiary: address, _index: uint256) -> uint256:
    """
    @notice Wei vested and not claimed.
    """
    word: uint256 = self._existing(_beneficiary, _index)
    vested: uint256 = vesting_schedule._vested(word, block.timestamp)
    return (vested - vesting_schedule._claimed(word)) * UNIT


@external
@view
def locked(_beneficiary: address, _index: uint256) -> uint256:
    """
    @notice Wei not vested yet; none of a schedule that was ended.
    """
    word: uint256 = self._existing(_beneficiary, _index)
    vested: uint256 = vesting_schedule._vested(word, block.timestamp)
    return (vesting_schedule._amount(word) - vested) * UNIT

# --- internal ---

@internal
@view
def _free_index(_beneficiary: address) -> uint256:
    """
    @dev The first index never used. What creators pay to look for it grows with what trusted
         creators made and what the account itself accepted; claims never look (E14).
    """
    for index: uint256 in range(MAX_SCHEDULES):
        if self._words[_beneficiary][index] == 0:
            return index
    raise "vesting: too many schedules"


@internal
@view
def _existing(_beneficiary: address, _index: uint256) -> uint256:
    """
    @dev The word for views: zero where there is no schedule, and so is all it says.
    """
    word: uint256 = self._words[_beneficiary][_index]
    return word if vesting_schedule._exists(word) else 0


@internal
@view
def _running(_beneficiary: address, _index: uint256) -> uint256:
    word: uint256 = self._words[_beneficiary][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    assert word & vesting_schedule.ENDED == 0, "vesting: already ended"
    return word


@internal
@view
def _revocable(_beneficiary: address, _index: uint256) -> uint256:
    word: uint256 = self._running(_beneficiary, _index)
    assert word & vesting_schedule.REVOCABLE != 0, "vesting: not revocable"
    return word
