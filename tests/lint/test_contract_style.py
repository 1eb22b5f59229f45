"""The house style of contracts, as far as a machine can see it. Files are found by looking, so new ones are covered at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from vyper import ast as vy_ast
from vyper.ast import nodes

from mdt.names import EXTENSIONS
from tools import contracts

ROOT = contracts.ROOT
DEPLOYABLES = contracts.deployables()
MODULES = [path.relative_to(ROOT).as_posix() for path in contracts.modules()]
SOURCES = [f"contracts/{name}.vy" for name in DEPLOYABLES] + MODULES
INTERFACES = [path.relative_to(ROOT).as_posix() for path in contracts.interfaces()]

MAX_LINES = {"deployable": 350, "module": 250}  # with comments and blank lines
MAX_CODE_LINES = {"deployable": 240, "module": 180}
MAX_COLUMNS = 100
MAX_REASON = 32  # one word; the name of the parameter makes this one a byte longer
LONGER_REASONS = {"parameters: weights must be whole"}
REASON = re.compile(r"[a-z0-9_ ]+: [a-z0-9][^A-Z]*")

REFUSALS = "contracts/staking/modules/checks.vy"

HEADER = ["# pragma version 0.4.3", "# pragma nonreentrancy on", "# pragma optimize gas", "# pragma evm-version cancun"]
# Deployables compiled for size, each with why.
FOR_SIZE = {"slashing/Slasher": "with its immutables it would be larger than a contract can be"}

# Files that need no lock, each with why; `test_token__calls_nobody` holds the reason up.
WITHOUT_LOCK = {
    "contracts/token/modules/erc20.vy": "the token calls no other contract, and a lock would cost every transfer 330 gas",
    "contracts/token/modules/erc20_permit.vy": "the token calls no other contract",
}


@cache
def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: str) -> nodes.Module:
    return vy_ast.parse_to_ast(text(path))


def functions(path: str) -> list[nodes.FunctionDef]:
    return tree(path).get_children(nodes.FunctionDef)


def decorators(function: nodes.FunctionDef) -> set[str]:
    return {node.id for node in function.decorator_list if isinstance(node, nodes.Name)}


def reasons(path: str) -> Iterator[tuple[int, nodes.VyperNode | None]]:
    """(line, reason) of every assert and raise, and of every refusal through the module that is there for it."""
    if path == REFUSALS:
        return  # the one place that is given its reasons
    for node in tree(path).get_descendants((nodes.Assert, nodes.Raise)):
        yield node.lineno, node.msg if isinstance(node, nodes.Assert) else node.exc
    for node in tree(path).get_descendants(nodes.Call):
        if node.func.node_source_code in ("checks._require", "checks._refuse"):
            yield node.lineno, node.args[-1]


@cache
def all_reasons() -> dict[str, str]:
    """Refusal -> where it stands."""
    return {reason.value: f"{path}:{line}" for path in SOURCES for line, reason in reasons(path) if isinstance(reason, nodes.Str)}


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_deployable__first_lines__pin_compiler_reentrancy_optimiser_and_evm(name: str) -> None:
    """F8: the EVM version stands in the source, so every tool compiles for the same one."""
    lines = contracts.source(name).splitlines()
    assert lines[0] == HEADER[0]
    for_size = [line.replace("optimize gas", "optimize codesize") for line in HEADER]
    assert set(lines[: len(HEADER)]) == set(for_size if name in FOR_SIZE else HEADER)


@pytest.mark.parametrize("path", MODULES + INTERFACES)
def test_module__first_line__names_compatible_compilers(path: str) -> None:
    assert text(path).splitlines()[0] == "# pragma version ~=0.4.3"


@pytest.mark.parametrize("path", MODULES)
def test_module__with_external_functions__is_not_reentrant(path: str) -> None:
    """The switch is per file: what a deployable exports keeps the setting of the module it comes from (C37)."""
    if path not in WITHOUT_LOCK and any("external" in decorators(function) for function in functions(path)):
        assert "# pragma nonreentrancy on" in text(path).splitlines()[:4]


@pytest.mark.parametrize("name", [name for name in DEPLOYABLES if any(f"import {Path(path).stem}\n" in contracts.source(name) for path in WITHOUT_LOCK)])
def test_token__calls_nobody(name: str) -> None:
    """Without a call out there is nothing to re-enter."""
    constructor, runtime = contracts.code_parts(name)
    calls = {0xF1: "CALL", 0xF2: "CALLCODE", 0xF4: "DELEGATECALL"}
    assert {calls[code] for code in contracts.opcodes(constructor + runtime) if code in calls} == set()


def code_lines(path: str) -> int:
    """Lines that are neither blank nor comment nor documentation."""
    documented: set[int] = set()
    for node in tree(path).get_descendants(nodes.DocStr):
        documented |= set(range(node.lineno, node.end_lineno + 1))
    lines = enumerate(text(path).splitlines(), 1)
    return sum(1 for number, line in lines if line.strip() and not line.strip().startswith("#") and number not in documented)


@pytest.mark.parametrize("path", SOURCES)
def test_source__size__one_concern_a_file(path: str) -> None:
    kind = "module" if path in MODULES else "deployable"
    lines = text(path).splitlines()
    assert len(lines) <= MAX_LINES[kind]
    assert code_lines(path) <= MAX_CODE_LINES[kind]
    # A text cannot be broken over lines in Vyper.
    assert [f"{path}:{number}" for number, line in enumerate(lines, 1) if len(line) > MAX_COLUMNS and not line.strip().startswith('"')] == []


@pytest.mark.parametrize("path", SOURCES)
def test_source__every_refusal__has_a_reason_of_at_most_32_bytes(path: str) -> None:
    for line, reason in reasons(path):
        assert isinstance(reason, nodes.Str), f"{path}:{line}: refuses without saying why"
        assert len(reason.value.encode()) <= MAX_REASON or reason.value in LONGER_REASONS, f"{path}:{line}: {reason.value!r} is longer than {MAX_REASON} bytes"
        assert REASON.fullmatch(reason.value), f"{path}:{line}: {reason.value!r} is not 'scope: lower case reason'"


@pytest.mark.parametrize("path", SOURCES)
def test_source__every_external_function__is_documented(path: str) -> None:
    missing = []
    for function in functions(path):
        if "external" not in decorators(function):
            continue
        where = f"{path}:{function.lineno}: {function.name}"
        doc = function.doc_string.value if function.doc_string is not None else ""
        if "@notice" not in doc:
            missing.append(f"{where} has no @notice")
        if {"view", "pure"} & decorators(function):
            continue  # what a view answers is its notice
        missing += [f"{where} does not explain {argument.arg}" for argument in function.args.args if not re.search(rf"\b{argument.arg}\b", doc)]
        if function.returns is not None and "@return" not in doc:
            missing.append(f"{where} does not explain what it returns")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("path", SOURCES)
def test_source__header__has_title_licence_and_notice(path: str) -> None:
    doc = tree(path).get_children(nodes.DocStr)
    assert doc, f"{path} has no header"
    for tag in ("@title", "@license AGPL-3.0-only", "@notice"):
        assert tag in doc[0].value, f"{path}: {tag} is missing"


# Where things stand in a file, from top to bottom; a banner says which, and may say more behind a colon.
SECTIONS = (
    "interfaces", "modules", "constants", "structs", "immutables", "storage", "constructor",
    "permissionless", "user", "role", "governance", "views", "internal",
)  # fmt: skip
BANNER = re.compile(r"# --- (\w+)(?:: [^ ].*[^ ])? ---")
SINGLE = ("interfaces", "modules", "structs", "immutables", "storage", "constructor", "governance")  # once in a file


def banners(lines: list[str]) -> list[tuple[int, str]]:
    """(line, section) of every banner of a file; what only looks like one has an empty section."""
    looks = [(number, line) for number, line in enumerate(lines, 1) if re.match(r"#+ ?[-=*#~]{2,}", line)]
    return [(number, found[1] if (found := BANNER.fullmatch(line)) else "") for number, line in looks]


def section_of(function: nodes.FunctionDef) -> set[str]:
    """Sections that a function may stand in."""
    marks = decorators(function)
    if "deploy" in marks:
        return {"constructor"}
    if "internal" in marks:
        return {"internal"}
    return {"views"} if marks & {"view", "pure"} else {"permissionless", "user", "role", "governance"}


def misplaced(source: str) -> list[str]:
    """What is wrong with the banners of a file, and with what stands below them."""
    lines = source.splitlines()
    found = banners(lines)
    wrong = [f"{number}: no section of {', '.join(SECTIONS)}: {lines[number - 1]}" for number, section in found if section not in SECTIONS]
    wrong += [f"{number}: one empty line goes before and after a banner" for number, _ in found if [lines[number - 2], *lines[number : number + 1]] != ["", ""]]
    wrong += [f"{number}: two empty lines before a banner" for number, _ in found if lines[number - 3 : number - 1] == ["", ""]]
    known = [(number, section) for number, section in found if section in SECTIONS]
    places = [SECTIONS.index(section) for _, section in known]
    wrong += [f"{number}: {section} stands above" for (number, section), place, last in zip(known[1:], places[1:], places, strict=False) if place < last]
    names = [section for _, section in known]
    wrong += [f"{section} has {names.count(section)} banners" for section in SINGLE if names.count(section) > 1]
    for node in vy_ast.parse_to_ast(source).get_children(nodes.FunctionDef):
        below = [section for number, section in known if number < node.lineno]
        if not below or below[-1] not in section_of(node):
            wrong.append(f"{node.lineno}: {node.name} stands below {below[-1] if below else 'no banner'}, not below {' or '.join(sorted(section_of(node)))}")
    return wrong


@pytest.mark.parametrize("path", SOURCES)
def test_source__banners__name_known_sections_in_one_order(path: str) -> None:
    assert misplaced(text(path)) == []


TIDY = "# --- storage ---\n\na: uint256\n\n# --- views: sums ---\n\n@external\n@view\ndef f():\n    pass\n"


@pytest.mark.parametrize(
    ("present", "instead", "complaint"),
    [
        ("# --- storage ---", "# --- things ---", "no section of"),
        ("# --- storage ---", "# ---- storage ----", "no section of"),
        ("# --- storage ---", "# === storage ===", "no section of"),
        ("# --- storage ---\n\n", "# --- storage ---\n", "one empty line"),
        ("uint256\n\n# ---", "uint256\n\n\n# ---", "two empty lines"),
        ("# --- storage ---", "# --- internal ---", "stands above"),
        ("# --- views: sums ---", "# --- governance ---", "f stands below governance, not below views"),
        ("@view\n", "", "f stands below views, not below governance or permissionless or role or user"),
    ],
)
def test_misplaced__sample__is_recognised(present: str, instead: str, complaint: str) -> None:
    assert misplaced(f"\n{TIDY}") == []
    assert any(complaint in found for found in misplaced("\n" + TIDY.replace(present, instead)))


IN_TWO = {name for name in DEPLOYABLES if Path(name).name in {*EXTENSIONS, *EXTENSIONS.values()}}


@pytest.mark.parametrize("name", sorted(set(DEPLOYABLES) - IN_TWO))
def test_deployable__implements_the_interface_of_its_name(name: str) -> None:
    interface = f"I{Path(name).name}"
    assert f"interfaces/{interface}.vyi" in INTERFACES
    assert re.search(rf"^implements: {interface}$", contracts.source(name), re.MULTILINE)


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_deployable__name__is_pascal_case_and_unique(name: str) -> None:
    stem = Path(name).name
    assert re.fullmatch(r"[A-Z][A-Za-z]+", stem)
    assert [Path(other).name for other in DEPLOYABLES].count(stem) == 1


@pytest.mark.parametrize("path", MODULES)
def test_module__name__is_snake_case(path: str) -> None:
    assert re.fullmatch(r"[a-z][a-z_0-9]*", Path(path).stem)


# Function names that sound like a back door and are none, each with why.
NO_BACK_DOOR = {
    "renounce": "a beneficiary gives up its own schedule",
    "renounce_revocation": "the owner gives up a right, and stays the owner",
}


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_deployable__surface__has_no_back_door(name: str) -> None:
    """No payable function, no fallback, no way to walk away from ownership, no test-only function (C27)."""
    for entry in contracts.abi(name):
        assert entry.get("stateMutability") != "payable", entry
        assert entry["type"] != "fallback"
        assert entry["type"] != "receive"
        if entry.get("name") not in NO_BACK_DOOR:
            assert not re.search(r"renounce|test|debug|mock|selfdestruct|upgrade", entry.get("name", "")) or "attest" in entry["name"], entry
