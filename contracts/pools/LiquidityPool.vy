# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title LiquidityPool: a constant-product market for MDT and one other token
@license AGPL-3.0-only
@notice Holders of the shares own the reserves and earn the fee of each swap, less the protocol's
        part. One call of an ordinary account does each thing: deposit both tokens or one, withdraw,
        swap by what is paid or by what is bought, and each has a limit, a receiver and a deadline.
        `market_curve.vy` has the formulas, `market_books.vy` the books and the sum of prices,
        `market_quotes.vy` what everything comes to, `market_liquidity.vy` deposits and withdrawals;
        this file has the swaps, and what becomes of the protocol's part.
@dev    Reserves are counted, not looked up: gifts change nothing. Nobody can stop the pool, and the
        owner can change fees inside fixed bounds after a delay, send the treasury what belongs to
        nobody, and nothing else.
@custom:security All books are written before a token is called. The lock covers every view: in the
        middle of a call there is no price to be had. What is trusted of the tokens is said in
        `market_tokens.vy`; a paired token that refuses transfers keeps everybody in.
@custom:kill Nothing stops it; holders leave with `remove`.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from interfaces import ILiquidityPool
from interfaces import IMDT
from snekmate.tokens.interfaces import IERC20Permit
from snekmate.utils.interfaces import IERC5267

implements: IERC20
implements: IERC20Detailed
implements: IERC20Permit
implements: IERC5267
implements: ILiquidityPool

# --- modules ---

from ..common import reasons
from .modules import market_books
from .modules import market_fees
from .modules import market_liquidity
from .modules import market_quotes
from .modules import market_shares
from .modules import market_tokens
from .modules import market_words
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# ownership in two steps; it cannot be renounced: fees could never change again
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# how much there is, and what it was worth
initializes: market_books
exports: (
    market_books.reserves,
    market_books.totalSupply,
    market_books.fees,
    market_books.protocol_shares,
    market_books.price_cumulative,
    market_books.mean_price,
)

# whose it is
initializes: market_shares[market_books := market_books]
exports: (
    market_shares.name,
    market_shares.symbol,
    market_shares.decimals,
    market_shares.balanceOf,
    market_shares.allowance,
    market_shares.transfer,
    market_shares.approve,
    market_shares.transferFrom,
    market_shares.permit,
    market_shares.nonces,
    market_shares.DOMAIN_SEPARATOR,
    market_shares.eip712Domain,
)

# what it asks
initializes: market_fees[market_books := market_books, ownable := ownable]
exports: (
    market_fees.FEE_DELAY,
    market_fees.announced_fees,
    market_fees.announce_fees,
    market_fees.withdraw_fees,
)

# how tokens come and go
initializes: market_tokens[market_books := market_books, ownable := ownable]
exports: (
    market_tokens.TOKEN,
    market_tokens.PAIRED,
    market_tokens.TREASURY,
    market_tokens.sweep,
)

# what everything comes to
initializes: market_quotes[market_books := market_books, market_tokens := market_tokens]
exports: (
    market_quotes.quote_add,
    market_quotes.quote_add_one_sided,
    market_quotes.quote_remove,
    market_quotes.quote_exact_in,
    market_quotes.quote_exact_out,
)

# how it is put in and taken out
initializes: market_liquidity[
    market_books := market_books,
    market_quotes := market_quotes,
    market_shares := market_shares,
    market_tokens := market_tokens,
]
exports: (market_liquidity.add, market_liquidity.add_one_sided, market_liquidity.remove)

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _paired: address,
    _treasury: address,
    _name: String[50],
    _symbol: String[32],
    _fees: ILiquidityPool.Fees,
    _fee_delay: uint256,
    _owner: address,
):
    """
    @notice Fix the pair, the treasury and the delay for good, and the first fees.
    @param _token The MDT token, which has to entitle this contract to burn with the reason
           BURN_TRANSACTION_FEE if the protocol's part is to be burned.
    @param _paired The other token.
    @param _treasury Gets the protocol's part, and what belongs to nobody.
    @param _name Name of the shares and of their EIP-712 domain.
    @param _symbol Symbol of the shares.
    @param _fees Fees to begin with.
    @param _fee_delay Seconds from the announcement of fees to their application, 1 to 30 days.
    @param _owner Announces fees and sweeps; not zero.
    @custom:error "market: token has no code", "market: one token twice", "market: bad treasury",
                  "market: zero owner", "market: fee delay out of bounds",
                  "market: fee out of bounds", "market: part out of bounds"
    """
    market_tokens.__init__(_token, _paired, _treasury)
    assert _owner != empty(address), "market: zero owner"
    market_fees.__init__(_fee_delay)
    market_fees._check(_fees)
    market_shares.__init__(_name, _symbol)
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)
    market_books._books = market_words._with_fees(0, _fees)
    log ILiquidityPool.FeesApplied(old_fees=empty(ILiquidityPool.Fees), new_fees=_fees)

# --- permissionless: swaps ---

