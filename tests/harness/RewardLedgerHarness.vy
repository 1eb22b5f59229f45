# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: the reward ledger and the reward stream, many steps in one call
@license AGPL-3.0-only
"""

from contracts.modules import packing
from contracts.modules import reward_ledger
from contracts.modules import reward_stream

initializes: reward_ledger

OPEN: constant(uint256) = 0
SET_TOKENS: constant(uint256) = 1
TAKE_OWED: constant(uint256) = 2
TAKE_IDLE: constant(uint256) = 3
EPOCH_REWARDS: constant(uint256) = 4
BLOCK_REWARDS: constant(uint256) = 5

struct Step:
    action: uint256
    validator: address
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
    accounts: DynArray[reward_ledger.Account, 16]


@external
def run(_steps: DynArray[Step, 64]) -> DynArray[uint256, 64]:
    """
    @notice Steps in the order given, all in this block; what they take, or the new stream's end.
    """
    answers: DynArray[uint256, 64] = []
    for step: Step in _steps:
        answer: uint256 = 0
        if step.action == OPEN:
            reward_ledger._open(step.validator, step.amount)
        elif step.action == SET_TOKENS:
            reward_ledger._set_tokens(step.validator, step.amount)
        elif step.action == TAKE_OWED:
            answer = reward_ledger._take_owed(step.validator)
        elif step.action == TAKE_IDLE:
            answer = reward_ledger._take_idle()
        elif step.action == EPOCH_REWARDS:
            answer = reward_ledger._add_epoch_rewards(step.amount, step.blocks).end
        elif step.action == BLOCK_REWARDS:
            answer = reward_ledger._add_block_rewards(step.amount, step.blocks).end
        else:
            raise "harness: unknown action"
        answers.append(answer)
    return answers


@external
@view
def state(_validators: DynArray[address, 16]) -> State:
    """
    @notice Everything, settled to this block.
    """
    network: reward_ledger.Network = reward_ledger._settled()
    accounts: DynArray[reward_ledger.Account, 16] = []
    for validator: address in _validators:
        accounts.append(reward_ledger._account(validator, network.acc))
    return State(network=network, idle=reward_ledger.idle + network.new_idle, accounts=accounts)


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
def fits(_value: uint256, _bits: uint256) -> uint256:
    return packing._fits(_value, _bits)
