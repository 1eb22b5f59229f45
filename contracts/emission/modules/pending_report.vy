# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Pending report: the one report that waits for its delay
@license AGPL-3.0-only
@notice A report waits until it is settled or discarded (by the guardian, or by a proof that
        `RootAudit` checks). Every discarded report raises the attempt, so its signatures are
        worthless.

        A report is kept in eight words: digest; root; audit root; data hash; tasks (128 bits from
        the lowest), difficulty (64), participation (64); cumulative total (128), submitted_at (64),
        settles_at (64); emission (96), utility (64), is clamped (1), pays miners (1); miner (96)
        and validator (96) share. Epoch and attempt cannot move while it waits, the DAO share is
        what is left of the emission, the ceiling follows from the epoch.
        An empty digest says that nothing is pending. The other words stay behind to be
        overwritten: 5,000 gas each for the next report instead of 22,100.
"""

# --- interfaces ---

from interfaces import IEmissionController
from interfaces import IRewardDistributor

# --- modules ---

from . import epoch_amounts
from . import epochs

uses: epochs
uses: epoch_amounts

# --- constants ---

_MASK_64: constant(uint256) = 2**64 - 1
_MASK_96: constant(uint256) = 2**96 - 1
_MASK_128: constant(uint256) = 2**128 - 1

# --- immutables ---

DISTRIBUTOR: public(immutable(address))

# --- storage ---

_digest: bytes32
_root: bytes32
_audit_root: bytes32
_data_hash: bytes32
_inputs: uint256
_total_and_times: uint256
_amounts: uint256
_shares: uint256

# --- constructor ---

@deploy
def __init__(_distributor: address):
    DISTRIBUTOR = _distributor

# --- views ---

@external
@view
def pending() -> IEmissionController.PendingReport:
    """
    @notice The report that waits for settlement; all zero when there is none.
    @custom:error "epochs: epoch out of range"
    """
    return self._load()

# --- internal ---

@internal
@view
def _check_root(_report: IEmissionController.Report, _miner_share: uint256) -> bool:
    """
    @notice A root is either unchanged, and then so is its total, or it is new and its total is the
            funded one plus exactly the miner share (failure catalogue B14). A new root comes with
            the root of its audit tree.
    @dev Reverts with "report: total not exact", "report: root without share",
         "report: empty root", "report: empty audit root" or "report: audit without new root".
    @return Whether miners are paid.
    """
    distributor: IRewardDistributor = IRewardDistributor(DISTRIBUTOR)
    funded: uint256 = staticcall distributor.total_funded()
    pays_miners: bool = _report.root != staticcall distributor.root()
    if pays_miners:
        assert _report.root != empty(bytes32), "report: empty root"
        assert _miner_share > 0, "report: root without share"
        funded += _miner_share
    assert _report.cumulative_total == funded, "report: total not exact"
    is_audited: bool = _report.audit_root != empty(bytes32)
    if pays_miners:
        assert is_audited, "report: empty audit root"
    else:
        assert not is_audited, "report: audit without new root"
    return pays_miners


@internal
def _store(_pending: IEmissionController.PendingReport, _pays_miners: bool):
    """
    @notice Keeps a report whose fields the host has checked; widths as in `epoch_records`.
    @dev Reverts with "report: total too large" (a distributor funded beyond 2^128 wei).
    """
    report: IEmissionController.Report = _pending.report
    amounts: IEmissionController.Amounts = _pending.amounts
    assert report.cumulative_total <= _MASK_128, "report: total too large"
    self._digest = _pending.digest
    self._root = report.root
    self._audit_root = report.audit_root
    self._data_hash = report.data_hash
    self._inputs = report.tasks | report.difficulty << 128 | report.participation << 192
    times: uint256 = _pending.submitted_at << 128 | _pending.settles_at << 192
    self._total_and_times = report.cumulative_total | times
    flags: uint256 = convert(amounts.is_clamped, uint256) | convert(_pays_miners, uint256) << 1
    self._amounts = amounts.emission | amounts.utility << 96 | flags << 160
    self._shares = amounts.miner_share | amounts.validator_share << 96


@internal
@view
def _load() -> IEmissionController.PendingReport:
    """
    @notice The pending report; all zero when nothing is pending.
    """
    digest: bytes32 = self._digest
    if digest == empty(bytes32):
        return empty(IEmissionController.PendingReport)
    epoch: uint256 = epochs._next_epoch()
    inputs: uint256 = self._inputs
    total_and_times: uint256 = self._total_and_times
    amounts: uint256 = self._amounts
    shares: uint256 = self._shares
    emission: uint256 = amounts & _MASK_96
    miner_share: uint256 = shares & _MASK_96
    validator_share: uint256 = shares >> 96
    return IEmissionController.PendingReport(
        digest=digest,
        report=IEmissionController.Report(
            epoch=epoch,
            attempt=epochs._attempt(),
            tasks=inputs & _MASK_128,
            difficulty=(inputs >> 128) & _MASK_64,
            participation=inputs >> 192,
            root=self._root,
            audit_root=self._audit_root,
            cumulative_total=total_and_times & _MASK_128,
            data_hash=self._data_hash,
        ),
        amounts=IEmissionController.Amounts(
            utility=(amounts >> 96) & _MASK_64,
            ceiling=epoch_amounts._ceiling(epoch),
            emission=emission,
            miner_share=miner_share,
            validator_share=validator_share,
            dao_share=emission - miner_share - validator_share,
            is_clamped=(amounts >> 160) & 1 == 1,
        ),
        submitted_at=(total_and_times >> 128) & _MASK_64,
        settles_at=total_and_times >> 192,
    )


@internal
@view
def _exists() -> bool:
    """
    @notice Whether a report is pending.
    """
    return self._digest != empty(bytes32)


@internal
@view
def _check_exists():
    """
    @dev Reverts with "report: nothing pending".
    """
    assert self._exists(), "report: nothing pending"


@internal
@view
def _check_none():
    """
    @dev Reverts with "report: already pending".
    """
    assert not self._exists(), "report: already pending"


@internal
@view
def _settles_at() -> uint256:
    """
    @notice The timestamp from which the report can be settled; 0 when nothing is pending.
    """
    return self._total_and_times >> 192 if self._exists() else 0


@internal
@view
def _pays_miners() -> bool:
    """
    @notice Whether the pending report has a new root.
    """
    return self._amounts >> 161 == 1


@internal
def _clear():
    """
    @notice Nothing is pending any more.
    """
    self._digest = empty(bytes32)


@internal
def _discard(_reason: uint256, _by: address):
    """
    @notice Drops the pending report; the epoch can be reported again, with new signatures, and
            for a grace at least.
    @param _reason DISCARD_* of `reasons.vy`.
    @param _by Who brought it about.
    """
    digest: bytes32 = self._digest
    self._clear()
    epochs._next_attempt()
    log IEmissionController.ReportDiscarded(
        epoch=epochs._next_epoch(), digest=digest, discarded_by=_by, reason=_reason
    )
