"""The way to a node over HTTP, which is asked many small questions at one address."""

from __future__ import annotations

from copy import copy
from typing import Any

import requests


class NodeSession(requests.Session):
    """A session of requests that works out once what is the same in all requests to an address: its parts, headers, proxies and password.

    requests does it anew for each, with the files and the environment that say so, which takes as long as all the rest of a question to a node. What
    goes over the wire is the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[Any, requests.PreparedRequest] = {}
        self._settings: dict[Any, Any] = {}

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """The request that was prepared for this address, with another body. Whoever sets cookies, or sends anything but bytes, is given a whole one."""
        if self.cookies or request.cookies or not isinstance(request.data, bytes):
            return super().prepare_request(request)
        key = (request.method, request.url, *request.headers.items())
        if key not in self._prepared:
            self._prepared[key] = super().prepare_request(request)
        made = copy(self._prepared[key])
        made.headers = made.headers.copy()
        made.body = request.data
        made.prepare_content_length(request.data)
        return made

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """Proxies and certificates that the environment names, looked up once for an address."""
        key = (url, stream, verify, cert)
        if proxies:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        if key not in self._settings:
            self._settings[key] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return self._settings[key]
