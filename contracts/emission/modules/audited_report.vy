# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Audited report: the report that an audit is about, and what counts as evidence against it
@license AGPL-3.0-only
@notice A report can be refuted, and leaves of it asked for, while it waits and would change the
        root; evidence is a leaf of a settled epoch.
@dev Stateless. The controller is an argument and may be any contract: what is read here from one is
     used against that one alone.
"""

# --- interfaces ---

from interfaces import IEmissionController

# --- modules ---

from ...common import merkle

# --- internal ---

@internal
@view
def _refutable(_controller: address) -> IEmissionController.PendingReport:
    """
    @notice The pending report, if settling would change the root. One that keeps the root cannot be
            refuted: whatever is wrong with that root is in force already, and a refutation that
            always works would stop emission for good.
    @dev Reverts with "report: no controller", "report: nothing pending" or
         "refute: root unchanged".
    """
    assert _controller.is_contract, "report: no controller"
    pending: IEmissionController.PendingReport = staticcall (
        IEmissionController(_controller).pending()
    )
    assert pending.digest != empty(bytes32), "report: nothing pending"
    assert pending.report.audit_root != empty(bytes32), "refute: root unchanged"
    return pending


@internal
@view
def _check_evidence(
    _controller: address,
    _epoch: uint256,
    _account: address,
    _old_cumulative: uint256,
    _old_proof: DynArray[bytes32, 32],
):
    """
    @notice Whether a settled epoch gave an account something.
    @dev Reverts with "refute: nothing to lose", "refute: no evidence" or
         "refute: old proof invalid".
    """
    assert _old_cumulative > 0, "refute: nothing to lose"
    evidence: bytes32 = staticcall IEmissionController(_controller).evidence_root(_epoch)
    assert evidence != empty(bytes32), "refute: no evidence"
    old_leaf: bytes32 = merkle._leaf(_account, _old_cumulative)
    assert merkle._verify(_old_proof, evidence, old_leaf), "refute: old proof invalid"
