# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Leaf challenges: whoever signs a list can be made to show the leaf of whom it paid before
@license AGPL-3.0-only
@notice Only who knows the list can show its fault. So anyone may ask, with a bond, for the leaf of
        an account that a settled epoch paid. Until somebody shows that leaf in the pending report's
        audit tree, with no less than the epoch gave, the report cannot settle. Who shows it gets
        the bond. If nobody does within as long as the report waits, anyone discards it, and the
        bond goes back. Asking ends when a report could settle: it waits at most twice its delay.
        The bond pays for the answer: asking without need costs the asker.
@dev Kept by controller and digest: a contract that is no controller harms only itself.
     Amounts are wei of MDT, which moves exactly what it is asked to.
@custom:security The bonds of open challenges are all that is held here; each ends once, to the
                 one who answered or back to the one who asked. An answer shows one leaf, no more.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IEmissionController
from interfaces import IRootAudit

# --- modules ---

from . import audited_report
from ...common import reasons
from ...common import summaries

# --- constants ---

# A bond above this is more than an honest asker can be expected to have at hand.
MAX_BOND: constant(uint256) = 10_000 * 10**18

# --- immutables ---

TOKEN: public(immutable(address))
BOND: public(immutable(uint256))  # wei

# --- storage ---

# controller -> digest of its report -> number -> challenge; answer_by is 0 once it ended
_challenges: HashMap[address, HashMap[bytes32, HashMap[uint256, IRootAudit.Challenge]]]
_counts: HashMap[address, HashMap[bytes32, uint256]]  # ever asked
_open: HashMap[address, HashMap[bytes32, uint256]]  # neither answered nor ended

# --- constructor ---

@deploy
def __init__(_token: address, _bond: uint256):
    """
    @dev Reverts with "audit: token has no code" or "audit: bond out of range".
    """
    assert _token.is_contract, "audit: token has no code"
    assert 0 < _bond and _bond <= MAX_BOND, "audit: bond out of range"
    TOKEN = _token
    BOND = _bond

# --- permissionless ---

@external
def challenge(
    _controller: address,
    _epoch: uint256,
    _account: address,
    _old_cumulative: uint256,
    _old_proof: DynArray[bytes32, 32],
) -> uint256:
    """
    @notice Asks for an account's leaf in the controller's pending report; takes the caller's BOND
            by allowance.
    @dev Works while paused.
    @param _controller The controller whose report it is.
    @param _epoch A settled epoch whose root is evidence.
    @param _account An account that this epoch's root pays.
    @param _old_cumulative Its total there (wei, above 0), shown by `_old_proof`.
    @return The challenge's number among those of this report.
    @custom:error "report: no controller", "report: nothing pending",
                  "refute: root unchanged", "refute: nothing to lose",
                  "refute: no evidence", "refute: old proof invalid", "audit: transfer failed"
                  "challenge: too late" The report could settle by now.
    """
    pending: IEmissionController.PendingReport = audited_report._refutable(_controller)
    assert block.timestamp < pending.settles_at, "challenge: too late"
    audited_report._check_evidence(_controller, _epoch, _account, _old_cumulative, _old_proof)
    answer_by: uint256 = block.timestamp + pending.settles_at - pending.submitted_at
    number: uint256 = self._counts[_controller][pending.digest]
    self._counts[_controller][pending.digest] = number + 1
    self._open[_controller][pending.digest] += 1
    self._challenges[_controller][pending.digest][number] = IRootAudit.Challenge(
        challenger=msg.sender,
        account=_account,
        cumulative=_old_cumulative,
        answer_by=answer_by,
    )
    log IRootAudit.Challenged(
        controller=_controller,
        digest=pending.digest,
        account=_account,
        number=number,
        challenger=msg.sender,
        cumulative=_old_cumulative,
        answer_by=answer_by,
    )
    is_paid: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, self, BOND)
    assert is_paid, "audit: transfer failed"
    return number


