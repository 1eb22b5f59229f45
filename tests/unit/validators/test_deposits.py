"""Deposits: taken with a registration or a rejoin, paid back after an exit, forfeited with a tombstone; counted by what was noted."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.staking import Status
from tests.support.validators import COMMISSION, METADATA, MINIMUM, UNBONDING, UNBONDING_BLOCKS, Registry, events

DEPOSIT = 5 * MINIMUM // 2


@pytest.fixture
def registry(owner, operator):
    """Validator 1 with a deposit in place."""
    registry = Registry(DEPOSIT)
    registry.register(operator, owner=owner)
    return registry


def taken(payer):
    return ("DepositTaken", {"validator_id": 1, "payer": payer, "amount": DEPOSIT})


def paid(registry, account):
    return registry.staking.balanceOf(account)


def leave(registry, owner):
    registry.call("exit", owner, 1)
    registry.wait(UNBONDING)


# --- taken ---


def test_register__with_a_deposit__taken_from_who_registers(owner, operator):
    registry = Registry(DEPOSIT)
    registry.call("register", operator, MINIMUM, COMMISSION, METADATA, owner)
    assert taken(operator) in events(registry.contract)
    assert (registry.profile(1).deposit, registry.profile(1).deposit_free_at) == (DEPOSIT, 0)
    assert paid(registry, registry.contract) == DEPOSIT
    registry.agree()


def test_register__without_a_deposit__nothing_moves_and_nothing_is_logged(empty_registry, operator):
    empty_registry.register(operator)
    assert [name for name, _ in events(empty_registry.contract)] == ["ValidatorRegistered"]
    assert empty_registry.profile(1).deposit == 0


def test_rejoin__deposit_still_here__nothing_more_is_taken(registry, owner):
    leave(registry, owner)
    registry.call("rejoin", owner, 1)
    assert events(registry.contract) == []
    assert (registry.profile(1).deposit, registry.profile(1).deposit_free_at) == (DEPOSIT, 0)
    assert paid(registry, registry.contract) == DEPOSIT
    registry.agree()


def test_rejoin__deposit_paid_back__taken_anew_from_who_calls(registry, owner, operator):
    leave(registry, owner)
    registry.call("withdraw_deposit", owner, 1)
    registry.call("rejoin", operator, 1)
    assert events(registry.contract) == [taken(operator)]
    assert paid(registry, registry.contract) == DEPOSIT
    registry.refuses("validators: not exited", "withdraw_deposit", owner, 1)
    registry.agree()


# --- paid back ---


def test_withdraw_deposit__one_unbonding_time_after_the_exit__paid_to_the_owner(registry, contract, owner):
    leave(registry, owner)
    assert registry.call("withdraw_deposit", owner, 1) == DEPOSIT
    assert events(contract) == [("DepositPaidBack", {"validator_id": 1, "owner": owner, "amount": DEPOSIT})]
    assert (paid(registry, owner), paid(registry, contract), registry.profile(1).deposit) == (DEPOSIT, 0, 0)
    registry.refuses("validators: no deposit", "withdraw_deposit", owner, 1)
    registry.agree()


def test_withdraw_deposit__a_second_before__refused(registry, owner):
    registry.call("exit", owner, 1)
    assert registry.profile(1).deposit_free_at == registry.clock.timestamp + UNBONDING
    registry.wait(UNBONDING - 1, blocks=10_000_000)
    registry.refuses("validators: too early", "withdraw_deposit", owner, 1)
    registry.wait(1)
    registry.call("withdraw_deposit", owner, 1)


def test_withdraw_deposit__no_block_made_since__refused(registry, owner):
    """Evidence ages in blocks: while none are made a proof can still come, and nothing would be left to forfeit."""
    registry.call("exit", owner, 1)
    registry.wait(UNBONDING, blocks=0)
    registry.refuses("validators: too early", "withdraw_deposit", owner, 1)
    registry.wait(0, blocks=UNBONDING_BLOCKS)
    registry.call("withdraw_deposit", owner, 1)
    registry.agree()


def test_withdraw_deposit__rejoined_and_exited_again__waits_the_whole_time(registry, owner):
    """Attack: exit long ago, rejoin to earn, exit and withdraw at once."""
    leave(registry, owner)
    registry.call("rejoin", owner, 1)
    registry.refuses("validators: not exited", "withdraw_deposit", owner, 1)
    registry.call("exit", owner, 1)
    registry.refuses("validators: too early", "withdraw_deposit", owner, 1)
    registry.agree()


def test_withdraw_deposit__not_exited__refused(registry, owner):
    registry.wait(10 * UNBONDING)
    registry.refuses("validators: not exited", "withdraw_deposit", owner, 1)


@pytest.mark.parametrize("bars", [Status.JAILED, Status.TOMBSTONED, Status.JAILED | Status.TOMBSTONED])
def test_withdraw_deposit__other_bars__refused_until_they_are_gone(registry, owner, bars):
    leave(registry, owner)
    registry.set_standing(1, bars)
    registry.refuses("validators: jailed or tombstoned", "withdraw_deposit", owner, 1)
    registry.set_standing(1, 0)
    registry.call("withdraw_deposit", owner, 1)


def test_withdraw_deposit__anybody_else__refused(registry, owner, operator, attacker):
    registry.register(attacker)
    leave(registry, owner)
    for caller in (operator, attacker, ZERO_ADDRESS):
        registry.refuses("validators: not the owner", "withdraw_deposit", caller, 1)
    for number in (0, 3, 2**256 - 1):
        registry.refuses("validators: not the owner", "withdraw_deposit", owner, number)


def test_withdraw_deposit__handed_over__to_the_owner_of_now(registry, owner, successor):
    registry.hand_over(successor)
    leave(registry, successor)
    registry.refuses("validators: not the owner", "withdraw_deposit", owner, 1)
    registry.call("withdraw_deposit", successor, 1)
    assert paid(registry, successor) == DEPOSIT


# --- forfeited ---


def test_forfeit_deposit__tombstoned_for_good__recycled_by_anybody(registry, contract, attacker):
    registry.set_standing(1, Status.JAILED | Status.TOMBSTONED)
    assert registry.call("forfeit_deposit", attacker, 1) == DEPOSIT
    assert events(contract) == [("DepositForfeited", {"validator_id": 1, "amount": DEPOSIT})]
    assert (registry.staking.recycled(), paid(registry, contract), registry.staking.allowance(contract, registry.staking)) == (DEPOSIT, 0, 0)
    registry.refuses("validators: no deposit", "forfeit_deposit", attacker, 1)
    registry.agree()


def test_forfeit_deposit__exit_beforehand__helps_nobody(registry, owner, attacker):
    """Attack: exit on the slash, and take the deposit before the tombstone is final."""
    leave(registry, owner)
    registry.set_standing(1, Status.JAILED | Status.TOMBSTONED, is_in_escrow=True)
    registry.refuses("validators: jailed or tombstoned", "withdraw_deposit", owner, 1)
    registry.set_standing(1, Status.JAILED | Status.TOMBSTONED)
    registry.call("forfeit_deposit", attacker, 1)


def test_forfeit_deposit__slash_in_escrow__refused_and_an_overturn_frees_it(registry, owner, attacker):
    registry.set_standing(1, Status.JAILED | Status.TOMBSTONED, is_in_escrow=True)
    registry.refuses("validators: slash in escrow", "forfeit_deposit", attacker, 1)
    registry.set_standing(1, 0)
    registry.refuses("validators: not tombstoned", "forfeit_deposit", attacker, 1)
    leave(registry, owner)
    registry.call("withdraw_deposit", owner, 1)


@pytest.mark.parametrize("bars", [0, Status.JAILED])
def test_forfeit_deposit__not_tombstoned__refused(registry, attacker, bars):
    registry.set_standing(1, bars)
    registry.refuses("validators: not tombstoned", "forfeit_deposit", attacker, 1)


def test_forfeit_deposit__none_there__refused(registry, empty_registry, operator, attacker):
    for number in (0, 2, 2**256 - 1):
        registry.refuses("validators: no deposit", "forfeit_deposit", attacker, number)
    empty_registry.register(operator)
    empty_registry.refuses("validators: no deposit", "forfeit_deposit", attacker, 1)


def test_forfeit_deposit__another_validators__stays(registry, successor, attacker):
    registry.register(successor)
    registry.set_standing(1, Status.TOMBSTONED)
    registry.call("forfeit_deposit", attacker, 1)
    assert [registry.profile(number).deposit for number in (1, 2)] == [0, DEPOSIT]
    registry.agree()


# --- what is nobody's ---


def test_deposits__tokens_sent_to_the_contract__are_nobodys(registry, contract, owner):
    """Attack: a gift changes no deposit, and none can be taken twice out of it."""
    registry.gifts = 7 * DEPOSIT
    registry.staking.transferFrom(owner, contract, registry.gifts)
    leave(registry, owner)
    registry.call("withdraw_deposit", owner, 1)
    registry.refuses("validators: no deposit", "withdraw_deposit", owner, 1)
    assert paid(registry, contract) == 7 * DEPOSIT
