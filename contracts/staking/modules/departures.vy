# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Departures: stake that left a validator, and what it answers for
@license AGPL-3.0-only
@notice Stake leaves in two ways: asked back, it is an unbonding request, wei that are in no pool
        any more; redelegated, it is a position with another validator, with a debt. Either answers
        for what the validator did while it was there:

            left at      the last block it was there: an offence of a later one costs it nothing
            next slash   of that validator: those before were paid in the pool or answered since

        Once a slash came for an offence of an unbonding time later, none can come any more that
        costs it anything: evidence is younger than that. It is free.

        A request is made once and ended once (withdrawn or cancelled) by its owner; no other
        request changes it, and there is no queue and no limit.
@dev    Words   request  | tokens 84 | unlocks_at 40 | left_at 40 | next slash 16 |
                debt     | source 64 | until 40 | left_at 40 | next slash 16 |
"""

# --- modules ---

from . import checks
from . import staking_accounts
from . import validator_words
from ...common import packing

uses: staking_accounts
uses: validator_words

# --- constants ---

TIME_BITS: constant(uint256) = 40
SOURCE_BITS: constant(uint256) = 64
SLASH_BITS: constant(uint256) = 16
TOKENS_BITS: constant(uint256) = 84
FREE: constant(uint256) = 2**SLASH_BITS - 1  # as a request's next slash: it answers for none

# --- structs ---

struct Request:
    tokens: uint256  # wei
    unlocks_at: uint256  # timestamp; 0 = none with this id, or ended
    left_at: uint256  # block
    next_slash: uint256  # of the validator

struct Debt:
    source: uint256  # the validator a redelegated position answers for; 0 = none
    until: uint256  # timestamp
    left_at: uint256  # block
    next_slash: uint256  # of the source

# --- storage ---

# position key => packed
debt_words: HashMap[uint256, uint256]
# position key => id => packed
request_words: HashMap[uint256, HashMap[uint256, uint256]]

# --- internal ---

@internal
@view
def _request(_key: uint256, _id: uint256) -> Request:
    word: uint256 = self.request_words[_key][_id]
    return Request(
        tokens=word & (2**TOKENS_BITS - 1),
        unlocks_at=(word >> TOKENS_BITS) & (2**TIME_BITS - 1),
        left_at=(word >> (TOKENS_BITS + TIME_BITS)) & (2**TIME_BITS - 1),
        next_slash=word >> (TOKENS_BITS + 2 * TIME_BITS),
    )


@internal
def _store_request(_key: uint256, _id: uint256, _request: Request):
    # what a pool had, and the clock, fit
    self.request_words[_key][_id] = (
        _request.tokens
        | (_request.unlocks_at << TOKENS_BITS)
        | (_request.left_at << (TOKENS_BITS + TIME_BITS))
        | (_request.next_slash << (TOKENS_BITS + 2 * TIME_BITS))
    )


@internal
def _end_request(_key: uint256, _id: uint256) -> Request:
    """
    @dev Reverts with "staking: no such request".
    """
    request: Request = self._request(_key, _id)
    if request.unlocks_at == 0:
        checks._refuse("staking: no such request")
    self.request_words[_key][_id] = 0
    return request


@internal
@view
def _debt(_key: uint256) -> Debt:
    word: uint256 = self.debt_words[_key]
    return Debt(
        source=word & (2**SOURCE_BITS - 1),
        until=(word >> SOURCE_BITS) & (2**TIME_BITS - 1),
        left_at=(word >> (SOURCE_BITS + TIME_BITS)) & (2**TIME_BITS - 1),
        next_slash=word >> (SOURCE_BITS + 2 * TIME_BITS),
    )


@internal
def _store_debt(_key: uint256, _debt: Debt):
    self.debt_words[_key] = (
        packing._fits(_debt.source, SOURCE_BITS)
        | (_debt.until << SOURCE_BITS)
        | (_debt.left_at << (SOURCE_BITS + TIME_BITS))
        | (_debt.next_slash << (SOURCE_BITS + 2 * TIME_BITS))
    )


@internal
@view
def _check_answered(_key: uint256):
    """
    @dev A position that was redelegated has answered for all that it answers for.
    """
    owes: Debt = self._debt(_key)
    if owes.source != 0:
        if block.timestamp <= owes.until or self._is_early(owes.left_at):
            checks._refuse("staking: still answerable")
        self._check_slashes(owes.source, owes.next_slash)


@internal
@view
def _is_early(_left_at: uint256) -> bool:
    """
    @dev Whether evidence can still come against stake that left in a block. Evidence ages in
         blocks: while none are made, none of it does, however long that takes.
    """
    return block.number < _left_at + staking_accounts.TERMS.unbonding_blocks


@internal
@view
def _is_last(_left_at: uint256, _ends_at: uint256, _height: uint256) -> bool:
    """
    @dev Whether after a slash for an offence of this block none can come any more for one that was
         there: evidence is younger than an unbonding time, in blocks and in seconds.
    @param _ends_at Timestamp at which the unbonding time is over.
    """
    is_late: bool = _height >= _left_at + staking_accounts.TERMS.unbonding_blocks
    return is_late and block.timestamp >= _ends_at


@internal
@view
def _check_slashes(_id: uint256, _next_slash: uint256):
    if _next_slash < validator_words._slash_count(_id):
        checks._refuse("staking: slash unanswered")
