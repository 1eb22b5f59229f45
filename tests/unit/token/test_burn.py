"""burn, burnFrom and set_burner."""

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Burn, mask

UNIT = 10**18
UNLIMITED = 2**256 - 1
FUNDS = 1_000 * UNIT
OTHERS = [reason for reason in Burn if reason != Burn.VOLUNTARY]


def test_burn__own_tokens_without_a_reason__is_voluntary(mdt, holder):
    mdt.burn(3 * UNIT, sender=holder)
    transfer, burned = mdt.get_logs()
    assert (type(transfer).__name__, transfer.sender, transfer.receiver, transfer.value) == ("Transfer", holder, ZERO_ADDRESS, 3 * UNIT)
    assert type(burned).__name__ == "Burned"
    assert (burned.operator, burned.holder, burned.reason, burned.amount) == (holder, holder, Burn.VOLUNTARY, 3 * UNIT)
    assert mdt.balanceOf(holder) == mdt.totalSupply() == FUNDS - 3 * UNIT
    assert mdt.total_burned() == mdt.burned_by_reason(Burn.VOLUNTARY) == 3 * UNIT
    assert mdt.total_minted() == mdt.minted_by_bucket(0) == FUNDS
    assert mdt.balanceOf(ZERO_ADDRESS) == 0


def test_burn__voluntary_said_aloud__is_the_same(mdt, holder):
    mdt.burn(UNIT, Burn.VOLUNTARY, sender=holder)
    assert mdt.burned_by_reason(Burn.VOLUNTARY) == UNIT


def test_burn__whole_supply__leaves_nothing(mdt, holder):
    mdt.burn(FUNDS, sender=holder)
    assert mdt.totalSupply() == mdt.balanceOf(holder) == 0


@pytest.mark.parametrize("reason", [*OTHERS, 5, 6, 255, 256, UNLIMITED])
def test_burn__reason_of_others__reverts(mdt, holder, reason):
    with boa.reverts("mdt: reason not allowed"):
        mdt.burn(1, reason, sender=holder)


@pytest.mark.parametrize("reason", [5, 6, 255, 256, UNLIMITED])
def test_burn__unknown_reason_by_a_burner_of_all__reverts(mdt, owner, holder, reason):
    mdt.set_burner(holder, mask(*Burn), sender=owner)
    with boa.reverts("mdt: reason not allowed"):
        mdt.burn(1, reason, sender=holder)


@pytest.mark.parametrize("reason", OTHERS)
def test_burn__granted_reason__is_the_only_one_besides_voluntary(mdt, owner, holder, reason):
    mdt.set_burner(holder, mask(reason), sender=owner)
    mdt.burn(2, reason, sender=holder)
    mdt.burn(1, sender=holder)
    for other in OTHERS:
        if other != reason:
            with boa.reverts("mdt: reason not allowed"):
                mdt.burn(1, other, sender=holder)
    assert [mdt.burned_by_reason(code) for code in Burn] == [{reason: 2, Burn.VOLUNTARY: 1}.get(code, 0) for code in Burn]


def test_burn__zero__reverts(mdt, holder, attacker):
    for caller in (holder, attacker):
        with boa.reverts("mdt: zero amount"):
            mdt.burn(0, sender=caller)


def test_burn__over_the_balance__reverts(mdt, holder):
    for amount in (FUNDS + 1, UNLIMITED):
        with boa.reverts("mdt: balance too low"):
            mdt.burn(amount, sender=holder)


def test_burnFrom__by_allowance__counts_it_down(mdt, holder, spender):
    mdt.approve(spender, 5 * UNIT, sender=holder)
    mdt.burnFrom(holder, 2 * UNIT, sender=spender)
    transfer, burned = mdt.get_logs()
    assert (transfer.sender, transfer.receiver, transfer.value) == (holder, ZERO_ADDRESS, 2 * UNIT)
    assert (burned.operator, burned.holder, burned.reason, burned.amount) == (spender, holder, Burn.VOLUNTARY, 2 * UNIT)
    assert mdt.allowance(holder, spender) == 3 * UNIT
    assert mdt.balanceOf(holder) == mdt.totalSupply() == FUNDS - 2 * UNIT


