"""set_parameters: governed, bounded, from the next epoch on, never retroactive."""

from __future__ import annotations

import random
from dataclasses import replace

import boa
import pytest

from mdt.model.emission import Parameters
from mdt.units import WAD, parse_amount
from tests.support.emission import INPUTS, as_tuple, deploy_suite, event, parameters_read
from tests.support.refusals import refuses
from tests.support.twins import Twin

NEW_WEIGHTS = (4_000, 4_000, 2_000)
LARGEST = Parameters((0, 0, 10_000), (0, 10_000, 0), 10**12, WAD, 10_000_000)


@pytest.fixture
def new(suite):
    return replace(suite.parameters, weights_bps=NEW_WEIGHTS)


def test_set_parameters__documents_scenario__from_the_next_epoch_on(suite, controller, owner, new):
    """A12: .5/.3/.2 becomes .4/.4/.2 during epoch 1: epochs 0 and 1 are worth .79, epoch 2 is worth .78."""
    suite.advance_to(controller.epoch_bounds(1)[0] + 3)
    controller.set_parameters(as_tuple(new), sender=owner)
    logged = event(controller, "ParametersSet")
    assert logged["from_epoch"] == 2
    assert parameters_read(logged["old_parameters"]) == suite.parameters
    assert parameters_read(logged["new_parameters"]) == new
    assert [parameters_read(controller.parameters_at(epoch)) for epoch in range(4)] == [suite.parameters] * 2 + [new] * 2
    for expected in ("790", "790", "780"):
        suite.settle_epoch(INPUTS)
        assert controller.epoch_record(controller.next_epoch() - 1).emission == parse_amount(expected)


