# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title DistributionSchedules: an amount every so many blocks, to one recipient
@license AGPL-3.0-only
@notice A schedule pays `amount` for every interval of `interval_blocks` that is over, from a start
        block on, for a duration or for ever. Anyone may have it paid at any time, and gets all that
        is due paid at once, however much that is, at the same cost.

            k-th payment     due at start + k * interval, k = 1, 2, ...
            with a duration  floor(duration / interval) payments: end-exclusive
            short of funds   whole intervals only, the oldest first; the rest stays due
            paused           what is over by the resumption is skipped, what was due before is owed
            changed          the interval that runs is paid at the terms it began with

        It is paid out of what anyone handed in for it, or by minting: then the budgets that the
        token gives this contract, which all schedules share, are its funds. How intervals are
        counted stands in `schedule_terms.vy`.
@dev    Amounts are wei of MDT. The kind is a label, and says the reason a payment is minted for:

            0 validators        BLOCK_REWARD              3 treasury          INFLATION
            1 relays            RELAY_REWARD              4 development fund  GOVERNANCE_REWARD
            2 pool              MARKETPLACE_LIQUIDITY

        A pool (of a ReservePools) is replenished by an allowance of exactly the amount; all others
        get a plain transfer. Staking takes rewards from its notifier only, and a transfer to it is
        lost: what is meant for its validators goes to the recycling pool, out of which the next
        epochs are paid before anything is minted.
@custom:security Nothing but the owner decides whom a schedule pays. State is final before anything
        is called; the only call that leaves the suite's token is to a pool's contract, which the
        owner chose. Minted payments never pass the token's budgets.
@custom:kill Pause or cancel a schedule, or revoke this minter on the token.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IDistributionSchedules
from interfaces import IMDT
from interfaces import IReservePools

implements: IDistributionSchedules

# --- modules and exports ---

# stateless: which intervals are over
from ..common import reasons
from .modules import schedule_terms
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# ownership in two steps; it cannot be renounced: a schedule could never be stopped
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# --- constants ---

KIND_POOL: constant(uint256) = 2
KIND_COUNT: constant(uint256) = 5
REASONS: constant(uint256[KIND_COUNT]) = [
    reasons.MINT_BLOCK_REWARD,
    reasons.MINT_RELAY_REWARD,
    reasons.MINT_MARKETPLACE_LIQUIDITY,
    reasons.MINT_INFLATION,
    reasons.MINT_GOVERNANCE_REWARD,
]
# A later start is a typing error: at three-second blocks this is almost a year.
MAX_START_DELAY: public(constant(uint256)) = 10_000_000
MAX_DURATION: constant(uint256) = 2**32 - 1  # blocks; centuries
# What a page shows: 20 storage words each, so that the largest stays below a million gas.
MAX_SCHEDULES: constant(uint256) = 20

# --- immutables ---

TOKEN: public(immutable(address))
TREASURY: public(immutable(address))  # gets what is left of a cancelled schedule's funds

# --- storage ---

schedule_count: public(uint256)  # schedules are numbered from 1
total_held: public(uint256)  # wei handed in and not yet paid, over all schedules
_schedules: HashMap[uint256, IDistributionSchedules.Schedule]  # schedule id => all there is to it

# --- constructor ---


@deploy
def __init__(_token: address, _treasury: address, _owner: address):
    """
    @notice Fix the token and the treasury for good.
    @param _token The MDT token; schedules that mint need a grant of it, with the reasons of their
           kinds.
    @param _treasury Gets what cancelled schedules leave.
    @param _owner Creates, changes, pauses and cancels schedules.
    @custom:error "schedules: token has no code", "schedules: bad treasury",
                  "schedules: zero owner"
    """
    assert _token.is_contract, "schedules: token has no code"
    assert _treasury not in [empty(address), self, _token], "schedules: bad treasury"
    assert _owner != empty(address), "schedules: zero owner"

    TOKEN = _token
    TREASURY = _treasury

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)


# --- permissionless ---


