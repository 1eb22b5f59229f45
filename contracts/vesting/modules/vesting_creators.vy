# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Vesting creators: who may create schedules, with tokens of its own
@license AGPL-3.0-only
@notice The owner may, and whom it names.
"""

# --- interfaces ---

from interfaces import IVesting

# --- modules ---

from snekmate.auth import ownable

uses: ownable

# --- storage ---

# account => may create, besides the owner
_creators: HashMap[address, bool]
# accounts that may, besides the owner, so that nobody is overlooked in the mapping
creator_count: public(uint256)

# --- governance ---

@external
def set_creator(_creator: address, _is_creator: bool):
    """
    @notice Say who else may create schedules, with tokens of its own: a creator has no power over
            existing ones, nor over anybody's tokens.
    @dev The owner only.
    @param _creator The account.
    @param _is_creator Whether it may.
    @custom:error "ownable: caller is not the owner", "vesting: zero address",
                  "vesting: nothing changes"
    """
    ownable._check_owner()
    assert _creator != empty(address), "vesting: zero address"
    assert self._creators[_creator] != _is_creator, "vesting: nothing changes"
    self._creators[_creator] = _is_creator
    if _is_creator:
        self.creator_count += 1
    else:
        self.creator_count -= 1
    log IVesting.CreatorSet(creator=_creator, is_creator=_is_creator)

# --- views ---

@external
@view
def is_creator(_account: address) -> bool:
    """
    @notice Whether an account may create schedules: the owner, and whom it named.
    """
    return self._is_creator(_account)

# --- internal ---

@internal
@view
def _is_creator(_account: address) -> bool:
    return self._creators[_account] or _account == ownable.owner


@internal
@view
def _check_creator():
    assert self._is_creator(msg.sender), "vesting: not a creator"
