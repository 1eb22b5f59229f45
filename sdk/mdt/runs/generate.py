"""Made-up data in the documented schema: the demo's data set, and networks of any size for measuring.

Nothing here is secret and nothing is random: every number is a Keccak hash of what it stands for, so the same call gives the same bytes on
any machine. THE KEYS OF THE DEMO MINERS ARE PUBLIC: key i is keccak256("mdt demo miner <i>"). Anybody can spend what such an account holds;
they exist so that a demonstration on a local chain can claim. Never send anything of value to one of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from eth_account import Account

from mdt.crypto.keccak import keccak
from mdt.errors import DataError
from mdt.escapes import escaped
from mdt.oracle.schema import PARTICIPATION, SCORES, TABLES, TASKS, Table

DEMO_FOLDER = Path(__file__).resolve().parents[3] / "data" / "demo"
DEMO_MINERS = 12
DEMO_EPOCHS = 16
DEMO_SEED = 7

# Round r of the history is epoch r, up to a long silence; what follows stands around the first halving of the preset `adr-literal`
# (1,051,200 blocks of 480 blocks an epoch: epoch 2190 is the first at half the reward).
LAST_EARLY_ROUND = 8
FIRST_LATE_EPOCH = 2187

MISSING_ROUND = 6  # no table has it: it is skipped on chain
IDLE_ROUND = 9  # nobody took part: utility 0
UNSCORED_ROUND = 11  # work was done and every score is 0: the miner share is recycled
STRESS_ROUND = 13  # three miners left, more work than the formula rewards


def demo_epoch(history_round: int) -> int:
    """The epoch that a round of the demo's history takes place in."""
    return history_round if history_round <= LAST_EARLY_ROUND else FIRST_LATE_EPOCH + history_round - LAST_EARLY_ROUND - 1


MISSING_EPOCH, IDLE_EPOCH, UNSCORED_EPOCH, STRESS_EPOCH = (demo_epoch(one) for one in (MISSING_ROUND, IDLE_ROUND, UNSCORED_ROUND, STRESS_ROUND))


def demo_key(miner: int) -> bytes:
    """The PUBLIC private key of demo miner `miner`, counted from 0."""
    return keccak(f"mdt demo miner {miner}".encode("ascii"))


def demo_address(miner: int) -> str:
    """The address of `demo_key`, in lower case."""
    return str(Account.from_key(demo_key(miner)).address).lower()


def _draw(seed: int, low: int, high: int, *what: object) -> int:
    """A number from low to high, both included, that depends on nothing but the arguments."""
    text = " ".join(str(part) for part in (seed, *what))
    return low + int.from_bytes(keccak(text.encode("ascii")), "big") % (high - low + 1)


def demo_tables(seed: int = DEMO_SEED, epochs: int = DEMO_EPOCHS, miners: int = DEMO_MINERS) -> dict[str, list[str]]:
    """Rows of the three tables for a small network with one missing, one idle, one unscored and one stressed epoch.

    Args:
        seed: another seed gives another history.
        epochs: how many rounds of the history, counted from 0; `demo_epoch` says which epochs they are.
        miners: how many; each works in about five epochs of six.
    """
    addresses = [demo_address(miner) for miner in range(miners)]
    rows: dict[str, list[str]] = {table.name: [] for table in TABLES}
    for turn in range(epochs):
        if turn == MISSING_ROUND:
            continue
        epoch, active = demo_epoch(turn), [miner for miner in range(miners) if _is_active(seed, turn, miner)]
        rows[PARTICIPATION.name].append(f"{epoch},{len(active)},{miners}")
        for miner, address in enumerate(addresses):
            rows[TASKS.name] += [f"{epoch},{address},{tasks},{hard}" for tasks, hard in _work(seed, turn, miner, miner in active)]
            scored = miner in active and turn != UNSCORED_ROUND
            rows[SCORES.name].append(f"{epoch},{address},{_thousandths(_draw(seed, 300, 999, 'score', turn, miner)) if scored else 0}")
    return rows


