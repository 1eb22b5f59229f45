# pragma version ~=0.4.3
"""
@title Minter rules: one word for what a minter may do, and one for what it did
@license AGPL-3.0-only
@notice What a minter may do, packed so that a mint reads it with one load:

        | suspended 1 | bucket 7 | reasons 8 | window_seconds 32 | window_cap 104 |
        | lifetime_cap 104 |

        The top bit says that the minter was suspended and has not minted since, so that a mint
        reads until when only where there is something to read. It is no part of a proposal.
        Amounts have 104 bits: 2.02e31 wei, twenty times the largest cap in use (1e12 tokens of
        18 decimals). No valid word is zero, so zero says "no minter".
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from ...common import reasons

# --- constants ---

BUCKET_COUNT: constant(uint256) = 5
AMOUNT_BITS: constant(uint256) = 104
AMOUNT_MASK: constant(uint256) = 2**104 - 1
SECONDS_SHIFT: constant(uint256) = 208
SECONDS_MASK: constant(uint256) = 2**32 - 1
REASONS_SHIFT: constant(uint256) = 240
REASONS_MASK: constant(uint256) = 2**8 - 1
BUCKET_SHIFT: constant(uint256) = 248
SUSPENDED: constant(uint256) = 2**255
# shorter windows could not be told from blocks, longer ones would not limit anything
MIN_WINDOW: constant(uint256) = 60
MAX_WINDOW: constant(uint256) = 365 * 86_400

# --- internal ---

@internal
@pure
def _pack(
    _bucket: uint256,
    _reasons: uint256,
    _lifetime_cap: uint256,
    _window_cap: uint256,
    _window_seconds: uint256,
) -> uint256:
    """@dev Checks all but the lifetime cap, which only the budget can: it must fit its bucket."""
    assert 0 < _reasons and _reasons < 1 << reasons.MINT_REASON_COUNT, "mdt: bad reasons"
    assert 0 < _window_cap and _window_cap <= _lifetime_cap, "mdt: bad window cap"
    assert MIN_WINDOW <= _window_seconds and _window_seconds <= MAX_WINDOW, "mdt: bad window length"
    return (
        (_bucket << BUCKET_SHIFT)
        | (_reasons << REASONS_SHIFT)
        | (_window_seconds << SECONDS_SHIFT)
        | (_window_cap << AMOUNT_BITS)
        | _lifetime_cap
    )


@internal
@pure
def _unpack(_rules: uint256) -> IMDT.Proposal:
    """@dev `effective_at` is not part of the word: whoever shows a proposal fills it in."""
    return IMDT.Proposal(
        bucket=self._bucket(_rules),
        reasons=(_rules >> REASONS_SHIFT) & REASONS_MASK,
        lifetime_cap=_rules & AMOUNT_MASK,
        window_cap=(_rules >> AMOUNT_BITS) & AMOUNT_MASK,
        window_seconds=(_rules >> SECONDS_SHIFT) & SECONDS_MASK,
        effective_at=0,
    )


@internal
@pure
def _bucket(_rules: uint256) -> uint256:
    return (_rules & ~SUSPENDED) >> BUCKET_SHIFT


@internal
@view
def _window(_usage: uint256, _window_seconds: uint256) -> (uint256, uint256):
    """@dev Start of the window this block is in, and what has been minted in it."""
    window_start: uint256 = _usage >> SECONDS_SHIFT
    elapsed: uint256 = block.timestamp - window_start
    if elapsed < _window_seconds:
        return window_start, (_usage >> AMOUNT_BITS) & AMOUNT_MASK
    # whole windows only: the grid stays where the grant set it
    return block.timestamp - elapsed % _window_seconds, 0


@internal
@pure
def _pack_usage(_minted: uint256, _in_window: uint256, _window_start: uint256) -> uint256:
    return (_window_start << SECONDS_SHIFT) | (_in_window << AMOUNT_BITS) | _minted
