# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Reward ledger: two streams, shared by stake at every block, in constant gas
@license AGPL-3.0-only
@notice Two levels. The network's accumulator rises by what flows, divided by the total weight; a
        validator's accumulator rises with it while the validator has stake; a position, keyed
        (validator, owner), is owed its tokens times the rise of its validator's accumulator.

            network.acc    += (flow + carry) / total weight           remainder -> carry
            validator.acc  += network.acc - seen                      while it has tokens
            position.owed  += tokens * (validator.acc - seen)

        A validator's reward weight is its tokens, and all its tokens are its own, so the second
        line needs no division and the validator's tokens are its position's tokens.

        Nothing is rounded away. In scaled wei, at every block,

            put in = left in streams + carry + idle + sum of owed + paid

        Only two things wait: less than one scaled wei per unit of weight (the carry), and less than
        one wei per position (the fraction a claim leaves in `owed`).
@dev    Settling is a function of the block alone: flow is linear between changes of weight or rate,
        and (a + b) / w with a carried remainder is the same in one step or two. So reads and claims
        compute the settled state and only a change of weight or rate has to write it.

        Words   network   | acc 112 | weight 88 | settled_at 32 |
                epoch     | rate 136 | end 32 | carry 88 |
                block     | rate 136 | end 32 |
                validator | tokens 88 | seen 112 | registered_at 32 |
                position  | seen 112 | owed 144 |
        Every field is checked when it is packed, and none can be outgrown: the token's cap is below
        2^85 wei (the host checks), so amounts and the carry fit, and so do rates at 32 blocks or
        more a stream (85 + 56 - 5 bits) or at less than 2^80 wei a block; an accumulator would need
        2^56 * 1e18 wei streamed to the host's smallest stake; block numbers fit for four centuries
        of three-second blocks, and no stream ends later.
