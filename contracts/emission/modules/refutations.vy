# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Refutations: a fault that was proven discards the report that waits
@license AGPL-3.0-only
@notice `RootAudit` checks the proofs; this is all that it can do here. It is named for good, so
        that nobody can switch refutations off.
"""

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
    @param _reason DISCARD_INCONSISTENT or DISCARD_LOSS.
    @param _refuter Who proved it, for the event.
    @custom:error "refute: only the root audit", "refute: reason out of range",
                  "report: nothing pending"
    """
    assert msg.sender == ROOT_AUDIT, "refute: only the root audit"
    is_proof: bool = reasons.DISCARD_INCONSISTENT <= _reason and _reason <= reasons.DISCARD_LOSS
    assert is_proof, "refute: reason out of range"
    pending_report._check_exists()
    pending_report._discard(_reason, _refuter)
