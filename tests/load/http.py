"""A browser without rendering, and a program that calls an API: one kept connection each."""

import gzip
import http.client
import socket
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
    """Calls an API that speaks JSON over one connection, uncompressed. On the bare socket: what calling costs is taken
    from what is measured, since both share the processors."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = parts.netloc
        self._read = b""
        self.from_memory = False
        """Whether the last answer was one that had been given before."""

    def get(self, path: str) -> Any:
        """What is there; AssertionError for any status but 200."""
        return self._call("GET", path, b"", "", (b"200",))

    def post(self, path: str, given: Any, *, token: str = "") -> Any:
        """What came of it; AssertionError for any status but 200 and 201."""
        who = f"Authorization: Bearer {token}\r\n" if token else ""
        return self._call("POST", path, orjson.dumps(given), who, (b"200", b"201"))

    def follow(self, path: str) -> None:
        """Have a page do what it does; AssertionError unless it leads on."""
        self._call("GET", path, b"", "", (b"302", b"303"))

    def _call(self, method: str, path: str, body: bytes, more: str, fine: tuple[bytes, ...]) -> Any:
        about = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        asked = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{about}{more}\r\n"
        self._socket.sendall(asked.encode() + body)
        head = self._until(b"\r\n\r\n").lower()
        said = self._body(head)
        status = head[9:12]
        self.from_memory = b"\r\ncache-status: exodrive; hit" in head
        assert status in fine, f"{status.decode()} for {path}: {said[:300]!r}"
        return orjson.loads(said) if status in {b"200", b"201"} else None

    def _body(self, head: bytes) -> bytes:
        _, known, rest = head.partition(b"\r\ncontent-length:")
        if known:
            return self._take(int(rest.partition(b"\r\n")[0]))
        parts = []
        while size := int(self._until(b"\r\n"), 16):  # in chunks
            parts.append(self._take(size))
            self._until(b"\r\n")
        self._until(b"\r\n")
        return b"".join(parts)

    def _until(self, mark: bytes) -> bytes:
        while (at := self._read.find(mark)) < 0:
            self._more()
        taken, self._read = self._read[:at], self._read[at + len(mark) :]
        return taken

    def _take(self, size: int) -> bytes:
        while len(self._read) < size:
            self._more()
        taken, self._read = self._read[:size], self._read[size:]
        return taken

    def _more(self) -> None:
        more = self._socket.recv(1 << 18)
        if not more:
            raise ConnectionError("the server has hung up")
        self._read += more
