"""`ape run ...` in processes of their own, against a node that behaves as Luxtensor's does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from mdt.compiled import ROOT
from tests.luxtensor.proxy import LuxtensorProxy

APE = Path(sys.executable).parent / "ape"


class Commands:
    """`ape run` with one node, one folder of records and one of bundles."""

    def __init__(self, proxy: LuxtensorProxy, home: Path) -> None:
        self.proxy, self.home = proxy, home
        self.network = f"luxtensor:devnet:{proxy.url}"

    def run(self, *arguments: str, network: str | None = None, records: bool = True, fails: bool = False) -> subprocess.CompletedProcess[str]:
        command = [str(APE), "run", *arguments]
        if arguments[:2] != ("epoch", "collect"):
            command += ["--network", network or self.network]
            if records:
                command += ["--deployments", str(self.home / "records")]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'sdk'}{os.pathsep}{ROOT}"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert (done.returncode != 0) is fails, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return done

    def json(self, *arguments: str, **named) -> dict:
        return json.loads(self.run(*arguments, "--json", **named).stdout)

    def error(self, *arguments: str, **named) -> str:
        """The one line of an error."""
        done = self.run(*arguments, fails=True, **named)
        assert done.returncode == 1
        lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, done.stderr
        return lines[0]
