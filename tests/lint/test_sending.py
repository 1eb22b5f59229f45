"""There is one place that hands a signed transaction to a node, so that nothing is sent that the journal does not know."""

from __future__ import annotations

import re

import pytest

from mdt.files import ROOT

SENDS = re.compile(r"\b(send_raw_transaction|send_transaction|sendRawTransaction|eth_sendTransaction|transact)\b\s*(?=[\"'(])")
ALLOWED = {
    "sdk/mdt/chain/sending.py": 1,  # `Sending.hand_over`
    "sdk/mdt/runs/network.py": 1,  # coin for gas from the embedded chain's own account, whose key nobody here holds
    "tools/devnet.py": 1,  # the same
    "tools/docs_deploy.py": 1,
}


def found(text: str) -> list[str]:
    return SENDS.findall(text)


def test_sources__hand_transactions_over_in_one_place() -> None:
    files = [path for folder in ("sdk", "tools", "scripts", "examples") for path in (ROOT / folder).rglob("*.py")]
    counted = {path.relative_to(ROOT).as_posix(): len(found(path.read_text(encoding="utf-8"))) for path in files}
    assert {name: count for name, count in counted.items() if count} == ALLOWED


@pytest.mark.parametrize("line", ["w3.eth.send_raw_transaction(raw)", "contract.functions.approve(a, 1).transact({})", 'call(w3, "eth_sendTransaction", {})'])
def test_sources__another_way_to_send__is_found(line) -> None:
    assert found(line)
