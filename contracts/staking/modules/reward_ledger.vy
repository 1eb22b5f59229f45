# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Reward ledger: two streams, shared by weight at every block, in constant gas
@license AGPL-3.0-only
@notice The network's accumulator rises by what flows, divided by the total weight:

            acc += (flow + carry) / weight                remainder -> carry

        Nothing is rounded away here. In scaled wei, at every block,

            put in = left in streams + carry + idle + what the accumulator has shared out

        and what waits undivided is less than one scaled wei per unit of weight.
@dev    Settling is a function of the block alone: flow is linear between changes of weight or rate,
        and (a + b) / w with a carried remainder is the same in one step or two. So reads and claims
        compute the settled state and only a change of weight or rate has to write it.

        Words   network   | acc 92 | weight 66 | carry 66 | settled_at 32 |
                flow      | rate 128 | end 32 | staked 85 | table version 11 |
                epoch     | rate 127 | end 32 |
                block     | rate 127 | end 32 |
        What both streams pay together until one of them ends is kept beside each stream, so that
        almost every call reads two words: only the first after an end, and top-ups, read the other
        two. `staked` and the version of the decay table are no business of this module; they stand
        here because this word is written with every change of weight anyway.
        Every field is checked when it is packed, and what does not fit is refused. None is outgrown
        by all the token there is, streamed once: the token's cap is at most 1.5 * 2^84 wei (the
        host checks), so stakes fit, and with bonus their weights in units of 2^20 wei; rates at 32
        blocks or more a stream (85 + 47 - 5 bits) or at less than 2^80 wei a block; all of it,
        scaled, over the smallest weight (a token, 10^18 / 2^20 units) is below 2^92; block numbers
        fit for four centuries of three-second blocks, and no stream ends later.
