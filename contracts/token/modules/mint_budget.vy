# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Mint budget: who may mint how much, out of which bucket, how fast
@license AGPL-3.0-only
@notice Five immutable buckets whose sum is the cap. A minter has one bucket, a set of reasons, a
        cap for its life, and a cap per window. Counters go up only: a burn reopens nothing (A1).

        Windows are fixed: the first starts at the grant, each is followed by one as long. A stretch
        of `window_seconds` touches at most two, so a stolen minter key can mint at most
        2 * window_cap in that time (A24), and never more than its lifetime cap.
@dev A mint reads two words of its minter and writes one. The rules are packed by `minter_rules`,
     the usage here: | window_start 48 | minted_in_window 104 | minted 104 |
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from . import minter_rules as layout
from . import suspensions
from ...common import reasons

# until when a minter is suspended
uses: suspensions

# --- immutables ---

BUCKET_CAPS: immutable(uint256[layout.BUCKET_COUNT])
CAP: immutable(uint256)

# --- storage ---

_minted_by_bucket: uint256[layout.BUCKET_COUNT]  # bucket => wei minted out of it
rules: HashMap[address, uint256]  # minter => packed rules; 0 = not a minter
usage: HashMap[address, uint256]  # minter => packed usage; kept when it is revoked
# account => packed rules it would be granted; 0 = no proposal
proposed_rules: HashMap[address, uint256]
# account => timestamp of the proposal; 0 = no proposal
proposed_at: HashMap[address, uint256]
# accounts with rules, and with a proposal, expired ones included: mappings do not list them
minter_count: public(uint256)
proposal_count: public(uint256)

# --- constructor ---

@deploy
def __init__(_bucket_caps: uint256[layout.BUCKET_COUNT]):
    total: uint256 = 0
    for bucket_cap: uint256 in _bucket_caps:
        assert bucket_cap <= layout.AMOUNT_MASK, "mdt: cap out of bounds"
        total += bucket_cap
    assert 0 < total and total <= layout.AMOUNT_MASK, "mdt: cap out of bounds"
    BUCKET_CAPS = _bucket_caps
    CAP = total

# --- views ---

@external
@view
def is_minter(_account: address) -> bool:
    """
    @notice Whether an account has rules to mint by, suspended or not.
    """
    return self.rules[_account] != 0


@external
@view
def cap() -> uint256:
    """@notice Wei that can ever be minted, whatever is burned."""
    return CAP


@external
@view
def minter(_minter: address) -> IMDT.Minter:
    """
    @notice Rules and counters of a minter; a revoked one keeps `minted`, all else is zero.
    """
    rules: uint256 = self.rules[_minter]
    usage: uint256 = self.usage[_minter]
    found: IMDT.Minter = empty(IMDT.Minter)
    found.minted = usage & layout.AMOUNT_MASK
    if rules != 0:
        unpacked: IMDT.Proposal = layout._unpack(rules)
        found.is_active = True
        found.bucket = unpacked.bucket
        found.reasons = unpacked.reasons
        found.lifetime_cap = unpacked.lifetime_cap
        found.window_cap = unpacked.window_cap
        found.window_seconds = unpacked.window_seconds
        found.window_start, found.minted_in_window = layout._window(usage, unpacked.window_seconds)
    return found


@external
@view
def lifetime_room(_minter: address) -> uint256:
    """
    @notice Wei a minter may still mint in its life: what is left of its own cap or of its bucket,
            whichever is less, suspended or not.
    @param _minter Any address; 0 if it is not a minter
    """
    return self._lifetime_room(_minter)


@external
@view
def mintable(_minter: address) -> uint256:
    """
    @notice Wei a minter may mint in this block: its lifetime room, or what is left of its window.
    @param _minter Any address; 0 if it is not a minter, or suspended
    """
    word: uint256 = self.rules[_minter]
    if word == 0:
        return 0
    if word >= layout.SUSPENDED and suspensions._is_suspended(_minter):
        return 0
    rules: IMDT.Proposal = layout._unpack(word)
    window_start: uint256 = 0
    used: uint256 = 0
    window_start, used = layout._window(self.usage[_minter], rules.window_seconds)
    return min(self._lifetime_room(_minter), rules.window_cap - used)

# --- internal ---

