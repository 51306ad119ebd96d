"""A booking's link is replaced: the new one goes to the customer, the old ones open nothing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.contract import dump
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.core.ledger import Job, kinds, read_payload
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.models import Staff
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.mail_contracts import SendNewLink
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.models import Booking
from tests.factories import make_booking, make_car, make_location, make_policy, make_quote
from tests.smtp import Inbox
from tests.staff import actor_of, csrf_of

Enter = Callable[..., FlaskClient]


@pytest.fixture
def booking(database: Database) -> Booking:
    home = make_location(database)
    car = make_car(database, home)
    asked = {
        "car": car.slug,
        "pick_up_location": home.slug,
        "pick_up_date": "2026-06-11",
        "pick_up_time": "10:00",
        "return_date": "2026-06-14",
        "return_time": "10:00",
    }
    return make_booking(database, car, make_policy(database), make_quote(database, car, asked=asked))


def renew(client: FlaskClient, booking: Booking) -> None:
    path = f"/admin/bookings/{booking.id}/new-link"
    assert client.post(path, data={"csrf_token": csrf_of(client, "/admin/me")}).status_code == 303


def promised(database: Database) -> list[SendNewLink]:
    kind = kinds()["email.new_link"]
    with database.sessions() as session:
        rows = session.scalars(select(Job).where(Job.kind == kind.name).order_by(Job.id))
        found = [read_payload(kind, row.payload, row.payload_version) for row in rows]
    assert all(isinstance(one, SendNewLink) for one in found)
    return [one for one in found if isinstance(one, SendNewLink)]


def test_the_newest_link_opens_the_booking_and_the_others_nothing(
    enter: Enter, booking: Booking, get: Any, client: FlaskClient
) -> None:
    desk, links = enter(StaffRole.AGENT), get(BookingLinks)
    question = desk.get(f"/admin/bookings/{booking.id}/new-link").get_data(as_text=True)
    assert f"Send a new link for {booking.reference}?" in question
    renew(desk, booking)
    second = f"/booking/{links.token(booking.id, 2)}"
    assert booking.reference in client.get(second).get_data(as_text=True)
    renew(desk, booking)
    third = f"/booking/{links.token(booking.id, 3)}"
    assert booking.reference in client.get(third).get_data(as_text=True)
    revoked, unknown = client.get(second), client.get(f"/booking/{'x' * 32}")
    assert revoked.status_code == unknown.status_code == 404

    def told(answer: Any) -> str:
        return str(answer.get_data(as_text=True).replace(answer.headers["X-Request-ID"], ""))

    assert told(revoked) == told(unknown)


def test_the_customer_gets_the_newest_link_once(
    enter: Enter, booking: Booking, get: Any, database: Database, smtp: Inbox
) -> None:
    desk, links = enter(StaffRole.AGENT), get(BookingLinks)
    renew(desk, booking)
    renew(desk, booking)
    promises = promised(database)
    assert [dump(one)["version"] for one in promises] == [2, 3]
    for one in (*promises, *promises):
        get(BookingMailService).send_new_link(one.booking_id, one.version)
    (mail,) = smtp.messages
    assert "ada@example.com" in mail["To"]
    assert "A new link to your booking" in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None
    written = body.get_content().replace("=\n", "")
    assert f"/booking/{links.token(booking.id, 3)}" in written
    assert links.token(booking.id, 2) not in written


def test_it_is_written_down_who_renewed_it(enter: Enter, booking: Booking, database: Database) -> None:
    desk = enter(StaffRole.AGENT)
    renew(desk, booking)
    page = desk.get(f"/admin/bookings/{booking.id}").get_data(as_text=True)
    assert "New link sent" in page
    assert "Robin Agent" in page.partition("New link sent")[2]
    with database.read() as connection:
        data = connection.execute(
            text("SELECT data FROM audit_entry WHERE action = 'booking.link_renewed'")
        ).scalar_one()
    assert data == {"version": 2}, "no token"


def test_only_staff_renews_a_link(get: Any, hire: Callable[..., Staff], booking: Booking) -> None:
    service = get(StaffBookingService)
    for stranger in (Actor(kind=ActorKind.CUSTOMER), Actor(kind=ActorKind.PARTNER, role="owner")):
        with pytest.raises(Forbidden):
            service.renew_link(booking.id, stranger)
    with pytest.raises(Missing):
        service.renew_link(uuid4(), actor_of(hire(StaffRole.AGENT)))


def test_managers_are_led_from_a_booking_to_its_jobs(enter: Enter, booking: Booking) -> None:
    desk, manager = enter(StaffRole.AGENT), enter(StaffRole.MANAGER)
    renew(desk, booking)
    path = f"/admin/bookings/{booking.id}"
    assert "/admin/jobs" not in desk.get(path).get_data(as_text=True)
    assert "New link" in desk.get(path).get_data(as_text=True).partition('id="jobs"')[2]
    shown = manager.get(path).get_data(as_text=True)
    assert f"/admin/jobs/list?booking={booking.reference}" in shown
