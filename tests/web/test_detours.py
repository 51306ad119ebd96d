"""Ways through a booking that are not the straight one: back, again, too late, elsewhere."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.car.models import Car
from exodrive.services.pricing.models import DeliveryBand, Extra, OneWayFee
from tests.factories import add, make_car, make_location, make_policy
from tests.web.test_journey import DRIVER, TRIP, fields, go_to_details, go_to_hold, pay

# 19:00 in Miami is 16:00 in Los Angeles, where it is read by neither.
ONE_WAY = "return_location=miami&pick_up_date=2026-06-20&pick_up_time=10:00&return_date=2026-06-23&return_time=19:00"


@pytest.fixture
def car(database: Database) -> Car:
    make_policy(database)
    return make_car(database, make_location(database))


@pytest.fixture
def abroad(database: Database, car: Car) -> None:
    """Miami, three hours ahead, where cars of Los Angeles can be returned and are fetched from the beach."""
    there = make_location(database, slug="miami", name="Miami", city="Miami", zone="America/New_York")
    add(database, OneWayFee(from_location_id=car.location_id, to_location_id=there.id, fee=100_000))
    for place, code in ((car.location_id, "hills"), (there.id, "beach")):
        add(database, DeliveryBand(location_id=place, code=code, label=code, max_miles=10, fee=9_000))
    add(
        database,
        Extra(
            code="child-seat",
            label="Child seat",
            description="For children.",
            charge="flat",
            price=6_000,
            taxable=True,
            currency="USD",
            position=1,
        ),
    )


def links(page: str, slug: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(rf'href="(/cars/{slug}\?[^"]+)"', page)]


def quoted(client: FlaskClient, car: Car) -> str:
    """A fresh quote, though the car's page would not offer the dates any more."""
    token = fields(client.get("/contact").text, "/contact")["csrf_token"]
    trip = dict(pair.split("=") for pair in TRIP.split("&"))
    return client.post(f"/cars/{car.slug}/quote", data=trip | {"csrf_token": token}).headers["Location"]


@pytest.mark.usefixtures("abroad")
def test_other_dates_of_a_one_way_rental_lead_to_the_same_rental(client: FlaskClient, car: Car) -> None:
    assert go_to_hold(client, car).status_code == 303
    page = client.get(f"/cars/{car.slug}?{ONE_WAY}&extra-child-seat=1&collection_band=beach").text
    assert "Somebody else has the car" in page
    found = links(page, car.slug)
    assert found
    for address in found:
        for kept in (
            "return_time=19:00",
            "return_location=miami",
            "extra-child-seat=1",
            "collection_band=beach",
        ):
            assert kept in address.replace("%3A", ":")
        other = client.get(address).text
        assert "Continue to your details" in other
        assert "Child seat" in other


@pytest.mark.usefixtures("abroad")
def test_a_car_is_fetched_from_where_it_is_returned(client: FlaskClient, car: Car) -> None:
    def offered(address: str, headers: dict[str, str]) -> list[str]:
        page = client.get(address, headers=headers).text
        select = re.search(r'<select[^>]*name="collection_band".*?</select>', page, re.DOTALL)
        assert select
        assert 'form="choices"' in select.group()
        return re.findall(r'<option value="(\w+)"', select.group())

    for headers in ({}, {"HX-Request": "true"}):
        assert offered(f"/cars/{car.slug}?{TRIP}", headers) == ["hills"]
        assert offered(f"/cars/{car.slug}?{ONE_WAY}", headers) == ["beach"]


@pytest.mark.usefixtures("abroad")
def test_what_was_chosen_is_what_is_quoted(client: FlaskClient, car: Car, database: Database) -> None:
    chosen = "extra-child-seat=2&delivery_band=hills&collection_band=&promo_code=&extra-none=0"
    page = client.get(f"/cars/{car.slug}?{TRIP}&{chosen}").text
    sent = client.post(f"/cars/{car.slug}/quote", data=fields(page, "/quote"))
    assert sent.headers["Location"].startswith("/book/")
    with database.read() as connection:
        asked = connection.execute(text("SELECT asked FROM quote")).scalar_one()
    assert asked["extras"] == [{"code": "child-seat", "quantity": 2}]
    assert asked["delivery_band"] == "hills"


