"""`deploy replace`: what is voted, set aside or killed between its stages is neither undone nor forgotten, nor is a replacement begun that nobody wants."""

from __future__ import annotations

import pytest

from mdt.chain.signers import LocalSigner
from mdt.errors import DeploymentError
from mdt.governance.timelock import Timelock
from mdt.model.reasons import Burn, mask
from mdt.model.schedules import Kind
from mdt.replacing.run import Replacing
from mdt.units import DAY
from tests.integration.test_deploy import DeathError
from tests.integration.test_replacing import life, living

__all__ = ["life", "living"]  # fixtures


def sold(life, price=7):
    """Pool 1 is on sale, and operated by the keeper; its terms."""
    terms = {"payment_token": life.suite["Treasury"].address, "min_price": 5, "max_price": 50, "max_per_purchase": 100, "max_per_day": 200}
    life.vote("ReservePools", "set_operator", 1, life.actors.keeper.address)
    life.vote("ReservePools", "set_sale", 1, terms, price)
    return terms


def cancel(life, contract, stage):
    """The guardian cancels the newest operation of a stage."""
    entry = life.replacing(contract).state["operations"][stage][-1]
    guardian = LocalSigner(life.actors.guardian)
    Timelock(life.suite).cancel(bytes.fromhex(entry["id"][2:]), guardian.address).send(guardian)


def test_replace__killed_before_it_said_that_it_is_over__says_it_and_begins_nothing_new(life, monkeypatch):
    def dies(replacing):
        if replacing.state["replaced"]:
            raise DeathError

    with monkeypatch.context() as patch:
        patch.setattr(Replacing, "told", dies)
        with pytest.raises(DeathError):
            life.replace("FeeDesk")
    height, address = life.w3.eth.block_number, life.suite["FeeDesk"].address
    assert [one.state for one in life.replacing("FeeDesk").run(dry_run=True)] == ["planned"]
    with pytest.raises(DeploymentError, match="the new FeeDesk is in its place already, or a part of it: go on without --anew"):
        life.replacing("FeeDesk", anew=True)
    (said,) = life.run("FeeDesk")
    assert (said.state, address in said.words, life.w3.eth.block_number) == ("replaced", True, height)
    assert life.differences() == []
    assert [one.state for one in life.run("FeeDesk")][:1] == ["made"]  # it was told: the same words ask for another one


# --- votes in between ---


def test_replace__sale_that_a_vote_ended_meanwhile__does_not_come_back(life):
    """What was noted of a sale counts only where the replacement itself has ended it."""
    sold(life)
    assert life.run("ReservePools")[-1].state == "scheduled"
    none = {"payment_token": "0x" + "00" * 20, "min_price": 0, "max_price": 0, "max_per_purchase": 0, "max_per_day": 0}
    life.vote("ReservePools", "set_sale", 1, none, 0)
    life.vote("ReservePools", "set_operator", 1, life.actors.holder.address)
    life.replace("ReservePools", days=10)
    new = life.suite["ReservePools"]
    assert new.call("sale", 1).terms.max_price == 0
    assert new.call("pool", 1).operator == life.actors.holder.address
    assert life.differences() == []


def test_replace__budget_that_a_vote_changed_meanwhile__stays_as_voted(life):
    token = life.suite["MDT"].address
    life.run("ReservePools")
    voted = life.call("ReservePools", "pool", 1).available * 3
    life.vote("Treasury", "set_budget", token, voted)
    life.replace("ReservePools", days=10)
    assert life.call("Treasury", "budget", token).amount == voted
    assert life.differences() == []


def test_replace__right_to_burn_that_a_vote_took_meanwhile__is_not_given_to_the_new_one(life):
    old, one = life.suite["FeeDesk"], mask(Burn.REGISTRATION)
    assert life.run("FeeDesk")[-1].state == "scheduled"
    life.vote("MDT", "set_burner", old.address, one)
    (waiting,) = [found for found in life.run("FeeDesk") if found.state == "waiting"]
    assert "gives what a vote has changed since: cancel the operation" in waiting.words
    cancel(life, "FeeDesk", "entitle FeeDesk")
    life.replace("FeeDesk")
    assert life.call("MDT", "burner_reasons", life.suite["FeeDesk"].address) == one
    assert life.differences() == []


def test_replace__slasher_that_a_vote_dismissed_meanwhile__slashes_nowhere(life):
    keeper = life.actors.keeper.address
    life.vote("Slasher", "set_slasher_role", keeper, True)
    assert life.run("Slasher")[-1].state == "scheduled"
    life.vote("Slasher", "set_slasher_role", keeper, False)
    (waiting,) = [found for found in life.run("Slasher") if found.state == "waiting"]
    assert f"set_slasher_role(account={keeper}" in waiting.words
    cancel(life, "Slasher", "name Slasher")
    life.replace("Slasher")
    assert life.call("Slasher", "slasher_count") == 0
    assert life.differences() == []


# --- --anew ---


def test_anew__schedules_stand_still_for_it__they_go_on_and_every_interval_is_paid(life):
    """What the replacement has paused is not what a vote had stopped."""
    old = life.suite["DistributionSchedules"]
    for _ in range(20):
        if old.call("schedule", 1).paused_at:
            break
        life.run("DistributionSchedules")
        life.wait(3 * DAY)
    paused_at = old.call("schedule", 1).paused_at
    assert paused_at
    if life.replacing("DistributionSchedules").state["operations"].get("move schedules"):
        cancel(life, "DistributionSchedules", "move schedules")
    life.run("DistributionSchedules", anew=True)
    life.replace("DistributionSchedules")
    new = life.suite["DistributionSchedules"]
    running = [found for found in (new.call("schedule", number) for number in range(1, new.call("schedule_count") + 1)) if found.kind != Kind.POOL]
    assert [found.paused_at for found in running] == [0] * len(running)
    assert life.differences() == []


def test_anew__sales_were_ended_for_it__are_offered_as_before(life):
    terms, token = sold(life), life.suite["MDT"].address
    before = life.call("Treasury", "budget", token).amount
    life.run("ReservePools")
    life.wait(2 * DAY)
    assert [found.state for found in life.run("ReservePools") if found.stage == "still ReservePools"] == ["executed", "done"]
    life.run("ReservePools", anew=True)
    life.replace("ReservePools", days=10)
    new = life.suite["ReservePools"]
    assert (new.call("sale", 1).price, new.call("sale", 1).terms.max_price) == (7, terms["max_price"])
    assert new.call("pool", 1).operator == life.actors.keeper.address
    assert life.call("Treasury", "budget", token).amount == before
    assert life.differences() == []


def test_anew__new_one_is_in_force__refused_and_its_record_stays(life, monkeypatch):
    life.run("FeeDesk")
    life.wait(2 * DAY)
    with monkeypatch.context() as patch:
        patch.setattr("mdt.replacing.run.note_replaced", lambda *_: (_ for _ in ()).throw(DeathError))
        with pytest.raises(DeathError):
            life.run("FeeDesk")
    with pytest.raises(DeploymentError, match="is in its place already"):
        life.replacing("FeeDesk", anew=True)
    assert life.run("FeeDesk")[-1].state == "replaced"
    assert life.differences() == []
