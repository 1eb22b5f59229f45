# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Validators: who the validators are: numbers, the three keys of each, commission, metadata
@license AGPL-3.0-only
@notice A validator is a number, from 1 on, and never anything else: stake, votes and slashes hang
        on it, so all its keys can change without moving any of them.

            owner       cold. Own stake, commission and restitution are its own; it names the
                        other two, and may do what the operator may. It hands over in two steps:
                        it proposes, the new owner accepts.
            operator    hot. Commission, metadata, exit and rejoin, and in the slasher appeal and
                        unjail. The owner replaces it in one step.
            vote key    hot. Its votes count, nothing else is its own. The owner proposes another,
                        the new key accepts. The operator cannot: with a key of its own it could
                        sign twice.
            deposit     taken with the registration, earns nothing, is paid back one unbonding time
                        after the exit, and is lost to the recycling pool with a tombstone: so
                        that many small validators cost more than one large one.
            commission  down at once, up only one unbonding period after it was queued: whoever
                        unstakes on seeing the queue is out before it rises. What is not applied
                        within another such period expires: no increase lies about loaded.

@dev    Blocks for keys, timestamps for commission. Which validators earn, and with how much, is the
        business of Staking, which takes its orders about a validator from here and nowhere else.
        Modules: validator_keys (owner, operator), key_tenures (vote keys), commission_notice,
        deposits.
        Model: mdt.model.validators.
@custom:security No administrator, nothing governed: only a validator's owner and its operator
        change anything about it. This contract holds deposits and no other tokens; a first stake
        goes from who registers to Staking, by allowance to Staking. A stolen operator key can stop
        the validator and lower its commission, a stolen vote key can have it slashed by signing
        twice. Neither can move a token, a stake or a payment, and the owner replaces both.
