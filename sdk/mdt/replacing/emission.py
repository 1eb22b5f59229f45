"""Replacing what creates and hands out tokens: the block reward, the controller, and the pool and the distributor that a controller has for good.

The new contract counts from the origin of the old one, and is closed until it takes over. That stands in one operation between the end of the old minter
and the grant of the new one, and refuses while a report is pending: so no block and no epoch is lost, paid twice, or paid by the wrong era.
"""

from __future__ import annotations

from collections.abc import Iterator

from mdt.replacing.entitlements import burner_calls, grant_calls, granted_at, has_moved_burning, is_minter, is_minting, proposal, revoke_calls
from mdt.replacing.stages import Move, Settling, Stage, Voting, now
from mdt.suite.calls import Call
from mdt.units import when

REWARD, CONTROLLER, POOL, DISTRIBUTOR = "BlockReward", "EmissionController", "RecyclingPool", "RewardDistributor"


def reward_stages(move: Move) -> Iterator[Stage]:
    """The schedule goes on in the new one, and Staking pulls from it from that block on."""
    if is_minting(move, REWARD):
        yield proposal(move, REWARD)
    yield Voting(
        "name BlockReward",
        "the old block reward mints no more; the new one takes over its schedule and what it still owed, and Staking pulls from it",
        lambda: _pulls_from_new(move) and not is_minter(move, REWARD),
        lambda: _naming_reward(move),
        not_before=lambda: granted_at(move, REWARD),
    )


def controller_stages(move: Move) -> Iterator[Stage]:
    """The next epoch is the new controller's."""
    yield from _controller(move)


def pool_stages(move: Move) -> Iterator[Stage]:
    """A pool is drawn by the one controller that has its address: both come together, and the old pool is absorbed."""
    yield from _controller(move)
    yield Settling(f"absorb {POOL}", "what the old pool has comes into the new one", lambda: not _left_in_pool(move), lambda: _absorbing(move))


def distributor_stages(move: Move) -> Iterator[Stage]:
    """A distributor is funded by the one controller that has its address: both come together. Nothing leaves the old one but claims."""
    yield from _controller(move)


# --- the block reward ---


def _pulls_from_new(move: Move) -> bool:
    new = move.find_new(REWARD)
    if new is None or not new.call("is_open"):
        return False
    staking = move.suite["Staking"]
    return bool(new.call("recipient") == staking.address and staking.call("block_reward") == new.address)


def _naming_reward(move: Move) -> list[Call]:
    """What the old one released is counted, what it still owed is owed by the new one, and all blocks from this one on are the new one's."""
    new, staking, mints = move.new(REWARD), move.suite["Staking"], is_minter(move, REWARD)
    return [
        *(revoke_calls(move, REWARD) if mints else []),
        move.call(new, "take_over"),
        move.call(staking, "set_block_reward", new.address),
        *(grant_calls(move, REWARD) if mints else []),
        move.call(new, "set_recipient", staking.address),
    ]


# --- the controller ---


def _controller(move: Move) -> Iterator[Stage]:
    """The part that a new controller has in common, whatever is made with it."""
    if is_minting(move, CONTROLLER):
        yield proposal(move, CONTROLLER)
    yield Settling("nothing pending", "no report is pending", lambda: _is_open(move) or not _pending(move), lambda: _settling(move), lambda: _until(move))
    yield Voting(
        "name EmissionController",
        "the old controller mints no more; the new one takes over its next epoch, mints, draws what is recycled, and funds stakers and miners",
        lambda: _is_named(move),
        lambda: _naming(move),
        not_before=lambda: granted_at(move, CONTROLLER),
    )


def _is_open(move: Move) -> bool:
    new = move.find_new(CONTROLLER)
    return new is not None and bool(new.call("status").opened_at)


def _pending(move: Move) -> bool:
    return bool(move.old(CONTROLLER).call("status").has_pending)


def _settling(move: Move) -> list[Call]:
    """The pending report, once it may be settled."""
    status = move.old(CONTROLLER).call("status")
    is_due = status.has_pending and now(move) >= max(status.settles_at, status.paused_until)
    return [move.call(move.old(CONTROLLER), "settle")] if is_due else []


def _until(move: Move) -> list[str]:
    status = move.old(CONTROLLER).call("status")
    if not status.has_pending:
        return []
    at = max(status.settles_at, status.paused_until)
    return [f"the report of epoch {status.next_epoch} is pending: anyone can settle it from {when(at)} on; the operation is refused until then"]


def _is_named(move: Move) -> bool:
    if not _is_open(move) or is_minter(move, CONTROLLER):
        return False
    new, pool = move.new(CONTROLLER), move.newest(POOL)
    named = (pool.call("drawer"), move.suite["Staking"].call("notifier"), move.newest(DISTRIBUTOR).call("funder"))
    is_pool_moved = move.find_new(POOL) is None or (move.old(POOL).call("drawer") == pool.address and has_moved_burning(move, POOL))
    return named == (new.address,) * len(named) and is_pool_moved


def _naming(move: Move) -> list[Call]:
    """In this order: the end of the old minter, the guard that refuses while a report is pending, the grant of the new one, and whom it is named to."""
    new, mints = move.new(CONTROLLER), is_minter(move, CONTROLLER)
    calls = [
        *(revoke_calls(move, CONTROLLER) if mints else []),
        move.call(new, "take_over"),
        *(grant_calls(move, CONTROLLER) if mints else []),
    ]
    if move.find_new(POOL) is not None:
        calls += [move.call(move.old(POOL), "set_drawer", move.new(POOL).address), *burner_calls(move, POOL)]
    return [
        *calls,
        move.call(move.newest(POOL), "set_drawer", new.address),
        move.call(move.suite["Staking"], "set_notifier", new.address),
        move.call(move.newest(DISTRIBUTOR), "set_funder", new.address),
    ]


# --- the pool ---


def _left_in_pool(move: Move) -> int:
    return int(move.old(POOL).call("available"))


def _absorbing(move: Move) -> list[Call]:
    return [move.call(move.new(POOL), "absorb")]
