"""Treasury.spend: success and every refusal, foreign tokens, and re-entrancy (C37)."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.deployers import deployer
from tests.support.harness import harness
from tests.support.refusals import refuses
from tests.support.token import issue
from tests.support.treasury import BUDGET, PERIOD, deploy_treasury
from tests.support.unlocked import unlocked
from tests.unit.treasury.conftest import HELD

PURPOSE = b"grant 7".ljust(32, b"\0")


def test_spend__owner__tokens_move_and_the_total_grows(treasury, model, token, owner, grantee):
    for amount in (300, 1, HELD - 301):
        treasury.spend(token, grantee, amount, PURPOSE, sender=owner)
        (event,) = [log for log in treasury.get_logs() if type(log).__name__ == "Spent"]
        assert (event.token, event.recipient, event.purpose, event.amount) == (token.address, grantee, PURPOSE, amount)
        model.spend(owner, token.address, grantee, amount)
        assert treasury.total_spent(token) == model.total_spent[token.address]
        assert treasury.budget(token) == astuple(model.budget(token.address))
    assert (token.balanceOf(treasury), token.balanceOf(grantee)) == (0, HELD)


def test_spend__two_tokens__totals_are_kept_apart(treasury, token, silent_token, owner, grantee):
    treasury.spend(token, grantee, 5, PURPOSE, sender=owner)
    treasury.spend(silent_token, grantee, 7, PURPOSE, sender=owner)
    assert (treasury.total_spent(token), treasury.total_spent(silent_token)) == (5, 7)


def test_spend__token_that_returns_nothing__tokens_move(treasury, silent_token, owner, grantee):
    treasury.spend(silent_token, grantee, HELD, PURPOSE, sender=owner)
    assert silent_token.balanceOf(grantee) == HELD
    assert treasury.total_spent(silent_token) == HELD


def test_spend__token_that_answers_false__refused_and_nothing_counted(treasury, model, token, owner, grantee):
    token.set_answers_false(True)
    with boa.reverts("treasury: transfer failed"):
        treasury.spend(token, grantee, 1, PURPOSE, sender=owner)
    with refuses("treasury: transfer failed"):
        model.spend(owner, token.address, grantee, 1, is_sent=False)
    assert (treasury.total_spent(token), treasury.budget(token).spent) == (0, 0)


def test_spend__more_than_held__reverts_and_nothing_counted(treasury, token, silent_token, owner, grantee):
    for held in (token, silent_token):
        held.set_balance(treasury, HELD - 1)
        with boa.reverts():
            treasury.spend(held, grantee, HELD, PURPOSE, sender=owner)
        assert (treasury.total_spent(held), treasury.budget(held).spent) == (0, 0)
        assert held.balanceOf(treasury) == HELD - 1


def test_spend__token_with_a_transfer_fee__counts_what_left(treasury, token, owner, grantee):
    """C35: the total is what the treasury parted with, whatever arrives."""
    token.set_fee_bps(100)
    treasury.spend(token, grantee, 1_000, PURPOSE, sender=owner)
    assert treasury.total_spent(token) == 1_000 == HELD - token.balanceOf(treasury)
    assert token.balanceOf(grantee) == 990


REFUSED = [
    ("attacker", "token", "grantee", 1, "ownable: caller is not the owner"),
    ("owner", "zero", "grantee", 1, "treasury: token has no code"),
    ("owner", "grantee", "attacker", 1, "treasury: token has no code"),
    ("owner", "token", "zero", 1, "treasury: zero recipient"),
    ("owner", "token", "treasury", 1, "treasury: bad recipient"),
    ("owner", "token", "token", 1, "treasury: bad recipient"),
    ("owner", "token", "grantee", 0, "treasury: zero amount"),
    ("owner", "token", "grantee", HELD + 1, "treasury: over budget"),
    ("owner", "token", "grantee", 2**256 - 1, "treasury: over budget"),
    ("owner", "unbudgeted", "grantee", 1, "treasury: over budget"),
]


@pytest.mark.parametrize(("caller", "spent", "to", "amount", "reason"), REFUSED)
def test_spend__bad_call__refused_by_model_and_contract(treasury, model, token, owner, grantee, attacker, caller, spent, to, amount, reason):
    account = {
        "zero": ZERO_ADDRESS,
        "owner": owner,
        "grantee": grantee,
        "attacker": attacker,
        "token": token.address,
        "treasury": treasury.address,
        "unbudgeted": harness("ForeignToken").deploy().address,
    }
    with boa.reverts(reason):
        treasury.spend(account[spent], account[to], amount, PURPOSE, sender=account[caller])
    with refuses(reason):
        model.spend(account[caller], account[spent], account[to], amount, has_code=spent in ("token", "unbudgeted"))
    assert treasury.total_spent(account[spent]) == 0


def test_spend__real_token__balances_and_totals_follow(treasury, mdt, owner, grantee):
    """The DAO's MDT: spent to the wei, never more than the budget, and not into the token itself."""
    treasury.spend(mdt, grantee, BUDGET - 1, PURPOSE, sender=owner)
    assert (mdt.balanceOf(grantee), mdt.balanceOf(treasury), treasury.total_spent(mdt)) == (BUDGET - 1, HELD - BUDGET + 1, BUDGET - 1)
    with boa.reverts("treasury: over budget"):
        treasury.spend(mdt, grantee, 2, PURPOSE, sender=owner)
    with boa.reverts("treasury: bad recipient"):
        treasury.spend(mdt, mdt, 1, PURPOSE, sender=owner)
    treasury.spend(mdt, grantee, 1, PURPOSE, sender=owner)
    assert treasury.total_spent(mdt) == BUDGET


