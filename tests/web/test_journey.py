"""A customer books, pays and cancels by plain forms, without JavaScript."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.car.models import Car, Location
from exodrive.services.payment.sandbox.cards import CARDS
from tests.factories import make_car, make_location, make_policy

TRIP = "pick_up_date=2026-06-20&pick_up_time=10:00&return_date=2026-06-23&return_time=10:00"
DRIVER = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+1 310 555 0100",
    "birth_date": "1985-12-10",
    "licence_number": "D1234567",
    "licence_country": "US",
    "consent": "true",
}


@pytest.fixture
def car(database: Database) -> Car:
    make_policy(database)
    return make_car(database, make_location(database), featured=1)


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address ending in `action`."""
    form = re.search(rf'<form[^>]*action="[^"]*{action}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, f"no form to {action}"
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group(1)))


def go_to_details(client: FlaskClient, car: Car) -> tuple[str, str]:
    page = client.get(f"/cars/{car.slug}?{TRIP}").text
    sent = client.post(f"/cars/{car.slug}/quote", data=fields(page, "/quote"))
    assert sent.status_code == 303, sent.text
    address = sent.headers["Location"]
    return address, client.get(address).text


def go_to_hold(client: FlaskClient, car: Car, **over: str) -> TestResponse:
    address, page = go_to_details(client, car)
    return client.post(address, data=fields(page, address) | DRIVER | over)


def pay(client: FlaskClient, hold: str, card: str = "Success") -> str:
    """Pay on the gateway's page; the booking's page afterwards."""
    sent = client.post(f"{hold}/pay", data=fields(client.get(hold).text, "/pay"))
    gateway = sent.headers["Location"].removeprefix("http://127.0.0.1:8000")
    number = next(one.number for one in CARDS if one.title == card)
    typed = {"number": number, "expiry": "12/30", "cvc": "123"}
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(gateway).text)[0]
    back = client.post(gateway, data={"csrf_token": token} | typed).headers["Location"]
    client.get(back.removeprefix("http://127.0.0.1:8000"))
    return client.get(hold).text


def test_from_home_to_a_cancelled_booking(client: FlaskClient, car: Car) -> None:
    assert car.model in client.get("/").text
    assert car.model in client.get(f"/cars?pick_up_location=los-angeles&{TRIP}").text
    hold = go_to_hold(client, car)
    assert hold.status_code == 303, hold.text
    address = hold.headers["Location"]
    assert "Pay now" in client.get(address).text
    confirmed = pay(client, address)
    assert "The car is yours" in confirmed
    assert "Lovelace" not in confirmed
    assert client.get(f"{address}/calendar.ics").mimetype == "text/calendar"
    page = client.get(f"{address}/cancel").text
    assert "What you get back" in page
    cancelled = client.post(f"{address}/cancel", data=fields(page, "/cancel"))
    assert "This booking is cancelled" in client.get(cancelled.headers["Location"]).text


def test_what_was_typed_comes_back_with_the_errors_beside_it(client: FlaskClient, car: Car) -> None:
    answer = go_to_hold(client, car, email="nobody", phone="call me", birth_date="2010-01-01")
    assert answer.status_code == 422
    for kept in ("Ada Lovelace", 'value="nobody"', 'value="call me"', "D1234567"):
        assert kept in answer.text
    assert answer.text.count('aria-invalid="true"') >= 2


def test_a_taken_car_is_refused_with_ways_on(client: FlaskClient, car: Car) -> None:
    address, page = go_to_details(client, car)
    assert go_to_hold(client, car).status_code == 303
    late = client.post(address, data=fields(page, address) | DRIVER | {"email": "late@example.com"})
    assert late.status_code == 409
    assert "See the price for these dates" in late.text


