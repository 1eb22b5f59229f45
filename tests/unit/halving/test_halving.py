"""The halving module: the documents' vectors, every era boundary (A5), and its bounds."""

from __future__ import annotations

import boa
import pytest

from mdt.model import halving as model
from mdt.preset.settings import load
from tests.support.block_reward import ERA_ENDS, PRESETS
from tests.support.harness import harness
from tests.support.refusals import refuses

LARGEST = (2**128 - 2**32, 2**40 - 1, 32)


@pytest.fixture(scope="module")
def contract():
    return harness("HalvingHarness").deploy()


@pytest.fixture(params=PRESETS)
def schedule(request):
    halving = load(request.param).halving
    return halving.initial_reward, halving.interval_blocks, halving.halvings


def test_cumulative__era_ends_of_the_documents__to_the_wei(contract, schedule):
    """The eleven era ends are the same in both presets (initial x interval is)."""
    _, interval, halvings = schedule
    ends = [interval * (era + 1) for era in range(halvings + 1)]
    assert [model.cumulative(*schedule, end) for end in ends] == ERA_ENDS
    assert [contract.cumulative(*schedule, end) for end in ends] == ERA_ENDS


def test_cumulative__after_the_last_era__stays_at_the_total(contract, schedule):
    _, interval, halvings = schedule
    end = interval * (halvings + 1)
    for elapsed in (end, end + 1, end * 10, 2**256 - 1):
        assert contract.cumulative(*schedule, elapsed) == model.cumulative(*schedule, elapsed) == ERA_ENDS[-1]


def test_reward_at__last_era_of_the_adr__1953125000000000_wei_then_nothing(contract):
    halving = load("adr-literal").halving
    schedule = (halving.initial_reward, halving.interval_blocks, halving.halvings)
    found = contract.answers([(*schedule, 11_563_199), (*schedule, 11_563_200)])
    assert [answer.reward for answer in found] == [1_953_125_000_000_000, 0]
    assert [answer.era for answer in found] == [10, 11]


def test_boundaries__before_at_and_after_every_halving__r_half_half(contract, schedule):
    """A5: at every halving block H, blocks H-1, H, H+1 pay r, r/2, r/2, and each era sums to interval x reward."""
    initial, interval, halvings = schedule
    for era in range(1, halvings + 1):
        boundary = era * interval
        before, at, after = contract.answers([(*schedule, boundary + shift) for shift in (-1, 0, 1)])
        reward = initial >> (era - 1)
        assert (before.reward, at.reward, after.reward) == (reward, reward // 2, reward // 2)
        assert (before.era, at.era, after.era) == (era - 1, era, era)
        assert at.cumulative - before.cumulative == reward
        assert after.cumulative - at.cumulative == reward // 2
        assert at.cumulative - contract.cumulative(*schedule, boundary - interval) == interval * reward


def test_lifetime_total__preset__equals_the_settings_and_fits_the_channel(contract, schedule, request):
    answer = contract.answers([(*schedule, 0)])[0]
    assert answer.lifetime_total == model.lifetime_total(*schedule) == ERA_ENDS[-1]
    assert answer.cumulative == 0


def test_cumulative__largest_schedule__does_not_overflow(contract):
    model.require_schedule(*LARGEST)
    contract.require_schedule(*LARGEST)
    for elapsed in (0, LARGEST[1] - 1, LARGEST[1] * 33 - 1, LARGEST[1] * 33, 2**256 - 1):
        assert contract.cumulative(*LARGEST, elapsed) == model.cumulative(*LARGEST, elapsed)


REFUSED = [
    ((2**40, 1, 33), "halving: too many halvings"),
    ((2, 0, 1), "halving: zero interval"),
    ((2, 2**40, 1), "halving: interval too long"),
    ((0, 1, 1), "halving: zero initial"),
    ((2**128, 1, 1), "halving: initial too large"),
    ((3, 1, 1), "halving: initial not exact"),
    ((2**32 + 2**31, 1, 32), "halving: initial not exact"),
]


@pytest.mark.parametrize(("refused", "reason"), REFUSED)
def test_require_schedule__out_of_bounds__refused_by_model_and_contract(contract, refused, reason):
    with refuses(reason):
        model.require_schedule(*refused)
    with boa.reverts(reason):
        contract.require_schedule(*refused)


@pytest.mark.parametrize("accepted", [(1, 1, 0), (2**32, 1, 32), (2, 2**40 - 1, 1), (2**128 - 2, 1, 1), LARGEST])
def test_require_schedule__at_the_bounds__accepted(contract, accepted):
    model.require_schedule(*accepted)
    contract.require_schedule(*accepted)
    assert model.HalvingSchedule(*accepted).lifetime_total == model.lifetime_total(*accepted)