@custom:kill Nothing to stop.
"""

# --- interfaces ---

from interfaces import IStaking
from interfaces import IValidators

implements: IValidators

# --- modules ---

from .modules import commission_notice
from .modules import deposits
from .modules import key_tenures
from .modules import validator_keys

exports: (
    commission_notice.STAKING,
    commission_notice.UNBONDING_SECONDS,
    commission_notice.MAX_COMMISSION_BPS,
    commission_notice.apply_commission,
    commission_notice.set_commission,
)
exports: (
    deposits.DEPOSIT,
    deposits.deposit_free_at,
    deposits.deposit_of,
    deposits.exited_at,
    deposits.forfeit_deposit,
    deposits.withdraw_deposit,
)
exports: (
    key_tenures.accept_vote_key,
    key_tenures.key,
    key_tenures.propose_vote_key,
    key_tenures.validator_id,
)
exports: (
    validator_keys.may_operate,
    validator_keys.operator_of,
    validator_keys.owner_of,
    validator_keys.propose_owner,
    validator_keys.set_operator,
)

# --- constants ---

EXITED: constant(uint256) = 2  # a bar of Staking: modules/validator_pools.vy

# --- storage ---

validator_count: public(uint256)  # ever registered; ids are 1 .. validator_count
# who owns and who operates them; initialised here, which gives it this slot
initializes: validator_keys
# what they take, and increases that wait; initialised here, which gives it this slot
initializes: commission_notice[validator_keys := validator_keys]
# validator => name, address of a page, whatever its operator says
metadata_of: HashMap[uint256, String[256]]
# which vote keys are whose, and for which heights; initialised here, which gives it this slot
initializes: key_tenures[validator_keys := validator_keys]
# what each has put aside; initialised here, which gives it this slot
initializes: deposits[
    commission_notice := commission_notice, validator_keys := validator_keys
]

# --- constructor ---

@deploy
def __init__(_staking: address, _deposit: uint256):
    """
    @notice Bind to one Staking for good; its terms cannot change.
    @param _staking Whose registry this contract becomes.
    @param _deposit Wei that each validator puts aside: 0 to ten times the minimum of Staking.
    @custom:error "validators: staking has no code", "validators: deposit too large"
    """
    assert _staking.is_contract, "validators: staking has no code"
    commission_notice.__init__(_staking)
    deposits.__init__(_deposit)

# --- permissionless ---

@external
def register(
    _amount: uint256,
    _commission_bps: uint256,
    _metadata: String[256],
    _owner: address = msg.sender,
) -> uint256:
    """
    @notice Become a validator's operator and vote key, with a first stake that Staking takes by the
            caller's allowance to it, and a deposit that this contract takes likewise. Whoever was
            ever a vote key, of any validator, needs another address.
    @param _amount Wei, at least the minimum of Staking; it is the owner's from then on.
    @param _commission_bps Of the rewards, at most MAX_COMMISSION_BPS.
    @param _metadata Name and address of a page, or nothing; nobody checks it.
    @param _owner Whose the validator is: an account whose key is kept cold. The caller's, if left
           out.
    @return The validator's number.
    @custom:error "validators: zero address", "validators: key already used"
                  "validators: commission too high"
                  "validators: transfer failed"
                  "staking: below the minimum" and the token's reasons, from Staking.
    """
    assert _owner != empty(address), "validators: zero address"
    key_tenures._check_unused(msg.sender)
    commission_notice._check_commission(_commission_bps)
    id: uint256 = self.validator_count + 1
    self.validator_count = id
    key_tenures._open_key(id, msg.sender)
    validator_keys.operators[id] = msg.sender
    validator_keys.owner_words[id] = validator_keys._owner_word(_owner, block.number)
    commission_notice._begin_commission(id, _commission_bps)
    self.metadata_of[id] = _metadata
    log IValidators.ValidatorRegistered(
        validator_id=id,
        owner=_owner,
        operator=msg.sender,
        amount=_amount,
        commission_bps=_commission_bps,
        metadata=_metadata,
    )
    extcall IStaking(commission_notice.STAKING).open(id, msg.sender, _amount, _commission_bps)
    deposits._put_in_place(id)
    return id


@external
def accept_owner(_validator_id: uint256):
    """
    @notice Take a validator over, as its owner proposed: own stake, commission and everything else
            about it are the caller's. Operator and vote key stay until the caller replaces them; a
            key that the former owner proposed cannot accept any more.
    @param _validator_id Which one.
    @custom:error "validators: not proposed"
    """
    validator_keys._take_over(_validator_id)
    # else the former owner could still put a key of its own in, and sign twice with it
    key_tenures.proposed_vote_keys[_validator_id] = empty(address)

# --- user: operator ---

@external
def set_metadata(_validator_id: uint256, _metadata: String[256]):
    """
    @notice Change what the validator says about itself.
    @param _validator_id Which one; its operator or owner.
    @param _metadata Name and address of a page, or nothing.
    @custom:error "validators: not the operator", "validators: same metadata"
    """
    validator_keys._check_operator(_validator_id)
    assert _metadata != self.metadata_of[_validator_id], "validators: same metadata"
    self.metadata_of[_validator_id] = _metadata
    log IValidators.MetadataSet(validator_id=_validator_id, metadata=_metadata)


@external
def set_limit(_validator_id: uint256, _cap: uint256):
    """
    @notice Say how much may be delegated to the validator from this block on: nothing more, up to
            an amount, or any. A delegation that nobody asked for dilutes the own stake.
    @param _validator_id Which one; its operator or owner.
    @param _cap Wei; 0: nothing more, 2^84 - 1 or more: any amount.
    @custom:error "validators: not the operator"
                  "staking: same limit"
    """
    validator_keys._check_operator(_validator_id)
    extcall IStaking(commission_notice.STAKING).set_limit(_validator_id, _cap)


@external
def exit(_validator_id: uint256):
    """
    @notice Stop earning, the stake stays: the owner and the delegators can unstake it.
    @param _validator_id Which one; its operator or owner.
    @custom:error "validators: not the operator"
                  "staking: no change" It has exited already.
    """
    validator_keys._check_operator(_validator_id)
    deposits._note_exit(_validator_id)
    extcall IStaking(commission_notice.STAKING).set_bars(_validator_id, EXITED, True)


@external
def rejoin(_validator_id: uint256):
    """
    @notice Earn again after an exit, with the deposit in place: the caller pays it anew, by
            allowance, if it was paid back.
    @param _validator_id Which one; its operator or owner.
    @custom:error "validators: not the operator", "validators: transfer failed"
                  "validators: exited too recently" It stays away for a day, so that nobody lowers a
                  reading of the network's stake (stake_cap.vy) and is back at once.
                  "staking: no change" It has not exited.
    """
    validator_keys._check_operator(_validator_id)
    deposits._check_day(_validator_id)
    extcall IStaking(commission_notice.STAKING).set_bars(_validator_id, EXITED, False)
    deposits._put_in_place(_validator_id)

# --- views ---

@external
@view
def profile(_validator_id: uint256) -> IValidators.Profile:
    """
    @notice A validator as registered here; all zero if there is none with this number.
    """
    word: uint256 = validator_keys.owner_words[_validator_id]
    commission: commission_notice.Commission = commission_notice._commission(_validator_id)
    return IValidators.Profile(
        owner=validator_keys._owner(word),
        operator=validator_keys.operators[_validator_id],
        vote_key=key_tenures.vote_keys[_validator_id],
        proposed_owner=validator_keys.proposed_owners[_validator_id],
        proposed_vote_key=key_tenures.proposed_vote_keys[_validator_id],
        registered_at=word >> validator_keys.ADDRESS_BITS,
        exited_at=deposits.exited_at[_validator_id],
        commission_bps=commission.bps,
        queued_commission_bps=commission.queued_bps,
        commission_applies_at=commission.applies_at,
        commission_set_at=commission.set_at,
        highest_commission_bps=commission.highest_bps,
        deposit=deposits.deposit_of[_validator_id],
        deposit_free_at=deposits.deposit_free_at[_validator_id],
        metadata=self.metadata_of[_validator_id],
    )
