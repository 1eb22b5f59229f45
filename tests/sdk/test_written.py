"""The strict reader: what a person writes in YAML and JSON, each value with its place, and nothing read in two ways (A23)."""

from __future__ import annotations

import json

import pytest

from mdt.addresses import BURNS, ZERO_ADDRESS, is_meant_as_address, parse_address, parse_recipient
from mdt.errors import ChainError, ConfigError, DataError, UnitError
from mdt.files import read_json
from mdt.written.characters import called, foreign, hidden, nearest, shown
from mdt.written.hexadecimal import parse_hex
from mdt.written.item import Item, Source, dotted
from mdt.written.json import parse_json
from mdt.written.read import LARGEST_YAML, decode, read, read_values
from mdt.written.yaml import parse_yaml

SOURCE = Source("holders", ConfigError)
SOMEBODY = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"


def yaml_of(text: str) -> Item:
    return parse_yaml(text, SOURCE)


def json_of(text: str) -> Item:
    return parse_json(text, SOURCE)


# --- the places of values ---


def test_read__yaml_and_json__same_values_and_every_place(tmp_path):
    in_yaml, in_json = tmp_path / "a.yaml", tmp_path / "a.json"
    in_yaml.write_text("team:\n  - to: 0x11\n    amount: 5 MDT\nido: {x: []}\n")
    in_json.write_text('{"team": [\n  {"to": "0x11",\n    "amount": "5 MDT"}],\n "ido": {"x": []}}')
    for path, place in ((in_yaml, "3:13"), (in_json, "3:15")):
        item = read(path)
        assert item.raw() == {"team": [{"to": "0x11", "amount": "5 MDT"}], "ido": {"x": []}}
        assert item.nearest(("team", 0, "amount")).where == f"{path}:{place}: team[0].amount"
        assert item.nearest(("team", 7)).path == "team"


def test_dotted__keys_and_numbers__as_people_write_them():
    assert dotted(("holders", "team", 2, "amount")) == "holders.team[2].amount"
    assert dotted((0, "to")) == "[0].to"
    assert dotted(("a\xa0b", "x\u202ey", "k" * 100)) == f"'a\\xa0b'.'x\\u202ey'.'{'k' * 56}..."


# --- repeated keys ---


@pytest.mark.parametrize(
    ("parse", "text", "places"),
    [
        (yaml_of, "team: 0x11\nido: 0x22\nteam: 0x33\n", ("3:1", "1:1")),
        (yaml_of, "a:\n  - {to: 1, to: 2}\n", ("2:13", "2:6")),
        (yaml_of, 'team: 1\n"team": 2\n', ("2:1", "1:1")),
        (yaml_of, "team: 1\n't\\u0065am': 2\n'te''am': 1\nteam: 2", ("4:1", "1:1")),
        (yaml_of, '"t\\u0065am": 1\nteam: 2', ("2:1", "1:1")),
        (json_of, '{"team": 1,\n "ido": 2,\n "team": 3}', ("3:2", "1:2")),
        (json_of, '{"a": [{"to": {"x": 1}, "b": [],\n   "to" : 2}]}', ("2:4", "1:9")),
        (json_of, '{"team": 1, "t\\u0065am": 2}', ("1:13", "1:2")),
        (json_of, '{"":1,"":2}', ("1:7", "1:2")),
    ],
)
def test_key__twice__refused_with_both_places(parse, text, places):
    with pytest.raises(ConfigError, match=r"stands twice") as caught:
        parse(text)
    assert str(caught.value).startswith(f"holders:{places[0]}: the key ")
    assert str(caught.value).endswith(f"first at holders:{places[1]}")


def test_read_values__key_twice__refused_with_both_places(tmp_path):
    path = tmp_path / "network.json"
    path.write_text('{"a": 1,\n "b": {"c": 1, "c": 2}}')
    with pytest.raises(DataError, match=r"network.json:2:16: the key 'c' stands twice, first at .*network.json:2:8"):
        read_values(path, DataError)
    with pytest.raises(Exception, match="2:16: .* restore it from version control"):
        read_json(path)


# --- what YAML does that people do not expect ---


