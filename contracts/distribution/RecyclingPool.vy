# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title RecyclingPool: fees and unclaimable shares come in, part is burned, the rest is spent first
@license AGPL-3.0-only
@notice Three ways in: fees (a fixed part of which is burned at once), recycled tokens (a miner
        share without miners, rewards nobody was staked for, donations), and plain transfers. One
        way out: the drawer, the emission contract, takes what it needs before it mints the
        shortfall. What the pool holds is its token balance; no other book can disagree with it.

            balance = total_fees + total_recycled + total_absorbed + plain transfers
                    - total_burned - total_drawn

        A pool that takes the place of another one becomes the other's drawer and absorbs what lies
        there, then and later: those who know the old address for good lose nothing by it.

        Recycling gives budget back (less is minted later); burning does not: the cap counts what
        was ever minted, so burned tokens are gone.
@dev    Amounts are wei of MDT. MDT takes no transfer fee, so what is sent is what arrives.
@custom:security Nobody can take tokens out but the drawer. The owner names the drawer and may burn,
        and therefore has to be a timelock.
@custom:kill Without a drawer's calls the pool just accumulates; the owner may burn what is left
        over.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IMDT
from interfaces import IRecyclingPool

implements: IRecyclingPool

# --- modules ---

from ..common import reasons
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]

# Two-step ownership, never renounced: somebody must be able to name a new drawer.
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# --- constants ---

BPS: constant(uint256) = 10_000
# More than there can be tokens: the cap has 104 bits.
MAX_AMOUNT: constant(uint256) = 2**128 - 1

# --- immutables ---

TOKEN: public(immutable(address))
FEE_BURN_BPS: public(immutable(uint256))  # part of every fee deposit that is burned
PREDECESSOR: public(immutable(address))  # a pool that this one absorbs; empty = none

# --- storage ---

drawer: public(address)  # empty until the owner sets the first one
total_fees: public(uint256)  # wei ever deposited as fees, burned part included
total_burned: public(uint256)  # wei ever burned here: of fees and of surplus
total_recycled: public(uint256)  # wei ever handed to `recycle`
total_drawn: public(uint256)  # wei ever sent to drawers
total_absorbed: public(uint256)  # wei ever drawn from the predecessor

# --- constructor ---

@deploy
def __init__(_token: address, _fee_burn_bps: uint256, _predecessor: address, _owner: address):
    """
    @notice Fix the token and the burned part of fees for good.
    @param _token The MDT token, which has to entitle this contract to burn with the reasons
           BURN_TRANSACTION_FEE and BURN_DEFLATION.
    @param _fee_burn_bps Part of every fee deposit that is burned, in basis points, 0 .. 10,000.
    @param _predecessor A pool of the same token that names this one its drawer, after; empty for
           none.
    @param _owner Names the drawer and may burn surplus.
    @custom:error "pool: token has no code", "pool: burn above 100%", "pool: zero owner"
                  "pool: predecessor has no code", "pool: predecessor differs" In its token.
    """
    assert _token.is_contract, "pool: token has no code"
    assert _fee_burn_bps <= BPS, "pool: burn above 100%"
    assert _owner != empty(address), "pool: zero owner"
    if _predecessor != empty(address):
        assert _predecessor.is_contract, "pool: predecessor has no code"
        token: address = staticcall IRecyclingPool(_predecessor).TOKEN()
        assert _token == token, "pool: predecessor differs"

    TOKEN = _token
    FEE_BURN_BPS = _fee_burn_bps
    PREDECESSOR = _predecessor

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)

# --- permissionless ---

@external
def deposit_fees(_amount: uint256) -> uint256:
    """
    @notice Hand in fees, by allowance: the fixed part is burned, the rest is there to be drawn.
    @param _amount Wei.
    @return Wei burned, rounded down: an odd wei stays in the pool.
    @custom:error "pool: transfer failed",
                  "pool: zero amount" Nothing to deposit.
                  "pool: amount out of bounds" More than there can be tokens.
    """
    self._check_amount(_amount)
    burned: uint256 = _amount * FEE_BURN_BPS // BPS  # rounds in favour of the pool
    self.total_fees += _amount
    self.total_burned += burned
    log IRecyclingPool.FeesDeposited(payer=msg.sender, amount=_amount, burned=burned)
    self._pull(_amount)
    if burned > 0:
        extcall IMDT(TOKEN).burn(burned, reasons.BURN_TRANSACTION_FEE)
    return burned


