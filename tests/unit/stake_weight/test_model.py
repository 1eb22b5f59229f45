"""The model of what stake weighs: the documents' vectors, every refusal, and the bounds its rounding is stated with."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from mdt.model.stake_weight import BOOST_BITS, MAX_BONUS_BPS, MAX_STAKE, POINTS, UNIT_BITS, WEIGHT_UNIT, DecayTable, cap_headroom, lock_bonus
from mdt.preset.settings import load
from mdt.units import BPS, WAD
from tests.support.profiles import examples
from tests.support.refusals import refuses

PRESETS = ("adr-literal", "luxtensor")
MDT = 10**18
# ADR-004's table, written out here: the presets are compared with it.
STAKES = [stake * MDT for stake in (1, 10, 50, 100, 500, 1_000, 10_000)]
VALUES = [MDT, 17 * MDT // 2, 30 * MDT, 50 * MDT, 125 * MDT, 200 * MDT, 1_000 * MDT]
MINIMUM = 100 * MDT
TABLE = DecayTable(STAKES, VALUES, MINIMUM)
SEGMENTS = POINTS + 1  # before, between and after the points

many = settings(max_examples=examples(quick=100, ci=200, deep=100_000), deadline=None)


def exact(table: DecayTable, tokens: int) -> Fraction:
    """Effective stake by interpolation between the two points around it, written independently of slopes and intercepts."""
    points = list(zip([0, *table.stakes], [0, *table.values], strict=True))
    (x0, y0), (x1, y1) = next((pair for pair in pairwise(points) if tokens <= pair[1][0]), (points[-2], points[-1]))
    return y0 + Fraction((y1 - y0) * (tokens - x0), x1 - x0)


def depth(table: DecayTable, tokens: int) -> int:
    """Wei from the start of the segment that a stake is in."""
    return tokens - max([0, *(stake for stake in table.stakes if stake <= tokens)])


@st.composite
def tables(draw: st.DrawFn) -> DecayTable:
    """Valid tables: pieces with a slope of at most one, steepest first; those of one rounded slope in any order, so some tables are slightly convex."""
    largest = draw(st.sampled_from([10**4 * MDT, MAX_STAKE // POINTS]))
    shared = draw(st.one_of(st.just(WAD), st.integers(WAD // 10**3, WAD)))
    pieces = []
    for _ in range(POINTS):
        run = draw(st.integers(-(-MDT * WAD // shared), largest))
        same_slope = st.integers(-(-shared * run // WAD), ((shared + 1) * run - 1) // WAD)
        pieces.append((run, draw(st.one_of(st.integers(MDT, run), same_slope))))
    pieces.sort(key=lambda piece: piece[1] * WAD // piece[0], reverse=True)
    stakes = [sum(run for run, _ in pieces[: count + 1]) for count in range(POINTS)]
    values = [sum(rise for _, rise in pieces[: count + 1]) for count in range(POINTS)]
    return DecayTable(stakes, values, draw(st.integers(stakes[0], stakes[-1])))


def stakes_of(table: DecayTable) -> st.SearchStrategy[int]:
    """Stakes anywhere, and often at or next to a breakpoint."""
    near = st.builds(lambda stake, off: min(stake + off, MAX_STAKE), st.sampled_from(table.stakes), st.integers(-2, 2))
    return st.one_of(near, st.integers(1, table.stakes[-1]), st.integers(1, MAX_STAKE))


# --- vectors ---


@pytest.mark.parametrize("preset", PRESETS)
def test_presets__decay_table__is_the_documents(preset):
    staking = load(preset).staking
    assert [list(column) for column in zip(*staking.decay_table, strict=True)] == [STAKES, VALUES]
    assert staking.min_validator_stake == MINIMUM


@pytest.mark.parametrize(
    ("stake", "expected", "lost"),
    [
        ("0", "0", 0),
        ("0.5", "0.5", 0),
        ("1", "1", 0),
        ("2", "1.833333333333333333", 0),
        ("10", "8.5", 0),
        ("30", "19.25", 0),
        ("50", "30", 0),
        ("75", "40", 0),
        ("100", "50", 0),
        ("300", "87.5", 0),
        ("500", "125", 0),
        ("750", "162.5", 0),
        ("1000", "200", 0),
        ("9999.1", "999.92", 8_000),  # 8/9 of a wei for each MDT above 1,000
        ("10000", "1000", 0),
        ("19000", "1800", 8_000),  # and for each above 10,000
        ("100000", "9000", 80_000),
        ("1000000", "89000", 880_000),
    ],
)
def test_effective_stake__documents_table__documents_numbers(stake, expected, lost):
    """Exact at every point, and up to the rounding down that is stated between them: only 800/9000 has no exact slope in WAD."""
    tokens, wanted = Fraction(stake) * MDT, Fraction(expected) * MDT
    assert TABLE.effective_stake(int(tokens)) == wanted - lost
    assert int(exact(TABLE, int(tokens))) == wanted


@pytest.mark.parametrize(("stake", "segment"), [(0, 0), (1, 1), (10, 2), (50, 3), (100, 4), (500, 5), (1_000, 6), (10_000, 7), (10**6, 7)])
def test_segment_of__at_a_breakpoint_and_a_wei_below__the_next_and_the_last(stake, segment):
    assert TABLE.segment_of(stake * MDT) == segment
    if 0 < stake <= 10_000:
        assert TABLE.segment_of(stake * MDT - 1) == segment - 1


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(
    ("months", "validator", "delegator"), [(0, 0, 0), (1, 50, 25), (3, 150, 75), (6, 300, 150), (11, 550, 275), (12, 600, 300), (24, 600, 300)]
)
def test_lock_bonus__documents_months__documents_bps(preset, months, validator, delegator):
    """C24: a bonus is a rate times whole months, and nothing above twelve."""
    bonus = load(preset).staking.lock_bonus
    assert lock_bonus(bonus.validator.bps_per_month, months) == validator <= bonus.validator.max_bps
    assert lock_bonus(bonus.delegator.bps_per_month, months) == delegator <= bonus.delegator.max_bps


def test_cap_headroom__documents_numbers__55555_mdt():
    headroom = cap_headroom(1_000_000 * MDT, 50_000 * MDT, 1_000)
    assert headroom == 500_000 * MDT // 9
    assert 10 * (50_000 * MDT + headroom) <= 1_000_000 * MDT + headroom
    assert 10 * (50_000 * MDT + headroom + 1) > 1_000_000 * MDT + headroom + 1


@pytest.mark.parametrize(
    ("network", "validator", "expected"),
    [
        (0, 0, 0),
        (10, 0, 1),  # (0 + 1) is a tenth of 11, rounded; a second would be over
        (100, 10, 0),  # exactly at the cap
        (100, 11, 0),  # above it since others left: nothing, and nobody is forced out
        (108, 10, 0),
        (109, 10, 1),
        (10**26, 10**26, 0),
    ],
)
def test_cap_headroom__at_and_around_the_cap__in_wei(network, validator, expected):
    """C23."""
    assert cap_headroom(network, validator, 1_000) == expected


# --- refusals ---


def changed(column: list[int], place: int, to: int) -> list[int]:
    return [to if number == place else value for number, value in enumerate(column)]


@pytest.mark.parametrize(
    ("stakes", "values", "minimum", "reason"),
    [
        (changed(STAKES, 0, 0), VALUES, MINIMUM, "table: stakes not increasing"),
        (changed(STAKES, 1, STAKES[0]), VALUES, MINIMUM, "table: stakes not increasing"),
        (changed(STAKES, 6, STAKES[5] - 1), VALUES, MINIMUM, "table: stakes not increasing"),
        (changed(STAKES, 6, 2**85), VALUES, MINIMUM, "table: stake too large"),
        (STAKES, changed(VALUES, 0, 0), MINIMUM, "table: values not increasing"),
        (STAKES, changed(VALUES, 1, VALUES[0]), MINIMUM, "table: values not increasing"),
        (STAKES, changed(VALUES, 6, VALUES[5]), MINIMUM, "table: values not increasing"),
        (STAKES, changed(VALUES, 6, 0), MINIMUM, "table: values not increasing"),
        (STAKES, changed(VALUES, 0, MDT + 1), MINIMUM, "table: not concave"),  # a value above the stake
        (changed(STAKES, 0, 5 * MDT), changed(VALUES, 0, 5 * MDT + 5), MINIMUM, "table: not concave"),
        (STAKES, changed(VALUES, 1, 10 * MDT + 9), MINIMUM, "table: not concave"),
        (STAKES, changed(VALUES, 6, 1_550 * MDT + 9_000), MINIMUM, "table: not concave"),  # 1,550: the slope of the segment before
        (STAKES, VALUES, MDT - 1, "table: minimum weighs nothing"),
        (STAKES, VALUES, 0, "table: minimum weighs nothing"),
        # Two faults: whichever the contract meets first.
        (changed(STAKES, 0, 0), changed(VALUES, 0, 0), 0, "table: stakes not increasing"),
        (STAKES, changed(changed(VALUES, 0, 2 * MDT), 6, 0), MINIMUM, "table: not concave"),
        (STAKES, changed(changed(VALUES, 1, 0), 6, 2_000 * MDT), MINIMUM, "table: values not increasing"),
        (STAKES, changed(changed(VALUES, 2, 50 * MDT), 5, 0), 0, "table: not concave"),
    ],
)
def test_decay_table__invalid__refused(stakes, values, minimum, reason):
    with refuses(reason):
        DecayTable(stakes, values, minimum)


@pytest.mark.parametrize(
    ("stakes", "values", "minimum"),
    [
        (changed(STAKES, 6, 2**85 - 1), VALUES, MINIMUM),
        (STAKES, changed(VALUES, 6, VALUES[5] + 1), MINIMUM),
        (STAKES, changed(VALUES, 6, 1_550 * MDT), MINIMUM),
        # Convex, but not in slopes rounded down: less than a wei more for each MDT of the segment.
        (changed(STAKES, 0, 5 * MDT), changed(VALUES, 0, 5 * MDT + 4), MINIMUM),
        (STAKES, changed(VALUES, 1, 10 * MDT + 8), MINIMUM),
        (STAKES, changed(VALUES, 6, 1_550 * MDT + 8_999), MINIMUM),
        (STAKES, STAKES, MDT),  # no decay at all
        (STAKES, VALUES, MDT),
    ],
)
def test_decay_table__a_wei_inside_each_bound__accepted(stakes, values, minimum):
    table = DecayTable(stakes, values, minimum)
    assert (table.stakes, table.values) == (stakes, values)


@pytest.mark.parametrize("count", [0, 6, 8])
def test_decay_table__another_number_of_points__is_not_a_table(count):
    """The contract's arrays have seven, so it has no words for this."""
    with pytest.raises((ValueError, IndexError)):
        DecayTable(STAKES, [*VALUES, 2_000 * MDT][:count], MINIMUM)


