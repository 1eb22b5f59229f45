"""Second implementations in JavaScript: one Node process per question, JSON in and out."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.support.deployers import ROOT

NODE = shutil.which("node")


def requires_npm(package: str) -> pytest.MarkDecorator:
    """Skip where Node or the npm package is not there."""
    missing = NODE is None or not (ROOT / "node_modules" / package).is_dir()
    return pytest.mark.skipif(missing, reason=f"needs Node and the npm package {package}: run `make npm`")


def ask(script: str, question: Any, timeout: float = 600) -> Any:
    """Run `tests/js/<script>.mjs` with `question` on its stdin and return what it prints."""
    assert NODE is not None
    process = subprocess.run(
        [NODE, str(ROOT / "tests" / "js" / f"{script}.mjs")], input=json.dumps(question), capture_output=True, text=True, timeout=timeout, check=False
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)
