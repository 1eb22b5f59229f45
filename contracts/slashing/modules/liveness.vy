# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liveness: how many blocks and reveals validators missed, as a quorum of reporters signed it
@license AGPL-3.0-only
@notice The reporters are those of the emission controller, k of n, and so are the epochs. An epoch
        is reported in pages of at most 100 validators. Epochs come in order and validators of an
        epoch in ascending order across its pages, so that nothing is counted twice: what lies
        behind the last entry of the last page cannot be reported any more.

        What of it counts, and how long, is in missed.vy. A jailed validator is not asked to sign,
        nor is one that had exited before the epoch began: their entries are passed over.
@custom:security A report moves nothing by itself, and a slash for it waits in the open. Reporters
                 sign a page when the one before it is in: of two signed pages anyone could hand in
                 the second one first, and the first would be lost.
"""

# --- interfaces ---

from interfaces import IEmissionController
from interfaces import ISlasher
from interfaces import IStaking
from interfaces import IValidators

# --- modules ---

from ...common import packing
from . import missed
from . import signature
from . import slash_terms
from snekmate.utils import eip712_domain_separator as eip712

# what was missed in which epoch
uses: missed
# how long an offence can be punished
uses: slash_terms
# the domain that reports are signed for
uses: eip712

# --- constants ---

# The lengths of the arrays in the interface.
MAX_ENTRIES: constant(uint256) = 100
MAX_REPORTERS: constant(uint256) = 32

# EIP-712 types of what reporters sign; members in the order of ISlasher.Liveness
ENTRY_TYPE_HASH: constant(bytes32) = keccak256(
    "Liveness(uint256 validatorId,uint256 missedBlocks,uint256 missedReveals)"
)
REPORT_TYPE_HASH: constant(bytes32) = keccak256(
    "LivenessReport(uint256 epoch,Liveness[] entries)Liveness(uint256 validatorId,uint256 missedBlocks,uint256 missedReveals)"
)

# bits of IStaking.Validator.status: exited; jailed, tombstoned
_EXITED: constant(uint256) = 2
_NOT_ASKED: constant(uint256) = 12

_ID_BITS: constant(uint256) = 64
_MASK_64: constant(uint256) = 2**64 - 1
# of the two parts that the ABI puts before the items of an array: where it is, how long it is
_ARRAY_HEAD: constant(uint256) = 64

# --- immutables ---

CONTROLLER: public(immutable(IEmissionController))

# --- storage ---

_last_entry: uint256  # | validator 64 | epoch 64 | of the newest entry

# --- constructor ---

@deploy
def __init__(_controller: address):
    CONTROLLER = IEmissionController(_controller)

# --- views ---

@external
@view
def liveness_digest(
    _epoch: uint256, _entries: DynArray[ISlasher.Liveness, MAX_ENTRIES]
) -> bytes32:
    """
    @notice What reporters sign for one page of an epoch (EIP-712 digest).
    """
    return self._digest(_epoch, _entries)

# --- internal ---

@internal
@view
def _check_report(
    _epoch: uint256,
    _entries: DynArray[ISlasher.Liveness, MAX_ENTRIES],
    _signatures: DynArray[Bytes[65], MAX_REPORTERS],
    _validator_count: uint256,
) -> uint256:
    """
    @notice Refuses a page that is out of order, out of range, too old, or not signed by a quorum.
    @dev Reverts with "slasher: no entries", "slasher: epoch not over", "slasher: out of order",
         "slasher: unknown validator", "slasher: too many misses", or as `_check_signatures` and
         `slash_terms._check_height`.
    @return The first block of the epoch.
    """
    assert len(_entries) > 0, "slasher: no entries"
    first: uint256 = 0
    end: uint256 = 0
    deadline: uint256 = 0
    first, end, deadline = staticcall CONTROLLER.epoch_bounds(_epoch)
    assert block.number >= end, "slasher: epoch not over"
    last: uint256 = self._last_entry
    last_epoch: uint256 = last >> _ID_BITS
    assert _epoch >= last_epoch, "slasher: out of order"
    last_id: uint256 = last & _MASK_64 if _epoch == last_epoch else 0
    for entry: ISlasher.Liveness in _entries:
        assert entry.validator_id > last_id, "slasher: out of order"
        last_id = entry.validator_id
        most: uint256 = max(entry.missed_blocks, entry.missed_reveals)
        assert most <= end - first, "slasher: too many misses"
    assert last_id <= _validator_count, "slasher: unknown validator"
    self._check_signatures(self._digest(_epoch, _entries), _signatures)
    slash_terms._check_height(end - 1)
    return first


@internal
def _count(
    _epoch: uint256,
    _entries: DynArray[ISlasher.Liveness, MAX_ENTRIES],
    _first_block: uint256,
    _staking: IStaking,
    _validators: IValidators,
):
    """
    @notice Adds a checked page to what was missed.
    """
    last_id: uint256 = _entries[len(_entries) - 1].validator_id
    self._last_entry = packing._fits(last_id, _ID_BITS) | _epoch << _ID_BITS
    for entry: ISlasher.Liveness in _entries:
        status: uint256 = (staticcall _staking.validator(entry.validator_id)).status
        if status & _NOT_ASKED != 0:
            continue
        # whoever exits during or after the epoch is asked for all of it
        if status & _EXITED != 0:
            if staticcall _validators.exited_at(entry.validator_id) < _first_block:
                continue
        missed._add(entry.validator_id, missed.BLOCKS, _epoch, entry.missed_blocks)
        missed._add(entry.validator_id, missed.REVEALS, _epoch, entry.missed_reveals)
        counted: ISlasher.Counters = missed._counters(entry.validator_id)
        log ISlasher.LivenessReported(
            epoch=_epoch,
            validator_id=entry.validator_id,
            missed_blocks=entry.missed_blocks,
            missed_reveals=entry.missed_reveals,
            total_missed_blocks=counted.missed_blocks,
            total_missed_reveals=counted.missed_reveals,
        )


@internal
@view
def _check_signatures(_digest: bytes32, _signatures: DynArray[Bytes[65], MAX_REPORTERS]):
    """
    @notice Refuses unless at least a quorum of distinct current reporters signed the digest.
    @dev Every signature must count. Reverts with "slasher: below quorum", "slasher: not ascending",
         "slasher: not a reporter", or as `signature._signer`.
    @param _signatures r, s, v of each, sorted by ascending signer.
    """
    assert len(_signatures) >= staticcall CONTROLLER.quorum(), "slasher: below quorum"
    last: uint160 = 0
    for signed: Bytes[65] in _signatures:
        signer: address = signature._signer(_digest, signed)
        assert convert(signer, uint160) > last, "slasher: not ascending"
        assert staticcall CONTROLLER.is_reporter(signer), "slasher: not a reporter"
        last = convert(signer, uint160)


@internal
@view
def _digest(
    _epoch: uint256, _entries: DynArray[ISlasher.Liveness, MAX_ENTRIES]
) -> bytes32:
    """
    @notice EIP-712 digest: binds chain, contract and epoch.
    """
    hashes: DynArray[bytes32, MAX_ENTRIES] = []
    for entry: ISlasher.Liveness in _entries:
        hashes.append(keccak256(abi_encode(ENTRY_TYPE_HASH, entry)))
    encoded: Bytes[32 * MAX_ENTRIES + _ARRAY_HEAD] = abi_encode(hashes)
    packed: Bytes[32 * MAX_ENTRIES + _ARRAY_HEAD] = slice(
        encoded, _ARRAY_HEAD, 32 * len(hashes)
    )
    return eip712._hash_typed_data_v4(
        keccak256(abi_encode(REPORT_TYPE_HASH, _epoch, keccak256(packed)))
    )
