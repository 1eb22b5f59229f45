"""Contracts of the suite compiled without their lock: what protects them then is the order in which they do things."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boa
from boa import interpret
from boa.contracts.vyper.vyper_contract import VyperDeployer

from mdt.names import EVERY_SOURCE
from tests.support.deployers import ROOT
from tools import compiler_cache

LOCK = "# pragma nonreentrancy on\n"


@cache
def unlocked(name: str) -> Any:
    """The deployer of a contract without its lock, and without those of the modules beside and below it, whose calls it exports. Kept by the text of these sources."""
    source = f"contracts/{EVERY_SOURCE[name]}.vy"
    with TemporaryDirectory() as made:
        folder = Path(made)
        for part in ("contracts", "interfaces"):
            shutil.copytree(ROOT / part, folder / part)
        locked = [path for path in (folder / source, *(folder / source).parent.rglob("modules/*.vy")) if LOCK in path.read_text(encoding="utf-8")]
        assert folder / source in locked
        for path in locked:
            path.write_text(path.read_text(encoding="utf-8").replace(LOCK, "").replace("@reentrant\n", ""), encoding="utf-8")

        def compiled() -> Any:
            interpret.set_search_paths([made])
            try:
                return compiler_cache.wholly_compiled(lambda: boa.load_partial(str(folder / source)).compiler_data)
            finally:
                interpret.set_search_paths(None)

        data = compiler_cache.kept(f"unlocked {source} {compiler_cache.sources_digest(folder)}", compiled)
    return VyperDeployer(data, filename=source)
