"""mdt.crypto.merkle: building, proofs, files, refusals, memory, and the Keccak it falls back to."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from eth_utils import keccak, to_checksum_address
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.crypto.merkle import MAX_PROOF, MerkleTree, keccak256, leaf_hash, process_proof, progress_bar, verify
from mdt.errors import MDTError, MerkleError
from tests.support.profiles import examples

ONE, TWO, THREE = (bytes([index]) * 20 for index in (1, 2, 3))
MAX = 2**256 - 1


def built(size: int, seed: int = 0) -> MerkleTree:
    rng = random.Random(seed)
    return MerkleTree.build([(rng.randbytes(20), rng.getrandbits(90)) for _ in range(size)])


def naive_root(entries: dict[bytes, int]) -> bytes:
    """The root by recursion over the complete binary tree, whose leaves are met by ascending account."""
    ordered = iter(sorted(entries.items()))

    def value(index: int) -> bytes:
        if index >= len(entries) - 1:
            return leaf_hash(*next(ordered))
        left = value(2 * index + 1)
        return keccak(b"".join(sorted((left, value(2 * index + 2)))))

    return value(0)


@settings(max_examples=examples(quick=30, ci=150, deep=5_000), deadline=None)
@given(st.dictionaries(st.binary(min_size=20, max_size=20).filter(any), st.integers(0, MAX), min_size=1, max_size=40))
def test_build__any_set__root_and_proofs_as_defined(entries: dict[bytes, int]) -> None:
    tree = MerkleTree.build(entries.items())
    assert tree.root == naive_root(entries)
    assert len(tree) == len(entries)
    assert list(tree) == sorted(entries.items())
    assert tree.total == sum(entries.values())
    depth = (len(entries) - 1).bit_length()
    for account, cumulative, proof in tree.proofs():
        assert proof == tree.proof(account)
        assert depth - 1 <= len(proof) <= depth
        assert verify(tree.root, account, cumulative, proof)
        assert not verify(tree.root, account, cumulative ^ 1, proof)


def test_build__any_order_and_spelling__same_tree() -> None:
    """B18: checksummed, lower-case, upper-case and raw addresses are one account."""
    rng = random.Random(18)
    entries = [(rng.randbytes(20), rng.getrandbits(80)) for _ in range(50)]
    reference = MerkleTree.build(entries)
    for spell in (lambda raw: "0x" + raw.hex(), lambda raw: "0x" + raw.hex().upper(), to_checksum_address):
        rng.shuffle(entries)
        tree = MerkleTree.build((spell(raw), amount) for raw, amount in entries)
        assert tree.root == reference.root
        for raw, amount in entries:
            assert spell(raw) in tree
            assert tree.cumulative(spell(raw)) == amount
            assert tree.proof(spell(raw)) == reference.proof(raw)


def test_build__one_leaf__root_is_the_leaf_and_the_proof_is_empty() -> None:
    """B16."""
    tree = MerkleTree.build([(ONE, MAX)])
    assert tree.root == leaf_hash(ONE, MAX)
    assert tree.proof(ONE) == []
    assert verify(tree.root, ONE, MAX, [])


def test_build__no_leaves__refused() -> None:
    """B16: there is no empty tree; an epoch without miners keeps the root before it."""
    with pytest.raises(MerkleError, match="at least one leaf; an epoch without miners keeps the old root"):
        MerkleTree.build([])


@pytest.mark.parametrize("other", [1, 2, 7])
def test_build__account_twice__refused_by_name(other: int) -> None:
    """B13: neither the sum nor the larger nor the last is taken, whatever the spelling."""
    entries = [(ONE, 1), (TWO, 5), ("0x" + ONE.hex().upper(), other)]
    with pytest.raises(MerkleError, match=f"0x{ONE.hex()} occurs twice"):
        MerkleTree.build(entries)


@pytest.mark.parametrize(
    ("account", "amount", "message"),
    [
        (bytes(20), 1, "zero address"),
        ("0x" + "00" * 20, 1, "zero address"),
        (b"\x01" * 19, 1, "is not an address"),
        ("0x" + "1" * 39, 1, "is not an address"),
        ("1" * 40, 1, "is not an address"),
        ("0x" + "1g" * 20, 1, "is not an address"),
        ("", 1, "is not an address"),
        (None, 1, "is not an address"),
        (ONE, -1, "is no uint256"),
        (ONE, MAX + 1, "is no uint256"),
        (ONE, 1.0, "not an amount in wei"),
        (ONE, True, "not an amount in wei"),
        (ONE, "1", "not an amount in wei"),
    ],
)
def test_build__bad_entry__refused(account, amount, message: str) -> None:
    with pytest.raises(MerkleError, match=message) as refusal:
        MerkleTree.build([(TWO, 1), (account, amount)])
    assert isinstance(refusal.value, MDTError)
    assert isinstance(refusal.value, ValueError)


def test_proof__account_without_a_leaf__refused_by_name() -> None:
    tree = built(9)
    assert ONE not in tree
    assert tree.cumulative(ONE) == 0
    with pytest.raises(MerkleError, match=f"0x{ONE.hex()} has no leaf in the tree of root 0x{tree.root.hex()}"):
        tree.proof(ONE)


def test_verify__too_long_a_proof__false_although_it_hashes() -> None:
    """B17: as the contracts, which do not decode more than 32 siblings."""
    proof = [keccak256(bytes([index])) for index in range(MAX_PROOF + 1)]
    root = process_proof(leaf_hash(ONE, 1), proof)
    assert not verify(root, ONE, 1, proof)
    assert verify(process_proof(leaf_hash(ONE, 1), proof[:-1]), ONE, 1, proof[:-1])


def test_verify__sibling_of_another_size__refused() -> None:
    """B15: 64 bytes as one sibling would be two nodes."""
    with pytest.raises(MerkleError, match="32-byte hashes, one has 64 bytes"):
        verify(bytes(32), ONE, 1, [bytes(64)])


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_dump__and_load__same_tree_and_same_bytes(tmp_path: Path, size: int) -> None:
    tree = built(size)
    tree.dump(tmp_path / "tree.json")
    again = MerkleTree.load(tmp_path / "tree.json")
    assert (again.root, list(again.proofs())) == (tree.root, list(tree.proofs()))
    again.dump(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "tree.json").read_bytes()


def content() -> dict:
    stream = io.StringIO()
    built(5).write(stream)
    return json.loads(stream.getvalue())


def spoil_node(data: dict) -> None:
    data["tree"][1] = "0x" + "00" * 32


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data.update(format="simple-v1"), "expected a tree with the format 'standard-v1'"),
        (lambda data: data.update(leafEncoding=["uint256", "address"]), "expected leaves of"),
        (lambda data: data.pop("values"), "malformed values or tree"),
        (lambda data: data["values"][0].pop("value"), "malformed values or tree"),
        (lambda data: data["tree"].__setitem__(0, "0x00"), "malformed values or tree"),
        (lambda data: data["tree"].__setitem__(0, 7), "malformed values or tree"),
        (lambda data: data["tree"].__setitem__(0, data["tree"][0][:4] + " " + data["tree"][0][4:]), "malformed values or tree.* is not hex"),
        (lambda data: data["values"][0].update(treeIndex=data["values"][0]["treeIndex"] + 0.5), "malformed values or tree"),
        (lambda data: data["values"][0]["value"].__setitem__(1, " " + data["values"][0]["value"][1]), "malformed values or tree"),
        (spoil_node, "the nodes are not those of the values"),
        (lambda data: data["tree"].append(data["tree"][-1]), "the nodes are not those of the values"),
        (lambda data: data["tree"].reverse(), "the nodes are not those of the values"),
        (lambda data: data["values"][0]["value"].__setitem__(1, "1"), "the nodes are not those of the values"),
        (lambda data: data["values"].pop(), "the nodes are not those of the values"),
        (lambda data: data["values"].append(data["values"][0]), "occurs twice"),
        (lambda data: data["values"][0].update(treeIndex=0), "the treeIndex of 0x[0-9a-f]{40} is 0, it should be"),
        (lambda data: data.update(values=[]), "at least one leaf"),
    ],
)
def test_load__changed_file__refused_with_its_name(tmp_path: Path, spoil, message: str) -> None:
    data = content()
    spoil(data)
    path = tmp_path / "tree.json"
    path.write_text(json.dumps(data))
    with pytest.raises(MerkleError, match=message) as refusal:
        MerkleTree.load(path)
    assert str(refusal.value).startswith(str(path))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null"])
def test_load__not_a_tree__refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tree.json"
    path.write_text(text)
    with pytest.raises(MerkleError, match=r"tree.json:1:\d: (is empty|is not JSON)|expected a tree"):
        MerkleTree.load(path)


def test_build__progress__rises_to_the_number_of_hashes(capsys: pytest.CaptureFixture[str]) -> None:
    steps: list[tuple[int, int]] = []
    size = 12_000
    entries = [(index.to_bytes(20, "big"), index) for index in range(1, size + 1)]
    reported = MerkleTree.build(entries, lambda done, total: steps.append((done, total)))
    assert reported.root == MerkleTree.build(entries).root
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})
    assert len(steps) >= 3
    assert steps[-1] == (2 * size - 1, 2 * size - 1)
    MerkleTree.build(entries, progress_bar("a test"))
    assert "a test" in capsys.readouterr().err


def test_keccak256__empty_and_known__keccak_not_sha3() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(bytearray(b"abc")) == keccak(b"abc")


def test_import__without_safe_pysha3__says_so_once_and_builds_the_same_tree() -> None:
    """Another Keccak gives the same tree; the warning says why it is slow."""
    program = (
        "import sys, logging; logging.basicConfig(); sys.modules['sha3'] = None\n"
        "from mdt.crypto.merkle import MerkleTree\n"
        "print(MerkleTree.build([(bytes([i]) * 20, i) for i in range(1, 40)]).root.hex())"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})
    expected = MerkleTree.build([(bytes([index]) * 20, index) for index in range(1, 40)]).root.hex()
    assert process.stdout.strip() == expected
    assert process.stderr.count("safe-pysha3 is not installed") == 1
