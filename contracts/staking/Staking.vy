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

            epoch rewards   notified by the emission contract, streamed over STREAM_BLOCKS, and
                            with them what schedules pay to validators
            block rewards   minted by BlockReward in lumps, streamed over as many blocks as they
                            were earned over

        shared among validators by weight (concave in their stake, times the average lock bonus),
        then, after commission, among a validator's positions by shares and bonus. A lump is never
        paid out at once: staking just before an epoch's or the blocks' reward arrives earns nothing
        extra. What a schedule paid late flows within an epoch, to who is staked then. What flows
        while nobody is staked goes to the recycling pool.

        A slash lowers a pool in one step; its tokens are with the slasher until it is final
        (modules/slash_escrow.vy). Stake that was asked back or redelegated has left the pool, and
        answers by itself for what happened before, until its unbonding would have ended.

        Principal and rewards are separate sums of one token. The contract holds

            principal of all pools
            + rewards received - paid - recycled
            + plain transfers in, which nothing counts or pays out
@dev    Amounts are wei of MDT, deadlines are timestamps, rewards count in blocks. All
        state-changing functions cost the same however many validators, delegators and requests
        there are. Modules: reward_ledger (network), stake_weight (decay), validator_pools,
        positions, lock_bonus, slash_escrow. Model: mdt.model.staking.

        One contract in two pieces of code. This one has what people and streams call; every other
        function of the interface IStaking (the registry's, the slasher's, governance's, views,
        redelegation) is in StakingExtension.vy, which runs on this contract's storage and in its
        name (`__default__`). Callers see one address and one interface.
@custom:security Nobody but its owner can move a stake, an unbonding request or a reward; anyone may
        trigger the payment of a reward to its owner or the recipient it chose. The slasher takes at
        most MAX_SLASH_BPS of a pool at a time, one slash per offence at once. The contract's owner
        names the sources of rewards, slasher and (once) registry, and sets the decay table inside
        its bounds. The notifier's distributor can add tokens of its own to a position, for accounts
        that ask it to stake what they claim; it can lock nothing. The extension's code is fixed at
        deployment, like this one's: nobody can put other code in its place.
@custom:kill Nothing to stop: without new rewards the streams run out, and everybody can leave.
"""

# --- interfaces ---

from interfaces import IBlockReward
from interfaces import IMDT
from interfaces import IStaking

# --- modules ---

from .modules import block_rewards
from .modules import checks
from .modules import positions
from .modules import reward_payout
from .modules import staking_accounts
from .modules import staking_core
from .modules import staking_parts
from .modules import staking_rewards
from .modules import staking_terms
from .modules import stake_room
from .modules import stake_weight
from .modules import unbonding
from .modules import validator_pools
from .modules import validator_words
from snekmate.auth import ownable_2step

initializes: staking_parts
uses: block_rewards
uses: ownable_2step
uses: positions
uses: reward_payout
uses: stake_weight
uses: staking_accounts
uses: staking_core
uses: staking_rewards
uses: unbonding
uses: validator_pools
uses: validator_words

# Who may do what besides owners of positions.
exports: (staking_accounts.TOKEN, staking_accounts.registry, staking_accounts.slasher)
exports: (
    reward_payout.recipient_of,
    reward_payout.set_recipient,
    reward_payout.claim_commission,
)
# How stake leaves its validator.
exports: (unbonding.unstake, unbonding.cancel_unstake, unbonding.withdraw)
# What comes in to the streams.
exports: (
    block_rewards.pull_block_rewards,
    staking_rewards.notify_reward,
    staking_rewards.add_reward,
)

# Whether a position was ever used, in one slot: for readers that look for an owner's positions.
exports: positions.position_words
# Tokens and shares of a pool: with the word of a position, what that is worth.
exports: validator_words.pool_words

# --- constants ---

# Bytes of the extension's answers that are passed on: twice the longest, which is `network`.
MAX_ANSWER: constant(uint256) = 1_024

# --- immutables ---

EXTENSION: public(immutable(address))

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _block_reward: address,
    _recycling_pool: address,
    _terms: IStaking.Terms,
    _decay_stakes: uint256[7],
    _decay_values: uint256[7],
    _extension: address,
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
    @param _extension The other piece of the code, deployed with the same token, pool, terms and
           breakpoints.
    @param _owner May name the sources of rewards, slasher and registry, and set the values of the
           decay table.
    @custom:error "staking: token has no code", "staking: reward has no code",
                  "staking: pool has no code", "staking: zero owner", as `staking_terms._check`,
                  as `stake_weight.__init__`, as `stake_weight._write`,
                  "staking: other extension" It has no code, or was deployed with other arguments.
    """
    checks._require(_token.is_contract, "staking: token has no code")
    checks._require(_block_reward.is_contract, "staking: reward has no code")
    checks._require(_recycling_pool.is_contract, "staking: pool has no code")
    checks._require(_owner != empty(address), "staking: zero owner")
    staking_terms._check(_terms, staticcall IMDT(_token).cap())

    staking_parts.__init__(_token, _recycling_pool, _terms, _decay_stakes)
    EXTENSION = self._checked(_extension, _token, _recycling_pool, _terms, _decay_stakes)
    block_rewards.block_reward = _block_reward
    # Block rewards are earned from the later of the two on; see `block_rewards._blocks_earned`.
    first_block: uint256 = staticcall IBlockReward(_block_reward).START_BLOCK()
    block_rewards.pulled_word = max(first_block, block.number)
    stake_weight._write(_decay_stakes, _decay_values, _terms.min_validator_stake, 0)
    ownable_2step._transfer_ownership(_owner)

