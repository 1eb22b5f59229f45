"""The study of decay, cap and splitting: against a naive computation, against attempts to beat the bound, and the committed page."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from mdt.economics.__main__ import compute, main
from mdt.economics.concentration import measure
from mdt.economics.deposits import ACTIVE, FLAT, Deposit, best, bound, entry
from mdt.economics.deposits import split as split_aside
from mdt.economics.page import COMMAND, page
from mdt.economics.rules import Rules, effective
from mdt.economics.snapshots import NEEDED, SUBNET_15, TOP_50, read
from mdt.economics.study import GROWN, run, splits
from mdt.economics.wide import VALIDATORS, wide
from mdt.errors import ConfigError, DataError
from mdt.model.stake_weight import MAX_STAKE, DecayTable
from mdt.preset.settings import load
from mdt.units import WAD
from tests.support.presets import write_preset
from tests.support.profiles import examples
from tests.unit.stake_weight.test_model import tables

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "research" / "staking-economics.md"
SHARED = Path(os.environ.get("MDT_REAL_DATA", ROOT.parent / "shared" / "data"))
needs_real_data = pytest.mark.skipif(
    not all((SHARED / name).is_file() for name in NEEDED), reason=f"the published stakes are not here: {SHARED} (set MDT_REAL_DATA to their folder)"
)

MDT = 10**18
RULES = Rules.of(load("luxtensor"))
POINTS = [(0, 0), (1, 1), (10, Fraction(17, 2)), (50, 30), (100, 50), (500, 125), (1_000, 200), (10_000, 1_000)]
# In TAO. The first two have one owner, the last two are below the minimum of 100 where 1 TAO = 1 MDT.
STAKES = [90_000, 40_000, 40_000, 9_000, 5_000, 3_000, 900, 700, 400, 300, 120, 101, 99, 0]
SUBNET = ["250000.5", "1200", "130.25", "99.999", "1e-7", "0"]

many = settings(max_examples=examples(quick=100, ci=200, deep=100_000), deadline=None)


def published(folder: Path) -> Path:
    """Files in the form of the published ones."""
    top = [
        "rank,hotkey,coldkey,name,block_number,timestamp,nominators,stake_rao,validator_own_stake_rao,system_stake_rao,dominance_pct,take,"
        "total_daily_return_rao,validator_return_rao,apr,apr_7d_avg,apr_30d_avg,n_subnets_registered,n_subnets_permitted"
    ]
    top += [f'{n + 1},hot{n},cold{max(n, 1)},"A, name",7,2024,3,{s * 10**9},{s * 10**8},1,0.1,0.18,1,1,0.1,0.1,0.1,3,3' for n, s in enumerate(STAKES)]
    subnet = ["uid,hotkey,stake_tao,n_weights_set,sum_weight_received_over_validators", *(f"{n},hot{n},{stake},1,0.5" for n, stake in enumerate(SUBNET))]
    (folder / TOP_50).write_text("\n".join(top) + "\n", encoding="utf-8")
    (folder / SUBNET_15).write_text("\n".join(subnet) + "\n", encoding="utf-8")
    return folder


# --- the naive computation ---


def naive_effective(stake: int) -> Fraction:
    """Wei, by interpolation in the documents' table."""
    tokens = Fraction(stake, MDT)
    (x0, y0), (x1, y1) = next((pair for pair in pairwise(POINTS) if tokens <= pair[1][0]), (POINTS[-2], POINTS[-1]))
    return (y0 + (tokens - x0) * (y1 - y0) / (x1 - x0)) * MDT


def naive_gini(amounts: list[Fraction]) -> Fraction:
    """Half the mean absolute difference over the mean."""
    return sum(abs(a - b) for a in amounts for b in amounts) / (2 * len(amounts) * sum(amounts))


