"""BlockReward.take_over: a schedule that one contract goes on with where another stopped."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.block_reward import BlockReward
from mdt.model.halving import HalvingSchedule
from tests.support.block_reward import advance, advance_to, deploy_block_reward, events, grant_channel, model_of, schedule_of
from tests.support.deployers import deploy
from tests.support.refusals import refuses
from tests.support.token import deploy_token

SCHEDULE = schedule_of("adr-literal")


@pytest.fixture
def second(reward, token, owner):
    """A successor of `reward`, deployed when that has paid for a while; not a minter, no recipient."""
    advance_to(reward.START_BLOCK() + SCHEDULE.interval + 10)
    reward.release()
    return deploy_block_reward(token, owner, SCHEDULE, predecessor=reward)


def replace(token, halving, owner, old, new, recipient):
    """What the operation of a replacement does, in one block."""
    token.revoke_minter(old, sender=owner)
    new.take_over(sender=owner)
    new.set_recipient(recipient, sender=owner)
    grant_channel(token, new, halving, cap=halving.channel_cap - token.minter(old).minted)


def test_constructor__predecessor__the_origin_may_be_past(reward, second):
    assert second.PREDECESSOR() == reward.address
    assert second.START_BLOCK() == reward.START_BLOCK() < boa.env.evm.patch.block_number
    assert (second.is_open(), second.released_before(), second.owed(), second.releasable()) == (False, 0, 0, 0)
    assert (reward.is_open(), reward.released_before(), reward.PREDECESSOR()) == (True, 0, ZERO_ADDRESS)


def test_constructor__predecessor_without_code__refused(token, owner, recipient):
    advance(1)
    values = {"token": token, "start_block": 1, "initial_reward": 2, "interval_blocks": 1, "halvings": 1, "owner": owner}
    with boa.reverts("reward: predecessor has no code"):
        deploy("BlockReward", **values, predecessor=recipient)


@pytest.mark.parametrize("changed", ["token", "start_block", "initial_reward", "interval_blocks", "halvings"])
def test_constructor__one_number_differs__refused(reward, model, token, owner, guardian, changed):
    """X5: a new block reward began at era 0, and two channels paid the same blocks."""
    values = {
        "token": token.address,
        "start_block": reward.START_BLOCK(),
        "initial_reward": SCHEDULE.initial,
        "interval_blocks": SCHEDULE.interval,
        "halvings": SCHEDULE.halvings,
    }
    other = {
        "token": deploy_token(owner, guardian).address,
        "start_block": values["start_block"] + 1,
        "initial_reward": 2 * SCHEDULE.initial,
        "interval_blocks": SCHEDULE.interval + 1,
        "halvings": SCHEDULE.halvings - 1,
    }
    values[changed] = other[changed]
    with boa.reverts("reward: predecessor differs"):
        deploy("BlockReward", **values, predecessor=reward, owner=owner)
    schedule = HalvingSchedule(values["initial_reward"], values["interval_blocks"], values["halvings"])
    with refuses("reward: predecessor differs"):
        BlockReward("0x" + "22" * 20, model.token, values["token"], values["start_block"], schedule, owner, model)


def test_release__before_the_take_over__zero_without_an_event(second, owner, recipient, successor):
    second.set_recipient(recipient, sender=owner)
    assert second.release() == 0
    assert second.get_logs() == []
    second.set_recipient(successor, sender=owner)


def test_take_over__every_block_is_paid_once_by_its_own_era(reward, second, token, halving, owner, recipient):
    """X5: era 1 goes on as era 1, and what the two released sums to what the blocks earned."""
    released = reward.total_released()
    token.revoke_minter(reward, sender=owner)
    second.take_over(sender=owner)
    (entry,) = events(second, "TakenOver")
    assert (entry.predecessor, entry.released_before) == (reward.address, released)
    assert (second.is_open(), second.released_before(), second.owed()) == (True, released, 0)
    second.set_recipient(recipient, sender=owner)
    grant_channel(token, second, halving, cap=halving.channel_cap - released)
    advance(4)
    assert second.release() == 4 * SCHEDULE.initial // 2
    assert token.balanceOf(recipient) == second.scheduled_through(boa.env.evm.patch.block_number)
    assert reward.release() == 0


def test_take_over__arrears_of_the_predecessor__are_owed_by_the_successor(reward, second, token, halving, owner, recipient):
    token.revoke_minter(reward, sender=owner)
    advance(7)
    assert (reward.release(), reward.owed()) == (0, 7 * SCHEDULE.initial // 2)
    second.take_over(sender=owner)
    assert second.owed() == reward.owed()
    second.set_recipient(recipient, sender=owner)
    grant_channel(token, second, halving, cap=halving.channel_cap - reward.total_released())
    assert second.release() == 7 * SCHEDULE.initial // 2


def test_take_over__predecessor_is_a_minter__refused(reward, second, token, guardian, owner):
    """Suspended is not enough: it would mint again, for the same blocks."""
    with boa.reverts("reward: predecessor mints"):
        second.take_over(sender=owner)
    token.suspend_minter(reward, 60, sender=guardian)
    with boa.reverts("reward: predecessor mints"):
        second.take_over(sender=owner)


def test_take_over__twice_or_without_a_predecessor__refused(reward, second, token, owner):
    token.revoke_minter(reward, sender=owner)
    second.take_over(sender=owner)
    for contract in (second, reward):
        with boa.reverts("reward: nothing to take over"):
            contract.take_over(sender=owner)


def test_take_over__predecessor_has_not_taken_over_itself__refused(reward, model, second, token, owner):
    """Else all that the first one paid would be owed again."""
    third = deploy_block_reward(token, owner, SCHEDULE, predecessor=second)
    models = [model, model_of(second, token, model)]
    models.append(model_of(third, token, models[1]))
    token.revoke_minter(reward, sender=owner)
    with boa.reverts("reward: predecessor waits"):
        third.take_over(sender=owner)
    with refuses("reward: predecessor waits"):
        models[2].take_over(owner)
    second.take_over(sender=owner)
    third.take_over(sender=owner)
    assert third.released_before() == reward.total_released() > 0


def test_take_over__anybody_else__refused(reward, second, token, owner, guardian, attacker):
    token.revoke_minter(reward, sender=owner)
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            second.take_over(sender=caller)


def test_replace__three_in_a_row__pay_what_one_would_have(reward, token, halving, owner, recipient):
    advance_to(reward.START_BLOCK() + 100)
    reward.release()
    chain = [reward]
    for blocks in (SCHEDULE.interval, 3 * SCHEDULE.interval + 7):
        advance(blocks)
        chain[-1].release()
        chain.append(deploy_block_reward(token, owner, SCHEDULE, predecessor=chain[-1]))
        replace(token, halving, owner, chain[-2], chain[-1], recipient)
    advance(50)
    chain[-1].release()
    block = boa.env.evm.patch.block_number
    assert token.balanceOf(recipient) == sum(one.total_released() for one in chain) == reward.scheduled_through(block)
