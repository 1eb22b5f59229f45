# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Schedule payments: what is handed in for schedules, what is due, and how it is paid
@license AGPL-3.0-only
@notice A payment comes out of what was handed in, or is minted for the reason that belongs to the
        kind of the schedule. A pool is replenished and Staking streams what validators get, both by
        an allowance of exactly the amount; all others get a plain transfer.
@dev    State is final before anything is called. Kinds are listed in `DistributionSchedules.vy`.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IDistributionSchedules
from interfaces import IMDT
from interfaces import IReservePools
from interfaces import IStaking

# --- modules ---

from ...common import reasons
from . import schedule_books
from . import schedule_terms

uses: schedule_books

# --- constants ---

KIND_VALIDATORS: constant(uint256) = 0
KIND_POOL: constant(uint256) = 2
KIND_COUNT: constant(uint256) = 5
REASONS: constant(uint256[KIND_COUNT]) = [
    reasons.MINT_BLOCK_REWARD,
    reasons.MINT_RELAY_REWARD,
    reasons.MINT_MARKETPLACE_LIQUIDITY,
    reasons.MINT_INFLATION,
    reasons.MINT_GOVERNANCE_REWARD,
]

# --- immutables ---

TOKEN: public(immutable(address))
TREASURY: public(immutable(address))  # gets what is left of a cancelled schedule's funds
STAKING: public(immutable(address))  # streams what a schedule pays to it to its stakers

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address, _staking: address):
    TOKEN = _token
    TREASURY = _treasury
    STAKING = _staking

# --- permissionless ---

@external
def process(_schedule_id: uint256) -> uint256:
    """
    @notice Pay all intervals that are due and covered.
    @param _schedule_id Number of the schedule.
    @return Wei paid.
    @custom:error "schedules: transfer failed", "schedules: approve failed",
                  "schedules: unknown schedule", "schedules: is cancelled",
                  "schedules: is paused", "schedules: nothing due"
                  "schedules: out of funds" Not one interval is covered, or mintable.
                  "mdt: reason not allowed", "pools: pool is closed",
                  "staking: not the schedules": as token, pool and Staking do.
                  "schedules: pool took less" The pool did not take the whole payment.
    """
    schedule: IDistributionSchedules.Schedule = schedule_books._load_active(_schedule_id)
    assert schedule.paused_at == 0, "schedules: is paused"
    old: uint256 = 0
    new: uint256 = 0
    old, new = schedule_terms._unpaid(schedule)
    assert old + new > 0, "schedules: nothing due"
    old, new = schedule_terms._covered(schedule, old, new, self._funds(schedule))
    assert old + new > 0, "schedules: out of funds"

    amount: uint256 = schedule_terms._amount_of(schedule, old, new)
    blocks: uint256 = schedule_terms._blocks_of(schedule, old, new)
    self._log_paid(_schedule_id, schedule.recipient, schedule.terms.amount, old)
    self._log_paid(_schedule_id, schedule.recipient, schedule.next_terms.amount, new)
    schedule = schedule_terms._done(schedule, old, new)
    schedule.paid += amount
    schedule.intervals_paid += old + new
    schedule_books._schedules[_schedule_id] = schedule
    if not schedule.is_minted:
        schedule_books.total_held -= amount
    self._pay(schedule, amount, blocks)
    return amount


@external
def fund(_schedule_id: uint256, _amount: uint256):
    """
    @notice Hand in tokens for a schedule that does not mint, by allowance.
    @param _schedule_id Number of the schedule.
    @param _amount Wei.
    @custom:error "schedules: transfer failed",
                  "schedules: unknown schedule", "schedules: is cancelled",
                  "schedules: schedule is minted", "schedules: zero amount",
                  "schedules: bad amount" More than there can be tokens; or as the token does.
    """
    schedule_books._check_active(_schedule_id)
    assert not schedule_books._schedules[_schedule_id].is_minted, "schedules: schedule is minted"
    assert _amount > 0, "schedules: zero amount"
    assert _amount <= schedule_terms.MAX_AMOUNT, "schedules: bad amount"
    schedule_books._schedules[_schedule_id].funded += _amount
    schedule_books.total_held += _amount
    log IDistributionSchedules.Funded(
        schedule_id=_schedule_id, payer=msg.sender, amount=_amount
    )
    taken: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount)
    assert taken, "schedules: transfer failed"

