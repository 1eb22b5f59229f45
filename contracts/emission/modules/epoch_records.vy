# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Epoch records: what every settled epoch paid, readable from state for ever
@license AGPL-3.0-only
@notice Epochs before `first_epoch` were paid by the predecessor, which is asked for them. A record
        of this contract is four words:
        0 root; 1 data hash (never empty, so it says "settled"); 2 cumulative total (128 bits from
        the lowest) and miner share (128); 3 emission (96), recycled (96), utility (64).
@custom:security The widths hold by the host's bounds: an epoch's emission is at most its base
                 reward (<= 1e28 < 2^96), and the halvings let all epochs together pay at most
                 base * 2 * interval / epoch length (< 2^124) on top of what was funded before.
                 A root that settled although it was wrong can be disowned: the record stays as it
                 is, and what a proof is measured by leaves it out.
"""

# --- interfaces ---

from interfaces import IEmissionController

# --- modules ---

from snekmate.auth import ownable

uses: ownable

# --- constants ---

_MASK_96: constant(uint256) = 2**96 - 1
_MASK_128: constant(uint256) = 2**128 - 1

# --- immutables ---

PREDECESSOR: public(immutable(address))  # the controller that paid before; empty = none
# the same, if its roots were roots of the distributor that this one funds
_EVIDENCE_BEFORE: immutable(address)

# --- storage ---

_words: HashMap[uint256, uint256[4]]  # epoch -> packed record
last_settled: public(uint256)  # the newest settled epoch + 1, a predecessor's counted; 0 = none yet
first_epoch: public(uint256)  # the first epoch that is paid here
_is_disowned: HashMap[uint256, bool]  # epoch -> its root is no evidence

# --- constructor ---

@deploy
def __init__(_predecessor: address, _distributor: address):
    """
    @param _predecessor The controller that paid before, or empty.
    @param _distributor Whose root this controller's records are about.
    """
    PREDECESSOR = _predecessor
    is_same: bool = False
    if _predecessor != empty(address):
        is_same = staticcall IEmissionController(_predecessor).DISTRIBUTOR() == _distributor
    _EVIDENCE_BEFORE = _predecessor if is_same else empty(address)

# --- governance ---

@external
def disown_epoch(_epoch: uint256):
    """
    @notice Says that the root of a settled epoch was wrong: from now on no later report is measured
            by it, and the honest roots of earlier epochs are evidence again. What was paid stays
            paid, and the record stays readable.
    @dev The owner only; once an epoch. An epoch without miners has the root of the one before: it
         is disowned as well, or that root remains evidence.
    @param _epoch A settled epoch with a root, of this controller or of a predecessor.
    @custom:error "ownable: caller is not the owner"
                  "disown: no evidence" It was not settled, has no root, or was disowned before.
    """
    ownable._check_owner()
    root: bytes32 = self._evidence_root(_epoch)
    assert root != empty(bytes32), "disown: no evidence"
    self._is_disowned[_epoch] = True
    log IEmissionController.EpochDisowned(epoch=_epoch, root=root)

# --- views ---

@external
@view
def epoch_record(_epoch: uint256) -> IEmissionController.EpochRecord:
    """
    @notice What an epoch paid, here or at a predecessor; all zero when it was skipped or is still
            to come.
    """
    return self._load(_epoch)


@external
@view
def evidence_root(_epoch: uint256) -> bytes32:
    """
    @notice The root by which later reports can be measured: that of a settled epoch, here or at a
            predecessor with the same distributor, which the owner did not disown. Else empty.
    """
    return self._evidence_root(_epoch)


@external
@view
def last_utility() -> uint256:
    """
    @notice U (WAD) of the newest settled epoch, from which `max_change_wad` counts; 0 when none.
    """
    return self._last_utility()[1]

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
    self.last_settled = _report.epoch + 1


@internal
def _take_over(_first_epoch: uint256, _last_settled: uint256, _last_utility: uint256):
    """
    @notice Goes on with a predecessor's history. Its last utility is kept here, where the limit of
            rises looks for it; that epoch's record is the predecessor's all the same.
    """
    self.first_epoch = _first_epoch
    self.last_settled = _last_settled
    if _last_settled > 0:
        self._words[_last_settled - 1][3] = _last_utility << 192


@internal
@view
def _evidence_root(_epoch: uint256) -> bytes32:
    """
    @notice The root of a settled epoch that was not disowned; empty when there is none. Roots of a
            predecessor count if they were roots of the same distributor.
    """
    if self._is_disowned[_epoch]:
        return empty(bytes32)
    if _epoch >= self.first_epoch:
        return convert(self._words[_epoch][0], bytes32)
    if _EVIDENCE_BEFORE == empty(address):
        return empty(bytes32)
    return staticcall IEmissionController(_EVIDENCE_BEFORE).evidence_root(_epoch)


@internal
@view
def _load(_epoch: uint256) -> IEmissionController.EpochRecord:
    """
    @notice The record of an epoch; all zero when it was not settled.
    """
    if _epoch < self.first_epoch:
        return staticcall IEmissionController(PREDECESSOR).epoch_record(_epoch)
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
def _last_utility() -> (bool, uint256):
    """
    @notice Whether any epoch was settled, and the utility (WAD) of the newest that was.
    """
    settled: uint256 = self.last_settled
    if settled == 0:
        return False, 0
    return True, self._words[settled - 1][3] >> 192