@external
def answer(
    _controller: address,
    _number: uint256,
    _node: IRootAudit.Summary,
    _place: uint256,
    _path: DynArray[IRootAudit.Summary, 32],
):
    """
    @notice Shows the leaf that was asked for; the caller gets the bond. Anyone, and also late,
            as long as the report is not discarded.
    @dev Works while paused. The way up must end in the report's own claims root and total, so what
         is shown here can also be claimed.
    @param _controller The controller whose report it is.
    @param _number The challenge.
    @param _node The account's leaf in the audit tree; sum in wei.
    @param _place The leaf's number in its level, as for a refutation.
    @param _path Its siblings from the leaf up.
    @custom:error "report: no controller", "report: nothing pending",
                  "refute: root unchanged", "challenge: not open",
                  "refute: sum too large", "refute: path invalid", "audit: transfer failed"
                  "challenge: no answer" Another account's leaf, one with less than was asked for,
                  or one that its claims tree does not have.
    """
    pending: IEmissionController.PendingReport = audited_report._refutable(_controller)
    asked: IRootAudit.Challenge = self._find(_controller, pending.digest, _number)
    top: IRootAudit.Summary = summaries._top(_node, _place, _path)
    is_shown: bool = summaries._audit_root(top) == pending.report.audit_root
    assert is_shown, "refute: path invalid"
    is_claimable: bool = (
        top.claims == pending.report.root
        and convert(top.sum, uint256) == pending.report.cumulative_total
        and _node.hash == empty(bytes32)
        and summaries._is_sound_leaf(_node)
    )
    has_enough: bool = (
        _node.first == asked.account and convert(_node.sum, uint256) >= asked.cumulative
    )
    assert is_claimable and has_enough, "challenge: no answer"
    self._end(_controller, pending.digest, _number, msg.sender, True)


@external
def discard_unanswered(_controller: address, _number: uint256):
    """
    @notice Discards the pending report, because a leaf was asked for and nobody showed it in time;
            the bond goes back to who asked. Anyone.
    @dev Works while paused.
    @param _controller The controller whose report it is.
    @param _number The challenge.
    @custom:error "report: no controller", "report: nothing pending",
                  "refute: root unchanged", "challenge: not open",
                  "challenge: time left", "audit: transfer failed"
    """
    pending: IEmissionController.PendingReport = audited_report._refutable(_controller)
    asked: IRootAudit.Challenge = self._find(_controller, pending.digest, _number)
    assert block.timestamp > asked.answer_by, "challenge: time left"
    self._end(_controller, pending.digest, _number, asked.challenger, False)
    extcall IEmissionController(_controller).discard_refuted(
        reasons.DISCARD_UNANSWERED, asked.challenger
    )


@external
def return_bond(_controller: address, _digest: bytes32, _number: uint256):
    """
    @notice Gives the bond of an open challenge back to who asked, once its report was discarded for
            another reason. Anyone.
    @param _controller The controller whose report it was.
    @param _digest The report's digest.
    @param _number The challenge.
    @custom:error "challenge: not open", "challenge: still pending", "audit: transfer failed"
    """
    asked: IRootAudit.Challenge = self._find(_controller, _digest, _number)
    pending: IEmissionController.PendingReport = staticcall (
        IEmissionController(_controller).pending()
    )
    assert pending.digest != _digest, "challenge: still pending"
    self._end(_controller, _digest, _number, asked.challenger, False)

# --- views ---

@external
@view
def open_challenges(_controller: address, _digest: bytes32) -> uint256:
    """
    @notice How many leaves of a report were asked for and not shown; it settles when none is.
    """
    return self._open[_controller][_digest]


@external
@view
def challenge_count(_controller: address, _digest: bytes32) -> uint256:
    """
    @notice How many leaves of a report were ever asked for.
    """
    return self._counts[_controller][_digest]


@external
@view
def challenge_at(
    _controller: address, _digest: bytes32, _number: uint256
) -> IRootAudit.Challenge:
    """
    @notice A challenge of a report; answer_by is 0 once it ended, all is 0 for one that never was.
    """
    return self._challenges[_controller][_digest][_number]

# --- internal ---

@internal
@view
def _find(_controller: address, _digest: bytes32, _number: uint256) -> IRootAudit.Challenge:
    """
    @dev Reverts with "challenge: not open".
    """
    found: IRootAudit.Challenge = self._challenges[_controller][_digest][_number]
    assert found.answer_by != 0, "challenge: not open"
    return found


@internal
def _end(
    _controller: address, _digest: bytes32, _number: uint256, _to: address, _is_answered: bool
):
    """
    @notice Ends a challenge and pays its bond, all written before the token moves.
    @dev Reverts with "audit: transfer failed".
    """
    self._challenges[_controller][_digest][_number].answer_by = 0
    self._open[_controller][_digest] -= 1
    log IRootAudit.ChallengeEnded(
        controller=_controller,
        digest=_digest,
        paid_to=_to,
        number=_number,
        is_answered=_is_answered,
    )
    assert extcall IERC20(TOKEN).transfer(_to, BOND), "audit: transfer failed"
