import boa
import pytest

from mdt.model.staking.position import FREE
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, fields, overturn, redelegated, slash, slashed_and_back, units, uphold
from tests.support.staking import MINIMUM, OWN, UNBONDING_BLOCKS, UNIT, unbond


def answer(suite, place, bps, *, slash_id=7, height=0, request=ALL, slot=1):
    """The slasher's call for a position (target, owner, slot 1), or a request of it."""
    target, owner = place
    return suite.staking.answer_slash(target, owner, slot, request, slash_id, bps, height, sender=suite.slasher)


def test_answer_slash__ten_per_cent__every_number_and_event(quiet):
    source, target, owner = redelegated(quiet)
    slash(quiet, source, 1_000, slash_id=7)
    debt, before = quiet.staking.debt(target, owner, 1), quiet.token.balanceOf(quiet.slasher)
    assert answer(quiet, (target, owner), 1_000) == 10 * UNIT
    assert fields(quiet.staking, "RestitutionNoted") == (7, owner, 10 * UNIT)
    assert fields(quiet.staking, "Transfer") == (quiet.staking.address, quiet.slasher, 10 * UNIT)
    assert quiet.staking.restitution(quiet.slasher, 7, owner) == 10 * UNIT
    assert quiet.staking.debt(target, owner, 1) == debt._replace(next_slash=1)
    assert tuple(quiet.staking.position(target, owner, 1))[:2] == (90 * UNIT, 90 * UNIT)
    pool, net = quiet.staking.validator(target), quiet.staking.network()
    assert (pool.tokens, pool.shares, pool.boosted_shares) == (390 * UNIT, 390 * UNIT, 3_900_000 * UNIT)
    assert pool.own_staked == 300 * UNIT
    assert pool.weight == net.weight == units(390 * UNIT)
    assert net.principal == (270 + 390) * UNIT
    assert quiet.token.balanceOf(quiet.slasher) == before + 10 * UNIT
    assert quiet.solvent()


def test_answer_slash__several__each_of_what_is_left_and_the_index_moves_by_one(quiet):
    source, target, owner = redelegated(quiet)
    for bps, taken, index in ((5_000, 50, 1), (1_000, 5, 2), (0, 0, 3)):
        slashed_and_back(quiet, source, bps)
        assert answer(quiet, (target, owner), bps) == taken * UNIT
        assert quiet.staking.debt(target, owner, 1).next_slash == index
    assert quiet.staking.position(target, owner, 1).tokens == 45 * UNIT
    unbond(1)
    quiet.staking.unstake(target, 1, 45 * UNIT, sender=owner)
    assert quiet.solvent()


def test_answer_slash__nothing_due__moves_nothing(quiet):
    _, target, owner = redelegated(quiet)
    assert answer(quiet, (target, owner), 0) == 0
    assert events(quiet.staking, "Transfer") == events(quiet.staking, "RestitutionNoted") == []
    assert quiet.staking.debt(target, owner, 1).next_slash == 1


@pytest.mark.parametrize(("late", "taken"), [(0, 10), (1, 0), (UNBONDING_BLOCKS - 1, 0)])
def test_answer_slash__offence_in_the_block_it_left_or_later__only_then_it_pays(quiet, late, taken):
    """Y6: who moved before the offence does not pay."""
    _, target, owner = redelegated(quiet)
    debt = quiet.staking.debt(target, owner, 1)
    assert answer(quiet, (target, owner), 1_000, height=debt.left_at + late) == taken * UNIT
    assert quiet.staking.debt(target, owner, 1) == debt._replace(next_slash=1)


def test_answer_slash__offence_an_unbonding_time_later__the_debt_is_gone(quiet):
    _, target, owner = redelegated(quiet)
    height = quiet.staking.debt(target, owner, 1).left_at + UNBONDING_BLOCKS
    unbond()
    assert answer(quiet, (target, owner), 1_000, height=height) == 0
    assert tuple(quiet.staking.debt(target, owner, 1)) == (0, 0, 0, 0)
    quiet.staking.unstake(target, 1, UNIT, sender=owner)


