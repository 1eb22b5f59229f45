"""What each test folder costs in CPU seconds: a pytest plugin, `make costs`. `python -m tools.test_costs` writes the last run's table into CONTRIBUTING.md.

Seconds of CPU, not of the clock: they say the same on a busy machine. Child processes count once they have ended.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
BETWEEN = ("<!-- costs -->\n", "<!-- end of costs -->\n")
RESULT = ROOT / "out" / "test-costs.json"
DEAREST = 15

Costs = dict[str, float]


def cpu_seconds() -> float:
    """CPU seconds of this process and of its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def folder_of(file: str) -> str:
    """The folder a file is counted under: the first two of its path."""
    return "/".join(Path(file).parts[:-1][:2])


def by_folder(files: Costs) -> Costs:
    """CPU seconds by folder, dearest first."""
    sums: Costs = defaultdict(float)
    for file, seconds in files.items():
        sums[folder_of(file)] += seconds
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def table(files: Costs, collecting: float) -> str:
    """The costs as a Markdown table. `collecting` is what importing all files cost one process."""
    rows = [("Folder", "CPU seconds"), ("---", "---:")]
    rows += [(f"`{folder}/`", f"{seconds:.0f}") for folder, seconds in by_folder(files).items()]
    rows += [("starting and importing, in each process", f"{collecting:.0f}"), ("together", f"{sum(files.values()) + collecting:.0f}")]
    return "\n".join(f"| {name} | {value} |" for name, value in rows)


def with_table(page: str, costs: str) -> str:
    """A page with the table between its two marks exchanged.

    Raises:
        ValueError: the page does not have both marks once.
    """
    begin, end = BETWEEN
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"the page must have {begin.strip()} and {end.strip()} once, each on a line of its own")
    return page[: page.index(begin) + len(begin)] + costs + "\n" + page[page.index(end) :]


class Meter:
    """Adds up what tests cost. In a run with xdist, workers measure and the main process adds."""

    def __init__(self) -> None:
        self.files: Costs = defaultdict(float)
        self.collecting = 0.0
        self._before = 0.0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Note with each report of set-up, call and teardown what was spent since the one before."""
        report = yield
        now = cpu_seconds()
        report.cpu = now - self._before
        self._before = now
        return report

    def pytest_collection_finish(self) -> None:
        """Everything up to here was starting and importing."""
        self.collecting = self._before = cpu_seconds()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a report to its file."""
        self.files[report.nodeid.split("::")[0]] += getattr(report, "cpu", 0.0)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand a worker's start-up to the main process."""
        if output := getattr(session.config, "workeroutput", None):
            output["collecting"] = self.collecting

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take a worker's start-up; the dearest stands for all."""
        self.collecting = max(self.collecting, getattr(node, "workeroutput", {}).get("collecting", 0.0))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print folders and the dearest files, and write all files down."""
        terminalreporter.section("CPU seconds by folder")
        terminalreporter.write_line(table(self.files, self.collecting))
        terminalreporter.section("dearest files")
        dearest = sorted(self.files.items(), key=lambda item: -item[1])
        for file, seconds in dearest[:DEAREST]:
            terminalreporter.write_line(f"{seconds:7.1f}  {file}")
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps({"collecting": self.collecting, "files": dict(dearest)}, indent=1) + "\n", encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Start measuring."""
    config.pluginmanager.register(Meter(), "test-costs")


def main() -> None:
    """Write the table of the last measured run into CONTRIBUTING.md."""
    measured = json.loads(RESULT.read_text(encoding="utf-8"))
    text = with_table(PAGE.read_text(encoding="utf-8"), table(measured["files"], measured["collecting"]))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
