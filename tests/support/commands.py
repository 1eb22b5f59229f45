"""`ape run ...` in processes of their own, against a node that behaves as Luxtensor's does."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
from click.testing import CliRunner

from mdt.files import ROOT
from tests.luxtensor.proxy import LuxtensorProxy

APE = Path(sys.executable).parent / "ape"


class Commands:
    """`ape run` with one node, one folder of records, one of bundles, and one journal: whoever puts the node back puts back the folder, too."""

    def __init__(self, proxy: LuxtensorProxy, home: Path) -> None:
        self.proxy, self.home = proxy, home
        self.environment = {"MDT_STATE": str(home / "state")}
        self.network = f"luxtensor:devnet:{proxy.url}"

    def run(self, *arguments: str, network: str | None = None, records: bool = True, fails: bool = False) -> subprocess.CompletedProcess[str]:
        command = [str(APE), "run", *arguments]
        if arguments[:2] != ("epoch", "collect"):
            command += ["--network", network or self.network]
            if records:
                command += ["--deployments", str(self.home / "records")]
        environment = {**os.environ, **self.environment, "PYTHONPATH": f"{ROOT / 'sdk'}{os.pathsep}{ROOT}"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
        return self.checked(done, fails)

    @staticmethod
    def checked(done: subprocess.CompletedProcess[str], fails: bool) -> subprocess.CompletedProcess[str]:
        """Whether it ended as it should."""
        assert (done.returncode != 0) is fails, f"{done.args}\n{done.stdout}\n{done.stderr}"
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


class QuickCommands(Commands):
    """The same commands in this process: what starts a process and imports ape each time is what takes long."""

    def run(self, *arguments: str, network: str | None = None, records: bool = True, fails: bool = False) -> subprocess.CompletedProcess[str]:
        words = list(arguments[1:])
        if arguments[:2] != ("epoch", "collect"):
            words += ["--network", network or self.network]
            if records:
                words += ["--deployments", str(self.home / "records")]
        unwrap_providers()
        result = CliRunner(mix_stderr=False).invoke(script(arguments[0]), words, prog_name=arguments[0], env=self.environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return self.checked(subprocess.CompletedProcess(["ape", "run", *arguments], result.exit_code, result.stdout, result.stderr), fails)


def unwrap_providers() -> None:
    """Ape wraps `connect` of a provider's class once more for every provider it makes, and every wrapper does the whole work again."""
    from ape_ethereum.provider import Web3Provider

    waiting: list[type] = [Web3Provider]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        while hasattr(kind.__dict__.get("connect"), "__wrapped__"):
            kind.connect = kind.__dict__["connect"].__wrapped__  # type: ignore[attr-defined]


@cache
def script(name: str) -> click.Command:
    """The command of a file of `scripts/`."""
    path = ROOT / "scripts" / f"{name}.py"
    assert path.is_file(), f"there is no script {name}"
    spec = importlib.util.spec_from_file_location(f"script_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: click.Command = module.cli
    return found
