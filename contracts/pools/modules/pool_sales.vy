# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Pool sales: what a pool sells for, and how much of it to whom
@license AGPL-3.0-only
@notice The owner fixes the payment token, the bounds of the price and the limits; the operator
        moves the price inside the bounds. One amount costs

            payment = ceil(amount * price / 10^18)         units of the payment token

        rounded up, in favour of the treasury: however small a purchase, it is never free.
@dev    A day is one of UTC (block.timestamp // 86,400), so twice the daily limit can be bought
        around midnight. An account costs nothing: the limits slow one buyer down, not one person.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IReservePools

# --- modules ---

from . import pool_books
from . import pool_tokens
from snekmate.auth import ownable

uses: ownable
uses: pool_books
uses: pool_tokens

# --- constants ---

WAD: constant(uint256) = 10**18
DAY: constant(uint256) = 86_400
# A price has 128 bits, and so has an amount: their product fits into a word.
MAX_PRICE: constant(uint256) = 2**128 - 1
DAY_AT: constant(uint256) = 128
BOUGHT_MASK: constant(uint256) = 2**128 - 1

# --- storage ---

_sales: HashMap[uint256, IReservePools.Sale]  # pool id => terms and price
# pool id => buyer => | day 128 | wei bought on that day 128 |
_bought: HashMap[uint256, HashMap[address, uint256]]

# --- role: operator of the pool ---

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
    old_price: uint256 = self._set_price(_pool_id, _price)
    log IReservePools.PriceSet(pool_id=_pool_id, old_price=old_price, new_price=_price)

# --- governance ---

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
    old_sale: IReservePools.Sale = self._set_sale(_pool_id, _terms, _price, pool_tokens.TOKEN)
    log IReservePools.SaleSet(
        pool_id=_pool_id,
        old_sale=old_sale,
        new_sale=IReservePools.Sale(terms=_terms, price=_price),
    )

# --- views ---

@external
@view
def sale(_pool_id: uint256) -> IReservePools.Sale:
    """
    @notice Terms and price of a pool; a price of 0, or all zero, says that it is not for sale.
    """
    return self._sales[_pool_id]


@external
@view
def bought_today(_pool_id: uint256, _buyer: address) -> uint256:
    """
    @notice Wei that an account has bought from a pool on this day of UTC.
    """
    return self._bought_today(_pool_id, _buyer)


@external
@view
def quote(_pool_id: uint256, _amount: uint256) -> IReservePools.Quote:
    """
    @notice What `_amount` wei of a pool cost now, and what arrives of them. Limits and what is
            available are not looked at.
    @custom:error "pools: not for sale", "pools: zero amount", "pools: amount out of bounds"
    """
    payment_token: address = empty(address)
    payment: uint256 = 0
    payment_token, payment = self._price_of(_pool_id, _amount)
    burned: uint256 = pool_tokens._burned_of(_amount)
    return IReservePools.Quote(
        payment_token=payment_token, payment=payment, burned=burned, received=_amount - burned
    )

# --- internal ---

@internal
def _set_sale(
    _pool_id: uint256, _terms: IReservePools.Terms, _price: uint256, _token: address
) -> IReservePools.Sale:
    """
    @dev The old terms and price. `_token` is what is sold, which cannot be paid with itself.
    """
    old_sale: IReservePools.Sale = self._sales[_pool_id]
    new_sale: IReservePools.Sale = IReservePools.Sale(terms=_terms, price=_price)
    is_same: bool = keccak256(abi_encode(old_sale)) == keccak256(abi_encode(new_sale))
    assert not is_same, "pools: nothing changes"
    if _terms.payment_token == empty(address):
        is_ended: bool = keccak256(abi_encode(new_sale)) == keccak256(
            abi_encode(empty(IReservePools.Sale))
        )
        assert is_ended, "pools: terms without a token"
    else:
        assert _terms.payment_token.is_contract, "pools: payment has no code"
        assert _terms.payment_token != _token, "pools: payment is the token"
        assert 0 < _terms.min_price, "pools: bad price bounds"
        assert _terms.min_price <= _terms.max_price, "pools: bad price bounds"
        assert _terms.max_price <= MAX_PRICE, "pools: bad price bounds"
        assert _terms.max_per_purchase > 0 and _terms.max_per_day > 0, "pools: zero limit"
        self._check_price(_terms, _price)
    self._sales[_pool_id] = new_sale
    return old_sale


@internal
def _set_price(_pool_id: uint256, _price: uint256) -> uint256:
    """
    @dev The old price.
    """
    old_price: uint256 = self._sales[_pool_id].price
    assert _price != old_price, "pools: nothing changes"
    self._check_price(self._sales[_pool_id].terms, _price)
    self._sales[_pool_id].price = _price
    return old_price


@internal
@pure
def _check_price(_terms: IReservePools.Terms, _price: uint256):
    """
    @dev Inside the bounds, or 0: not for sale at the moment.
    """
    is_inside: bool = _terms.min_price <= _price and _price <= _terms.max_price
    assert _price == 0 or is_inside, "pools: price out of bounds"


@internal
def _end_sale(_pool_id: uint256):
    self._sales[_pool_id] = empty(IReservePools.Sale)


@internal
@view
def _price_of(_pool_id: uint256, _amount: uint256) -> (address, uint256):
    """
    @dev The payment token, and how much of it.
    """
    price: uint256 = self._sales[_pool_id].price
    assert price > 0, "pools: not for sale"
    pool_books._check_amount(_amount)
    # rounded up: the product is not zero
    return self._sales[_pool_id].terms.payment_token, (_amount * price - 1) // WAD + 1


@internal
def _count(_pool_id: uint256, _buyer: address, _amount: uint256):
    """
    @dev Against both limits.
    """
    most: uint256 = self._sales[_pool_id].terms.max_per_purchase
    assert _amount <= most, "pools: above purchase limit"
    bought: uint256 = self._bought_today(_pool_id, _buyer)
    limit: uint256 = self._sales[_pool_id].terms.max_per_day
    # a limit that was lowered can be below what was bought before
    assert bought + _amount <= limit, "pools: above daily limit"
    self._bought[_pool_id][_buyer] = (block.timestamp // DAY << DAY_AT) | (bought + _amount)


@internal
@view
def _bought_today(_pool_id: uint256, _buyer: address) -> uint256:
    word: uint256 = self._bought[_pool_id][_buyer]
    if word >> DAY_AT != block.timestamp // DAY:
        return 0
    return word & BOUGHT_MASK


@internal
def _collect(_payment_token: address, _payment: uint256):
    """
    @dev From the caller to the treasury. Tokens that return nothing will do.
    """
    payment_token: IERC20 = IERC20(_payment_token)
    before: uint256 = staticcall payment_token.balanceOf(pool_tokens.TREASURY)
    paid: bool = extcall payment_token.transferFrom(
        msg.sender, pool_tokens.TREASURY, _payment, default_return_value=True
    )
    assert paid, "pools: payment failed"
    after: uint256 = staticcall payment_token.balanceOf(pool_tokens.TREASURY)
    assert after == before + _payment, "pools: payment is taxed"
