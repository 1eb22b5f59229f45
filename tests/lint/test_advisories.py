"""What the compiler's advisories of October 2026 concern, which 0.4.3 has and no later release mends: the sources avoid all of it (Z11).

- a conditional expression whose branch is `msg.value | K` or `len(msg.data) | K`
- a conditional expression over arrays, structs, texts or bytes
- constants that are not folded, and defaults of arguments, of an imported module: their names are looked up where the module is used
- characters of several bytes, form feeds and line separators in a source: literals behind them are read from another place
"""

from __future__ import annotations

from pathlib import Path

import pytest
from vyper import ast as vy_ast
from vyper.ast import nodes
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.phases import CompilerData
from vyper.semantics.types import VyperType
from vyper.semantics.types.module import ModuleT

from tools import contracts

DEPLOYABLES = contracts.deployables()
SOURCES = [*(contracts.CONTRACTS / f"{name}.vy" for name in DEPLOYABLES), *contracts.modules(), *contracts.interfaces()]
LINE_BREAKS = "\n"
LITERALS = (nodes.Str, nodes.Bytes, nodes.HexBytes, nodes.Int, nodes.Hex)


# --- characters ---


def odd_characters(text: str) -> list[str]:
    """Everything but printable ASCII and line feeds, with the line it stands in."""
    return [
        f"{number}: {character!r}"
        for number, line in enumerate(text.split(LINE_BREAKS), 1)
        for character in line
        if not (character.isascii() and character.isprintable())
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_source__characters__are_printable_ascii(path: Path) -> None:
    assert odd_characters(path.read_bytes().decode()) == []


@pytest.mark.parametrize("character", ["é", "\u2028", "\u2029", "\x0c", "\x85", "\x0b", "\t", "\r", "\u202e"])
def test_odd_characters__each_kind__is_seen(character: str) -> None:
    assert odd_characters(f"# one\n# two {character}\n") == [f"2: {character!r}"]


# --- literals ---


def moved_literals(text: str) -> list[str]:
    """Literals of the tree that are not what stands in the source at the place the tree names."""
    lines, found = text.split(LINE_BREAKS), []
    for node in vy_ast.parse_to_ast(text).get_descendants(LITERALS):
        if node.lineno != node.end_lineno:
            continue  # a documentation string
        written = lines[node.lineno - 1][node.col_offset : node.end_col_offset]
        if literal(written) != (node.value if not isinstance(node, nodes.HexBytes) else bytes(node.value)):
            found.append(f"{node.lineno}: {written!r} was read as {node.value!r}")
    return found


def literal(written: str) -> object:
    """The value of a literal as it is written, by Python's reading of it."""
    if written.startswith('x"'):
        return bytes.fromhex(written[2:-1])
    if written.startswith("0x"):
        return written  # of bytes, an address or a word Vyper keeps the text
    return eval(written, {"__builtins__": {}})


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_source__every_literal__is_what_the_source_says(path: Path) -> None:
    assert moved_literals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("separator", ["\u2028", "\x0c", "\x85"])
def test_moved_literals__behind_a_separator__are_seen(separator: str) -> None:
    """The advisory itself: the compiler splits lines at characters where Python's parser does not, and reads a literal from the line before."""
    constants = "A: constant(bytes4) = 0x11223344\nB: constant(bytes4) = 0x55667788\n"
    assert moved_literals(f"# plain\n{constants}") == []
    assert moved_literals(f"# {separator}\n{constants}") != []


# --- conditional expressions ---


def modules_of(data: CompilerData) -> list[nodes.Module]:
    """A compiled contract's own tree and those of all modules it imports, annotated with types."""
    seen: list[ModuleT] = []

    def walk(module: ModuleT) -> None:
        if module not in seen:
            seen.append(module)
            for imported in module.imported_modules.values():
                walk(imported.module_t)

    walk(data.annotated_vyper_module._metadata["type"])
    return [module._module for module in seen]


def is_one_word(kind: VyperType) -> bool:
    """Whether values of a type are single words on the stack: numbers, addresses, bools, bytes of fixed length, flags."""
    return bool(kind._is_prim_word)


def odd_choices(trees: list[nodes.Module]) -> list[str]:
    """Conditional expressions over anything but single words, and those with a literal behind `|` in a branch."""
    found = []
    for tree in trees:
        for choice in tree.get_descendants(nodes.IfExp):
            where = f"{Path(tree.resolved_path).name}:{choice.lineno}"
            if not is_one_word(choice._metadata["type"]):
                found.append(f"{where}: chooses between values of {choice._metadata['type']}")
            for branch in (choice.body, choice.orelse):
                for operation in [branch, *branch.get_descendants()]:
                    is_or = isinstance(operation, nodes.BinOp) and isinstance(operation.op, nodes.BitOr)
                    if is_or and any(isinstance(side, LITERALS) or side.has_folded_value for side in (operation.left, operation.right)):
                        found.append(f"{where}: `|` with a literal in a branch")
    return found


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_contract__conditional_expressions__choose_between_words(name: str) -> None:
    assert odd_choices(modules_of(contracts.compiled(name))) == []


# --- names of other modules ---


def looked_up_elsewhere(trees: list[nodes.Module]) -> list[str]:
    """In imported modules: constants that the compiler did not fold, and defaults of arguments that are no literals."""
    found = []
    for tree in trees[1:]:
        where = Path(tree.resolved_path).name
        for variable in tree.get_children(nodes.VariableDecl):
            value = variable.value
            if variable.is_constant and not isinstance(value, LITERALS) and not value.has_folded_value and names_something(tree, value):
                found.append(f"{where}:{variable.lineno}: constant {variable.target.id} is not folded")
        for function in tree.get_children(nodes.FunctionDef):
            found += [f"{where}:{default.lineno}: a default names something" for default in function.args.defaults if not is_literal(default)]
    return found


def names_something(tree: nodes.Module, value: nodes.VyperNode) -> bool:
    """Whether a value mentions a constant of its module or anything of another one; types and built-in functions are the same everywhere."""
    constants = {variable.target.id for variable in tree.get_children(nodes.VariableDecl)}
    inside = [value, *value.get_descendants()]
    return any(isinstance(node, nodes.Attribute) or (isinstance(node, nodes.Name) and node.id in constants) for node in inside)


def is_literal(node: nodes.VyperNode) -> bool:
    return isinstance(node, (*LITERALS, nodes.NameConstant)) or (
        isinstance(node, nodes.Call) and not node.get_descendants((nodes.Attribute,)) and node.func.id in ("empty", "max_value", "min_value")
    )


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_contract__modules__need_no_name_of_their_callers(name: str) -> None:
    assert looked_up_elsewhere(modules_of(contracts.compiled(name))) == []


# --- the lint itself ---


def compiled(folder: Path, contract: str, **modules: str) -> list[nodes.Module]:
    for name, text in {"main": contract, **modules}.items():
        (folder / f"{name}.vy").write_text(text)
    bundle = FilesystemInputBundle([folder])
    return modules_of(CompilerData(bundle.load_file("main.vy"), bundle))


SAMPLES = {
    "value": "@external\n@payable\ndef f(b: bool) -> uint256:\n    return (msg.value | 1) if b else 0\n",
    "data": "@external\ndef f(b: bool) -> uint256:\n    return 0 if b else (len(msg.data) | 4)\n",
    "array": "@external\ndef f(b: bool, x: uint256[2], y: uint256[2]) -> uint256[2]:\n    return x if b else y\n",
    "struct": "struct P:\n    a: uint256\n@external\ndef f(b: bool, x: P, y: P) -> P:\n    return x if b else y\n",
    "bytes": "@external\ndef f(b: bool, x: Bytes[9], y: Bytes[9]) -> Bytes[9]:\n    return x if b else y\n",
    "text": "@external\ndef f(b: bool) -> String[3]:\n    return 'abc' if b else 'de'\n",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_odd_choices__each_kind__is_seen(name: str, tmp_path: Path) -> None:
    assert len(odd_choices(compiled(tmp_path, SAMPLES[name]))) == 1


def test_odd_choices__words__are_not_flagged(tmp_path: Path) -> None:
    plain = "flag F:\n    A\n@external\ndef f(b: bool, x: uint256, y: address, z: bytes32) -> (uint256, address, bytes32):\n    return x if b else 7, y if b else self, z if b else empty(bytes32)\n"
    assert odd_choices(compiled(tmp_path, plain)) == []


LIBRARY = "import values\nK: constant(uint256) = values.K + 1\n@internal\ndef f(x: uint256 = values.K) -> uint256:\n    return x + K\n"


def test_looked_up_elsewhere__a_default_that_names_a_module__is_seen(tmp_path: Path) -> None:
    caller = "import library\n@external\ndef g() -> uint256:\n    return library.f()\n"
    trees = compiled(tmp_path, caller, library=LIBRARY, values="K: constant(uint256) = 3\n")
    assert looked_up_elsewhere(trees) == ["library.vy:4: a default names something"]


def test_looked_up_elsewhere__a_constant_that_is_not_folded__is_seen(tmp_path: Path) -> None:
    library = "import values\nP: constant(values.Pair) = values.Pair(a=values.K, b=1)\n@internal\ndef f() -> uint256:\n    return P.a\n"
    caller = "import library\n@external\ndef g() -> uint256:\n    return library.f()\n"
    trees = compiled(tmp_path, caller, library=library, values="struct Pair:\n    a: uint256\n    b: uint256\nK: constant(uint256) = 3\n")
    assert looked_up_elsewhere(trees) == ["library.vy:2: constant P is not folded"]