def test_burnFrom__unlimited_allowance__is_not_counted_down(mdt, holder, spender):
    mdt.approve(spender, UNLIMITED, sender=holder)
    mdt.burnFrom(holder, UNIT, sender=spender)
    assert mdt.allowance(holder, spender) == UNLIMITED


def test_burnFrom__reason__is_the_callers_right_not_the_holders(mdt, owner, holder, spender):
    """A holder's reasons do not pass to whom it approves, and a burner's do not open anybody's balance."""
    mdt.set_burner(holder, mask(Burn.SLASH), sender=owner)
    mdt.approve(spender, UNIT, sender=holder)
    with boa.reverts("mdt: reason not allowed"):
        mdt.burnFrom(holder, 1, Burn.SLASH, sender=spender)
    mdt.set_burner(spender, mask(Burn.SLASH), sender=owner)
    mdt.burnFrom(holder, UNIT, Burn.SLASH, sender=spender)
    assert mdt.burned_by_reason(Burn.SLASH) == UNIT
    with boa.reverts("mdt: allowance too low"):
        mdt.burnFrom(holder, 1, Burn.SLASH, sender=spender)


def test_burnFrom__over_the_allowance__reverts(mdt, holder, spender, attacker):
    mdt.approve(spender, 5, sender=holder)
    with boa.reverts("mdt: allowance too low"):
        mdt.burnFrom(holder, 6, sender=spender)
    with boa.reverts("mdt: allowance too low"):
        mdt.burnFrom(holder, 1, sender=attacker)


def test_burnFrom__over_the_balance__reverts(mdt, holder, spender):
    mdt.approve(spender, UNLIMITED, sender=holder)
    with boa.reverts("mdt: balance too low"):
        mdt.burnFrom(holder, FUNDS + 1, sender=spender)


def test_burnFrom__zero__reverts(mdt, holder, attacker):
    with boa.reverts("mdt: zero amount"):
        mdt.burnFrom(holder, 0, sender=attacker)


def test_set_burner__new_mask__is_logged_with_the_old(mdt, owner, spender):
    mdt.set_burner(spender, mask(Burn.SLASH), sender=owner)
    mdt.set_burner(spender, mask(*Burn), sender=owner)
    (entry,) = mdt.get_logs()
    assert type(entry).__name__ == "BurnerSet"
    assert (entry.burner, entry.old_reasons, entry.new_reasons) == (spender, mask(Burn.SLASH), 0b11111)
    assert mdt.burner_reasons(spender) == 0b11111


def test_set_burner__taken_back__ends_at_once(mdt, owner, holder):
    mdt.set_burner(holder, mask(Burn.SLASH), sender=owner)
    mdt.set_burner(holder, 0, sender=owner)
    with boa.reverts("mdt: reason not allowed"):
        mdt.burn(1, Burn.SLASH, sender=holder)


def test_burner_count__given_changed_and_taken__counts_each_account_once(mdt, owner, holder, spender):
    """Z2."""
    before = mdt.burner_count()
    for burner, reasons, more in ((holder, 1, 1), (holder, 3, 1), (spender, 1, 2), (holder, 0, 1), (spender, 0, 0)):
        mdt.set_burner(burner, reasons, sender=owner)
        assert mdt.burner_count() == before + more


def test_set_burner__not_owner__reverts(mdt, guardian, attacker, minter):
    for caller in (guardian, attacker, minter):
        with boa.reverts("ownable: caller is not the owner"):
            mdt.set_burner(caller, 1, sender=caller)


def test_set_burner__bad_arguments__revert(mdt, owner, spender):
    with boa.reverts("mdt: zero address"):
        mdt.set_burner(ZERO_ADDRESS, 1, sender=owner)
    for reasons in (0b100000, UNLIMITED):
        with boa.reverts("mdt: bad reasons"):
            mdt.set_burner(spender, reasons, sender=owner)
    with boa.reverts("mdt: nothing changes"):
        mdt.set_burner(spender, 0, sender=owner)
