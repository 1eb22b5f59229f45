"""What was compiled before is used again as long as the sources are the same, and no longer."""

from __future__ import annotations

import json
import shutil
from functools import cache
from importlib.metadata import PackageNotFoundError

import pytest

from mdt.cli import deploy
from mdt.deploy import compiled
from mdt.deploy.compiled import from_vyper
from mdt.errors import DeploymentError, MDTError
from mdt.files import ROOT
from tests.support.deployers import deployer

NAME = "RewardDistributor"


FRESH = compiled._freshly_compiled


@cache
def _compiled(hashed, root):
    """Compiling takes seconds, and gives the same for the same sources."""
    return FRESH(NAME, root)


def freshly(name, root):
    """What the compiler makes of the sources as they are."""
    assert name == NAME
    hashed = compiled.source_hash(name, root)
    return _compiled(hashed, ROOT if hashed == compiled.source_hash(name) else root)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the sources, and a list that grows with every compilation."""
    for folder in ("contracts", "interfaces"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    made = []

    def counted(*arguments):
        made.append(arguments)
        return freshly(*arguments)

    monkeypatch.setattr(compiled, "_freshly_compiled", counted)
    compiled._compile.cache_clear()
    yield tmp_path, made
    compiled._compile.cache_clear()


def again(root):
    """As another process would ask."""
    compiled._compile.cache_clear()
    return from_vyper((NAME,), root)[NAME]


def test_from_vyper__same_sources__compiled_once_and_the_same(project):
    root, made = project
    first = again(root)
    assert again(root) == first
    assert len(made) == 1
    assert json.dumps(again(root).abi) == json.dumps(first.abi)


def test_from_vyper__a_module_changed__compiled_anew(project):
    root, made = project
    first = again(root)
    source = root / "contracts" / "common" / "reasons.vy"
    source.write_text(source.read_text() + "\n# another line\n")
    assert again(root).source_hash != first.source_hash
    assert len(made) == 2


def test_from_vyper__a_module_changed_within_a_process__compiled_anew(project):
    """What a process remembers is remembered by the sources' content."""
    root, made = project
    first = again(root)
    source = root / "contracts" / "common" / "reasons.vy"
    source.write_text(source.read_text() + "\n# another line\n")
    second = from_vyper((NAME,), root)[NAME]
    assert second.source_hash == compiled.source_hash(NAME, root) != first.source_hash
    assert from_vyper((NAME,), root)[NAME] == second
    assert len(made) == 2


def test_from_vyper__a_module_edited_while_it_compiles__is_not_kept(project, monkeypatch):
    """Nobody knows which of both it is: whoever deploys next would deploy it."""
    root, made = project
    fresh = compiled._freshly_compiled

    def edited_meanwhile(*arguments):
        data = fresh(*arguments)
        _ = data.bytecode
        source = root / "contracts" / "common" / "reasons.vy"
        source.write_text(source.read_text() + "\n# another line\n")
        return data

    monkeypatch.setattr(compiled, "_freshly_compiled", edited_meanwhile)
    again(root)
    assert not (root / ".cache" / "compiled").exists()
    monkeypatch.setattr(compiled, "_freshly_compiled", fresh)
    again(root)
    assert compiled.is_kept(NAME, root)
    assert len(made) == 2


@pytest.mark.parametrize("content", ["", "{", "{}", '{"abi": [], "bytecode": "zz", "runtime": ""}'])
def test_from_vyper__kept_file_damaged__compiled_anew(project, content):
    root, made = project
    first = again(root)
    (kept,) = (root / ".cache" / "compiled").iterdir()
    kept.write_text(content)
    assert again(root) == first
    assert len(made) == 2


def test_from_vyper__folder_cannot_be_written__compiled_all_the_same(project):
    root, made = project
    (root / ".cache").write_text("not a folder")
    assert again(root).bytecode
    assert len(made) == 1


def test_from_vyper__no_sources__says_where_to_run_it(tmp_path):
    compiled._compile.cache_clear()
    with pytest.raises(MDTError, match=r"the contract MDT is missing: .* is no file; run this in a checkout"):
        from_vyper(("MDT",), tmp_path)


def test_keep__what_titanoboa_compiled__is_what_vyper_compiles():
    """`make compile` and `make test` keep what was compiled for both at once."""
    ours = freshly(NAME, ROOT)
    made = compiled.keep(NAME, deployer(NAME).compiler_data, compiled.source_hash(NAME))
    assert (made.bytecode, made.runtime) == (ours.bytecode, ours.bytecode_runtime)
    assert made.abi == compiled._abi(ours)


def test_from_vyper__told__names_what_has_to_be_compiled_and_nothing_else(project):
    root, _ = project
    told: list[str] = []
    from_vyper((NAME,), root, told.append)
    compiled._compile.cache_clear()
    from_vyper((NAME,), root, told.append)
    assert told == [f"compile {NAME}"]


def test_command__compiler_missing__says_what_to_install(monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(compiled, "_version", absent)
    compiled._compile.cache_clear()
    with pytest.raises(DeploymentError, match=r"and vyper is not installed: install `mdt\[compiler\]`, and work in a checkout"):
        deploy.compiled()
