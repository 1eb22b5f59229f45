# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title BlockReward: the halving channel of the block-emission bucket
@license AGPL-3.0-only
@notice Every block from START_BLOCK on earns its reward the moment it is over; `release`, which
        anyone may call, mints what has been earned and not been paid to the recipient. Nobody hands
        this contract an amount: what is owed follows from the block number alone,

            owed = cumulative(block.number - START_BLOCK) - released_before - total_released

        so calling early, late, twice in a block or after years of silence never changes the sum,
        nor the gas (modules/halving.vy has the closed form).

        The token may let this minter mint less than is owed: a window is used up, or it is
        suspended, revoked or not granted yet. `release` then pays what it can and keeps the rest as
        arrears, without reverting: a staking contract that pulls its rewards is never wedged.

        One contract can follow another on the same schedule, whose origin is START_BLOCK: with
        `take_over`, once, it starts from what its predecessors have released, so that every block
        is paid once, by the era it is in. Before that it owes nothing.
@dev    Units: amounts are wei of MDT, times are block numbers.
@custom:security No path mints more than `scheduled_through(block.number)` in total, whoever calls.
        The owner chooses where future rewards go, not how much, not when. To grant a predecessor
        again after `take_over`, or two successors of one, would pay blocks twice.
@custom:kill Suspend this minter on the token (guardian, at once, for days) or revoke it (owner).
        Rewards go on being earned and are paid when it may mint again.
