"""An environment as somebody has it who installed nothing but the wheel: its declared dependencies, and no other package."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

SITE = Path(sysconfig.get_paths()["purelib"])


def closure(requirements: list[str]) -> dict[str, Distribution]:
    """The installed distributions that requirements lead to, by name.

    Raises:
        AssertionError: what is installed here is not what a requirement allows.
    """
    found: dict[str, Distribution] = {}
    asked: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(one) for one in requirements]
    while waiting:
        wanted = waiting.pop()
        key = wanted.name.lower(), frozenset(wanted.extras)
        if key in asked:
            continue
        asked.add(key)
        made = distribution(wanted.name)
        assert wanted.specifier.contains(made.version, prereleases=True), f"{wanted} is declared, {made.version} is installed"
        found[wanted.name.lower()] = made
        for text in made.requires or []:
            part = Requirement(text)
            if part.marker is None or any(part.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)):
                waiting.append(part)
    return found


def environment(folder: Path, wheel: Path) -> Path:
    """Make a virtual environment with the wheel and links to its dependencies; returns its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, str(wheel)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (metadata,) = site.glob("mdt-*.dist-info")
    declared = [one for one in Distribution.at(metadata).requires or [] if "extra ==" not in one]
    assert declared
    for one in closure(declared).values():
        for name in {Path(str(file)).parts[0] for file in one.files or []} - {"..", "__pycache__"}:
            if not (site / name).exists():
                (site / name).symlink_to(SITE / name)
    return python