def naive_build_up(wishes: list[int]) -> list[int]:
    """One after the other; what fits under the cap is searched for, not solved for."""
    accepted: list[int] = []
    for wish in wishes:
        network = sum(accepted)
        counted = sum(100 * one >= network for one in accepted if one)
        cap = max(RULES.cap_bps, 20_000 // max(counted, 1))
        low, high = 0, wish
        while low < high:
            middle = (low + high + 1) // 2
            fits = cap >= 10_000 or 10_000 * middle <= cap * (network + middle) or middle <= RULES.minimum
            low, high = (middle, high) if fits else (low, middle - 1)
        accepted.append(low if low >= RULES.minimum else 0)
    return accepted


def close(found: Fraction | float, wanted: Fraction | float) -> bool:
    """Equal up to the rounding of weights: units of 2^20 wei on stakes of 10^20 wei and more."""
    return abs(found - wanted) <= Fraction(1, 10**12) * abs(wanted)


@pytest.fixture
def study(tmp_path):
    return compute(published(tmp_path))


def test_study__small_data__sets_and_scales(study):
    assert [(one.snapshot.name, one.scale, len(one.stakes)) for one in study.runs] == [
        ("top 50", "210,000 MDT", 13),
        ("top 50", "6,300,000 MDT", 13),
        ("top 50", "1 TAO = 1 MDT", 12),
        ("subnet 15", "210,000 MDT", 3),
        ("subnet 15", "6,300,000 MDT", 4),
        ("subnet 15", "1 TAO = 1 MDT", 3),
    ]
    top, subnet = study.runs[2], study.runs[5]
    assert top.stakes == [stake * MDT for stake in STAKES if stake >= 100]
    assert (top.owners, top.too_small, top.own_enough, top.own_share) == (11, 1, 6, Fraction(1, 10))
    assert subnet.stakes == [250_000 * MDT + MDT // 2, 1_200 * MDT, 130 * MDT + MDT // 4]
    assert (subnet.owners, subnet.too_small, subnet.own_enough, subnet.own_share) == (3, 2, None, None)
    assert study.runs[1].stakes[0] == 90_000 * GROWN // sum(STAKES)


def test_study__small_data__shares_and_indices_equal_the_naive_ones(study):
    for one in study.runs:
        for found, amounts in ((one.stake, [Fraction(s) for s in one.stakes]), (one.weight, [naive_effective(s) for s in one.stakes])):
            shares = sorted((amount / sum(amounts) for amount in amounts), reverse=True)
            for top, share in zip((1, 5, 10), found.tops, strict=True):
                assert close(share, sum(shares[:top]))
            assert close(found.gini, naive_gini(amounts))
            assert close(found.hhi, sum(share**2 for share in shares))
            assert found.nakamoto_third == next(n for n in range(1, 99) if sum(shares[:n]) > Fraction(1, 3))
            assert found.nakamoto_half == next(n for n in range(1, 99) if sum(shares[:n]) > Fraction(1, 2))
        assert close(effective(one.weight_total), sum(naive_effective(s) for s in one.stakes))


def test_study__small_data__splits_equal_the_naive_ones(study):
    for one in study.runs:
        others = sum(naive_effective(s) for s in one.stakes[1:])
        alone = naive_effective(one.stakes[0])
        before = alone / (alone + others)
        assert [split.validators for split in one.splits] == [1, 2, 5, 10, 50, one.stakes[0] // (100 * MDT)]
        for split in one.splits:
            k = split.validators
            weight = k * naive_effective(one.stakes[0] // k)
            assert split.each == one.stakes[0] // k
            assert close(split.share, weight / (weight + others))
            assert close(split.gain, weight / alone)
            if k > 1:
                cost = 776_720 * MDT * (weight / (weight + others) - before) / (k - 1)
                assert abs(split.cost - cost) < cost / 10**6
        everybody = one.splitters[-1]
        assert everybody.who == len(one.stakes)
        assert everybody.validators == sum(s // (100 * MDT) for s in one.stakes)
        for group in one.splitters[:-1]:
            mine = sum((s // (100 * MDT)) * naive_effective(s // (s // (100 * MDT))) for s in one.stakes[: group.who])
            rest = sum(naive_effective(s) for s in one.stakes[group.who :])
            assert close(group.after, mine / (mine + rest))
            assert close(group.before, sum(naive_effective(s) for s in one.stakes[: group.who]) / sum(naive_effective(s) for s in one.stakes))


def test_splitters__all_split__shares_are_those_of_the_stakes_again():
    """The decay is gone, but for remainders of less than a validator each."""
    stakes = [stake * 100 * MDT for stake in (9_000, 700, 30, 1)]
    weights = [RULES.split_weight(stake, RULES.best_count(stake)) for stake in stakes]
    for stake, weight in zip(stakes, weights, strict=True):
        assert Fraction(weight, sum(weights)) == Fraction(stake, sum(stakes))


def test_refused__small_data__equal_the_naive_ones(study):
    for one in study.runs:
        once, rising, again, capped = one.refused
        assert once.total == sum(naive_build_up(one.stakes))
        assert rising.total == sum(naive_build_up(one.stakes[::-1]))
        for outcome in one.refused:
            assert outcome.total + outcome.refused == sum(one.stakes)
        assert again.total >= rising.total
        held = RULES.under_cap(one.stakes)
        assert capped.total == sum(held)
        assert 10_000 * max(held) <= RULES.cap(held) * sum(held)


def test_build_up__ten_equal_and_a_large_one__twice_an_equal_part():
    """C22: with ten that count a validator may have a fifth: 2,250 of 11,250."""
    wishes = [900 * MDT] * 10 + [4_000 * MDT, 150 * MDT]
    assert RULES.build_up(wishes) == [900 * MDT] * 10 + [2_250 * MDT, 150 * MDT]
    settled = RULES.build_up(wishes, until_settled=True)
    assert RULES.room(settled, settled[10]) == 0 < settled[10] < 2_251 * MDT
    assert RULES.build_up([80 * MDT] * 3) == [0, 0, 0]
    assert RULES.build_up([900 * MDT] * 30 + [101 * MDT]) == [900 * MDT] * 30 + [101 * MDT]


def test_under_cap__two_large_among_twenty__largest_set_that_fits():
    wishes = [5_000 * MDT, 3_000 * MDT] + [100 * MDT] * 20
    held = RULES.under_cap(wishes)
    total = sum(held)
    assert abs(total - 2_500 * MDT) < 20  # T = 2,000 + 2 T / 10
    assert all(10 * one <= total for one in held)
    assert RULES.under_cap([MDT * 1_000] * 9) == [MDT * 1_000] * 9


@given(others=st.lists(st.integers(1, MAX_STAKE), min_size=1, max_size=40), validator=st.integers(1, MAX_STAKE), cap_bps=st.integers(100, 5_000))
@many
def test_growth_needed__any_state__to_the_wei(others, validator, cap_bps):
    """When others have added so much the validator is not above the cap; a wei less and it is (C23)."""
    rules = Rules(RULES.table, RULES.minimum, cap_bps, 0)
    stakes = [validator, *others]
    cap, network, needed = rules.cap(stakes), sum(stakes), rules.growth_needed(stakes, validator)
    assert 10_000 * validator <= cap * (network + needed)
    assert needed == 0 or 10_000 * validator > cap * (network + needed - 1)
    assert (needed > 0) <= (rules.room(stakes, validator) == 0)


# --- splitting ---


def rules_of(table: DecayTable, minimum: int) -> Rules:
    return Rules(table, minimum, 1_000, 10, 10**24)


@given(table=tables(), data=st.data())
@many
def test_split__any_table_and_parts__at_most_the_stated_bound(table, data):
    """C21: own stake over k addresses, however it is divided and whatever lock each part has."""
    minimum = data.draw(st.integers(table.stakes[0], table.stakes[-1]))
    rules = rules_of(table, minimum)
    parts = [minimum + extra for extra in data.draw(st.lists(st.integers(0, 2**70) | st.integers(0, 3), min_size=1, max_size=30))]
    stake = sum(parts)
    event(f"concave: {rules.convexity == 0}")
    assert 0 <= rules.convexity < Fraction(1, WAD)
    assert sum(table.effective_stake(part) for part in parts) <= rules.bound(stake)
    assert effective(sum(rules.weights(parts))) <= rules.bound(stake)
    assert rules.bound(stake) <= rules.largest_gain * rules.exact(stake)
    slope, _ = table.rows[-1]
    assert (table.effective_stake(stake) + 1) * WAD > slope * stake  # what the unsplit stake has at least, rounded
    bonus = data.draw(st.integers(0, 600))
    boosted = [table.contribution(part, part * (10_000 + bonus)) for part in parts]
    assert effective(sum(table.weight(one.segment, one.boosted, one.boost) for one in boosted)) <= rules.bound(stake) * (10_000 + bonus) / 10_000


@given(table=tables(), data=st.data())
@many
def test_split__delegations_over_pools__at_most_the_stated_bound(table, data):
    """C21 for delegators: the share of each pool's effective stake, whatever the others in it have."""
    minimum = data.draw(st.integers(table.stakes[0], table.stakes[-1]))
    rules = rules_of(table, minimum)
    pools = data.draw(st.lists(st.tuples(st.integers(0, 2**70), st.integers(0, 2**70)), min_size=1, max_size=20))
    got = sum(Fraction(mine * table.effective_stake(minimum + others + mine), minimum + others + mine) for mine, others in pools)
    assert got <= rules.bound(sum(mine for mine, _ in pools))


@given(table=tables(), data=st.data())
@many
def test_split__equal_parts__more_of_them_weigh_no_less(table, data):
    """The closed form of the optimum, up to the convexity: as many as the minimum allows, which reaches the bound up to the remainder."""
    minimum = data.draw(st.integers(table.stakes[0], table.stakes[-1]))
    rules = rules_of(table, minimum)
    stake = minimum * data.draw(st.integers(1, 1_000)) + data.draw(st.integers(0, minimum - 1))
    count = data.draw(st.integers(1, stake // minimum))
    best = rules.best_count(stake)
    assert best == stake // minimum
    assert count * rules.exact(stake // count) <= best * rules.exact(stake // best) + best + count + stake * rules.convexity
    assert best * rules.exact(minimum) > stake * rules.rate_at_minimum - rules.exact(minimum)


@given(stake=st.integers(100 * MDT, 21_000_000 * MDT), count=st.integers(1, 300))
@many
def test_split_weight__documents_table__is_the_sum_of_its_parts(stake, count):
    parts = [stake // count + stake % count] + [stake // count] * (count - 1)
    assert RULES.split_weight(stake, count) == sum(RULES.weights(parts))
    if stake // count < 100 * MDT:
        assert RULES.split_weight(stake, count) <= RULES.weight(parts[0])  # below the minimum nothing is earned


def test_split_weight__remainder_lifts_the_first_to_the_minimum__it_alone_earns():
    assert RULES.split_weight(200 * MDT - 1, 2) == RULES.weight(100 * MDT) > 0
    assert RULES.split_weight(200 * MDT - 2, 2) == 0


def test_rules__documents_table__bound_gain_and_best_sizes():
    assert RULES.convexity == 0
    assert RULES.rate_at_minimum == Fraction(1, 2)
    assert RULES.bound(7 * MDT) == 7 * MDT // 2
    assert RULES.largest_gain == Fraction(45, 8)
    assert [(size // MDT, limit / MDT) for size, limit in RULES.best_sizes()] == [(100, Fraction(125, 4)), (500, 50), (1_000, Fraction(1_000, 9))]
    assert RULES.last_kink == 1_000 * MDT
    assert rules_of(RULES.table, 75 * MDT).best_sizes()[0] == (75 * MDT, 10 * MDT)
    assert RULES.yearly_rewards == 776_720 * MDT  # 0.06 x 10,512,000 blocks and 40% of 365 x 1,000
    assert RULES.largest_bonus_bps == 600


def test_exact__documents_table__every_point_and_the_last_slope_goes_on():
    assert [RULES.exact(int(x * MDT)) for x, _ in POINTS] == [y * MDT for _, y in POINTS]
    assert RULES.exact(19_000 * MDT) == 1_800 * MDT
    assert [(piece.start // MDT, piece.slope) for piece in RULES.pieces[-3:]] == [(500, Fraction(3, 20)), (1_000, Fraction(4, 45)), (10_000, Fraction(4, 45))]


def test_bound__table_convex_by_less_than_rounding__passed_without_the_convexity_but_not_with_it():
    """The wei that is granted for each MDT is not idle: what a slope of 0.15 hides in 9,000 MDT shows at 10,000."""
    flat = [Fraction(x * 3, 20) * MDT for x in (1, 10, 50, 100, 500, 1_000)]
    table = DecayTable(RULES.table.stakes, [*map(int, flat), 1_500 * MDT + 8_999], 100 * MDT)
    rules = rules_of(table, 100 * MDT)
    stake = 10_000 * MDT
    assert rules.convexity == Fraction(8_999, 9_000 * MDT)
    assert stake * rules.rate_at_minimum + 8_999 == table.effective_stake(stake) <= rules.bound(stake) < stake * rules.rate_at_minimum + 10_000
    assert rules.best_sizes() == [(100 * MDT, 0)]


@given(table=tables(), data=st.data())
@many
def test_best_sizes__any_cost__no_other_size_earns_more(table, data):
    """More than the convexity per token."""
    minimum = data.draw(st.integers(table.stakes[0], table.stakes[-1] + 1))
    rules = rules_of(table, minimum)
    cost = data.draw(st.integers(0, 2 * table.values[-1]))
    best = next((size for size, limit in rules.best_sizes() if cost < limit), None)
    sizes = [
        minimum,
        *(stake for stake in table.stakes if stake > minimum),
        *(minimum + extra for extra in data.draw(st.lists(st.integers(0, 2**84), max_size=5))),
    ]
    earned = {size: (rules.exact(size) - cost) / size for size in sizes}
    if best is None:
        assert max(earned.values()) <= Fraction(table.values[-1] - table.values[-2], table.stakes[-1] - table.stakes[-2])  # rises without end
    else:
        assert (rules.exact(best) - cost) / best >= max(earned.values()) - rules.convexity


def test_splits__stake_too_small_for_some_counts__only_what_the_minimum_allows():
    assert [one.validators for one in splits(RULES, 700 * MDT, 10**15)] == [1, 2, 5, 7]
    assert [(one.validators, one.gain, one.cost) for one in splits(RULES, 150 * MDT, 10**15)] == [(1, 1, None)]


def test_measure__all_equal__no_concentration():
    one = measure([5, 5, 5, 5])
    assert (one.tops, one.gini, one.hhi, one.nakamoto_third, one.nakamoto_half) == ((Fraction(1, 4), 1, 1), 0, Fraction(1, 4), 2, 3)


# --- files that do not fit ---


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (TOP_50, "validator_own_stake_rao", "own", r"block4107250\.csv:1: lacks the columns validator_own_stake_rao"),
        (SUBNET_15, "hotkey,stake_tao", "key,stake", r"block4769998\.csv:1: lacks the columns hotkey, stake_tao"),
        (TOP_50, ",90000000000000,", ",-1,", r":2: stake_rao is -1, allowed is a whole number from 0 to 21000000000000000"),
        (TOP_50, ",90000000000000,", ",1.5,", r":2: stake_rao is 1\.5, allowed is a whole number"),
        (TOP_50, ",90000000000000,", ",1,", r":2: validator_own_stake_rao is 9000000000000, allowed is 0 to stake_rao \(1\)"),
        (SUBNET_15, "250000.5", "NaN", r":2: stake_tao is NaN, allowed is a number from 0 to 21000000"),
        (SUBNET_15, "250000.5", "2_5", r":2: stake_tao is 2_5, allowed"),
        (SUBNET_15, "250000.5", "２5", r":2: stake_tao is ２5, allowed"),
        (SUBNET_15, "250000.5", "1e999999999", r":2: stake_tao is 1e999999999, allowed"),
        (SUBNET_15, "250000.5", " 5", r":2: stake_tao is  5, allowed"),
        (SUBNET_15, "250000.5", "21000001", r":2: stake_tao is 21000001, allowed"),
        (SUBNET_15, "250000.5", "", r":2: stake_tao is empty, allowed"),
        (SUBNET_15, "1,hot1", "1,hot0", r":3: hotkey is hot0, allowed is one row for each hotkey"),
        (SUBNET_15, "1,hot1", "1,", r":3: hotkey is empty, allowed"),
        (SUBNET_15, "1,hot1,", "1,hot1,7,", r":3: has another number of values than the header's 5"),
        (SUBNET_15, "1,hot1,", "1,", r":3: has another number of values than the header's 5"),
        (TOP_50, '"A, name"', '"A" name"', r"block4107250\.csv:2: is no CSV"),
    ],
)
def test_read__file_that_does_not_fit__refused_with_line_and_value(tmp_path, name, old, new, message):
    path = published(tmp_path) / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_read__missing_empty_or_unreadable__refused(tmp_path):
    with pytest.raises(DataError, match=r"absent is not a folder; give the folder that holds bittensor_"):
        read(tmp_path / "absent")
    with pytest.raises(DataError, match=rf"lacks {TOP_50}, {SUBNET_15}; give the folder"):
        read(tmp_path)
    path = published(tmp_path) / SUBNET_15
    path.write_bytes(path.read_bytes().replace(b"hot1", b"hot\xff"))
    with pytest.raises(DataError, match="not UTF-8"):
        read(tmp_path)
    path.write_text("uid,hotkey,stake_tao\n0,a,0\n")
    with pytest.raises(DataError, match="holds no stake"):
        read(tmp_path)
    path.write_text("")
    with pytest.raises(DataError, match=":1: lacks the columns"):
        read(tmp_path)


def test_run__nobody_with_the_minimum__refused(tmp_path):
    snapshot = read(published(tmp_path))[0]
    with pytest.raises(DataError, match=r"scaled to 1 MDT no validator has the minimum of 100 MDT"):
        run(RULES, snapshot, snapshot.scaled(MDT), "1 MDT")


def test_rules__preset_with_six_points__refused():
    preset = load("luxtensor")
    staking = preset.staking.model_copy(update={"decay_table": preset.staking.decay_table[:-1]})
    with pytest.raises(ConfigError, match="has 6 points, the contract takes 7"):
        Rules.of(preset.model_copy(update={"staking": staking}))


# --- the command and the page ---


def test_main__json_and_page__same_figures(tmp_path, capsys):
    data = str(published(tmp_path))
    assert main(["--data", data, "--json", "--write", str(tmp_path / "page.md")]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["preset"] == "luxtensor"
    assert printed["rules"]["largest_gain"] == 5.625
    top = printed["runs"][2]
    assert (top["snapshot"], top["scale"], top["total"]) == ("top 50", "1 TAO = 1 MDT", str(sum(s for s in STAKES if s >= 100) * MDT))
    assert top["stakes"][0] == str(90_000 * MDT)
    assert top["headrooms"][0]["stake"] == top["stakes"][0]
    written = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert written == page(compute(data))
    share = printed["runs"][1]["splits"][-1]["share"]
    assert f"would take {share * 100:.2f}% of all rewards" in written
    assert COMMAND in written
    assert main(["--data", data, "--preset", "adr-literal"]) == 0
    assert "`adr-literal`" in capsys.readouterr().out


def test_main__bad_folder_or_preset__one_line_and_code_1(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 1
    assert main(["--data", str(published(tmp_path)), "--preset", "nothing"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["error", "error"]
    assert "no preset 'nothing'" in lines[1]


def test_main__preset_of_another_token__is_refused(tmp_path, capsys):
    """Snapshots are scaled to tokens of 18 decimals."""
    preset = write_preset(tmp_path, "DCHAT", 12)
    assert main(["--data", str(published(tmp_path)), "--preset", str(preset)]) == 1
    assert capsys.readouterr().err == "error: the study counts in MDT of 18 decimals, preset dchat is of DCHAT with 12: name a preset of MDT\n"


@needs_real_data
def test_page__published_data__is_current():
    assert PAGE.read_text(encoding="utf-8") == page(compute(SHARED)), f"docs/research/staking-economics.md is not current; run: {COMMAND}"


# --- deposits, and a wide set ---


@pytest.mark.parametrize("flat", [0, 100, 250, 500, 1_000])
@pytest.mark.parametrize("count", [1, 2, 7, 10, 50, 100])
def test_deposit__flat__gain_equals_the_naive_one(flat, count):
    """10,000 MDT in all, deposits included, against one validator under the same rule."""
    capital = 10_000 * MDT
    each = (capital - count * flat * MDT) // count
    found = split_aside(RULES, Deposit(flat * MDT), capital, count, ACTIVE)
    if each < 100 * MDT:
        assert found is None
        return
    assert (found.validators, found.each, found.aside) == (count, each, count * flat * MDT)
    assert close(found.gain, count * naive_effective(each) / naive_effective(capital - flat * MDT))


def test_deposit__growing__asks_the_later_for_more():
    rule = Deposit(step=MDT)
    assert [rule.of(1, active) for active in (0, 20, 120)] == [0, 20 * MDT, 120 * MDT]
    assert rule.of(100, 20) == sum(range(20, 120)) * MDT
    assert split_aside(RULES, rule, 10_000 * MDT, 100, 20) is None
    assert entry(RULES, rule, 119 * MDT, 20).staked == 0
    assert entry(RULES, rule, 120 * MDT, 20).staked == 100 * MDT


@many
@given(flat=st.integers(0, 1_000), capital=st.integers(100, 10**6), count=st.integers(1, 3_000))
def test_deposit__any_capital_and_split__never_above_the_bound(flat, capital, count):
    """Of a large capital: one validator of a small one is in the best part of the table itself, so a split of it gains less still."""
    found = split_aside(RULES, Deposit(flat * MDT), capital * MDT, count, 0)
    event("a split" if found else "too small")
    assert found is None or found.gain <= bound(RULES, flat * MDT)


def test_deposit__chosen_value__best_part_is_one_an_honest_operator_has():
    """What decision 72 rests on: from 250 MDT on, nobody gains by parts of the minimum, and an honest 500 or 1,000 MDT earn about as much per token."""
    gains = [best(RULES, deposit, 10_000 * MDT, ACTIVE) for deposit in FLAT]
    assert [one.each // MDT for one in gains] == [100, 100, 519, 928, 1_000]
    assert [round(float(one.gain), 2) for one in gains] == [5.0, 2.52, 1.7, 1.39, 1.1]
    assert [round(float(bound(RULES, deposit.flat)), 3) for deposit in FLAT] == [5.625, 2.812, 1.875, 1.5, 1.125]


def test_wide__generated__has_the_reported_figures():
    """A third with 19, a half with 38, nobody above 3.2%."""
    stakes = wide(GROWN)
    shape = measure(stakes)
    assert (len(stakes), shape.nakamoto_third, shape.nakamoto_half) == (VALIDATORS, 19, 38)
    assert shape.tops[0] < Fraction(32, 1_000)
    assert GROWN - VALIDATORS <= sum(stakes) <= GROWN
    assert stakes == sorted(stakes, reverse=True)
    assert stakes[-1] >= RULES.minimum


def test_page__committed__no_line_reads_as_a_list_by_accident():
    """Wrapping may not put the sign of a formula first in a line."""
    inside = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.lstrip()[:2] in ("+ ", "= ", "> ") or line[:4] == "  - "]
    assert inside == []
