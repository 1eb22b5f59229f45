"""skip: epochs that nobody reported pay nothing, all at once, in constant gas."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.model.controller import GRACE
from tests.support.emission import EMPTY, as_tuple, deploy_suite, event, grant_again

pytestmark = pytest.mark.py_evm  # gas


def skip_gas(suite):
    """Gas of the call alone."""
    suite.controller.skip()
    return suite.controller._computation.get_gas_used()


def test_skip__deadline__only_after_its_last_block(suite, controller):
    """B4, B24: a dead oracle fails closed."""
    deadline = controller.epoch_bounds(0)[2]
    suite.advance_to(deadline)
    with boa.reverts("skip: nothing to skip"):
        controller.skip()
    suite.advance(1)
    assert controller.skip() == 1
    assert controller.next_epoch() == 1


def test_skip__several__event_and_nothing_paid(suite, controller, anyone):
    """A9: missed epochs are forfeited and the budget stays."""
    room = suite.token.lifetime_room(controller)
    suite.advance_to(controller.epoch_bounds(4)[2] + 1)
    skipped = controller.skip(sender=anyone)
    assert event(controller, "EpochsSkipped") == {"first_epoch": 0, "last_epoch": 4, "skipped_by": anyone}
    assert skipped == 5
    assert controller.next_epoch() == 5
    assert controller.epoch_record(2) == (False, EMPTY, EMPTY, 0, 0, 0, 0, 0)
    assert suite.token.lifetime_room(controller) == room
    assert suite.token.total_minted() == 0


def test_skip__twice_in_a_block__second_refused(suite, controller):
    """A10."""
    suite.advance_to(controller.epoch_bounds(0)[2] + 1)
    controller.skip()
    with boa.reverts("skip: nothing to skip"):
        controller.skip()


def test_skip__before_the_start__refused():
    suite = deploy_suite(start_delay=100_000)
    with boa.reverts("skip: nothing to skip"):
        suite.controller.skip()


def test_skip__gas__the_same_for_1_and_1000_epochs(suite, controller):
    """A9, A14: closed form, no loop."""
    suite.settle_epoch()
    suite.advance_to(controller.epoch_bounds(1)[2] + 1)
    one = skip_gas(suite)
    assert controller.next_epoch() == 2
    suite.advance_to(controller.epoch_bounds(1_001)[2] + 1)
    thousand = skip_gas(suite)
    assert controller.next_epoch() == 1_002
    assert one == thousand


def test_skip__report_pending__refused_because_it_settles(suite, controller, reported):
    suite.advance(100 * suite.schedule.epoch_blocks)
    with boa.reverts("report: already pending"):
        controller.skip()
    controller.settle()
    with boa.reverts("skip: nothing to skip"):
        controller.skip()
    suite.advance(suite.parameters.deadline_blocks + 1)
    assert controller.skip() > 90


def test_skip__the_one_before_settled_late__its_deadline_counts_from_there(suite, controller, reported):
    """X7: a report that waited must not cost the epochs behind it."""
    suite.advance(10 * suite.schedule.epoch_blocks)
    controller.settle()
    status = controller.status()
    assert (status.next_epoch, status.opened_at) == (1, suite.block)
    assert status.deadline_block == suite.block + suite.parameters.deadline_blocks > controller.epoch_bounds(1)[2]
    suite.advance_to(status.deadline_block)
    with boa.env.anchor():
        suite.settle_epoch()
        assert controller.epoch_record(1).is_settled
    suite.advance(1)
    with boa.reverts("report: deadline passed"):
        suite.submit(suite.report())
    controller.skip()
    assert controller.status().opened_at == suite.block


def test_skip__not_a_minter__refused_until_it_is_one(suite, controller):
    """X6: what the owner took away and gives back has cost no epoch when it reopens."""
    suite.advance_to(controller.epoch_bounds(5)[2] + 1)
    suite.token.revoke_minter(controller, sender=suite.owner)
    with boa.reverts("report: not a minter"):
        controller.skip()
    grant_again(suite)
    assert controller.skip() == 6


def test_skip__while_paused__refused(suite, controller, guardian):
    suite.advance_to(controller.epoch_bounds(0)[2] + 1)
    controller.pause(10, sender=guardian)
    with boa.reverts("guardian: paused"):
        controller.skip()
    boa.env.evm.patch.timestamp += 10
    with boa.reverts("skip: nothing to skip"):
        controller.skip()
    boa.env.evm.patch.timestamp += GRACE + 1
    assert controller.skip() == 1


def test_skip__next_open_epoch__can_be_reported(suite, controller):
    """A9: after any gap the next call works."""
    suite.advance_to(controller.epoch_bounds(50)[2] + 1)
    controller.skip()
    suite.settle_epoch()
    assert controller.epoch_record(51).is_settled


@pytest.mark.parametrize(("before", "after"), [(20, 200), (200, 20), (100, 100)])
def test_skip__deadline_changed_between_epochs__each_under_its_own(before, after):
    """A12: epochs 0 to 3 keep the old deadline, 4 and later have the new one; compared block by block with the model."""
    suite = deploy_suite(deadline_blocks=before, epoch_blocks=30)
    model = suite.model()
    suite.advance_to(suite.controller.START_BLOCK() + 3 * 30 + 5)
    other = replace(suite.parameters, deadline_blocks=after, max_tasks=5)
    suite.controller.set_parameters(as_tuple(other), sender=suite.owner)
    assert model.set_parameters(suite.owner, other) == 4
    for _ in range(400):
        suite.advance(1)
        open_epoch = model.next_epoch
        while suite.block > model.epoch_bounds(open_epoch)[2]:
            open_epoch += 1
        with boa.env.anchor():
            if open_epoch == 0:
                with boa.reverts("skip: nothing to skip"):
                    suite.controller.skip()
            else:
                assert suite.controller.skip() == open_epoch
