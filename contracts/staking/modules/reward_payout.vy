# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Reward payout: who rewards are paid to, and how much was
@license AGPL-3.0-only
@notice Anyone may trigger a payment; it goes to the owner of what has earned, or to the recipient
        the owner chose. Own stake and commission belong to whoever owns the validator now.
"""

# --- interfaces ---

from interfaces import IStaking
from interfaces import IValidators

# --- modules ---

from . import checks
from . import staking_accounts
from . import validator_pools

uses: staking_accounts
uses: validator_pools

# --- storage ---

rewards_paid: uint256  # wei ever claimed or restaked, commissions included
# owner => who its rewards are paid to; empty = itself
recipient_of: public(HashMap[address, address])

# --- permissionless ---

@external
def claim_commission(_validator_id: uint256) -> uint256:
    """
    @notice Pay a validator's commission to its owner, or the recipient it chose. Anyone may
            call.
    @param _validator_id The validator's number.
    @return Wei paid, rounded down.
    @custom:error "staking: unknown validator", "staking: nothing to claim",
                  "staking: transfer failed"
    """
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    amount: uint256 = pool.commission_owed >> validator_pools.OWED_SCALE_BITS
    staking_accounts._check_claim(amount)
    pool.commission_owed -= amount << validator_pools.OWED_SCALE_BITS
    validator_pools._store(_validator_id, pool)
    self.rewards_paid += amount
    recipient: address = self._recipient(_validator_id, empty(address))
    log IStaking.CommissionClaimed(
        validator_id=_validator_id, recipient=recipient, amount=amount
    )
    staking_accounts._pay(recipient, amount)
    return amount

# --- user ---

@external
def set_recipient(_recipient: address):
    """
    @notice Have one's own rewards and commissions paid to another account; principal never is.
    @param _recipient The zero address or oneself: to oneself again.
    @custom:error "staking: same recipient"
    """
    recipient: address = _recipient
    if recipient == msg.sender:
        recipient = empty(address)
    old_recipient: address = self.recipient_of[msg.sender]
    if recipient == old_recipient:
        checks._refuse("staking: same recipient")
    self.recipient_of[msg.sender] = recipient
    log IStaking.RecipientSet(
        owner=msg.sender, old_recipient=old_recipient, new_recipient=recipient
    )

# --- internal ---

@internal
@view
def _recipient(_id: uint256, _owner: address) -> address:
    """
    @dev Who the rewards of an owner are paid to; the zero address stands for the validator's.
    """
    account: address = _owner
    if account == empty(address):
        account = staticcall IValidators(staking_accounts.registry).owner_of(_id)
    recipient: address = self.recipient_of[account]
    if recipient == empty(address):
        return account
    return recipient


@internal
def _count_paid(
    _id: uint256, _owner: address, _slot: uint256, _recipient: address, _amount: uint256
):
    self.rewards_paid += _amount
    log IStaking.RewardClaimed(
        validator_id=_id, owner=_owner, slot=_slot, recipient=_recipient, amount=_amount
    )
