"""One shard of a deep run: a pytest plugin that gives a state machine the size that `tools.deep` asks for, and counts what it lives through."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ASKED = "MDT_DEEP"
"""The environment variable with examples, steps and the file to count in, as JSON."""
EVERY = 5.0
"""Seconds between two notes."""


@dataclass
class Count:
    """What a shard has done so far; noted in its file now and then, and at its end."""

    path: str
    engine: str = ""
    lives: int = 0
    steps: int = 0
    failures: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # say the same on a busy machine
    is_over: bool = False

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """The clock counts from here: compiling and building are not what is measured."""
        self._began = self._noted = time.monotonic()
        self._cpu_began = time.process_time()

    def note(self, *, is_over: bool = False) -> None:
        """Write it down, in one go."""
        self.seconds, self.is_over = round(time.monotonic() - self._began, 1), is_over
        self.cpu_seconds = round(time.process_time() - self._cpu_began, 1)
        self._noted = time.monotonic()
        fresh = Path(f"{self.path}.new")
        fresh.write_text(json.dumps(asdict(self)), encoding="utf-8")
        fresh.replace(self.path)

    def step(self) -> None:
        """One more."""
        self.steps += 1
        if time.monotonic() - self._noted > EVERY:
            self.note()

    def life(self) -> None:
        """One more."""
        self.lives += 1


def counted(function: Callable[..., Any], count: Callable[[], None]) -> Callable[..., Any]:
    """A method that counts its calls."""

    def inner(*arguments: Any, **named: Any) -> Any:
        count()
        return function(*arguments, **named)

    return inner


class Shard:
    """The hooks."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.size = settings(max_examples=asked["examples"], stateful_step_count=asked["steps"], deadline=None, derandomize=False, database=None)
        self.count = Count(asked["path"])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Every machine that was collected gets the size."""
        for item in items:
            case: Any = getattr(item, "cls", None)
            machine = getattr(getattr(case, "runTest", None), "_hypothesis_state_machine_class", None)
            if machine is None:
                raise pytest.UsageError(f"{item.nodeid} is no state machine")
            case.settings = settings(self.size, suppress_health_check=case.settings.suppress_health_check)
            machine.check_invariants = counted(machine.check_invariants, self.count.step)
            machine.__init__ = counted(machine.__init__, self.count.life)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Everything is built: the engine is chosen, the clock begins."""
        from tests.support.revm import switch

        self.count.engine = "revm" if switch.is_revm() else "py-evm"
        self.count.begin()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A machine that found something, or could not be built."""
        self.count.failures += report.failed

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """The sums. A session that ran nothing, or was interrupted, is not over."""
        self.count.note(is_over=exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED))


def pytest_configure(config: pytest.Config) -> None:
    """Only where a size is asked for."""
    if asked := os.environ.get(ASKED):
        config.pluginmanager.register(Shard(json.loads(asked)), "deep shard")
