"""Merkle trees over (account, cumulative amount): the claims tree that miners are paid by, and the audit tree of the same shape.

    hashing   leaves, nodes and proofs of OpenZeppelin's StandardMerkleTree
    shape     where the leaves stand: from left to right by ascending account
    tree      the claims tree
    files     its file, which OpenZeppelin's tool reads
    audit     what a report signs besides: every node with its sum and its first and last account

A report signs the roots of both trees.
"""

from mdt.crypto.keccak import keccak256
from mdt.crypto.merkle.audit import AuditTree, Summary
from mdt.crypto.merkle.hashing import MAX_LEAVES, MAX_PROOF, Account, address_bytes, leaf_hash, node_hash, process_proof, verify
from mdt.crypto.merkle.tree import MerkleTree, Progress, progress_bar

__all__ = [
    "MAX_LEAVES",
    "MAX_PROOF",
    "Account",
    "AuditTree",
    "MerkleTree",
    "Progress",
    "Summary",
    "address_bytes",
    "keccak256",
    "leaf_hash",
    "node_hash",
    "process_proof",
    "progress_bar",
    "verify",
]
