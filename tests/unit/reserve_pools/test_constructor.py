"""ReservePools: construction, ownership, surface."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.pools import ReservePools
from mdt.units import HOUR
from tests.support.deployers import deployer
from tests.support.refusals import refuses
from tests.support.token import deploy_token

ADDRESS = "0x" + "11" * 20


def deploy(*arguments, sender=None):
    with boa.env.prank(sender or boa.env.eoa):
        return deployer("ReservePools").deploy(*arguments)


def test_constructor__values__kept_and_empty(scene):
    pools = scene.pools
    assert (pools.TOKEN(), pools.TREASURY(), pools.SALE_BURN_BPS(), pools.owner()) == (scene.token.address, scene.treasury, 100, scene.owner)
    assert (pools.pool_count(), pools.allocation_count(), pools.total_held(), pools.unassigned()) == (0, 0, 0, 0)


@pytest.mark.parametrize("bps", [0, 9_999])
def test_constructor__burned_part__up_to_just_below_all_of_it(scene, bps):
    assert deploy(scene.token, scene.treasury, bps, scene.owner).SALE_BURN_BPS() == bps
    assert ReservePools(ADDRESS, scene.twin, str(scene.token.address), scene.treasury, bps, scene.owner).sale_burn_bps == bps


def test_constructor__bad_value__refused(scene):
    token = str(scene.token.address)
    for treasury, bps, owner, reason in (
        (ZERO_ADDRESS, 100, scene.owner, "pools: bad treasury"),
        (token, 100, scene.owner, "pools: bad treasury"),
        (scene.treasury, 10_000, scene.owner, "pools: burn out of bounds"),
        (scene.treasury, 2**256 - 1, scene.owner, "pools: burn out of bounds"),
        (scene.treasury, 100, ZERO_ADDRESS, "pools: zero owner"),
    ):
        with boa.reverts(reason):
            deploy(token, treasury, bps, owner)
        with refuses(reason):
            ReservePools(ADDRESS, scene.twin, token, treasury, bps, owner)


def test_constructor__treasury_is_the_pools_themselves__refused(scene):
    with boa.env.anchor():
        ahead = deploy(scene.token, scene.treasury, 100, scene.owner, sender=scene.other).address
    with boa.reverts("pools: bad treasury"):
        deploy(scene.token, ahead, 100, scene.owner, sender=scene.other)
    with refuses("pools: bad treasury"):
        ReservePools(ADDRESS, scene.twin, str(scene.token.address), ADDRESS, 100, scene.owner)


def test_constructor__token_without_code__refused(scene):
    for token in (ZERO_ADDRESS, scene.owner):
        with boa.reverts("pools: token has no code"):
            deploy(token, scene.treasury, 100, scene.owner)


def test_abi__whole_surface__no_other_way_out(scene):
    writing = {entry["name"] for entry in scene.pools.abi if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")}
    assert writing == {
        *("replenish", "top_up", "expire", "buy"),
        *("allocate", "release", "cancel", "set_price"),
        *("create_pool", "close_pool", "set_operator", "absorb", "set_sale", "set_refill"),
        *("transfer_ownership", "accept_ownership"),
    }


def test_transfer_ownership__two_steps__successor_governs(scene):
    successor = boa.env.generate_address("successor")
    with refuses("ownable: caller is not the owner"):
        scene.pools_twin.call("transfer_ownership", scene.attacker, scene.attacker)
    scene.pools_twin.call("transfer_ownership", scene.owner, successor)
    with refuses("ownable_2step: caller is not the new owner"):
        scene.pools_twin.call("accept_ownership", scene.attacker)
    scene.pools_twin.call("accept_ownership", successor)
    with refuses("ownable: caller is not the owner"):
        scene.pools_twin.call("create_pool", scene.owner, "late", scene.operator)
    assert scene.pools_twin.call("create_pool", successor, "new", scene.operator) == 1


def test_settlement__token_does_not_entitle_to_burn__sale_reverts_whole(scene):
    """The deployer has to name the pools a burner; until then nothing is sold, and nothing is lost."""
    owner, token = scene.owner, deploy_token(scene.owner, scene.owner)
    pools = deploy(token, scene.treasury, 100, owner)
    issuer = boa.env.generate_address("issuer")
    token.propose_minter(issuer, 0, 1, 10**24, 10**24, 60, sender=owner)
    token.grant_minter(issuer, sender=owner)
    token.mint(pools, 1_000, 0, sender=issuer)
    pool_id = pools.create_pool("market", scene.operator, sender=owner)
    pools.absorb(pool_id, 1_000, sender=owner)
    allocation = pools.allocate(pool_id, scene.buyer, 500, HOUR, sender=scene.operator)
    with boa.reverts("mdt: reason not allowed"):
        pools.release(allocation, sender=scene.operator)
    assert (pools.pool(pool_id).reserved, token.balanceOf(pools)) == (500, 1_000)
