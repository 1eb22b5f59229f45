"""The table of parts: one entry a contract, in the order of deployment, and everything that is read out of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mdt.deploy.parts import EVERY_PART, OPTIONAL_PARTS, OWNED, PARTS, Given, bound_to_start, channels, wiring
from mdt.errors import DeploymentError
from mdt.names import EVERY_SOURCE, OPTIONAL, SOURCES
from mdt.preset.settings import load

PEOPLE = SimpleNamespace(
    start_block=96,
    deployer="0xdep",
    owner="Timelock",
    proposers=["0xpro"],
    executors=[],
    guardian="0xgua",
    arbiter="Timelock",
    reporters=["0xrep"],
    quorum=1,
)


def given(preset: str = "adr-literal") -> Given:
    return Given(load(preset), PEOPLE, lambda name: f"<{name}>")


def test_parts__every_contract__has_one_in_the_order_of_deployment():
    assert list(PARTS) == list(SOURCES)
    assert all(part.name == name and part.source == SOURCES[name] for name, part in PARTS.items())


def test_parts__constructors__only_take_addresses_of_contracts_deployed_before():
    order = list(PARTS)
    for name, part in PARTS.items():
        assert all(order.index(other) < order.index(name) for other in part.leans_on), name


def test_optional_parts__stand_beside_the_suite_and_lean_on_it():
    assert list(OPTIONAL_PARTS) == list(OPTIONAL)
    assert list(EVERY_PART) == list(EVERY_SOURCE)
    assert not set(OPTIONAL) & set(SOURCES)
    for part in OPTIONAL_PARTS.values():
        assert part.leans_on <= set(PARTS)
        assert part.source == OPTIONAL[part.name]


def test_liquidity_pool__without_a_paired_token__says_what_is_missing():
    with pytest.raises(DeploymentError, match="say which"):
        EVERY_PART["LiquidityPool"].arguments(given())
    assert EVERY_PART["LiquidityPool"].arguments(given(), paired="0xusd")["_paired"] == "0xusd"


def test_arguments__everything_given__by_name_in_order():
    assert PARTS["Vesting"].arguments(given()) == {"_token": "<MDT>", "_treasury": "<Treasury>", "_owner": "0xdep"}
    assert PARTS["Slasher"].arguments(given())["_arbiter"] == "<Timelock>", "a contract's name is its address"
    assert PARTS["Timelock"].arguments(given())["_guardian"] == "0xgua"


def test_arguments__some_changed__are_not_asked_of_what_is_given():
    nowhere = Given(load("adr-literal"), SimpleNamespace(), lambda name: pytest.fail(f"asked for {name}"))
    assert PARTS["Vesting"].arguments(nowhere, token=1, treasury=2, owner=3) == {"_token": 1, "_treasury": 2, "_owner": 3}


def test_arguments__unknown_one_changed__refused_with_those_there_are():
    with pytest.raises(DeploymentError, match="Vesting's constructor has no argument creator; it has: token, treasury, owner"):
        PARTS["Vesting"].arguments(given(), creator=1)


def test_wiring__steps__are_those_that_records_know_in_their_order():
    assert [(wire.step, part.name, wire.function, wire.getter, wire.to) for part, wire in wiring()] == [
        ("wire BlockReward", "BlockReward", "set_recipient", "recipient", "Staking"),
        ("wire RecyclingPool", "RecyclingPool", "set_drawer", "drawer", "EmissionController"),
        ("wire Staking", "Staking", "set_notifier", "notifier", "EmissionController"),
        ("bind Validators", "Staking", "set_registry", "registry", "Validators"),
        ("bind Slasher", "Staking", "set_slasher", "slasher", "Slasher"),
        ("wire schedules", "Staking", "set_schedules", "schedules", "DistributionSchedules"),
        ("wire RewardDistributor", "RewardDistributor", "set_funder", "funder", "EmissionController"),
        ("wire Treasury", "Treasury", "set_vesting", "vesting", "Vesting"),
        ("let Treasury vest", "Vesting", "set_creator", "is_creator", "Treasury"),
    ]


def test_single__getters_of_one_address__constants_in_capitals_and_what_can_be_replaced():
    assert {getter: whose(given()) for getter, whose in PARTS["Staking"].single.items()} == {
        "TOKEN": "<MDT>",
        "block_reward": "<BlockReward>",
        "RECYCLING_POOL": "<RecyclingPool>",
        "EXTENSION": "<StakingExtension>",
        "notifier": "<EmissionController>",
        "registry": "<Validators>",
        "slasher": "<Slasher>",
        "schedules": "<DistributionSchedules>",
    }
    assert set(PARTS["RewardDistributor"].single) == {"funder"}, "its token has no getter"
    assert PARTS["Timelock"].single == {}
    assert set(PARTS["Vesting"].single) == {"TOKEN", "TREASURY"}, "creators are asked for one by one"


def test_channels__each_preset__those_that_it_grants_something():
    assert [(part.name, channel.channel_cap > 0) for part, channel in channels(load("luxtensor"))] == [("BlockReward", True), ("EmissionController", True)]
    assert [part.name for part, _ in channels(load("dchat"))] == ["EmissionController", "DistributionSchedules"]


def test_bound_to_start__contracts__those_with_the_block_and_all_that_lean_on_them():
    assert bound_to_start() == ("BlockReward", "Staking", "Validators", "EmissionController", "Slasher", "StakingLens", "DistributionSchedules", "FeeDesk")


def test_owned__contracts__all_but_the_owner_and_those_without():
    assert set(SOURCES) - set(OWNED) == {"Timelock", "Validators", "RootAudit", "StakingExtension", "StakingLens"}
