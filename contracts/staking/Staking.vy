# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Staking: validators' own stake, unbonding, and rewards streamed per block
@license AGPL-3.0-only
@notice A validator registers with at least the minimum, adds to its stake, and takes some or all of
        it out again through unbonding requests. Stake earns in every block its part of two streams:

            epoch rewards   notified by the emission contract, streamed over STREAM_BLOCKS
            block rewards   minted by BlockReward in lumps, streamed over as many blocks as they
                            were earned over

        A lump is never paid out at once, so staking just before one arrives earns nothing extra,
        and neither does pulling block rewards early, late or often: no pull makes a block of
        staking pay more than a block's reward. What flows while nobody is staked goes to the
        recycling pool.

        Principal and rewards are separate sums of one token. The contract holds

            total_staked + total_unbonding                       principal
            + rewards received - paid - recycled                 rewards
            + plain transfers in, which nothing counts or pays out
@dev    Amounts are wei of MDT, deadlines are timestamps, rewards count in blocks. All
        state-changing functions cost the same however many validators and requests there are.
        Accounting: contracts/modules/reward_ledger.vy.
@custom:security Nobody but its owner can move a stake, an unbonding request or a reward; anyone may
        trigger the payment of a reward to its owner. The contract's owner names the notifier, and
        that is all: it cannot touch principal or rewards.
@custom:kill Nothing to stop: without new rewards the streams run out, and everybody can leave.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IBlockReward
from interfaces import IMDT
from interfaces import IRecyclingPool
from interfaces import IStaking

implements: IStaking

# --- modules and exports ---

from contracts.modules import packing
from contracts.modules import reasons
from contracts.modules import reward_ledger
from contracts.modules import reward_stream
from contracts.modules import unbonding
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: reward_ledger
initializes: unbonding

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
PAGE_SIZE: constant(uint256) = 100  # addresses per view call

# All of the token fits 88 bits with room for the ledger's carry; in the shortest stream, a rate.
MAX_TOKEN_CAP: constant(uint256) = 2**85 - 1
# Below one token, a lone stake would let the accumulator grow too fast for its word; above a
# million nobody could register.
MIN_MIN_STAKE: public(constant(uint256)) = 10**18
MAX_MIN_STAKE: public(constant(uint256)) = 10**6 * 10**18
# Long enough to prove an offence while the stake can still be reached; short enough to be an exit.
MIN_UNBONDING: public(constant(uint256)) = 86_400
MAX_UNBONDING: public(constant(uint256)) = 60 * 86_400
# Over 32 blocks the whole capped supply still fits a stream's rate; a million three-second blocks
# are five weeks.
MIN_STREAM_BLOCKS: public(constant(uint256)) = 32
MAX_STREAM_BLOCKS: public(constant(uint256)) = 1_000_000

ADDRESS_BITS: constant(uint256) = 160
ADDRESS_MASK: constant(uint256) = 2**ADDRESS_BITS - 1
RECEIVED_BITS: constant(uint256) = 96

# --- immutables ---

TOKEN: public(immutable(address))
BLOCK_REWARD: public(immutable(address))
RECYCLING_POOL: public(immutable(address))
MIN_VALIDATOR_STAKE: public(immutable(uint256))  # wei
UNBONDING_SECONDS: public(immutable(uint256))
STREAM_BLOCKS: public(immutable(uint256))  # blocks an epoch's rewards are streamed over

# --- storage ---

# | notifier 160 | rewards received 96, wei ever |: read and written together by every notification
notifier_word: uint256
rewards_paid: uint256  # wei ever claimed
rewards_recycled: uint256  # wei ever sent to the recycling pool
block_rewards_received: uint256  # wei of BlockReward.released_to(self) that were streamed
pulled_through: uint256  # blocks below this one were counted by a pull

validator_count: uint256
validator_at: HashMap[uint256, address]  # 0 .. validator_count - 1, in order of registration

# --- constructor ---


@deploy
def __init__(
    _token: address,
    _block_reward: address,
    _recycling_pool: address,
    _min_validator_stake: uint256,
    _unbonding_seconds: uint256,
    _stream_blocks: uint256,
    _owner: address,
):
    """
    @notice Fix token, sources, minimum, unbonding time and stream length for good.
    @param _token The MDT token, its cap below 2^85 wei.
    @param _block_reward Whose recipient this contract becomes, before or after.
    @param _recycling_pool Gets the rewards nobody was staked for.
    @param _min_validator_stake Wei a validator has staked, or else nothing.
    @param _unbonding_seconds From a request to its withdrawal.
    @param _stream_blocks Blocks an epoch's rewards are streamed over: the length of an epoch.
    @param _owner May name the notifier.
    """
    assert _token.is_contract, "staking: token has no code"
    assert _block_reward.is_contract, "staking: reward has no code"
    assert _recycling_pool.is_contract, "staking: pool has no code"
    assert _owner != empty(address), "staking: zero owner"
    assert _min_validator_stake >= MIN_MIN_STAKE, "staking: minimum too small"
    assert _min_validator_stake <= MAX_MIN_STAKE, "staking: minimum too large"
    assert _unbonding_seconds >= MIN_UNBONDING, "staking: unbonding too short"
    assert _unbonding_seconds <= MAX_UNBONDING, "staking: unbonding too long"
    assert _stream_blocks >= MIN_STREAM_BLOCKS, "staking: stream too short"
    assert _stream_blocks <= MAX_STREAM_BLOCKS, "staking: stream too long"
    assert staticcall IMDT(_token).cap() <= MAX_TOKEN_CAP, "staking: token cap too large"

    TOKEN = _token
    BLOCK_REWARD = _block_reward
    RECYCLING_POOL = _recycling_pool
    MIN_VALIDATOR_STAKE = _min_validator_stake
    UNBONDING_SECONDS = _unbonding_seconds
    STREAM_BLOCKS = _stream_blocks
    # Block rewards are earned from the later of the two on; see `_blocks_earned`.
    self.pulled_through = max(staticcall IBlockReward(_block_reward).START_BLOCK(), block.number)

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)


