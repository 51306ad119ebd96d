"""Cancelling a booking at the desk: terms and reason, the question, the deed."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.models import Booking
from tests.factories import make_booking, make_car, make_location, make_policy, make_quote
from tests.staff import csrf_of

Enter = Callable[..., FlaskClient]
REASON = "The gearbox <is> in pieces"


@pytest.fixture
def booking(database: Database) -> Booking:
    home = make_location(database)
    car = make_car(database, home)
    asked = {"car": car.slug, "pick_up_location": home.slug, "return_date": "2026-06-14"}
    times = {"pick_up_date": "2026-06-11", "pick_up_time": "10:00", "return_time": "10:00"}
    return make_booking(database, car, make_policy(database), make_quote(database, car, asked=asked | times))


def send(client: FlaskClient, booking: Booking, path: str = "", **sent: object) -> TestResponse:
    data = {"csrf_token": csrf_of(client, "/admin/me"), "terms": "policy", "reason": REASON} | sent
    return client.post(f"/admin/bookings/{booking.id}/cancel{path}", data=data)


def state_of(database: Database, booking: Booking) -> BookingState:
    with database.sessions() as session:
        return session.get_one(Booking, booking.id).state


def test_from_the_button_to_the_timeline(enter: Enter, booking: Booking, database: Database) -> None:
    desk = enter(StaffRole.MANAGER)
    here = f"/admin/bookings/{booking.id}"
    assert f"{here}/cancel" in desk.get(here).text
    choice = desk.get(f"{here}/cancel").text
    assert "Full refund" in choice
    assert "By the policy" in choice
    question = send(desk, booking, terms="full")
    assert question.status_code == 200
    assert f"Cancel {booking.reference}?" in question.text
    assert "The gearbox &lt;is&gt; in pieces" in question.text
    assert state_of(database, booking) is BookingState.CONFIRMED, "nothing was done yet"
    agreed = send(desk, booking, "/agreed", terms="full", refund=0, kept=0)
    assert (agreed.status_code, agreed.headers["Location"]) == (303, here)
    page = desk.get(here).text
    assert state_of(database, booking) is BookingState.CANCELLED
    assert "The gearbox &lt;is&gt; in pieces" in page.partition("What happened")[2]
    assert f"{here}/cancel" not in page


def test_without_a_reason_there_is_no_question(enter: Enter, booking: Booking) -> None:
    answer = send(enter(StaffRole.AGENT), booking, reason="")
    assert answer.status_code == 422
    assert f"Cancel {booking.reference}?" not in answer.text


def test_other_amounts_are_asked_about_again(enter: Enter, booking: Booking, database: Database) -> None:
    answer = send(enter(StaffRole.AGENT), booking, "/agreed", refund=100, kept=5)
    assert answer.status_code == 409
    assert "has changed since you looked" in answer.text
    assert 'name="refund" value="0"' in answer.text
    assert state_of(database, booking) is BookingState.CONFIRMED


def test_agents_give_no_full_refund(enter: Enter, booking: Booking, database: Database) -> None:
    desk = enter(StaffRole.AGENT)
    choice = desk.get(f"/admin/bookings/{booking.id}/cancel").text
    assert 'value="full"' not in choice
    assert "is for managers" in choice
    assert send(desk, booking, terms="full").status_code == 403
    assert send(desk, booking, "/agreed", terms="full", refund=0, kept=0).status_code == 403
    assert state_of(database, booking) is BookingState.CONFIRMED


def test_what_is_over_is_said_on_the_booking(enter: Enter, booking: Booking) -> None:
    desk = enter(StaffRole.AGENT)
    send(desk, booking, "/agreed", refund=0, kept=0)
    here = f"/admin/bookings/{booking.id}"
    for again in (desk.get(f"{here}/cancel"), send(desk, booking, "/agreed", refund=0, kept=0)):
        assert (again.status_code, again.headers["Location"]) == (303, here)
    assert "cannot become cancelled" in desk.get(here).text
