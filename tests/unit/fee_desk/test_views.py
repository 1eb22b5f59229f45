"""FeeDesk.terms, table, quote, totals: the table says what the contracts do."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.desk import FeeTerms
from mdt.model.reasons import Burn, Fee, mask
from tests.support.deployers import deploy
from tests.support.desk import FEE_BURN_BPS, SALE_BURN_BPS, TERMS, DeskScene, plain
from tests.support.lens import CALL_GAS
from tests.support.pools import UNIT, gas_of
from tests.support.refusals import refuses
from tests.support.slashing import TERMS as SLASH_TERMS
from tests.support.slashing import deploy_suite


def test_table__six_rows__as_the_contracts_around_say(scene):
    pool, pools, slasher, desk = (str(one.address) for one in (scene.pool, scene.pools, scene.slasher, scene.desk))
    expected = [
        (FEE_BURN_BPS, Burn.TRANSACTION_FEE, 0, pool, pool),
        (SALE_BURN_BPS, Burn.TRANSACTION_FEE, 0, ZERO_ADDRESS, pools),
        (SLASH_TERMS.burn_bps, Burn.SLASH, 0, scene.treasury, slasher),
        (2_500, Burn.REGISTRATION, UNIT, pool, desk),
        (10_000, Burn.DEFLATION, 0, scene.treasury, desk),
        (100, Burn.TRANSACTION_FEE, 0, ZERO_ADDRESS, desk),
    ]
    assert [tuple(row) for row in scene.desk.table()] == expected
    assert [tuple(scene.desk.terms(kind)) for kind in Fee] == expected
    scene.agree()


def test_table__other_terms__other_rows():
    scene = DeskScene([FeeTerms(1, 2, True), FeeTerms(3, 4, False), FeeTerms(5, 6)], sale_burn_bps=7, fee_burn_bps=8)
    assert [row.burn_bps for row in scene.desk.table()] == [8, 7, 0, 1, 3, 5]
    assert [row.least for row in scene.desk.table()] == [0, 0, 0, 2, 4, 6]
    assert [row.rest_to for row in scene.desk.table()][3:] == [scene.treasury, scene.pool.address, ZERO_ADDRESS]
    scene.agree()


def test_terms__slasher_replaced__says_what_the_new_one_does():
    """Staking can be given another slasher: the row follows it, and is empty while there is none."""
    scene = DeskScene()
    assert tuple(scene.desk.terms(Fee.SLASH)) == (0, Burn.SLASH, 0, ZERO_ADDRESS, ZERO_ADDRESS)
    assert scene.desk.quote(Fee.SLASH, 100) == (0, 100)
    scene.agree()
    scene.put_in_force()
    assert scene.desk.terms(Fee.SLASH).taken_at == scene.slasher.address
    scene.agree()
    other = scene.new_slasher(scene.other, _burn_bps=1)
    scene.put_in_force(other)
    assert tuple(scene.desk.terms(Fee.SLASH)) == (1, Burn.SLASH, 0, scene.other, other.address)
    scene.agree()


def test_quote__kinds_taken_elsewhere__what_happens_there(scene):
    """The first three rows are promises of others: kept to the wei."""
    for amount in (99, 100, 12_345):
        burned, rest = scene.desk.quote(Fee.GAS, amount)
        before = scene.token.balanceOf(scene.pool)
        assert scene.pool_twin.call("deposit_fees", scene.payer, amount) == burned
        assert scene.token.balanceOf(scene.pool) - before == rest
        burned, rest = scene.desk.quote(Fee.SALE, amount)
        before, supply = scene.token.balanceOf(scene.payee), scene.token.totalSupply()
        scene.sell(amount)
        assert (supply - scene.token.totalSupply(), scene.token.balanceOf(scene.payee) - before) == (burned, rest)
    scene.agree()


@pytest.mark.parametrize("stake", [1_000, 999, 7, 10 * UNIT])
def test_quote__slash__what_is_burned_when_it_is_upheld(stake):
    suite = deploy_suite(1, stake)
    pool = deploy("RecyclingPool", token=suite.token, fee_burn_bps=FEE_BURN_BPS, owner=suite.owner)
    pools = deploy("ReservePools", token=suite.token, treasury=suite.treasury, sale_burn_bps=SALE_BURN_BPS, owner=suite.owner)
    around = {"MDT": suite.token, "RecyclingPool": pool, "ReservePools": pools, "Staking": suite.staking, "Treasury": suite.treasury}
    desk = deploy("FeeDesk", around, terms=plain(TERMS), owner=suite.owner)
    slash_id = suite.slash(1, 0)
    amount = suite.slasher.slash_record(slash_id).amount
    assert amount > 0
    suite.advance(seconds=SLASH_TERMS.appeal_seconds)
    suite.anyone("execute", slash_id)
    row, parts = desk.terms(Fee.SLASH), desk.quote(Fee.SLASH, amount)
    assert parts == (suite.token.burned_by_reason(row.burn_reason), suite.token.balanceOf(row.rest_to))
    assert row.taken_at == suite.slasher.address


@pytest.mark.parametrize("kind", [Fee.REGISTRATION, Fee.UNMET_QUOTA, Fee.TRANSFER])
def test_quote__kinds_taken_here__what_happens_here(scene, kind):
    for amount in (UNIT, UNIT + 99, 12 * UNIT + 12_345):
        burned, rest = scene.desk.quote(kind, amount)
        before = scene.desk.totals(kind)
        if kind == Fee.TRANSFER:
            assert scene.desk_twin.call("pay", scene.payer, scene.payee, amount, rest) == rest
        else:
            assert scene.desk_twin.call("deposit", scene.payer, kind, scene.payee, amount) == burned
        after = scene.desk.totals(kind)
        assert (after.burned - before.burned, after.passed_on - before.passed_on) == (burned, rest)
    scene.agree()


def test_quote__bad_amount_or_kind__refused(scene):
    for kind in Fee:
        for amount in (0, 2**104, 2**256 - 1):
            with boa.reverts("desk: amount out of bounds"):
                scene.desk.quote(kind, amount)
            with refuses("desk: amount out of bounds"):
                scene.model.quote(kind, amount)
        assert scene.desk.quote(kind, 2**104 - 1) == scene.model.quote(kind, 2**104 - 1)
    for kind in (len(Fee), 2**256 - 1):
        with boa.reverts("desk: unknown kind"):
            scene.desk.quote(kind, 1)
        with refuses("desk: unknown kind"):
            scene.model.quote(kind, 1)


def test_terms__unknown_kind__refused(scene):
    for kind in (len(Fee), 2**256 - 1):
        with boa.reverts("desk: unknown kind"):
            scene.desk.terms(kind)
        with refuses("desk: unknown kind"):
            scene.model.terms(kind)


@pytest.mark.parametrize("kind", [Fee.GAS, Fee.SALE, Fee.SLASH, len(Fee), 2**256 - 1])
def test_totals__kind_that_is_taken_elsewhere__refused(scene, kind):
    """Those sums are where the fees are taken, and by reason on the token."""
    with boa.reverts("desk: not taken here"):
        scene.desk.totals(kind)
    with refuses("desk: not taken here"):
        scene.model.totals(kind)


def test_table__every_slot_cold__below_what_nodes_allow(scene):
    assert gas_of(scene.desk, "table") < CALL_GAS


def test_table__reserve_pools_and_desk_on_one_token__reasons_they_need(scene):
    """What the deployer has to entitle each contract to stands in the table."""
    needed: dict[str, int] = {}
    for row in scene.desk.table():
        needed[row.taken_at] = needed.get(row.taken_at, 0) | mask(Burn(row.burn_reason))
    for contract in (scene.desk, scene.pools):
        assert scene.token.burner_reasons(contract) == needed[contract.address]