@pytest.mark.parametrize(
    "text",
    [
        "010",
        "0o10",
        "1:30",
        "1:30:00",
        "yes",
        "no",
        "on",
        "Off",
        "True",
        "NULL",
        "0x10",
        "0b11",
        "1_0",
        ".inf",
        ".nan",
        "2027-01-31",
        "1e",
        "5.",
        ".5",
        "=",
        "<<",
    ],
)
def test_typed__what_yaml_makes_other_things_of__is_text(text):
    assert yaml_of(f"a: {text}").typed() == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("-7", -7), ("1_000", 1_000), ("0.5", 0.5), ("1e3", 1_000.0), ("true", True), ("false", False), ("null", None), ("~", None), ("", None)],
)
def test_typed__plain_numbers_and_truth__are_values_unless_quoted(text, value):
    assert yaml_of(f"a: {text}").typed() == {"a": value}
    assert yaml_of(f"a: '{text}'").typed() == {"a": text}


def test_keys__norway_and_numbers__are_text():
    assert yaml_of("no: 1\n0x10: 2\n5: 3\nnull: 4").raw() == {"no": "1", "0x10": "2", "5": "3", "null": "4"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x 1\nb: *x", "holders:1:4: &x names a value for use elsewhere"),
        ("b: *x", r"holders:1:4: \*x repeats what stands elsewhere"),
        ("a: !!int '5'", "holders:1:4: the tag 'tag:yaml.org,2002:int' gives a value a type"),
        ("a: !!python/object/apply:os.getcwd []", "holders:1:4: the tag"),
        ("a: !x 5", "holders:1:4: the tag '!x'"),
        ("{<<: {a: 1}, a: {<<: *x}}", r"holders:1:\d+: \*x repeats"),
        ("a: 1\n---\nb: 2\n", "expected a single document"),
        ("[" * 40 + "]" * 40, "holders:1:33: is nested more than 32 levels deep"),
        pytest.param("[" * 100_000, "holders:1:33: is nested more than 32 levels deep", id="brackets"),
        pytest.param("- " * 100_000, "is nested more than 32 levels deep", id="dashes"),
        ("? [a]\n: 1", "a key is text, not a list or a mapping"),
        ("a: 1\n\tb: 2", "holders:2:1: neither JSON nor YAML: .*; write spaces instead of tabs"),
        ("a: @b", "holders:1:4: neither JSON nor YAML: .*; put the text in quotes"),
        ("a: %b", "holders:1:4: neither JSON nor YAML: .*; put the text in quotes"),
        ("a: [", "holders:1:5: neither JSON nor YAML"),
        ("a: 'b", "neither JSON nor YAML"),
        ("a: b: c", "holders:1:5: neither JSON nor YAML"),
        ('a: "\\ud83d"', "holders:1:4: .* has half a character"),
        ('a: "\\x"', "neither JSON nor YAML"),
        ('a: "\\U7FFFFFFF"', "neither JSON nor YAML"),
        ("", "holders:1:1: is empty"),
        ("# nothing\n", "holders:1:1: is empty"),
        ("---\n...\n", "is empty"),
        ("%YAML 3.0\n---\na: 1", "neither JSON nor YAML"),
        ("%TAG ! !\n%TAG ! !\n---\na: 1", "neither JSON nor YAML"),
    ],
)
def test_yaml__surprises__refused_with_the_place(text, words):
    with pytest.raises(ConfigError, match=words):
        yaml_of(text)


def test_yaml__billion_laughs__refused_at_the_first_anchor():
    bomb = "a: &a [lol, lol]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9))
    with pytest.raises(ConfigError, match="holders:1:4: &a names a value"):
        yaml_of(bomb)


# --- JSON ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "holders:1:7: NaN is not a number"),
        ('{"a": [1, -Infinity]}', "holders:1:11: -Infinity is not a number"),
        ('{"a": 1,}', "holders:1:9: is not JSON"),
        ("{'a': 1}", "holders:1:2: is not JSON"),
        ('{"a": 01}', "holders:1:8: is not JSON"),
        ('{"a": 1 } x', "holders:1:11: is not JSON: Extra data"),
        ('{"a": "\t"}', "holders:1:8: is not JSON: Invalid control character"),
        ('{"a": "\\ud83d"}', "holders:1:7: .* has half a character"),
        ('{"\\ud83d": 1}', "holders:1:2: .* has half a character"),
        ('{"a": 1２}', "holders:1:"),
        ("[" * 200, "holders:1:34: is not JSON: Nested more than 32 levels deep"),
        pytest.param("[" * 100_000, "Nested more than 32 levels deep", id="brackets"),
        pytest.param('{"a":' * 100_000, "Nested more than 32 levels deep", id="braces"),
        ("", "holders:1:1: is empty"),
        (" \n ", "holders:1:1: is empty"),
        ("//x\n{}", "holders:1:1: is not JSON"),
    ],
)
def test_json__surprises__refused_with_the_place(text, words):
    with pytest.raises(ConfigError, match=words):
        json_of(text)


