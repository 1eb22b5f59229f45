"""The genesis as a plan: entries and holders as people write them, refusals in words, and the cap table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mdt.addresses import BURNS, ZERO_ADDRESS
from mdt.errors import ConfigError
from mdt.preset import genesis
from mdt.preset.allotments import vesting_unit
from mdt.preset.genesis import Allocation, Portion
from mdt.preset.settings import Buckets, Token, load
from mdt.units import BPS, WAD
from mdt.written.item import Source
from mdt.written.yaml import parse_yaml
from tests.support.profiles import examples
from tests.support.written import written

PRESET = load("luxtensor")
ONE, TWO = ("0x" + digit * 40 for digit in "12")
TEAM = Buckets.names().index("team")


def named(name: str = "team", amount: int = 10 * WAD, **changed) -> Allocation:
    """An allocation to a holder without an address."""
    return Allocation(TEAM, name, amount, **changed)


ENTRY = {"bucket": "team", "to": "team", "amount": "1 MDT"}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (ENTRY | {"bucket": "block_emission"}, r"file:1:12: bucket: the block_emission bucket is never minted in advance"),
        (ENTRY | {"bucket": 1}, "never minted in advance"),
        (ENTRY | {"bucket": 7}, "bucket: no bucket '7'"),
        (ENTRY | {"bucket": -1}, "bucket: no bucket '-1'"),
        (ENTRY | {"bucket": "²"}, "bucket: no bucket '²'"),
        (ENTRY | {"bucket": True}, "bucket: no bucket 'true'"),
        (ENTRY | {"bucket": "comunity"}, "no bucket 'comunity' .did you mean 'community'..; there are"),
        (ENTRY | {"amount": "0"}, "amount: the amount must be above zero"),
        (ENTRY | {"amount": 5}, "amount: '5' has no unit: write '5 MDT' or '5 wei'"),
        (ENTRY | {"amount": "5"}, "amount: '5' has no unit: write '5 MDT' or '5 wei'"),
        (ENTRY | {"amount": 5.5}, "amount: '5.5' has no unit"),
        (ENTRY | {"amount": ["5 MDT"]}, r"amount: \['5 MDT'\] is not one value"),
        ({"bucket": "team", "to": "team"}, "file:1:1: lacks amount: write {bucket"),
        (ENTRY | {"vestng": "team"}, "file:1:.*: vestng: 'vestng' is not a key here .did you mean 'vesting'..: write {bucket"),
        (ENTRY | {"vesting": ["team"]}, r"vesting: \['team'\] is not one value"),
        ("team", "file:1:1: is 'team': write {bucket"),
        (None, "write {bucket"),
        (ENTRY | {"to": "0x12"}, "file:1:.*: to: '0x12' is not an address: .*; these are 2"),
        (ENTRY | {"to": ZERO_ADDRESS}, "to: 0x0000000000000000000000000000000000000000 is the zero address: nobody has its key"),
    ],
)
def test_parse__malformed__says_where_and_how_to_write_it(entry, words):
    with pytest.raises(ConfigError, match=words):
        Allocation.parse(written(entry))


def test_parse__address_holder_or_contract__as_written():
    assert Allocation.parse(written(ENTRY | {"to": ONE})) == Allocation(TEAM, ONE, WAD)
    assert Allocation.parse(written(ENTRY | {"vesting": "team"})) == Allocation(TEAM, "team", WAD, "team")
    assert not Allocation.parse(written({"bucket": 2, "to": "Treasury", "amount": "1 wei"})).is_open


def test_parse_holders__addresses_and_parts__kept_in_order():
    content = {"team": [{"to": ONE, "amount": "4 MDT"}, {"to": TWO, "amount": "6 MDT"}], "ido": ONE}
    assert genesis.parse_holders(written(content)) == {"team": (Portion(ONE, 4 * WAD), Portion(TWO, 6 * WAD)), "ido": (Portion(ONE),)}


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("address", [ONE, "0x0000000b00000000000000000000000000000001", "0x" + "0123456789" * 4, "0x" + "12e4" + "0" * 36])
def test_parse_holders__address_with_or_without_quotes__is_what_stands_there(quote, address):
    """YAML's own types would read a number, and another address."""
    for text in (f"team: {quote}{address}{quote}", f"{{team: {quote}{address}{quote}}}", f"team: [{{to: {quote}{address}{quote}, amount: 5 MDT}}]"):
        (portion,) = genesis.parse_holders(parse_yaml(text, Source("file", ConfigError)))["team"]
        assert portion.to.lower() == address


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], r"file:1:1: is \[\]: write {team: 0x...}"),
        ({"team": 5}, "file:1:10: team: '5' is not an address"),
        ({"team": [{"to": ONE}]}, r"file:1:11: team\[0\]: lacks amount: write"),
        ({"team": [{"to": ONE, "amount": 5}]}, r"file:1:.*: team\[0\].amount: '5' has no unit: write '5 MDT' or '5 wei'"),
        ({"team": [{"to": ONE, "amount": "5 MDT"}, {"to": ONE, "amont": "5 MDT"}]}, r"team\[1\].amont: 'amont' is not a key here .did you mean 'amount'"),
        ({"team": []}, "file:1:10: team: has no address"),
        ({"team": "0x7E5F4552091A69125d5DfCb7b8C2659029395BDF"}, "team: .* is not an address: .* one digit or more is wrong"),
        ({"team": ONE[2:]}, "team: '1{40}' is not an address: it lacks the 0x at its beginning"),
        ({"team": int(ONE[2:])}, "team: '1{40}' is not an address: it lacks the 0x at its beginning"),
        ({"team": ZERO_ADDRESS}, "team: .* is the zero address: nobody has its key"),
        ({"team": [{"to": "0x" + "0" * 39 + "1", "amount": "5 MDT"}]}, r"team\[0\].to: .* is no account's address"),
        ({"team": BURNS}, "team: .* is where people send what is to be lost"),
        ({"team": ONE.replace("1", "１")}, "U\\+FF11 FULLWIDTH DIGIT ONE"),
        ({"team": "\u202e" + ONE}, "U\\+202E RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_parse_holders__malformed__says_where_and_how_to_write_it(content, words):
    with pytest.raises(ConfigError, match=words):
        genesis.parse_holders(written(content))


# --- from names to addresses ---


def test_resolve__one_address_or_parts__each_its_own_allocation():
    parts = {"team": (Portion(ONE, 4 * WAD), Portion(TWO, 6 * WAD))}
    assert genesis.resolve([named(vesting="team")], parts) == (
        Allocation(TEAM, ONE, 4 * WAD, "team", "team 1"),
        Allocation(TEAM, TWO, 6 * WAD, "team", "team 2"),
    )
    assert genesis.resolve([named()], {"team": (Portion(ONE),)}) == (Allocation(TEAM, ONE, 10 * WAD, None, "team"),)
    assert genesis.resolve([named()], {}, default=TWO) == (Allocation(TEAM, TWO, 10 * WAD, None, "team"),)


@pytest.mark.parametrize(
    ("holders", "words"),
    [
        ({}, "nobody said who team is: --holder team=ADDRESS for each"),
        ({"team": (Portion(ONE),), "tem": (Portion(ONE),)}, "the genesis has no holder tem .did you mean 'team'..; it has: team"),
        ({"team": (Portion(ONE, 4 * WAD), Portion(TWO, 5 * WAD))}, "the parts of holder team sum to 9 MDT, its allotment is 10 MDT"),
        ({"team": (Portion(ONE, 9 * WAD),)}, "the parts of holder team sum to 9 MDT"),
        ({"team": (Portion(ONE, 10 * WAD), Portion(TWO, 0))}, "give each an amount above zero"),
        ({"team": (Portion(ONE), Portion(TWO))}, "give each an amount above zero"),
    ],
)
def test_resolve__holders_that_do_not_fit__refused(holders, words):
    with pytest.raises(ConfigError, match=words):
        genesis.resolve([named()], holders)


def test_resolve__holder_of_two_allotments__one_address_or_refused():
    two = [named(), named(amount=WAD)]
    assert [one.amount for one in genesis.resolve(two, {"team": (Portion(ONE),)})] == [10 * WAD, WAD]
    with pytest.raises(ConfigError, match="holder team stands in 2 allotments and cannot be split"):
        genesis.resolve(two, {"team": (Portion(ONE, 4 * WAD), Portion(TWO, 6 * WAD))})


# --- refusals of the plan ---


@pytest.mark.parametrize(
    ("allocations", "words"),
    [
        ([Allocation(TEAM, ONE, 3_150_000 * WAD + 1)], "genesis mints 3,150,000.000000000000000001 MDT out of team, which holds 3,150,000 MDT"),
        ([Allocation(TEAM, ONE, 3_150_000 * WAD), Allocation(TEAM, TWO, 1)], "out of team, which holds"),
        ([Allocation(genesis.BLOCK_EMISSION, ONE, 1)], "the block_emission bucket is never minted in advance"),
        ([Allocation(TEAM, ONE, 1, "teem")], "genesis.0: no vesting terms 'teem'; there are team, ido, private, ecosystem"),
        ([Allocation(TEAM, "MDT", 1)], "genesis.0: MDT could not spend what is sent to it"),
        ([Allocation(TEAM, "Vesting", 1)], "genesis.0: Vesting could not spend what is sent to it"),
        ([Allocation(TEAM, "0x" + "00" * 20, 1, holder="team")], "team is 0x0{40}, which is nobody's address"),
        ([named()], "team is team, which is nobody's address"),
        ([Allocation(TEAM, ONE, 1, "team")] * 65, "would have 65 vesting schedules, one beneficiary has at most 64"),
    ],
)
def test_check__what_the_contracts_would_refuse_or_strand__refused(allocations, words):
    with pytest.raises(ConfigError, match=words):
        genesis.check(PRESET, allocations)


def test_check__whole_buckets_and_64_schedules__allowed():
    genesis.check(PRESET, genesis.resolve(genesis.of_preset(PRESET), {}, default=ONE))
    genesis.check(PRESET, [Allocation(TEAM, ONE, 1, "team")] * 64)


def test_check__large_cap__vests_in_whole_units():
    """A cap of 10^12 tokens is counted in units of 10^5 wei, so that two amounts fit a word of the vesting contract."""
    assert vesting_unit(PRESET.token.cap) == 1
    assert [vesting_unit(cap) for cap in (2**86 - 1, 2**86, 10**12 * WAD)] == [1, 10, 10**5]
    buckets = Buckets.model_construct(initial_emission=10**12 * WAD, block_emission=0, dao_treasury=0, team=0, community=0)
    large = PRESET.model_copy(update={"token": Token.model_construct(**dict(PRESET.token) | {"cap": 10**12 * WAD, "buckets": buckets})})
    genesis.check(large, [Allocation(0, ONE, 10**5, "ido"), Allocation(0, ONE, 10**5 + 1)])
    with pytest.raises(ConfigError, match="vests, so it must be a whole number of 100000 wei"):
        genesis.check(large, [Allocation(0, ONE, 10**5 + 1, "ido")])


# --- the cap table ---


def test_cap_table__preset__the_documents_numbers():
    rows = {row.holder: row for row in genesis.cap_table(PRESET, genesis.of_preset(PRESET))}
    assert list(rows) == ["liquidity", "ido", "private", "ecosystem", "Treasury", "team", "community", "(not minted)", "together"]
    assert {name: row.share_bps for name, row in rows.items()} == dict(zip(rows, (600, 600, 600, 600, 1_000, 1_500, 600, 4_500, 10_000), strict=True))
    assert {name: row.liquid // WAD for name, row in rows.items() if row.liquid} == {
        "liquidity": 1_260_000,
        "ido": 315_000,
        "ecosystem": 126_000,
        "Treasury": 2_100_000,
        "community": 1_260_000,
        "together": 5_061_000,
    }
    assert (rows["(not minted)"].bucket, rows["(not minted)"].amount) == ("block_emission", PRESET.token.buckets.block_emission)
    assert rows["together"].amount == PRESET.token.cap


@hypothesis_settings(max_examples=examples(quick=20, ci=100, deep=2_000), deadline=None)
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from([0, 2, 3, 4]), st.integers(1, 10**23), st.sampled_from([None, "team", "ido", "private", "ecosystem"])), max_size=8
    )
)
def test_cap_table__any_genesis__sums_to_the_cap_and_splits_each_row(amounts):
    allocations = [Allocation(bucket, ONE, amount, vesting) for bucket, amount, vesting in amounts]
    genesis.check(PRESET, allocations)
    *rows, together = genesis.cap_table(PRESET, allocations)
    assert sum(row.amount for row in rows) == together.amount == PRESET.token.cap
    assert all(row.liquid + row.locked == row.amount for row in [*rows, together])
    for one, row in zip(allocations, rows, strict=False):
        share = BPS if one.vesting is None else PRESET.vesting[one.vesting].at_start_bps
        assert row.liquid == one.amount * share // BPS