def _is_active(seed: int, turn: int, miner: int) -> bool:
    if turn == IDLE_ROUND:
        return False
    if turn == STRESS_ROUND:
        return miner < 3
    return miner == 0 or _draw(seed, 0, 5, "active", turn, miner) > 0


def _work(seed: int, turn: int, miner: int, is_active: bool) -> Iterator[tuple[int, str]]:
    """(tasks, difficulty) rows: everyday work, and for some a second row of harder work."""
    if not is_active:
        yield 0, "0"
        return
    stress = turn == STRESS_ROUND
    yield (
        _draw(seed, 4_000, 5_000, "tasks", turn, miner) if stress else _draw(seed, 200, 900, "tasks", turn, miner),
        _thousandths(_draw(seed, 850, 990, "difficulty", turn, miner) if stress else _draw(seed, 400, 800, "difficulty", turn, miner)),
    )
    if miner % 3 == 0:
        yield _draw(seed, 10, 120, "hard tasks", turn, miner), _thousandths(_draw(seed, 800, 1_000, "hard difficulty", turn, miner))


def _thousandths(number: int) -> str:
    return f"{number // 1_000}.{number % 1_000:03d}"


def large_rows(table: Table, miners: int, epoch: int = 0, seed: int = DEMO_SEED) -> Iterator[str]:
    """Rows of one table for a network of any size; its addresses are hashes, nobody has their keys."""
    if table is PARTICIPATION:
        yield f"{epoch},{miners},{miners + miners // 9}"
        return
    for miner in range(miners):
        digest = keccak(f"mdt bench miner {seed} {miner}".encode("ascii"))
        number = int.from_bytes(digest[20:28], "big")
        if table is TASKS:
            yield f"{epoch},0x{digest[:20].hex()},{number % 50},0.{number % 10**9:09d}"
        else:
            yield f"{epoch},0x{digest[:20].hex()},{number % 10**4}.{number % 10**18:018d}"


def write_table(folder: Path, table: Table, rows: Iterable[str]) -> Path:
    """Write one table as `<table>.csv`."""
    path = folder / f"{table.name}.csv"
    with path.open("w", encoding="ascii", newline="\n") as stream:
        stream.write(table.header + "\n")
        stream.writelines(f"{row}\n" for row in rows)
    return path


def write_demo(folder: Path, seed: int = DEMO_SEED, epochs: int = DEMO_EPOCHS, miners: int = DEMO_MINERS) -> list[Path]:
    """Write the three tables of a demo network."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = demo_tables(seed, epochs, miners)
    return [write_table(folder, table, rows[table.name]) for table in TABLES]


def main(arguments: list[str] | None = None) -> int:
    """Command line: `python -m mdt.runs.generate FOLDER [--seed N] [--epochs N] [--miners N]`."""
    parser = argparse.ArgumentParser(prog="python -m mdt.runs.generate", description="Write a made-up data set in the documented schema.")
    parser.add_argument("folder", type=Path, help="where to write tasks.csv, scores.csv and participation.csv")
    parser.add_argument("--seed", type=int, default=DEMO_SEED, help="another seed gives another history (default %(default)s, the shipped one)")
    parser.add_argument("--epochs", type=int, default=DEMO_EPOCHS, help="number of epochs (default %(default)s)")
    parser.add_argument("--miners", type=int, default=DEMO_MINERS, help="number of miners, with PUBLIC keys (default %(default)s)")
    chosen = parser.parse_args(arguments)
    if chosen.epochs < 1 or chosen.miners < 1:
        parser.error("--epochs and --miners must be at least 1")
    try:
        for path in write_demo(chosen.folder, chosen.seed, chosen.epochs, chosen.miners):
            print(escaped(path))
    except (OSError, DataError) as error:
        print(escaped(f"cannot write {chosen.folder}: {error}"), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
