# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Staking extension: the functions of Staking that are called rarely, run on its storage
@license AGPL-3.0-only
@notice Staking.vy hands every call that it does not know to this code (`__default__` there, a
        DELEGATECALL): orders of the registry and the slasher, governance, redelegation, and views.
        Token, stakes and rights are all Staking's. Called by its own address, this contract has no
        owner, no registry, no validator and no token: it refuses what it is asked to change.
@dev    Both pieces initialize staking_parts.vy alone, so that each finds every word where the other
        put it. A call costs some 2,700 gas more than one of Staking's own.
@custom:security It can do whatever Staking can: its code is as much trusted, and as fixed. It makes
        no DELEGATECALL of its own.
@custom:kill Nothing to stop.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from .modules import block_rewards
from .modules import redelegation
from .modules import registry_calls
from .modules import slash_answers
from .modules import slasher_calls
from .modules import staking_accounts
from .modules import staking_parts
from .modules import staking_rewards
from .modules import staking_views
from .modules import weight_segments
from snekmate.auth import ownable_2step

initializes: staking_parts
uses: block_rewards
uses: ownable_2step
uses: redelegation
uses: registry_calls
uses: slash_answers
uses: slasher_calls
uses: staking_accounts
uses: staking_rewards
uses: staking_views
uses: weight_segments

# Two-step ownership, never renounced: a replaced emission contract needs a new notifier.
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)
exports: (
    registry_calls.open,
    registry_calls.set_commission,
    registry_calls.set_limit,
    registry_calls.set_bars,
    registry_calls.set_registry,
)
exports: (
    slasher_calls.slash,
    slasher_calls.end_slash,
    slasher_calls.take_restitution,
    slasher_calls.set_slasher,
)
exports: slash_answers.answer_slash
exports: redelegation.redelegate
# What stake weighs.
exports: weight_segments.set_decay_table
# The sources of the streams.
exports: (
    block_rewards.block_reward,
    staking_rewards.RECYCLING_POOL,
    staking_rewards.recycle_idle_rewards,
    block_rewards.set_block_reward,
    staking_rewards.set_notifier,
    staking_rewards.notifier,
    staking_rewards.schedules,
    staking_rewards.set_schedules,
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
# Read by Staking's constructor.
exports: staking_accounts.TOKEN

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _recycling_pool: address,
    _terms: IStaking.Terms,
    _decay_stakes: uint256[7],
):
    """
    @notice Fix what the code has to know, as Staking is to have it; Staking's constructor checks
            both.
    @param _token The MDT token.
    @param _recycling_pool Gets the rewards nobody was staked for.
    @param _terms See the interface.
    @param _decay_stakes Breakpoints of the decay table, wei.
    @custom:error as `staking_parts.__init__`
    """
    staking_parts.__init__(_token, _recycling_pool, _terms, _decay_stakes)
    ownable_2step._transfer_ownership(empty(address))  # nobody's: the owner is Staking's
