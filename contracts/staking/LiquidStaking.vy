# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title LiquidStaking: a share over delegations to a governed set of validators
@license AGPL-3.0-only
@notice MDT is deposited for shares (ERC-4626), which stand for stake with validators of a set and
        for what it earns. Shares leave in batches, once a cycle, and are paid one unbonding later
        (ERC-7540). Who needs MDT at once sells the share in a market, at that market's price. This
        file wires the modules, which are listed below. Model: mdt.model.liquid_staking.
@dev    Entering is closed while a slash of the set is in escrow or unanswered: what is given back
        belongs to those who were there. Leaving is never closed.
@custom:security The owner chooses validators, the fee inside its bound, and how much may be
        deposited. It has no call that moves a holder's token, and none that stops an exit. Prices
        are never read off a balance: a gift is income, and flows as income does.
@custom:kill Set the limit to 0: nobody enters, and everybody can leave.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from ethereum.ercs import IERC4626
from interfaces import ILiquidStaking
from snekmate.tokens.interfaces import IERC20Permit
from snekmate.utils.interfaces import IERC5267

implements: IERC20
implements: IERC20Detailed
implements: IERC20Permit
implements: IERC4626
implements: IERC5267
implements: ILiquidStaking

# --- modules ---

from .liquid.modules import liquid_asks
from .liquid.modules import liquid_books
from .liquid.modules import liquid_claims
from .liquid.modules import liquid_entry
from .liquid.modules import liquid_exits
from .liquid.modules import liquid_flow
from .liquid.modules import liquid_income
from .liquid.modules import liquid_look
from .liquid.modules import liquid_moves
from .liquid.modules import liquid_places
from .liquid.modules import liquid_queues
from .liquid.modules import liquid_quotes
from .liquid.modules import liquid_report
from .liquid.modules import liquid_set
from .liquid.modules import liquid_shares
from .liquid.modules import liquid_watch
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

# ownership in two steps; it cannot be renounced: nobody could leave a bad validator then
initializes: ownable
initializes: ownable_2step[ownable := ownable]
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# what comes in, little by little
initializes: liquid_flow
exports: liquid_flow.FLOW_SECONDS

# how much there is, and what it is worth
initializes: liquid_books[liquid_flow := liquid_flow]
exports: liquid_books.totalSupply

# whose it is
initializes: liquid_shares
exports: (
    liquid_shares.name,
    liquid_shares.symbol,
    liquid_shares.decimals,
    liquid_shares.balanceOf,
    liquid_shares.allowance,
    liquid_shares.transfer,
    liquid_shares.approve,
    liquid_shares.transferFrom,
    liquid_shares.permit,
    liquid_shares.nonces,
    liquid_shares.DOMAIN_SEPARATOR,
    liquid_shares.eip712Domain,
)

# where it is
initializes: liquid_places[liquid_books := liquid_books]
exports: (liquid_places.STAKING, liquid_places.commission_limit_bps)

# what is seen there
initializes: liquid_look[liquid_places := liquid_places]

# which slashes have hit it
initializes: liquid_watch[
    liquid_books := liquid_books,
    liquid_flow := liquid_flow,
    liquid_places := liquid_places,
    liquid_look := liquid_look,
]
exports: liquid_watch.sync

# with whom
initializes: liquid_set[liquid_places := liquid_places, ownable := ownable]
exports: (liquid_set.set_weight, liquid_set.drop_validator, liquid_set.set_commission_limit)

# what it earns
initializes: liquid_income[
    liquid_books := liquid_books,
    liquid_places := liquid_places,
    liquid_watch := liquid_watch,
    ownable := ownable,
]
exports: (
    liquid_income.TREASURY,
    liquid_income.fee_bps,
    liquid_income.harvest,
    liquid_income.take_restitution,
    liquid_income.set_fee,
)

