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

# --- constants ---

ADDRESS_BITS: constant(uint256) = 160
ADDRESS_MASK: constant(uint256) = 2**ADDRESS_BITS - 1
ID_BITS: constant(uint256) = 64
BLOCK_BITS: constant(uint256) = 64
BLOCK_MASK: constant(uint256) = 2**BLOCK_BITS - 1
TIME_BITS: constant(uint256) = 64
BPS_BITS: constant(uint256) = 16
BPS_MASK: constant(uint256) = 2**BPS_BITS - 1
EXITED: constant(uint256) = 2  # a bar of Staking: modules/validator_pools.vy

# --- structs ---

struct Commission:
    bps: uint256  # now
    queued_bps: uint256  # higher than that; 0 = none queued
    applies_at: uint256  # timestamp; 0 = none queued

# --- immutables ---

STAKING: public(immutable(address))
UNBONDING_SECONDS: public(immutable(uint256))  # what an increase of the commission waits
MAX_COMMISSION_BPS: public(immutable(uint256))

# --- storage ---

validator_count: public(uint256)  # ever registered; ids are 1 .. validator_count
# validator => | operator 160 | registered_at 64, block |
operator_words: HashMap[uint256, uint256]
# validator => who may take it over; empty = nobody
proposed_operators: HashMap[uint256, address]
# validator => | bps 16 | queued bps 16 | applies_at 64 |
commission_words: HashMap[uint256, uint256]
# validator => name, address of a page, whatever its operator says
metadata_of: HashMap[uint256, String[256]]
# key => | validator 64 | since 64, block | until 64, block |: opened once, closed once, never again
key_words: HashMap[address, uint256]

# --- constructor ---


@deploy
def __init__(_staking: address):
    """
    @notice Bind to one Staking for good; its terms cannot change.
    @param _staking Whose registry this contract becomes.
    @custom:error "validators: staking has no code"
    """
    assert _staking.is_contract, "validators: staking has no code"
    terms: IStaking.Terms = staticcall IStaking(_staking).terms()
    STAKING = _staking
    UNBONDING_SECONDS = terms.unbonding_seconds
    MAX_COMMISSION_BPS = terms.max_commission_bps


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
    self._check_unused(msg.sender)
    self._check_commission(_commission_bps)
    id: uint256 = self.validator_count + 1
    self.validator_count = id
    self._open_key(id, msg.sender)
    self.operator_words[id] = self._operator_word(msg.sender, block.number)
    self._store_commission(id, Commission(bps=_commission_bps, queued_bps=0, applies_at=0))
    self.metadata_of[id] = _metadata
    log IValidators.ValidatorRegistered(
        validator_id=id,
        operator=msg.sender,
        amount=_amount,
        commission_bps=_commission_bps,
        metadata=_metadata,
    )
    extcall IStaking(STAKING).open(id, msg.sender, _amount, _commission_bps)
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
    self._check_unused(msg.sender)
    word: uint256 = self.operator_words[_validator_id]
    old_operator: address = self._operator(word)
    self.proposed_operators[_validator_id] = empty(address)
    self._close_key(old_operator)
    self._open_key(_validator_id, msg.sender)
    self.operator_words[_validator_id] = self._operator_word(msg.sender, word >> ADDRESS_BITS)
    log IValidators.OperatorChanged(
        validator_id=_validator_id, old_operator=old_operator, new_operator=msg.sender
    )


@external
def apply_commission(_validator_id: uint256):
    """
    @notice Let a queued increase take effect, from this block on: what was earned before is
            settled with the old commission. Anyone may call.
    @param _validator_id Whose.
    @custom:error "validators: nothing queued", "validators: too early"
                  "validators: too late" Another unbonding period later it has expired.
    """
    commission: Commission = self._commission(_validator_id)
    assert commission.applies_at > 0, "validators: nothing queued"
    assert block.timestamp >= commission.applies_at, "validators: too early"
    assert block.timestamp < commission.applies_at + UNBONDING_SECONDS, "validators: too late"
    self._set_commission(_validator_id, commission.queued_bps)


# --- user: the operator ---


