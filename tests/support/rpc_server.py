"""What stand-ins for a node have in common: an HTTP server on loopback whose answers a function decides, down to the bytes."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Reply:
    """What goes back to a client.

    Attributes:
        body: As it is.
        status: HTTP's.
        headers: More than the length and the type.
        cut: So many bytes of the body are announced and never sent: the connection breaks off.
    """

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0

    @classmethod
    def of(cls, document: Any) -> Reply:
        """A JSON document."""
        return cls(json.dumps(document).encode())


class RpcServer(ABC):
    """The server; use it as a context manager, `url` is its address. What it answers is `reply` of the class below it."""

    def __init__(self, port: int = 0) -> None:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_POST(self) -> None:
                server.write(self, server.reply(self.rfile.read(int(self.headers["Content-Length"]))))

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        self._server = _Server((HOST, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()

    @abstractmethod
    def reply(self, body: bytes) -> Reply | None:
        """What is answered to a request's body; None: the connection is closed without a word."""

    @staticmethod
    def write(handler: BaseHTTPRequestHandler, reply: Reply | None) -> None:
        """Send it."""
        if reply is None:
            handler.close_connection = True
            return
        handler.send_response_only(reply.status)  # without a date and the name of the server, which nobody here reads
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body[: len(reply.body) - reply.cut])
        handler.close_connection = handler.close_connection or bool(reply.cut)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, _request: Any, _client: Any) -> None:
        """A client that went away, as one that is killed does, is no trouble of the server's."""
