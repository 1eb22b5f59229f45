# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Redelegation: stake moves to another validator at once, and answers for the one it left
@license AGPL-3.0-only
@notice Until its unbonding would have ended, what has moved pays for slashes of that validator as
        stake that was asked back does: for what it did until then.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import checks
from . import departures
from . import positions
from . import stake_room
from . import staking_accounts
from . import staking_core
from . import validator_pools
from . import validator_words

uses: departures
uses: positions
uses: staking_accounts
uses: staking_core
uses: validator_pools
uses: validator_words

# --- user ---

@external
def redelegate(
    _source_id: uint256,
    _source_slot: uint256,
    _validator_id: uint256,
    _slot: uint256,
    _amount: uint256,
    _max_commission_bps: uint256 = max_value(uint256),
) -> uint256:
    """
    @notice Move delegated stake to another validator at once, into an empty slot, its lock with it.
            It answers for what the validator it left did until this block: until its unbonding
            would have ended it cannot be unstaked, added to or moved on, and every slash for that
            takes the same part of it, through the slasher, by anyone. Afterwards all slashes must
            have been answered before it can be unstaked or moved on.
    @param _source_id The validator it leaves.
    @param _source_slot 0-7, which of the delegations there.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _amount Wei, or the largest uint256 for all of the position.
    @param _max_commission_bps The largest commission that the caller accepts there. Left out: what
           it accepted so far, while the stake is locked; else what is taken there now.
    @return Wei moved, rounded down.
    @custom:error "staking: own stake", "staking: same validator", "staking: unknown validator",
                  "staking: zero amount", "staking: no stake", "staking: exceeds the stake",
                  "staking: still answerable", "staking: slash unanswered",
                  "staking: validator not active", "staking: slot not empty",
                  "staking: over the cap", "staking: over the limit",
                  "staking: own part too small", "staking: slash pending", "staking: pool too thin",
                  "staking: pool full", "staking: takes more than that"
    """
    if _source_slot >= positions.OWN_SLOT:
        checks._refuse("staking: own stake")
    if _slot >= positions.OWN_SLOT:
        checks._refuse("staking: own stake")
    if _source_id == _validator_id:
        checks._refuse("staking: same validator")
    key: uint256 = positions._key(_source_id, msg.sender, _source_slot)
    pool: validator_pools.Pool = validator_pools._load(_source_id)
    position: positions.Position = positions._load(key, pool.acc)
    if positions._is_lock_over(position):
        position.bonus_bps = 0
    shares: uint256 = staking_core._free_shares(key, pool, position, _amount)
    position.shares -= shares
    amount: uint256 = staking_core._leave(_source_id, msg.sender, pool, shares)
    staking_accounts._check_amount(amount)
    pool.tokens -= amount
    pool.shares -= shares
    carried: positions.Position = position
    carried.shares = shares
    if position.shares == 0:
        position.unlocks_at = 0  # an empty slot is not locked
    staking_core._store(_source_id, pool, key, _source_slot, position)

    accepted: uint256 = _max_commission_bps
    if accepted == stake_room.MUTE and carried.unlocks_at > block.timestamp:
        accepted = position.accepted * positions.PERCENT
    staking_core._add(_validator_id, msg.sender, _slot, amount, 0, accepted, False, carried)
    until: uint256 = block.timestamp + staking_accounts.TERMS.unbonding_seconds
    departures._store_debt(
        positions._key(_validator_id, msg.sender, _slot),
        departures.Debt(
            source=_source_id,
            until=until,
            left_at=block.number,
            next_slash=validator_words._slash_count(_source_id),
        ),
    )
    log IStaking.Redelegated(
        source_id=_source_id,
        validator_id=_validator_id,
        owner=msg.sender,
        source_slot=_source_slot,
        slot=_slot,
        amount=amount,
        answerable_until=until,
    )
    return amount
