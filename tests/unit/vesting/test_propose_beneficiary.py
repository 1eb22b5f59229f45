"""Vesting.propose_beneficiary: an offer changes nothing until it is accepted, and can be withdrawn."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.model.vesting import MOVE_DELAY
from mdt.units import DAY
from tests.support.boa_clock import now


def test_propose_beneficiary__offer__shown_and_without_effect(pair, member, other):
    pair.create(member)
    pair.call("propose_beneficiary", member, 0, other)
    event = pair.event("BeneficiaryProposed")
    assert (event.beneficiary, event.index, event.proposed, event.acceptable_at) == (member, 0, other, now())
    assert pair.contract.schedule(member, 0).proposed_beneficiary == other
    pair.travel(60 * DAY)
    pair.call("claim", other, member, 0)
    assert (pair.token.balanceOf(member), pair.token.balanceOf(other)) == (pair.model.schedule(member, 0).claimed, 0)
    pair.agree(member, other)


def test_propose_beneficiary__revocable__acceptable_after_the_delay(pair, owner, member, other):
    pair.create(member, is_revocable=True)
    pair.call("propose_beneficiary", member, 0, other)
    assert pair.event("BeneficiaryProposed").acceptable_at == now() + MOVE_DELAY
    assert pair.contract.schedule(member, 0).acceptable_at == now() + MOVE_DELAY
    pair.call("renounce_revocation", owner, member, 0)
    assert pair.contract.schedule(member, 0).acceptable_at == now()
    pair.agree(member, other)


def test_propose_beneficiary__zero__withdraws(pair, member, other):
    pair.create(member)
    pair.call("propose_beneficiary", member, 0, other)
    pair.call("propose_beneficiary", member, 0, ZERO_ADDRESS)
    event = pair.event("BeneficiaryProposed")
    assert (event.beneficiary, event.index, event.proposed, event.acceptable_at) == (member, 0, ZERO_ADDRESS, 0)
    pair.refused("vesting: not proposed", "accept_beneficiary", other, member, 0)
    pair.agree(member, other)


def test_propose_beneficiary__another__replaces_the_first_and_its_time(pair, member, other, attacker):
    pair.create(member, is_revocable=True)
    pair.call("propose_beneficiary", member, 0, attacker)
    pair.travel(MOVE_DELAY)
    pair.call("propose_beneficiary", member, 0, other)
    pair.refused("vesting: not proposed", "accept_beneficiary", attacker, member, 0)
    pair.refused("vesting: too early to accept", "accept_beneficiary", other, member, 0)
    pair.agree(member)


def test_propose_beneficiary__no_change__refused(pair, member, other):
    pair.create(member)
    pair.refused("vesting: nothing changes", "propose_beneficiary", member, 0, ZERO_ADDRESS)
    pair.call("propose_beneficiary", member, 0, other)
    pair.refused("vesting: nothing changes", "propose_beneficiary", member, 0, other)


def test_propose_beneficiary__account_that_loses_or_means_nothing__refused(pair, member):
    """E10."""
    pair.create(member)
    for new in (member, str(pair.contract.address), str(pair.token.address)):
        pair.refused("vesting: bad beneficiary", "propose_beneficiary", member, 0, new)


def test_propose_beneficiary__somebody_elses_schedule__refused(pair, owner, creator, member, attacker):
    pair.create(member)
    for account in (owner, creator, attacker):
        pair.refused("vesting: no schedule", "propose_beneficiary", account, 0, attacker)
    pair.refused("vesting: no schedule", "propose_beneficiary", member, 1, attacker)
