"""transfer, approve, transferFrom."""

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.addresses import ZERO_ADDRESS
from tests.support.profiles import examples
from tests.support.token import deploy_token, issue

UNIT = 10**18
UNLIMITED = 2**256 - 1
FUNDS = 1_000 * UNIT


def only_log(token, name):
    (entry,) = token.get_logs()
    assert type(entry).__name__ == name
    return entry


def test_transfer__part_of_the_balance__moves_exactly_that(mdt, holder, recipient):
    assert mdt.transfer(recipient, 10 * UNIT, sender=holder) is True
    entry = only_log(mdt, "Transfer")
    assert (entry.sender, entry.receiver, entry.value) == (holder, recipient, 10 * UNIT)
    assert (mdt.balanceOf(holder), mdt.balanceOf(recipient)) == (FUNDS - 10 * UNIT, 10 * UNIT)
    assert mdt.totalSupply() == FUNDS


def test_transfer__whole_balance__leaves_zero(mdt, holder, recipient):
    mdt.transfer(recipient, FUNDS, sender=holder)
    assert (mdt.balanceOf(holder), mdt.balanceOf(recipient)) == (0, FUNDS)


@pytest.mark.parametrize("amount", [0, 1, FUNDS])
def test_transfer__to_oneself__changes_nothing(mdt, holder, amount):
    mdt.transfer(holder, amount, sender=holder)
    assert mdt.balanceOf(holder) == FUNDS


def test_transfer__zero_amount_by_a_stranger__is_logged(mdt, attacker, recipient):
    assert mdt.transfer(recipient, 0, sender=attacker) is True
    assert only_log(mdt, "Transfer").value == 0


def test_transfer__to_the_token__is_allowed_so_that_no_recipient_blocks_a_batch(mdt, holder):
    mdt.transfer(mdt, UNIT, sender=holder)
    assert mdt.balanceOf(mdt) == UNIT


def test_transfer__to_zero__reverts(mdt, holder):
    with boa.reverts("mdt: zero address"):
        mdt.transfer(ZERO_ADDRESS, 1, sender=holder)


@pytest.mark.parametrize("amount", [FUNDS + 1, UNLIMITED])
def test_transfer__over_the_balance__reverts(mdt, holder, recipient, amount):
    with boa.reverts("mdt: balance too low"):
        mdt.transfer(recipient, amount, sender=holder)
    with boa.reverts("mdt: balance too low"):
        mdt.transfer(holder, amount, sender=holder)


@pytest.mark.parametrize("amount", [0, 1, UNLIMITED])
def test_approve__any_amount__replaces_the_allowance(mdt, holder, spender, amount):
    mdt.approve(spender, 5, sender=holder)
    assert mdt.approve(spender, amount, sender=holder) is True
    entry = only_log(mdt, "Approval")
    assert (entry.owner, entry.spender, entry.value) == (holder, spender, amount)
    assert mdt.allowance(holder, spender) == amount
    assert mdt.allowance(spender, holder) == 0


def test_transferFrom__part_of_the_allowance__counts_it_down(mdt, holder, spender, recipient):
    mdt.approve(spender, 10 * UNIT, sender=holder)
    assert mdt.transferFrom(holder, recipient, 4 * UNIT, sender=spender) is True
    entry = only_log(mdt, "Transfer")
    assert (entry.sender, entry.receiver, entry.value) == (holder, recipient, 4 * UNIT)
    assert mdt.allowance(holder, spender) == 6 * UNIT
    assert (mdt.balanceOf(holder), mdt.balanceOf(recipient), mdt.balanceOf(spender)) == (FUNDS - 4 * UNIT, 4 * UNIT, 0)


def test_transferFrom__unlimited_allowance__is_not_counted_down(mdt, holder, spender, recipient):
    mdt.approve(spender, UNLIMITED, sender=holder)
    mdt.transferFrom(holder, recipient, FUNDS, sender=spender)
    assert mdt.allowance(holder, spender) == UNLIMITED


