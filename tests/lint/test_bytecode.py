"""What the compiler made: only instructions the target has (F8), none of the compiler's known traps (F9), small enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import vyper
from vyper import ast as vy_ast
from vyper.ast import nodes
from vyper.evm.opcodes import OPCODES

from tools import contracts

DEPLOYABLES = contracts.deployables()
SOURCES = [contracts.CONTRACTS / f"{name}.vy" for name in DEPLOYABLES] + contracts.modules()
EIP_170 = 24_576
MAX_RUNTIME = 20_000  # ours
# Larger ones, each with why.
LARGER = {
    "staking/StakingExtension": EIP_170,  # the half of one ledger that is called rarely
    "slashing/Slasher": EIP_170,  # words, proofs and decisions share the record of each slash; with two contracts Staking would have two that may take
    "staking/LiquidStaking": EIP_170,  # an ERC-20, an ERC-4626, an ERC-7540 and the books of all three; with two contracts one could move the other's stake
    "emission/EmissionController": EIP_170,  # one report and its order of events; what could stand apart, the proofs, does: `RootAudit`
}
MAX_CREATION = 49_152  # EIP-3860

# Instructions of Cancun: everything up to its BLOBHASH, BLOBBASEFEE, TLOAD, TSTORE, MCOPY and PUSH0. CLZ (0x1e, Osaka) is the first later one.
CANCUN = (
    set(range(0x00, 0x0C))
    | set(range(0x10, 0x1E))
    | {0x20}
    | set(range(0x30, 0x4B))
    | set(range(0x50, 0xA5))
    | {0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFA, 0xFD, 0xFE}
)
# Of these a contract of ours has no use: making contracts, and running foreign code in its own storage.
UNWANTED = {0xF0: "CREATE", 0xF4: "DELEGATECALL", 0xF5: "CREATE2"}
# Contract -> how often, why.
WANTED = {"staking/Staking": (["DELEGATECALL"], "its extension is its own code, fixed at deployment: docs/decisions/0069-staking-in-two-pieces.md")}


def test_compiler__version__is_the_pinned_one() -> None:
    assert vyper.__version__.split("+")[0] == "0.4.3"


def test_cancun__list__agrees_with_the_compilers() -> None:
    known = {code for name, (code, *_) in OPCODES.items() if code is not None and name not in ("DEBUG", "BREAKPOINT")}
    retired = {OPCODES[name][0] for name in ("SELFDESTRUCT", "CALLCODE") if name in OPCODES}
    assert {hex(code) for code in known - CANCUN - retired} == set()


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_bytecode__every_instruction__exists_on_cancun(name: str) -> None:
    """F8."""
    for part in contracts.code_parts(name):
        found = contracts.opcodes(part)
        assert len(found) > 50
        assert {hex(code) for code in found if code not in CANCUN} == set()
    unwanted = [UNWANTED[code] for part in contracts.code_parts(name) for code in contracts.opcodes(part) if code in UNWANTED]
    assert unwanted == WANTED.get(name, ([], ""))[0]


def test_opcodes__later_instruction__is_seen_and_pushed_bytes_are_not() -> None:
    """The disassembler itself: PUSH1 0x1e is data, a bare 0x1e is CLZ."""
    assert contracts.opcodes(bytes.fromhex("601e5f")) == [0x60, 0x5F]
    assert contracts.opcodes(bytes.fromhex("5f1e")) == [0x5F, 0x1E]
    assert contracts.opcodes(bytes.fromhex("7f" + "1e" * 32 + "00")) == [0x7F, 0x00]
    assert 0x1E not in CANCUN


def test_immutables__of_staking__are_counted() -> None:
    """The cap, the own part, the table's breakpoints, their minimum, token, nine terms, the pool and the extension."""
    assert contracts.immutables("staking/Staking") == 32 * (2 + 7 + 1 + 1 + 9 + 1 + 1)


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_bytecode__size__is_below_the_limits(name: str) -> None:
    assert len(contracts.compiled(name).bytecode_runtime) <= LARGER.get(name, MAX_RUNTIME)
    # the constructor appends the immutables: the chain counts them
    assert len(contracts.compiled(name).bytecode_runtime) + contracts.immutables(name) <= EIP_170
    assert len(contracts.compiled(name).bytecode) < MAX_CREATION


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_settings__evm_and_optimiser__come_from_the_source(name: str) -> None:
    settings = contracts.compiled(name).settings
    assert settings.evm_version == "cancun"
    assert str(settings.optimize) == ("codesize" if name == "slashing/Slasher" else "gas")
    assert not settings.experimental_codegen


