"""What people read when a node cannot be reached."""

from __future__ import annotations

import socket

import pytest
import requests

from mdt.chain.node_errors import translated
from mdt.errors import NodeError


def test_translated__node_is_down__where_and_why_in_words_and_no_names_of_python():
    """It printed `HTTPConnectionPool(host=...): Max retries exceeded with url: ... (Caused by NewConnectionError(<...object at 0x...>: [Errno 111] ...`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NodeError) as refused, translated("asking for the head"):
        requests.post(f"http://127.0.0.1:{port}/", json={}, timeout=5)
    assert str(refused.value) == (
        f"asking for the head: the node does not answer (127.0.0.1:{port}: connection refused): start it, or check its address"
        " (--network ecosystem:network:URL)"
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            requests.exceptions.ReadTimeout("HTTPConnectionPool(host='node.example', port=8545): Read timed out. (read timeout=5)"),
            "node.example:8545: no answer in time",
        ),
        (requests.exceptions.ConnectionError("Failed to resolve: [Errno -2] Name or service not known"), "no such host"),
        (ConnectionError("gone"), "gone"),
    ],
    ids=["slow", "no name", "other"],
)
def test_translated__other_reasons__in_words_or_as_they_came(error, words):
    with pytest.raises(NodeError) as failed, translated("asking"):
        raise error
    assert f"does not answer ({words}): start it" in str(failed.value)
