"""Bonds do not lean on MDT reverting: a token that answers False undoes the call (C35)."""

from __future__ import annotations

import boa
import pytest

from mdt.crypto.merkle import AuditTree, MerkleTree
from tests.support.deployers import deploy
from tests.support.harness import harness

MINER = "0x" + "11" * 20


@pytest.fixture
def parts():
    """An audit on a token that can answer False, and a controller whose pending list has one leaf."""
    with boa.env.anchor():
        token, controller, tree = harness("FalseToken").deploy(), harness("AuditedController").deploy(), AuditTree(MerkleTree.build([(MINER, 7)]))
        controller.set_pending(tree.tree.root, tree.root, 7)
        controller.set_evidence(0, tree.tree.root)
        yield token, deploy("RootAudit", {"MDT": token}, bond=1), controller, tree


def test_challenge__token_answers_false__nothing_is_asked(parts):
    token, audit, controller, _ = parts
    token.set_answers_true(False)
    with boa.reverts("audit: transfer failed"):
        audit.challenge(controller, 0, MINER, 7, [])
    assert audit.open_challenges(controller, controller.pending().digest) == 0


def test_answer_discard_and_return__token_answers_false__the_challenge_stays_open(parts):
    token, audit, controller, tree = parts
    audit.challenge(controller, 0, MINER, 7, [])
    digest = controller.pending().digest
    boa.env.evm.patch.timestamp += 601
    token.set_answers_true(False)
    with boa.reverts("audit: transfer failed"):
        audit.answer(controller, 0, tree.top.argument, 0, [])
    with boa.reverts("audit: transfer failed"):
        audit.discard_unanswered(controller, 0)
    controller.discard_refuted(4, MINER)
    with boa.reverts("audit: transfer failed"):
        audit.return_bond(controller, digest, 0)
    assert audit.open_challenges(controller, digest) == 1
