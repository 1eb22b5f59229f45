"""Merkle trees over (account, cumulative amount) exactly as OpenZeppelin's StandardMerkleTree makes them.

    leaf = keccak256(keccak256(abi.encode(account, cumulative)))
    node = keccak256(min(a, b) || max(a, b))

The leaves, sorted by hash, stand at the end of one array in descending order; the children of node i are nodes 2i + 1 and 2i + 2;
node 0 is the root. So roots, proofs and dumps are the same as those of `@openzeppelin/merkle-tree`, and each tool reads the other's.

A million leaves are built in one process. A tree keeps three flat arrays (64 bytes of nodes, 52 of records, 4 of position per leaf)
rather than objects per leaf.
"""

from __future__ import annotations

import json
import logging
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from mdt.crypto.keccak import IS_FAST, keccak256
from mdt.errors import MerkleError
from mdt.written.characters import shown
from mdt.written.hexadecimal import parse_hex
from mdt.written.read import read_values

_logger = logging.getLogger(__name__)

FORMAT = "standard-v1"
LEAF_ENCODING = ["address", "uint256"]
MAX_LEAVES = 2**32  # the contracts take at most 32 siblings
MAX_PROOF = 32

Account = str | bytes
Progress = Callable[[int, int], None]
"""Called with the hashing steps done and their total: once in a while, and at the end."""

_ADDRESS, _WORD, _RECORD = 20, 32, 52
_PADDING = bytes(12)
_REPORT_EVERY = 8_192
_DIGITS = re.compile(r"[0-9]{1,78}")
LARGEST_FILE = 2**30
"""Bytes of a tree's file: room for four million leaves."""


def address_bytes(account: Account) -> bytes:
    """The 20 bytes of an address, given as such or as `0x` and 40 hex digits in any case (checksums are not looked at).

    Raises:
        MerkleError: not an address.
    """
    try:
        # 42 characters: Python's reader takes blanks between the digits as well
        raw = bytes.fromhex(account[2:]) if isinstance(account, str) and account[:2] in ("0x", "0X") and len(account) == 42 else account
    except ValueError:
        raw = account
    if not isinstance(raw, bytes) or len(raw) != _ADDRESS:
        raise MerkleError(f"{account!r} is not an address; write 0x and 40 hex digits")
    return raw


def _amount_bytes(cumulative: int) -> bytes:
    if isinstance(cumulative, bool) or not isinstance(cumulative, int):
        raise MerkleError(f"{cumulative!r} is not an amount in wei; give an int")
    try:
        return cumulative.to_bytes(_WORD, "big")
    except OverflowError:
        raise MerkleError(f"{cumulative} is no uint256") from None


def leaf_hash(account: Account, cumulative: int) -> bytes:
    """The leaf of an account that earned `cumulative` wei in all."""
    return keccak256(keccak256(_PADDING + address_bytes(account) + _amount_bytes(cumulative)))


def node_hash(one: bytes, other: bytes) -> bytes:
    """The node above two siblings, in whichever order they come."""
    return keccak256(one + other if one < other else other + one)


def process_proof(leaf: bytes, proof: Iterable[bytes]) -> bytes:
    """The root that a leaf and its siblings, from the leaf up, lead to."""
    computed = leaf
    for sibling in proof:
        if len(sibling) != _WORD:
            raise MerkleError(f"a proof is made of 32-byte hashes, one has {len(sibling)} bytes")
        computed = node_hash(computed, sibling)
    return computed


