# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title ReservePools: tokens set aside to be sold, by an operator's word or at a price
@license AGPL-3.0-only
@notice A pool is filled by anyone, by an allowance, a schedule, or the owner out of tokens sent
        here. Its tokens leave it in three ways:

            allocated by its operator for one buyer, and released to that buyer before it expires
            bought by anyone at the pool's price, paid straight to the treasury
            to the treasury, when the owner closes the pool

        and of all that is sold a fixed part is burned:

            burned = floor(amount * SALE_BURN_BPS / 10,000)        the buyer gets the rest

        A pool never mints. Its books are `pool_books.vy`, its allocations `pool_allocations.vy`,
        its prices `pool_sales.vy`, its refills `pool_refills.vy`, the way of its tokens
        `pool_tokens.vy`; this file is the order of events.
@dev    Amounts are wei of MDT, which takes no transfer fee and calls nobody.
        What an allocation is paid with, and whether, is between operator and buyer: no payment
        comes past here. Tokens that are sent here directly belong to no pool until `absorb`.
@custom:security An operator can give its pool's tokens to any buyer, and nothing else: it cannot
        reach other pools, and not the bounds of the price. A payment token is called last, when all
        books agree and the tokens have left; it can refuse a purchase and cheat the treasury of
        itself. The treasury must have exactly the payment more, so one that takes a tax is refused.
