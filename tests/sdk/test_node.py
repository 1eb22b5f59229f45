"""What a node is asked, and what becomes of answers that are none."""

from __future__ import annotations

import pytest
import requests
from eth_abi import encode

from mdt.chain.node import Node
from mdt.errors import NodeError, RevertError
from tests.support.scripted_node import CHAIN_ID, ScriptedNode

CONTRACT = "0x" + "11" * 20


@pytest.fixture
def scripted():
    return ScriptedNode()


@pytest.fixture
def node(scripted):
    return Node(scripted.web3(), CHAIN_ID)


def refusing(data: str, message: str = "execution reverted") -> dict[str, object]:
    return {"error": {"code": 3, "message": message, "data": data}}


def test_raw_call__contract_asks_to_look_elsewhere__refused_and_nobody_is_asked(node, scripted, monkeypatch):
    """EIP-3668: whoever follows it lets a stranger's contract choose which host this machine asks."""
    asked = []
    monkeypatch.setattr(requests.Session, "request", lambda *arguments, **_named: asked.append(arguments))
    fields = encode(["address", "string[]", "bytes", "bytes4", "bytes"], [CONTRACT, ["https://stranger.example/{data}"], b"", b"\0" * 4, b""])
    scripted.script["eth_call"].append(refusing("0x556f1830" + fields.hex()))
    with pytest.raises(RevertError, match="^what: refused"):
        node.raw_call(CONTRACT, b"", "what")
    assert asked == []
    assert scripted.asked == ["eth_call"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("0x08c379a0" + encode(["string"], ["stake: too low"]).hex(), "what: refused: stake: too low"),
        ("0x4e487b71" + encode(["uint256"], [0x11]).hex(), "what: refused: panic: overflow"),
        ("0x", "what: refused without a reason"),
    ],
)
def test_raw_call__refused__reason_in_the_contracts_words(node, scripted, data, said):
    scripted.script["eth_call"].append(refusing(data))
    with pytest.raises(RevertError) as refused:
        node.raw_call(CONTRACT, b"", "what")
    assert str(refused.value) == said


@pytest.mark.parametrize("answer", [None, "", "0x", "10", "-0x1", "nonsense", [], {}])
def test_number__answer_is_none__named_and_never_a_number(node, scripted, answer):
    for method, ask in (("eth_getTransactionCount", node.nonce), ("eth_getBalance", node.balance), ("eth_chainId", lambda _account: node.check())):
        scripted.script[method].append({"result": answer})
        with pytest.raises(NodeError):
            ask(CONTRACT)


@pytest.mark.parametrize("answer", [None, "nonsense", [], {}])
def test_code__answer_is_none__named_and_never_code(node, scripted, answer):
    scripted.script["eth_getCode"].append({"result": answer})
    with pytest.raises(NodeError):
        node.code(CONTRACT)


@pytest.mark.parametrize(("answer", "number"), [("0x0", 0), ("0x1f", 31), (31, 31)])
def test_number__quantity__as_the_node_and_the_embedded_chain_write_it(node, scripted, answer, number):
    scripted.script["eth_getTransactionCount"].append({"result": answer})
    assert node.nonce(CONTRACT) == number
