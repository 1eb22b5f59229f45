"""Runs before any test is collected: tools of this environment first on PATH, so that ape finds its vyper and anvil; the quicker of two keccaks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOOL_FOLDERS = (Path(sys.executable).parent, ROOT / "node_modules" / ".bin")

_known = os.environ.get("PATH", "").split(os.pathsep)
_missing = [str(folder) for folder in TOOL_FOLDERS if folder.is_dir() and str(folder) not in _known[: len(TOOL_FOLDERS)]]
os.environ["PATH"] = os.pathsep.join([*_missing, *_known])

# eth-hash takes pycryptodome where nothing is said: seven times slower on a word.
os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