def test_set_parameters__paused_in_between__past_epochs_at_past_rates(suite, controller, owner, guardian, new):
    """A12: pause, change, unpause: what ran under the old parameters is paid under them."""
    suite.end_epoch()
    controller.pause(100, sender=guardian)
    controller.set_parameters(as_tuple(new), sender=owner)
    controller.unpause(sender=guardian)
    suite.settle_epoch(INPUTS)
    suite.settle_epoch(INPUTS)
    suite.settle_epoch(INPUTS)
    assert [controller.epoch_record(epoch).utility for epoch in range(3)] == [79 * WAD // 100, 79 * WAD // 100, 78 * WAD // 100]


def test_set_parameters__report_signed_before__amounts_stay(suite, controller, owner, new):
    """B26: a change between signing and submitting moves nothing, because the epoch has begun."""
    suite.end_epoch()
    report = suite.report(INPUTS)
    signatures = suite.sign(report)
    controller.set_parameters(as_tuple(new), sender=owner)
    controller.submit_report(as_tuple(report), signatures)
    assert controller.pending().amounts.emission == parse_amount("790")


def test_set_parameters__before_the_start__governs_epoch_0(new):
    suite = deploy_suite(start_delay=1_000)
    for parameters in (new, replace(new, max_tasks=9)):
        suite.controller.set_parameters(as_tuple(parameters), sender=suite.owner)
        assert event(suite.controller, "ParametersSet")["from_epoch"] == 0
        assert parameters_read(suite.controller.parameters_at(0)) == parameters
    assert suite.controller.status().current_epoch == 0


def test_set_parameters__first_and_last_block_of_an_epoch__next_epoch(suite, controller, owner, new):
    for block in (controller.epoch_bounds(1)[0], controller.epoch_bounds(1)[1] - 1):
        with boa.env.anchor():
            suite.advance_to(block)
            controller.set_parameters(as_tuple(new), sender=owner)
            assert event(controller, "ParametersSet")["from_epoch"] == 2


def test_set_parameters__not_in_force_yet__can_be_replaced_and_undone(suite, controller, owner, new):
    suite.end_epoch()
    other = replace(new, max_tasks=1)
    controller.set_parameters(as_tuple(new), sender=owner)
    controller.set_parameters(as_tuple(other), sender=owner)
    assert parameters_read(event(controller, "ParametersSet")["old_parameters"]) == new
    assert parameters_read(controller.parameters_at(2)) == other
    controller.set_parameters(as_tuple(suite.parameters), sender=owner)
    assert [parameters_read(controller.parameters_at(epoch)) for epoch in range(4)] == [suite.parameters] * 4


def test_set_parameters__in_force_but_not_reached__blocks_another(suite, controller, owner, new):
    """One waiting change at a time: otherwise an unsettled epoch could lose the parameters it ran under."""
    other = replace(new, max_tasks=1)
    suite.advance_to(controller.START_BLOCK())
    controller.set_parameters(as_tuple(new), sender=owner)
    suite.advance_to(controller.epoch_bounds(1)[0])
    with boa.reverts("parameters: change waiting"):
        controller.set_parameters(as_tuple(other), sender=owner)
    suite.settle_epoch(INPUTS)
    controller.set_parameters(as_tuple(other), sender=owner)
    assert [parameters_read(controller.parameters_at(epoch)) for epoch in range(4)] == [suite.parameters, new, other, other]


def test_set_parameters__no_change__refused(suite, controller, owner, new):
    with boa.reverts("parameters: no change"):
        controller.set_parameters(as_tuple(suite.parameters), sender=owner)
    controller.set_parameters(as_tuple(new), sender=owner)
    with boa.reverts("parameters: no change"):
        controller.set_parameters(as_tuple(new), sender=owner)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"weights_bps": (5_000, 3_000, 2_001)}, "parameters: weights must be whole"),
        ({"weights_bps": (0, 0, 0)}, "parameters: weights must be whole"),
        ({"shares_bps": (10_001, 0, 0)}, "parameters: shares must be whole"),
        ({"max_tasks": 0}, "parameters: max_tasks range"),
        ({"max_tasks": 10**12 + 1}, "parameters: max_tasks range"),
        ({"max_change_wad": WAD + 1}, "parameters: max_change range"),
        ({"deadline_blocks": 19}, "parameters: deadline range"),
        ({"deadline_blocks": 10_000_001}, "parameters: deadline range"),
    ],
)
def test_set_parameters__out_of_bounds__refused_by_contract_and_model(suite, controller, owner, changed, reason):
    """B23."""
    parameters = replace(suite.parameters, **changed)
    with boa.reverts(reason):
        controller.set_parameters(as_tuple(parameters), sender=owner)
    with refuses(reason):
        parameters.check()


@pytest.mark.parametrize("parameters", [LARGEST, Parameters((10_000, 0, 0), (10_000, 0, 0), 1, 0, 20)])
def test_set_parameters__at_the_bounds__kept_to_the_bit(controller, owner, parameters):
    """The packing loses nothing at either end."""
    controller.set_parameters(as_tuple(parameters), sender=owner)
    assert parameters_read(controller.parameters_at(5)) == parameters


def test_set_parameters__many_changes__every_epoch_keeps_its_own_for_ever(suite, controller, owner):
    """A12: the history answers for every epoch, settled, skipped or to come, as the model's does."""
    model = suite.model()
    twin = Twin(controller, model)
    rng = random.Random(4)
    for number in range(1, 40):
        suite.advance_to(suite.block + rng.randrange(3 * suite.schedule.epoch_blocks))
        if suite.block > controller.status().deadline_block:
            twin.call("skip", None)
        parameters = replace(suite.parameters, max_tasks=number)
        twin.attempt("set_parameters", owner, parameters)
        for epoch in [*range(model.current_epoch + 3), 2**32 - 1]:
            assert parameters_read(controller.parameters_at(epoch)) == model.parameters_at(epoch)
    assert len({model.parameters_at(epoch) for epoch in range(model.current_epoch)}) > 10


def test_set_parameters__not_the_owner__refused(controller, guardian, attacker, new):
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            controller.set_parameters(as_tuple(new), sender=caller)
