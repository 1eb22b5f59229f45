# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Staking: validators' pools, delegations with locks, unbonding, rewards streamed per block
@license AGPL-3.0-only
@notice Validators have numbers, given by the registry; stake with one of them is a position (see
        modules/positions.vy) in the validator's pool. Stake earns in every block its part
        of two streams:

            epoch rewards   notified by the emission contract, streamed over STREAM_BLOCKS
            block rewards   minted by BlockReward in lumps, streamed over as many blocks as they
                            were earned over

        shared among validators by weight (concave in their stake, times the average lock bonus),
        then, after commission, among a validator's positions by shares and bonus. A lump is never
        paid out at once, so staking just before one arrives earns nothing extra. What flows while
        nobody is staked goes to the recycling pool.

        A slash lowers a pool, unbonding stake included, in one step; its tokens are with the
        slasher until it is final (modules/slash_escrow.vy). Redelegated stake answers for
        slashes of the validator it left until its unbonding there would have ended.

        Principal and rewards are separate sums of one token. The contract holds

            principal of all pools
            + rewards received - paid - recycled
            + plain transfers in, which nothing counts or pays out
@dev    Amounts are wei of MDT, deadlines are timestamps, rewards count in blocks. All
        state-changing functions cost the same however many validators, delegators and requests
        there are. Modules: reward_ledger (network), stake_weight (decay), validator_pools,
        positions, lock_bonus, slash_escrow. Model: mdt.model.staking.
@custom:security Nobody but its owner can move a stake, an unbonding request or a reward; anyone may
        trigger the payment of a reward to its owner or the recipient it chose. The slasher takes at
        most MAX_SLASH_BPS of a pool at a time, one slash per offence at once. The contract's owner
        names notifier, slasher and (once) registry, and sets the decay table inside its bounds.
