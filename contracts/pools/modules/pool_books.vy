# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Pool books: how much each reserve pool has, and where the rest of it went
@license AGPL-3.0-only
@notice Every wei that was put into a pool is in exactly one place, after every call:

            put_in = available + reserved + released + burned + returned

        and what all pools hold together (available and reserved) is `total_held`, which the tokens
        held have to cover. The books know no token: the host moves what they say.
@dev    Amounts are wei. A pool is closed for good, and only with nothing reserved.
"""

# --- interfaces ---

from interfaces import IReservePools

# --- constants ---

# What a page shows: 14 storage words each, so that the largest stays below a million gas.
MAX_POOLS: constant(uint256) = 20
# More than there can be tokens: the cap has 104 bits. A price has 128 bits, so that the product of
# both fits a word.
MAX_AMOUNT: constant(uint256) = 2**128 - 1

# --- storage ---

pool_count: public(uint256)  # pools are numbered from 1
total_held: public(uint256)  # wei available and reserved, over all pools
_pools: HashMap[uint256, IReservePools.Pool]  # pool id => its books

# --- views ---

@external
@view
def pool(_pool_id: uint256) -> IReservePools.Pool:
    """
    @notice The books of a pool, open or closed.
    @custom:error "pools: unknown pool"
    """
    self._check_known(_pool_id)
    return self._pools[_pool_id]


@external
@view
def pools(_first_id: uint256, _limit: uint256) -> DynArray[IReservePools.Pool, MAX_POOLS]:
    """
    @notice Pools from number _first_id on, at most 20; fewer at the end.
    """
    page: DynArray[IReservePools.Pool, MAX_POOLS] = []
    for i: uint256 in range(min(_limit, MAX_POOLS), bound=MAX_POOLS):
        id: uint256 = max(_first_id, 1) + i
        if id > self.pool_count:
            break
        page.append(self._pools[id])
    return page


@external
@view
def is_open(_pool_id: uint256) -> bool:
    """
    @notice Whether there is such a pool and it is not closed.
    """
    return self._is_known(_pool_id) and not self._pools[_pool_id].is_closed

# --- internal: checks ---

@internal
@view
def _is_known(_pool_id: uint256) -> bool:
    return 0 < _pool_id and _pool_id <= self.pool_count


@internal
@view
def _check_known(_pool_id: uint256):
    assert self._is_known(_pool_id), "pools: unknown pool"


@internal
@view
def _check_open(_pool_id: uint256):
    self._check_known(_pool_id)
    assert not self._pools[_pool_id].is_closed, "pools: pool is closed"


@internal
@view
def _check_operator(_pool_id: uint256, _account: address):
    assert _account == self._pools[_pool_id].operator, "pools: not the operator"


@internal
@view
def _available(_pool_id: uint256) -> uint256:
    return self._pools[_pool_id].available


@internal
@view
def _put_in_so_far(_pool_id: uint256) -> uint256:
    return self._pools[_pool_id].put_in

@internal
@pure
def _check_amount(_amount: uint256):
    """
    @dev Reverts with "pools: zero amount" or "pools: amount out of bounds".
    """
    assert _amount > 0, "pools: zero amount"
    assert _amount <= MAX_AMOUNT, "pools: amount out of bounds"

# --- internal: a pool's life ---

@internal
def _create(_name: String[64], _operator: address) -> uint256:
    assert len(_name) > 0, "pools: empty name"
    assert _operator != empty(address), "pools: zero operator"
    id: uint256 = self.pool_count + 1
    self.pool_count = id
    self._pools[id].name = _name
    self._pools[id].operator = _operator
    self._pools[id].created_at = block.timestamp
    return id


@internal
def _set_operator(_pool_id: uint256, _operator: address) -> address:
    """
    @dev The old one.
    """
    self._check_open(_pool_id)
    old_operator: address = self._pools[_pool_id].operator
    assert _operator != empty(address), "pools: zero operator"
    assert _operator != old_operator, "pools: nothing changes"
    self._pools[_pool_id].operator = _operator
    return old_operator


@internal
def _close(_pool_id: uint256) -> uint256:
    """
    @dev Wei that have to go back.
    """
    self._check_open(_pool_id)
    assert self._pools[_pool_id].reserved == 0, "pools: still reserved"
    returned: uint256 = self._pools[_pool_id].available
    self._pools[_pool_id].is_closed = True
    self._pools[_pool_id].available = 0
    self._pools[_pool_id].returned = returned
    self.total_held -= returned
    return returned

# --- internal: amounts ---

@internal
def _put_in(_pool_id: uint256, _amount: uint256):
    self._check_open(_pool_id)
    self._check_amount(_amount)
    self._add(_pool_id, _amount)


@internal
def _add(_pool_id: uint256, _amount: uint256):
    """
    @dev An amount into a pool that is open; the caller has checked both.
    """
    self._pools[_pool_id].available += _amount
    self._pools[_pool_id].put_in += _amount
    self._pools[_pool_id].replenished_at = block.timestamp
    self.total_held += _amount


@internal
def _take(_pool_id: uint256, _amount: uint256):
    """
    @dev Out of what is available; where to, the caller books in the same call.
    """
    assert _amount > 0, "pools: zero amount"
    available: uint256 = self._pools[_pool_id].available
    assert _amount <= available, "pools: not enough available"
    self._pools[_pool_id].available = available - _amount


@internal
def _reserve(_pool_id: uint256, _amount: uint256):
    self._take(_pool_id, _amount)
    self._pools[_pool_id].reserved += _amount


@internal
def _give_back(_pool_id: uint256, _amount: uint256):
    """
    @dev From reserved to available. Never of a closed pool, which has nothing reserved.
    """
    self._pools[_pool_id].reserved -= _amount
    self._pools[_pool_id].available += _amount


@internal
def _sell_reserved(_pool_id: uint256, _amount: uint256, _burned: uint256):
    self._pools[_pool_id].reserved -= _amount
    self._sold(_pool_id, _amount, _burned)


@internal
def _sell_available(_pool_id: uint256, _amount: uint256, _burned: uint256):
    self._take(_pool_id, _amount)
    self._sold(_pool_id, _amount, _burned)


@internal
def _sold(_pool_id: uint256, _amount: uint256, _burned: uint256):
    self._pools[_pool_id].released += _amount - _burned
    self._pools[_pool_id].burned += _burned
    self.total_held -= _amount
