# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Positions: an owner's shares in one validator under one lock
@license AGPL-3.0-only
@notice A position is (validator, owner, slot); its key packs the three. Slots 0-7 are delegations,
        slots 8-15 the validator's own stake, kept under the zero address: it belongs to whoever
        owns the validator, so a new owner has all of it at once.

            owed = shares * (10,000 + bonus bps) * (the pool's accumulator - seen)

        When shares or bonus change, `seen` is lowered so that what is owed stays owed, rounded down
        by less than 2^-96 wei per boosted share: less than a wei for whoever holds less than a
        third of all tokens there can be. So one word says all, and a reward that is claimed for the
        first time needs no new one. What the shares that are left cannot stand for (there are none,
        or `seen` would be below zero) is held beside it, exactly.

        A position remembers the largest commission its owner accepts. While its validator takes
        more, its lock does not hold.
@dev    Words   position | shares 86 | bonus bps 10 | unlocks_at 40 | seen 112 | flags 2
                         | accepted 6 |
                claim    | owed 184 | request count 32 |
"""

# --- modules ---

from . import checks
from ...common import packing

# --- constants ---

BPS: constant(uint256) = 10_000
SLOTS: constant(uint256) = 16
OWN_SLOT: constant(uint256) = 8  # this one and later ones are the validator's own
SLOT_AT: constant(uint256) = 160
ID_AT: constant(uint256) = SLOT_AT + 8
SHARES_BITS: constant(uint256) = 86
BONUS_BITS: constant(uint256) = 10
TIME_BITS: constant(uint256) = 40
SEEN_BITS: constant(uint256) = 112
FLAGS_AT: constant(uint256) = SHARES_BITS + BONUS_BITS + TIME_BITS + SEEN_BITS
ACCEPTED_AT: constant(uint256) = FLAGS_AT + 2
MAX_ACCEPTED: constant(uint256) = 2**6 - 1  # percent: more than any commission there can be
PERCENT: constant(uint256) = 100  # bps
OWED_BITS: constant(uint256) = 184
CLAIM_BITS: constant(uint256) = 96  # owed counts 2^-96 wei
MOVED: constant(uint256) = 1  # stake was redelegated to it once: only then it can have a debt
HELD: constant(uint256) = 2  # the claim word holds a part of what is owed

# --- structs ---

struct Position:
    shares: uint256
    bonus_bps: uint256
    unlocks_at: uint256  # timestamp; 0 = no lock
    acc: uint256  # the pool's accumulator it was settled to
    owed: uint256  # 2^-96 wei
    flags: uint256  # MOVED | HELD
    accepted: uint256  # whole percent: the largest commission the owner accepts
    old_shares: uint256  # as it was loaded
    old_boosted: uint256  # shares * (10,000 + bonus bps), as it was loaded

# --- storage ---

# position key => packed; readable, so that a page of an owner's positions can be found in one call
position_words: public(HashMap[uint256, uint256])
claim_words: HashMap[uint256, uint256]

# --- internal ---

@internal
@pure
def _key(_validator_id: uint256, _owner: address, _slot: uint256) -> uint256:
    """
    @dev | owner 160 | slot 8 | validator 88 |
    """
    if _slot >= SLOTS:
        checks._refuse("staking: slot out of range")
    return (
        convert(_owner, uint256) | (_slot << SLOT_AT) | (packing._fits(_validator_id, 64) << ID_AT)
    )


@internal
@view
def _load(_key: uint256, _pool_acc: uint256) -> Position:
    """
    @dev A position, settled against its pool's accumulator.
    """
    word: uint256 = self.position_words[_key]
    shares: uint256 = word & (2**SHARES_BITS - 1)
    bonus: uint256 = (word >> SHARES_BITS) & (2**BONUS_BITS - 1)
    seen: uint256 = (word >> (SHARES_BITS + BONUS_BITS + TIME_BITS)) & (2**SEEN_BITS - 1)
    flags: uint256 = (word >> FLAGS_AT) & 3
    # Unchecked: 86 + 14 + 112 bits, and an accumulator never falls.
    boosted: uint256 = unsafe_mul(shares, unsafe_add(BPS, bonus))
    owed: uint256 = unsafe_mul(boosted, unsafe_sub(_pool_acc, seen))
    if flags & HELD != 0:
        owed += self.claim_words[_key] & (2**OWED_BITS - 1)
    return Position(
        shares=shares,
        bonus_bps=bonus,
        unlocks_at=(word >> (SHARES_BITS + BONUS_BITS)) & (2**TIME_BITS - 1),
        acc=_pool_acc,
        owed=owed,
        flags=flags,
        accepted=word >> ACCEPTED_AT,
        old_shares=shares,
        old_boosted=boosted,
    )


@internal
def _store(_key: uint256, _position: Position):
    boosted: uint256 = self._boosted(_position)
    seen: uint256 = _position.acc
    flags: uint256 = _position.flags & MOVED
    if _position.owed > 0:
        rise: uint256 = unsafe_div(_position.owed, boosted)  # rounded down: less is owed
        if boosted > 0 and rise <= seen:
            seen = unsafe_sub(seen, rise)
        else:
            flags |= HELD
            count: uint256 = self._request_count(_key)
            self.claim_words[_key] = packing._fits(_position.owed, OWED_BITS) | (
                count << OWED_BITS
            )
    self.position_words[_key] = (
        _position.shares
        | (_position.bonus_bps << SHARES_BITS)
        | (_position.unlocks_at << (SHARES_BITS + BONUS_BITS))
        | (packing._fits(seen, SEEN_BITS) << (SHARES_BITS + BONUS_BITS + TIME_BITS))
        | (flags << FLAGS_AT)
        | (_position.accepted << ACCEPTED_AT)
    )


@internal
@pure
def _boosted(_position: Position) -> uint256:
    return unsafe_mul(_position.shares, unsafe_add(BPS, _position.bonus_bps))  # 100 bits


@internal
@view
def _request_count(_key: uint256) -> uint256:
    """
    @dev Requests ever: the next one's id.
    """
    return self.claim_words[_key] >> OWED_BITS


@internal
def _next_request(_key: uint256) -> uint256:
    """
    @dev Count one more request; returns its id.
    """
    id: uint256 = self._request_count(_key)
    self.claim_words[_key] += 1 << OWED_BITS
    return id


@internal
@view
def _is_held(_position: Position, _slot: uint256, _commission_bps: uint256) -> bool:
    """
    @dev Whether a lock keeps a position from leaving: one that runs, unless a delegation's
         validator takes more than its owner accepted.
    """
    if _position.unlocks_at <= block.timestamp:
        return False
    return _slot >= OWN_SLOT or _commission_bps <= _position.accepted * PERCENT


@internal
@view
def _is_lock_over(_position: Position) -> bool:
    return _position.bonus_bps > 0 and _position.unlocks_at <= block.timestamp
