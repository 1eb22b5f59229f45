# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Proofs: double signing is punished at once, and no proof is lost while another is in escrow
@license AGPL-3.0-only
@notice One upheld double signing is the last. A proof that comes while a slash for another one is
        in escrow would change nothing then, and is registered: if that slash is overturned anyone
        can have the next proof punished, however long the decision took, since it was in time.
        Each proof is one record and one place in the queue of its validator.
"""

# --- interfaces ---

from interfaces import ISlasher
from interfaces import IStaking

# --- modules ---

from . import jail
from . import slash_cases
from . import slash_records
from . import slash_terms

uses: jail
uses: slash_cases
uses: slash_records
uses: slash_terms

# --- storage ---

_registered: HashMap[uint256, HashMap[uint256, uint256]]  # validator => place => slash
_next_place: HashMap[uint256, uint256]  # validator => of the oldest that waits
_end_place: HashMap[uint256, uint256]  # validator => of the next to come

# --- permissionless ---

@external
def slash_registered(_validator_id: uint256) -> uint256:
    """
    @notice Slashes a validator for the oldest of its registered proofs, once nothing is in escrow.
    @param _validator_id Number of the validator.
    @return Number of the slash.
    @custom:error "slasher: nothing registered", "slasher: slash in escrow",
                  "slasher: already tombstoned"
    """
    place: uint256 = self._next_place[_validator_id]
    assert place < self._end_place[_validator_id], "slasher: nothing registered"
    self._next_place[_validator_id] = place + 1
    slash_id: uint256 = self._registered[_validator_id][place]
    slash: ISlasher.Slash = slash_records._load(slash_id)
    slash_cases._check_free(slash)
    slash_cases._take_effect(slash_id, slash)
    return slash_id

# --- views ---

@external
@view
def registered_of(_validator_id: uint256) -> DynArray[uint256, slash_records.MAX_PAGE]:
    """
    @notice Numbers of a validator's registered proofs that wait, oldest first, at most 50.
    """
    ids: DynArray[uint256, slash_records.MAX_PAGE] = []
    place: uint256 = self._next_place[_validator_id]
    count: uint256 = min(self._end_place[_validator_id] - place, slash_records.MAX_PAGE)
    for i: uint256 in range(count, bound=slash_records.MAX_PAGE):
        ids.append(self._registered[_validator_id][place + i])
    return ids

# --- internal ---

@internal
def _prove(_validator_id: uint256, _height: uint256, _evidence_hash: bytes32) -> uint256:
    """
    @notice Punishes a proven double signing, or registers it. It takes effect whatever is
            announced: a word does not hold up a proof.
    @return Number of the slash.
    @custom:error "slasher: height in the future", "slasher: evidence too old",
                  "slasher: already punished", "slasher: already tombstoned"
    """
    slash_terms._check_height(_height)
    slash: ISlasher.Slash = slash_cases._new(
        _validator_id, slash_terms.DOUBLE_SIGNING, _height, _evidence_hash
    )
    slash_records._use(slash, False)
    validator: IStaking.Validator = staticcall jail.STAKING.validator(_validator_id)
    if (validator.pending_slashes >> slash_terms.DOUBLE_SIGNING) & 1 == 0:
        assert validator.status & jail.TOMBSTONED == 0, "slasher: already tombstoned"
        new_id: uint256 = slash_records._add(slash)
        slash_cases._take_effect(new_id, slash)
        return new_id
    slash.status = slash_records.REGISTERED
    slash_id: uint256 = slash_records._add(slash)
    place: uint256 = self._end_place[_validator_id]
    self._registered[_validator_id][place] = slash_id
    self._end_place[_validator_id] = place + 1
    log ISlasher.ProofRegistered(
        slash_id=slash_id,
        validator_id=_validator_id,
        height=_height,
        evidence_hash=_evidence_hash,
        registered_by=msg.sender,
    )
    return slash_id
