# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Settlement: the pending report becomes money
@license AGPL-3.0-only
@notice What the recycling pool lets the host draw is spent first and the rest is minted; then the
        miner share funds the distributor's next root (or goes back to the pool when there are no
        miners), the validator share is streamed by staking, the DAO share goes to the treasury.
        What came in is what goes out: nothing stays with the host.
@dev All state is written before the first token moves. The host approved distributor, staking and
     pool, which each pull only what they are told in the same call.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IEmissionController
from interfaces import IMDT
from interfaces import IRecyclingPool
from interfaces import IRewardDistributor
from interfaces import IStaking

# --- modules ---

from . import epoch_amounts
from . import epoch_records
from . import epochs
from . import pending_report
from ...common import reasons

uses: epochs
uses: epoch_amounts
uses: epoch_records
uses: pending_report

# --- immutables ---

STAKING: public(immutable(address))
RECYCLING_POOL: public(immutable(address))
TREASURY: public(immutable(address))

# --- storage ---

total_emitted: public(uint256)  # wei, all settled epochs
total_recycled: public(uint256)  # wei of it that came from the recycling pool

# --- constructor ---

@deploy
def __init__(_staking: address, _recycling_pool: address, _treasury: address):
    STAKING = _staking
    RECYCLING_POOL = _recycling_pool
    TREASURY = _treasury

# --- views ---

@external
@view
def total_minted() -> uint256:
    """
    @notice Wei of all emission that was newly minted.
    """
    return self.total_emitted - self.total_recycled

# --- internal ---

@internal
def _settle():
    """
    @notice Pays out the pending report.
    @dev Reverts with "report: nothing pending" or "settle: delay not over"; with the token's
         reason while its rate window is full.
    """
    pending_report._check_exists()
    pending: IEmissionController.PendingReport = pending_report._load()
    assert block.timestamp >= pending.settles_at, "settle: delay not over"
    report: IEmissionController.Report = pending.report
    amounts: IEmissionController.Amounts = pending.amounts
    emission: uint256 = amounts.emission
    recycled: uint256 = 0
    if emission > 0:
        recycled = min(emission, staticcall IRecyclingPool(RECYCLING_POOL).drawable(self))
    outcome: uint256 = reasons.MINERS_NOTHING_TO_PAY
    if pending_report._pays_miners():
        outcome = reasons.MINERS_PAID
    elif amounts.miner_share > 0:
        outcome = reasons.MINERS_NONE

    pending_report._clear()
    epochs._advance(report.epoch + 1)
    epoch_records._store(report, amounts, recycled, outcome == reasons.MINERS_PAID)
    self.total_emitted += emission
    if recycled > 0:
        self.total_recycled += recycled
    log IEmissionController.EpochSettled(
        epoch=report.epoch,
        root=report.root,
        utility=amounts.utility,
        emission=emission,
        recycled=recycled,
        minted=emission - recycled,
        miner_share=amounts.miner_share,
        validator_share=amounts.validator_share,
        dao_share=amounts.dao_share,
        is_clamped=amounts.is_clamped,
        miner_outcome=outcome,
    )

    self._collect(emission, recycled)
    self._distribute(outcome, report.root, report.cumulative_total, amounts)


@internal
def _collect(_emission: uint256, _recycled: uint256):
    """
    @notice Brings the emission here: what the pool has, and the rest from the token.
    """
    if _recycled > 0:
        drawn: uint256 = extcall IRecyclingPool(RECYCLING_POOL).draw(_recycled)
        assert drawn == _recycled, "settle: pool fell short"
    if _recycled < _emission:
        extcall IMDT(epoch_amounts.TOKEN).mint(
            self, _emission - _recycled, reasons.MINT_EPOCH_EMISSION
        )


@internal
def _distribute(
    _outcome: uint256, _root: bytes32, _total: uint256, _amounts: IEmissionController.Amounts
):
    """
    @notice Hands out the three shares; a share of zero makes no call.
    @param _outcome MINERS_* of `reasons.vy`.
    @param _root The new miner root.
    @param _total Its cumulative total (wei).
    """
    if _outcome == reasons.MINERS_PAID:
        extcall IRewardDistributor(pending_report.DISTRIBUTOR).fund(_root, _total)
    elif _outcome == reasons.MINERS_NONE:
        extcall IRecyclingPool(RECYCLING_POOL).recycle(
            _amounts.miner_share, reasons.RECYCLE_NO_MINERS
        )
    if _amounts.validator_share > 0:
        extcall IStaking(STAKING).notify_reward(_amounts.validator_share)
    if _amounts.dao_share > 0:
        token: IERC20 = IERC20(epoch_amounts.TOKEN)
        assert extcall token.transfer(TREASURY, _amounts.dao_share), "settle: transfer failed"
