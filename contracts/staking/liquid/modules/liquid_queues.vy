# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Liquid queues: whose shares wait for which batch, and what is due for them
@license AGPL-3.0-only
@notice Shares that are asked to leave join the open batch. A controller's requests are a queue of
        its own, one entry a batch, found by the batch's number: a second request in the same batch
        is added to the first, and nobody else's are ever looked at. Once a batch was priced its
        shares are claimed out of what was set aside for it:

            paid = shares * tokens left / shares left          rounded down
            shares for an amount = amount * shares left / tokens left          rounded up

        both in favour of those who claim later. Who claims last gets all the rest: nothing is
        stranded, and nobody gets what was not set aside for the batch.
"""

# --- interfaces ---

from interfaces import ILiquidStaking

# --- modules ---

from . import liquid_books
from . import liquid_words as words

uses: liquid_books

# --- constants ---

MAX_BATCHES: constant(uint256) = 16  # that one call takes claims out of

# --- storage ---

# batch => packed
_batches: HashMap[uint256, uint256]
# controller => batch => | shares 88 | next batch of the controller 88 |
_requests: HashMap[address, HashMap[uint256, uint256]]
# controller => | first batch 88 | last batch 88 |; 0 = it has none
_queues: HashMap[address, uint256]

# --- views ---

@external
@view
def pendingRedeemRequest(_request_id: uint256, _controller: address) -> uint256:
    """
    @notice Shares of a controller that wait in a batch which was not priced yet.
    """
    if self._is_priced(_request_id):
        return 0
    return words._first(self._requests[_controller][_request_id])


@external
@view
def claimableRedeemRequest(_request_id: uint256, _controller: address) -> uint256:
    """
    @notice Shares of a controller that can be claimed out of a batch that was priced.
    """
    if not self._is_priced(_request_id):
        return 0
    return words._first(self._requests[_controller][_request_id])


@external
@view
def maxRedeem(_controller: address) -> uint256:
    """
    @notice Shares that one call of `redeem` can claim: of the controller's first 16 batches.
    """
    return self._claimable(_controller)[0]


@external
@view
def maxWithdraw(_controller: address) -> uint256:
    """
    @notice Wei that one call of `withdraw` can claim: of the controller's first 16 batches.
    """
    return self._claimable(_controller)[1]


@external
@view
def batch(_batch: uint256) -> ILiquidStaking.Batch:
    """
    @notice A batch: all zero if nobody has asked in it.
    """
    word: uint256 = self._batches[_batch]
    return ILiquidStaking.Batch(
        shares=words._first(word),
        tokens=words._second(word),
        closed_at=(word >> words.THIRD_AT) & words.TIME,
        closed_in=word >> words.FOURTH_AT,
        is_priced=self._is_priced(_batch),
    )

# --- internal ---

@internal
@view
def _is_priced(_batch: uint256) -> bool:
    return _batch != 0 and _batch < (liquid_books._exits >> words.THIRD_AT) & words.TIME


@internal
def _append(_controller: address, _batch: uint256, _shares: uint256):
    """
    @notice Into a controller's queue, at its end: batches are opened in order.
    """
    queue: uint256 = self._queues[_controller]
    last: uint256 = words._second(queue)
    held: uint256 = self._requests[_controller][_batch]
    self._requests[_controller][_batch] = words._with(
        held, unsafe_add(words._first(held), _shares), 0
    )
    if last == 0:
        self._queues[_controller] = words._with(0, _batch, _batch)
    elif last != _batch:
        before: uint256 = self._requests[_controller][last]
        self._requests[_controller][last] = words._with(before, words._first(before), _batch)
        self._queues[_controller] = words._with(queue, words._first(queue), _batch)


@internal
@view
def _claimable(_controller: address) -> (uint256, uint256):
    """
    @return Shares, and wei.
    """
    shares: uint256 = 0
    assets: uint256 = 0
    place: uint256 = words._first(self._queues[_controller])
    for i: uint256 in range(MAX_BATCHES):
        if not self._is_priced(place):
            break
        held: uint256 = self._requests[_controller][place]
        word: uint256 = self._batches[place]
        shares += words._first(held)
        due: uint256 = unsafe_mul(words._first(held), words._second(word))
        assets += unsafe_div(due, words._first(word))
        place = words._second(held)
    return shares, assets


@internal
def _claim(_controller: address, _shares: uint256, _assets: uint256) -> (uint256, uint256):
    """
    @notice Take claims out of a controller's queue until one of both limits is reached.
    @return Shares, and wei.
    """
    shares: uint256 = 0
    assets: uint256 = 0
    queue: uint256 = self._queues[_controller]
    place: uint256 = words._first(queue)
    for i: uint256 in range(MAX_BATCHES):
        if shares == _shares or assets == _assets or not self._is_priced(place):
            break
        held: uint256 = self._requests[_controller][place]
        word: uint256 = self._batches[place]
        all_shares: uint256 = words._first(word)
        tokens: uint256 = words._second(word)
        part: uint256 = min(words._first(held), unsafe_sub(_shares, shares))
        paid: uint256 = unsafe_div(unsafe_mul(part, tokens), all_shares)
        left: uint256 = unsafe_sub(_assets, assets)
        if paid > left:
            paid = left
            part = words._ceil_div(unsafe_mul(paid, all_shares), tokens)
        shares = unsafe_add(shares, part)
        assets = unsafe_add(assets, paid)
        self._batches[place] = words._with(
            word, unsafe_sub(all_shares, part), unsafe_sub(tokens, paid)
        )
        if part == words._first(held):
            self._requests[_controller][place] = 0
            place = words._second(held)
        else:
            self._requests[_controller][place] = words._with(
                held, unsafe_sub(words._first(held), part), words._second(held)
            )
    if place == 0:
        self._queues[_controller] = 0
    else:
        self._queues[_controller] = words._with(queue, place, words._second(queue))
    return shares, assets
