# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Takeover: a controller goes on where another one stopped
@license AGPL-3.0-only
@notice A successor has its predecessor's schedule to the block, so every epoch keeps its number,
        its blocks and its era. Until the owner calls `take_over`, nothing can be reported or
        skipped here; from then on the predecessor can mint nothing, and the first epoch paid here
        is the one that it had not come to. No epoch is lost. None is paid twice, if one successor
        takes over from each predecessor.
@custom:security The owner sees to that: a second successor of one predecessor is not refused here.
                 Parameters of a successor hold from its first epoch on, also where the predecessor
                 had a change for a later one.
"""

# --- interfaces ---

from interfaces import IEmissionController
from interfaces import IMDT

# --- modules ---

from . import epoch_amounts
from . import epoch_records
from . import epochs
from snekmate.auth import ownable

uses: epoch_amounts
uses: epoch_records
uses: epochs
uses: ownable

# --- constructor ---

@deploy
def __init__():
    """
    @dev Reverts with "takeover: another token" or "takeover: another schedule".
    """
    if epoch_records.PREDECESSOR != empty(address):
        before: IEmissionController = IEmissionController(epoch_records.PREDECESSOR)
        assert staticcall before.TOKEN() == epoch_amounts.TOKEN, "takeover: another token"
        is_same: bool = staticcall before.START_BLOCK() == epochs.START_BLOCK
        is_same = is_same and staticcall before.EPOCH_BLOCKS() == epochs.EPOCH_BLOCKS
        is_same = is_same and staticcall before.BASE_REWARD() == epoch_amounts.BASE_REWARD
        is_same = is_same and staticcall before.INTERVAL_BLOCKS() == epoch_amounts.INTERVAL_BLOCKS
        is_same = is_same and staticcall before.HALVINGS() == epoch_amounts.HALVINGS
        assert is_same, "takeover: another schedule"

# --- governance ---

@external
def take_over():
    """
    @notice Opens this controller at its predecessor's next epoch, with its last utility. The owner
            only, once; in the batch that takes the predecessor's grant away.
    @dev A report that is pending there has to be settled or cancelled first.
    @custom:error "ownable: caller is not the owner", "takeover: predecessor not open",
                  "takeover: report pending", "takeover: predecessor mints"
                  "takeover: already open" Also when there is no predecessor.
    """
    ownable._check_owner()
    assert epochs._opened_at() == 0, "takeover: already open"
    before: IEmissionController = IEmissionController(epoch_records.PREDECESSOR)
    status: IEmissionController.Status = staticcall before.status()
    assert status.opened_at != 0, "takeover: predecessor not open"
    assert not status.has_pending, "takeover: report pending"
    is_minter: bool = staticcall IMDT(epoch_amounts.TOKEN).is_minter(before.address)
    assert not is_minter, "takeover: predecessor mints"

    settled: uint256 = staticcall before.last_settled()
    epochs._take_over(status.next_epoch)
    epoch_records._take_over(status.next_epoch, settled, staticcall before.last_utility())
    log IEmissionController.TakenOver(
        predecessor=before.address, first_epoch=status.next_epoch, last_settled=settled
    )
