"""C37: a token that calls back in every transfer gains nothing, not even from a build without the lock."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import boa
import pytest

from tests.support.deployers import ROOT, deployer
from tests.support.harness import harness
from tests.support.staking import EPOCH, MINIMUM, UNBONDING, UNIT, deploy_suite, mine

LOCK = "# pragma nonreentrancy on\n"


@cache
def unlocked() -> Any:
    """Staking compiled without its lock."""
    source = (ROOT / "contracts/staking/Staking.vy").read_text(encoding="utf-8")
    assert source.count(LOCK) == 1
    return boa.loads_partial(source.replace(LOCK, ""), name="UnlockedStaking")


@pytest.fixture(params=["locked", "unlocked"])
def scene(request):
    """The token is a validator and the notifier: it has rewards, an unlocked request, and idle rewards wait."""
    honest, token = deploy_suite(), harness("ReentrantToken").deploy()
    pool = deployer("distribution/RecyclingPool").deploy(token, 5_000, honest.owner)
    build = deployer("staking/Staking") if request.param == "locked" else unlocked()
    staking = build.deploy(token, honest.reward, pool, MINIMUM, UNBONDING, EPOCH, honest.owner)
    staking.set_notifier(token, sender=honest.owner)
    token.mint(token, 1_000 * MINIMUM)

    def act(name: str, *arguments: Any) -> None:
        token.execute(staking, getattr(staking, name).prepare_calldata(*arguments))

    act("notify_reward", EPOCH * UNIT)
    mine(10)
    act("register", 3 * MINIMUM)
    mine(10)
    act("unstake", MINIMUM)
    mine(1, seconds=UNBONDING)
    return staking, token, pool, act, request.param == "locked"


ACTIONS = {
    "withdraw": (0,),
    "claim": None,
    "recycle_idle_rewards": (),
    "notify_reward": (UNIT,),
    "stake": (MINIMUM,),
    "unstake": (MINIMUM,),
}
ONCE_ONLY = {"withdraw", "claim", "recycle_idle_rewards"}
TRANSFERRING = [name for name in ACTIONS if name != "unstake"]


def test_any_call_within_any_other__books_and_balance_agree(scene):
    staking, token, pool, act, is_locked = scene
    arguments = ACTIONS | {"claim": (token.address,)}
    for outer, inner in product(TRANSFERRING, ACTIONS):
        with boa.env.anchor():
            token.arm(staking, getattr(staking, inner).prepare_calldata(*arguments[inner]))
            act(outer, *arguments[outer])
            assert token.calls_back() == 1
            # the second payment of the same thing is refused, lock or no lock
            is_refused = is_locked or (inner == outer and inner in ONCE_ONLY)
            assert token.succeeded() == (0 if is_refused else 1), (outer, inner)
            net = staking.network()
            books = net.total_staked + net.total_unbonding + net.rewards_received - net.rewards_paid - net.rewards_recycled
            assert token.balanceOf(staking) == books, (outer, inner)
            assert token.balanceOf(pool) == net.rewards_recycled, (outer, inner)
