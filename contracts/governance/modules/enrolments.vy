# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Enrolments: which stake stands behind an account's votes
@license AGPL-3.0-only
@notice Staking keeps no history. So an account names its positions here, at most eight, and what
        they are worth then is kept with the time. In a vote that starts at S

            weight = the smaller of   what they were worth when enrolled
                                and   what its positions are worth when it votes

        if it enrolled before S and not more than ENROLMENT_SECONDS before. A vote ends less than an
        unbonding time after the earliest enrolment that counts in it (`vote_terms.vy`): stake that
        leaves an account after it enrolled cannot be another's before the vote is over, since all
        ways from account to account lead through unbonding. The one that does not, a validator's
        own stake when the validator changes owners, counts for one account at a time: the new owner
        can enrol it once the former's enrolment cannot count any more.

        What moves between positions of one account stays its own, and one number limits them all.
@dev    Words   places     | cursor 3 | 8 times: slot 4 | validator 27 |   the first place lowest
                enrolment  | worth 85 | enrolled_at 40 |     eight an account, used in turn
                own stake  | enrolled_at 40 | account 160 |
        An enrolment that may still count is never overwritten.
"""

# --- interfaces ---

from interfaces import IGovernor
from interfaces import IStaking
from interfaces import IValidators

# --- constants ---

MAX_PLACES: constant(uint256) = 8
MAX_SLOT: constant(uint256) = 15
OWN_SLOT: constant(uint256) = 8  # this one and later ones are the validator's own
ID_BITS: constant(uint256) = 27
PLACE_BITS: constant(uint256) = ID_BITS + 4
CURSOR_AT: constant(uint256) = PLACE_BITS * MAX_PLACES
RING: constant(uint256) = 8
TIME_BITS: constant(uint256) = 40
# A Staking position's key and words, as Staking documents them.
KEY_SLOT_AT: constant(uint256) = 160
KEY_ID_AT: constant(uint256) = 168
TOKENS_MASK: constant(uint256) = 2**84 - 1
SHARES_MASK: constant(uint256) = 2**86 - 1
SHARES_AT: constant(uint256) = 84

# --- immutables ---

STAKING: public(immutable(address))
VALIDATORS: public(immutable(address))
UNBONDING_SECONDS: immutable(uint256)
ENROLMENT_SECONDS: public(immutable(uint256))  # how long before a vote an enrolment may be

# --- storage ---

# account => its positions, packed; readable, so that all are found in one call
place_words: public(HashMap[address, uint256])
# account => 0 to 7 => packed
enrolment_words: HashMap[address, HashMap[uint256, uint256]]
# validator => who enrolled its own stake last, and when
own_words: HashMap[uint256, uint256]

# --- constructor ---

@deploy
def __init__(_staking: address):
    """
    @dev Reverts with "governor: staking has no code" or "governor: no registry".
    """
    assert _staking.is_contract, "governor: staking has no code"
    STAKING = _staking
    VALIDATORS = staticcall IStaking(_staking).registry()
    assert VALIDATORS != empty(address), "governor: no registry"
    UNBONDING_SECONDS = (staticcall IStaking(_staking).terms()).unbonding_seconds
    ENROLMENT_SECONDS = UNBONDING_SECONDS // 2  # rounded down: for less long

# --- user ---

@external
def enroll(_places: DynArray[IGovernor.Place, MAX_PLACES]) -> uint256:
    """
    @notice Name the positions whose stake stands behind the caller's votes, in place of those named
            before. Good for votes that start later, and for ENROLMENT_SECONDS. Votes that run keep
            the enrolment they started with.
    @param _places Positions of the caller, each of them once, in ascending order of validator and
           slot; own stake of validators it owns in slots 8-15.
    @return Wei they are worth, rounded down.
    @custom:error "governor: no stake" The places are worth nothing, or there are none.
                  "governor: places not ascending"
                  "governor: slot out of range", "governor: id too large"
                  "governor: not the owner" Of a validator whose own stake is named.
                  "governor: enrolled by another" Who owned the validator before has enrolled its own
                  stake less than an unbonding time ago.
                  "governor: enrolled too often" Eight times in an unbonding time.
    """
    words: uint256 = 0
    worth: uint256 = 0
    last: uint256 = 0
    place_at: uint256 = 0
    for place: IGovernor.Place in _places:
        assert place.slot <= MAX_SLOT, "governor: slot out of range"
        assert place.validator_id >> ID_BITS == 0, "governor: id too large"
        order: uint256 = (place.validator_id << 4) | place.slot
        assert order > last, "governor: places not ascending"
        last = order
        if place.slot >= OWN_SLOT:
            self._enroll_own(place.validator_id)
        worth += self._worth(place.validator_id, place.slot, msg.sender)
        words |= ((place.slot << ID_BITS) | place.validator_id) << place_at
        place_at += PLACE_BITS
    assert worth != 0, "governor: no stake"

    cursor: uint256 = self.place_words[msg.sender] >> CURSOR_AT
    old_worth: uint256 = self.enrolment_words[msg.sender][cursor] >> TIME_BITS
    cursor = (cursor + 1) % RING
    overwritten: uint256 = self.enrolment_words[msg.sender][cursor] & (2**TIME_BITS - 1)
    assert overwritten == 0 or not self._may_count(overwritten), "governor: enrolled too often"
    self.place_words[msg.sender] = (cursor << CURSOR_AT) | words
    self.enrolment_words[msg.sender][cursor] = (worth << TIME_BITS) | block.timestamp
    log IGovernor.Enrolled(account=msg.sender, places=words, old_worth=old_worth, new_worth=worth)
    return worth

# --- views ---

@external
@view
def getVotes(_account: address, _timepoint: uint256) -> uint256:
    """
    @notice Wei that an account could vote with now, where the vote started at a time.
    @param _timepoint Timestamp: `proposalSnapshot` of a proposal.
    """
    return self._weight(_account, _timepoint)


@external
@view
def enrolment(_account: address, _timepoint: uint256) -> IGovernor.Enrolment:
    """
    @notice The enrolment that counts where a vote starts at a time; all zero where none does.
    @param _timepoint Timestamp.
    """
    word: uint256 = self._enrolled_before(_account, _timepoint)
    return IGovernor.Enrolment(enrolled_at=word & (2**TIME_BITS - 1), worth=word >> TIME_BITS)


@external
@view
def places(_account: address) -> DynArray[IGovernor.Place, MAX_PLACES]:
    """
    @notice The positions that stand behind an account's votes.
    """
    found: DynArray[IGovernor.Place, MAX_PLACES] = []
    words: uint256 = self.place_words[_account]
    for index: uint256 in range(MAX_PLACES):
        place: uint256 = (words >> (index * PLACE_BITS)) & (2**PLACE_BITS - 1)
        if place == 0:
            break
        found.append(IGovernor.Place(validator_id=place & (2**ID_BITS - 1), slot=place >> ID_BITS))
    return found

# --- internal ---

@internal
def _enroll_own(_id: uint256):
    """
    @dev Reverts with "governor: not the owner" or "governor: enrolled by another".
    """
    owner: address = staticcall IValidators(VALIDATORS).owner_of(_id)
    assert owner == msg.sender, "governor: not the owner"
    word: uint256 = self.own_words[_id]
    assert (
        convert(word & (2**160 - 1), address) == msg.sender
        or not self._may_count(word >> 160)
    ), "governor: enrolled by another"
    self.own_words[_id] = (block.timestamp << 160) | convert(msg.sender, uint256)


@internal
@view
def _may_count(_enrolled_at: uint256) -> bool:
    """
    @dev Whether a vote may run in which an enrolment of that time counts.
    """
    return block.timestamp <= _enrolled_at + UNBONDING_SECONDS


@internal
@view
def _weight(_account: address, _starts_at: uint256) -> uint256:
    """
    @dev Wei that an account votes with now, where the vote started then.
    """
    enrolled: uint256 = self._enrolled_before(_account, _starts_at) >> TIME_BITS
    if enrolled == 0:
        return 0
    words: uint256 = self.place_words[_account]
    worth: uint256 = 0
    for _: uint256 in range(MAX_PLACES):
        place: uint256 = words & (2**PLACE_BITS - 1)
        if place == 0:
            break
        worth += self._worth(place & (2**ID_BITS - 1), place >> ID_BITS, _account)
        words = (words & (2**CURSOR_AT - 1)) >> PLACE_BITS
    return min(enrolled, worth)


@internal
@view
def _enrolled_before(_account: address, _starts_at: uint256) -> uint256:
    """
    @dev The latest enrolment before a time, packed; 0 if it is too long before, or none.
    """
    cursor: uint256 = self.place_words[_account] >> CURSOR_AT
    for _: uint256 in range(RING):
        word: uint256 = self.enrolment_words[_account][cursor]
        enrolled_at: uint256 = word & (2**TIME_BITS - 1)
        if word == 0 or enrolled_at < _starts_at:
            return word if _starts_at <= enrolled_at + ENROLMENT_SECONDS else 0
        cursor = (cursor + RING - 1) % RING
    return 0


@internal
@view
def _worth(_id: uint256, _slot: uint256, _account: address) -> uint256:
    """
    @dev Wei that a position of an account is worth now, rounded down; own stake only for whoever
         owns the validator. Once another has enrolled it, none of its enrolments counts any more.
    """
    key: uint256 = (_id << KEY_ID_AT) | (_slot << KEY_SLOT_AT)
    if _slot < OWN_SLOT:
        key |= convert(_account, uint256)
    else:
        if staticcall IValidators(VALIDATORS).owner_of(_id) != _account:
            return 0
    held: uint256 = staticcall IStaking(STAKING).position_words(key) & SHARES_MASK
    if held == 0:
        return 0
    pool: uint256 = staticcall IStaking(STAKING).pool_words(_id)
    # As Staking's own: a pool in which somebody has shares has some.
    return unsafe_div(unsafe_mul(held, pool & TOKENS_MASK), (pool >> SHARES_AT) & SHARES_MASK)
