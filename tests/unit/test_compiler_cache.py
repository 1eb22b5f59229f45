"""What is kept of compiled contracts is what titanoboa works out itself, and is not kept when somebody edits the sources meanwhile."""

from __future__ import annotations

import gc
import pickle

import boa
import pytest
from boa import interpret
from boa.contracts.vyper.vyper_contract import VyperContract
from vyper.compiler.settings import anchor_settings
from vyper.ir import compile_ir

from mdt.addresses import ZERO_ADDRESS
from tests.support.block_reward import SMALL
from tests.support.deployers import ROOT, deployer
from tests.support.harness import harness
from tests.support.unlocked import unlocked
from tools import compiler_cache

REFUSING = """
BOUND: constant(uint256) = 5
limit: uint256

@deploy
def __init__(limit: uint256):
    assert limit < BOUND, "demo: limit too high"
    self.limit = limit
"""
LINE = 7  # of the assertion


def positions(found: dict) -> dict:
    """A source map with nodes as places: objects are different ones in each compilation."""
    return found | {"pc_raw_ast_map": {pc: (node.module_node.resolved_path, node.lineno, node.col_offset) for pc, node in found["pc_raw_ast_map"].items()}}


def test_creation_positions__contract_out_of_the_cache__as_assembled_anew():
    data = deployer("MDT").compiler_data
    with anchor_settings(data.settings):
        _, anew = compile_ir.assembly_to_evm(data.assembly)
    assert positions(compiler_cache.creation_positions(data)) == positions(anew)
    assert len(anew["pc_raw_ast_map"]) > 500


def test_creation_positions__two_deployments__assembled_once(monkeypatch):
    build = boa.loads_partial(REFUSING)
    calls = []
    assemble = compile_ir.assembly_to_evm
    monkeypatch.setattr(compile_ir, "assembly_to_evm", lambda *given, **named: calls.append(1) or assemble(*given, **named))
    first, second = build.deploy(1), build.deploy(2)
    assert first._deployment_source_map is second._deployment_source_map
    assert calls == []


@pytest.mark.py_evm
@pytest.mark.parametrize("round_trip", [False, True])
def test_refusal_of_a_constructor__out_of_the_cache_or_not__names_its_line(round_trip):
    build = boa.loads_partial(REFUSING)
    if round_trip:
        build.compiler_data = pickle.loads(pickle.dumps(build.compiler_data))
    with pytest.raises(boa.BoaError) as error:
        build.deploy(5)
    frame = error.value.stack_trace.last_frame
    assert frame.pretty_vm_reason == "demo: limit too high"
    assert frame.ast_source.lineno == LINE


def test_compiler_data__looked_up__what_titanoboa_compiles():
    text = (ROOT / "contracts" / "distribution" / "RecyclingPool.vy").read_text(encoding="utf-8")
    path = str(ROOT / "contracts" / "distribution" / "RecyclingPool.vy")
    theirs = compiler_cache.wholly_compiled(lambda: compiler_cache._compile(text, path, path))
    ours = deployer("RecyclingPool").compiler_data
    assert (ours.bytecode, ours.bytecode_runtime) == (theirs.bytecode, theirs.bytecode_runtime)
    assert positions(ours.source_map) == positions(theirs.source_map)


def test_install__session__is_in_force():
    assert interpret.compiler_data.__module__ == compiler_cache.__name__
    assert VyperContract._deployment_source_map.fget is not None


def test_sources_digest__any_source_changes__another(tmp_path):
    (tmp_path / "contracts" / "deep").mkdir(parents=True)
    module = tmp_path / "contracts" / "deep" / "m.vy"
    module.write_text("a: uint256\n")
    before = compiler_cache.sources_digest(tmp_path)
    assert before == compiler_cache.sources_digest(tmp_path)
    module.write_text("b: uint256\n")
    assert compiler_cache.sources_digest(tmp_path) != before