# F9. Constructs that Vyper's advisories of 2025 and the fixes made after 0.4.3 concern, or that this design has no use for:
#   decimals and sqrt         rounding of sqrt (CVE-2025-26622)
#   pop or a call beside an augmented assignment to an element    stale bounds check (CVE-2025-27105)
#   calls in a loop's header, except to a view or pure function of the file  evaluated more than once (CVE-2025-27104; state changes in loop set-up, fixed after 0.4.3)
#   calls inside slice, concat and extract32    side effects skipped (CVE-2025-47285, CVE-2025-47774)
#   raw_call, raw_log, raw_revert, create_*, send, selfdestruct, print    unchecked or not wanted here
#   the experimental code generator    most fixes after 0.4.3 are in it; the settings test above keeps it off
BANNED_CALLS = {
    "sqrt",
    "raw_call",
    "raw_log",
    "raw_revert",
    "send",
    "selfdestruct",
    "print",
    "create_minimal_proxy_to",
    "create_copy_of",
    "create_from_blueprint",
    "raw_create",
}
# File -> construct -> (how often, why).
ALLOWED = {
    "Staking": {"raw_call": (1, "what its extension answers is passed on as it is, and what it refuses is refused with its reason")},
    "RewardDistributor": {"raw_call": (1, "a batch must survive a token that reverts for one account (B31): the answer's 32 bytes are compared in full")},
    "attestations": {
        "raw_call": (1, "a reporter that is a contract is asked with bounded gas, and its failure is a refusal of ours: all 32 bytes are compared")
    },
    "liquid_moves": {"raw_call": (2, "one validator that refuses stops no other: its stake waits here, its piece there")},
    "liquid_watch": {"raw_call": (1, "a slasher that does not tell its totals stops no price: everything is looked at then; their length is compared")},
    "operations": {
        "raw_call": (1, "the timelock calls whatever was announced"),
        "raw_revert": (1, "it passes a refusal on as it came"),
    },
    "operation_trials": {
        "raw_call": (2, "it calls whatever is tried, and the function of its own that reverts, and goes on"),
        "raw_revert": (2, "what was tried is undone by reverting with what came of it"),
    },
}
PURE_IN_LOOP_HEADER = {"range", "len", "min", "max"}
NO_CALLS_INSIDE = {"slice", "concat", "extract32"}


def called(node: nodes.Call) -> str:
    return str(node.func.id) if isinstance(node.func, nodes.Name) else ""


def is_foreign(node: nodes.VyperNode) -> bool:
    """A call that could have an effect: to another contract, to a function of ours, or pop and append."""
    return isinstance(node, (nodes.ExtCall, nodes.StaticCall)) or (isinstance(node, nodes.Call) and isinstance(node.func, nodes.Attribute))


def within(node: nodes.VyperNode) -> list[nodes.VyperNode]:
    """A node and all below it."""
    return [node, *node.get_descendants()]


def own_function(node: nodes.Call) -> str:
    """`f` of `self.f(...)`, else nothing."""
    is_own = isinstance(node.func, nodes.Attribute) and isinstance(node.func.value, nodes.Name) and node.func.value.id == "self"
    return str(node.func.attr) if is_own else ""


