# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid report: what backs a share, validator by validator and request by request
@license AGPL-3.0-only
@notice Positions and requests are shown as `Staking` has them now; the books as of the last look.
"""

# --- interfaces ---

from interfaces import ILiquidStaking
from interfaces import IStaking

# --- modules ---

from . import liquid_books
from . import liquid_flow
from . import liquid_places
from . import liquid_watch
from . import liquid_words as words

uses: liquid_books
uses: liquid_flow
uses: liquid_places
uses: liquid_watch

# --- views ---

@external
@view
def backing() -> DynArray[ILiquidStaking.Backing, liquid_places.MAX_VALIDATORS]:
    """
    @notice Validator by validator: what is staked now, and whether more may come.
    """
    found: DynArray[ILiquidStaking.Backing, liquid_places.MAX_VALIDATORS] = []
    for i: uint256 in range(liquid_places._member_count, bound=liquid_places.MAX_VALIDATORS):
        word: uint256 = liquid_places._members[i]
        id: uint256 = word & words.ID
        found.append(
            ILiquidStaking.Backing(
                validator_id=id,
                weight=(word >> words.WEIGHT_AT) & words.WEIGHT,
                staked=liquid_places._held(id).tokens,
                is_fit=liquid_places._fit_weight(word, liquid_places._pool(id)) != 0,
            )
        )
    return found


@external
@view
def pieces() -> DynArray[ILiquidStaking.Piece, liquid_places.MAX_PIECES]:
    """
    @notice What was asked back and waits at `Staking`, request by request.
    """
    found: DynArray[ILiquidStaking.Piece, liquid_places.MAX_PIECES] = []
    for i: uint256 in range(liquid_places._piece_count, bound=liquid_places.MAX_PIECES):
        word: uint256 = liquid_places._pieces[i]
        asked: IStaking.Request = liquid_places._request(word)
        found.append(
            ILiquidStaking.Piece(
                validator_id=word & words.ID,
                request_id=(word >> words.REQUEST_AT) & words.ID,
                tokens=asked.tokens,
                unlocks_at=asked.unlocks_at,
            )
        )
    return found


@external
@view
def books() -> ILiquidStaking.Books:
    """
    @notice What is written down, as of the last look; what still flows as of now.
    """
    written: uint256 = liquid_books._books
    placed: uint256 = liquid_books._placed
    exits: uint256 = liquid_books._exits
    return ILiquidStaking.Books(
        shares=words._first(written),
        pooled=words._second(written),
        liquid=liquid_books._liquid(),
        staked=words._first(placed),
        unbonding=words._second(placed),
        locked=liquid_flow._locked(),
        flows_until=liquid_flow._flow >> liquid_flow.UNTIL_AT,
        reserved=words._first(exits),
        owed=words._second(exits),
        next_priced=(exits >> words.THIRD_AT) & words.TIME,
        open_batch=exits >> words.FOURTH_AT,
        in_escrow=liquid_watch._escrow,
        unanswered=liquid_watch._unanswered,
        is_undecided=words._is_undecided(written),
        deposit_limit=written >> words.LIMIT_AT,
    )
