"""Sends webhooks by HTTP: to the address that was looked at, within a deadline, and no further."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPException

from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from exodrive.core import observe
from exodrive.services.webhook.rules import Answer
from exodrive.services.webhook.targets import Resolve, Target, TargetRefused, parse, resolve

log = observe.logger(__name__)

_KEPT = 2048  # bytes of an answer's body
_AGENT = "ExoDrive-Webhooks/1"


class HttpSender:
    """The sender of the product. Each request has a connection of its own, to an IP address that was checked."""

    def __init__(
        self,
        *,
        deadline: float,
        private: bool,
        lookup: Resolve = socket.getaddrinfo,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`deadline`: seconds from the first byte that goes out to the last that is waited for. `private`: also to
        plain http and inner networks, for development."""
        self._deadline = deadline
        self._private = private
        self._lookup = lookup
        self._trust = trust or ssl.create_default_context()

    def check(self, url: str) -> None:
        parse(url, private=self._private)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        begun = time.monotonic()
        status, error, excerpt, retry_after = None, None, None, None
        try:
            target = parse(url, private=self._private)
            with self._connected(target) as connection:
                response = self._ask(connection, target, body, headers)
                status, retry_after = response.status, _seconds(response.headers.get("Retry-After"))
                excerpt = response.read(_KEPT, decode_content=False).decode("utf-8", "replace")
        except TargetRefused as refused:
            error = refused.message
        except ssl.SSLError as failed:
            error = f"The connection is not secure: {failed.reason or 'handshake failed'}."
        except socket.gaierror:
            error = "The host is not known."
        except (OSError, HTTPError, HTTPException) as failed:
            error = self._words(failed, begun)
        took = int((time.monotonic() - begun) * 1000)
        # A body that breaks off after the status is an answer all the same.
        return Answer(
            status=status,
            took=took,
            error=None if status else error,
            excerpt=(excerpt or "").replace("\0", "") or None,
            retry_after=retry_after,
        )

    @contextlib.contextmanager
    def _connected(self, target: Target) -> Iterator[HTTPConnection]:
        address = resolve(target, private=self._private, lookup=self._lookup)
        connection: HTTPConnection
        if target.secure:
            connection = HTTPSConnection(
                address,
                target.port,
                timeout=self._deadline,
                ssl_context=self._trust,
                server_hostname=target.host,
                assert_hostname=target.host,
            )
        else:
            connection = HTTPConnection(address, target.port, timeout=self._deadline)
        # A timeout of the socket begins anew with each byte: who drips is cut off by the clock.
        clock = threading.Timer(self._deadline, _cut, (connection,))
        clock.daemon = True
        clock.start()
        try:
            connection.connect()
            yield connection
        finally:
            clock.cancel()
            connection.close()

    def _ask(
        self, connection: HTTPConnection, target: Target, body: bytes, headers: Mapping[str, str]
    ) -> HTTPResponse:
        sent = {**headers, "Host": target.authority, "User-Agent": _AGENT, "Content-Type": "application/json"}
        connection.request("POST", target.path, body=body, headers=sent, preload_content=False)
        return connection.getresponse()

    def _words(self, failed: Exception, begun: float) -> str:
        cause = failed.__cause__ or failed
        if isinstance(cause, TimeoutError) or time.monotonic() - begun >= self._deadline:
            return f"No answer within {self._deadline:g} seconds."
        if isinstance(cause, ConnectionRefusedError):
            return "The connection was refused."
        log.info("webhook.unreachable", error=type(cause).__name__)
        return "The host cannot be reached, or broke off the connection."


def _cut(connection: HTTPConnection) -> None:
    with contextlib.suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _seconds(retry_after: str | None) -> int | None:
    """Dates are not read: ten tries over three days reach whoever comes back."""
    text = (retry_after or "").strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else None
