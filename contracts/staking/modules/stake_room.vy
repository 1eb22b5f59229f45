# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Stake room: how much stake may come to a validator, and what its delegators accepted
@license AGPL-3.0-only
@notice The least of what the cap leaves (stake_cap.vy), of what the validator's operator lets in,
        and of what its own stake carries. Restaked rewards are let in always.
"""

# --- modules ---

from . import checks
from . import positions
from . import stake_cap
from . import stake_pool
from . import staking_accounts
from . import validator_pools
from . import validator_words

uses: stake_cap
uses: staking_accounts
uses: validator_words

# --- constants ---

# In the place of the largest commission: nobody said any; what was said before holds.
MUTE: constant(uint256) = max_value(uint256)
SAME: constant(uint256) = max_value(uint256) - 1

# --- internal ---

@internal
def _fitting(
    _id: uint256, _pool: validator_pools.Pool, _slot: uint256, _amount: uint256, _at_most: bool
) -> uint256:
    """
    @dev Wei that may come to a pool: the cap's room, and for delegations what the validator lets in
         and what its own part carries.
    @param _at_most Take what fits of `_amount`; else refuse if not all of it does.
    """
    own_staked: uint256 = stake_pool._worth(_pool.own_shares, _pool.tokens, _pool.shares)
    network: uint256 = self._network_with(_pool.status, _pool.network.staked, _pool.tokens)
    room: uint256 = stake_cap._arrive(_pool.tokens, network)
    if _slot >= positions.OWN_SLOT:
        # Up to its minimum and its own part a validator may always add own stake: neither a slash
        # nor restaked rewards of others must shut it out.
        least: uint256 = max(
            staking_accounts.TERMS.min_validator_stake,
            stake_cap._least_own(unsafe_sub(_pool.tokens, own_staked)),
        )
        if own_staked < least:
            room = max(room, unsafe_sub(least, own_staked))
    if not self._fits(_amount, room, _at_most):
        checks._refuse("staking: over the cap")
    if _slot >= positions.OWN_SLOT:
        return min(_amount, room)
    amount: uint256 = min(_amount, room)
    delegated: uint256 = unsafe_sub(_pool.tokens, own_staked)
    room = self._left(self._limit(_id, _pool.limited), delegated)
    if not self._fits(amount, room, _at_most):
        checks._refuse("staking: over the limit")
    amount = min(amount, room)
    room = self._left(stake_cap._carried_by(own_staked), delegated)
    if not self._fits(amount, room, _at_most):
        checks._refuse("staking: own part too small")
    return min(amount, room)


@internal
@view
def _room(_id: uint256, _pool: validator_pools.Pool) -> uint256:
    """
    @dev Wei that a delegation may bring now: 0 while none may come at all, the largest uint256
         where nothing binds.
    """
    if _pool.status & validator_pools.ACTIVE == 0 or _pool.pending != 0:
        return 0
    own_staked: uint256 = stake_pool._worth(_pool.own_shares, _pool.tokens, _pool.shares)
    delegated: uint256 = unsafe_sub(_pool.tokens, own_staked)
    network: uint256 = self._network_with(_pool.status, _pool.network.staked, _pool.tokens)
    room: uint256 = stake_cap._room(_pool.tokens, network)
    room = min(room, self._left(self._limit(_id, _pool.limited), delegated))
    return min(room, self._left(stake_cap._carried_by(own_staked), delegated))


@internal
@pure
def _accept(
    _position: positions.Position, _commission_bps: uint256, _accepted: uint256
) -> uint256:
    """
    @dev The largest commission that a position's owner accepts, whole percent, rounded up: what it
         says, or what is taken when it stakes. Reverts with "staking: takes more than that".
    """
    if _accepted == SAME and _position.shares != 0:
        return _position.accepted
    accepted: uint256 = _commission_bps
    if _accepted < SAME:
        if _commission_bps > _accepted:
            checks._refuse("staking: takes more than that")
        accepted = min(_accepted, positions.MAX_ACCEPTED * positions.PERCENT)
    return unsafe_div(accepted + positions.PERCENT - 1, positions.PERCENT)


@internal
@pure
def _fits(_amount: uint256, _room: uint256, _at_most: bool) -> bool:
    return _amount <= _room or (_at_most and _room > 0)


@internal
@pure
def _network_with(_status: uint256, _network: uint256, _staked: uint256) -> uint256:
    """
    @dev Wei the network has; those of a validator that is not active too: it will be.
    """
    if _status & validator_pools.ACTIVE == 0:
        return unsafe_add(_network, _staked)
    return _network


@internal
@view
def _limit(_id: uint256, _is_limited: uint256) -> uint256:
    if _is_limited == 0:
        return max_value(uint256)
    return validator_words._limit(_id, _is_limited)


@internal
@pure
def _left(_most: uint256, _used: uint256) -> uint256:
    if _most == max_value(uint256):
        return _most
    return _most - min(_used, _most)
