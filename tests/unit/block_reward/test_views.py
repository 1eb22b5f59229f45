"""BlockReward: scheduled_through, reward_at, era_at, owed and releasable against the model."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.block_reward import advance_to
from tests.support.profiles import examples


@given(shift=st.one_of(st.integers(-50, 20_000_000), st.integers(0, 12).flatmap(lambda era: st.integers(-2, 2).map(lambda by: era * 1_051_200 + by))))
@settings(max_examples=examples(quick=20, ci=100, deep=2_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_views__any_block__equal_the_model(reward, model, token, shift):
    block = max(0, reward.START_BLOCK() + shift)
    assert reward.scheduled_through(block) == model.scheduled_through(block)
    assert reward.reward_at(block) == model.reward_at(block)
    assert reward.era_at(block) == model.era_at(block)
    assert reward.scheduled_through(block + 1) - reward.scheduled_through(block) == reward.reward_at(block)


def test_views__extreme_blocks__do_not_revert(reward, model):
    for block in (0, 2**256 - 1):
        assert reward.scheduled_through(block) == model.scheduled_through(block)
        assert reward.reward_at(block) == model.reward_at(block) == 0
        assert reward.era_at(block) == model.era_at(block)


def test_owed__before_during_and_after_a_release__earned_minus_released(reward, model, token):
    start = reward.START_BLOCK()
    assert (reward.owed(), reward.releasable()) == (0, 0)
    advance_to(start + 3)
    assert reward.owed() == reward.releasable() == model.owed() == 3 * reward.INITIAL_REWARD()
    reward.release()
    assert (reward.owed(), reward.releasable()) == (0, 0)
