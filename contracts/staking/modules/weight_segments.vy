# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Weight segments: sums over the validators of each segment of the decay table
@license AGPL-3.0-only
@notice For each segment the sums of its validators' boosted tokens and boosts, from which a new
        table weighs them all at once (stake_weight.vy), and of their pools'
        tokens. Validators without weight are counted in a segment of their own, INACTIVE.
@dev    Word | boosted 99 | boost 62 | principal 86 |
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import reward_ledger
from . import stake_weight
from snekmate.auth import ownable

uses: ownable
uses: reward_ledger
uses: stake_weight

# --- constants ---

# After the table's segments.
INACTIVE: constant(uint256) = stake_weight.SEGMENTS
BOOSTED_BITS: constant(uint256) = 99
BOOST_BITS: constant(uint256) = 62

# --- storage ---

# segment => packed sums over its validators
segment_words: HashMap[uint256, uint256]

# --- governance ---

@external
def set_decay_table(_values: uint256[7]):
    """
    @notice Change what stake weighs, for everybody from this block on; what was earned stays.
    @param _values Effective stake at the table's seven breakpoints, wei.
    @custom:error "ownable: caller is not the owner", "table: changed too recently"
                  "table: values not increasing"
                  "table: not concave", "table: minimum weighs nothing"
    """
    ownable._check_owner()
    network: reward_ledger.Network = reward_ledger._settled()
    network.version += 1
    stake_weight._set(_values, network.version, network.acc)
    network.weight = self._total_weight(network.version)
    log IStaking.DecayTableSet(version=network.version, values=_values, weight=network.weight)
    reward_ledger._store(network)

# --- internal ---

@internal
def _move(_from: uint256, _old_sum: uint256, _to: uint256, _new_sum: uint256):
    """
    @dev Take what a pool added to one segment out, and add it as it is now to another or the same.
    """
    if _from != _to:
        self.segment_words[_from] -= _old_sum
        self.segment_words[_to] += _new_sum
    elif _old_sum != _new_sum:
        self.segment_words[_to] = self.segment_words[_to] - _old_sum + _new_sum


@internal
@pure
def _segment_sum(_boosted: uint256, _boost: uint256, _tokens: uint256) -> uint256:
    # Three sums in one word add up without a carry between them: each has room for all the token
    # there is, and for 16 million validators.
    return (
        _boosted
        | (_boost << BOOSTED_BITS)
        | (_tokens << (BOOSTED_BITS + BOOST_BITS))
    )


@internal
@view
def _principal() -> uint256:
    """
    @dev Wei in all pools.
    """
    total: uint256 = 0
    for segment: uint256 in range(INACTIVE + 1):
        total += self.segment_words[segment] >> (BOOSTED_BITS + BOOST_BITS)
    return total


@internal
@view
def _total_weight(_version: uint256) -> uint256:
    """
    @dev Everybody's weight in a table, from the sums: at most one unit per validator too high.
    """
    total: uint256 = 0
    for segment: uint256 in range(stake_weight.SEGMENTS):
        word: uint256 = self.segment_words[segment]
        total += stake_weight._scaled_weight(
            _version,
            segment,
            word & (2**BOOSTED_BITS - 1),
            (word >> BOOSTED_BITS) & (2**BOOST_BITS - 1),
        )
    return total // stake_weight.WEIGHT_UNIT
