"""The application on a port, for clients that know nothing but its address."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask

from exodrive.services.partner.contracts import Scope
from exodrive_client import ExoDrive
from tests.api.clients.calling import AT_ONCE
from tests.api.conftest import Fleet, Keys
from tests.api.serving import serving

CLIENTS = Path(__file__).resolve().parents[3] / "docs" / "clients"
PROGRAMS = Path(__file__).resolve().parent / "programs"


class Line:
    """What lies between a client and the application, and what went over it: (path, idempotency key). It breaks the
    next `cuts` times when the application has answered, and is out of order the next `outages` times."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.sent: list[tuple[str, str | None]] = []
        self.cuts = 0
        self.outages = 0
        self.retry_after = "0"
        self.url = ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        self.sent.append((environ["PATH_INFO"], environ.get("HTTP_IDEMPOTENCY_KEY")))
        if self.outages:
            self.outages -= 1
            start_response(
                "503 Service Unavailable", [("Content-Type", "text/html"), ("Retry-After", self.retry_after)]
            )
            return [b"<h1>Out of order</h1>"]
        answer = self._app(environ, start_response)
        if self.cuts:
            self.cuts -= 1
            b"".join(answer)
            raise ConnectionAbortedError
        return answer


@pytest.fixture
def line(app: Flask, fleet: Fleet) -> Iterator[Line]:
    """The application, to be reached at `line.url`."""
    made = Line(app)
    with serving(made) as made.url:
        yield made


@pytest.fixture
def partner_key(keys: Keys) -> str:
    """A key for quotes and bookings."""
    return keys.issue(Scope.QUOTES_WRITE, Scope.BOOKINGS_WRITE, Scope.BOOKINGS_READ)


@pytest.fixture
def exodrive(line: Line) -> Iterator[ExoDrive]:
    """A client without a key."""
    with ExoDrive(line.url, retries=AT_ONCE) as client:
        yield client
