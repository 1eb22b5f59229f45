# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Staking: validators' pools, delegations with locks, unbonding, rewards streamed per block
@license AGPL-3.0-only
@notice Validators have numbers, given by the registry; stake with one of them is a position (see
        contracts/modules/positions.vy) in the validator's pool. Stake earns in every block its part
        of two streams:

            epoch rewards   notified by the emission contract, streamed over STREAM_BLOCKS
            block rewards   minted by BlockReward in lumps, streamed over as many blocks as they
                            were earned over

        shared among validators by weight (concave in their stake, times the average lock bonus),
        then, after commission, among a validator's positions by shares and bonus. A lump is never
        paid out at once, so staking just before one arrives earns nothing extra. What flows while
        nobody is staked goes to the recycling pool.

        A slash lowers a pool, unbonding stake included, in one step; its tokens are with the
        slasher until it is final (contracts/modules/slash_escrow.vy). Redelegated stake answers for
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

from ethereum.ercs import IERC20
from interfaces import IBlockReward
from interfaces import IMDT
from interfaces import IRecyclingPool
from interfaces import IStaking
from interfaces import IValidators

implements: IStaking

# --- modules and exports ---

from contracts.modules import checks
from contracts.modules import lock_bonus
from contracts.modules import packing
from contracts.modules import positions
from contracts.modules import reasons
from contracts.modules import reward_ledger
from contracts.modules import reward_stream
from contracts.modules import slash_escrow
from contracts.modules import stake_weight
from contracts.modules import validator_pools
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: positions
initializes: reward_ledger
initializes: stake_weight
initializes: validator_pools[
    reward_ledger := reward_ledger,
    stake_weight := stake_weight,
]
initializes: slash_escrow

# Two-step ownership, never renounced: a replaced emission contract needs a new notifier.
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# --- constants ---

SCALE: constant(uint256) = 2**reward_stream.SCALE_BITS
WAD: constant(uint256) = 10**18
BPS: constant(uint256) = 10_000

# Stakes fit 85 bits, and all rewards ever the accumulators (reward_ledger.vy says why).
MAX_TOKEN_CAP: constant(uint256) = 3 * 2**83
# Below one token, a lone stake would let the accumulator grow too fast for its word; above a
# million nobody could register.
MIN_MIN_STAKE: constant(uint256) = 10**18
MAX_MIN_STAKE: constant(uint256) = 10**6 * 10**18
# Long enough to prove an offence while the stake can still be reached; short enough to be an exit.
MIN_UNBONDING: constant(uint256) = 86_400
MAX_UNBONDING: constant(uint256) = 60 * 86_400
# Over 32 blocks the whole capped supply still fits a stream's rate; a million three-second blocks
# are five weeks.
MIN_STREAM_BLOCKS: constant(uint256) = 32
MAX_STREAM_BLOCKS: constant(uint256) = 1_000_000
# An operator may not keep more than half; a validator may always have a hundredth, and never more
# than half of the network.
MAX_MAX_COMMISSION: constant(uint256) = 5_000
MIN_CAP_BPS: constant(uint256) = 100
MAX_CAP_BPS: constant(uint256) = 5_000
MAX_CAP_VALIDATORS: constant(uint256) = 100
# The ADR's largest slash: nobody, governance included, takes more, and no slash empties a pool.
MAX_SLASH_BPS: constant(uint256) = 5_000

ADDRESS_BITS: constant(uint256) = 160
ADDRESS_MASK: constant(uint256) = 2**ADDRESS_BITS - 1
RECEIVED_BITS: constant(uint256) = 96

# --- immutables ---

TOKEN: public(immutable(address))
BLOCK_REWARD: public(immutable(address))
RECYCLING_POOL: public(immutable(address))
TERMS: immutable(IStaking.Terms)

# --- storage ---

# | notifier 160 | rewards received 96, wei ever |: read and written together by every notification
notifier_word: uint256
slasher: public(address)
registry: public(address)
rewards_paid: uint256  # wei ever claimed or restaked, commissions included
rewards_recycled: uint256  # wei ever sent to the recycling pool
block_rewards_received: uint256  # wei of BlockReward.released_to(self) that were streamed
pulled_through: uint256  # blocks below this one were counted by a pull
validator_count: uint256
# owner or operator => who its rewards are paid to; empty = itself
recipient_of: public(HashMap[address, address])

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
    minimum: uint256 = _terms.min_validator_stake
    checks._require(minimum >= MIN_MIN_STAKE, "staking: minimum too small")
    checks._require(minimum <= MAX_MIN_STAKE, "staking: minimum too large")
    checks._require(_terms.unbonding_seconds >= MIN_UNBONDING, "staking: unbonding too short")
    checks._require(_terms.unbonding_seconds <= MAX_UNBONDING, "staking: unbonding too long")
    checks._require(_terms.stream_blocks >= MIN_STREAM_BLOCKS, "staking: stream too short")
    checks._require(_terms.stream_blocks <= MAX_STREAM_BLOCKS, "staking: stream too long")
    largest_bonus: uint256 = lock_bonus.MAX_BONUS_BPS // lock_bonus.MAX_MONTHS
    checks._require(_terms.own_bonus_bps <= largest_bonus, "staking: bonus too large")
    checks._require(_terms.delegated_bonus_bps <= largest_bonus, "staking: bonus too large")
    checks._require(_terms.max_commission_bps <= MAX_MAX_COMMISSION, "staking: commission too high")
    checks._require(_terms.cap_bps >= MIN_CAP_BPS, "staking: cap too small")
    checks._require(_terms.cap_bps <= MAX_CAP_BPS, "staking: cap too large")
    checks._require(_terms.cap_min_validators <= MAX_CAP_VALIDATORS, "staking: cap waived too long")
    checks._require(staticcall IMDT(_token).cap() <= MAX_TOKEN_CAP, "staking: token cap too large")

    TOKEN = _token
    BLOCK_REWARD = _block_reward
    RECYCLING_POOL = _recycling_pool
    TERMS = _terms
    # Block rewards are earned from the later of the two on; see `_blocks_earned`.
    self.pulled_through = max(staticcall IBlockReward(_block_reward).START_BLOCK(), block.number)

    stake_weight.__init__(_decay_stakes, _decay_values, minimum)
    validator_pools.__init__(minimum)
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)


