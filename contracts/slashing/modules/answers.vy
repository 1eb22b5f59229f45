# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Answers: stake that had left pays its part of a slash, and gets it back if that is overturned
@license AGPL-3.0-only
@notice A slash takes what is in the pool. Staking lets nothing go that left since the offence
        before it has answered; whether it was there at the offence, Staking decides by the block in
        which it left (IStaking.answer_slash). What somebody paid who had left, or was noted when it
        left while the slash was in escrow, it claims by itself.
"""

# --- interfaces ---

from interfaces import ISlasher
from interfaces import IStaking

# --- modules ---

from . import jail
from . import slash_records
from . import slash_split
from . import slash_terms
from . import votes

uses: jail
uses: slash_records
uses: slash_split
uses: slash_terms
uses: votes

# --- permissionless ---

@external
def answer(
    _validator_id: uint256,
    _owner: address,
    _slot: uint256,
    _request_id: uint256 = max_value(uint256),
) -> uint256:
    """
    @notice Takes from stake that left a validator, asked back or redelegated, what the next slash
            of that validator costs it: in escrow it joins the slash, upheld it is split at once,
            overturned nothing is due, nor when it had left before the offence.
    @param _validator_id Where the position is now.
    @param _owner Whose position; zero = the validator's own stake.
    @param _slot Which of its positions.
    @param _request_id An unbonding request of the position; left out: the position itself, which
           was redelegated.
    @return Wei taken.
    @custom:error "slasher: nothing to answer", "slasher: transfer failed"
    """
    source_id: uint256 = _validator_id
    next_slash: uint256 = 0
    if _request_id == max_value(uint256):
        debt: IStaking.Debt = staticcall jail.STAKING.debt(_validator_id, _owner, _slot)
        source_id = debt.source_id
        next_slash = debt.next_slash
    else:
        next_slash = (
            staticcall jail.STAKING.request(_validator_id, _owner, _slot, _request_id)
        ).next_slash
    assert source_id != 0, "slasher: nothing to answer"
    ever: uint256 = (staticcall jail.STAKING.validator(source_id)).slash_count
    is_known: bool = False
    slash_id: uint256 = 0
    is_known, slash_id = slash_records._find(source_id, next_slash, ever)
    slash: ISlasher.Slash = empty(ISlasher.Slash)
    bps: uint256 = 0
    if is_known:
        # an earlier slasher took the others; what it did not collect is forgiven
        slash = slash_records._load(slash_id)
        if slash.status != slash_records.OVERTURNED:
            bps = slash.bps
    # the lock keeps everybody out until what comes in is counted
    amount: uint256 = extcall jail.STAKING.answer_slash(
        _validator_id, _owner, _slot, _request_id, slash_id, bps, slash.height
    )
    if not is_known:
        return 0
    slash.answered += amount
    slash_records._store(slash_id, slash)
    slash_split._take(amount)
    log ISlasher.Answered(
        slash_id=slash_id, validator_id=_validator_id, owner=_owner, amount=amount
    )
    if slash.status == slash_records.UPHELD:
        slash_split._split(amount, slash_terms.BURN_BPS)
    return amount


@external
def claim_restitution(_slash_id: uint256, _owner: address) -> uint256:
    """
    @notice Pays what an overturned slash owes to one who had left the pool, or had answered for it.
    @param _slash_id Number of the slash.
    @param _owner Of the position, who is paid; zero = the validator's own stake, whose owner of now
           is paid.
    @return Wei paid.
    @custom:error "slasher: not overturned", "slasher: nothing owed", "slasher: transfer failed"
    """
    slash: ISlasher.Slash = slash_records._load(_slash_id)
    assert slash.status == slash_records.OVERTURNED, "slasher: not overturned"
    payee: address = _owner
    if _owner == empty(address):
        payee = staticcall votes.VALIDATORS.owner_of(slash.validator_id)
    amount: uint256 = extcall jail.STAKING.take_restitution(_slash_id, _owner)
    assert amount > 0, "slasher: nothing owed"
    log ISlasher.RestitutionPaid(slash_id=_slash_id, owner=_owner, payee=payee, amount=amount)
    slash_split._pay(payee, amount)
    return amount
