"""execute: anyone upholds a slash whose window is over; the exact split."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Burn, mask
from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import APPEAL, UNIT, deploy_suite

VECTORS = [(7, 5, 2), (1, 0, 1), (999, 799, 200), (500 * UNIT, 400 * UNIT, 100 * UNIT), (100 * UNIT, 80 * UNIT, 20 * UNIT), (50 * UNIT, 40 * UNIT, 10 * UNIT)]
VECTORS += [(wei, wei * 8 // 10, wei - wei * 8 // 10) for wei in range(10)]


def refused(suite, reason, slash_id=0):
    suite.twin.refused(reason, "execute", None, slash_id)


@pytest.mark.parametrize(("amount", "burned", "to_treasury"), VECTORS)
def test_execute__any_amount__burned_and_treasury_sum_to_it(amount, burned, to_treasury):
    """D9: 1..9 wei, the documents' amounts, and 7, 1 and 999 wei."""
    suite = deploy_suite(validators=1, stake=2 * amount)
    suite.slash(1, 0)
    supply = suite.token.totalSupply()
    suite.advance(seconds=2 * DAY)
    suite.slasher.execute(0, sender=boa.env.generate_address("anyone"))
    assert event(suite.slasher, "Upheld") == {"slash_id": 0, "burned": burned, "to_treasury": to_treasury}
    assert suite.model.execute(0) == (burned, to_treasury)
    assert suite.slasher.slash_record(0).status == 2
    assert suite.token.balanceOf(suite.treasury) == to_treasury
    assert suite.token.totalSupply() == supply - burned
    assert suite.token.burned_by_reason(Burn.SLASH) == burned
    assert suite.slasher.totals() == (amount, burned, to_treasury, 0)
    assert suite.token.balanceOf(suite.slasher) == 0
    suite.assert_same()


def test_execute__too_early__refused_to_the_second(suite):
    suite.slash()
    refused(suite, "slasher: window not over")
    suite.advance(seconds=2 * DAY - 1)
    refused(suite, "slasher: window not over")
    suite.advance(seconds=1)
    suite.anyone("execute", 0)
    suite.assert_same()


def test_execute__appealed__twice_the_window(suite):
    suite.slash()
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    suite.advance(seconds=4 * DAY - 1)
    refused(suite, "slasher: window not over")
    suite.advance(seconds=1)
    suite.anyone("execute", 0)
    suite.assert_same()


def test_execute__twice_or_decided_or_unknown__refused(suite):
    suite.slash()
    suite.slash(2)
    suite.call("overturn", suite.arbiter, 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    for slash_id in (0, 1, 2, 2**256 - 1):
        refused(suite, "slasher: not in escrow", slash_id)
    suite.assert_same()


def test_execute__terms_changed_since__keeps_its_own(suite, slasher):
    """D16: size and deadline are those of the slash."""
    suite.slash()
    before = slasher.slash_record(0)
    suite.call("set_slash_bps", suite.owner, 1, 5_000)
    suite.call("set_arbiter", suite.owner, str(boa.env.generate_address("other arbiter")))
    assert slasher.slash_record(0) == before
    refused(suite, "slasher: window not over")
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.assert_same()


def test_execute__may_not_burn__waits_until_it_may(suite, slasher):
    """The token's owner decides who burns; nothing is lost meanwhile."""
    suite.slash()
    suite.advance(seconds=2 * DAY)
    suite.token.set_burner(slasher, 0, sender=suite.owner)
    with boa.reverts("mdt: reason not allowed"):
        slasher.execute(0)
    assert slasher.slash_record(0).status == 1
    suite.token.set_burner(slasher, mask(Burn.SLASH), sender=suite.owner)
    suite.anyone("execute", 0)
    suite.assert_same()
