"""Search: what is shown, with the exact total, and what is said of the rest."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from exodrive.core.db import Database
from exodrive.services.booking.contracts import HeldView, SearchCars, SearchView
from exodrive.services.booking.search import SearchService
from exodrive.services.car.contracts import Category, Transmission
from exodrive.services.car.models import Car, Location
from exodrive.services.pricing.service import QuoteService
from tests.factories import make_car, make_location
from tests.services.booking.conftest import asked
from tests.statements import statements

DATES = {
    "pick_up_date": date(2026, 6, 20),
    "pick_up_time": time(10),
    "return_date": date(2026, 6, 23),
    "return_time": time(10),
}
Search = Callable[..., SearchView]


@pytest.fixture
def search(get: Any) -> Search:
    return lambda **asked_for: get(SearchService).search(SearchCars(**asked_for))


def names(found: SearchView) -> list[str]:
    return [offer.card.model for offer in found.offers]


@pytest.fixture
def fleet(database: Database, home: Location) -> list[Car]:
    return [
        make_car(database, home, model="Alpha", daily_rate=50_000, weekend_rate=50_000),
        make_car(database, home, model="Beta", daily_rate=70_000, seats=2, category=Category.SUPERCAR),
        make_car(database, home, model="Gamma", daily_rate=90_000, transmission=Transmission.MANUAL),
        make_car(database, home, model="Delta", daily_rate=99_000, minimum_days=5),
    ]


def test_without_dates_every_car_is_listed_by_price(search: Search, fleet: list[Car]) -> None:
    found = search()
    assert names(found) == ["Alpha", "Beta", "Gamma", "Delta"]
    assert not found.dated
    assert all(offer.total is None for offer in found.offers)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"category": Category.SUPERCAR}, ["Beta"]),
        ({"seats": 3}, ["Alpha", "Gamma", "Delta"]),
        ({"max_price": 700}, ["Alpha", "Beta"]),
        ({"transmission": Transmission.MANUAL}, ["Gamma"]),
        ({"q": "ferrari gam"}, ["Gamma"]),
        ({"q": "' | !!! <->"}, ["Alpha", "Beta", "Gamma", "Delta"]),
        ({"sort": "-price"}, ["Delta", "Gamma", "Beta", "Alpha"]),
    ],
)
def test_filters(search: Search, fleet: list[Car], wanted: dict[str, Any], expected: list[str]) -> None:
    assert names(search(**wanted)) == expected


def test_each_card_shows_the_total_that_its_quote_will_have(
    search: Search, fleet: list[Car], get: Any
) -> None:
    for offer in search(pick_up_location="los-angeles", **DATES).offers:
        car = next(one for one in fleet if one.id == offer.card.id)
        assert offer.total == get(QuoteService).quote(asked(car)).total


def test_a_taken_car_is_told_apart_with_its_next_free_dates(
    search: Search, fleet: list[Car], hold: Callable[..., HeldView]
) -> None:
    hold(of=fleet[0])
    found = search(pick_up_location="los-angeles", **DATES)
    assert names(found) == ["Beta", "Roma", "Gamma"]  # the Roma is the one of `hold`
    taken = {offer.card.model: offer for offer in found.unavailable}
    assert taken["Alpha"].next_free
    assert taken["Delta"].reason == "From 5 days"


def test_dates_that_cannot_be_are_named_and_the_fleet_is_still_shown(
    search: Search, fleet: list[Car]
) -> None:
    found = search(pick_up_location="los-angeles", **DATES | {"pick_up_time": time(5)})
    assert "pick_up_time" in found.problems
    assert len(found.offers) == 4


def test_a_date_that_is_missing_is_asked_for(search: Search, fleet: list[Car]) -> None:
    found = search(pick_up_date=date(2026, 6, 20))
    assert set(found.problems) == {"pick_up_time", "return_date", "return_time"}


def test_an_unknown_location_is_said(search: Search, fleet: list[Car]) -> None:
    assert "pick_up_location" in search(pick_up_location="atlantis").problems


def test_a_page_costs_the_same_queries_however_many_cars(
    search: Search, database: Database, home: Location
) -> None:
    counts = []
    make_car(database, home)
    search(pick_up_location="los-angeles", **DATES)  # the locations and the price list are known from here on
    for _ in range(2):
        for _ in range(5):
            make_car(database, home)
        with statements(database) as sent:
            search(pick_up_location="los-angeles", **DATES)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8


def test_locations_where_the_dates_cannot_be_had_are_told_of(
    search: Search, fleet: list[Car], database: Database
) -> None:
    sundays = [["08:00", "20:00"]] * 5 + [None, None]  # DATES start on a Saturday
    closed = make_location(
        database, slug="miami", name="Miami", zone="America/New_York", opening_hours=sundays
    )
    make_car(database, closed, model="Omega")
    found = search(**DATES)
    assert names(found) == ["Alpha", "Beta", "Gamma"]
    assert found.problems == {}
    assert [reason.partition(":")[0] for reason in found.left_out] == ["Miami"]
    assert "closed on Saturdays" in found.left_out[0]
    assert search(pick_up_location="miami", **DATES).left_out == ()
