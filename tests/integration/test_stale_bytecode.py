"""Bytecode that ape runs follows the sources, also when only an imported file changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ape import Project
from ape.contracts import ContractContainer

from mdt.deploy.artifacts import fingerprint, fresh_contracts

ROOT = Path(__file__).resolve().parents[2]

MODULE = """# pragma version ~=0.4.3
ANSWER: constant(uint256) = {answer}
@internal
@pure
def _answer() -> uint256:
    return ANSWER
"""

INTERFACE = """# pragma version ~=0.4.3
event Asked:
    {field}: uint256
"""

HOST = """# pragma version 0.4.3
# pragma nonreentrancy on
# pragma evm-version cancun
from .common import answers
from interfaces import IHost
@external
def answer() -> uint256:
    log IHost.Asked({field}=answers._answer())
    return answers._answer()
"""


PUSH1 = 0x60


def runtime_code(contracts: dict[str, ContractContainer]) -> bytes:
    return bytes.fromhex(str(contracts["Host"].contract_type.runtime_bytecode.bytecode).removeprefix("0x"))


class Workshop:
    """A small project under the repository's own ape configuration."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("contracts/common", "interfaces"):
            (root / folder).mkdir(parents=True)
        shutil.copy(ROOT / "ape-config.yaml", root)
        self.write_module(41)
        (root / "interfaces" / "IHost.vyi").write_text(INTERFACE.format(field="value"))
        (root / "contracts" / "Host.vy").write_text(HOST.format(field="value"))

    def write_module(self, answer: int) -> None:
        (self.root / "contracts" / "common" / "answers.vy").write_text(MODULE.format(answer=answer))

    def open(self) -> Project:
        """The project as a new ape process would see it."""
        return Project(self.root)

    def cached(self) -> bytes:
        return runtime_code(self.open().load_contracts())

    def fresh(self) -> bytes:
        return runtime_code(fresh_contracts(self.open()))


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    return Workshop(tmp_path / "project")


def test_fresh_contracts__module_edited__bytecode_follows(workshop: Workshop) -> None:
    before = workshop.fresh()
    workshop.write_module(42)
    # The trap itself: were this ever to change, ape has learned to follow imports and the guard may go.
    assert workshop.cached() == before, "ape recompiled a contract because its module changed"
    after = workshop.fresh()
    assert after == before.replace(bytes([PUSH1, 41]), bytes([PUSH1, 42])) != before


def test_fresh_contracts__nothing_edited__does_not_compile_again(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = workshop.fresh()
    project = workshop.open()

    def refuse(*_: object, **options: object) -> object:
        assert options.get("use_cache") is not False, "compiled again although nothing changed"
        return original()

    original = project.load_contracts
    monkeypatch.setattr(project, "load_contracts", refuse, raising=False)
    assert runtime_code(fresh_contracts(project)) == before


def test_fresh_contracts__cache_filled_from_sources_since_reverted__compiles_again(workshop: Workshop) -> None:
    before = workshop.fresh()
    workshop.write_module(42)
    workshop.open().load_contracts(use_cache=False)
    workshop.write_module(41)
    assert workshop.cached() != before
    assert workshop.fresh() == before


def test_fingerprint__any_input_changes__changes(workshop: Workshop) -> None:
    manifest = workshop.root / ".build" / "__local__.json"
    seen = {fingerprint(workshop.root, manifest)}
    for path, text in (
        ("contracts/common/answers.vy", MODULE.format(answer=7)),
        ("interfaces/IHost.vyi", INTERFACE.format(field="other")),
        ("contracts/Host.vy", HOST.format(field="other")),
        ("contracts/New.vy", ""),
        ("ape-config.yaml", "name: other\n"),
        (".build/__local__.json", "{}"),
    ):
        (workshop.root / path).parent.mkdir(exist_ok=True)
        (workshop.root / path).write_text(text)
        now = fingerprint(workshop.root, manifest)
        assert now not in seen, path
        seen.add(now)
