"""The JavaScript packages: pinned, locked by hash, and without download addresses."""

from __future__ import annotations

import json

from tests.support.deployers import ROOT

PACKAGES = json.loads((ROOT / "package.json").read_text())
LOCK = json.loads((ROOT / "package-lock.json").read_text())


def test_package__every_dependency__pinned_exactly_and_locked() -> None:
    assert "dependencies" not in PACKAGES
    for name, version in PACKAGES["devDependencies"].items():
        assert version[0].isdigit()
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == version


# anvil's binaries for other platforms, by name and version only: `npm ci` wants them in the lock, and installs just the one that fits
OTHER_PLATFORMS = {f"node_modules/@foundry-rs/anvil-{platform}" for platform in ("darwin-amd64", "darwin-arm64", "linux-arm64", "win32-amd64")}


def test_lock__every_package__has_a_hash() -> None:
    for name, package in LOCK["packages"].items():
        assert not name or name in OTHER_PLATFORMS or package["integrity"].startswith("sha512-"), name


def test_lock__optional_packages__all_named() -> None:
    """`npm ci` refuses a lock that leaves out a platform, on every platform."""
    for package in LOCK["packages"].values():
        for name, version in package.get("optionalDependencies", {}).items():
            assert LOCK["packages"][f"node_modules/{name}"]["version"] == version


def test_lock__whole_file__no_download_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://" not in text
    assert "://" not in (ROOT / ".npmrc").read_text()
