"""Constructor: what it fixes, what it logs, what it allows, what it refuses."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.controller import MAX_START_AHEAD
from mdt.model.token import UNLIMITED
from mdt.units import DAY, WAD
from tests.support import deployers
from tests.support.emission import QUORUM, REPORTERS, START_DELAY, addresses, as_tuple, events, parameters_read


@pytest.fixture
def arguments(suite):
    """Good constructor arguments by name, in order."""
    return {
        "token": suite.token.address,
        "distributor": suite.distributor.address,
        "staking": suite.staking.address,
        "recycling_pool": suite.pool.address,
        "treasury": suite.treasury.address,
        "root_audit": suite.root_audit.address,
        "start_block": suite.block + START_DELAY,
        "epoch_blocks": suite.schedule.epoch_blocks,
        "base_reward": suite.schedule.base_reward,
        "interval_blocks": suite.schedule.interval_blocks,
        "halvings": suite.schedule.halvings,
        "parameters": as_tuple(suite.parameters),
        "delay": suite.delay,
        "reporters": addresses(REPORTERS),
        "quorum": QUORUM,
        "owner": suite.owner,
        "guardian": suite.guardian,
        "predecessor": ZERO_ADDRESS,
    }


def deploy(arguments, **changed):
    return deployers.deploy("EmissionController", **(arguments | changed))


def test_constructor__good_arguments__all_readable(suite, arguments):
    controller = deploy(arguments)
    assert controller.TOKEN() == suite.token.address
    assert controller.DISTRIBUTOR() == suite.distributor.address
    assert controller.STAKING() == suite.staking.address
    assert controller.RECYCLING_POOL() == suite.pool.address
    assert controller.TREASURY() == suite.treasury.address
    assert controller.ROOT_AUDIT() == suite.root_audit.address
    assert controller.START_BLOCK() == arguments["start_block"]
    assert controller.EPOCH_BLOCKS() == suite.schedule.epoch_blocks
    assert controller.BASE_REWARD() == suite.schedule.base_reward
    assert controller.INTERVAL_BLOCKS() == suite.schedule.interval_blocks
    assert controller.HALVINGS() == suite.schedule.halvings
    assert parameters_read(controller.parameters_at(0)) == suite.parameters
    assert controller.delay() == suite.delay
    assert controller.reporters() == addresses(REPORTERS)
    assert [controller.is_reporter(reporter) for reporter in addresses(REPORTERS)] == [True] * 5
    assert controller.quorum() == QUORUM
    assert (controller.owner(), controller.guardian()) == (suite.owner, suite.guardian)
    assert (controller.pending_owner(), controller.PREDECESSOR()) == (ZERO_ADDRESS, ZERO_ADDRESS)
    assert (controller.first_epoch(), controller.last_settled()) == (0, 0)
    assert (controller.next_epoch(), controller.attempt(), controller.paused_until(), controller.last_utility()) == (0, 0, 0, 0)
    assert (controller.total_emitted(), controller.total_recycled(), controller.total_minted()) == (0, 0, 0)


def test_constructor__good_arguments__initial_values_logged(suite, arguments):
    controller = deploy(arguments)
    (parameters,) = events(controller, "ParametersSet")
    (reporters,) = events(controller, "ReportersSet")
    (delay,) = events(controller, "DelaySet")
    (guardian,) = events(controller, "GuardianSet")
    assert (parameters.from_epoch, parameters_read(parameters.new_parameters)) == (0, suite.parameters)
    assert parameters.old_parameters.max_tasks == 0
    assert (reporters.old_reporters, reporters.new_reporters) == ([], addresses(REPORTERS))
    assert (reporters.old_quorum, reporters.new_quorum) == (0, QUORUM)
    assert (delay.old_delay, delay.new_delay) == (0, suite.delay)
    assert (guardian.old_guardian, guardian.new_guardian) == (ZERO_ADDRESS, suite.guardian)


def test_constructor__allowances__exactly_the_three_that_pull(suite, arguments):
    """B34 reasoned: the three standing allowances go to contracts that pull from their caller only."""
    controller = deploy(arguments)
    allowed = [suite.token.allowance(controller, spender) for spender in (suite.distributor, suite.staking, suite.pool)]
    assert allowed == [UNLIMITED] * 3
    assert suite.token.allowance(controller, suite.treasury) == 0


@pytest.mark.parametrize("name", ["token", "distributor", "staking", "recycling_pool", "treasury", "owner"])
def test_constructor__zero_address__refused(arguments, name):
    with boa.reverts("controller: zero address"):
        deploy(arguments, **{name: ZERO_ADDRESS})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"guardian": ZERO_ADDRESS}, "guardian: zero address"),
        ({"epoch_blocks": 9}, "epochs: length out of range"),
        ({"epoch_blocks": 10_000_001}, "epochs: length out of range"),
        ({"base_reward": 0}, "amounts: base reward range"),
        ({"base_reward": 10**28 + 1}, "amounts: base reward range"),
        ({"halvings": 33}, "halving: too many halvings"),
        ({"halvings": 2**256 - 1}, "halving: too many halvings"),
        ({"interval_blocks": 0}, "halving: zero interval"),
        ({"delay": 59}, "controller: delay range"),
        ({"delay": 7 * DAY + 1}, "controller: delay range"),
        ({"quorum": 2}, "attestations: quorum too small"),
        ({"quorum": 6}, "attestations: quorum too large"),
        ({"quorum": 1, "reporters": addresses(REPORTERS[:1])}, "attestations: quorum too small"),
        ({"quorum": 0, "reporters": []}, "attestations: quorum too small"),
        ({"reporters": [*addresses(REPORTERS[:4]), ZERO_ADDRESS]}, "attestations: zero reporter"),
        ({"reporters": [*addresses(REPORTERS[:4]), REPORTERS[0].address]}, "attestations: repeated reporter"),
    ],
)
def test_constructor__out_of_bounds__refused(arguments, changed, reason):
    with boa.reverts(reason):
        deploy(arguments, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"epoch_blocks": 10},
        {"epoch_blocks": 10_000_000},
        {"base_reward": 1},
        {"base_reward": 10**28},
        {"halvings": 0},
        {"halvings": 32},
        {"delay": 60},
        {"delay": 7 * DAY},
        {"quorum": 5},
        {"quorum": 2, "reporters": addresses(REPORTERS[:2])},
        {"quorum": 2, "reporters": addresses(REPORTERS[:3])},
    ],
)
def test_constructor__at_the_bounds__accepted(arguments, changed):
    assert deploy(arguments, **changed).next_epoch() == 0


def test_constructor__start_block__this_block_to_a_year_ahead(suite, arguments):
    for start in (suite.block, suite.block + MAX_START_AHEAD):
        assert deploy(arguments, start_block=start).START_BLOCK() == start
    with boa.reverts("epochs: start in the past"):
        deploy(arguments, start_block=suite.block - 1)
    with boa.reverts("epochs: start too far"):
        deploy(arguments, start_block=suite.block + MAX_START_AHEAD + 1)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("weights_bps", [5_000, 3_000, 1_999], "parameters: weights must be whole"),
        ("weights_bps", [5_000, 3_000, 2_001], "parameters: weights must be whole"),
        ("weights_bps", [2**256 - 1, 5_000, 5_001], "parameters: weights must be whole"),
        ("shares_bps", [4_000, 4_000, 2_001], "parameters: shares must be whole"),
        ("shares_bps", [0, 10_001, 2**256 - 1], "parameters: shares must be whole"),
        ("max_tasks", 0, "parameters: max_tasks range"),
        ("max_tasks", 10**12 + 1, "parameters: max_tasks range"),
        ("max_change_wad", WAD + 1, "parameters: max_change range"),
        ("deadline_blocks", 19, "parameters: deadline range"),
        ("deadline_blocks", 10_000_001, "parameters: deadline range"),
    ],
)
def test_constructor__parameters_out_of_bounds__refused(suite, arguments, field, value, reason):
    """B23: shares above the whole."""
    names = list(vars(suite.parameters))
    changed = list(arguments["parameters"])
    changed[names.index(field)] = value
    with boa.reverts(reason):
        deploy(arguments, parameters=tuple(changed))
