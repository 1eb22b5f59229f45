# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Registry calls: what the registry of validators orders about them, and who it is
@license AGPL-3.0-only
@notice The registry (Validators.vy) speaks for a validator's operator: it opens pools, sets
        commissions, and keeps a validator from earning at its operator's wish. It is named once.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import checks
from . import positions
from . import stake_room
from . import staking_accounts
from . import staking_core
from . import validator_pools
from . import validator_words
from snekmate.auth import ownable

uses: ownable
uses: staking_accounts
uses: staking_core
uses: validator_pools
uses: validator_words

# --- role: registry ---

@external
def open(
    _validator_id: uint256, _operator: address, _amount: uint256, _commission_bps: uint256
):
    """
    @notice Open the pool of a new validator with its operator's first stake, in slot 8, taken by
            the operator's allowance to this contract.
    @param _validator_id The validator's number.
    @param _operator Whose first stake it is.
    @param _amount Wei.
    @param _commission_bps Basis points of what the validator earns.
    @custom:error "staking: over the cap", "staking: pool full", "staking: transfer failed",
                  "staking: not the registry", "staking: validator exists"
                  "staking: below the minimum", "staking: commission too high"
    """
    staking_accounts._check_registry()
    if validator_words.reward_words[_validator_id] != 0:
        checks._refuse("staking: validator exists")
    if _amount < staking_accounts.TERMS.min_validator_stake:
        checks._refuse("staking: below the minimum")
    self._check_commission(_commission_bps)
    validator_words._open(_validator_id, _commission_bps)
    staking_accounts.validator_count += 1
    staking_core._add(
        _validator_id,
        empty(address),
        positions.OWN_SLOT,
        _amount,
        0,
        stake_room.MUTE,
        False,
        empty(positions.Position),
    )
    staking_accounts._take(_operator, _amount)


@external
def set_commission(_validator_id: uint256, _commission_bps: uint256):
    """
    @notice Change a validator's commission from this block on; when it may rise is the registry's
            business.
    @param _validator_id The validator's number.
    @param _commission_bps Basis points of what the validator earns.
    @custom:error "staking: not the registry", "staking: unknown validator"
                  "staking: commission too high", "staking: same commission"
    """
    staking_accounts._check_registry()
    self._check_commission(_commission_bps)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    if _commission_bps == pool.commission_bps:
        checks._refuse("staking: same commission")
    log IStaking.CommissionSet(
        validator_id=_validator_id, old_bps=pool.commission_bps, new_bps=_commission_bps
    )
    pool.commission_bps = _commission_bps
    validator_pools._store(_validator_id, pool)


@external
def set_limit(_validator_id: uint256, _cap: uint256):
    """
    @notice Say how much may be delegated to a validator from this block on. What is there already
            stays, and its rewards can be restaked.
    @param _validator_id The validator's number.
    @param _cap Wei; 0: nothing more, 2^84 - 1 or more: any amount.
    @custom:error "staking: not the registry", "staking: unknown validator", "staking: same limit"
    """
    staking_accounts._check_registry()
    limit: uint256 = min(_cap, validator_words.NO_LIMIT)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    old_limit: uint256 = validator_words._limit(_validator_id, pool.limited)
    if limit == old_limit:
        checks._refuse("staking: same limit")
    log IStaking.LimitSet(validator_id=_validator_id, old_cap=old_limit, new_cap=limit)
    validator_words._set_limit(_validator_id, limit)
    pool.limited = convert(limit != validator_words.NO_LIMIT, uint256)
    validator_pools._store(_validator_id, pool)


@external
def set_bars(_validator_id: uint256, _bars: uint256, _is_barred: bool):
    """
    @notice Keep a validator from earning, or stop keeping it: the registry at its operator's wish,
            the slasher because of offences. What is jailed or tombstoned stays open for exits.
    @param _validator_id The validator's number.
    @param _is_barred Set the bars, or clear them.
    @param _bars Registry: 2, exited. Slasher: 4, jailed; 8, tombstoned; 12, both.
    @custom:error "staking: not the registry" Or, for other bars than 2, "staking: not the slasher"
                  "staking: unknown validator", "staking: no change"
    """
    bars: uint256 = _bars
    if bars == validator_pools.EXITED:
        staking_accounts._check_registry()
    else:
        staking_accounts._check_slasher()
        bars &= validator_pools.JAILED | validator_pools.TOMBSTONED
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    pool.status &= ~bars
    if _is_barred:
        pool.status |= bars
    if pool.status == pool.old_status:
        checks._refuse("staking: no change")
    validator_pools._store(_validator_id, pool)

# --- governance ---

@external
def set_registry(_registry: address):
    """
    @notice Name the registry of validators, once: it knows whose every validator's own stake is.
    @param _registry The registry of validators.
    @custom:error "ownable: caller is not the owner", "staking: zero address"
                  "staking: registry already set"
    """
    ownable._check_owner()
    staking_accounts._check_successor(empty(address), _registry)
    if staking_accounts.registry != empty(address):
        checks._refuse("staking: registry already set")
    staking_accounts.registry = _registry
    log IStaking.RegistrySet(registry=_registry)

# --- internal ---

@internal
@view
def _check_commission(_bps: uint256):
    if _bps > staking_accounts.TERMS.max_commission_bps:
        checks._refuse("staking: commission too high")
