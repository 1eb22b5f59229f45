"""DistributionSchedules.change, pause, resume and cancel: nothing that was due is paid at other terms, nothing that was skipped is paid."""

from __future__ import annotations

import boa
import pytest

from tests.support.block_reward import events
from tests.support.pools import UNIT, pass_blocks
from tests.support.refusals import refuses


@pytest.fixture
def schedule_id(scene):
    """One UNIT every ten blocks, with plenty of funds."""
    schedule_id = scene.scheduled()
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 1_000 * UNIT)
    return schedule_id


def paid(scene, schedule_id) -> int:
    return scene.schedules_twin.call("process", None, schedule_id)


def test_change__in_the_middle__running_interval_keeps_its_terms_even_if_processed_late(scene, schedule_id):
    start = boa.env.evm.patch.block_number
    pass_blocks(25)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 5 * UNIT, 4)
    (event,) = events(scene.schedules, "Changed")
    assert (event.schedule_id, event.old_amount, event.old_interval_blocks) == (schedule_id, UNIT, 10)
    assert (event.new_amount, event.new_interval_blocks, event.from_block) == (5 * UNIT, 4, start + 30)
    pass_blocks(4)
    assert scene.schedules.next_due_block(schedule_id) == start + 30
    pass_blocks(1)  # 30: the third old interval is over
    assert scene.schedules.next_due_block(schedule_id) == start + 34
    pass_blocks(9)  # 39: two new ones
    assert tuple(scene.schedules.due(schedule_id)) == (5, 13 * UNIT, 5, 13 * UNIT)
    assert paid(scene, schedule_id) == 3 * UNIT + 2 * 5 * UNIT
    assert [(event.amount, event.intervals) for event in events(scene.schedules, "Paid")] == [(UNIT, 3), (5 * UNIT, 2)]
    pass_blocks(3)  # 42
    assert paid(scene, schedule_id) == 5 * UNIT
    scene.agree()


@pytest.mark.parametrize("blocks", [0, 1, 9])
def test_change__first_interval_runs__it_is_paid_at_the_old_terms(scene, schedule_id, blocks):
    pass_blocks(blocks)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 7, 5)
    pass_blocks(10 - blocks)
    assert paid(scene, schedule_id) == UNIT
    pass_blocks(5)
    assert paid(scene, schedule_id) == 7
    scene.agree()


def test_change__in_the_block_an_interval_is_over__the_next_one_runs_already(scene, schedule_id):
    pass_blocks(10)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 7, 10)
    pass_blocks(20)
    assert paid(scene, schedule_id) == 2 * UNIT + 7
    scene.agree()


def test_change__before_the_start__from_the_start(scene):
    start = boa.env.evm.patch.block_number + 100
    schedule_id = scene.scheduled(start=start)
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 1_000 * UNIT)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 3, 7)
    assert events(scene.schedules, "Changed")[0].from_block == start
    assert scene.schedules.next_due_block(schedule_id) == start + 7
    pass_blocks(106)
    with refuses("schedules: nothing due"):
        paid(scene, schedule_id)
    pass_blocks(8)
    assert paid(scene, schedule_id) == 6
    scene.agree()


def test_change__another_one_waits_for_the_same_interval__replaced(scene, schedule_id):
    pass_blocks(3)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 100, 5)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 200, 2)
    (event,) = events(scene.schedules, "Changed")
    assert (event.old_amount, event.old_interval_blocks, event.new_amount, event.new_interval_blocks) == (100, 5, 200, 2)
    with refuses("schedules: nothing changes"):
        scene.schedules_twin.call("change", scene.owner, schedule_id, 200, 2)
    pass_blocks(11)  # 14
    assert paid(scene, schedule_id) == UNIT + 2 * 200
    scene.agree()


