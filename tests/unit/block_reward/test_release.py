"""BlockReward.release on the real token: schedule, boundaries, arrears, gas."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Mint
from mdt.preset.settings import load
from mdt.units import DAY, HOUR, parse_amount
from tests.support.block_reward import (
    ERA_ENDS,
    PRESETS,
    SMALL,
    advance,
    advance_to,
    deploy_block_reward,
    events,
    grant_channel,
    schedule_of,
)
from tests.support.naive_halving import naive_cumulative
from tests.support.refusals import refuses


def ready(preset, token, owner, recipient):
    """A block reward of this preset that starts now, granted its channel, with a recipient."""
    contract = deploy_block_reward(token, owner, schedule_of(preset))
    grant_channel(token, contract, load(preset).halving)
    contract.set_recipient(recipient, sender=owner)
    return contract


def test_release__no_recipient__refused(ungranted, model):
    advance(100)
    with boa.reverts("reward: no recipient"):
        ungranted.release()
    with refuses("reward: no recipient"):
        model.release()


def test_release__before_and_in_the_start_block__zero_without_an_event(reward, model, token, recipient):
    for block in (boa.env.evm.patch.block_number, reward.START_BLOCK() - 1, reward.START_BLOCK()):
        advance_to(block)
        assert reward.release() == model.release() == 0
        assert reward.get_logs() == []
    assert token.balanceOf(recipient) == 0


def test_release__one_block_after_the_start__pays_one_reward(reward, model, token, recipient, attacker):
    advance_to(reward.START_BLOCK() + 1)
    block = boa.env.evm.patch.block_number
    assert reward.release(sender=attacker) == model.release() == parse_amount("2 MDT")
    (event,), (minted,) = events(reward, "Released"), events(reward, "Minted")
    assert (event.recipient, event.amount, event.through_block, event.arrears) == (recipient, parse_amount("2 MDT"), block, 0)
    assert (minted.minter, minted.recipient, minted.reason, minted.amount) == (reward.address, recipient, Mint.BLOCK_REWARD, parse_amount("2 MDT"))
    assert token.balanceOf(recipient) == reward.total_released() == reward.released_to(recipient) == parse_amount("2 MDT")
    assert token.balanceOf(attacker) == 0


def test_release__twice_in_a_block__the_second_pays_nothing(reward, token, recipient):
    """A10: two triggers in the same block."""
    advance_to(reward.START_BLOCK() + 10)
    assert reward.release() == 10 * reward.INITIAL_REWARD()
    assert reward.release() == 0
    assert reward.get_logs() == []
    assert token.balanceOf(recipient) == 10 * reward.INITIAL_REWARD()


@pytest.mark.parametrize("preset", PRESETS)
def test_release__around_every_halving__r_half_half(preset, token, owner, recipient):
    """A5, A7: released block by block, H-1, H, H+1 pay r, r/2, r/2; between halvings the era pays interval x r."""
    contract = ready(preset, token, owner, recipient)
    schedule, start = schedule_of(preset), contract.START_BLOCK()
    for era in range(1, schedule.halvings + 2):
        boundary, reward = start + era * schedule.interval, schedule.initial >> (era - 1)
        half = reward // 2 if era <= schedule.halvings else 0
        advance_to(boundary - 1)
        contract.release()
        paid = []
        for block in (boundary - 1, boundary, boundary + 1):
            assert contract.reward_at(block) == (reward if block < boundary else half)
            assert contract.era_at(block) == (era - 1 if block < boundary else era)
            advance_to(block + 1)
            paid.append(contract.release())
        assert paid == [reward, half, half]
        assert contract.scheduled_through(boundary) - contract.scheduled_through(boundary - schedule.interval) == schedule.interval * reward


@pytest.mark.parametrize("preset", PRESETS)
def test_release__at_every_era_end__cumulative_amounts_of_the_documents(preset, token, owner, recipient):
    """parameters.md section 9: the eleven era ends, and nothing afterwards."""
    contract = ready(preset, token, owner, recipient)
    start, interval = contract.START_BLOCK(), contract.INTERVAL_BLOCKS()
    for era, expected in enumerate(ERA_ENDS):
        advance_to(start + interval * (era + 1))
        contract.release()
        assert token.balanceOf(recipient) == contract.total_released() == expected
    advance(1)
    assert contract.release() == 0
    advance(10**9)
    assert contract.release() == 0
    assert contract.owed() == 0
    assert token.minted_by_reason(Mint.BLOCK_REWARD) == contract.LIFETIME_TOTAL() == ERA_ENDS[-1]


@pytest.mark.parametrize("preset", PRESETS)
def test_release__once_after_everything__pays_the_lifetime_total(preset, token, owner, recipient):
    """A9: any gap is caught up at once; the preset's window lets it."""
    contract = ready(preset, token, owner, recipient)
    advance(contract.INTERVAL_BLOCKS() * 40)
    assert contract.release() == ERA_ENDS[-1]
    assert contract.owed() == 0


def test_release__every_block_of_a_small_schedule__as_counted_one_by_one(token, owner, recipient, halving):
    """Against the naive count: each block by itself, to the end and past it."""
    contract = deploy_block_reward(token, owner, SMALL)
    grant_channel(token, contract, halving)
    contract.set_recipient(recipient, sender=owner)
    for elapsed in range(1, SMALL.interval * (SMALL.halvings + 1) + 4):
        advance(1)
        contract.release()
        assert token.balanceOf(recipient) == naive_cumulative(SMALL.initial, SMALL.interval, SMALL.halvings, elapsed)


