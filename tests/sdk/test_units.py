"""Quantities as people write them: exact in both directions, and nothing ambiguous is guessed (A23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mdt.errors import MDTError, UnitError
from mdt.suite.kinds import WEI, format_number, parse_number
from mdt.units import (
    LONGEST,
    MDT,
    UINT256_MAX,
    WAD,
    Denomination,
    format_amount,
    format_bps,
    format_coin,
    format_seconds,
    format_wad,
    parse_amount,
    parse_bps,
    parse_seconds,
    parse_time,
    parse_wad,
    parse_whole,
    when,
)
from tests.support.profiles import examples

MANY = hypothesis_settings(max_examples=examples(quick=50, ci=500, deep=100_000), deadline=None)


@pytest.mark.parametrize(
    ("text", "wei"),
    [
        ("0", 0),
        ("0 MDT", 0),
        ("1", WAD),
        ("12.5 MDT", 12_500_000_000_000_000_000),
        ("12.5MDT", 12_500_000_000_000_000_000),
        ("  2 MDT  ", 2 * WAD),
        ("25 wei", 25),
        ("21_000_000 MDT", 21 * 10**24),
        ("21,000,000 MDT", 21 * 10**24),
        ("4_202_746.875 MDT", 4_202_746_875 * 10**15),
        ("0.000000000000000001 MDT", 1),
        ("115792089237316195423570985008687907853269984665640564039457584007913129639935 wei", UINT256_MAX),
    ],
)
def test_parse_amount__as_people_write_it__is_exact(text: str, wei: int) -> None:
    assert parse_amount(text) == wei


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "'' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("MDT", "'MDT' is not an amount"),
        ("-1 MDT", "'-1 MDT' is not an amount"),
        ("1e18", "'1e18' is not an amount"),
        ("0x10 wei", "'0x10 wei' is not an amount"),
        ("12,5 MDT", "'12,5 MDT' is not an amount"),
        ("1_0 MDT", "'1_0 MDT' is not an amount"),
        ("1,000_000 MDT", "'1,000_000 MDT' is not an amount"),
        ("1 000 MDT", "'1 000 MDT' is not an amount"),
        (".5 MDT", "'.5 MDT' is not an amount"),
        ("5. MDT", "'5. MDT' is not an amount"),
        ("٣ MDT", "'٣ MDT' is not an amount such as '12.5 MDT' or '25 wei'; '٣' is U+0663 ARABIC-INDIC DIGIT THREE"),
        ("５ MDT", "'５' is U+FF15 FULLWIDTH DIGIT FIVE"),
        ("5 МDT", "'М' is U+041C CYRILLIC CAPITAL LETTER EM"),
        ("\u202e5 MDT", r"'\u202e5 MDT' is not an amount"),
        ("010 MDT", "'010 MDT' is not an amount"),
        ("00.5", "'00.5' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("1__0", "'1__0' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("١٢", "'١٢' is not an amount such as '12.5 MDT' or '25 wei'; '١' is U+0661 ARABIC-INDIC DIGIT ONE"),
        ("+5", "'+5' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("-0", "'-0' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("1e3", "'1e3' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("0x10", "'0x10' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("1_000.0_5", "'1_000.0_5' is not an amount"),
        ("½", "'½' is U+00BD VULGAR FRACTION ONE HALF"),
        ("5\n", r"'5\n' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("5\tMDT", r"'5\tMDT' is not an amount such as '12.5 MDT' or '25 wei'"),
        ("5\u00a0MDT", r"'5\xa0MDT' is not an amount such as '12.5 MDT' or '25 wei'; '\xa0' is U+00A0 NO-BREAK SPACE"),
        ("\u20035", "is U+2003 EM SPACE"),
        ("1e9999", "'1e9999' is not an amount"),
        pytest.param("9" * 100_000, "is not an amount", id="long"),
        ("NaN", "'NaN' is not an amount"),
        ("Infinity", "'Infinity' is not an amount"),
        ("5 mdt", "'5 mdt' has the unit 'mdt'; write an amount such as '12.5 MDT' or '25 wei'"),
        ("5 ETH", "'5 ETH' has the unit 'ETH'"),
        ("1.5 wei", "'1.5 wei' has more than 0 decimals"),
        ("0.0000000000000000001 MDT", "has more than 18 decimals"),
        ("115792089237316195423570985008687907853269984665640564039457584007913129639936 wei", "does not fit in 256 bits"),
        ("9" * 200, "does not fit in 256 bits"),
        (0.5, "0.5 is a floating-point number, which is not exact"),
        (25, "25 is not an amount"),
        (True, "True is not an amount"),
        (None, "None is not an amount"),
    ],
)
def test_parse_amount__ambiguous_or_wrong__is_refused_with_a_way_out(value: object, reason: str) -> None:
    with pytest.raises(UnitError, match="^.*$") as caught:
        parse_amount(value)  # type: ignore[arg-type]
    assert reason in str(caught.value)
    assert isinstance(caught.value, MDTError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("read", [parse_amount, parse_whole, parse_wad, lambda text: parse_bps(f"{text}%"), lambda text: parse_seconds(f"{text} days")])
@pytest.mark.parametrize("text", ["00.5", "05", "1__0", "1_0", "١٢", "+5", "-5", "1e3", "0x10", "5\n", "\t5", "\u00a05", "5,", "½", "", " "])
def test_readers__number_written_otherwise__refused_by_each_with_its_value(read, text):
    with pytest.raises(UnitError) as caught:
        read(text)
    assert (ascii(text)[1:-1] if text.isascii() else repr(text)[1:-1]) in str(caught.value)


@pytest.mark.parametrize("text", ["5", " 5", "5 ", "  5  "])
def test_readers__spaces_around__do_not_count(text):
    assert (parse_amount(text), parse_whole(text), parse_wad(text), parse_bps(f"{text}%"), parse_seconds(f"{text} days")) == (
        5 * WAD,
        5,
        5 * WAD,
        500,
        432_000,
    )


def test_parse_amount__other_token__uses_its_symbol_and_decimals() -> None:
    assert parse_amount("1.5 USDC", symbol="USDC", decimals=6) == 1_500_000
    with pytest.raises(UnitError, match="'1 MDT' has the unit 'MDT'; write an amount such as '12.5 USDC'"):
        parse_amount("1 MDT", symbol="USDC", decimals=6)
    with pytest.raises(UnitError, match="more than 6 decimals"):
        parse_amount("0.0000001", symbol="USDC", decimals=6)


@MANY
@given(wei=st.integers(0, UINT256_MAX))
def test_amount__formatted_and_parsed__comes_back_to_the_wei(wei: int) -> None:
    assert parse_amount(format_amount(wei)) == wei
    assert parse_amount(f"{wei} wei") == wei


@MANY
@given(wei=st.integers(0, UINT256_MAX), decimals=st.integers(0, 30))
def test_amount__any_decimals__comes_back(wei: int, decimals: int) -> None:
    assert parse_amount(format_amount(wei, "T", decimals), "T", decimals) == wei


# --- the unit of a deployment ---

DCHAT = Denomination("DCHAT", 12)


def test_denomination__nothing_said__is_mdt() -> None:
    assert Denomination() == MDT == ("MDT", 18)
    assert (MDT.format(WAD), MDT.parse("1 MDT")) == (format_amount(WAD), parse_amount("1 MDT")) == ("1 MDT", WAD)


def test_denomination__amounts__are_read_and_written_in_it() -> None:
    assert DCHAT.parse("1_000 DCHAT") == DCHAT.parse("1_000") == 1_000 * 10**12
    assert DCHAT.parse("25 wei") == 25
    assert DCHAT.format(1_500_000_000_000) == "1.5 DCHAT"
    assert DCHAT.format(1) == "0.000000000001 DCHAT"


def test_denomination__amounts_of_another_token_or_too_fine__are_refused() -> None:
    with pytest.raises(UnitError, match="'5 MDT' has the unit 'MDT'; write an amount such as '12.5 DCHAT' or '25 wei'"):
        DCHAT.parse("5 MDT")
    with pytest.raises(UnitError, match="'0.0000000000001 DCHAT' has more than 12 decimals"):
        DCHAT.parse("0.0000000000001 DCHAT")


def test_denomination__two_at_once__know_nothing_of_each_other() -> None:
    usdc = Denomination("USDC", 6)
    assert [usdc.format(1), DCHAT.format(1), usdc.format(1)] == ["0.000001 USDC", "0.000000000001 DCHAT", "0.000001 USDC"]


def test_format_amount__what_is_no_amount_of_a_deployment__says_its_own_unit() -> None:
    assert format_amount(1_500_000_000, symbol="", decimals=9) == "1.5"
    assert format_amount(25, "USDC", 2) == "0.25 USDC"
    assert parse_amount("1 USDC", "USDC", 6) == 10**6
    assert (format_wad(WAD // 2), parse_wad("0.5")) == ("0.5", WAD // 2)
    assert format_coin(WAD // 2) == "0.5"
    assert (format_bps(750), parse_bps("7.5%")) == ("7.5%", 750)
    assert format_amount(10**12, "", 12) == "1", "a column whose heading has the symbol"


def test_denomination__tables_and_arguments_of_calls__follow() -> None:
    assert parse_number("12.5 DCHAT", WEI, DCHAT) == 12_500_000_000_000
    assert format_number(12_500_000_000_000, WEI, DCHAT) == "12.5 DCHAT"
    with pytest.raises(UnitError, match="'5' has no unit: write '5 DCHAT' or '5 wei'"):
        parse_number("5", WEI, DCHAT)


@MANY
@given(wei=st.integers(0, UINT256_MAX), symbol=st.from_regex("[A-Za-z]{1,32}", fullmatch=True).filter(lambda one: one != "wei"), decimals=st.integers(0, 18))
def test_amount__any_denomination__comes_back(wei: int, symbol: str, decimals: int) -> None:
    unit = Denomination(symbol, decimals)
    assert unit.parse(unit.format(wei)) == wei
    assert unit.parse(f"{wei} wei") == wei


@pytest.mark.parametrize(
    ("wei", "text"), [(0, "0 MDT"), (1, "0.000000000000000001 MDT"), (10**17, "0.1 MDT"), (1_234_567 * WAD, "1,234,567 MDT"), (-3 * WAD // 2, "-1.5 MDT")]
)
def test_format_amount__shows_every_digit_and_no_trailing_zero(wei: int, text: str) -> None:
    assert format_amount(wei) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7 days", 604_800),
        ("1 day", 86_400),
        ("6 hours", 21_600),
        ("90 minutes", 5_400),
        ("600 seconds", 600),
        ("0", 0),
        (0, 0),
        ("36.5 days", 3_153_600),
        ("1216.67 days", 105_120_288),
        ("0 days", 0),
        ("1 s", 1),
    ],
)
def test_parse_seconds__as_people_write_it__is_exact(text: str | int, seconds: int) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("soon", "'soon' is not a duration"),
        ("-1 days", "'-1 days' is not a duration"),
        ("3 months", "'3 months' has the unit 'months'; write a duration such as '7 days'"),
        ("0.00001 days", "is not a whole number of seconds"),
        (1.5, "1.5 is a floating-point number"),
        (True, "True is not a duration"),
        (-5, "'-5' is not a duration"),
        ("600", "'600' has no unit: write '600 seconds', '600 days' or what is meant"),
        (600, "600 has no unit"),
        ("010 days", "'010 days' is not a duration"),
        ("３ days", "'３ days' is not a duration such as '7 days', '6 hours' or '600 seconds'; '３' is U+FF13 FULLWIDTH DIGIT THREE"),
        ("400_000 days", "'400_000 days' is more than a thousand years"),
        pytest.param("9" * 10_000 + " days", "is not a duration", id="long"),
    ],
)
def test_parse_seconds__ambiguous_or_wrong__is_refused(value: object, reason: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_seconds(value)  # type: ignore[arg-type]
    assert reason in str(caught.value)


@MANY
@given(seconds=st.integers(0, LONGEST))
def test_seconds__formatted_and_parsed__comes_back(seconds: int) -> None:
    assert parse_seconds(format_seconds(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2027-01-01", 1_798_761_600),
        ("2027-01-01T00:00:00Z", 1_798_761_600),
        ("2027-01-01 00:00", 1_798_761_600),
        ("2027-01-01 00:00:00 UTC", 1_798_761_600),
        ("2027-01-01T02:00+02:00", 1_798_761_600),
        ("1798761600", 1_798_761_600),
        ("2020-01-01", 1_577_836_800),
        ("2099-12-31T23:59:59Z", 4_102_444_799),
    ],
)
def test_parse_time__as_people_write_it__is_unix_seconds(text: str, seconds: int) -> None:
    assert parse_time(text) == seconds
    assert parse_time(when(seconds)) == seconds


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1798761600000", "is no time in seconds: were milliseconds meant? As such it is 2027-01-01 00:00:00 UTC: write 1798761600"),
        ("1898761600000", "were milliseconds meant?"),
        ("1798761600000000", "were microseconds meant?"),
        ("1798761600000000000", "were nanoseconds meant?"),
        ("0", "'0' is 1970-01-01 00:00:00 UTC; allowed is 2020-01-01 00:00:00 UTC to 2100-01-01 00:00:00 UTC"),
        ("1970-01-01", "is 1970-01-01 00:00:00 UTC; allowed is"),
        ("20270131", "is 1970-08-23 14:35:31 UTC; allowed is 2020-01-01 00:00:00 UTC to 2100-01-01 00:00:00 UTC; a date has dashes: 2027-01-31"),
        ("4102444800", "is 2100-01-01 00:00:00 UTC; allowed is"),
        ("9999-12-31", "is 9999-12-31 00:00:00 UTC; allowed is"),
        (str(2**256 - 1), "is unix time"),
        pytest.param("9" * 5_000, "is not a time", id="long"),
        ("2027-02-30", "is not a time"),
        ("2027-01-31T12:00:00.5Z", "is not a time"),
        ("2027-W05", "is not a time"),
        ("31.01.2027", "is not a time"),
        ("-1", "is not a time"),
        ("1_798_761_600", "is not a time"),
        ("２０２７-01-31", "is not a time such as '2027-01-31', '2027-01-31T12:00:00Z' or unix seconds; '２' is U+FF12 FULLWIDTH DIGIT TWO"),
        ("", "is not a time"),
        (1_798_761_600, "is not a time"),
        (None, "is not a time"),
    ],
)
def test_parse_time__outside_a_sane_range_or_ambiguous__is_refused(value: object, reason: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_time(value)  # type: ignore[arg-type]
    assert reason in str(caught.value)


def test_when__what_no_calendar_reaches__is_said_as_a_number() -> None:
    assert when(1_798_761_600_000) == "unix time 1798761600000"
    assert when(0) == "1970-01-01 00:00:00 UTC"


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("4000", 4_000), ("4_000", 4_000), ("4,000", 4_000), (str(UINT256_MAX), UINT256_MAX)])
def test_parse_whole__digits__are_the_number(text: str, number: int) -> None:
    assert parse_whole(text) == number


@pytest.mark.parametrize(
    "value",
    [
        "",
        "010",
        "00",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "0x10",
        "1_0",
        "1 000",
        "１",
        "٣",
        "²",
        "1 MDT",
        pytest.param("9" * 5_000, id="long"),
        str(UINT256_MAX + 1),
        5,
        None,
    ],
)
def test_parse_whole__anything_else__is_refused(value: object) -> None:
    with pytest.raises(UnitError, match=r"is not a plain whole number|256 bits hold"):
        parse_whole(value)  # type: ignore[arg-type]


def test_denomination__in_a_file__an_amount_has_its_unit() -> None:
    assert [DCHAT.parse_with_unit(text) for text in ("5 DCHAT", "5 wei", "0", "0 DCHAT")] == [5 * 10**12, 5, 0, 0]
    for text in ("5", "12.5", "5_000"):
        with pytest.raises(UnitError, match=f"'{text}' has no unit: write '{text} DCHAT' or '{text} wei'"):
            DCHAT.parse_with_unit(text)


@pytest.mark.parametrize(("text", "wad"), [("0.7", 7 * 10**17), ("1", WAD), (0, 0), (1, WAD), ("0.000000000000000001", 1)])
def test_parse_wad__fraction__is_exact(text: str | int, wad: int) -> None:
    assert parse_wad(text) == wad


@pytest.mark.parametrize(
    ("value", "reason"),
    [(0.7, "floating-point"), ("70%", "'70%' is not a fraction"), ("1 wei", "has the unit 'wei'"), ("0." + "1" * 19, "more than 18 decimals")],
)
def test_parse_wad__ambiguous_or_wrong__is_refused(value: object, reason: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_wad(value)  # type: ignore[arg-type]
    assert reason in str(caught.value)


@MANY
@given(wad=st.integers(0, WAD))
def test_wad__formatted_and_parsed__comes_back(wad: int) -> None:
    assert parse_wad(format_wad(wad)) == wad


@pytest.mark.parametrize(("text", "bps"), [("5%", 500), ("7.25 %", 725), ("0%", 0), ("100%", 10_000), ("1 bps", 1), ("1_000 bps", 1_000)])
def test_parse_bps__share__is_exact(text: str, bps: int) -> None:
    assert parse_bps(text) == bps


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("5", "'5' is not a share such as '7.5%' or '750 bps': write '5%' or '5 bps'"),
        ("7.5", "'7.5' is not a share such as '7.5%' or '750 bps': write '7.5%'"),
        ("500", "write '500 bps'"),
        ("5 percent", "is not a share such as"),
        ("5 bps%", "is not a share such as"),
        ("0.001%", "more than 2 decimals"),
        ("0.5 bps", "more than 0 decimals"),
        ("100.01%", "more than 100%"),
        ("10_001 bps", "more than 100%"),
        (0.05, "floating-point"),
        (5, "is not a share such as"),
        ("-1%", "is not a share such as"),
    ],
)
def test_parse_bps__ambiguous_or_wrong__is_refused(value: object, reason: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_bps(value)  # type: ignore[arg-type]
    assert reason in str(caught.value)


@MANY
@given(bps=st.integers(0, 10_000))
def test_bps__formatted_and_parsed__comes_back(bps: int) -> None:
    assert parse_bps(format_bps(bps)) == bps
