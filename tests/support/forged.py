"""A quorum that signs a wrong list, publishes it, and hands it in past the tools that would refuse to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from web3 import Web3

from mdt.cli.accounts import known_account, known_addresses
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.keeper.signing import signed_by
from mdt.oracle.attest import Domain
from mdt.oracle.bundle import read_ledger, read_report

SENDER = 5


def hand_in(w3: Web3, records: Path, bundle: Path, *reporters: int) -> Path:
    """Hand in the bundle's report with a list that promises its last account a wei too much, signed by test accounts. Returns the list as published."""
    record = json.loads((records / "EmissionController.json").read_text())
    controller = w3.eth.contract(record["address"], abi=record["abi"])
    rows = list(read_ledger(bundle).leaves())
    rows[-1] = (rows[-1][0], rows[-1][1] + 1)
    published = bundle.parent / "published.csv"
    published.write_text("account,cumulative\n" + "".join(f"{account},{amount}\n" for account, amount in rows))
    tree = MerkleTree.as_listed(rows)
    report = replace(read_report(bundle), attempt=controller.functions.attempt().call(), root=tree.root, audit_root=AuditTree(tree).root)
    domain = Domain(w3.eth.chain_id, controller.address)
    signatures = [signed_by(known_account(number))(report, domain) for number in reporters]
    ordered = [one.signature for one in sorted(signatures, key=lambda one: int(one.signer, 16))]
    sent = controller.functions.submit_report(report.as_tuple(), ordered).transact({"from": Web3.to_checksum_address(known_addresses()[SENDER])})
    assert w3.eth.wait_for_transaction_receipt(sent)["status"] == 1
    return published