def test_a_car_taken_when_it_is_too_late_for_these_dates_is_refused_for_that_with_ways_on(
    client: FlaskClient, car: Car, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 6, 20, 14, 55, tzinfo=UTC))  # two hours and five minutes ahead
    address, page = go_to_details(client, car)
    assert go_to_hold(client, car).status_code == 303
    clock.move(timedelta(minutes=10))
    late = client.post(address, data=fields(page, address) | DRIVER | {"email": "late@example.com"})
    assert late.status_code == 410
    assert "Too late for this pick-up" in late.text
    assert "See the price for these dates" in late.text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "pick_up_date=2026-06-20&pick_up_time=03:00&return_date=2026-06-23&return_time=10:00",
            "is open from",
        ),
        (
            "pick_up_date=2026-06-31&pick_up_time=10:00&return_date=2026-07-03&return_time=10:00",
            "that exists",
        ),
        (f"{TRIP}&page=7", "To the first page"),
    ],
)
def test_results_say_why_there_are_none(
    client: FlaskClient, car: Car, query: str, words: str, headers: dict[str, str]
) -> None:
    results = client.get(f"/cars?{query}", headers=headers).text.partition('id="results"')[2]
    assert words in results


@pytest.mark.usefixtures("abroad")
def test_whose_car_is_brought_is_not_told_to_come(client: FlaskClient, car: Car) -> None:
    page = client.get(f"/cars/{car.slug}?{TRIP}&delivery_band=hills").text
    details = client.post(f"/cars/{car.slug}/quote", data=fields(page, "/quote")).headers["Location"]
    sent = fields(client.get(details).text, details) | DRIVER
    assert client.post(details, data=sent).status_code == 422  # where to?
    hold = client.post(details, data=sent | {"delivery_address": "1 Rodeo Drive"}).headers["Location"]
    booking = pay(client, hold)
    assert "We bring the car to you" in booking
    assert "Come to Los Angeles" not in booking
    assert "1 Rodeo Drive" not in booking


def test_whose_own_hold_is_in_the_way_is_led_to_it(client: FlaskClient, car: Car, app: Flask) -> None:
    hold = go_to_hold(client, car).headers["Location"]
    another = quoted(client, car)
    mine = client.post(another, data=fields(client.get(another).text, another) | DRIVER)
    assert mine.status_code == 409
    assert f'href="{hold}"' in mine.text
    stranger = app.test_client()
    page = stranger.get(another).text
    theirs = stranger.post(another, data=fields(page, another) | DRIVER)
    assert theirs.status_code == 409
    assert "Somebody was a moment faster" in theirs.text
    assert hold not in theirs.text


def test_more_time_without_script_is_a_page_that_can_be_reloaded(
    client: FlaskClient, car: Car, clock: ManualClock
) -> None:
    hold = go_to_hold(client, car).headers["Location"]
    more = fields(client.get(hold).text, "/extend")
    sent = client.post(f"{hold}/extend", data=more)
    assert (sent.status_code, sent.headers["Location"]) == (303, hold)
    clock.move(timedelta(minutes=20))
    assert client.post(f"{hold}/extend", data=more).status_code == 410


def test_going_back_after_giving_the_car_back_books_it_again_with_what_was_typed(
    client: FlaskClient, car: Car
) -> None:
    address, page = go_to_details(client, car)
    sent = fields(page, address) | DRIVER
    hold = client.post(address, data=sent).headers["Location"]
    client.post(f"{hold}/cancel", data=fields(client.get(f"{hold}/cancel").text, "/cancel"))
    again = client.post(address, data=sent)
    assert again.status_code == 410
    assert "Ada Lovelace" in again.text
    fresh = re.findall(r'action="(/book/[^"]+)"', again.text)[0]
    assert client.post(fresh, data=fields(again.text, fresh) | DRIVER).status_code == 303


def test_the_page_of_an_expired_hold_asks_for_the_same_again(
    client: FlaskClient, car: Car, clock: ManualClock, database: Database
) -> None:
    page = client.get(f"/cars/{car.slug}?{TRIP}&young_driver=true").text
    stored = client.post(f"/cars/{car.slug}/quote", data=fields(page, "/quote")).headers["Location"]
    with database.read() as connection:
        asked = connection.execute(text("SELECT asked FROM quote")).scalar_one()
    assert asked["young_driver"] is True
    hold = client.post(stored, data=fields(client.get(stored).text, stored) | DRIVER)
    where = hold.headers.get("Location") or ""
    clock.move(timedelta(minutes=20))
    assert "young_driver=true" in links(client.get(where).text, car.slug)[0]