def test_spend__next_period__a_whole_budget_again_and_nothing_carried_over(treasury, mdt, owner, grantee):
    """F7: what the ceiling stopped goes on when there is room."""
    for _ in range(2):
        treasury.spend(mdt, grantee, BUDGET - 100, PURPOSE, sender=owner)
        with boa.reverts("treasury: over budget"):
            treasury.spend(mdt, grantee, 101, PURPOSE, sender=owner)
        boa.env.timestamp = treasury.budget(mdt).period_ends_at - 1
        with boa.reverts("treasury: over budget"):
            treasury.spend(mdt, grantee, 101, PURPOSE, sender=owner)
        boa.env.timestamp += 1
        assert (treasury.budget(mdt).spent, treasury.budget(mdt).left) == (0, BUDGET)


def test_spend__more_than_is_held__the_tokens_own_refusal_and_nothing_counted(mdt, owner, grantee):
    treasury = deploy_treasury(mdt, owner)
    issue(mdt, treasury.address, 5)
    with boa.reverts("mdt: balance too low"):
        treasury.spend(mdt, grantee, 6, PURPOSE, sender=owner)
    assert (treasury.budget(mdt).spent, treasury.total_spent(mdt)) == (0, 0)


# --- re-entrancy: the token itself owns the treasury, so that the lock and the order of effects are all that is left ---


def owned_by_its_token(build: Any, budget: int = HELD):
    """A token that owns a treasury holding HELD of it, and a grantee; `build` is the treasury's deployer."""
    token = harness("ForeignToken").deploy()
    treasury = build.deploy(token, PERIOD, budget, token)
    token.set_balance(treasury, HELD)
    return token, treasury, boa.env.generate_address("grantee")


def spend_calldata(treasury, token, to, amount):
    return treasury.spend.prepare_calldata(token, to, amount, PURPOSE)


def test_spend__token_without_rights_calls_back__gets_nothing_more(treasury, token, owner, grantee):
    """C37: a malicious token is not the owner."""
    token.set_call_back(treasury, spend_calldata(treasury, token, grantee, 500), 3)
    treasury.spend(token, grantee, 100, PURPOSE, sender=owner)
    assert token.call_backs_succeeded() == 0
    assert treasury.total_spent(token) == 100 == token.balanceOf(grantee)


def test_spend__owning_token_calls_back__the_lock_refuses():
    """C37: even with the owner's rights nothing re-enters."""
    token, treasury, grantee = owned_by_its_token(deployer("Treasury"))
    token.set_call_back(treasury, spend_calldata(treasury, token, grantee, 500), 3)
    token.execute(treasury, spend_calldata(treasury, token, grantee, 100))
    assert token.call_backs_succeeded() == 0
    assert token.call_backs_left() == 2
    assert treasury.total_spent(token) == 100 == token.balanceOf(grantee)


def test_spend__owning_token_calls_back_without_the_lock__every_wei_is_counted():
    """C37: with the lock taken out the order of effects alone keeps the books right."""
    token, treasury, grantee = owned_by_its_token(unlocked("Treasury"))
    token.set_call_back(treasury, spend_calldata(treasury, token, grantee, 500), 3)
    token.execute(treasury, spend_calldata(treasury, token, grantee, 100))
    assert token.call_backs_succeeded() == 3
    assert treasury.total_spent(token) == 100 + 3 * 500 == token.balanceOf(grantee)
    assert token.balanceOf(treasury) == HELD - 1_600


def test_spend__owning_token_calls_back_without_the_lock__not_past_the_budget():
    """C37: the budget is charged before the token is called, so that nesting spends no more than a row of calls."""
    token, treasury, grantee = owned_by_its_token(unlocked("Treasury"), budget=1_100)
    token.set_call_back(treasury, spend_calldata(treasury, token, grantee, 500), 3)
    token.execute(treasury, spend_calldata(treasury, token, grantee, 100))
    assert token.call_backs_succeeded() == 2
    assert treasury.total_spent(token) == treasury.budget(token).spent == 1_100 == token.balanceOf(grantee)


def test_spend__token_reads_the_total_while_called__already_counted():
    """C37: a read from within the transfer sees the final state (the lock refuses the read, without it the total is final)."""
    token, treasury, grantee = owned_by_its_token(unlocked("Treasury"))
    watcher = boa.loads_partial(WATCHER).deploy(treasury, token)
    token.set_call_back(watcher, watcher.look.prepare_calldata(), 1)
    token.execute(treasury, spend_calldata(treasury, token, grantee, 100))
    assert token.call_backs_succeeded() == 1
    assert watcher.seen() == 100


WATCHER = """
# pragma version 0.4.3
interface Books:
    def total_spent(_token: address) -> uint256: view

treasury: address
token: address
seen: public(uint256)

@deploy
def __init__(_treasury: address, _token: address):
    self.treasury = _treasury
    self.token = _token

@external
def look():
    self.seen = staticcall Books(self.treasury).total_spent(self.token)
"""
