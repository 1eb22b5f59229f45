"""All eleven eras paid block range by block range, in random steps, through the real BlockReward and token."""

from __future__ import annotations

from itertools import pairwise

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.reasons import Mint
from mdt.preset.settings import load
from tests.support.block_reward import ERA_ENDS, PRESETS, advance_to, deploy_block_reward, grant_channel, schedule_of
from tests.support.profiles import examples
from tests.support.token import deploy_token

LIFETIME_TOTAL = ERA_ENDS[-1]


@st.composite
def release_blocks(draw, interval: int, eras: int) -> list[int]:
    """Ascending elapsed blocks at which to release: anywhere, at and next to boundaries, ending past the last era."""
    end = interval * eras
    near = st.tuples(st.integers(0, eras), st.integers(-2, 2)).map(lambda pair: max(0, pair[0] * interval + pair[1]))
    blocks = draw(st.lists(st.one_of(st.integers(0, end), near), min_size=1, max_size=40))
    return [*sorted(blocks), end + draw(st.integers(0, 3)), end + draw(st.integers(4, 10**9))]


def era_sum(schedule, first: int, end: int) -> int:
    """Wei of elapsed blocks [first, end), era by era: blocks of the range in the era times the era's reward."""
    return sum(
        max(0, min(end, (era + 1) * schedule.interval) - max(first, era * schedule.interval)) * (schedule.initial >> era)
        for era in range(schedule.halvings + 1)
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_all_eras__random_steps__sum_to_the_lifetime_total_to_the_wei(preset):
    """A5, A6, A7, A9: however the blocks are cut, each range is paid exactly, and after the last era nothing is."""
    schedule, halving = schedule_of(preset), load(preset).halving
    owner, recipient = boa.env.generate_address("owner"), boa.env.generate_address("recipient")
    token = deploy_token(owner, boa.env.generate_address("guardian"))
    contract = deploy_block_reward(token, owner, schedule, start_delay=5)
    grant_channel(token, contract, halving)
    contract.set_recipient(recipient, sender=owner)
    start = contract.START_BLOCK()

    @given(blocks=release_blocks(schedule.interval, schedule.halvings + 1))
    @settings(max_examples=examples(quick=3, ci=15, deep=1_000), deadline=None)
    def run(blocks):
        with boa.env.anchor():
            for first, end in pairwise([0, *blocks]):
                advance_to(start + end)
                assert contract.release() == era_sum(schedule, first, end)
            assert contract.release() == 0
            assert contract.owed() == 0
            assert token.balanceOf(recipient) == contract.total_released() == token.minted_by_reason(Mint.BLOCK_REWARD)
            assert contract.total_released() == contract.LIFETIME_TOTAL() == halving.lifetime_total == LIFETIME_TOTAL
            assert contract.reward_at(start + schedule.interval * (schedule.halvings + 1)) == 0

    run()
    assert contract.total_released() == 0


@pytest.mark.parametrize("preset", PRESETS)
def test_all_eras__three_block_rewards_one_after_the_other__sum_to_the_lifetime_total_to_the_wei(preset):
    """X5: each range is paid exactly and by its own era, wherever the chain of contracts is cut."""
    schedule, halving = schedule_of(preset), load(preset).halving
    owner, recipient = boa.env.generate_address("owner"), boa.env.generate_address("recipient")
    token = deploy_token(owner, boa.env.generate_address("guardian"))
    first = deploy_block_reward(token, owner, schedule, start_delay=5)
    second = deploy_block_reward(token, owner, schedule, predecessor=first)
    contracts = [first, second, deploy_block_reward(token, owner, schedule, predecessor=second)]
    for contract in contracts:
        contract.set_recipient(recipient, sender=owner)
    grant_channel(token, first, halving)
    start = first.START_BLOCK()

    @given(blocks=release_blocks(schedule.interval, schedule.halvings + 1), data=st.data())
    @settings(max_examples=examples(quick=3, ci=10, deep=500), deadline=None)
    def run(blocks, data):
        with boa.env.anchor():
            changes = sorted(data.draw(st.lists(st.integers(0, len(blocks) - 1), min_size=2, max_size=2)))
            waiting = list(contracts)
            for index, (begin, end) in enumerate(pairwise([0, *blocks])):
                advance_to(start + end)
                is_late = data.draw(st.booleans())
                while index in changes:  # with what the last range earned unpaid, or right after its payment
                    changes.remove(index)
                    if not is_late:
                        waiting[0].release()
                    old = waiting.pop(0)
                    if token.is_minter(old):
                        token.revoke_minter(old, sender=owner)
                    waiting[0].take_over(sender=owner)
                    rest = halving.channel_cap - waiting[0].released_before()
                    if rest > 0:
                        grant_channel(token, waiting[0], halving, cap=rest)
                before = waiting[0].released_before() + waiting[0].total_released()
                waiting[0].release()
                paid = sum(one.total_released() for one in contracts)
                assert paid == era_sum(schedule, 0, end)
                assert paid - before in (0, era_sum(schedule, begin, end))
            assert waiting == contracts[2:]
            ends = [one.released_before() + one.total_released() for one in contracts]
            assert ends == sorted(ends)
            assert ends[-1] == token.balanceOf(recipient) == token.minted_by_reason(Mint.BLOCK_REWARD) == halving.lifetime_total == LIFETIME_TOTAL
            assert [one.release() for one in contracts] == [0, 0, 0]

    run()


@pytest.mark.parametrize("preset", PRESETS)
def test_all_eras__channel__the_schedule_fits_and_one_more_wei_would_not(preset):
    """The preset's channel holds exactly what the eras pay."""
    halving = load(preset).halving
    assert schedule_of(preset).lifetime_total == halving.lifetime_total == halving.channel_cap == LIFETIME_TOTAL
