# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title FeeDesk: for every kind of fee, what part of it burns and where the rest goes
@license AGPL-3.0-only
@notice One table of six kinds:

            kind            taken at        burned as          the rest goes to
            0 gas           recycling pool  TRANSACTION_FEE    recycling pool
            1 sale          reserve pools   TRANSACTION_FEE    the buyer
            2 slash         the slasher     SLASH              treasury
            3 registration  here            REGISTRATION       recycling pool or treasury
            4 unmet quota   here            DEFLATION          recycling pool or treasury
            5 transfer      here            TRANSACTION_FEE    the payee

        Of the first three it says what the contracts that take them say, asked each time. The
        others are taken here, by allowance, at terms the owner sets inside fixed bounds
        (`fee_terms.vy`). Unmet quota: tokens that were set aside for work which nobody did.

        The token itself takes nothing of a transfer. Whoever wants the burned part taken, as the
        documents have it for payments between accounts, pays through `pay`.
@dev    Amounts are wei of MDT, which takes no transfer fee and calls nobody. What burns is burned
        in the payer's hands and the rest goes straight on; only what the recycling pool gets passes
        through here, within one call. So nothing is here between two calls, but what was sent here
        by mistake, and that anyone can `sweep` into the recycling pool.
@custom:security An allowance to this contract is used by nobody but who gave it. The owner cannot
        reach tokens; what a payee gets at least, the payer says.
@custom:kill Take its burn reasons from it on the token: then nothing that burns goes through.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IFeeDesk
from interfaces import IMDT
from interfaces import IRecyclingPool
from interfaces import IReservePools
from interfaces import ISlasher
from interfaces import IStaking

implements: IFeeDesk

# --- modules ---

from .modules import fee_terms
from ..common import reasons
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# ownership in two steps; it cannot be renounced: somebody must be able to set a price
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# terms and sums of the kinds that are taken here
initializes: fee_terms
exports: (fee_terms.MAX_TRANSFER_BURN_BPS, fee_terms.MAX_LEAST, fee_terms.totals)

# --- constants ---

BURN_REASONS: constant(uint256[reasons.FEE_KIND_COUNT]) = [
    reasons.BURN_TRANSACTION_FEE,
    reasons.BURN_TRANSACTION_FEE,
    reasons.BURN_SLASH,
    reasons.BURN_REGISTRATION,
    reasons.BURN_DEFLATION,
    reasons.BURN_TRANSACTION_FEE,
]

# --- immutables ---

TOKEN: public(immutable(address))
RECYCLING_POOL: public(immutable(address))
RESERVE_POOLS: public(immutable(address))
STAKING: public(immutable(IStaking))  # knows the slasher that is in force
TREASURY: public(immutable(address))

# --- storage ---

# kind => account => wei ever deposited for it: whoever registers accounts reads it here
paid_by: public(HashMap[uint256, HashMap[address, uint256]])

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _recycling_pool: address,
    _reserve_pools: address,
    _staking: address,
    _treasury: address,
    _terms: IFeeDesk.Terms[3],
    _owner: address,
):
    """
    @notice Fix the contracts around for good, and the first terms.
    @param _token The MDT token, which has to entitle this contract to burn with the reasons
           BURN_TRANSACTION_FEE, BURN_DEFLATION and BURN_REGISTRATION.
    @param _recycling_pool Takes gas fees, and the rest of what is deposited here.
    @param _reserve_pools Takes the burned part of sales.
    @param _staking Knows the slasher that is in force, which burns.
    @param _treasury Gets the rest of what is deposited here, if the terms say so.
    @param _terms Of registration, unmet quota and transfer.
    @param _owner Sets terms.
    @custom:error "desk: no code", "desk: other token", "desk: bad treasury", "desk: zero owner",
                  "desk: burn out of bounds", "desk: least out of bounds",
                  "desk: rest is the payee's"
    """
    for account: address in [_token, _recycling_pool, _reserve_pools, _staking]:
        assert account.is_contract, "desk: no code"
    is_one: bool = (
        staticcall IRecyclingPool(_recycling_pool).TOKEN() == _token
        and staticcall IReservePools(_reserve_pools).TOKEN() == _token
        and staticcall IStaking(_staking).TOKEN() == _token
    )
    assert is_one, "desk: other token"
    assert _treasury not in [empty(address), self, _token], "desk: bad treasury"
    assert _owner != empty(address), "desk: zero owner"

    TOKEN = _token
    RECYCLING_POOL = _recycling_pool
    RESERVE_POOLS = _reserve_pools
    STAKING = IStaking(_staking)
    TREASURY = _treasury

    fee_terms.__init__(staticcall IMDT(_token).cap(), _terms)
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)

