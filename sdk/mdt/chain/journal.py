"""The journal: every transaction that was signed here, on disk before it is sent, and what became of it.

It is one SQLite database, which holds after a process or the machine dies at any point, and one lock file for each account, which the system
frees when its holder dies (`docs/decisions/0051-journal-of-transactions.md`).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from mdt.chain.receipts import Intent, SignedTransaction
from mdt.errors import BusyError, JournalError

FOLDER = "MDT_STATE"
"""The environment's name for the folder of the journal."""
FORMAT = 1
BUSY_SECONDS = 30
"""How long a write waits for another process's, which takes milliseconds."""


def state_folder() -> Path:
    """Where the journal is: the folder named in the environment, else beside the user's other state.

    Raises:
        JournalError: a relative path, which would be another folder for every folder it is used from.
    """
    named = os.environ.get(FOLDER)
    if not named:
        return user_state_path("mdt", appauthor=False)
    folder = Path(named).expanduser()
    if not folder.is_absolute():
        raise JournalError(f"{FOLDER}={named} is a relative path: write it whole, so that every command finds the same journal")
    return folder


class State(StrEnum):
    """What became of a transaction, as far as is known here."""

    OPEN = "open"  # written down; it may have been sent, and may be mined
    MINED = "mined"
    REVERTED = "reverted"
    REPLACED = "replaced"  # its nonce went to another
    REFUSED = "refused"  # the node did not take it
    FORGOTTEN = "forgotten"  # of a chain that began anew, or put aside by a person


