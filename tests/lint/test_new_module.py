"""`make new-module` begins a file that the other lint tests have nothing to say against."""

from __future__ import annotations

from pathlib import Path

import pytest
from vyper.compiler import compile_code

from tests.lint.test_contract_style import misplaced
from tools import new_module


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "contracts"
    for name in ("common", "staking/modules", "vesting"):
        (folder / name).mkdir(parents=True)
    (folder / "staking" / "modules" / "checks.vy").write_text("")
    return folder


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("staking/lock_fees", "staking/modules/lock_fees.vy"),
        ("vesting/pace", "vesting/modules/pace.vy"),
        ("common/dates", "common/dates.vy"),
    ],
)
def test_begin__area_and_name__stands_in_its_folder_and_compiles(sources: Path, name: str, place: str) -> None:
    path = new_module.begin(name, sources)
    assert path == sources / place
    text = path.read_text()
    assert f"@title {path.stem.replace('_', ' ').capitalize()}: " in text
    assert misplaced(text) == []
    assert compile_code(text, output_formats=["bytecode"])["bytecode"].startswith("0x")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("lock_fees", "expected area/name in lower case"),
        ("staking/LockFees", "expected area/name in lower case"),
        ("staking/../lock_fees", "expected area/name in lower case"),
        ("stacking/lock_fees", "there is no area 'stacking': choose one of common, staking, vesting"),
        ("vesting/checks", "a module is called 'checks' already: contracts/staking/modules/checks.vy"),
    ],
)
def test_begin__bad_name__is_refused_and_nothing_written(sources: Path, name: str, complaint: str) -> None:
    before = sorted(sources.rglob("*.vy"))
    with pytest.raises(ValueError, match=complaint):
        new_module.begin(name, sources)
    assert sorted(sources.rglob("*.vy")) == before


@pytest.mark.parametrize("arguments", [[], ["a/b", "c/d"], ["nowhere/name"]])
def test_main__nothing_to_begin__says_how_and_fails(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert new_module.main(arguments) == 1
    assert capsys.readouterr().err.startswith("new-module: ")