@external
def recycle(_amount: uint256, _reason: uint256):
    """
    @notice Hand in tokens to be spent instead of minted ones, by allowance; nothing is burned.
    @param _amount Wei.
    @param _reason A RECYCLE_* code of contracts/common/reasons.vy: the word of the source, on
           which nothing depends.
    @custom:error "pool: transfer failed",
                  "pool: zero amount", "pool: unknown reason" Nothing to recycle, or no such code.
                  "pool: amount out of bounds" More than there can be tokens.
    """
    self._check_amount(_amount)
    assert _reason < reasons.RECYCLE_REASON_COUNT, "pool: unknown reason"
    self.total_recycled += _amount
    log IRecyclingPool.Recycled(source=msg.sender, reason=_reason, amount=_amount)
    self._pull(_amount)


@external
def absorb() -> uint256:
    """
    @notice Draw all that lies in the predecessor, which must name this pool its drawer. Anyone may
            call, any number of times: what reaches the old pool later is not lost.
            It reverts as the predecessor's `draw` does where that names another drawer.
    @return Wei that came; 0 is not an error.
    @custom:error "pool: no predecessor"
    """
    assert PREDECESSOR != empty(address), "pool: no predecessor"
    amount: uint256 = extcall IRecyclingPool(PREDECESSOR).draw(max_value(uint256))
    if amount == 0:
        return 0
    self.total_absorbed += amount
    log IRecyclingPool.Absorbed(predecessor=PREDECESSOR, amount=amount)
    return amount

# --- role: drawer ---

@external
def draw(_amount: uint256) -> uint256:
    """
    @notice The drawer takes up to `_amount` from the pool, to spend it before minting the
            shortfall.
    @param _amount Wei wanted.
    @return Wei sent to the drawer: min(_amount, balance); 0 is not an error.
    @custom:error "pool: transfer failed",
                  "pool: caller is not the drawer"
    """
    assert msg.sender == self.drawer, "pool: caller is not the drawer"
    amount: uint256 = min(_amount, self._available())
    if amount == 0:
        return 0
    self.total_drawn += amount
    log IRecyclingPool.Drawn(drawer=msg.sender, amount=amount)
    assert extcall IERC20(TOKEN).transfer(msg.sender, amount), "pool: transfer failed"
    return amount

# --- governance ---

@external
def burn_surplus(_amount: uint256):
    """
    @notice Burn tokens nobody will draw any more (after the last era), as BURN_DEFLATION.
    @param _amount Wei, at most the balance.
    @custom:error "ownable: caller is not the owner", "pool: zero amount",
                  "pool: amount above balance"
    """
    ownable._check_owner()
    assert _amount > 0, "pool: zero amount"
    assert _amount <= self._available(), "pool: amount above balance"
    self.total_burned += _amount
    log IRecyclingPool.SurplusBurned(amount=_amount)
    extcall IMDT(TOKEN).burn(_amount, reasons.BURN_DEFLATION)


@external
def set_drawer(_drawer: address):
    """
    @notice Name the one account that may draw, the emission contract; the old one loses the right
            at once.
    @param _drawer The new drawer.
    @custom:error "ownable: caller is not the owner", "pool: zero drawer", "pool: same drawer"
    """
    ownable._check_owner()
    old_drawer: address = self.drawer
    assert _drawer != empty(address), "pool: zero drawer"
    assert _drawer != old_drawer, "pool: same drawer"
    self.drawer = _drawer
    log IRecyclingPool.DrawerSet(old_drawer=old_drawer, new_drawer=_drawer)

# --- views ---

@external
@view
def available() -> uint256:
    """
    @notice Wei there to be drawn: the pool's token balance, however it came in.
    """
    return self._available()


@external
@view
def drawable(_account: address) -> uint256:
    """
    @notice Wei that an account can draw now: all that is there for the drawer, nothing for anybody
            else. Whoever asks before it draws is not stopped by a pool that has another drawer.
    @param _account Any address.
    """
    return self._available() if _account == self.drawer else 0

# --- internal ---

@internal
@pure
def _check_amount(_amount: uint256):
    """
    @dev Reverts with "pool: zero amount" or "pool: amount out of bounds".
    """
    assert _amount > 0, "pool: zero amount"
    assert _amount <= MAX_AMOUNT, "pool: amount out of bounds"


@internal
def _pull(_amount: uint256):
    # MDT reverts rather than returning false; the check does not lean on that.
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount), "pool: transfer failed"


@internal
@view
def _available() -> uint256:
    return staticcall IERC20(TOKEN).balanceOf(self)
