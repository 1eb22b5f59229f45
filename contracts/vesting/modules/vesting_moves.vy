# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Vesting moves: a schedule goes to another account when both agree
@license AGPL-3.0-only
@notice The beneficiary offers, the other account accepts. A schedule that the owner can revoke
        moves MOVE_DELAY after it was offered. Its old place says where it went, and the owner's
        calls follow it, so that an offer made long before does not dodge an announced one.
"""

# --- interfaces ---

from interfaces import IVesting

# --- modules ---

from . import vesting_schedule
from . import vesting_words

uses: vesting_words

# --- constants ---

# Ten days to notice an offer, on top of the longest delay a timelock of the suite may have.
MOVE_DELAY: public(constant(uint256)) = 40 * 86_400
TIME_AT: constant(uint256) = 160
# What a call follows. One that can be revoked moves once in MOVE_DELAY: a call that was announced
# with the right place meets two moves at most. The rest is for whoever names an old place.
MAX_MOVES: constant(uint256) = 16

# --- storage ---

# beneficiary => index => proposed beneficiary 160 | when it was proposed
_proposals: HashMap[address, HashMap[uint256, uint256]]

# --- role: beneficiary ---

@external
def propose_beneficiary(_index: uint256, _new: address):
    """
    @notice Offer one's schedule to another account. Until that accepts, claims go to the caller.
    @param _index Which of the caller's schedules.
    @param _new Who may accept it; zero withdraws the offer.
    @custom:error "vesting: no schedule", "vesting: nothing changes"
                  "vesting: bad beneficiary" The caller, the token and this contract.
    """
    word: uint256 = vesting_words._words[msg.sender][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    assert _new != self._proposed(msg.sender, _index), "vesting: nothing changes"
    assert _new not in [msg.sender, vesting_words.TOKEN, self], "vesting: bad beneficiary"
    proposal: uint256 = 0
    if _new != empty(address):
        proposal = convert(_new, uint256) | (block.timestamp << TIME_AT)
    self._proposals[msg.sender][_index] = proposal
    log IVesting.BeneficiaryProposed(
        beneficiary=msg.sender,
        index=_index,
        proposed=_new,
        acceptable_at=self._acceptable_at(word, proposal),
    )


@external
def accept_beneficiary(_old: address, _index: uint256) -> uint256:
    """
    @notice Take an offered schedule over, with all that is not claimed.
    @dev The proposed account only; MOVE_DELAY after the offer if the owner can revoke the schedule.
    @param _old Whose schedule it is.
    @param _index Which of its schedules.
    @return The schedule's index among the caller's.
    @custom:error "vesting: no schedule", "vesting: not proposed", "vesting: too early to accept",
                  "vesting: too many schedules"
    """
    word: uint256 = vesting_words._words[_old][_index]
    assert vesting_schedule._exists(word), "vesting: no schedule"
    assert msg.sender == self._proposed(_old, _index), "vesting: not proposed"
    acceptable_at: uint256 = self._acceptable_at(word, self._proposals[_old][_index])
    assert block.timestamp >= acceptable_at, "vesting: too early to accept"

    new_index: uint256 = vesting_words._free_index(msg.sender)
    self._proposals[_old][_index] = 0
    vesting_words._words[_old][_index] = vesting_schedule._moved(msg.sender, new_index)
    vesting_words._words[msg.sender][new_index] = word
    log IVesting.BeneficiaryChanged(
        old_beneficiary=_old, new_beneficiary=msg.sender, old_index=_index, new_index=new_index
    )
    return new_index

# --- views ---

@external
@view
def moved_to(_beneficiary: address, _index: uint256) -> (address, uint256):
    """
    @notice Where the schedule that was at this place went from here: its beneficiary and index. It
            may have moved on from there.
    @return The zero address and 0 where no schedule has moved away.
    """
    return vesting_schedule._moved_to(vesting_words._words[_beneficiary][_index])

# --- internal ---

@internal
@view
def _followed(_beneficiary: address, _index: uint256) -> (address, uint256):
    """
    @dev The place where a schedule that was here is now. Reverts with "vesting: moved too often".
    """
    beneficiary: address = _beneficiary
    index: uint256 = _index
    for _: uint256 in range(MAX_MOVES + 1):
        next: address = empty(address)
        next_index: uint256 = 0
        next, next_index = vesting_schedule._moved_to(vesting_words._words[beneficiary][index])
        if next == empty(address):
            return beneficiary, index
        beneficiary = next
        index = next_index
    raise "vesting: moved too often"


@internal
@view
def _proposed(_beneficiary: address, _index: uint256) -> address:
    return convert(self._proposals[_beneficiary][_index] & (2**TIME_AT - 1), address)


@internal
@pure
def _acceptable_at(_word: uint256, _proposal: uint256) -> uint256:
    """
    @dev 0 when nothing is proposed.
    """
    proposed_at: uint256 = _proposal >> TIME_AT
    flags: uint256 = vesting_schedule.REVOCABLE | vesting_schedule.ENDED
    if proposed_at != 0 and _word & flags == vesting_schedule.REVOCABLE:
        return proposed_at + MOVE_DELAY
    return proposed_at