# --- permissionless ---


@external
def claim(_validator_id: uint256, _owner: address, _slot: uint256) -> uint256:
    """
    @notice Pay the rewards of a position. Anyone may call; only its owner, or the recipient it
            chose, is paid. A lock that has run out ends with it.
    @param _owner The position's owner; the zero address for a validator's own stake.
    @return Wei paid, rounded down: a fraction of a wei stays owed.
    @custom:error "staking: unknown validator", "staking: slot out of range"
                  "staking: nothing to claim" Less than a wei is owed.
    """
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    pool: validator_pools.Pool = validator_pools._rewards(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    amount: uint256 = position.owed >> positions.CLAIM_BITS
    checks._require(amount > 0, "staking: nothing to claim")
    if self._is_lock_over(position):
        self._end_lock(_validator_id, _owner, _slot, key)
        position.bonus_bps = 0
    position.owed -= amount << positions.CLAIM_BITS
    positions._store(key, position)
    recipient: address = self._recipient(_validator_id, _owner)
    self._count_paid(_validator_id, _owner, _slot, recipient, amount)
    self._pay(recipient, amount)
    return amount


@external
def claim_commission(_validator_id: uint256) -> uint256:
    """
    @notice Pay a validator's commission to its operator, or the recipient it chose. Anyone may call.
    @return Wei paid, rounded down.
    @custom:error "staking: unknown validator", "staking: nothing to claim"
    """
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    amount: uint256 = pool.commission_owed // SCALE
    checks._require(amount > 0, "staking: nothing to claim")
    pool.commission_owed %= SCALE
    validator_pools._store(_validator_id, pool)
    self.rewards_paid += amount
    recipient: address = self._recipient(_validator_id, empty(address))
    log IStaking.CommissionClaimed(
        validator_id=_validator_id, recipient=recipient, amount=amount
    )
    self._pay(recipient, amount)
    return amount


@external
def end_lock(_validator_id: uint256, _owner: address, _slot: uint256):
    """
    @notice End the bonus of a position whose lock has run out. Anyone may call; every call that
            touches the position does the same. Until then it goes on earning its bonus, at most
            the bonus's share (6% or 3%) of what it earns, from the others of the network.
    @custom:error "staking: unknown validator", "staking: slot out of range"
                  "staking: lock not over" It runs, or has no bonus.
    """
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    self._end_lock(_validator_id, _owner, _slot, key)


@external
def pull_block_rewards() -> uint256:
    """
    @notice Have BlockReward mint what it owes, and stream what arrived over the blocks since the
            last pull. What somebody else had it mint before counts too.
    @return Wei added to the stream: 0 when nothing new arrived, which is not an error.
    @custom:error "reward: no recipient" BlockReward pays nobody yet.
    """
    extcall IBlockReward(BLOCK_REWARD).release()
    received: uint256 = staticcall IBlockReward(BLOCK_REWARD).released_to(self)
    amount: uint256 = received - self.block_rewards_received
    since: uint256 = self.pulled_through
    self.pulled_through = max(since, block.number)
    if amount == 0:
        return 0
    self.block_rewards_received = received
    self._count_received(amount)
    stream: reward_stream.Stream = reward_ledger._add_block_rewards(
        amount, self._blocks_earned(amount, since)
    )
    log IStaking.BlockRewardsPulled(
        amount=amount, rate_wad=stream.rate * WAD // SCALE, stream_end=stream.end
    )
    return amount


@external
def recycle_idle_rewards() -> uint256:
    """
    @notice Send what was streamed while nobody was staked to the recycling pool.
    @return Wei sent; a fraction of a wei stays.
    @custom:error "staking: nothing idle"
    """
    amount: uint256 = reward_ledger._take_idle()
    checks._require(amount > 0, "staking: nothing idle")
    self.rewards_recycled += amount
    log IStaking.IdleRewardsRecycled(amount=amount)
    # The allowance is this amount and used up at once: none ever stands over stakes.
    checks._require(extcall IERC20(TOKEN).approve(RECYCLING_POOL, amount), "staking: approve failed")
    extcall IRecyclingPool(RECYCLING_POOL).recycle(amount, reasons.RECYCLE_NO_STAKERS)
    return amount


# --- user ---


@external
def stake(_validator_id: uint256, _slot: uint256, _amount: uint256, _months: uint256):
    """
    @notice Add stake to a position of one's own, by allowance, or lock it longer, or both. What is
            added earns from this block on.
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
    checks._require(_amount + _months > 0, "staking: zero amount")
    owner: address = self._owner_of(_validator_id, _slot)
    self._add(_validator_id, owner, _slot, _amount, _months, empty(positions.Position))
    if _amount > 0:
        self._take(msg.sender, _amount)


@external
def restake(_validator_id: uint256, _slot: uint256) -> uint256:
    """
    @notice Add what a position of one's own has earned to it, as `stake` with no months would.
    @return Wei restaked, rounded down.
    @custom:error "staking: nothing to claim", or as `stake`.
    """
    owner: address = self._owner_of(_validator_id, _slot)
    return self._add(_validator_id, owner, _slot, 0, 0, empty(positions.Position))


@external
def unstake(_validator_id: uint256, _slot: uint256, _amount: uint256) -> uint256:
    """
    @notice Ask for stake back. It earns nothing from this block on, can be withdrawn once the
            unbonding time is over, and is slashed like all of the pool until it is withdrawn.
    @param _amount Wei, or the largest uint256 for all of the position.
    @return The request's id, to withdraw or cancel it with.
    @custom:error "staking: zero amount", "staking: no stake", "staking: exceeds the stake"
                  "staking: slot out of range", "staking: not the operator"
                  "staking: unknown validator", "staking: still locked"
                  "staking: still answerable", "staking: slash unanswered" See `redelegate`.
                  "staking: below the minimum" An active validator keeps its minimum, or exits first.
    """
    owner: address = self._owner_of(_validator_id, _slot)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    shares: uint256 = self._take_shares(key, pool, position, _amount)

    unlocks_at: uint256 = block.timestamp + TERMS.unbonding_seconds
    request_id: uint256 = position.request_count
    positions._open_request(key, request_id, shares, unlocks_at)
    position.request_count += 1
    pool, position = self._reshaped(pool, position, _slot, position.shares - shares, 0)
    positions._store(key, position)
    if pool.status & validator_pools.ACTIVE != 0 and _slot >= positions.OWN_SLOT:
        own_staked: uint256 = validator_pools._tokens_of(pool, pool.own_shares)
        checks._require(own_staked >= TERMS.min_validator_stake, "staking: below the minimum")
    log IStaking.Unstaked(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=request_id,
        shares=shares,
        tokens=validator_pools._tokens_of(pool, shares),
        unlocks_at=unlocks_at,
    )
    pool.active_shares -= shares
    validator_pools._store(_validator_id, pool)
    return request_id


@external
def cancel_unstake(_validator_id: uint256, _slot: uint256, _request_id: uint256):
    """
    @notice Put a request of one's own back into its position; it earns again from this block on,
            for the whole months that are left if the position is locked.
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
    self._check_open(key, pool, _slot)
    request: positions.Request = positions._end_request(key, _request_id)
    self._check_cap(pool, _slot, validator_pools._tokens_of(pool, request.shares))
    pool.active_shares += request.shares
    bonus: uint256 = self._bonus_with(position, _slot, request.shares)
    pool, position = self._reshaped(pool, position, _slot, position.shares + request.shares, bonus)
    positions._store(key, position)
    log IStaking.UnstakeCancelled(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        shares=request.shares,
    )
    validator_pools._store(_validator_id, pool)


@external
def withdraw(_validator_id: uint256, _slot: uint256, _request_id: uint256) -> uint256:
    """
    @notice Take out what a request of one's own is worth, in any order, once it has unlocked. While
            a slash is in escrow, the difference it makes is noted for the case that it is overturned.
    @param _request_id As `unstake` returned it.
    @return Wei paid, rounded down.
    @custom:error "staking: no such request", "staking: still unbonding"
                  "staking: slot out of range", "staking: not the operator"
                  "staking: unknown validator"
    """
    owner: address = self._owner_of(_validator_id, _slot)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    request: positions.Request = positions._end_request(key, _request_id)
    checks._require(block.timestamp >= request.unlocks_at, "staking: still unbonding")
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    amount: uint256 = 0
    pool, amount = slash_escrow._leave(_validator_id, pool, request.shares, owner)
    log IStaking.Withdrawn(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        amount=amount,
    )
    validator_pools._store(_validator_id, pool)
    self._pay(msg.sender, amount)
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
    @param _amount Wei, or the largest uint256 for all of the position.
    @return Wei moved, rounded down.
    @custom:error "staking: own stake", "staking: same validator", "staking: slot not empty"
                  "staking: validator not active", "staking: over the cap"
                  or as `unstake` (but for locks) and `stake`.
    """
    checks._require(_source_slot < positions.OWN_SLOT, "staking: own stake")
    checks._require(_slot < positions.OWN_SLOT, "staking: own stake")
    checks._require(_source_id != _validator_id, "staking: same validator")
    key: uint256 = positions._key(_source_id, msg.sender, _source_slot)
    pool: validator_pools.Pool = validator_pools._load(_source_id)
    position: positions.Position = positions._load(key, pool.acc)
    bonus: uint256 = position.bonus_bps
    if self._is_lock_over(position):
        bonus = 0
    shares: uint256 = self._free_shares(key, pool, position, _amount)
    pool, position = self._reshaped(pool, position, _source_slot, position.shares - shares, bonus)
    positions._store(key, position)
    pool.active_shares -= shares
    amount: uint256 = 0
    pool, amount = slash_escrow._leave(_source_id, pool, shares, msg.sender)
    checks._require(amount > 0, "staking: zero amount")  # shares can be worth nothing
    validator_pools._store(_source_id, pool)

    position.shares = shares
    self._add(_validator_id, msg.sender, _slot, amount, 0, position)
    until: uint256 = block.timestamp + TERMS.unbonding_seconds
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


@external
def set_recipient(_recipient: address):
    """
    @notice Have one's own rewards and commissions paid to another account; principal never is.
    @param _recipient The zero address or oneself: to oneself again.
    @custom:error "staking: same recipient"
    """
    recipient: address = _recipient
    if recipient == msg.sender:
        recipient = empty(address)
    old_recipient: address = self.recipient_of[msg.sender]
    checks._require(recipient != old_recipient, "staking: same recipient")
    self.recipient_of[msg.sender] = recipient
    log IStaking.RecipientSet(
        owner=msg.sender, old_recipient=old_recipient, new_recipient=recipient
    )


# --- role: the registry ---


@external
def open(
    _validator_id: uint256, _operator: address, _amount: uint256, _commission_bps: uint256
):
    """
    @notice Open the pool of a new validator with its operator's first stake, in slot 8, taken by
            the operator's allowance to this contract.
    @custom:error "staking: not the registry", "staking: validator exists"
                  "staking: below the minimum", "staking: commission too high"
    """
    self._check_registry()
    checks._require(validator_pools.reward_words[_validator_id] == 0, "staking: validator exists")
    checks._require(_amount >= TERMS.min_validator_stake, "staking: below the minimum")
    checks._require(_commission_bps <= TERMS.max_commission_bps, "staking: commission too high")
    validator_pools._open(_validator_id, _commission_bps)
    self.validator_count += 1
    self._add(
        _validator_id, empty(address), positions.OWN_SLOT, _amount, 0, empty(positions.Position)
    )
    self._take(_operator, _amount)


@external
def set_commission(_validator_id: uint256, _commission_bps: uint256):
    """
    @notice Change a validator's commission from this block on; when it may rise is the registry's
            business.
    @custom:error "staking: not the registry", "staking: unknown validator"
                  "staking: commission too high", "staking: same commission"
    """
    self._check_registry()
    checks._require(_commission_bps <= TERMS.max_commission_bps, "staking: commission too high")
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    checks._require(_commission_bps != pool.commission_bps, "staking: same commission")
    log IStaking.CommissionSet(
        validator_id=_validator_id, old_bps=pool.commission_bps, new_bps=_commission_bps
    )
    pool.commission_bps = _commission_bps
    validator_pools._store(_validator_id, pool)


@external
def set_bars(_validator_id: uint256, _bars: uint256, _is_barred: bool):
    """
    @notice Keep a validator from earning, or stop keeping it: the registry at its operator's wish,
            the slasher because of offences. What is jailed or tombstoned stays open for exits.
    @param _bars Registry: 2, exited. Slasher: 4, jailed; 8, tombstoned; 12, both.
    @custom:error "staking: not the registry" Or, for other bars than 2, "staking: not the slasher"
                  "staking: unknown validator", "staking: no change"
    """
    bars: uint256 = _bars
    if bars == validator_pools.EXITED:
        self._check_registry()
    else:
        self._check_slasher()
        bars &= validator_pools.JAILED | validator_pools.TOMBSTONED
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    pool.status &= ~bars
    if _is_barred:
        pool.status |= bars
    checks._require(pool.status != pool.old_status, "staking: no change")
    validator_pools._store(_validator_id, pool)


# --- role: the slasher ---


@external
def slash(
    _validator_id: uint256, _offence: uint256, _slash_id: uint256, _bps: uint256
) -> uint256:
    """
    @notice Take a part of a validator's pool, unbonding stake included, and jail the validator. The
            tokens go to the slasher; the pool remembers what it may get back.
    @param _offence 0, 1 or 2.
    @param _slash_id The slasher's number for it.
    @param _bps Of the pool, at most 5,000.
    @return Wei taken, rounded down.
    @custom:error "staking: not the slasher", "staking: unknown validator"
                  "staking: unknown offence", "staking: slash too large"
                  "staking: slash pending" One for the same offence is in escrow.
    """
    self._check_slasher()
    checks._require(_offence < slash_escrow.OFFENCES, "staking: unknown offence")
    checks._require(_bps <= MAX_SLASH_BPS, "staking: slash too large")
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    checks._require(pool.pending & (1 << _offence) == 0, "staking: slash pending")
    amount: uint256 = pool.tokens * _bps // BPS
    slash_escrow._store(
        _validator_id, _offence, slash_escrow.Escrow(tokens=amount, slash_id=_slash_id)
    )
    slash_escrow.pending_count += 1
    pool.tokens -= amount
    pool.pending |= 1 << _offence
    pool.slash_count += 1
    pool.status |= validator_pools.JAILED
    validator_pools._store(_validator_id, pool)
    self._pay(msg.sender, amount)
    return amount


@external
def end_slash(_validator_id: uint256, _offence: uint256, _is_overturned: bool) -> uint256:
    """
    @notice Upheld: forget what the pool might have got back. Overturned: take it back from the
            slasher, by allowance.
    @return Wei that belong to the pool; the rest of the slash belongs to those who have left.
    @custom:error "staking: not the slasher", "staking: unknown validator"
                  "staking: no slash pending"
    """
    self._check_slasher()
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    checks._require(pool.pending & (1 << _offence) != 0, "staking: no slash pending")
    amount: uint256 = slash_escrow._escrow(_validator_id, _offence).tokens
    slash_escrow.escrow_words[_validator_id][_offence] = 0
    slash_escrow.pending_count -= 1
    pool.pending ^= 1 << _offence
    if _is_overturned:
        pool.tokens += amount
    validator_pools._store(_validator_id, pool)
    if _is_overturned:
        self._take(msg.sender, amount)
    return amount


@external
def answer_slash(
    _validator_id: uint256,
    _owner: address,
    _slot: uint256,
    _slash_id: uint256,
    _bps: uint256,
    _is_over: bool,
) -> uint256:
    """
    @notice Let a redelegated position answer for the next slash of the validator it came from. The
            tokens go to the slasher, and are noted in case the slash is overturned.
    @param _bps Of the position; 0 when nothing is due.
    @param _is_over The slash came after the time the position answers for: it is free.
    @return Wei taken, rounded down.
    @custom:error "staking: not the slasher", "staking: nothing to answer"
                  "staking: slash too large", "staking: unknown validator"
    """
    self._check_slasher()
    checks._require(_bps <= MAX_SLASH_BPS, "staking: slash too large")
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    owes: positions.Debt = positions._debt(key)
    checks._require(owes.source != 0, "staking: nothing to answer")
    owes.next_slash += 1
    if _is_over:
        owes = empty(positions.Debt)
    positions._store_debt(key, owes)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    shares: uint256 = position.shares * _bps // BPS
    if shares == 0:
        return 0
    pool, position = self._reshaped(
        pool, position, _slot, position.shares - shares, position.bonus_bps
    )
    positions._store(key, position)
    pool.active_shares -= shares
    amount: uint256 = 0
    pool, amount = slash_escrow._leave(_validator_id, pool, shares, _owner)
    slash_escrow._note(_slash_id, _owner, amount)
    validator_pools._store(_validator_id, pool)
    self._pay(msg.sender, amount)
    return amount


@external
def take_restitution(_slash_id: uint256, _owner: address) -> uint256:
    """
    @notice Take what is noted for an owner and a slash, for the slasher to pay.
    @return Wei; 0 when nothing is noted.
    @custom:error "staking: not the slasher"
    """
    self._check_slasher()
    amount: uint256 = slash_escrow.restitution[_slash_id][_owner]
    slash_escrow.restitution[_slash_id][_owner] = 0
    return amount


# --- role: the notifier ---


@external
def notify_reward(_amount: uint256):
    """
    @notice Hand in an epoch's rewards, by allowance, to be streamed over STREAM_BLOCKS more blocks
            together with what is left of the ones before.
    @param _amount Wei.
    @custom:error "staking: not the notifier", "staking: zero amount"
    """
    checks._require(msg.sender == self._notifier(), "staking: not the notifier")
    checks._require(_amount > 0, "staking: zero amount")
    self._count_received(_amount)
    stream: reward_stream.Stream = reward_ledger._add_epoch_rewards(_amount, TERMS.stream_blocks)
    log IStaking.RewardNotified(
        source=msg.sender,
        amount=_amount,
        rate_wad=stream.rate * WAD // SCALE,
        stream_end=stream.end,
    )
    self._take(msg.sender, _amount)


# --- governance ---


@external
def set_notifier(_notifier: address):
    """
    @notice Name the one account that may notify epoch rewards; the old one loses the right at once.
    @param _notifier The emission contract.
    @custom:error "ownable: caller is not the owner",
                  "staking: zero address", "staking: no change"
    """
    ownable._check_owner()
    old_notifier: address = self._notifier()
    self._check_successor(old_notifier, _notifier)
    received: uint256 = self.notifier_word >> ADDRESS_BITS
    self.notifier_word = convert(_notifier, uint256) | (received << ADDRESS_BITS)
    log IStaking.NotifierSet(old_notifier=old_notifier, new_notifier=_notifier)


@external
def set_slasher(_slasher: address):
    """
    @notice Name the one contract that may slash. Not while a slash is in escrow: who holds its
            tokens ends it.
    @custom:error "ownable: caller is not the owner", "staking: zero address"
                  "staking: no change", "staking: slash pending"
    """
    ownable._check_owner()
    old_slasher: address = self.slasher
    self._check_successor(old_slasher, _slasher)
    checks._require(slash_escrow.pending_count == 0, "staking: slash pending")
    self.slasher = _slasher
    log IStaking.SlasherSet(old_slasher=old_slasher, new_slasher=_slasher)


@external
def set_registry(_registry: address):
    """
    @notice Name the registry of validators, once: it knows whose every validator's own stake is.
    @custom:error "ownable: caller is not the owner", "staking: zero address"
                  "staking: registry already set"
    """
    ownable._check_owner()
    self._check_successor(empty(address), _registry)
    checks._require(self.registry == empty(address), "staking: registry already set")
    self.registry = _registry
    log IStaking.RegistrySet(registry=_registry)


@external
def set_decay_table(_values: uint256[7]):
    """
    @notice Change what stake weighs, for everybody from this block on; what was earned before stays.
    @param _values Effective stake at the table's seven breakpoints, wei.
    @custom:error "ownable: caller is not the owner", "table: changed too recently"
                  "table: values not increasing", "table: value above the stake"
                  "table: not concave", "table: minimum weighs nothing"
    """
    ownable._check_owner()
    network: reward_ledger.Network = reward_ledger._settled()
    network.version += 1
    stake_weight._set(_values, network.version, network.acc)
    network.weight = validator_pools._total_weight(network.version)
    log IStaking.DecayTableSet(version=network.version, values=_values, weight=network.weight)
    reward_ledger._store(network)


# --- views ---
# Open within calls: all state is final before another contract is called.


@external
@view
@reentrant
def validator(_validator_id: uint256) -> IStaking.Validator:
    """
    @notice A validator's pool as of this block.
    @custom:error "staking: unknown validator"
    """
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    return IStaking.Validator(
        tokens=pool.tokens,
        staked=validator_pools._tokens_of(pool, pool.active_shares),
        own_staked=validator_pools._tokens_of(pool, pool.own_shares),
        shares=pool.shares,
        active_shares=pool.active_shares,
        boosted_shares=pool.boosted_shares,
        weight=pool.weight,
        commission_bps=pool.commission_bps,
        commission_owed=pool.commission_owed // SCALE,
        status=pool.status,
        pending_slashes=pool.pending,
        slash_count=pool.slash_count,
    )


@external
@view
@reentrant
def position(_validator_id: uint256, _owner: address, _slot: uint256) -> IStaking.Position:
    """
    @notice A position as of this block; all zero if there never was one.
    @param _owner The zero address for a validator's own stake.
    @custom:error "staking: unknown validator", "staking: slot out of range"
    """
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(
        positions._key(_validator_id, _owner, _slot), pool.acc
    )
    return IStaking.Position(
        shares=position.shares,
        tokens=validator_pools._tokens_of(pool, position.shares),
        bonus_bps=position.bonus_bps,
        unlocks_at=position.unlocks_at,
        pending_reward=position.owed >> positions.CLAIM_BITS,
        request_count=position.request_count,
    )


@external
@view
@reentrant
def request(
    _validator_id: uint256, _owner: address, _slot: uint256, _request_id: uint256
) -> IStaking.Request:
    """
    @notice An unbonding request; all zero if there is none with this id, or it has ended.
    @custom:error "staking: slot out of range"
    """
    request: positions.Request = positions._request(
        positions._key(_validator_id, _owner, _slot), _request_id
    )
    return IStaking.Request(shares=request.shares, unlocks_at=request.unlocks_at)


@external
@view
@reentrant
def debt(_validator_id: uint256, _owner: address, _slot: uint256) -> IStaking.Debt:
    """
    @notice What a redelegated position answers for; all zero if nothing.
    @custom:error "staking: slot out of range"
    """
    owes: positions.Debt = positions._debt(positions._key(_validator_id, _owner, _slot))
    return IStaking.Debt(source_id=owes.source, until=owes.until, next_slash=owes.next_slash)


@external
@view
@reentrant
def escrow(_validator_id: uint256, _offence: uint256) -> IStaking.Escrow:
    """
    @notice What a pool gets back if the slash for an offence is overturned; all zero if none is in
            escrow.
    """
    held: slash_escrow.Escrow = slash_escrow._escrow(_validator_id, _offence)
    return IStaking.Escrow(tokens=held.tokens, slash_id=held.slash_id)


@external
@view
@reentrant
def restitution(_slash_id: uint256, _owner: address) -> uint256:
    """
    @notice Wei noted for an owner that left a pool while a slash was in escrow, or answered for it.
    """
    return slash_escrow.restitution[_slash_id][_owner]


@external
@view
@reentrant
def network() -> IStaking.Network:
    """
    @notice Sums and streams as of this block.
    """
    settled: reward_ledger.Network = reward_ledger._settled()
    return IStaking.Network(
        weight=settled.weight,
        staked=settled.staked,
        principal=validator_pools._principal(),
        active_count=validator_pools.active_count,
        validator_count=self.validator_count,
        table_version=settled.version,
        rewards_received=self.notifier_word >> ADDRESS_BITS,
        rewards_paid=self.rewards_paid,
        rewards_idle=reward_ledger._idle_amount(),
        rewards_recycled=self.rewards_recycled,
        epoch_stream_rate=settled.epoch_stream.rate // SCALE,
        epoch_stream_end=settled.epoch_stream.end,
        block_stream_rate=settled.block_stream.rate // SCALE,
        block_stream_end=settled.block_stream.end,
        pulled_through=self.pulled_through,
    )


@external
@view
@reentrant
def terms() -> IStaking.Terms:
    """
    @notice What was fixed at deployment.
    """
    return TERMS


@external
@view
@reentrant
def decay_table() -> (uint256[7], uint256[8]):
    """
    @notice Breakpoints in wei, and a row for each segment before, between and after them:
            slope in the lower 60 bits, intercept above, both scaled by WAD (stake_weight.vy).
    """
    return stake_weight.STAKES, stake_weight._rows(reward_ledger._settled().version)


@external
@view
@reentrant
def notifier() -> address:
    """
    @notice Who may notify epoch rewards; empty until the owner sets the first one.
    """
    return self._notifier()


# --- internal: positions ---


@internal
def _add(
    _id: uint256,
    _owner: address,
    _slot: uint256,
    _amount: uint256,
    _months: uint256,
    _carried: positions.Position,
) -> uint256:
    """
    @dev Add wei that are or will be here to a position, and lock it for `_months` if not 0, or as
         the position was that they are carried over from. No amount and no months: add its rewards.
    @return Wei added.
    """
    amount: uint256 = _amount
    key: uint256 = positions._key(_id, _owner, _slot)
    checks._require(_months <= lock_bonus.MAX_MONTHS, "staking: lock too long")
    pool: validator_pools.Pool = validator_pools._load(_id)
    position: positions.Position = positions._load(key, pool.acc)
    if amount == 0 and _months == 0:
        amount = position.owed >> positions.CLAIM_BITS
        checks._require(amount > 0, "staking: nothing to claim")
        position.owed -= amount << positions.CLAIM_BITS
        self._count_paid(_id, _owner, _slot, self, amount)
    shares: uint256 = 0
    if amount > 0:
        self._check_open(key, pool, _slot)
        self._check_cap(pool, _slot, amount)
        pool, shares = validator_pools._enter(pool, amount)
    else:
        checks._require(position.shares > 0, "staking: no stake")
    bonus: uint256 = 0
    if _carried.shares > 0:
        checks._require(position.shares == 0, "staking: slot not empty")
        position.unlocks_at = _carried.unlocks_at
        bonus = _carried.bonus_bps
    elif _months == 0:
        bonus = self._bonus_with(position, _slot, shares)
    else:
        unlocks_at: uint256 = block.timestamp + _months * lock_bonus.MONTH
        checks._require(unlocks_at >= position.unlocks_at, "staking: shorter than the lock")
        position.unlocks_at = unlocks_at
        bonus = lock_bonus._bonus(self._bps_per_month(_slot), _months)
    pool, position = self._reshaped(pool, position, _slot, position.shares + shares, bonus)
    positions._store(key, position)
    log IStaking.Staked(
        validator_id=_id,
        owner=_owner,
        slot=_slot,
        amount=amount,
        shares=position.shares,
        bonus_bps=bonus,
        unlocks_at=position.unlocks_at,
    )
    validator_pools._store(_id, pool)
    return amount


@internal
def _end_lock(_id: uint256, _owner: address, _slot: uint256, _key: uint256):
    pool: validator_pools.Pool = validator_pools._load(_id)
    position: positions.Position = positions._load(_key, pool.acc)
    checks._require(self._is_lock_over(position), "staking: lock not over")
    log IStaking.LockEnded(
        validator_id=_id, owner=_owner, slot=_slot, bonus_bps=position.bonus_bps
    )
    pool, position = self._reshaped(pool, position, _slot, position.shares, 0)
    positions._store(_key, position)
    validator_pools._store(_id, pool)


@internal
@pure
def _reshaped(
    _pool: validator_pools.Pool,
    _position: positions.Position,
    _slot: uint256,
    _shares: uint256,
    _bonus_bps: uint256,
) -> (validator_pools.Pool, positions.Position):
    """
    @dev A settled position with other shares and another bonus, and the pool's sums with it.
    """
    pool: validator_pools.Pool = _pool
    position: positions.Position = _position
    if _slot >= positions.OWN_SLOT:
        pool.own_shares = pool.own_shares + _shares - position.shares
    pool.boosted_shares -= positions._boosted(position)
    position.shares = _shares
    position.bonus_bps = _bonus_bps
    pool.boosted_shares += positions._boosted(position)
    position.seen = pool.acc
    return pool, position


@internal
@view
def _bonus_with(
    _position: positions.Position, _slot: uint256, _added: uint256
) -> uint256:
    """
    @dev The bonus of a position to which shares come without a new lock: a lock that is over has
         none, a running one earns on what is added for the whole months that are left.
    """
    if _position.unlocks_at <= block.timestamp:
        return 0
    months: uint256 = lock_bonus._months_left(_position.unlocks_at)
    added_bonus: uint256 = lock_bonus._bonus(self._bps_per_month(_slot), months)
    return lock_bonus._blend(_position.shares, _position.bonus_bps, _added, added_bonus)


@internal
@view
def _bps_per_month(_slot: uint256) -> uint256:
    if _slot >= positions.OWN_SLOT:
        return TERMS.own_bonus_bps
    return TERMS.delegated_bonus_bps


@internal
@view
def _is_lock_over(_position: positions.Position) -> bool:
    return _position.bonus_bps > 0 and _position.unlocks_at <= block.timestamp


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
    shares: uint256 = self._free_shares(_key, _pool, _position, _amount)
    checks._require(_position.unlocks_at <= block.timestamp, "staking: still locked")
    return shares


@internal
@view
def _free_shares(
    _key: uint256,
    _pool: validator_pools.Pool,
    _position: positions.Position,
    _amount: uint256,
) -> uint256:
    """
    @dev Shares worth `_amount` of a position that answers for nothing.
    """
    checks._require(_amount > 0, "staking: zero amount")
    checks._require(_position.shares > 0, "staking: no stake")
    self._check_answered(_key)
    return validator_pools._shares_for(_pool, _position.shares, _amount)


@internal
@view
def _check_open(_key: uint256, _pool: validator_pools.Pool, _slot: uint256):
    """
    @dev Stake may come to a position: its validator is active or the stake its own, and it answers
         for nothing.
    """
    if _slot < positions.OWN_SLOT:
        is_active: bool = _pool.status & validator_pools.ACTIVE != 0
        checks._require(is_active, "staking: validator not active")
        self._check_answered(_key)


@internal
@view
def _check_answered(_key: uint256):
    """
    @dev A position that was redelegated has answered for all that it answers for.
    """
    owes: positions.Debt = positions._debt(_key)
    if owes.source != 0:
        checks._require(block.timestamp > owes.until, "staking: still answerable")
        slash_count: uint256 = validator_pools._slash_count(owes.source)
        checks._require(owes.next_slash == slash_count, "staking: slash unanswered")


@internal
@view
def _check_cap(_pool: validator_pools.Pool, _slot: uint256, _amount: uint256):
    """
    @dev Accept d onto a validator with V staked while the network has T, iff
         10,000 * (V + d) <= cap * (T + d), or too few validators are active for that to be possible.
         Up to its minimum a validator may always add own stake: a slash must not shut it out.
    """
    staked: uint256 = validator_pools._tokens_of(_pool, _pool.active_shares)
    total: uint256 = _pool.network.staked
    if _pool.status & validator_pools.ACTIVE == 0:
        total += staked  # as if it were active: it will be
    if BPS * (staked + _amount) > TERMS.cap_bps * (total + _amount):
        own_staked: uint256 = validator_pools._tokens_of(_pool, _pool.own_shares)
        is_waived: bool = validator_pools.active_count < TERMS.cap_min_validators or (
            _slot >= positions.OWN_SLOT and own_staked + _amount <= TERMS.min_validator_stake
        )
        checks._require(is_waived, "staking: over the cap")


# --- internal: accounts and tokens ---


@internal
@view
def _owner_of(_id: uint256, _slot: uint256) -> address:
    """
    @dev Under which owner the caller's position of this slot is kept.
    """
    if _slot < positions.OWN_SLOT:
        return msg.sender
    operator: address = staticcall IValidators(self.registry).operator_of(_id)
    checks._require(msg.sender == operator, "staking: not the operator")
    return empty(address)


@internal
@view
def _recipient(_id: uint256, _owner: address) -> address:
    """
    @dev Who the rewards of an owner are paid to; the zero address stands for the operator.
    """
    account: address = _owner
    if account == empty(address):
        account = staticcall IValidators(self.registry).operator_of(_id)
    recipient: address = self.recipient_of[account]
    if recipient == empty(address):
        return account
    return recipient


@internal
def _count_paid(
    _id: uint256, _owner: address, _slot: uint256, _recipient: address, _amount: uint256
):
    self.rewards_paid += _amount
    log IStaking.RewardClaimed(
        validator_id=_id, owner=_owner, slot=_slot, recipient=_recipient, amount=_amount
    )


@internal
@pure
def _check_successor(_old: address, _new: address):
    checks._require(_new != empty(address), "staking: zero address")
    checks._require(_new != _old, "staking: no change")


@internal
@view
def _check_registry():
    checks._require(msg.sender == self.registry, "staking: not the registry")


@internal
@view
def _check_slasher():
    checks._require(msg.sender == self.slasher, "staking: not the slasher")


@internal
def _take(_from: address, _amount: uint256):
    # MDT takes no transfer fee: what is sent is what arrives.
    checks._require(extcall IERC20(TOKEN).transferFrom(_from, self, _amount), "staking: transfer failed")


@internal
def _pay(_to: address, _amount: uint256):
    checks._require(extcall IERC20(TOKEN).transfer(_to, _amount), "staking: transfer failed")


# --- internal: rewards ---


@internal
@view
def _blocks_earned(_amount: uint256, _since: uint256) -> uint256:
    """
    @dev Over how many blocks to stream `_amount` of block rewards, the last pull having been in
         block `_since`: the blocks since then, and in any case enough that none pays more than
         the schedule paid for block `_since`. The second rule matters for what is older than the
         last pull: arrears that the token would not mint then, or blocks before this contract was
         deployed or became the recipient. Past the last era such a rest is streamed as an epoch's.
    """
    elapsed: uint256 = block.number - _since
    reward: uint256 = staticcall IBlockReward(BLOCK_REWARD).reward_at(_since)
    if reward == 0:
        return max(elapsed, TERMS.stream_blocks)
    return max(elapsed, (_amount + reward - 1) // reward)  # rounded up: a lower rate


@internal
def _count_received(_amount: uint256):
    word: uint256 = self.notifier_word
    received: uint256 = packing._fits((word >> ADDRESS_BITS) + _amount, RECEIVED_BITS)
    self.notifier_word = (word & ADDRESS_MASK) | (received << ADDRESS_BITS)


@internal
@view
def _notifier() -> address:
    return convert(self.notifier_word & ADDRESS_MASK, address)