@custom:kill Nothing to stop: without new rewards the streams run out, and everybody can leave.
"""

# --- interfaces ---

from interfaces import IMDT
from interfaces import IStaking
from interfaces import IValidators

implements: IStaking

# --- modules and exports ---

from .modules import checks
from .modules import positions
from .modules import reward_ledger
from .modules import reward_payout
from .modules import reward_stream
from .modules import slash_escrow
from .modules import stake_pool
from .modules import stake_weight
from .modules import staking_core
from .modules import staking_rewards
from .modules import staking_roles
from .modules import staking_terms
from .modules import staking_views
from .modules import validator_pools
from .modules import weight_segments
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: positions
initializes: reward_ledger
initializes: slash_escrow
initializes: stake_weight
initializes: weight_segments[
    ownable := ownable, reward_ledger := reward_ledger, stake_weight := stake_weight
]
initializes: validator_pools[
    reward_ledger := reward_ledger,
    stake_weight := stake_weight,
    weight_segments := weight_segments,
]
initializes: staking_core[
    positions := positions, slash_escrow := slash_escrow, validator_pools := validator_pools
]
initializes: reward_payout[staking_core := staking_core]
initializes: staking_rewards[
    ownable := ownable, reward_ledger := reward_ledger, staking_core := staking_core
]
initializes: staking_roles[
    ownable := ownable,
    positions := positions,
    slash_escrow := slash_escrow,
    staking_core := staking_core,
    validator_pools := validator_pools,
]
initializes: staking_views[
    positions := positions,
    reward_ledger := reward_ledger,
    reward_payout := reward_payout,
    slash_escrow := slash_escrow,
    stake_weight := stake_weight,
    staking_core := staking_core,
    staking_rewards := staking_rewards,
    validator_pools := validator_pools,
    weight_segments := weight_segments,
]

# Two-step ownership, never renounced: a replaced emission contract needs a new notifier.
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)
# Who may do what besides owners of positions, and who they are.
exports: (staking_core.TOKEN, staking_core.registry, staking_core.slasher)
exports: (reward_payout.recipient_of, reward_payout.set_recipient)
exports: (
    staking_roles.open,
    staking_roles.set_commission,
    staking_roles.set_bars,
    staking_roles.slash,
    staking_roles.end_slash,
    staking_roles.answer_slash,
    staking_roles.take_restitution,
    staking_roles.set_slasher,
    staking_roles.set_registry,
)
# What stake weighs.
exports: weight_segments.set_decay_table
# The streams, and their sources.
exports: (
    staking_rewards.BLOCK_REWARD,
    staking_rewards.RECYCLING_POOL,
    staking_rewards.pull_block_rewards,
    staking_rewards.recycle_idle_rewards,
    staking_rewards.notify_reward,
    staking_rewards.set_notifier,
    staking_rewards.notifier,
)
exports: (
    staking_views.validator,
    staking_views.position,
    staking_views.request,
    staking_views.debt,
    staking_views.escrow,
    staking_views.restitution,
    staking_views.network,
    staking_views.terms,
    staking_views.decay_table,
)
# Whether a position was ever used, in one slot: for readers that look for an owner's positions.
exports: positions.position_words

# --- constants ---

SCALE: constant(uint256) = 2**reward_stream.SCALE_BITS

# --- constructor ---


@deploy
def __init__(
    _token: address,
    _block_reward: address,
    _recycling_pool: address,
    _terms: IStaking.Terms,
    _decay_stakes: uint256[7],
    _decay_values: uint256[7],
    _owner: address,
):
    """
    @notice Fix token, sources and terms for good, and the first decay table.
    @param _token The MDT token, its cap at most 1.5 * 2^84 wei.
    @param _block_reward Whose recipient this contract becomes, before or after.
    @param _recycling_pool Gets the rewards nobody was staked for.
    @param _terms See the interface; the bounds stand above.
    @param _decay_stakes Breakpoints of the decay table, wei.
    @param _decay_values Effective stake at each of them, wei.
    @param _owner May name notifier, slasher and registry, and set the values of the decay table.
    """
    checks._require(_token.is_contract, "staking: token has no code")
    checks._require(_block_reward.is_contract, "staking: reward has no code")
    checks._require(_recycling_pool.is_contract, "staking: pool has no code")
    checks._require(_owner != empty(address), "staking: zero owner")
    staking_terms._check(_terms, staticcall IMDT(_token).cap())

    staking_core.__init__(_token, _terms)
    staking_rewards.__init__(_block_reward, _recycling_pool)
    stake_weight.__init__(_decay_stakes, _decay_values, _terms.min_validator_stake)
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)


# --- permissionless ---


@external
def claim(_validator_id: uint256, _owner: address, _slot: uint256) -> uint256:
    """
    @notice Pay the rewards of a position. Anyone may call; only its owner, or the recipient it
            chose, is paid. A lock that has run out ends with it.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _owner The position's owner; the zero address for a validator's own stake.
    @return Wei paid, rounded down: a fraction of a wei stays owed.
    @custom:error "staking: unknown validator", "staking: slot out of range"
                  "staking: nothing to claim" Less than a wei is owed.
    """
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    position: positions.Position = positions._load(key, validator_pools._acc(_validator_id))
    amount: uint256 = position.owed >> positions.CLAIM_BITS
    staking_core._check_claim(amount)
    if staking_core._is_lock_over(position):
        staking_core._end_lock(_validator_id, _owner, _slot, key)
        position.bonus_bps = 0
    position.owed -= amount << positions.CLAIM_BITS
    positions._store(key, position)
    recipient: address = reward_payout._recipient(_validator_id, _owner)
    reward_payout._count_paid(_validator_id, _owner, _slot, recipient, amount)
    staking_core._pay(recipient, amount)
    return amount


@external
def claim_commission(_validator_id: uint256) -> uint256:
    """
    @notice Pay a validator's commission to its operator, or the recipient it chose. Anyone may
            call.
    @param _validator_id The validator's number.
    @return Wei paid, rounded down.
    @custom:error "staking: unknown validator", "staking: nothing to claim"
    """
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    amount: uint256 = pool.commission_owed // SCALE
    staking_core._check_claim(amount)
    pool.commission_owed %= SCALE
    validator_pools._store(_validator_id, pool)
    reward_payout.rewards_paid += amount
    recipient: address = reward_payout._recipient(_validator_id, empty(address))
    log IStaking.CommissionClaimed(
        validator_id=_validator_id, recipient=recipient, amount=amount
    )
    staking_core._pay(recipient, amount)
    return amount


@external
def end_lock(_validator_id: uint256, _owner: address, _slot: uint256):
    """
    @notice End the bonus of a position whose lock has run out. Anyone may call; every call that
            touches the position does the same. Until then it goes on earning its bonus, at most
            the bonus's share (6% or 3%) of what it earns, from the others of the network.
    @param _validator_id The validator's number.
    @param _owner The position's owner; the zero address for a validator's own stake.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @custom:error "staking: unknown validator", "staking: slot out of range"
                  "staking: lock not over" It runs, or has no bonus.
    """
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    staking_core._end_lock(_validator_id, _owner, _slot, key)


# --- user ---


@external
def stake(_validator_id: uint256, _slot: uint256, _amount: uint256, _months: uint256):
    """
    @notice Add stake to a position of one's own, by allowance, or lock it longer, or both. What is
            added earns from this block on.
    @param _validator_id The validator's number.
    @param _slot 0-7 to delegate; 8-15 for the validator's own stake, its operator only.
    @param _amount Wei; 0 to change only the lock.
    @param _months 30-day months to lock the whole position for, from now; 0 locks nothing, and what
           is added to a running lock earns the bonus of the whole months that are left.
    @custom:error "staking: zero amount" No amount and no months.
                  "staking: no stake" No amount, and nothing to lock.
                  "staking: slot out of range", "staking: not the operator"
                  "staking: unknown validator", "staking: validator not active" (delegations)
                  "staking: still answerable", "staking: slash unanswered" The position was
                  redelegated: see `redelegate`.
                  "staking: lock too long", "staking: shorter than the lock"
                  "staking: over the cap", "staking: slash pending", "staking: pool too thin"
                  "staking: pool full"
    """
    staking_core._check_amount(_amount + _months)
    owner: address = self._owner_of(_validator_id, _slot)
    staking_core._add(_validator_id, owner, _slot, _amount, _months, empty(positions.Position))
    if _amount > 0:
        staking_core._take(msg.sender, _amount)


@external
def restake(_validator_id: uint256, _slot: uint256) -> uint256:
    """
    @notice Add what a position of one's own has earned to it, as `stake` with no months would.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @return Wei restaked, rounded down.
    @custom:error "staking: nothing to claim", or as `stake`.
    """
    owner: address = self._owner_of(_validator_id, _slot)
    amount: uint256 = staking_core._add(
        _validator_id, owner, _slot, 0, 0, empty(positions.Position)
    )
    reward_payout._count_paid(_validator_id, owner, _slot, self, amount)
    return amount


@external
def unstake(_validator_id: uint256, _slot: uint256, _amount: uint256) -> uint256:
    """
    @notice Ask for stake back. It earns nothing from this block on, can be withdrawn once the
            unbonding time is over, and is slashed like all of the pool until it is withdrawn.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _amount Wei, or the largest uint256 for all of the position.
    @return The request's id, to withdraw or cancel it with.
    @custom:error "staking: zero amount", "staking: no stake", "staking: exceeds the stake"
                  "staking: slot out of range", "staking: not the operator"
                  "staking: unknown validator", "staking: still locked"
                  "staking: still answerable", "staking: slash unanswered" See `redelegate`.
                  "staking: below the minimum" An active validator keeps it, or exits first.
    """
    owner: address = self._owner_of(_validator_id, _slot)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    shares: uint256 = self._take_shares(key, pool, position, _amount)

    unlocks_at: uint256 = block.timestamp + staking_core.TERMS.unbonding_seconds
    request_id: uint256 = positions._open_request(key, shares, unlocks_at)
    position.shares -= shares
    position.bonus_bps = 0
    if pool.status & validator_pools.ACTIVE != 0 and _slot >= positions.OWN_SLOT:
        own_staked: uint256 = stake_pool._worth(
            pool.own_shares - shares, pool.tokens, pool.shares
        )
        if own_staked < staking_core.TERMS.min_validator_stake:
            checks._refuse("staking: below the minimum")
    log IStaking.Unstaked(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=request_id,
        shares=shares,
        tokens=stake_pool._worth(shares, pool.tokens, pool.shares),
        unlocks_at=unlocks_at,
    )
    pool.active_shares -= shares
    staking_core._store(_validator_id, pool, key, _slot, position)
    return request_id


@external
def cancel_unstake(_validator_id: uint256, _slot: uint256, _request_id: uint256):
    """
    @notice Put a request of one's own back into its position; it earns again from this block on,
            for the whole months that are left if the position is locked.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _request_id As `unstake` returned it; withdrawable or not.
    @custom:error "staking: no such request", "staking: over the cap"
                  "staking: still answerable", "staking: slot out of range"
                  "staking: not the operator", "staking: unknown validator"
                  "staking: validator not active" (delegations)
    """
    owner: address = self._owner_of(_validator_id, _slot)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    staking_core._check_open(key, position.flags, pool.status, _slot)
    request: positions.Request = positions._end_request(key, _request_id)
    staking_core._check_cap(
        pool, _slot, stake_pool._worth(request.shares, pool.tokens, pool.shares)
    )
    pool.active_shares += request.shares
    position.bonus_bps = staking_core._bonus_with(position, _slot, request.shares)
    position.shares += request.shares
    log IStaking.UnstakeCancelled(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        shares=request.shares,
    )
    staking_core._store(_validator_id, pool, key, _slot, position)


@external
def withdraw(_validator_id: uint256, _slot: uint256, _request_id: uint256) -> uint256:
    """
    @notice Take out what a request of one's own is worth, in any order, once it has unlocked. While
            a slash is in escrow, the difference it makes is noted in case it is overturned.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _request_id As `unstake` returned it.
    @return Wei paid, rounded down.
    @custom:error "staking: no such request", "staking: still unbonding"
                  "staking: slot out of range", "staking: not the operator"
                  "staking: unknown validator"
    """
    owner: address = self._owner_of(_validator_id, _slot)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    request: positions.Request = positions._end_request(key, _request_id)
    if block.timestamp < request.unlocks_at:
        checks._refuse("staking: still unbonding")
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    amount: uint256 = staking_core._leave(_validator_id, owner, pool, request.shares)
    pool.tokens -= amount
    pool.shares -= request.shares
    log IStaking.Withdrawn(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        amount=amount,
    )
    validator_pools._store(_validator_id, pool)
    staking_core._pay(msg.sender, amount)
    return amount


@external
def redelegate(
    _source_id: uint256,
    _source_slot: uint256,
    _validator_id: uint256,
    _slot: uint256,
    _amount: uint256,
) -> uint256:
    """
    @notice Move delegated stake to another validator at once, into an empty slot, its lock with it.
            Until its unbonding would have ended it answers for slashes of the validator it left:
            it cannot be unstaked, added to or moved on, and every such slash takes the same part
            of it, through the slasher, by anyone. Afterwards the slashes of that time must have
            been answered before it can be unstaked or moved on.
    @param _source_id The validator it leaves.
    @param _source_slot 0-7, which of the delegations there.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _amount Wei, or the largest uint256 for all of the position.
    @return Wei moved, rounded down.
    @custom:error "staking: own stake", "staking: same validator", "staking: slot not empty"
                  "staking: validator not active", "staking: over the cap"
                  or as `unstake` (but for locks) and `stake`.
    """
    if _source_slot >= positions.OWN_SLOT:
        checks._refuse("staking: own stake")
    if _slot >= positions.OWN_SLOT:
        checks._refuse("staking: own stake")
    if _source_id == _validator_id:
        checks._refuse("staking: same validator")
    key: uint256 = positions._key(_source_id, msg.sender, _source_slot)
    pool: validator_pools.Pool = validator_pools._load(_source_id)
    position: positions.Position = positions._load(key, pool.acc)
    if staking_core._is_lock_over(position):
        position.bonus_bps = 0
    shares: uint256 = staking_core._free_shares(key, pool, position, _amount)
    position.shares -= shares
    pool.active_shares -= shares
    amount: uint256 = staking_core._leave(_source_id, msg.sender, pool, shares)
    staking_core._check_amount(amount)
    pool.tokens -= amount
    pool.shares -= shares
    carried: positions.Position = position
    carried.shares = shares
    if position.shares == 0:
        position.unlocks_at = 0  # an empty slot is not locked
    staking_core._store(_source_id, pool, key, _source_slot, position)

    staking_core._add(_validator_id, msg.sender, _slot, amount, 0, carried)
    until: uint256 = block.timestamp + staking_core.TERMS.unbonding_seconds
    positions._store_debt(
        positions._key(_validator_id, msg.sender, _slot),
        positions.Debt(source=_source_id, until=until, next_slash=pool.slash_count),
    )
    log IStaking.Redelegated(
        source_id=_source_id,
        validator_id=_validator_id,
        owner=msg.sender,
        source_slot=_source_slot,
        slot=_slot,
        amount=amount,
        answerable_until=until,
    )
    return amount


# --- internal ---


@internal
@view
def _take_shares(
    _key: uint256,
    _pool: validator_pools.Pool,
    _position: positions.Position,
    _amount: uint256,
) -> uint256:
    """
    @dev Shares worth `_amount` of a position that is neither locked nor answerable.
    """
    shares: uint256 = staking_core._free_shares(_key, _pool, _position, _amount)
    if _position.unlocks_at > block.timestamp:
        checks._refuse("staking: still locked")
    return shares


@internal
@view
def _owner_of(_id: uint256, _slot: uint256) -> address:
    """
    @dev Under which owner the caller's position of this slot is kept.
    """
    if _slot < positions.OWN_SLOT:
        return msg.sender
    operator: address = staticcall IValidators(staking_core.registry).operator_of(_id)
    if msg.sender != operator:
        checks._refuse("staking: not the operator")
    return empty(address)