# --- permissionless ---


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
    assert amount > 0, "staking: nothing idle"
    self.rewards_recycled += amount
    log IStaking.IdleRewardsRecycled(amount=amount)
    # The allowance is this amount and used up at once: none ever stands over stakes.
    assert extcall IERC20(TOKEN).approve(RECYCLING_POOL, amount), "staking: approve failed"
    extcall IRecyclingPool(RECYCLING_POOL).recycle(amount, reasons.RECYCLE_NO_STAKERS)
    return amount


@external
def claim(_owner: address) -> uint256:
    """
    @notice Pay an owner the rewards it has earned. Anyone may call; only the owner is paid.
    @param _owner A validator.
    @return Wei paid, rounded down: a fraction of a wei stays owed.
    @custom:error "staking: nothing to claim" Less than a wei is owed.
    """
    amount: uint256 = reward_ledger._take_owed(_owner)
    assert amount > 0, "staking: nothing to claim"
    self.rewards_paid += amount
    log IStaking.RewardClaimed(validator=_owner, owner=_owner, amount=amount)
    self._pay(_owner, amount)
    return amount


# --- user ---


@external
def register(_amount: uint256):
    """
    @notice Become a validator, with a first stake taken by allowance. Once per account: a validator
            that has left comes back with `stake`.
    @param _amount Wei, at least MIN_VALIDATOR_STAKE.
    @custom:error "staking: already registered", "staking: below the minimum"
    """
    assert not self._is_registered(msg.sender), "staking: already registered"
    assert _amount >= MIN_VALIDATOR_STAKE, "staking: below the minimum"
    count: uint256 = self.validator_count
    self.validator_at[count] = msg.sender
    self.validator_count = count + 1
    reward_ledger._open(msg.sender, _amount)
    log IStaking.ValidatorRegistered(validator=msg.sender, tokens=_amount)
    log IStaking.Staked(
        validator=msg.sender, owner=msg.sender, amount=_amount, tokens=_amount
    )
    self._take(_amount)


@external
def stake(_amount: uint256):
    """
    @notice Add to one's own stake, by allowance. It earns from this block on.
    @param _amount Wei; stake and amount together at least MIN_VALIDATOR_STAKE.
    @custom:error "staking: zero amount", "staking: not registered", "staking: below the minimum"
    """
    assert _amount > 0, "staking: zero amount"
    assert self._is_registered(msg.sender), "staking: not registered"
    tokens: uint256 = reward_ledger._tokens(msg.sender) + _amount
    assert tokens >= MIN_VALIDATOR_STAKE, "staking: below the minimum"
    reward_ledger._set_tokens(msg.sender, tokens)
    log IStaking.Staked(validator=msg.sender, owner=msg.sender, amount=_amount, tokens=tokens)
    self._take(_amount)


@external
def unstake(_amount: uint256) -> uint256:
    """
    @notice Ask for stake back. It earns nothing from this block on and can be withdrawn after
            UNBONDING_SECONDS; what it has earned stays claimable.
    @param _amount Wei; what stays is nothing or at least MIN_VALIDATOR_STAKE.
    @return The request's id, to withdraw it with.
    @custom:error "staking: zero amount", "staking: exceeds the stake", "staking: below the minimum"
    """
    assert _amount > 0, "staking: zero amount"
    staked: uint256 = reward_ledger._tokens(msg.sender)
    assert _amount <= staked, "staking: exceeds the stake"
    tokens: uint256 = staked - _amount
    assert tokens == 0 or tokens >= MIN_VALIDATOR_STAKE, "staking: below the minimum"
    reward_ledger._set_tokens(msg.sender, tokens)
    unlocks_at: uint256 = block.timestamp + UNBONDING_SECONDS
    request_id: uint256 = unbonding._request(msg.sender, _amount, unlocks_at)
    log IStaking.Unstaked(
        validator=msg.sender,
        owner=msg.sender,
        request_id=request_id,
        amount=_amount,
        unlocks_at=unlocks_at,
    )
    return request_id


