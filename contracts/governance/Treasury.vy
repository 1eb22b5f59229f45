# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Treasury: holds the DAO's tokens; spending goes through its owner only
@license AGPL-3.0-only
@notice The DAO's share of every epoch and its genesis allocation are held here. The owner, a
        timelock once the set-up is over, spends any ERC-20 it holds, each time for a stated
        purpose. Nothing else moves tokens out: no allowances, no sweeps, no native coin.
@dev    Works with tokens that return nothing. A token that reverts, returns false or has no code
        makes the whole spending revert. With a token that takes a fee on transfer `total_spent`
        counts what left, not what arrived.
@custom:security State is final before the token is called: a token that calls back, even with the
        lock disabled, finds its spending already counted, and needs the owner's rights to spend.
@custom:kill Nothing to stop: whoever must not spend any more is replaced as the owner.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import ITreasury

implements: ITreasury

# --- modules and exports ---

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

# --- storage ---

total_spent: public(HashMap[address, uint256])  # token => wei ever sent from here

# --- constructor ---


@deploy
def __init__(_owner: address):
    """
    @notice Hand the treasury to its owner.
    @param _owner The only account that may spend.
    """
    assert _owner != empty(address), "treasury: zero owner"
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)


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
                  "treasury: transfer failed" The token returned false; its own revert is passed on.
    """
    ownable._check_owner()
    assert _token.is_contract, "treasury: token has no code"
    assert _to != empty(address), "treasury: zero recipient"
    assert _to not in [self, _token], "treasury: bad recipient"
    assert _amount > 0, "treasury: zero amount"
    self.total_spent[_token] += _amount
    log ITreasury.Spent(token=_token, recipient=_to, purpose=_purpose, amount=_amount)
    sent: bool = extcall IERC20(_token).transfer(_to, _amount, default_return_value=True)
    assert sent, "treasury: transfer failed"