def test_json__everything_it_has__is_what_the_library_reads():
    text = json.dumps({"a": [1, -2, 0.5, 1e30, True, False, None, "x\n\u00e9\U0001f600", {}, [], [[]]], "": {"b": {"c": ""}}})
    assert json_of(text).typed() == json.loads(text)
    assert json_of(json.dumps(json.loads(text), ensure_ascii=False)).typed() == json.loads(text)


@pytest.mark.parametrize("parse", [yaml_of, json_of])
def test_typed__number_of_thousands_of_digits__refused(parse):
    with pytest.raises(ConfigError, match=r"holders:1:7: a: .* is a number of 5,000 characters"):
        parse('{"a": ' + "9" * 5_000 + "}").typed()


@pytest.mark.parametrize("text", ["1e400", "-1e999", "9" * 350 + ".5"])
def test_typed__number_beyond_all_floats__refused_and_not_infinite(tmp_path, text):
    for parse in (yaml_of, json_of):
        with pytest.raises(ConfigError, match="holders:1:7: a: .* is larger than any number of its kind"):
            parse('{"a": ' + text + "}").typed()
    path = tmp_path / "record.json"
    path.write_text('{"a": ' + text + "}")
    with pytest.raises(DataError, match="record.json:1:7: a: .* is larger than any number"):
        read_values(path, DataError)


# --- bytes ---


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("a: 1".encode("utf-16"), "holders:1:1: is UTF-16: save the file as UTF-8"),
        ("a: 1".encode("utf-32"), "is UTF-32: save the file as UTF-8"),
        (b"a: 1\nb: caf\xe9\n", r"holders:2:7: not UTF-8 \(byte 0xe9\)"),
        (b"a: 1\nb: \x00\n", r"holders:2:4: holds U\+0000 a control character, which cannot be seen"),
        ("a: 1\n  b: x\u202ey".encode(), r"holders:2:7: holds U\+202E RIGHT-TO-LEFT OVERRIDE"),
        ("te\u200bam: 1".encode(), r"holders:1:3: holds U\+200B ZERO WIDTH SPACE"),
        ("a: 1\u2028b: 2".encode(), r"holds U\+2028 LINE SEPARATOR"),
        ("a: 1\x85b: 2".encode(), r"holds U\+0085 a control character"),
        ("a: \ufeff1".encode(), r"holds U\+FEFF ZERO WIDTH NO-BREAK SPACE"),
    ],
)
def test_decode__other_encodings_and_what_cannot_be_seen__refused_with_the_place(data, words):
    with pytest.raises(ConfigError, match=words):
        decode(data, SOURCE)


