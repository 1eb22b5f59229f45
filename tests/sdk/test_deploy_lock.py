"""One run of a deployment at a time in a folder, whatever becomes of the process that holds it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from mdt.cli import deploy
from mdt.cli.main import main
from mdt.deploy.lock import locked
from mdt.errors import DeploymentError
from mdt.suite.records import Folder

HOLD = """
import sys, time
from pathlib import Path
from mdt.deploy.lock import locked
from mdt.suite.records import Folder
with locked(Folder(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_locked__held_by_another_process__refused_at_once_with_its_number_and_free_when_it_is_killed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            words = f"another deploy runs in {tmp_path}, process {holder.pid}: wait"
            with pytest.raises(DeploymentError, match=re.escape(words)), locked(Folder(tmp_path)):
                pass
        finally:
            holder.kill()
    with locked(Folder(tmp_path)) as folder:
        assert folder.path == tmp_path


def test_locked__nothing_was_recorded__leaves_no_folder(tmp_path):
    """An empty one would hide the public record of its network."""
    with pytest.raises(DeploymentError, match="nothing"), locked(Folder(tmp_path / "a" / "b")):
        raise DeploymentError("nothing")
    assert not (tmp_path / "a" / "b").exists()


def test_locked__folder_that_cannot_be_made__in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DeploymentError, match="cannot be written"), locked(Folder(tmp_path / "file" / "b")):
        pass


def test_deploy__while_another_runs__refused_before_anything_is_read_or_compiled(tmp_path, monkeypatch):
    """Two at once wrote over each other's network.json, and steps lost the numbers of their transactions."""
    monkeypatch.setattr(deploy, "compiled", lambda: pytest.fail("the folder was not asked for"))
    with locked(Folder(tmp_path)):
        done = CliRunner(mix_stderr=False).invoke(main, ["deploy", "--network", "ethereum:local:test", "--deployments", str(tmp_path)])
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: another deploy runs in {tmp_path}, process {os.getpid()}: wait until it has ended, then run this again\n",
    )
