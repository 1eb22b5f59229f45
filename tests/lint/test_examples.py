"""What the documents and the messages show to be written can be pasted: every example of a file is read, every value of an option is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mdt.errors import ConfigError, MDTError
from mdt.governance.calls import read_calls
from mdt.preset.genesis import Allocation, parse_holders
from mdt.preset.settings import load
from mdt.staking.liveness import read_report
from mdt.staking.votes import read_vote
from mdt.units import parse_amount, parse_bps, parse_seconds, parse_time
from mdt.written.item import Source
from mdt.written.read import read
from mdt.written.yaml import parse_yaml
from tests.lint.test_commands import DOCUMENTS, ROOT, commands_of, parsed, resolve
from tests.support.governance import paper_book

BLOCK = re.compile(r"^```(yaml|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"\[?\{(?:team|bucket): (?:[^`{}]|\{[^`{}]*\})*\}(?:, \.\.\.)?\]?")
SOMEBODY = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"
OF_OPTIONS = {
    **dict.fromkeys(("delay", "expires", "linear", "cliff", "block_time"), parse_seconds),
    **dict.fromkeys(("tge", "start"), parse_time),
    **dict.fromkeys(("at_start", "burn", "commission", "share"), parse_bps),
    **dict.fromkeys(("amount", "amount_option", "threshold", "least", "each"), parse_amount),
}
"""How the values of options and arguments are read, by their names."""
PLACEHOLDER = re.compile(r"[A-Z_]+|\.\.\.")
UNIT = load("luxtensor").denomination


def read_holders(path: Path) -> object:
    return parse_holders(read(path), UNIT)


def read_genesis(path: Path) -> object:
    return [Allocation.parse(one, UNIT) for one in read(path).items("a list")]


def read_operations(path: Path) -> object:
    return read_calls(path, paper_book(), resolve)


KINDS = {"entries": read_report, "block_hash": read_vote, "contract": read_operations, "target": read_operations, "bucket": read_genesis}
"""The reader of a file by a key that it has; a mapping with none of them is of holders."""


def read_example(text: str, language: str, folder: Path) -> object:
    """Read an example as the file that it shows."""
    path = folder / f"example.{language}"
    path.write_text(text, encoding="utf-8")
    content = read(path).raw()
    first = content[0] if isinstance(content, list) else content
    return next((reader for key, reader in KINDS.items() if key in first), read_holders)(path)


def pasted(span: str) -> str:
    """A form of the documents with an address where it says so."""
    text = span.replace("0x... or a holder's name or Treasury", "0x...").replace(" (or leave it out)", "")
    return text.replace("0x...", SOMEBODY).replace(", ...", "")


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if BLOCK.search((ROOT / name).read_text(encoding="utf-8"))])
def test_blocks__every_file_that_is_shown__is_read(tmp_path, name):
    for language, text in BLOCK.findall((ROOT / name).read_text(encoding="utf-8")):
        assert read_example(text, language, tmp_path), text


def test_spans__every_form_in_a_sentence__is_read_when_pasted(tmp_path):
    found = [span for name in DOCUMENTS for span in SPAN.findall((ROOT / name).read_text(encoding="utf-8"))]
    assert len(found) >= 3
    for span in found:
        assert read_example(pasted(span), "yaml", tmp_path), span


@pytest.mark.parametrize(("reader", "wrong"), [(lambda item: parse_holders(item, UNIT), "[]"), (lambda item: Allocation.parse(item, UNIT), "7")])
def test_messages__every_form_that_an_error_advises__is_read_when_pasted(tmp_path, reader, wrong):
    with pytest.raises(ConfigError) as caught:
        reader(parse_yaml(wrong, Source("file", ConfigError)))
    found = SPAN.findall(str(caught.value))
    assert found
    for span in found:
        text = pasted(span)
        assert read_example(f"[{text}]" if "bucket" in text else text, "yaml", tmp_path), span


def test_options__every_value_in_a_command__is_one():
    seen = 0
    for name in DOCUMENTS:
        for words in commands_of((ROOT / name).read_text(encoding="utf-8")):
            path, values = parsed(words)
            for key, text in values.items():
                reader = OF_OPTIONS.get(key) if path[0] not in ("governance",) or key == "delay" else None
                if reader is None or not isinstance(text, str) or PLACEHOLDER.fullmatch(text):
                    continue
                seen += 1
                try:
                    reader(text)
                except MDTError as error:
                    if "has the unit" not in str(error) or reader is not parse_amount:  # amounts in another token's unit
                        pytest.fail(f"{name}: mdt {' '.join(words)}: {key}: {error}")
    assert seen > 20
