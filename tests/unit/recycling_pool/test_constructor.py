"""RecyclingPool: construction, ownership, surface."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.recycling import RecyclingPool
from mdt.model.token import MDT
from mdt.preset.settings import load
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deployer
from tests.support.refusals import refuses
from tests.support.token import BUCKETS, TOKEN, deploy_token

ADDRESS = "0x" + "11" * 20


def twin(owner):
    """A model of the token."""
    return MDT(BUCKETS, TOKEN.grant_delay, owner, owner, BoaClock())


def deploy(token, fee_burn_bps, owner, predecessor=ZERO_ADDRESS):
    return deployer("RecyclingPool").deploy(token, fee_burn_bps, predecessor, owner)


def test_constructor__presets__immutables_are_the_settings(token, owner):
    for preset in ("adr-literal", "luxtensor"):
        bps = load(preset).recycling.fee_burn_bps
        pool = deploy(token, bps, owner)
        assert (pool.TOKEN(), pool.FEE_BURN_BPS(), pool.owner(), pool.drawer()) == (token.address, bps, owner, ZERO_ADDRESS)


def test_constructor__burned_part__up_to_all_of_it(token, owner):
    for bps in (0, 10_000):
        assert deploy(token, bps, owner).FEE_BURN_BPS() == RecyclingPool(ADDRESS, twin(owner), bps, owner).fee_burn_bps == bps
    for bps in (10_001, 2**256 - 1):
        with boa.reverts("pool: burn above 100%"):
            deploy(token, bps, owner)
        with refuses("pool: burn above 100%"):
            RecyclingPool(ADDRESS, twin(owner), bps, owner)


def test_constructor__token_without_code__refused(owner):
    for token in (ZERO_ADDRESS, owner):
        with boa.reverts("pool: token has no code"):
            deploy(token, 0, owner)


def test_constructor__zero_owner__refused(token, owner):
    with boa.reverts("pool: zero owner"):
        deploy(token, 0, ZERO_ADDRESS)
    with refuses("pool: zero owner"):
        RecyclingPool(ADDRESS, twin(owner), 0, ZERO_ADDRESS)


def test_constructor__predecessor__can_be_read_back(pool, token, owner):
    assert pool.PREDECESSOR() == ZERO_ADDRESS
    assert deploy(token, 0, owner, pool).PREDECESSOR() == pool.address


def test_constructor__predecessor_without_code_or_of_another_token__refused(pool, model, token, owner, attacker):
    with boa.reverts("pool: predecessor has no code"):
        deploy(token, 0, owner, attacker)
    other = deploy_token(owner, owner)
    with boa.reverts("pool: predecessor differs"):
        deploy(other, 0, owner, pool)
    with refuses("pool: predecessor differs"):
        RecyclingPool(ADDRESS, twin(owner), 0, owner, model)


def test_abi__whole_surface__one_way_out(pool):
    writing = {entry["name"] for entry in pool.abi if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")}
    assert writing == {"deposit_fees", "recycle", "absorb", "draw", "burn_surplus", "set_drawer", "transfer_ownership", "accept_ownership"}


def test_transfer_ownership__two_steps__successor_governs(pool, owner, attacker):
    successor = boa.env.generate_address("successor")
    with boa.reverts("ownable: caller is not the owner"):
        pool.transfer_ownership(attacker, sender=attacker)
    pool.transfer_ownership(successor, sender=owner)
    with boa.reverts("ownable_2step: caller is not the new owner"):
        pool.accept_ownership(sender=attacker)
    pool.accept_ownership(sender=successor)
    with boa.reverts("ownable: caller is not the owner"):
        pool.set_drawer(attacker, sender=owner)
    pool.set_drawer(attacker, sender=successor)
