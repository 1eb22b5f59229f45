# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Suspensions: a minter can be stopped for a while, and never for good
@license AGPL-3.0-only
@notice A suspension lasts at most MAX_SUSPENSION and ends by itself; the minter then has the rules
        it had. The next one of the same minter can only begin MAX_SUSPENSION after the last one
        ended: every minter can mint in at least half of all time, whoever the guardian is. So a
        stop defers what is earned, and destroys none of it.
"""

# --- interfaces ---

from interfaces import IMDT

# --- constants ---

# Long enough for people to meet and decide, shorter than what was earned can wait (seconds).
MAX_SUSPENSION: public(constant(uint256)) = 3 * 86_400

# --- storage ---

# minter => timestamp; in the past = not suspended; kept when the minter is revoked
suspended_until: public(HashMap[address, uint256])

# --- internal ---

@internal
def _suspend(_minter: address, _seconds: uint256):
    """
    @dev Reverts with "mdt: suspension out of range", "mdt: already suspended" or
         "mdt: suspended too recently".
    """
    assert 1 <= _seconds and _seconds <= MAX_SUSPENSION, "mdt: suspension out of range"
    ended: uint256 = self.suspended_until[_minter]
    assert block.timestamp >= ended, "mdt: already suspended"
    assert block.timestamp >= ended + MAX_SUSPENSION, "mdt: suspended too recently"
    until: uint256 = block.timestamp + _seconds
    self.suspended_until[_minter] = until
    log IMDT.MinterSuspended(minter=_minter, suspended_by=msg.sender, suspended_until=until)


@internal
def _resume(_minter: address):
    """@dev Reverts with "mdt: not suspended"."""
    assert self._is_suspended(_minter), "mdt: not suspended"
    # the next suspension is counted from here
    self.suspended_until[_minter] = block.timestamp
    log IMDT.MinterResumed(minter=_minter, resumed_by=msg.sender)


@internal
@view
def _is_suspended(_minter: address) -> bool:
    return block.timestamp < self.suspended_until[_minter]
