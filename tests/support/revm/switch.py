"""Which engine a test runs on, and how both live in titanoboa's one environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import boa
from boa.vm.py_evm import PyEVM

from tests.support.profiles import PROFILE

FOLDERS = ("unit", "stateful", "differential", "integration")


def is_wanted() -> bool:
    """Whether tests of this process run on revm where they can: not in the deep profile, not for coverage, which needs traces, and not if somebody says otherwise."""
    return PROFILE != "deep" and "MDT_EVM" not in os.environ and not boa.env._coverage_enabled and find_spec("pyrevm") is not None


class Engines:
    """Both engines under one name. A snapshot is reverted by the engine that made it, whichever is in use by then."""

    def __init__(self, py_evm: PyEVM) -> None:
        from tests.support.revm.engine import Revm

        self.py_evm, self.revm = py_evm, Revm(boa.env, py_evm.patch)
        self.current: Any = py_evm

    def __getattr__(self, name: str) -> Any:
        return getattr(self.current, name)

    def snapshot(self) -> tuple[Any, Any]:
        return self.current, self.current.snapshot()

    def revert(self, snapshot_id: tuple[Any, Any]) -> None:
        engine, at = snapshot_id
        engine.revert(at)


def install() -> None:
    """Put both engines into titanoboa's environment; py-evm is in use."""
    if is_wanted():
        boa.env.evm = Engines(boa.env.evm)


def choose(is_revm: bool) -> None:
    """Use revm, where it is installed and wanted, or py-evm. Coverage is asked for again: in a process of several it begins after everything is set up."""
    if isinstance(evm := boa.env.evm, Engines):
        evm.current = evm.revm if is_revm and not boa.env._coverage_enabled else evm.py_evm


@contextmanager
def on(engine: Any) -> Iterator[None]:
    """Use another engine for a block."""
    evm = boa.env.evm
    held, evm.current = evm.current, engine
    try:
        yield
    finally:
        evm.current = held


def is_revm() -> bool:
    """Whether revm is in use."""
    return isinstance(boa.env.evm, Engines) and boa.env.evm.current is boa.env.evm.revm


@contextmanager
def built_on_revm() -> Iterator[None]:
    """For a fixture of tests that measure on py-evm: build on revm, which is quick, and have py-evm hold the result. Nothing of it counts as accessed."""
    engines = boa.env.evm
    if not isinstance(engines, Engines) or is_revm():
        yield
        return
    revm, py_evm = engines.revm, engines.py_evm
    before = revm.snapshot()
    try:
        with revm.patch.anchor():
            revm.patch.copy_from(py_evm.patch)
            with on(revm):
                yield
            revm.copy_to(py_evm)
    finally:
        revm.revert(before)
