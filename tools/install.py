"""Build an environment from its hash-pinned lock: `.venv` (`make install`), or with `docs` the one of the site and the import linter (`make site`).

Standard library only, because nothing else exists yet. Running it again does nothing and takes no time, until the lock, the package's
metadata or the Python version changes. One line is printed per step; what pip says goes to `install.log` in the environment.

Two environments, because their tools need different versions of click.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = (3, 11), (3, 13)


@dataclass(frozen=True)
class Environment:
    """A folder, the lock it is filled from, how it is made again, and whether this package is installed in it."""

    venv: Path
    lock: Path
    made_by: str
    has_package: bool

    @property
    def stamp(self) -> Path:
        """What it was made from, as a hash."""
        return self.venv / "installed.sha256"

    def fingerprint(self) -> str:
        """What the environment depends on: the lock, the package's metadata, this interpreter and where the checkout is."""
        digest = hashlib.sha256()
        for part in (self.lock.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()


MAIN = Environment(ROOT / ".venv", ROOT / "requirements.lock", "make install", has_package=True)
DOCS = Environment(ROOT / ".venv-docs", ROOT / "requirements-docs.lock", "make site", has_package=False)


def run(made: Environment, step: str, *command: str) -> None:
    """Say `step`, run `command` quietly; on failure show the end of its output and stop."""
    log_file = made.venv / "install.log"
    print(f"install: {step}", flush=True)
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME")}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if made.venv.is_dir():
        with log_file.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-15:]), file=sys.stderr)
        sys.exit(f"install: failed at: {step}. The whole output is in {log_file.relative_to(ROOT)}. Fix the cause and run `{made.made_by}` again.")


def main(arguments: list[str]) -> None:
    """Create, fill and stamp the environment."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(f"install: Python {sys.version.split()[0]} is not supported: use 3.11, 3.12 or 3.13, for example `make install PYTHON=python3.11`.")
    if arguments not in ([], ["docs"]):
        sys.exit(f"install: {' '.join(arguments)!r} is no environment: say nothing, or `docs`.")
    made = DOCS if arguments else MAIN
    wanted = made.fingerprint()
    if made.stamp.is_file() and made.stamp.read_text().strip() == wanted:
        return
    python = str(made.venv / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input")
    run(made, f"create {made.venv.name} with Python {sys.version.split()[0]}", sys.executable, "-m", "venv", "--clear", str(made.venv))
    packages = sum("==" in line and not line.startswith(" ") for line in made.lock.read_text().splitlines())
    # The lock is complete, so nothing is resolved: pip would ask for the newest coverage[toml], which the lock does not name, and refuse it.
    locked = ("install", "--require-hashes", "--no-deps", "--no-compile", "-r", str(made.lock))
    run(made, f"install {packages} locked packages, hashes checked (a minute or two)", *pip, *locked)
    if made.has_package:
        run(made, "install this package in place", *pip, "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    run(made, "check that the locked packages fit together", *pip, "check")
    # Without bytecode on disk every start of ape or pytest compiles the whole environment again: 15 s instead of one.
    print("install: compile bytecode", flush=True)
    everything = [python, "-m", "compileall", "-q", "-j", "0", str(made.venv / "lib")]
    subprocess.run(everything, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made.stamp.write_text(wanted + "\n")
    print("install: done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
