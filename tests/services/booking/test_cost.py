"""How often the hot paths ask the database: a number that only falls."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask.testing import FlaskClient

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.services.booking.contracts import HeldView, SearchCars
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.search import SearchService
from exodrive.services.car.models import Car, Location
from exodrive.services.pricing.contracts import QuoteView
from exodrive.services.pricing.service import QuoteService
from tests.factories import make_car, make_location
from tests.services.booking.conftest import CUSTOMER, PARTNER, asked, driver
from tests.statements import statements

DATES: dict[str, Any] = {
    "pick_up_date": date(2026, 6, 20),
    "pick_up_time": time(10),
    "return_date": date(2026, 6, 23),
    "return_time": time(10),
}
TRIP = "pick_up_date=2026-06-20&pick_up_time=10:00&return_date=2026-06-23&return_time=10:00"


@pytest.fixture
def fleet(database: Database, home: Location, hold: Callable[..., HeldView]) -> list[Car]:
    """Three locations with free cars, taken cars, and one that is not rented for so few days."""
    places = [home, *(make_location(database, slug=f"place-{n}", name=f"Place {n}") for n in (2, 3))]
    cars = [make_car(database, place, featured=n) for n, place in enumerate(places * 3, 1)]
    make_car(database, home, minimum_days=9)
    for car, place in zip(cars[:3], places, strict=True):
        hold(of=car, pick_up_location=place.slug)
    return cars


@pytest.mark.parametrize("place", ["los-angeles", None])
def test_a_search_however_many_locations(
    fleet: list[Car], database: Database, get: Any, place: str | None
) -> None:
    with statements(database) as sent:
        found = get(SearchService).search(SearchCars(pick_up_location=place, **DATES))
    assert found.offers
    assert found.unavailable
    # The locations, the page, rates for its totals; then the taken cars, and when those are busy.
    assert len(sent) == 5


def test_a_quote(car: Car, database: Database, get: Any) -> None:
    with statements(database) as sent:
        get(QuoteService).quote(asked(car))
    assert len(sent) == 3  # the car, everything that a price needs, the insert


@pytest.mark.parametrize("actor", [CUSTOMER, PARTNER])
def test_a_hold(quote: Callable[..., QuoteView], database: Database, get: Any, actor: Actor) -> None:
    stored = quote()
    with statements(database) as sent:
        get(HoldService).hold(driver(stored), actor)
    assert len(sent) == 3  # the quote; claim, booking and audit entry in one; the promise of a mail


@pytest.mark.parametrize(
    ("address", "most"),
    [("/", 2), (f"/cars?{TRIP}", 6), ("/cars/{slug}", 7), (f"/cars/{{slug}}?{TRIP}", 11)],
)
def test_a_page(fleet: list[Car], database: Database, client: FlaskClient, address: str, most: int) -> None:
    with statements(database) as sent:
        assert client.get(address.format(slug=fleet[0].slug)).status_code == 200
    assert len(sent) <= most
