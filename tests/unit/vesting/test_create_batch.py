"""Vesting.create_batch: all or none, paid for with one transfer."""

from __future__ import annotations

from dataclasses import replace

import boa

from mdt.units import HOUR, WAD
from tests.support.boa_clock import now
from tests.support.vesting import PURSE


def test_create_batch__several__each_with_its_event_and_one_transfer(pair, creator, member, other):
    batch = [pair.terms(member, 5 * WAD), pair.terms(other, 7 * WAD, is_revocable=True), pair.terms(member, 11)]
    pair.call("create_batch", creator, batch)
    logs = pair.contract.get_logs()
    made = [(log.beneficiary, log.index, log.creator, log.amount, log.is_revocable) for log in logs if type(log).__name__ == "ScheduleCreated"]
    assert made == [(member, 0, creator, 5 * WAD, False), (other, 0, creator, 7 * WAD, True), (member, 1, creator, 11, False)]
    (transfer,) = [log for log in logs if type(log).__name__ == "Transfer"]
    assert (transfer.sender, transfer.receiver, transfer.value) == (creator, pair.contract.address, 12 * WAD + 11)
    assert pair.token.balanceOf(creator) == PURSE - 12 * WAD - 11
    pair.agree(member, other)


def test_create_batch__empty__refused(pair, creator):
    pair.refused("vesting: empty batch", "create_batch", creator, [])


def test_create_batch__not_a_creator__refused(pair, attacker, member):
    pair.refused("vesting: not a creator", "create_batch", attacker, [pair.terms(member)])


def test_create_batch__one_bad_entry__none_made(pair, creator, member, other):
    good = pair.terms(member)
    for bad, reason in ((replace(good, amount=0), "vesting: zero amount"), (replace(good, start=1), "vesting: start in the past")):
        pair.refused(reason, "create_batch", creator, [good, pair.terms(other), bad])
        assert pair.contract.schedule(member, 0).amount == pair.contract.schedule(other, 0).amount == 0
    pair.agree(member, other)


def test_create_batch__sum_above_the_balance__none_made(pair, creator, member):
    """E7: each entry alone could be paid."""
    terms = (member, PURSE // 2 + 1, now(), 0, HOUR, 0, False, False)
    with boa.reverts("mdt: balance too low"):
        pair.contract.create_batch([terms, terms], sender=creator)
    assert pair.contract.schedule(member, 0).amount == 0
    pair.agree(member)


def test_create_batch__account_full_half_way__none_made(pair, creator, member, other):
    pair.call("create_batch", creator, [pair.terms(member, 1) for _ in range(63)])
    pair.refused("vesting: too many schedules", "create_batch", creator, [pair.terms(other), pair.terms(member, 1), pair.terms(member, 1)])
    assert pair.contract.schedule(other, 0).amount == 0
    assert pair.contract.schedule(member, 63).amount == 0