# --- views ---

@external
@view
def due(_schedule_id: uint256) -> IDistributionSchedules.Due:
    """
    @notice What is owed, and what of it `process` would pay now.
    @custom:error "schedules: unknown schedule"
    """
    schedule_books._check_known(_schedule_id)
    schedule: IDistributionSchedules.Schedule = schedule_books._schedules[_schedule_id]
    old: uint256 = 0
    new: uint256 = 0
    old, new = schedule_terms._unpaid(schedule)
    found: IDistributionSchedules.Due = empty(IDistributionSchedules.Due)
    found.intervals = old + new
    found.amount = schedule_terms._amount_of(schedule, old, new)
    if schedule.paused_at == 0:
        old, new = schedule_terms._covered(schedule, old, new, self._funds(schedule))
        found.payable_intervals = old + new
        found.payable_amount = schedule_terms._amount_of(schedule, old, new)
    return found

# --- internal ---

@internal
@view
def _check_recipient(_kind: uint256, _recipient: address):
    """
    @dev Staking counts no plain transfers: it is paid as validators are, or not at all.
    """
    is_payable: bool = _recipient not in [empty(address), self, TOKEN]
    if _recipient == STAKING:
        is_payable = _kind == KIND_VALIDATORS
    assert is_payable, "schedules: bad recipient"


@internal
@view
def _check_length(_recipient: address, _interval_blocks: uint256):
    """
    @dev What Staking streams flows over an epoch's blocks at most: a longer interval would pay
         those who are there for an epoch of it.
    """
    if _recipient == STAKING:
        longest: uint256 = (staticcall IStaking(STAKING).terms()).stream_blocks
        assert _interval_blocks <= longest, "schedules: interval too long"


@internal
@view
def _check_pool(_kind: uint256, _recipient: address, _pool_id: uint256):
    if _kind != KIND_POOL:
        assert _pool_id == 0, "schedules: pool of another kind"
        return
    assert _recipient.is_contract, "schedules: recipient has no code"
    is_open: bool = staticcall IReservePools(_recipient).is_open(_pool_id)
    assert is_open, "schedules: pool is not open"


@internal
@view
def _funds(_schedule: IDistributionSchedules.Schedule) -> uint256:
    if _schedule.is_minted:
        return staticcall IMDT(TOKEN).mintable(self)
    return _schedule.funded - _schedule.paid


@internal
def _log_paid(_schedule_id: uint256, _recipient: address, _amount: uint256, _intervals: uint256):
    if _intervals > 0:
        log IDistributionSchedules.Paid(
            schedule_id=_schedule_id, recipient=_recipient, amount=_amount, intervals=_intervals
        )


@internal
def _pay(_schedule: IDistributionSchedules.Schedule, _amount: uint256, _blocks: uint256):
    is_pool: bool = _schedule.kind == KIND_POOL
    is_taken: bool = is_pool or _schedule.recipient == STAKING
    if _schedule.is_minted:
        to: address = self if is_taken else _schedule.recipient
        extcall IMDT(TOKEN).mint(to, _amount, REASONS[_schedule.kind])
    elif not is_taken:
        self._send(_schedule.recipient, _amount)
    if is_pool:
        self._replenish(_schedule.recipient, _schedule.pool_id, _amount)
    elif is_taken:
        # Staking takes exactly this, or refuses.
        self._approve(STAKING, _amount)
        extcall IStaking(STAKING).add_reward(_amount, _blocks)


@internal
def _replenish(_pools: address, _pool_id: uint256, _amount: uint256):
    """
    @dev An allowance that is left over could be used later, on other schedules' funds.
    """
    self._approve(_pools, _amount)
    extcall IReservePools(_pools).replenish(_pool_id, _amount)
    left: uint256 = staticcall IERC20(TOKEN).allowance(self, _pools)
    assert left == 0, "schedules: pool took less"


@internal
def _approve(_spender: address, _amount: uint256):
    assert extcall IERC20(TOKEN).approve(_spender, _amount), "schedules: approve failed"


@internal
def _send(_to: address, _amount: uint256):
    # MDT reverts rather than returning false; the check does not lean on that.
    assert extcall IERC20(TOKEN).transfer(_to, _amount), "schedules: transfer failed"
