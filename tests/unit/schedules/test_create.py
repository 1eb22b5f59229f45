"""DistributionSchedules.create: what a schedule can be."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.schedules import FOR_EVER, MAX_DURATION, Kind
from tests.support.block_reward import events
from tests.support.pools import UNIT
from tests.support.refusals import refuses

LONG = 10_000_000


@pytest.fixture
def good(scene):
    """Arguments of a schedule, by name."""
    return {
        "kind": Kind.TREASURY,
        "recipient": scene.treasury,
        "pool_id": 0,
        "is_minted": False,
        "amount": UNIT,
        "interval": 10,
        "start": boa.env.evm.patch.block_number,
        "duration": 100,
    }


def test_create__every_kind__numbered_and_shown(scene, good):
    pool_id = scene.pool()
    for number, kind in enumerate(Kind, 1):
        changed = good | {"kind": kind, "is_minted": number % 2 == 0, "duration": 0 if number == 5 else 100 + number}
        if kind == Kind.POOL:
            changed |= {"recipient": scene.model.address, "pool_id": pool_id}
        assert scene.schedules_twin.call("create", scene.owner, *changed.values()) == number
        (event,) = events(scene.schedules, "ScheduleCreated")
        last_block = FOR_EVER if number == 5 else changed["start"] + 100 + number
        assert (event.schedule_id, event.kind, event.recipient, event.pool_id) == (number, kind, changed["recipient"], changed["pool_id"])
        assert (event.amount, event.interval_blocks, event.start_block, event.last_block) == (UNIT, 10, changed["start"], last_block)
        assert event.is_minted == changed["is_minted"]
    scene.agree()


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 1, "interval": 1, "duration": 1},
        {"amount": 2**104 - 1},
        {"interval": LONG, "duration": LONG},
        {"duration": MAX_DURATION},
        {"duration": 10},
    ],
)
def test_create__bounds__met_exactly(scene, good, changed):
    assert scene.schedules_twin.call("create", scene.owner, *(good | changed).values()) == 1
    scene.agree()


def test_create__start__now_or_at_most_ten_million_blocks_ahead(scene, good):
    for delay in (0, LONG):
        scene.schedules_twin.call("create", scene.owner, *(good | {"start": good["start"] + delay}).values())
    for start, reason in (
        (good["start"] - 1, "schedules: start in the past"),
        (0, "schedules: start in the past"),
        (good["start"] + LONG + 1, "schedules: start too far"),
        (2**256 - 1, "schedules: start too far"),
    ):
        with refuses(reason):
            scene.schedules_twin.call("create", scene.owner, *(good | {"start": start}).values())
    scene.agree()


def test_create__bad_call__refused(scene, good):
    pool_id, closed_id = scene.pool(), scene.pool()
    scene.pools_twin.call("close_pool", scene.owner, closed_id)
    pool = {"kind": Kind.POOL, "recipient": scene.model.address}
    for changed, reason in (
        ({"kind": 5}, "schedules: unknown kind"),
        ({"kind": 2**256 - 1}, "schedules: unknown kind"),
        ({"recipient": ZERO_ADDRESS}, "schedules: bad recipient"),
        ({"recipient": scene.planned.address}, "schedules: bad recipient"),
        ({"recipient": str(scene.token.address)}, "schedules: bad recipient"),
        ({"pool_id": pool_id}, "schedules: pool of another kind"),
        (pool | {"recipient": scene.other}, "schedules: recipient has no code"),
        (pool | {"pool_id": 0}, "schedules: pool is not open"),
        (pool | {"pool_id": 3}, "schedules: pool is not open"),
        (pool | {"pool_id": closed_id}, "schedules: pool is not open"),
        ({"amount": 0}, "schedules: bad amount"),
        ({"amount": 2**104}, "schedules: bad amount"),
        ({"interval": 0}, "schedules: bad interval"),
        ({"interval": LONG + 1, "duration": 0}, "schedules: bad interval"),
        ({"duration": 9}, "schedules: bad duration"),
        ({"duration": MAX_DURATION + 1}, "schedules: bad duration"),
    ):
        with refuses(reason):
            scene.schedules_twin.call("create", scene.owner, *(good | changed).values())
    for caller in (scene.attacker, scene.treasury):
        with refuses("ownable: caller is not the owner"):
            scene.schedules_twin.call("create", caller, *good.values())
    scene.agree()
