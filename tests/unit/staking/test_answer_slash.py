import boa

from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import fields, overturn, redelegated, slash, slashed_and_back, units, uphold
from tests.support.staking import MINIMUM, UNBONDING, UNIT


def answer(suite, place, bps, *, slash_id=7, is_over=False):
    """The slasher's call for a position (target, owner, slot 1)."""
    target, owner = place
    return suite.staking.answer_slash(target, owner, 1, slash_id, bps, is_over, sender=suite.slasher)


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
    assert (pool.tokens, pool.shares, pool.active_shares, pool.boosted_shares) == (390 * UNIT, 390 * UNIT, 390 * UNIT, 3_900_000 * UNIT)
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
    boa.env.evm.patch.timestamp += UNBONDING + 1
    quiet.staking.unstake(target, 1, 45 * UNIT, sender=owner)
    assert quiet.solvent()


def test_answer_slash__nothing_due__moves_nothing(quiet):
    _, target, owner = redelegated(quiet)
    assert answer(quiet, (target, owner), 0) == 0
    assert events(quiet.staking, "Transfer") == events(quiet.staking, "RestitutionNoted") == []
    assert quiet.staking.debt(target, owner, 1).next_slash == 1


def test_answer_slash__over__the_debt_is_gone(quiet):
    _, target, owner = redelegated(quiet)
    assert answer(quiet, (target, owner), 0, is_over=True) == 0
    assert tuple(quiet.staking.debt(target, owner, 1)) == (0, 0, 0)
    quiet.staking.unstake(target, 1, UNIT, sender=owner)


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
        quiet.staking.answer_slash(target, owner, 16, 7, 1, False, sender=quiet.slasher)
    with boa.reverts("staking: nothing to answer"):
        answer(quiet, (99, owner), 1)


def test_answer_slash__not_the_slasher__refused(quiet, attacker):
    _, target, owner = redelegated(quiet)
    for caller in (attacker, owner, quiet.owner, quiet.validators.address):
        with boa.reverts("staking: not the slasher"):
            quiet.staking.answer_slash(target, owner, 1, 7, 1, False, sender=caller)
