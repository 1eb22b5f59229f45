"""The shares as an ERC-20 with permits."""

from __future__ import annotations

import boa
import pytest
from eth_account import Account

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquidity_pool import LOCKED_HOLDER
from mdt.model.token import UNLIMITED
from tests.support.boa_clock import now
from tests.support.permits import NEVER, N, give_permit, sign_permit
from tests.support.pools import UNIT


@pytest.fixture
def signer():
    return Account.from_key(b"\x11" * 32)


@pytest.mark.parametrize("amount", [0, 1, UNIT])
def test_transfer__within_the_balance__moves_shares(scene, amount):
    scene.twin.call("transfer", scene.provider, scene.other, amount)
    (event,) = scene.events("Transfer")
    assert (event.sender, event.receiver, event.value) == (scene.provider, scene.other, amount)
    scene.agree()


def test_transfer__to_oneself__changes_nothing(scene):
    scene.twin.call("transfer", scene.provider, scene.provider, UNIT)
    scene.agree()


def test_transfer__more_than_one_has__reverts(scene):
    scene.twin.refused("market: balance too low", "transfer", scene.provider, scene.other, scene.model.balances[scene.provider] + 1)
    scene.twin.refused("market: balance too low", "transfer", scene.other, scene.provider, 1)


def test_transfer__to_the_pool_or_nobody__reverts(scene):
    """G7: shares at the pool's own address are the protocol's; nobody can lose any there, and nobody can redeem them."""
    for receiver in (scene.address, ZERO_ADDRESS):
        scene.twin.refused("market: bad receiver", "transfer", scene.provider, receiver, UNIT)
        scene.twin.call("approve", scene.provider, scene.other, UNIT)
        scene.twin.refused("market: bad receiver", "transferFrom", scene.other, scene.provider, receiver, UNIT)


def test_transfer__the_protocols_shares__stay_where_they_are(shared):
    """G7: nobody has an allowance of the pool, and it makes no call as a holder."""
    shared.swap(0, 20 * UNIT)
    shared.remove(UNIT)
    held = shared.model.balances[shared.address]
    assert held > 0
    for caller in (shared.owner, shared.other):
        shared.twin.refused("market: allowance too low", "transferFrom", caller, shared.address, shared.other, held)
    with boa.reverts("market: bad signature"):
        shared.pool.permit(shared.address, shared.other, held, NEVER, 27, b"\x01" * 32, b"\x01" * 32)


def test_transfer_from__within_the_allowance__counts_it_down(scene):
    scene.twin.call("approve", scene.provider, scene.other, UNIT)
    (event,) = scene.events("Approval")
    assert (event.owner, event.spender, event.value) == (scene.provider, scene.other, UNIT)
    scene.twin.call("transferFrom", scene.other, scene.provider, scene.trader, UNIT // 4)
    assert scene.pool.allowance(scene.provider, scene.other) == UNIT - UNIT // 4
    scene.twin.refused("market: allowance too low", "transferFrom", scene.other, scene.provider, scene.trader, UNIT)
    scene.agree()


def test_transfer_from__without_limit__is_not_counted_down(scene):
    scene.twin.call("approve", scene.provider, scene.other, UNLIMITED)
    scene.twin.call("transferFrom", scene.other, scene.provider, scene.trader, UNIT)
    assert scene.pool.allowance(scene.provider, scene.other) == UNLIMITED
    scene.agree()
    more = scene.model.balances[scene.provider] + 1
    scene.twin.refused("market: balance too low", "transferFrom", scene.other, scene.provider, scene.trader, more)


def test_approve__nobody__reverts(scene):
    scene.twin.refused("market: zero spender", "approve", scene.provider, ZERO_ADDRESS, 1)


def test_remove__received_shares__pays(scene):
    scene.twin.call("transfer", scene.provider, scene.other, UNIT)
    assert min(scene.remove(UNIT, scene.other)) > 0
    scene.agree()


def test_locked_shares__nobody__can_move_them(scene):
    scene.twin.refused("market: allowance too low", "transferFrom", scene.owner, LOCKED_HOLDER, scene.owner, 1)
    with boa.reverts("market: bad signature"):
        scene.pool.permit(LOCKED_HOLDER, scene.owner, 1, NEVER, 27, b"\x01" * 32, b"\x01" * 32)


@pytest.mark.parametrize("value", [0, 1, UNLIMITED])
def test_permit__signed_by_the_owner__sets_the_allowance(scene, signer, value):
    with boa.env.prank(scene.trader):
        give_permit(scene.pool, signer, scene.other, value)
    (event,) = scene.events("Approval")
    assert (event.owner, event.spender, event.value) == (signer.address, scene.other, value)
    assert (scene.pool.allowance(signer.address, scene.other), scene.pool.nonces(signer.address)) == (value, 1)


def test_permit__deadline__is_the_last_second(scene, signer):
    give_permit(scene.pool, signer, scene.other, 5, now())
    signed = sign_permit(scene.pool, signer, scene.other, 6, now() - 1)
    with boa.reverts("market: permit expired"):
        scene.pool.permit(signer.address, scene.other, 6, now() - 1, *signed)


def test_permit__twice__reverts(scene, signer):
    signed = sign_permit(scene.pool, signer, scene.other, 5)
    scene.pool.permit(signer.address, scene.other, 5, NEVER, *signed)
    with boa.reverts("market: bad signature"):
        scene.pool.permit(signer.address, scene.other, 5, NEVER, *signed)


@pytest.mark.parametrize(
    "changed",
    [{"nonce": 1}, {"value": 6}, {"deadline": NEVER - 1}, {"chainId": 8898}, {"version": "2"}, {"name": "MDT"}, {"verifyingContract": "0x" + "11" * 20}],
    ids=lambda changed: next(iter(changed)),
)
def test_permit__signed_over_something_else__reverts(scene, signer, changed):
    signed = sign_permit(scene.pool, signer, scene.other, 5, changed=changed)
    with boa.reverts("market: bad signature"):
        scene.pool.permit(signer.address, scene.other, 5, NEVER, *signed)


def test_permit__the_other_form_of_a_signature__reverts(scene, signer):
    v, r, s = sign_permit(scene.pool, signer, scene.other, 5)
    high = (N - int.from_bytes(s, "big")).to_bytes(32, "big")
    with boa.reverts("market: bad signature"):
        scene.pool.permit(signer.address, scene.other, 5, NEVER, 55 - v, r, high)


def test_permit__for_nobody_or_to_nobody__reverts(scene, signer):
    with boa.reverts("market: bad signature"):
        scene.pool.permit(ZERO_ADDRESS, scene.other, 5, NEVER, 27, b"\x00" * 32, b"\x00" * 32)
    signed = sign_permit(scene.pool, signer, ZERO_ADDRESS, 5)
    with boa.reverts("market: zero spender"):
        scene.pool.permit(signer.address, ZERO_ADDRESS, 5, NEVER, *signed)


def test_domain__of_the_shares__names_the_pool(scene):
    fields, name, version, chain_id, contract, _, _ = scene.pool.eip712Domain()
    assert (fields, name, version, chain_id, contract) == (b"\x0f", scene.pool.name(), "1", boa.env.evm.patch.chain_id, scene.address)
    assert len(scene.pool.DOMAIN_SEPARATOR()) == 32
