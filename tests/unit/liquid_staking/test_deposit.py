"""The way in: deposits and mints, their previews and limits."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquid_staking import LOCKED_HOLDER, LOCKED_SHARES
from tests.support.boa_clock import mine
from tests.support.liquid import UNIT
from tests.support.staking import BURSE

CALLS = ("deposit", "mint")


def test_deposit__first__makes_a_share_a_wei_and_locks_some(empty):
    assert empty.deposit(100 * UNIT, empty.holder, empty.other) == 100 * UNIT - LOCKED_SHARES
    locked, given = empty.events("Transfer")
    assert (locked.sender, locked.receiver, locked.value) == (ZERO_ADDRESS, LOCKED_HOLDER, LOCKED_SHARES)
    assert (given.sender, given.receiver, given.value) == (ZERO_ADDRESS, empty.other, 100 * UNIT - LOCKED_SHARES)
    (event,) = empty.events("Deposit")
    assert (event.sender, event.owner, event.assets, event.shares) == (empty.holder, empty.other, 100 * UNIT, 100 * UNIT - LOCKED_SHARES)
    empty.agree()


@pytest.mark.parametrize("amount", [0, 1, LOCKED_SHARES])
def test_deposit__first_too_small__reverts(empty, amount):
    empty.twin.refused("lst: first deposit too small", "deposit", empty.holder, amount, empty.holder)
    with boa.reverts("lst: first deposit too small"):
        empty.vault.previewDeposit(amount)
    assert empty.vault.previewDeposit(LOCKED_SHARES + 1) == 1


def test_deposit__later__buys_at_the_price_rounded_down(scene):
    scene.reward(37 * UNIT)
    mine(100)
    scene.do("harvest")
    scene.flow()
    state = scene.model.state()
    amount = 10 * UNIT + 7
    assert scene.deposit(amount, scene.other) == amount * state.shares // state.priced < amount
    (event,) = scene.events("Deposit")
    assert (event.sender, event.owner, event.assets, event.shares) == (scene.other, scene.other, amount, amount * state.shares // state.priced)
    scene.agree()


@pytest.mark.parametrize("amount", [1, 10**6 + 1, 3 * UNIT + 11])
def test_mint__so_many_shares__costs_what_they_are_worth_rounded_up(scene, amount):
    scene.give(10 * UNIT)
    scene.do("harvest")
    scene.flow()
    state = scene.model.state()
    taken = scene.twin.call("mint", scene.other, amount, scene.holder)
    assert taken == -(-amount * state.priced // state.shares) > amount
    (event,) = scene.events("Deposit")
    assert (event.sender, event.owner, event.assets, event.shares) == (scene.other, scene.holder, taken, amount)
    scene.agree()


def test_mint__first__costs_the_locked_ones_too(empty):
    assert empty.twin.call("mint", empty.holder, 5 * UNIT, empty.holder) == 5 * UNIT + LOCKED_SHARES
    empty.agree()


def test_mint__nothing__reverts(scene):
    scene.twin.refused("lst: zero amount", "mint", scene.holder, 0, scene.holder)
    with boa.reverts("lst: zero amount"):
        scene.vault.previewMint(0)


def test_deposit__less_than_a_share__reverts(scene):
    scene.give(10 * UNIT)
    scene.do("harvest")
    scene.flow()
    scene.twin.refused("lst: nothing comes out", "deposit", scene.other, 1, scene.other)
    scene.twin.refused("lst: nothing comes out", "deposit", scene.other, 0, scene.other)
    with boa.reverts("lst: nothing comes out"):
        scene.vault.previewDeposit(1)


@pytest.mark.parametrize("call", CALLS)
def test_entry__for_nobody_or_the_vault__reverts(scene, call):
    for receiver in (ZERO_ADDRESS, scene.address):
        scene.twin.refused("lst: bad receiver", call, scene.holder, UNIT, receiver)


@pytest.mark.parametrize("call", CALLS)
def test_entry__without_tokens_or_allowance__reverts(scene, call):
    scene.twin.refused("mdt: allowance too low", call, scene.anyone, UNIT, scene.anyone)
    scene.twin.refused("mdt: balance too low", call, scene.attacker, BURSE + UNIT, scene.attacker)
    scene.agree()


def test_entry__over_the_limit__reverts_and_just_inside_is_taken(scene):
    scene.twin.call("set_deposit_limit", scene.owner, 1_001)
    assert (scene.vault.maxDeposit(scene.other), scene.vault.maxMint(scene.other)) == (UNIT, UNIT)
    scene.twin.refused("lst: over the limit", "deposit", scene.other, UNIT + 1, scene.other)
    scene.twin.refused("lst: over the limit", "mint", scene.other, UNIT + 1, scene.other)
    scene.twin.refused("lst: over the limit", "mint", scene.other, 2**256 - 1, scene.other)
    scene.twin.refused("lst: over the limit", "deposit", scene.other, 2**256 - 1, scene.other)
    scene.deposit(UNIT, scene.other)
    assert (scene.vault.maxDeposit(scene.other), scene.vault.maxMint(scene.other)) == (0, 0)
    scene.agree()


def test_entry__limit_of_nothing__is_closed_and_exits_go_on(scene):
    scene.twin.call("set_deposit_limit", scene.owner, 0)
    scene.twin.refused("lst: over the limit", "deposit", scene.other, 1, scene.other)
    assert scene.vault.maxDeposit(scene.other) == scene.vault.maxMint(scene.other) == 0
    assert scene.leave(100 * UNIT) == 100 * UNIT
    scene.agree()


@pytest.mark.parametrize("call", CALLS)
def test_entry__while_a_slash_is_in_escrow__reverts(scene, call):
    slash = scene.slash(scene.ids[1])
    scene.twin.refused("lst: slash undecided", call, scene.other, UNIT, scene.other)
    assert scene.vault.maxDeposit(scene.other) == scene.vault.maxMint(scene.other) == 0
    scene.decide(slash, False)
    scene.twin.call(call, scene.other, UNIT, scene.other)
    scene.agree()


@pytest.mark.parametrize("call", CALLS)
def test_entry__share_worth_less_than_a_quarter_of_a_wei__reverts(scene, call):
    for validator_id in scene.ids:
        for _ in range(3):
            scene.decide(scene.slash(validator_id, 5_000), False)
    scene.twin.refused("lst: share worth too little", call, scene.other, UNIT, scene.other)
    assert scene.vault.maxDeposit(scene.other) == scene.vault.maxMint(scene.other) == 0
    assert scene.leave(100 * UNIT) > 0
    scene.agree()


def test_conversions__whatever_is_closed__follow_the_price(scene):
    slash = scene.slash(scene.ids[0])
    model = scene.model
    for amount in (0, 1, 7 * UNIT, 10**27):
        assert scene.vault.convertToShares(amount) == model.convert_to_shares(amount)
        assert scene.vault.convertToAssets(amount) == model.convert_to_assets(amount)
    assert scene.vault.convertToAssets(1_000 * UNIT) == 950 * UNIT
    assert scene.vault.previewDeposit(950 * UNIT) == model.preview_deposit(950 * UNIT)
    assert scene.vault.previewMint(UNIT) == model.preview_mint(UNIT)
    scene.decide(slash, False)
    assert scene.vault.previewDeposit(UNIT) == scene.deposit(UNIT, scene.other)


def test_conversions__before_there_are_shares__are_one_to_one(empty):
    assert empty.vault.convertToShares(7 * UNIT) == empty.vault.convertToAssets(7 * UNIT) == 7 * UNIT


@pytest.mark.parametrize("view", ["previewRedeem", "previewWithdraw"])
def test_preview__of_what_is_priced_later__reverts(scene, view):
    """ERC-7540."""
    with boa.reverts("lst: priced later"):
        getattr(scene.vault, view)(UNIT)


def test_set_deposit_limit__by_the_owner__is_told(empty):
    empty.twin.call("set_deposit_limit", empty.owner, 5)
    (event,) = empty.events("DepositLimitSet")
    assert (event.old_limit, event.new_limit) == (1_000_000, 5)
    empty.twin.refused("lst: nothing changes", "set_deposit_limit", empty.owner, 5)
    empty.twin.refused("lst: limit out of bounds", "set_deposit_limit", empty.owner, 2**40)
    empty.twin.refused("ownable: caller is not the owner", "set_deposit_limit", empty.holder, 6)
    empty.agree()


def test_interfaces__of_the_standards__are_told_and_are_those(empty):
    """Reckoned from the signatures: ERC-165, ERC-7540's operators and asynchronous exits."""
    from eth_utils.crypto import keccak

    def of(*signatures):
        answer = 0
        for signature in signatures:
            answer ^= int.from_bytes(keccak(text=signature)[:4])
        return answer.to_bytes(4)

    exits = of("requestRedeem(uint256,address,address)", "pendingRedeemRequest(uint256,address)", "claimableRedeemRequest(uint256,address)")
    operators = of("setOperator(address,bool)", "isOperator(address,address)")
    vault = ["asset()", "totalAssets()", "convertToShares(uint256)", "convertToAssets(uint256)", "share()"]
    for name in ("Deposit", "Mint", "Redeem", "Withdraw"):
        arguments = "(uint256,address)" if name in ("Deposit", "Mint") else "(uint256,address,address)"
        vault += [f"max{name}(address)", f"preview{name}(uint256)", f"{name.lower()}{arguments}"]
    for interface in (of("supportsInterface(bytes4)"), exits, operators, of(*vault), bytes.fromhex("f815c03d")):
        assert empty.vault.supportsInterface(interface)
    assert not empty.vault.supportsInterface(b"\xff" * 4)
