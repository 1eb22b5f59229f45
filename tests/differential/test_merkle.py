"""Contract, module and Python tree agree on random sets, true and forged (B18)."""

from __future__ import annotations

import random

import boa

from mdt.crypto.merkle import MerkleTree, verify
from tests.support.harness import harness
from tests.support.profiles import examples

BATCH = 128
AMOUNTS = (0, 1, 2**128 - 1, 2**128, 2**256 - 1)


def forge(rng: random.Random, account: bytes, cumulative: int, proof: list[bytes], others: list[bytes]):
    """A claim that differs from a true one in one thing."""
    kind = rng.randrange(6)
    if kind == 0:
        cumulative = rng.choice([cumulative ^ 1 << rng.randrange(256), rng.getrandbits(256)])
    elif kind == 1:
        account = rng.randbytes(20)
    elif kind == 2 or not proof:
        proof = [*proof, rng.choice([rng.randbytes(32), *others])]
    elif kind == 3:
        proof = proof[:-1] if rng.random() < 0.5 else proof[1:]
    elif kind == 4:
        at = rng.randrange(len(proof))
        proof = [*proof[:at], (int.from_bytes(proof[at], "big") ^ 1 << rng.randrange(256)).to_bytes(32, "big"), *proof[at + 1 :]]
    else:
        proof = rng.sample(proof, len(proof))
    return account, cumulative, proof


def test_verify__random_trees_true_and_forged__contract_agrees_with_python() -> None:
    rng = random.Random(0xB18)
    left = examples(quick=500, ci=3_000, deep=100_000)
    with boa.env.anchor():
        contract = harness("MerkleHarness").deploy()
        while left > 0:
            size = rng.choice([1, 2, 3, rng.randrange(1, 64), rng.randrange(1, 600)])
            tree = MerkleTree.build([(rng.randbytes(20), rng.choice([*AMOUNTS, rng.getrandbits(rng.randrange(1, 257))])) for _ in range(size)])
            leaves = list(tree.proofs())
            cases, expected = [], 0
            for _ in range(BATCH):
                claim = rng.choice(leaves)
                if rng.random() < 0.5:
                    claim = forge(rng, *claim, others=claim[2])
                expected |= verify(tree.root, *claim) << len(cases)
                cases.append(claim)
            accounts, cumulatives, proofs = zip(*cases, strict=True)
            addresses = ["0x" + account.hex() for account in accounts]
            assert contract.verify_many(proofs, tree.root, addresses, cumulatives) == expected
            left -= BATCH
