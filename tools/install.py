"""Build `.venv` from the hash-pinned lock: what `make install` runs.

Standard library only, because nothing else exists yet. Running it again does nothing and takes no time, until the lock,
the package's metadata or the Python version changes. One line is printed per step; what pip says goes to `.venv/install.log`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed.sha256"
LOG = VENV / "install.log"
OLDEST, NEWEST = (3, 11), (3, 13)


def fingerprint() -> str:
    """What the environment depends on: the lock, the package's metadata, this interpreter and where the checkout is."""
    digest = hashlib.sha256()
    for part in (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def run(step: str, *command: str) -> None:
    """Say `step`, run `command` quietly; on failure show the end of its output and stop."""
    print(f"install: {step}", flush=True)
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME")}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if VENV.is_dir():
        with LOG.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-15:]), file=sys.stderr)
        sys.exit(f"install: failed at: {step}. The whole output is in {LOG.relative_to(ROOT)}. Fix the cause and run `make install` again.")


def main() -> None:
    """Create, fill and stamp the environment."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(f"install: Python {sys.version.split()[0]} is not supported: use 3.11, 3.12 or 3.13, for example `make install PYTHON=python3.11`.")
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text().strip() == wanted:
        return
    python = str(VENV / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input")
    run(f"create .venv with Python {sys.version.split()[0]}", sys.executable, "-m", "venv", "--clear", str(VENV))
    packages = sum("==" in line and not line.startswith(" ") for line in LOCK.read_text().splitlines())
    # The lock is complete, so nothing is resolved: pip would ask for the newest coverage[toml], which the lock does not name, and refuse it.
    run(
        f"install {packages} locked packages, hashes checked (a minute or two)",
        *pip,
        "install",
        "--require-hashes",
        "--no-deps",
        "--no-compile",
        "-r",
        str(LOCK),
    )
    run("install this package in place", *pip, "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    run("check that the locked packages fit together", *pip, "check")
    # Without bytecode on disk every start of ape or pytest compiles the whole environment again: 15 s instead of one.
    print("install: compile bytecode", flush=True)
    subprocess.run([python, "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    STAMP.write_text(wanted + "\n")
    print("install: done", flush=True)


if __name__ == "__main__":
    main()
