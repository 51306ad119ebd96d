"""The pages of reports: figures, files, and how far a file is."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import wireup
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.models import Booking
from tests.factories import NOW, make_booking, make_car, make_location, make_policy, make_quote
from tests.services.booking.post import open_post
from tests.smtp import Inbox
from tests.staff import csrf_of

Enter = Callable[..., FlaskClient]
JUNE = {"since": "2026-06-01", "until": "2026-06-30"}


@pytest.fixture
def booking(database: Database) -> Booking:
    """Three days from June 11, confirmed."""
    car = make_car(database, make_location(database))
    quote = make_quote(database, car, starts_at=NOW + timedelta(days=10))
    return make_booking(database, car, make_policy(database), quote)


@pytest.fixture
def work(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Any]:
    """The worker that runs what was promised."""
    with open_post(container, database, clock, smtp) as made:
        yield made


def ask(client: FlaskClient, file_format: str = "xlsx", **over: str) -> Any:
    token = csrf_of(client, "/admin/reports")
    sent = {"report": "bookings", "format": file_format, "csrf_token": token} | JUNE | over
    return client.post("/admin/reports/exports", data=sent)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ("utilisation", (">72<", "10.0%")),
        ("revenue", ("Nothing in this period",)),
        (
            "bookings",
            (
                "$2,670",
                "Confirmed",
                "Jun\N{NO-BREAK SPACE}11,\N{NO-BREAK SPACE}2026<small>3:00\N{NO-BREAK SPACE}AM",
            ),
        ),
        ("money", ("Nothing in this period",)),
        (
            "fleet",
            ("2024", "Jun\N{NO-BREAK SPACE}11,\N{NO-BREAK SPACE}2026<small>3:00\N{NO-BREAK SPACE}AM", "$890"),
        ),
    ],
)
def test_each_report_has_its_figures(
    enter: Enter, booking: Booking, report: str, words: tuple[str, ...]
) -> None:
    client = enter(StaffRole.MANAGER)
    answer = client.get("/admin/reports", query_string={"report": report} | JUNE)
    assert answer.status_code == 200
    for part in words:
        assert part in answer.text, part
    alone = client.get(
        "/admin/reports", query_string={"report": report} | JUNE, headers={"HX-Request": "true"}
    )
    assert "<html" not in alone.text
    assert words[0] in alone.text


def test_a_period_that_is_none_is_told_beside_its_day(enter: Enter) -> None:
    days = {"since": "2026-06-02", "until": "2026-06-01"}
    answer = enter(StaffRole.MANAGER).get("/admin/reports", query_string=days)
    assert answer.status_code == 422
    assert "This day is before the first one." in answer.text


def test_a_file_is_asked_for_watched_and_fetched(enter: Enter, booking: Booking, work: Any) -> None:
    client = enter(StaffRole.MANAGER)
    sent = ask(client)
    assert sent.status_code == 303, sent.text
    page = client.get(sent.headers["Location"])
    assert "Waiting for its turn" in page.text
    assert "Look again" in page.text
    assert 'hx-trigger="load delay:1s"' in page.text
    work.run("report")
    ready = client.get(sent.headers["Location"], headers={"HX-Request": "true"}).text
    assert "The file is ready: 1 row" in ready
    assert "hx-trigger" not in ready
    link = re.search(r'href="(/admin/reports/files/[\w-]+)"', ready)
    assert link
    file = client.get(link[1])
    assert file.data.startswith(b"PK")
    assert len(file.data) == int(file.headers["Content-Length"])
    assert 'filename="bookings-20260601-20260630.xlsx"' in file.headers["Content-Disposition"]
    assert "Robin Manager" in client.get("/admin/reports").text


def test_a_link_alone_opens_nothing(enter: Enter, booking: Booking, work: Any, clock: ManualClock) -> None:
    client = enter(StaffRole.MANAGER)
    asked = ask(client, "csv").headers["Location"]
    work.run("report")
    [link] = re.findall(r'href="(/admin/reports/files/[\w-]+)"', client.get(asked).text)
    assert enter(StaffRole.AGENT).get(link).status_code == 403
    assert client.application.test_client().get(link).status_code == 303
    clock.move(timedelta(minutes=16))
    old = client.get(link)
    assert old.status_code == 410
    assert "This link has run out" in old.text


@pytest.mark.parametrize(
    "over", [{"report": "salaries"}, {"format": "exe"}, {"since": "2026-07-01"}, {"extra": "1"}]
)
def test_what_cannot_be_asked_is_refused(enter: Enter, over: dict[str, str]) -> None:
    assert ask(enter(StaffRole.MANAGER), **over).status_code == 422
