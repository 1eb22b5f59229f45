"""Views: records, pages, digests, totals."""

from __future__ import annotations

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.slasher import Domain, Liveness, Vote
from tests.support.emission import EMPTY
from tests.support.profiles import examples
from tests.support.slashing import TERMS

WORDS = st.one_of(st.sampled_from([0, 1, 2**64, 2**256 - 1]), st.integers(0, 2**256 - 1))
ENTRIES = st.lists(st.builds(Liveness, WORDS, WORDS, WORDS), max_size=100)


@pytest.mark.parametrize("slash_id", [0, 1, 2**256 - 1])
def test_slash_record__none_of_that_number__all_zero(slasher, slash_id):
    assert tuple(slasher.slash_record(slash_id)) == (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, False, EMPTY, EMPTY)


def test_slash_record__widest_values__kept_to_the_bit(slasher):
    """Nothing runs into its neighbour in the packed words."""
    widest = (2**64 - 1, 2, 3, 5_000, 2**104 - 1, 2**104 - 1, 2**40 - 1, 2**40 - 1, 2**40 - 1, 2**40 - 1, True, EMPTY, b"\xff" * 32)
    fields = [
        "validator_id",
        "offence",
        "status",
        "bps",
        "amount",
        "answered",
        "opens_at",
        "slashed_at",
        "ends_at",
        "height",
        "is_appealed",
        "evidence_hash",
        "appeal_hash",
    ]
    given = ", ".join(f"{name}={'0x' + value.hex() if isinstance(value, bytes) else value}" for name, value in zip(fields, widest, strict=True))
    slasher.eval(f"slash_records._store(7, ISlasher.Slash({given}))")
    assert tuple(slasher.slash_record(7)) == widest
    too_wide = given.replace(f"amount={2**104 - 1}", f"amount={2**104}")
    with boa.reverts("packing: value too large"):
        slasher.eval(f"slash_records._store(7, ISlasher.Slash({too_wide}))")


def test_slashes_of__pages__in_the_order_they_took_effect_at_most_fifty(suite, slasher):
    for _ in range(53):
        suite.advance(1, seconds=TERMS.appeal_seconds)
        suite.slash(1, 2)
        suite.call("overturn", suite.arbiter, suite.model.slash_count - 1)
    for offset, limit in ((0, 50), (0, 2**256 - 1), (3, 50), (50, 50), (52, 1), (53, 1), (0, 0), (2**256 - 1, 2**256 - 1), (51, 1)):
        assert slasher.slashes_of(1, offset, limit) == list(range(53))[offset:][: min(limit, 50)]
        assert suite.model.slashes_of(1, offset, limit) == slasher.slashes_of(1, offset, limit)
    assert slasher.slashes_of(2, 0, 50) == []


@pytest.mark.parametrize("where", [(1, 1, 0), (1, 0, 5), (2, 1, 5), (2**256 - 1, 2**256 - 1, 2**256 - 1)])
def test_is_punished__nothing_happened__false(slasher, where):
    assert not slasher.is_punished(*where)


def test_digests__any_values__the_models(suite, slasher):
    """Votes and pages of any length, on any chain: one implementation on chain, another one here."""
    domain = suite.model.domain

    @given(height=WORDS, block_hash=st.binary(min_size=32, max_size=32), epoch=WORDS, entries=ENTRIES)
    @settings(max_examples=examples(quick=5, ci=12, deep=500), deadline=None)
    def compare(height, block_hash, epoch, entries):
        assert slasher.vote_digest((height, block_hash)) == domain.vote_digest(Vote(height, block_hash))
        rows = [(entry.validator_id, entry.missed_blocks, entry.missed_reveals) for entry in entries]
        assert slasher.liveness_digest(epoch, rows) == domain.liveness_digest(epoch, entries)

    compare()
    chain_id = boa.env.evm.patch.chain_id
    boa.env.evm.patch.chain_id = chain_id + 1
    try:
        assert slasher.vote_digest((1, EMPTY)) == Domain(chain_id + 1, slasher.address).vote_digest(Vote(1, EMPTY))
    finally:
        boa.env.evm.patch.chain_id = chain_id


def test_digests__full_page__its_order_matters(slasher):
    rows = [(index + 1, 0, 0) for index in range(100)]
    assert slasher.liveness_digest(0, rows) != slasher.liveness_digest(0, rows[::-1])
    assert slasher.liveness_digest(0, rows) != slasher.liveness_digest(1, rows)
    assert slasher.liveness_digest(0, rows) != slasher.liveness_digest(0, rows[:99])