@external
def process(_schedule_id: uint256) -> uint256:
    """
    @notice Pay all intervals that are due and covered.
    @param _schedule_id Number of the schedule.
    @return Wei paid.
    @custom:error "schedules: unknown schedule", "schedules: is cancelled",
                  "schedules: is paused", "schedules: nothing due"
                  "schedules: out of funds" Not one interval is covered, or mintable.
                  "mdt: reason not allowed", "pools: pool is closed": as token and pool do.
                  "schedules: pool took less" The pool did not take the whole payment.
    """
    schedule: IDistributionSchedules.Schedule = self._load_active(_schedule_id)
    assert schedule.paused_at == 0, "schedules: is paused"
    old: uint256 = 0
    new: uint256 = 0
    old, new = schedule_terms._unpaid(schedule)
    assert old + new > 0, "schedules: nothing due"
    old, new = schedule_terms._covered(schedule, old, new, self._funds(schedule))
    assert old + new > 0, "schedules: out of funds"

    amount: uint256 = schedule_terms._amount_of(schedule, old, new)
    self._log_paid(_schedule_id, schedule.recipient, schedule.terms.amount, old)
    self._log_paid(_schedule_id, schedule.recipient, schedule.next_terms.amount, new)
    schedule = schedule_terms._done(schedule, old, new)
    schedule.paid += amount
    schedule.intervals_paid += old + new
    self._schedules[_schedule_id] = schedule
    if not schedule.is_minted:
        self.total_held -= amount
    self._pay(schedule, amount)
    return amount


@external
def fund(_schedule_id: uint256, _amount: uint256):
    """
    @notice Hand in tokens for a schedule that does not mint, by allowance.
    @param _schedule_id Number of the schedule.
    @param _amount Wei.
    @custom:error "schedules: unknown schedule", "schedules: is cancelled",
                  "schedules: schedule is minted", "schedules: zero amount", or as the token does.
    """
    self._check_active(_schedule_id)
    assert not self._schedules[_schedule_id].is_minted, "schedules: schedule is minted"
    assert _amount > 0, "schedules: zero amount"
    self._schedules[_schedule_id].funded += _amount
    self.total_held += _amount
    log IDistributionSchedules.Funded(
        schedule_id=_schedule_id, payer=msg.sender, amount=_amount
    )
    taken: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount)
    assert taken, "schedules: transfer failed"


# --- governance ---


@external
def create(
    _kind: uint256,
    _recipient: address,
    _pool_id: uint256,
    _is_minted: bool,
    _amount: uint256,
    _interval_blocks: uint256,
    _start_block: uint256,
    _duration_blocks: uint256,
) -> uint256:
    """
    @notice Begin a schedule.
    @param _kind 0 validators, 1 relays, 2 pool, 3 treasury, 4 development fund.
    @param _recipient Who is paid; for a pool the ReservePools it belongs to.
    @param _pool_id Number of an open pool there; 0 for the other kinds.
    @param _is_minted Whether payments are minted, not taken from what was handed in.
    @param _amount Wei for each interval.
    @param _interval_blocks Blocks of an interval, at most 10,000,000.
    @param _start_block First block of the first interval: this one or a later one.
    @param _duration_blocks Blocks until the end, at least one interval; 0 = for ever.
    @return Number of the schedule.
    @custom:error "ownable: caller is not the owner", "schedules: unknown kind",
                  "schedules: bad recipient", "schedules: recipient has no code",
                  "schedules: pool is not open", "schedules: pool of another kind",
                  "schedules: bad amount", "schedules: bad interval",
                  "schedules: start in the past", "schedules: start too far",
                  "schedules: bad duration"
    """
    ownable._check_owner()
    assert _kind < KIND_COUNT, "schedules: unknown kind"
    assert _recipient not in [empty(address), self, TOKEN], "schedules: bad recipient"
    self._check_pool(_kind, _recipient, _pool_id)
    schedule_terms._check_terms(_amount, _interval_blocks)
    assert _start_block >= block.number, "schedules: start in the past"
    assert _start_block <= block.number + MAX_START_DELAY, "schedules: start too far"
    last_block: uint256 = max_value(uint256)
    if _duration_blocks > 0:
        assert _interval_blocks <= _duration_blocks, "schedules: bad duration"
        assert _duration_blocks <= MAX_DURATION, "schedules: bad duration"
        last_block = _start_block + _duration_blocks

    id: uint256 = self.schedule_count + 1
    self.schedule_count = id
    schedule: IDistributionSchedules.Schedule = empty(IDistributionSchedules.Schedule)
    schedule.kind = _kind
    schedule.recipient = _recipient
    schedule.pool_id = _pool_id
    schedule.is_minted = _is_minted
    schedule.last_block = last_block
    schedule.terms = IDistributionSchedules.Terms(
        amount=_amount, interval_blocks=_interval_blocks, from_block=_start_block, done=0
    )
    self._schedules[id] = schedule
    log IDistributionSchedules.ScheduleCreated(
        schedule_id=id,
        kind=_kind,
        recipient=_recipient,
        pool_id=_pool_id,
        amount=_amount,
        interval_blocks=_interval_blocks,
        start_block=_start_block,
        last_block=last_block,
        is_minted=_is_minted,
    )
    return id


