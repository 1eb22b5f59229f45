"""Pages generated from the presets and from a deployment: `python -m tools.docs` says whether they are current, `--write` makes them so.

Names of pages (`parameters`, `roles`, `deploy`) after that take only those: the last two deploy the suite on an embedded chain.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from mdt.deploy.gas import FIGURES
from mdt.preset.settings import CONFIG_DIR
from tools.docs_parameters import parameters_page

PARAMETERS = CONFIG_DIR.parent / "docs" / "reference" / "parameters.md"
ROLES = CONFIG_DIR.parent / "docs" / "reference" / "roles.md"


def roles_page() -> str:
    """The text of `docs/reference/roles.md`, from a deployment made for it."""
    from tools.docs_deploy import roles_page as page

    return page()


def figures() -> str:
    """The text of `snapshots/deploy.json`, from the same deployment."""
    from tools.docs_deploy import figures as text

    return text()


def pages(names: list[str]) -> dict[Path, str]:
    """The named pages with the text they should have; all when none is named."""
    made: dict[str, tuple[Path, Callable[[], str]]] = {
        "parameters": (PARAMETERS, parameters_page),
        "roles": (ROLES, roles_page),
        "deploy": (FIGURES, figures),
    }
    return {path: text() for name, (path, text) in made.items() if name in names or not names}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not current."""
    wanted = pages([one for one in arguments if not one.startswith("--")])
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if "--write" in arguments:
        for path in stale:
            path.write_text(wanted[path], encoding="utf-8")
            print(f"docs: wrote {path.name}")
        return 0
    for path in stale:
        print(f"docs: {path.name} is not current; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
