# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title RootAudit: whoever shows a fault in the pending report's miner list discards the report
@license AGPL-3.0-only
@notice A report signs two roots of one shape over one list: the claims tree that miners are paid
        by, and the audit tree, whose nodes also say what is below them (`summaries.vy`). A list is
        good when

            every leaf of the audit tree is the leaf of the claims tree,
            every node says what follows from its children,
            accounts ascend from left to right, so nobody is listed twice,
            the top says the report's claims root and its cumulative total, and
            no account has less than in the root of an earlier settled epoch.

        Each of these is refuted by one node, the siblings on its way up, and its children, so by
        who has these children. Because accounts ascend, two neighbours show who is missing between
        them. Growth of one account beyond the epoch's miner share breaks one of them: the total
        grows by exactly the share, and nobody else shrinks.
        Who keeps the list to himself is asked for a leaf (`leaf_challenges.vy`): without an answer
        the report is discarded as well.
        No role, no owner; it works while the controller is paused.
@custom:security What is not published cannot be refuted. A quorum can sign the honest list and one
                 node whose children nobody has, over accounts that nobody was paid for: every leaf
                 that can be asked for is shown, no proof reaches that node, and its claims pay
                 everything that is unclaimed in the distributor. Only the guardian, or a quorum
                 that voids it, stops such a report. If they let it settle, the quorum takes that,
                 and the miner share of each epoch until it is replaced.
                 A question stops a list that cannot show that leaf, and no other.
                 Evidence is as good as the settled roots it is taken from: a bad root that
                 settled must be disowned, or honest lists can be refuted with it.
                 The controller is an argument: any contract may be given, and only one that names
                 this audit as its own listens.
