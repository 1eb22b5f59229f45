# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid watch: no price without every slash that has happened
@license AGPL-3.0-only
@notice What the positions are worth is kept, so that a deposit need not ask sixteen of them. It
        changes by nobody's word but the slasher's, which counts all that it took and gave back:

            digest = hash of (the slasher, its totals)

        While that is what it was when everything was last looked at, nothing was slashed since, in
        the whole network. Else whoever asks for a price looks at everything first, in the same
        call. A slasher that has no such totals is one that is always looked behind.
@dev    `sync` looks at everything whatever the digest says: for an answer that took nothing.
"""

# --- interfaces ---

from interfaces import ILiquidStaking
from interfaces import ISlasher
from interfaces import IStaking

# --- modules ---

from . import liquid_books
from . import liquid_flow
from . import liquid_look
from . import liquid_places
from . import liquid_words as words

uses: liquid_books
uses: liquid_flow
uses: liquid_look
uses: liquid_places

# --- constants ---

TOTALS: constant(uint256) = 128  # bytes of the slasher's answer

# --- structs ---

struct State:
    shares: uint256  # all of them
    priced: uint256  # wei that they are worth
    is_undecided: bool  # a slash is in escrow, or unanswered

# --- storage ---

_digest: bytes32
# wei of pieces that had a slash to answer for when everything was last looked at
_unanswered: uint256
# wei that positions got back then if every slash in escrow was overturned
_escrow: uint256

# --- permissionless ---

@external
def sync():
    """
    @notice Look at every position and request, and take over what each is worth. Every call that
            needs a price does the same once the slasher has taken something or given it back.
    """
    self._sync(self._digest_now())

# --- internal ---

@internal
@view
def _digest_now() -> bytes32:
    """
    @return All zero when the slasher does not say.
    """
    slasher: address = staticcall IStaking(liquid_places.STAKING).slasher()
    is_done: bool = False
    totals: Bytes[TOTALS] = b""
    is_done, totals = raw_call(
        slasher,
        method_id("totals()"),
        max_outsize=TOTALS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_done or len(totals) != TOTALS:
        return empty(bytes32)
    return keccak256(abi_encode(slasher, totals))


@internal
def _refresh() -> State:
    """
    @notice Know of every slash. Cheap while there was none.
    """
    digest: bytes32 = self._digest_now()
    if digest == empty(bytes32) or digest != self._digest:
        self._sync(digest)
    return self._written()


@internal
@view
def _written() -> State:
    books: uint256 = liquid_books._books
    return State(
        shares=words._first(books),
        priced=liquid_books._priced(words._second(books)),
        is_undecided=words._is_undecided(books),
    )


@internal
def _sync(_digest: bytes32):
    self._digest = _digest
    seen: liquid_look.Look = liquid_look._look()
    liquid_look._write(seen)
    before: uint256 = words._second(liquid_books._books)
    liquid_books._revalue(seen.all_staked, seen.all_tokens)
    pooled: uint256 = words._second(liquid_books._books)
    if pooled < before:
        liquid_flow._lose(before, pooled)
    liquid_books._decide(seen.is_undecided)
    self._unanswered = seen.unanswered
    self._escrow = seen.escrow
    log ILiquidStaking.Synced(
        old_pooled=before,
        new_pooled=pooled,
        in_escrow=seen.escrow,
        unanswered=seen.unanswered,
        is_undecided=seen.is_undecided,
    )


@internal
@view
def _state() -> State:
    """
    @notice What a call would find now.
    """
    digest: bytes32 = self._digest_now()
    if digest != empty(bytes32) and digest == self._digest:
        return self._written()
    books: uint256 = liquid_books._books
    pooled: uint256 = words._second(books)
    seen: liquid_look.Look = liquid_look._look()
    placed: uint256 = liquid_books._placed
    found: uint256 = (
        pooled
        + unsafe_add(seen.all_staked, seen.all_tokens)
        - unsafe_add(words._first(placed), words._second(placed))
    )
    flowing: uint256 = words._first(liquid_flow._flow)
    locked: uint256 = liquid_flow._locked_of(liquid_flow._left_of(flowing, pooled, found))
    return State(
        shares=words._first(books),
        priced=found - min(locked, found),
        is_undecided=seen.is_undecided,
    )
