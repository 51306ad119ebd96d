"""The pages of the mail log."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ledger import Job
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.models import Booking
from exodrive.services.email.events_contracts import SuppressionReason
from exodrive.services.email.models import MailMessage
from tests.factories import NOW, make_booking, make_car, make_location, make_policy, make_quote
from tests.services.booking.test_mail_desk import suppress
from tests.smtp import Inbox
from tests.staff import csrf_of

Enter = Callable[..., FlaskClient]


@pytest.fixture
def booking(database: Database) -> Booking:
    home = make_location(database)
    car = make_car(database, home)
    asked = {"car": car.slug, "pick_up_location": home.slug, "return_date": "2026-06-14"}
    times = {"pick_up_date": "2026-06-11", "pick_up_time": "10:00", "return_time": "10:00"}
    quote = make_quote(database, car, starts_at=NOW + timedelta(days=10), asked=asked | times)
    return make_booking(database, car, make_policy(database), quote)


@pytest.fixture
def sent(get: Any, booking: Booking, smtp: Inbox, database: Database) -> UUID:
    """A confirmation that went out."""
    get(BookingMailService).send_confirmation(booking.id)
    with database.sessions() as session:
        return session.scalars(select(MailMessage.id)).one()


def test_the_log_and_its_filters(enter: Enter, sent: UUID, booking: Booking) -> None:
    client = enter(StaffRole.AGENT)
    page = client.get("/admin/mails").get_data(as_text=True)
    for shown in (
        "Confirmed: ",
        "ada@example.com",
        booking.reference,
        f"/admin/mails/{sent}",
        "Confirmation",
    ):
        assert shown in page, shown
    for query, found in (
        ({"booking": booking.reference}, True),
        ({"to": "nobody"}, False),
        ({"state": "bounced"}, False),
        ({"kind": "refund"}, False),
    ):
        answer = client.get("/admin/mails", query_string=query, headers={"HX-Request": "true"})
        assert (f"/admin/mails/{sent}" in answer.get_data(as_text=True)) is found, query
        assert "<html" not in answer.get_data(as_text=True)


def find(client: FlaskClient, subject: str, path: str = "/admin/mails") -> TestResponse:
    return client.post(path, data={"subject": subject, "csrf_token": csrf_of(client, path)})


def test_what_is_searched_for_stands_in_no_link(enter: Enter, sent: UUID, booking: Booking) -> None:
    client = enter(StaffRole.AGENT)
    for subject in ("Ada@example.com", booking.reference.lower()):
        answer = find(client, subject, "/admin/mails?kind=booking_confirmation")
        assert answer.status_code == 303
        onward = answer.headers["Location"]
        assert "ada" not in onward.lower()
        assert "kind=booking_confirmation" in onward, "the filters stay"
        assert f"/admin/mails/{sent}" in client.get(onward).text
    assert "No mail fits." in client.get(find(client, "nobody@example.com").headers["Location"]).text
    half = find(client, "K7")
    assert half.status_code == 422
    assert "A whole reference (8 signs) or a whole e-mail address." in half.text
    for page in ("/admin/mails", f"/admin/mails/{sent}"):
        links = re.findall(r'(?:href|action|hx-get)="(/[^"]*)"', client.get(page).text)
        assert not [link for link in links if "@" in link or "%40" in link]


def test_a_suppressed_address_is_found_without_a_link_that_has_it(enter: Enter, get: Any) -> None:
    suppress(get, "ada@example.com", SuppressionReason.COMPLAINT)
    client, path = enter(StaffRole.AGENT), "/admin/mails/suppressed"
    there = find(client, "ADA@example.com", path).headers["Location"]
    assert "ada" not in there.lower()
    shown = client.get(there).text
    assert "ada@example.com" in shown
    assert "/admin/mails?to=" in shown
    assert (
        "This address takes mail." in client.get(find(client, "a@b.example", path).headers["Location"]).text
    )
    assert find(client, "half", path).status_code == 422


def test_a_mail_with_its_preview(enter: Enter, sent: UUID, booking: Booking) -> None:
    client = enter(StaffRole.AGENT)
    page = client.get(f"/admin/mails/{sent}").get_data(as_text=True)
    assert f'src="/admin/mails/{sent}/preview" sandbox=""' in page
    assert "Taken by the mail server" in page
    assert f"booking-{booking.reference}.ics" in page
    text = client.get(f"/admin/mails/{sent}?as=text").get_data(as_text=True)
    assert "Booking reference:" in text
    assert "<iframe" not in text
    assert f"/admin/mails/{sent}" in client.get(f"/admin/bookings/{booking.id}").get_data(as_text=True)


def test_a_preview_is_laid_out_and_nothing_else(enter: Enter, sent: UUID) -> None:
    answer = enter(StaffRole.AGENT).get(f"/admin/mails/{sent}/preview")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert policy.partition("sandbox")[2].strip(" ;") == ""
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "The Ferrari Roma is yours." in answer.get_data(as_text=True)


def test_sending_again_asks_first(enter: Enter, sent: UUID, database: Database) -> None:
    client = enter(StaffRole.AGENT)
    path = f"/admin/mails/{sent}/resend"
    assert "Send this mail again?" in client.get(path).get_data(as_text=True)
    answer = client.post(path, data={"csrf_token": csrf_of(client, path)})
    assert answer.status_code == 303
    after = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "The mail is on its way once more." in after
    assert "Sent again" in after
    with database.sessions() as session:
        [job] = session.scalars(select(Job).where(Job.kind == "email.resend"))
    assert (job.subject_type, job.subject_id) == ("mail", sent)


def test_a_suppressed_address_stops_it_and_only_managers_lift_that(
    enter: Enter, sent: UUID, get: Any, clock: ManualClock
) -> None:
    suppress(get, "ada@example.com", SuppressionReason.COMPLAINT)
    agent = enter(StaffRole.AGENT)
    page = agent.get(f"/admin/mails/{sent}").get_data(as_text=True)
    assert "This address takes no mail" in page
    assert "A manager can lift that." in page
    assert "Send again" not in page
    token = csrf_of(agent, f"/admin/mails/{sent}")
    refused = agent.post(f"/admin/mails/{sent}/resend", data={"csrf_token": token})
    assert refused.status_code == 422
    assert "That cannot be done" in refused.get_data(as_text=True)
    listed = agent.get("/admin/mails/suppressed").get_data(as_text=True)
    assert "ada@example.com" in listed
    assert "Spam report" in listed
    assert "/lift" not in listed
    manager = enter(StaffRole.MANAGER)
    path = (
        manager.get("/admin/mails/suppressed").get_data(as_text=True).split('/lift"')[0].split('href="')[-1]
    )
    assert agent.get(f"{path}/lift").status_code == 403
    assert "Ask them first" in manager.get(f"{path}/lift").get_data(as_text=True)
    done = manager.post(f"{path}/lift", data={"csrf_token": csrf_of(manager, f"{path}/lift")})
    assert done.status_code == 303
    assert "The address takes mail again." in manager.get(done.headers["Location"]).get_data(as_text=True)
    assert manager.get(f"{path}/lift").status_code == 404


def test_empty_lists_say_so(enter: Enter) -> None:
    client = enter(StaffRole.AGENT)
    assert "No mails yet." in client.get("/admin/mails").get_data(as_text=True)
    assert "Every address takes mail." in client.get("/admin/mails/suppressed").get_data(as_text=True)
