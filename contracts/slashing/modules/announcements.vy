# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Announcements: slashes by somebody's word wait in the open before they take effect
@license AGPL-3.0-only
@notice The word is that of a quorum of reporters, for liveness, or of a slasher. The tokens stay
        where they are and the validator goes on, until anyone opens the slash:

            announced -> escrowed   `open_slash`, by anyone, after WARNING_SECONDS and before twice
                                    of it: it takes effect as any other
                      -> voided     `void_slash`, by the arbiter or the emission controller's
                                    guardian, until it is opened

        What nobody opened in time has lapsed. The evidence is used up in any case. An announced
        slash keeps nobody from leaving, and unbonding is longer than it can take.
"""

# --- interfaces ---

from interfaces import ISlasher
from interfaces import IStaking

# --- modules ---

from . import jail
from . import jail_bound
from . import liveness
from . import missed
from . import slash_cases
from . import slash_records
from . import slash_terms
from . import slasher_roles
from . import votes

uses: jail
uses: jail_bound
uses: liveness
uses: missed
uses: slash_cases
uses: slash_records
uses: slash_terms
uses: slasher_roles
uses: votes

# --- storage ---

# validator => offence => the newest announced slash, + 1
_newest: HashMap[uint256, uint256[slash_terms.OFFENCES]]

# --- permissionless ---

@external
def announce_for_liveness(_validator_id: uint256, _offence: uint256) -> uint256:
    """
    @notice Announces a slash of a validator that has missed enough in the window: blocks for
            offence 1, one reveal for offence 2. They are not counted again. The offence belongs to
            the first block of the newest epoch in which it missed any.
    @param _validator_id Number of the validator.
    @param _offence 1 = offline, 2 = no reveal.
    @return Number of the slash.
    @custom:error "slasher: too few misses", "slasher: unknown offence", as `_announce`
    """
    counted: ISlasher.Counters = missed._counters(_validator_id)
    evidence_hash: bytes32 = keccak256(abi_encode(_validator_id, counted))
    height: uint256 = counted.blocks_height
    if _offence == slash_terms.OFFLINE:
        enough: uint256 = slash_terms.OFFLINE_MISSED_BLOCKS
        assert counted.missed_blocks >= enough, "slasher: too few misses"
        missed._clear(_validator_id, missed.BLOCKS)
    else:
        assert _offence == slash_terms.NO_REVEAL, "slasher: unknown offence"
        assert counted.missed_reveals >= 1, "slasher: too few misses"
        missed._clear(_validator_id, missed.REVEALS)
        height = counted.reveals_height
    return self._announce(_validator_id, _offence, height, evidence_hash)


@external
def open_slash(_slash_id: uint256):
    """
    @notice Lets an announced slash take effect, once its warning is over.
    @param _slash_id Number of the slash.
    @custom:error "slasher: not announced", "slasher: not open yet", "slasher: lapsed",
                  "slasher: already punished", "slasher: slash in escrow",
                  "slasher: already tombstoned", "slasher: too much jailed at once"
    """
    slash: ISlasher.Slash = self._announced(_slash_id)
    assert block.timestamp >= slash.opens_at, "slasher: not open yet"
    assert self._is_waiting(slash), "slasher: lapsed"
    slash_records._use(slash, False)
    jail_bound._count(jail.STAKING, slash_cases._check_free(slash))
    slash_cases._take_effect(_slash_id, slash)

# --- role: slasher ---

@external
def announce_slash(
    _validator_id: uint256, _offence: uint256, _height: uint256, _evidence_hash: bytes32
) -> uint256:
    """
    @notice Announces a slash for an offence that this contract cannot check itself.
    @param _validator_id Number of the validator.
    @param _offence 0, 1 or 2.
    @param _height Block the offence belongs to.
    @param _evidence_hash Of the published evidence.
    @return Number of the slash.
    @custom:error "slasher: not a slasher", "slasher: unknown offence",
                  "slasher: unknown validator", "slasher: empty evidence hash", as `_announce`
    """
    assert slasher_roles.is_slasher[msg.sender], "slasher: not a slasher"
    slash_terms._check_offence(_offence)
    owner: address = staticcall votes.VALIDATORS.owner_of(_validator_id)
    assert owner != empty(address), "slasher: unknown validator"
    assert _evidence_hash != empty(bytes32), "slasher: empty evidence hash"
    return self._announce(_validator_id, _offence, _height, _evidence_hash)

# --- role: arbiter, guardian ---

@external
def void_slash(_slash_id: uint256):
    """
    @notice Ends an announced slash before it has taken anything.
    @param _slash_id Number of the slash.
    @custom:error "slasher: not arbiter or guardian", "slasher: not announced"
    """
    if msg.sender != slasher_roles.arbiter:
        guardian: address = staticcall liveness.CONTROLLER.guardian()
        assert msg.sender == guardian, "slasher: not arbiter or guardian"
    slash: ISlasher.Slash = self._announced(_slash_id)
    slash.status = slash_records.VOIDED
    slash_records._store(_slash_id, slash)
    log ISlasher.SlashVoided(slash_id=_slash_id, voided_by=msg.sender)

# --- views ---

@external
@view
def announced_of(_validator_id: uint256) -> DynArray[uint256, slash_terms.OFFENCES]:
    """
    @notice Numbers of a validator's announced slashes that have not lapsed, by offence.
    """
    ids: DynArray[uint256, slash_terms.OFFENCES] = []
    for offence: uint256 in range(slash_terms.OFFENCES):
        newest: uint256 = self._newest[_validator_id][offence]
        if newest != 0 and self._is_waiting(slash_records._load(newest - 1)):
            ids.append(newest - 1)
    return ids

# --- internal ---

@internal
def _announce(
    _validator_id: uint256, _offence: uint256, _height: uint256, _evidence_hash: bytes32
) -> uint256:
    """
    @notice Tells of an offence, once, and keeps its evidence from being told again.
    @return Number of the slash.
    @custom:error "slasher: height in the future", "slasher: evidence too old",
                  "slasher: already punished", "slasher: slash in escrow",
                  "slasher: already tombstoned", "slasher: slash announced"
    """
    slash_terms._check_height(_height)
    slash: ISlasher.Slash = slash_cases._new(_validator_id, _offence, _height, _evidence_hash)
    slash_records._use(slash, True)
    slash_cases._check_free(slash)
    newest: uint256 = self._newest[_validator_id][_offence]
    if newest != 0:
        is_waiting: bool = self._is_waiting(slash_records._load(newest - 1))
        assert not is_waiting, "slasher: slash announced"
    slash.status = slash_records.ANNOUNCED
    slash.opens_at = block.timestamp + slash_terms.WARNING_SECONDS
    slash_id: uint256 = slash_records._add(slash)
    self._newest[_validator_id][_offence] = slash_id + 1
    log ISlasher.SlashAnnounced(
        slash_id=slash_id,
        validator_id=_validator_id,
        offence=_offence,
        bps=slash.bps,
        height=_height,
        evidence_hash=_evidence_hash,
        announced_by=msg.sender,
        opens_at=slash.opens_at,
    )
    return slash_id


@internal
@view
def _announced(_slash_id: uint256) -> ISlasher.Slash:
    """
    @dev Reverts with "slasher: not announced".
    """
    slash: ISlasher.Slash = slash_records._load(_slash_id)
    assert slash.status == slash_records.ANNOUNCED, "slasher: not announced"
    return slash


@internal
@view
def _is_waiting(_slash: ISlasher.Slash) -> bool:
    """
    @notice Whether a slash is announced and can be opened, now or later.
    """
    lapses_at: uint256 = _slash.opens_at + slash_terms.WARNING_SECONDS
    return _slash.status == slash_records.ANNOUNCED and block.timestamp < lapses_at
