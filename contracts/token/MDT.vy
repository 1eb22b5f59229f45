# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title MDT: the ModernTensor token
@license AGPL-3.0-only
@notice ERC-20 with permits. All that is ever minted stays below a cap in five immutable buckets;
        every minter has one bucket, a budget for its life and one for its rate window; every mint
        and burn has a reason. Nothing can be paused, frozen, taxed or upgraded.

        The owner (a timelock) proposes, grants and revokes minters and names burners, the guardian
        can only suspend a minter for a while and withdraw proposals, a minter mints inside its
        budget. After `finish_setup` each new minter waits GRANT_DELAY seconds in public, whoever
        the owner is (A25).
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

# --- modules ---

from .modules import burns
from .modules import erc20
from .modules import erc20_permit
from .modules import mint_budget
from .modules import minter_rules
from .modules import minter_stops
from .modules import supply_ledger
from .modules import suspensions
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# balances and allowances, and allowances by signature (first: the order decides dispatch costs)
initializes: erc20
initializes: erc20_permit[erc20 := erc20]
exports: (erc20.balanceOf, erc20.allowance, erc20.transfer, erc20.approve, erc20.transferFrom)
exports: (
    erc20_permit.permit,
    erc20_permit.nonces,
    erc20_permit.DOMAIN_SEPARATOR,
    erc20_permit.eip712Domain,
)

# the owner hands over to an account that accepts, and cannot walk away (no renounce)
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# what may be minted, and who may not for a while
initializes: suspensions
initializes: mint_budget[suspensions := suspensions]
exports: (suspensions.MAX_SUSPENSION, suspensions.suspended_until)
exports: (
    mint_budget.cap,
    mint_budget.minter,
    mint_budget.is_minter,
    mint_budget.minter_count,
    mint_budget.proposal_count,
    mint_budget.lifetime_room,
    mint_budget.mintable,
)

# who may stop a minter for a while
initializes: minter_stops[
    mint_budget := mint_budget, ownable := ownable, suspensions := suspensions
]
exports: (
    minter_stops.guardian,
    minter_stops.suspend_minter,
    minter_stops.resume_minter,
    minter_stops.withdraw_proposal,
    minter_stops.set_guardian,
)

# what was minted and burned
initializes: supply_ledger
exports: (
    supply_ledger.totalSupply,
    supply_ledger.total_minted,
    supply_ledger.total_burned,
    supply_ledger.minted_by_reason,
    supply_ledger.burned_by_reason,
    supply_ledger.mint_record_count,
    supply_ledger.burn_record_count,
    supply_ledger.mint_records,
    supply_ledger.burn_records,
    supply_ledger.mint_digest,
    supply_ledger.burn_digest,
    supply_ledger.RING_SIZE,
)

# --- constants ---

BUCKETS: constant(uint256) = 5
# with fewer, rewards split among many round away; with more than a coin has, wallets go wrong
MIN_DECIMALS: constant(uint8) = 6
MAX_DECIMALS: constant(uint8) = 18
# long enough for a new minter to be noticed, short enough to replace a broken one
MIN_GRANT_DELAY: constant(uint256) = 86_400
MAX_GRANT_DELAY: constant(uint256) = 90 * 86_400
# how long a proposal can be granted once it has waited: none lies about loaded for ever
GRANT_PERIOD: public(constant(uint256)) = 30 * 86_400

# --- immutables ---

name: public(immutable(String[50]))
symbol: public(immutable(String[32]))
decimals: public(immutable(uint8))
GRANT_DELAY: public(immutable(uint256))

# --- storage ---

# False while the deployer wires the suite: a minter need not wait yet
is_setup_finished: public(bool)
# who burns, and why; initialised here, which gives it the last slot
initializes: burns[erc20 := erc20, ownable := ownable, supply_ledger := supply_ledger]
exports: (
    burns.burner_reasons,
    burns.burner_count,
    burns.burn,
    burns.burnFrom,
    burns.set_burner,
)

