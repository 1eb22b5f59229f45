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

from interfaces import IEmissionController
from interfaces import IMDT

# --- modules ---

from . import emission_parameters
from . import epoch_amounts
from . import epochs
from . import guardian as guard
from . import pending_report
from snekmate.auth import ownable

uses: emission_parameters
uses: epoch_amounts
uses: epochs
uses: guard
uses: ownable
uses: pending_report

# --- permissionless ---

@external
def skip() -> uint256:
    """
    @notice Once the next epoch is late, passes over it and over every other epoch whose end and
            deadline are over, at once, for the same gas however many they are. They pay nothing
            and their budget stays unminted.
    @return How many epochs were skipped.
    @custom:error "guardian: paused", "takeover: not open yet", "epochs: epoch out of range",
                  "report: not a minter"
                  "skip: nothing to skip" The next epoch can still be reported.
                  "report: already pending" It settles, it never expires.
    """
    guard._check_running()
    pending_report._check_none()
    epochs._check_open()
    is_late: bool = self._is_late(self._suspended_until())
    assert is_late, "skip: nothing to skip"
    self._check_minter()
    first: uint256 = epochs._next_epoch()
    # its own end and deadline are over, or it would not be late: at least one is passed over
    open: uint256 = emission_parameters._first_open(first)
    epochs._advance(open)
    log IEmissionController.EpochsSkipped(
        first_epoch=first, last_epoch=open - 1, skipped_by=msg.sender
    )
    return open - first

# --- governance ---

@external
def reopen():
    """
    @notice Gives the next epoch a grace from now on, however late it is: for whatever kept people
            from reporting that no rule knows of.
    @dev The owner only.
    @custom:error "ownable: caller is not the owner"
    """
    ownable._check_owner()
    epochs._grant_grace(block.timestamp)
    log IEmissionController.EpochReopened(
        epoch=epochs._next_epoch(), grace_until=epochs._grace_until()
    )

# --- views ---

@external
@view
def status() -> IEmissionController.Status:
    """
    @notice Where the chain and the epochs stand, in one call.
    @custom:error "epochs: epoch out of range"
    """
    suspended_until: uint256 = self._suspended_until()
    return IEmissionController.Status(
        block_number=block.number,
        timestamp=block.timestamp,
        current_epoch=epochs._current(),
        next_epoch=epochs._next_epoch(),
        attempt=epochs._attempt(),
        paused_until=guard.paused_until,
        has_pending=pending_report._exists(),
        settles_at=pending_report._settles_at(),
        deadline_block=self._deadline_block(),
        opened_at=epochs._opened_at(),
        grace_until=self._grace_until(suspended_until),
        is_late=self._is_late(suspended_until),
    )

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
