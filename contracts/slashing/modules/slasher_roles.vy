# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slasher roles: who slashes by its own word, and who decides on slashes in escrow
@license AGPL-3.0-only
@notice Slashers are many, named one by one; the arbiter is one account at a time, and decides on
        the slashes that are in escrow when it comes, too. The owner names both.
"""

# --- interfaces ---

from interfaces import ISlasher

# --- modules ---

from snekmate.auth import ownable

uses: ownable

# --- storage ---

arbiter: public(address)  # decides on slashes in escrow
is_slasher: public(HashMap[address, bool])  # account => may slash by its own word
slasher_count: public(uint256)  # accounts that may, so that nobody is overlooked in the mapping

# --- governance ---

@external
def set_slasher_role(_account: address, _is_slasher: bool):
    """
    @notice Lets an account slash by its own word, or not any more.
    @dev The owner only.
    @param _account Who.
    @param _is_slasher Whether it may.
    @custom:error "ownable: caller is not the owner", "slasher: zero address", "slasher: no change"
    """
    ownable._check_owner()
    assert _account != empty(address), "slasher: zero address"
    assert self.is_slasher[_account] != _is_slasher, "slasher: no change"
    self.is_slasher[_account] = _is_slasher
    if _is_slasher:
        self.slasher_count += 1
    else:
        self.slasher_count -= 1
    log ISlasher.SlasherRoleSet(account=_account, is_slasher=_is_slasher)


@external
def set_arbiter(_arbiter: address):
    """
    @notice Replaces who decides on slashes in escrow, those there are included.
    @dev The owner only.
    @param _arbiter The new one.
    @custom:error "ownable: caller is not the owner", "slasher: zero address", "slasher: no change"
    """
    ownable._check_owner()
    self._set_arbiter(_arbiter)

# --- internal ---

@internal
def _set_arbiter(_arbiter: address):
    """
    @dev Reverts with "slasher: zero address" or "slasher: no change".
    """
    old_arbiter: address = self.arbiter
    assert _arbiter != empty(address), "slasher: zero address"
    assert _arbiter != old_arbiter, "slasher: no change"
    self.arbiter = _arbiter
    log ISlasher.ArbiterSet(old_arbiter=old_arbiter, new_arbiter=_arbiter)


@internal
@view
def _check_arbiter():
    """
    @dev Reverts with "slasher: not the arbiter".
    """
    assert msg.sender == self.arbiter, "slasher: not the arbiter"
