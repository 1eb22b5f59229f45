# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Staking accounts: the token, the terms, and who may do what
@license AGPL-3.0-only
@notice The registry of validators and the slasher are contracts; an own position is its validator's
        owner's. Amounts are wei of MDT, which takes no transfer fee.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IStaking
from interfaces import IValidators

# --- modules ---

from . import checks
from . import positions

# --- immutables ---

TOKEN: public(immutable(address))
TERMS: immutable(IStaking.Terms)

# --- storage ---

slasher: public(address)
registry: public(address)
validator_count: uint256

# --- constructor ---

@deploy
def __init__(_token: address, _terms: IStaking.Terms):
    """
    @dev Fix token and terms, which `staking_terms` has checked, for good.
    """
    TOKEN = _token
    TERMS = _terms

# --- internal: who ---

@internal
@view
def _owner_of(_id: uint256, _slot: uint256, _account: address) -> address:
    """
    @dev Under which owner an account's position of this slot is kept.
    """
    if _slot < positions.OWN_SLOT:
        return _account
    owner: address = staticcall IValidators(self.registry).owner_of(_id)
    if _account != owner:
        checks._refuse("staking: not the owner")
    return empty(address)


@internal
@view
def _check_registry():
    if msg.sender != self.registry:
        checks._refuse("staking: not the registry")


@internal
@view
def _check_slasher():
    if msg.sender != self.slasher:
        checks._refuse("staking: not the slasher")


@internal
@pure
def _check_successor(_old: address, _new: address):
    if _new == empty(address):
        checks._refuse("staking: zero address")
    if _new == _old:
        checks._refuse("staking: no change")

# --- internal: amounts and tokens ---

@internal
@pure
def _check_amount(_amount: uint256):
    if _amount == 0:
        checks._refuse("staking: zero amount")


@internal
@pure
def _check_claim(_amount: uint256):
    if _amount == 0:
        checks._refuse("staking: nothing to claim")


@internal
def _take(_from: address, _amount: uint256):
    # MDT takes no transfer fee: what is sent is what arrives.
    self._check_done(extcall IERC20(TOKEN).transferFrom(_from, self, _amount))


@internal
def _pay(_to: address, _amount: uint256):
    self._check_done(extcall IERC20(TOKEN).transfer(_to, _amount))


@internal
@pure
def _check_done(_is_done: bool):
    """
    @dev A token answers True, or moves nothing.
    """
    if not _is_done:
        checks._refuse("staking: transfer failed")
