"""docs/INVARIANTS.md is true: every catalogue entry in scope is answered, and every test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "INVARIANTS.md").read_text(encoding="utf-8")
IN_SCOPE = [f"{part}{i}" for part, last in (("A", 26), ("B", 34), ("C", 39), ("D", 18), ("E", 14), ("F", 13)) for i in range(1, last + 1)]
IN_SCOPE += [f"WHO{i}" for i in range(1, 19)]
CATALOGUE = (ROOT / "docs" / "security" / "failure-catalogue.md").read_text(encoding="utf-8")
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def _rows() -> dict[str, str]:
    """The table rows by id: `| A5 | statement | tests |`."""
    found: dict[str, str] = {}
    for line in DOCUMENT.splitlines():
        match = re.match(r"\|\s*([A-Z]+\d+)\s*\|(.*)\|\s*$", line)
        if match:
            assert match[1] not in found, f"{match[1]} stands twice in docs/INVARIANTS.md"
            found[match[1]] = match[2]
    return found


def test_catalogue__every_entry_in_scope__is_answered():
    rows = _rows()
    missing = [entry for entry in IN_SCOPE if entry not in rows]
    assert not missing, f"docs/INVARIANTS.md says nothing of {missing}"
    unanswered = [entry for entry in IN_SCOPE if not REFERENCE.search(rows[entry]) and "does not apply:" not in rows[entry]]
    assert not unanswered, f"neither a test nor 'does not apply: <reason>' for {unanswered}"


def test_document__every_row__names_a_test_or_a_reason():
    bare = [name for name, row in _rows().items() if not REFERENCE.search(row) and "does not apply:" not in row]
    assert not bare, f"rows without a test: {bare}"


def test_document__every_named_test__exists():
    for path, name in REFERENCE.findall(DOCUMENT):
        source = ROOT / path
        assert source.is_file(), f"docs/INVARIANTS.md names {path}, which does not exist"
        assert re.search(rf"\b(def|class) {name}\b|^{name}\b", source.read_text(encoding="utf-8"), re.M), f"{path} has no {name}"


def test_catalogue__its_text__has_the_entries_that_are_answered():
    listed = re.findall(r"^\| ([A-F]\d+) \|", CATALOGUE, re.M)
    assert listed == [entry for entry in IN_SCOPE if not entry.startswith("WHO")]
    assert len(listed) == 144
