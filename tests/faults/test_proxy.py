"""The proxy itself: without rules it changes nothing, and each rule does what it says, to the requests it names and to no others."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected

import pytest

from tests.faults.world import Sent
from tests.support import fault_effects as become
from tests.support.anvil import needs_anvil
from tests.support.fault_proxy import SEND, VERSION, Rule

pytestmark = needs_anvil


def ask(proxy, method="eth_blockNumber", *params):
    """A request as a client makes it: status, headers, body."""
    connection = HTTPConnection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1]), timeout=10)
    connection.request("POST", "/", json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)}))
    answer = connection.getresponse()
    return answer.status, dict(answer.headers), answer.read()


@pytest.fixture
def proxy(world):
    yield world.proxy
    world.proxy.heal()


def test_without_rules__the_nodes_own_bytes(world, proxy):
    status, headers, body = ask(proxy)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {"jsonrpc": "2.0", "id": 7, "result": hex(world.node.head())}
    assert json.loads(ask(proxy, "web3_clientVersion")[2])["result"] == VERSION
    assert "error" in json.loads(ask(proxy, "eth_nothing")[2])


def test_rule__methods_skip_times_after__those_and_no_others(proxy):
    proxy.arm(Rule(become.null, ["eth_blockNumber"], skip=1, times=2))
    found = [json.loads(ask(proxy)[2])["result"] is None for _ in range(5)]
    assert found == [False, True, True, False, False]
    proxy.arm(Rule(become.null, ["eth_blockNumber"], after="eth_gasPrice"))
    assert json.loads(ask(proxy)[2])["result"] is not None
    assert json.loads(ask(proxy, "eth_gasPrice")[2])["result"] is not None
    assert json.loads(ask(proxy)[2])["result"] is None
    proxy.heal()
    assert json.loads(ask(proxy)[2])["result"] is not None
    assert proxy.requests == ["eth_blockNumber", "eth_gasPrice", "eth_blockNumber", "eth_blockNumber"]


@pytest.mark.parametrize("effect", [become.lost_request, become.lost_answer])
def test_lost__no_word_comes_back(proxy, effect):
    proxy.arm(Rule(effect))
    with pytest.raises(RemoteDisconnected):
        ask(proxy)


def test_pages_halves_and_cuts__as_they_say(proxy):
    proxy.arm(Rule(become.page(429, reaches=False, Retry_After="3")))
    status, headers, body = ask(proxy)
    assert (status, headers["Retry-After"], body) == (429, "3", become.HTML)
    proxy.arm(Rule(become.half))
    with pytest.raises(json.JSONDecodeError):
        json.loads(ask(proxy)[2])
    proxy.arm(Rule(become.cut))
    with pytest.raises(IncompleteRead):
        ask(proxy)


def test_lost_answer__of_a_transaction__the_node_has_it(world, proxy, place):
    """A lost request is not sent, a lost answer is: the two that a client cannot tell apart."""
    head = place.node.head()
    raw = _signed(place)
    for effect, there in ((become.lost_request, 0), (become.lost_answer, 1)):
        proxy.arm(Rule(effect, [SEND]))
        with pytest.raises(RemoteDisconnected):
            ask(proxy, SEND, raw)
        assert proxy.sent == [raw]
        assert len(_mined(place, head, there)) == there


def test_reorganisation__the_transaction_is_gone(world, place):
    head = place.apart()
    place.node.call("eth_sendRawTransaction", _signed(place))
    assert _mined(place, head, 1)
    place.node.reorganise(3)
    assert (place.sent_since(head), place.node.pending(), place.node.head()) == ([], [], head + 1)


def _mined(world, head: int, count: int) -> list[Sent]:
    """What was sent above a block, once as many as are expected are mined: the node says a hash before it mines."""
    deadline = time.monotonic() + 10
    while len(found := world.sent_since(head)) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _signed(world) -> str:
    from mdt.cli.accounts import known_account

    fields = {
        "chainId": int(world.node.call("eth_chainId"), 16),
        "nonce": 0,
        "gasPrice": 3 * 10**9,
        "gas": 21_000,
        "value": 0,
        "data": "0x",
        "to": world.people[18],
    }
    return "0x" + known_account(19).sign(fields).hex()
