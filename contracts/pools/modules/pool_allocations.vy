# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Pool allocations: what is set aside for a buyer until it is released, cancelled or expires
@license AGPL-3.0-only
@notice An allocation is open once and ends once:

            open -> released     by the operator, before it expires
                 -> cancelled    by the operator, at any time
                 -> expired      by anyone, from `expires_at` on

        Its number is never used again and its words are kept for ever. They are two:

            | amount 128 | pool_id 128 |      | status 8 | expires_at 40 | buyer 160 |
@dev    No amount reaches 2^128 wei: the token's cap has 104 bits.
"""

# --- interfaces ---

from interfaces import IReservePools

# --- modules ---

from ...common import packing

# --- constants ---

OPEN: constant(uint256) = 1
RELEASED: constant(uint256) = 2
CANCELLED: constant(uint256) = 3
EXPIRED: constant(uint256) = 4

# shorter, and a sale could not be settled in time; longer, and it would tie up a pool's tokens
MIN_SECONDS: constant(uint256) = 3_600
MAX_SECONDS: constant(uint256) = 90 * 86_400

# What a page shows: two storage words each.
MAX_ALLOCATIONS: constant(uint256) = 100

AMOUNT_AT: constant(uint256) = 128
POOL_MASK: constant(uint256) = 2**128 - 1
BUYER_MASK: constant(uint256) = 2**160 - 1
EXPIRES_AT: constant(uint256) = 160
EXPIRES_MASK: constant(uint256) = 2**40 - 1
STATUS_AT: constant(uint256) = 200
UNENDED_MASK: constant(uint256) = 2**200 - 1

# --- structs ---

struct Words:
    sold: uint256
    terms: uint256

# --- storage ---

allocation_count: public(uint256)  # allocations are numbered from 1, over all pools
_words: HashMap[uint256, Words]  # allocation id => what is drawn above

# --- views ---

@external
@view
def allocation(_allocation_id: uint256) -> IReservePools.Allocation:
    """
    @notice An allocation, open or ended; all zero if there was none. One that nobody expired yet is
            open after `expires_at` too, but can no longer be released.
    """
    return self._load(_allocation_id)


@external
@view
def allocations(
    _first_id: uint256, _limit: uint256
) -> DynArray[IReservePools.Allocation, MAX_ALLOCATIONS]:
    """
    @notice Allocations from number _first_id on, at most 100; fewer at the end.
    """
    page: DynArray[IReservePools.Allocation, MAX_ALLOCATIONS] = []
    for i: uint256 in range(min(_limit, MAX_ALLOCATIONS), bound=MAX_ALLOCATIONS):
        id: uint256 = max(_first_id, 1) + i
        if id > self.allocation_count:
            break
        page.append(self._load(id))
    return page

# --- internal ---

@internal
def _open(
    _pool_id: uint256, _buyer: address, _amount: uint256, _seconds: uint256
) -> (uint256, uint256):
    """
    @dev Its number, and when it expires.
    """
    assert MIN_SECONDS <= _seconds and _seconds <= MAX_SECONDS, "pools: bad time to expiry"
    id: uint256 = self.allocation_count + 1
    expires_at: uint256 = block.timestamp + _seconds
    self.allocation_count = id
    self._words[id] = Words(
        sold=(packing._fits(_amount, 128) << AMOUNT_AT) | _pool_id,
        terms=(OPEN << STATUS_AT)
        | (packing._fits(expires_at, 40) << EXPIRES_AT)
        | convert(_buyer, uint256),
    )
    return id, expires_at


@internal
@view
def _load_open(_allocation_id: uint256) -> IReservePools.Allocation:
    allocation: IReservePools.Allocation = self._load(_allocation_id)
    assert allocation.status == OPEN, "pools: allocation is not open"
    return allocation


@internal
def _end(_allocation_id: uint256, _status: uint256):
    """
    @dev Of an open one: the host has loaded it.
    """
    terms: uint256 = self._words[_allocation_id].terms
    self._words[_allocation_id].terms = (terms & UNENDED_MASK) | (_status << STATUS_AT)


@internal
@view
def _load(_allocation_id: uint256) -> IReservePools.Allocation:
    words: Words = self._words[_allocation_id]
    return IReservePools.Allocation(
        pool_id=words.sold & POOL_MASK,
        buyer=convert(words.terms & BUYER_MASK, address),
        amount=words.sold >> AMOUNT_AT,
        expires_at=(words.terms >> EXPIRES_AT) & EXPIRES_MASK,
        status=words.terms >> STATUS_AT,
    )
