"""A browser without rendering, and a program that calls an API: one kept connection each."""

import gzip
import http.client
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> bytes:
        """The body before compression."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def text(self) -> str:
        return self.plain.decode()


class Browser:
    """Gets pages over one connection, compressed as browsers ask for it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def get(self, path: str) -> Answer:
        """The page; AssertionError for any status but 200."""
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{answer.status} for {path}: {body[:300]!r}"
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)


class Program:
    """Calls an API that speaks JSON over one connection, uncompressed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def get(self, path: str) -> Any:
        """What is there; AssertionError for any status but 200."""
        return self._call("GET", path, None, {}, (200,))

    def post(self, path: str, given: Any, *, token: str = "") -> Any:
        """What came of it; AssertionError for any status but 200 and 201."""
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        return self._call("POST", path, orjson.dumps(given), headers, (200, 201))

    def follow(self, path: str) -> None:
        """Have a page do what it does; AssertionError unless it leads on."""
        self._call("GET", path, None, {}, (302, 303))

    def _call(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], fine: tuple[int, ...]
    ) -> Any:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        assert answer.status in fine, f"{answer.status} for {path}: {said[:300]!r}"
        return orjson.loads(said) if answer.status in {200, 201} else None
