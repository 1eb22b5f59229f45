# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Validators: who the validators are: numbers, operators and their keys, commission, metadata
@license AGPL-3.0-only
@notice A validator is a number, from 1 on, and never anything else: stake, votes and slashes hang
        on it, so its operator can move to a new key without moving any of them.

            keys        an address is a key of one validator, once, ever; the operator is the key in
                        use. A vote at a height counts for the key whose tenure it falls into:
                        since <= height < until. Tenures of a validator meet without gap or overlap,
                        and a key that was replaced goes on answering for its own.
            rotation    in two steps: the operator proposes, the new key accepts. Nobody becomes a
                        key against its will, and no validator moves to an address nobody has.
            commission  down at once, up only one unbonding period after it was queued: whoever
                        unstakes on seeing the queue is out before it rises. What is not applied
                        within another such period expires: no increase lies about loaded.

@dev    Blocks for keys, timestamps for commission. Which validators earn, and with how much, is the
        business of Staking, which takes its orders about a validator from here and nowhere else.
        Model: mdt.model.validators.
@custom:security No owner, no administrator, nothing governed: only a validator's operator changes
        anything about it. This contract holds no tokens; a first stake goes from the operator to
        Staking, by allowance to Staking. A stolen operator key can rotate the validator away for
        good, own stake included.
