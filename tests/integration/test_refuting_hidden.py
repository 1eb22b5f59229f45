"""mdt.keeper.refuting over lists of which a part is missing (X1): it never says that such a list is good, and says who can stop it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from eth_account import Account

from mdt.cli.main import main
from mdt.crypto.keccak import checksum
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.crypto.merkle.audit import Summary, pack
from mdt.crypto.merkle.hashing import leaf_hash
from mdt.errors import KeeperError, UnpublishedError
from mdt.keeper.refuting import refutation
from tests.integration.test_keeper import Cycle
from tests.integration.test_refuting import Rows, honest, publish, sign
from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.audit import Made, leaf, made, over

THIEF = b"\xff" * 20


def tree_of(rows: Rows) -> Made:
    return made([leaf(account, amount) for account, amount in sorted(rows, key=lambda row: int(row[0], 16))])


def with_hidden(good: Made) -> Made:
    """The honest list, and beside it a node that says 0 wei and pays a thief all there is."""
    return over(good, Made(Summary(b"\x5a" * 32, leaf_hash(THIEF, 10**24), 0, THIEF, THIEF)))


def write_nodes(path: Path, top: Made, but: tuple[Made, ...] = ()) -> Path:
    """All nodes of a tree as a quorum publishes them, but the children of some."""
    pairs = [node.children for node, _ in top.walk() if node.halves is not None and node not in but]
    path.write_text("".join(f"{one}\n" for one in [pack(top.said).hex(), *(pack(left).hex() + pack(right).hex() for left, right in pairs)]))
    return path


def test_refute__node_without_children__not_called_good_and_named(cycle, tmp_path):
    """The list of X1 with every node of it that there is."""
    top = with_hidden(tree_of(honest(cycle)))
    sign(cycle, honest(cycle), root=top.said.claims, audit_root=top.root)
    with pytest.raises(UnpublishedError) as caught:
        refutation(cycle.suite, cycle.keeper.bundles, nodes=write_nodes(tmp_path / "nodes.txt", top))
    words, account = str(caught.value), checksum("0x" + THIEF.hex())
    assert f"the children of 1 node of the list of epoch 1 are not published: the first stands for {account} to {account} and says 0 wei" in words
    assert "What is not published cannot be refuted: treat the list as bad" in words
    assert "tell the guardian to cancel it within the delay (`mdt epoch cancel --account GUARDIAN`)" in words
    assert "no fault" not in words
    assert caught.value.document == {
        "epoch": 1,
        "attempt": 0,
        "is_published": False,
        "audit_root": "0x" + top.root.hex(),
        "missing_count": 1,
        "missing_first": {"first": account, "last": account, "sum": "0"},
        "set_aside": [f"{bundle_leaves(cycle)}: is another list"],
    }


def bundle_leaves(cycle: Cycle) -> Path:
    return cycle.keeper.bundles / "epoch-000001" / "leaves.csv"


def test_refute__children_of_honest_nodes_missing__counted_and_the_first_from_the_left_named(cycle, tmp_path):
    rows = honest(cycle)
    top = with_hidden(tree_of(rows))
    good = top.halves[0]
    left, right = good.halves
    sign(cycle, rows, root=top.said.claims, audit_root=top.root)
    with pytest.raises(UnpublishedError) as caught:
        refutation(cycle.suite, cycle.keeper.bundles, nodes=write_nodes(tmp_path / "nodes.txt", top, (left, right)))
    names = [checksum("0x" + one.hex()) for one in (left.said.first, left.said.last)]
    assert f"the children of 3 nodes of the list of epoch 1 are not published: the first stands for {names[0]} to {names[1]}" in str(caught.value)


def test_refute__node_without_children_and_a_fault_elsewhere__the_fault_is_proven(cycle, tmp_path):
    """Whatever is hidden: a fault that shows discards the report."""
    rows = honest(cycle)
    lowered = [(rows[0][0], 1), (rows[1][0], rows[1][1] + rows[0][1] - 1), *rows[2:]]
    top = with_hidden(tree_of(lowered))
    sign(cycle, lowered, root=top.said.claims, audit_root=top.root)
    ready = refutation(cycle.suite, cycle.keeper.bundles, nodes=write_nodes(tmp_path / "nodes.txt", top))
    assert ready.call.function == "refute_loss"
    ready.call.send(cycle.signer)
    assert not cycle.keeper.snapshot().status.has_pending


def test_refute__nodes_missing_and_the_leaves_are_whole__the_leaves_count(cycle, tmp_path):
    rows = honest(cycle)
    tree = AuditTree(MerkleTree.build(rows))
    nodes = tmp_path / "nodes.txt"
    nodes.write_text(pack(tree.top).hex() + "\n")
    sign(cycle, rows)
    with pytest.raises(KeeperError, match="the list of epoch 1 has no fault that can be proven with the bundles in"):
        refutation(cycle.suite, cycle.keeper.bundles, nodes=nodes)


def test_refute__leaves_of_another_list__both_roots_and_who_can_act(cycle, tmp_path):
    """A quorum that hides a node publishes the honest leaves: they give another audit root than it signed."""
    rows = honest(cycle)
    top = with_hidden(tree_of(rows))
    sign(cycle, rows, root=top.said.claims, audit_root=top.root)
    published = publish(tmp_path / "leaves.csv", rows)
    with pytest.raises(UnpublishedError) as caught:
        refutation(cycle.suite, cycle.keeper.bundles, published)
    words, made_of_it = str(caught.value), AuditTree(MerkleTree.as_listed(rows)).root.hex()
    assert f"{published} gives the audit root 0x{made_of_it}, a quorum signed 0x{top.root.hex()}" in words
    assert "treat the list as bad" in words
    assert "(`mdt epoch cancel --account GUARDIAN`)" in words
    assert "no fault" not in words
    assert caught.value.document == {
        "epoch": 1,
        "attempt": 0,
        "is_published": False,
        "audit_root": "0x" + top.root.hex(),
        "audit_root_of_leaves": "0x" + made_of_it,
        "set_aside": [f"{published}: is another list"],
    }


def test_command__node_without_children__one_error_and_the_document(cycle, tmp_path):
    top = with_hidden(tree_of(honest(cycle)))
    sign(cycle, honest(cycle), root=top.said.claims, audit_root=top.root)
    nodes = write_nodes(tmp_path / "nodes.txt", top)
    key = tmp_path / "key.json"
    key.write_text(json.dumps(Account.encrypt(cycle.actors.keeper.key, "open sesame", kdf="pbkdf2", iterations=1)))
    words = ["epoch", "refute", "--nodes", str(nodes), "--bundles", str(cycle.keeper.bundles), "--keystore", str(key), "--dry-run"]
    words += ["--deployments", str(cycle.keeper.bundles.parent / "deployments")]
    with LuxtensorProxy(cycle.w3, int(cycle.w3.eth.chain_id)) as proxy:
        runner = CliRunner(mix_stderr=False, env={"MDT_PASSPHRASE": "open sesame"})
        said, counted = (runner.invoke(main, [*words, "--rpc", proxy.url, *more]) for more in ([], ["--json"]))
    assert (said.exit_code, said.stdout, counted.exit_code) == (1, "", 1)
    assert re.match(r"error: the children of 1 node of the list of epoch 1 are not published: .* treat the list as bad", said.stderr)
    assert counted.stderr == said.stderr
    document = json.loads(counted.stdout)
    assert (document["is_published"], document["missing_count"], document["missing_first"]["sum"]) == (False, 1, "0")
