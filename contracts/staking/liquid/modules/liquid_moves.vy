# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid moves: stake goes to validators by weight, and comes back
@license AGPL-3.0-only
@notice Both by anyone's call. What exits do not need goes to fit validators that have less than
        their part:

            part = (stake with fit ones + what is free) * weight / weights          rounded down

        What a validator does not take waits in the contract, and stops nobody else's. What was
        asked back (`liquid_asks.vy`) is collected once it has waited.
@dev    At `Staking` others' pools decide what fits: calls that it can refuse do not end the loop.
        Unchecked: all sums are of parts of what is pooled, less than 2^88.
"""

# --- interfaces ---

from interfaces import ILiquidStaking

# --- modules ---

from ...modules import checks
from . import liquid_books
from . import liquid_places
from . import liquid_watch
from . import liquid_words as words

uses: liquid_books
uses: liquid_places
uses: liquid_watch

# --- permissionless ---

@external
def allocate() -> uint256:
    """
    @notice Stake what is in the contract and not needed for exits, by weight.
    @return Wei staked.
    @custom:error "lst: nothing to allocate"
    """
    liquid_watch._refresh()
    free: uint256 = self._free()
    weights: liquid_places.Weights = liquid_places._weigh()
    total: uint256 = unsafe_add(weights.staked, free)
    staked: uint256 = 0
    for i: uint256 in range(liquid_places._member_count, bound=liquid_places.MAX_VALIDATORS):
        if weights.of[i] == 0:
            continue
        part: uint256 = unsafe_div(unsafe_mul(total, weights.of[i]), weights.all)
        has: uint256 = liquid_places._members[i] >> words.STAKED_AT
        missing: uint256 = unsafe_sub(part, min(part, has))
        staked = unsafe_add(staked, self._stake(i, min(missing, unsafe_sub(free, staked))))
    if staked == 0:
        checks._refuse("lst: nothing to allocate")
    return staked


@external
def collect() -> uint256:
    """
    @notice Take out what has waited at `Staking`, in seconds and blocks, and has answered for every
            slash; the others wait.
    @return Wei that came back.
    @custom:error "lst: nothing to collect"
    """
    liquid_watch._refresh()
    collected: uint256 = 0
    count: uint256 = liquid_places._piece_count
    for i: uint256 in range(count, bound=liquid_places.MAX_PIECES):
        # from the last: the one that takes an ended piece's place was looked at
        collected = unsafe_add(collected, self._withdraw(unsafe_sub(unsafe_sub(count, 1), i)))
    if collected == 0:
        checks._refuse("lst: nothing to collect")
    return collected

# --- internal ---

@internal
@view
def _free() -> uint256:
    """
    @notice Wei that closed batches do not need: they have what waits at `Staking` first.
    """
    owed: uint256 = words._second(liquid_books._exits)
    needed: uint256 = unsafe_sub(owed, min(owed, words._second(liquid_books._placed)))
    liquid: uint256 = liquid_books._liquid()
    return unsafe_sub(liquid, min(liquid, needed))


@internal
def _stake(_place: uint256, _amount: uint256) -> uint256:
    """
    @notice As much of an amount as fits; nothing where `Staking` refuses.
    """
    if _amount == 0:
        return 0
    word: uint256 = liquid_places._members[_place]
    is_done: bool = False
    answer: Bytes[32] = b""
    is_done, answer = raw_call(
        liquid_places.STAKING,
        abi_encode(
            word & words.ID,
            liquid_places.SLOT,
            _amount,
            empty(uint256),
            self,
            liquid_places.commission_limit_bps,
            True,
            method_id=method_id("stake(uint256,uint256,uint256,uint256,address,uint256,bool)"),
        ),
        max_outsize=32,
        revert_on_failure=False,
    )
    if not is_done:
        return 0
    staked: uint256 = convert(answer, uint256)
    placed: uint256 = liquid_books._placed
    liquid_books._put(unsafe_add(words._first(placed), staked), words._second(placed))
    liquid_places._measure(_place, unsafe_add(word >> words.STAKED_AT, staked))
    log ILiquidStaking.Allocated(validator_id=word & words.ID, amount=staked)
    return staked


@internal
def _withdraw(_place: uint256) -> uint256:
    """
    @return Wei of a piece that came back; 0 if it waits.
    """
    word: uint256 = liquid_places._pieces[_place]
    id: uint256 = word & words.ID
    request_id: uint256 = (word >> words.REQUEST_AT) & words.ID
    is_done: bool = raw_call(
        liquid_places.STAKING,
        abi_encode(
            id,
            liquid_places.SLOT,
            request_id,
            method_id=method_id("withdraw(uint256,uint256,uint256)"),
        ),
        revert_on_failure=False,
    )
    if not is_done:
        return 0
    tokens: uint256 = word >> words.TOKENS_AT
    placed: uint256 = liquid_books._placed
    liquid_books._put(words._first(placed), unsafe_sub(words._second(placed), tokens))
    liquid_places._end_piece(_place)
    log ILiquidStaking.Collected(validator_id=id, request_id=request_id, amount=tokens)
    return tokens
