# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slash escrow: what slashes took out of pools and may give back, and to whom
@license AGPL-3.0-only
@notice While a slash can be appealed its tokens are with the slasher, and the pool remembers how
        much of them it would get back. Nobody can enter such a pool. Who leaves it gets what its
        shares are worth without the tokens in escrow, and a note for the difference:

            got   = shares * tokens / pool shares
            note  = shares * (tokens + escrow) / pool shares - got         for one slash in escrow

        and the next slash in escrow on top of that, so all of it together is to the wei what the
        shares would have been worth. If the slash is overturned the notes are paid and the pool
        gets the rest, so everybody has what it would have had.
@dev    At most one slash per offence is in escrow: three steps at most.
        Word | tokens 84 | slash id 64 |
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from ...common import packing
from . import checks
from . import staking_accounts

uses: staking_accounts

# --- constants ---

OFFENCES: constant(uint256) = 3
# The ADR's largest slash: nobody, governance included, takes more, and no slash empties a pool.
MAX_SLASH_BPS: constant(uint256) = 5_000
TOKENS_BITS: constant(uint256) = 84
ID_BITS: constant(uint256) = 64

# --- structs ---

struct Escrow:
    tokens: uint256  # wei the pool would get back
    slash_id: uint256

# --- storage ---

# slashes in escrow, over all validators
pending_count: uint256
# validator => offence => packed
escrow_words: HashMap[uint256, HashMap[uint256, uint256]]
# slasher => slash => owner (zero: own stake of the slashed validator) => wei owed if the slash is
# overturned. Each slasher has the notes of its own slashes for good, also when another has come.
restitution: HashMap[address, HashMap[uint256, HashMap[address, uint256]]]

# --- internal ---

@internal
def _note_left(
    _id: uint256,
    _owner: address,
    _left: uint256,
    _tokens: uint256,
    _shares: uint256,
    _pending: uint256,
):
    """
    @dev Note what `_left` of a pool's shares, taken out of it now, are due of its slashes.
    """
    total: uint256 = _tokens
    reached: uint256 = _left * _tokens // _shares
    for offence: uint256 in range(OFFENCES):
        if _pending & (1 << offence) != 0:
            held: Escrow = self._escrow(_id, offence)
            total += held.tokens
            through: uint256 = _left * total // _shares
            note: uint256 = through - reached
            reached = through
            held.tokens -= note
            self._store(_id, offence, held)
            self._note(held.slash_id, _owner, note)


@internal
def _note(_slash_id: uint256, _owner: address, _amount: uint256):
    """
    @dev The slash is the present slasher's: it is not replaced while one is in escrow.
    """
    if _amount > 0:
        self.restitution[staking_accounts.slasher][_slash_id][_owner] += _amount
        log IStaking.RestitutionNoted(slash_id=_slash_id, owner=_owner, amount=_amount)


@internal
@view
def _escrow(_id: uint256, _offence: uint256) -> Escrow:
    word: uint256 = self.escrow_words[_id][_offence]
    return Escrow(
        tokens=word & (2**TOKENS_BITS - 1),
        slash_id=word >> TOKENS_BITS,
    )


@internal
def _store(_id: uint256, _offence: uint256, _escrow: Escrow):
    self.escrow_words[_id][_offence] = _escrow.tokens | (
        packing._fits(_escrow.slash_id, ID_BITS) << TOKENS_BITS
    )


@internal
@pure
def _check_bps(_bps: uint256):
    if _bps > MAX_SLASH_BPS:
        checks._refuse("staking: slash too large")