def test_cached__module_edited_between_sessions__compiled_anew_and_while_one_runs_not_kept(tmp_path, monkeypatch):
    """A module two imports down: titanoboa alone would run the old code."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "inner.vy").write_text("@internal\n@pure\ndef f() -> uint256:\n    return 1\n")
    (folder / "outer.vy").write_text("import inner\n\n@internal\n@pure\ndef g() -> uint256:\n    return inner.f()\n")
    main = folder / "Main.vy"
    main.write_text("import outer\n\n@external\n@pure\ndef h() -> uint256:\n    return outer.g()\n")
    monkeypatch.setattr(interpret, "_disk_cache", interpret.DiskCache(tmp_path / "cache", "test"))

    def kept() -> int:
        return len(list((tmp_path / "cache").rglob("*.pickle")))

    def answer() -> int:
        return boa.load(str(main)).h()

    monkeypatch.setattr(interpret, "compiler_data", compiler_cache.cached(tmp_path))
    assert (answer(), kept()) == (1, 1)
    assert (answer(), kept()) == (1, 1)
    (folder / "inner.vy").write_text("@internal\n@pure\ndef f() -> uint256:\n    return 2\n")
    monkeypatch.setattr(interpret, "compiler_data", compiler_cache.cached(tmp_path))
    assert (answer(), kept()) == (2, 2)

    main.write_text(main.read_text() + "\n@external\ndef one_more():\n    pass\n")  # after the session looked at the sources
    assert (answer(), kept()) == (2, 2)
    assert gc.isenabled()


def test_cached__file_outside_of_the_sources__left_to_titanoboa(tmp_path, monkeypatch):
    monkeypatch.setattr(interpret, "_disk_cache", interpret.DiskCache(tmp_path / "cache", "test"))
    asked = []
    monkeypatch.setattr(compiler_cache, "_compile", lambda *given, **named: asked.append(given[2]))
    compiler_cache.cached(tmp_path / "sources")("# text", "Main", tmp_path / "Main.vy")
    assert asked == [tmp_path / "Main.vy"]
    assert not (tmp_path / "cache").exists()


# --- statements ---

HOLDING = """
HELD: immutable(uint256)
kept: uint256

@deploy
def __init__(held: uint256):
    HELD = held

@external
@view
def read() -> uint256:
    return self.kept
"""


@pytest.fixture
def holding(tmp_path, monkeypatch):
    """The deployer of a contract with an immutable, and the statements that were compiled."""
    (tmp_path / "contracts").mkdir()
    path = tmp_path / "contracts" / "Holding.vy"
    path.write_text(HOLDING)
    compiled = []
    compile_statement = compiler_cache._compile_statement
    monkeypatch.setattr(compiler_cache, "_compile_statement", lambda *given: compiled.append(given[0]) or compile_statement(*given))
    monkeypatch.setattr(interpret, "_disk_cache", interpret.DiskCache(tmp_path / "cache", "test"))
    monkeypatch.setattr(interpret, "compiler_data", compiler_cache.cached(tmp_path))
    return path, compiled


def test_compiled_statement__of_two_contracts__compiled_once_and_each_reads_its_own(holding):
    path, compiled = holding
    build = boa.load_partial(str(path))
    first, second = build.deploy(7), build.deploy(8)
    for number, one in enumerate((first, second)):
        assert one.eval("HELD") == 7 + number
        one.eval("self.kept = HELD * 2")
        assert one.read() == one.eval("self.kept") == 2 * (7 + number)
    assert compiled == ["HELD", "self.kept = HELD * 2", "self.kept"]
    assert boa.load_partial(str(path)).deploy(9).eval("HELD") == 9
    assert len(compiled) == 3


def test_compiled_statement__contract_changed__compiled_anew(holding, tmp_path, monkeypatch):
    path, compiled = holding
    assert boa.load_partial(str(path)).deploy(7).eval("HELD") == 7
    path.write_text(HOLDING.replace("HELD = held", "HELD = held + 1"))
    monkeypatch.setattr(interpret, "compiler_data", compiler_cache.cached(tmp_path))
    assert boa.load_partial(str(path)).deploy(7).eval("HELD") == 8
    assert compiled == ["HELD", "HELD"]


def test_compiled_statement__looked_up__what_titanoboa_compiles():
    token = harness("HostileMinter").deploy()
    contract = deployer("BlockReward").deploy(token, 10**6, SMALL.initial, SMALL.interval, SMALL.halvings, ZERO_ADDRESS, boa.env.eoa)
    assert contract.data_section
    for statement in ("self.recipient", f"self.recipient = {boa.env.eoa}"):
        _, _, theirs, where, kind = compiler_cache._compile_statement(statement, contract)
        for _ in range(2):
            _, _, ours, known, found = compiler_cache.compiled_statement(statement, contract)
            assert (ours, found) == (theirs, kind)
            assert positions(known) == positions(where)


def test_unlocked__looked_up__what_titanoboa_compiles_and_not_what_is_deployed(monkeypatch):
    found, deployed = unlocked("BlockReward").compiler_data, deployer("BlockReward").compiler_data
    with monkeypatch.context() as patch:
        patch.setattr(interpret, "_disk_cache", None)
        anew = unlocked.__wrapped__("BlockReward").compiler_data
    assert (found.bytecode, found.bytecode_runtime) == (anew.bytecode, anew.bytecode_runtime)
    assert found.bytecode_runtime != deployed.bytecode_runtime
