"""What goes to a node over HTTP is what requests itself would send, byte for byte, though most of it is worked out once."""

from __future__ import annotations

import json

import pytest
import requests

from mdt.chain.connecting import web3_of
from mdt.chain.http import NodeSession
from tests.support.rpc_server import Reply, RpcServer


class Recorder(RpcServer):
    """A node that notes each request as it came, and sets cookies if it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, list[tuple[str, str]], bytes]] = []
        self.headers: dict[str, str] = {}

    def reply(self, body: bytes) -> Reply:
        self.body = body
        asked = json.loads(body)
        return Reply(json.dumps({"jsonrpc": "2.0", "id": asked.get("id"), "result": "0x7"}).encode(), headers=self.headers)

    def write(self, handler, reply) -> None:  # type: ignore[override]
        self.seen.append((handler.command, handler.path, handler.headers.items(), self.body))
        RpcServer.write(handler, reply)


@pytest.fixture
def node():
    with Recorder() as running:
        yield running


BODIES = (b'{"id": 1}', b'{"id": 22, "method": "eth_call"}', b'{"id": 3}')
HEADERS = {"Content-Type": "application/json", "User-Agent": "a client"}


def sent(node: Recorder, session: requests.Session, url: str) -> list:
    node.seen = []
    for body in BODIES:
        assert session.post(url, data=body, headers=HEADERS, timeout=5).json()["result"] == "0x7"
    return node.seen


@pytest.mark.parametrize("path", ["", "/v1/a-key?x=1"])
def test_post__one_address_after_another_body__as_requests_sends_it(node, path):
    url = node.url + path
    assert sent(node, NodeSession(), url) == sent(node, requests.Session(), url)
    assert [body for *_, body in node.seen] == list(BODIES)


def test_post__password_in_the_address_and_in_netrc__as_requests_sends_it(node, tmp_path, monkeypatch):
    url = node.url.replace("://", "://me:secret@")
    assert sent(node, NodeSession(), url) == sent(node, requests.Session(), url)
    assert all(dict(headers)["Authorization"].startswith("Basic ") for _, _, headers, _ in node.seen)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login you password known\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert sent(node, NodeSession(), node.url) == sent(node, requests.Session(), node.url)
    assert all("Authorization" in dict(headers) for _, _, headers, _ in node.seen)


def test_post__node_sets_a_cookie__sent_back(node):
    node.headers = {"Set-Cookie": "place=7; Path=/"}
    seen = sent(node, NodeSession(), node.url)
    assert seen == sent(node, requests.Session(), node.url)
    assert [dict(headers).get("Cookie") for _, _, headers, _ in seen] == [None, "place=7", "place=7"]


def test_post__another_header_or_address__is_not_mixed_up(node):
    session = NodeSession()
    for name in ("one", "two", "one"):
        session.post(f"{node.url}/{name}", data=b"{}", headers={"User-Agent": name}, timeout=5)
    assert [(path, dict(headers)["User-Agent"]) for _, path, headers, _ in node.seen] == [("/one", "one"), ("/two", "two"), ("/one", "one")]


def test_post__proxy_in_the_environment__is_taken(node, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("http_proxy", node.url)
    session = NodeSession()
    for _ in range(2):
        session.post("http://a-node.example/", data=b"{}", headers=HEADERS, timeout=5)
    assert [path for _, path, _, _ in node.seen] == ["http://a-node.example/"] * 2


def test_web3_of__requests__say_what_they_carry(node):
    w3 = web3_of(node.url)
    assert (w3.eth.block_number, w3.eth.block_number) == (7, 7)
    assert {dict(headers)["Content-Type"] for _, _, headers, _ in node.seen} == {"application/json"}
    assert [json.loads(body)["method"] for *_, body in node.seen] == ["eth_blockNumber"] * 2
