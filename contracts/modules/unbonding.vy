# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Unbonding: stake on its way out, each request with its own tokens and deadline
@license AGPL-3.0-only
@notice A request is made once, withdrawn once and never changed in between: not by a later request,
        not by anybody else. There is no queue and no limit, so nothing can be filled up or blocked,
        and each step costs the same however many requests there are.
@dev    Keyed (validator, owner): only the validator has a position now. `total` is principal,
        apart from all rewards.
        Words: request | tokens 96 | unlocks_at 64 | is_withdrawn 1 |  book | tokens 96 | count 64 |
"""

# --- modules ---

from contracts.modules import packing

# --- constants ---

AMOUNT_BITS: constant(uint256) = 96
TIME_BITS: constant(uint256) = 64
COUNT_BITS: constant(uint256) = 64
AMOUNT_MASK: constant(uint256) = 2**AMOUNT_BITS - 1
TIME_MASK: constant(uint256) = 2**TIME_BITS - 1
WITHDRAWN: constant(uint256) = 1 << (AMOUNT_BITS + TIME_BITS)

# --- structs ---

struct Request:
    tokens: uint256  # wei; 0 = no such request
    unlocks_at: uint256  # timestamp
    is_withdrawn: bool

struct Book:
    tokens: uint256  # wei in requests that are not withdrawn
    count: uint256  # requests ever made: the next id

# --- storage ---

# wei in all requests that are not withdrawn
total: uint256
# validator => owner => packed
books: HashMap[address, HashMap[address, uint256]]
# validator => owner => id => packed
requests: HashMap[address, HashMap[address, HashMap[uint256, uint256]]]

# --- internal ---


@internal
def _request(_validator: address, _tokens: uint256, _unlocks_at: uint256) -> uint256:
    """
    @dev Put `_tokens` wei aside until `_unlocks_at`; returns the request's id.
    """
    book: Book = self._book(_validator)
    self.requests[_validator][_validator][book.count] = packing._fits(_tokens, AMOUNT_BITS) | (
        packing._fits(_unlocks_at, TIME_BITS) << AMOUNT_BITS
    )
    self._store_book(_validator, book.tokens + _tokens, book.count + 1)
    self.total += _tokens
    return book.count


@internal
def _withdraw(_validator: address, _id: uint256) -> uint256:
    """
    @dev Close an unlocked request; returns its wei.
    """
    word: uint256 = self.requests[_validator][_validator][_id]
    request: Request = self._unpacked(word)
    assert request.tokens > 0, "staking: unknown request"
    assert not request.is_withdrawn, "staking: already withdrawn"
    assert block.timestamp >= request.unlocks_at, "staking: still unbonding"
    self.requests[_validator][_validator][_id] = word | WITHDRAWN
    book: Book = self._book(_validator)
    self._store_book(_validator, book.tokens - request.tokens, book.count)
    self.total -= request.tokens
    return request.tokens


@internal
@view
def _get(_validator: address, _id: uint256) -> Request:
    """
    @dev A request; all zero if there is none with this id.
    """
    return self._unpacked(self.requests[_validator][_validator][_id])


@internal
@view
def _book(_validator: address) -> Book:
    word: uint256 = self.books[_validator][_validator]
    return Book(tokens=word & AMOUNT_MASK, count=word >> AMOUNT_BITS)


@internal
def _store_book(_validator: address, _tokens: uint256, _count: uint256):
    self.books[_validator][_validator] = packing._fits(_tokens, AMOUNT_BITS) | (
        packing._fits(_count, COUNT_BITS) << AMOUNT_BITS
    )


@internal
@pure
def _unpacked(_word: uint256) -> Request:
    return Request(
        tokens=_word & AMOUNT_MASK,
        unlocks_at=(_word >> AMOUNT_BITS) & TIME_MASK,
        is_withdrawn=_word & WITHDRAWN != 0,
    )
