"""Which stake stands behind an account's votes."""

from __future__ import annotations

import pytest

from mdt.model.governor import MAX_PLACES, RING, Place
from mdt.model.staking import OWN_SLOT
from tests.support.block_reward import events
from tests.support.boa_clock import mine, now
from tests.support.governor import DELEGATED, OWN, WINDOW, go_to
from tests.support.stakes import ALL, slashed_and_back
from tests.support.staking import UNBONDING, UNIT, unbond
from tests.support.twins import plain


def packed(places: list[Place]) -> int:
    return sum((place.slot << 27 | place.validator_id) << (31 * index) for index, place in enumerate(places))


def enrol(scene, account, *places):
    worth = scene.twin.call("enroll", account, list(places))
    mine(1)
    return worth


def test_enroll__own_positions__are_worth_what_staking_says(scene):
    staker = scene.stakers[0]
    places = [Place(scene.ids[0], 0), Place(scene.ids[1], 3)]
    scene.staking.stake(scene.ids[1], 3, 7 * UNIT, 0, sender=staker)
    assert scene.twin.call("enroll", staker, places) == DELEGATED + 7 * UNIT
    (event,) = events(scene.governor, "Enrolled")
    assert (event.account, event.places, event.old_worth, event.new_worth) == (staker, packed(places), 0, DELEGATED + 7 * UNIT)
    assert plain(scene.governor.places(staker)) == plain(places)
    assert scene.governor.place_words(staker) & (2**248 - 1) == packed(places)
    at = now()
    mine(1)
    assert plain(scene.governor.enrolment(staker, now())) == (at, DELEGATED + 7 * UNIT)
    assert scene.governor.getVotes(staker, now()) == DELEGATED + 7 * UNIT


def test_enroll__again__replaces_and_says_what_was(scene):
    staker = scene.stakers[0]
    enrol(scene, staker, Place(scene.ids[0], 0))
    scene.staking.stake(scene.ids[1], 0, UNIT, 0, sender=staker)
    enrol(scene, staker, Place(scene.ids[1], 0))
    event = events(scene.governor, "Enrolled")[0]
    assert (event.old_worth, event.new_worth) == (DELEGATED, UNIT)
    scene.agree()


def test_enroll__validators_own_stake__is_its_owners(scene):
    assert enrol(scene, scene.owners[0], Place(scene.ids[0], OWN_SLOT)) == OWN
    scene.agree()


