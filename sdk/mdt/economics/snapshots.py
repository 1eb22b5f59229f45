"""Published stakes of two Bittensor snapshots: read, checked, scaled to a network of MDT.

They are another network's: TAO, other rules, other dates. Only the shape of the distribution is used.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from mdt.errors import DataError
from mdt.units import WAD

TOP_50 = "bittensor_validators_top50_block4107250.csv"
SUBNET_15 = "bittensor_sn15_stake_block4769998.csv"
NEEDED = (TOP_50, SUBNET_15)

RAO = 10**9  # wei of 1 rao if 1 TAO were 1 MDT
MAX_TAO = 21_000_000
MAX_RAO = MAX_TAO * 10**9
_NUMBER = re.compile(r"[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][-+]?[0-9]{1,3})?")
"""Decimal alone takes 1_000, digits of other scripts and blanks as well."""


@dataclass(frozen=True)
class Pool:
    """One validator of a snapshot.

    Attributes:
        key: its hotkey.
        owner: its coldkey, or the hotkey where the snapshot names no owner.
        stake: own and delegated, in wei (1 TAO = 10^18).
        own: the owner's part of it in wei; None where the snapshot does not say.
    """

    key: str
    owner: str
    stake: int
    own: int | None


@dataclass(frozen=True)
class Snapshot:
    """The validators of one network at one block, largest first."""

    name: str
    file: str
    pools: list[Pool]

    @property
    def total(self) -> int:
        """Wei of all pools."""
        return sum(pool.stake for pool in self.pools)

    def scaled(self, total: int) -> list[Pool]:
        """The pools with stakes in the same proportions, `total` wei in all; each rounded down."""
        whole = self.total
        return [Pool(p.key, p.owner, p.stake * total // whole, None if p.own is None else p.own * total // whole) for p in self.pools]


def read(folder: str | Path) -> list[Snapshot]:
    """Read both snapshots.

    Raises:
        DataError: a file or column is missing, or a value is not a stake: names file, line, value and what is allowed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder; give the folder that holds {', '.join(NEEDED)}")
    if missing := [name for name in NEEDED if not (folder / name).is_file()]:
        raise DataError(f"{folder} lacks {', '.join(missing)}; give the folder that holds {', '.join(NEEDED)}")
    top = _pools(folder / TOP_50, ("hotkey", "coldkey", "stake_rao", "validator_own_stake_rao"), _of_top_50)
    subnet = _pools(folder / SUBNET_15, ("hotkey", "stake_tao"), _of_subnet_15)
    return [Snapshot("top 50", TOP_50, top), Snapshot("subnet 15", SUBNET_15, subnet)]


def _of_top_50(row: dict[str, str], where: str) -> Pool:
    stake, own = (_number(row[name], name, where, MAX_RAO, is_whole=True) for name in ("stake_rao", "validator_own_stake_rao"))
    if own > stake:
        raise DataError(f"{where}: validator_own_stake_rao is {row['validator_own_stake_rao']}, allowed is 0 to stake_rao ({row['stake_rao']})")
    return Pool(row["hotkey"], row["coldkey"], int(stake) * RAO, int(own) * RAO)


def _of_subnet_15(row: dict[str, str], where: str) -> Pool:
    return Pool(row["hotkey"], row["hotkey"], int(_number(row["stake_tao"], "stake_tao", where, MAX_TAO) * WAD), None)


def _number(text: str, column: str, where: str, largest: int, *, is_whole: bool = False) -> Decimal:
    """A stake; decimals and exponents only where the source publishes floats."""
    allowed = f"a {'whole ' if is_whole else ''}number from 0 to {largest}"
    number = Decimal(text if _NUMBER.fullmatch(text) else "NaN")
    if number.is_nan() or not 0 <= number <= largest or (is_whole and number != number.to_integral_value()):
        raise DataError(f"{where}: {column} is {text[:40] or 'empty'}, allowed is {allowed}")
    return number


def _pools(path: Path, columns: tuple[str, ...], pool_of: Callable[[dict[str, str], str], Pool]) -> list[Pool]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name}: not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    pools: dict[str, Pool] = {}
    try:
        if missing := [column for column in columns if column not in (reader.fieldnames or [])]:
            raise DataError(f"{path.name}:1: lacks the columns {', '.join(missing)}")
        for row in reader:
            where = f"{path.name}:{reader.line_num}"
            if None in row or None in row.values():
                raise DataError(f"{where}: has another number of values than the header's {len(reader.fieldnames or [])}")
            pool = pool_of(row, where)
            if pool.key in pools or not pool.key:
                raise DataError(f"{where}: hotkey is {pool.key[:60] or 'empty'}, allowed is one row for each hotkey")
            pools[pool.key] = pool
    except csv.Error as error:
        raise DataError(f"{path.name}:{reader.line_num + 1}: is no CSV: {error}") from error
    if not sum(pool.stake for pool in pools.values()):
        raise DataError(f"{path.name}: holds no stake; at least one row must have some")
    return sorted(pools.values(), key=lambda pool: (-pool.stake, pool.key))