# what a share costs
initializes: liquid_quotes[
    liquid_books := liquid_books,
    liquid_income := liquid_income,
    liquid_watch := liquid_watch,
]
exports: (
    liquid_quotes.asset,
    liquid_quotes.share,
    liquid_quotes.totalAssets,
    liquid_quotes.convertToShares,
    liquid_quotes.convertToAssets,
    liquid_quotes.maxDeposit,
    liquid_quotes.maxMint,
    liquid_quotes.previewDeposit,
    liquid_quotes.previewMint,
    liquid_quotes.previewRedeem,
    liquid_quotes.previewWithdraw,
    liquid_quotes.supportsInterface,
)

# how it comes in
initializes: liquid_entry[
    liquid_books := liquid_books,
    liquid_income := liquid_income,
    liquid_shares := liquid_shares,
    liquid_watch := liquid_watch,
    ownable := ownable,
]
exports: (liquid_entry.deposit, liquid_entry.mint, liquid_entry.set_deposit_limit)

# how it goes to validators and comes back
initializes: liquid_moves[
    liquid_books := liquid_books,
    liquid_places := liquid_places,
    liquid_watch := liquid_watch,
]
exports: (liquid_moves.allocate, liquid_moves.collect)

# how it is asked back
initializes: liquid_asks[liquid_books := liquid_books, liquid_places := liquid_places]

# who waits for what
initializes: liquid_queues[liquid_books := liquid_books]
exports: (
    liquid_queues.pendingRedeemRequest,
    liquid_queues.claimableRedeemRequest,
    liquid_queues.maxRedeem,
    liquid_queues.maxWithdraw,
    liquid_queues.batch,
)

# who asks, and claims
initializes: liquid_claims[
    liquid_books := liquid_books,
    liquid_income := liquid_income,
    liquid_queues := liquid_queues,
    liquid_shares := liquid_shares,
]
exports: (
    liquid_claims.isOperator,
    liquid_claims.setOperator,
    liquid_claims.requestRedeem,
    liquid_claims.redeem,
    liquid_claims.withdraw,
)

# how it leaves
initializes: liquid_exits[
    liquid_asks := liquid_asks,
    liquid_books := liquid_books,
    liquid_flow := liquid_flow,
    liquid_places := liquid_places,
    liquid_queues := liquid_queues,
    liquid_shares := liquid_shares,
    liquid_watch := liquid_watch,
]
exports: (
    liquid_exits.CYCLE_SECONDS,
    liquid_exits.WAIT_SECONDS,
    liquid_exits.cycle_closed_at,
    liquid_exits.close_cycle,
    liquid_exits.price_batch,
)

# what backs it
initializes: liquid_report[
    liquid_books := liquid_books,
    liquid_flow := liquid_flow,
    liquid_places := liquid_places,
    liquid_watch := liquid_watch,
]
exports: (liquid_report.backing, liquid_report.pieces, liquid_report.books)

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _staking: address,
    _treasury: address,
    _terms: ILiquidStaking.Terms,
    _owner: address,
):
    """
    @notice Fix token, staking, treasury and times for good, and what the owner may change at first.
    @param _token The MDT token.
    @param _staking The staking contract.
    @param _treasury Gets the fee.
    @param _terms See the interface.
    @param _owner Sets weights, fee and limits; not zero.
    @custom:error "lst: token has no code", "lst: staking has no code", "lst: bad treasury",
                  "lst: zero owner", "lst: flow out of bounds", "lst: cycle out of bounds",
                  "lst: wait out of bounds", "lst: fee out of bounds",
                  "lst: commission out of bounds", "lst: limit out of bounds",
                  "lst: approve failed"
    """
    liquid_places.__init__(_staking, _terms.commission_limit_bps)
    liquid_income.__init__(_token, _treasury, _terms.fee_bps)
    assert _owner != empty(address), "lst: zero owner"
    liquid_flow.__init__(_terms.flow_seconds)
    liquid_exits.__init__(_terms.cycle_seconds, _terms.wait_seconds)
    liquid_shares.__init__()
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)
    liquid_entry._check_limit(_terms.deposit_limit)
    liquid_books._set_limit(_terms.deposit_limit)
    approved: bool = extcall IERC20(_token).approve(_staking, max_value(uint256))
    assert approved, "lst: approve failed"
    log ILiquidStaking.WasDeployed(terms=_terms)
