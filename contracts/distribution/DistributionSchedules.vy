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
        counted stands in `schedule_terms.vy`, what is kept of a schedule in `schedule_books.vy`,
        how it is paid in `schedule_payments.vy`; this file is what the owner may do.
@dev    Amounts are wei of MDT. The kind is a label, and says the reason a payment is minted for:

            0 validators        BLOCK_REWARD              3 treasury          INFLATION
            1 relays            RELAY_REWARD              4 development fund  GOVERNANCE_REWARD
            2 pool              MARKETPLACE_LIQUIDITY

        A pool (of a ReservePools) is replenished, and Staking, as recipient of the kind validators,
        streams over as many blocks as it is paid for: both by an allowance of exactly the amount.
        All others get a plain transfer; one to Staking would be lost, so no other kind may name it.
@custom:security Nothing but the owner decides whom a schedule pays. State is final before anything
        is called; the only call that leaves the suite's token is to a pool's contract, which the
        owner chose. Minted payments never pass the token's budgets.
@custom:kill Pause or cancel a schedule, or revoke this minter on the token.
"""

# --- interfaces ---

from interfaces import IDistributionSchedules

implements: IDistributionSchedules

# --- modules ---

from .modules import schedule_books
from .modules import schedule_payments
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

# all schedules, and what they are paid with (payments first: the order decides dispatch costs)
initializes: schedule_books
initializes: schedule_payments[schedule_books := schedule_books]
exports: (
    schedule_payments.TOKEN,
    schedule_payments.TREASURY,
    schedule_payments.STAKING,
    schedule_payments.process,
    schedule_payments.fund,
    schedule_payments.due,
)
exports: (
    schedule_books.schedule_count,
    schedule_books.total_held,
    schedule_books.schedule,
    schedule_books.schedules,
    schedule_books.next_due_block,
)

# --- constants ---

# A later start is a typing error: at three-second blocks this is almost a year.
MAX_START_DELAY: public(constant(uint256)) = 10_000_000
MAX_DURATION: constant(uint256) = 2**32 - 1  # blocks; centuries

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address, _staking: address, _owner: address):
    """
    @notice Fix the token, the treasury and Staking for good.
    @param _token The MDT token; schedules that mint need a grant of it, with the reasons of their
           kinds.
    @param _treasury Gets what cancelled schedules leave.
    @param _staking Streams what schedules of the kind validators pay to it; it has to name this
           contract (`set_schedules`) before anything can be paid.
    @param _owner Creates, changes, pauses and cancels schedules.
    @custom:error "schedules: token has no code", "schedules: bad treasury",
                  "schedules: staking has no code", "schedules: zero owner"
    """
    assert _token.is_contract, "schedules: token has no code"
    assert _treasury not in [empty(address), self, _token, _staking], "schedules: bad treasury"
    assert _staking.is_contract, "schedules: staking has no code"
    assert _owner != empty(address), "schedules: zero owner"

    schedule_payments.__init__(_token, _treasury, _staking)
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)

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
    @param _recipient Who is paid; for a pool the ReservePools it belongs to; Staking only for the
           kind validators.
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
                  "schedules: interval too long" Staking is paid for an epoch's blocks at most.
    """
    ownable._check_owner()
    assert _kind < schedule_payments.KIND_COUNT, "schedules: unknown kind"
    schedule_payments._check_recipient(_kind, _recipient)
    schedule_payments._check_pool(_kind, _recipient, _pool_id)
    schedule_terms._check_terms(_amount, _interval_blocks)
    schedule_payments._check_length(_recipient, _interval_blocks)
    assert _start_block >= block.number, "schedules: start in the past"
    assert _start_block <= block.number + MAX_START_DELAY, "schedules: start too far"
    last_block: uint256 = max_value(uint256)
    if _duration_blocks > 0:
        assert _interval_blocks <= _duration_blocks, "schedules: bad duration"
        assert _duration_blocks <= MAX_DURATION, "schedules: bad duration"
        last_block = _start_block + _duration_blocks

    id: uint256 = schedule_books.schedule_count + 1
    schedule_books.schedule_count = id
    schedule: IDistributionSchedules.Schedule = empty(IDistributionSchedules.Schedule)
    schedule.kind = _kind
    schedule.recipient = _recipient
    schedule.pool_id = _pool_id
    schedule.is_minted = _is_minted
    schedule.last_block = last_block
    schedule.terms = IDistributionSchedules.Terms(
        amount=_amount, interval_blocks=_interval_blocks, from_block=_start_block, done=0
    )
    schedule_books._schedules[id] = schedule
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
                  "schedules: bad interval", "schedules: interval too long"
                  "schedules: arrears unpaid" Something is still due from before the last change:
                  two changes at a time are as many as are kept apart.
                  "schedules: nothing changes"
                  "schedules: no interval follows" The schedule ends before one of the new length.
    """
    ownable._check_owner()
    schedule: IDistributionSchedules.Schedule = schedule_books._load_active(_schedule_id)
    schedule_terms._check_terms(_amount, _interval_blocks)
    schedule_payments._check_length(schedule.recipient, _interval_blocks)
    if schedule.paused_at > 0:
        schedule = schedule_books._skip(_schedule_id, schedule)
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
    schedule_books._schedules[_schedule_id] = schedule
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
    schedule_books._check_active(_schedule_id)
    assert schedule_books._schedules[_schedule_id].paused_at == 0, "schedules: is paused"
    schedule_books._schedules[_schedule_id].paused_at = block.number
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
    schedule: IDistributionSchedules.Schedule = schedule_books._load_active(_schedule_id)
    assert schedule.paused_at > 0, "schedules: not paused"
    schedule = schedule_books._skip(_schedule_id, schedule)
    schedule.paused_at = 0
    schedule_books._schedules[_schedule_id] = schedule
    log IDistributionSchedules.Resumed(schedule_id=_schedule_id)


@external
def cancel(_schedule_id: uint256):
    """
    @notice End a schedule for good. What is left of its funds goes to the treasury. What is due and
            unpaid is forgone: it can be processed before, by anyone. Nothing is paid here, so that
            no recipient can keep it from ending.
    @param _schedule_id Number of the schedule.
    @custom:error "schedules: transfer failed",
                  "ownable: caller is not the owner", "schedules: unknown schedule",
                  "schedules: is cancelled"
    """
    ownable._check_owner()
    schedule: IDistributionSchedules.Schedule = schedule_books._load_active(_schedule_id)
    refunded: uint256 = 0
    if not schedule.is_minted:
        refunded = schedule.funded - schedule.paid
    schedule_books._schedules[_schedule_id].is_cancelled = True
    schedule_books._schedules[_schedule_id].refunded = refunded
    schedule_books.total_held -= refunded
    log IDistributionSchedules.Cancelled(schedule_id=_schedule_id, refunded=refunded)
    if refunded > 0:
        schedule_payments._send(schedule_payments.TREASURY, refunded)
