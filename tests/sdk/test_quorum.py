"""What a stolen quorum gains: the page is what the program says, and the program adds up."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from mdt.economics.quorum import PROVABLE, Attack, Case, Claims, Defence, Rules, World, chance_bps, gains, honest, keys, simulate, unclaimed
from mdt.economics.quorum_page import DECIDED, HOURS, PAGE, PICTURE, is_current, main
from mdt.model.attestations import MIN_QUORUM
from mdt.preset.settings import load

CASES = [Case(*one) for one in product(Rules, Attack, Defence, Claims)]
WORLD = World(epoch=86_400, delay=21_600, deadline=172_800, vote=172_800, share=240, emission=600)


@pytest.mark.parametrize("path", [PAGE, PICTURE])
def test_page__current(path):
    assert is_current(path), "run: python -m mdt.economics.quorum_page --write"


def test_main__without_write__prints_the_page(capsys):
    assert main([]) == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_simulate__any_case__nothing_appears_or_vanishes(case):
    """What is stolen came from the distributor or from an epoch's share; each epoch is settled, late or lost, once."""
    before = unclaimed(case.claims, WORLD.share)
    course = list(simulate(WORLD, case, HOURS, DECIDED))
    end, epochs = course[-1], 3
    settled = epochs - (end.late + end.lost) // WORLD.emission
    assert (end.late + end.lost) % WORLD.emission == 0
    assert end.stolen + end.held == before + settled * WORLD.share
    assert all(one.stolen <= later.stolen and one.held >= later.held for one, later in pairwise(course))
    assert (end.stolen == 0) == case.is_stopped
    assert end.lost == 0 or case.rules is Rules.BEFORE


@pytest.mark.parametrize(("defence", "claims"), product(Defence, Claims))
def test_gains__now__never_more_than_before(defence, claims):
    now, before = (gains(WORLD, rules, defence, claims, HOURS, DECIDED) for rules in (Rules.NOW, Rules.BEFORE))
    assert all(one <= other for one, other in zip(now, before, strict=True))
    assert now == sorted(now)


def test_gains__one_watcher_and_all_nodes_published__one_share_an_epoch():
    assert gains(WORLD, Rules.NOW, Defence.WATCHER, Claims.NEVER, HOURS, DECIDED, PROVABLE)[-1] == 3 * WORLD.share


@pytest.mark.parametrize("claims", Claims)
def test_gains__one_watcher_and_a_hidden_node__as_with_nobody(claims):
    """X1: what nobody can open nobody can refute, and every question is answered."""
    watched, unwatched = (gains(WORLD, Rules.NOW, defence, claims, HOURS, DECIDED) for defence in (Defence.WATCHER, Defence.NOBODY))
    assert watched == unwatched == gains(WORLD, Rules.NOW, Defence.WATCHER, claims, HOURS, DECIDED, [Attack.NODE])
    assert set(gains(WORLD, Rules.NOW, Defence.GUARDIAN, claims, HOURS, DECIDED)) == {0}


def test_gains__nothing_settles_before_the_delay():
    course = gains(WORLD, Rules.NOW, Defence.NOBODY, Claims.NEVER, HOURS, DECIDED)
    assert course[:6] == [0] * 6
    assert course[6] == 31 * WORLD.share


def test_honest__presets_first_era__the_models_integers():
    world = honest(load("luxtensor"))
    assert (world.emission, world.share) == (600 * 10**18, 240 * 10**18)
    assert (world.epoch, world.delay, world.deadline, world.vote) == (86_400, 21_600, 172_800, 172_800)


@pytest.mark.parametrize(("part", "questions", "wanted"), [(0, 5, 0), (10_000, 1, 10_000), (100, 1, 100), (5_000, 2, 7_500), (100, 64, 4_744)])
def test_chance__by_hand(part, questions, wanted):
    assert chance_bps(part, questions) == wanted


@pytest.mark.parametrize("reporters", range(MIN_QUORUM, 33))
def test_keys__any_number__no_fewer_sign_and_no_fewer_stop(reporters):
    quorum, silent = keys(reporters)
    assert quorum >= MIN_QUORUM
    assert 2 * quorum > reporters
    assert reporters - silent < quorum <= reporters - silent + 1
