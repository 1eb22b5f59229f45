# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Staking rewards: where the two streams come from, and where goes what flows to nobody
@license AGPL-3.0-only
@notice Epoch rewards are handed in by the notifier and streamed over an epoch's blocks. What
        schedules pay to validators joins them, and flows over as many blocks as it was paid for.
        Block rewards are minted by BlockReward in lumps, whoever asks for them, and streamed over
        as many blocks as they were earned over: pulling early, late or often makes no block pay
        more. The successor of a BlockReward can take its place. All that they say they released counts at
        most as far as the token has minted block rewards: none turns stakes into rewards.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IBlockReward
from interfaces import IEmissionController
from interfaces import IMDT
from interfaces import IRecyclingPool
from interfaces import IStaking

# --- modules ---

from . import checks
from ...common import packing
from ...common import reasons
from . import reward_ledger
from . import reward_stream
from . import staking_accounts
from . import staking_terms
from snekmate.auth import ownable

uses: ownable
uses: reward_ledger
uses: staking_accounts

# --- constants ---

SCALE: constant(uint256) = 2**reward_stream.SCALE_BITS
WAD: constant(uint256) = 10**18
ADDRESS_BITS: constant(uint256) = 160
ADDRESS_MASK: constant(uint256) = 2**ADDRESS_BITS - 1
RECEIVED_BITS: constant(uint256) = 96
PULLED_BITS: constant(uint256) = 64
PULLED_MASK: constant(uint256) = 2**PULLED_BITS - 1

# --- immutables ---

RECYCLING_POOL: public(immutable(address))

# --- storage ---

# | notifier 160 | rewards received 96, wei ever |: read and written together by every notification
notifier_word: uint256
rewards_recycled: uint256  # wei ever sent to the recycling pool
block_reward: public(address)  # the BlockReward that block rewards come from
block_rewards_received: uint256  # wei that were streamed, of it and of those before it
# | of those before it 192, wei | pulled through 64 |: blocks below that were counted by a pull
pulled_word: uint256
schedules: public(address)  # the DistributionSchedules that payments to validators come from

# --- constructor ---

@deploy
def __init__(_recycling_pool: address):
    RECYCLING_POOL = _recycling_pool

# --- permissionless ---

@external
def pull_block_rewards() -> uint256:
    """
    @notice Have BlockReward mint what it owes, and stream what arrived over the blocks since the
            last pull that brought something. What somebody else had it mint before counts too.
    @return Wei added to the stream: 0 when nothing new arrived, which is not an error.
    @custom:error "reward: no recipient" BlockReward pays nobody yet.
    """
    extcall IBlockReward(self.block_reward).release()
    return self._count_released()


@external
def recycle_idle_rewards() -> uint256:
    """
    @notice Send what was streamed while nobody was staked to the recycling pool.
    @return Wei sent; a fraction of a wei stays.
    @custom:error "staking: transfer failed",
                  "staking: nothing idle"
    """
    amount: uint256 = reward_ledger._take_idle()
    if amount == 0:
        checks._refuse("staking: nothing idle")
    self.rewards_recycled += amount
    log IStaking.IdleRewardsRecycled(amount=amount)
    # The allowance is this amount and used up at once: none ever stands over stakes.
    staking_accounts._check_done(
        extcall IERC20(staking_accounts.TOKEN).approve(RECYCLING_POOL, amount)
    )
    extcall IRecyclingPool(RECYCLING_POOL).recycle(amount, reasons.RECYCLE_NO_STAKERS)
    return amount

# --- role: notifier ---

@external
def notify_reward(_amount: uint256):
    """
    @notice Hand in an epoch's rewards, by allowance, to be streamed over STREAM_BLOCKS more blocks
            together with what is left of the ones before.
    @param _amount Wei.
    @custom:error "staking: transfer failed",
                  "staking: not the notifier", "staking: zero amount"
    """
    word: uint256 = self.notifier_word
    if convert(msg.sender, uint256) != word & ADDRESS_MASK:
        checks._refuse("staking: not the notifier")
    staking_accounts._check_amount(_amount)
    self._count_received(word, _amount)
    stream: reward_stream.Stream = reward_ledger._add_rewards(
        reward_ledger.EPOCH, _amount, staking_accounts.TERMS.stream_blocks
    )
    log IStaking.RewardNotified(
        source=msg.sender,
        amount=_amount,
        rate_wad=stream.rate * WAD // SCALE,
        stream_end=stream.end,
    )
    staking_accounts._take(msg.sender, _amount)

# --- role: schedules ---

@external
def add_reward(_amount: uint256, _blocks: uint256):
    """
    @notice Hand in what a schedule pays to validators, by allowance. It joins the epoch rewards
            that still flow, and both flow on for `_blocks`, or for as long as those would have if
            that is longer: having a schedule paid often, late or in parts neither makes a lump nor
            stretches the stream.
    @param _amount Wei.
    @param _blocks Over how many blocks it was earned: taken as 32 at least, and as STREAM_BLOCKS at
           most, so that what falls due once a year holds no epoch's rewards up for a year.
    @custom:error "staking: transfer failed"
                  "staking: not the schedules", "staking: zero amount"
    """
    if msg.sender != self.schedules:
        checks._refuse("staking: not the schedules")
    staking_accounts._check_amount(_amount)
    self._count_received(self.notifier_word, _amount)
    # Over fewer blocks a stream could be faster than its word has room for (reward_ledger.vy).
    least: uint256 = staking_terms.MIN_STREAM_BLOCKS
    blocks: uint256 = max(min(_blocks, staking_accounts.TERMS.stream_blocks), least)
    left: uint256 = reward_ledger._blocks_left(reward_ledger.EPOCH)
    stream: reward_stream.Stream = reward_ledger._add_rewards(
        reward_ledger.EPOCH, _amount, max(blocks, left) - left
    )
    log IStaking.RewardNotified(
        source=msg.sender,
        amount=_amount,
        rate_wad=stream.rate * WAD // SCALE,
        stream_end=stream.end,
    )
    staking_accounts._take(msg.sender, _amount)