"""

# --- modules ---

from contracts.modules import packing
from contracts.modules import reward_stream

# --- constants ---

SCALE_BITS: constant(uint256) = reward_stream.SCALE_BITS
SCALE: constant(uint256) = 2**SCALE_BITS

AMOUNT_BITS: constant(uint256) = 88
ACC_BITS: constant(uint256) = 112
RATE_BITS: constant(uint256) = 136
BLOCK_BITS: constant(uint256) = reward_stream.BLOCK_BITS
OWED_BITS: constant(uint256) = 144

AMOUNT_MASK: constant(uint256) = 2**AMOUNT_BITS - 1
ACC_MASK: constant(uint256) = 2**ACC_BITS - 1
RATE_MASK: constant(uint256) = 2**RATE_BITS - 1
BLOCK_MASK: constant(uint256) = 2**BLOCK_BITS - 1

# --- structs ---

struct Network:
    acc: uint256  # scaled wei per wei of weight, since the beginning
    weight: uint256  # sum of all validators' weights
    carry: uint256  # scaled wei that the last division by the weight left
    new_idle: uint256  # scaled wei that flowed to nobody since the stored state
    epoch_stream: reward_stream.Stream
    block_stream: reward_stream.Stream

struct Account:
    tokens: uint256  # wei staked
    acc: uint256  # the validator's accumulator, settled
    owed: uint256  # scaled wei the position is owed, settled
    registered_at: uint256  # block; 0 = never

# --- storage ---

# packed: see the header
network_word: uint256
epoch_word: uint256
block_word: uint256
# scaled wei that flowed while nobody was staked and has not been taken out
idle: uint256
# validator => packed
validator_words: HashMap[address, uint256]
# validator => accumulator
validator_accs: HashMap[address, uint256]
# validator => owner => packed
position_words: HashMap[address, HashMap[address, uint256]]

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
    self.block_word = packing._fits(network.block_stream.rate, RATE_BITS) | (
        packing._fits(network.block_stream.end, BLOCK_BITS) << RATE_BITS
    )
    return network.block_stream


@internal
def _open(_validator: address, _tokens: uint256):
    """
    @dev Enter a validator that was never registered. It sees the network as it is now; its own
         accumulator and its position start at zero.
    """
    network: Network = self._settled()
    network.weight += _tokens
    self._store(network)
    self.validator_words[_validator] = self._validator_word(_tokens, network.acc, block.number)


@internal
def _set_tokens(_validator: address, _tokens: uint256):
    """
    @dev Change a registered validator's tokens; what it earned so far was earned with the old ones.
    """
    network: Network = self._settled()
    account: Account = self._account(_validator, network.acc)
    network.weight = network.weight + _tokens - account.tokens
    self._store(network)
    self.validator_words[_validator] = self._validator_word(
        _tokens, network.acc, account.registered_at
    )
    self.validator_accs[_validator] = account.acc
    self._store_position(_validator, account.acc, account.owed)


@internal
def _take_owed(_validator: address) -> uint256:
    """
    @dev Take the whole wei out of what a position is owed; the fraction of a wei stays.
    """
    account: Account = self._account(_validator, self._settled().acc)
    amount: uint256 = account.owed // SCALE
    self._store_position(_validator, account.acc, account.owed % SCALE)
    return amount


@internal
def _take_idle() -> uint256:
    """
    @dev Take the whole wei out of what flowed to nobody; the fraction of a wei stays.
    """
    network: Network = self._settled()
    self._store(network)
    amount: uint256 = self.idle // SCALE
    self.idle %= SCALE
    return amount


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
        weight=(network_word >> ACC_BITS) & AMOUNT_MASK,
        carry=epoch_word >> (RATE_BITS + BLOCK_BITS),
        new_idle=0,
        epoch_stream=reward_stream.Stream(
            rate=epoch_word & RATE_MASK, end=(epoch_word >> RATE_BITS) & BLOCK_MASK
        ),
        block_stream=reward_stream.Stream(
            rate=block_word & RATE_MASK, end=block_word >> RATE_BITS
        ),
    )
    settled_at: uint256 = network_word >> (ACC_BITS + AMOUNT_BITS)
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
def _account(_validator: address, _network_acc: uint256) -> Account:
    """
    @dev A validator and its position, settled against the network's accumulator.
    """
    word: uint256 = self.validator_words[_validator]
    tokens: uint256 = word & AMOUNT_MASK
    acc: uint256 = self.validator_accs[_validator]
    if tokens > 0:
        acc += _network_acc - ((word >> AMOUNT_BITS) & ACC_MASK)
    position: uint256 = self.position_words[_validator][_validator]
    return Account(
        tokens=tokens,
        acc=acc,
        owed=(position >> ACC_BITS) + tokens * (acc - (position & ACC_MASK)),
        registered_at=word >> (AMOUNT_BITS + ACC_BITS),
    )


@internal
@view
def _tokens(_validator: address) -> uint256:
    """
    @dev Wei a validator has staked.
    """
    return self.validator_words[_validator] & AMOUNT_MASK


@internal
@view
def _registered_at(_validator: address) -> uint256:
    """
    @dev Block of registration; 0 = never.
    """
    return self.validator_words[_validator] >> (AMOUNT_BITS + ACC_BITS)


@internal
@view
def _idle_amount() -> uint256:
    """
    @dev Wei that flowed to nobody and can be taken out now.
    """
    return (self.idle + self._settled().new_idle) // SCALE


# --- internal: words ---


@internal
def _store(_network: Network):
    """
    @dev The settled network, but for the block stream, which settling does not change.
    """
    self.network_word = (
        packing._fits(_network.acc, ACC_BITS)
        | (packing._fits(_network.weight, AMOUNT_BITS) << ACC_BITS)
        | (packing._fits(block.number, BLOCK_BITS) << (ACC_BITS + AMOUNT_BITS))
    )
    self.epoch_word = (
        packing._fits(_network.epoch_stream.rate, RATE_BITS)
        | (packing._fits(_network.epoch_stream.end, BLOCK_BITS) << RATE_BITS)
        | (packing._fits(_network.carry, AMOUNT_BITS) << (RATE_BITS + BLOCK_BITS))
    )
    if _network.new_idle > 0:
        self.idle += _network.new_idle


@internal
@pure
def _validator_word(_tokens: uint256, _seen: uint256, _registered_at: uint256) -> uint256:
    return (
        packing._fits(_tokens, AMOUNT_BITS)
        | (packing._fits(_seen, ACC_BITS) << AMOUNT_BITS)
        | (packing._fits(_registered_at, BLOCK_BITS) << (AMOUNT_BITS + ACC_BITS))
    )


@internal
def _store_position(_validator: address, _seen: uint256, _owed: uint256):
    self.position_words[_validator][_validator] = packing._fits(_seen, ACC_BITS) | (
        packing._fits(_owed, OWED_BITS) << ACC_BITS
    )
