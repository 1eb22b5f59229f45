"""Who may do what after a deployment: the table is complete, the chain agrees with it, and any change is noticed."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.deploy import roles
from mdt.deploy.compiled import Artifact, from_vyper
from mdt.deploy.gas import FIGURES, TOLERANCE, figures_text, kind_of_step, measured
from mdt.deploy.parts import EVERY_PART, OWNED
from mdt.files import ROOT
from mdt.names import EVERY_SOURCE, SOURCES, TIMELOCK
from mdt.preset.settings import load
from mdt.suite.directory import names_of
from tests.support.chains import anchored
from tools import docs, docs_deploy

SETTINGS = load("adr-literal")
SEEN: dict[tuple[int, bytes], list[str]] = {}


@pytest.fixture
def handed_over(deployed_once):
    """A complete deployment."""
    w3, _folder, suite, actors = deployed_once
    return w3, suite, actors


@pytest.fixture
def kept(kept_once):
    """One whose deployer is still the owner."""
    w3, _folder, suite, actors = kept_once
    return w3, suite, actors


def changes(suite) -> list[str]:
    """What differs from the table. Reading takes 400 calls, and a block's hash stands for all they can answer: a chain put back to a block is not read again."""
    at = (id(suite.chain.w3), bytes(suite.chain.w3.eth.get_block("latest")["hash"]))
    if at not in SEEN:
        SEEN[at] = [line for line, _role, _accounts in roles.differences(roles.intended(suite, SETTINGS), roles.read(suite), names_of(suite))]
    return SEEN[at]


# --- the chain is the table ---


def test_roles__after_a_deployment__are_the_intended_table(handed_over):
    _w3, suite, _actors = handed_over
    assert roles.read(suite) == roles.intended(suite, SETTINGS)
    assert changes(suite) == []


def test_roles__after_a_deployment__the_deployer_holds_none(handed_over):
    _w3, suite, actors = handed_over
    assert names_of(suite)[actors.deployer.address] == "deployer"
    assert [one for one in roles.read(suite) if actors.deployer.address in one.holders] == []


def test_roles__ownership_kept__the_deployer_holds_what_the_timelock_would(kept):
    _w3, suite, actors = kept
    assert changes(suite) == []
    held = {(one.contract, one.role) for one in roles.read(suite) if actors.deployer.address in one.holders}
    assert held == {(name, "owner") for name in OWNED} | {("Slasher", "arbiter"), ("Vesting", "is_creator")}


