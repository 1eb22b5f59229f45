"""FeeDesk: construction, ownership, surface."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.desk import OWN, FeeTerms
from mdt.model.pools import ReservePools
from mdt.model.reasons import Fee
from mdt.model.recycling import RecyclingPool
from tests.support.deployers import deploy as deploy_contract
from tests.support.deployers import deployer
from tests.support.desk import FEE_BURN_BPS, REGISTRATION, SALE_BURN_BPS, TERMS, TRANSFER, UNMET_QUOTA, plain
from tests.support.harness import harness
from tests.support.refusals import refuses
from tests.support.slashing import STAKING_TERMS
from tests.support.token import deploy_token


def deploy(*arguments, sender=None):
    with boa.env.prank(sender or boa.env.eoa):
        return deployer("FeeDesk").deploy(*arguments)


def test_constructor__values__kept(scene):
    desk = scene.desk
    assert (desk.TOKEN(), desk.RECYCLING_POOL(), desk.RESERVE_POOLS()) == (scene.token.address, scene.pool.address, scene.pools.address)
    assert (desk.STAKING(), desk.TREASURY(), desk.owner(), desk.pending_owner()) == (scene.staking.address, scene.treasury, scene.owner, ZERO_ADDRESS)
    assert desk.MAX_TRANSFER_BURN_BPS() == 1_000
    assert desk.MAX_LEAST() == scene.token.cap() // 10_000 == scene.model.max_least
    for kind in OWN:
        assert tuple(desk.totals(kind)) == (0, 0, 0)
    scene.agree()


def test_constructor__terms__logged_in_full(scene):
    logs = [log for log in scene.logs if type(log).__name__ == "TermsSet"]
    assert [(log.kind, tuple(log.old_terms), tuple(log.new_terms)) for log in logs] == [
        (kind, (0, 0, False), terms) for kind, terms in zip(OWN, map(tuple, plain(TERMS)), strict=True)
    ]


def test_constructor__all_zero_or_largest_terms__accepted(scene):
    most = scene.model.max_least
    for terms in ([FeeTerms()] * 3, [FeeTerms(10_000, most, True), FeeTerms(10_000, most, True), FeeTerms(1_000, most, False)]):
        desk, model = deploy(*scene.around(), scene.treasury, plain(terms), scene.owner), scene.new_model(terms)
        for kind in OWN:
            assert tuple(desk.terms(kind))[0::2] == (model.terms(kind).burn_bps, model.terms(kind).least, desk.address)
            assert desk.terms(kind).rest_to == model.terms(kind).rest_to


@pytest.mark.parametrize(
    ("index", "terms", "reason"),
    [
        (0, FeeTerms(10_001), "desk: burn out of bounds"),
        (1, FeeTerms(2**256 - 1), "desk: burn out of bounds"),
        (2, FeeTerms(1_001), "desk: burn out of bounds"),
        (2, FeeTerms(100, 0, True), "desk: rest is the payee's"),
        (0, None, "desk: least out of bounds"),
    ],
)
def test_constructor__bad_terms__refused(scene, index, terms, reason):
    given = [REGISTRATION, UNMET_QUOTA, TRANSFER]
    given[index] = terms or replace(REGISTRATION, least=scene.model.max_least + 1)
    with boa.reverts(reason):
        deploy(*scene.around(), scene.treasury, plain(given), scene.owner)
    with refuses(reason):
        scene.new_model(given)


def test_constructor__bad_address__refused(scene):
    token = str(scene.token.address)
    for treasury, owner, reason in (
        (ZERO_ADDRESS, scene.owner, "desk: bad treasury"),
        (token, scene.owner, "desk: bad treasury"),
        (scene.treasury, ZERO_ADDRESS, "desk: zero owner"),
    ):
        with boa.reverts(reason):
            deploy(*scene.around(), treasury, plain(TERMS), owner)
        with refuses(reason):
            scene.new_model(treasury=treasury, owner=owner)


def test_constructor__treasury_is_the_desk_itself__refused(scene):
    with boa.env.anchor():
        ahead = deploy(*scene.around(), scene.treasury, plain(TERMS), scene.owner, sender=scene.other).address
    with boa.reverts("desk: bad treasury"):
        deploy(*scene.around(), ahead, plain(TERMS), scene.owner, sender=scene.other)
    with refuses("desk: bad treasury"):
        scene.new_model(treasury=str(scene.desk.address))


@pytest.mark.parametrize("index", range(4))
def test_constructor__contract_without_code__refused(scene, index):
    for account in (ZERO_ADDRESS, scene.owner):
        around = scene.around()
        around[index] = account
        with boa.reverts("desk: no code"):
            deploy(*around, scene.treasury, plain(TERMS), scene.owner)


def test_constructor__contract_of_another_token__refused(scene):
    """A table read from another suite would be true of nobody's fees."""
    token = deploy_token(scene.owner, scene.owner)
    others = {
        0: token,
        1: deploy_contract("RecyclingPool", token=token, fee_burn_bps=FEE_BURN_BPS, owner=scene.owner),
        2: deploy_contract("ReservePools", token=token, treasury=scene.treasury, sale_burn_bps=SALE_BURN_BPS, owner=scene.owner),
        3: harness("SlashableStaking").deploy(token, STAKING_TERMS.unbonding_seconds, 4_000_000),
    }
    twin = object()
    models = {
        0: {"token": twin},
        1: {"recycling_pool": RecyclingPool(str(others[1].address), twin, FEE_BURN_BPS, scene.owner)},
        2: {"reserve_pools": ReservePools(str(others[2].address), twin, str(token.address), scene.treasury, SALE_BURN_BPS, scene.owner)},
    }
    for index, other in others.items():
        around = scene.around()
        around[index] = other
        with boa.reverts("desk: other token"):
            deploy(*around, scene.treasury, plain(TERMS), scene.owner)
    for changed in models.values():
        with refuses("desk: other token"):
            scene.new_model(**changed)


def test_ownership__two_steps__and_it_cannot_be_renounced(scene):
    desk, successor = scene.desk, scene.other
    with refuses("ownable: caller is not the owner"):
        scene.desk_twin.call("transfer_ownership", scene.attacker, scene.attacker)
    scene.desk_twin.call("transfer_ownership", scene.owner, successor)
    assert desk.owner() == scene.owner
    with refuses("ownable_2step: caller is not the new owner"):
        scene.desk_twin.call("accept_ownership", scene.attacker)
    scene.desk_twin.call("accept_ownership", successor)
    with refuses("ownable: caller is not the owner"):
        scene.desk_twin.call("set_terms", scene.owner, Fee.TRANSFER, FeeTerms())
    scene.desk_twin.call("set_terms", successor, Fee.TRANSFER, FeeTerms())
    assert not hasattr(desk, "renounce_ownership")
    scene.agree()
