"""The numbers of the deployer's transactions: what is missing is counted and placed, and addresses vouch for the records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from mdt.deploy.audit import audit, created_at
from mdt.suite.records import NetworkRecord

DEPLOYER = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
NETWORK = {"network": "local", "chain_id": 1, "preset": "adr-literal", "preset_hash": "0x", "start_block": 9, "owner": "Timelock", "block_time": "3 s"}
PEOPLE = {"proposers": [], "executors": [], "guardian": "", "arbiter": "", "pool_operator": "", "reporters": [], "quorum": 2, "genesis": []}


@dataclass
class Node:
    """What a node says of the deployer."""

    sent: int

    def nonce(self, account):
        assert account == DEPLOYER
        return self.sent


def record(numbers: dict[str, int], closing: int | None = None, **changed) -> NetworkRecord:
    steps = {step: {"tx": "0x", "block": 1, "gas": 1, "nonce": number} for step, number in numbers.items()}
    return NetworkRecord(**NETWORK, **PEOPLE, deployer=DEPLOYER, vesting_starts=[], steps=steps, closing_nonce=closing, **changed)


def found(record: NetworkRecord, sent: int, address: str | None = None) -> tuple[list[str], list[str]]:
    """What is as recorded, and what is not; the one contract is MDT, created by transaction 4."""
    contracts = {"MDT": SimpleNamespace(address=address or created_at(DEPLOYER, 4))}
    lines = audit(SimpleNamespace(record=record, chain=Node(sent), contracts=contracts, markets={}, first=lambda name: contracts[name].address))
    return [one.text for one in lines if one.is_as_deployed], [one.text for one in lines if not one.is_as_deployed]


PLAN = {"deploy MDT": 4, "wire Staking": 5, "accept ownership": 6}


def test_created_at__known_vectors__as_the_chain_computes_them():
    creator = "0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"
    assert [created_at(creator, number).lower() for number in range(3)] == [
        "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d",
        "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8",
        "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91",
    ]


def test_audit__every_number_recorded__as_deployed_and_later_ones_told():
    assert found(record(PLAN, 7), 7)[0][1] == f"deployer {DEPLOYER}: 3 transactions, all of them recorded"
    same, wrong = found(record(PLAN, 7), 9)
    assert (same[1], wrong) == (f"deployer {DEPLOYER}: 3 transactions, all of them recorded, 2 later ones", [])


@pytest.mark.parametrize(
    ("plan", "closing", "sent", "words"),
    [
        (
            PLAN | {"accept ownership": 9},
            10,
            12,
            "sent 3 transactions that are not recorded while it owned the contracts (3 after 'wire Staking'): look at what they",
        ),
        (
            PLAN | {"wire Staking": 6, "accept ownership": 8},
            9,
            9,
            "sent 2 transactions that are not recorded while it owned the contracts (1 after 'deploy MDT', 1",
        ),
        (PLAN, 8, 8, "sent 1 transaction that is not recorded while it owned the contracts (1 after 'accept ownership'): look at what it did"),
        (PLAN, None, 8, "(1 after 'accept ownership')"),
        (PLAN, 7, 6, f"the node knows 6 transactions of the deployer {DEPLOYER}, the records 7"),
        (PLAN, None, 6, f"the node knows 6 transactions of the deployer {DEPLOYER}, the records 7"),
    ],
    ids=["in one place", "in two", "at the end", "not complete", "a node that lost some", "the same, not complete"],
)
def test_audit__numbers_that_nobody_recorded__counted_and_placed(plan, closing, sent, words):
    _, (wrong,) = found(record(plan, closing), sent)
    assert words in wrong


def test_audit__deployer_stays_the_owner__later_ones_count():
    _, (wrong,) = found(replace(record(PLAN, 7), owner=DEPLOYER), 8)
    assert "sent 1 transaction that is not recorded" in wrong


def test_audit__refused_and_replaced_transactions__are_recorded_too():
    others = [{"what": "accept ownership: refused", "tx": "0x", "nonce": 6}]
    assert found(record(PLAN | {"accept ownership": 7}, 8, others=others), 8)[1] == []


def test_audit__contract_created_by_another_transaction__named():
    """A record that gives a step another number, to make room for what is hidden, contradicts the contract's address."""
    _, wrong = found(record(PLAN | {"deploy MDT": 3, "wire Staking": 4}, 7), 7)
    assert any("was not created by transaction 3 of the deployer" in line for line in wrong)
    assert any("1 after 'wire Staking'" in line for line in wrong)


def test_audit__records_without_numbers__say_so():
    assert "made by another version" in found(record({}), 3)[1][0]