"""

# --- modules ---

from ...common import packing
from . import reward_stream

# --- constants ---

SCALE_BITS: constant(uint256) = reward_stream.SCALE_BITS
SCALE: constant(uint256) = 2**SCALE_BITS

EPOCH: constant(uint256) = 0
BLOCK: constant(uint256) = 1

ACC_BITS: constant(uint256) = 92
WEIGHT_BITS: constant(uint256) = 66
RATE_BITS: constant(uint256) = 127
BOTH_BITS: constant(uint256) = RATE_BITS + 1
STAKED_BITS: constant(uint256) = 85
VERSION_BITS: constant(uint256) = 11
BLOCK_BITS: constant(uint256) = reward_stream.BLOCK_BITS

ACC_MASK: constant(uint256) = 2**ACC_BITS - 1
WEIGHT_MASK: constant(uint256) = 2**WEIGHT_BITS - 1
RATE_MASK: constant(uint256) = 2**RATE_BITS - 1
BOTH_MASK: constant(uint256) = 2**BOTH_BITS - 1
STAKED_MASK: constant(uint256) = 2**STAKED_BITS - 1
BLOCK_MASK: constant(uint256) = 2**BLOCK_BITS - 1

# --- structs ---

struct Network:
    acc: uint256  # scaled wei per unit of weight, since the beginning
    weight: uint256  # sum of all validators' weights, units
    carry: uint256  # scaled wei that the last division by the weight left
    new_idle: uint256  # scaled wei that flowed to nobody since the stored state
    staked: uint256  # wei staked with active validators
    version: uint256  # of the decay table
    flow: reward_stream.Stream  # of both streams, until the first of them ends

# --- storage ---

# packed: see the header
network_word: uint256
flow_word: uint256
stream_words: uint256[2]
# scaled wei that flowed while nobody was staked and has not been taken out
idle: uint256

# --- internal: changes ---

@internal
def _add_rewards(_stream: uint256, _amount: uint256, _blocks: uint256) -> reward_stream.Stream:
    """
    @dev Stream `_amount` wei over `_blocks` more blocks; all flows at the old rate until now.
    @param _stream EPOCH or BLOCK.
    """
    network: Network = self._settled()
    stream: reward_stream.Stream = self._stream(_stream)
    rest: uint256 = 0
    stream, rest = reward_stream._top_up(stream, block.number, _amount, _blocks)
    network.flow = reward_stream._joined(stream, self._stream(1 - _stream), block.number)
    network.carry += rest
    self._store(network)
    self.stream_words[_stream] = packing._fits(stream.rate, RATE_BITS) | (stream.end << RATE_BITS)
    return stream


@internal
def _take_idle() -> uint256:
    """
    @dev Take the whole wei out of what flowed to nobody; the fraction of a wei stays.
    """
    self._store(self._settled())
    amount: uint256 = self.idle // SCALE
    self.idle %= SCALE
    return amount


@internal
def _store(_network: Network):
    """
    @dev The settled network; the word of each stream is for its top-up alone.
    """
    self._store_changed(_network, _network.weight, _network.staked)


@internal
def _store_changed(_network: Network, _weight: uint256, _staked: uint256):
    """
    @dev As `_store`, with another weight and stake.
    """
    packing._check(
        (_network.acc >> ACC_BITS)
        | (_weight >> WEIGHT_BITS)
        | (_network.carry >> WEIGHT_BITS)
        | (block.number >> BLOCK_BITS)
        | (_staked >> STAKED_BITS)
        | (_network.version >> VERSION_BITS)
    )
    self.network_word = (
        _network.acc
        | (_weight << ACC_BITS)
        | (_network.carry << (ACC_BITS + WEIGHT_BITS))
        | (block.number << (ACC_BITS + 2 * WEIGHT_BITS))
    )
    self.flow_word = (
        _network.flow.rate
        | (_network.flow.end << BOTH_BITS)
        | (_staked << (BOTH_BITS + BLOCK_BITS))
        | (_network.version << (BOTH_BITS + BLOCK_BITS + STAKED_BITS))
    )
    if _network.new_idle > 0:
        self.idle += _network.new_idle

# --- internal: reads ---

@internal
@view
def _settled() -> Network:
    """
    @dev The network in this block. Weight zero: what flows, and the carry, is idle.
    """
    network_word: uint256 = self.network_word
    flow_word: uint256 = self.flow_word
    network: Network = Network(
        acc=network_word & ACC_MASK,
        weight=(network_word >> ACC_BITS) & WEIGHT_MASK,
        carry=(network_word >> (ACC_BITS + WEIGHT_BITS)) & WEIGHT_MASK,
        new_idle=0,
        staked=(flow_word >> (BOTH_BITS + BLOCK_BITS)) & STAKED_MASK,
        version=flow_word >> (BOTH_BITS + BLOCK_BITS + STAKED_BITS),
        flow=reward_stream.Stream(
            rate=flow_word & BOTH_MASK, end=(flow_word >> BOTH_BITS) & BLOCK_MASK
        ),
    )
    settled_at: uint256 = network_word >> (ACC_BITS + 2 * WEIGHT_BITS)
    flow: uint256 = network.carry
    if block.number <= network.flow.end:
        # Unchecked: at most 66 bits and 128 + 32 bits, and blocks only go on.
        blocks: uint256 = unsafe_sub(block.number, settled_at)
        flow = unsafe_add(flow, unsafe_mul(network.flow.rate, blocks))
    else:
        epoch: reward_stream.Stream = self._stream(EPOCH)
        of_blocks: reward_stream.Stream = self._stream(BLOCK)
        flow += reward_stream._flow(epoch, settled_at, block.number)
        flow += reward_stream._flow(of_blocks, settled_at, block.number)
        network.flow = reward_stream._joined(epoch, of_blocks, block.number)
    if network.weight == 0:
        network.new_idle = flow
        network.carry = 0
    else:
        # Rounded down; the rest is carried to the same stakers.
        network.acc += unsafe_div(flow, network.weight)
        network.carry = flow % network.weight
    return network


@internal
@view
def _idle_amount() -> uint256:
    """
    @dev Wei that flowed to nobody and can be taken out now.
    """
    return (self.idle + self._settled().new_idle) // SCALE


@internal
@view
def _stream(_stream: uint256) -> reward_stream.Stream:
    """
    @dev EPOCH or BLOCK, as topped up last.
    """
    word: uint256 = self.stream_words[_stream]
    return reward_stream.Stream(rate=word & RATE_MASK, end=word >> RATE_BITS)