@st.composite
def small_columns(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Two columns of small numbers of MDT: sorted pieces, of which one may be spoiled by MDT or all by wei, so that about half are valid."""
    pieces = draw(st.lists(st.tuples(st.integers(4, 6), st.integers(1, 4)), min_size=POINTS, max_size=POINTS))
    pieces.sort(key=lambda piece: Fraction(piece[1], piece[0]), reverse=True)
    columns = (
        [sum(piece[0] for piece in pieces[: count + 1]) * MDT for count in range(POINTS)],
        [sum(piece[1] for piece in pieces[: count + 1]) * MDT for count in range(POINTS)],
    )
    spoil = draw(st.sampled_from(["nothing", "MDT", "wei"]))
    if spoil == "MDT":
        columns[draw(st.integers(0, 1))][draw(st.integers(0, POINTS - 1))] += draw(st.integers(-3, 3)) * MDT
    if spoil == "wei":
        for number in range(POINTS):
            columns[1][number] += draw(st.integers(-3, 3))
    return columns


def is_concave(points: list[tuple[int, int]]) -> bool:
    """By definition: no point lies below the line between any two others."""
    return not any(
        (b[1] - a[1]) * (c[0] - a[0]) < (c[1] - a[1]) * (b[0] - a[0]) for i, a in enumerate(points) for j, b in enumerate(points[i:]) for c in points[i + j :]
    )


@given(columns=small_columns())
@many
def test_decay_table__small_random_tables__accepted_iff_increasing_and_concave_as_rounded(columns):
    """Of the line with the rounded slopes; before (0, 0) a wei weighs a wei. A table that is concave itself is always accepted, others by less than a wei."""
    points = [(0, 0), *zip(*columns, strict=True)]
    is_valid = increasing = all(low[0] < high[0] and low[1] < high[1] for low, high in pairwise(points))
    if increasing:
        rounded = [(-1, -WAD), (0, 0)]  # WAD-scaled
        for (x0, y0), (x1, y1) in pairwise(points):
            rounded.append((x1, rounded[-1][1] + (y1 - y0) * WAD // (x1 - x0) * (x1 - x0)))
        is_valid = is_concave(rounded)
        itself = is_concave([(-1, -1), *points])
        event(f"concave: {itself}, as rounded: {is_valid}")
        assert is_valid or not itself
    try:
        DecayTable(*columns, 45 * MDT)
    except ValueError:
        assert not is_valid
    else:
        assert is_valid


# --- properties ---


@given(table=tables(), data=st.data())
@many
def test_effective_stake__any_table__within_the_stated_rounding(table, data):
    """Never above the table, and short of it by less than a wei and one more per 10^18 wei into the segment."""
    tokens = data.draw(stakes_of(table))
    short = exact(table, tokens) - table.effective_stake(tokens)
    assert 0 <= short < 1 + Fraction(depth(table, tokens), WAD)


@given(table=tables(), data=st.data())
@many
def test_effective_stake__any_table__monotone_and_at_most_the_stake_and_its_rounding(table, data):
    """A first value may be above its stake by what its rounded slope does not show: less than a wei for each 10^18."""
    low, high = sorted((data.draw(stakes_of(table)), data.draw(stakes_of(table))))
    assert table.effective_stake(low) <= table.effective_stake(high)
    assert table.effective_stake(low) < low + Fraction(low, WAD)
    assert table.effective_stake(low) <= table.effective_stake(low + 1) < table.effective_stake(low) + 2 + Fraction(depth(table, low) + 1, WAD)


@given(table=tables(), data=st.data())
@many
def test_effective_stake__any_table__concave_up_to_the_rounding(table, data):
    """Below a chord by less than a wei, a wei per 10^18 into the segment, and as much from the chord's start: each slope may be 10^-18 above an earlier one."""
    low, middle, high = sorted(data.draw(st.tuples(stakes_of(table), stakes_of(table), stakes_of(table))))
    assume(low < high)
    chord = table.effective_stake(low) + Fraction((table.effective_stake(high) - table.effective_stake(low)) * (middle - low), high - low)
    assert table.effective_stake(middle) > chord - 1 - Fraction(depth(table, middle) + middle - low, WAD)


@given(table=tables())
@many
def test_intercepts__any_table__grow_and_fit_their_words(table):
    """Concave means that the lines cut the axis higher and higher; the contract packs both numbers into a word."""
    slopes, intercepts = zip(*table.rows, strict=True)
    assert len(table.rows) == SEGMENTS
    assert intercepts[0] == 0
    assert list(intercepts) == sorted(intercepts)
    assert list(slopes) == sorted(slopes, reverse=True)
    assert max(slopes) < 2**60
    assert max(intercepts) < 2**145


@st.composite
def validators(draw: st.DrawFn, table: DecayTable) -> tuple[int, int]:
    """(tokens, boosted) of an active validator: at least the minimum, every average boost there can be."""
    tokens = max(draw(stakes_of(table)), table.stakes[0])
    return tokens, draw(st.one_of(st.just(tokens * BPS), st.integers(tokens * BPS, tokens * (BPS + MAX_BONUS_BPS))))


@given(table=tables(), data=st.data())
@many
def test_weight__without_bonus__is_effective_stake_in_units(table, data):
    tokens = data.draw(stakes_of(table))
    one = table.contribution(tokens, tokens * BPS)
    assert one.boost == BPS << BOOST_BITS
    assert table.weight(one.segment, one.boosted, one.boost) == table.effective_stake(tokens) >> UNIT_BITS


@given(table=tables(), data=st.data())
@many
def test_weight__with_bonus__at_most_a_unit_and_the_boosts_last_bit_too_low(table, data):
    tokens, boosted = data.draw(validators(table))
    one = table.contribution(tokens, boosted)
    slope, intercept = table.rows[one.segment]
    fair = Fraction((slope * tokens + intercept) * boosted, tokens * WEIGHT_UNIT)
    found = table.weight(one.segment, one.boosted, one.boost)
    assert fair - 1 - Fraction(intercept + (1 << BOOST_BITS), WEIGHT_UNIT << BOOST_BITS) < found <= fair
    assert found <= exact(table, tokens) * (BPS + MAX_BONUS_BPS) / BPS / 2**UNIT_BITS


@given(table=tables(), data=st.data())
@many
def test_total_weight__any_validators__at_least_their_sum_and_less_than_a_unit_each_above(table, data):
    """Nobody is overpaid, and what stays behind is dust: C34."""
    parts = [table.contribution(*one) for one in data.draw(st.lists(validators(table), min_size=1, max_size=12))]
    sums = [(sum(one.boosted for one in parts if one.segment == k), sum(one.boost for one in parts if one.segment == k)) for k in range(SEGMENTS)]
    single = sum(table.weight(one.segment, one.boosted, one.boost) for one in parts)
    assert single <= table.total_weight(sums) < single + len(parts)
    for segment in range(SEGMENTS):
        members = [one for one in parts if one.segment == segment]
        apart = sum(table.weight(segment, one.boosted, one.boost) for one in members)
        assert apart <= table.weight(segment, *sums[segment]) <= apart + len(members)


def test_total_weight__many_halves__exceeds_the_sum():
    """The bound is not idle: two validators with half a unit too much each make a whole one."""
    tokens = MINIMUM + (1 << UNIT_BITS)
    one = next(
        part for extra in range(1 << UNIT_BITS) if _fraction(part := TABLE.contribution(tokens + extra * 7, (tokens + extra * 7) * BPS)) >= Fraction(1, 2)
    )
    sums = [(0, 0)] * SEGMENTS
    sums[one.segment] = (2 * one.boosted, 2 * one.boost)
    assert TABLE.total_weight(sums) == 2 * TABLE.weight(one.segment, one.boosted, one.boost) + 1


def _fraction(one) -> Fraction:
    slope, intercept = TABLE.rows[one.segment]
    return Fraction(slope * one.boosted + (intercept * one.boost >> BOOST_BITS), WEIGHT_UNIT) - TABLE.weight(one.segment, one.boosted, one.boost)


@given(table=tables(), data=st.data())
@many
def test_contribution__a_table_with_other_values__is_the_same(table, data):
    """Why a change of table re-weights everybody at once: what is summed does not depend on the values."""
    other = DecayTable(table.stakes, table.stakes, table.stakes[0])
    tokens, boosted = data.draw(validators(table))
    assert other.contribution(tokens, boosted) == table.contribution(tokens, boosted)
    one = other.contribution(tokens, boosted)
    assert other.weight(one.segment, one.boosted, one.boost) == boosted * WAD // WEIGHT_UNIT


@given(rate=st.integers(0, BPS), months=st.integers(0, 600))
@many
def test_lock_bonus__any_lock__linear_then_flat(rate, months):
    assert lock_bonus(rate, months) == (rate * months if months <= 12 else lock_bonus(rate, 12))


@given(network=st.integers(0, MAX_STAKE), part=st.integers(0, BPS * 2), off=st.integers(-3, 3), cap_bps=st.integers(1, BPS - 1))
@many
def test_cap_headroom__any_state__largest_that_fits_to_the_wei(network, part, off, cap_bps):
    """C23: one wei more is over the cap; what is over already has room for nothing."""
    validator = min(max(network * part * cap_bps // BPS**2 + off, 0), network)
    room = cap_headroom(network, validator, cap_bps)

    def fits(added: int) -> bool:
        return BPS * (validator + added) <= cap_bps * (network + added)

    assert room >= 0
    assert fits(room) or room == 0
    assert not fits(room + 1)


def test_cap_headroom__every_small_state__equals_counting():
    for cap_bps in (1, 100, 1_000, 3_333, 5_000):
        for network in range(40):
            for validator in range(network + 1):
                counted = max((d for d in range(60) if BPS * (validator + d) <= cap_bps * (network + d)), default=0)
                assert cap_headroom(network, validator, cap_bps) == counted