@custom:kill The owner replaces an operator at once, ends a sale, or closes the pool.
"""

# --- interfaces ---

from interfaces import IReservePools

implements: IReservePools

# --- modules ---

from .modules import pool_allocations
from .modules import pool_books
from .modules import pool_refills
from .modules import pool_sales
from .modules import pool_tokens
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# ownership in two steps; it cannot be renounced: a pool could never be closed
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# how much there is
initializes: pool_books
exports: (
    pool_books.pool_count,
    pool_books.pool,
    pool_books.pools,
    pool_books.is_open,
    pool_books.total_held,
)

# how tokens come and go
initializes: pool_tokens[ownable := ownable, pool_books := pool_books]
exports: (
    pool_tokens.TOKEN,
    pool_tokens.TREASURY,
    pool_tokens.SALE_BURN_BPS,
    pool_tokens.replenish,
    pool_tokens.absorb,
    pool_tokens.unassigned,
)

# what is set aside
initializes: pool_allocations
exports: (
    pool_allocations.allocation_count,
    pool_allocations.allocation,
    pool_allocations.allocations,
)

# what it costs
initializes: pool_sales[
    ownable := ownable, pool_books := pool_books, pool_tokens := pool_tokens
]
exports: (
    pool_sales.sale,
    pool_sales.bought_today,
    pool_sales.quote,
    pool_sales.set_price,
    pool_sales.set_sale,
)

# when it is filled up
initializes: pool_refills[ownable := ownable, pool_books := pool_books]
exports: (pool_refills.set_refill, pool_refills.top_up)

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address, _sale_burn_bps: uint256, _owner: address):
    """
    @notice Fix the token, the treasury and the burned part for good.
    @param _token The MDT token, which has to entitle this contract to burn with the reason
           BURN_TRANSACTION_FEE.
    @param _treasury Gets payments and what is left of closed pools.
    @param _sale_burn_bps Part of all that is sold that is burned, in basis points, below 10,000.
    @param _owner Creates and closes pools and fixes the terms they sell at.
    @custom:error "pools: token has no code", "pools: bad treasury", "pools: burn out of bounds",
                  "pools: zero owner"
    """
    assert _token.is_contract, "pools: token has no code"
    assert _treasury not in [empty(address), self, _token], "pools: bad treasury"
    # a buyer always gets something
    assert _sale_burn_bps < pool_tokens.BPS, "pools: burn out of bounds"
    assert _owner != empty(address), "pools: zero owner"

    pool_tokens.__init__(_token, _treasury, _sale_burn_bps)
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)

# --- permissionless ---

@external
def expire(_allocation_id: uint256):
    """
    @notice End an allocation whose time is over: its tokens are available again.
    @param _allocation_id Number of the allocation.
    @custom:error "pools: allocation is not open", "pools: not expired yet"
    """
    allocation: IReservePools.Allocation = pool_allocations._load_open(_allocation_id)
    assert block.timestamp >= allocation.expires_at, "pools: not expired yet"
    pool_allocations._end(_allocation_id, pool_allocations.EXPIRED)
    pool_books._give_back(allocation.pool_id, allocation.amount)
    log IReservePools.Expired(
        allocation_id=_allocation_id, pool_id=allocation.pool_id, amount=allocation.amount
    )


@external
def buy(
    _pool_id: uint256, _amount: uint256, _payment_token: address, _max_payment: uint256
) -> uint256:
    """
    @notice Buy from a pool at its price: the payment goes straight to the treasury, by allowance to
            this contract; a part is burned and the buyer gets the rest, all at once.
    @param _pool_id Number of the pool.
    @param _amount Wei, the burned part included.
    @param _payment_token What the buyer means to pay with: terms may have changed on the way.
    @param _max_payment The most it means to pay.
    @return Units of the payment token paid, rounded up.
    @custom:error "pools: transfer failed",
                  "pools: unknown pool", "pools: pool is closed", "pools: not for sale",
                  "pools: zero amount", "pools: amount out of bounds",
                  "pools: other payment token", "pools: price moved",
                  "pools: above purchase limit", "pools: above daily limit",
                  "pools: not enough available"
                  "pools: payment failed" The payment token answered False.
                  "pools: payment is taxed" The treasury did not get exactly the payment.
                  Whatever the payment token refuses with.
    """
    pool_books._check_open(_pool_id)
    payment_token: address = empty(address)
    payment: uint256 = 0
    payment_token, payment = pool_sales._price_of(_pool_id, _amount)
    assert payment_token == _payment_token, "pools: other payment token"
    assert payment <= _max_payment, "pools: price moved"
    pool_sales._count(_pool_id, msg.sender, _amount)
    burned: uint256 = pool_tokens._burned_of(_amount)
    pool_books._sell_available(_pool_id, _amount, burned)
    log IReservePools.Bought(
        pool_id=_pool_id,
        buyer=msg.sender,
        payment_token=payment_token,
        payment=payment,
        received=_amount - burned,
        burned=burned,
    )
    pool_tokens._hand_over(msg.sender, _amount - burned, burned)
    # the last thing called: a foreign token finds books and balance in agreement
    pool_sales._collect(payment_token, payment)
    return payment

# --- role: operator of the pool ---

@external
def allocate(_pool_id: uint256, _buyer: address, _amount: uint256, _seconds: uint256) -> uint256:
    """
    @notice Set tokens of a pool aside for a buyer.
    @param _pool_id Number of the pool.
    @param _buyer Who gets them, less the burned part, when they are released.
    @param _amount Wei.
    @param _seconds Until it expires: 1 hour to 90 days.
    @return Number of the allocation.
    @custom:error "pools: unknown pool", "pools: pool is closed",
                  "pools: not the operator", "pools: bad buyer", "pools: zero amount",
                  "pools: not enough available", "pools: bad time to expiry"
    """
    pool_books._check_open(_pool_id)
    pool_books._check_operator(_pool_id, msg.sender)
    assert _buyer not in [empty(address), self, pool_tokens.TOKEN], "pools: bad buyer"
    pool_books._reserve(_pool_id, _amount)
    id: uint256 = 0
    expires_at: uint256 = 0
    id, expires_at = pool_allocations._open(_pool_id, _buyer, _amount, _seconds)
    log IReservePools.Allocated(
        allocation_id=id, pool_id=_pool_id, buyer=_buyer, amount=_amount, expires_at=expires_at
    )
    return id


@external
def release(_allocation_id: uint256):
    """
    @notice Complete a sale: a part is burned, the buyer gets the rest.
    @param _allocation_id Number of an allocation that has not expired.
    @custom:error "pools: transfer failed",
                  "pools: allocation is not open", "pools: not the operator",
                  "pools: allocation expired"
    """
    allocation: IReservePools.Allocation = pool_allocations._load_open(_allocation_id)
    pool_books._check_operator(allocation.pool_id, msg.sender)
    assert block.timestamp < allocation.expires_at, "pools: allocation expired"
    burned: uint256 = pool_tokens._burned_of(allocation.amount)
    pool_allocations._end(_allocation_id, pool_allocations.RELEASED)
    pool_books._sell_reserved(allocation.pool_id, allocation.amount, burned)
    log IReservePools.Released(
        allocation_id=_allocation_id,
        pool_id=allocation.pool_id,
        buyer=allocation.buyer,
        received=allocation.amount - burned,
        burned=burned,
    )
    pool_tokens._hand_over(allocation.buyer, allocation.amount - burned, burned)


@external
def cancel(_allocation_id: uint256):
    """
    @notice Take an allocation back: its tokens are available again.
    @param _allocation_id Number of an open allocation, expired or not.
    @custom:error "pools: allocation is not open", "pools: not the operator"
    """
    allocation: IReservePools.Allocation = pool_allocations._load_open(_allocation_id)
    pool_books._check_operator(allocation.pool_id, msg.sender)
    pool_allocations._end(_allocation_id, pool_allocations.CANCELLED)
    pool_books._give_back(allocation.pool_id, allocation.amount)
    log IReservePools.Cancelled(
        allocation_id=_allocation_id, pool_id=allocation.pool_id, amount=allocation.amount
    )

# --- governance ---

@external
def create_pool(_name: String[64], _operator: address, _absorbed: uint256 = 0) -> uint256:
    """
    @notice Begin a new pool, not for sale: empty, or with tokens that were sent here directly. So
            its first filling needs no number, which another pool could have got in between.
    @param _name What it is for; not empty.
    @param _operator Allocates, releases, cancels, and moves the price.
    @param _absorbed Wei put into it, as `absorb` does; 0 for none.
    @return Number of the pool.
    @custom:error "ownable: caller is not the owner", "pools: empty name", "pools: zero operator",
                  "pools: above unassigned"
    """
    ownable._check_owner()
    id: uint256 = pool_books._create(_name, _operator)
    log IReservePools.PoolCreated(pool_id=id, operator=_operator, name=_name)
    if _absorbed > 0:
        pool_tokens._absorb(id, _absorbed)
    return id


@external
def close_pool(_pool_id: uint256):
    """
    @notice Close a pool for good; what is available goes to the treasury.
    @param _pool_id Number of a pool with nothing reserved.
    @custom:error "pools: transfer failed",
                  "ownable: caller is not the owner", "pools: unknown pool",
                  "pools: pool is closed", "pools: still reserved"
    """
    ownable._check_owner()
    returned: uint256 = pool_books._close(_pool_id)
    pool_sales._end_sale(_pool_id)
    pool_refills._refills[_pool_id] = empty(IReservePools.Refill)
    log IReservePools.PoolClosed(pool_id=_pool_id, returned=returned)
    if returned > 0:
        pool_tokens._send(pool_tokens.TREASURY, returned)


@external
def set_operator(_pool_id: uint256, _operator: address):
    """
    @notice Replace the operator, also for allocations that are open; the old one loses its rights
            at once.
    @param _pool_id Number of the pool.
    @param _operator The new one.
    @custom:error "ownable: caller is not the owner", "pools: unknown pool",
                  "pools: pool is closed", "pools: zero operator", "pools: nothing changes"
    """
    ownable._check_owner()
    old_operator: address = pool_books._set_operator(_pool_id, _operator)
    log IReservePools.OperatorSet(
        pool_id=_pool_id, old_operator=old_operator, new_operator=_operator
    )

# --- views ---

# here and not with the refills: behind `buy`, which then costs less to find
@external
@view
def refill(_pool_id: uint256) -> IReservePools.Refill:
    """
    @notice Threshold and schedule of a pool; all zero if it has none.
    """
    return pool_refills._refills[_pool_id]
