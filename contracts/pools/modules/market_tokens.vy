# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Market tokens: how the two tokens of a pool come and go
@license AGPL-3.0-only
@notice MDT takes no tax, calls nobody, and a balance of it goes down by its holder's word only. Of
        the paired token nothing is taken for granted: it may return nothing; after each deposit and
        swap the pool must hold at least its reserve of it.
@dev    So one that takes a tax of what comes in is refused. One that lost some of the pool's tokens
        closes the pool for all but withdrawals, which then share in what is left. What it holds
        beyond the reserve is not the holders': the owner may send it to the treasury.
@custom:security All books are written before a token is called, and every function of the pool,
        views included, is closed until the calls are over (G11).
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import ILiquidityPool

# --- modules ---

from . import market_books
from . import market_curve
from . import market_words
from snekmate.auth import ownable

uses: market_books
uses: ownable

# --- immutables ---

TOKEN: public(immutable(address))  # MDT
PAIRED: public(immutable(address))
TREASURY: public(immutable(address))  # gets the protocol's part, and what belongs to nobody

# --- constructor ---

@deploy
def __init__(_token: address, _paired: address, _treasury: address):
    assert _token.is_contract and _paired.is_contract, "market: token has no code"
    assert _token != _paired, "market: one token twice"
    assert _treasury not in [empty(address), self, _token, _paired], "market: bad treasury"
    TOKEN = _token
    PAIRED = _paired
    TREASURY = _treasury

# --- governance ---

@external
def sweep(_token: address) -> uint256:
    """
    @notice Send the treasury what is held of one of the two tokens beyond its reserve: gifts, and
            what a token paid by itself. Owner.
    @param _token MDT or the paired token.
    @return Units sent.
    @custom:error "ownable: caller is not the owner", "market: unknown token",
                  "market: nothing to sweep", "market: transfer failed"
    """
    ownable._check_owner()
    reserve: uint256 = market_books._reserves
    if not self._is_sale(_token):
        reserve = reserve >> market_words.PAIRED_AT
    reserve &= market_curve.MAX_RESERVE
    balance: uint256 = staticcall IERC20(_token).balanceOf(self)
    assert balance > reserve, "market: nothing to sweep"
    surplus: uint256 = unsafe_sub(balance, reserve)
    log ILiquidityPool.Swept(token=_token, amount=surplus)
    self._push(_token, TREASURY, surplus)
    return surplus

# --- internal ---

@internal
@view
def _check_call(_receiver: address, _deadline: uint256):
    """
    @dev Reverts with "market: too late", "market: bad receiver".
    """
    assert block.timestamp <= _deadline, "market: too late"
    assert (
        _receiver != empty(address)
        and _receiver != self
        and _receiver != TOKEN
        and _receiver != PAIRED
    ), "market: bad receiver"


@internal
@view
def _is_sale(_token_in: address) -> bool:
    """
    @notice Whether MDT is what comes in.
    @dev Reverts with "market: unknown token".
    """
    if _token_in == TOKEN:
        return True
    assert _token_in == PAIRED, "market: unknown token"
    return False


@internal
def _pull(_token: address, _amount: uint256):
    """
    @dev Reverts with "market: transfer failed".
    """
    taken: bool = extcall IERC20(_token).transferFrom(
        msg.sender, self, _amount, default_return_value=True
    )
    assert taken, "market: transfer failed"


@internal
def _push(_token: address, _receiver: address, _amount: uint256):
    """
    @dev Reverts with "market: transfer failed".
    """
    sent: bool = extcall IERC20(_token).transfer(_receiver, _amount, default_return_value=True)
    assert sent, "market: transfer failed"


@internal
def _push_both(_receiver: address, _tokens: uint256, _paired: uint256):
    """
    @dev Nothing is not sent: some tokens refuse that.
    """
    if _tokens != 0:
        self._push(TOKEN, _receiver, _tokens)
    if _paired != 0:
        self._push(PAIRED, _receiver, _paired)


@internal
@view
def _check_held(_packed: uint256):
    """
    @dev Of the reserves as they are now. Reverts with "market: short of tokens".
    """
    reserve: uint256 = (_packed >> market_words.PAIRED_AT) & market_curve.MAX_RESERVE
    assert staticcall IERC20(PAIRED).balanceOf(self) >= reserve, "market: short of tokens"
