"""What must never be in a tracked file."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".parquet", ".png", ".gz", ".zst"}
LARGEST_FILE = 1_500_000
# Written in pieces, so that this file does not contain what it forbids.
FORBIDDEN = {
    "a package registry's host": re.compile(
        "|".join(["py" + r"pi\.org", "python" + "hosted", r"registry\.np" + "mjs", r"registry\.yarn" + "pkg", "file" + ":///"])
    ),
    "a path of somebody's machine": re.compile(r"(?<![\w.*$}])/(?:ro" + r"ot|home/\w+|Us" + r"ers/\w+|wo" + r"rk|o" + r"pt|t" + r"mp)/|\b[A-Z]:\\\\\w"),
    "a note that something is unfinished": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b"),
    "a merge conflict": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
    "an e-mail address": re.compile(r"\b[\w.+-]+@[\w-]+\.(?:com|org|net|io|dev)\b"),
    "a private key in the open": re.compile(r"BEGIN (?:EC |RSA |OPENSSH )?PRIVATE" + " KEY"),
}
ISOLATE = re.compile(r"\.isol" + r"ate\(")


def tracked() -> list[Path]:
    """Every file in git or about to be, from the repository's root."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, so there are no tracked files to look at")
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """(name, content) of every tracked text file, lock files aside."""
    for path in tracked():
        if path.suffix not in BINARY and path.name not in ("requirements.lock", "requirements-docs.lock", "package-lock.json", "LICENSE"):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_tracked_files__contain_nothing_forbidden(what: str) -> None:
    pattern = FORBIDDEN[what]
    found = [f"{name}:{content.count(chr(10), 0, match.start()) + 1}: {match[0]}" for name, content in texts() for match in pattern.finditer(content)]
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("what", "sample"),
    [
        ("a package registry's host", "https://py" + "pi.org/simple"),
        ("a path of somebody's machine", "cat /ro" + "ot/notes"),
        ("a note that something is unfinished", "# TO" + "DO later"),
        ("a merge conflict", "<" * 7 + " main"),
        ("an e-mail address", "security" + "@example.org"),
        ("a private key in the open", "-----BEGIN PRIVATE" + " KEY-----"),
    ],
)
def test_forbidden__sample__is_recognised(what: str, sample: str) -> None:
    assert FORBIDDEN[what].search(sample)


def test_ape_isolate__is_used_nowhere() -> None:
    """It swallows every exception, so a test inside it cannot fail."""
    assert ISOLATE.search("with chain.isol" + "ate():")
    assert [name for name, content in texts() if name.endswith(".py") and ISOLATE.search(content)] == []


def test_tracked_files__are_small() -> None:
    assert [path.name for path in tracked() if path.stat().st_size > LARGEST_FILE] == []


@pytest.mark.parametrize(("name", "least"), [("requirements", 100), ("requirements-docs", 30)])
def test_python_lock__pins_a_hash_for_everything_and_names_no_index(name: str, least: int) -> None:
    """F12."""
    lock = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert len(entries) > least
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(?:\[[a-z,]+\])?==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]
    assert not re.search(r"^--|https?://", lock, re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements", "requirements-docs"])
def test_python_lock__resolves_everything_asked_for(name: str) -> None:
    lock = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    locked = {match[1].replace("_", "-") for match in re.finditer(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)}
    asked = {
        re.split(r"[=<>\[ ;]", line)[0].lower().replace("_", "-")
        for line in (ROOT / f"{name}.in").read_text(encoding="utf-8").splitlines()
        if line and line[0] != "#"
    }
    assert asked - locked == set()


def test_npm_lock__carries_hashes_and_no_download_addresses() -> None:
    """F12."""
    path = ROOT / "package-lock.json"
    if not path.is_file():
        pytest.skip("there is no package-lock.json")
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        # Optional packages of platforms the lock was not made on are named, as npm wants, but their hashes are not known.
        is_foreign = package.get("optional", False) and (package.get("os"), package.get("cpu")) != (["linux"], ["x64"])
        assert name == "" or is_foreign or package.get("integrity", "").startswith("sha512-"), name


def test_licence__is_the_agpl_unabridged() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("                    GNU AFFERO GENERAL PUBLIC LICENSE\n                       Version 3, 19 November 2007\n")
    assert [f"\n  {number}. " in text for number in range(18)] == [True] * 18
    assert text.rstrip().endswith("<https://www.gnu.org/licenses/>.")
    assert len(text) == 34_523


def test_package__no_file__owns_so_much_that_it_has_400_lines():
    long = {str(path.relative_to(ROOT)): count for path in (ROOT / "sdk").rglob("*.py") if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400}
    assert long == {}, "part it by ideas"
