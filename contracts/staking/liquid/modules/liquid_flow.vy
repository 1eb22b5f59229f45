# pragma version ~=0.4.3
"""
@title Liquid flow: what comes in counts little by little
@license AGPL-3.0-only
@notice So that nobody gains by coming just before a reward does:

            locked = what came in * time left / time it flows          rounded up

        What comes in while something still flows is joined to it, with the mean of the times that
        are left, weighted with the amounts: then all of it never flows faster than both would have
        by themselves, and a few wei cannot hold up what was there.
@dev    What flows is pooled already: this says how much of that does not count yet. Unchecked: wei
        have 88 bits, times 40.
"""

# --- modules ---

from . import liquid_words as words

# --- constants ---

MIN_FLOW_SECONDS: constant(uint256) = 86_400  # in less, waiting a few blocks would be worth it
MAX_FLOW_SECONDS: constant(uint256) = 30 * 86_400  # longer keeps holders from what is theirs
UNTIL_AT: constant(uint256) = words.SECOND_AT + words.TIME_BITS

# --- immutables ---

FLOW_SECONDS: public(immutable(uint256))

# --- storage ---

# packed, see `liquid_words.vy`
_flow: uint256

# --- constructor ---

@deploy
def __init__(_flow_seconds: uint256):
    assert (
        MIN_FLOW_SECONDS <= _flow_seconds and _flow_seconds <= MAX_FLOW_SECONDS
    ), "lst: flow out of bounds"
    FLOW_SECONDS = _flow_seconds

# --- internal ---

@internal
@view
def _locked() -> uint256:
    """
    @notice Wei that came in and do not count yet.
    """
    return self._locked_of(words._first(self._flow))


@internal
@view
def _locked_of(_amount: uint256) -> uint256:
    """
    @notice What is left of an amount that flows now, rounded up: what counts has flowed.
    """
    flow: uint256 = self._flow
    until: uint256 = flow >> UNTIL_AT
    if block.timestamp >= until:
        return 0
    since: uint256 = (flow >> words.SECOND_AT) & words.TIME
    return words._ceil_div(
        unsafe_mul(_amount, unsafe_sub(until, block.timestamp)), unsafe_sub(until, since)
    )


@internal
@pure
def _left_of(_amount: uint256, _before: uint256, _after: uint256) -> uint256:
    """
    @notice A part of what was pooled, after a loss or a gain of all of it: a loss is everybody's,
            also that of what still flows, a gain is not. Rounded down in favour of the price.
    """
    if _after >= _before:
        return _amount
    return unsafe_div(unsafe_mul(_amount, _after), _before)


@internal
def _lose(_before: uint256, _after: uint256):
    """
    @notice Of what was pooled, so much is left: what is locked loses the same part.
    """
    flow: uint256 = self._flow
    locked: uint256 = self._left_of(words._first(flow), _before, _after)
    self._flow = ((flow >> words.SECOND_AT) << words.SECOND_AT) | locked


@internal
def _lock(_amount: uint256):
    """
    @notice So much of what is pooled counts little by little from here on, with what still flows.
    """
    if _amount == 0:
        return
    locked: uint256 = self._locked()
    until: uint256 = self._flow >> UNTIL_AT
    left: uint256 = unsafe_sub(until, min(until, block.timestamp))
    total: uint256 = unsafe_add(locked, _amount)
    # rounded up: never faster
    seconds: uint256 = words._ceil_div(
        unsafe_add(unsafe_mul(locked, left), unsafe_mul(_amount, FLOW_SECONDS)), total
    )
    self._flow = (
        total
        | (block.timestamp << words.SECOND_AT)
        | ((unsafe_add(block.timestamp, seconds)) << UNTIL_AT)
    )
