# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title MDT: the ModernTensor token
@license AGPL-3.0-only
@notice ERC-20 with EIP-2612 permits, a cap on all that is ever minted in five immutable buckets, minters that
        each have one bucket and two budgets (life and rate window), and mints and burns with a
        reason. Nothing can be paused, frozen, taxed or upgraded.

        Roles: the owner (a timelock) proposes and grants minters and names burners; the guardian can
        only revoke minters. After `finish_setup` every new minter, whoever the owner is, waits
        GRANT_DELAY seconds in public between proposal and grant (A25).
@custom:security The token calls no other contract.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from interfaces import IMDT
from snekmate.tokens.interfaces import IERC20Permit
from snekmate.utils.interfaces import IERC5267

implements: IERC20
implements: IERC20Detailed
implements: IERC20Permit
implements: IERC5267
implements: IMDT

# --- modules and exports ---

from contracts.modules import erc20
from contracts.modules import mint_budget
from contracts.modules import erc20_permit
from contracts.modules import reasons
from contracts.modules import supply_ledger
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# owner, who can hand over to an account that accepts, and cannot walk away
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner, ownable_2step.pending_owner,
    ownable_2step.transfer_ownership, ownable_2step.accept_ownership,
)

# balances and allowances, and allowances by signature
initializes: erc20
initializes: erc20_permit[erc20 := erc20]
exports: (erc20.balanceOf, erc20.allowance, erc20.transfer, erc20.approve, erc20.transferFrom)
exports: (
    erc20_permit.permit, erc20_permit.nonces, erc20_permit.DOMAIN_SEPARATOR, erc20_permit.eip712Domain,
)

# what may be minted, and what was
initializes: mint_budget
initializes: supply_ledger
exports: (
    mint_budget.cap, mint_budget.bucket_cap, mint_budget.minted_by_bucket, mint_budget.minter,
    mint_budget.lifetime_room, mint_budget.mintable,
)
exports: (
    supply_ledger.totalSupply, supply_ledger.total_minted, supply_ledger.total_burned,
    supply_ledger.minted_by_reason, supply_ledger.burned_by_reason, supply_ledger.RING_SIZE,
    supply_ledger.mint_record_count, supply_ledger.burn_record_count,
    supply_ledger.mint_records, supply_ledger.burn_records,
)

# --- constants ---

decimals: public(constant(uint8)) = 18
# bounds of GRANT_DELAY: long enough to be noticed, short enough to replace a broken minter
MIN_GRANT_DELAY: constant(uint256) = 86_400
MAX_GRANT_DELAY: constant(uint256) = 90 * 86_400
# how long a proposal can be granted once it may be: none lies about loaded for ever
GRANT_PERIOD: public(constant(uint256)) = 30 * 86_400

# --- immutables ---

name: public(immutable(String[50]))
symbol: public(immutable(String[32]))
GRANT_DELAY: public(immutable(uint256))

# --- storage ---

# may revoke minters
guardian: public(address)
# False while the deployer wires the suite: minters need not wait yet
is_setup_finished: public(bool)
# account => mask of the burn reasons it may give besides VOLUNTARY
burner_reasons: public(HashMap[address, uint256])

# --- constructor ---

@deploy
def __init__(
    _name: String[50], _symbol: String[32], _bucket_caps: uint256[5], _grant_delay: uint256,
    _owner: address, _guardian: address
):
    """
    @param _name Name of the token, also of the EIP-712 domain
    @param _symbol Symbol of the token
    @param _bucket_caps Wei per bucket; their sum is the cap, above 0 and below 2^104
           ("mdt: cap out of bounds")
    @param _grant_delay Seconds a new minter waits after the set-up; 1 to 90 days
           ("mdt: grant delay out of bounds")
    @param _owner Proposes and grants minters; not zero ("mdt: zero address")
    @param _guardian Revokes minters; not zero ("mdt: zero address")
    """
    assert _owner != empty(address) and _guardian != empty(address), "mdt: zero address"
    assert (
        MIN_GRANT_DELAY <= _grant_delay and _grant_delay <= MAX_GRANT_DELAY
    ), "mdt: grant delay out of bounds"

    name = _name
    symbol = _symbol
    GRANT_DELAY = _grant_delay
    erc20_permit.__init__(_name)
    mint_budget.__init__(_bucket_caps)
    ownable.__init__()
    ownable_2step.__init__()
    if _owner != msg.sender:
        ownable._transfer_ownership(_owner)
    self.guardian = _guardian
    log IMDT.GuardianSet(old_guardian=empty(address), new_guardian=_guardian)