@external
def swap_exact_in(
    _token_in: address, _amount: uint256, _min_out: uint256, _receiver: address, _deadline: uint256
) -> uint256:
    """
    @notice Pay exactly so much of one token for the other.
    @param _token_in MDT or the paired token.
    @param _amount Units paid, the fee included, by allowance.
    @param _min_out The least that must come out.
    @param _receiver Who gets it; neither the pool nor a token of it.
    @param _deadline Last second this is good for.
    @return Units that came out, rounded down.
    @custom:error "market: too late", "market: bad receiver", "market: unknown token",
                  "market: reserve too large", "market: nothing comes out",
                  "market: below the minimum", "market: transfer failed", "market: short of tokens"
                  Whatever a token refuses with.
    """
    market_tokens._check_call(_receiver, _deadline)
    is_sale: bool = market_tokens._is_sale(_token_in)
    packed: uint256 = market_books._reserves
    books: uint256 = market_books._books
    bought: uint256 = market_quotes._bought(is_sale, _amount, packed, books)
    assert bought >= _min_out, "market: below the minimum"
    self._swap(is_sale, _amount, bought, packed, books, _receiver)
    return bought


@external
def swap_exact_out(
    _token_in: address, _amount: uint256, _max_in: uint256, _receiver: address, _deadline: uint256
) -> uint256:
    """
    @notice Buy exactly so much of one token with the other.
    @param _token_in MDT or the paired token: what is paid with.
    @param _amount Units of the other token that come out.
    @param _max_in The most that may be paid, the fee included, by allowance.
    @param _receiver Who gets it; neither the pool nor a token of it.
    @param _deadline Last second this is good for.
    @return Units paid, rounded up.
    @custom:error "market: too late", "market: bad receiver", "market: unknown token",
                  "market: zero amount", "market: not enough in reserve",
                  "market: reserve too large", "market: above the maximum",
                  "market: transfer failed", "market: short of tokens"
                  Whatever a token refuses with.
    """
    market_tokens._check_call(_receiver, _deadline)
    is_sale: bool = market_tokens._is_sale(_token_in)
    packed: uint256 = market_books._reserves
    books: uint256 = market_books._books
    paid: uint256 = market_quotes._paid(is_sale, _amount, packed, books)
    assert paid <= _max_in, "market: above the maximum"
    self._swap(is_sale, paid, _amount, packed, books, _receiver)
    return paid

# --- permissionless: fees ---

@external
def collect() -> (uint256, uint256):
    """
    @notice Redeem the protocol's shares. The paired token goes to the treasury, and MDT too unless
            it is burned.
    @return MDT and paired units redeemed, rounded down.
    @custom:error "market: nothing to collect", "market: transfer failed"
                  Whatever a token refuses with.
    """
    shares: uint256 = market_books._settle()
    assert shares != 0, "market: nothing to collect"
    tokens: uint256 = 0
    paired: uint256 = 0
    tokens, paired = market_liquidity._redeem(shares)
    market_books._clear_protocol()
    log IERC20.Transfer(sender=self, receiver=empty(address), value=shares)
    is_burned: bool = market_books._books >> market_words.BURNED_AT == 1
    log ILiquidityPool.Collected(
        tokens=tokens, paired=paired, shares=shares, is_burned=is_burned
    )
    if is_burned and tokens != 0:
        extcall IMDT(market_tokens.TOKEN).burn(tokens, reasons.BURN_TRANSACTION_FEE)
        market_tokens._push_both(market_tokens.TREASURY, 0, paired)
    else:
        market_tokens._push_both(market_tokens.TREASURY, tokens, paired)
    return tokens, paired


@external
def apply_fees():
    """
    @notice Put announced fees into force once they have waited. What the pool grew by until now is
            shared by the old ones.
    @custom:error "market: nothing announced", "market: still waiting"
    """
    fees: ILiquidityPool.Fees = market_fees._take_due()
    market_books._settle()
    old: ILiquidityPool.Fees = market_words._fees(market_books._books)
    market_books._change_fees(fees)
    log ILiquidityPool.FeesApplied(old_fees=old, new_fees=fees)

# --- internal ---

@internal
def _swap(
    _is_sale: bool,
    _paid: uint256,
    _bought: uint256,
    _packed: uint256,
    _books: uint256,
    _receiver: address,
):
    """
    @notice Write the books, then move the tokens. Both amounts were seen to fit the reserves.
    """
    accrued: uint256 = market_words._accrued(_books, _packed)
    if accrued != _books:
        market_books._books = accrued
    token_in: address = market_tokens.TOKEN
    token_out: address = market_tokens.PAIRED
    packed: uint256 = unsafe_sub(
        unsafe_add(_packed, _paid), _bought << market_words.PAIRED_AT
    )
    if not _is_sale:
        token_in = token_out
        token_out = market_tokens.TOKEN
        packed = unsafe_sub(unsafe_add(_packed, _paid << market_words.PAIRED_AT), _bought)
    market_books._reserves = market_words._stamped(packed)
    log ILiquidityPool.Swapped(
        trader=msg.sender, receiver=_receiver, token_in=token_in, paid=_paid, bought=_bought
    )
    market_tokens._pull(token_in, _paid)
    market_tokens._push(token_out, _receiver, _bought)
    market_tokens._check_held(packed)