# --- what the token does not let it mint ---


def test_release__window_smaller_than_owed__pays_the_window_and_keeps_arrears(ungranted, model, token, halving, owner, recipient):
    """A9: over several windows everything is caught up, and nothing reverts in between."""
    window_cap, window = 30 * ungranted.INITIAL_REWARD(), HOUR
    grant_channel(token, ungranted, halving, model, window_cap=window_cap, window=window)
    ungranted.set_recipient(recipient, sender=owner)
    model.set_recipient(owner, recipient)
    advance_to(ungranted.START_BLOCK() + 70)
    block = boa.env.evm.patch.block_number
    boa.env.evm.patch.timestamp += window
    assert ungranted.owed() == model.owed() == 70 * ungranted.INITIAL_REWARD()
    assert ungranted.releasable() == model.releasable() == window_cap
    assert ungranted.release() == model.release() == window_cap
    (event,) = events(ungranted, "Released")
    assert (event.amount, event.through_block, event.arrears) == (window_cap, block, 40 * ungranted.INITIAL_REWARD())
    assert ungranted.releasable() == 0
    assert ungranted.release() == model.release() == 0
    paid = [window_cap]
    for _ in range(3):
        boa.env.evm.patch.timestamp += window
        paid.append(ungranted.release())
        assert paid[-1] == model.release()
    assert paid == [window_cap, window_cap, 10 * ungranted.INITIAL_REWARD(), 0]
    assert ungranted.owed() == 0
    assert token.balanceOf(recipient) == ungranted.released_to(recipient) == 70 * ungranted.INITIAL_REWARD()


def test_release__never_granted__zero_and_all_of_it_owed(ungranted, owner, recipient):
    ungranted.set_recipient(recipient, sender=owner)
    advance_to(ungranted.START_BLOCK() + 5)
    assert ungranted.release() == 0
    assert ungranted.get_logs() == []
    assert (ungranted.owed(), ungranted.releasable()) == (5 * ungranted.INITIAL_REWARD(), 0)


def test_release__revoked_then_granted_again__pays_what_was_earned_meanwhile(reward, token, halving, owner, recipient):
    """A12: what a stop interrupts is paid at the rates it was earned at, across a halving."""
    advance_to(reward.START_BLOCK() + reward.INTERVAL_BLOCKS() - 3)
    reward.release()
    token.revoke_minter(reward, sender=owner)
    advance(6)
    assert reward.release() == 0
    assert reward.owed() == 3 * reward.INITIAL_REWARD() + 3 * reward.INITIAL_REWARD() // 2
    grant_channel(token, reward, halving)
    assert reward.release() == 3 * reward.INITIAL_REWARD() + 3 * reward.INITIAL_REWARD() // 2
    assert token.balanceOf(recipient) == reward.scheduled_through(boa.env.evm.patch.block_number)


def test_release__suspended__the_arrears_are_paid_once_it_is_over(reward, model, token, guardian, recipient):
    """X6: the guardian's stop defers what is earned, and nobody has to do anything for it to end."""
    token.suspend_minter(reward, DAY, sender=guardian)
    model.token.suspend_minter(guardian, reward.address, DAY)
    advance_to(reward.START_BLOCK() + 6)
    assert reward.release() == model.release() == 0
    assert (reward.owed(), reward.releasable()) == (model.owed(), model.releasable()) == (6 * reward.INITIAL_REWARD(), 0)
    boa.env.timestamp = token.suspended_until(reward)
    assert reward.release() == model.release() == 6 * reward.INITIAL_REWARD() == token.balanceOf(recipient)


def test_release__lifetime_cap_used_up__zero_and_the_rest_stays_owed(ungranted, token, halving, owner, recipient):
    cap = 7 * ungranted.INITIAL_REWARD() + 1
    grant_channel(token, ungranted, halving, cap=cap, window_cap=cap)
    ungranted.set_recipient(recipient, sender=owner)
    advance_to(ungranted.START_BLOCK() + 20)
    assert ungranted.release() == cap
    advance(100_000)
    assert ungranted.release() == 0
    assert ungranted.owed() == 100_020 * ungranted.INITIAL_REWARD() - cap


def test_release__burns_by_the_recipient__change_nothing(reward, token, recipient):
    """A1, A2: burned rewards are gone; neither the schedule nor the cap room moves."""
    advance_to(reward.START_BLOCK() + 10)
    amount = reward.release()
    token.burn(amount, sender=recipient)
    assert reward.release() == 0
    advance(1)
    assert reward.release() == reward.INITIAL_REWARD()
    assert token.minted_by_reason(Mint.BLOCK_REWARD) == 11 * reward.INITIAL_REWARD()


# --- gas ---


@pytest.mark.py_evm
@pytest.mark.parametrize("preset", PRESETS)
def test_release__any_gap__same_gas(preset, token, owner, recipient):
    """A9: a gap of a day costs exactly what a gap of five eras costs, also across many halvings."""
    contract = ready(preset, token, owner, recipient)
    gas = []
    for gap in (28_800, 28_801, contract.INTERVAL_BLOCKS() // 2, contract.INTERVAL_BLOCKS(), contract.INTERVAL_BLOCKS() * 5, 40_000):
        for blocks in (30_000, 30_000, gap):  # the first two touch every slot, so that all that differs is the gap
            advance(blocks)
            assert contract.release() > 0
        gas.append(contract._computation.get_gas_used())
    assert len(set(gas)) == 1, gas
