"""mint and what it may not do; the views that foretell it."""

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Mint, mask
from mdt.units import DAY
from tests.support.profiles import examples
from tests.support.token import BUCKETS, TOKEN, deploy_token, grant

UNIT = 10**18
UNLIMITED = 2**256 - 1


def test_mint__within_budget__credits_the_recipient_and_moves_every_total(token, minter, recipient):
    grant(token, minter, bucket=2)
    token.mint(recipient, 5 * UNIT, Mint.AIRDROP, sender=minter)
    transfer, minted = token.get_logs()
    assert (type(transfer).__name__, transfer.sender, transfer.receiver, transfer.value) == ("Transfer", ZERO_ADDRESS, recipient, 5 * UNIT)
    assert type(minted).__name__ == "Minted"
    assert (minted.minter, minted.recipient, minted.reason, minted.bucket, minted.amount) == (minter, recipient, Mint.AIRDROP, 2, 5 * UNIT)
    assert token.balanceOf(recipient) == token.totalSupply() == token.total_minted() == 5 * UNIT
    assert token.minted_by_bucket(2) == token.minted_by_reason(Mint.AIRDROP) == 5 * UNIT
    assert token.minter(minter).minted == token.minter(minter).minted_in_window == 5 * UNIT
    assert token.lifetime_room(minter) == BUCKETS[2] - 5 * UNIT


def test_mint__stranger__reverts(mdt, attacker, owner, guardian):
    for caller in (attacker, owner, guardian):
        with boa.reverts("mdt: not a minter"):
            mdt.mint(caller, 1, Mint.GENESIS, sender=caller)


@pytest.mark.parametrize("reason", [Mint.GENESIS, Mint.EPOCH_EMISSION, 8, 9, 255, 256, UNLIMITED - 239, UNLIMITED])
def test_mint__reason_not_granted__reverts(token, minter, recipient, reason):
    """Codes from 8 on must not read the bits of the bucket, nor wrap around."""
    grant(token, minter, bucket=3, reasons=mask(Mint.AIRDROP))
    with boa.reverts("mdt: reason not allowed"):
        token.mint(recipient, 1, reason, sender=minter)


@pytest.mark.parametrize("reason", list(Mint))
def test_mint__each_single_reason__is_the_only_one_allowed(token, minter, recipient, reason):
    grant(token, minter, reasons=mask(reason))
    for code in Mint:
        if code == reason:
            token.mint(recipient, 1, code, sender=minter)
        else:
            with boa.reverts("mdt: reason not allowed"):
                token.mint(recipient, 1, code, sender=minter)
    assert [token.minted_by_reason(code) for code in Mint] == [int(code == reason) for code in Mint]


def test_mint__zero_amount__reverts(mdt, minter, recipient):
    with boa.reverts("mdt: zero amount"):
        mdt.mint(recipient, 0, Mint.GENESIS, sender=minter)


def test_mint__to_zero__reverts(mdt, minter):
    with boa.reverts("mdt: zero address"):
        mdt.mint(ZERO_ADDRESS, 1, Mint.GENESIS, sender=minter)


def test_mint__over_the_lifetime_cap__reverts_and_the_rest_can_still_be_minted(token, minter, recipient):
    """A8: over budget reverts, it never mints less in silence."""
    grant(token, minter, cap=100)
    token.mint(recipient, 40, 0, sender=minter)
    for amount in (61, UNLIMITED):
        with boa.reverts("mdt: over lifetime cap"):
            token.mint(recipient, amount, 0, sender=minter)
    token.mint(recipient, 60, 0, sender=minter)
    assert token.balanceOf(recipient) == 100
    assert token.mintable(minter) == token.lifetime_room(minter) == 0


