"""C37: a token that calls back in every transfer gains nothing, not even from a build without the lock."""

from __future__ import annotations

from itertools import product
from typing import Any

import boa
import pytest

from mdt.model.staking import Status
from tests.support.boa_clock import mine
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.staking import EPOCH, FOR_EVER, MINIMUM, MONTH, OWN, TERMS, UNBONDING_BLOCKS, UNIT, deploy_suite
from tests.support.unlocked import unlocked


@pytest.fixture(params=["locked", "unlocked"])
def scene(request):
    """The token is operator of all validators, delegator, notifier, slasher and registry: there is something for every call to do."""
    honest, token = deploy_suite(), harness("ReentrantToken").deploy()
    pool = deploy("RecyclingPool", token=token, fee_burn_bps=5_000, owner=honest.owner)
    build, around = None if request.param == "locked" else unlocked("Staking"), {"MDT": token, "BlockReward": honest.reward, "RecyclingPool": pool}
    extension = deploy("StakingExtension", around, build=build and unlocked("StakingExtension"), terms=TERMS)
    staking = deploy("Staking", around, build=build, extension=extension, terms=TERMS, owner=honest.owner)
    for name in ("set_notifier", "set_slasher", "set_registry"):
        getattr(staking, name)(token, sender=honest.owner)
    token.mint(token, 1_000 * MINIMUM)

    def act(name: str, *arguments: Any) -> None:
        token.execute(staking, getattr(staking, name).prepare_calldata(*arguments))

    act("notify_reward", EPOCH * UNIT)
    mine(10)
    for number in range(1, 5):
        act("open", number, token, 3 * MINIMUM, 1_000)
    for slot, months in ((0, 0), (1, 0), (2, 0), (3, 0), (4, 1)):
        act("stake", 1, slot, 2 * MINIMUM, months)
    act("redelegate", 1, 2, 2, 2, MINIMUM)
    mine(10, seconds=MONTH)
    for _ in range(2):
        act("unstake", 1, 0, MINIMUM // 2)
    mine(UNBONDING_BLOCKS, seconds=MONTH)
    act("slash", 3, 0, 0, 1_000)
    return staking, token, pool, act, request.param == "locked"


def calls(token: Any) -> dict[str, tuple[Any, ...]]:
    """Every call of an account, and something it can do in the scene."""
    return {
        "claim": (1, token.address, 3),
        "claim_commission": (1,),
        "recycle_idle_rewards": (),
        "stake": (1, 0, MINIMUM, 0),
        "withdraw": (1, 0, 0),
        "notify_reward": (UNIT,),
        "slash": (2, 1, 1, 1_000),
        "end_slash": (3, 0, True),
        "answer_slash": (2, token.address, 2, FOR_EVER, 2, 1_000, 0),
        "open": (5, token.address, MINIMUM, 0),
        "pull_block_rewards": (),
        "unstake": (1, 3, MINIMUM),
        "cancel_unstake": (1, 0, 1),
        "restake": (1, 1),
        "redelegate": (1, 1, 4, 0, MINIMUM),
        "end_lock": (1, token.address, 4),
        "set_recipient": (OWN[:-1] + "1",),
        "set_bars": (4, Status.EXITED, True),
        "set_commission": (4, 5),
        "take_restitution": (0, token.address),
    }


TRANSFERRING = ["claim", "claim_commission", "recycle_idle_rewards", "stake", "withdraw", "notify_reward", "slash", "end_slash", "answer_slash", "open"]
REPEATABLE = {"stake", "notify_reward", "answer_slash"}
# BlockReward mints another token here, honestly: it is pulled without the hostile one, and the books are not the hostile token's alone.
NOT_THIS_TOKEN = {"pull_block_rewards"}


def test_scene__every_call__goes_through_by_itself(scene):
    staking, token, _, act, _ = scene
    for name, arguments in calls(token).items():
        with boa.env.anchor():
            act(name, *arguments)
    assert {name for name in calls(token) if name in TRANSFERRING} == set(TRANSFERRING)
    assert staking.network().validator_count == 4


def test_any_call_within_any_other__books_and_balance_agree(scene):
    staking, token, pool, act, is_locked = scene
    arguments = {name: given for name, given in calls(token).items() if name not in NOT_THIS_TOKEN}
    for outer, inner in product(TRANSFERRING, arguments):
        with boa.env.anchor():
            token.arm(staking, getattr(staking, inner).prepare_calldata(*arguments[inner]))
            act(outer, *arguments[outer])
            assert token.calls_back() == 1
            # the second payment of the same thing is refused, lock or no lock
            is_refused = is_locked or (inner == outer and inner not in REPEATABLE)
            assert token.succeeded() == (0 if is_refused else 1), (outer, inner)
            net = staking.network()
            books = net.principal + net.rewards_received - net.rewards_paid - net.rewards_recycled
            assert token.balanceOf(staking) == books, (outer, inner)
            assert token.balanceOf(pool) == net.rewards_recycled, (outer, inner)
