# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid exits: batches are closed with a cycle, wait for one unbonding, and are priced when it
        is over
@license AGPL-3.0-only
@notice Shares that leave stay shares until their batch is priced:

            open      who asks joins; its shares earn as all others
            closed    once a cycle, with what it is worth at most: rewards after that are not its.
                      What it needs is asked back. Slashes hit it as they hit everybody
            priced    one unbonding later, in seconds and blocks: it gets the least of that and what
                      its shares are worth now, and leaves with it. What they have earned since
                      flows to those who stay

        At most = worth when it was closed, with what positions get back if every slash in escrow is
        overturned. While a slash is undecided (in escrow, or stake that was asked back has not
        answered) pricing waits for it, at most WAIT_SECONDS: who was there gets what is given back.
        After that it goes on without what is in escrow, and what has not answered counts as
        nothing.
@custom:security Nobody can stop any of it. The owner cannot either: it has no call here.
"""

# --- interfaces ---

from interfaces import ILiquidStaking
from interfaces import IStaking

# --- modules ---

from ...modules import checks
from . import liquid_asks
from . import liquid_books
from . import liquid_flow
from . import liquid_places
from . import liquid_queues
from . import liquid_shares
from . import liquid_watch
from . import liquid_words as words

uses: liquid_asks
uses: liquid_books
uses: liquid_flow
uses: liquid_places
uses: liquid_queues
uses: liquid_shares
uses: liquid_watch

# --- constants ---

# In an unbonding: with two pieces a cycle, all of them find room.
MAX_CYCLES: constant(uint256) = liquid_places.MAX_PIECES // 2
MAX_CYCLE_SECONDS: constant(uint256) = 14 * 86_400  # longer keeps people in
MIN_WAIT_SECONDS: constant(uint256) = 86_400  # the shortest window in which a slash is decided
MAX_WAIT_SECONDS: constant(uint256) = 30 * 86_400  # the longest, appealed, and two days
FIRST_BATCH: constant(uint256) = 1

# --- immutables ---

CYCLE_SECONDS: public(immutable(uint256))
WAIT_SECONDS: public(immutable(uint256))
UNBONDING_SECONDS: immutable(uint256)
UNBONDING_BLOCKS: immutable(uint256)

# --- storage ---

cycle_closed_at: public(uint256)  # timestamp of the last time

# --- constructor ---

@deploy
def __init__(_cycle_seconds: uint256, _wait_seconds: uint256):
    assert (
        MIN_WAIT_SECONDS <= _wait_seconds and _wait_seconds <= MAX_WAIT_SECONDS
    ), "lst: wait out of bounds"
    terms: IStaking.Terms = staticcall IStaking(liquid_places.STAKING).terms()
    assert (
        _cycle_seconds <= MAX_CYCLE_SECONDS
        and unsafe_mul(_cycle_seconds, MAX_CYCLES) >= terms.unbonding_seconds
    ), "lst: cycle out of bounds"
    CYCLE_SECONDS = _cycle_seconds
    WAIT_SECONDS = _wait_seconds
    UNBONDING_SECONDS = terms.unbonding_seconds
    UNBONDING_BLOCKS = terms.unbonding_blocks
    liquid_books._exits = (FIRST_BATCH << words.THIRD_AT) | (FIRST_BATCH << words.FOURTH_AT)

# --- permissionless ---

@external
def close_cycle() -> uint256:
    """
    @notice Once a cycle: close the open batch, and ask back what exits need and what is staked with
            validators that are not fit.
    @return Wei asked back.
    @custom:error "lst: cycle not over", "lst: nothing to do"
                  Whatever `Staking` refuses with.
    """
    if block.timestamp < self.cycle_closed_at + CYCLE_SECONDS:
        checks._refuse("lst: cycle not over")
    self.cycle_closed_at = block.timestamp
    state: liquid_watch.State = liquid_watch._refresh()
    batch: uint256 = liquid_books._exits >> words.FOURTH_AT
    word: uint256 = liquid_queues._batches[batch]
    leaving: uint256 = words._first(word)
    if leaving != 0:
        # rounded down in favour of those who stay
        most: uint256 = liquid_books._assets_of(
            leaving, state.shares, state.priced + liquid_watch._escrow
        )
        closed: uint256 = words._with(0, leaving, most)
        closed |= block.timestamp << words.THIRD_AT
        liquid_queues._batches[batch] = closed | (block.number << words.FOURTH_AT)
        liquid_books._owe(most)
        log ILiquidStaking.BatchClosed(batch=batch, shares=leaving, at_most=most)
    asked: uint256 = liquid_asks._ask_back()
    if leaving == 0 and asked == 0:
        checks._refuse("lst: nothing to do")
    return asked


@external
def price_batch() -> uint256:
    """
    @notice Price the oldest closed batch, once its unbonding is over and nothing is undecided, and
            set aside what it gets. Batches are priced in the order in which they were closed.
    @return Wei set aside, rounded down.
    @custom:error "lst: no batch closed", "lst: still unbonding", "lst: slash undecided"
                  "lst: too little here" `collect` first, or wait for what was asked back.
    """
    exits: uint256 = liquid_books._exits
    batch: uint256 = (exits >> words.THIRD_AT) & words.TIME
    if batch >= exits >> words.FOURTH_AT:
        checks._refuse("lst: no batch closed")
    word: uint256 = liquid_queues._batches[batch]
    ready_at: uint256 = ((word >> words.THIRD_AT) & words.TIME) + UNBONDING_SECONDS
    ready_in: uint256 = (word >> words.FOURTH_AT) + UNBONDING_BLOCKS
    if block.timestamp < ready_at or block.number < ready_in:
        checks._refuse("lst: still unbonding")
    state: liquid_watch.State = liquid_watch._refresh()
    if state.is_undecided:
        if block.timestamp < ready_at + WAIT_SECONDS:
            checks._refuse("lst: slash undecided")
    shares: uint256 = words._first(word)
    most: uint256 = words._second(word)
    priced: uint256 = state.priced - min(liquid_watch._unanswered, state.priced)
    worth: uint256 = liquid_books._assets_of(shares, state.shares, priced)
    assets: uint256 = min(worth, most)
    if liquid_books._liquid() < assets:
        checks._refuse("lst: too little here")
    liquid_queues._batches[batch] = words._with(word, shares, assets)
    liquid_books._part(shares, assets)
    liquid_flow._lock(worth - assets)
    liquid_books._reserve(assets, most)
    liquid_shares._move(self, empty(address), shares)
    log ILiquidStaking.BatchPriced(batch=batch, shares=shares, worth=worth, assets=assets)
    return assets
