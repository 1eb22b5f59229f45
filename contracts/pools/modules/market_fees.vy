# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Market fees: what the owner may change of a pool, inside fixed bounds and announced before
@license AGPL-3.0-only
@notice The owner announces fees; once FEE_DELAY has passed anyone may put them into force
        (`apply_fees`). So whoever does not agree has that long to leave.
"""

# --- interfaces ---

from interfaces import ILiquidityPool

# --- modules ---

from . import market_books
from . import market_words
from snekmate.auth import ownable

uses: market_books
uses: ownable

# --- constants ---

MIN_FEE_BPS: constant(uint256) = 1  # with none, whoever holds the shares gets nothing for the risk
MAX_FEE_BPS: constant(uint256) = 100  # what common markets ask of pairs that hardly trade
MAX_PROTOCOL_BPS: constant(uint256) = 2_500  # a quarter: holders keep most of what they earn
MIN_FEE_DELAY: constant(uint256) = 86_400  # long enough to be seen
MAX_FEE_DELAY: constant(uint256) = 30 * 86_400  # short enough to be of use

# --- immutables ---

FEE_DELAY: public(immutable(uint256))

# --- storage ---

_announced: ILiquidityPool.Announced

# --- constructor ---

@deploy
def __init__(_fee_delay: uint256):
    assert (
        MIN_FEE_DELAY <= _fee_delay and _fee_delay <= MAX_FEE_DELAY
    ), "market: fee delay out of bounds"
    FEE_DELAY = _fee_delay

# --- governance ---

@external
def announce_fees(_fees: ILiquidityPool.Fees):
    """
    @notice Say which fees anyone may put into force once FEE_DELAY has passed. Takes the place of
            what was announced before, and its time starts again. Owner.
    @param _fees Fee of 1 to 100 basis points, of which at most 2,500 become the protocol's.
    @custom:error "ownable: caller is not the owner", "market: fee out of bounds",
                  "market: part out of bounds", "market: nothing changes"
    """
    ownable._check_owner()
    self._check(_fees)
    old: ILiquidityPool.Fees = market_words._fees(market_books._books)
    waiting: ILiquidityPool.Announced = self._announced
    is_waiting: bool = waiting.effective_at != 0
    assert is_waiting or not self._is_same(_fees, old), "market: nothing changes"
    assert not (is_waiting and self._is_same(_fees, waiting.fees)), "market: nothing changes"
    effective_at: uint256 = block.timestamp + FEE_DELAY
    self._announced = ILiquidityPool.Announced(fees=_fees, effective_at=effective_at)
    log ILiquidityPool.FeesAnnounced(old_fees=old, new_fees=_fees, effective_at=effective_at)


@external
def withdraw_fees():
    """
    @notice Take an announcement back. Owner.
    @custom:error "ownable: caller is not the owner", "market: nothing announced"
    """
    ownable._check_owner()
    waiting: ILiquidityPool.Announced = self._announced
    assert waiting.effective_at != 0, "market: nothing announced"
    self._announced = empty(ILiquidityPool.Announced)
    log ILiquidityPool.FeesWithdrawn(fees=waiting.fees)

# --- views ---

@external
@view
def announced_fees() -> ILiquidityPool.Announced:
    """
    @notice The fees that wait, and from when anyone may apply them; all zero when none do.
    """
    return self._announced

# --- internal ---

@internal
def _take_due() -> ILiquidityPool.Fees:
    """
    @notice The announced fees, which then wait no more.
    @dev Reverts with "market: nothing announced", "market: still waiting".
    """
    waiting: ILiquidityPool.Announced = self._announced
    assert waiting.effective_at != 0, "market: nothing announced"
    assert block.timestamp >= waiting.effective_at, "market: still waiting"
    self._announced = empty(ILiquidityPool.Announced)
    return waiting.fees


@internal
@pure
def _check(_fees: ILiquidityPool.Fees):
    """
    @dev Reverts with "market: fee out of bounds", "market: part out of bounds".
    """
    assert (
        MIN_FEE_BPS <= _fees.fee_bps and _fees.fee_bps <= MAX_FEE_BPS
    ), "market: fee out of bounds"
    assert _fees.protocol_bps <= MAX_PROTOCOL_BPS, "market: part out of bounds"


@internal
@pure
def _is_same(_fees: ILiquidityPool.Fees, _others: ILiquidityPool.Fees) -> bool:
    return (
        _fees.fee_bps == _others.fee_bps
        and _fees.protocol_bps == _others.protocol_bps
        and _fees.is_burned == _others.is_burned
    )
