"""Session set-up: which EVM tests run on, what is kept of compiled contracts, and what would make the suite slow."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import boa
import pytest
from boa.vm.py_evm import PyEVM
from hypothesis import settings

from tests.support import evm_loop
from tests.support.profiles import PROFILE
from tests.support.revm import switch
from tools import compiler_cache

ROOT = Path(__file__).resolve().parents[1]

MEMORY = Path("/dev/shm")
STATES = TemporaryDirectory(prefix="mdt-state-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
"""Of the journals of transactions. They are synced to the disk twice for each transaction; in memory, where there is such a folder, that costs nothing."""


TRACED = {0x20: "sha3", 0x55: "sstore"}
"""The instructions that titanoboa traces, and what a tracer calls the one that it wraps."""


class Forgetful(dict):
    """A trace that keeps nothing."""

    def setdefault(self, _key: object, default: object = None) -> object:
        return default

    def __setitem__(self, _key: object, _value: object) -> None:
        pass


def forget_storage_keys() -> None:
    """Keep titanoboa from noting every storage key and every hash preimage of the session.

    It notes them by address to print mappings when a call reverts, and does not forget them when a test's state is undone: the next contract at
    the address is then read by the layout of another (`tests/unit/test_conftest.py` shows it), and each refusal costs more the longer the run.
    """
    boa.env.sstore_trace = Forgetful()
    boa.env.sha3_trace = Forgetful()


def trace_once() -> None:
    """Keep titanoboa from tracing every hash and every write once more for each py-evm that was ever made.

    Each new one wraps two instructions of a table that all share, and every refusal without a reason makes one (`tests/support/revm/`): after some
    hundred of them, a test on py-evm took ten times as long.
    """
    init_vm = PyEVM._init_vm

    def init_once(evm: PyEVM, *given: object, **named: object) -> None:
        init_vm(evm, *given, **named)
        for code, name in TRACED.items():
            tracer = evm.vm.state.computation_class.opcodes[code]
            while isinstance(inner := getattr(tracer, name), type(tracer)):
                setattr(tracer, name, getattr(inner, name))

    PyEVM._init_vm = init_once


def collect_less() -> None:
    """Let the garbage collector run seldom.

    A run holds millions of objects of compiled contracts, which are never garbage; walking through them took a tenth of the CPU.
    """
    gc.set_threshold(50_000, 20, 100)


def ask_local_nodes_directly() -> None:
    """Say that no proxy stands between: who does not say so has the whole environment searched for one, twice for each request."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


def pytest_configure(config: pytest.Config) -> None:
    """Forget storage keys, make titanoboa quicker, and make the ci profile's random examples the same in every run.

    Whether a change passes must not be luck: new examples are tried by the quick and the deep profile.
    """
    collect_less()
    ask_local_nodes_directly()
    forget_storage_keys()
    trace_once()
    settings.register_profile("ci", derandomize=True)
    if PROFILE == "ci":
        settings.load_profile("ci")
    compiler_cache.install(ROOT)
    # The deep profile, and who says so, runs py-evm as it is: what holds in one holds in the other.
    if PROFILE != "deep" and os.environ.get("MDT_EVM") != "plain":
        evm_loop.install()
    config.addinivalue_line("markers", "py_evm: what revm does not show: gas, traces, titanoboa's state behind the engine")
    switch.install()


def pytest_sessionfinish() -> None:
    """Keep pytest from walking five times through everything that is left, in search of exceptions nobody saw, and Python from doing so as it ends.

    What has to be done in the end, such as ending nodes, is done by `atexit` and by finalizers that it calls.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Choose the EVM, and keep the journals of transactions of each file in a folder of its own: nodes of two files may have one chain id and no block 0 that
    tells them apart.

    A hook, because ape's fixtures make a file's node before any fixture of ours.
    """
    switch.choose(item.path.relative_to(ROOT).parts[1] in switch.FOLDERS and item.get_closest_marker("py_evm") is None)
    os.environ["MDT_STATE"] = str(Path(STATES.name) / item.path.relative_to(ROOT).as_posix().replace("/", "-"))
