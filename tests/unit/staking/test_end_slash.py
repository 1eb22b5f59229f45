from itertools import permutations, product

import boa
import pytest

from mdt.model.staking import Status
from tests.support.block_reward import events
from tests.support.stakes import ALL, fields, overturn, slash, tokens_of, unjail, uphold
from tests.support.staking import MINIMUM, OWN, UNIT, unbond

ENDS = {"uphold": uphold, "overturn": overturn}


def test_end_slash__upheld__forgotten_and_nothing_moves(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM)
    slash(quiet, one, 1_000)
    before = quiet.token.balanceOf(quiet.slasher)
    assert uphold(quiet, one) == 20 * UNIT
    assert events(quiet.staking, "Transfer") == events(quiet.staking, "StatusChanged") == []
    pool = quiet.staking.validator(one)
    assert (pool.tokens, pool.shares, pool.pending_slashes, pool.slash_count, pool.status) == (180 * UNIT, 200 * UNIT, 0, 1, Status.JAILED)
    assert tuple(quiet.staking.escrow(one, 1)) == (0, 0)
    assert quiet.token.balanceOf(quiet.slasher) == before
    assert quiet.solvent()


def test_end_slash__overturned__everything_is_back_but_the_jail(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM)
    before = quiet.staking.validator(one)
    slash(quiet, one, 1_000)
    assert overturn(quiet, one) == 20 * UNIT
    assert fields(quiet.staking, "Transfer") == (quiet.slasher, quiet.staking.address, 20 * UNIT)
    pool = quiet.staking.validator(one)
    assert (pool.tokens, pool.shares, pool.pending_slashes, pool.slash_count, pool.status) == (200 * UNIT, 200 * UNIT, 0, 1, Status.JAILED)
    assert quiet.staking.network().principal == 200 * UNIT
    unjail(quiet, one)
    after = quiet.staking.validator(one)
    assert after._replace(slash_count=0) == before
    assert after.status == Status.ACTIVE
    assert quiet.solvent()


def test_end_slash__not_jailed_any_more__weighs_again_at_once(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM)
    weight = quiet.staking.validator(one).weight
    slash(quiet, one, 5_000)
    unjail(quiet, one)
    assert quiet.staking.validator(one).weight < weight
    overturn(quiet, one)
    assert quiet.staking.validator(one).weight == quiet.staking.network().weight == weight


def test_end_slash__nothing_pending__refused(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM)
    slash(quiet, one, 1_000, offence=1)
    for end in ENDS.values():
        for offence in (0, 2, 3):
            with boa.reverts("staking: no slash pending"):
                end(quiet, one, offence)
    uphold(quiet, one)
    with boa.reverts("staking: no slash pending"):
        overturn(quiet, one)


def test_end_slash__not_the_slasher_or_unknown__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    slash(quiet, one, 1_000)
    for caller in (attacker, operator, quiet.owner, quiet.validators.address):
        with boa.reverts("staking: not the slasher"):
            quiet.staking.end_slash(one, 1, True, sender=caller)
    with boa.reverts("staking: unknown validator"):
        uphold(quiet, one + 1)


def test_end_slash__slasher_has_not_the_tokens__nothing_happens(quiet):
    one, _ = quiet.validator("validator")
    slash(quiet, one, 1_000)
    quiet.token.transfer(quiet.owner, quiet.token.balanceOf(quiet.slasher), sender=quiet.slasher)
    with boa.reverts("mdt: balance too low"):
        overturn(quiet, one)
    assert quiet.staking.validator(one).pending_slashes == 2
    assert quiet.solvent()


def leave(suite, one, owner):
    """All of a delegation, asked back; returns wei of the request."""
    request = suite.staking.unstake(one, 0, ALL, sender=owner)
    return suite.staking.request(one, owner, 0, request).tokens


PARTS = {"first": 77 * UNIT + 3, "second": 31 * UNIT + 1, "stayer": 59 * UNIT + 7}
LEAVE = [order for count in range(3) for order in permutations(["first", "second"], count)]


