# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Supply ledger: what was minted and burned, why, and the most recent of it
@license AGPL-3.0-only
@notice Totals go up only. The last RING_SIZE mints and burns can be read from state, newest first,
        for chains whose nodes answer no log queries. Anyone can push older records out of a ring:
        with small burns of their own, or by having minted what is owed in many small parts. What
        was kept elsewhere can still be proven complete, by a digest that runs over all records:

            digest = keccak256(digest before || first word of the record || amount)

        from zero on. Whoever has every record since the first, or since a digest once read, comes
        to the digest that stands here, and nobody comes to it with one left out or changed.
@dev `mints` and `burns` are | number of records 152 | total 104 |. A record is two words,
     | account 160 | reason 8 | block_number 44 | timestamp 44 | and the amount.
"""

# --- interfaces ---

from interfaces import IMDT

# --- modules ---

from . import minter_rules as layout
from ...common import reasons

# --- constants ---

RING_SIZE: public(constant(uint256)) = 64
REASON_MASK: constant(uint256) = 2**8 - 1
ACCOUNT_SHIFT: constant(uint256) = 96
REASON_SHIFT: constant(uint256) = 88
TIME_BITS: constant(uint256) = 44
TIME_MASK: constant(uint256) = 2**44 - 1

struct Record:
    what: uint256
    amount: uint256

# --- storage ---

# reason => wei
_minted_by_reason: uint256[reasons.MINT_REASON_COUNT]
_burned_by_reason: uint256[reasons.BURN_REASON_COUNT]
# packed total and count
mints: uint256
burns: uint256
# number of the record % RING_SIZE => record
mint_ring: Record[RING_SIZE]
burn_ring: Record[RING_SIZE]
# over all records ever, those that left the rings included
mint_digest: public(bytes32)
burn_digest: public(bytes32)

# --- views ---

@external
@view
def totalSupply() -> uint256:
    """@notice Wei in existence: minted - burned."""
    return (self.mints & layout.AMOUNT_MASK) - (self.burns & layout.AMOUNT_MASK)


@external
@view
def total_minted() -> uint256:
    """@notice Wei ever minted; never above the cap."""
    return self.mints & layout.AMOUNT_MASK


@external
@view
def total_burned() -> uint256:
    """@notice Wei ever burned."""
    return self.burns & layout.AMOUNT_MASK


@external
@view
def minted_by_reason(_reason: uint256) -> uint256:
    """
    @notice Wei ever minted with a reason.
    @param _reason A MINT_* code of contracts/common/reasons.vy
    @custom:error "mdt: unknown reason"
    """
    assert _reason < reasons.MINT_REASON_COUNT, "mdt: unknown reason"
    return self._minted_by_reason[_reason]


@external
@view
def burned_by_reason(_reason: uint256) -> uint256:
    """
    @notice Wei ever burned with a reason.
    @param _reason A BURN_* code of contracts/common/reasons.vy
    @custom:error "mdt: unknown reason"
    """
    assert _reason < reasons.BURN_REASON_COUNT, "mdt: unknown reason"
    return self._burned_by_reason[_reason]


@external
@view
def mint_record_count() -> uint256:
    """@notice Mints ever made; the last RING_SIZE of them can be read."""
    return self.mints >> layout.AMOUNT_BITS


@external
@view
def burn_record_count() -> uint256:
    """@notice Burns ever made; the last RING_SIZE of them can be read."""
    return self.burns >> layout.AMOUNT_BITS


@external
@view
def mint_records(_offset: uint256, _limit: uint256) -> DynArray[IMDT.SupplyRecord, RING_SIZE]:
    """
    @notice Recent mints, newest first.
    @param _offset How many of the newest to pass over
    @param _limit At most this many records; fewer when the ring has no more
    """
    page: DynArray[IMDT.SupplyRecord, RING_SIZE] = []
    count: uint256 = self.mints >> layout.AMOUNT_BITS
    for age: uint256 in range(_offset, self._page_end(count, _offset, _limit), bound=RING_SIZE):
        page.append(self._unpack(self.mint_ring[(count - 1 - age) % RING_SIZE]))
    return page


@external
@view
def burn_records(_offset: uint256, _limit: uint256) -> DynArray[IMDT.SupplyRecord, RING_SIZE]:
    """
    @notice Recent burns, newest first.
    @param _offset How many of the newest to pass over
    @param _limit At most this many records; fewer when the ring has no more
    """
    page: DynArray[IMDT.SupplyRecord, RING_SIZE] = []
    count: uint256 = self.burns >> layout.AMOUNT_BITS
    for age: uint256 in range(_offset, self._page_end(count, _offset, _limit), bound=RING_SIZE):
        page.append(self._unpack(self.burn_ring[(count - 1 - age) % RING_SIZE]))
    return page

# --- internal ---

@internal
def _record_mint(_to: address, _amount: uint256, _reason: uint256):
    mints: uint256 = self.mints
    index: uint256 = (mints >> layout.AMOUNT_BITS) % RING_SIZE
    record: Record = self._pack(_to, _amount, _reason)
    self.mint_ring[index] = record
    self.mint_digest = self._digest(self.mint_digest, record)
    # total and count in one addition; the budget keeps the total below 2^104
    self.mints = unsafe_add(mints, (1 << layout.AMOUNT_BITS) | _amount)
    self._minted_by_reason[_reason] = unsafe_add(self._minted_by_reason[_reason], _amount)


@internal
def _record_burn(_holder: address, _amount: uint256, _reason: uint256):
    burns: uint256 = self.burns
    index: uint256 = (burns >> layout.AMOUNT_BITS) % RING_SIZE
    record: Record = self._pack(_holder, _amount, _reason)
    self.burn_ring[index] = record
    self.burn_digest = self._digest(self.burn_digest, record)
    # what is burned was minted before, so this total is below 2^104 too
    self.burns = unsafe_add(burns, (1 << layout.AMOUNT_BITS) | _amount)
    self._burned_by_reason[_reason] = unsafe_add(self._burned_by_reason[_reason], _amount)


@internal
@view
def _pack(_account: address, _amount: uint256, _reason: uint256) -> Record:
    return Record(
        what=(
            (convert(_account, uint256) << ACCOUNT_SHIFT) | (_reason << REASON_SHIFT)
            | (block.number << TIME_BITS) | block.timestamp
        ),
        amount=_amount,
    )


@internal
@pure
def _digest(_before: bytes32, _record: Record) -> bytes32:
    return keccak256(abi_encode(_before, _record.what, _record.amount))


@internal
@pure
def _unpack(_record: Record) -> IMDT.SupplyRecord:
    return IMDT.SupplyRecord(
        account=convert(_record.what >> ACCOUNT_SHIFT, address),
        reason=(_record.what >> REASON_SHIFT) & REASON_MASK,
        amount=_record.amount,
        block_number=(_record.what >> TIME_BITS) & TIME_MASK,
        timestamp=_record.what & TIME_MASK,
    )


@internal
@pure
def _page_end(_count: uint256, _offset: uint256, _limit: uint256) -> uint256:
    """@dev Exclusive end of the ages on a page; equals `_offset` when the page is empty."""
    kept: uint256 = min(_count, RING_SIZE)
    return _offset + min(_limit, kept - min(_offset, kept))