@custom:kill Nothing to stop.
"""

# --- interfaces ---

from interfaces import IStaking
from interfaces import IValidators

implements: IValidators

# --- modules ---

from ..common import packing
from .modules import commission_notice
from .modules import key_tenures

exports: (
    commission_notice.STAKING,
    commission_notice.UNBONDING_SECONDS,
    commission_notice.MAX_COMMISSION_BPS,
    commission_notice.apply_commission,
    commission_notice.set_commission,
)
exports: (key_tenures.key, key_tenures.validator_id)

# --- constants ---

ADDRESS_BITS: constant(uint256) = 160
ADDRESS_MASK: constant(uint256) = 2**ADDRESS_BITS - 1
BLOCK_BITS: constant(uint256) = 64
EXITED: constant(uint256) = 2  # a bar of Staking: modules/validator_pools.vy

# --- storage ---

validator_count: public(uint256)  # ever registered; ids are 1 .. validator_count
# validator => | operator 160 | registered_at 64, block |
operator_words: HashMap[uint256, uint256]
# validator => who may take it over; empty = nobody
proposed_operators: HashMap[uint256, address]
# what they take, and increases that wait; initialised here, which gives it this slot
initializes: commission_notice[key_tenures := key_tenures]
# validator => name, address of a page, whatever its operator says
metadata_of: HashMap[uint256, String[256]]
# which keys are whose, and for which heights; initialised here, which gives it this slot
initializes: key_tenures
# validator => block of its exit; 0 while it has not exited
exited_at: public(HashMap[uint256, uint256])

# --- constructor ---

@deploy
def __init__(_staking: address):
    """
    @notice Bind to one Staking for good; its terms cannot change.
    @param _staking Whose registry this contract becomes.
    @custom:error "validators: staking has no code"
    """
    assert _staking.is_contract, "validators: staking has no code"
    commission_notice.__init__(_staking)

# --- permissionless ---

@external
def register(_amount: uint256, _commission_bps: uint256, _metadata: String[256]) -> uint256:
    """
    @notice Become a validator, with a first stake that Staking takes by the caller's allowance to
            it. The caller is its operator; whoever was ever a key, of any validator, needs another
            address.
    @param _amount Wei, at least the minimum of Staking.
    @param _commission_bps Of the rewards, at most MAX_COMMISSION_BPS.
    @param _metadata Name and address of a page, or nothing; nobody checks it.
    @return The validator's number.
    @custom:error "validators: key already used", "validators: commission too high"
                  "staking: below the minimum" and the token's reasons, from Staking.
    """
    key_tenures._check_unused(msg.sender)
    commission_notice._check_commission(_commission_bps)
    id: uint256 = self.validator_count + 1
    self.validator_count = id
    key_tenures._open_key(id, msg.sender)
    self.operator_words[id] = self._operator_word(msg.sender, block.number)
    commission_notice._store_commission(
        id, commission_notice.Commission(bps=_commission_bps, queued_bps=0, applies_at=0)
    )
    self.metadata_of[id] = _metadata
    log IValidators.ValidatorRegistered(
        validator_id=id,
        operator=msg.sender,
        amount=_amount,
        commission_bps=_commission_bps,
        metadata=_metadata,
    )
    extcall IStaking(commission_notice.STAKING).open(id, msg.sender, _amount, _commission_bps)
    return id


@external
def accept_operator(_validator_id: uint256):
    """
    @notice Take a validator over, as its operator proposed: from this block on the caller is its
            key, and own stake, commission and everything else about it are the caller's.
    @param _validator_id Which one.
    @custom:error "validators: not proposed"
                  "validators: key already used" Since it was proposed.
    """
    proposed: address = self.proposed_operators[_validator_id]
    # an empty proposal is nobody's, also where a call can be made to come from the zero address
    is_proposed: bool = proposed != empty(address) and proposed == msg.sender
    assert is_proposed, "validators: not proposed"
    key_tenures._check_unused(msg.sender)
    word: uint256 = self.operator_words[_validator_id]
    old_operator: address = self._operator(word)
    self.proposed_operators[_validator_id] = empty(address)
    key_tenures._close_key(old_operator)
    key_tenures._open_key(_validator_id, msg.sender)
    self.operator_words[_validator_id] = self._operator_word(msg.sender, word >> ADDRESS_BITS)
    log IValidators.OperatorChanged(
        validator_id=_validator_id, old_operator=old_operator, new_operator=msg.sender
    )

# --- user: operator ---

@external
def set_metadata(_metadata: String[256]):
    """
    @notice Change what the validator says about itself.
    @param _metadata Name and address of a page, or nothing.
    @custom:error "validators: not an operator", "validators: same metadata"
    """
    id: uint256 = key_tenures._validator_of_caller()
    assert _metadata != self.metadata_of[id], "validators: same metadata"
    self.metadata_of[id] = _metadata
    log IValidators.MetadataSet(validator_id=id, metadata=_metadata)


@external
def propose_operator(_operator: address):
    """
    @notice Name the account that may take the validator over, in place of one named before.
    @param _operator A key that no validator ever had; the zero address withdraws a proposal.
    @custom:error "validators: not an operator", "validators: no proposal" (to withdraw)
                  "validators: key already used", "validators: same proposal"
    """
    id: uint256 = key_tenures._validator_of_caller()
    proposed: address = self.proposed_operators[id]
    if _operator == empty(address):
        assert proposed != empty(address), "validators: no proposal"
    else:
        key_tenures._check_unused(_operator)
        assert _operator != proposed, "validators: same proposal"
    self.proposed_operators[id] = _operator
    log IValidators.OperatorProposed(
        validator_id=id, operator=msg.sender, proposed_operator=_operator
    )


@external
def exit():
    """
    @notice Stop earning, the stake stays: the operator and the delegators can unstake it.
    @custom:error "validators: not an operator"
                  "staking: no change" It has exited already.
    """
    id: uint256 = key_tenures._validator_of_caller()
    self.exited_at[id] = block.number
    extcall IStaking(commission_notice.STAKING).set_bars(id, EXITED, True)


@external
def rejoin():
    """
    @notice Earn again after an exit.
    @custom:error "validators: not an operator"
                  "staking: no change" It has not exited.
    """
    id: uint256 = key_tenures._validator_of_caller()
    self.exited_at[id] = 0
    extcall IStaking(commission_notice.STAKING).set_bars(id, EXITED, False)

# --- views ---

@external
@view
def profile(_validator_id: uint256) -> IValidators.Profile:
    """
    @notice A validator as registered here; all zero if there is none with this number.
    """
    word: uint256 = self.operator_words[_validator_id]
    commission: commission_notice.Commission = commission_notice._commission(_validator_id)
    return IValidators.Profile(
        operator=self._operator(word),
        proposed_operator=self.proposed_operators[_validator_id],
        registered_at=word >> ADDRESS_BITS,
        exited_at=self.exited_at[_validator_id],
        commission_bps=commission.bps,
        queued_commission_bps=commission.queued_bps,
        commission_applies_at=commission.applies_at,
        metadata=self.metadata_of[_validator_id],
    )


@external
@view
@reentrant
def operator_of(_validator_id: uint256) -> address:
    """
    @notice Who operates a validator now; empty = unknown.
    @dev Readable while this contract calls Staking, which asks for it: all is written before.
    """
    return self._operator(self.operator_words[_validator_id])

# --- internal ---

@internal
@pure
def _operator(_word: uint256) -> address:
    return convert(_word & ADDRESS_MASK, address)


@internal
@pure
def _operator_word(_operator: address, _registered_at: uint256) -> uint256:
    return convert(_operator, uint256) | (
        packing._fits(_registered_at, BLOCK_BITS) << ADDRESS_BITS
    )
