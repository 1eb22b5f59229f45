"""DistributionSchedules: construction, ownership, surface."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.schedules import DistributionSchedules
from tests.support.deployers import deployer
from tests.support.refusals import refuses

ADDRESS = "0x" + "11" * 20


def deploy(*arguments):
    return deployer("DistributionSchedules").deploy(*arguments)


def test_constructor__values__kept_and_empty(scene):
    schedules = scene.schedules
    assert (schedules.TOKEN(), schedules.TREASURY(), schedules.STAKING(), schedules.owner()) == (
        scene.token.address,
        scene.treasury,
        scene.staking,
        scene.owner,
    )
    assert (schedules.schedule_count(), schedules.total_held(), schedules.MAX_START_DELAY()) == (0, 0, 10_000_000)


def test_constructor__bad_value__refused(scene):
    token = str(scene.token.address)
    for treasury, owner, reason in (
        (ZERO_ADDRESS, scene.owner, "schedules: bad treasury"),
        (token, scene.owner, "schedules: bad treasury"),
        (scene.staking, scene.owner, "schedules: bad treasury"),
        (scene.treasury, ZERO_ADDRESS, "schedules: zero owner"),
    ):
        with boa.reverts(reason):
            deploy(token, treasury, scene.staking, owner)
        with refuses(reason):
            DistributionSchedules(ADDRESS, scene.twin, token, treasury, scene.staking, owner)
    for bad in (ZERO_ADDRESS, scene.owner):
        with boa.reverts("schedules: token has no code"):
            deploy(bad, scene.treasury, scene.staking, scene.owner)
        with boa.reverts("schedules: staking has no code"):
            deploy(token, scene.treasury, bad, scene.owner)


def test_abi__whole_surface__no_other_way_out(scene):
    writing = {entry["name"] for entry in scene.schedules.abi if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")}
    assert writing == {"process", "fund", "create", "change", "pause", "resume", "cancel", "transfer_ownership", "accept_ownership"}


def test_transfer_ownership__two_steps__successor_governs(scene):
    successor, schedule_id = boa.env.generate_address("successor"), scene.scheduled()
    with refuses("ownable: caller is not the owner"):
        scene.schedules_twin.call("transfer_ownership", scene.attacker, scene.attacker)
    scene.schedules_twin.call("transfer_ownership", scene.owner, successor)
    scene.schedules_twin.call("accept_ownership", successor)
    with refuses("ownable: caller is not the owner"):
        scene.schedules_twin.call("pause", scene.owner, schedule_id)
    scene.schedules_twin.call("pause", successor, schedule_id)
    scene.agree()