@external
def change(_schedule_id: uint256, _amount: uint256, _interval_blocks: uint256):
    """
    @notice Other terms from the next interval on: the one that runs is paid at the terms it began
            with, whenever that is, and so is everything before it. A change that waits for the same
            interval is replaced.
    @param _schedule_id Number of the schedule.
    @param _amount Wei for each interval.
    @param _interval_blocks Blocks of an interval.
    @custom:error "ownable: caller is not the owner", "schedules: unknown schedule",
                  "schedules: is cancelled", "schedules: bad amount",
                  "schedules: bad interval"
                  "schedules: arrears unpaid" Something is still due from before the last change:
                  two changes at a time are as many as are kept apart.
                  "schedules: nothing changes"
                  "schedules: no interval follows" The schedule ends before one of the new length.
    """
    ownable._check_owner()
    schedule: IDistributionSchedules.Schedule = self._load_active(_schedule_id)
    schedule_terms._check_terms(_amount, _interval_blocks)
    if schedule.paused_at > 0:
        schedule = self._skip(_schedule_id, schedule)
    schedule = schedule_terms._done(schedule, 0, 0)
    followed: IDistributionSchedules.Terms = schedule.terms
    if schedule.next_terms.amount > 0:
        followed = schedule.next_terms
        assert block.number < followed.from_block, "schedules: arrears unpaid"
    is_same: bool = (
        followed.amount == _amount and followed.interval_blocks == _interval_blocks
    )
    assert not is_same, "schedules: nothing changes"
    from_block: uint256 = schedule_terms._running_ends_at(schedule.terms)
    is_possible: bool = from_block + _interval_blocks <= schedule.last_block
    assert is_possible, "schedules: no interval follows"
    schedule.next_terms = IDistributionSchedules.Terms(
        amount=_amount, interval_blocks=_interval_blocks, from_block=from_block, done=0
    )
    self._schedules[_schedule_id] = schedule
    log IDistributionSchedules.Changed(
        schedule_id=_schedule_id,
        old_amount=followed.amount,
        old_interval_blocks=followed.interval_blocks,
        new_amount=_amount,
        new_interval_blocks=_interval_blocks,
        from_block=from_block,
    )


@external
def pause(_schedule_id: uint256):
    """
    @notice Pay nothing until the schedule is resumed. Intervals that are over in a later block,
            that of the resumption included, are skipped; what is due in this block stays owed. The
            end does not move.
    @param _schedule_id Number of the schedule.
    @custom:error "ownable: caller is not the owner", "schedules: unknown schedule",
                  "schedules: is cancelled", "schedules: is paused"
    """
    ownable._check_owner()
    self._check_active(_schedule_id)
    assert self._schedules[_schedule_id].paused_at == 0, "schedules: is paused"
    self._schedules[_schedule_id].paused_at = block.number
    log IDistributionSchedules.Paused(schedule_id=_schedule_id)


@external
def resume(_schedule_id: uint256):
    """
    @notice Go on with the interval that runs.
    @param _schedule_id Number of the schedule.
    @custom:error "ownable: caller is not the owner", "schedules: unknown schedule",
                  "schedules: is cancelled", "schedules: not paused"
    """
    ownable._check_owner()
    schedule: IDistributionSchedules.Schedule = self._load_active(_schedule_id)
    assert schedule.paused_at > 0, "schedules: not paused"
    schedule = self._skip(_schedule_id, schedule)
    schedule.paused_at = 0
    self._schedules[_schedule_id] = schedule
    log IDistributionSchedules.Resumed(schedule_id=_schedule_id)


@external
def cancel(_schedule_id: uint256):
    """
    @notice End a schedule for good. What is left of its funds goes to the treasury. What is due and
            unpaid is forgone: it can be processed before, by anyone. Nothing is paid here, so that
            no recipient can keep it from ending.
    @param _schedule_id Number of the schedule.
    @custom:error "ownable: caller is not the owner", "schedules: unknown schedule",
                  "schedules: is cancelled"
    """
    ownable._check_owner()
    schedule: IDistributionSchedules.Schedule = self._load_active(_schedule_id)
    refunded: uint256 = 0
    if not schedule.is_minted:
        refunded = schedule.funded - schedule.paid
    self._schedules[_schedule_id].is_cancelled = True
    self._schedules[_schedule_id].refunded = refunded
    self.total_held -= refunded
    log IDistributionSchedules.Cancelled(schedule_id=_schedule_id, refunded=refunded)
    if refunded > 0:
        self._send(TREASURY, refunded)


# --- views ---