# --- permissionless ---

@external
def deposit(_kind: uint256, _account: address, _amount: uint256) -> uint256:
    """
    @notice Pay for a registration, or hand in an unmet quota, by allowance: a part is burned, the
            rest goes to the recycling pool or the treasury, as the terms say.
    @param _kind 3 registration, 4 unmet quota.
    @param _account For whom: `paid_by` counts it there.
    @param _amount Wei, at least the terms' `least`.
    @return Wei burned, rounded down.
    @custom:error "desk: transfer failed", "desk: approve failed",
                  "desk: not deposited", "desk: zero account", "desk: amount out of bounds",
                  "desk: below the least", or as the token does.
    """
    is_deposited: bool = _kind in [reasons.FEE_REGISTRATION, reasons.FEE_UNMET_QUOTA]
    assert is_deposited, "desk: not deposited"
    assert _account != empty(address), "desk: zero account"
    burned: uint256 = 0
    rest: uint256 = 0
    is_to_treasury: bool = False
    burned, rest, is_to_treasury = fee_terms._take(_kind, _amount)
    self.paid_by[_kind][_account] += _amount
    log IFeeDesk.Deposited(
        kind=_kind,
        account=_account,
        payer=msg.sender,
        amount=_amount,
        burned=burned,
        rest_to=self._rest_to(is_to_treasury),
    )
    self._burn(burned, BURN_REASONS[_kind])
    if is_to_treasury:
        self._move(TREASURY, rest)
    elif rest > 0:
        self._move(self, rest)
        self._recycle(rest, reasons.RECYCLE_FEES)
    return burned


@external
def pay(_to: address, _amount: uint256, _least_received: uint256) -> uint256:
    """
    @notice Pay an account, by allowance, with the burned part taken off.
    @param _to Who is paid.
    @param _amount Wei, the burned part included; at least the terms' `least`.
    @param _least_received What it means to pay: terms may have changed on the way.
    @return Wei the payee got: the amount less the burned part, which is rounded down.
    @custom:error "desk: transfer failed",
                  "desk: bad payee", "desk: amount out of bounds", "desk: below the least",
                  "desk: too little received", or as the token does.
    """
    assert _to not in [empty(address), self, TOKEN], "desk: bad payee"
    burned: uint256 = 0
    received: uint256 = 0
    is_to_treasury: bool = False
    burned, received, is_to_treasury = fee_terms._take(reasons.FEE_TRANSFER, _amount)
    assert received >= _least_received, "desk: too little received"
    log IFeeDesk.Paid(payer=msg.sender, payee=_to, amount=_amount, burned=burned)
    self._burn(burned, BURN_REASONS[reasons.FEE_TRANSFER])
    self._move(_to, received)
    return received


@external
def sweep() -> uint256:
    """
    @notice Hand what was sent here directly to the recycling pool: it belongs to nobody any more,
            and there it is spent before anything is minted.
    @return Wei swept.
    @custom:error "desk: approve failed",
                  "desk: nothing to sweep"
    """
    amount: uint256 = staticcall IERC20(TOKEN).balanceOf(self)
    assert amount > 0, "desk: nothing to sweep"
    log IFeeDesk.Swept(caller=msg.sender, amount=amount)
    self._recycle(amount, reasons.RECYCLE_DONATION)
    return amount

# --- governance ---