# --- user ---

@external
def burn(_amount: uint256, _reason: uint256 = reasons.BURN_VOLUNTARY):
    """
    @notice Destroy tokens of the caller. The cap does not reopen.
    @param _amount Wei; above 0 ("mdt: zero amount"), at most the balance ("mdt: balance too low")
    @param _reason A burn reason; any but VOLUNTARY only if the caller was given it by `set_burner`
           ("mdt: reason not allowed")
    """
    self._burn(msg.sender, _amount, _reason)


@external
def burnFrom(_holder: address, _amount: uint256, _reason: uint256 = reasons.BURN_VOLUNTARY):
    """
    @notice Destroy tokens of `_holder` by its allowance to the caller.
    @param _holder Whose tokens
    @param _amount Wei; above 0 ("mdt: zero amount"), at most the allowance
           ("mdt: allowance too low") and the balance ("mdt: balance too low")
    @param _reason As for `burn`; it is the caller who needs it ("mdt: reason not allowed")
    """
    erc20._spend_allowance(_holder, msg.sender, _amount)
    self._burn(_holder, _amount, _reason)

# --- role: minter ---

@external
def mint(_to: address, _amount: uint256, _reason: uint256):
    """
    @notice Create tokens inside the caller's budget. Over any of the three limits it reverts (A8); ask
            `mintable` first to mint less.
    @param _to Recipient; not zero ("mdt: zero address")
    @param _amount Wei; above 0 ("mdt: zero amount"), within the caller's life ("mdt: over lifetime cap"),
           its bucket ("mdt: over bucket cap") and its window ("mdt: over window cap")
    @param _reason A mint reason the caller has ("mdt: reason not allowed")
    @dev Anyone else: "mdt: not a minter". Checked in the order minter, reason, amount, life, bucket,
         window, recipient.
    """
    bucket: uint256 = mint_budget._charge(msg.sender, _amount, _reason)
    erc20._create(_to, _amount)
    supply_ledger._record_mint(_to, _amount, _reason)
    log IMDT.Minted(minter=msg.sender, recipient=_to, reason=_reason, bucket=bucket, amount=_amount)

# --- role: guardian ---

@external
def revoke_minter(_minter: address):
    """
    @notice End a minter and its waiting proposal at once. Owner or guardian ("mdt: not owner or guardian").
    @param _minter A minter, or an account with a proposal ("mdt: nothing to revoke")
    """
    assert msg.sender == ownable.owner or msg.sender == self.guardian, "mdt: not owner or guardian"
    mint_budget._revoke(_minter)

# --- governance ---

@external
def propose_minter(
    _minter: address, _bucket: uint256, _reasons: uint256,
    _lifetime_cap: uint256, _window_cap: uint256, _window_seconds: uint256
):
    """
    @notice Announce a minter, or new rules for one. Owner. Replaces a waiting proposal and restarts its
            clock. What an account minted in an earlier grant counts against the new cap.
    @param _minter Not zero ("mdt: zero address")
    @param _bucket 0..4 ("mdt: bad bucket")
    @param _reasons Mask of mint reasons, not empty ("mdt: bad reasons")
    @param _lifetime_cap Wei; above 0, at least what it has minted in all its grants, and at most the bucket above
           that and the cap ("mdt: bad lifetime cap")
    @param _window_cap Wei per window; above 0, at most the lifetime cap ("mdt: bad window cap")
    @param _window_seconds 60 seconds to 365 days ("mdt: bad window length")
    """
    ownable._check_owner()
    mint_budget._propose(_minter, _bucket, _reasons, _lifetime_cap, _window_cap, _window_seconds)
    log IMDT.MinterProposed(
        minter=_minter, bucket=_bucket, reasons=_reasons, lifetime_cap=_lifetime_cap,
        window_cap=_window_cap, window_seconds=_window_seconds, effective_at=block.timestamp + self._wait()
    )


