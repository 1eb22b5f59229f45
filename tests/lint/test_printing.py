"""Everything that a command prints goes through `mdt.cli.output`, which shows with escapes what strangers wrote."""

from __future__ import annotations

import ast

from mdt.files import ROOT

PRINTERS = {"print", "echo", "secho", "echo_via_pager", "prompt", "confirm", "stdout", "stderr", "Console", "write"}
ALLOWED = {
    "output.py": {"echo", "print", "stdout", "stderr", "Console"},  # the one place
    "main.py": {"echo"},  # click's own script for the shell
    "deploy.py": {"confirm"},  # a question of our own words
    "accounts.py": {"prompt"},  # a passphrase, asked for with the file's name in escapes
    "real.py": {"write"},  # tqdm's, with escapes
}
"""What a file of `mdt.cli` may use of these."""


def used(source: str) -> set[str]:
    """Names of printers that a file uses."""
    names = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    return names & PRINTERS


def test_commands__print_in_one_place():
    found = {path.name: used(path.read_text()) for path in sorted((ROOT / "sdk" / "mdt" / "cli").rglob("*.py"))}
    assert {name: names - ALLOWED.get(name, set()) for name, names in found.items() if names - ALLOWED.get(name, set())} == {}
    assert {name for name in ALLOWED if found[name] != ALLOWED[name]} == set()


def test_library__prints_nothing():
    """What no command says, nobody says; programs of their own are none of the library."""
    programs = {"economics/__main__.py", "economics/quorum_page.py", "runs/generate.py"}
    base = ROOT / "sdk" / "mdt"
    paths = [path for path in sorted(base.rglob("*.py")) if path.parent.name != "cli" and str(path.relative_to(base)) not in programs]
    assert {str(path): used(path.read_text()) & {"print", "echo", "secho", "Console"} for path in paths if used(path.read_text()) & {"print", "echo"}} == {}


def test_used__a_planted_print__is_found():
    assert used("import click\nclick.secho('x')\nprint(1)") == {"secho", "print"}
