# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Staking rewards: what is handed in to be streamed, and where goes what flows to nobody
@license AGPL-3.0-only
@notice Epoch rewards are handed in by the notifier and streamed over an epoch's blocks. What
        schedules pay to validators joins them, and flows over as many blocks as it was paid for.
        Block rewards are another stream: block_rewards.vy.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IEmissionController
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

# --- immutables ---

RECYCLING_POOL: public(immutable(address))

# --- storage ---

# | notifier 160 | rewards received 96, wei ever |: read and written together by every notification
notifier_word: uint256
rewards_recycled: uint256  # wei ever sent to the recycling pool
schedules: public(address)  # the DistributionSchedules that payments to validators come from

# --- constructor ---

@deploy
def __init__(_recycling_pool: address):
    RECYCLING_POOL = _recycling_pool

# --- permissionless ---

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
            that still flow: both flow on for as long as those do, or for the mean of both times by
            amount, in whole blocks, if that is longer. So no block pays more than both would by
            themselves, but for a block's rounding, and small payments hardly move the end.
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
    stream: reward_stream.Stream = reward_ledger._stream(reward_ledger.EPOCH)
    left: uint256 = max(stream.end, block.number) - block.number
    flows: uint256 = stream.rate * left
    comes: uint256 = _amount * SCALE
    both: uint256 = flows + comes
    # Rounded down: a wei in each block moves the end by nothing.
    mean: uint256 = (flows * left + comes * blocks) // both
    stream = reward_ledger._add_rewards(
        reward_ledger.EPOCH, _amount, max(max(mean, least), left) - left
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
@view
def _check_distributor(_months: uint256):
    """@dev Only the notifier's distributor, no lock. Reverts with "staking: not for another"."""
    source: address = self._notifier()
    is_for_another: bool = _months == 0 and source.is_contract
    if not is_for_another or msg.sender != staticcall IEmissionController(source).DISTRIBUTOR():
        checks._refuse("staking: not for another")


@internal
def _count_received(_word: uint256, _amount: uint256):
    received: uint256 = packing._fits((_word >> ADDRESS_BITS) + _amount, RECEIVED_BITS)
    self.notifier_word = (_word & ADDRESS_MASK) | (received << ADDRESS_BITS)


@internal
@view
def _notifier() -> address:
    return convert(self.notifier_word & ADDRESS_MASK, address)
