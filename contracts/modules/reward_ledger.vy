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
                epoch     | rate 127 | end 32 |
                block     | rate 127 | end 32 | staked 85 | table version 12 |
        `staked` and the version of the decay table are no business of this module; they stand here
        because this word is written with every change of weight anyway.
        Every field is checked when it is packed, and none can be outgrown: the token's cap is at
        most 1.5 * 2^84 wei (the host checks), so stakes fit, and with bonus their weights in units
        of 2^20 wei; rates at 32 blocks or more a stream (85 + 47 - 5 bits) or at less than 2^80 wei
        a block; all wei ever, scaled, over the smallest weight (a token, 10^18 / 2^20 units) is below
        2^92; block numbers fit for four centuries of three-second blocks, and no stream ends later.
"""

# --- modules ---

from contracts.modules import packing
from contracts.modules import reward_stream

# --- constants ---

SCALE_BITS: constant(uint256) = reward_stream.SCALE_BITS
SCALE: constant(uint256) = 2**SCALE_BITS

ACC_BITS: constant(uint256) = 92
WEIGHT_BITS: constant(uint256) = 66
RATE_BITS: constant(uint256) = 127
STAKED_BITS: constant(uint256) = 85
VERSION_BITS: constant(uint256) = 12
BLOCK_BITS: constant(uint256) = reward_stream.BLOCK_BITS

ACC_MASK: constant(uint256) = 2**ACC_BITS - 1
WEIGHT_MASK: constant(uint256) = 2**WEIGHT_BITS - 1
RATE_MASK: constant(uint256) = 2**RATE_BITS - 1
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
    epoch_stream: reward_stream.Stream
    block_stream: reward_stream.Stream

# --- storage ---

# packed: see the header
network_word: uint256
epoch_word: uint256
block_word: uint256
# scaled wei that flowed while nobody was staked and has not been taken out
idle: uint256

# --- internal: changes ---


@internal
def _add_epoch_rewards(_amount: uint256, _blocks: uint256) -> reward_stream.Stream:
    """
    @dev Stream `_amount` wei over `_blocks` more blocks; all flows at the old rate until now.
    """
    network: Network = self._settled()
    rest: uint256 = 0
    network.epoch_stream, rest = reward_stream._top_up(
        network.epoch_stream, block.number, _amount, _blocks
    )
    network.carry += rest
    self._store(network)
    self.epoch_word = packing._fits(network.epoch_stream.rate, RATE_BITS) | (
        network.epoch_stream.end << RATE_BITS
    )
    return network.epoch_stream


@internal
def _add_block_rewards(_amount: uint256, _blocks: uint256) -> reward_stream.Stream:
    """
    @dev As `_add_epoch_rewards`, for the other stream.
    """
    network: Network = self._settled()
    rest: uint256 = 0
    network.block_stream, rest = reward_stream._top_up(
        network.block_stream, block.number, _amount, _blocks
    )
    network.carry += rest
    self._store(network)
    return network.block_stream


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
    @dev The settled network, but for the epoch stream, which only its top-up changes.
    """
    self.network_word = (
        packing._fits(_network.acc, ACC_BITS)
        | (packing._fits(_network.weight, WEIGHT_BITS) << ACC_BITS)
        | (packing._fits(_network.carry, WEIGHT_BITS) << (ACC_BITS + WEIGHT_BITS))
        | (packing._fits(block.number, BLOCK_BITS) << (ACC_BITS + 2 * WEIGHT_BITS))
    )
    self.block_word = (
        packing._fits(_network.block_stream.rate, RATE_BITS)
        | (_network.block_stream.end << RATE_BITS)
        | (packing._fits(_network.staked, STAKED_BITS) << (RATE_BITS + BLOCK_BITS))
        | (
            _network.version
            << (RATE_BITS + BLOCK_BITS + STAKED_BITS)
        )
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
    epoch_word: uint256 = self.epoch_word
    block_word: uint256 = self.block_word
    network: Network = Network(
        acc=network_word & ACC_MASK,
        weight=(network_word >> ACC_BITS) & WEIGHT_MASK,
        carry=(network_word >> (ACC_BITS + WEIGHT_BITS)) & WEIGHT_MASK,
        new_idle=0,
        staked=(block_word >> (RATE_BITS + BLOCK_BITS)) & STAKED_MASK,
        version=block_word >> (RATE_BITS + BLOCK_BITS + STAKED_BITS),
        epoch_stream=reward_stream.Stream(rate=epoch_word & RATE_MASK, end=epoch_word >> RATE_BITS),
        block_stream=reward_stream.Stream(
            rate=block_word & RATE_MASK, end=(block_word >> RATE_BITS) & BLOCK_MASK
        ),
    )
    settled_at: uint256 = network_word >> (ACC_BITS + 2 * WEIGHT_BITS)
    flow: uint256 = (
        network.carry
        + reward_stream._flow(network.epoch_stream, settled_at, block.number)
        + reward_stream._flow(network.block_stream, settled_at, block.number)
    )
    if network.weight == 0:
        network.new_idle = flow
        network.carry = 0
    else:
        network.acc += flow // network.weight  # rounded down; the rest is carried to the same
        network.carry = flow % network.weight
    return network


@internal
@view
def _idle_amount() -> uint256:
    """
    @dev Wei that flowed to nobody and can be taken out now.
    """
    return (self.idle + self._settled().new_idle) // SCALE
