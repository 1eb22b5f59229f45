# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Reward stream: an amount that flows evenly over the coming blocks
@license AGPL-3.0-only
@notice A stream pays `rate` in each block until `end`. Topping it up keeps what has not flowed yet:

            end'  = max(end, now) + blocks          at most LAST_END
            rate' = (left + added) / (end' - now)          what the division leaves is handed back

        so a top-up never pays anything at once, a gap between two top-ups pays nothing, and nothing
        is lost: what flows, what is left and what was handed back sum to what was put in.
@dev    Rates and amounts inside a stream are scaled: wei * SCALE. Blocks are numbers; a stream
        topped up in block `now` first pays for block `now` itself, in block `now + 1`.
"""

# --- constants ---

# A wei is SCALE units. 47 bits keep the network's accumulator, weight, carry and clock in one word;
# nothing rests on more precision, since every division carries its remainder.
SCALE_BITS: constant(uint256) = 47
SCALE: constant(uint256) = 2**SCALE_BITS

# Block numbers have 32 bits. No stream reaches further: one that would is paid faster instead, so
# that an amount spread very thinly (arrears of decades at a late era's reward) is never refused.
BLOCK_BITS: constant(uint256) = 32
LAST_END: constant(uint256) = 2**BLOCK_BITS - 1

# --- structs ---

struct Stream:
    rate: uint256  # scaled wei per block
    end: uint256  # first block that pays nothing

# --- internal ---

@internal
@pure
def _flow(_stream: Stream, _from: uint256, _to: uint256) -> uint256:
    """
    @dev What flows in the blocks _from .. _to - 1, scaled wei, exactly: flows over adjoining ranges
         add up.
    """
    last: uint256 = min(_to, _stream.end)
    if last <= _from:
        return 0
    return _stream.rate * (last - _from)


@internal
@pure
def _top_up(
    _stream: Stream, _now: uint256, _amount: uint256, _blocks: uint256
) -> (Stream, uint256):
    """
    @dev Add `_amount` wei and `_blocks` blocks to what is left in block `_now`: at least one block,
         or a stream that flows.
    @return The new stream, and what its rate, rounded down, leaves over: less than one scaled wei
            per block. The caller keeps it for the same stakers.
    """
    total: uint256 = self._flow(_stream, _now, _stream.end) + _amount * SCALE
    end: uint256 = min(max(_stream.end, _now) + _blocks, LAST_END)
    length: uint256 = end - _now
    return Stream(rate=total // length, end=end), total % length


@internal
@pure
def _joined(_a: Stream, _b: Stream, _now: uint256) -> Stream:
    """
    @dev What both pay from block `_now` until the first of those that still run ends.
    """
    joined: Stream = Stream(rate=0, end=LAST_END)
    if _a.end > _now:
        joined = _a
    if _b.end > _now:
        joined.rate += _b.rate
        joined.end = min(joined.end, _b.end)
    return joined