def test_transferFrom__one_below_unlimited__is_counted_down(mdt, holder, spender, recipient):
    mdt.approve(spender, UNLIMITED - 1, sender=holder)
    mdt.transferFrom(holder, recipient, 1, sender=spender)
    assert mdt.allowance(holder, spender) == UNLIMITED - 2


def test_transferFrom__by_the_holder_without_allowance__reverts(mdt, holder, recipient):
    with boa.reverts("mdt: allowance too low"):
        mdt.transferFrom(holder, recipient, 1, sender=holder)


def test_transferFrom__over_the_allowance__reverts(mdt, holder, spender, recipient):
    mdt.approve(spender, UNIT, sender=holder)
    with boa.reverts("mdt: allowance too low"):
        mdt.transferFrom(holder, recipient, UNIT + 1, sender=spender)


def test_transferFrom__over_the_balance__reverts_and_keeps_the_allowance(mdt, holder, spender, recipient):
    mdt.approve(spender, FUNDS + 1, sender=holder)
    with boa.reverts("mdt: balance too low"):
        mdt.transferFrom(holder, recipient, FUNDS + 1, sender=spender)
    assert mdt.allowance(holder, spender) == FUNDS + 1


def test_transferFrom__to_zero__reverts(mdt, holder, spender):
    mdt.approve(spender, 1, sender=holder)
    with boa.reverts("mdt: zero address"):
        mdt.transferFrom(holder, ZERO_ADDRESS, 1, sender=spender)


def test_approve__zero_spender__reverts(mdt, holder):
    """As OpenZeppelin's: a tool that takes it for a slip of the pen is right."""
    for amount in (0, 5):
        with boa.reverts("mdt: zero address"):
            mdt.approve(ZERO_ADDRESS, amount, sender=holder)
    assert mdt.allowance(holder, ZERO_ADDRESS) == 0


def test_transferFrom__nothing_of_the_zero_address__reverts(mdt, attacker, recipient):
    """Else anybody could log a mint: a transfer from the zero address."""
    for amount, reason in ((0, "mdt: zero address"), (1, "mdt: allowance too low")):
        with boa.reverts(reason):
            mdt.transferFrom(ZERO_ADDRESS, recipient, amount, sender=attacker)


def test_transferFrom__of_the_zero_address__moves_nothing(mdt, attacker):
    with boa.reverts("mdt: allowance too low"):
        mdt.transferFrom(ZERO_ADDRESS, attacker, 1, sender=attacker)
    assert mdt.balanceOf(ZERO_ADDRESS) == 0


amounts = st.one_of(st.integers(0, FUNDS + 2), st.integers(0, UNLIMITED))


@settings(max_examples=examples(20, 150, 5_000), deadline=None)
@given(approved=amounts, amount=amounts, to_self=st.booleans())
def test_transferFrom__any_amounts__conserve_the_supply(approved, amount, to_self):
    owner, holder, spender, other = (boa.env.generate_address(role) for role in ("owner", "holder", "spender", "other"))
    token = deploy_token(owner, owner)
    issue(token, holder, FUNDS)
    token.approve(spender, approved, sender=holder)
    recipient = holder if to_self else other
    if amount > approved:
        with boa.reverts("mdt: allowance too low"):
            token.transferFrom(holder, recipient, amount, sender=spender)
        return
    if amount > FUNDS:
        with boa.reverts("mdt: balance too low"):
            token.transferFrom(holder, recipient, amount, sender=spender)
        return
    token.transferFrom(holder, recipient, amount, sender=spender)
    assert token.allowance(holder, spender) == (approved if approved == UNLIMITED else approved - amount)
    assert token.balanceOf(recipient) == (FUNDS if to_self else amount)
    assert token.balanceOf(holder) + token.balanceOf(other) == token.totalSupply() == FUNDS