def traps(tree: nodes.Module) -> list[str]:
    """Every construct of the list above, with its line."""
    reading = {
        function.name
        for function in tree.get_children(nodes.FunctionDef)
        if any(isinstance(mark, nodes.Name) and mark.id in ("view", "pure") for mark in function.decorator_list)
    }
    found = [f"{node.lineno}: {called(node)}" for node in tree.get_descendants(nodes.Call) if called(node) in BANNED_CALLS]
    found += [f"{node.lineno}: decimal" for node in tree.get_descendants(nodes.Name) if node.id == "decimal"]
    for loop in tree.get_descendants(nodes.For):
        for node in within(loop.iter):
            if isinstance(node, nodes.Call) and (called(node) in PURE_IN_LOOP_HEADER or own_function(node) in reading):
                continue
            if is_foreign(node) or isinstance(node, nodes.Call):
                found.append(f"{loop.lineno}: call in a loop's header")
    for assignment in tree.get_descendants(nodes.AugAssign):
        if any(isinstance(node, nodes.Subscript) for node in within(assignment.target)):
            both = within(assignment.value) + within(assignment.target)
            found += [f"{assignment.lineno}: call beside an augmented assignment" for node in both if is_foreign(node)]
    for node in tree.get_descendants(nodes.Call):
        if called(node) in NO_CALLS_INSIDE:
            found += [f"{node.lineno}: call inside {called(node)}" for inner in node.get_descendants() if is_foreign(inner)]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_source__compiler_traps__are_not_used(path: Path) -> None:
    """F9."""
    found = traps(vy_ast.parse_to_ast(path.read_text(encoding="utf-8")))
    allowed = ALLOWED.get(path.stem, {})
    counts = {construct: sum(trap.endswith(f": {construct}") for trap in found) for construct in allowed}
    assert counts == {construct: times for construct, (times, _) in allowed.items()}
    assert [trap for trap in found if trap.split(": ")[-1] not in allowed] == []


@pytest.mark.parametrize(
    ("body", "trap"),
    [
        ("x: decimal = sqrt(2.0)", "sqrt"),
        ("x: decimal = 2.0", "decimal"),
        ("for i: uint256 in range(self.f(), bound=3):\n        pass", "call in a loop's header"),
        ("for i: uint256 in [staticcall A(b).f()]:\n        pass", "call in a loop's header"),
        ("self.a[0] += self.a.pop()", "call beside an augmented assignment"),
        ("self.a[self.f()] += 1", "call beside an augmented assignment"),
        ("y: Bytes[9] = slice(self.g(), 0, 0)", "call inside slice"),
        ("y: Bytes[9] = concat(self.g(), b'')", "call inside concat"),
        ("raw_call(msg.sender, b'')", "raw_call"),
    ],
)
def test_traps__sample__is_recognised(body: str, trap: str) -> None:
    tree = vy_ast.parse_to_ast(f"a: DynArray[uint256, 3]\n@internal\ndef t():\n    {body}\n")
    assert any(re.search(trap, found) for found in traps(tree))


def test_traps__plain_code__is_not_flagged() -> None:
    view = "@internal\n@view\ndef v() -> uint256:\n    return 2\n"
    tree = vy_ast.parse_to_ast(
        view + "@internal\ndef t(n: uint256):\n    for i: uint256 in range(min(self.v(), 3), bound=3):\n        self.a[i] += n\n        self.f(n)\n"
    )
    assert traps(tree) == []


# What code of others that is compiled into ours may do besides: the timelock calls whatever was announced, and passes a refusal on.
ALLOWED_IN_SNEKMATE = {"governance/timelock_controller": {"raw_call", "raw_revert"}}
SNEKMATE = contracts.SITE_PACKAGES / "snekmate"


def borrowed() -> set[str]:
    """snekmate's modules that our sources import, and those that these import: `auth/ownable`."""
    found: set[str] = set()
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    while texts:
        names = re.findall(r"^from (?:snekmate|\.\.|\.)\.?(\w+) import (\w+)", texts.pop(), re.MULTILINE)
        for name in {"/".join(one) for one in names} - found:
            path = SNEKMATE / f"{name}.vy"
            if path.exists():
                found.add(name)
                texts.append(path.read_text(encoding="utf-8"))
    return found


def test_snekmate__modules_compiled_into_ours__free_of_known_traps() -> None:
    """F9."""
    assert {"auth/ownable", "auth/ownable_2step", "auth/access_control", "governance/timelock_controller"} <= borrowed()
    for name in sorted(borrowed()):
        found = {trap.split(": ", 1)[1] for trap in traps(vy_ast.parse_to_ast((SNEKMATE / f"{name}.vy").read_text(encoding="utf-8")))}
        assert found <= ALLOWED_IN_SNEKMATE.get(name, set()), name
