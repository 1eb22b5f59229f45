"""The share as an ERC-20 with permits."""

from __future__ import annotations

import boa
import pytest
from eth_account import Account

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquid_staking import LOCKED_HOLDER
from mdt.model.token import UNLIMITED
from tests.support.boa_clock import now
from tests.support.liquid import UNIT
from tests.support.permits import NEVER, N, give_permit, sign_permit


@pytest.fixture
def signer():
    return Account.from_key(b"\x11" * 32)


@pytest.mark.parametrize("amount", [0, 1, UNIT])
def test_transfer__within_the_balance__moves_shares(scene, amount):
    assert scene.twin.call("transfer", scene.holder, scene.other, amount) is True
    (event,) = scene.events("Transfer")
    assert (event.sender, event.receiver, event.value) == (scene.holder, scene.other, amount)
    scene.agree()


def test_transfer__to_oneself__changes_nothing(scene):
    scene.twin.call("transfer", scene.holder, scene.holder, UNIT)
    scene.agree()


def test_transfer__more_than_one_has__reverts(scene):
    scene.twin.refused("lst: balance too low", "transfer", scene.holder, scene.other, scene.model.balances[scene.holder] + 1)
    scene.twin.refused("lst: balance too low", "transfer", scene.other, scene.holder, 1)


def test_transfer__to_the_vault_or_nobody__reverts(scene):
    for receiver in (scene.address, ZERO_ADDRESS):
        scene.twin.refused("lst: bad receiver", "transfer", scene.holder, receiver, UNIT)
        scene.twin.call("approve", scene.holder, scene.other, UNIT)
        scene.twin.refused("lst: bad receiver", "transferFrom", scene.other, scene.holder, receiver, UNIT)


def test_transfer_from__within_the_allowance__counts_it_down(scene):
    assert scene.twin.call("approve", scene.holder, scene.other, UNIT) is True
    (event,) = scene.events("Approval")
    assert (event.owner, event.spender, event.value) == (scene.holder, scene.other, UNIT)
    scene.twin.call("transferFrom", scene.other, scene.holder, scene.attacker, UNIT // 4)
    assert scene.vault.allowance(scene.holder, scene.other) == UNIT - UNIT // 4
    scene.twin.refused("lst: allowance too low", "transferFrom", scene.other, scene.holder, scene.attacker, UNIT)
    scene.agree()


def test_transfer_from__without_limit__is_not_counted_down(scene):
    scene.twin.call("approve", scene.holder, scene.other, UNLIMITED)
    scene.twin.call("transferFrom", scene.other, scene.holder, scene.attacker, UNIT)
    assert scene.vault.allowance(scene.holder, scene.other) == UNLIMITED
    more = scene.model.balances[scene.holder] + 1
    scene.twin.refused("lst: balance too low", "transferFrom", scene.other, scene.holder, scene.attacker, more)
    scene.agree()


def test_approve__nobody__reverts(scene):
    scene.twin.refused("lst: zero spender", "approve", scene.holder, ZERO_ADDRESS, 1)


@pytest.mark.parametrize("amount", [1, UNIT])
def test_shares_of_nobody__cannot_be_made(scene, amount):
    """New shares come from nobody: nobody may spend in its name, in any call."""
    supply = scene.vault.totalSupply()
    scene.twin.refused("lst: allowance too low", "transferFrom", scene.attacker, ZERO_ADDRESS, scene.attacker, amount)
    scene.twin.refused("lst: allowance too low", "requestRedeem", scene.attacker, amount, scene.attacker, ZERO_ADDRESS)
    scene.vault.transferFrom(ZERO_ADDRESS, scene.attacker, 0, sender=scene.attacker)
    assert scene.vault.totalSupply() == supply
    scene.agree()


def test_shares_that_wait__and_locked_ones__nobody_moves(scene):
    scene.ask(UNIT)
    for owner in (scene.address, LOCKED_HOLDER):
        scene.twin.refused("lst: allowance too low", "transferFrom", scene.attacker, owner, scene.attacker, 1)
        scene.twin.refused("lst: allowance too low", "requestRedeem", scene.attacker, 1, scene.attacker, owner)
        with boa.reverts("lst: bad signature"):
            scene.vault.permit(owner, scene.attacker, 1, NEVER, 27, b"\x01" * 32, b"\x01" * 32)


@pytest.mark.parametrize("value", [0, 1, UNLIMITED])
def test_permit__signed_by_the_owner__sets_the_allowance(scene, signer, value):
    with boa.env.prank(scene.attacker):
        give_permit(scene.vault, signer, scene.other, value)
    (event,) = scene.events("Approval")
    assert (event.owner, event.spender, event.value) == (signer.address, scene.other, value)
    assert (scene.vault.allowance(signer.address, scene.other), scene.vault.nonces(signer.address)) == (value, 1)


def test_permit__deadline__is_the_last_second(scene, signer):
    give_permit(scene.vault, signer, scene.other, 5, now())
    signed = sign_permit(scene.vault, signer, scene.other, 6, now() - 1)
    with boa.reverts("lst: permit expired"):
        scene.vault.permit(signer.address, scene.other, 6, now() - 1, *signed)


def test_permit__twice__reverts(scene, signer):
    signed = sign_permit(scene.vault, signer, scene.other, 5)
    scene.vault.permit(signer.address, scene.other, 5, NEVER, *signed)
    with boa.reverts("lst: bad signature"):
        scene.vault.permit(signer.address, scene.other, 5, NEVER, *signed)


@pytest.mark.parametrize(
    "changed",
    [{"nonce": 1}, {"value": 6}, {"deadline": NEVER - 1}, {"chainId": 8898}, {"version": "2"}, {"name": "MDT"}, {"verifyingContract": "0x" + "11" * 20}],
    ids=lambda changed: next(iter(changed)),
)
def test_permit__signed_over_something_else__reverts(scene, signer, changed):
    signed = sign_permit(scene.vault, signer, scene.other, 5, changed=changed)
    with boa.reverts("lst: bad signature"):
        scene.vault.permit(signer.address, scene.other, 5, NEVER, *signed)


def test_permit__the_other_form_of_a_signature__reverts(scene, signer):
    v, r, s = sign_permit(scene.vault, signer, scene.other, 5)
    high = (N - int.from_bytes(s, "big")).to_bytes(32, "big")
    with boa.reverts("lst: bad signature"):
        scene.vault.permit(signer.address, scene.other, 5, NEVER, 55 - v, r, high)


def test_permit__for_nobody_or_to_nobody__reverts(scene, signer):
    with boa.reverts("lst: bad signature"):
        scene.vault.permit(ZERO_ADDRESS, scene.other, 5, NEVER, 27, b"\x00" * 32, b"\x00" * 32)
    signed = sign_permit(scene.vault, signer, ZERO_ADDRESS, 5)
    with boa.reverts("lst: zero spender"):
        scene.vault.permit(signer.address, ZERO_ADDRESS, 5, NEVER, *signed)


def test_domain__of_the_shares__names_the_vault(scene):
    fields, name, version, chain_id, contract, _, _ = scene.vault.eip712Domain()
    assert (fields, name, version, chain_id, contract) == (b"\x0f", "Staked MDT", "1", boa.env.evm.patch.chain_id, scene.address)
    assert len(scene.vault.DOMAIN_SEPARATOR()) == 32
