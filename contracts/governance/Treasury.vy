# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Treasury: holds the DAO's tokens, spent by its owner inside a budget for each period
@license AGPL-3.0-only
@notice The DAO's share of every epoch and its genesis allocation are held here. The owner, a
        timelock once the set-up is over, spends any ERC-20 it holds, each time for a stated
        purpose, at once or as a grant that vests. Both count against the token's budget for the
        period; a token without a budget stays. Nothing else moves tokens out: no standing
        allowances, no sweeps, no native coin.
@dev    Works with tokens that return nothing. A token that reverts, returns false or has no code
        makes the whole spending revert. With a token that takes a fee on transfer `total_spent`
        counts what left, not what arrived. What a grant returns when it ends early comes back
        without reopening the budget it was made in.
@custom:security State is final before the token is called: a token that calls back, even with the
        lock disabled, finds its spending already counted, and needs the owner's rights to spend.
        A captured owner can take at most the budgets of the periods until it is noticed.
@custom:kill The owner sets a budget to zero, at once. Whoever must not spend any more is replaced
        as the owner.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import ITreasury
from interfaces import IVesting

implements: ITreasury

# --- modules ---

from .modules import spending_budget
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]

# Two-step ownership, never renounced: without an owner the tokens would be locked for good.
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# how much may leave in a period
initializes: spending_budget
exports: (
    spending_budget.PERIOD_SECONDS,
    spending_budget.STARTED_AT,
    spending_budget.MIN_PERIOD_SECONDS,
    spending_budget.MAX_PERIOD_SECONDS,
    spending_budget.budget,
)

# --- immutables ---

TOKEN: public(immutable(address))  # MDT, the only token that can be granted with a schedule

# --- storage ---

total_spent: public(HashMap[address, uint256])  # token => units ever sent from here
vesting: public(address)  # where grants are made; empty until the owner names it

# --- constructor ---

@deploy
def __init__(_token: address, _period_seconds: uint256, _budget: uint256, _owner: address):
    """
    @notice Fix MDT and the length of periods, open MDT's first budget, hand over to the owner.
    @param _token MDT.
    @param _period_seconds Length of a period: 1 to 365 days.
    @param _budget Wei of MDT that may leave in a period, from the first on; 0 for none yet.
    @param _owner The only account that may spend.
    @custom:error "treasury: zero owner"
                  "treasury: token has no code"
                  "treasury: period out of bounds"
                  "treasury: budget out of bounds"
    """
    assert _owner != empty(address), "treasury: zero owner"
    assert _token.is_contract, "treasury: token has no code"
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)
    spending_budget.__init__(_period_seconds)
    TOKEN = _token
    if _budget != 0:
        spending_budget._open(_token, _budget)

# --- governance ---

@external
def spend(_token: address, _to: address, _amount: uint256, _purpose: bytes32):
    """
    @notice Send tokens from the treasury.
    @param _token The ERC-20 to spend.
    @param _to Who gets it; not the treasury itself and not the token, where it would be lost.
    @param _amount In the token's smallest unit.
    @param _purpose Hash or short text of what the spending is for.
    @custom:error "ownable: caller is not the owner"
                  "treasury: token has no code" Also the zero address.
                  "treasury: zero recipient", "treasury: bad recipient", "treasury: zero amount"
                  "treasury: over budget" More than the period has left; a token without a budget.
                  "treasury: transfer failed" The token returned false; its own revert is passed on.
    """
    ownable._check_owner()
    assert _token.is_contract, "treasury: token has no code"
    assert _to != empty(address), "treasury: zero recipient"
    assert _to not in [self, _token], "treasury: bad recipient"
    assert _amount > 0, "treasury: zero amount"
    self._count(_token, _amount)
    log ITreasury.Spent(token=_token, recipient=_to, purpose=_purpose, amount=_amount)
    sent: bool = extcall IERC20(_token).transfer(_to, _amount, default_return_value=True)
    assert sent, "treasury: transfer failed"


@external
def vest(_terms: IVesting.Terms, _purpose: bytes32) -> uint256:
    """
    @notice Grant MDT that becomes its beneficiary's over time. All of it leaves, and counts against
            the budget, now: a schedule is always funded.
    @param _terms Of the schedule; its amount is in wei of MDT.
    @param _purpose Hash or short text of what the grant is for.
    @return The schedule's index among those of its beneficiary.
    @custom:error "ownable: caller is not the owner"
                  "treasury: no vesting" None has been named.
                  "treasury: over budget"
                  "treasury: approve failed"
                  "treasury: allowance left" The vesting contract did not take what it was to take.
                  The vesting contract's own refusals of terms are passed on.
    """
    ownable._check_owner()
    vesting: address = self.vesting
    assert vesting != empty(address), "treasury: no vesting"
    self._count(TOKEN, _terms.amount)
    approved: bool = extcall IERC20(TOKEN).approve(vesting, _terms.amount)
    assert approved, "treasury: approve failed"
    index: uint256 = extcall IVesting(vesting).create(_terms)
    assert staticcall IERC20(TOKEN).allowance(self, vesting) == 0, "treasury: allowance left"
    log ITreasury.Vested(
        beneficiary=_terms.beneficiary, index=index, purpose=_purpose, amount=_terms.amount
    )
    return index


@external
def set_budget(_token: address, _amount: uint256):
    """
    @notice Change what may leave in a period. A cut applies at once and drops a raise that waits; a
            raise applies from the start of the period after the next. What was spent stays counted
            in its period.
    @param _token The ERC-20.
    @param _amount In the token's smallest unit, below 2^112; 0 stops all spending of it. The amount
           in force withdraws a raise that waits.
    @custom:error "ownable: caller is not the owner"
                  "treasury: token has no code"
                  "treasury: budget out of bounds"
                  "treasury: nothing changes" This amount is in force, or waits already.
    """
    ownable._check_owner()
    assert _token.is_contract, "treasury: token has no code"
    spending_budget._set(_token, _amount)


@external
def set_vesting(_vesting: address):
    """
    @notice Name the contract grants are made in; schedules of the one before stay as they are.
    @param _vesting Has to know the treasury as a creator.
    @custom:error "ownable: caller is not the owner"
                  "treasury: vesting has no code" Also the zero address.
                  "treasury: nothing changes"
    """
    ownable._check_owner()
    assert _vesting.is_contract, "treasury: vesting has no code"
    old_vesting: address = self.vesting
    assert _vesting != old_vesting, "treasury: nothing changes"
    self.vesting = _vesting
    log ITreasury.VestingSet(old_vesting=old_vesting, new_vesting=_vesting)

# --- internal ---

@internal
def _count(_token: address, _amount: uint256):
    """
    @dev In the budget first, so that the total needs no look. Reverts with "treasury: over budget".
    """
    spending_budget._charge(_token, _amount)
    self.total_spent[_token] += _amount
