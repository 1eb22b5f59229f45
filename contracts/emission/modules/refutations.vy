# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Refutations: the proofs that discard the report that waits
@license AGPL-3.0-only
@notice Whoever can show that the new root takes something from an account, or holds two totals for
        one account, discards the report: two inclusion proofs, no role, no bond, also while
        paused.
@custom:security A missing account cannot be proven by inclusion: that is for the guardian and for
                 whoever recomputes the published data.
"""

# --- interfaces ---

from interfaces import IRewardDistributor

# --- modules ---

from ...common import merkle
from ...common import reasons
from . import pending_report

uses: pending_report

# --- permissionless ---

@external
def refute_regression(
    _account: address,
    _old_cumulative: uint256,
    _old_proof: DynArray[bytes32, 32],
    _new_cumulative: uint256,
    _new_proof: DynArray[bytes32, 32],
):
    """
    @notice Discards the pending report by proof that an account's total would go down; anyone.
    @dev Works while paused.
    @param _account The account that would lose.
    @param _old_cumulative Its total (wei) in the distributor's root, shown by `_old_proof`.
    @param _new_cumulative Its lower total (wei) in the pending root, shown by `_new_proof`.
    @custom:error "report: nothing pending", "refute: root unchanged", "refute: no regression",
                  "refute: old proof invalid", "refute: new proof invalid"
    """
    current: bytes32 = empty(bytes32)
    proposed: bytes32 = empty(bytes32)
    current, proposed = self._refutable_root()
    assert _new_cumulative < _old_cumulative, "refute: no regression"
    old_leaf: bytes32 = merkle._leaf(_account, _old_cumulative)
    assert merkle._verify(_old_proof, current, old_leaf), "refute: old proof invalid"
    new_leaf: bytes32 = merkle._leaf(_account, _new_cumulative)
    assert merkle._verify(_new_proof, proposed, new_leaf), "refute: new proof invalid"
    pending_report._discard(reasons.DISCARD_REGRESSION)


@external
def refute_duplicate(
    _account: address,
    _one_cumulative: uint256,
    _one_proof: DynArray[bytes32, 32],
    _other_cumulative: uint256,
    _other_proof: DynArray[bytes32, 32],
):
    """
    @notice Discards the pending report by proof of two totals for one account; anyone.
    @dev Works while paused.
    @param _account The account with two leaves.
    @param _one_cumulative One total (wei), shown by `_one_proof`.
    @param _other_cumulative A different total (wei), shown by `_other_proof`.
    @custom:error "report: nothing pending", "refute: root unchanged", "refute: no duplicate",
                  "refute: one proof invalid", "refute: other proof invalid"
    """
    proposed: bytes32 = self._refutable_root()[1]
    assert _one_cumulative != _other_cumulative, "refute: no duplicate"
    one_leaf: bytes32 = merkle._leaf(_account, _one_cumulative)
    assert merkle._verify(_one_proof, proposed, one_leaf), "refute: one proof invalid"
    other_leaf: bytes32 = merkle._leaf(_account, _other_cumulative)
    assert merkle._verify(_other_proof, proposed, other_leaf), "refute: other proof invalid"
    pending_report._discard(reasons.DISCARD_DUPLICATE)

# --- internal ---

@internal
@view
def _refutable_root() -> (bytes32, bytes32):
    """
    @notice The distributor's root and the pending one, if settling would change it. A report that
            keeps the root cannot be refuted: whatever is wrong with that root is in force already,
            and a refutation that always works would stop emission for good.
    @dev Reverts with "report: nothing pending" or "refute: root unchanged".
    """
    pending_report._check_exists()
    current: bytes32 = staticcall IRewardDistributor(pending_report.DISTRIBUTOR).root()
    proposed: bytes32 = pending_report._root
    assert proposed != current, "refute: root unchanged"
    return current, proposed
