"""FeeDesk.deposit: registrations and unmet quotas."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.desk import BURN_REASONS, FeeTerms
from mdt.model.reasons import Burn, Fee, Recycle
from tests.support.desk import DeskScene
from tests.support.pools import PURSE, UNIT
from tests.support.refusals import refuses

DEPOSITED = [Fee.REGISTRATION, Fee.UNMET_QUOTA]


@pytest.mark.parametrize("kind", DEPOSITED)
@pytest.mark.parametrize("is_to_treasury", [False, True])
@pytest.mark.parametrize("bps", [0, 1, 2_500, 9_999, 10_000])
def test_deposit__any_terms__burned_part_rounded_down_and_rest_passed_on(kind, is_to_treasury, bps):
    scene = DeskScene([FeeTerms(bps, 0, is_to_treasury)] * 2 + [FeeTerms()])
    amount = 12_345_678_901
    burned = amount * bps // 10_000
    supply = scene.token.totalSupply()
    assert scene.desk_twin.call("deposit", scene.payer, kind, scene.payee, amount) == burned
    logs = scene.desk.get_logs()
    (event,) = [log for log in logs if type(log).__name__ == "Deposited"]
    rest_to = scene.treasury if is_to_treasury else scene.pool.address
    assert (event.kind, event.account, event.payer) == (kind, scene.payee, scene.payer)
    assert (event.amount, event.burned, event.rest_to) == (amount, burned, rest_to)
    assert scene.token.balanceOf(scene.payer) == PURSE - amount
    assert scene.token.balanceOf(rest_to) == amount - burned
    assert scene.token.balanceOf(scene.desk) == 0
    assert supply - scene.token.totalSupply() == burned == scene.token.burned_by_reason(BURN_REASONS[kind]) == scene.token.total_burned()
    assert tuple(scene.desk.totals(kind)) == (amount, burned, amount - burned)
    assert scene.desk.paid_by(kind, scene.payee) == amount
    assert scene.desk.paid_by(kind, scene.payer) == 0
    recycled = [(log.source, log.reason, log.amount) for log in logs if type(log).__name__ == "Recycled"]
    assert recycled == ([] if is_to_treasury or bps == 10_000 else [(scene.desk.address, Recycle.FEES, amount - burned)])
    scene.agree()


def test_deposit__burn_reason__is_the_kinds_own(scene):
    """Registrations as REGISTRATION, quotas as DEFLATION, in the payer's name."""
    scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, 8 * UNIT)
    scene.desk_twin.call("deposit", scene.payer, Fee.UNMET_QUOTA, scene.payee, 5 * UNIT)
    assert scene.token.burned_by_reason(Burn.REGISTRATION) == 2 * UNIT
    assert scene.token.burned_by_reason(Burn.DEFLATION) == 5 * UNIT
    newest, before = scene.token.burn_records(0, 2)
    assert (newest.account, newest.reason, before.account, before.reason) == (scene.payer, Burn.DEFLATION, scene.payer, Burn.REGISTRATION)
    scene.agree()


def test_deposit__least__from_exactly_it(scene):
    with refuses("desk: below the least"):
        scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, UNIT - 1)
    scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, UNIT)
    scene.desk_twin.call("deposit", scene.payer, Fee.UNMET_QUOTA, scene.payee, 1)  # of another kind there is no least
    scene.agree()


def test_deposit__several_payers__counted_for_the_account(scene):
    """Luxtensor has no logs: whoever registers accounts reads the sum."""
    for payer, account, amount in ((scene.payer, scene.other, 3), (scene.other, scene.other, 4), (scene.payee, scene.payer, 5)):
        scene.desk_twin.call("deposit", payer, Fee.REGISTRATION, account, amount * UNIT)
    desk = scene.desk
    assert [desk.paid_by(Fee.REGISTRATION, one) for one in (scene.other, scene.payer, scene.payee)] == [7 * UNIT, 5 * UNIT, 0]
    assert desk.paid_by(Fee.UNMET_QUOTA, scene.other) == 0
    assert desk.totals(Fee.REGISTRATION).taken == 12 * UNIT
    scene.agree()