def test_mint__over_the_bucket__reverts_for_every_minter_of_it(token, minter, attacker, recipient):
    """A2, A22: the bucket holds, whoever mints and whoever has burned."""
    for account in (minter, attacker):
        grant(token, account, bucket=4)
    token.mint(recipient, BUCKETS[4] - 1, 0, sender=minter)
    token.burn(BUCKETS[4] - 1, sender=recipient)
    assert token.mintable(minter) == token.mintable(attacker) == 1
    with boa.reverts("mdt: over bucket cap"):
        token.mint(recipient, 2, 0, sender=attacker)
    token.mint(recipient, 1, 0, sender=attacker)
    assert token.minted_by_bucket(4) == token.bucket_cap(4)
    with boa.reverts("mdt: over lifetime cap"):
        token.mint(recipient, 2, 0, sender=minter)
    with boa.reverts("mdt: over bucket cap"):
        token.mint(recipient, 1, 0, sender=minter)


def test_mint__after_burning_at_the_cap__reverts(token, minter, recipient):
    """A1, A21: a burn reopens no room, and nothing is bricked by it."""
    for bucket in range(5):
        account = boa.env.generate_address(f"minter {bucket}")
        grant(token, account, bucket=bucket)
        token.mint(recipient, BUCKETS[bucket], 0, sender=account)
    assert token.total_minted() == token.totalSupply() == token.cap() == TOKEN.cap
    token.burn(1, sender=recipient)
    with boa.reverts("mdt: over lifetime cap"):
        token.mint(recipient, 1, 0, sender=account)
    assert (token.total_minted(), token.totalSupply()) == (TOKEN.cap, TOKEN.cap - 1)
    token.finish_setup(sender=token.owner())
    token.transfer(account, 1, sender=recipient)


def test_mint__wrong_unit__is_stopped_by_the_window(token, minter, recipient):
    """A23: amounts a thousand and a million times too large, while the right one passes."""
    grant(token, minter, bucket=1, window_cap=4_000 * UNIT)
    meant = 1_000 * UNIT
    with boa.reverts("mdt: over window cap"):
        token.mint(recipient, meant * 10**3, 0, sender=minter)
    with boa.reverts("mdt: over lifetime cap"):
        token.mint(recipient, meant * 10**6, 0, sender=minter)
    token.mint(recipient, meant, 0, sender=minter)


def test_mint__stolen_key_for_a_day__mints_two_windows_at_most(token, minter, attacker):
    """A24: the worst start of the day is just before a window ends."""
    window_cap = 4_000 * UNIT
    grant(token, minter, bucket=1, window_cap=window_cap, window=DAY)
    boa.env.timestamp += DAY - 1
    stolen_at, taken = boa.env.timestamp, 0
    while boa.env.timestamp < stolen_at + DAY:
        room = token.mintable(minter)
        if room:
            token.mint(attacker, room, 0, sender=minter)
            taken += room
        boa.env.timestamp += 3_599
    assert taken == 2 * window_cap


@pytest.mark.parametrize(
    ("waited", "room", "windows"),
    [(0, 0, 0), (DAY - 1, 0, 0), (DAY, 100, 1), (2 * DAY - 1, 100, 1), (2 * DAY, 100, 2), (1_000 * DAY + 7, 100, 1_000)],
)
def test_mint__window_is_used_up__opens_again_on_the_grid_of_the_grant(token, minter, recipient, waited, room, windows):
    """A10, A11: unused windows are not saved up, and the grid does not drift."""
    grant(token, minter, cap=1_000, window_cap=100)
    granted_at = boa.env.timestamp
    token.mint(recipient, 100, 0, sender=minter)
    boa.env.timestamp += waited
    assert token.mintable(minter) == room
    state = token.minter(minter)
    assert (state.window_start, state.minted_in_window) == (granted_at + windows * DAY, 100 - room)
    with boa.reverts("mdt: over window cap"):
        token.mint(recipient, room + 1, 0, sender=minter)
    if room:
        token.mint(recipient, room, 0, sender=minter)
        assert token.minter(minter).window_start == granted_at + windows * DAY
        with boa.reverts("mdt: over window cap"):
            token.mint(recipient, 1, 0, sender=minter)


def test_mint__twice_in_a_block__shares_one_window(token, minter, recipient):
    """A10."""
    grant(token, minter, cap=1_000, window_cap=100)
    token.mint(recipient, 70, 0, sender=minter)
    with boa.reverts("mdt: over window cap"):
        token.mint(recipient, 70, 0, sender=minter)