@custom:kill None.
"""

# --- interfaces ---

from interfaces import IEmissionController
from interfaces import IRootAudit

implements: IRootAudit

# --- modules ---

from ..common import reasons
from ..common import summaries
from .modules import audited_report
from .modules import leaf_challenges

# who must show a leaf, and the bonds
initializes: leaf_challenges
exports: (
    leaf_challenges.TOKEN,
    leaf_challenges.BOND,
    leaf_challenges.challenge,
    leaf_challenges.answer,
    leaf_challenges.discard_unanswered,
    leaf_challenges.return_bond,
    leaf_challenges.open_challenges,
    leaf_challenges.challenge_count,
    leaf_challenges.challenge_at,
)

# --- constructor ---

@deploy
def __init__(_token: address, _bond: uint256):
    """
    @param _token MDT, in which bonds are paid.
    @param _bond Wei that a challenge costs its challenger when it is answered.
    @custom:error "audit: token has no code", "audit: bond out of range"
    """
    leaf_challenges.__init__(_token, _bond)

# --- permissionless ---

@external
def refute_inconsistent(
    _controller: address,
    _node: IRootAudit.Summary,
    _place: uint256,
    _path: DynArray[IRootAudit.Summary, 32],
    _children: DynArray[IRootAudit.Summary, 2],
):
    """
    @notice Discards the controller's pending report by proof that its audit tree contradicts
            itself, the claims root or the declared total; anyone.
    @dev Works while paused. The topmost fault is the one to show: every node above it must say what
        follows from its children.
    @param _controller The controller whose report is wrong.
    @param _node A node of the audit tree as its parent, or the signed root, says it; sum in wei.
    @param _place Its number in its level, from the left from 0.
    @param _path Its siblings from the node up; none for the top.
    @param _children Both children of an inner node, the left one first; of a leaf, or of a top that
                     is another than the report says, none are needed.
    @custom:error "report: no controller", "report: nothing pending",
                  "refute: root unchanged", "refute: sum too large",
                  "refute: path invalid", "refute: two children needed",
                  "refute: children invalid", "refute: nothing inconsistent"
    """
    report: IEmissionController.Report = audited_report._refutable(_controller).report
    root: bytes32 = summaries._root(_node, _place, _path)
    assert root == report.audit_root, "refute: path invalid"
    is_faulty: bool = False
    if len(_path) == 0:
        is_faulty = (
            _node.claims != report.root or convert(_node.sum, uint256) != report.cumulative_total
        )
    if not is_faulty:
        is_faulty = self._is_faulty(_node, len(_path), _children)
    assert is_faulty, "refute: nothing inconsistent"
    extcall IEmissionController(_controller).discard_refuted(
        reasons.DISCARD_INCONSISTENT, msg.sender
    )


@external
def refute_loss(
    _controller: address,
    _epoch: uint256,
    _account: address,
    _old_cumulative: uint256,
    _old_proof: DynArray[bytes32, 32],
    _node: IRootAudit.Summary,
    _place: uint256,
    _path: DynArray[IRootAudit.Summary, 32],
    _children: DynArray[IRootAudit.Summary, 2],
):
    """
    @notice Discards the controller's pending report by proof that an account has less in it than an
            earlier settled epoch gave it, or nothing at all; anyone.
    @dev Works while paused.
    @param _controller The controller whose report is wrong.
    @param _epoch A settled epoch whose root is evidence.
    @param _account The account that would lose.
    @param _old_cumulative Its total (wei, above 0) in that epoch's root, shown by `_old_proof`.
    @param _node The account's leaf in the audit tree; or, if it has none, the node whose children
                 it would stand between, or the top, if it would stand outside.
    @param _place Number of `_node` in its level, from the left from 0.
    @param _path Siblings of `_node` from the node up.
    @param _children Both children of the node that leaves the account out, the left one first;
                     none are needed otherwise.
    @custom:error "report: no controller", "report: nothing pending",
                  "refute: root unchanged", "refute: nothing to lose",
                  "refute: no evidence" The epoch was not settled, or its root is no evidence.
                  "refute: old proof invalid", "refute: sum too large", "refute: path invalid",
                  "refute: two children needed", "refute: children invalid", "refute: no loss"
    """
    report: IEmissionController.Report = audited_report._refutable(_controller).report
    audited_report._check_evidence(
        _controller, _epoch, _account, _old_cumulative, _old_proof
    )
    root: bytes32 = summaries._root(_node, _place, _path)
    assert root == report.audit_root, "refute: path invalid"
    has_less: bool = False
    if _node.hash == empty(bytes32) and _node.first == _account:
        has_less = convert(_node.sum, uint256) < _old_cumulative
    elif len(_path) == 0 and not self._is_within(_account, _node.first, _node.last):
        has_less = True
    else:
        self._check_children(_node, _children)
        has_less = (
            convert(_children[0].last, uint160) < convert(_account, uint160)
            and convert(_account, uint160) < convert(_children[1].first, uint160)
        )
    assert has_less, "refute: no loss"
    extcall IEmissionController(_controller).discard_refuted(reasons.DISCARD_LOSS, msg.sender)

# --- views ---

@external
@pure
def audit_root(
    _node: IRootAudit.Summary, _place: uint256, _path: DynArray[IRootAudit.Summary, 32]
) -> bytes32:
    """
    @notice The audit root that a node and its siblings lead to.
    @param _node A node; sum in wei.
    @param _place Its number in its level, from the left from 0.
    @param _path Its siblings from the node up; none for the top.
    @custom:error "refute: sum too large" A node above could not hold its sum.
    """
    return summaries._root(_node, _place, _path)

# --- internal ---

@internal
@pure
def _check_children(
    _node: IRootAudit.Summary, _children: DynArray[IRootAudit.Summary, 2]
):
    """
    @notice Whether these are the children by which a node's hash was made.
    @dev Reverts with "refute: two children needed" or "refute: children invalid".
    """
    assert len(_children) == 2, "refute: two children needed"
    hash: bytes32 = summaries._hash(_children[0], _children[1])
    assert hash == _node.hash, "refute: children invalid"


@internal
@pure
def _is_faulty(
    _node: IRootAudit.Summary, _depth: uint256, _children: DynArray[IRootAudit.Summary, 2]
) -> bool:
    """
    @notice Whether a node contradicts what is below it. A node as deep as a claim reaches that is
            no leaf does: nobody below it could ever claim.
    @dev Reverts as `_check_children`.
    """
    if _node.hash == empty(bytes32):
        return not summaries._is_sound_leaf(_node)
    if _depth == summaries.MAX_DEPTH:
        return True
    self._check_children(_node, _children)
    return not summaries._is_above(_node, _children[0], _children[1])


@internal
@pure
def _is_within(_account: address, _first: address, _last: address) -> bool:
    """
    @notice Whether an account is neither before the first nor after the last.
    """
    account: uint160 = convert(_account, uint160)
    return convert(_first, uint160) <= account and account <= convert(_last, uint160)
