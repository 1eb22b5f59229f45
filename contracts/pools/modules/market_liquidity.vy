# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Market liquidity: deposits and withdrawals of a pool
@license AGPL-3.0-only
@notice Shares are given for the smaller of the two parts of the reserves that come in, and what is
        taken follows from the shares. So a rounding costs a depositor less than one unit of each
        token, however much a share has come to be worth.
@custom:security Books first, then the tokens. What somebody's shares are is worked out after the
        protocol has its part of what the pool grew by.
"""

# --- interfaces ---

from interfaces import ILiquidityPool

# --- modules ---

from . import market_books
from . import market_quotes
from . import market_shares
from . import market_tokens
from . import market_words

uses: market_books
uses: market_quotes
uses: market_shares
uses: market_tokens

# --- permissionless ---

@external
def add(
    _max_tokens: uint256,
    _max_paired: uint256,
    _min_shares: uint256,
    _receiver: address,
    _deadline: uint256,
) -> ILiquidityPool.Deposit:
    """
    @notice Deposit both tokens as the reserves are to each other: as much as both limits allow. The
            first deposit is taken in full and makes the price; of its shares 1,000 stay for good.
    @param _max_tokens The most MDT that is taken, by allowance.
    @param _max_paired The most of the paired token that is taken, by allowance.
    @param _min_shares The least shares it must give.
    @param _receiver Who gets the shares; neither the pool nor a token of it.
    @param _deadline Last second this is good for.
    @return Units taken, rounded up, and shares given, rounded down.
    @custom:error "market: too late", "market: bad receiver", "market: reserve too large",
                  "market: first deposit too small", "market: nothing comes out",
                  "market: below the minimum", "market: transfer failed", "market: short of tokens"
                  Whatever a token refuses with.
    """
    market_tokens._check_call(_receiver, _deadline)
    packed: uint256 = market_books._reserves
    books: uint256 = market_books._books
    taken: ILiquidityPool.Deposit = empty(ILiquidityPool.Deposit)
    minted: uint256 = 0
    taken, minted = market_quotes._deposit(_max_tokens, _max_paired, packed, books)
    assert taken.shares >= _min_shares, "market: below the minimum"
    shares: uint256 = unsafe_add(books & market_words.MAX_SHARES, unsafe_add(minted, taken.shares))
    if books & market_words.MAX_SHARES == 0:
        market_shares._issue(market_shares.LOCKED_HOLDER, market_shares.LOCKED_SHARES)
        shares = unsafe_add(shares, market_shares.LOCKED_SHARES)
    packed_after: uint256 = unsafe_add(
        packed, unsafe_add(taken.tokens, taken.paired << market_words.PAIRED_AT)
    )
    market_books._write(packed, packed_after, books, minted, shares)
    market_shares._issue(_receiver, taken.shares)
    log ILiquidityPool.Added(
        provider=msg.sender,
        receiver=_receiver,
        tokens=taken.tokens,
        paired=taken.paired,
        shares=taken.shares,
    )
    market_tokens._pull(market_tokens.TOKEN, taken.tokens)
    market_tokens._pull(market_tokens.PAIRED, taken.paired)
    market_tokens._check_held(packed_after)
    return taken


@external
def add_one_sided(
    _token_in: address,
    _amount: uint256,
    _min_shares: uint256,
    _receiver: address,
    _deadline: uint256,
) -> uint256:
    """
    @notice Deposit one token: a part of it is swapped here, for the same fee as any swap, and the
            rest is added with what that bought. The price moves; `quote_add_one_sided` says by how
            much.
    @param _token_in MDT or the paired token.
    @param _amount Units of it, all of which are taken, by allowance.
    @param _min_shares The least shares it must give.
    @param _receiver Who gets the shares; neither the pool nor a token of it.
    @param _deadline Last second this is good for.
    @return Shares given, rounded down.
    @custom:error "market: too late", "market: bad receiver", "market: unknown token",
                  "market: reserve too large", "market: nothing comes out",
                  "market: below the minimum", "market: transfer failed", "market: short of tokens"
                  Whatever a token refuses with.
    """
    market_tokens._check_call(_receiver, _deadline)
    is_sale: bool = market_tokens._is_sale(_token_in)
    packed: uint256 = market_books._reserves
    books: uint256 = market_books._books
    given: ILiquidityPool.OneSidedDeposit = empty(ILiquidityPool.OneSidedDeposit)
    minted: uint256 = 0
    given, minted = market_quotes._one_sided(is_sale, _amount, packed, books)
    assert given.shares >= _min_shares, "market: below the minimum"
    shares: uint256 = unsafe_add(books & market_words.MAX_SHARES, unsafe_add(minted, given.shares))
    packed_after: uint256 = packed + _amount
    if not is_sale:
        packed_after = packed + (_amount << market_words.PAIRED_AT)
    market_books._write(packed, packed_after, books, minted, shares)
    market_shares._issue(_receiver, given.shares)
    log ILiquidityPool.AddedOneSided(
        provider=msg.sender,
        receiver=_receiver,
        token_in=_token_in,
        amount=_amount,
        swapped=given.swapped,
        bought=given.bought,
        shares=given.shares,
    )
    market_tokens._pull(_token_in, _amount)
    market_tokens._check_held(packed_after)
    return given.shares


@external
def remove(
    _shares: uint256,
    _min_tokens: uint256,
    _min_paired: uint256,
    _receiver: address,
    _deadline: uint256,
) -> (uint256, uint256):
    """
    @notice Give shares back for their part of both reserves.
    @param _shares Shares of the caller.
    @param _min_tokens The least MDT that must come out.
    @param _min_paired The least of the paired token that must come out.
    @param _receiver Who gets both; neither the pool nor a token of it.
    @param _deadline Last second this is good for.
    @return MDT and paired units that came out, rounded down.
    @custom:error "market: too late", "market: bad receiver", "market: zero amount",
                  "market: balance too low", "market: below the minimum", "market: transfer failed"
                  Whatever a token refuses with.
    """
    market_tokens._check_call(_receiver, _deadline)
    assert _shares != 0, "market: zero amount"
    market_shares._take_back(msg.sender, _shares)
    tokens: uint256 = 0
    paired: uint256 = 0
    tokens, paired = self._redeem(_shares)
    assert tokens >= _min_tokens and paired >= _min_paired, "market: below the minimum"
    log ILiquidityPool.Removed(
        provider=msg.sender, receiver=_receiver, tokens=tokens, paired=paired, shares=_shares
    )
    market_tokens._push_both(_receiver, tokens, paired)
    return tokens, paired

# --- internal ---

@internal
def _redeem(_shares: uint256) -> (uint256, uint256):
    """
    @notice Take shares off the books, and their part off the reserves; returns what is paid.
    """
    packed: uint256 = market_books._reserves
    books: uint256 = market_books._books
    minted: uint256 = market_books._minted(books, market_words._product(packed))
    supply: uint256 = unsafe_add(books & market_words.MAX_SHARES, minted)
    tokens: uint256 = 0
    paired: uint256 = 0
    off: uint256 = 0
    tokens, paired, off = market_quotes._parts(_shares, supply, packed)
    packed_after: uint256 = packed - tokens - (off << market_words.PAIRED_AT)
    market_books._write(packed, packed_after, books, minted, supply - _shares)
    return tokens, paired
