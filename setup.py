"""What `pyproject.toml` cannot say: the wheel carries copies of some of the repository's folders, which `mdt.files.shipped` finds."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
SHIPPED = (
    "config/*.yaml",
    *(f"deployments/*/{folder}*.json" for folder in ("", "replaced/", "replacing/")),
    "deployments/README.md",
    "snapshots/abi/*.json",
    "snapshots/deploy.json",
)
PRIVATE = ("local",)
"""Deployments that stay on the machine that made them."""


class BuildWithData(build_py):
    """Modules, and beside them `mdt/shipped/`."""

    def run(self) -> None:
        """Build; an editable install reads the repository itself."""
        super().run()
        if getattr(self, "editable_mode", False):
            return
        target = Path(self.build_lib) / "mdt" / "shipped"
        shutil.rmtree(target, ignore_errors=True)
        for pattern in SHIPPED:
            for source in sorted(ROOT.glob(pattern)):
                relative = source.relative_to(ROOT)
                if relative.parts[0] == "deployments" and relative.parts[1] in PRIVATE:
                    continue
                (target / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target / relative)


setup(cmdclass={"build_py": BuildWithData})
