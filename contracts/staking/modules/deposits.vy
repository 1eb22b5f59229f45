# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Deposits: what each validator puts aside for as long as it is one, so that splitting costs
@license AGPL-3.0-only
@notice A deposit earns nothing, cannot be slashed in part, and counts for no weight:

            taken       with the registration, from who registers; again by a rejoin, from who
                        calls, if it was paid back
            paid back   to the owner, one unbonding time after the exit, if nothing else bars the
                        validator
            forfeited   to the recycling pool, by anybody's call, once the validator is tombstoned
                        and no slash of it is in escrow

        What is here for whom is what was noted when it came, never the balance: a plain transfer
        in is nobody's deposit.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IRecyclingPool
from interfaces import IStaking
from interfaces import IValidators

# --- modules ---

from ...common import reasons
from . import commission_notice
from . import validator_keys

# Staking, and the unbonding time of its terms
uses: commission_notice
# who is paid
uses: validator_keys

# --- constants ---

# Ten minimum stakes: more would shut out those whom the decay table pays best.
MAX_DEPOSIT_STAKES: constant(uint256) = 10
DAY: constant(uint256) = 86_400
# bits of IStaking.Validator.status
EXITED: constant(uint256) = 2
TOMBSTONED: constant(uint256) = 8

# --- immutables ---

DEPOSIT: public(immutable(uint256))  # wei; 0 = none is asked for
TOKEN: immutable(address)
RECYCLING_POOL: immutable(address)
UNBONDING_BLOCKS: immutable(uint256)

# --- storage ---

deposit_of: public(HashMap[uint256, uint256])  # validator => wei that are here for it
# validator => block of its exit; 0 while it has not exited
exited_at: public(HashMap[uint256, uint256])
# validator => timestamp from which it can be paid back; 0 while the validator has not exited
deposit_free_at: public(HashMap[uint256, uint256])

# --- constructor ---

@deploy
def __init__(_deposit: uint256):
    """
    @dev After `commission_notice.__init__`. Reverts with "validators: deposit too large".
    """
    staking: address = commission_notice.STAKING
    terms: IStaking.Terms = staticcall IStaking(staking).terms()
    most: uint256 = MAX_DEPOSIT_STAKES * terms.min_validator_stake
    assert _deposit <= most, "validators: deposit too large"
    UNBONDING_BLOCKS = terms.unbonding_blocks
    DEPOSIT = _deposit
    TOKEN = staticcall IStaking(staking).TOKEN()
    RECYCLING_POOL = staticcall IStaking(staking).RECYCLING_POOL()

# --- permissionless ---

@external
def forfeit_deposit(_validator_id: uint256) -> uint256:
    """
    @notice Hand the deposit of a validator that is out for good to the recycling pool. Anyone may
            call.
    @param _validator_id Whose.
    @return Wei forfeited.
    @custom:error "validators: no deposit", "validators: not tombstoned"
                  "validators: slash in escrow" It could still be overturned.
                  "validators: transfer failed", and the recycling pool's reasons.
    """
    amount: uint256 = self._check_deposit(_validator_id)
    pool: IStaking.Validator = staticcall IStaking(commission_notice.STAKING).validator(
        _validator_id
    )
    assert pool.status & TOMBSTONED != 0, "validators: not tombstoned"
    assert pool.pending_slashes == 0, "validators: slash in escrow"
    self.deposit_of[_validator_id] = 0
    log IValidators.DepositForfeited(validator_id=_validator_id, amount=amount)
    # the allowance is this amount and used up at once
    is_approved: bool = extcall IERC20(TOKEN).approve(RECYCLING_POOL, amount)
    assert is_approved, "validators: transfer failed"
    extcall IRecyclingPool(RECYCLING_POOL).recycle(amount, reasons.RECYCLE_DEPOSIT)
    return amount

# --- user: owner ---

@external
def withdraw_deposit(_validator_id: uint256) -> uint256:
    """
    @notice Be paid the deposit back, one unbonding time after the validator exited, in seconds and
            in blocks: evidence ages in blocks.
    @param _validator_id Whose; the caller owns it.
    @return Wei paid.
    @custom:error "validators: not the owner", "validators: no deposit", "validators: not exited"
                  "validators: jailed or tombstoned", "validators: too early"
                  "validators: transfer failed"
    """
    validator_keys._check_owner(_validator_id)
    amount: uint256 = self._check_deposit(_validator_id)
    status: uint256 = (
        staticcall IStaking(commission_notice.STAKING).validator(_validator_id)
    ).status
    assert status & EXITED != 0, "validators: not exited"
    assert status == EXITED, "validators: jailed or tombstoned"
    is_free: bool = (
        block.timestamp >= self.deposit_free_at[_validator_id]
        and block.number >= self.exited_at[_validator_id] + UNBONDING_BLOCKS
    )
    assert is_free, "validators: too early"
    self.deposit_of[_validator_id] = 0
    log IValidators.DepositPaidBack(
        validator_id=_validator_id, owner=msg.sender, amount=amount
    )
    is_paid: bool = extcall IERC20(TOKEN).transfer(msg.sender, amount)
    assert is_paid, "validators: transfer failed"
    return amount

# --- internal ---

@internal
@view
def _check_deposit(_validator_id: uint256) -> uint256:
    """
    @dev Reverts with "validators: no deposit".
    """
    amount: uint256 = self.deposit_of[_validator_id]
    assert amount > 0, "validators: no deposit"
    return amount


@internal
def _note_exit(_validator_id: uint256):
    """
    @dev The time runs from now.
    """
    self.exited_at[_validator_id] = block.number
    self.deposit_free_at[_validator_id] = block.timestamp + commission_notice.UNBONDING_SECONDS


@internal
@view
def _check_day(_validator_id: uint256):
    """
    @dev Reverts with "validators: exited too recently".
    """
    free_at: uint256 = self.deposit_free_at[_validator_id]
    is_over: bool = block.timestamp + commission_notice.UNBONDING_SECONDS >= free_at + DAY
    assert free_at == 0 or is_over, "validators: exited too recently"


@internal
def _put_in_place(_validator_id: uint256):
    """
    @notice The caller pays what of the deposit is not here, all of it or nothing.
    @dev Reverts with "validators: transfer failed", or as the token does.
    """
    self.exited_at[_validator_id] = 0
    self.deposit_free_at[_validator_id] = 0
    if self.deposit_of[_validator_id] == DEPOSIT:
        return
    self.deposit_of[_validator_id] = DEPOSIT
    log IValidators.DepositTaken(
        validator_id=_validator_id, payer=msg.sender, amount=DEPOSIT
    )
    # MDT takes no transfer fee: what is sent is what arrives
    is_taken: bool = extcall IERC20(TOKEN).transferFrom(msg.sender, self, DEPOSIT)
    assert is_taken, "validators: transfer failed"
