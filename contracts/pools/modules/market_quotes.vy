# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Market quotes: what each action comes to in the state as it is
@license AGPL-3.0-only
@notice A quote and its action are one function here, so that they say the same in the same state.
        Every rounding is in favour of the pool.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import ILiquidityPool

# --- modules ---

from . import market_books
from . import market_curve
from . import market_shares
from . import market_tokens
from . import market_words

uses: market_books
uses: market_tokens

# --- views ---

@external
@view
def quote_add(_max_tokens: uint256, _max_paired: uint256) -> ILiquidityPool.Deposit:
    """
    @notice What `add` would take and give now. Of an empty pool it takes both in full.
    @custom:error "market: reserve too large", "market: first deposit too small",
                  "market: nothing comes out"
    """
    found: ILiquidityPool.Deposit = empty(ILiquidityPool.Deposit)
    minted: uint256 = 0
    found, minted = self._deposit(
        _max_tokens, _max_paired, market_books._reserves, market_books._books
    )
    return found


@external
@view
def quote_add_one_sided(
    _token_in: address, _amount: uint256
) -> ILiquidityPool.OneSidedDeposit:
    """
    @notice What `add_one_sided` would give now, and how far it moves the price.
    @custom:error "market: unknown token", "market: reserve too large", "market: nothing comes out"
    """
    is_sale: bool = market_tokens._is_sale(_token_in)
    found: ILiquidityPool.OneSidedDeposit = empty(ILiquidityPool.OneSidedDeposit)
    minted: uint256 = 0
    found, minted = self._one_sided(
        is_sale, _amount, market_books._reserves, market_books._books
    )
    return found


@external
@view
def quote_remove(_shares: uint256) -> (uint256, uint256):
    """
    @notice What `remove` would pay now, of MDT and of the paired token.
    @custom:error "market: balance too low"
    """
    packed: uint256 = market_books._reserves
    books: uint256 = market_books._books
    minted: uint256 = market_books._minted(books, market_words._product(packed))
    supply: uint256 = unsafe_add(books & market_words.MAX_SHARES, minted)
    assert _shares <= supply, "market: balance too low"
    tokens: uint256 = 0
    paired: uint256 = 0
    off: uint256 = 0
    tokens, paired, off = self._parts(_shares, supply, packed)
    return tokens, paired


@external
@view
def quote_exact_in(_token_in: address, _amount: uint256) -> uint256:
    """
    @notice What `swap_exact_in` would pay now.
    @custom:error "market: unknown token", "market: reserve too large", "market: nothing comes out"
    """
    is_sale: bool = market_tokens._is_sale(_token_in)
    return self._bought(is_sale, _amount, market_books._reserves, market_books._books)


@external
@view
def quote_exact_out(_token_in: address, _amount: uint256) -> uint256:
    """
    @notice What `swap_exact_out` would take now.
    @custom:error "market: unknown token", "market: zero amount", "market: not enough in reserve",
                  "market: reserve too large"
    """
    is_sale: bool = market_tokens._is_sale(_token_in)
    return self._paid(is_sale, _amount, market_books._reserves, market_books._books)

# --- internal ---

@internal
@view
def _bought(_is_sale: bool, _amount: uint256, _packed: uint256, _books: uint256) -> uint256:
    """
    @dev Reverts with "market: reserve too large", "market: nothing comes out".
    """
    tokens: uint256 = _packed & market_curve.MAX_RESERVE
    paired: uint256 = (_packed >> market_words.PAIRED_AT) & market_curve.MAX_RESERVE
    reserve_in: uint256 = tokens if _is_sale else paired
    reserve_out: uint256 = paired if _is_sale else tokens
    room: uint256 = unsafe_sub(market_curve.MAX_RESERVE, reserve_in)
    assert _amount <= room, "market: reserve too large"
    fee_bps: uint256 = (_books >> market_words.FEE_AT) & market_words.MAX_BPS
    bought: uint256 = market_curve._amount_out(_amount, reserve_in, reserve_out, fee_bps)
    assert bought != 0, "market: nothing comes out"
    return bought


@internal
@view
def _paid(_is_sale: bool, _amount: uint256, _packed: uint256, _books: uint256) -> uint256:
    """
    @dev Reverts with "market: zero amount", "market: not enough in reserve",
         "market: reserve too large".
    """
    tokens: uint256 = _packed & market_curve.MAX_RESERVE
    paired: uint256 = (_packed >> market_words.PAIRED_AT) & market_curve.MAX_RESERVE
    reserve_in: uint256 = tokens if _is_sale else paired
    reserve_out: uint256 = paired if _is_sale else tokens
    assert _amount != 0, "market: zero amount"
    assert _amount < reserve_out, "market: not enough in reserve"
    fee_bps: uint256 = (_books >> market_words.FEE_AT) & market_words.MAX_BPS
    paid: uint256 = market_curve._amount_in(_amount, reserve_in, reserve_out, fee_bps)
    room: uint256 = unsafe_sub(market_curve.MAX_RESERVE, reserve_in)
    assert paid <= room, "market: reserve too large"
    return paid