@external
def grant_minter(_minter: address):
    """
    @notice Put a proposal into force once it has waited, and start its first window. Owner.
    @dev The wait is counted from the proposal with the rule in force now: a proposal left over from the set-up
         waits too.
    @param _minter An account with a proposal ("mdt: no proposal") that has waited
           ("mdt: proposal still waiting"), but not longer than GRANT_PERIOD ("mdt: proposal expired")
    """
    ownable._check_owner()
    proposed_at: uint256 = mint_budget.proposed_at[_minter]
    assert proposed_at != 0, "mdt: no proposal"
    effective_at: uint256 = proposed_at + self._wait()
    assert block.timestamp >= effective_at, "mdt: proposal still waiting"
    assert block.timestamp <= effective_at + GRANT_PERIOD, "mdt: proposal expired"
    mint_budget._grant(_minter)


@external
def set_burner(_burner: address, _reasons: uint256):
    """
    @notice Set which burn reasons besides VOLUNTARY an account may give. Owner. It gains no power over
            anybody's tokens.
    @param _burner Not zero ("mdt: zero address")
    @param _reasons Mask of burn reasons ("mdt: bad reasons"), 0 for none; not what it is ("mdt: nothing changes")
    """
    ownable._check_owner()
    assert _burner != empty(address), "mdt: zero address"
    assert _reasons < 1 << reasons.BURN_REASON_COUNT, "mdt: bad reasons"
    old_reasons: uint256 = self.burner_reasons[_burner]
    assert _reasons != old_reasons, "mdt: nothing changes"
    self.burner_reasons[_burner] = _reasons
    log IMDT.BurnerSet(burner=_burner, old_reasons=old_reasons, new_reasons=_reasons)


@external
def set_guardian(_guardian: address):
    """
    @notice Replace the guardian. Owner.
    @param _guardian Not zero ("mdt: zero address"), not the same ("mdt: nothing changes")
    """
    ownable._check_owner()
    assert _guardian != empty(address), "mdt: zero address"
    old_guardian: address = self.guardian
    assert _guardian != old_guardian, "mdt: nothing changes"
    self.guardian = _guardian
    log IMDT.GuardianSet(old_guardian=old_guardian, new_guardian=_guardian)


@external
def finish_setup():
    """
    @notice From now on every grant waits GRANT_DELAY. Owner, once ("mdt: set-up is finished"). Nothing undoes it.
    """
    ownable._check_owner()
    assert not self.is_setup_finished, "mdt: set-up is finished"
    self.is_setup_finished = True
    log IMDT.SetupFinished(grant_delay=GRANT_DELAY)

# --- views ---

@external
@view
def proposal(_minter: address) -> IMDT.Proposal:
    """
    @notice The waiting proposal of an account; all zero when there is none.
    @param _minter Any address
    """
    proposed_at: uint256 = mint_budget.proposed_at[_minter]
    if proposed_at == 0:
        return empty(IMDT.Proposal)
    found: IMDT.Proposal = mint_budget._unpack(mint_budget.proposed_rules[_minter])
    found.effective_at = proposed_at + self._wait()
    return found

# --- internals ---

@internal
def _burn(_holder: address, _amount: uint256, _reason: uint256):
    if _reason != reasons.BURN_VOLUNTARY:
        # shifting by 256 or more gives 0: a code out of range is nobody's
        assert (self.burner_reasons[msg.sender] >> _reason) & 1 != 0, "mdt: reason not allowed"
    assert _amount != 0, "mdt: zero amount"
    erc20._destroy(_holder, _amount)
    supply_ledger._record_burn(_holder, _amount, _reason)
    log IMDT.Burned(operator=msg.sender, holder=_holder, reason=_reason, amount=_amount)


@internal
@view
def _wait() -> uint256:
    """@dev Seconds between a proposal and its grant, by the rule in force now."""
    return GRANT_DELAY if self.is_setup_finished else 0