@internal
def _charge(_minter: address, _amount: uint256, _reason: uint256) -> uint256:
    """@dev Take `_amount` out of all three budgets or revert; returns the bucket."""
    rules: uint256 = self.rules[_minter]
    # wraps when there are none: one comparison passes every minter that was never suspended
    if unsafe_sub(rules, 1) >= layout.SUSPENDED:
        assert rules != 0, "mdt: not a minter"
        assert not suspensions._is_suspended(_minter), "mdt: minter suspended"
        rules = unsafe_sub(rules, layout.SUSPENDED)
        self.rules[_minter] = rules
    assert (
        _reason < reasons.MINT_REASON_COUNT
        and (rules >> (layout.REASONS_SHIFT + _reason)) & 1 != 0
    ), "mdt: reason not allowed"
    assert _amount != 0, "mdt: zero amount"

    usage: uint256 = self.usage[_minter]
    minted: uint256 = usage & layout.AMOUNT_MASK
    # a grant makes sure that minted <= lifetime_cap
    assert _amount <= unsafe_sub(rules & layout.AMOUNT_MASK, minted), "mdt: over lifetime cap"

    bucket: uint256 = rules >> layout.BUCKET_SHIFT
    taken: uint256 = self._minted_by_bucket[bucket]
    assert _amount <= unsafe_sub(BUCKET_CAPS[bucket], taken), "mdt: over bucket cap"

    window_start: uint256 = 0
    used: uint256 = 0
    window_start, used = layout._window(
        usage, (rules >> layout.SECONDS_SHIFT) & layout.SECONDS_MASK
    )
    assert (
        _amount <= unsafe_sub((rules >> layout.AMOUNT_BITS) & layout.AMOUNT_MASK, used)
    ), "mdt: over window cap"

    # the sums stay within the caps just compared with: no field runs into its neighbour
    self.usage[_minter] = layout._pack_usage(
        unsafe_add(minted, _amount), unsafe_add(used, _amount), window_start
    )
    self._minted_by_bucket[bucket] = unsafe_add(taken, _amount)
    return bucket


@internal
def _propose(
    _minter: address,
    _bucket: uint256,
    _reasons: uint256,
    _lifetime_cap: uint256,
    _window_cap: uint256,
    _window_seconds: uint256,
):
    assert _minter != empty(address), "mdt: zero address"
    assert _bucket < layout.BUCKET_COUNT, "mdt: bad bucket"
    assert 0 < _lifetime_cap and _lifetime_cap <= CAP, "mdt: bad lifetime cap"
    # `minted` counts the grants of other buckets too (genesis): only the rest has to fit this one
    minted: uint256 = self.usage[_minter] & layout.AMOUNT_MASK
    assert minted <= _lifetime_cap, "mdt: bad lifetime cap"
    assert _lifetime_cap - minted <= BUCKET_CAPS[_bucket], "mdt: bad lifetime cap"
    if self.proposed_rules[_minter] == 0:
        self.proposal_count += 1
    self.proposed_rules[_minter] = layout._pack(
        _bucket, _reasons, _lifetime_cap, _window_cap, _window_seconds
    )
    self.proposed_at[_minter] = block.timestamp


@internal
def _grant(_minter: address):
    """
    @dev The proposal becomes the rules, the first window starts now; `minted` is kept, a suspension
         too, and what an active minter minted in its window: else each grant were one window more.
    """
    rules: uint256 = self.proposed_rules[_minter]
    usage: uint256 = self.usage[_minter]
    minted: uint256 = usage & layout.AMOUNT_MASK
    # under the rules it had, it may have minted more since the proposal
    assert minted <= rules & layout.AMOUNT_MASK, "mdt: bad lifetime cap"
    self._drop_proposal(_minter)
    old_rules: uint256 = self.rules[_minter]
    used: uint256 = 0
    if old_rules == 0:
        self.minter_count += 1
    else:
        used = layout._window(usage, (old_rules >> layout.SECONDS_SHIFT) & layout.SECONDS_MASK)[1]
        used = min(used, (rules >> layout.AMOUNT_BITS) & layout.AMOUNT_MASK)
    if suspensions._is_suspended(_minter):
        rules |= layout.SUSPENDED
    self.rules[_minter] = rules
    self.usage[_minter] = layout._pack_usage(minted, used, block.timestamp)


@internal
def _revoke(_minter: address) -> uint256:
    """@dev Ends the minter and its proposal, whichever there is; returns what it has minted."""
    assert self.rules[_minter] != 0 or self.proposed_rules[_minter] != 0, "mdt: nothing to revoke"
    if self.rules[_minter] != 0:
        self.minter_count -= 1
        self.rules[_minter] = 0
    self._drop_proposal(_minter)
    return self.usage[_minter] & layout.AMOUNT_MASK


@internal
def _drop_proposal(_minter: address):
    if self.proposed_rules[_minter] != 0:
        self.proposal_count -= 1
        self.proposed_rules[_minter] = 0
        self.proposed_at[_minter] = 0


@internal
@view
def _lifetime_room(_minter: address) -> uint256:
    rules: uint256 = self.rules[_minter]
    if rules == 0:
        return 0
    bucket: uint256 = layout._bucket(rules)
    return min(
        (rules & layout.AMOUNT_MASK) - (self.usage[_minter] & layout.AMOUNT_MASK),
        BUCKET_CAPS[bucket] - self._minted_by_bucket[bucket],
    )
