# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slash records: every slash there ever was, by number and by validator, readable from state
@license AGPL-3.0-only
@notice Slashes are numbered from 0, those of the next slasher from 2^32. An offence is (validator,
        kind, height) and is punished once, whatever becomes of the slash: overturned or voided
        evidence never comes back. But a word does not use up a proof before it takes effect: else
        a slasher could shield who signed twice by announcing it and letting it lapse.
@dev Four words a slash:
     0 validator 64 | offence 8 | status 8 | is appealed 8 | bps 16 | slashed at 40 | ends at 40
       | height 40
     1 amount 104 | answered 104 | opens at 40
     2 evidence hash; 3 appeal hash.
"""

# --- interfaces ---

from interfaces import ISlasher

# --- modules ---

from ...common import packing

# --- constants ---

NO_SLASH: constant(uint256) = 0
ESCROWED: constant(uint256) = 1
UPHELD: constant(uint256) = 2
OVERTURNED: constant(uint256) = 3
ANNOUNCED: constant(uint256) = 4
VOIDED: constant(uint256) = 5
REGISTERED: constant(uint256) = 6

# what became of evidence: there was a word about it; it was proven, or a slash for it took effect
_ACCUSED: constant(uint256) = 1
_PUNISHED: constant(uint256) = 2

# The length of the array in the interface.
MAX_PAGE: constant(uint256) = 50

_ID_BITS: constant(uint256) = 64
_TIME_BITS: constant(uint256) = 40
_HEIGHT_AT: constant(uint256) = 184
_AMOUNT_BITS: constant(uint256) = 104
_MASK_40: constant(uint256) = 2**40 - 1
_MASK_104: constant(uint256) = 2**104 - 1

# Staking keeps what it owes by the number of a slash: a number must not come twice, so a slasher
# that replaces another one starts where the other cannot come to.
GENERATION_BITS: constant(uint256) = 32

# --- immutables ---

FIRST_SLASH_ID: public(immutable(uint256))

# --- storage ---

slash_count: public(uint256)  # the next number
_words: HashMap[uint256, uint256[4]]  # slash => packed
_count_of: HashMap[uint256, uint256]  # validator => slashes that took effect
_id_at: HashMap[uint256, HashMap[uint256, uint256]]  # validator => place in its history => slash
# validator => offence => height => what became of the evidence
_evidence: HashMap[uint256, HashMap[uint256, HashMap[uint256, uint256]]]

# --- constructor ---

@deploy
def __init__(_earlier: address):
    """
    @param _earlier The slasher that this one replaces; no contract = none.
    """
    first: uint256 = 0
    if _earlier.is_contract:
        earlier: uint256 = staticcall ISlasher(_earlier).slash_count()
        first = ((earlier >> GENERATION_BITS) + 1) << GENERATION_BITS
    FIRST_SLASH_ID = first
    self.slash_count = first

# --- views ---

@external
@view
def slash_record(_slash_id: uint256) -> ISlasher.Slash:
    """
    @notice One slash; all zero when there is none of that number.
    """
    return self._load(_slash_id)


@external
@view
def slashes_of(
    _validator_id: uint256, _offset: uint256, _limit: uint256
) -> DynArray[uint256, MAX_PAGE]:
    """
    @notice Numbers of a validator's slashes that took effect, in this order, at most 50 at a time.
    """
    ids: DynArray[uint256, MAX_PAGE] = []
    count: uint256 = self._count_of[_validator_id]
    if _offset >= count:
        return ids
    for i: uint256 in range(min(min(_limit, MAX_PAGE), count - _offset), bound=MAX_PAGE):
        ids.append(self._id_at[_validator_id][_offset + i])
    return ids


@external
@view
def is_punished(_validator_id: uint256, _offence: uint256, _height: uint256) -> bool:
    """
    @notice Whether an offence was punished, announced or registered, whatever became of it.
    """
    return self._evidence[_validator_id][_offence][_height] != 0

# --- internal ---

@internal
def _add(_slash: ISlasher.Slash) -> uint256:
    """
    @notice Keeps a new slash.
    @return Its number.
    """
    slash_id: uint256 = self.slash_count
    self.slash_count = slash_id + 1
    self._words[slash_id][2] = convert(_slash.evidence_hash, uint256)
    self._store(slash_id, _slash)
    return slash_id


@internal
def _take_place(_validator_id: uint256, _slash_id: uint256):
    """
    @notice Puts a slash that takes effect last in its validator's history, as staking does.
    """
    place: uint256 = self._count_of[_validator_id]
    self._id_at[_validator_id][place] = _slash_id
    self._count_of[_validator_id] = place + 1


@internal
def _use(_slash: ISlasher.Slash, _is_word: bool):
    """
    @notice Uses up the evidence of an offence; a word, when it is announced.
    @dev Reverts with "slasher: already punished".
    """
    used: uint256 = _ACCUSED if _is_word else _PUNISHED
    before: uint256 = self._evidence[_slash.validator_id][_slash.offence][_slash.height]
    assert before < used, "slasher: already punished"
    self._evidence[_slash.validator_id][_slash.offence][_slash.height] = used


@internal
def _store(_slash_id: uint256, _slash: ISlasher.Slash):
    """
    @notice Keeps what can change of a slash: status, times, appeal, amounts.
    """
    self._words[_slash_id][0] = (
        packing._fits(_slash.validator_id, _ID_BITS)
        | _slash.offence << 64
        | _slash.status << 72
        | convert(_slash.is_appealed, uint256) << 80
        | _slash.bps << 88
        | packing._fits(_slash.slashed_at, _TIME_BITS) << 104
        | packing._fits(_slash.ends_at, _TIME_BITS) << 144
        | packing._fits(_slash.height, _TIME_BITS) << _HEIGHT_AT
    )
    self._words[_slash_id][1] = (
        packing._fits(_slash.amount, _AMOUNT_BITS)
        | packing._fits(_slash.answered, _AMOUNT_BITS) << _AMOUNT_BITS
        | packing._fits(_slash.opens_at, _TIME_BITS) << (2 * _AMOUNT_BITS)
    )
    if _slash.is_appealed:
        self._words[_slash_id][3] = convert(_slash.appeal_hash, uint256)


@internal
@view
def _load(_slash_id: uint256) -> ISlasher.Slash:
    """
    @notice One slash; all zero when there is none of that number.
    """
    words: uint256[4] = self._words[_slash_id]
    return ISlasher.Slash(
        validator_id=words[0] & (2**64 - 1),
        offence=(words[0] >> 64) & 255,
        status=(words[0] >> 72) & 255,
        bps=(words[0] >> 88) & (2**16 - 1),
        amount=words[1] & _MASK_104,
        answered=(words[1] >> _AMOUNT_BITS) & _MASK_104,
        opens_at=words[1] >> (2 * _AMOUNT_BITS),
        slashed_at=(words[0] >> 104) & _MASK_40,
        ends_at=(words[0] >> 144) & _MASK_40,
        height=words[0] >> _HEIGHT_AT,
        is_appealed=(words[0] >> 80) & 255 == 1,
        evidence_hash=convert(words[2], bytes32),
        appeal_hash=convert(words[3], bytes32),
    )


@internal
@view
def _escrowed(_slash_id: uint256) -> ISlasher.Slash:
    """
    @notice A slash nothing has been decided on.
    @dev Reverts with "slasher: not in escrow".
    """
    slash: ISlasher.Slash = self._load(_slash_id)
    assert slash.status == ESCROWED, "slasher: not in escrow"
    return slash


@internal
@view
def _find(_validator_id: uint256, _index: uint256, _slashes_ever: uint256) -> (bool, uint256):
    """
    @notice The slash that staking counts as a validator's `_index`th, from 0. Staking counts on
            when one slasher replaces another, so the first ones may be an earlier slasher's.
    @dev Reverts with "slasher: nothing to answer" when there has been none yet.
    @param _slashes_ever Of this validator, as staking counts them.
    @return False if an earlier slasher made it; and its number here.
    """
    before: uint256 = _slashes_ever - self._count_of[_validator_id]
    assert _index < _slashes_ever, "slasher: nothing to answer"
    if _index < before:
        return False, 0
    return True, self._id_at[_validator_id][_index - before]
