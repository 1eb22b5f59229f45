# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slasher calls: what the slasher may take, give back and leave, and who it is
@license AGPL-3.0-only
@notice The slasher (Slasher.vy) is a contract that speaks for evidence. It can move a token of a
        position to nobody but its own escrow, and of that at most MAX_SLASH_BPS of a pool, once
        per offence at a time.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import checks
from . import slash_escrow
from . import staking_accounts
from . import validator_pools
from . import validator_words
from snekmate.auth import ownable

uses: ownable
uses: slash_escrow
uses: staking_accounts
uses: validator_pools
uses: validator_words

# --- constants ---

BPS: constant(uint256) = 10_000

# --- role: slasher ---

@external
def slash(
    _validator_id: uint256, _offence: uint256, _slash_id: uint256, _bps: uint256
) -> uint256:
    """
    @notice Take a part of a validator's pool and jail the validator. The tokens go to the slasher;
            the pool remembers what it may get back. What left the pool since the offence answers
            for it by `answer_slash`.
    @param _validator_id The validator's number.
    @param _offence 0, 1 or 2.
    @param _slash_id The slasher's number for it.
    @param _bps Of the pool, at most 5,000.
    @return Wei taken, rounded down.
    @custom:error "staking: transfer failed",
                  "staking: not the slasher", "staking: unknown validator"
                  "staking: unknown offence", "staking: slash too large"
                  "staking: slash pending" One for the same offence is in escrow.
    """
    staking_accounts._check_slasher()
    if _offence >= slash_escrow.OFFENCES:
        checks._refuse("staking: unknown offence")
    slash_escrow._check_bps(_bps)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    if pool.pending & (1 << _offence) != 0:
        checks._refuse("staking: slash pending")
    amount: uint256 = pool.tokens * _bps // BPS
    slash_escrow._store(
        _validator_id, _offence, slash_escrow.Escrow(tokens=amount, slash_id=_slash_id)
    )
    slash_escrow.pending_count += 1
    pool.tokens -= amount
    pool.pending |= 1 << _offence
    validator_words._count_slash(_validator_id)
    pool.status |= validator_pools.JAILED
    validator_pools._store(_validator_id, pool)
    staking_accounts._pay(msg.sender, amount)
    return amount


@external
def end_slash(_validator_id: uint256, _offence: uint256, _is_overturned: bool) -> uint256:
    """
    @notice Upheld: forget what the pool might have got back. Overturned: take it back from the
            slasher, by allowance.
    @param _validator_id The validator's number.
    @param _offence 0, 1 or 2.
    @param _is_overturned Or upheld.
    @return Wei that belong to the pool; the rest of the slash belongs to those who have left.
    @custom:error "staking: transfer failed",
                  "staking: not the slasher", "staking: unknown validator"
                  "staking: no slash pending"
    """
    staking_accounts._check_slasher()
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    if pool.pending & (1 << _offence) == 0:
        checks._refuse("staking: no slash pending")
    amount: uint256 = slash_escrow._escrow(_validator_id, _offence).tokens
    slash_escrow.escrow_words[_validator_id][_offence] = 0
    slash_escrow.pending_count -= 1
    pool.pending ^= 1 << _offence
    if _is_overturned:
        pool.tokens += amount
    validator_pools._store(_validator_id, pool)
    if _is_overturned:
        staking_accounts._take(msg.sender, amount)
    return amount


@external
def take_restitution(_slash_id: uint256, _owner: address) -> uint256:
    """
    @notice Take what is noted for an owner and a slash of the caller's, for the caller to pay. It
            holds the tokens, also when another slasher has come; nobody else has notes to take.
    @param _slash_id The slasher's number for the slash.
    @param _owner The position's owner; the zero address for a validator's own stake.
    @return Wei; 0 when nothing is noted.
    """
    amount: uint256 = slash_escrow.restitution[msg.sender][_slash_id][_owner]
    slash_escrow.restitution[msg.sender][_slash_id][_owner] = 0
    return amount

# --- governance ---

@external
def set_slasher(_slasher: address):
    """
    @notice Name the one contract that may slash. Not while a slash is in escrow: who holds its
            tokens ends it.
    @param _slasher The slashing contract.
    @custom:error "ownable: caller is not the owner", "staking: zero address"
                  "staking: no change", "staking: slash pending"
    """
    ownable._check_owner()
    old_slasher: address = staking_accounts.slasher
    staking_accounts._check_successor(old_slasher, _slasher)
    if slash_escrow.pending_count != 0:
        checks._refuse("staking: slash pending")
    staking_accounts.slasher = _slasher
    log IStaking.SlasherSet(old_slasher=old_slasher, new_slasher=_slasher)
