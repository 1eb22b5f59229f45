# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Minter stops: what a guardian may do about minters, and who it is
@license AGPL-3.0-only
@notice The guardian suspends a minter for a while and withdraws proposals; it ends nothing that is
        in force. The owner resumes a minter too, and replaces the guardian.
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from . import mint_budget
from . import minter_rules as layout
from . import suspensions
from snekmate.auth import ownable

uses: mint_budget
uses: ownable
uses: suspensions

# --- storage ---

# may suspend minters and withdraw proposals
guardian: public(address)

# --- constructor ---

@deploy
def __init__(_guardian: address):
    self.guardian = _guardian
    log IMDT.GuardianSet(old_guardian=empty(address), new_guardian=_guardian)

# --- role: guardian ---

@external
def suspend_minter(_minter: address, _seconds: uint256):
    """
    @notice Stop a minter at once, for a while. Guardian. It keeps its rules, and mints by them
            again when the time is over: nobody has to grant anything.
    @param _minter A minter
    @param _seconds 1 second to 3 days; the next suspension of this minter can begin 3 days after
           this one ended
    @custom:error "mdt: not the guardian", "mdt: not a minter", "mdt: suspension out of range",
                  "mdt: already suspended", "mdt: suspended too recently"
    """
    assert msg.sender == self.guardian, "mdt: not the guardian"
    rules: uint256 = mint_budget.rules[_minter]
    assert rules != 0, "mdt: not a minter"
    suspensions._suspend(_minter, _seconds)
    mint_budget.rules[_minter] = rules | layout.SUSPENDED


@external
def resume_minter(_minter: address):
    """
    @notice End a suspension now. Owner or guardian.
    @param _minter An account that is suspended
    @custom:error "mdt: not owner or guardian", "mdt: not suspended"
    """
    self._check_owner_or_guardian()
    suspensions._resume(_minter)


@external
def withdraw_proposal(_minter: address):
    """
    @notice End a waiting proposal. Owner or guardian. Rules in force stay.
    @param _minter An account with a proposal
    @custom:error "mdt: not owner or guardian", "mdt: no proposal"
    """
    self._check_owner_or_guardian()
    assert mint_budget.proposed_rules[_minter] != 0, "mdt: no proposal"
    mint_budget._drop_proposal(_minter)
    log IMDT.ProposalWithdrawn(minter=_minter, withdrawn_by=msg.sender)

# --- governance ---

@external
def set_guardian(_guardian: address):
    """
    @notice Replace the guardian. Owner. Running suspensions go on.
    @param _guardian Not zero, not the one there is
    @custom:error "ownable: caller is not the owner", "mdt: zero address", "mdt: nothing changes"
    """
    ownable._check_owner()
    assert _guardian != empty(address), "mdt: zero address"
    old_guardian: address = self.guardian
    assert _guardian != old_guardian, "mdt: nothing changes"
    self.guardian = _guardian
    log IMDT.GuardianSet(old_guardian=old_guardian, new_guardian=_guardian)

# --- internal ---

@internal
@view
def _check_owner_or_guardian():
    assert msg.sender == ownable.owner or msg.sender == self.guardian, "mdt: not owner or guardian"
