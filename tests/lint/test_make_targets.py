"""What `make one`, `make costs` and `make sizes` say: the right tests for a file, sums that add up, changes that are seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import contracts, one, sizes, test_costs

ROOT = Path(__file__).resolve().parents[2]
MODELS = [path for path in sorted((ROOT / "sdk" / "mdt" / "model").glob("*.py")) if path.name != "__init__.py"]


@pytest.mark.parametrize("name", contracts.deployables())
def test_one__every_contract__has_tests_of_its_own(name):
    assert all(path.startswith("tests/") for path in one.tests_of(f"contracts/{name}.vy", ROOT))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_one__every_model__has_tests(path):
    assert one.tests_of(path.relative_to(ROOT).as_posix(), ROOT)


@pytest.fixture
def project(tmp_path):
    files = {
        "sdk/mdt/model/weight.py": "",
        "contracts/staking/modules/weight.vy": "",
        "contracts/staking/BigPool.vy": "",
        "tests/harness/WeightHarness.vy": "from contracts.staking.modules import weight\n",
        "tests/unit/weight/test_a.py": "",
        "tests/unit/test_weight_of_all.py": "",
        "tests/unit/test_weightless.py": "",
        "tests/unit/big_pool/test_buy.py": "",
        "tests/sdk/test_direct.py": "from mdt.model.weight import Weight\n",
        "tests/sdk/test_parent.py": "from mdt.model import clock, weight\n",
        "tests/sdk/test_lines.py": "from mdt.model import (\n    clock,\n    weight,\n)\n",
        "tests/sdk/test_other.py": "from mdt.model.weights import Weight\nfrom mdt.model import clock\n",
        "tests/differential/test_harnessed.py": 'harness("WeightHarness")\n',
        "tests/stateful/test_machine.py": "from mdt.model.weight import Weight\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


NAMED = ["tests/unit/test_weight_of_all.py", "tests/unit/weight"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("sdk/mdt/model/weight.py", ["tests/sdk/test_direct.py", "tests/sdk/test_lines.py", "tests/sdk/test_parent.py", *NAMED]),
        ("contracts/staking/modules/weight.vy", ["tests/differential/test_harnessed.py", *NAMED]),
        ("contracts/staking/BigPool.vy", ["tests/unit/big_pool"]),
        ("tests/unit/weight", ["tests/unit/weight"]),
        ("tests/unit/test_weightless.py", ["tests/unit/test_weightless.py"]),
    ],
)
def test_tests_of__path__those_that_belong_to_it(project, target, expected):
    assert one.tests_of(target, project) == expected


@pytest.mark.parametrize(("target", "words"), [("sdk/mdt/no.py", "does not exist"), ("tests/harness/../../sdk", "no test carries the name sdk")])
def test_tests_of__nothing_there__says_what_was_looked_for(project, target, words):
    with pytest.raises(ValueError, match=words):
        one.tests_of(target, project)


def test_costs__files__summed_by_folder_dearest_first():
    costs = {"tests/unit/token/test_a.py": 1.5, "tests/unit/pools/test_b.py": 2.0, "tests/sdk/test_c.py": 9.0, "tests/test_d.py": 0.25}
    assert test_costs.by_folder(costs) == {"tests/sdk": 9.0, "tests/unit": 3.5, "tests": 0.25}
    assert list(test_costs.by_folder(costs)) == ["tests/sdk", "tests/unit", "tests"]
    assert "| `tests/unit/` | 4 |" in test_costs.table(costs, 7.0)
    assert "| together | 20 |" in test_costs.table(costs, 7.0)


def test_costs__page__table_between_its_marks_is_exchanged():
    begin, end = test_costs.BETWEEN
    page = f"before\n{begin}| old |\n{end}after\n"
    assert test_costs.with_table(page, "| new |") == f"before\n{begin}| new |\n{end}after\n"
    with pytest.raises(ValueError, match="once"):
        test_costs.with_table(page.replace(end, ""), "| new |")


def test_sizes__runtime_changed__seen_beside_the_contract():
    now = {
        "A": {"creation": 3_000, "runtime": 2_000, "deployed": 2_032},
        "B": {"creation": 13_000, "runtime": 12_288, "deployed": 12_288},
        "C": {"creation": 5, "runtime": 4, "deployed": 4},
    }
    lines = sizes.table(now, {"A": {"creation": 1, "runtime": 2_010}, "B": {"creation": 1, "runtime": 12_288}}).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["B", "13,000", "12,288", "12,288", "50.0%", "-"],
        ["A", "3,000", "2,000", "2,032", "8.3%", "-10"],
        ["C", "5", "4", "4", "0.0%", "new"],
    ]


def test_makefile__every_target__has_a_line_of_help_and_is_phony():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):(?!=)(.*)$", text, re.MULTILINE)
    assert r".PHONY: $(shell awk -F: '/^[a-z-]+:.*## / {print $$1}' $(firstword $(MAKEFILE_LIST)))" in text, "every target with a line of help is phony"
    assert [name for name, rest in targets if " ## " not in rest] == []
