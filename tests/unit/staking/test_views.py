from itertools import pairwise

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, FEW, redelegated, slash, units
from tests.support.staking import MINIMUM, OWN, STAKES, UNIT, VALUES

WAD = 10**18


def test_position__never_used__all_zero(quiet, attacker):
    one, operator = quiet.validator("validator")
    for owner, slot in ((attacker, 0), (operator, 8), (OWN, 0), (OWN, 9)):
        assert tuple(quiet.staking.position(one, owner, slot)) == (0,) * 7
        assert tuple(quiet.staking.request(one, owner, slot, 0)) == (0, 0, 0, 0)
        assert tuple(quiet.staking.debt(one, owner, slot)) == (0, 0, 0, 0)


def test_views__unknown_validator__refused_or_zero(quiet, attacker):
    for unknown in (0, 1, 2**64 - 1):
        with boa.reverts("staking: unknown validator"):
            quiet.staking.validator(unknown)
        with boa.reverts("staking: unknown validator"):
            quiet.staking.position(unknown, attacker, 0)
        assert tuple(quiet.staking.request(unknown, attacker, 0, 0)) == (0, 0, 0, 0)
        assert tuple(quiet.staking.debt(unknown, attacker, 0)) == (0, 0, 0, 0)
        assert tuple(quiet.staking.escrow(unknown, 0)) == (0, 0)
    assert quiet.staking.restitution(quiet.slasher, 0, attacker) == 0
    assert quiet.staking.recipient_of(attacker) == ZERO_ADDRESS


def test_views__slot_out_of_range__refused(quiet, attacker):
    one, _ = quiet.validator("validator")
    for slot in (16, 2**256 - 1):
        for call in (
            lambda slot=slot: quiet.staking.position(one, attacker, slot),
            lambda slot=slot: quiet.staking.request(one, attacker, slot, 0),
            lambda slot=slot: quiet.staking.debt(one, attacker, slot),
        ):
            with boa.reverts("staking: slot out of range"):
                call()


def test_validator__reads__as_of_this_block(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM, commission=2_000)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    pool = quiet.staking.validator(one)
    assert 2 * UNIT - pool.commission_owed in FEW
    assert 8 * UNIT - quiet.pending(one) in FEW


def test_network__two_streams__every_field(suite):
    one, _ = suite.validator("validator", 3 * MINIMUM)
    two, _ = suite.validator("another")
    suite.staking.notify_reward(480 * UNIT, sender=suite.notifier)
    epoch_end = boa.env.evm.patch.block_number + 480
    mine(9)
    pulled = suite.staking.pull_block_rewards()
    block = boa.env.evm.patch.block_number
    suite.validators.exit(two, sender=suite.validators.operator_of(two))
    net = suite.staking.network()
    assert (net.weight, net.staked, net.principal, net.active_count, net.validator_count) == (units(3 * MINIMUM), 3 * MINIMUM, 4 * MINIMUM, 1, 2)
    assert (net.table_version, net.rewards_received, net.rewards_paid, net.rewards_idle, net.rewards_recycled) == (0, 480 * UNIT + pulled, 0, 0, 0)
    assert (net.epoch_stream_rate, net.epoch_stream_end) == (UNIT, epoch_end)
    assert (net.block_stream_rate, net.block_stream_end, net.pulled_through) == (pulled // 10, block + 10, block)
    paid = suite.staking.claim(one, OWN, 8)
    assert suite.staking.network().rewards_paid == paid


def test_network__reading__writes_nothing(quiet):
    """A4: asking twice, in any block, changes no answer."""
    one, _ = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    first = (quiet.staking.network(), quiet.pending(one), quiet.staking.validator(one))
    assert (quiet.staking.network(), quiet.pending(one), quiet.staking.validator(one)) == first


def test_network__donation__counts_nowhere(quiet):
    """C3, C4: a plain transfer in is inert."""
    one, operator = quiet.validator("validator")
    before = quiet.staking.network(), quiet.staking.validator(one)
    quiet.token.transfer(quiet.staking, 7 * UNIT, sender=operator)
    assert (quiet.staking.network(), quiet.staking.validator(one)) == before
    assert quiet.token.balanceOf(quiet.staking) == quiet.holdings() + 7 * UNIT


def test_decay_table__documents__slopes_and_intercepts(quiet):
    stakes, rows = quiet.staking.decay_table()
    assert stakes == STAKES
    points = list(zip([0, *STAKES], [0, *VALUES], strict=True))
    slopes = [(high[1] - low[1]) * WAD // (high[0] - low[0]) for low, high in pairwise(points)]
    slopes.append(slopes[-1])
    for row, slope, (x, y) in zip(rows, slopes, points, strict=True):
        assert (row % 2**60, row >> 60) == (slope, y * WAD - slope * x)
    assert slopes == [WAD, WAD * 5 // 6, WAD * 43 // 80, WAD * 2 // 5, WAD * 3 // 16, WAD * 3 // 20, WAD * 4 // 45, WAD * 4 // 45]


def test_debt_and_escrow__two_validators__each_its_own(quiet):
    source, target, owner = redelegated(quiet)
    slash(quiet, source, 1_000, offence=2, slash_id=11)
    assert tuple(quiet.staking.escrow(source, 2)) == (30 * UNIT, 11)
    for place, offence in ((source, 0), (source, 1), (target, 2), (source, 3)):
        assert tuple(quiet.staking.escrow(place, offence)) == (0, 0)
    assert quiet.staking.debt(target, owner, 1).source_id == source


@pytest.mark.parametrize("index", [0, 1])
def test_request__two__by_their_ids(quiet, index):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 10 * UNIT)
    quiet.staking.unstake(one, 0, UNIT, sender=owner)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    assert quiet.staking.request(one, owner, 0, index).tokens == (UNIT, 9 * UNIT)[index]
    assert tuple(quiet.staking.request(one, owner, 0, 2)) == (0, 0, 0, 0)


def test_words__position_and_pool__say_what_the_position_is_worth(quiet):
    """Two words are enough: shares of the one, tokens and shares of the other, after a slash that leaves shares that are not wei."""
    one, _ = quiet.validator("validator", 3 * MINIMUM)
    owner = quiet.delegator("delegator", one, 2 * MINIMUM + 12_345, slot=3)
    slash(quiet, one, 333)
    key = int(owner, 16) | 3 << 160 | one << 168
    shares = quiet.staking.position_words(key) % 2**86
    word = quiet.staking.pool_words(one)
    tokens, of_pool, own = word % 2**84, word >> 84 & (2**86 - 1), word >> 170
    shown, pool = quiet.staking.position(one, owner, 3), quiet.staking.validator(one)
    assert (shares, tokens, of_pool) == (shown.shares, pool.tokens, pool.shares)
    assert shares * tokens // of_pool == shown.tokens < 2 * MINIMUM
    assert own * tokens // of_pool == pool.own_staked
    assert quiet.staking.pool_words(99) == 0
