"""Build the wheel out of a clean copy, so that no leftover of an earlier build gets in: `python -m tools.wheel [FOLDER]`, by default `dist`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ("pyproject.toml", "setup.py", "LICENSE")
FOLDERS = ("sdk", "config", "deployments", "snapshots")


def build(target: Path) -> Path:
    """Build with the setuptools of this environment and without a network; returns the wheel.

    Raises:
        subprocess.CalledProcessError: pip or setuptools refuses; its output is on standard error.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        source, made = Path(scratch) / "source", Path(scratch) / "made"
        source.mkdir()
        for name in FILES:
            shutil.copyfile(ROOT / name, source / name)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "local"))
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
        subprocess.run([*pip, "--wheel-dir", str(made), str(source)], check=True)
        (wheel,) = made.glob("*.whl")
        return Path(shutil.move(wheel, target / wheel.name))


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"))
