# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Key tenures: which address is the vote key of which validator, for which heights
@license AGPL-3.0-only
@notice An address is a vote key of one validator, once, ever. A vote at a height counts for the key
        whose tenure it falls into: since <= height < until. Tenures of a validator meet without gap
        or overlap, and a key that was replaced goes on answering for its own. The owner proposes
        another, the new key accepts: nobody becomes a key against its will.
"""

# --- interfaces ---

from interfaces import IValidators

# --- modules ---

from ...common import packing
from . import validator_keys

# who may propose a key
uses: validator_keys

# --- constants ---

ID_BITS: constant(uint256) = 64
BLOCK_BITS: constant(uint256) = 64
BLOCK_MASK: constant(uint256) = 2**BLOCK_BITS - 1

# --- storage ---

# key => | validator 64 | since 64, block | until 64, block |: opened once, closed once, never again
key_words: HashMap[address, uint256]
# validator => the key in use
vote_keys: HashMap[uint256, address]
# validator => who may become its key; empty = nobody
proposed_vote_keys: HashMap[uint256, address]

# --- permissionless ---

@external
def accept_vote_key(_validator_id: uint256):
    """
    @notice Become a validator's vote key, as its owner proposed: from this block on the caller's
            votes count for it, and nothing else about the validator is the caller's.
    @param _validator_id Which one.
    @custom:error "validators: not proposed"
                  "validators: key already used" Since it was proposed.
    """
    proposed: address = self.proposed_vote_keys[_validator_id]
    # an empty proposal is nobody's, also where a call can be made to come from the zero address
    is_proposed: bool = proposed != empty(address) and proposed == msg.sender
    assert is_proposed, "validators: not proposed"
    self._check_unused(msg.sender)
    old_key: address = self.vote_keys[_validator_id]
    self.proposed_vote_keys[_validator_id] = empty(address)
    self._close_key(old_key)
    self._open_key(_validator_id, msg.sender)
    log IValidators.VoteKeyChanged(
        validator_id=_validator_id, old_key=old_key, new_key=msg.sender
    )

# --- user: owner ---

@external
def propose_vote_key(_validator_id: uint256, _key: address):
    """
    @notice Name the account whose votes may count next, in place of one named before.
    @param _validator_id Whose.
    @param _key That no validator's key ever was; the zero address withdraws a proposal.
    @custom:error "validators: not the owner", "validators: no proposal" (to withdraw)
                  "validators: key already used", "validators: same proposal"
    """
    validator_keys._check_owner(_validator_id)
    proposed: address = self.proposed_vote_keys[_validator_id]
    if _key == empty(address):
        assert proposed != empty(address), "validators: no proposal"
    else:
        self._check_unused(_key)
        assert _key != proposed, "validators: same proposal"
    self.proposed_vote_keys[_validator_id] = _key
    log IValidators.VoteKeyProposed(
        validator_id=_validator_id, owner=msg.sender, proposed_key=_key
    )

# --- views ---

@external
@view
def validator_id(_key: address) -> uint256:
    """
    @notice Which validator's votes an account signs now; 0 = none.
    """
    found: IValidators.Key = self._key(_key)
    if found.until > 0:
        return 0
    return found.validator_id


@external
@view
def key(_key: address) -> IValidators.Key:
    """
    @notice Which validator's vote key an address is or was, for which heights; all zero = never.
    """
    return self._key(_key)

# --- internal ---

@internal
@view
def _key(_address: address) -> IValidators.Key:
    word: uint256 = self.key_words[_address]
    return IValidators.Key(
        validator_id=word & (2**ID_BITS - 1),
        since=(word >> ID_BITS) & BLOCK_MASK,
        until=word >> (ID_BITS + BLOCK_BITS),
    )


@internal
@view
def _check_unused(_key: address):
    """
    @dev Reverts with "validators: key already used", be it by its own validator.
    """
    assert self.key_words[_key] == 0, "validators: key already used"


@internal
def _open_key(_validator_id: uint256, _key: address):
    """
    @dev Begin the one tenure of a key that has none. No id is zero, so the word is not.
    """
    self.key_words[_key] = packing._fits(_validator_id, ID_BITS) | (
        packing._fits(block.number, BLOCK_BITS) << ID_BITS
    )
    self.vote_keys[_validator_id] = _key


@internal
def _close_key(_key: address):
    """
    @dev End the tenure of the key in use: this block is the first it does not count for.
    """
    until: uint256 = packing._fits(block.number, BLOCK_BITS)
    self.key_words[_key] |= until << (ID_BITS + BLOCK_BITS)
