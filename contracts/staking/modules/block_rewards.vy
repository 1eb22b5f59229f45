# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Block rewards: pulled from BlockReward, streamed over the blocks that earned them
@license AGPL-3.0-only
@notice Block rewards are minted by BlockReward in lumps, whoever asks for them, and streamed over
        as many blocks as they were earned over: pulling early, late or often makes no block pay
        more. The successor of a BlockReward can take its place. All that they say they released
        counts at most as far as the token has minted block rewards: none turns stakes into rewards.
"""

# --- interfaces ---

from interfaces import IBlockReward
from interfaces import IMDT
from interfaces import IStaking

# --- modules ---

from . import checks
from ...common import reasons
from . import reward_ledger
from . import reward_stream
from . import staking_accounts
from . import staking_rewards
from snekmate.auth import ownable

uses: ownable
uses: reward_ledger
uses: staking_accounts
uses: staking_rewards

# --- constants ---

SCALE: constant(uint256) = 2**reward_stream.SCALE_BITS
WAD: constant(uint256) = 10**18
PULLED_BITS: constant(uint256) = 64
PULLED_MASK: constant(uint256) = 2**PULLED_BITS - 1

# --- storage ---

block_reward: public(address)  # the BlockReward that block rewards come from
block_rewards_received: uint256  # wei that were streamed, of it and of those before it
# | of those before it 192, wei | pulled through 64 |: blocks below that were counted by a pull
pulled_word: uint256

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

# --- governance ---

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
    staking_rewards._count_received(staking_rewards.notifier_word, amount)
    stream: reward_stream.Stream = reward_ledger._add_rewards(
        reward_ledger.BLOCK, amount, self._blocks_earned(amount, elapsed, reward)
    )
    log IStaking.BlockRewardsPulled(
        amount=amount, rate_wad=stream.rate * WAD // SCALE, stream_end=stream.end
    )
    return amount


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
