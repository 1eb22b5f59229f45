# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Key tenures: which address is the key of which validator, for which heights
@license AGPL-3.0-only
@notice An address is a key of one validator, once, ever; the operator is the key in use. A vote at
        a height counts for the key whose tenure it falls into: since <= height < until. Tenures of
        a validator meet without gap or overlap, and a key that was replaced goes on answering for
        its own.
"""

# --- interfaces ---

from interfaces import IValidators

# --- modules ---

from ...common import packing

# --- constants ---

ID_BITS: constant(uint256) = 64
BLOCK_BITS: constant(uint256) = 64
BLOCK_MASK: constant(uint256) = 2**BLOCK_BITS - 1

# --- storage ---

# key => | validator 64 | since 64, block | until 64, block |: opened once, closed once, never again
key_words: HashMap[address, uint256]

# --- views ---

@external
@view
def validator_id(_operator: address) -> uint256:
    """
    @notice Which validator an account operates now; 0 = none.
    """
    return self._validator_of(_operator)


@external
@view
def key(_key: address) -> IValidators.Key:
    """
    @notice Which validator's key an address is or was, and for which heights; all zero = never.
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


@internal
def _close_key(_key: address):
    """
    @dev End the tenure of the key in use: this block is the first it does not count for.
    """
    until: uint256 = packing._fits(block.number, BLOCK_BITS)
    self.key_words[_key] |= until << (ID_BITS + BLOCK_BITS)


@internal
@view
def _validator_of(_operator: address) -> uint256:
    key: IValidators.Key = self._key(_operator)
    if key.until > 0:
        return 0
    return key.validator_id


@internal
@view
def _validator_of_caller() -> uint256:
    """
    @dev Reverts with "validators: not an operator", be it no longer.
    """
    id: uint256 = self._validator_of(msg.sender)
    assert id > 0, "validators: not an operator"
    return id
