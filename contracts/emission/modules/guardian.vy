# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Guardian: one account that can stop for a while, and can never stop for good
@license AGPL-3.0-only
@notice A pause lasts at most MAX_PAUSE, ends by itself, and the next one can only begin MAX_PAUSE
        after the last one ended: at least half of all time is unpaused, whoever the guardian is.
        A pause defers and costs nothing: the next epoch can still be reported for a grace after
        the pause was to end, and those behind it get their whole deadline once it is their turn.
@custom:kill The owner replaces a guardian that misbehaves; it may end a pause itself.
"""

from interfaces import IEmissionController
from . import epochs
from snekmate.auth import ownable

uses: epochs
uses: ownable

# Long enough for people to meet and decide, shorter than a claim can wait (seconds).
MAX_PAUSE: constant(uint256) = 3 * 86_400

guardian: public(address)
paused_until: public(uint256)  # timestamp; in the past = running

# --- role: guardian ---

@external
def pause(_seconds: uint256):
    """
    @notice Stops submitting, settling and skipping for a while; claims, refutations and voiding
            go on.
    @param _seconds 1 second to 3 days; the next pause can begin 3 days after this one ended.
    @custom:error "guardian: only the guardian", "guardian: pause out of range",
                  "guardian: already paused", "guardian: paused too recently"
    """
    self._check_guardian()
    assert 1 <= _seconds and _seconds <= MAX_PAUSE, "guardian: pause out of range"
    ended: uint256 = self.paused_until
    assert block.timestamp >= ended, "guardian: already paused"
    assert block.timestamp >= ended + MAX_PAUSE, "guardian: paused too recently"
    until: uint256 = block.timestamp + _seconds
    self.paused_until = until
    epochs._grant_grace(until)
    log IEmissionController.Paused(guardian=msg.sender, paused_until=until)


@external
def unpause():
    """
    @notice Ends a pause now; the guardian or the owner.
    @custom:error "guardian: not guardian or owner", "guardian: not paused"
    """
    self._check_guardian_or_owner()
    assert block.timestamp < self.paused_until, "guardian: not paused"
    # the next pause is counted from here
    self.paused_until = block.timestamp
    log IEmissionController.Unpaused(unpaused_by=msg.sender)

# --- governance ---

@external
def set_guardian(_guardian: address):
    """
    @notice Replaces the guardian.
    @dev The owner only.
    @param _guardian The new one.
    @custom:error "ownable: caller is not the owner", "guardian: zero address",
                  "guardian: no change"
    """
    ownable._check_owner()
    self._set(_guardian)

# --- internal ---

@internal
@view
def _check_guardian():
    """
    @dev Reverts with "guardian: only the guardian".
    """
    assert msg.sender == self.guardian, "guardian: only the guardian"


@internal
@view
def _check_guardian_or_owner():
    """
    @dev Reverts with "guardian: not guardian or owner".
    """
    is_allowed: bool = msg.sender == self.guardian or msg.sender == ownable.owner
    assert is_allowed, "guardian: not guardian or owner"


@internal
@view
def _check_running():
    """
    @dev Reverts with "guardian: paused".
    """
    assert block.timestamp >= self.paused_until, "guardian: paused"


@internal
def _set(_guardian: address):
    """
    @notice Replaces the guardian; the host decides who may. A running pause goes on.
    @dev Reverts with "guardian: zero address" or "guardian: no change".
    """
    old_guardian: address = self.guardian
    assert _guardian != empty(address), "guardian: zero address"
    assert _guardian != old_guardian, "guardian: no change"
    self.guardian = _guardian
    log IEmissionController.GuardianSet(old_guardian=old_guardian, new_guardian=_guardian)
