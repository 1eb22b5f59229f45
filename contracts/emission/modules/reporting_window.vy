# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Reporting window: until when the next epoch can be reported
@license AGPL-3.0-only
@notice The next epoch can be reported in each of these cases:

            block <= max(end of the epoch, block in which it became the next one) + deadline
            now <= end of the last pause, cancel, refutation, void or rotation + GRACE
            now <= end of the last suspension of this minter + GRACE

        A stop therefore defers: nobody who can stop can make an epoch late that would have been
        reported. An epoch that is late can be skipped, or reopened by the owner.
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from . import emission_parameters
from . import epoch_amounts
from . import epochs

uses: emission_parameters
uses: epoch_amounts
uses: epochs

# --- internal ---

@internal
@view
def _deadline_block() -> uint256:
    """
    @notice The last block for a report of the next epoch, if no grace is longer.
    @dev Reverts with "epochs: epoch out of range".
    """
    epoch: uint256 = epochs._next_epoch()
    opened: uint256 = max(epochs._end_block(epoch), epochs._opened_at())
    return opened + emission_parameters._deadline(emission_parameters._word_at(epoch))


@internal
@view
def _suspended_until() -> uint256:
    """
    @notice Until when (timestamp) the token lets this contract mint nothing; past = it may.
    """
    return staticcall IMDT(epoch_amounts.TOKEN).suspended_until(self)


@internal
@view
def _grace_until(_suspended_until: uint256) -> uint256:
    """
    @notice The last second for a report, if the deadline by blocks is over.
    @param _suspended_until As the token has it, for a caller that asked already.
    """
    return max(epochs._grace_until(), _suspended_until + epochs.GRACE)


@internal
@view
def _is_late(_suspended_until: uint256) -> bool:
    """
    @notice Whether the next epoch can be reported no more.
    @dev Reverts with "epochs: epoch out of range".
    """
    in_grace: bool = block.timestamp <= self._grace_until(_suspended_until)
    return not in_grace and block.number > self._deadline_block()


@internal
@view
def _check_minter():
    """
    @notice The owner took the controller's grant away: nothing is reported, which would settle
            at 0 for ever, and nothing skipped, until the grant is back.
    @dev Reverts with "report: not a minter".
    """
    assert staticcall IMDT(epoch_amounts.TOKEN).is_minter(self), "report: not a minter"
