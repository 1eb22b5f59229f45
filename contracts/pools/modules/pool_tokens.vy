# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Pool tokens: how tokens come into the pools, and how what is sold leaves them
@license AGPL-3.0-only
@notice Anyone may put tokens into a pool, and the owner those that were sent here directly. Of all
        that is sold a fixed part is burned:

            burned = floor(amount * SALE_BURN_BPS / 10,000)        the buyer gets the rest
@dev    What is in a pool is written by `pool_books.vy`, before a token moves.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IMDT
from interfaces import IReservePools

# --- modules ---

from ...common import reasons
from . import pool_books
from snekmate.auth import ownable

uses: ownable
uses: pool_books

# --- constants ---

BPS: constant(uint256) = 10_000

# --- immutables ---

TOKEN: public(immutable(address))
TREASURY: public(immutable(address))  # gets payments, and what a closed pool leaves
SALE_BURN_BPS: public(immutable(uint256))  # part of everything sold that is burned

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address, _sale_burn_bps: uint256):
    TOKEN = _token
    TREASURY = _treasury
    SALE_BURN_BPS = _sale_burn_bps

# --- permissionless ---

@external
def replenish(_pool_id: uint256, _amount: uint256):
    """
    @notice Put tokens into a pool, by allowance.
    @param _pool_id Number of the pool.
    @param _amount Wei.
    @custom:error "pools: transfer failed",
                  "pools: unknown pool", "pools: pool is closed", "pools: zero amount",
                  "pools: amount out of bounds", or as the token does.
    """
    pool_books._put_in(_pool_id, _amount)
    log IReservePools.Replenished(pool_id=_pool_id, payer=msg.sender, amount=_amount)
    taken: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount)
    assert taken, "pools: transfer failed"

# --- governance ---

@external
def absorb(_pool_id: uint256, _amount: uint256):
    """
    @notice Put tokens that were sent here directly into a pool, as a treasury's spending does that
            cannot give allowances.
    @param _pool_id Number of the pool.
    @param _amount Wei, at most what belongs to no pool.
    @custom:error "ownable: caller is not the owner", "pools: unknown pool",
                  "pools: pool is closed", "pools: zero amount", "pools: above unassigned"
    """
    ownable._check_owner()
    pool_books._check_open(_pool_id)
    assert _amount > 0, "pools: zero amount"
    self._absorb(_pool_id, _amount)

# --- views ---

@external
@view
def unassigned() -> uint256:
    """
    @notice Wei held here that belong to no pool.
    """
    return self._unassigned()

# --- internal ---

@internal
def _absorb(_pool_id: uint256, _amount: uint256):
    """
    @dev Above zero, into a pool that is open. Reverts with "pools: above unassigned".
    """
    assert _amount <= self._unassigned(), "pools: above unassigned"
    pool_books._add(_pool_id, _amount)
    log IReservePools.Absorbed(pool_id=_pool_id, amount=_amount)


@internal
@view
def _unassigned() -> uint256:
    return staticcall IERC20(TOKEN).balanceOf(self) - pool_books.total_held


@internal
@view
def _burned_of(_amount: uint256) -> uint256:
    return _amount * SALE_BURN_BPS // BPS  # rounded down, in favour of the buyer


@internal
def _hand_over(_buyer: address, _received: uint256, _burned: uint256):
    if _burned > 0:
        extcall IMDT(TOKEN).burn(_burned, reasons.BURN_TRANSACTION_FEE)
    self._send(_buyer, _received)


@internal
def _send(_to: address, _amount: uint256):
    # MDT reverts rather than returning false; the check does not lean on that.
    assert extcall IERC20(TOKEN).transfer(_to, _amount), "pools: transfer failed"