@external
def withdraw(_request_id: uint256):
    """
    @notice Take out the tokens of one of one's own requests, in any order, once it has unlocked.
    @param _request_id As `unstake` returned it.
    @custom:error "staking: unknown request", "staking: already withdrawn",
                  "staking: still unbonding"
    """
    amount: uint256 = unbonding._withdraw(msg.sender, _request_id)
    log IStaking.Withdrawn(owner=msg.sender, request_id=_request_id, amount=amount)
    self._pay(msg.sender, amount)


# --- role ---


@external
def notify_reward(_amount: uint256):
    """
    @notice Hand in an epoch's rewards, by allowance, to be streamed over STREAM_BLOCKS more blocks
            together with what is left of the ones before.
    @param _amount Wei.
    @custom:error "staking: not the notifier", "staking: zero amount"
    """
    assert msg.sender == self._notifier(), "staking: not the notifier"
    assert _amount > 0, "staking: zero amount"
    self._count_received(_amount)
    stream: reward_stream.Stream = reward_ledger._add_epoch_rewards(_amount, STREAM_BLOCKS)
    log IStaking.RewardNotified(
        source=msg.sender,
        amount=_amount,
        rate_wad=stream.rate * WAD // SCALE,
        stream_end=stream.end,
    )
    self._take(_amount)


# --- governance ---


@external
def set_notifier(_notifier: address):
    """
    @notice Name the one account that may notify epoch rewards; the old one loses the right at once.
    @param _notifier The emission contract.
    @custom:error "ownable: caller is not the owner",
                  "staking: zero notifier", "staking: same notifier"
    """
    ownable._check_owner()
    old_notifier: address = self._notifier()
    assert _notifier != empty(address), "staking: zero notifier"
    assert _notifier != old_notifier, "staking: same notifier"
    received: uint256 = self.notifier_word >> ADDRESS_BITS
    self.notifier_word = convert(_notifier, uint256) | (received << ADDRESS_BITS)
    log IStaking.NotifierSet(old_notifier=old_notifier, new_notifier=_notifier)


# --- views ---


@external
@view
def validator(_validator: address) -> IStaking.Validator:
    """
    @notice A validator; all zero if it never registered.
    """
    account: reward_ledger.Account = self._account(_validator)
    return IStaking.Validator(
        is_registered=account.registered_at > 0,
        is_active=account.tokens >= MIN_VALIDATOR_STAKE,
        tokens=account.tokens,
        weight=account.tokens,
        registered_at=account.registered_at,
    )


@external
@view
def position(_owner: address) -> IStaking.Position:
    """
    @notice What an owner has staked, has earned and has in unbonding.
    """
    account: reward_ledger.Account = self._account(_owner)
    book: unbonding.Book = unbonding._book(_owner)
    return IStaking.Position(
        tokens=account.tokens,
        pending_reward=account.owed // SCALE,
        unbonding=book.tokens,
        request_count=book.count,
    )


@external
@view
def pending_reward(_owner: address) -> uint256:
    """
    @notice Wei `claim` would pay in this block.
    """
    return self._account(_owner).owed // SCALE


@external
@view
def unbonding_request(_owner: address, _request_id: uint256) -> IStaking.UnbondingRequest:
    """
    @notice One of an owner's requests; all zero if there is none with this id.
    """
    request: unbonding.Request = unbonding._get(_owner, _request_id)
    return IStaking.UnbondingRequest(
        tokens=request.tokens,
        unlocks_at=request.unlocks_at,
        is_withdrawn=request.is_withdrawn,
    )


@external
@view
def validators(_offset: uint256, _limit: uint256) -> DynArray[address, PAGE_SIZE]:
    """
    @notice Everybody that ever registered, in that order: up to `_limit` (at most 100) from
            `_offset` on; empty past the end.
    """
    page: DynArray[address, PAGE_SIZE] = []
    count: uint256 = self.validator_count
    if _offset < count:
        for i: uint256 in range(min(min(_limit, PAGE_SIZE), count - _offset), bound=PAGE_SIZE):
            page.append(self.validator_at[_offset + i])
    return page


@external
@view
def notifier() -> address:
    """
    @notice Who may notify epoch rewards; empty until the owner sets the first one.
    """
    return self._notifier()


@external
@view
def network() -> IStaking.Network:
    """
    @notice Sums and streams as of this block.
    """
    settled: reward_ledger.Network = reward_ledger._settled()
    return IStaking.Network(
        total_weight=settled.weight,
        total_staked=settled.weight,
        total_unbonding=unbonding.total,
        validator_count=self.validator_count,
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


# --- internal ---


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
        return max(elapsed, STREAM_BLOCKS)
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


@internal
@view
def _is_registered(_validator: address) -> bool:
    return reward_ledger._registered_at(_validator) > 0


@internal
@view
def _account(_validator: address) -> reward_ledger.Account:
    return reward_ledger._account(_validator, reward_ledger._settled().acc)


@internal
def _take(_amount: uint256):
    # MDT takes no transfer fee: what is sent is what arrives.
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount), "staking: transfer failed"


@internal
def _pay(_to: address, _amount: uint256):
    assert extcall IERC20(TOKEN).transfer(_to, _amount), "staking: transfer failed"