def test_change__dry_schedule__what_was_due_before_stays_due_at_its_terms(scene):
    """The owner can lower the terms of a schedule that ran dry; what it owes is paid first, and at the old terms."""
    schedule_id = scene.scheduled()
    pass_blocks(20)
    scene.schedules_twin.call("change", scene.owner, schedule_id, UNIT // 10, 10)
    pass_blocks(30)  # 50: three old ones, two new ones
    assert tuple(scene.schedules.due(schedule_id)) == (5, 3 * UNIT + UNIT // 5, 0, 0)
    scene.schedules_twin.call("fund", scene.donor, schedule_id, UNIT // 10)
    with refuses("schedules: out of funds"):  # enough for a new one, but an old one comes first
        paid(scene, schedule_id)
    with refuses("schedules: arrears unpaid"):
        scene.schedules_twin.call("change", scene.owner, schedule_id, UNIT, 10)
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 3 * UNIT)
    assert paid(scene, schedule_id) == 3 * UNIT + UNIT // 10
    scene.schedules_twin.call("change", scene.owner, schedule_id, UNIT, 10)  # one piece of arrears again
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 10 * UNIT)
    assert paid(scene, schedule_id) == UNIT // 10
    pass_blocks(20)
    assert paid(scene, schedule_id) == UNIT // 10 + UNIT
    scene.agree()


def test_change__paid_up_after_the_last_change__accepted(scene, schedule_id):
    for amount in (2, 3, 4):
        scene.schedules_twin.call("change", scene.owner, schedule_id, amount, 10)
        pass_blocks(10)
        scene.schedules_twin.call("process", None, schedule_id)
    assert scene.schedules.schedule(schedule_id).paid == UNIT + 2 + 3
    scene.agree()


def test_change__end__does_not_move(scene):
    start, schedule_id = boa.env.evm.patch.block_number, scene.scheduled(duration=50)
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 1_000 * UNIT)
    pass_blocks(15)
    with refuses("schedules: no interval follows"):
        scene.schedules_twin.call("change", scene.owner, schedule_id, 1, 31)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 1, 7)
    pass_blocks(1_000)
    assert paid(scene, schedule_id) == 2 * UNIT + 4  # 27, 34, 41, 48
    assert scene.schedules.schedule(schedule_id).last_block == start + 50
    with refuses("schedules: no interval follows"):
        scene.schedules_twin.call("change", scene.owner, schedule_id, 1, 1)
    scene.agree()


def test_change__last_interval_runs__refused(scene):
    schedule_id = scene.scheduled(duration=50)
    pass_blocks(40)
    with refuses("schedules: no interval follows"):
        scene.schedules_twin.call("change", scene.owner, schedule_id, 1, 1)


def test_pause__intervals_that_are_over_meanwhile__skipped_and_what_was_due_before_is_owed(scene, schedule_id):
    pass_blocks(25)
    scene.schedules_twin.call("pause", scene.owner, schedule_id)
    assert events(scene.schedules, "Paused")[0].schedule_id == schedule_id
    assert tuple(scene.schedules.due(schedule_id)) == (2, 2 * UNIT, 0, 0)
    assert scene.schedules.next_due_block(schedule_id) == 0
    pass_blocks(30)  # 55: the third, fourth and fifth were over
    with refuses("schedules: is paused"):
        paid(scene, schedule_id)
    scene.schedules_twin.call("resume", scene.owner, schedule_id)
    logs = scene.schedules.get_logs()
    assert [(type(log).__name__, log.schedule_id) for log in logs] == [("Skipped", schedule_id), ("Resumed", schedule_id)]
    assert logs[0].intervals == 3
    scene.agree()
    assert paid(scene, schedule_id) == 2 * UNIT
    pass_blocks(5)  # 60: the interval that ran at the resumption
    assert paid(scene, schedule_id) == UNIT
    scene.agree()


def test_pause__block_of_pausing_and_of_resuming__owed_and_skipped(scene, schedule_id):
    pass_blocks(10)
    scene.schedules_twin.call("pause", scene.owner, schedule_id)  # due in this block: owed
    pass_blocks(10)
    scene.schedules_twin.call("resume", scene.owner, schedule_id)  # due in this block: skipped
    assert paid(scene, schedule_id) == UNIT
    pass_blocks(10)
    assert paid(scene, schedule_id) == UNIT
    scene.agree()


def test_pause__and_resume_in_one_block__changes_nothing(scene, schedule_id):
    pass_blocks(20)
    scene.schedules_twin.call("pause", scene.owner, schedule_id)
    scene.schedules_twin.call("resume", scene.owner, schedule_id)
    assert paid(scene, schedule_id) == 2 * UNIT
    scene.agree()


def test_pause__over_a_waiting_change__both_terms_skip_their_own(scene, schedule_id):
    pass_blocks(5)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 3 * UNIT, 4)  # from 10 on
    pass_blocks(2)
    scene.schedules_twin.call("pause", scene.owner, schedule_id)
    pass_blocks(12)  # 19: the old one, and those over at 14 and 18
    scene.schedules_twin.call("resume", scene.owner, schedule_id)
    with refuses("schedules: nothing due"):
        paid(scene, schedule_id)
    pass_blocks(3)  # 22
    assert paid(scene, schedule_id) == 3 * UNIT
    scene.agree()


