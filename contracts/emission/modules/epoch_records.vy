# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Epoch records: what every settled epoch paid, readable from state for ever
@license AGPL-3.0-only
@notice Four words per epoch:
        0 root; 1 data hash (never empty, so it says "settled"); 2 cumulative total (128 bits from
        the lowest) and miner share (128); 3 emission (96), recycled (96), utility (64).
@custom:security The widths hold by the host's bounds: an epoch's emission is at most its base
                 reward (<= 1e28 < 2^96), and the halvings let all epochs together pay at most
                 base * 2 * interval / epoch length (< 2^124) on top of what was funded before.
"""

# --- interfaces ---

from interfaces import IEmissionController

# --- constants ---

_MASK_96: constant(uint256) = 2**96 - 1
_MASK_128: constant(uint256) = 2**128 - 1

# --- storage ---

_words: HashMap[uint256, uint256[4]]  # epoch -> packed record
_last_settled: uint256  # the newest settled epoch + 1; 0 = none yet

# --- views ---

@external
@view
def evidence_root(_epoch: uint256) -> bytes32:
    """
    @notice The root of a settled epoch, by which a list that gives an account less can be refuted;
            empty for an epoch that was skipped or is still to come.
    """
    return self._evidence_root(_epoch)

# --- internal ---

@internal
def _store(
    _report: IEmissionController.Report,
    _amounts: IEmissionController.Amounts,
    _recycled: uint256,
    _pays_miners: bool,
):
    """
    @notice Keeps the record of an epoch that is being settled.
    @dev `pending_report` has refused totals above 128 bits.
    @param _recycled The part of the emission that comes from the recycling pool (wei).
    @param _pays_miners False: the miner share goes to the pool and the record says 0.
    """
    miner_share: uint256 = _amounts.miner_share if _pays_miners else 0
    self._words[_report.epoch] = [
        convert(_report.root, uint256),
        convert(_report.data_hash, uint256),
        _report.cumulative_total | miner_share << 128,
        _amounts.emission | _recycled << 96 | _amounts.utility << 192,
    ]
    self._last_settled = _report.epoch + 1


@internal
@view
def _load(_epoch: uint256) -> IEmissionController.EpochRecord:
    """
    @notice The record of an epoch; all zero when it was not settled.
    """
    words: uint256[4] = self._words[_epoch]
    return IEmissionController.EpochRecord(
        is_settled=words[1] != 0,
        root=convert(words[0], bytes32),
        data_hash=convert(words[1], bytes32),
        cumulative_total=words[2] & _MASK_128,
        utility=words[3] >> 192,
        emission=words[3] & _MASK_96,
        recycled=(words[3] >> 96) & _MASK_96,
        miner_share=words[2] >> 128,
    )


@internal
@view
def _evidence_root(_epoch: uint256) -> bytes32:
    """
    @notice The root by which a later list can be refuted: a settled epoch's; empty when the epoch
            was not settled.
    """
    return convert(self._words[_epoch][0], bytes32)


@internal
@view
def _last_utility() -> (bool, uint256):
    """
    @notice Whether any epoch was settled, and the utility (WAD) of the newest that was.
    """
    settled: uint256 = self._last_settled
    if settled == 0:
        return False, 0
    return True, self._words[settled - 1][3] >> 192
