"""The JavaScript packages: pinned, locked by hash, and without download addresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployers import ROOT

FOLDERS = pytest.mark.parametrize("folder", [ROOT, ROOT / "bench" / "peers"], ids=["suite", "peers"])


def locked(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "package-lock.json").read_text())["packages"]


@FOLDERS
def test_package__every_dependency__pinned_exactly_and_locked(folder: Path) -> None:
    packages = json.loads((folder / "package.json").read_text())
    assert "dependencies" not in packages
    for name, version in packages["devDependencies"].items():
        assert version[0].isdigit()
        assert locked(folder)[f"node_modules/{name}"]["version"] == version


# anvil's binaries for other platforms, by name and version only: `npm ci` wants them in the lock, and installs just the one that fits
OTHER_PLATFORMS = {f"node_modules/@foundry-rs/anvil-{platform}" for platform in ("darwin-amd64", "darwin-arm64", "linux-arm64", "win32-amd64")}


@FOLDERS
def test_lock__every_package__has_a_hash(folder: Path) -> None:
    for name, package in locked(folder).items():
        assert not name or name in OTHER_PLATFORMS or package["integrity"].startswith("sha512-"), name


@FOLDERS
def test_lock__optional_packages__all_named(folder: Path) -> None:
    """`npm ci` refuses a lock that leaves out a platform, on every platform."""
    for package in locked(folder).values():
        for name, version in package.get("optionalDependencies", {}).items():
            assert locked(folder)[f"node_modules/{name}"]["version"] == version


@FOLDERS
def test_lock__whole_file__no_download_addresses(folder: Path) -> None:
    text = (folder / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://" not in text
    assert "://" not in (folder / ".npmrc").read_text()
