# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: the reward ledger and the reward stream, many steps in one call
@license AGPL-3.0-only
"""

from contracts.common import packing
from contracts.staking.modules import reward_ledger
from contracts.staking.modules import reward_stream

initializes: reward_ledger

SET_WEIGHT: constant(uint256) = 0
TAKE_IDLE: constant(uint256) = 1
EPOCH_REWARDS: constant(uint256) = 2
BLOCK_REWARDS: constant(uint256) = 3

struct Step:
    action: uint256
    amount: uint256
    blocks: uint256

struct TopUp:
    rate: uint256
    end: uint256
    now: uint256
    amount: uint256
    blocks: uint256
    to: uint256

struct TopUpAnswer:
    flow: uint256
    rate: uint256
    end: uint256
    rest: uint256

struct State:
    network: reward_ledger.Network
    idle: uint256
    epoch_stream: reward_stream.Stream
    block_stream: reward_stream.Stream


@external
def run(_steps: DynArray[Step, 64]) -> DynArray[uint256, 64]:
    """
    @notice Steps in the order given, all in this block; what they take, the new stream's end, or
            the accumulator when the weight is set.
    """
    answers: DynArray[uint256, 64] = []
    for step: Step in _steps:
        answer: uint256 = 0
        if step.action == SET_WEIGHT:
            network: reward_ledger.Network = reward_ledger._settled()
            reward_ledger._store_changed(network, step.amount, 0)
            answer = network.acc
        elif step.action == TAKE_IDLE:
            answer = reward_ledger._take_idle()
        elif step.action == EPOCH_REWARDS:
            answer = reward_ledger._add_rewards(
                reward_ledger.EPOCH, step.amount, step.blocks
            ).end
        elif step.action == BLOCK_REWARDS:
            answer = reward_ledger._add_rewards(
                reward_ledger.BLOCK, step.amount, step.blocks
            ).end
        else:
            raise "harness: unknown action"
        answers.append(answer)
    return answers


@external
@view
def state() -> State:
    """
    @notice Everything, settled to this block.
    """
    network: reward_ledger.Network = reward_ledger._settled()
    return State(
        network=network,
        idle=reward_ledger.idle + network.new_idle,
        epoch_stream=reward_ledger._stream(reward_ledger.EPOCH),
        block_stream=reward_ledger._stream(reward_ledger.BLOCK),
    )


@external
@pure
def top_ups(_cases: DynArray[TopUp, 500]) -> DynArray[TopUpAnswer, 500]:
    answers: DynArray[TopUpAnswer, 500] = []
    for case: TopUp in _cases:
        before: reward_stream.Stream = reward_stream.Stream(rate=case.rate, end=case.end)
        after: reward_stream.Stream = empty(reward_stream.Stream)
        rest: uint256 = 0
        after, rest = reward_stream._top_up(before, case.now, case.amount, case.blocks)
        flow: uint256 = reward_stream._flow(after, case.now, case.to)
        answers.append(TopUpAnswer(flow=flow, rate=after.rate, end=after.end, rest=rest))
    return answers


@external
@pure
def joined(
    _a: reward_stream.Stream, _b: reward_stream.Stream, _now: uint256
) -> reward_stream.Stream:
    return reward_stream._joined(_a, _b, _now)


@external
@pure
def fits(_value: uint256, _bits: uint256) -> uint256:
    return packing._fits(_value, _bits)
