# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Market books: reserves, shares, fees in force and the sum of prices, in three words
@license AGPL-3.0-only
@notice One word has both reserves and the time of the last change; one has all shares, the sum of
        log2 of the price over seconds, and the fees; one has the protocol's shares and the root of
        the product as the protocol last shared in it. A swap writes the first two, and the second
        one once a block; only deposits and withdrawals touch the third, and only while the protocol
        has a part.

            protocol's shares = shares * part * grown / (root - part * grown), rounded down
            grown             = root of the product, rounded down - root as it was, rounded up
@dev    The logarithm of a price and that of its inverse are one number with two signs: one word
        serves both directions, and a price that is held for one block counts by its logarithm only.
@custom:security Reserves are what came in and went out by this contract's own calls. What else is
        sent here changes no price and no share.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import ILiquidityPool

# --- modules ---

from . import market_curve
from . import market_prices
from . import market_words

# --- constants ---

# a shorter mean could be held away from the price for a while
MIN_WINDOW: constant(uint256) = 1_800

# --- storage ---

_reserves: uint256  # tokens 112, paired 112, time of the last change 32
_books: uint256  # all shares 112, sum of logarithms 88, fee 16, protocol's part 16, burned 1
_protocol: uint256  # its shares 112, the root it last shared in 112

# --- views ---

@external
@view
def reserves() -> ILiquidityPool.Reserves:
    """
    @notice What the pool has of both, and when that last changed.
    """
    packed: uint256 = self._reserves
    return ILiquidityPool.Reserves(
        tokens=packed & market_curve.MAX_RESERVE,
        paired=(packed >> market_words.PAIRED_AT) & market_curve.MAX_RESERVE,
        updated_at=packed >> market_words.UPDATED_AT,
    )


@external
@view
def totalSupply() -> uint256:
    """
    @notice All shares: the locked ones and the protocol's, as far as it has them, are counted.
    """
    return self._books & market_words.MAX_SHARES


@external
@view
def fees() -> ILiquidityPool.Fees:
    """
    @notice The fees in force.
    """
    return market_words._fees(self._books)


@external
@view
def protocol_shares() -> uint256:
    """
    @notice Shares that `collect` would redeem now: those the pool holds for the protocol, and its
            part of what the pool grew by since.
    """
    minted: uint256 = self._minted(self._books, market_words._product(self._reserves))
    return (self._protocol & market_words.MAX_SHARES) + minted


@external
@view
def price_cumulative() -> (int256, uint256):
    """
    @notice The sum of log2 of the price over seconds, up to now, with 48 bits behind the point and
            modulo 2^88; and now. The price is what one unit of MDT is worth in paired units. The
            difference of two readings, modulo 2^88 and with its sign, over the seconds between them
            is the logarithm of the geometric mean; with the other sign that of the inverse price.
    """
    books: uint256 = market_words._accrued(self._books, self._reserves)
    return market_words._signed(books >> market_words.CUMULATIVE_AT), block.timestamp


@external
@view
def mean_price(_cumulative: int256, _timestamp: uint256) -> uint256:
    """
    @notice The geometric mean, over time, of what one unit of MDT was worth in paired units, with
            128 bits behind the point; rounded down. What happens inside one block does not count.
    @param _cumulative An earlier answer of `price_cumulative`.
    @param _timestamp The time it came with, at least MIN_WINDOW ago.
    @custom:error "market: window too short", "market: not a reading"
    """
    # in this order: a timestamp may be anything
    assert (
        _timestamp < block.timestamp and block.timestamp - _timestamp >= MIN_WINDOW
    ), "market: window too short"
    books: uint256 = market_words._accrued(self._books, self._reserves)
    earlier: uint256 = convert(convert(_cumulative, bytes32), uint256)
    later: uint256 = books >> market_words.CUMULATIVE_AT
    grown: int256 = market_words._signed(unsafe_sub(later, earlier))
    seconds: int256 = convert(block.timestamp - _timestamp, int256)
    mean: int256 = grown // seconds
    if mean * seconds > grown:
        mean -= 1  # rounded down, whatever the sign
    assert abs(mean) <= market_prices.MAX_LOG, "market: not a reading"
    return market_prices._exp2(mean)

# --- internal ---

@internal
@view
def _minted(_books: uint256, _product: uint256) -> uint256:
    """
    @notice The shares that the protocol gets of what the root of a product grew by. The root is not
            worked out while the protocol has no part.
    """
    protocol_bps: uint256 = (_books >> market_words.PROTOCOL_AT) & market_words.MAX_BPS
    if protocol_bps == 0:
        return 0
    last_root: uint256 = self._protocol >> market_words.ROOT_AT
    shares: uint256 = _books & market_words.MAX_SHARES
    return market_curve._protocol_part(shares, isqrt(_product), last_root, protocol_bps)


@internal
def _write(
    _packed: uint256,
    _packed_after: uint256,
    _books: uint256,
    _minted: uint256,
    _shares: uint256,
):
    """
    @notice Write what a deposit or a withdrawal comes to. The protocol shares in what the root
            grows by from here on: what was put in or taken out is no growth.
    @param _packed Both reserves as they were, with their time.
    @param _packed_after Both reserves as they are.
    @param _books As they were, not accrued.
    @param _minted Shares that the protocol gets first.
    @param _shares All shares as they are.
    """
    self._reserves = market_words._stamped(_packed_after)
    self._books = (market_words._accrued(_books, _packed) & ~market_words.MAX_SHARES) | _shares
    if (_books >> market_words.PROTOCOL_AT) & market_words.MAX_BPS != 0:
        product: uint256 = market_words._product(_packed_after)
        self._mint_protocol(_minted, market_curve._root_up(product))


@internal
def _mint_protocol(_minted: uint256, _root: uint256):
    """
    @notice Give the protocol its shares, and the root it shares from next.
    """
    held: uint256 = unsafe_add(self._protocol & market_words.MAX_SHARES, _minted)
    self._protocol = held | (_root << market_words.ROOT_AT)
    if _minted != 0:
        log IERC20.Transfer(sender=empty(address), receiver=self, value=_minted)


@internal
def _settle() -> uint256:
    """
    @notice Give the protocol its part of what the pool grew by; returns all shares it then has.
    """
    books: uint256 = self._books
    product: uint256 = market_words._product(self._reserves)
    minted: uint256 = self._minted(books, product)
    if minted != 0:
        self._books = unsafe_add(books, minted)
        self._mint_protocol(minted, market_curve._root_up(product))
    return self._protocol & market_words.MAX_SHARES


@internal
def _clear_protocol():
    """
    @notice The protocol's shares were redeemed; its root stays.
    """
    self._protocol = (self._protocol >> market_words.ROOT_AT) << market_words.ROOT_AT


@internal
def _change_fees(_fees: ILiquidityPool.Fees):
    """
    @notice Put fees into force. The protocol shares in what comes after: from the root of now if it
            has a part, and from none if it has not. What it had was settled.
    """
    self._books = market_words._with_fees(self._books, _fees)
    root: uint256 = 0
    if _fees.protocol_bps != 0:
        root = market_curve._root_up(market_words._product(self._reserves))
    self._protocol = (self._protocol & market_words.MAX_SHARES) | (root << market_words.ROOT_AT)
