# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize codesize
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
        there are. Compiled for size: 550 bytes less for 150 gas a call. Modules: reward_ledger
        (network), stake_weight (decay), validator_pools, positions, lock_bonus, slash_escrow.
        Model: mdt.model.staking.
@custom:security Nobody but its owner can move a stake, an unbonding request or a reward; anyone may
        trigger the payment of a reward to its owner or the recipient it chose. The slasher takes at
        most MAX_SLASH_BPS of a pool at a time, one slash per offence at once. The contract's owner
        names the sources of rewards, slasher and (once) registry, and sets the decay table inside
        its bounds. The notifier's distributor can add tokens of its own to a position, for accounts
        that ask it to stake what they claim; it can lock nothing.
@custom:kill Nothing to stop: without new rewards the streams run out, and everybody can leave.
"""

# --- interfaces ---

from interfaces import IMDT
from interfaces import IStaking

implements: IStaking

# --- modules ---

from .modules import checks
from .modules import positions
from .modules import redelegation
from .modules import registry_calls
from .modules import reward_ledger
from .modules import reward_payout
from .modules import slash_escrow
from .modules import slasher_calls
from .modules import stake_weight
from .modules import staking_accounts
from .modules import staking_core
from .modules import staking_rewards
from .modules import staking_terms
from .modules import staking_views
from .modules import unbonding
from .modules import validator_pools
from .modules import validator_words
from .modules import weight_segments
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: positions
initializes: reward_ledger
initializes: slash_escrow[staking_accounts := staking_accounts]
initializes: stake_weight
initializes: weight_segments[
    ownable := ownable, reward_ledger := reward_ledger, stake_weight := stake_weight
]
initializes: validator_words
initializes: validator_pools[
    reward_ledger := reward_ledger,
    stake_weight := stake_weight,
    weight_segments := weight_segments,
    words := validator_words,
]
initializes: staking_accounts
initializes: staking_core[
    positions := positions,
    slash_escrow := slash_escrow,
    staking_accounts := staking_accounts,
    validator_pools := validator_pools,
    validator_words := validator_words,
]
initializes: reward_payout[
    staking_accounts := staking_accounts, validator_pools := validator_pools
]
initializes: staking_rewards[
    ownable := ownable, reward_ledger := reward_ledger, staking_accounts := staking_accounts
]
initializes: unbonding[
    positions := positions,
    staking_accounts := staking_accounts,
    staking_core := staking_core,
    validator_pools := validator_pools,
]
initializes: redelegation[
    positions := positions,
    staking_accounts := staking_accounts,
    staking_core := staking_core,
    validator_pools := validator_pools,
]
initializes: registry_calls[
    ownable := ownable,
    staking_accounts := staking_accounts,
    staking_core := staking_core,
    validator_pools := validator_pools,
    validator_words := validator_words,
]
initializes: slasher_calls[
    ownable := ownable,
    positions := positions,
    slash_escrow := slash_escrow,
    staking_accounts := staking_accounts,
    staking_core := staking_core,
    validator_pools := validator_pools,
]
initializes: staking_views[
    positions := positions,
    reward_ledger := reward_ledger,
    reward_payout := reward_payout,
    slash_escrow := slash_escrow,
    stake_weight := stake_weight,
    staking_accounts := staking_accounts,
    staking_rewards := staking_rewards,
    validator_pools := validator_pools,
    validator_words := validator_words,
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
exports: (staking_accounts.TOKEN, staking_accounts.registry, staking_accounts.slasher)
exports: (
    reward_payout.recipient_of,
    reward_payout.set_recipient,
    reward_payout.claim_commission,
)
exports: (
    registry_calls.open,
    registry_calls.set_commission,
    registry_calls.set_bars,
    registry_calls.set_registry,
)
exports: (
    slasher_calls.slash,
    slasher_calls.end_slash,
    slasher_calls.answer_slash,
    slasher_calls.take_restitution,
    slasher_calls.set_slasher,
)
# How stake leaves its validator.
exports: (unbonding.unstake, unbonding.cancel_unstake, unbonding.withdraw)
exports: redelegation.redelegate
# What stake weighs.
exports: weight_segments.set_decay_table
# The streams, and their sources.
exports: (
    staking_rewards.block_reward,
    staking_rewards.RECYCLING_POOL,
    staking_rewards.pull_block_rewards,
    staking_rewards.recycle_idle_rewards,
    staking_rewards.notify_reward,
    staking_rewards.set_block_reward,
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
    @param _block_reward Whose recipient this contract becomes, before or after; the first source
           of block rewards.
    @param _recycling_pool Gets the rewards nobody was staked for.
    @param _terms See the interface; the bounds stand above.
    @param _decay_stakes Breakpoints of the decay table, wei.
    @param _decay_values Effective stake at each of them, wei.
    @param _owner May name the sources of rewards, slasher and registry, and set the values of the
           decay table.
    @custom:error "staking: token has no code", "staking: reward has no code",
                  "staking: pool has no code", "staking: zero owner", as `staking_terms._check`,
                  as `stake_weight.__init__`
    """
    checks._require(_token.is_contract, "staking: token has no code")
    checks._require(_block_reward.is_contract, "staking: reward has no code")
    checks._require(_recycling_pool.is_contract, "staking: pool has no code")
    checks._require(_owner != empty(address), "staking: zero owner")
    staking_terms._check(_terms, staticcall IMDT(_token).cap())

    staking_accounts.__init__(_token, _terms)
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
    @custom:error "staking: unknown validator", "staking: slot out of range",
                  "staking: transfer failed"
                  "staking: nothing to claim" Less than a wei is owed.
    """
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    position: positions.Position = positions._load(key, validator_pools._acc(_validator_id))
    amount: uint256 = position.owed >> positions.CLAIM_BITS
    staking_accounts._check_claim(amount)
    if positions._is_lock_over(position):
        staking_core._end_lock(_validator_id, _owner, _slot, key)
        position.bonus_bps = 0
    position.owed -= amount << positions.CLAIM_BITS
    positions._store(key, position)
    recipient: address = reward_payout._recipient(_validator_id, _owner)
    reward_payout._count_paid(_validator_id, _owner, _slot, recipient, amount)
    staking_accounts._pay(recipient, amount)
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
def stake(
    _validator_id: uint256,
    _slot: uint256,
    _amount: uint256,
    _months: uint256,
    _owner: address = msg.sender,
):
    """
    @notice Add stake to a position of one's own, by allowance, or lock it longer, or both. What is
            added earns from this block on.
    @param _validator_id The validator's number.
    @param _slot 0-7 to delegate; 8-15 for the validator's own stake, its operator only.
    @param _amount Wei; 0 to change only the lock.
    @param _months 30-day months to lock the whole position for, from now; 0 locks nothing, and what
           is added to a running lock earns the bonus of the whole months that are left.
    @param _owner Whose position, the operator's account for a validator's own stake: the caller's,
           or of an account that asked the reward distributor to stake what it claims.
    @custom:error "staking: zero amount" No amount and no months.
                  "staking: not for another" The caller is not the distributor of the notifier, or
                  asks for a lock: else strangers would fill slots and lock what is not theirs.
                  "staking: no stake" No amount, and nothing to lock.
                  "staking: slot out of range", "staking: not the operator"
                  "staking: unknown validator", "staking: validator not active" (delegations)
                  "staking: still answerable", "staking: slash unanswered" The position was
                  redelegated: see `redelegate`.
                  "staking: lock too long", "staking: shorter than the lock"
                  "staking: over the cap", "staking: slash pending", "staking: pool too thin"
                  "staking: pool full", "staking: transfer failed"
    """
    staking_accounts._check_amount(_amount | _months)
    if _owner != msg.sender:
        staking_rewards._check_distributor(_months)
    owner: address = staking_accounts._owner_of(_validator_id, _slot, _owner)
    staking_core._add(_validator_id, owner, _slot, _amount, _months, empty(positions.Position))
    if _amount > 0:
        staking_accounts._take(msg.sender, _amount)


@external
def restake(_validator_id: uint256, _slot: uint256) -> uint256:
    """
    @notice Add what a position of one's own has earned to it, as `stake` with no months would.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @return Wei restaked, rounded down.
    @custom:error "staking: nothing to claim", "staking: slot out of range",
                  "staking: not the operator", "staking: unknown validator",
                  "staking: validator not active", "staking: still answerable",
                  "staking: slash unanswered", "staking: over the cap", "staking: slash pending",
                  "staking: pool too thin", "staking: pool full"
    """
    owner: address = staking_accounts._owner_of(_validator_id, _slot, msg.sender)
    amount: uint256 = staking_core._add(
        _validator_id, owner, _slot, 0, 0, empty(positions.Position)
    )
    reward_payout._count_paid(_validator_id, owner, _slot, self, amount)
    return amount