# --- constructor ---

@deploy
def __init__(
    _name: String[50],
    _symbol: String[32],
    _decimals: uint8,
    _bucket_caps: uint256[5],
    _grant_delay: uint256,
    _owner: address,
    _guardian: address,
):
    """
    @param _name Name of the token and of its EIP-712 domain
    @param _symbol Symbol of the token
    @param _decimals How many decimals a token is shown with, 6 to 18; no rule of the contract
           depends on it
    @param _bucket_caps Wei by bucket; the sum is the cap, above 0 and below 2^104
    @param _grant_delay Seconds a minter waits after the set-up, 1 to 90 days
    @param _owner Proposes and grants minters; not zero
    @param _guardian Suspends minters; not zero
    @custom:error "mdt: zero address", "mdt: decimals out of bounds",
                  "mdt: grant delay out of bounds", "mdt: cap out of bounds"
    """
    assert _owner != empty(address) and _guardian != empty(address), "mdt: zero address"
    assert (
        MIN_DECIMALS <= _decimals and _decimals <= MAX_DECIMALS
    ), "mdt: decimals out of bounds"
    assert (
        MIN_GRANT_DELAY <= _grant_delay and _grant_delay <= MAX_GRANT_DELAY
    ), "mdt: grant delay out of bounds"

    name = _name
    symbol = _symbol
    decimals = _decimals
    GRANT_DELAY = _grant_delay
    erc20_permit.__init__(_name)
    mint_budget.__init__(_bucket_caps)
    ownable.__init__()
    ownable_2step.__init__()
    if _owner != msg.sender:
        ownable._transfer_ownership(_owner)
    minter_stops.__init__(_guardian)

# --- role: minter ---

@external
def mint(_to: address, _amount: uint256, _reason: uint256):
    """
    @notice Create tokens inside the caller's budget. Over any of its three limits it reverts (A8);
            `mintable` says what is left.
    @param _to Recipient; not zero
    @param _amount Wei; above 0, within the minter's life, bucket and window
    @param _reason A mint reason the caller has
    @dev Checked in the order minter, suspension, reason, amount, life, bucket, window, recipient.
    @custom:error "mdt: not a minter", "mdt: minter suspended", "mdt: reason not allowed",
                  "mdt: zero amount", "mdt: over lifetime cap", "mdt: over bucket cap",
                  "mdt: over window cap", "mdt: zero address"
    """
    bucket: uint256 = mint_budget._charge(msg.sender, _amount, _reason)
    erc20._create(_to, _amount)
    supply_ledger._record_mint(_to, _amount, _reason)
    log IMDT.Minted(minter=msg.sender, recipient=_to, reason=_reason, bucket=bucket, amount=_amount)

# --- governance ---

@external
def propose_minter(
    _minter: address,
    _bucket: uint256,
    _reasons: uint256,
    _lifetime_cap: uint256,
    _window_cap: uint256,
    _window_seconds: uint256,
):
    """
    @notice Announce a minter, or new rules for one. Owner. A waiting proposal is replaced, its
            clock starts again. What the account has minted counts against the new cap.
    @param _minter Not zero
    @param _bucket 0..4
    @param _reasons Mask of mint reasons, not empty
    @param _lifetime_cap Wei over all grants of the account; above 0, at most the cap, at least what
           it has minted, above that at most the bucket
    @param _window_cap Wei per window; above 0, at most the lifetime cap
    @param _window_seconds 60 seconds to 365 days
    @custom:error "ownable: caller is not the owner", "mdt: zero address", "mdt: bad bucket",
                  "mdt: bad lifetime cap", "mdt: bad reasons", "mdt: bad window cap",
                  "mdt: bad window length"
    """
    ownable._check_owner()
    mint_budget._propose(_minter, _bucket, _reasons, _lifetime_cap, _window_cap, _window_seconds)
    log IMDT.MinterProposed(
        minter=_minter,
        bucket=_bucket,
        reasons=_reasons,
        lifetime_cap=_lifetime_cap,
        window_cap=_window_cap,
        window_seconds=_window_seconds,
        effective_at=self._proposal(_minter).effective_at,
    )


