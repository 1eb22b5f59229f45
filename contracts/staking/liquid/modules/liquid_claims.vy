# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid claims: holders ask for shares to leave, and claim what was set aside for them
        (ERC-7540)
@license AGPL-3.0-only
@notice `liquid_queues.vy` has whose shares wait for what.
@custom:security Only a controller, or an operator of its, puts anything into its queue or takes
        anything out. Nothing can stop a claim.
"""

# --- interfaces ---

from ethereum.ercs import IERC4626
from interfaces import ILiquidStaking

# --- modules ---

from ...modules import checks
from . import liquid_books
from . import liquid_income
from . import liquid_queues
from . import liquid_shares
from . import liquid_words as words

uses: liquid_books
uses: liquid_income
uses: liquid_queues
uses: liquid_shares

# --- storage ---

# controller => operator => whether it may ask and claim for the controller
isOperator: public(HashMap[address, HashMap[address, bool]])

# --- user ---

@external
def setOperator(_operator: address, _approved: bool) -> bool:
    """
    @notice Let another account ask for exits and claim them in the caller's name, or no more
            (ERC-7540).
    @param _operator Who.
    @param _approved Whether it may.
    @return Always True.
    """
    self.isOperator[msg.sender][_operator] = _approved
    log ILiquidStaking.OperatorSet(
        controller=msg.sender, operator=_operator, approved=_approved
    )
    return True


@external
def requestRedeem(_shares: uint256, _controller: address, _owner: address) -> uint256:
    """
    @notice Ask for shares to leave. They earn until the batch is closed, wait here until it is
            priced, and are hit by slashes until then; then the controller claims.
    @param _shares Of the owner.
    @param _controller Who claims: the owner, the caller, or an account whose operator the caller
            is.
    @param _owner Whose shares: the caller's, of an account whose operator the caller is, or by
           allowance.
    @return The batch, for `pendingRedeemRequest`.
    @custom:error "lst: zero amount", "lst: allowance too low", "lst: not the controller",
                  "lst: balance too low"
    """
    if _shares == 0:
        checks._refuse("lst: zero amount")
    if msg.sender != _owner and not self.isOperator[_owner][msg.sender]:
        liquid_shares._spend(_owner, _shares)
    if _controller != _owner:
        self._check_controller(_controller)
    batch: uint256 = liquid_books._exits >> words.FOURTH_AT
    word: uint256 = liquid_queues._batches[batch]
    liquid_queues._batches[batch] = words._with(word, unsafe_add(words._first(word), _shares), 0)
    liquid_queues._append(_controller, batch, _shares)
    log ILiquidStaking.RedeemRequest(
        controller=_controller, owner=_owner, requestId=batch, sender=msg.sender, shares=_shares
    )
    liquid_shares._move(_owner, self, _shares)
    return batch


@external
def redeem(_shares: uint256, _receiver: address, _controller: address) -> uint256:
    """
    @notice Claim what was set aside for shares of a controller, oldest first (ERC-7540).
    @param _shares At most `maxRedeem`.
    @param _receiver Who is paid; neither the zero address nor this contract.
    @param _controller Whose: the caller, or an account whose operator the caller is.
    @return Wei paid, rounded down.
    @custom:error "lst: zero amount", "lst: not the controller", "lst: bad receiver",
                  "lst: not claimable", "lst: transfer failed"
    """
    return self._claim(_controller, _receiver, _shares, max_value(uint256))[1]


@external
def withdraw(_assets: uint256, _receiver: address, _controller: address) -> uint256:
    """
    @notice Claim an amount out of what was set aside for a controller, oldest first (ERC-7540).
    @param _assets Wei, at most `maxWithdraw`.
    @param _receiver Who is paid; neither the zero address nor this contract.
    @param _controller Whose: the caller, or an account whose operator the caller is.
    @return Shares whose claim this was, rounded up.
    @custom:error "lst: zero amount", "lst: not the controller", "lst: bad receiver",
                  "lst: not claimable", "lst: transfer failed"
    """
    return self._claim(_controller, _receiver, max_value(uint256), _assets)[0]

# --- internal ---

@internal
@view
def _check_controller(_controller: address):
    """
    @dev Reverts with "lst: not the controller".
    """
    if msg.sender != _controller and not self.isOperator[_controller][msg.sender]:
        checks._refuse("lst: not the controller")


@internal
def _claim(
    _controller: address, _receiver: address, _shares: uint256, _assets: uint256
) -> (uint256, uint256):
    """
    @notice Take claims out of a controller's queue until one of both limits is reached, and pay.
    @dev Reverts with "lst: zero amount", "lst: not the controller", "lst: bad receiver",
         "lst: not claimable", "lst: transfer failed".
    @return Shares, and wei.
    """
    if _shares == 0 or _assets == 0:
        checks._refuse("lst: zero amount")
    self._check_controller(_controller)
    liquid_shares._check_receiver(_receiver)
    shares: uint256 = 0
    assets: uint256 = 0
    shares, assets = liquid_queues._claim(_controller, _shares, _assets)
    if shares != _shares and assets != _assets:
        checks._refuse("lst: not claimable")
    liquid_books._release(assets)
    log IERC4626.Withdraw(
        sender=msg.sender, receiver=_receiver, owner=_controller, assets=assets, shares=shares
    )
    liquid_income._pay(_receiver, assets)
    return shares, assets
