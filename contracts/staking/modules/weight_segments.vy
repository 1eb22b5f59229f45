# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Weight segments: sums over the validators of each segment of the decay table
@license AGPL-3.0-only
@notice For each segment the sums of its validators' boosted tokens and boosts, from which a new
        table weighs them all at once (stake_weight.vy). Validators without weight are counted in a
        segment of their own, INACTIVE.

        Beside them stands a part of the principal, wei in pools and in unbonding requests: what
        came in while the validator was in this segment, less what went out. Only all parts together
        mean something, modulo 2^95.
@dev    Word | boosted 99 | boost 62 | principal 95 |
        The last field may wrap, on its own: it is the uppermost. The others are exact.
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
PRINCIPAL_AT: constant(uint256) = BOOSTED_BITS + BOOST_BITS

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
        self.segment_words[_from] = unsafe_sub(self.segment_words[_from], _old_sum)
        self.segment_words[_to] = unsafe_add(self.segment_words[_to], _new_sum)
    elif _old_sum != _new_sum:
        word: uint256 = unsafe_sub(self.segment_words[_to], _old_sum)
        self.segment_words[_to] = unsafe_add(word, _new_sum)


@internal
def _pay_out(_amount: uint256):
    """
    @dev Wei leave that were in a request.
    """
    word: uint256 = self.segment_words[INACTIVE]
    self.segment_words[INACTIVE] = unsafe_sub(word, _amount << PRINCIPAL_AT)


@internal
@pure
def _segment_sum(_boosted: uint256, _boost: uint256, _principal: uint256) -> uint256:
    # Three sums in one word add up without a carry between them: the lower two have room for all
    # the token there is, and for 16 million validators.
    return _boosted | (_boost << BOOSTED_BITS) | (_principal << PRINCIPAL_AT)


@internal
@view
def _principal() -> uint256:
    """
    @dev Wei in all pools and requests.
    """
    total: uint256 = 0
    for segment: uint256 in range(INACTIVE + 1):
        total += self.segment_words[segment] >> PRINCIPAL_AT
    return total & (2**(256 - PRINCIPAL_AT) - 1)


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