CHANGES = {
    "owner offered": ("MDT", "transfer_ownership", "keeper"),
    "token guardian": ("MDT", "set_guardian", "keeper"),
    "minter revoked": ("MDT", "revoke_minter", "BlockReward"),
    "minter proposed": ("MDT", "propose_minter", "Slasher", 1, 1, 5, 5, 60),
    "burner entitled": ("MDT", "set_burner", "Staking", 1),
    "burner's reasons": ("MDT", "set_burner", "RecyclingPool", 1),
    "vesting replaced": ("Treasury", "set_vesting", "Slasher"),
    "creator named": ("Vesting", "set_creator", "guardian", True),
    "creator dropped": ("Vesting", "set_creator", "Treasury", False),
    "drawer": ("RecyclingPool", "set_drawer", "keeper"),
    "reward recipient": ("BlockReward", "set_recipient", "keeper"),
    "notifier": ("Staking", "set_notifier", "keeper"),
    "schedules": ("Staking", "set_schedules", "keeper"),
    "funder": ("RewardDistributor", "set_funder", "keeper"),
    "controller's guardian": ("EmissionController", "set_guardian", "keeper"),
    "arbiter": ("Slasher", "set_arbiter", "keeper"),
    "slasher role": ("Slasher", "set_slasher_role", "guardian", True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_roles__one_is_changed__noticed_by_name(kept, what):
    w3, suite, actors = kept
    name, function, *arguments = CHANGES[what]

    def address(argument):
        if not isinstance(argument, str):
            return argument
        return suite[argument].address if argument in SOURCES else getattr(actors, argument).address

    with anchored(w3):
        suite[name].send(LocalSigner(actors.deployer), function, *[address(one) for one in arguments])
        found = changes(suite)
        assert found
        assert all(line.startswith(f"{name}.") for line in found)
    assert changes(suite) == []


def test_roles__reporters_and_quorum_changed__noticed(kept):
    w3, suite, actors = kept
    with anchored(w3):
        suite["EmissionController"].send(LocalSigner(actors.deployer), "set_reporters", suite.record.reporters, 4)
        assert any("(4 of 5): on the chain" in line for line in changes(suite))
        suite["EmissionController"].send(LocalSigner(actors.deployer), "set_reporters", suite.record.reporters[:3], 2)
        assert any(line.startswith("EmissionController.is_reporter = reporter 1, reporter 2, reporter 3: on the chain") for line in changes(suite))


def test_roles__timelock_role_given_by_an_operation__noticed(handed_over):
    w3, suite, actors = handed_over
    timelock, delay = suite["Timelock"], SETTINGS.governance.delay
    with anchored(w3):
        payload = timelock.encode("grantRole", timelock.call("PROPOSER_ROLE"), actors.guardian.address)
        timelock.send(LocalSigner(actors.proposer), "schedule", timelock.address, 0, payload, bytes(32), bytes(32), delay)
        localchain.advance(w3, 10, delay // 10 + 1)
        timelock.send(LocalSigner(actors.keeper), "execute", timelock.address, 0, payload, bytes(32), bytes(32))
        assert "Timelock.PROPOSER_ROLE = guardian, proposer 1: on the chain, and not as the deployment leaves it" in [
            re.sub("proposer 1, guardian", "guardian, proposer 1", line) for line in changes(suite)
        ]


# --- the table is complete ---


@cache
def every_artifact() -> dict[str, Artifact]:
    """Of the suite, and of what stands beside it."""
    return from_vyper(tuple(EVERY_SOURCE))


@pytest.mark.parametrize("name", EVERY_SOURCE)
def test_table__every_getter_that_looks_like_a_role__is_covered_or_explained(name):
    """A role cannot be added to a contract and forgotten here."""
    missing = roles.role_like(every_artifact()[name].abi) - roles.COVERED.get(name, set()) - set(roles.NOT_ROLES)
    assert not missing, f"sdk/mdt/deploy/parts says nothing of {sorted(missing)} of {name}"


@pytest.mark.parametrize("name", EVERY_SOURCE)
def test_table__every_role__exists_in_the_contract(name):
    views = {entry["name"] for entry in every_artifact()[name].abi if entry["type"] == "function"}
    assert roles.COVERED.get(name, set()) <= views


def test_table__every_exception__is_of_some_contract():
    views = {entry["name"] for artifact in every_artifact().values() for entry in artifact.abi if entry["type"] == "function"}
    assert set(roles.NOT_ROLES) <= views


@pytest.mark.parametrize("name", EVERY_SOURCE)
def test_table__every_function_that_names_somebody__changes_a_covered_role(name):
    """Each `set_*` or granting function that takes an account is listed, so that a new one needs a thought about its role."""
    known = {
        "MDT": {"propose_minter", "grant_minter", "revoke_minter", "set_burner", "set_guardian"},
        "Treasury": {"set_vesting", "set_budget"},  # a budget is of a token, and no role
        "Vesting": {"set_creator"},
        "RecyclingPool": {"set_drawer"},
        "BlockReward": {"set_recipient"},
        "Staking": {"set_notifier", "set_block_reward", "set_registry", "set_schedules", "set_slasher", "set_recipient"},  # each staker's own recipient
        "RewardDistributor": {"set_funder", "set_recipient"},  # each miner's own
        "EmissionController": {"set_guardian", "set_reporters"},
        "Slasher": {"set_arbiter", "set_slasher_role"},
        "Timelock": {"grantRole", "revokeRole"},
        "ReservePools": {"set_operator"},
        "Validators": {"set_operator"},  # each validator's own
    }
    found = {
        entry["name"]
        for entry in every_artifact()[name].abi
        if entry["type"] == "function"
        and entry["stateMutability"] == "nonpayable"
        and re.match(r"set_|grant|revoke_minter|revokeRole|propose_minter|transfer_ownership", entry["name"])
        and any(item["type"].startswith("address") for item in entry["inputs"])
    }
    assert found - {"transfer_ownership"} == known.get(name, set())
    assert ("transfer_ownership" in found) is EVERY_PART[name].is_owned


def test_table__every_role__says_what_it_is_good_for():
    listed = {(name, role) for name, covered in roles.COVERED.items() for role in covered if not role.isupper() or role.endswith("_ROLE")}
    listed -= {(TIMELOCK, "hasRole"), (TIMELOCK, "getRoleAdmin")}
    assert {one for one in listed if one not in roles.MAY and one[1] not in roles.MAY_EVERYWHERE} == set()


# --- the generated pages ---


def test_roles_page__is_current_and_names_no_address():
    page = docs_deploy.roles_page()
    assert docs.ROLES.read_text(encoding="utf-8") == page, "docs/reference/roles.md is not current; run `make docs`"
    assert not re.search(r"0x[0-9a-fA-F]{40}", page)
    assert "deployer" not in page.split("## Who may do what")[1]
    assert str(ROOT) not in page


def test_deploy_figures__are_within_a_percent_of_what_is_measured():
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))
    assert FIGURES.read_text(encoding="utf-8") == docs_deploy.figures(), "snapshots/deploy.json is not current; run `make docs`"
    assert set(kept) >= {f"create {name}" for name in SOURCES}
    assert all(gas > 10_000 for gas in kept.values())


def test_deploy_figures__small_changes_are_left_and_larger_ones_written():
    kept = {"a": 10_000, "b": 10_000, "gone": 5}
    assert json.loads(figures_text({"a": 10_000 + 10_000 // TOLERANCE, "b": 10_200, "c": 7}, kept)) == {"a": 10_000, "b": 10_200, "c": 7}


def test_deploy_figures__steps_that_make_several__are_counted_by_the_piece():
    class Step:
        def __init__(self, action, weight):
            self.action, self.weight = action, weight

    assert measured([(Step("x", 1), 50), (Step("x", 1), 70), (Step("y", 4), 101)]) == {"x": 70, "y": 26}


def test_deploy_figures__steps_of_markets__are_those_of_their_kind():
    assert [kind_of_step(one) for one in ("create LiquidityPool:usdx", "LiquidityPool:usdx.add", "MDT:usdx.mint", "ERC20@0x1234.approve", "MDT.mint")] == [
        *("create LiquidityPool", "LiquidityPool.add", "MDT.mint", "MDT.approve", "MDT.mint")
    ]