def verify(root: bytes, account: Account, cumulative: int, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `root` owes `cumulative` wei in all to `account`, as the contracts see it."""
    return len(proof) <= MAX_PROOF and process_proof(leaf_hash(account, cumulative), proof) == root


def progress_bar(description: str = "Merkle tree") -> Progress:
    """A tqdm bar for `MerkleTree.build`."""
    from tqdm import tqdm

    bar: Any = tqdm(desc=description, unit=" hashes", unit_scale=True)

    def report(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return report


class MerkleTree:
    """A tree, its leaves and their proofs. Build one with `MerkleTree.build` or read one with `MerkleTree.load`."""

    __slots__ = ("_nodes", "_positions", "_records")

    def __init__(self, records: bytes, nodes: bytearray, positions: array[int]) -> None:
        """The arrays of `build`: 52-byte records by ascending account, nodes, and the node of each record."""
        self._records = records
        self._nodes = nodes
        self._positions = positions

    # --- building ---

    @classmethod
    def build(cls, entries: Iterable[tuple[Account, int]], progress: Progress | None = None) -> MerkleTree:
        """The tree of (account, cumulative wei) pairs, in any order.

        Args:
            entries: one pair per account.
            progress: called now and then with steps done and steps in all; see `progress_bar`.

        Raises:
            MerkleError: no entries (an epoch without miners keeps its old root), an account twice, the zero address,
                an address or an amount out of range.
        """
        if not IS_FAST:
            _logger.warning("safe-pysha3 is not installed: this Merkle tree is built with another Keccak, four to five times slower")
        records = _sorted_records(entries)
        count = len(records) // _RECORD
        done, total = 0, 2 * count - 1

        keyed = []  # leaf hash, then index of its record: one object per leaf while sorting
        for index in range(count):
            leaf = keccak256(keccak256(_PADDING + records[index * _RECORD : (index + 1) * _RECORD]))
            keyed.append(leaf + index.to_bytes(4, "big"))
            done += 1
            if progress is not None and done % _REPORT_EVERY == 0:
                progress(done, total)
        keyed.sort(reverse=True)

        positions = array("I", bytes(4 * count))
        for offset, key in enumerate(keyed):
            positions[int.from_bytes(key[_WORD:], "big")] = count - 1 + offset
        nodes = bytearray(_WORD * (count - 1))
        nodes += b"".join(key[:_WORD] for key in keyed)
        del keyed

        for at in range(_WORD * (count - 2), -1, -_WORD):
            first = 2 * at + _WORD  # the children of a node stand side by side
            one, other = nodes[first : first + _WORD], nodes[first + _WORD : first + 2 * _WORD]
            nodes[at : at + _WORD] = keccak256(one + other if one < other else other + one)
            done += 1
            if progress is not None and done % _REPORT_EVERY == 0:
                progress(done, total)
        if progress is not None:
            progress(total, total)
        return cls(records, nodes, positions)

    # --- reading ---

    @property
    def root(self) -> bytes:
        """The 32 bytes that stand for the whole tree."""
        return bytes(self._nodes[:_WORD])

    @property
    def total(self) -> int:
        """The sum of all leaves, in wei."""
        return sum(cumulative for _, cumulative in self)

    def __len__(self) -> int:
        return len(self._positions)

    def __iter__(self) -> Iterator[tuple[bytes, int]]:
        """(address, cumulative wei) by ascending address."""
        records = self._records
        for at in range(0, len(records), _RECORD):
            yield records[at : at + _ADDRESS], int.from_bytes(records[at + _ADDRESS : at + _RECORD], "big")

    def __contains__(self, account: Account) -> bool:
        return self._find(account) is not None

    def cumulative(self, account: Account) -> int:
        """What an account earned in all, in wei; 0 for an account without a leaf."""
        index = self._find(account)
        if index is None:
            return 0
        at = index * _RECORD
        return int.from_bytes(self._records[at + _ADDRESS : at + _RECORD], "big")

    def proof(self, account: Account) -> list[bytes]:
        """The siblings of an account's leaf, from the leaf up; empty in a tree of one leaf.

        Raises:
            MerkleError: the account has no leaf.
        """
        index = self._find(account)
        if index is None:
            raise MerkleError(f"0x{address_bytes(account).hex()} has no leaf in the tree of root 0x{self.root.hex()}")
        return self._proof_at(self._positions[index])

    def proofs(self) -> Iterator[tuple[bytes, int, list[bytes]]]:
        """(address, cumulative wei, proof) of every leaf by ascending address."""
        for (account, cumulative), position in zip(self, self._positions, strict=True):
            yield account, cumulative, self._proof_at(position)

    def _proof_at(self, position: int) -> list[bytes]:
        siblings = []
        while position:
            sibling = (position + 1 if position % 2 else position - 1) * _WORD
            siblings.append(bytes(self._nodes[sibling : sibling + _WORD]))
            position = (position - 1) // 2
        return siblings

    def _find(self, account: Account) -> int | None:
        wanted, records = address_bytes(account), self._records
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if records[middle * _RECORD : middle * _RECORD + _ADDRESS] < wanted:
                low = middle + 1
            else:
                high = middle
        if low < len(self) and records[low * _RECORD : low * _RECORD + _ADDRESS] == wanted:
            return low
        return None

    # --- files ---

    def write(self, stream: TextIO) -> None:
        """Write the tree in OpenZeppelin's `standard-v1` JSON: their `StandardMerkleTree.load` reads it. Values by ascending address."""
        nodes, size = self._nodes, len(self._nodes)
        stream.write(f'{{"format":"{FORMAT}","leafEncoding":{json.dumps(LEAF_ENCODING, separators=(",", ":"))},"tree":[')
        for at in range(0, size, _WORD):
            stream.write(f'{"," if at else ""}"0x{nodes[at : at + _WORD].hex()}"')
        stream.write('],"values":[')
        for index, ((account, cumulative), position) in enumerate(zip(self, self._positions, strict=True)):
            stream.write(f'{"," if index else ""}{{"value":["0x{account.hex()}","{cumulative}"],"treeIndex":{position}}}')
        stream.write("]}")

    def dump(self, path: Path) -> None:
        """Write the tree to a file; see `write`."""
        with path.open("w", encoding="ascii", newline="\n") as stream:
            self.write(stream)

    @classmethod
    def load(cls, path: Path, progress: Progress | None = None) -> MerkleTree:
        """Read a file of `dump` or of OpenZeppelin's tool. Every hash is computed again, and the file must agree.

        Raises:
            MerkleError: not such a file, or a leaf, a node or a position that is not what the values give.
        """
        content = read_values(path, MerkleError, LARGEST_FILE)
        try:
            return cls.parse(content, progress)
        except MerkleError as error:
            raise MerkleError(f"{path}: {error}") from error

    @classmethod
    def parse(cls, content: Any, progress: Progress | None = None) -> MerkleTree:
        """The tree of a decoded `standard-v1` JSON; see `load`."""
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise MerkleError(f"expected a tree with the format {FORMAT!r}")
        if content.get("leafEncoding") != LEAF_ENCODING:
            raise MerkleError(f"expected leaves of {LEAF_ENCODING}, the file has {content.get('leafEncoding')!r}")
        try:
            values = [(item["value"][0], _whole(item["value"][1]), _whole(item["treeIndex"])) for item in content["values"]]
            nodes = b"".join(_hash_bytes(node) for node in content["tree"])
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise MerkleError(f"malformed values or tree: {error!r}") from error
        tree = cls.build(((account, cumulative) for account, cumulative, _ in values), progress)
        if nodes != tree._nodes:
            raise MerkleError("the nodes are not those of the values: the file was changed, or its leaves are not sorted")
        for account, _, claimed in values:
            actual = tree._positions[tree._find(account) or 0]
            if claimed != actual:
                raise MerkleError(f"the treeIndex of {account} is {claimed}, it should be {actual}")
        return tree


def _hash_bytes(text: str) -> bytes:
    return parse_hex(text, _WORD)


def _whole(value: object) -> int:
    """A count as JSON's number or as digits in text; no other form, for which Python's own reader has an eye."""
    if type(value) is int:
        return value
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a whole number")
    return int(value)


def _sorted_records(entries: Iterable[tuple[Account, int]]) -> bytes:
    """Address and amount, 52 bytes per entry, by ascending address."""
    rows = [address_bytes(account) + _amount_bytes(cumulative) for account, cumulative in entries]
    if not rows:
        raise MerkleError("a tree needs at least one leaf; an epoch without miners keeps the old root and total")
    if len(rows) > MAX_LEAVES:
        raise MerkleError(f"{len(rows):,} leaves are more than the {MAX_LEAVES:,} a proof can reach")
    rows.sort()
    if not any(rows[0][:_ADDRESS]):
        raise MerkleError("the zero address cannot have a leaf: no token can be paid to it")
    previous = b""
    for row in rows:
        if row[:_ADDRESS] == previous:
            raise MerkleError(f"0x{previous.hex()} occurs twice; an account has one leaf with its whole amount")
        previous = row[:_ADDRESS]
    return b"".join(rows)
