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
        its prices `pool_sales.vy`; this file is the order of events.
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

from ethereum.ercs import IERC20
from interfaces import IDistributionSchedules
from interfaces import IMDT
from interfaces import IReservePools

implements: IReservePools

# --- modules and exports ---

from .modules import pool_allocations
from .modules import pool_books
from .modules import pool_sales
from ..common import reasons
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

# what is set aside
initializes: pool_allocations
exports: (
    pool_allocations.allocation_count,
    pool_allocations.allocation,
    pool_allocations.allocations,
)

# what it costs
initializes: pool_sales
exports: (pool_sales.sale, pool_sales.bought_today)

# --- constants ---

BPS: constant(uint256) = 10_000

# --- immutables ---

TOKEN: public(immutable(address))
TREASURY: public(immutable(address))  # gets payments, and what a closed pool leaves
SALE_BURN_BPS: public(immutable(uint256))  # part of everything sold that is burned

# --- storage ---

_refills: HashMap[uint256, IReservePools.Refill]  # pool id => when and from where it is topped up

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
    assert _sale_burn_bps < BPS, "pools: burn out of bounds"  # a buyer always gets something
    assert _owner != empty(address), "pools: zero owner"

    TOKEN = _token
    TREASURY = _treasury
    SALE_BURN_BPS = _sale_burn_bps

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)


# --- permissionless ---


@external
def replenish(_pool_id: uint256, _amount: uint256):
    """
    @notice Put tokens into a pool, by allowance.
    @param _pool_id Number of the pool.
    @param _amount Wei.
    @custom:error "pools: unknown pool", "pools: pool is closed", "pools: zero amount", or as the
                  token does.
    """
    pool_books._put_in(_pool_id, _amount)
    log IReservePools.Replenished(pool_id=_pool_id, payer=msg.sender, amount=_amount)
    taken: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount)
    assert taken, "pools: transfer failed"


