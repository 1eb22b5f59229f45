# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Mint budget: who may mint how much, out of which bucket, how fast
@license AGPL-3.0-only
@notice Five immutable buckets whose sum is the cap. A minter has one bucket, a set of reasons, a cap for
        its whole life, and a cap per window. All counters go up only: a burn never reopens room (A1).

        A window is fixed: it starts at the grant and is followed by windows of the same length, so
        that any stretch of `window_seconds` touches at most two of them. A stolen minter key can
        mint at most 2 * window_cap in that time (A24), and never more than its lifetime cap.
@dev A minter is two words, so that a mint reads two and writes one of them. Amounts have 104 bits, which
     hold 2.02e31 wei: twenty times the largest cap in use (1e12 tokens).

     rules | bucket 8 | reasons 8 | window_seconds 32 | window_cap 104 | lifetime_cap 104 |
     usage | window_start 48 | minted_in_window 104 | minted 104 |
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from contracts.modules import reasons

# --- constants ---

BUCKET_COUNT: constant(uint256) = 5
AMOUNT_BITS: constant(uint256) = 104
AMOUNT_MASK: constant(uint256) = 2**104 - 1
SECONDS_MASK: constant(uint256) = 2**32 - 1
BYTE_MASK: constant(uint256) = 2**8 - 1
# shorter windows could not be told from blocks, longer ones would not limit anything
MIN_WINDOW: constant(uint256) = 60
MAX_WINDOW: constant(uint256) = 365 * 86_400

# --- immutables ---

BUCKET_CAPS: immutable(uint256[BUCKET_COUNT])
CAP: immutable(uint256)

# --- storage ---

# bucket => wei minted out of it
minted_by_bucket: public(uint256[BUCKET_COUNT])
# minter => packed rules; 0 = not a minter
rules: HashMap[address, uint256]
# minter => packed usage; kept when it is revoked
usage: HashMap[address, uint256]
# account => packed rules it would be granted; 0 = no proposal
proposed_rules: HashMap[address, uint256]
# account => timestamp of the proposal
proposed_at: HashMap[address, uint256]

# --- constructor ---

@deploy
def __init__(_bucket_caps: uint256[BUCKET_COUNT]):
    total: uint256 = 0
    for bucket_cap: uint256 in _bucket_caps:
        assert bucket_cap <= AMOUNT_MASK, "mdt: cap out of bounds"
        total += bucket_cap
    assert 0 < total and total <= AMOUNT_MASK, "mdt: cap out of bounds"
    BUCKET_CAPS = _bucket_caps
    CAP = total

# --- views ---

@external
@view
def cap() -> uint256:
    """@notice Wei that can ever be minted, burned or not."""
    return CAP


@external
@view
def bucket_cap(_bucket: uint256) -> uint256:
    """
    @notice Wei that can ever be minted out of a bucket.
    @param _bucket 0..4; reverts beyond
    """
    return BUCKET_CAPS[_bucket]


@external
@view
def minter(_minter: address) -> IMDT.Minter:
    """
    @notice Rules and counters of a minter; a revoked one keeps `minted`, all else is zero.
    @param _minter Any address
    """
    found: IMDT.Minter = empty(IMDT.Minter)
    found.minted = self.usage[_minter] & AMOUNT_MASK
    rules: uint256 = self.rules[_minter]
    if rules != 0:
        found.is_active = True
        unpacked: IMDT.Proposal = self._unpack(rules)
        found.bucket = unpacked.bucket
        found.reasons = unpacked.reasons
        found.lifetime_cap = unpacked.lifetime_cap
        found.window_cap = unpacked.window_cap
        found.window_seconds = unpacked.window_seconds
        (found.window_start, found.minted_in_window) = self._window(self.usage[_minter], found.window_seconds)
    return found


@external
@view
def lifetime_room(_minter: address) -> uint256:
    """
    @notice Wei a minter may still mint in its life: the lower of its own cap's and its bucket's rest.
    @param _minter Any address; 0 if it is not a minter
    """
    return self._lifetime_room(_minter)


@external
@view
def mintable(_minter: address) -> uint256:
    """
    @notice Wei a minter may mint in this block.
    @param _minter Any address; 0 if it is not a minter
    """
    rules: uint256 = self.rules[_minter]
    if rules == 0:
        return 0
    window_start: uint256 = 0
    used: uint256 = 0
    (window_start, used) = self._window(self.usage[_minter], (rules >> 208) & SECONDS_MASK)
    return min(self._lifetime_room(_minter), ((rules >> AMOUNT_BITS) & AMOUNT_MASK) - used)

# --- internals ---