@external
def set_commission(_commission_bps: uint256):
    """
    @notice Lower the commission at once, or queue an increase, which anyone may apply one unbonding
            period from now, for as long again. A new increase replaces a queued one, expired or
            not, and waits the whole period; a decrease, or the commission as it is, ends what is
            queued.
    @param _commission_bps Of the rewards, at most MAX_COMMISSION_BPS.
    @custom:error "validators: not an operator", "validators: commission too high"
                  "validators: same commission" And nothing is queued.
    """
    id: uint256 = self._validator_of_caller()
    self._check_commission(_commission_bps)
    commission: Commission = self._commission(id)
    if _commission_bps > commission.bps:
        self._queue_commission(id, commission.bps, _commission_bps)
        return
    is_change: bool = _commission_bps < commission.bps
    assert is_change or commission.applies_at > 0, "validators: same commission"
    if commission.applies_at > 0:
        log IValidators.CommissionQueueCleared(validator_id=id, bps=commission.queued_bps)
    if is_change:
        self._set_commission(id, _commission_bps)
    else:
        self._store_commission(id, Commission(bps=commission.bps, queued_bps=0, applies_at=0))


@external
def set_metadata(_metadata: String[256]):
    """
    @notice Change what the validator says about itself.
    @param _metadata Name and address of a page, or nothing.
    @custom:error "validators: not an operator", "validators: same metadata"
    """
    id: uint256 = self._validator_of_caller()
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
    id: uint256 = self._validator_of_caller()
    proposed: address = self.proposed_operators[id]
    if _operator == empty(address):
        assert proposed != empty(address), "validators: no proposal"
    else:
        self._check_unused(_operator)
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
    extcall IStaking(STAKING).set_bars(self._validator_of_caller(), EXITED, True)


@external
def rejoin():
    """
    @notice Earn again after an exit.
    @custom:error "validators: not an operator"
                  "staking: no change" It has not exited.
    """
    extcall IStaking(STAKING).set_bars(self._validator_of_caller(), EXITED, False)


# --- views ---


@external
@view
def profile(_validator_id: uint256) -> IValidators.Profile:
    """
    @notice A validator as registered here; all zero if there is none with this number.
    """
    word: uint256 = self.operator_words[_validator_id]
    commission: Commission = self._commission(_validator_id)
    return IValidators.Profile(
        operator=self._operator(word),
        proposed_operator=self.proposed_operators[_validator_id],
        registered_at=word >> ADDRESS_BITS,
        commission_bps=commission.bps,
        queued_commission_bps=commission.queued_bps,
        commission_applies_at=commission.applies_at,
        metadata=self.metadata_of[_validator_id],
    )


@external
@view
def validator_id(_operator: address) -> uint256:
    """
    @notice Which validator an account operates now; 0 = none.
    """
    return self._validator_of(_operator)


@external
@view
@reentrant
def operator_of(_validator_id: uint256) -> address:
    """
    @notice Who operates a validator now; empty = unknown.
    @dev Readable while this contract calls Staking, which asks for it: all is written before.
    """
    return self._operator(self.operator_words[_validator_id])


@external
@view
def key(_key: address) -> IValidators.Key:
    """
    @notice Which validator's key an address is or was, and for which heights; all zero = never.
    """
    return self._key(_key)


# --- internal: keys ---


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


# --- internal: commission ---


@internal
@view
def _check_commission(_bps: uint256):
    """
    @dev Reverts with "validators: commission too high".
    """
    assert _bps <= MAX_COMMISSION_BPS, "validators: commission too high"


@internal
@view
def _commission(_validator_id: uint256) -> Commission:
    word: uint256 = self.commission_words[_validator_id]
    return Commission(
        bps=word & BPS_MASK,
        queued_bps=(word >> BPS_BITS) & BPS_MASK,
        applies_at=word >> (2 * BPS_BITS),
    )


@internal
def _store_commission(_validator_id: uint256, _commission: Commission):
    self.commission_words[_validator_id] = (
        packing._fits(_commission.bps, BPS_BITS)
        | (packing._fits(_commission.queued_bps, BPS_BITS) << BPS_BITS)
        | (packing._fits(_commission.applies_at, TIME_BITS) << (2 * BPS_BITS))
    )


@internal
def _queue_commission(_validator_id: uint256, _old_bps: uint256, _new_bps: uint256):
    """
    @dev Announce an increase; its clock starts now, also if it replaces another.
    """
    applies_at: uint256 = block.timestamp + UNBONDING_SECONDS
    self._store_commission(
        _validator_id, Commission(bps=_old_bps, queued_bps=_new_bps, applies_at=applies_at)
    )
    log IValidators.CommissionQueued(
        validator_id=_validator_id, old_bps=_old_bps, new_bps=_new_bps, applies_at=applies_at
    )


@internal
def _set_commission(_validator_id: uint256, _bps: uint256):
    """
    @dev Put a commission into force, and end what is queued. Staking logs the change.
    """
    self._store_commission(_validator_id, Commission(bps=_bps, queued_bps=0, applies_at=0))
    extcall IStaking(STAKING).set_commission(_validator_id, _bps)
