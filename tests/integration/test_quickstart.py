"""README's quick start as it stands, in a copy of the repository, by the shell: a node, a key, a deployment, a first epoch.

Only the port is another, and the line that installs is left out, since the tests run in what it installs.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mdt.deploy.compiled import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / "node_modules" / ".bin" / "anvil").exists(), reason="anvil is not installed (npm ci)")
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Quick start\n", 1)[1].split("\n## ", 1)[0]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
INSTALL = "make install npm && . .venv/bin/activate && "
KEY = re.compile(r"paste `(0x[0-9a-f]{64})`")
PASSPHRASE = "a passphrase of the test"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """What a clone has, with the environments beside it."""
    home = tmp_path_factory.mktemp("quickstart") / "clone"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, listed):
        if name.startswith(("tests/", "bench/", "docs/", "snapshots/")) or not (ROOT / name).is_file():
            continue
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, home / name)
    shutil.copytree(ROOT / "snapshots", home / "snapshots")
    (home / "node_modules").symlink_to(ROOT / "node_modules")
    kept = Path(".cache") / "compiled"  # what the same sources compile to, a minute earlier
    if (ROOT / kept).is_dir():
        shutil.copytree(ROOT / kept, home / kept)
    return home


@pytest.fixture(scope="module")
def printed(checkout) -> str:
    """What the whole of it prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = "\n".join(BLOCKS).replace(INSTALL, "").replace("8545", str(port)).replace("anvil --silent", f"anvil --silent --port {port}")
    script = script.replace("the passphrase you chose", PASSPHRASE).replace("ape accounts import operator", "ape accounts import operator < key.txt")
    (checkout / "key.txt").write_text("\n".join([KEY.search(SECTION)[1], PASSPHRASE, PASSPHRASE, ""]))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "APE_DATA_FOLDER": str(checkout / "ape")}
    environment |= {"PYTHONPATH": f"{checkout / 'sdk'}{os.pathsep}{checkout}"}
    command = ["bash", "-euo", "pipefail", "-c", f"trap 'kill $(jobs -p)' EXIT\n{script}"]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_quick_start__as_written__deploys_and_settles_the_first_epoch(printed, checkout):
    assert (checkout / "deployments" / "local" / "MDT.json").is_file()
    assert "settle epoch 0" in printed
    assert re.search(r"Total Minted\W+11,550,601\.28\d+ MDT", printed), "the genesis, and an emission of 601.28 MDT"


def test_quick_start__page__is_five_lines_and_installs_first():
    (block,) = BLOCKS
    lines = block.replace("\\\n", " ").splitlines()
    assert len(lines) == 5
    assert lines[0].startswith(INSTALL)