@external
@view
def schedule(_schedule_id: uint256) -> IDistributionSchedules.Schedule:
    """
    @notice All there is to a schedule. Terms of which nothing is left can still be shown with the
            new ones behind them: they go with the next payment.
    @custom:error "schedules: unknown schedule"
    """
    self._check_known(_schedule_id)
    return self._schedules[_schedule_id]


@external
@view
def schedules(
    _first_id: uint256, _limit: uint256
) -> DynArray[IDistributionSchedules.Schedule, MAX_SCHEDULES]:
    """
    @notice Schedules from number _first_id on, at most 20; fewer at the end.
    """
    page: DynArray[IDistributionSchedules.Schedule, MAX_SCHEDULES] = []
    for i: uint256 in range(min(_limit, MAX_SCHEDULES), bound=MAX_SCHEDULES):
        id: uint256 = max(_first_id, 1) + i
        if id > self.schedule_count:
            break
        page.append(self._schedules[id])
    return page


@external
@view
def due(_schedule_id: uint256) -> IDistributionSchedules.Due:
    """
    @notice What is owed, and what of it `process` would pay now.
    @custom:error "schedules: unknown schedule"
    """
    self._check_known(_schedule_id)
    schedule: IDistributionSchedules.Schedule = self._schedules[_schedule_id]
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


@external
@view
def next_due_block(_schedule_id: uint256) -> uint256:
    """
    @notice The first block above this one at which an interval is over; 0 if there is none, and
            while the schedule is paused.
    @custom:error "schedules: unknown schedule"
    """
    self._check_known(_schedule_id)
    schedule: IDistributionSchedules.Schedule = self._schedules[_schedule_id]
    if schedule.is_cancelled or schedule.paused_at > 0:
        return 0
    next_block: uint256 = schedule_terms._next_over(schedule.terms)
    if next_block <= schedule_terms._turn(schedule):
        return next_block
    next_block = schedule_terms._next_over(schedule.next_terms)
    if schedule.next_terms.amount > 0 and next_block <= schedule.last_block:
        return next_block
    return 0


# --- internal ---


@internal
@view
def _check_known(_schedule_id: uint256):
    is_known: bool = 0 < _schedule_id and _schedule_id <= self.schedule_count
    assert is_known, "schedules: unknown schedule"


@internal
@view
def _check_active(_schedule_id: uint256):
    self._check_known(_schedule_id)
    is_cancelled: bool = self._schedules[_schedule_id].is_cancelled
    assert not is_cancelled, "schedules: is cancelled"


@internal
@view
def _load_active(_schedule_id: uint256) -> IDistributionSchedules.Schedule:
    self._check_active(_schedule_id)
    return self._schedules[_schedule_id]


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
def _skip(
    _schedule_id: uint256, _schedule: IDistributionSchedules.Schedule
) -> IDistributionSchedules.Schedule:
    schedule: IDistributionSchedules.Schedule = _schedule
    intervals: uint256 = 0
    schedule, intervals = schedule_terms._skip(_schedule)
    if intervals > 0:
        log IDistributionSchedules.Skipped(schedule_id=_schedule_id, intervals=intervals)
    return schedule


@internal
def _log_paid(_schedule_id: uint256, _recipient: address, _amount: uint256, _intervals: uint256):
    if _intervals > 0:
        log IDistributionSchedules.Paid(
            schedule_id=_schedule_id, recipient=_recipient, amount=_amount, intervals=_intervals
        )


@internal
def _pay(_schedule: IDistributionSchedules.Schedule, _amount: uint256):
    is_pool: bool = _schedule.kind == KIND_POOL
    if _schedule.is_minted:
        to: address = self if is_pool else _schedule.recipient
        extcall IMDT(TOKEN).mint(to, _amount, REASONS[_schedule.kind])
    elif not is_pool:
        self._send(_schedule.recipient, _amount)
    if is_pool:
        self._replenish(_schedule.recipient, _schedule.pool_id, _amount)


@internal
def _replenish(_pools: address, _pool_id: uint256, _amount: uint256):
    """
    @dev An allowance that is left over could be used later, on other schedules' funds.
    """
    approved: bool = extcall IERC20(TOKEN).approve(_pools, _amount)
    assert approved, "schedules: approve failed"
    extcall IReservePools(_pools).replenish(_pool_id, _amount)
    left: uint256 = staticcall IERC20(TOKEN).allowance(self, _pools)
    assert left == 0, "schedules: pool took less"


@internal
def _send(_to: address, _amount: uint256):
    # MDT reverts rather than returning false; the check does not lean on that.
    assert extcall IERC20(TOKEN).transfer(_to, _amount), "schedules: transfer failed"