@dataclass(frozen=True)
class Entry:
    """A signed transaction and what became of it.

    Attributes:
        tx_hash: 0x and 64 hex digits.
        raw: The signed bytes, 0x and hex.
        recipient: Of the transaction, checksummed; empty where a contract is created.
        data: 0x and hex.
        value: Wei of the native coin; as text, since it may not fit in 64 bits.
        gas_price: Wei.
        what: A few words about it.
        signed_at: Unix seconds.
        genesis: The hash of block 0, or empty where the node does not tell it.
        block_number: Where it was mined; 0 otherwise.
        is_told: Whether whoever asked for it has been told that it was mined.
        is_named: Whether a command that does the like with other arguments has stopped once, because of it.
    """

    tx_hash: str
    raw: str
    chain_id: int
    genesis: str
    sender: str
    nonce: int
    recipient: str
    data: str
    value: str
    gas: int
    gas_price: int
    what: str
    signed_at: int
    state: State = State.OPEN
    block_number: int = 0
    is_told: bool = False
    is_named: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it may still be mined, or was mined without anybody being told."""
        return self.state is State.OPEN or (self.state is State.MINED and not self.is_told)

    @property
    def signed(self) -> SignedTransaction:
        """What was signed."""
        return SignedTransaction(self.tx_hash, self.raw, self.sender, self.nonce)

    @property
    def intent(self) -> Intent:
        """What it does."""
        return Intent(self.recipient or None, bytes.fromhex(self.data[2:]), int(self.value))


COLUMNS = tuple(field.name for field in fields(Entry))
_NUMBERS = ("chain_id", "nonce", "gas", "gas_price", "signed_at", "block_number", "is_told", "is_named")
_TABLE = ", ".join(f"{name} {'INTEGER' if name in _NUMBERS else 'TEXT'} NOT NULL" for name in COLUMNS)


@dataclass(frozen=True)
class Journal:
    """The journal in a folder; nothing is made there before the first transaction."""

    folder: Path

    @cached_property
    def path(self) -> Path:
        """The database."""
        return self.folder / "transactions.sqlite"

    @contextmanager
    def locked(self, chain_id: int, sender: str, seconds: float, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold an account: no other process signs for it meanwhile. The system frees it when this process ends, however it ends.

        Args:
            chain_id: Of the chain.
            sender: The account.
            seconds: How long to wait for another process.
            waiting: Called once if there is something to wait for.

        Raises:
            BusyError: another process holds it all the time.
            JournalError: the folder cannot be written.
        """
        path = self.folder / "locks" / f"{chain_id}-{sender}.lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path, is_singleton=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                waiting()
                lock.acquire(timeout=seconds)
        except Timeout as error:
            raise BusyError(
                f"another process still sends from {sender} after {seconds:g} s of waiting: wait for it, or look at it with `mdt tx list`"
            ) from error
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            lock.release()

    def entries(
        self, chain_id: int | None = None, sender: str | None = None, states: Sequence[State] = (), from_nonce: int = 0, is_told: bool | None = None
    ) -> list[Entry]:
        """What was signed, oldest first; each argument that is given leaves out the rest.

        Raises:
            JournalError: the database cannot be read.
        """
        if not self.path.exists():
            return []
        given = {"chain_id": chain_id, "sender": sender, "is_told": is_told}
        wanted = {f"{name} = ?": value for name, value in given.items() if value is not None} | {"nonce >= ?": from_nonce}
        where, values = list(wanted), [*wanted.values(), *states]
        if states:
            where.append(f"state IN ({', '.join('?' for _ in states)})")
        with self._open() as database:
            rows = database.execute(f"SELECT {', '.join(COLUMNS)} FROM transactions WHERE {' AND '.join(where)} ORDER BY rowid", values).fetchall()  # noqa: S608
        return [_entry(row) for row in rows]

    def unsettled(self, chain_id: int, sender: str) -> list[Entry]:
        """What an account signed that is not over: open, not taken, or not told; and the newest that is over, by which the node's nonce is checked."""
        if not self.path.exists():
            return []
        columns, place = ", ".join(COLUMNS), (chain_id, sender)
        of_account = f"SELECT {columns} FROM transactions WHERE chain_id = ? AND sender = ?"  # noqa: S608
        with self._open() as database:
            live = database.execute(f"{of_account} AND (state IN ('open', 'refused') OR (state = 'mined' AND is_told = 0)) ORDER BY rowid", place)
            newest = database.execute(f"{of_account} AND state IN ('mined', 'reverted') AND is_told = 1 ORDER BY nonce DESC LIMIT 1", place)
            return [_entry(row) for row in (*live.fetchall(), *newest.fetchall())]

    def write(self, entry: Entry) -> None:
        """Write an entry, on disk when this returns. The same bytes signed again begin anew.

        Raises:
            JournalError: the disk refuses; nothing may be sent.
        """
        marks = ", ".join("?" for _ in COLUMNS)
        with self._open() as database:
            database.execute(f"INSERT OR REPLACE INTO transactions ({', '.join(COLUMNS)}) VALUES ({marks})", astuple(entry))  # noqa: S608

    def settle(self, hashes: Iterable[str], state: State, block_number: int = 0, *, is_told: bool = True) -> None:
        """Note what became of transactions."""
        with self._open() as database:
            rows = [(state, block_number, is_told, one) for one in hashes]
            database.executemany("UPDATE transactions SET state = ?, block_number = ?, is_told = ? WHERE tx_hash = ?", rows)

    def tell(self, hashes: Iterable[str]) -> None:
        """Note that whoever asked for these transactions was told of those that were mined."""
        with self._open() as database:
            rows = [(one, State.MINED) for one in hashes]
            database.executemany("UPDATE transactions SET is_told = 1 WHERE tx_hash = ? AND state = ? AND is_told = 0", rows)

    def name(self, tx_hash: str) -> None:
        """Note that a command that does the like has stopped once, because of this transaction."""
        with self._open() as database:
            database.execute("UPDATE transactions SET is_named = 1 WHERE tx_hash = ?", (tx_hash,))

    # --- internal ---

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The database inside one transaction, which is on disk, folder included, when the block ends well."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as database:
                database.execute("PRAGMA synchronous = EXTRA")
                self._prepare(database)
                with database:
                    yield database
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def _prepare(self, database: sqlite3.Connection) -> None:
        (found,) = database.execute("PRAGMA user_version").fetchone()
        if found == 0:
            with database:
                database.execute(f"CREATE TABLE IF NOT EXISTS transactions ({_TABLE}, PRIMARY KEY (tx_hash))")
                database.execute("CREATE INDEX IF NOT EXISTS by_account ON transactions (chain_id, sender, state, nonce)")
                database.execute(f"PRAGMA user_version = {FORMAT}")
        elif found != FORMAT:
            raise JournalError(f"the journal {self.path} has format {found}, this version reads {FORMAT}: use the version that wrote it")

    def _unusable(self, error: Exception) -> JournalError:
        if "locked" in str(error):
            way = f"another process has kept it for {BUSY_SECONDS} s: run the command again when that has ended"
        elif any(sign in str(error) for sign in ("malformed", "not a database", "no such table", "no such column")):
            way = "it is damaged: see what the account has pending, move the file aside, and a new one is begun"
        else:
            way = f"make the folder writable, or name another one in {FOLDER}"
        return JournalError(f"the journal {self.path} cannot be used ({error}), and nothing is sent without it: {way}")