def asked_back(suite):
    """A request of 40 MDT out of a delegation of 100; returns (validator, owner)."""
    one, _ = suite.validator("validator", 3 * MINIMUM)
    owner = suite.delegator("delegator", one, 100 * UNIT, slot=1)
    suite.staking.unstake(one, 1, 40 * UNIT, sender=owner)
    return one, owner


def test_answer_slash__request__every_number_and_event(quiet):
    place = asked_back(quiet)
    slash(quiet, place[0], 1_000, slash_id=7)
    request, before = quiet.staking.request(*place, 1, 0), quiet.token.balanceOf(quiet.slasher)
    assert answer(quiet, place, 1_000, request=0) == 4 * UNIT
    assert fields(quiet.staking, "RestitutionNoted") == (7, place[1], 4 * UNIT)
    assert fields(quiet.staking, "Transfer") == (quiet.staking.address, quiet.slasher, 4 * UNIT)
    assert quiet.staking.request(*place, 1, 0) == request._replace(tokens=36 * UNIT, next_slash=1)
    assert quiet.staking.network().principal == 324 * UNIT + 36 * UNIT
    assert quiet.token.balanceOf(quiet.slasher) == before + 4 * UNIT
    assert quiet.solvent()
    unbond()
    assert quiet.staking.withdraw(place[0], 1, 0, sender=place[1]) == 36 * UNIT


@pytest.mark.parametrize(("late", "taken", "next_slash"), [(0, 4, 1), (1, 0, 1), (UNBONDING_BLOCKS - 1, 0, 1), (UNBONDING_BLOCKS, 0, FREE)])
def test_answer_slash__request_made_before_the_offence__does_not_pay(quiet, late, taken, next_slash):
    """Y6: stake that had left on day 0 paid for an offence of day 6."""
    place = asked_back(quiet)
    left_at = quiet.staking.request(*place, 1, 0).left_at
    unbond()
    assert answer(quiet, place, 1_000, height=left_at + late, request=0) == taken * UNIT
    request = quiet.staking.request(*place, 1, 0)
    assert (request.tokens, request.next_slash) == ((40 - taken) * UNIT, next_slash)


def test_answer_slash__request_is_free__answers_for_nothing_more_and_leaves(quiet):
    place = asked_back(quiet)
    slash(quiet, place[0], 1_000)
    height = boa.env.evm.patch.block_number + UNBONDING_BLOCKS
    unbond()
    answer(quiet, place, 1_000, height=height, request=0)
    with boa.reverts("staking: nothing to answer"):
        answer(quiet, place, 1_000, request=0)
    assert quiet.staking.withdraw(place[0], 1, 0, sender=place[1]) == 40 * UNIT


@pytest.mark.parametrize(("late", "taken"), [(0, 10), (1, 10), (UNBONDING_BLOCKS - 1, 10), (UNBONDING_BLOCKS, 0)])
def test_answer_slash__own_stake_asked_back__pays_for_all_that_comes_while_it_waits(quiet, late, taken):
    """An owner cannot ask its stake back, sign two blocks, and leave."""
    one, operator = quiet.validator("validator", 3 * MINIMUM)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    left_at = quiet.staking.request(one, OWN, 8, 0).left_at
    unbond()
    assert answer(quiet, (one, OWN), 1_000, height=left_at + late, request=0, slot=8) == taken * UNIT
    assert quiet.staking.restitution(quiet.slasher, 7, OWN) == taken * UNIT


def test_answer_slash__blocks_of_an_unbonding_time_but_not_its_seconds__not_free_yet(quiet):
    """While blocks are made faster than planned a slash for an earlier offence can still come."""
    place = asked_back(quiet)
    left_at = quiet.staking.request(*place, 1, 0).left_at
    mine(2 * UNBONDING_BLOCKS)
    assert answer(quiet, place, 1_000, height=left_at + UNBONDING_BLOCKS, request=0) == 0
    assert quiet.staking.request(*place, 1, 0).next_slash == 1
    assert answer(quiet, place, 1_000, height=left_at, request=0) == 4 * UNIT


