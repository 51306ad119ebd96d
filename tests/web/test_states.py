"""The page behind a booking's link, for every state of the booking and of its money."""

import itertools
from typing import Any

import pytest
from flask.testing import FlaskClient

from exodrive.core.contract import dump
from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.services.booking.contracts import BookingState, PaymentState
from exodrive.services.booking.holder import ByLink
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.manage import ManageService
from exodrive.services.pricing.contracts import ExtraChoice, QuoteCar
from tests.factories import NOW, make_booking, make_car, make_location, make_policy, make_quote
from tests.money import pay

ENDED = (BookingState.EXPIRED, BookingState.CANCELLED)


@pytest.mark.parametrize(("state", "money"), list(itertools.product(BookingState, PaymentState)))
def test_every_state_has_its_page(
    client: FlaskClient, database: Database, get: Any, state: BookingState, money: PaymentState
) -> None:
    car = make_car(database, make_location(database))
    asked = QuoteCar(
        car=car.slug,
        pick_up_location="los-angeles",
        pick_up_date=NOW.date(),
        pick_up_time=NOW.time(),
        return_date=NOW.date(),
        return_time=NOW.time(),
        extras=[ExtraChoice(code="child-seat", quantity=2)],
    )
    booking_id = new_id()
    token = get(BookingLinks).token(booking_id, 1)
    make_booking(
        database,
        car,
        make_policy(database),
        make_quote(database, car, asked=dump(asked)),
        id=booking_id,
        state=state,
        customer_name="Ada\u2003<b>Lovelace</b>",
        link_hash=get(BookingLinks).hash(token),
        ended_at=NOW if state in ENDED else None,
    )
    pay(database, booking_id, money)
    seen = get(ManageService).view(ByLink(token))
    assert (seen.state, seen.payment_state, seen.driver) == (state, money, "Ada")
    page = client.get(f"/booking/{token}")
    part = client.get(f"/booking/{token}", headers={"HX-Request": "true"})
    assert (page.status_code, part.status_code) == (200, 200)
    assert page.headers["Cache-Control"] == "no-store"
    assert 'id="state"' in part.text
    assert "<html" not in part.text
    # Only what may still change by itself asks again.
    waits = money is PaymentState.PENDING and state in (BookingState.HELD, BookingState.EXPIRED)
    assert ("every 4s" in page.text) is waits
    assert "Lovelace" not in page.text
    assert client.get(f"/booking/{token}/cancel").status_code == (
        200 if state in (BookingState.HELD, BookingState.CONFIRMED) else 303
    )
    booked = state in (BookingState.CONFIRMED, BookingState.ACTIVE)
    assert client.get(f"/booking/{token}/calendar.ics").status_code == (200 if booked else 404)
    assert client.get(f"/booking/{token}/paid").status_code == 303
