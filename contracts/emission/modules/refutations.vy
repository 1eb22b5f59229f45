# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Refutations: a fault that was proven discards the report that waits
@license AGPL-3.0-only
@notice `RootAudit` checks the proofs and keeps the leaves that are asked for; this is all that it
        can do here. It is named for good, so that nobody can switch refutations off.
"""

# --- interfaces ---

from interfaces import IRootAudit

# --- modules ---

from ...common import reasons
from . import pending_report

uses: pending_report

# --- immutables ---

ROOT_AUDIT: public(immutable(address))

# --- constructor ---

@deploy
def __init__(_root_audit: address):
    ROOT_AUDIT = _root_audit

# --- role: root audit ---

@external
def discard_refuted(_reason: uint256, _refuter: address):
    """
    @notice Discards the pending report for a fault that was proven; ROOT_AUDIT only.
    @dev Works while paused.
    @param _reason DISCARD_INCONSISTENT, DISCARD_LOSS or DISCARD_UNANSWERED.
    @param _refuter Who proved it, for the event.
    @custom:error "refute: only the root audit", "refute: reason out of range",
                  "report: nothing pending"
    """
    assert msg.sender == ROOT_AUDIT, "refute: only the root audit"
    assert _reason in [
        reasons.DISCARD_INCONSISTENT, reasons.DISCARD_LOSS, reasons.DISCARD_UNANSWERED
    ], "refute: reason out of range"
    pending_report._check_exists()
    pending_report._discard(_reason, _refuter)

# --- internal ---

@internal
@view
def _check_answered():
    """
    @notice Whether every leaf of the pending list that was asked for was shown.
    @dev Reverts with "settle: leaf asked for".
    """
    if pending_report._pays_miners():
        asked: uint256 = staticcall IRootAudit(ROOT_AUDIT).open_challenges(
            self, pending_report._digest
        )
        assert asked == 0, "settle: leaf asked for"
