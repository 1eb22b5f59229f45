# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Report intake: what a quorum signed becomes the pending report, with its amounts and delay
@license AGPL-3.0-only
@notice Anyone hands in a report of the next epoch, from the epoch's end on until it is late. Its
        signatures bind chain, contract, epoch and attempt. The delay is counted from here.
        While the token lets this contract mint nothing, no report comes in: its emission would be
        clamped to what cannot be minted, for ever. A quorum that signed something wrong voids it.
"""

# --- interfaces ---

from interfaces import IEmissionController

# --- modules ---

from . import attestations
from . import emission_parameters
from . import epoch_amounts
from . import epochs
from . import guardian as guard
from . import pending_report
from . import reporting_window
from ...common import reasons
from snekmate.auth import ownable
from snekmate.utils import eip712_domain_separator as eip712

uses: attestations
uses: eip712
uses: emission_parameters
uses: epoch_amounts
uses: epochs
uses: guard
uses: ownable
uses: pending_report
uses: reporting_window

# --- constants ---

# EIP-712 type of what reporters sign; members in the order of IEmissionController.Report
REPORT_TYPE_HASH: constant(bytes32) = keccak256(
    "Report(uint256 epoch,uint256 attempt,uint256 tasks,uint256 difficulty,uint256 participation,bytes32 root,bytes32 auditRoot,uint256 cumulativeTotal,bytes32 dataHash)"
)
# EIP-712 type of what reporters sign to retract whatever they signed for an attempt
VOID_TYPE_HASH: constant(bytes32) = keccak256("Void(uint256 epoch,uint256 attempt)")

# A minute is the least in which anyone can react; a week is the longest that rewards should wait.
MIN_DELAY: constant(uint256) = 60
MAX_DELAY: constant(uint256) = 7 * 86_400

# --- storage ---

delay: public(uint256)  # seconds from submission to settlement, for reports to come

# --- permissionless ---

@external
def submit_report(_report: IEmissionController.Report, _signatures: DynArray[Bytes[65], 32]):
    """
    @notice Hands in what a quorum signed for the next epoch; its amounts are fixed now.
    @param _report Inputs, miner root, audit root and data hash of the epoch.
    @param _signatures Of at least `quorum` reporters, sorted by ascending signer: 65 bytes r, s, v;
           of one that is a contract its address, 0 and 0, once it has approved `report_digest`.
    @custom:error "guardian: paused", "report: already pending", "takeover: not open yet",
                  "report: wrong epoch", "report: wrong attempt", "epochs: epoch out of range",
                  "report: epoch not over", "report: deadline passed",
                  "report: minting suspended", "report: not a minter", "report: empty data hash",
                  "utility: tasks out of range", "utility: difficulty above one",
                  "utility: participation above one", "report: empty root",
                  "report: root without share", "report: total not exact",
                  "report: empty audit root", "report: audit without new root",
                  "attestations: below quorum", "attestations: not 65 bytes",
                  "ecdsa: invalid signature `s` value", "ecdsa: invalid signature",
                  "attestations: not ascending", "attestations: not a reporter",
                  "attestations: malformed entry", "attestations: not approved",
                  "report: total too large"
    """
    guard._check_running()
    pending_report._check_none()
    epochs._check_open()
    epoch: uint256 = epochs._next_epoch()
    assert _report.epoch == epoch, "report: wrong epoch"
    assert _report.attempt == epochs._attempt(), "report: wrong attempt"
    assert block.number >= epochs._end_block(epoch), "report: epoch not over"
    suspended_until: uint256 = reporting_window._suspended_until()
    assert not reporting_window._is_late(suspended_until), "report: deadline passed"
    assert block.timestamp >= suspended_until, "report: minting suspended"
    reporting_window._check_minter()
    assert _report.data_hash != empty(bytes32), "report: empty data hash"

    parameters: IEmissionController.Parameters = emission_parameters._at(epoch)
    amounts: IEmissionController.Amounts = epoch_amounts._amounts(
        epoch, parameters, _report.tasks, _report.difficulty, _report.participation
    )
    pays_miners: bool = pending_report._check_root(_report, amounts.miner_share)
    digest: bytes32 = self._digest(_report)
    attestations._verify(digest, _signatures)

    settles_at: uint256 = block.timestamp + self.delay
    pending_report._store(
        IEmissionController.PendingReport(
            digest=digest,
            report=_report,
            amounts=amounts,
            submitted_at=block.timestamp,
            settles_at=settles_at,
        ),
        pays_miners,
    )
    log IEmissionController.ReportSubmitted(
        epoch=epoch,
        digest=digest,
        submitter=msg.sender,
        report=_report,
        amounts=amounts,
        settles_at=settles_at,
    )


@external
def void_report(_signatures: DynArray[Bytes[65], 32]):
    """
    @notice A quorum retracts whatever it signed for the current epoch and attempt: a pending report
            is discarded; if none is, none of this attempt can come in any more. Anyone hands in
            the signatures.
    @dev Works while paused. The next attempt can be reported for a grace at least.
    @param _signatures Of at least `quorum` reporters over `void_digest` of the next epoch and its
           attempt, sorted by ascending signer; contracts as in `submit_report`.
    @custom:error "epochs: epoch out of range", "attestations: below quorum",
                  "attestations: not 65 bytes",
                  "ecdsa: invalid signature `s` value", "ecdsa: invalid signature",
                  "attestations: not ascending", "attestations: not a reporter",
                  "attestations: malformed entry", "attestations: not approved"
                  "report: deadline passed" Nothing is pending, and nothing can come in.
    """
    epoch: uint256 = epochs._next_epoch()
    attempt: uint256 = epochs._attempt()
    was_pending: bool = pending_report._exists()
    if not was_pending:
        is_late: bool = reporting_window._is_late(reporting_window._suspended_until())
        assert not is_late, "report: deadline passed"
    attestations._verify(self._void_digest(epoch, attempt), _signatures)
    if was_pending:
        pending_report._discard(reasons.DISCARD_VOIDED, msg.sender)
    else:
        epochs._next_attempt()
        log IEmissionController.AttemptVoided(epoch=epoch, attempt=attempt, voided_by=msg.sender)

# --- governance ---

@external
def set_delay(_seconds: uint256):
    """
    @notice Changes the delay of reports to come; a pending one keeps its own (B8).
    @dev The owner only.
    @param _seconds 60 seconds to 7 days.
    @custom:error "ownable: caller is not the owner", "controller: delay range",
                  "controller: no change"
    """
    ownable._check_owner()
    self._set_delay(_seconds)

# --- views ---

@external
@view
def report_digest(_report: IEmissionController.Report) -> bytes32:
    """
    @notice What a reporter signs for this report (EIP-712 digest).
    """
    return self._digest(_report)


@external
@view
def void_digest(_epoch: uint256, _attempt: uint256) -> bytes32:
    """
    @notice What a reporter signs to void an attempt (EIP-712 digest).
    """
    return self._void_digest(_epoch, _attempt)

# --- internal ---

@internal
def _set_delay(_seconds: uint256):
    """
    @dev Reverts with "controller: delay range" or "controller: no change".
    """
    old_delay: uint256 = self.delay
    assert MIN_DELAY <= _seconds and _seconds <= MAX_DELAY, "controller: delay range"
    assert _seconds != old_delay, "controller: no change"
    self.delay = _seconds
    log IEmissionController.DelaySet(old_delay=old_delay, new_delay=_seconds)


@internal
@view
def _digest(_report: IEmissionController.Report) -> bytes32:
    """
    @notice EIP-712 digest: binds chain, this contract, epoch and attempt.
    """
    return eip712._hash_typed_data_v4(keccak256(abi_encode(REPORT_TYPE_HASH, _report)))


@internal
@view
def _void_digest(_epoch: uint256, _attempt: uint256) -> bytes32:
    """
    @notice EIP-712 digest: binds chain, this contract, epoch and attempt.
    """
    return eip712._hash_typed_data_v4(keccak256(abi_encode(VOID_TYPE_HASH, _epoch, _attempt)))
