"""`python -m mdt.economics --data DIR`: the study of `mdt.economics.study`, printed or written to a page."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mdt.economics.page import document, page
from mdt.economics.rules import Rules
from mdt.economics.snapshots import NEEDED, read
from mdt.economics.study import Study, study
from mdt.errors import ConfigError, MDTError
from mdt.escapes import escaped
from mdt.preset.settings import load
from mdt.units import Denomination

PRESET = "luxtensor"


def compute(data: str | Path, preset: str = PRESET) -> Study:
    """The study of the snapshots in a folder under the rules of a preset.

    Raises:
        DataError: a file or column is missing, or a value is no stake.
        ConfigError: no such preset, one of another token, or one that the contract would not take.
    """
    settings = load(preset)
    if settings.denomination != Denomination():
        token = settings.token
        raise ConfigError(f"the study counts in MDT of 18 decimals, preset {settings.name} is of {token.symbol} with {token.decimals}: name a preset of MDT")
    return study(settings.name, Rules.of(settings), read(data), settings.token.cap)


def main(arguments: list[str] | None = None) -> int:
    """Print the page, or JSON, or write the page."""
    parser = argparse.ArgumentParser(prog="python -m mdt.economics", description="What decay table and cap do to published distributions of stake.")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {' and '.join(NEEDED)}")
    parser.add_argument("--preset", default=PRESET, help="whose rules (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document; amounts are decimal strings of wei")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the Markdown page there instead of printing it")
    chosen = parser.parse_args(arguments)
    try:
        done = compute(chosen.data, chosen.preset)
        if chosen.write:
            chosen.write.write_text(page(done), encoding="utf-8")
            print(f"economics: wrote {chosen.write.name}", file=sys.stderr)
    except (MDTError, OSError) as error:
        print(f"error: {escaped(error)}", file=sys.stderr)
        return 1
    if chosen.json:
        print(json.dumps(document(done), indent=2))
    elif not chosen.write:
        print(page(done), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
