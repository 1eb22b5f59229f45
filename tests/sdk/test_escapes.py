"""What strangers wrote is shown, never obeyed: `mdt.escapes`, and everything that prints."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import unicodedata

import pytest
from click.testing import CliRunner
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth
from web3._utils.error_formatters_utils import raise_contract_logic_error_on_revert

from mdt.chain import abi as abilib
from mdt.chain.node_errors import translated
from mdt.cli import output
from mdt.cli.errors import fail
from mdt.cli.main import main
from mdt.errors import ChainError, RevertError
from mdt.escapes import escaped, of_bytes, quoted, short, sound

HOSTILE_NAME = "x\x1b[2J\u202e"
HOSTILE = {
    "\x1b[2J\x1b[31mred": r"\x1b[2J\x1b[31mred",
    "\x9b31m": r"\x9b31m",
    "a\nb\rc\x08d\x7f": r"a\nb\rc\x08d\x7f",
    "ab\u202edc": r"ab\u202edc",
    "\u2066a\u2069": r"\u2066a\u2069",
    "\u200bzero\u200d\ufeff\u00ad": r"\u200bzero\u200d\ufeff\xad",
    "line\u2028par\u2029\x85": r"line\u2028par\u2029\x85",
    "\u3164\u115f\u2800\ufe0f": r"\u3164\u115f\u2800\ufe0f",
    "\u05e9\u0627": r"\u05e9\u0627",
    "\U000e0041": r"\U000e0041",
    "\udcff\ud800": r"\xff\ud800",
    "e\u0301\u0301\u0301\u0301": "e\u0301\u0301\\u0301\\u0301",
    "\u00a0": r"\xa0",
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.items(), ids=[ascii(text) for text in HOSTILE])
def test_escaped__what_a_terminal_would_obey__shown(text, shown):
    assert escaped(text) == shown


@pytest.mark.parametrize("text", ["Ada & Söhne", "名前", "Валидатор №1", "🚀 to the moon", "a\\b", "50% [b]", "Việt"])
def test_escaped__names_of_people__as_they_are(text):
    assert escaped(text) == text


@given(st.text(st.characters(), max_size=40))
def test_escaped__any_text__one_line_of_known_width(text):
    shown = escaped(text)
    assert shown.isprintable()
    assert not [one for one in shown if unicodedata.bidirectional(one) in ("R", "AL", "AN")]
    assert wcswidth(shown) >= 0
    assert escaped(shown) == shown


def test_short__long_text__cut_with_a_mark_and_a_count():
    assert short("x" * 80) == "x" * 80
    assert short("x" * 1_080) == "x" * 80 + "... (1,000 more)"
    assert short("\x1b" * 3, 2) == r"\x1b\x1b... (1 more)"


@given(st.text(max_size=40))
def test_quoted__any_text__cannot_close_its_quotes(text):
    shown = quoted(text, None)
    assert (shown[0], shown[-1], shown.count("'")) == ("'", "'", 2)


@given(st.binary(max_size=40))
def test_of_bytes__any_bytes__a_text_that_can_be_written(data):
    text = of_bytes(data)
    assert text.encode("utf-8").decode("utf-8") == text
    assert sound(text) == text


def test_of_bytes__no_utf_8__bytes_as_escapes_and_no_other_text_alike():
    assert of_bytes(b"caf\xc3\xa9") == "café"
    assert of_bytes(b"\xff\xfe ok") == r"\xff\xfe ok"
    assert of_bytes(b"\\xff\xff") == r"\\xff\xff"


# --- what prints ---


@given(
    st.recursive(
        st.text(st.characters()) | st.integers() | st.none(), lambda part: st.lists(part) | st.dictionaries(st.text(st.characters()), part), max_leaves=6
    )
)
def test_json__any_document__ascii_that_every_reader_takes(document):
    text = output.json_text(document)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")  # no half of a character is left


@given(st.lists(st.text(st.characters(), max_size=30), min_size=1, max_size=4))
def test_table__any_cells__aligned(cells):
    lines = printed(lambda: output.table(cells[0], ("name", "amount"), [(cell, "1") for cell in cells], right=(1,)))
    rows = [line for line in lines if line[0] in "┏┃┡│└"]
    assert len({cell_len(line) for line in rows}) == 1
    assert all(line.isprintable() for line in lines)


def test_table__markup_and_emoji_codes__are_text():
    lines = printed(lambda: output.table("[b]t[/b]", ("",), [(":warning: [red]x[/]",)]))
    assert lines[0].rstrip() == "[b]t[/b]"
    assert "│ :warning: [red]x[/] │" in lines


def test_say__a_line_break_in_a_line__stays_one_line():
    assert printed(lambda: output.say("pool 1: x\nall is well", "y")) == [r"pool 1: x\nall is well", "y"]


def test_fail__several_lines__indented(capsys):
    with pytest.raises(SystemExit):
        fail("tasks.csv:2: x\x1b[0m\nscores.csv:3: y")
    assert capsys.readouterr().err == "error: tasks.csv:2: x\\x1b[0m\n  scores.csv:3: y\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_say_and_table__terminal_without_unicode__escapes(encoding):
    program = "from mdt.cli.output import say, table; say('名é'); table('é', ('a',), [('名',)])"
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    lines = done.stdout.decode(encoding).splitlines()
    assert lines[0].startswith("\\u540d")
    assert "| \\u540d |" in lines


@pytest.mark.parametrize(
    "words", [["validator", "list", HOSTILE_NAME], ["validator", "show", HOSTILE_NAME], ["validator", HOSTILE_NAME], ["epoch", "collect", HOSTILE_NAME]]
)
def test_command_line__a_name_that_a_shell_filled_in__quoted_with_escapes(words):
    done = CliRunner(mix_stderr=False).invoke(main, words)
    assert done.exit_code == 2
    assert all(escaped(line) == line for line in done.stderr.splitlines())
    assert r"\x1b[2J" in done.stderr


def printed(function) -> list[str]:
    """The lines of standard output."""
    kept, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    try:
        function()
        sys.stdout.seek(0)
        return sys.stdout.read().removesuffix("\n").split("\n")
    finally:
        sys.stdout = kept


# --- what comes out of contracts ---

STRING = [{"name": "text", "type": "string"}]


@given(st.binary(max_size=70))
def test_abi__any_bytes_as_a_string__read_and_recognized(data):
    """What is no UTF-8 is no error, and the very bytes are compared where that matters."""
    encoded = encode(["bytes"], [data])
    (text,) = abilib.decode(STRING, encoded, "text", exactly=True)
    assert text == of_bytes(data)
    assert abilib.decode_revert(bytes.fromhex("08c379a0") + encoded) == text
    with pytest.raises(ChainError, match="does not fit the ABI"):
        abilib.decode(STRING, encoded + bytes(32), "text", exactly=True)


def test_revert__reason_that_is_no_utf_8__is_a_refusal_in_words():
    answer = {"code": 3, "message": "execution reverted", "data": "0x08c379a0" + encode(["bytes"], [b"\xff\x1b no"]).hex()}
    with pytest.raises(RevertError, match="call: refused: ") as caught, translated("call"):
        raise_contract_logic_error_on_revert({"jsonrpc": "2.0", "id": 1, "error": answer})  # type: ignore[arg-type, typeddict-item]
    assert escaped(caught.value.reason) == r"\xff\x1b no"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("pools: unknown pool", "pools: unknown pool"),
        ("timelock_controller: operation already scheduled", "timelock_controller: operation already scheduled"),
        ("desk: rest is the payee's", "desk: rest is the payee's"),
        ("ok. Sent in block 5; nothing is owed", "'ok. Sent in block 5; nothing is owed'"),
        ("no'; all was paid: '", r"'no\x27; all was paid: \x27'"),
        ("no\nerror: all good", r"'no\nerror: all good'"),
        ("\x1b[2J\u202eno", r"'\x1b[2J\u202eno'"),
        ("A" * 3_000, f"'{'A' * 80}... (2,920 more)'"),
    ],
)
def test_revert__reason_of_a_strangers_contract__stands_in_quotes_on_one_line(reason, words):
    """A payment token, a reporter that is a contract or anything else that the suite calls chooses the words."""
    data = "0x08c379a0" + encode(["string"], [reason]).hex()
    answer = {"code": 3, "message": f"execution reverted: {reason}", "data": data}
    with pytest.raises(RevertError) as caught, translated("call"):
        raise_contract_logic_error_on_revert({"jsonrpc": "2.0", "id": 1, "error": answer})  # type: ignore[arg-type, typeddict-item]
    assert (escaped(caught.value), caught.value.reason) == (f"call: refused: {words}", reason)