# --- permissionless ---

@external
@raw_return
@reentrant
def __default__() -> Bytes[MAX_ANSWER]:
    """
    @notice Hand a call of a function that is not here to the extension's code, to run here. What
            that has not either is refused.
    @dev The lock is taken there, function by function, in this contract's transient storage.
    @return What the function answers; a reason for a refusal goes through as it is.
    """
    return raw_call(EXTENSION, msg.data, max_outsize=MAX_ANSWER, is_delegate_call=True)



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
    _max_commission_bps: uint256 = max_value(uint256),
    _at_most: bool = False,
) -> uint256:
    """
    @notice Add stake to a position of one's own, by allowance, or lock it longer, or both. What is
            added earns from this block on.
    @param _validator_id The validator's number.
    @param _slot 0-7 to delegate; 8-15 for the validator's own stake, its owner only.
    @param _amount Wei; 0 to change only the lock.
    @param _months 30-day months to lock the whole position for, from now; 0 locks nothing, and what
           is added to a running lock earns the bonus of the whole months that are left.
    @param _owner Whose position, the owner's account for a validator's own stake: the caller's,
           or of an account that asked the reward distributor to stake what it claims.
    @param _max_commission_bps The largest commission that the caller accepts, kept in whole
           percent, rounded up: while the validator takes more, a lock does not hold. Left out: what
           it takes now. Stake for another keeps what its owner said.
    @param _at_most Take as much of `_amount` as fits, if any does; else all of it or nothing.
    @return Wei added.
    @custom:error "staking: zero amount" No amount and no months.
                  "staking: not for another" The caller is not the distributor of the notifier, or
                  asks for a lock: else strangers would fill slots and lock what is not theirs.
                  "staking: no stake" No amount, and nothing to lock.
                  "staking: slot out of range", "staking: not the owner"
                  "staking: unknown validator", "staking: validator not active" (delegations)
                  "staking: still answerable", "staking: slash unanswered" The position was
                  redelegated: see `redelegate`.
                  "staking: lock too long", "staking: shorter than the lock"
                  "staking: over the cap", "staking: slash pending", "staking: pool too thin"
                  "staking: pool full", "staking: transfer failed"
                  "staking: over the limit" Its operator lets in no more.
                  "staking: own part too small" Its own stake carries no more.
                  "staking: takes more than that"
    """
    staking_accounts._check_amount(_amount | _months)
    accepted: uint256 = _max_commission_bps
    if _owner != msg.sender:
        staking_rewards._check_distributor(_months)
        accepted = stake_room.SAME
    owner: address = staking_accounts._owner_of(_validator_id, _slot, _owner)
    amount: uint256 = staking_core._add(
        _validator_id,
        owner,
        _slot,
        _amount,
        _months,
        accepted,
        _at_most,
        empty(positions.Position),
    )
    if amount > 0:
        staking_accounts._take(msg.sender, amount)
    return amount


@external
def restake(_validator_id: uint256, _slot: uint256) -> uint256:
    """
    @notice Add what a position of one's own has earned to it, as `stake` with no months would, also
            where the cap, the validator or its own part let nothing else in.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @return Wei restaked, rounded down.
    @custom:error "staking: nothing to claim", "staking: slot out of range",
                  "staking: not the owner", "staking: unknown validator",
                  "staking: validator not active", "staking: still answerable",
                  "staking: slash unanswered", "staking: slash pending",
                  "staking: pool too thin", "staking: pool full"
    """
    owner: address = staking_accounts._owner_of(_validator_id, _slot, msg.sender)
    amount: uint256 = staking_core._add(
        _validator_id, owner, _slot, 0, 0, stake_room.SAME, False, empty(positions.Position)
    )
    reward_payout._count_paid(_validator_id, owner, _slot, self, amount)
    return amount

# --- internal ---

@internal
@view
def _checked(
    _extension: address,
    _token: address,
    _recycling_pool: address,
    _terms: IStaking.Terms,
    _decay_stakes: uint256[7],
) -> address:
    """
    @dev An extension whose code has what this one's has.
    """
    extension: IStaking = IStaking(_extension)
    is_same: bool = (
        _extension.is_contract
        and staticcall extension.TOKEN() == _token
        and staticcall extension.RECYCLING_POOL() == _recycling_pool
        and keccak256(abi_encode(staticcall extension.terms())) == keccak256(abi_encode(_terms))
        and keccak256(abi_encode((staticcall extension.decay_table())[0]))
        == keccak256(abi_encode(_decay_stakes))
    )
    checks._require(is_same, "staking: other extension")
    return _extension
