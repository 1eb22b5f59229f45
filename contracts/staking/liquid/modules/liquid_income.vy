# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid income: rewards, gifts and what is given back come in, and flow
@license AGPL-3.0-only
@notice Anyone may claim a reward for this contract at `Staking`, or send it tokens. So what it
        holds beyond its books is what came in, whoever caused it: `harvest` claims what is left,
        counts it once, pays the fee and lets the rest flow (`liquid_books.vy`). It stays in the
        contract until it is allocated: so rewards compound.

            fee = what came in * fee bps / 10,000          rounded down in favour of the holders
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import ILiquidStaking
from interfaces import ISlasher
from interfaces import IStaking

# --- modules ---

from ...modules import checks
from . import liquid_books
from . import liquid_places
from . import liquid_watch
from . import liquid_words as words
from snekmate.auth import ownable

uses: liquid_books
uses: liquid_places
uses: liquid_watch
uses: ownable

# --- constants ---

BPS: constant(uint256) = 10_000
MAX_FEE_BPS: constant(uint256) = 1_000  # a tenth of what comes in; nothing of what was put in

# --- immutables ---

TOKEN: immutable(address)
TREASURY: public(immutable(address))

# --- storage ---

fee_bps: public(uint256)

# --- constructor ---

@deploy
def __init__(_token: address, _treasury: address, _fee_bps: uint256):
    assert _token.is_contract, "lst: token has no code"
    assert _treasury not in [empty(address), self, _token], "lst: bad treasury"
    assert _fee_bps <= MAX_FEE_BPS, "lst: fee out of bounds"
    TOKEN = _token
    TREASURY = _treasury
    self.fee_bps = _fee_bps

# --- permissionless ---

@external
def harvest() -> uint256:
    """
    @notice Claim all rewards, count what came in since the last time, pay the fee, and let the rest
            flow to the holders.
    @return Wei that flow to the holders.
    @custom:error "lst: nothing to harvest", "lst: transfer failed"
                  Whatever `Staking` refuses with.
    """
    liquid_watch._refresh()
    came: uint256 = self._harvest()
    if came == 0:
        checks._refuse("lst: nothing to harvest")
    return came


@external
def take_restitution(_slash_id: uint256) -> uint256:
    """
    @notice Have the slasher pay what an overturned slash took of stake that had been asked back by
            then. No fee is taken of it. Anyone may have it paid at the slasher itself: then it
            comes in with the rewards.
    @param _slash_id The slasher's number.
    @return Wei that flow to the holders.
    @custom:error "slasher: not overturned", "slasher: nothing owed", "slasher: transfer failed"
    """
    liquid_watch._refresh()
    slasher: address = staticcall IStaking(liquid_places.STAKING).slasher()
    came: uint256 = extcall ISlasher(slasher).claim_restitution(_slash_id, self)
    liquid_books._receive(came)
    log ILiquidStaking.RestitutionTaken(slash_id=_slash_id, amount=came)
    return came

# --- governance ---

@external
def set_fee(_fee_bps: uint256):
    """
    @notice Change the treasury's part of what comes in from now on; what came in before is
            harvested by the old one. Owner.
    @param _fee_bps At most 1,000.
    @custom:error "ownable: caller is not the owner", "lst: fee out of bounds",
                  "lst: nothing changes", "lst: transfer failed"
    """
    ownable._check_owner()
    if _fee_bps > MAX_FEE_BPS:
        checks._refuse("lst: fee out of bounds")
    old: uint256 = self.fee_bps
    liquid_places._check_change(old, _fee_bps)
    liquid_watch._refresh()
    self._harvest()
    self.fee_bps = _fee_bps
    log ILiquidStaking.FeeSet(old_bps=old, new_bps=_fee_bps)

# --- internal ---

@internal
def _harvest() -> uint256:
    """
    @dev Reverts with "lst: transfer failed".
    """
    for i: uint256 in range(liquid_places._member_count, bound=liquid_places.MAX_VALIDATORS):
        id: uint256 = liquid_places._members[i] & words.ID
        held: IStaking.Position = liquid_places._held(id)
        if held.pending_reward != 0:
            extcall IStaking(liquid_places.STAKING).claim(id, self, liquid_places.SLOT)
    counted: uint256 = liquid_books._liquid() + words._first(liquid_books._exits)
    came: uint256 = staticcall IERC20(TOKEN).balanceOf(self) - counted
    if came == 0:
        return 0
    fee: uint256 = came * self.fee_bps // BPS
    liquid_books._receive(came - fee)
    log ILiquidStaking.Harvested(amount=came - fee, fee=fee)
    if fee != 0:
        self._pay(TREASURY, fee)
    return came - fee


@internal
def _pay(_receiver: address, _amount: uint256):
    """
    @dev Reverts with "lst: transfer failed".
    """
    self._check_done(extcall IERC20(TOKEN).transfer(_receiver, _amount))


@internal
def _take(_amount: uint256):
    """
    @notice By allowance, from the caller. MDT takes no tax: what is sent is what arrives.
    @dev Reverts with "lst: transfer failed".
    """
    self._check_done(extcall IERC20(TOKEN).transferFrom(msg.sender, self, _amount))


@internal
@pure
def _check_done(_is_done: bool):
    """
    @dev A token answers True, or moves nothing. Reverts with "lst: transfer failed".
    """
    if not _is_done:
        checks._refuse("lst: transfer failed")
