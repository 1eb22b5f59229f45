"""mint_records and burn_records: two rings of the last 64, newest first."""

import boa
import pytest

from mdt.model.reasons import Burn, Mint
from mdt.model.token import EMPTY_DIGEST, MDT, SupplyRecord, digest_of
from mdt.units import DAY
from tests.support.boa_clock import BoaClock
from tests.support.refusals import refuses
from tests.support.token import grant

RING_SIZE = 64
UNLIMITED = 2**256 - 1


@pytest.fixture
def ledger(token, minter, holder):
    """A token with 70 mints of 1..70 wei and 66 burns of 1..66 wei, each in a block of its own."""
    grant(token, minter)
    for number in range(1, 71):
        boa.env.evm.patch.block_number = 1_000 + number
        boa.env.timestamp += 3
        token.mint(holder, number, number % len(Mint), sender=minter)
        if number <= 66:
            token.burn(number, sender=holder)
    return token


def test_mint_records__none_yet__are_empty(token):
    for offset, limit in ((0, 0), (0, 64), (5, 1), (UNLIMITED, UNLIMITED)):
        assert token.mint_records(offset, limit) == token.burn_records(offset, limit) == []
    assert token.mint_record_count() == token.burn_record_count() == 0


def test_mint_records__one_mint__says_who_why_what_and_when(token, minter, recipient):
    grant(token, minter)
    token.mint(recipient, 77, Mint.EPOCH_EMISSION, sender=minter)
    (record,) = token.mint_records(0, 64)
    assert tuple(record) == (recipient, Mint.EPOCH_EMISSION, 77, boa.env.evm.patch.block_number, boa.env.timestamp)
    assert token.burn_records(0, 64) == []


def test_burn_records__burned_by_a_spender__name_the_holder(mdt, owner, holder, spender):
    mdt.approve(spender, 9, sender=holder)
    mdt.set_burner(spender, 1 << Burn.SLASH, sender=owner)
    mdt.burnFrom(holder, 9, Burn.SLASH, sender=spender)
    (record,) = mdt.burn_records(0, 64)
    assert tuple(record) == (holder, Burn.SLASH, 9, boa.env.evm.patch.block_number, boa.env.timestamp)


def test_records__more_than_the_ring__keep_the_newest(ledger, holder):
    assert (ledger.mint_record_count(), ledger.burn_record_count()) == (70, 66)
    mints, burns = ledger.mint_records(0, RING_SIZE), ledger.burn_records(0, RING_SIZE)
    assert [record.amount for record in mints] == list(range(70, 6, -1))
    assert [record.amount for record in burns] == list(range(66, 2, -1))
    assert [record.block_number for record in mints] == list(range(1_070, 1_006, -1))
    assert [record.reason for record in mints] == [number % len(Mint) for number in range(70, 6, -1)]
    assert {record.account for record in mints + burns} == {holder}
    assert mints[0].timestamp - mints[-1].timestamp == 3 * 63


@pytest.mark.parametrize(
    ("offset", "limit", "amounts"),
    [
        (0, 1, [70]),
        (0, 3, [70, 69, 68]),
        (2, 2, [68, 67]),
        (62, 9, [8, 7]),
        (63, 1, [7]),
        (64, 1, []),
        (0, 0, []),
        (UNLIMITED, 1, []),
        (1, UNLIMITED, list(range(69, 6, -1))),
    ],
)
def test_mint_records__pages__are_cut_at_the_ring(ledger, offset, limit, amounts):
    assert [record.amount for record in ledger.mint_records(offset, limit)] == amounts


@pytest.mark.py_evm
def test_records__whole_ring__fits_the_call_gas_of_a_small_node(ledger):
    """eth_call has 1,000,000 gas on Luxtensor."""
    ledger.mint_records(0, RING_SIZE, gas=1_000_000)
    assert ledger.call_trace().gas_used < 500_000


def test_records__flood_of_small_burns__costs_no_total(ledger, minter, holder):
    """Somebody can push burns out of the ring, but not out of the totals."""
    burned = ledger.total_burned()
    ledger.mint(holder, RING_SIZE, 0, sender=minter)
    for _ in range(RING_SIZE):
        ledger.burn(1, sender=holder)
    assert {record.amount for record in ledger.burn_records(0, RING_SIZE)} == {1}
    assert ledger.total_burned() == ledger.burned_by_reason(Burn.VOLUNTARY) == burned + RING_SIZE


def test_digests__nothing_yet__are_empty(token):
    assert token.mint_digest() == token.burn_digest() == EMPTY_DIGEST


def test_mint_digest__ring_flushed_by_strangers__the_kept_history_is_still_proven(ledger, minter, holder):
    """X10: 64 small releases pushed every other mint out of the ring, and nothing else said what there had been."""
    first, known = ledger.mint_records(0, RING_SIZE)[::-1], ledger.mint_digest()
    for _ in range(RING_SIZE):
        ledger.mint(holder, 1, 0, sender=minter)
    later = [SupplyRecord(*record) for record in ledger.mint_records(0, RING_SIZE)[::-1]]
    assert {record.amount for record in later} == {1}
    assert ledger.mint_digest() == digest_of(later, known)
    assert ledger.mint_digest() != digest_of(later[1:], known), "one left out"
    assert known != digest_of(SupplyRecord(*record) for record in first), "the six before them are missing"


def test_digests__mint_and_burn__hash_the_record_onto_the_digest_before(mdt, holder, minter):
    before, mint_digest = mdt.burn_digest(), mdt.mint_digest()
    mdt.burn(9, Burn.VOLUNTARY, sender=holder)
    record = (holder, int(Burn.VOLUNTARY), 9, boa.env.evm.patch.block_number, boa.env.timestamp)
    assert mdt.burn_digest() == digest_of([SupplyRecord(*record)], before)
    assert mdt.mint_digest() == mint_digest


@pytest.mark.parametrize("number", [2**127, 2**256 - 1])
def test_totals__no_such_bucket_or_reason__refused_with_a_reason(token, number):
    """Z10: a place outside of an array panicked."""
    model = MDT([1] * 5, DAY, "owner", "guardian", BoaClock())
    for count, name in ((len(Mint), "minted_by_reason"), (len(Burn), "burned_by_reason")):
        assert getattr(token, name)(count - 1) == getattr(model, name)(count - 1) == 0
        for reason in (count, number):
            with boa.reverts("mdt: unknown reason"):
                getattr(token, name)(reason)
            with refuses("mdt: unknown reason"):
                getattr(model, name)(reason)
    for name in ("bucket_cap", "minted_by_bucket"):
        for bucket in (5, number):
            with boa.reverts("mdt: bad bucket"):
                getattr(token, name)(bucket)