@external
@reentrant
def top_up(_pool_id: uint256) -> uint256:
    """
    @notice Have a pool that is below its threshold filled by its schedule, which pays all that is
            due and covered.
    @dev Without the lock, since the schedule comes back in through `replenish`. It writes nothing.
    @param _pool_id Number of the pool.
    @return Wei that came in.
    @custom:error "pools: no refill", "pools: enough available", "pools: nothing came in", or as the
                  schedule does: "schedules: nothing due" for one.
    """
    refill: IReservePools.Refill = self._refills[_pool_id]
    assert refill.threshold > 0, "pools: no refill"
    assert pool_books._available(_pool_id) < refill.threshold, "pools: enough available"
    before: uint256 = pool_books._put_in_so_far(_pool_id)
    extcall IDistributionSchedules(refill.schedules).process(refill.schedule_id)
    amount: uint256 = pool_books._put_in_so_far(_pool_id) - before
    assert amount > 0, "pools: nothing came in"
    log IReservePools.ToppedUp(
        pool_id=_pool_id, schedule_id=refill.schedule_id, amount=amount
    )
    return amount


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
    @custom:error "pools: unknown pool", "pools: pool is closed", "pools: not for sale",
                  "pools: zero amount", "pools: other payment token", "pools: price moved",
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
    burned: uint256 = self._burned_of(_amount)
    pool_books._sell_available(_pool_id, _amount, burned)
    log IReservePools.Bought(
        pool_id=_pool_id,
        buyer=msg.sender,
        payment_token=payment_token,
        payment=payment,
        received=_amount - burned,
        burned=burned,
    )
    self._hand_over(msg.sender, _amount - burned, burned)
    # the last thing called: a foreign token finds books and balance in agreement
    self._collect(payment_token, payment)
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
    assert _buyer not in [empty(address), self, TOKEN], "pools: bad buyer"
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
    @custom:error "pools: allocation is not open", "pools: not the operator",
                  "pools: allocation expired"
    """
    allocation: IReservePools.Allocation = pool_allocations._load_open(_allocation_id)
    pool_books._check_operator(allocation.pool_id, msg.sender)
    assert block.timestamp < allocation.expires_at, "pools: allocation expired"
    burned: uint256 = self._burned_of(allocation.amount)
    pool_allocations._end(_allocation_id, pool_allocations.RELEASED)
    pool_books._sell_reserved(allocation.pool_id, allocation.amount, burned)
    log IReservePools.Released(
        allocation_id=_allocation_id,
        pool_id=allocation.pool_id,
        buyer=allocation.buyer,
        received=allocation.amount - burned,
        burned=burned,
    )
    self._hand_over(allocation.buyer, allocation.amount - burned, burned)


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


@external
def set_price(_pool_id: uint256, _price: uint256):
    """
    @notice Move the price inside the owner's bounds, or stop selling until the next price.
    @param _pool_id Number of the pool.
    @param _price Units of the payment token for 10^18 wei; 0 stops.
    @custom:error "pools: unknown pool", "pools: pool is closed",
                  "pools: not the operator", "pools: nothing changes",
                  "pools: price out of bounds" Also where the owner has set no terms.
    """
    pool_books._check_open(_pool_id)
    pool_books._check_operator(_pool_id, msg.sender)
    old_price: uint256 = pool_sales._set_price(_pool_id, _price)
    log IReservePools.PriceSet(pool_id=_pool_id, old_price=old_price, new_price=_price)


# --- governance ---


@external
def create_pool(_name: String[64], _operator: address) -> uint256:
    """
    @notice Begin a new pool, empty and not for sale.
    @param _name What it is for; not empty.
    @param _operator Allocates, releases, cancels, and moves the price.
    @return Number of the pool.
    @custom:error "ownable: caller is not the owner", "pools: empty name", "pools: zero operator"
    """
    ownable._check_owner()
    id: uint256 = pool_books._create(_name, _operator)
    log IReservePools.PoolCreated(pool_id=id, operator=_operator, name=_name)
    return id


@external
def close_pool(_pool_id: uint256):
    """
    @notice Close a pool for good; what is available goes to the treasury.
    @param _pool_id Number of a pool with nothing reserved.
    @custom:error "ownable: caller is not the owner", "pools: unknown pool",
                  "pools: pool is closed", "pools: still reserved"
    """
    ownable._check_owner()
    returned: uint256 = pool_books._close(_pool_id)
    pool_sales._end_sale(_pool_id)
    self._refills[_pool_id] = empty(IReservePools.Refill)
    log IReservePools.PoolClosed(pool_id=_pool_id, returned=returned)
    if returned > 0:
        self._send(TREASURY, returned)


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
    unassigned: uint256 = self._unassigned()
    pool_books._put_in(_pool_id, _amount)
    assert _amount <= unassigned, "pools: above unassigned"
    log IReservePools.Absorbed(pool_id=_pool_id, amount=_amount)


@external
def set_sale(_pool_id: uint256, _terms: IReservePools.Terms, _price: uint256):
    """
    @notice Offer a pool at a price, change the terms, or end the sale with all zero.
    @param _pool_id Number of the pool.
    @param _terms Payment token, bounds for the operator, limits for buyers.
    @param _price Units of the payment token for 10^18 wei, inside the bounds; 0 waits for the
           operator.
    @custom:error "ownable: caller is not the owner", "pools: unknown pool",
                  "pools: pool is closed", "pools: nothing changes", "pools: terms without a token",
                  "pools: payment has no code", "pools: payment is the token",
                  "pools: bad price bounds", "pools: zero limit", "pools: price out of bounds"
    """
    ownable._check_owner()
    pool_books._check_open(_pool_id)
    old_sale: IReservePools.Sale = pool_sales._set_sale(_pool_id, _terms, _price, TOKEN)
    log IReservePools.SaleSet(
        pool_id=_pool_id,
        old_sale=old_sale,
        new_sale=IReservePools.Sale(terms=_terms, price=_price),
    )


@external
def set_refill(_pool_id: uint256, _refill: IReservePools.Refill):
    """
    @notice Say below which amount anyone may have a pool topped up, and by which schedule; all zero
            ends it. A schedule pays whoever asks it, whatever the threshold: that only says when
            the pool asks.
    @param _pool_id Number of the pool.
    @param _refill Threshold in wei, and a schedule that pays into this pool.
    @custom:error "ownable: caller is not the owner", "pools: unknown pool",
                  "pools: pool is closed", "pools: nothing changes", "pools: zero threshold",
                  "pools: schedules have no code", "pools: schedule pays another"
    """
    ownable._check_owner()
    pool_books._check_open(_pool_id)
    old_refill: IReservePools.Refill = self._refills[_pool_id]
    is_same: bool = keccak256(abi_encode(old_refill)) == keccak256(abi_encode(_refill))
    assert not is_same, "pools: nothing changes"
    if keccak256(abi_encode(_refill)) != keccak256(abi_encode(empty(IReservePools.Refill))):
        self._check_refill(_pool_id, _refill)
    self._refills[_pool_id] = _refill
    log IReservePools.RefillSet(pool_id=_pool_id, old_refill=old_refill, new_refill=_refill)


# --- views ---


@external
@view
def quote(_pool_id: uint256, _amount: uint256) -> IReservePools.Quote:
    """
    @notice What `_amount` wei of a pool cost now, and what arrives of them. Limits and what is
            available are not looked at.
    @custom:error "pools: not for sale", "pools: zero amount"
    """
    payment_token: address = empty(address)
    payment: uint256 = 0
    payment_token, payment = pool_sales._price_of(_pool_id, _amount)
    burned: uint256 = self._burned_of(_amount)
    return IReservePools.Quote(
        payment_token=payment_token, payment=payment, burned=burned, received=_amount - burned
    )


@external
@view
def unassigned() -> uint256:
    """
    @notice Wei held here that belong to no pool.
    """
    return self._unassigned()


@external
@view
def refill(_pool_id: uint256) -> IReservePools.Refill:
    """
    @notice Threshold and schedule of a pool; all zero if it has none.
    """
    return self._refills[_pool_id]


# --- internal ---


@internal
@view
def _burned_of(_amount: uint256) -> uint256:
    return _amount * SALE_BURN_BPS // BPS  # rounded down, in favour of the buyer


@internal
@view
def _unassigned() -> uint256:
    return staticcall IERC20(TOKEN).balanceOf(self) - pool_books.total_held


@internal
@view
def _check_refill(_pool_id: uint256, _refill: IReservePools.Refill):
    assert _refill.threshold > 0, "pools: zero threshold"
    assert _refill.schedules.is_contract, "pools: schedules have no code"
    schedule: IDistributionSchedules.Schedule = staticcall IDistributionSchedules(
        _refill.schedules
    ).schedule(_refill.schedule_id)
    pays_here: bool = schedule.recipient == self and schedule.pool_id == _pool_id
    assert pays_here, "pools: schedule pays another"


@internal
def _hand_over(_buyer: address, _received: uint256, _burned: uint256):
    if _burned > 0:
        extcall IMDT(TOKEN).burn(_burned, reasons.BURN_TRANSACTION_FEE)
    self._send(_buyer, _received)


@internal
def _send(_to: address, _amount: uint256):
    # MDT reverts rather than returning false; the check does not lean on that.
    assert extcall IERC20(TOKEN).transfer(_to, _amount), "pools: transfer failed"


@internal
def _collect(_payment_token: address, _payment: uint256):
    """
    @dev From the caller to the treasury. Tokens that return nothing will do.
    """
    payment_token: IERC20 = IERC20(_payment_token)
    before: uint256 = staticcall payment_token.balanceOf(TREASURY)
    paid: bool = extcall payment_token.transferFrom(
        msg.sender, TREASURY, _payment, default_return_value=True
    )
    assert paid, "pools: payment failed"
    after: uint256 = staticcall payment_token.balanceOf(TREASURY)
    assert after == before + _payment, "pools: payment is taxed"