def test_change__while_paused__counts_from_the_interval_that_runs(scene, schedule_id):
    pass_blocks(10)
    scene.schedules_twin.call("pause", scene.owner, schedule_id)
    pass_blocks(15)  # 25
    scene.schedules_twin.call("change", scene.owner, schedule_id, 2 * UNIT, 5)  # from 30 on
    assert [(event.schedule_id, event.intervals) for event in scene.logs if type(event).__name__ == "Skipped"] == [(schedule_id, 1)]
    pass_blocks(12)  # 37
    scene.schedules_twin.call("resume", scene.owner, schedule_id)
    pass_blocks(3)  # 40
    assert paid(scene, schedule_id) == UNIT + 2 * UNIT
    scene.agree()


def test_change__twice_while_paused__second_one_once_the_first_is_in_force(scene, schedule_id):
    pass_blocks(10)
    assert paid(scene, schedule_id) == UNIT
    scene.schedules_twin.call("pause", scene.owner, schedule_id)
    pass_blocks(5)
    scene.schedules_twin.call("change", scene.owner, schedule_id, 2, 5)  # from 20 on
    pass_blocks(10)  # 25: all of the old ones are skipped
    scene.schedules_twin.call("change", scene.owner, schedule_id, 3, 7)  # from 30 on
    scene.schedules_twin.call("resume", scene.owner, schedule_id)
    pass_blocks(12)  # 37
    assert paid(scene, schedule_id) == 2 + 3
    scene.agree()


def test_cancel__prefunded__rest_to_the_treasury_and_what_is_due_forgone(scene, schedule_id):
    pass_blocks(10)
    assert paid(scene, schedule_id) == UNIT
    pass_blocks(10)
    scene.schedules_twin.call("cancel", scene.owner, schedule_id)
    (event,) = events(scene.schedules, "Cancelled")
    assert (event.schedule_id, event.refunded) == (schedule_id, 999 * UNIT)
    assert scene.token.balanceOf(scene.treasury) == UNIT + 999 * UNIT
    assert (scene.schedules.total_held(), scene.token.balanceOf(scene.schedules)) == (0, 0)
    assert tuple(scene.schedules.due(schedule_id)) == (0, 0, 0, 0)
    assert scene.schedules.next_due_block(schedule_id) == 0
    for caller, name, arguments in (
        (None, "process", (schedule_id,)),
        (scene.donor, "fund", (schedule_id, 1)),
        (scene.owner, "change", (schedule_id, 1, 1)),
        (scene.owner, "pause", (schedule_id,)),
        (scene.owner, "resume", (schedule_id,)),
        (scene.owner, "cancel", (schedule_id,)),
    ):
        with refuses("schedules: is cancelled"):
            scene.schedules_twin.call(name, caller, *arguments)
    scene.agree()


def test_cancel__minted_paused_or_empty__nothing_moves(scene):
    minted, empty_one, paused = scene.scheduled(is_minted=True), scene.scheduled(), scene.scheduled()
    scene.schedules_twin.call("pause", scene.owner, paused)
    for number in (minted, empty_one, paused):
        scene.schedules_twin.call("cancel", scene.owner, number)
        assert events(scene.schedules, "Cancelled")[0].refunded == 0
    scene.agree()


def test_governance__bad_call__refused(scene, schedule_id):
    for name, arguments in (("change", (1, 1)), ("pause", ()), ("resume", ()), ("cancel", ())):
        for caller in (scene.attacker, scene.treasury):
            with refuses("ownable: caller is not the owner"):
                scene.schedules_twin.call(name, caller, schedule_id, *arguments)
        for number in (0, 2, 2**256 - 1):
            with refuses("schedules: unknown schedule"):
                scene.schedules_twin.call(name, scene.owner, number, *arguments)
    for amount, interval, reason in (
        (0, 10, "schedules: bad amount"),
        (2**104, 10, "schedules: bad amount"),
        (1, 0, "schedules: bad interval"),
        (1, 10_000_001, "schedules: bad interval"),
        (UNIT, 10, "schedules: nothing changes"),
    ):
        with refuses(reason):
            scene.schedules_twin.call("change", scene.owner, schedule_id, amount, interval)
    with refuses("schedules: not paused"):
        scene.schedules_twin.call("resume", scene.owner, schedule_id)
    scene.schedules_twin.call("pause", scene.owner, schedule_id)
    with refuses("schedules: is paused"):
        scene.schedules_twin.call("pause", scene.owner, schedule_id)
    scene.agree()
