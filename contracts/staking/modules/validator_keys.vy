# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Validator keys: who owns a validator, and who operates it
@license AGPL-3.0-only
@notice The owner keeps its key cold: own stake, commission and restitution are its own, and it
        names the other two. The operator's key is hot: it can stop a validator, and take nothing.
        Each may have several validators. Whatever the operator may do, the owner may.
"""

# --- interfaces ---

from interfaces import IValidators

# --- modules ---

from ...common import packing

# --- constants ---

ADDRESS_BITS: constant(uint256) = 160
ADDRESS_MASK: constant(uint256) = 2**ADDRESS_BITS - 1
BLOCK_BITS: constant(uint256) = 64

# --- storage ---

# validator => | owner 160 | registered_at 64, block |
owner_words: HashMap[uint256, uint256]
# validator => who operates it
operators: HashMap[uint256, address]
# validator => who may take it over; empty = nobody
proposed_owners: HashMap[uint256, address]

# --- user: owner ---

@external
def propose_owner(_validator_id: uint256, _owner: address):
    """
    @notice Name the account that may take the validator over, in place of one named before.
    @param _validator_id Which one.
    @param _owner Any other account; the zero address withdraws a proposal.
    @custom:error "validators: not the owner", "validators: no proposal" (to withdraw)
                  "validators: same owner", "validators: same proposal"
    """
    self._check_owner(_validator_id)
    proposed: address = self.proposed_owners[_validator_id]
    if _owner == empty(address):
        assert proposed != empty(address), "validators: no proposal"
    else:
        assert _owner != msg.sender, "validators: same owner"
        assert _owner != proposed, "validators: same proposal"
    self.proposed_owners[_validator_id] = _owner
    log IValidators.OwnerProposed(
        validator_id=_validator_id, owner=msg.sender, proposed_owner=_owner
    )


@external
def set_operator(_validator_id: uint256, _operator: address):
    """
    @notice Let an account operate the validator from now on, and the one before no longer.
    @param _validator_id Which one.
    @param _operator May operate others as well, and may be the owner.
    @custom:error "validators: not the owner", "validators: zero address"
                  "validators: same operator"
    """
    self._check_owner(_validator_id)
    assert _operator != empty(address), "validators: zero address"
    old_operator: address = self.operators[_validator_id]
    assert _operator != old_operator, "validators: same operator"
    self.operators[_validator_id] = _operator
    log IValidators.OperatorChanged(
        validator_id=_validator_id, old_operator=old_operator, new_operator=_operator
    )

# --- views ---

@external
@view
@reentrant
def owner_of(_validator_id: uint256) -> address:
    """
    @notice Who owns a validator now; empty = unknown.
    @dev Readable while this contract calls Staking, which asks for it: all is written before.
    """
    return self._owner(self.owner_words[_validator_id])


@external
@view
def operator_of(_validator_id: uint256) -> address:
    """
    @notice Who operates a validator now; empty = unknown.
    """
    return self.operators[_validator_id]


@external
@view
def may_operate(_validator_id: uint256, _account: address) -> bool:
    """
    @notice Whether an account may operate a validator: its operator and its owner may.
    """
    return self._may_operate(_validator_id, _account)

# --- internal ---

@internal
@pure
def _owner(_word: uint256) -> address:
    return convert(_word & ADDRESS_MASK, address)


@internal
@pure
def _owner_word(_owner: address, _registered_at: uint256) -> uint256:
    return convert(_owner, uint256) | (packing._fits(_registered_at, BLOCK_BITS) << ADDRESS_BITS)


@internal
@view
def _may_operate(_validator_id: uint256, _account: address) -> bool:
    # nobody's validator is not the zero address's
    if _account == empty(address):
        return False
    if _account == self.operators[_validator_id]:
        return True
    return _account == self._owner(self.owner_words[_validator_id])


@internal
@view
def _check_owner(_validator_id: uint256):
    """
    @dev Reverts with "validators: not the owner", also where there is no such validator.
    """
    owner: address = self._owner(self.owner_words[_validator_id])
    # an unknown validator is nobody's, also where a call can be made to come from the zero address
    assert owner != empty(address) and owner == msg.sender, "validators: not the owner"


@internal
@view
def _check_operator(_validator_id: uint256):
    """
    @dev Reverts with "validators: not the operator", unless its owner calls.
    """
    assert self._may_operate(_validator_id, msg.sender), "validators: not the operator"


@internal
def _take_over(_validator_id: uint256):
    """
    @notice The proposed account owns the validator.
    @dev Reverts with "validators: not proposed".
    """
    proposed: address = self.proposed_owners[_validator_id]
    # an empty proposal is nobody's, either
    is_proposed: bool = proposed != empty(address) and proposed == msg.sender
    assert is_proposed, "validators: not proposed"
    word: uint256 = self.owner_words[_validator_id]
    self.proposed_owners[_validator_id] = empty(address)
    self.owner_words[_validator_id] = self._owner_word(msg.sender, word >> ADDRESS_BITS)
    log IValidators.OwnerChanged(
        validator_id=_validator_id, old_owner=self._owner(word), new_owner=msg.sender
    )