def test_answer_slash__request_of_a_wei__rounded_down_and_still_there(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT, slot=1)
    quiet.staking.unstake(one, 1, 1, sender=owner)
    assert answer(quiet, (one, owner), 5_000, request=0) == 0
    assert events(quiet.staking, "RestitutionNoted") == events(quiet.staking, "Transfer") == []
    unbond()
    assert quiet.staking.withdraw(one, 1, 0, sender=owner) == 1


def test_answer_slash__no_such_request__refused(quiet):
    one, owner = asked_back(quiet)
    for slot, request in ((1, 1), (0, 0), (1, ALL - 1)):
        with boa.reverts("staking: nothing to answer"):
            answer(quiet, (one, owner), 1, request=request, slot=slot)


def test_answer_slash__target_slashed_too__both_take_their_part(quiet):
    source, target, owner = redelegated(quiet)
    slash(quiet, target, 2_500, offence=0, slash_id=1)  # 100 of 400
    slash(quiet, source, 1_000, offence=1, slash_id=7)
    assert answer(quiet, (target, owner), 1_000) == 75 * UNIT // 10  # 10 shares at 0.75
    notes = [tuple(event)[1:] for event in events(quiet.staking, "RestitutionNoted")]
    assert notes == [(1, owner, 25 * UNIT // 10), (7, owner, 75 * UNIT // 10)]
    assert quiet.staking.escrow(target, 0).tokens == 975 * UNIT // 10
    overturn(quiet, target, 0)
    assert quiet.staking.position(target, owner, 1).tokens == 90 * UNIT
    assert quiet.solvent()


def test_answer_slash__locked__bonus_stays(quiet):
    source, _ = quiet.validator("source", 2 * MINIMUM)
    target, _ = quiet.validator("target")
    owner = quiet.delegator("delegator", source, MINIMUM, months=12)
    quiet.staking.redelegate(source, 0, target, 1, MINIMUM, sender=owner)
    slash(quiet, source, 1_000, slash_id=7)
    answer(quiet, (target, owner), 1_000)
    position = quiet.staking.position(target, owner, 1)
    assert (position.tokens, position.bonus_bps) == (90 * UNIT, 300)
    assert quiet.staking.validator(target).boosted_shares == 10_000 * MINIMUM + 10_300 * 90 * UNIT


def test_answer_slash__earned_before__stays(quiet):
    source, target, owner = redelegated(quiet)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100)
    earned = quiet.pending(target, owner, 1)
    slash(quiet, source, 5_000)
    uphold(quiet, source)
    answer(quiet, (target, owner), 5_000)
    assert quiet.pending(target, owner, 1) == earned
    mine(100)  # alone now: a seventh of nine tenths
    assert abs(90 * UNIT // 7 - (quiet.pending(target, owner, 1) - earned)) <= 2


def test_answer_slash__shares_that_do_not_divide__rounded_down(quiet):
    source, target, owner = redelegated(quiet, 10_001)
    slash(quiet, source, 1)
    assert answer(quiet, (target, owner), 1) == 1
    assert answer(quiet, (target, owner), 1) == 1  # 10,000 shares are left
    assert answer(quiet, (target, owner), 1) == 0  # and 9,999


def test_answer_slash__nothing_to_answer__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT, slot=1)
    for account in (owner, operator, attacker):
        with boa.reverts("staking: nothing to answer"):
            answer(quiet, (one, account), 1)


def test_answer_slash__too_large_or_slot_out_of_range__refused(quiet):
    _, target, owner = redelegated(quiet)
    for bps in (5_001, 2**256 - 1):
        with boa.reverts("staking: slash too large"):
            answer(quiet, (target, owner), bps)
    with boa.reverts("staking: slot out of range"):
        answer(quiet, (target, owner), 1, slot=16)
    with boa.reverts("staking: nothing to answer"):
        answer(quiet, (99, owner), 1)


def test_answer_slash__not_the_slasher__refused(quiet, attacker):
    _, target, owner = redelegated(quiet)
    for caller in (attacker, owner, quiet.owner, quiet.validators.address):
        with boa.reverts("staking: not the slasher"):
            quiet.staking.answer_slash(target, owner, 1, ALL, 7, 1, 0, sender=caller)