@pytest.mark.parametrize("kind", [Fee.GAS, Fee.SALE, Fee.SLASH, Fee.TRANSFER, len(Fee), 2**256 - 1])
def test_deposit__other_kind__refused(scene, kind):
    with refuses("desk: not deposited"):
        scene.desk_twin.call("deposit", scene.payer, kind, scene.payee, UNIT)
    scene.agree()


def test_deposit__bad_argument__refused(scene):
    for account, amount, reason in (
        (ZERO_ADDRESS, UNIT, "desk: zero account"),
        (scene.payee, 0, "desk: amount out of bounds"),
        (scene.payee, 2**104, "desk: amount out of bounds"),
        (scene.payee, 2**256 - 1, "desk: amount out of bounds"),
        (scene.payee, 2**104 - 1, "mdt: balance too low"),
    ):
        for kind in DEPOSITED:
            with refuses(reason):
                scene.desk_twin.call("deposit", scene.payer, kind, account, amount)
    scene.agree()


def test_deposit__allowance_or_balance_short__refused_whole(scene):
    """Also where the burned part alone would be covered."""
    burned = 25 * UNIT
    for allowance, reason in ((burned - 1, "mdt: allowance too low"), (burned, "mdt: allowance too low"), (100 * UNIT - 1, "mdt: allowance too low")):
        scene.allow(scene.payer, scene.desk, allowance)
        with refuses(reason):
            scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, 100 * UNIT)
        scene.agree()
    scene.allow(scene.payer, scene.desk, 2 * PURSE)
    for amount in (PURSE + 1, 4 * PURSE // 3):
        with refuses("mdt: balance too low"):
            scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, amount)
    scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, PURSE)
    assert scene.token.balanceOf(scene.payer) == 0
    assert scene.token.allowance(scene.payer, scene.desk) == PURSE
    scene.agree()


@pytest.mark.parametrize("kind", DEPOSITED)
def test_deposit__desk_may_not_burn__refused_whole(scene, kind):
    """The kill switch: what burns does not go through, what does not burn does."""
    scene.entitle(scene.desk, 0)
    with refuses("mdt: reason not allowed"):
        scene.desk_twin.call("deposit", scene.payer, kind, scene.payee, UNIT)
    scene.desk_twin.call("set_terms", scene.owner, kind, FeeTerms(0, 0, True))
    scene.desk_twin.call("deposit", scene.payer, kind, scene.payee, UNIT)
    assert scene.token.total_burned() == 0
    scene.agree()


def test_deposit__terms_changed_before__amount_is_what_was_said(scene):
    """Governance that comes first can send a deposit elsewhere or burn it, and take no more of it."""
    scene.allow(scene.payer, scene.desk, 10 * UNIT)
    scene.desk_twin.call("set_terms", scene.owner, Fee.REGISTRATION, FeeTerms(10_000, 20 * UNIT, True))
    with refuses("desk: below the least"):
        scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, 10 * UNIT)
    scene.desk_twin.call("set_terms", scene.owner, Fee.REGISTRATION, FeeTerms(10_000, 0, True))
    scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, 10 * UNIT)
    assert scene.token.balanceOf(scene.payer) == PURSE - 10 * UNIT
    scene.agree()


def test_deposit__what_the_pool_got__is_drawn_before_anything_is_minted(scene):
    scene.pool.set_drawer(scene.drawer, sender=scene.owner)
    scene.desk_twin.call("deposit", scene.payer, Fee.REGISTRATION, scene.payee, 4 * UNIT)
    assert scene.pool.total_recycled() == 3 * UNIT
    with boa.env.anchor():
        assert scene.pool.draw(10 * UNIT, sender=scene.drawer) == 3 * UNIT
    scene.agree()
