# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Staking parts: every module of Staking, in the order of their storage
@license AGPL-3.0-only
@notice Staking is one contract in two pieces of code: Staking.vy, which people call, and
        StakingExtension.vy, which it hands every other call to, to run on its own storage. Both
        initialize this module and nothing else, so both find every word in the same slot.
@dev    Terms and addresses that are fixed for good lie in the code, not in storage: each piece has
        them, and Staking's constructor refuses an extension that was given others.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import block_rewards
from . import departures
from . import positions
from . import redelegation
from . import registry_calls
from . import reward_ledger
from . import reward_payout
from . import slash_answers
from . import slash_escrow
from . import slasher_calls
from . import stake_cap
from . import stake_room
from . import stake_weight
from . import staking_accounts
from . import staking_core
from . import staking_rewards
from . import staking_terms
from . import staking_views
from . import unbonding
from . import validator_pools
from . import validator_words
from . import weight_segments
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: positions
initializes: reward_ledger
initializes: slash_escrow[staking_accounts := staking_accounts]
initializes: stake_cap
initializes: stake_weight
initializes: weight_segments[
    ownable := ownable, reward_ledger := reward_ledger, stake_weight := stake_weight
]
initializes: validator_words
initializes: validator_pools[
    reward_ledger := reward_ledger,
    stake_cap := stake_cap,
    stake_weight := stake_weight,
    weight_segments := weight_segments,
    words := validator_words,
]
initializes: staking_accounts
initializes: departures[staking_accounts := staking_accounts, validator_words := validator_words]
initializes: stake_room[
    stake_cap := stake_cap,
    staking_accounts := staking_accounts,
    validator_words := validator_words,
]
initializes: staking_core[
    departures := departures,
    positions := positions,
    slash_escrow := slash_escrow,
    stake_room := stake_room,
    staking_accounts := staking_accounts,
    validator_pools := validator_pools,
]
initializes: reward_payout[
    staking_accounts := staking_accounts, validator_pools := validator_pools
]
initializes: staking_rewards[
    ownable := ownable, reward_ledger := reward_ledger, staking_accounts := staking_accounts
]
initializes: block_rewards[
    ownable := ownable,
    reward_ledger := reward_ledger,
    staking_accounts := staking_accounts,
    staking_rewards := staking_rewards,
]
initializes: unbonding[
    departures := departures,
    positions := positions,
    stake_cap := stake_cap,
    stake_room := stake_room,
    staking_accounts := staking_accounts,
    staking_core := staking_core,
    validator_pools := validator_pools,
    validator_words := validator_words,
    weight_segments := weight_segments,
]
initializes: redelegation[
    departures := departures,
    positions := positions,
    staking_accounts := staking_accounts,
    staking_core := staking_core,
    validator_pools := validator_pools,
    validator_words := validator_words,
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
    slash_escrow := slash_escrow,
    staking_accounts := staking_accounts,
    validator_pools := validator_pools,
    validator_words := validator_words,
]
initializes: slash_answers[
    departures := departures,
    positions := positions,
    slash_escrow := slash_escrow,
    staking_accounts := staking_accounts,
    staking_core := staking_core,
    validator_pools := validator_pools,
    weight_segments := weight_segments,
]
initializes: staking_views[
    block_rewards := block_rewards,
    departures := departures,
    positions := positions,
    reward_ledger := reward_ledger,
    reward_payout := reward_payout,
    slash_escrow := slash_escrow,
    stake_cap := stake_cap,
    stake_room := stake_room,
    stake_weight := stake_weight,
    staking_accounts := staking_accounts,
    staking_rewards := staking_rewards,
    validator_pools := validator_pools,
    validator_words := validator_words,
    weight_segments := weight_segments,
]

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _recycling_pool: address,
    _terms: IStaking.Terms,
    _decay_stakes: uint256[7],
):
    """
    @dev Fix what lies in the code. Storage is Staking's: see there.
    @custom:error as `stake_weight.__init__`
    """
    staking_accounts.__init__(_token, _terms)
    staking_rewards.__init__(_recycling_pool)
    stake_cap.__init__(_terms.cap_bps, _terms.own_part_bps)
    stake_weight.__init__(_decay_stakes, _terms.min_validator_stake)
    ownable.__init__()
    ownable_2step.__init__()
