# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid set: which validators get stake, and how much of it
@license AGPL-3.0-only
@notice The owner gives weights; a validator's part of the stake follows its weight, as far as the
        cap and the validator let it. A weight of zero moves all of it out: it is asked back with
        the next cycle, and goes to the others when it is here. The same becomes of a validator that
        exits, is banned, or takes more commission than the limit, by rule and without the owner.
@custom:security Who sets weights decides where new stake goes, and what is moved: for one unbonding
        time that earns nothing. Nobody can take any of it.
"""

# --- interfaces ---

from interfaces import ILiquidStaking
from interfaces import IStaking

# --- modules ---

from ...modules import checks
from . import liquid_places
from . import liquid_words as words
from snekmate.auth import ownable

uses: liquid_places
uses: ownable

# --- constants ---

MAX_WEIGHT: constant(uint256) = 10_000

# --- permissionless ---

@external
def drop_validator(_validator_id: uint256):
    """
    @notice Forget a validator that has no weight and no stake, so that another can have its place.
            Claim its last rewards first (`harvest`), or anyone does at `Staking` at any time.
    @param _validator_id The validator's number.
    @custom:error "lst: not in the set"
                  "lst: not empty" It has weight or stake.
    """
    place: uint256 = self._found(_validator_id)
    if liquid_places._members[place] >> words.WEIGHT_AT != 0:
        checks._refuse("lst: not empty")
    liquid_places._end_member(place)
    log ILiquidStaking.ValidatorDropped(validator_id=_validator_id)

# --- governance ---

@external
def set_weight(_validator_id: uint256, _weight: uint256):
    """
    @notice Give a validator a weight, and a place in the set if it has none. Owner.
    @param _validator_id The validator's number.
    @param _weight Against those of the others, at most 10,000; 0 moves all stake out.
    @custom:error "ownable: caller is not the owner", "lst: weight out of bounds",
                  "lst: nothing changes", "lst: too many validators", "staking: unknown validator"
    """
    ownable._check_owner()
    if _weight > MAX_WEIGHT:
        checks._refuse("lst: weight out of bounds")
    place: uint256 = liquid_places._place_of(_validator_id)
    old: uint256 = 0
    staked: uint256 = 0
    if place < liquid_places._member_count:
        word: uint256 = liquid_places._members[place]
        old = (word >> words.WEIGHT_AT) & words.WEIGHT
        staked = word >> words.STAKED_AT
    liquid_places._check_change(old, _weight)
    if place == liquid_places._member_count:
        if place >= liquid_places.MAX_VALIDATORS:
            checks._refuse("lst: too many validators")
        # it refuses a number that nobody has
        known: IStaking.Validator = liquid_places._pool(_validator_id)
        liquid_places._member_count = place + 1
    liquid_places._members[place] = words._member(_validator_id, _weight, staked)
    log ILiquidStaking.WeightSet(
        validator_id=_validator_id, old_weight=old, new_weight=_weight
    )


@external
def set_commission_limit(_commission_limit_bps: uint256):
    """
    @notice Say which commission is too much: who takes more gets nothing new, and is left. Owner.
    @param _commission_limit_bps At most 10,000.
    @custom:error "ownable: caller is not the owner", "lst: commission out of bounds",
                  "lst: nothing changes"
    """
    ownable._check_owner()
    liquid_places._check_commission(_commission_limit_bps)
    old: uint256 = liquid_places.commission_limit_bps
    liquid_places._check_change(old, _commission_limit_bps)
    liquid_places.commission_limit_bps = _commission_limit_bps
    log ILiquidStaking.CommissionLimitSet(old_bps=old, new_bps=_commission_limit_bps)

# --- internal ---

@internal
@view
def _found(_validator_id: uint256) -> uint256:
    """
    @dev Reverts with "lst: not in the set".
    """
    place: uint256 = liquid_places._place_of(_validator_id)
    if place >= liquid_places._member_count:
        checks._refuse("lst: not in the set")
    return place