def test_decode__mark_at_the_beginning_and_windows_lines__read_as_without():
    assert yaml_of(decode(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", SOURCE)).raw() == {"a": "1", "b": "2"}


def test_read__no_file_a_folder_or_too_large__said(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read: "):
            read(path)
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (LARGEST_YAML + 1))
    with pytest.raises(ConfigError, match="has more than 2,097,152 bytes: is it the right file"):
        read(path)


# --- asking for values ---


def test_record__unknown_and_missing_keys__named_with_the_nearest():
    item = yaml_of("to: 1\namont: 2\n")
    with pytest.raises(ConfigError, match=r"holders:2:8: amont: 'amont' is not a key here \(did you mean 'amount'\?\): write so"):
        item.record("write so", ("to", "amount"))
    with pytest.raises(ConfigError, match="holders:1:1: lacks amount, purpose: write so"):
        yaml_of("to: 1").record("write so", ("to", "amount", "purpose"))
    for text in ("[]", "x"):
        with pytest.raises(ConfigError, match="holders:1:1: is .*: write so"):
            yaml_of(text).record("write so", ())
    with pytest.raises(ConfigError, match="holders:1:1: is 'x': write so"):
        yaml_of("x").items("write so")


@pytest.mark.parametrize(("text", "words"), [("a: [1]", r"a: \['1'\] is not one value"), ("a:", "a: is empty"), ("a: {b: 1}", "is not one value")])
def test_text__list_mapping_or_nothing__refused(text, words):
    with pytest.raises(ConfigError, match=words):
        yaml_of(text).inside()["a"].text()


def test_read__what_a_parser_refuses__gets_the_place():
    with pytest.raises(ConfigError, match="holders:1:4: a: '0x12' is not an address"):
        yaml_of("a: 0x12").inside()["a"].read(parse_address)


# --- addresses ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SOMEBODY[2:], "'15d34AAf54267DB7D7c367839AAf71A00a2C6A65' is not an address: it lacks the 0x at its beginning"),
        ("0X" + SOMEBODY[2:], "write 0x with a small x"),
        (SOMEBODY.replace("d", "D", 1), "one digit or more is wrong, or its capitals are"),
        (SOMEBODY[:-1], "these are 39"),
        (SOMEBODY + "0", "these are 41"),
        (f" {SOMEBODY}", "is not an address"),
        (SOMEBODY.replace("1", "１", 1), "FULLWIDTH DIGIT ONE"),
        (SOMEBODY + "\n", "is not an address"),
        ("0x" + "g" * 40, "is not an address"),
        ("", "is not an address"),
        ("vitalik.eth", "is not an address"),
        (0x15D34AAF54267DB7D7C367839AAF71A00A2C6A65, "is not an address but a number: put the address in quotes"),
        (None, "put the address in quotes"),
        (b"\x01" * 20, "put the address in quotes"),
    ],
)
def test_parse_address__anything_else__refused_with_the_reason(text, words):
    with pytest.raises(ChainError, match=words):
        parse_address(text)


def test_parse_address__one_case_or_checksummed__is_checksummed():
    assert {parse_address(text) for text in (SOMEBODY, SOMEBODY.lower(), "0x" + SOMEBODY[2:].upper())} == {SOMEBODY}


@pytest.mark.parametrize("text", [ZERO_ADDRESS, "0x" + "0" * 39 + "1", "0x" + "0" * 36 + "ffff", BURNS, BURNS.lower()])
def test_parse_recipient__nobody_has_the_key__refused(text):
    with pytest.raises(ChainError, match="nobody has its key, and what it gets is lost"):
        parse_recipient(text)
    assert parse_recipient(SOMEBODY) == parse_address(SOMEBODY) == SOMEBODY
    assert parse_recipient("0x0000000b00000000000000000000000000000001").lower().startswith("0x0000000b")


def test_is_meant_as_address__with_or_without_0x__is_no_alias():
    assert all(map(is_meant_as_address, (SOMEBODY, SOMEBODY[2:], "0X12", "0x")))
    assert not any(map(is_meant_as_address, ("alice", "TEST::0", "Treasury", "deadbeef", "")))


# --- small parts ---


@pytest.mark.parametrize("text", ["12", "0x123", "0x12 34", "0xzz", "0x１２", "0X12", " 0x12", "0x12\n", 5, None])
def test_parse_hex__anything_else__refused(text):
    with pytest.raises(UnitError, match="is not hex"):
        parse_hex(text)


def test_parse_hex__bytes__as_written_and_of_the_wanted_size():
    assert (parse_hex("0x"), parse_hex("0x12aB"), parse_hex("0x12", 1)) == (b"", b"\x12\xab", b"\x12")
    with pytest.raises(UnitError, match="'0x12' has 1 bytes, not 2"):
        parse_hex("0x12", 2)


def test_characters__named_and_near():
    assert (hidden("a\tb\n"), hidden("a\x1b"), hidden("é\u200e"), hidden("é")) == (None, 1, 1, None)
    assert called("\u202e") == "U+202E RIGHT-TO-LEFT OVERRIDE"
    assert (foreign("5"), foreign("５")) == ("", "; '５' is U+FF15 FULLWIDTH DIGIT FIVE")
    assert (nearest("amont", ["to", "amount"]), nearest("zzz", ["to"])) == (" (did you mean 'amount'?)", "")
    assert shown("x" * 100) == "'" + "x" * 56 + "..."