"""

# --- interfaces ---

from interfaces import IBlockReward
from interfaces import IMDT

implements: IBlockReward

# --- modules ---

from .modules import halving
from ..common import reasons
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

initializes: ownable
initializes: ownable_2step[ownable := ownable]

# Ownership moves in two steps and is never renounced: without an owner a recipient that has to be
# replaced would collect every later reward.
exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# --- constants ---

# A later start is a typing error: at three-second blocks this is almost a year.
MAX_START_DELAY: public(constant(uint256)) = 10_000_000
TAKEN_OVER: constant(uint256) = 2**255

# --- immutables ---

TOKEN: public(immutable(address))
START_BLOCK: public(immutable(uint256))  # first block that earns
INITIAL_REWARD: public(immutable(uint256))  # wei per block in era 0
INTERVAL_BLOCKS: public(immutable(uint256))  # blocks per era
HALVINGS: public(immutable(uint256))  # eras 0 .. HALVINGS are paid
LIFETIME_TOTAL: public(immutable(uint256))  # wei paid over all eras
PREDECESSOR: public(immutable(address))  # whose schedule it goes on with; empty = the first

# --- storage ---

recipient: public(address)  # empty until the owner sets the first one
total_released: public(uint256)  # wei ever minted here
released_to: public(HashMap[address, uint256])  # recipient => wei; sums to total_released
# | taken over 1 | wei ever minted by all predecessors 255 |: a first contract never reads it
taken_over: uint256

# --- constructor ---

@deploy
def __init__(
    _token: address,
    _start_block: uint256,
    _initial_reward: uint256,
    _interval_blocks: uint256,
    _halvings: uint256,
    _predecessor: address,
    _owner: address,
):
    """
    @notice Fix the schedule for good. Rewards earned before the first recipient is set wait for it.
    @param _token The MDT token, which has to grant this contract the reason MINT_BLOCK_REWARD.
    @param _start_block First block that earns: this one or a later one (a start in the past would
           owe rewards for blocks in which nobody could have been staked); or the predecessor's.
    @param _initial_reward Wei per block in era 0, divisible by 2^_halvings.
    @param _interval_blocks Blocks per era.
    @param _halvings Eras after the first one.
    @param _predecessor Of the same token and schedule, to be taken over; empty for the first.
    @param _owner May set the recipient and take over.
    @custom:error "reward: token has no code", "reward: start in the past", "reward: start too far",
                  "reward: zero owner", "halving: too many halvings", "halving: zero interval",
                  "halving: interval too long", "halving: zero initial",
                  "halving: initial too large", "halving: initial not exact"
                  "reward: predecessor has no code"
                  "reward: predecessor differs" In its token or in a number of its schedule.
    """
    assert _token.is_contract, "reward: token has no code"
    if _predecessor == empty(address):
        assert _start_block >= block.number, "reward: start in the past"
        assert _start_block <= block.number + MAX_START_DELAY, "reward: start too far"
    else:
        assert _predecessor.is_contract, "reward: predecessor has no code"
        assert (
            _token == staticcall IBlockReward(_predecessor).TOKEN()
            and _start_block == staticcall IBlockReward(_predecessor).START_BLOCK()
            and _initial_reward == staticcall IBlockReward(_predecessor).INITIAL_REWARD()
            and _interval_blocks == staticcall IBlockReward(_predecessor).INTERVAL_BLOCKS()
            and _halvings == staticcall IBlockReward(_predecessor).HALVINGS()
        ), "reward: predecessor differs"
    assert _owner != empty(address), "reward: zero owner"
    halving._require_schedule(_initial_reward, _interval_blocks, _halvings)

    TOKEN = _token
    START_BLOCK = _start_block
    INITIAL_REWARD = _initial_reward
    INTERVAL_BLOCKS = _interval_blocks
    HALVINGS = _halvings
    LIFETIME_TOTAL = halving._lifetime_total(_initial_reward, _interval_blocks, _halvings)
    PREDECESSOR = _predecessor

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(_owner)

# --- permissionless ---

@external
def release() -> uint256:
    """
    @notice Mint what has been earned and not been released to the recipient, as far as the token
            lets this minter mint now; the rest stays owed.
    @return Wei minted: 0 when nothing is owed or nothing is mintable, which is not an error.
    @custom:error "reward: no recipient" Nobody to pay yet.
    """
    recipient: address = self.recipient
    assert recipient != empty(address), "reward: no recipient"
    return self._release_to(recipient)

# --- governance ---

@external
def take_over():
    """
    @notice Go on where the predecessor has stopped: what it still owed is owed here. Owner, once.
    @custom:error "ownable: caller is not the owner"
                  "reward: nothing to take over" There is no predecessor, or it was done.
                  "reward: predecessor waits" It has not taken over from its own.
                  "reward: predecessor mints" The token still knows it as a minter.
    """
    ownable._check_owner()
    assert not self._is_open(), "reward: nothing to take over"
    assert staticcall IBlockReward(PREDECESSOR).is_open(), "reward: predecessor waits"
    assert not staticcall IMDT(TOKEN).is_minter(PREDECESSOR), "reward: predecessor mints"
    released: uint256 = (
        staticcall IBlockReward(PREDECESSOR).released_before()
        + staticcall IBlockReward(PREDECESSOR).total_released()
    )
    self.taken_over = TAKEN_OVER | released
    log IBlockReward.TakenOver(predecessor=PREDECESSOR, released_before=released)


@external
def set_recipient(_recipient: address):
    """
    @notice Send rewards to another account from this block on. The old recipient is paid first, for
            all blocks below this one, and must be paid in full: a change never moves what it has
            earned. The first recipient set also gets what was earned before there was one.
    @param _recipient A new account; not this contract and not the token, where it would be lost.
    @custom:error "ownable: caller is not the owner"
                  "reward: zero recipient", "reward: bad recipient", "reward: same recipient"
                  "reward: arrears owed" The token does not let all that is owed be minted now: try
                  again in the next rate window, or once this minter is granted again.
    """
    ownable._check_owner()
    old_recipient: address = self.recipient
    assert _recipient != empty(address), "reward: zero recipient"
    assert _recipient not in [self, TOKEN], "reward: bad recipient"
    assert _recipient != old_recipient, "reward: same recipient"
    self.recipient = _recipient
    log IBlockReward.RecipientSet(old_recipient=old_recipient, new_recipient=_recipient)
    if old_recipient != empty(address):
        self._release_to(old_recipient)
        assert self._owed() == 0, "reward: arrears owed"

# --- views ---

@external
@view
def scheduled_through(_block: uint256) -> uint256:
    """
    @notice What all blocks below `_block` earn together, in wei.
    """
    return self._scheduled_through(_block)


@external
@view
def reward_at(_block: uint256) -> uint256:
    """
    @notice What `_block` earns, in wei: 0 before START_BLOCK and after the last era.
    """
    return self._reward_at(_block)


@external
@view
def statement(_recipient: address, _block: uint256) -> (uint256, uint256, uint256):
    """
    @notice `released_to`, `owed` and `reward_at` in one call, for a recipient that streams them.
    """
    return self.released_to[_recipient], self._owed(), self._reward_at(_block)


@external
@view
def era_at(_block: uint256) -> uint256:
    """
    @notice The era `_block` is in: 0 before START_BLOCK, and counting on after the last paid one.
    """
    if _block < START_BLOCK:
        return 0
    return halving._era_at(INTERVAL_BLOCKS, _block - START_BLOCK)


@external
@view
def owed() -> uint256:
    """
    @notice Wei earned and not released, mintable or not; 0 before `take_over`.
    """
    return self._owed()


@external
@view
def releasable() -> uint256:
    """
    @notice Wei that `release` would mint in this block, given a recipient.
    """
    return self._releasable(self._owed())


@external
@view
def released_before() -> uint256:
    """
    @notice Wei that all predecessors minted; 0 before `take_over`.
    """
    return self._released_before()


@external
@view
def taken_over_from() -> address:
    """
    @notice The predecessor it has taken over from; empty before `take_over`, and without any.
    """
    return PREDECESSOR if self._is_open() else empty(address)


@external
@view
def is_open() -> bool:
    """
    @notice Whether it releases: from the beginning, or since it took over.
    """
    return self._is_open()

# --- internal ---

@internal
def _release_to(_recipient: address) -> uint256:
    """
    @dev State first, then the mint: a second call in the same block finds nothing owed.
    """
    owed: uint256 = self._owed()
    amount: uint256 = self._releasable(owed)
    if amount == 0:
        return 0
    self.total_released += amount
    self.released_to[_recipient] += amount
    log IBlockReward.Released(
        recipient=_recipient,
        amount=amount,
        through_block=block.number,
        arrears=owed - amount,
    )
    extcall IMDT(TOKEN).mint(_recipient, amount, reasons.MINT_BLOCK_REWARD)
    return amount


@internal
@view
def _scheduled_through(_block: uint256) -> uint256:
    if _block <= START_BLOCK:
        return 0
    return halving._cumulative(INITIAL_REWARD, INTERVAL_BLOCKS, HALVINGS, _block - START_BLOCK)


@internal
@view
def _reward_at(_block: uint256) -> uint256:
    if _block < START_BLOCK:
        return 0
    return halving._reward_at(INITIAL_REWARD, INTERVAL_BLOCKS, HALVINGS, _block - START_BLOCK)


@internal
@view
def _owed() -> uint256:
    if not self._is_open():
        return 0
    # Never negative: only owed amounts are released, here and before, and the schedule never falls.
    return self._scheduled_through(block.number) - self._released_before() - self.total_released


@internal
@view
def _is_open() -> bool:
    return PREDECESSOR == empty(address) or self.taken_over != 0


@internal
@view
def _released_before() -> uint256:
    if PREDECESSOR == empty(address):
        return 0
    return self.taken_over & ~TAKEN_OVER


@internal
@view
def _releasable(_owed: uint256) -> uint256:
    if _owed == 0:
        return 0
    return min(_owed, staticcall IMDT(TOKEN).mintable(self))
