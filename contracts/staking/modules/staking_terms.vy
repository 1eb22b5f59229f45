# pragma version ~=0.4.3
"""
@title Staking terms: the bounds of what is fixed at deployment
@license AGPL-3.0-only
@notice Nobody, governance included, can change terms later; these bounds keep a deployment from
        being made with terms that cannot work.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import lock_bonus

# --- constants ---

# Stakes fit 85 bits, and all rewards ever the accumulators (reward_ledger.vy says why).
MAX_TOKEN_CAP: constant(uint256) = 3 * 2**83
# Below one token, a lone stake would let the accumulator grow too fast for its word; above a
# million nobody could register.
MIN_MIN_STAKE: constant(uint256) = 10**18
MAX_MIN_STAKE: constant(uint256) = 10**6 * 10**18
# Long enough to prove an offence while the stake can still be reached; short enough to be an exit.
MIN_UNBONDING: constant(uint256) = 86_400
MAX_UNBONDING: constant(uint256) = 60 * 86_400
# Evidence ages in blocks, so stake waits for both; a chain makes at most a block a second.
MAX_UNBONDING_BLOCKS: constant(uint256) = 60 * 86_400
# Over 32 blocks the whole capped supply still fits a stream's rate; a million three-second blocks
# are five weeks.
MIN_STREAM_BLOCKS: constant(uint256) = 32
MAX_STREAM_BLOCKS: constant(uint256) = 1_000_000
# An operator may not keep more than half; a validator may always have a hundredth, and never more
# than half of the network.
MAX_MAX_COMMISSION: constant(uint256) = 5_000
MIN_CAP_BPS: constant(uint256) = 100
MAX_CAP_BPS: constant(uint256) = 5_000
# Own stake of at least half of what is delegated: with more, hardly anybody could delegate.
MAX_OWN_PART: constant(uint256) = 5_000

# --- internal ---

@internal
@pure
def _check(_terms: IStaking.Terms, _token_cap: uint256):
    """
    @custom:error "staking: minimum too small", "staking: minimum too large",
                  "staking: unbonding too short", "staking: unbonding too long",
                  "staking: blocks out of range",
                  "staking: stream too short", "staking: stream too long",
                  "staking: bonus too large", "staking: commission too high",
                  "staking: cap too small", "staking: cap too large",
                  "staking: own part too large", "staking: token cap too large"
    """
    minimum: uint256 = _terms.min_validator_stake
    assert minimum >= MIN_MIN_STAKE, "staking: minimum too small"
    assert minimum <= MAX_MIN_STAKE, "staking: minimum too large"
    assert _terms.unbonding_seconds >= MIN_UNBONDING, "staking: unbonding too short"
    assert _terms.unbonding_seconds <= MAX_UNBONDING, "staking: unbonding too long"
    blocks: uint256 = _terms.unbonding_blocks
    assert 1 <= blocks and blocks <= MAX_UNBONDING_BLOCKS, "staking: blocks out of range"
    assert _terms.stream_blocks >= MIN_STREAM_BLOCKS, "staking: stream too short"
    assert _terms.stream_blocks <= MAX_STREAM_BLOCKS, "staking: stream too long"
    largest_bonus: uint256 = lock_bonus.MAX_BONUS_BPS // lock_bonus.MAX_MONTHS
    assert _terms.own_bonus_bps <= largest_bonus, "staking: bonus too large"
    assert _terms.delegated_bonus_bps <= largest_bonus, "staking: bonus too large"
    assert _terms.max_commission_bps <= MAX_MAX_COMMISSION, "staking: commission too high"
    assert _terms.cap_bps >= MIN_CAP_BPS, "staking: cap too small"
    assert _terms.cap_bps <= MAX_CAP_BPS, "staking: cap too large"
    assert _terms.own_part_bps <= MAX_OWN_PART, "staking: own part too large"
    assert _token_cap <= MAX_TOKEN_CAP, "staking: token cap too large"
