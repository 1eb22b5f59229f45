"""FeeDesk.sweep: tokens sent to the desk by mistake are not lost."""

from __future__ import annotations

import pytest

from mdt.model.reasons import Fee, Recycle
from tests.support.pools import UNIT
from tests.support.refusals import refuses


def test_sweep__tokens_sent_here__go_to_the_recycling_pool_by_anyone(scene):
    scene.give(scene.model.address, 77)
    assert scene.desk_twin.call("sweep", scene.attacker) == 77
    logs = scene.desk.get_logs()
    (event,) = [log for log in logs if type(log).__name__ == "Swept"]
    assert (event.caller, event.amount) == (scene.attacker, 77)
    (recycled,) = [log for log in logs if type(log).__name__ == "Recycled"]
    assert (recycled.source, recycled.reason, recycled.amount) == (scene.desk.address, Recycle.DONATION, 77)
    assert (scene.token.balanceOf(scene.desk), scene.token.balanceOf(scene.pool)) == (0, 77)
    scene.agree()


def test_sweep__nothing_there__refused(scene):
    with refuses("desk: nothing to sweep"):
        scene.desk_twin.call("sweep", None)
    scene.give(scene.model.address, 1)
    scene.desk_twin.call("sweep", None)
    with refuses("desk: nothing to sweep"):
        scene.desk_twin.call("sweep", None)
    scene.agree()


@pytest.mark.parametrize("kind", [Fee.REGISTRATION, Fee.UNMET_QUOTA, Fee.TRANSFER])
def test_sweep__gift_beside_a_fee__neither_counts_for_the_other(scene, kind):
    """A gift pays nobody's fee, and no fee is swept."""
    scene.give(scene.model.address, 77)
    if kind == Fee.TRANSFER:
        scene.desk_twin.call("pay", scene.payer, scene.payee, UNIT, 0)
    else:
        scene.desk_twin.call("deposit", scene.payer, kind, scene.payee, UNIT)
    assert scene.token.balanceOf(scene.desk) == 77
    totals = scene.desk.totals(kind)
    assert totals.taken == totals.burned + totals.passed_on == UNIT
    assert scene.desk_twin.call("sweep", None) == 77
    assert tuple(scene.desk.totals(kind)) == tuple(totals)
    scene.agree()