def test_enroll__eight_places__are_kept_in_one_word(scene):
    staker = scene.stakers[0]
    places = sorted(Place(scene.ids[index % 3], index // 3) for index in range(MAX_PLACES))
    for place in places:
        if place != Place(scene.ids[0], 0):
            scene.staking.stake(place.validator_id, place.slot, UNIT, 0, sender=staker)
    assert enrol(scene, staker, *places) == DELEGATED + 7 * UNIT
    scene.agree()


def test_enroll__after_a_slash__is_worth_less(scene):
    slashed_and_back(scene.suite, scene.ids[0], 1_000)
    assert enrol(scene, scene.stakers[0], Place(scene.ids[0], 0)) == DELEGATED * 9 // 10
    scene.agree()


@pytest.mark.parametrize(
    ("reason", "places"),
    [
        ("governor: no stake", []),
        ("governor: no stake", [(1, 5)]),
        ("governor: no stake", [(77, 0)]),
        ("governor: places not ascending", [(1, 0), (1, 0)]),
        ("governor: places not ascending", [(2, 0), (1, 0)]),
        ("governor: places not ascending", [(1, 1), (1, 0)]),
        ("governor: places not ascending", [(0, 0)]),
        ("governor: slot out of range", [(1, 16)]),
        ("governor: id too large", [(2**27, 0)]),
        ("governor: not the owner", [(1, 8)]),
        ("governor: not the owner", [(77, 8)]),
    ],
)
def test_enroll__bad_places__reverts(scene, reason, places):
    scene.twin.refused(reason, "enroll", scene.stakers[0], [Place(*place) for place in places])


def test_enroll__stake_of_others__is_worth_nothing(scene):
    """A position's key has its owner in it: nobody can name another's."""
    scene.twin.refused("governor: no stake", "enroll", scene.stranger, [Place(scene.ids[0], 0)])


def test_enroll__by_a_validators_new_owner__waits_until_the_former_ones_cannot_count(scene):
    former, heir = scene.owners[0], scene.owners[1]
    place = Place(scene.ids[0], OWN_SLOT)
    at = now()
    scene.enroll(former)
    scene.validators.propose_owner(scene.ids[0], heir, sender=former)
    scene.validators.accept_owner(scene.ids[0], sender=heir)
    scene.twin.refused("governor: enrolled by another", "enroll", heir, [place])
    scene.twin.refused("governor: not the owner", "enroll", former, [place])
    assert scene.governor.getVotes(former, now()) == 0
    scene.agree()
    go_to(at + UNBONDING)
    scene.twin.refused("governor: enrolled by another", "enroll", heir, [place])
    go_to(at + UNBONDING + 1)
    assert enrol(scene, heir, place) == OWN
    scene.agree()


def test_enroll__own_stake_given_back__counts_for_who_enrolled_last(scene):
    """The former owner named the place long ago: its list still has it, and it is worth nothing there."""
    former, heir = scene.owners[0], scene.owners[1]
    validator_id = scene.ids[0]
    scene.staking.stake(scene.ids[1], 0, UNIT, 0, sender=former)
    enrol(scene, former, Place(validator_id, OWN_SLOT), Place(scene.ids[1], 0))
    for giver, taker in ((former, heir), (heir, former)):
        scene.validators.propose_owner(validator_id, taker, sender=giver)
        scene.validators.accept_owner(validator_id, sender=taker)
        if taker == heir:
            mine(1, UNBONDING)
            enrol(scene, heir, Place(validator_id, OWN_SLOT))
    assert scene.governor.getVotes(heir, now()) == 0
    assert scene.governor.getVotes(former, now()) == 0, "its enrolment is old, and the place was another's since"
    scene.agree()


def test_enroll__eight_times_in_an_unbonding_time__not_a_ninth(scene):
    """What may still count is never overwritten; a vote that runs keeps the enrolment it started with."""
    staker, place, at = scene.stakers[0], scene.places(scene.stakers[0]), now()
    for _ in range(RING):
        scene.twin.call("enroll", staker, place)
        mine(1)
    scene.twin.refused("governor: enrolled too often", "enroll", staker, place)
    go_to(at + UNBONDING)
    scene.twin.refused("governor: enrolled too often", "enroll", staker, place)
    go_to(at + UNBONDING + 1)
    scene.twin.call("enroll", staker, place)
    scene.agree()


def test_enrolment__before_a_time__is_the_latest_then(scene):
    staker, stamps = scene.stakers[0], []
    for index in range(RING + 3):
        stamps.append((now(), DELEGATED + index * UNIT))
        scene.twin.call("enroll", staker, scene.places(staker))
        mine(1, UNBONDING // 7)
        scene.staking.stake(scene.ids[0], 0, UNIT, 0, sender=staker)
    for at, worth in stamps[-RING:]:
        for starts_at in (at + 1, at + WINDOW, at + UNBONDING // 7):
            known = [stamp for stamp in stamps if stamp[0] < starts_at][-1]
            expected = known if starts_at <= known[0] + WINDOW else (0, 0)
            assert plain(scene.governor.enrolment(staker, starts_at)) == expected == plain(scene.model.enrolment(staker, starts_at)), worth
    assert plain(scene.governor.enrolment(staker, stamps[0][0])) == (0, 0)
    assert plain(scene.governor.enrolment(staker, stamps[2][0])) == (0, 0), "overwritten long since"


@pytest.mark.parametrize(("late", "weight"), [(0, 0), (1, DELEGATED), (WINDOW, DELEGATED), (WINDOW + 1, 0)])
def test_getVotes__start_of_the_vote__is_after_the_enrolment_and_not_too_long(scene, late, weight):
    """I1, I11: an enrolment of the second in which a vote starts does not count."""
    at = now()
    enrol(scene, scene.stakers[0], Place(scene.ids[0], 0))
    assert scene.governor.getVotes(scene.stakers[0], at + late) == weight == scene.model.weight(scene.stakers[0], at + late)


def test_getVotes__less_or_more_stake_since__the_smaller_counts(scene):
    staker = scene.stakers[0]
    enrol(scene, staker, Place(scene.ids[0], 0))
    scene.staking.stake(scene.ids[0], 0, 50 * UNIT, 0, sender=staker)
    assert scene.governor.getVotes(staker, now()) == DELEGATED
    mine(1)
    request = scene.staking.unstake(scene.ids[0], 0, 80 * UNIT, sender=staker)
    assert scene.governor.getVotes(staker, now()) == DELEGATED - 30 * UNIT
    scene.staking.cancel_unstake(scene.ids[0], 0, request, sender=staker)
    assert scene.governor.getVotes(staker, now()) == DELEGATED
    scene.staking.redelegate(scene.ids[0], 0, scene.ids[1], 4, 300 * UNIT, sender=staker)
    assert scene.governor.getVotes(staker, now()) == 50 * UNIT
    enrol(scene, staker, Place(scene.ids[0], 0), Place(scene.ids[1], 4))
    assert scene.governor.getVotes(staker, now()) == DELEGATED + 50 * UNIT
    scene.agree()
    unbond(1)
    scene.staking.unstake(scene.ids[1], 4, ALL, sender=staker)
    enrol(scene, staker, Place(scene.ids[0], 0), Place(scene.ids[1], 4))
    assert scene.governor.getVotes(staker, now()) == 50 * UNIT
    scene.agree()


def test_dust__a_thousand_delegations_of_strangers__reach_nobodys_places(scene):
    """I15: an account names its own positions; the list has eight, whatever others do."""
    staker = scene.stakers[0]
    scene.enroll(staker)
    before = scene.governor.place_words(staker)
    others = [scene.suite.delegator(f"dust {index}", scene.ids[0], UNIT // 1_000) for index in range(12)]
    for other in others:
        scene.twin.call("enroll", other, [Place(scene.ids[0], 0)])
    assert scene.governor.place_words(staker) == before
