"""What each external function can refuse: what its NatSpec says (`@custom:error "scope: reason"`) and what its code can reach.

Reached is every `assert`, `raise` and refusal through `checks.vy` in the function and in what it calls inside its contract, modules of
others included. What another contract refuses is not: it depends on who is deployed at the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vyper import ast as vy_ast
from vyper.ast import nodes

from tools import contracts

REFUSE = ("checks._require", "checks._refuse")
"""The functions that refuse with the reason they are given last."""

QUOTED = re.compile(r'"([a-z0-9_]+: [^"\n]+)"')
_MARKED = re.compile(r"^((?:@.+\n)+)def (\w+)\(", re.MULTILINE)
"""A function with its decorators. Trees of all sources take seconds to build, and this is asked while tests are collected, in each process."""
AS = re.compile(r"\bas `(?:(\w+)\.)?(\w+)`")


@dataclass(frozen=True)
class Function:
    """A function of a source file."""

    path: Path
    name: str

    def __str__(self) -> str:
        path = self.path.relative_to(contracts.ROOT) if self.path.is_relative_to(contracts.ROOT) else self.path
        return f"{path.as_posix()}: {self.name}"


@cache
def tree(path: Path) -> nodes.Module:
    """The syntax tree of a source file."""
    return vy_ast.parse_to_ast(path.read_text(encoding="utf-8"))


@cache
def definitions(path: Path) -> dict[str, nodes.FunctionDef]:
    """Functions of a file by name."""
    return {node.name: node for node in tree(path).get_children(nodes.FunctionDef)}


@cache
def imported(path: Path) -> dict[str, Path]:
    """Modules that a file imports, by the name they have in it: our own and others', no interfaces."""
    found = {}
    for node in tree(path).get_children(nodes.ImportFrom):
        folder = "/".join((node.module or "").split("."))
        roots = [path.parents[node.level - 1]] if node.level else [contracts.ROOT, contracts.SITE_PACKAGES]
        for root in roots:
            module = root / folder / f"{node.name}.vy"
            if module.is_file():
                found[node.alias or node.name] = module
                break
    return found


def external() -> list[Function]:
    """Every external function and constructor of our own sources."""
    paths = [contracts.CONTRACTS / f"{name}.vy" for name in contracts.deployables()] + contracts.modules()
    modules = set(contracts.modules())
    return [
        Function(path, name)
        for path in paths
        for marks, name in _MARKED.findall(path.read_text(encoding="utf-8"))
        if "@external\n" in marks or ("@deploy\n" in marks and path not in modules)
    ]


def reached(function: Function) -> set[str]:
    """Every reason that a function's own contract can refuse with while it runs."""
    seen: set[Function] = set()
    found: set[str] = set()
    waiting = [function]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        node = definitions(at.path)[at.name]
        found |= set(_reasons(node))
        waiting += _called(at.path, node)
    return found


def _reasons(function: nodes.FunctionDef) -> Iterator[str]:
    for node in function.get_descendants((nodes.Assert, nodes.Raise)):
        reason = node.msg if isinstance(node, nodes.Assert) else node.exc
        if isinstance(reason, nodes.Str):
            yield reason.value
    for node in function.get_descendants(nodes.Call):
        if node.func.node_source_code in REFUSE:
            yield node.args[-1].value


def _called(path: Path, function: nodes.FunctionDef) -> Iterator[Function]:
    """Functions of the same contract that a function calls."""
    foreign = {call.value for call in function.get_descendants((nodes.ExtCall, nodes.StaticCall))}
    for call in function.get_descendants(nodes.Call):
        if call in foreign or not isinstance(call.func, nodes.Attribute) or not isinstance(call.func.value, nodes.Name):
            continue
        owner = call.func.value.id
        home = path if owner == "self" else imported(path).get(owner)
        if home is not None and call.func.attr in definitions(home):
            yield Function(home, call.func.attr)


def documented(function: Function) -> set[str]:
    """Every reason that a function's NatSpec lists, those of functions it names included ("or as `stake`").

    Raises:
        ValueError: it names a function there is none of.
    """
    text = errors(function)
    found = set(QUOTED.findall(text))
    for module, name in AS.findall(text):
        home = imported(function.path).get(module) if module else function.path
        if home is None or name not in definitions(home):
            raise ValueError(f"{function}: @custom:error names `{module + '.' if module else ''}{name}`, which is no function it knows")
        found |= documented(Function(home, name))
    return found


def errors(function: Function) -> str:
    """The text of a function's `@custom:error`, empty if it has none."""
    found = re.search(r"@custom:error\s(.*?)(?=^\s*@|\Z)", documentation(function), re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def documentation(function: Function) -> str:
    """The NatSpec of a function, empty if it has none."""
    doc = getattr(definitions(function.path)[function.name], "doc_string", None)
    return str(doc.value) if doc is not None else ""