@internal
def _charge(_minter: address, _amount: uint256, _reason: uint256) -> uint256:
    """@dev Take `_amount` out of all three budgets or revert; returns the bucket."""
    rules: uint256 = self.rules[_minter]
    assert rules != 0, "mdt: not a minter"
    assert (
        _reason < reasons.MINT_REASON_COUNT and (rules >> (240 + _reason)) & 1 != 0
    ), "mdt: reason not allowed"
    assert _amount != 0, "mdt: zero amount"

    usage: uint256 = self.usage[_minter]
    minted: uint256 = usage & AMOUNT_MASK
    # a grant makes sure that minted <= lifetime_cap
    assert _amount <= unsafe_sub(rules & AMOUNT_MASK, minted), "mdt: over lifetime cap"

    bucket: uint256 = rules >> 248
    minted_by_bucket: uint256 = self.minted_by_bucket[bucket]
    assert _amount <= unsafe_sub(BUCKET_CAPS[bucket], minted_by_bucket), "mdt: over bucket cap"

    window_start: uint256 = 0
    used: uint256 = 0
    (window_start, used) = self._window(usage, (rules >> 208) & SECONDS_MASK)
    assert (
        _amount <= unsafe_sub((rules >> AMOUNT_BITS) & AMOUNT_MASK, used)
    ), "mdt: over window cap"

    # sums stay below the caps just compared with, so no field runs into its neighbour
    self.usage[_minter] = (
        (window_start << 208) | (unsafe_add(used, _amount) << AMOUNT_BITS) | unsafe_add(minted, _amount)
    )
    self.minted_by_bucket[bucket] = unsafe_add(minted_by_bucket, _amount)
    return bucket


@internal
def _propose(
    _minter: address, _bucket: uint256, _reasons: uint256,
    _lifetime_cap: uint256, _window_cap: uint256, _window_seconds: uint256
):
    assert _minter != empty(address), "mdt: zero address"
    assert _bucket < BUCKET_COUNT, "mdt: bad bucket"
    assert 0 < _reasons and _reasons < 1 << reasons.MINT_REASON_COUNT, "mdt: bad reasons"
    # `minted` counts all grants of an account, also those of other buckets (genesis): the rest fits its bucket
    minted: uint256 = self.usage[_minter] & AMOUNT_MASK
    assert (
        0 < _lifetime_cap and _lifetime_cap <= CAP
        and minted <= _lifetime_cap and _lifetime_cap - minted <= BUCKET_CAPS[_bucket]
    ), "mdt: bad lifetime cap"
    assert 0 < _window_cap and _window_cap <= _lifetime_cap, "mdt: bad window cap"
    assert MIN_WINDOW <= _window_seconds and _window_seconds <= MAX_WINDOW, "mdt: bad window length"

    self.proposed_rules[_minter] = (
        (_bucket << 248) | (_reasons << 240) | (_window_seconds << 208)
        | (_window_cap << AMOUNT_BITS) | _lifetime_cap
    )
    self.proposed_at[_minter] = block.timestamp


@internal
def _grant(_minter: address):
    """@dev The proposal becomes the rules and the first window starts now; `minted` is kept."""
    rules: uint256 = self.proposed_rules[_minter]
    minted: uint256 = self.usage[_minter] & AMOUNT_MASK
    # it may have minted since the proposal, under the rules it had
    assert minted <= rules & AMOUNT_MASK, "mdt: bad lifetime cap"

    self._drop_proposal(_minter)
    self.rules[_minter] = rules
    self.usage[_minter] = (block.timestamp << 208) | minted

    granted: IMDT.Proposal = self._unpack(rules)
    log IMDT.MinterGranted(
        minter=_minter, bucket=granted.bucket, reasons=granted.reasons,
        lifetime_cap=granted.lifetime_cap, window_cap=granted.window_cap,
        window_seconds=granted.window_seconds
    )


@internal
def _revoke(_minter: address):
    """@dev Ends the minter and its proposal, whichever there is; `minted` is kept."""
    assert self.rules[_minter] != 0 or self.proposed_rules[_minter] != 0, "mdt: nothing to revoke"
    self.rules[_minter] = 0
    self._drop_proposal(_minter)
    log IMDT.MinterRevoked(
        minter=_minter, revoked_by=msg.sender, minted=self.usage[_minter] & AMOUNT_MASK
    )


@internal
def _drop_proposal(_minter: address):
    self.proposed_rules[_minter] = 0
    self.proposed_at[_minter] = 0


@internal
@view
def _lifetime_room(_minter: address) -> uint256:
    rules: uint256 = self.rules[_minter]
    if rules == 0:
        return 0
    bucket: uint256 = rules >> 248
    return min(
        (rules & AMOUNT_MASK) - (self.usage[_minter] & AMOUNT_MASK),
        BUCKET_CAPS[bucket] - self.minted_by_bucket[bucket]
    )


@internal
@view
def _window(_usage: uint256, _window_seconds: uint256) -> (uint256, uint256):
    """@dev Start of the window that holds this block, and what has been minted in it."""
    window_start: uint256 = _usage >> 208
    elapsed: uint256 = block.timestamp - window_start
    if elapsed < _window_seconds:
        return window_start, (_usage >> AMOUNT_BITS) & AMOUNT_MASK
    # on to the window that is running: whole windows only, so the grid stays where the grant set it
    return block.timestamp - elapsed % _window_seconds, 0


@internal
@pure
def _unpack(_rules: uint256) -> IMDT.Proposal:
    """@dev `effective_at` is not part of the word: the host fills it in."""
    return IMDT.Proposal(
        bucket=_rules >> 248,
        reasons=(_rules >> 240) & BYTE_MASK,
        lifetime_cap=_rules & AMOUNT_MASK,
        window_cap=(_rules >> AMOUNT_BITS) & AMOUNT_MASK,
        window_seconds=(_rules >> 208) & SECONDS_MASK,
        effective_at=0,
    )