# --- governance ---

@external
def set_schedules(_schedules: address):
    """
    @notice Name the one contract whose schedules may pay validators; the old one loses the right at
            once.
    @param _schedules The DistributionSchedules.
    @custom:error "ownable: caller is not the owner",
                  "staking: zero address", "staking: no change"
    """
    ownable._check_owner()
    old_schedules: address = self.schedules
    staking_accounts._check_successor(old_schedules, _schedules)
    self.schedules = _schedules
    log IStaking.SchedulesSet(old_schedules=old_schedules, new_schedules=_schedules)


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
    staking_accounts._check_successor(old_notifier, _notifier)
    received: uint256 = self.notifier_word >> ADDRESS_BITS
    self.notifier_word = convert(_notifier, uint256) | (received << ADDRESS_BITS)
    log IStaking.NotifierSet(old_notifier=old_notifier, new_notifier=_notifier)


@external
def set_block_reward(_block_reward: address):
    """
    @notice Have block rewards from the one that has taken over from the BlockReward they come from.
            What the old one has released is counted first; it was no minter any more when it was
            taken over, so nothing of it stays behind. None is ever named twice.
    @param _block_reward A contract, whose recipient this one becomes, before or after.
    @custom:error "ownable: caller is not the owner"
                  "staking: has not taken over" From the one there is.
    """
    ownable._check_owner()
    old_source: address = self.block_reward
    source: IBlockReward = IBlockReward(_block_reward)
    if not _block_reward.is_contract or staticcall source.taken_over_from() != old_source:
        checks._refuse("staking: has not taken over")
    self._count_released()
    self.block_reward = _block_reward
    self.pulled_word = (self.block_rewards_received << PULLED_BITS) | (
        self.pulled_word & PULLED_MASK
    )
    log IStaking.BlockRewardSet(old_block_reward=old_source, new_block_reward=_block_reward)

# --- views ---

@external
@view
@reentrant
def notifier() -> address:
    """
    @notice Who may notify epoch rewards; empty until the owner sets the first one.
    """
    return self._notifier()

# --- internal ---

@internal
def _count_released() -> uint256:
    """
    @dev Stream what the source has released and was not counted yet, as far as the token minted it.
         Returns wei. Nothing counts no block as paid while something is owed for those blocks.
    """
    word: uint256 = self.pulled_word
    since: uint256 = word & PULLED_MASK
    received: uint256 = 0
    owed: uint256 = 0
    reward: uint256 = 0
    received, owed, reward = staticcall IBlockReward(self.block_reward).statement(self, since)
    amount: uint256 = min(
        (word >> PULLED_BITS) + received,
        staticcall IMDT(staking_accounts.TOKEN).minted_by_reason(reasons.MINT_BLOCK_REWARD),
    ) - self.block_rewards_received
    if amount == 0 and owed != 0:
        return 0
    elapsed: uint256 = block.number - min(since, block.number)
    self.pulled_word = unsafe_add(word, elapsed)
    if amount == 0:
        return 0
    self.block_rewards_received += amount
    self._count_received(self.notifier_word, amount)
    stream: reward_stream.Stream = reward_ledger._add_rewards(
        reward_ledger.BLOCK, amount, self._blocks_earned(amount, elapsed, reward)
    )
    log IStaking.BlockRewardsPulled(
        amount=amount, rate_wad=stream.rate * WAD // SCALE, stream_end=stream.end
    )
    return amount


@internal
@view
def _check_distributor(_months: uint256):
    """@dev Only the notifier's distributor, no lock. Reverts with "staking: not for another"."""
    source: address = self._notifier()
    is_for_another: bool = _months == 0 and source.is_contract
    if not is_for_another or msg.sender != staticcall IEmissionController(source).DISTRIBUTOR():
        checks._refuse("staking: not for another")


@internal
@view
def _blocks_earned(_amount: uint256, _elapsed: uint256, _reward: uint256) -> uint256:
    """
    @dev Over how many blocks to stream `_amount`, `_elapsed` blocks after the last pull: those, and
         in any case enough that none pays more than the `_reward` of that pull's block. This
         matters for what is older: arrears that the token would not mint then, or blocks before
         this contract was the recipient. Past the last era a rest is streamed as an epoch's.
    """
    if _reward == 0:
        return max(_elapsed, staking_accounts.TERMS.stream_blocks)
    return max(_elapsed, (_amount + _reward - 1) // _reward)  # rounded up: a lower rate


@internal
def _count_received(_word: uint256, _amount: uint256):
    received: uint256 = packing._fits((_word >> ADDRESS_BITS) + _amount, RECEIVED_BITS)
    self.notifier_word = (_word & ADDRESS_MASK) | (received << ADDRESS_BITS)


@internal
@view
def _notifier() -> address:
    return convert(self.notifier_word & ADDRESS_MASK, address)