@pytest.mark.parametrize("statement", ["UPDATE car SET active = false", "UPDATE location SET active = false"])
def test_a_car_that_was_retired_meanwhile_is_told_with_others(
    client: FlaskClient, car: Car, database: Database, statement: str
) -> None:
    with database.sessions() as session:
        home = session.get_one(Location, car.location_id)
    other = make_car(database, home, make="Aston Martin", model="DB12")
    address, page = go_to_details(client, car)
    with database.sessions() as session:
        session.execute(
            text(statement + " WHERE id = :id"), {"id": car.id if "car" in statement else car.location_id}
        )
        session.commit()
    for answer in (
        client.get(address),
        client.post(address, data=fields(page, address) | DRIVER),
        client.post(address, data=fields(page, address) | DRIVER | {"email": "nobody"}),
    ):
        assert answer.status_code == 410
        assert "This car is not for rent any more" in answer.text
        assert (other.model in answer.text) is ("car" in statement)
        assert "All cars for these dates" in answer.text


def test_a_pick_up_that_has_come_too_near_leads_to_other_dates(
    client: FlaskClient, car: Car, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 6, 20, 14, 50, tzinfo=UTC))
    address, page = go_to_details(client, car)
    clock.move(timedelta(minutes=11))
    refused = client.post(address, data=fields(page, address) | DRIVER)
    assert refused.status_code == 410
    assert "Too late for this pick-up" in refused.text
    assert "The earliest pick-up is Saturday, 20 June at 10:30. Nothing was charged." in refused.text
    assert "See the price for these dates" in refused.text
    again = client.get(address)
    assert again.status_code == 303
    assert "needs 2 hours to prepare the car" in client.get(again.headers["Location"]).text


def test_a_declined_card_comes_back_to_the_hold(client: FlaskClient, car: Car) -> None:
    hold = go_to_hold(client, car).headers["Location"]
    assert "The bank declined this card." in pay(client, hold, "Declined")


def test_an_expired_hold_is_a_way_forward(client: FlaskClient, car: Car, clock: ManualClock) -> None:
    hold = go_to_hold(client, car).headers["Location"]
    clock.move(timedelta(minutes=20))
    page = client.get(hold)
    assert page.status_code == 200
    assert "Try the same dates again" in page.text


def test_an_expired_price_is_worked_out_again(client: FlaskClient, car: Car, clock: ManualClock) -> None:
    address, _ = go_to_details(client, car)
    clock.move(timedelta(minutes=31))
    again = client.get(address)
    assert again.status_code == 303
    assert again.headers["Location"] != address


@pytest.mark.parametrize("path", ["", "/cancel", "/calendar.ics", "/paid"])
def test_a_wrong_token_is_the_same_404_as_any_page(client: FlaskClient, car: Car, path: str) -> None:
    wrong = client.get(f"/booking/{'x' * 32}{path}")
    assert wrong.status_code == 404
    missing = client.get("/nothing-here")
    mark = re.compile(r"[0-9a-f-]{36}|value=\"[^\"]+\"|content=\"[^\"]+\"|hx-headers='[^']+'")
    assert mark.sub("", wrong.text) == mark.sub("", missing.text)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("pick_up_date=2026-06-20&pick_up_time=03:00&return_date=2026-06-23&return_time=10:00", "open"),
        ("pick_up_date=2020-06-20&pick_up_time=10:00&return_date=2020-06-23&return_time=10:00", "over"),
        ("pick_up_date=rubbish&pick_up_time=10:00&return_date=2026-06-23&return_time=10:00", "exists"),
    ],
)
def test_the_reasons_why_dates_cannot_be_had_are_said(
    client: FlaskClient, car: Car, query: str, words: str
) -> None:
    page = client.get(f"/cars/{car.slug}?{query}")
    assert page.status_code == 200
    assert words in page.text


def test_htmx_gets_the_price_alone(client: FlaskClient, car: Car, get: Any) -> None:
    part = client.get(f"/cars/{car.slug}?{TRIP}", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Continue to your details" in part.text
    assert "HX-Request" in part.headers["Vary"]