@external
def grant_minter(_minter: address):
    """
    @notice Put a proposal into force once it has waited, and start its first window. Owner. For a
            minter with rules they are new ones: what it has minted in its window counts in the new
            window, at most all of that, and a suspension goes on.
    @param _minter An account with a proposal that has waited, but not GRANT_PERIOD longer
    @custom:error "ownable: caller is not the owner", "mdt: no proposal",
                  "mdt: proposal still waiting", "mdt: proposal expired", "mdt: bad lifetime cap"
    """
    ownable._check_owner()
    granted: IMDT.Proposal = self._proposal(_minter)
    assert granted.lifetime_cap != 0, "mdt: no proposal"
    assert block.timestamp >= granted.effective_at, "mdt: proposal still waiting"
    assert block.timestamp <= granted.effective_at + GRANT_PERIOD, "mdt: proposal expired"
    mint_budget._grant(_minter)
    log IMDT.MinterGranted(
        minter=_minter,
        bucket=granted.bucket,
        reasons=granted.reasons,
        lifetime_cap=granted.lifetime_cap,
        window_cap=granted.window_cap,
        window_seconds=granted.window_seconds,
    )


@external
def revoke_minter(_minter: address):
    """
    @notice End a minter and its waiting proposal at once. Owner. To mint again it needs a new
            proposal, which waits.
    @param _minter A minter, or an account with a proposal
    @custom:error "ownable: caller is not the owner", "mdt: nothing to revoke"
    """
    ownable._check_owner()
    minted: uint256 = mint_budget._revoke(_minter)
    log IMDT.MinterRevoked(minter=_minter, revoked_by=msg.sender, minted=minted)


@external
def finish_setup():
    """
    @notice From now on every grant waits GRANT_DELAY, those proposed before included. Owner, once;
            nothing undoes it.
    @custom:error "ownable: caller is not the owner", "mdt: set-up is finished"
    """
    ownable._check_owner()
    assert not self.is_setup_finished, "mdt: set-up is finished"
    self.is_setup_finished = True
    log IMDT.SetupFinished(grant_delay=GRANT_DELAY)

# --- views ---

@external
@view
def bucket_cap(_bucket: uint256) -> uint256:
    """
    @notice Wei that can ever be minted out of bucket 0 to 4.
    @custom:error "mdt: bad bucket"
    """
    assert _bucket < BUCKETS, "mdt: bad bucket"
    return mint_budget.BUCKET_CAPS[_bucket]


@external
@view
def minted_by_bucket(_bucket: uint256) -> uint256:
    """
    @notice Wei minted out of bucket 0 to 4.
    @custom:error "mdt: bad bucket"
    """
    assert _bucket < BUCKETS, "mdt: bad bucket"
    return mint_budget._minted_by_bucket[_bucket]


@external
@view
def proposal(_minter: address) -> IMDT.Proposal:
    """
    @notice The waiting proposal of an account; all zero when there is none.
    @param _minter Any address
    """
    return self._proposal(_minter)

# --- internal ---

@internal
@view
def _proposal(_minter: address) -> IMDT.Proposal:
    """@dev It waits by the rule in force now, not by the one there was when it was made."""
    proposed_at: uint256 = mint_budget.proposed_at[_minter]
    if proposed_at == 0:
        return empty(IMDT.Proposal)
    found: IMDT.Proposal = minter_rules._unpack(mint_budget.proposed_rules[_minter])
    found.effective_at = proposed_at
    if self.is_setup_finished:
        found.effective_at += GRANT_DELAY
    return found