def _entry(row: tuple[object, ...]) -> Entry:
    """A row as it was written.

    Raises:
        JournalError: somebody else has changed it.
    """
    try:
        return _made(row)
    except ValueError as error:
        raise JournalError(
            f"the journal has a row that nobody of ours wrote ({error}): move the file aside, once nothing of its accounts is pending"
        ) from error


def _made(row: tuple[object, ...]) -> Entry:
    given = dict(zip(COLUMNS, row, strict=True))
    return Entry(**{**given, "state": State(str(given["state"])), "is_told": bool(given["is_told"]), "is_named": bool(given["is_named"])})  # type: ignore[arg-type]


def of_chain(found: list[Entry], genesis: Callable[[], str]) -> list[Entry]:
    """Those entries of a chain id that may be of the chain whose block 0 has this hash, which is asked for if one of them knows its own."""
    here = genesis() if any(one.genesis for one in found) else ""
    return [one for one in found if not (here and one.genesis) or one.genesis == here]


@dataclass(frozen=True)
class Book:
    """The journal of one account on one chain. Chains of one id are told apart by block 0, where both it and the journal know it.

    Attributes:
        journal: None keeps nothing: for a chain that lives and dies with this process.
        genesis: Asked for the hash of block 0, when it matters.
    """

    journal: Journal | None
    chain_id: int
    sender: str
    genesis: Callable[[], str]

    @property
    def is_busy(self) -> bool:
        """Whether the journal has anything of the account that is not over and told; no node is asked."""
        return bool(self.live())

    def live(self) -> list[Entry]:
        """What is not over, or was mined without whoever asked for it being told; no node is asked."""
        return [one for one in self._unsettled() if one.is_live]

    def unsettled(self) -> list[Entry]:
        """What is not over, and the newest that is; see `Journal.unsettled`."""
        return of_chain(self._unsettled(), self.genesis)

    def _unsettled(self) -> list[Entry]:
        return self.journal.unsettled(self.chain_id, self.sender) if self.journal is not None else []

    def entries(self, *states: State, from_nonce: int = 0, is_told: bool | None = None) -> list[Entry]:
        """Those of this account and chain in some of the states, oldest first."""
        if self.journal is None:
            return []
        return of_chain(self.journal.entries(self.chain_id, self.sender, states, from_nonce, is_told), self.genesis)

    def write(self, signed: SignedTransaction, intent: Intent, *, gas: int, gas_price: int, what: str) -> None:
        """Write down what was signed, on disk when this returns."""
        if self.journal is None:
            return
        to, data = intent.to or "", "0x" + intent.data.hex()
        place = (self.chain_id, self.genesis(), self.sender, signed.nonce)
        self.journal.write(Entry(signed.tx_hash, signed.raw, *place, to, data, str(intent.value), gas, gas_price, what, int(time.time())))

    def settle(self, hashes: Sequence[str], state: State, block_number: int = 0, *, is_told: bool = True) -> None:
        """Note what became of transactions."""
        if self.journal is not None and hashes:
            self.journal.settle(hashes, state, block_number, is_told=is_told)

    def tell(self, hashes: Collection[str]) -> None:
        """Note that whoever asked for these was told of those that were mined."""
        if self.journal is not None and hashes:
            self.journal.tell(hashes)

    def name(self, tx_hash: str) -> None:
        """Note that a command that does the like has stopped once, because of this transaction."""
        if self.journal is not None:
            self.journal.name(tx_hash)
