"""Begin a module: `make new-module NAME=staking/lock_fees` writes `contracts/staking/modules/lock_fees.vy`, in the house's style.

`NAME=common/dates` begins one that several areas share.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tools import contracts

NAME = re.compile(r"([a-z][a-z_0-9]*)/([a-z][a-z_0-9]*)")

SKELETON = '''# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title {title}: what it is about, in one line
@license AGPL-3.0-only
@notice The law it holds to, with the formula and who rounding favours.
@dev    Units, the layout of packed words, and the model's module that computes the same.
"""

# --- constants ---

BPS: constant(uint256) = 10_000

# --- internal ---

@internal
@pure
def _part_of(_amount: uint256, _bps: uint256) -> uint256:
    """
    @dev An example of a rule: wei, rounded down in favour of whoever keeps the rest.
    """
    return _amount * _bps // BPS
'''


def begin(name: str, sources: Path = contracts.CONTRACTS) -> Path:
    """Write the skeleton of a module.

    Args:
        name: Area and name, as `staking/lock_fees`; the area is a folder of `sources`.
        sources: Folder of the contracts.

    Raises:
        ValueError: the name is none, its area does not exist, or a module has that name already, here or in another area.
    """
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no name of a module: expected area/name in lower case, as staking/lock_fees")
    area, stem = found.groups()
    areas = sorted(path.name for path in sources.iterdir() if path.is_dir())
    if area not in areas:
        raise ValueError(f"there is no area {area!r}: choose one of {', '.join(areas)}")
    if taken := sorted(sources.rglob(f"{stem}.vy")):
        raise ValueError(f"a module is called {stem!r} already: {taken[0].relative_to(sources.parent).as_posix()}")
    path = sources / area / f"{stem}.vy" if area == "common" else sources / area / "modules" / f"{stem}.vy"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SKELETON.format(title=stem.replace("_", " ").capitalize()), encoding="utf-8")
    return path


def main(arguments: list[str]) -> int:
    """0 if the module was begun."""
    if len(arguments) != 1:
        print("new-module: say which: make new-module NAME=area/name", file=sys.stderr)
        return 1
    try:
        path = begin(arguments[0])
    except ValueError as error:
        print(f"new-module: {error}", file=sys.stderr)
        return 1
    print(f"new-module: {path.relative_to(contracts.ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