@external
def set_terms(_kind: uint256, _terms: IFeeDesk.Terms):
    """
    @notice Change the terms of a kind that is taken here.
    @param _kind 3 registration, 4 unmet quota, 5 transfer.
    @param _terms The burned part, at most a tenth of a transfer; the smallest amount, at most
           MAX_LEAST; and where the rest goes, which for a transfer is the payee.
    @custom:error "ownable: caller is not the owner", "desk: not taken here",
                  "desk: rest is the payee's", "desk: burn out of bounds",
                  "desk: least out of bounds", "desk: nothing changes"
    """
    ownable._check_owner()
    fee_terms._set(_kind, _terms)

# --- views ---

@external
@view
def terms(_kind: uint256) -> IFeeDesk.Row:
    """
    @notice What holds for a kind at the moment, as the contract that takes it says.
    @custom:error "desk: unknown kind"
    """
    return self._row(_kind)


@external
@view
def table() -> DynArray[IFeeDesk.Row, reasons.FEE_KIND_COUNT]:
    """
    @notice What holds for every kind at the moment, in the order of their numbers.
    @custom:error "desk: unknown kind"
    """
    rows: DynArray[IFeeDesk.Row, reasons.FEE_KIND_COUNT] = []
    for kind: uint256 in range(reasons.FEE_KIND_COUNT):
        rows.append(self._row(kind))
    return rows


@external
@view
def quote(_kind: uint256, _amount: uint256) -> (uint256, uint256):
    """
    @notice How an amount of a kind splits at the moment: wei burned, and the rest. Whether so small
            an amount is taken is another question: `terms` has the least.
    @custom:error "desk: unknown kind", "desk: amount out of bounds"
    """
    row: IFeeDesk.Row = self._row(_kind)
    return fee_terms._split(row.burn_bps, _amount)

# --- internal ---

@internal
@view
def _row(_kind: uint256) -> IFeeDesk.Row:
    """
    @dev Nothing is said here that another contract says.
    """
    assert _kind < reasons.FEE_KIND_COUNT, "desk: unknown kind"
    row: IFeeDesk.Row = empty(IFeeDesk.Row)
    row.burn_reason = BURN_REASONS[_kind]
    if _kind == reasons.FEE_GAS:
        row.burn_bps = staticcall IRecyclingPool(RECYCLING_POOL).FEE_BURN_BPS()
        row.rest_to = RECYCLING_POOL
        row.taken_at = RECYCLING_POOL
    elif _kind == reasons.FEE_SALE:
        row.burn_bps = staticcall IReservePools(RESERVE_POOLS).SALE_BURN_BPS()
        row.taken_at = RESERVE_POOLS
    elif _kind == reasons.FEE_SLASH:
        slasher: address = staticcall STAKING.slasher()
        # before staking is told of the first one, nothing is slashed
        if slasher != empty(address):
            row.burn_bps = (staticcall ISlasher(slasher).terms()).burn_bps
            row.rest_to = staticcall ISlasher(slasher).TREASURY()
            row.taken_at = slasher
    else:
        own: IFeeDesk.Terms = fee_terms._terms_of(_kind)
        row.burn_bps = own.burn_bps
        row.least = own.least
        row.taken_at = self
        if _kind != reasons.FEE_TRANSFER:
            row.rest_to = self._rest_to(own.is_to_treasury)
    return row


@internal
@view
def _rest_to(_is_to_treasury: bool) -> address:
    return TREASURY if _is_to_treasury else RECYCLING_POOL


@internal
def _burn(_amount: uint256, _reason: uint256):
    """
    @dev Out of the caller's own hands.
    """
    if _amount > 0:
        extcall IMDT(TOKEN).burnFrom(msg.sender, _amount, _reason)


@internal
def _move(_to: address, _amount: uint256):
    """
    @dev From the caller. MDT reverts rather than returning false; the check does not lean on that.
    """
    if _amount > 0:
        moved: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, _to, _amount)
        assert moved, "desk: transfer failed"


@internal
def _recycle(_amount: uint256, _reason: uint256):
    """
    @dev The pool takes exactly what it is told of, so no allowance is left.
    """
    approved: bool = extcall IERC20(TOKEN).approve(RECYCLING_POOL, _amount)
    assert approved, "desk: approve failed"
    extcall IRecyclingPool(RECYCLING_POOL).recycle(_amount, _reason)