@internal
@view
def _deposit(
    _max_tokens: uint256, _max_paired: uint256, _packed: uint256, _books: uint256
) -> (ILiquidityPool.Deposit, uint256):
    """
    @notice A deposit on both sides, and the shares that the protocol gets first.
    @dev Reverts with "market: reserve too large", "market: first deposit too small",
         "market: nothing comes out".
    """
    supply: uint256 = _books & market_words.MAX_SHARES
    if supply == 0:
        return self._first(_max_tokens, _max_paired), 0
    tokens: uint256 = _packed & market_curve.MAX_RESERVE
    paired: uint256 = (_packed >> market_words.PAIRED_AT) & market_curve.MAX_RESERVE
    minted: uint256 = market_books._minted(_books, unsafe_mul(tokens, paired))
    supply = unsafe_add(supply, minted)
    shares: uint256 = min(
        unsafe_div(unsafe_mul(min(_max_tokens, market_curve.MAX_RESERVE), supply), tokens),
        unsafe_div(unsafe_mul(min(_max_paired, market_curve.MAX_RESERVE), supply), paired),
    )
    assert shares != 0, "market: nothing comes out"
    # by the shares, not by what was offered: whoever rounds badly loses a unit, not a share
    taken: ILiquidityPool.Deposit = ILiquidityPool.Deposit(
        tokens=market_curve._ceil_div(unsafe_mul(shares, tokens), supply),
        paired=market_curve._ceil_div(unsafe_mul(shares, paired), supply),
        shares=shares,
    )
    assert (
        unsafe_add(tokens, taken.tokens) <= market_curve.MAX_RESERVE
        and unsafe_add(paired, taken.paired) <= market_curve.MAX_RESERVE
    ), "market: reserve too large"
    return taken, minted


@internal
@pure
def _first(_tokens: uint256, _paired: uint256) -> ILiquidityPool.Deposit:
    """
    @notice The deposit that opens the pool, at its own price.
    """
    assert (
        _tokens <= market_curve.MAX_RESERVE and _paired <= market_curve.MAX_RESERVE
    ), "market: reserve too large"
    root: uint256 = isqrt(unsafe_mul(_tokens, _paired))
    assert root > market_shares.LOCKED_SHARES, "market: first deposit too small"
    shares: uint256 = unsafe_sub(root, market_shares.LOCKED_SHARES)
    return ILiquidityPool.Deposit(tokens=_tokens, paired=_paired, shares=shares)


@internal
@view
def _one_sided(
    _is_sale: bool, _amount: uint256, _packed: uint256, _books: uint256
) -> (ILiquidityPool.OneSidedDeposit, uint256):
    """
    @notice A deposit on one side, and the shares that the protocol gets after its swap: the fee of
            that is growth, the deposit is none.
    @dev Reverts with "market: reserve too large", "market: nothing comes out".
    """
    tokens: uint256 = _packed & market_curve.MAX_RESERVE
    paired: uint256 = (_packed >> market_words.PAIRED_AT) & market_curve.MAX_RESERVE
    reserve_in: uint256 = tokens if _is_sale else paired
    reserve_out: uint256 = paired if _is_sale else tokens
    room: uint256 = unsafe_sub(market_curve.MAX_RESERVE, reserve_in)
    assert _amount <= room, "market: reserve too large"
    supply: uint256 = _books & market_words.MAX_SHARES
    assert supply != 0, "market: nothing comes out"
    fee_bps: uint256 = (_books >> market_words.FEE_AT) & market_words.MAX_BPS
    swapped: uint256 = market_curve._part_to_swap(_amount, reserve_in, fee_bps)
    bought: uint256 = market_curve._amount_out(swapped, reserve_in, reserve_out, fee_bps)
    final_in: uint256 = unsafe_add(reserve_in, swapped)
    final_out: uint256 = unsafe_sub(reserve_out, bought)
    minted: uint256 = market_books._minted(_books, unsafe_mul(final_in, final_out))
    supply = unsafe_add(supply, minted)
    shares: uint256 = min(
        unsafe_div(unsafe_mul(unsafe_sub(_amount, swapped), supply), final_in),
        unsafe_div(unsafe_mul(bought, supply), final_out),
    )
    assert shares != 0, "market: nothing comes out"
    impact_bps: uint256 = market_curve._ceil_div(
        unsafe_mul(_amount, market_curve.BPS), unsafe_add(reserve_in, _amount)
    )
    return ILiquidityPool.OneSidedDeposit(
        shares=shares, swapped=swapped, bought=bought, impact_bps=impact_bps
    ), minted


@internal
@view
def _parts(_shares: uint256, _supply: uint256, _packed: uint256) -> (uint256, uint256, uint256):
    """
    @notice What shares are paid in MDT and in the paired token, and what goes off the paired
            reserve: more than is paid where the token took some of what the pool held.
    """
    paired: uint256 = (_packed >> market_words.PAIRED_AT) & market_curve.MAX_RESERVE
    tokens: uint256 = unsafe_mul(_packed & market_curve.MAX_RESERVE, _shares)
    off: uint256 = unsafe_div(unsafe_mul(paired, _shares), _supply)
    held: uint256 = staticcall IERC20(market_tokens.PAIRED).balanceOf(self)
    if held < paired:
        return unsafe_div(tokens, _supply), unsafe_div(unsafe_mul(held, _shares), _supply), off
    return unsafe_div(tokens, _supply), off, off