def test_mint__several_faults_at_once__names_the_first(token, minter):
    with boa.reverts("mdt: not a minter"):
        token.mint(ZERO_ADDRESS, 0, 99, sender=minter)
    grant(token, minter, reasons=1, cap=100, window_cap=10)
    with boa.reverts("mdt: reason not allowed"):
        token.mint(ZERO_ADDRESS, 0, 1, sender=minter)
    with boa.reverts("mdt: zero amount"):
        token.mint(ZERO_ADDRESS, 0, 0, sender=minter)
    with boa.reverts("mdt: over lifetime cap"):
        token.mint(ZERO_ADDRESS, 101, 0, sender=minter)
    with boa.reverts("mdt: over window cap"):
        token.mint(ZERO_ADDRESS, 11, 0, sender=minter)
    with boa.reverts("mdt: zero address"):
        token.mint(ZERO_ADDRESS, 10, 0, sender=minter)


def test_mint__refused__leaves_no_trace(token, minter):
    grant(token, minter)
    before = token.minter(minter)
    with boa.reverts("mdt: zero address"):
        token.mint(ZERO_ADDRESS, 10, 0, sender=minter)
    assert token.minter(minter) == before
    assert token.total_minted() == token.minted_by_bucket(0) == token.mint_record_count() == 0


def test_mint__largest_amounts_the_words_hold__do_not_touch_each_other(owner, guardian, minter, recipient):
    cap = 2**104 - 1
    token = deploy_token(owner, guardian, bucket_caps=[0, 0, 0, 0, cap])
    grant(token, minter, bucket=4, window=365 * DAY)
    token.mint(recipient, cap - 1, 7, sender=minter)
    token.mint(recipient, 1, 7, sender=minter)
    token.burn(cap, sender=recipient)
    state = token.minter(minter)
    assert (state.bucket, state.reasons, state.window_seconds) == (4, 255, 365 * DAY)
    assert state.lifetime_cap == state.window_cap == state.minted == state.minted_in_window == cap
    assert token.total_minted() == token.total_burned() == token.minted_by_reason(7) == cap
    assert (token.mint_record_count(), token.burn_record_count(), token.totalSupply()) == (2, 1, 0)
    assert [record.amount for record in token.mint_records(0, 9)] == [1, cap - 1]


def test_views__not_a_minter__have_no_room(token, attacker):
    assert token.lifetime_room(attacker) == token.mintable(attacker) == 0
    assert tuple(token.minter(attacker)) == (False, 0, 0, 0, 0, 0, 0, 0, 0)


def test_views__foretelling_rooms__write_nothing(mdt, minter):
    """A4: a view changes no state, even when it crosses a window."""
    boa.env.timestamp += 3 * DAY
    assert mdt.mintable(minter) == mdt.mintable(minter)
    assert {entry["stateMutability"] for entry in mdt.abi if entry.get("name") in ("mintable", "lifetime_room", "minter")} == {"view"}


@settings(max_examples=examples(10, 80, 3_000), deadline=None)
@given(
    cap=st.integers(1, 10**6),
    window_share=st.integers(1, 10),
    steps=st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 10**6)), max_size=8),
)
def test_mint__any_times_and_amounts__stay_inside_life_and_window(cap, window_share, steps):
    """A24: what is minted in a stretch as long as a window never exceeds two window caps."""
    role, minter, recipient = (boa.env.generate_address(name) for name in ("owner", "minter", "recipient"))
    token = deploy_token(role, role)
    window_cap = max(cap // window_share, 1)
    grant(token, minter, cap=cap, window_cap=window_cap)
    history = []
    for wait, amount in steps:
        boa.env.timestamp += wait
        allowed = token.mintable(minter)
        if 0 < amount <= allowed:
            token.mint(recipient, amount, 0, sender=minter)
            history.append((boa.env.timestamp, amount))
        else:
            with boa.reverts():
                token.mint(recipient, amount, 0, sender=minter)
    assert sum(amount for _, amount in history) == token.total_minted() <= cap
    for start, _ in history:
        assert sum(amount for when, amount in history if start <= when < start + DAY) <= 2 * window_cap