def test_batches__many_schedules__in_order_and_complete():
    allocations = [Allocation(TEAM, ONE, amount, "team" if amount % 2 else None) for amount in range(1, 140)]
    made = genesis.batches(allocations)
    assert [len(batch) for batch in made] == [32, 32, 6]
    assert [one for batch in made for one in batch] == genesis.vested(allocations)


def test_terms__accrual__duration_as_the_contract_counts_it():
    team = genesis.terms(PRESET, Allocation(TEAM, ONE, 5, "team"), 1_000)
    assert team == {
        "beneficiary": ONE,
        "amount": 5,
        "start": 1_000,
        "cliff_seconds": 365 * 86_400,
        "duration_seconds": 1_825 * 86_400,
        "at_start_bps": 0,
        "is_from_cliff": True,
        "is_revocable": True,
    }
    ido = genesis.terms(PRESET, Allocation(TEAM, ONE, 5, "ido"), 1_000)
    assert (ido["cliff_seconds"], ido["duration_seconds"], ido["at_start_bps"], ido["is_from_cliff"], ido["is_revocable"]) == (
        0,
        180 * 86_400,
        2_500,
        False,
        False,
    )
    with pytest.raises(ConfigError, match="do not vest"):
        genesis.terms(PRESET, Allocation(TEAM, ONE, 5), 1_000)