@pytest.mark.parametrize(("ends", "order"), list(product(product(ENDS, repeat=2), LEAVE)))
def test_end_slash__two_in_escrow__stayers_and_leavers_are_made_whole_to_the_wei(quiet, ends, order):
    """Whoever leaves, in whatever order and wherever between the slashes' ends: with both overturned nobody is a wei short, and with
    one of them upheld everybody has lost that one's part alone, within the wei that rounding takes from the last digit."""
    one, _ = quiet.validator("validator", 2 * MINIMUM + 11)
    owners = {name: quiet.delegator(name, one, amount) for name, amount in PARTS.items()}
    total = quiet.staking.validator(one).tokens
    taken = {0: slash(quiet, one, 3_333, offence=0, slash_id=10), 2: slash(quiet, one, 1_777, offence=2, slash_id=11)}
    assert taken == {0: total * 3_333 // 10_000, 2: (total - taken[0]) * 1_777 // 10_000}
    paid = dict.fromkeys(PARTS, 0)
    for name in order:
        paid[name] = leave(quiet, one, owners[name])
    returned = {offence: ENDS[end](quiet, one, offence) for offence, end in zip((0, 2), ends, strict=True)}
    noted = {0: 0, 2: 0}
    for offence, slash_id, end in zip((0, 2), (10, 11), ends, strict=True):
        for name in PARTS:
            note = quiet.staking.take_restitution(slash_id, owners[name], sender=quiet.slasher)
            noted[offence] += note
            paid[name] += note if end == "overturn" else 0
        # all of a slash belongs to the pool or to those who left it
        assert returned[offence] + noted[offence] == taken[offence]
    for name in ("first", "second"):
        if name not in order:
            paid[name] = leave(quiet, one, owners[name])
    paid["stayer"] = tokens_of(quiet, one, owners["stayer"])
    lost = sum(taken[offence] for offence, end in zip((0, 2), ends, strict=True) if end == "uphold")
    for name, amount in PARTS.items():
        due = amount * (total - lost) // total
        if lost == 0:
            assert paid[name] == amount
        else:
            assert abs(paid[name] - due) <= 2
    own = tokens_of(quiet, one, OWN, 8)
    assert own == 2 * MINIMUM + 11 if lost == 0 else abs(own - (2 * MINIMUM + 11) * (total - lost) // total) <= 3
    assert quiet.solvent()


def test_end_slash__left_between_the_ends__noted_for_the_one_still_in_escrow(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM)
    owner = quiet.delegator("delegator", one, 2 * MINIMUM)
    slash(quiet, one, 1_000, offence=0, slash_id=1)  # 40 of 400
    slash(quiet, one, 2_500, offence=2, slash_id=2)  # 90 of 360
    assert overturn(quiet, one, 0) == 40 * UNIT  # 310
    assert leave(quiet, one, owner) == 155 * UNIT
    assert quiet.staking.restitution(quiet.slasher, 1, owner) == 0
    assert quiet.staking.restitution(quiet.slasher, 2, owner) == 45 * UNIT
    assert overturn(quiet, one, 2) == 45 * UNIT
    assert tokens_of(quiet, one, OWN, 8) == 2 * MINIMUM


def test_end_slash__everybody_has_left__the_last_takes_the_rest_along(quiet):
    one, operator = quiet.validator("validator")
    quiet.validators.exit(one, sender=operator)
    slash(quiet, one, 5_000, slash_id=3)
    quiet.staking.unstake(one, 8, ALL, sender=operator)
    unbond()
    assert quiet.staking.withdraw(one, 8, 0, sender=operator) == 50 * UNIT
    assert quiet.staking.restitution(quiet.slasher, 3, OWN) == 50 * UNIT  # under the zero address: whoever operates it then
    assert tuple(quiet.staking.escrow(one, 1)) == (0, 3)
    assert overturn(quiet, one) == 0
    assert (quiet.staking.validator(one).tokens, quiet.staking.validator(one).shares) == (0, 0)
    assert quiet.solvent()
