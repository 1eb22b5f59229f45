# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: the whole suite's money, read in one call
@license AGPL-3.0-only
@notice Every number is another contract's own view, or a sum of them over rows. Of what was replaced,
        the old contracts count as well.
"""

from ethereum.ercs import IERC20
from interfaces import IBlockReward
from interfaces import IEmissionController
from interfaces import IMDT
from interfaces import IRecyclingPool
from interfaces import IReservePools
from interfaces import IRewardDistributor
from interfaces import ISlasher
from interfaces import IStaking
from interfaces import IVesting

MAX_ACCOUNTS: constant(uint256) = 48
MAX_VERSIONS: constant(uint256) = 12
MAX_KEYS: constant(uint256) = 64
OFFENCES: constant(uint256) = 3

struct Suite:
    token: address
    vesting: address
    staking: address
    pools: address
    # the oldest first, the one in force last
    recycling: DynArray[address, MAX_VERSIONS]
    rewards: DynArray[address, MAX_VERSIONS]
    distributors: DynArray[address, MAX_VERSIONS]
    controllers: DynArray[address, MAX_VERSIONS]
    slashers: DynArray[address, MAX_VERSIONS]

struct Supply:
    supply: uint256
    minted: uint256
    burned: uint256
    minted_by_reason: uint256[8]
    burned_by_reason: uint256[5]
    minted_by_bucket: uint256[5]

struct Recycling:
    fees: uint256
    burned: uint256
    recycled: uint256
    drawn: uint256
    absorbed: uint256

struct Reward:
    released: uint256
    to_staking: uint256
    scheduled: uint256            # wei that all blocks up to this one earn
    owed: uint256

struct Emission:
    emitted: uint256
    from_pool: uint256
    minted: uint256
    funded: DynArray[uint256, MAX_VERSIONS]  # wei by distributor

struct Key:
    validator_id: uint256
    owner: address
    slot: uint256

struct Stakes:
    positions: uint256            # wei, what all positions are worth
    requests: uint256             # wei in all unbonding requests
    rewards: uint256              # wei pending of all positions
    commissions: uint256          # wei
    pools: uint256                # wei in all validators' pools
    is_covered: bool              # every pool has what its positions are worth

struct Slashes:
    escrowed: uint256             # wei, answers included
    upheld: uint256
    overturned: uint256
    owed: uint256                 # wei that can still be claimed of what was overturned
    in_pools: uint256             # wei that pools get back if what is in escrow is overturned

S: Suite
accounts: DynArray[address, MAX_ACCOUNTS]


@deploy
def __init__(_suite: Suite, _accounts: DynArray[address, MAX_ACCOUNTS]):
    self.S = _suite
    self.accounts = _accounts


@external
def follow(_suite: Suite, _accounts: DynArray[address, MAX_ACCOUNTS]):
    """
    @notice A contract was replaced.
    """
    self.S = _suite
    self.accounts = _accounts


@external
@view
def balances() -> DynArray[uint256, MAX_ACCOUNTS]:
    found: DynArray[uint256, MAX_ACCOUNTS] = []
    for account: address in self.accounts:
        found.append(staticcall IERC20(self.S.token).balanceOf(account))
    return found


@external
@view
def supply() -> Supply:
    """
    @notice The token's own totals.
    """
    token: IMDT = IMDT(self.S.token)
    found: Supply = empty(Supply)
    found.supply = staticcall IERC20(self.S.token).totalSupply()
    found.minted = staticcall token.total_minted()
    found.burned = staticcall token.total_burned()
    for reason: uint256 in range(8):
        found.minted_by_reason[reason] = staticcall token.minted_by_reason(reason)
    for index: uint256 in range(5):
        found.burned_by_reason[index] = staticcall token.burned_by_reason(index)
        found.minted_by_bucket[index] = staticcall token.minted_by_bucket(index)
    return found


@external
@view
def recycling() -> DynArray[Recycling, MAX_VERSIONS]:
    """
    @notice The totals of every pool.
    """
    found: DynArray[Recycling, MAX_VERSIONS] = []
    for one: address in self.S.recycling:
        pool: IRecyclingPool = IRecyclingPool(one)
        found.append(
            Recycling(
                fees=staticcall pool.total_fees(),
                burned=staticcall pool.total_burned(),
                recycled=staticcall pool.total_recycled(),
                drawn=staticcall pool.total_drawn(),
                absorbed=staticcall pool.total_absorbed(),
            )
        )
    return found


@external
@view
def reward() -> Reward:
    found: Reward = empty(Reward)
    for one: address in self.S.rewards:
        reward: IBlockReward = IBlockReward(one)
        found.released += staticcall reward.total_released()
        found.to_staking += staticcall reward.released_to(self.S.staking)
        found.scheduled = staticcall reward.scheduled_through(block.number)
        found.owed = staticcall reward.owed()
    return found


@external
@view
def emission() -> Emission:
    found: Emission = empty(Emission)
    for one: address in self.S.controllers:
        controller: IEmissionController = IEmissionController(one)
        found.emitted += staticcall controller.total_emitted()
        found.from_pool += staticcall controller.total_recycled()
        found.minted += staticcall controller.total_minted()
    for one: address in self.S.distributors:
        found.funded.append(staticcall IRewardDistributor(one).total_funded())
    return found


@external
@view
def open_allocations(_first_id: uint256) -> uint256:
    """
    @notice Wei in open allocations from a number on, 100 of them.
    """
    total: uint256 = 0
    pools: IReservePools = IReservePools(self.S.pools)
    for row: IReservePools.Allocation in staticcall pools.allocations(_first_id, 100):
        if row.status == 1:
            total += row.amount
    return total


@external
@view
def vested_for(_account: address, _count: uint256) -> uint256:
    """
    @notice Wei that the first schedules of an account have not paid yet.
    """
    total: uint256 = 0
    vesting: IVesting = IVesting(self.S.vesting)
    for row: IVesting.Schedule in staticcall vesting.schedules(_account, 0, _count):
        total += row.amount - row.claimed
    return total


@external
@view
def stakes(_keys: DynArray[Key, MAX_KEYS], _validators: uint256) -> Stakes:
    """
    @notice What validators 1 .. _validators and the positions given have and are owed.
    """
    staking: IStaking = IStaking(self.S.staking)
    found: Stakes = empty(Stakes)
    found.is_covered = True
    for validator_id: uint256 in range(1, _validators + 1, bound=8):
        pool: IStaking.Validator = staticcall staking.validator(validator_id)
        found.pools += pool.tokens
        found.commissions += pool.commission_owed
        promised: uint256 = 0
        for key: Key in _keys:
            if key.validator_id == validator_id:
                row: IStaking.Position = staticcall staking.position(
                    validator_id, key.owner, key.slot
                )
                found.positions += row.tokens
                found.rewards += row.pending_reward
                promised += row.tokens
                found.requests += self._requests(validator_id, key, row.request_count)
        if promised > pool.tokens:
            found.is_covered = False
    return found


@internal
@view
def _requests(_validator_id: uint256, _key: Key, _count: uint256) -> uint256:
    staking: IStaking = IStaking(self.S.staking)
    tokens: uint256 = 0
    for number: uint256 in range(_count, bound=256):
        row: IStaking.Request = staticcall staking.request(
            _validator_id, _key.owner, _key.slot, number
        )
        tokens += row.tokens
    return tokens


@external
@view
def slashes(_owners: DynArray[address, MAX_ACCOUNTS], _validators: uint256) -> Slashes:
    """
    @notice Sums over all slashes by what became of them, and what is still owed to these owners.
    """
    staking: IStaking = IStaking(self.S.staking)
    found: Slashes = empty(Slashes)
    for one: address in self.S.slashers:
        slasher: ISlasher = ISlasher(one)
        end: uint256 = staticcall slasher.slash_count()
        # a slasher's numbers begin at a multiple of 2^32
        for slash_id: uint256 in range(end >> 32 << 32, end, bound=256):
            row: ISlasher.Slash = staticcall slasher.slash_record(slash_id)
            if row.status == 1:
                found.escrowed += row.amount + row.answered
            elif row.status == 2:
                found.upheld += row.amount + row.answered
            elif row.status == 3:
                found.overturned += row.amount + row.answered
                for owner: address in _owners:
                    found.owed += staticcall staking.restitution(one, slash_id, owner)
    for validator_id: uint256 in range(1, _validators + 1, bound=8):
        for offence: uint256 in range(OFFENCES):
            found.in_pools += (staticcall staking.escrow(validator_id, offence)).tokens
    return found
